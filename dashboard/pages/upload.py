"""Sending a file: choose it, and it is read and checked at once; nothing counts before 报送."""

from __future__ import annotations

from dash import html

from dashboard.components.blocks import card
from dashboard.components.forms import button, choice, field, form
from dashboard.labels import NON_CLASSIFIED
from dashboard.markup import Node, element
from dashboard.obligation_parts import locks_list
from dashboard.page import Page, View, Visit
from db.queries.access import ParkName, parks_in_scope
from db.queries.obligations import Entry, with_a_lock
from policy.terms import FigureKind, HalfYear

KINDS = [("", "由文件内容判定"), *((str(kind), kind.label) for kind in FigureKind)]
ACCEPTED = ".xlsx,.xls,.ods,.docx,.csv,.html,.htm"


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        parks = parks_in_scope(session, visit.actor.scope)
        locked = with_a_lock(session, visit.actor.scope, visit.today)
    return View(
        "上传报告",
        body=html.Div([card("选择文件", _form(parks, visit)), _help(parks, locked, visit)], className="columns two"),
        lead="园区发展情况表（半年报）或申报表。上传后立即预审，逐格列出问题；报送前不计入任何统计。",
        crumbs=(("工作台", "/"),),
    )


def _form(parks: tuple[ParkName, ...], visit: Visit) -> Node:
    options = [("", "由文件内容判定"), *((park.code, park.title) for park in parks)]
    periods = [("", "由文件内容判定"), *((str(period), period.label) for period in _periods(visit))]
    file = element("input", type="file", name="file", required=True, accept=ACCEPTED)
    zone = html.Label(
        [html.Span("点击选择文件，或把文件拖到这里", className="dropzone-word"),
         html.Span("支持 .xlsx、.xls、.ods、.docx、.csv，不超过25MB", className="hint"), file],
        id="upload", className="dropzone",
    )  # fmt: skip
    return form(
        "/reports/new",
        html.P(NON_CLASSIFIED, className="non-classified"),
        field(
            "园区（可不选）", choice("park", options, visit.args.get("park", "")), "选了则与文件内容核对，不一致会提示"
        ),
        field("报告期（可不选）", choice("period", periods, visit.args.get("period", ""))),
        field(
            "数据性质（可不选）",
            choice("figure_kind", KINDS, ""),
            "文件没有写明时按此读取；6月前后报送的上半年数多为预计数",
        ),
        zone,
        button("上传并检查"),
        files=True,
    )


def _periods(visit: Visit) -> list[HalfYear]:
    """The half-years of about three years back, newest first."""
    period = HalfYear.containing(visit.today)
    found = []
    for _ in range(6):
        found.append(period)
        period = period.previous()
    return found


def _help(parks: tuple[ParkName, ...], locked: tuple[Entry, ...], visit: Visit) -> html.Section:
    """The templates for the half-year that has ended last, and what happens next."""
    period = HalfYear.containing(visit.today).previous()
    links = [
        html.Li(html.A(f"{park.short_name} {period.label}模板", href=f"/parks/{park.code}/template/{period}.xlsx"))
        for park in parks[:12]
    ]
    steps = html.Ol(
        [
            html.Li("选择文件后自动上传，系统读出每个单元格，标明“正常、已规整、待确认、须更正”。"),
            html.Li(
                "有“须更正”的，在问题清单中直接更正，或下载标注问题的原表改好后上传；每次上传都是新的一版，旧版保留。"
            ),
            html.Li("核对无误后点“报送”，由市经济信息委审核；审核通过的数据才作为事实显示。"),
            html.Li("区县政府的半年函由市经济信息委收文登记，数据和函都到才算“已报”。"),
            html.Li(["带有密级标志的文件不予保存，确属误报的可在", html.A("涉密误传", href="/withheld"), "中申明。"]),
        ]
    )
    templates = [html.H3("预填模板"), html.Ul(links, className="plain-list")] if links else None
    locks = [html.H3("封账"), locks_list(locked)] if locked else None
    return card("怎样报送", steps, locks, templates)


PAGE = Page("upload", "/reports/new", layout, menu="上传报告")
