"""工作台: what waits for whoever looks, by what they may do; then every park they may know of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from dash import html
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, link_button, tile
from dashboard.components.figure import counted
from dashboard.holding import holdings_card
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.parks_table import (
    LAGGING,
    in_acceptance,
    is_lagging,
    is_overdue,
    is_pending,
    park_table,
    table_rows,
)
from dashboard.progress_parts import in_hand_notice
from dashboard.reach import Reach, notice, reach
from dashboard.reach import items as reach_items
from dashboard.recomputed import recomputed_notice
from dashboard.unit_map import Standing, unit_map
from db.queries.access import ParkName, parks_in_scope
from db.queries.alerts import proposals_waiting
from db.queries.owed import Owed
from db.queries.parks import OverviewRow, overview
from db.queries.progress import in_hand
from db.queries.reports import Waiting, waiting
from db.queries.scores import waiting_sheets
from db.queries.tiles import Tile, tiles
from db.queries.withheld import withheld
from policy.access import Permission
from policy.indicators.catalogue import BY_KEY
from policy.terms import Light, Stage, SubmissionState


def layout(visit: Visit) -> View:
    if visit.may(Permission.VIEW_OVERVIEW):
        return _of_parks(visit)
    if visit.may(Permission.VIEW_PARK):
        return _of_reviews(visit)
    return _of_the_system(visit)


def _of_parks(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        rows = overview(session, visit.actor.scope)
        decisions = waiting(session, visit.actor, SubmissionState.SUBMITTED)
        drafts = waiting(session, visit.actor, SubmissionState.DRAFT, SubmissionState.RETURNED)
        places = tiles(session, visit.today) if visit.actor.scope.everything else ()
        reached = _reach(session, rows, visit)
        pressing = proposals_waiting(session, visit.actor.scope) if visit.may(Permission.MANAGE_PRESSING) else 0
        progress = in_hand(session, visit.actor)
        scoring = visit.may(Permission.ENTER_SCORES)
        sheets = waiting_sheets(session, visit.actor.scope, visit.actor.account) if scoring else ()
        claims = [entry for entry in withheld(session, visit.actor) if entry.waits and not entry.own]
        recomputed = recomputed_notice(session, visit)
    committee = visit.may(Permission.REVIEW_REPORT)
    todo = _to_decide(decisions, visit) if committee else _to_report(rows, drafts, visit)
    upload = link_button("上传报告", "/reports/new", "primary") if visit.may(Permission.UPLOAD_REPORT) else None
    return View(
        "工作台",
        body=[
            recomputed,
            _tiles(rows, visit.today),
            _claims(len(claims)),
            _pressing(pressing),
            *(_scores(*one) for one in sheets),
            *map(in_hand_notice, progress),
            None if committee else notice(reached, visit.today),
            html.Div(
                [todo, _late(rows, visit, reached if committee else Reach()), _map(places, rows, visit.today)],
                className="columns",
            ),
            holdings_card(rows, visit.today),
            card(
                "园区总览", park_table(table_rows(rows, visit.today), _no_parks(visit)), note="按行政区划序", wide=True
            ),
        ],
        lead=[f"{labels.day(visit.today)}，共", counted(f"{len(rows)}个园区", "/parks")],
        actions=upload,
    )


def _claims(count: int) -> Node:
    """Files not kept for a 密级 mark whose uploaders wait for somebody to look at the original."""
    if not count:
        return None
    return html.P([counted(f"{count}份文件申明为误报", "/withheld"), "，待核对原件。"], className="notice")


def _pressing(count: int) -> Node:
    """Mails over the handlers' heads that wait for approval."""
    if not count:
        return None
    return html.P(["拟催报清单有", counted(f"{count}项", "/press"), "待批。"], className="notice")


def _scores(park: ParkName, count: int) -> Node:
    """Score sheets somebody else entered, to be held against their scans."""
    told = [f"{park.short_name}有", counted(f"{count}份专家评分表", f"/parks/{park.code}/panel/scores"), "待复核。"]
    return html.P(told, className="notice")


