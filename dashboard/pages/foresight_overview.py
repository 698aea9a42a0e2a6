"""趋势研判 over all parks of one's scope: which goals are hard to reach, in three words, for internal reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.tables import Column, row, table
from dashboard.foresight_parts import INTERNAL, NO_WORD, chance_word, paces
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.indicator import Indicator
from policy.terms import Chance
from services.outlooks import GoalForeseen, ParkOutlooks, all_outlooks

WATCHED = (Column("园区", "head"), Column("目标和今后每半年"))
NO_OUTLOOK = "none"
NOT_YET = "尚未研判，每日4时研判"
SHOWN: dict[str, str] = {
    "": "全部",
    **{chance.value: chance.label for chance in reversed(Chance)},
    NO_OUTLOOK: NO_WORD,
}
"""What the list can be narrowed to, by the word in the address; the gravest first."""


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        parks, worked_out_on = all_outlooks(session, visit.actor, visit.today)
    chosen = visit.args.get("word", "")
    chosen = chosen if chosen in SHOWN else ""
    found = [one for one in parks if not chosen or _goals(one, chosen)]
    told = f"{labels.day(worked_out_on)}研判，每日4时重算" if worked_out_on else NOT_YET
    return View(
        "趋势研判（内部参考）",
        body=[
            _watched(parks, visit, worked_out=worked_out_on is not None),
            _kinds(parks, chosen),
            card("各园区", _table(found), id="outlooks", note="点研判看测算表"),
        ],
        lead=f"{INTERNAL}；{told}；按行政区划序。",
        crumbs=(("指标看板", "/board"),),
    )


def _goals(park: ParkOutlooks, word: str) -> list[GoalForeseen]:
    """The park's goals with this word."""
    return [one for one in park.goals.values() if (one.chance.value if one.chance else NO_OUTLOOK) == word]


def _watched(parks: Sequence[ParkOutlooks], visit: Visit, *, worked_out: bool) -> html.Section:
    """拟关注: the goals that are hard to reach, and what each needs from now on."""
    hard = [(park, _goals(park, Chance.HARD)) for park in parks]
    rows = [row(WATCHED, (_name(park), _needs(park, goals, visit.today))) for park, goals in hard if goals]
    nothing = empty(f"没有研判为“{Chance.HARD.label}”的目标。" if worked_out else f"{NOT_YET}。")
    return card(
        "拟关注", table("拟关注", WATCHED, rows, empty=nothing), id="watched", note=f"研判为“{Chance.HARD.label}”的目标"
    )


def _needs(park: ParkOutlooks, goals: Sequence[GoalForeseen], today: date) -> html.Ul:
    page = f"/parks/{park.code}/foresight"
    lines = [
        [html.A(BY_KEY[one.course.indicator].label, href=_page(park, one)), "：", *paces(one.course, today, page)]
        for one in goals
    ]
    return html.Ul([html.Li(line) for line in lines], className="needs")


def _page(park: ParkOutlooks, one: GoalForeseen) -> str:
    return f"/parks/{park.code}/foresight#projection-{one.course.indicator}"


def _name(park: ParkOutlooks) -> list[Node]:
    return [
        html.A(park.short_name, href=f"/parks/{park.code}/foresight", className="name"),
        html.Span(park.district, className="small"),
    ]


def _kinds(parks: Sequence[ParkOutlooks], chosen: str) -> html.Nav:
    links = []
    for key, word in SHOWN.items():
        count = sum(len(_goals(park, key)) if key else len(park.goals) for park in parks)
        here = {"aria-current": "true"} if key == chosen else {}
        href = f"/foresight?word={key}" if key else "/foresight"
        links.append(html.A([word, html.Span(f"{count}项", className="count")], href=href, **here))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _table(parks: Sequence[ParkOutlooks]) -> html.Div:
    held = {key for park in parks for key in park.goals}
    shown = [one for one in CATALOGUE if one.key in held]
    columns = (Column("园区", "head"), *(Column(one.label, "cell", href=f"/indicators/{one.key}") for one in shown))
    rows = [row(columns, (_name(park), *(_cell(park, one) for one in shown))) for park in parks]
    nothing = empty("没有符合条件的园区。", html.A("查看全部园区", href="/foresight"))
    found = table("各园区趋势研判", columns, rows, empty=nothing)
    found.className += " board"
    return found


def _cell(park: ParkOutlooks, indicator: Indicator) -> Node:
    one = park.goals.get(indicator.key)
    if one is None:
        return html.Span("未设目标", className="muted")
    return html.A(chance_word(one.chance, one.why), href=_page(park, one))


PAGE = Page("foresight_overview", "/foresight", layout)
