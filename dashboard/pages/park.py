"""One park: where it stands, its figures over time against its goals, what it owes, and its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from dash import html
from flask import abort
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.archive_parts import papers_card
from dashboard.components import lights
from dashboard.components.blocks import card, elapsed, facts, link_button
from dashboard.components.figure import counted, estimated, figure
from dashboard.components.tabs import contents, park_crumbs, park_tabs
from dashboard.corrections_table import corrections_card
from dashboard.derived_parts import derived_card, peers_card
from dashboard.dossier_tables import problems_list
from dashboard.holding import pending_notice
from dashboard.issue_parts import issues_card
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.park_corrections import issued_card
from dashboard.park_obligations import obligations_card
from dashboard.park_pictures import compared, explained, over_time, shown
from dashboard.park_record import changes, contacts, letters, roster, steps, versions
from dashboard.park_tables import figures_table, goals_table
from dashboard.report_versions import attempts_list
from dashboard.visit_parts import visits_card
from db.queries.accounts import names
from db.queries.attempts import Attempt, attempts
from db.queries.corrections import corrections
from db.queries.issued import issued
from db.queries.obligations import ParkLedger, park_ledger
from db.queries.park_detail import ParkDetail, VersionRow, detail
from db.queries.park_detail import versions as sent_versions
from db.queries.rectifications import rectifications
from db.queries.rosters import rosters
from db.queries.visits import visits
from policy.access import Permission
from policy.deadlines import elapsed_share
from policy.facts import ParkFact
from policy.figures import plain
from policy.indicators.catalogue import HEADLINES
from policy.indicators.indicator import Indicator
from policy.provenance import figure_path
from policy.tables import ROSTER
from policy.terms import HalfYear, Light
from services.assessments import dossier
from services.documents.catalogue import KINDS
from services.dossiers import Dossier, Figure, GoalResult
from services.peers import compare
from services.sealing import Seal, seals


def layout(visit: Visit, code: str) -> View:
    park, file = _known(visit, code)
    with visit.platform.database.read() as session:
        sent = sent_versions(session, visit.actor, park.park.id)
        failed, owed = attempts(session, visit.actor, code), park_ledger(session, park.park.id, visit.today)
        analysed = _analysed(session, park, visit)
        checked = _checked(session, park.park.code, visit)
        papers, sealed = _papers(session, park.park.code, _periods(sent), visit), seals(session, park.park.id)
    return View(
        park.park.title,
        body=[park_tabs(park.park.code, "", visit.actor), contents(CONTENTS), _summary(park, file, visit)],
        after=[*_parts(park, file, owed, analysed, checked, sent, failed, sealed, visit), *papers],
        lead=[lights.stage(park.park.stage), html.Span(f"{park.park.district} · 园区代码 {park.park.code}")],
        actions=_actions(park, visit),
        crumbs=park_crumbs(visit.actor),
    )


CONTENTS = (
    ("charts", "主要指标"), ("composition", "变化和构成"), ("goals", "建设目标"), ("figures", "指标数据"),
    ("derived", "数据分析"), ("obligations", "应报事项"), ("visits", "现场核查"), ("issues", "问题整改"),
    ("versions", "报告"), ("letters", "收文"), ("roster", "一览表"), ("steps", "办理记录"), ("changes", "变更事项"),
    ("corrections", "更正说明"), ("papers", "公文和报告"), ("issued", "定稿文件"),
)  # fmt: skip


def live(visit: Visit, code: str) -> Node:
    """The headline indicators over time, the same figures standing as a table below; what changed, and in what."""
    park, file = _known(visit, code)
    charts = [_chart(indicator, park, file, visit.today) for indicator in HEADLINES]
    with visit.platform.database.read() as session:
        listed = rosters(session, park.park.id, visit.today)
    return [
        card(
            "主要指标",
            pending_notice(park.owed, visit.may(Permission.VIEW_REPORT)),
            html.Div(charts, className="charts"),
            id="charts",
            note="只显示审核通过的数据；点数字可追溯来源",
        ),
        card(
            "变化和构成",
            html.Div([explained(drawn, code) for drawn in compared(park, listed)], className="charts"),
            id="composition",
            note="点数字可追溯来源",
        ),
    ]


def _known(visit: Visit, code: str) -> tuple[ParkDetail, Dossier]:
    with visit.platform.database.read() as session:
        park = detail(session, visit.actor.scope, code, visit.today)
        if park is None:
            abort(404)
        return _with_names(park, names(session)), dossier(session, visit.actor.scope, code, visit.today)


def _with_names(park: ParkDetail, known: Mapping[str, str]) -> ParkDetail:
    """Whoever uploaded or recorded something, by the name officials know."""

    def called(name: str) -> str:
        return known.get(name, name)

    return replace(
        park,
        figures=tuple(replace(entry, uploaded_by=called(entry.uploaded_by)) for entry in park.figures),
        changes=tuple(replace(entry, recorded_by=called(entry.recorded_by)) for entry in park.changes),
    )


def _summary(park: ParkDetail, file: Dossier, visit: Visit) -> html.Section:
    known = park.park
    rows: list[tuple[str, Node]] = [
        ("所属区县", known.district),
        ("批复文号", known.approval_no),
        ("批复同意建设", labels.day(known.approved_on)),
        ("建设期满", labels.day(known.ends_on)),
        ("序时进度", _passed(known, visit.today)),
        ("运营管理机构", park.operator),
        ("主体园区", park.host_park),
        ("园区地址", park.address),
        ("四至范围", park.boundary),
    ]
    return card("基本情况", facts(rows), problems_list(file) if file.problems else None, id="about")


def _passed(park: ParkFact, today: date) -> html.Div:
    """序时进度, counted from the two dates above it."""
    return elapsed(elapsed_share(park.approved_on, park.ends_on, today), (park.ends_on - today).days, "#about")


def _actions(park: ParkDetail, visit: Visit) -> list[Node]:
    code = park.park.code
    return [
        link_button("收文登记", f"/letters/new?park={code}") if visit.may(Permission.RECORD_LETTER) else None,
        link_button("上传报告", f"/reports/new?park={code}", "primary")
        if visit.may(Permission.UPLOAD_REPORT)
        else None,
    ]


def _chart(indicator: Indicator, park: ParkDetail, file: Dossier, today: date) -> html.Figure:
    drawn = over_time(indicator, park, today)
    return shown(drawn, park.park.code, _newest(indicator, file), sheet_shown=False)


def _newest(indicator: Indicator, file: Dossier) -> html.P:
    newest = file.newest_figure(indicator.key)
    if newest is None:
        return html.P("尚无审核通过的数据", className="muted newest")
    result = next((goal for goal in file.goals if goal.goal.key == indicator.key), None)
    value = html.Span(figure(plain(newest.value), newest.source.path), className="figure")
    words = [value, indicator.unit, estimated(newest.kind), f" · {newest.source.period} "]
    return html.P([*words, *(_judged(result, newest) if result else ())], className="newest")


def _judged(result: GoalResult, newest: Figure) -> list[Node]:
    """The verdict, and on which figure it rests when that is not the newest one."""
    judged, known = result.judged, result.judged_on
    if judged is None or known is None:
        return [lights.light(Light.GREY, "全年数出来后比较")]
    if judged.pace is not None and judged.pace.twelve is not None:
        return [lights.light(judged.light), "（按近12个月累计判断）"]
    basis = [f"（按{known.source.period}", figure(known.as_text, known.source.path), "判断）"]
    return [lights.light(judged.light), *(basis if known.period != newest.period else ())]


def _parts(
    park: ParkDetail,
    file: Dossier,
    owed: ParkLedger,
    analysed: Sequence[Node],
    checked: Sequence[Node],
    sent: Sequence[VersionRow],
    failed: Sequence[Attempt],
    sealed: Sequence[Seal],
    visit: Visit,
) -> list[Node]:
    return [
        card(
            "建设目标",
            goals_table(file),
            _goals_link(park),
            id="goals",
            note=GOALS_NOTE,
        ),
        card(
            "指标数据",
            pending_notice(park.owed, visit.may(Permission.VIEW_REPORT)),
            figures_table(park),
            id="figures",
            note="点数字可追溯来源",
        ),
        *analysed,
        obligations_card(owed, file, park, visit),
        *checked,
        card("园区发展情况表", versions(sent, visit), attempts_list(failed), id="versions"),
        card("收文登记", letters(park, sealed, visit), id="letters"),
        card("园区网络安全企业一览表", roster(park), id="roster", note=_roster_note(park)),
        card("办理记录", steps(park), id="steps", note="依据：五(三)"),
        card("变更事项", changes(park), id="changes"),
        card("联系人", contacts(park, visit), id="contacts", note="电话、邮箱已作遮盖")
        if visit.may(Permission.VIEW_CONTACTS)
        else None,
    ]


GOALS_NOTE = (
    "完成率＝实际÷目标，不与序时进度相比；增量完成率＝（实际−基期）÷（目标−基期）；"
    "增量相差＝增量完成率－同期按目标路径应完成的增量比例"
)


def _analysed(session: Session, park: ParkDetail, visit: Visit) -> list[Node]:
    """What is worked out from the figures, and where the park stands, for whoever may compare parks."""
    found: list[Node] = [derived_card(park)]
    if visit.may(Permission.VIEW_PEERS):
        found.append(peers_card(compare(session, visit.actor, park.park.code), park.park.code))
    return found


def _goals_link(park: ParkDetail) -> html.P:
    return html.P(html.A("阶段目标、推进方式和历次目标", href=f"/parks/{park.park.code}/goals"))


def _checked(session: Session, code: str, visit: Visit) -> list[Node]:
    """现场核查 and the 问题整改台账, for whoever may see them."""
    if not visit.may(Permission.VIEW_VISITS):
        return []
    scope = visit.actor.scope
    return [
        visits_card(visits(session, scope, code), visit),
        issues_card(rectifications(session, scope, code), visit),
    ]


def _papers(session: Session, code: str, periods: Iterable[HalfYear], visit: Visit) -> list[Node]:
    """What was corrected, for whoever may open reports; what went out, of the kinds one may see."""
    kinds = [key for key, kind in KINDS.items() if visit.may(kind.permission)]
    frozen = issued_card(code, issued(session, visit.actor.scope, kinds, code), periods, visit)
    drawn_up = papers_card(code, visit)
    if not visit.may(Permission.VIEW_REPORT):
        return [drawn_up, frozen]
    told = corrections(session, visit.actor.scope, code)
    return [corrections_card(told, f"/parks/{code}/corrections"), drawn_up, frozen]


def _periods(sent: Iterable[VersionRow]) -> list[HalfYear]:
    """Half-years anything was sent for, newest first."""
    return list(dict.fromkeys(row.period for row in sent))


def _roster_note(park: ParkDetail) -> Node:
    if park.roster_period is None:
        return None
    count = counted(f"{len(park.roster)}家", figure_path(park.park.code, park.roster_period, ROSTER.key))
    return [f"{park.roster_period.label}，共", count, "；电话已作遮盖"]


PAGE = Page("park", "/parks/<code>", layout, live)
