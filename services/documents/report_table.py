"""园区发展情况表 as it is sealed: 表一, the repeated tables, 一览表, and the 校验码 of the data under them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.indicator import Indicator
from policy.provenance import figures_path
from policy.tables import EVENTS, PLATFORMS, ROSTER, TASKS, TRAINING, Kind
from policy.tables import Table as ReportTable
from policy.terms import FigureKind
from policy.version_no import VersionNo
from services.documents.content import (
    Align,
    Annex,
    Block,
    Column,
    Document,
    Heading,
    Link,
    PageNumbers,
    Paragraph,
    SignOff,
    StatedFigure,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION, DRAFT
from services.report_papers import PaperFigure, PaperRow, ReportPaper

FIGURES = (Column("指标", 46, Align.LEFT), Column("计量单位", 14), Column("本期累计", 20), Column("上年同期", 20))
PARTS: tuple[tuple[str, ReportTable, tuple[int, ...]], ...] = (
    ("二、重点任务进展情况", TASKS, (24, 16, 28, 14, 18)),
    ("三、网络安全公共服务平台", PLATFORMS, (32, 24, 24, 20)),
    ("四、人才教育培训", TRAINING, (40, 34, 26)),
    ("五、产业氛围营造", EVENTS, (28, 24, 20, 16, 12)),
)
ROSTER_SHARES = {
    "name": 25, "legal": 11, "founded": 15, "address": 22, "scope": 27, "products": 26, "revenue": 19, "cyber": 19,
    "rnd": 16, "staff": 11, "quals": 22,
}  # fmt: skip
SUMMED = ("revenue", "cyber", "rnd", "staff")


def build(paper: ReportPaper) -> Document:
    """Nothing in it is rounded; what waits for confirmation or correction keeps it 草稿."""
    blocks: tuple[Block, ...] = (_about(paper), Heading(1, "一、主要指标"), *_figures(paper))
    for heading, shown, shares in PARTS:
        blocks = (*blocks, Heading(1, heading), _listed(paper, shown, shares))
    blocks = (*blocks, *_code(paper), *where_from(paper), SignOff(f"{paper.reporter}（盖章）"))
    return Document(
        title=(paper.title, f"{paper.period.label}园区发展情况表"),
        blocks=blocks,
        dated=paper.as_of,
        page_numbers=PageNumbers.CENTRED,
        annexes=(_roster(paper),),
        banner=running_head(paper),
        marks=(DRAFT,) if paper.lacking else (),
        lacking=paper.lacking,
        figures=stated_figures(paper),
        period=paper.period,
        data_code=paper.code,
    )


def running_head(paper: ReportPaper) -> str:
    """On every page: which data it states, so that no page is exchanged."""
    return "　　".join(
        part
        for part in (DEMONSTRATION if paper.fictional else "", f"校验码 {paper.code}" if paper.code else "")
        if part
    )


def stated_figures(paper: ReportPaper) -> tuple[StatedFigure, ...]:
    if paper.submission_id is None:
        return ()
    return tuple(
        StatedFigure(paper.submission_id, figure.key, paper.period, figure.value)
        for figure in (paper.figures or {}).values()
        if figure.column == "current" and figure.value is not None
    )


def where_from(paper: ReportPaper) -> tuple[Block, ...]:
    """The address under which the application tells file, cell, raw text and people of every figure of the version."""
    if paper.submission_id is None:
        return ()
    address = Link(figures_path(paper.park, paper.period, VersionNo(paper.version.number)))
    return (Paragraph(text("各项数据的来源、原文和核对情况查询地址：", address), small=True),)


def _about(paper: ReportPaper) -> Table:
    known = (
        ("园区名称", paper.title),
        ("填报单位", paper.reporter),
        ("统计期", paper.period.months_label),
        ("数据性质", paper.kind.label if paper.code else "—"),
        ("校验码", f"{paper.code}（第{paper.version.number}版）" if paper.code else "—"),
    )
    rows = tuple((text(word), text(value)) for word, value in known)
    return Table("", (Column("项目", 24), Column("内容", 76, Align.LEFT)), rows)


def _figures(paper: ReportPaper) -> tuple[Block, ...]:
    figures = paper.figures or {}
    reported = {key for key, _ in figures}
    rows = tuple(
        (
            text(_name(one)),
            text(one.unit),
            *(_value(figures.get((one.key, column)), paper.kind) for column in ("current", "previous")),
        )
        for one in CATALOGUE
        if one.required or one.key in reported
    )
    note = "收入为当年1月起累计数，其余为期末数；“—”为未填报。"
    return (Table(f"表一　{paper.period.months_label}", FIGURES, rows, note),)


def _name(indicator: Indicator) -> str:
    return f"其中：{indicator.label}" if indicator.part_of in BY_KEY else indicator.label


def _value(figure: PaperFigure | None, kind: FigureKind) -> Text:
    """A figure of another kind than the paper's says so."""
    if figure is None or figure.value is None:
        return text(figure.instead if figure else "—")
    own = "" if figure.kind is kind else f"（{figure.kind.label}）"
    return text(f"{plain(figure.value)}{own}")


