"""Annexes of the self-assessment report: 定量分析表, 一览表, 佐证资料目录."""

from __future__ import annotations

from collections.abc import Iterator

from policy.evidence import Category
from policy.figures import chinese_date, plain
from policy.indicators.catalogue import CATALOGUE
from policy.tables import ROSTER
from services import clock
from services.claims import Ledger
from services.documents.content import Align, Annex, Column, Link, Ref, Table, Text, text
from services.documents.marks import NOT_ACCEPTED, TO_FILL
from services.documents.results import by_period
from services.documents.sources import SourceIndex
from services.dossiers import Dossier, ReportRow
from services.report_rows import FIGURES


def quantities(label: str, dossier: Dossier, index: SourceIndex) -> Annex:
    """Every indicator of the catalogue that was reported, over the accepted periods."""
    reported = {figure.key for figure in dossier.figures}
    indicators = [indicator for indicator in CATALOGUE if indicator.key in reported]
    return Annex(label, "定量分析表", by_period(dossier, index, "各项指标分期情况", indicators))


ROSTER_COLUMNS = (
    ("name", 30, Align.LEFT),
    ("founded", 22, Align.CENTRE),
    ("products", 31, Align.LEFT),
    ("revenue", 15, Align.RIGHT),
    ("cyber", 15, Align.RIGHT),
    ("rnd", 14, Align.RIGHT),
    ("staff", 11, Align.RIGHT),
    ("quals", 26, Align.LEFT),
)


def roster(label: str, dossier: Dossier, index: SourceIndex) -> Annex:
    """The firms of the newest accepted report. Contacts are personal data and stay out."""
    title = ROSTER.label
    rows = dossier.newest.tables.get(ROSTER.key, ()) if dossier.newest else ()
    if dossier.newest is None or not rows:
        return Annex(label, title, (NOT_ACCEPTED,), landscape=True)
    mark = index.cite(dossier.newest.listed[ROSTER.key]) if ROSTER.key in dossier.newest.listed else None
    columns = (Column("序号", 6), *(_column(key, share, align, mark) for key, share, align in ROSTER_COLUMNS))
    body = tuple((text(str(number)), *_firm(row)) for number, row in enumerate(rows, start=1))
    note = "企业联系人及手机属个人信息，不在本表列出。"
    caption = f"{dossier.newest.period.months_label}（金额单位：万元）"
    return Annex(label, title, (Table(caption, columns, (*body, _totals(dossier, index)), note),), landscape=True)


def _head(key: str) -> str:
    column = ROSTER.column(key)
    return column.label.removeprefix("其中：").removeprefix("公司") + (f"（{column.unit}）" if column.unit else "")


def _column(key: str, share: int, align: Align, mark: Ref | None) -> Column:
    """The firms' figures have one source, marked in the head."""
    return Column(_head(key), share, align, mark if ROSTER.column(key).kind in FIGURES else None)


def _firm(row: ReportRow) -> tuple[Text, ...]:
    return tuple(
        text(plain(row.numbers[key]) if key in row.numbers else row.cells.get(key, "—"))
        for key, _share, _align in ROSTER_COLUMNS
    )


def _totals(dossier: Dossier, index: SourceIndex) -> tuple[Text, ...]:
    summary = dossier.newest.roster if dossier.newest else None
    totals = summary.totals if summary else {}
    cells = tuple(
        text(plain(totals[key].value), index.cite(totals[key].source)) if key in totals else text("—")
        for key, _share, _align in ROSTER_COLUMNS[1:]
    )
    return (text(""), text("合计"), *cells)


def evidence(label: str, dossier: Dossier) -> Annex:
    """佐证资料目录: the papers on record, then those put forward by the categories of 附件八, each with its link."""
    columns = (
        Column("序号", 7),
        Column("资料名称", 41, Align.LEFT),
        Column("文号或文件", 30, Align.LEFT),
        Column("日期", 22),
    )
    rows = tuple((text(str(n)), *(text(cell) for cell in paper)) for n, paper in enumerate(_papers(dossier), start=1))
    put_forward = tuple(row for n, category in enumerate(Category, start=1) for row in _of(category, n, dossier.ledger))
    columns_of_papers = (
        Column("类别", 32, Align.LEFT), Column("资料名称", 25, Align.LEFT), Column("佐证事项", 22, Align.LEFT),
        Column("提交日期", 21),
    )  # fmt: skip
    return Annex(
        label,
        "佐证资料目录",
        (
            Table("一、已登记的文件资料", columns, rows),
            Table("二、佐证资料（由园区运营管理机构提供）", columns_of_papers, put_forward),
        ),
    )


def _of(category: Category, number: int, ledger: Ledger) -> Iterator[tuple[Text, ...]]:
    """One row a paper; a category without any is left to be filled in."""
    name = text(f"{number}.{category.label}")
    papers = ledger.of(category)
    if not papers:
        yield name, text(TO_FILL), text(TO_FILL), text(TO_FILL)
    for place, paper in enumerate(papers):
        proves = "；".join(ledger.told(key) for key in paper.links) or "—"
        day = chinese_date(clock.civil(paper.uploaded_at).date())
        link = Link(f"/parks/{ledger.code}/evidence#evidence-{paper.id}", paper.title)
        yield text("同上") if place else name, text(link), text(proves), text(day)


def _papers(dossier: Dossier) -> tuple[tuple[str, str, str], ...]:
    park = dossier.park
    papers = [("同意建设的批复", park.approval_no, chinese_date(park.approved_on))]
    for change in dossier.changes:
        papers.append((f"{change.kind.label}变更同意文件", change.document, chinese_date(change.valid_from)))
    for record in dossier.reports:
        for letter in record.letters:
            papers.append((f"{record.period.label}园区发展情况函", letter.number, chinese_date(letter.dated)))
        files = {figure.source.file for figure in dossier.figures if figure.period == record.period}
        accepted = record.owed.receipt.accepted_on if record.owed.receipt else None
        papers += [
            (f"{record.period.label}园区发展情况表（审核通过）", file, chinese_date(accepted) if accepted else "—")
            for file in sorted(files)
        ]
    for step in dossier.steps:
        papers.append((step.kind.label, step.document_no or "—", chinese_date(step.dated)))
    return tuple(papers)
