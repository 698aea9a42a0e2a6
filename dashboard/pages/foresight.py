"""趋势与测算 of a park: where its goals lead, in three words, and what each remaining half-year must bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import counted, figure
from dashboard.components.forms import button, field, search_form, text
from dashboard.components.picture import undrawn
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.figures.picture import Undrawn
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.park_pictures import outlooks, shown
from db.queries.park_detail import detail
from policy.access import Permission
from policy.figures import percent, plain
from policy.foresight import needed_pace, recent_pace
from policy.indicators.catalogue import BY_KEY
from policy.indicators.indicator import Indicator
from policy.projection import Projection, Stretch
from policy.provenance import figure_path, goal_path
from policy.refusal import Unknown
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import Chance, HalfYear, Measure
from services.outlooks import Foreseen, ParkForesight, foresight_of

OUTLOOKS = (
    Column("指标", "head"),
    Column("目标值", "number"),
    Column("最新数据", "number"),
    Column("研判"),
    Column("今后每半年"),
    Column("说明"),
)
STRETCHES = (
    Column("半年", "head"),
    Column("计入的日期"),
    Column("需完成", "number"),
    Column("届时达到", "number"),
    Column("依据"),
)
BY_DAYS, BY_SEASON = "按日数分摊", "按日数和上下半年份额分摊"
INTERNAL = "内部参考，不写入文件和邮件"


def layout(visit: Visit, code: str) -> View:
    first_half, given, wrong = _assumptions(visit.args)
    try:
        with visit.platform.database.read() as session:
            found = foresight_of(session, visit.actor, code, visit.today, given, first_half)
    except Unknown:
        abort(404)
    return View(
        f"{found.park.short_name}趋势与测算",
        body=[
            park_tabs(found.park.code, "/foresight", visit.actor),
            *(html.P(message, className="notice notice-refused", role="alert") for message in wrong),
            _outlooks(found) if visit.may(Permission.VIEW_FORESIGHT) else None,
        ],
        after=[
            *(_projection(found, one) for one in found.goals),
            None if found.goals else card("测算表", empty("尚未登记建设目标，无从测算。")),
            _form(found, visit.args) if found.goals else None,
        ],
        lead="按审核通过的数据，看各项建设目标期满时能否达到，以及今后每半年需完成多少。",
        actions=[link_button("建设目标", f"/parks/{found.park.code}/goals")],
        crumbs=(*park_crumbs(visit.actor), (found.park.title, f"/parks/{found.park.code}")),
    )


def live(visit: Visit, code: str) -> Node:
    """Every goal with the range of its forecast, for whoever may see one."""
    if not visit.may(Permission.VIEW_FORESIGHT):
        return None
    with visit.platform.database.read() as session:
        park = detail(session, visit.actor.scope, code, visit.today)
        if park is None:
            abort(404)
        found = foresight_of(session, visit.actor, code, visit.today, {})
    pictures = outlooks(found, park, visit.today)
    drawn = [undrawn(one) if isinstance(one, Undrawn) else shown(one, code) for one in pictures]
    if not drawn:
        return None
    return card(
        "实际与目标路径（内部参考）", html.Div(drawn, className="charts"), id="ranges",
        note=[INTERNAL, "；阴影为期满日的研判区间（八成把握），只作示意；收入等累计数按近12个月合计"],
    )  # fmt: skip


def _outlooks(found: ParkForesight) -> html.Section:
    rows = [
        row(
            OUTLOOKS,
            (
                BY_KEY[one.projection.course.indicator].label,
                _goal(found, one),
                _newest(found, one),
                _word(one.chance),
                paces(one, found),
                one.why or labels_of(one),
            ),
        )
        for one in found.goals
    ]
    note = [
        INTERNAL,
        f"；{labels.day(found.worked_out_on)}研判，每日4时重算" if found.worked_out_on else "；每日4时研判",
    ]
    return card(
        "趋势研判（内部参考）",
        table("趋势研判", OUTLOOKS, rows, empty=empty("尚未登记建设目标，无从研判。")),
        id="foresight",
        note=note,
    )


def labels_of(one: Foreseen) -> str:
    """What the word stands on."""
    return "" if one.chance is None else f"依据{len(one.projection.course.reports)}期数据和同类园区的走势"


def _word(chance: Chance | None) -> Node:
    return html.Span(chance.label if chance else "不作研判", className="tag")


def _goal(found: ParkForesight, one: Foreseen) -> Node:
    course = one.projection.course
    return [figure(plain(course.target), goal_path(found.park.code, course.indicator)), BY_KEY[course.indicator].unit]


def _newest(found: ParkForesight, one: Foreseen) -> Node:
    course = one.projection.course
    if not course.reports:
        return "尚无"
    last = course.reports[-1]
    period = HalfYear.containing(last.period_end)
    unit = BY_KEY[course.indicator].unit
    value = figure(plain(last.value), figure_path(found.park.code, period, course.indicator))
    return [value, unit, f"（{period.label}）"]


def paces(one: Foreseen, found: ParkForesight) -> list[Node]:
    """每半年需新增网络安全企业6家；近两期平均新增2家: each figure leads to the 测算表 it is worked out in."""
    course, indicator = one.projection.course, BY_KEY[one.projection.course.indicator]
    needed, recent = needed_pace(course, found.as_of), recent_pace(course, found.as_of)
    verb = "新增" if course.measure is Measure.STOCK else "实现"
    if needed is None:
        return ["建设期已满"]
    if not needed:
        return ["已达到目标"]
    words: list[Node] = [f"每半年需{verb}", _worked_out(at_least(needed, indicator), indicator)]
    if recent is None:
        return words
    change, amount = ("减少", -recent) if recent < 0 else (verb, recent)
    return [*words, f"；近两期平均{change}", _worked_out(plain(_digits(amount, indicator)), indicator)]


def _worked_out(number: str, indicator: Indicator) -> Node:
    """Not reported by anybody: leads to what it stands on."""
    return counted(f"{number}{indicator.unit}", f"#basis-{indicator.key}")


def at_least(value: Decimal, indicator: Indicator) -> str:
    """Rounded up: what is needed is not met by less."""
    return plain(value.quantize(_step(indicator), ROUND_CEILING))


def _digits(value: Decimal, indicator: Indicator) -> Decimal:
    return value.quantize(_step(indicator) / 10 if indicator.whole_number else _step(indicator))


def _step(indicator: Indicator) -> Decimal:
    return Decimal(1) if indicator.whole_number else Decimal("0.0001") if indicator.unit == "万人" else Decimal("0.01")


def _projection(found: ParkForesight, one: Foreseen) -> html.Section:
    table_of, indicator = one.projection, BY_KEY[one.projection.course.indicator]
    rows = [row(STRETCHES, _stretch(stretch, table_of, indicator)) for stretch in table_of.stretches]
    return card(
        f"测算表：{indicator.label}",
        html.P(_stands(found, one)),
        table(f"{indicator.label}测算表", STRETCHES, rows, empty=empty(_nothing_left(table_of))),
        html.P(_assumed(table_of, one.first_half, indicator), className="note", id=f"basis-{indicator.key}"),
        id=f"projection-{indicator.key}",
    )


def _stands(found: ParkForesight, one: Foreseen) -> list[Node]:
    """What is wanted, what is there, and what is left, the first two leading to their sources."""
    table_of = one.projection
    course, indicator = table_of.course, BY_KEY[table_of.course.indicator]
    unit, ends = indicator.unit, labels.day(course.ends_on)
    target = figure(plain(course.target), goal_path(found.park.code, course.indicator))
    left: list[Node] = ["，还需", _worked_out(at_least(table_of.missing, indicator), indicator)]
    left += ["；按所填数仍差", _worked_out(at_least(table_of.short, indicator), indicator)] if table_of.short else []
    if course.measure is Measure.STOCK:
        known = f"{labels.day(table_of.since)}为" if course.reports else "尚无数据，基期值"
        return [f"{ends}目标", target, f"{unit}，{known}", _known(found, one, plain(table_of.known)), unit, *left, "。"]
    done = _known(found, one, at_most(table_of.known, indicator)) if table_of.known else "0"
    return [f"至{ends}的12个月合计目标", target, f"{unit}，其中已完成", done, unit, *left, "。"]


def _known(found: ParkForesight, one: Foreseen, words: str) -> Node:
    """Leads to the newest report, or to the baseline where there is none."""
    course = one.projection.course
    if not course.reports:
        return figure(words, goal_path(found.park.code, course.indicator))
    period = HalfYear.containing(course.reports[-1].period_end)
    return figure(words, figure_path(found.park.code, period, course.indicator))


def at_most(value: Decimal, indicator: Indicator) -> str:
    return plain(value.quantize(_step(indicator)))


def _nothing_left(found: Projection) -> str:
    return "数据已到建设期满，没有剩余的半年。" if not found.stretches else ""


def _stretch(stretch: Stretch, found: Projection, indicator: Indicator) -> tuple[Node, ...]:
    start, last = stretch.start + timedelta(days=1), stretch.end
    return (
        stretch.period.label,
        "全期" if stretch.whole else f"{labels.day(start)}至{labels.day(last)}",
        _worked_out(at_least(stretch.amount, indicator), indicator),
        _worked_out(at_most(stretch.reaches, indicator), indicator),
        "所填" if stretch.given else BY_DAYS if found.course.measure is Measure.STOCK else BY_SEASON,
    )


def _assumed(found: Projection, first_half: Decimal, indicator: Indicator) -> str:
    if found.course.measure is Measure.STOCK:
        return "假设：还需完成的数按剩余日数平均分摊。"
    return (
        f"假设：上半年占全年的{percent(first_half, 0)}（取本园区历年中位数，没有时取规则数值，{DEFAULT_SOURCE}；"
        "可在下面更改）；"
        "目标看期满前12个月合计，跨期的半年按日数计入。"
    )


def _form(found: ParkForesight, args: Mapping[str, str]) -> html.Section:
    """The assumptions in the address, so that a changed table can be kept and passed on as a link."""
    fields = [
        field(
            "上半年占全年份额（%）",
            text("h1", args.get("h1", ""), kind="number", min=1, max=99, step="any"),
            "收入等累计数用",
        ),
        *(
            field(
                f"{BY_KEY[one.projection.course.indicator].label}，{stretch.period.label}",
                text(name, args.get(name, ""), kind="number", min=0, step="any"),
                BY_KEY[one.projection.course.indicator].unit,
            )
            for one in found.goals
            for stretch in one.projection.stretches
            for name in (f"{one.projection.course.indicator}.{stretch.period}",)
        ),
    ]
    reset = link_button("恢复", f"/parks/{found.park.code}/foresight")
    pressed = html.P([button("按所填数重算"), " ", reset])
    form = search_form(html.Div(fields, className="field-grid"), pressed, kind="stack")
    return card("更改假设", form, id="assumptions", note="所填的半年以所填为准，其余各期分摊余数；只改本页，不存入系统")


def _assumptions(args: Mapping[str, str]) -> tuple[Decimal | None, dict[tuple[str, HalfYear], Decimal], list[str]]:
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


PAGE = Page("foresight", "/parks/<code>/foresight", layout, live)
