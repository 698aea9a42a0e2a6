"""Chapters 三 and 四: tasks, firms and services of the newest accepted report; what the district undertook."""

from __future__ import annotations

from policy.figures import chinese_date, plain
from policy.obligations import DUTIES
from policy.provenance import COVERAGE
from policy.tables import EVENTS, PLATFORMS, ROSTER, TASKS, TRAINING, Kind
from policy.tables import Table as ReportTable
from policy.terms import ObligationKind
from services.documents import written
from services.documents.content import Align, Block, Column, Heading, Paragraph, Table, Text, text
from services.documents.marks import NONE, NOT_ACCEPTED, TO_FILL
from services.documents.sources import SourceIndex
from services.dossiers import Dossier, NewestReport, ReportRow, RosterSummary
from services.report_rows import FIGURES

# 五(二) 区县政府负责…, word for word.
UNDERTAKINGS = (*DUTIES, ObligationKind.ANNUAL_PLAN)
# The words of a task by which it is known to be the undertaking.
CORE = ("工作机制", "工作小组", "产业发展规划", "专项支持政策", "年度工作计划")


def chapter(dossier: Dossier, index: SourceIndex, told: str = "") -> tuple[Block, ...]:
    """`told`: what the operator wrote beside it; without any there is no room left for it."""
    newest = dossier.newest
    blocks: tuple[Block, ...] = (Heading(1, "三、重点任务"),)
    others: tuple[Block, ...] = (
        (Heading(2, "（六）其他情况"), *written.paragraphs(told, written.from_dossier(dossier, index))) if told else ()
    )
    if newest is None:
        return (*blocks, NOT_ACCEPTED, *others)
    parts = (
        ("（一）重点任务台账", _listed(newest, TASKS, (24, 16, 28, 14, 18), index)),
        ("（二）网络安全企业培育", _firms(newest, index)),
        ("（三）网络安全公共服务平台", _listed(newest, PLATFORMS, (32, 24, 24, 20), index)),
        ("（四）人才教育培训", _listed(newest, TRAINING, (40, 34, 26), index)),
        ("（五）产业氛围营造", _listed(newest, EVENTS, (28, 24, 20, 16, 12), index)),
    )
    said = Paragraph(text(f"本章所列为{newest.period.label}园区发展情况表（审核通过）所报情况。"))
    return (*blocks, said, *(block for title, body in parts for block in (Heading(2, title), *body)), *others)


def _listed(newest: NewestReport, table: ReportTable, shares: tuple[int, ...], index: SourceIndex) -> tuple[Block, ...]:
    rows = newest.tables.get(table.key, ())
    if not rows:
        return (Paragraph(text("未填报。")),)
    if all(row.cells.get("name") == "无" for row in rows):
        return (NONE,)
    mark = index.cite(newest.listed[table.key]) if table.key in newest.listed else None
    columns = tuple(
        Column(
            column.label, share, Align.LEFT if column.kind is Kind.TEXT else Align.CENTRE,
            mark if column.kind in FIGURES else None,
        )
        for column, share in zip(table.columns, shares, strict=True)
    )  # fmt: skip
    body = tuple(tuple(text(row.cells.get(column.key, "—")) for column in table.columns) for row in rows)
    return (Table(table.label, columns, body),)


def _firms(newest: NewestReport, index: SourceIndex) -> tuple[Block, ...]:
    if newest.roster is None:
        return (Paragraph(text("未填报网络安全企业一览表。")),)
    said = (
        text(f"一览表列入网络安全企业{newest.roster.firms}家", index.cite(newest.roster.counted)),
        *(_total(newest.roster, key, label, index) for key, label in SUMS if key in newest.roster.totals),
        _coverage(newest.roster, index),
    )
    parts = [part for phrase in said if phrase for part in ("，", *phrase)][1:]
    return (Paragraph(text(f"{newest.period.months_label}，", *parts, "。名录见附件2。")),)


SUMS = (
    ("revenue", "营业总收入合计"),
    ("cyber", "其中网络安全业务收入合计"),
    ("rnd", "企业研发投入合计"),
    ("staff", "员工合计"),
)


def _total(summary: RosterSummary, key: str, label: str, index: SourceIndex) -> Text:
    total = summary.totals[key]
    return text(f"{label}{plain(total.value)}{ROSTER.column(key).unit}", index.cite(total.source))


def _coverage(summary: RosterSummary, index: SourceIndex) -> Text:
    """参照申报表: the roster should carry at least 80 % of the headline's security revenue."""
    if summary.coverage is None or summary.headline is None:
        return ()
    total = summary.totals["cyber"]
    share = index.rate(
        "一览表网络安全业务收入占比", summary.coverage,
        f"{plain(total.value)}万元÷{summary.headline.as_text}", total.source, summary.headline.source,
        period=total.source.period, path=f"{summary.counted.path}.{COVERAGE}",
    )  # fmt: skip
    return text("占园区网络安全产业收入的", *share)


def undertaken(dossier: Dossier) -> list[tuple[ObligationKind, list[ReportRow]]]:
    """The district's five undertakings, each with the tasks of the newest report that are known to be it."""
    tasks = dossier.newest.tables.get(TASKS.key, ()) if dossier.newest else ()
    found = [[row for row in tasks if core in row.cells.get("name", "")] for core in CORE]
    return list(zip(UNDERTAKINGS, found, strict=True))


def support(dossier: Dossier, index: SourceIndex, texts: written.Texts) -> tuple[Block, ...]:
    """Chapter 四: the district's five undertakings, with the progress its own tasks report, and what was written."""
    newest = dossier.newest
    found, tell = undertaken(dossier), written.from_dossier(dossier, index)
    shares = [share for _duty, rows in found if (share := _shares(rows))]
    mark = index.cite(newest.listed[TASKS.key]) if newest and shares and TASKS.key in newest.listed else None
    columns = (
        Column("事项（通知五（二））", 22, Align.LEFT),
        Column("进展情况", 34, Align.LEFT),
        Column("完成比例", 14, mark=mark),
        Column("登记的文件", 30, Align.LEFT),
    )
    rows = tuple(
        (text(duty.label), *_undertaking(of, texts.get(f"duty.{duty}", ""), tell), _papers(dossier, duty))
        for duty, of in found
    )
    note = "进展情况取自重点任务台账中名称相符的任务；没有相符任务的，为另行填写。登记的文件取自任务分工办理记录。"
    return (
        Heading(1, "四、组织与政策保障"),
        Table("区县政府任务落实情况", columns, rows, note),
        *written.paragraphs(texts.get("support", ""), tell, "其他组织保障和政策兑现情况："),
    )


def _papers(dossier: Dossier, duty: ObligationKind) -> Text:
    """Numbers and dates of the papers that discharged it."""
    papers = dossier.discharged.get(duty, ())
    return text("；".join(f"{act.number}（{chinese_date(act.dated)}）" for act in papers) or "—")


def _undertaking(tasks: list[ReportRow], told: str, tell: written.Tell) -> tuple[Text, Text]:
    if not tasks:
        return written.phrase(told, tell), text("—" if told else TO_FILL)
    progress = "；".join(f"{row.cells['name']}：{row.cells.get('progress', '—')}" for row in tasks)
    return text(progress), text(_shares(tasks) or "—")


def _shares(tasks: list[ReportRow]) -> str:
    return "；".join(row.cells["done_share"] for row in tasks if "done_share" in row.numbers)
