"""测算表 of one goal on a page, and the assumptions in an address: a changed table is kept and passed on as a link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.foresight_parts import at_least, worked_out
from dashboard.markup import Node
from policy.figures import percent, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.indicator import Indicator
from policy.projection import Projection, Rounded, Stretch, rounded
from policy.provenance import figure_path, goal_path
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import HalfYear, Measure
from services.outlooks import Foreseen, ParkForesight

STRETCHES = (
    Column("半年", "head"),
    Column("计入的日期"),
    Column("需完成", "number"),
    Column("届时达到", "number"),
    Column("依据"),
)


def projection_card(found: ParkForesight, one: Foreseen) -> html.Section:
    of, indicator = one.projection, BY_KEY[one.projection.course.indicator]
    printed = rounded(of, indicator.step)
    rows = [
        row(STRETCHES, _stretch(stretch, amounts, of, indicator, found.as_of))
        for stretch, amounts in zip(of.stretches, printed.rows, strict=True)
    ]
    nothing = empty("数据已到建设期满，没有剩余的半年。") if not of.stretches else None
    return card(
        f"测算表：{indicator.label}",
        html.P(_stands(found, one, printed)),
        table(f"{indicator.label}测算表", STRETCHES, rows, empty=nothing),
        html.P(_assumed(of, one.first_half), className="note", id=f"basis-{indicator.key}"),
        id=f"projection-{indicator.key}",
    )


def _stands(found: ParkForesight, one: Foreseen, printed: Rounded) -> list[Node]:
    """What is wanted, what is there, and what is left, the first two leading to their sources."""
    of = one.projection
    course, indicator = of.course, BY_KEY[of.course.indicator]
    unit, ends = indicator.unit, labels.day(course.ends_on)
    target = figure(plain(course.target), goal_path(found.park.code, course.indicator))
    left: list[Node] = ["，还需", worked_out(plain(printed.missing), indicator)] if of.missing else ["，已达到目标"]
    left += ["；按所填数仍差", worked_out(at_least(of.short, indicator), indicator)] if of.short else []
    if course.measure is Measure.STOCK:
        known = f"{labels.day(of.since)}为" if course.reports else "尚无数据，基期值"
        return [f"{ends}目标", target, f"{unit}，{known}", _known(found, one, plain(printed.known)), unit, *left, "。"]
    done = _known(found, one, plain(printed.known)) if of.known else "0"
    return [f"至{ends}的12个月合计目标", target, f"{unit}，其中已完成", done, unit, *left, "。"]


def _known(found: ParkForesight, one: Foreseen, words: str) -> Node:
    """Leads to the newest report, or to the baseline where there is none."""
    course = one.projection.course
    if not course.reports:
        return figure(words, goal_path(found.park.code, course.indicator))
    period = HalfYear.containing(course.reports[-1].period_end)
    return figure(words, figure_path(found.park.code, period, course.indicator))


def _stretch(
    stretch: Stretch, amounts: tuple[Decimal, Decimal], of: Projection, indicator: Indicator, today: date
) -> tuple[Node, ...]:
    needed, reached = amounts
    past = html.Span("已过，尚无审核通过的数据", className="small") if stretch.end < today else None
    return (
        [stretch.period.label, past],
        stretch.days,
        worked_out(plain(needed), indicator),
        worked_out(plain(reached), indicator),
        stretch.basis(of.course.measure),
    )


def _assumed(found: Projection, first_half: Decimal) -> str:
    if found.course.measure is Measure.STOCK:
        return "假设：还需完成的数按剩余日数平均分摊。"
    return (
        f"假设：上半年占全年的{percent(first_half, 0)}（取本园区历年中位数，没有时取规则数值，{DEFAULT_SOURCE}；"
        "可在下面更改）；目标看期满前12个月合计，跨期的半年按日数计入。"
    )


def projection_sheet(code: str, args: Mapping[str, str]) -> str:
    """The table as a workbook, with the assumptions the page has."""
    kept = {name: said for name, said in args.items() if said and (name == "h1" or name.partition(".")[0] in BY_KEY)}
    return f"/parks/{code}/foresight.xlsx" + (f"?{urlencode(kept)}" if kept else "")


def assumptions(args: Mapping[str, str]) -> tuple[Decimal | None, dict[tuple[str, HalfYear], Decimal], list[str]]:
    """The first half's share and the half-years set, from the address; and what there could not be read."""
    wrong: list[str] = []
    share = _number("上半年占全年份额", args.get("h1", ""), wrong)
    if share is not None and not 0 < share < 100:
        wrong.append(f"上半年占全年份额应在0和100之间，收到“{args.get('h1', '')}”，未采用")
        share = None
    given = dict(_given(args, wrong))
    return None if share is None else share / 100, given, wrong


def _given(args: Mapping[str, str], wrong: list[str]) -> Iterator[tuple[tuple[str, HalfYear], Decimal]]:
    for name, entered in args.items():
        key, _, period = name.partition(".")
        if key not in BY_KEY or not entered.strip():
            continue
        try:
            half = HalfYear.parse(period)
        except ValueError:
            continue
        value = _number(f"{BY_KEY[key].label}{half.label}", entered, wrong)
        if value is not None:
            yield (key, half), value


def _number(word: str, entered: str, wrong: list[str]) -> Decimal | None:
    if not entered.strip():
        return None
    try:
        value = Decimal(entered.strip())
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0 or value > 10**9:
        wrong.append(f"{word}应为不小于0的数字，收到“{entered}”，未采用")
        return None
    return value