def _listed(paper: ReportPaper, shown: ReportTable, shares: tuple[int, ...]) -> Block:
    rows = (paper.tables or {}).get(shown.key, ())
    if not rows:
        return Paragraph(text("未填报。"))
    columns = tuple(
        Column(f"{column.label}{_unit(column.unit)}", share, Align.LEFT if column.kind is Kind.TEXT else Align.CENTRE)
        for column, share in zip(shown.columns, shares, strict=True)
    )
    keys = [column.key for column in shown.columns]
    return Table(shown.label, columns, tuple(tuple(text(row.cells.get(key, "—")) for key in keys) for row in rows))


def _unit(unit: str) -> str:
    return f"（{unit}）" if unit and unit != "%" else ""


def _roster(paper: ReportPaper) -> Annex:
    rows = (paper.tables or {}).get(ROSTER.key, ())
    if not rows:
        return Annex("附件", ROSTER.label, (Paragraph(text("未填报。")),), landscape=True)
    columns = (
        Column("序号", 6),
        *(
            Column(f"{_head(key)}{_unit(ROSTER.column(key).unit)}", share, _side(key))
            for key, share in ROSTER_SHARES.items()
        ),
    )
    body = tuple(
        (text(str(number)), *(text(row.cells.get(key, "—")) for key in ROSTER_SHARES))
        for number, row in enumerate(rows, start=1)
    )
    note = "企业联系人及手机属个人信息，不在本表列出，校验码亦不含该栏。"
    table = Table(f"{paper.period.months_label}，共{len(rows)}家", columns, (*body, _totals(rows)), note)
    return Annex("附件", ROSTER.label, (table, *_code(paper)), landscape=True)


def _head(key: str) -> str:
    return ROSTER.column(key).label.removeprefix("其中：").removeprefix("公司").removeprefix("当年")


def _side(key: str) -> Align:
    return Align.RIGHT if key in SUMMED else Align.LEFT


def _totals(rows: Sequence[PaperRow]) -> tuple[Text, ...]:
    cells = (_sum(rows, key) if key in SUMMED else "" for key in list(ROSTER_SHARES)[1:])
    return (text(""), text("合计"), *(text(cell) for cell in cells))


def _sum(rows: Sequence[PaperRow], key: str) -> str:
    return plain(sum((row.numbers[key] for row in rows if key in row.numbers), Decimal(0)))


def _code(paper: ReportPaper) -> tuple[Block, ...]:
    if not paper.code:
        return ()
    told = (
        f"校验码：{paper.code}（第{paper.version.number}版，{paper.kind.label}）。校验码由本表数据生成，数据有任何改动即随之改变；"
        "登记来函时填写校验码，以核对盖章表格与系统数据一致。"
    )
    return (Paragraph(text(told), small=True),)
