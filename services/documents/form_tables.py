"""The tables of the 申报表: 表一 with its areas and figures, 一览表, 公共服务."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from policy.indicators.catalogue import BY_KEY
from policy.tables import EVENTS, PLATFORMS, ROSTER, TRAINING
from policy.tables import Table as ReportTable
from services.documents import form_whole_numbers
from services.documents.content import Align, Block, Box, Grid, Paragraph, text
from services.documents.form_boxes import Row, filled, label, passage, section
from services.documents.form_whole_numbers import share, whole
from services.documents.marks import TO_FILL
from services.form_papers import FormPaper
from services.report_papers import PaperRow

AREAS = ("area_planned", "area_built", "area_operating")
# What the form calls its lines: a whole, with the part of it that is the security industry's.
PAIRS = (("revenue_total", "revenue_cyber"), ("firms_total", "firms_cyber"), ("staff_total", "staff_cyber"),
         ("listed_total", "listed_cyber"))  # fmt: skip
TIERS = ("tier_over_100m", "tier_50m_100m", "tier_20m_50m", "tier_5m_20m")
YEARS = ("current", "previous")

ROSTER_SHARES = (10, 21, 14, 16, 19, 46, 37, 16, 16, 16, 11, 21, 28)
ROSTER_HEADS = {
    "scope": "经营范围（简单描述，200字以内）", "products": "主要产品/技术/服务（每个简介不超过100字）",
}  # fmt: skip
BY_YEAR = ("revenue", "cyber", "rnd", "staff")
SHORT = ("legal", "founded")
ROSTER_NOTE = (
    "注：本表所填网络安全企业当年累计网络安全业务收入不低于表一中所填网络安全产业总收入的80%，如2022年园区网络安全产业收入"
    "为10亿元，所填网络安全企业的业务收入累计应不低于8亿元。"
)
SERVICES = (
    (PLATFORMS, "（共性技术、测试验证、协同攻关、监测预警、风险报送等公共技术服务平台）", (6, 5, 5, 4)),
    (TRAINING, "", (7, 8, 5)),
    (EVENTS, "", (5, 5, 4, 4, 2)),
)


def months(paper: FormPaper, dash: str = "—") -> str:
    """（1—9月）."""
    return f"（1{dash}{paper.months}月）" if paper.months else f"（1{dash}{TO_FILL}月）"


def basics(paper: FormPaper) -> Iterator[Block]:
    rows: list[Row] = [
        *((label(words, 6), Box(text(filled(paper, key)), 18)) for key, words in (
            ("title", "拟申报名称"), ("host_park", "主体园区名称"), ("address", "地　址"),
        )),
        section("园区基本情况（单位：万平方米）", 24),
        tuple(label(BY_KEY[key].label, 8) for key in AREAS),
        tuple(Box(text(_area(paper, key)), 8) for key in AREAS),
        section("近年来网络安全产业主要经济指标", 24),
        (label("", 12), label(f"申报当年数据\n{months(paper)}", 6), label("申报当年\n上一年度数据", 6)),
    ]  # fmt: skip
    for total, part in PAIRS:
        rows += (_line(paper, total), _line(paper, part, total))
    rows += (_line(paper, key) for key in TIERS)
    yield Grid((1,) * 24, tuple(rows))
    yield from form_whole_numbers.warning(paper)


def _area(paper: FormPaper, key: str) -> str:
    value = _value(paper, key, "current")
    return f"{value}万平方米" if value[:1].isdigit() else value


def _line(paper: FormPaper, key: str, total: str = "") -> Row:
    """One indicator over both years; a part names its share."""
    one = BY_KEY[key]
    words = f"其中：{one.label}（{one.unit}）及占比" if total else f"{one.label}（{one.unit}）"
    values = (_with_share(paper, key, total, year) if total else _value(paper, key, year) for year in YEARS)
    return (Box(text(words), 12, align=Align.LEFT), *(Box(text(value), 6) for value in values))


def _value(paper: FormPaper, key: str, column: str) -> str:
    figure = paper.figures.get((key, column))
    if figure is None:
        return TO_FILL
    if figure.value is None:
        return figure.instead
    return f"{BY_KEY[key].on_form(figure.value).text}{figure.kind.mark}"


def _with_share(paper: FormPaper, key: str, total: str, column: str) -> str:
    """8亿元（50%）."""
    value = _value(paper, key, column)
    part, of = (paper.figures.get((one, column)) for one in (key, total))
    if part is None or part.value is None:
        return value
    share_told = share(part.value, of.value) if of is not None and of.value is not None else TO_FILL
    return f"{BY_KEY[key].on_form(part.value).text}{BY_KEY[key].unit}（{share_told.strip('（）')}）{part.kind.mark}"


def roster(paper: FormPaper) -> Iterator[Block]:
    rows = paper.tables.get(ROSTER.key, ())
    body = [_firm(number, row) for number, row in enumerate(rows, start=1)] or [_none(paper, ROSTER)]
    yield Grid(ROSTER_SHARES, (*_roster_heads(paper), *body, _totals(rows)), heads=2)
    yield Paragraph(text(ROSTER_NOTE), small=True)


def _roster_heads(paper: FormPaper) -> tuple[Row, Row]:
    """The year stands over its four columns."""
    year = f"{paper.roster_of or TO_FILL}（申报时的上年度）" if _is_year(paper) else paper.roster_of or TO_FILL
    first: list[Box] = [label("序号", rows=2)]
    for column in ROSTER.columns:
        if column.key == BY_YEAR[0]:
            first.append(label(year, len(BY_YEAR)))
        if column.key not in BY_YEAR:
            first.append(label(ROSTER_HEADS.get(column.key, column.label), rows=2))
    second = tuple(label(f"{ROSTER.column(key).label}（{ROSTER.column(key).unit}）") for key in BY_YEAR)
    return tuple(first), second


def _is_year(paper: FormPaper) -> bool:
    return not paper.roster_of or paper.roster_of.endswith("年")


def _firm(number: int, row: PaperRow) -> Row:
    return (Box(text(str(number))), *(_cell(row, column.key) for column in ROSTER.columns))


def _cell(row: PaperRow, key: str) -> Box:
    if key in row.numbers:
        return Box(text(whole(row.numbers[key])))
    return Box(text(row.cells.get(key, TO_FILL)), align=Align.CENTRE if key in SHORT else Align.LEFT)


def _totals(rows: Sequence[PaperRow]) -> Row:
    """合计 as the annex prints it: sums of the exact amounts for income and staff, dashes for all else."""
    sums = {
        key: Box(text(whole(sum((row.numbers[key] for row in rows if key in row.numbers), Decimal(0)))))
        for key in ("revenue", "cyber", "staff")
    }
    dash = Box(text("—"))
    return (label("合计", 2), Box(text("——"), 5), *(sums.get(key, dash) for key in BY_YEAR), dash, dash)


def _none(paper: FormPaper, table: ReportTable) -> Row:
    """A row of a table without any: 无 where that was declared, else to be filled in."""
    word = TO_FILL if table.key not in paper.tables else "无"
    return (Box(text(word)), *(Box(text(word)) for _column in table.columns))


def services(paper: FormPaper) -> Iterator[Block]:
    rows: list[Row] = []
    for table, hint, shares in SERVICES:
        heads = (f"{one.label}（{one.unit}）" if one.unit else one.label for one in table.columns)
        rows += (section(f"{table.label}{hint}", 20), tuple(map(label, heads, shares)))
        listed = paper.tables.get(table.key, ())
        for row in listed:
            cells = (_cell(row, column.key) for column in table.columns)
            rows.append(tuple(Box(cell.text, width) for cell, width in zip(cells, shares, strict=True)))
        if not listed:
            rows.append(tuple(Box(box.text, width) for box, width in zip(_none(paper, table)[1:], shares, strict=True)))
    rows += (section("其他服务能力状况", 20), passage(paper, "other_services", 20))
    yield Grid((1,) * 20, tuple(rows))