def _tiles(rows: Sequence[OverviewRow], today: date) -> html.Div:
    overdue = [row for row in rows if is_overdue(row, today)]
    lagging = [row for row in rows if is_lagging(row, today)]
    pending = [row for row in rows if is_pending(row, today)]
    acceptance = [row for row in rows if in_acceptance(row, today)]
    return html.Div(
        [
            tile("逾期未报", len(overdue), _names(overdue), "/parks?show=overdue", "tile-red" if overdue else ""),
            tile("进度滞后", len(lagging), _names(lagging), "/parks?show=lagging", "tile-yellow" if lagging else ""),
            tile("待审核", len(pending), _names(pending), "/parks?show=pending", "tile-blue" if pending else ""),
            tile("验收在办", len(acceptance), _names(acceptance), "/parks?show=acceptance"),
        ],
        className="tiles",
    )


def _names(rows: Sequence[OverviewRow]) -> str:
    names = "、".join(labels.short_name(row.title) for row in rows[:3])
    return f"{names}等" if len(rows) > 3 else names or "无"


def _to_decide(found: Sequence[Waiting], visit: Visit) -> html.Section:
    """For the committee: reports that wait for its decision, the longest first."""
    items = [
        _item(
            html.A(_report_word(entry), href=f"/reports/{entry.id}"),
            f"{entry.district} · {entry.version.label}",
            lights.light(Light.BLUE, _sent(entry, visit)),
        )
        for entry in found
    ]
    nothing = empty("没有待审核的报告。", "区县报送后会出现在这里。")
    return card("待办：待审核", html.Ul(items, className="items") if items else nothing)


def _sent(entry: Waiting, visit: Visit) -> str:
    days = (visit.today - entry.since).days
    return f"已报送{days}天" if days else "今天报送"


def _to_report(rows: Sequence[OverviewRow], drafts: Sequence[Waiting], visit: Visit) -> html.Section:
    """For a district or an operator: what they owe by date, and what came back."""
    items = [
        _item(
            html.A(_report_word(entry), href=f"/reports/{entry.id}"),
            f"{entry.version.label}，{_wanted(entry, visit)}",
            lights.state(entry.state),
        )
        for entry in drafts
    ]
    items += [
        _item(
            html.A(f"{labels.short_name(row.title)} {owed.period.label}", href=f"/parks/{row.code}#obligations"),
            _by_when(owed, visit.today),
            lights.receipt(owed.state, overdue=owed.overdue),
        )
        for row in rows
        for owed in row.owed(visit.today)
        if owed.waits and owed.period.end < visit.today
    ]
    nothing = empty("目前没有需要办理的事项。", "报告期结束后，应报事项会出现在这里。")
    return card("待办", html.Ul(items, className="items") if items else nothing)


def _by_when(owed: Owed, today: date) -> str:
    left = labels.left(owed.due_on, today, provisional=owed.provisional)
    return f"报送截止日 {labels.day(owed.due_on)}，{left}"


def _wanted(entry: Waiting, visit: Visit) -> str:
    if not visit.may(Permission.SUBMIT_REPORT):
        return "由区县经信部门办理"
    return "请修改后重新上传" if entry.state is SubmissionState.RETURNED else "请核对后报送"


def _reach(session: Session, rows: Sequence[OverviewRow], visit: Visit) -> Reach:
    """Of the districts whose parks are still under way."""
    return reach(session, visit, {row.district_id for row in rows if row.stage(visit.today) is not Stage.TITLED})


def _late(rows: Sequence[OverviewRow], visit: Visit, reached: Reach) -> html.Section:
    """What is late and with whom, which parks drift, and whom no mail reaches."""
    today = visit.today
    items = [
        _item(
            html.A(labels.short_name(row.title), href=f"/parks/{row.code}"),
            [
                f"{row.district} · {'、'.join(o.period.label for o in row.owed(today) if o.overdue)}",
                *_to_press(row, visit),
            ],
            lights.light(Light.RED, "逾期未报"),
        )
        for row in rows
        if is_overdue(row, today)
    ]
    items += [
        _item(
            html.A(labels.short_name(row.title), href=f"/parks/{row.code}#goals"),
            _drifting(row),
            lights.light(row.light),
        )
        for row in rows
        if is_lagging(row, today)
    ]
    items += [_item(*unreached) for unreached in reach_items(reached, today)]
    return card("需要关注", html.Ul(items, className="items") if items else empty("没有逾期未报或进度滞后的园区。"))


