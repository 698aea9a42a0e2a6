"""现场核查 of two parks, one made and one to come, and what stands in the 问题整改台账.

Loaded last: firms are drawn from the newest accepted roster.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from db.models import SiteVisit
from policy.access import Actor, Role, Scope
from policy.terms import VisitFinding
from services import clock, rectifications, visits
from services.demo import papers
from services.demo.acts import Office, park_id, there
from services.demo.municipality import BY_CODE, OPERATOR_SHOWN, PARKS, Story
from services.demo.stories import office_day
from services.rectifications import Demand, Problem
from services.visits import VisitPlan, VisitResult

VISITORS = "虚构市经济信息委2人、区县经信部门1人"
PURPOSE = "核对一览表企业在园情况和网络安全业务收入（虚构）"
SEED, SIZE = 4711, 6
FOUND = (VisitFinding.DIFFERS, "提供的账表较一览表所列数少，其中部分合同属关联企业（虚构）")
RESULT = "资料齐备，抽查企业均在园经营；1家收入口径不符，须核对更正（虚构）。"


def enter(office: Office) -> bool:
    """Whether there was anything left to do."""
    today, visited = clock.today(), BY_CODE[OPERATOR_SHOWN]
    ahead = next(park for park in PARKS if park.story is Story.UNDER_WAY)
    behind = next(park for park in PARKS if park.story is Story.LAGGING)
    with office.platform.database.write() as session:
        if there(session, SiteVisit.park_id == park_id(session, visited.code)):
            return False
        _made(office, session, visited.code, visited.operator, office_day(today - timedelta(days=12)))
        plan = VisitPlan(today + timedelta(days=9), VISITORS, PURPOSE, SIZE, SEED + 1)
        visits.plan(session, office.committee, ahead.code, plan)
        _elsewhere(office, session, behind.code, behind.operator, today)
    return True


def _made(office: Office, session: Session, code: str, operator: str, on: date) -> None:
    """The second firm differs; its line is under way and told of by the operator."""
    visit = visits.plan(session, office.committee, code, VisitPlan(on, VISITORS, PURPOSE, SIZE, SEED))
    firm = visit.firms[1]
    findings = {one.id: (VisitFinding.AGREES, "") for one in visit.firms} | {firm.id: FOUND}
    scan = papers.short_paper(on, "现场核查表（签字）", firm.name, RESULT)
    result = VisitResult(on, findings, RESULT, ("现场核查表（签字，虚构）.docx", scan))
    visits.record(session, office.platform.storage, office.committee, visit.id, result)
    asked = Demand(operator, on + timedelta(days=45), "逐笔核对合同和发票，按口径更正并附凭证")
    problem = Problem(f"{firm.name}网络安全业务收入与账表不符（虚构）", "现场核查", on, asked, firm.id)
    line = rectifications.enter(session, office.committee, code, problem)
    told = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park_id(session, code)})))
    rectifications.report_progress(session, told, code, line.id, "已与企业核对合同，正在整理凭证（虚构）")


def _elsewhere(office: Office, session: Session, code: str, operator: str, today: date) -> None:
    """One of another source that is late, and one that was put right."""
    found = today - timedelta(days=50)
    late = Problem("公共服务平台台账不全，缺少设备验收记录（虚构）", "调研发现", found,
                   Demand(operator, today - timedelta(days=6), "补齐设备验收记录"))  # fmt: skip
    rectifications.enter(session, office.committee, code, late)
    shut = Problem("园区四至标识与批复不一致（虚构）", "调研发现", found, Demand(operator, today + timedelta(days=10)))
    line = rectifications.enter(session, office.committee, code, shut)
    rectifications.close(session, office.committee, code, line.id, today, "已更换标识，现场查看一致（虚构）")
