"""问题整改台账: listed, told of, 销号 and undone; what was said before stays, and lateness is alarmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from db.models import AuditEntry, Park
from db.queries.rectifications import IssueRow
from db.queries.rectifications import rectifications as ledger
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.acts import Act
from policy.rectification import IssueState
from policy.refusal import Missing, Refused, Unknown
from policy.terms import VisitFinding
from services import alerting, rectifications, visits
from services.platform import Platform
from services.rectifications import Demand, Problem
from services.visits import VisitPlan, VisitResult
from tests.factories import (
    accept,
    add_roster,
    make_contact,
    make_evidence,
    make_file,
    make_issue,
    make_park,
    make_submission,
    make_unit,
)

TODAY = date(2026, 7, 1)
DUE = date(2026, 8, 31)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
PROBLEM = Problem(
    "示例1公司网络安全业务收入与账面不符", "现场核查", date(2026, 6, 20), Demand("示例1公司", DUE, "核对更正")
)


@pytest.fixture
def park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    set_now(TODAY)
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district, mail="handler@example.gov.cn")
        make_park(session, "示例乙园", code="YI")
        return make_park(session, "示例甲园", district=district, code="JIA")


@pytest.fixture
def operator(park: Park) -> Actor:
    return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))


def entered(platform: Platform, problem: Problem = PROBLEM) -> int:
    with platform.database.write() as session:
        return rectifications.enter(session, COMMITTEE, "JIA", problem).id


def line(platform: Platform) -> IssueRow:
    with platform.database.read() as session:
        return ledger(session, FULL_SCOPE, "JIA")[0]


def sweep(platform: Platform, on: date) -> tuple[list[str], list[str]]:
    with platform.database.write() as session:
        done = alerting.sweep(session, SYSTEM_ACTOR, on)
    return tuple([note.key for note in notes if note.rule == "issue_late"] for notes in (done.opened, done.closed))  # type: ignore[return-value]


def test_a_line_goes_its_way_and_nothing_said_is_lost(platform: Platform, operator: Actor) -> None:
    number = entered(platform)
    with platform.database.write() as session:
        paper = make_evidence(
            session, session.scalars(select(Park).where(Park.code == "JIA")).one(), make_file(session)
        )
        rectifications.report_progress(session, operator, "JIA", number, "正在核对账目")
        rectifications.report_progress(session, operator, "JIA", number, "已更正，凭证见佐证资料", paper.id)
        later = Demand("示例1公司", date(2026, 9, 30), "")
        rectifications.change(session, COMMITTEE, "JIA", number, later, "账目在审计")
        rectifications.close(session, COMMITTEE, "JIA", number, TODAY, "复核与账面一致")
        rectifications.reopen(session, COMMITTEE, "JIA", number, "复查仍不一致")
    found = line(platform)
    assert [(note.kind.label, note.text) for note in found.notes] == [
        ("整改进展", "正在核对账目"), ("整改进展", "已更正，凭证见佐证资料"),
        ("调整要求", "整改时限由“2026年8月31日”改为“2026年9月30日”；整改措施“核对更正”删去；理由：账目在审计"),
        ("销号", "复核与账面一致"), ("撤销销号", "复查仍不一致"),
    ]  # fmt: skip
    assert found.progress
    assert found.progress.evidence == "活动照片"
    assert (found.fact.due_on, found.state(TODAY)) == (date(2026, 9, 30), IssueState.OPEN)
    with platform.database.read() as session:
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.startswith("issue.")).order_by(AuditEntry.seq)
        ).all()
    assert acts == [Act.ISSUE_OPEN, Act.ISSUE_PROGRESS, Act.ISSUE_PROGRESS, Act.ISSUE_CHANGE, Act.ISSUE_CLOSE,
                    Act.ISSUE_REOPEN]  # fmt: skip


def test_lateness_opens_the_day_after_and_ends_with_the_closing(platform: Platform, park: Park) -> None:
    number = entered(platform)
    key = f"issue_late:JIA:issue:{number}"
    assert sweep(platform, TODAY) == ([], [])
    with platform.database.write() as session:
        make_issue(session, session.get_one(Park, park.id), "旧问题", date(2026, 6, 30))
    assert sweep(platform, TODAY)[0] == [f"issue_late:JIA:issue:{number + 1}"]
    with platform.database.write() as session:
        rectifications.close(session, COMMITTEE, "JIA", number + 1, TODAY, "复核与账面一致")
    assert sweep(platform, TODAY) == ([], [f"issue_late:JIA:issue:{number + 1}"])
    with platform.database.write() as session:
        dry = alerting.sweep(session, SYSTEM_ACTOR, date(2026, 9, 1), dry_run=True)
    assert key in [note.key for note in dry.opened]


def test_a_finding_has_one_line(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        own = session.get_one(Park, park.id)
        paper = make_submission(session, own, "2025H2", received_on=date(2026, 1, 20))
        add_roster(paper, [("示例1公司", "600")])
        accept(session, paper)
        plan = VisitPlan(TODAY, "市经济信息委2人", "核对一览表", 1, 7)
        visit = visits.plan(session, COMMITTEE, "JIA", plan)
        firm = visit.firms[0].id
        told = VisitResult(TODAY, {firm: (VisitFinding.DIFFERS, "账面300万元")})
        visits.record(session, platform.storage, COMMITTEE, visit.id, told)
    problem = Problem("示例1公司收入不符", "现场核查", TODAY, Demand("示例1公司", DUE), firm)
    entered(platform, problem)
    assert line(platform).visit_id == visit.id
    with pytest.raises(Refused, match="没有重复列入"):
        entered(platform, problem)
    with platform.database.write() as session, pytest.raises(Unknown):
        rectifications.enter(session, COMMITTEE, "YI", problem)


def test_what_is_refused_says_how_to_mend_it(platform: Platform, operator: Actor) -> None:
    number = entered(platform)
    early = Problem("问题", "来源", date(2026, 6, 20), Demand("示例1公司", date(2026, 6, 1)))
    with pytest.raises(Refused, match="整改时限2026年6月1日早于发现日期2026年6月20日"):
        entered(platform, early)
    with pytest.raises(Missing, match="责任单位"):
        entered(platform, Problem("问题", "来源", date(2026, 6, 20), Demand(" ", DUE)))
    with platform.database.write() as session:
        with pytest.raises(Missing, match="写明整改进展"):
            rectifications.report_progress(session, operator, "JIA", number, "已改")
        with pytest.raises(Unknown, match="佐证资料"):
            rectifications.report_progress(session, operator, "JIA", number, "已核对账目", 77)
        with pytest.raises(Refused, match="销号日期2026年6月1日应在"):
            rectifications.close(session, COMMITTEE, "JIA", number, date(2026, 6, 1), "复核一致")
        with pytest.raises(Refused, match="没有改动"):
            rectifications.change(session, COMMITTEE, "JIA", number, PROBLEM.demand, "理由")
        with pytest.raises(Refused, match="没有销号"):
            rectifications.reopen(session, COMMITTEE, "JIA", number, "理由")
    assert line(platform).notes == ()


def test_each_does_its_own_part_and_within_its_scope(platform: Platform, operator: Actor) -> None:
    number = entered(platform)
    with platform.database.write() as session:
        with pytest.raises(AccessDenied):
            rectifications.close(session, operator, "JIA", number, TODAY, "复核一致")
        with pytest.raises(AccessDenied):
            rectifications.report_progress(session, COMMITTEE, "JIA", number, "已核对账目")
        with pytest.raises(Unknown):
            rectifications.close(session, COMMITTEE, "YI", number, TODAY, "复核一致")
        stranger = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({99})))
        with pytest.raises(Unknown):
            rectifications.report_progress(session, stranger, "JIA", number, "已核对账目")