def _to_press(row: OverviewRow, visit: Visit) -> Sequence[Node]:
    """The way to whom to call, and to the letter."""
    if not visit.may(Permission.MANAGE_PRESSING):
        return ()
    asked = urlencode({"kind": "report", "q": labels.short_name(row.title)})
    return " · ", html.A("催办", href=f"/alerts?{asked}", **{"aria-label": f"催办：{labels.short_name(row.title)}"})


def _drifting(row: OverviewRow) -> html.Span:
    """The lagging indicators by name; the whole sentences on demand."""
    found = [verdict for verdict in row.verdicts if verdict.light in LAGGING]
    names = "、".join(BY_KEY[verdict.key].label for verdict in found)
    return html.Span(f"{row.district} · {names}", title="；".join(verdict.sentence for verdict in found))


def _item(name: Node, detail: Node, state: Node) -> html.Li:
    return html.Li([html.Div([name, html.Span(detail, className="small")]), state])


def _report_word(entry: Waiting) -> str:
    return f"{labels.short_name(entry.park_title)} {entry.period.label if entry.period else ''}".strip()


def _map(places: Sequence[Tile], rows: Sequence[OverviewRow], today: date) -> Node:
    by_unit: dict[int, list[OverviewRow]] = {}
    for row in rows:
        by_unit.setdefault(row.district_id, []).append(row)
    return unit_map(
        places,
        {unit: Standing(len(parks), _worst(parks, today), _names(parks)) for unit, parks in by_unit.items()},
    )


def _worst(parks: Sequence[OverviewRow], today: date) -> Light:
    if any(is_overdue(row, today) for row in parks):
        return Light.RED
    order = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
    return min((row.light for row in parks), key=lambda light: order.index(light), default=Light.GREY)


def _no_parks(visit: Visit) -> Node:
    if visit.actor.scope.everything:
        return empty("尚未登记园区。", "批复同意建设后，请系统管理员登记园区，登记后会出现在这里。")
    return empty("您的管理范围内尚无园区。", "批复同意建设并登记后会出现在这里；如有疑问，请联系市经济信息委。")


def _of_reviews(visit: Visit) -> View:
    """For an expert: the parks to look at."""
    with visit.platform.database.read() as session:
        parks = parks_in_scope(session, visit.actor.scope)
    items = [_review(park) for park in parks]
    nothing = empty(
        "目前没有您参加评审的园区。", "列入专家组并登记保密及回避承诺书后会出现在这里；如有疑问，请联系市经济信息委。"
    )
    return View("工作台", body=card("我的评审", html.Ul(items, className="items") if items else nothing))


def _review(park: ParkName) -> html.Li:
    links = [
        html.A("园区情况", href=f"/parks/{park.code}"),
        html.A("自评", href=f"/parks/{park.code}/self-assessment"),
        html.A("验收", href=f"/parks/{park.code}/acceptance"),
        html.A("佐证资料", href=f"/parks/{park.code}/evidence"),
        html.A("专家组", href=f"/parks/{park.code}/panel"),
        html.A("评分", href=f"/parks/{park.code}/panel/scores"),
    ]
    return html.Li([html.Strong(park.title), html.Div(links, className="links")])


def _of_the_system(visit: Visit) -> View:
    """For an administrator: whether all runs, and who may enter."""
    doors = (
        ("任务运行", "/jobs", Permission.VIEW_JOBS, "定时任务的运行时间和结果"),
        ("发件箱", "/outbox", Permission.VIEW_OUTBOX, "待发、已发和未送达的邮件"),
        ("账号", "/admin/accounts", Permission.MANAGE_ACCOUNTS, "账号的开通、停用和锁定"),
        ("操作日志", "/admin/audit", Permission.VIEW_AUDIT, "谁在何时做了什么"),
    )
    items = [
        html.Li([html.A(word, href=href), html.Span(what, className="small")])
        for word, href, needs, what in doors
        if visit.may(needs)
    ]
    with visit.platform.database.read() as session:
        recomputed = recomputed_notice(session, visit)
    body = [recomputed, card("系统管理", html.Ul(items, className="items"))]
    return View("工作台", body=body, lead="系统管理员不查看业务数据。")


PAGE = Page("home", "/", layout, menu="工作台")
