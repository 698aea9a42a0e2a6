"""工作日历: a year by its months, days off and make-up workdays in words; imported whole or edited by the day."""

from __future__ import annotations

from calendar import Calendar
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.rule_parts import park_link, rule_tabs
from policy.rulebook import NOTICE_DAY
from policy.terms import Light
from services.rescheduling import Listed
from services.work_calendar import LAST_YEAR, OFF, WORK, Day, Year, known_years, provisional, year_of

CROSSING = (Column("园区", "head"), Column("应报事项"), Column("报送截止日", "day"))
HEADS = "一二三四五六日"


def layout(visit: Visit) -> View:
    year = _asked(visit)
    with visit.platform.database.read() as session:
        shown, known = year_of(session, year), known_years(session)
        crossing = provisional(session, visit.actor) if shown.provisional else ()
    return View(
        "工作日历",
        body=[
            rule_tabs("/calendar"),
            _years(shown, known, visit),
            card(f"{year}年", _unknown(shown), _months(shown), id="year", note=_note(shown)),
            _crossing(shown, crossing),
            html.Div([_import(shown, visit), _edit(shown, visit)], className="columns"),
        ],
        lead="截止日遇休息日顺延的，按本日历顺延；半年函报默认不顺延。",
    )


def _asked(visit: Visit) -> int:
    text = visit.args.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else visit.today.year
    return year if NOTICE_DAY.year <= year <= LAST_YEAR else visit.today.year


def _years(shown: Year, known: tuple[int, ...], visit: Visit) -> html.Nav:
    years = sorted({*known, visit.today.year, visit.today.year + 1, shown.year})
    links = [
        html.A(
            f"{year}年" if year in known else f"{year}年（暂定）",
            href=f"/calendar?year={year}", **({"aria-current": "true"} if year == shown.year else {}),
        )
        for year in years
    ]  # fmt: skip
    return html.Nav(links, className="kinds", **{"aria-label": "年份"})


def _note(year: Year) -> str:
    if year.provisional:
        return ""
    return f"依据：{year.document}{'（系统自带）' if year.built_in else ''}"


def _unknown(year: Year) -> Node:
    if not year.provisional:
        return None
    said = f"{year.year}年放假安排未导入，按周末推算；据此顺延的截止日为暂定。国务院办公厅发布后请导入。"
    return html.P([lights.light(Light.YELLOW, "暂定"), " ", said], className="notice notice-refused")


def _months(year: Year) -> html.Div:
    marked = {day.day: day for day in year.days}
    return html.Div([_month(year.year, month, marked) for month in range(1, 13)], className="year-months")


def _month(year: int, month: int, marked: dict[date, Day]) -> html.Div:
    weeks = Calendar(0).monthdatescalendar(year, month)
    head = html.Thead(html.Tr([html.Th(word, scope="col") for word in HEADS]))
    body = html.Tbody([html.Tr([_cell(day, month, marked) for day in week]) for week in weeks])
    return html.Div([html.H3(f"{month}月"), html.Table([head, body], className="month")])


def _cell(day: date, month: int, marked: dict[date, Day]) -> html.Td:
    if day.month != month:
        return html.Td()
    found = marked.get(day)
    if found is None:
        return html.Td(str(day.day), className="weekend" if day.weekday() >= 5 else "")
    word = WORK if found.working else OFF
    title = f"{found.told}{f'，{found.name}' if found.name else ''}"
    return html.Td([str(day.day), html.Small(word)], className="worked" if found.working else "off", title=title)


def _crossing(year: Year, found: tuple[Listed, ...]) -> Node:
    if not year.provisional:
        return None
    rows = [row(CROSSING, (park_link(one.park, one.park_name), one.label, labels.day(one.due_on))) for one in found]
    nothing = empty("没有截止日按未导入的年份顺延。")
    return card(
        "暂定的截止日",
        table("暂定的截止日", CROSSING, rows, empty=nothing),
        note="按未导入年份的周末推算，导入后如有不同会列出",
    )


def _import(year: Year, visit: Visit) -> html.Section:
    typed = visit.args if visit.args.get("from") == "list" else {}
    return card(
        "导入一年",
        form(
            "/calendar/preview",
            field("年份", text("year", typed.get("year", str(year.year)), required=True, maxlength="4",
                               inputmode="numeric")),
            html.P(["可先下载", html.A(f"{year.year}年日历表", href=f"/calendar/{year.year}.csv"),
                    "，用WPS表格填写，一天一行，仍存为CSV格式；整年替换。"]),
            field("日历表", element("input", type="file", name="file", accept=".csv,.txt", required=True),
                  "日期、“休”或“班”、名称三列，如 2027-01-01,休,元旦；第一行的列名不改"),
            field("依据文件", text("document", typed.get("document", ""), required=True, maxlength="200",
                                   placeholder=f"如：国务院办公厅关于{year.year}年部分节假日安排的通知")),
            button("预览影响"),
            files=True,
            which=("from", "list"),
        ),
        id="import",
    )  # fmt: skip


def _edit(year: Year, visit: Visit) -> Node:
    if year.provisional:
        return None
    typed = visit.args if visit.args.get("from") == "day" else {}
    kinds = [(OFF, "休（放假）"), (WORK, "班（调休上班）"), ("", "按星期")]
    return card(
        "更改一天",
        form(
            "/calendar/preview",
            hidden("year", year.year),
            field("日期", text("day", typed.get("day", ""), kind="date", required=True,
                               min=f"{year.year}-01-01", max=f"{year.year}-12-31")),
            field("改为", choice("kind", kinds, typed.get("kind", OFF))),
            field("名称（可不填）", text("name", typed.get("name", ""), maxlength="50", placeholder="如：国庆节")),
            field("依据文件", text("document", typed.get("document", year.document), required=True, maxlength="200")),
            button("预览影响"),
            which=("from", "day"),
        ),
        id="edit",
    )  # fmt: skip


PAGE = Page("work_calendar", "/calendar", layout)
