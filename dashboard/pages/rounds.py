"""报送通知: every round, drafted and confirmed; a new one is drafted here."""

from __future__ import annotations

from datetime import timedelta

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, text, ticks
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.round_parts import scope, state
from dashboard.rule_parts import three_dates
from db.queries.rounds import RoundRow, districts_with_parks, periods_owed, rounds
from db.rulebook_facts import rulebook
from policy.periods import Period
from policy.terms import ObligationKind

COLUMNS = (
    Column("报告期", "head"),
    Column("状态"),
    Column("发文字号"),
    Column("成文日期", "day"),
    Column("范围"),
    Column("报送截止日"),
    Column("下载"),
)
DEFAULTS = {
    "confirmed": "没有报送通知的报告期，按系统默认日期执行（可在“规则数值”中改为日期暂定）。",
    "notice": "没有报送通知的报告期，日期暂定：只发中性提醒，不作逾期处理。",
}


SOON = timedelta(days=45)
"""So long before a period ends its notice is drafted."""


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = rounds(session)
        owed, districts = periods_owed(session), districts_with_parks(session)
        mode = rulebook(session).choice("rounds", visit.today, ObligationKind.HALF_YEAR_REPORT)
    nothing = empty("尚未拟制报送通知。", "在下面拟制，经办公室编号、用印印发后回来确认。")
    rows = [row(COLUMNS, _cells(entry)) for entry in found]
    listed = card("报送通知", table("报送通知", COLUMNS, rows, empty=nothing), note=DEFAULTS[mode])
    return View(
        "报送通知",
        body=[listed, card("拟制", _form(owed, districts, visit), id="draft", note="确认之前不影响任何截止日")],
        lead="每个报告期由一份报送通知开启，写明报送截止日、宽限截止日和封账日。",
    )


def _cells(entry: RoundRow) -> tuple[Node, ...]:
    papers = [html.A(word, href=f"/rounds/{entry.id}.{kind}") for word, kind in (("Word", "docx"), ("PDF", "pdf"))]
    return (
        html.A(entry.label, href=f"/rounds/{entry.id}"),
        state(entry),
        entry.number or "—",
        labels.day(entry.dated),
        scope(entry),
        three_dates(entry.dates),
        html.Div(papers, className="links"),
    )


def _form(owed: tuple[tuple[ObligationKind, Period], ...], districts: tuple[str, ...], visit: Visit) -> Node:
    if not owed:
        return empty("尚无应报事项。", "登记园区后才能拟制报送通知。")
    typed = visit.args
    options = [(f"{kind}:{period}", f"{period.label}{kind.label}") for kind, period in owed]
    return form(
        "/rounds",
        field("报告期", choice("round", options, typed.get("round", _next(owed, visit)), required=True)),
        field("报送截止日", text("due_on", typed.get("due_on", ""), kind="date", required=True)),
        field("宽限截止日（可不填）", text("grace_on", typed.get("grace_on", ""), kind="date"),
              "此日及以前报送的记为迟报，不作逾期处理；不填则无宽限，已有通知的沿用其宽限天数"),
        field("封账日（可不填）", text("lock_on", typed.get("lock_on", ""), kind="date"),
              "其后不再接收本期报送，须先登记延期报送；不填则不封账，已有通知的沿用其封账日"),
        field("范围（不选则为全部区县）", ticks("units", [(name, name) for name in districts],
                                               typed.get("units", "").split(","))),
        button("拟制"),
        kind="stack narrow",
    )  # fmt: skip


def _next(owed: tuple[tuple[ObligationKind, Period], ...], visit: Visit) -> str:
    """The half-year that is over or nearly so, else the last one somebody owes."""
    half_years = [(kind, period) for kind, period in owed if kind is ObligationKind.HALF_YEAR_REPORT]
    near = [one for one in half_years if one[1].end <= visit.today + SOON]
    kind, period = (near or half_years or owed)[0]
    return f"{kind}:{period}"


PAGE = Page("rounds", "/rounds", layout, menu="报送通知")
