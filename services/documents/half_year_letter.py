"""半年函报: the district government's letter on one half-year, of one park or of all its parks (五(二)).

Figures are drafted from what was reported; what only people know is left to be filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from policy.figures import chinese_date, half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.progress import Pace
from policy.outlines import HALF_YEAR_LETTER, OUTLINES
from policy.terms import FigureKind, Measure, SubmissionState
from services.documents import written
from services.documents.acceptance_letter import NOTICE
from services.documents.content import (
    Align,
    Attachments,
    Block,
    Column,
    Document,
    Heading,
    PageNumbers,
    Paragraph,
    SignOff,
    StatedFigure,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION, TO_FILL, draft_marks
from services.half_year_letters import HalfYearLetter, ParkHalfYear, Result, lacking
from services.report_papers import PaperRow

COLUMNS = (
    Column("指标", 35, Align.LEFT),
    Column("计量单位", 13),
    Column("累计或期末数", 19),
    Column("同比", 17),
    Column("目标值", 13),
    Column("完成率", 19),
)
LEADING = ("revenue_total", "revenue_cyber", "firms_total", "firms_cyber", "staff_cyber")
BUILDINGS = ("area_planned", "area_built", "area_operating")
FIRMS = ("firms_cyber", "listed_cyber")
SERVICES = ("platforms", "trainees", "events")
LEVELS = "一二三四五六七八九十"


def build(letter: HalfYearLetter) -> Document:
    """With room for number, date and seal; 草稿 while the data of a park is not reported or not settled."""
    reasons = (*lacking(letter), *(reason for park in letter.parks for reason in _unfounded(park)))
    sealed = [one for one in letter.parks if one.paper.code]
    names = tuple(
        f"{one.paper.title}{letter.period.label}园区发展情况表（校验码{one.paper.code}）" for one in sealed
    ) + tuple(
        f"{one.paper.title}{letter.period.label}园区发展情况表解释说明表" for one in sealed if one.paper.findings
    )  # fmt: skip
    return Document(
        title=("关于报送", letter.title, f"{letter.period.label}发展情况的函"),
        blocks=(
            Paragraph(text(_opening(letter))),
            *_figures(letter),
            *_work(letter),
            *_problems(letter),
            *_plans(letter),
            Paragraph(text("特此函达。")),
            Attachments(names or (f"{letter.period.label}园区发展情况表",)),
            SignOff(letter.government),
        ),
        dated=letter.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        number="（发文字号待编）",
        addressee="市经济和信息化委员会：",
        banner=DEMONSTRATION if letter.fictional else "",
        marks=draft_marks(reasons),
        lacking=reasons,
        figures=_stated(letter),
        period=letter.period,
    )


def _unfounded(park: ParkHalfYear) -> tuple[str, ...]:
    return written.lacking(OUTLINES[HALF_YEAR_LETTER], park.texts, written.from_values(park.values))


def _stated(letter: HalfYearLetter) -> tuple[StatedFigure, ...]:
    return tuple(
        StatedFigure(one.figure.submission_id, one.figure.key, one.figure.period, one.figure.value)
        for park in letter.parks
        for one in park.results.values()
    )


def _opening(letter: HalfYearLetter) -> str:
    span = f"{chinese_date(letter.period.start)}至{chinese_date(letter.period.end)}"
    count = f"所辖{len(letter.parks)}个市级重点园区" if len(letter.parks) > 1 else letter.parks[0].paper.title
    return (
        f"根据{NOTICE}关于区县政府每半年函报园区发展情况的要求，"
        f"现将{count}{letter.period.label}（{span}）发展情况函告如下。"
    )


def _figures(letter: HalfYearLetter) -> Iterator[Block]:
    yield Heading(1, "一、主要指标完成情况")
    for number, park in enumerate(letter.parks):
        if len(letter.parks) > 1:
            yield Heading(2, f"（{_ordinal(number)}）{park.short_name}")
        if not park.results:
            yield Paragraph(text(f"{park.short_name}主要指标完成情况：{TO_FILL}。"))
            continue
        yield Paragraph(text(_leading(park)))
        rows = tuple(_row(one) for one in park.results.values())
        yield Table(f"{park.short_name}{letter.period.label}主要指标", COLUMNS, rows, _note(park))


def _ordinal(number: int) -> str:
    return LEVELS[number] if number < len(LEVELS) else str(number + 1)


def _leading(park: ParkHalfYear) -> str:
    """1—6月，园区业务总收入12.3亿元，同比增长18.3%；…"""
    flows = [park.results[key] for key in LEADING if key in park.results and not _level(key)]
    levels = [park.results[key] for key in LEADING if key in park.results and _level(key)]
    period = park.paper.period
    parts = [
        f"{when}，{'；'.join(_told(one) for one in of)}。"
        for when, of in ((period.months_label, flows), (f"截至{period.end_label}", levels))
        if of
    ]
    return "".join(parts)


def _level(key: str) -> bool:
    """It stands at the end of the half-year, whichever half it is."""
    return BY_KEY[key].measure is Measure.STOCK


def _told(one: Result) -> str:
    growth = {"": "", "持平": "，与上年同期持平", "基本持平": "，与上年同期基本持平"}.get(
        one.growth, f"，同比{one.growth}"
    )
    return f"{BY_KEY[one.figure.key].label}{_value(one)}{growth}"


def _value(one: Result) -> str:
    return f"{plain(one.figure.value)}{BY_KEY[one.figure.key].unit}{one.figure.kind.mark}"


def _row(one: Result) -> tuple[Text, ...]:
    indicator = BY_KEY[one.figure.key]
    name = f"其中：{indicator.label}" if indicator.part_of in BY_KEY else indicator.label
    cells = (
        name,
        indicator.unit,
        f"{plain(one.figure.value)}{one.figure.kind.mark}",
        one.growth or "—",
        plain(one.target) if one.target is not None else "—",
        one.completion or "—",
    )
    return tuple(text(cell) for cell in cells)


def _note(park: ParkHalfYear) -> str:
    """Which version it is drawn from, and what the marks in the table mean."""
    told = park.paper
    state = "审核通过" if told.state is SubmissionState.ACCEPTED else told.state.label
    said = [
        f"数据取自园区发展情况表{told.version.label}（{state}，校验码{told.code}）；收入为1月起累计数，其余为期末数"
    ]
    if any(one.figure.kind is FigureKind.ESTIMATE for one in park.results.values()):
        said.append("标“预计数”的待实际数出来后按数据更正报送")
    if any(one.target is not None and not one.completion for one in park.results.values()):
        said.append("收入等按全年数设定的目标，半年累计数不计完成率")
    return "；".join(said) + "。"


def _work(letter: HalfYearLetter) -> Iterator[Block]:
    yield Heading(1, "二、重点工作进展")
    for number, (title, section) in enumerate(PARTS):
        yield Heading(2, f"（{_ordinal(number)}）{title}")
        yield from (block for park in letter.parks for block in _written(letter, park, section))


def drafted(park: ParkHalfYear, section: str) -> str:
    """What the data alone give a section; empty where reports carry nothing of it."""
    known = DRAFTED.get(section)
    return known(park) if known else ""


def _written(letter: HalfYearLetter, park: ParkHalfYear, section: str) -> tuple[Paragraph, ...]:
    """What the data give, and what the district wrote; 无 beside the data adds nothing to them."""
    known = drafted(park, section)
    told, lead = park.texts.get(section, ""), f"{_lead(letter, park)}{known}"
    if known and told.rstrip("。") == "无":
        return (Paragraph(text(lead)),)
    return written.paragraphs(told, written.from_values(park.values), lead)


def _lead(letter: HalfYearLetter, park: ParkHalfYear) -> str:
    return f"{park.short_name}：" if len(letter.parks) > 1 else ""


def _listed(park: ParkHalfYear, keys: tuple[str, ...]) -> str:
    told = [_told(park.results[key]) for key in keys if key in park.results]
    return f"{'；'.join(told)}。" if told else ""


def _tasks(park: ParkHalfYear) -> str:
    told = [_task(row) for row in (park.paper.tables or {}).get("tasks", ())]
    return f"{'；'.join(told)}。" if told else ""


def _task(row: PaperRow) -> str:
    share = f"，完成{plain(row.numbers['done_share'])}%" if "done_share" in row.numbers else ""
    return f"{row.cells.get('name', '')}：{row.cells.get('progress', '')}{share}"


def _problems(letter: HalfYearLetter) -> Iterator[Block]:
    yield Heading(1, "三、存在的问题")
    yield from (block for park in letter.parks for block in _written(letter, park, "problems"))


def _lagging(park: ParkHalfYear) -> str:
    behind = [_behind(one) for one in park.behind if one.gap_told]
    return f"{'；'.join(behind)}。" if behind else ""


def _behind(one: Pace) -> str:
    value = f"{plain(half_up(one.value, 4))}{BY_KEY[one.goal.key].unit}{one.mark}"
    return f"{BY_KEY[one.goal.key].label}{one.told}为{value}，增量完成率较计划{one.gap_told}"


def _plans(letter: HalfYearLetter) -> Iterator[Block]:
    yield Heading(1, "四、下半年打算" if letter.period.half == 1 else "四、下一步打算")
    yield from (block for park in letter.parks for block in _written(letter, park, "plans"))


def _going_on(park: ParkHalfYear) -> str:
    """The tasks that are not done yet."""
    left = [
        row.cells.get("name", "")
        for row in (park.paper.tables or {}).get("tasks", ())
        if row.numbers.get("done_share", Decimal(100)) < 100
    ]
    return f"继续推进{'、'.join(left)}。" if left else ""


PARTS = (
    ("招商引资", "investment"),
    ("项目建设", "projects"),
    ("载体建设", "buildings"),
    ("企业培育", "firms"),
    ("公共服务和产业生态", "services"),
)
"""Of 二、重点工作进展: what each is called, and the section of its text."""
DRAFTED: Mapping[str, Callable[[ParkHalfYear], str]] = {
    "projects": _tasks,
    "buildings": lambda park: _listed(park, BUILDINGS),
    "firms": lambda park: _listed(park, FIRMS),
    "services": lambda park: _listed(park, SERVICES),
    "problems": _lagging,
    "plans": _going_on,
}
