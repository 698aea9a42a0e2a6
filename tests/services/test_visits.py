"""现场核查: planned by a draw anybody can repeat, recorded firm by firm, called off with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from db.models import AuditEntry, SiteVisit
from db.queries.visits import VisitState, visit
from policy.access import FULL_SCOPE, AccessDenied, Actor, Role, Scope
from policy.acts import Act
from policy.refusal import Missing, Refused, Unknown
from policy.terms import VisitFinding
from services import visits
from services.platform import Platform
from services.visits import VisitPlan, VisitResult
from tests.factories import accept, add_roster, make_park, make_submission

TODAY = date(2026, 3, 2)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
FIRMS = [(f"示例{row}公司", money) for row, money in enumerate(("12000", "7000", "2500", "600", "300", "800"), start=1)]
PLAN = VisitPlan(date(2026, 3, 10), "市经济信息委2人", "核对一览表", 5, 7)


@pytest.fixture(autouse=True)
def park(platform: Platform, set_now: Callable[[date], None]) -> None:
    """甲园 with an accepted roster of six firms, and a newer version that waits."""
    set_now(TODAY)
    with platform.database.write() as session:
        own = make_park(session, "示例甲园", code="JIA")
        accepted = make_submission(session, own, "2025H1")
        add_roster(accepted, FIRMS)
        accept(session, accepted)
        add_roster(make_submission(session, own, "2025H2", received_on=date(2026, 1, 20)), FIRMS[:1])
        make_park(session, "示例乙园", code="YI")


def planned(platform: Platform, wanted: VisitPlan = PLAN) -> SiteVisit:
    with platform.database.write() as session:
        return visits.plan(session, COMMITTEE, "JIA", wanted)


def found(platform: Platform, number: int, **other: tuple[VisitFinding, str]) -> VisitResult:
    """Every firm agrees but those told otherwise by name."""
    with platform.database.read() as session:
        firms = visit(session, COMMITTEE, number).firms  # type: ignore[union-attr]
    agrees = (VisitFinding.AGREES, "")
    return VisitResult(date(2026, 3, 2), {firm.id: other.get(firm.name, agrees) for firm in firms}, "已核对账目")


def test_the_recorded_number_draws_the_same_firms_again(platform: Platform) -> None:
    first, second = planned(platform), planned(platform)
    with platform.database.read() as session:
        one, other = (visit(session, COMMITTEE, row.id) for row in (first, second))
        assert one
        assert other
        assert one.roster
        assert [firm.name for firm in one.firms] == [firm.name for firm in other.firms]
        assert (one.seed, one.size, str(one.roster.period), one.roster.firms) == (7, 5, "2025H1", 6)
        assert {firm.tier for firm in one.firms} >= {"超1亿元", "500万元（含）以下"}
        assert "contact" not in one.firms[0].cells


def test_without_a_number_the_system_draws_one_and_keeps_it(platform: Platform) -> None:
    row = planned(platform, VisitPlan(date(2026, 3, 10), "市经济信息委2人", "核对一览表", 5))
    with platform.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.VISIT_PLAN)).one()
    again = planned(platform, VisitPlan(date(2026, 3, 10), "市经济信息委2人", "核对一览表", 5, row.seed))
    assert entry.new["seed"] == row.seed
    with platform.database.read() as session:
        assert [firm.name for firm in visit(session, COMMITTEE, again.id).firms] == entry.new["firms"]  # type: ignore[union-attr]


def test_who_is_visited_does_not_know_the_firms_before(platform: Platform) -> None:
    number = planned(platform).id
    operator = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({1})))
    with platform.database.read() as session:
        assert visit(session, operator, number).firms == ()  # type: ignore[union-attr]
        assert visit(session, Actor("other", Role.OPERATOR, Scope(park_ids=frozenset({2}))), number) is None
    result = found(platform, number)
    with platform.database.write() as session:
        visits.record(session, platform.storage, COMMITTEE, number, result)
    with platform.database.read() as session:
        assert len(visit(session, operator, number).firms) == 5  # type: ignore[union-attr]


def test_a_firm_is_added_on_purpose_with_its_reason(platform: Platform) -> None:
    number = planned(platform).id
    with platform.database.read() as session:
        drawn = {firm.name for firm in visit(session, COMMITTEE, number).firms}  # type: ignore[union-attr]
    left = next(name for name, _ in FIRMS if name not in drawn)
    with platform.database.write() as session:
        assert visits.add_firm(session, COMMITTEE, number, f" {left}", "收入增长较快").row is not None
        assert visits.add_firm(session, COMMITTEE, number, "未列公司", "群众反映在园经营").row is None
    with platform.database.write() as session, pytest.raises(Refused, match="已在核查企业之中"):
        visits.add_firm(session, COMMITTEE, number, next(iter(drawn)), "再看")
    with platform.database.write() as session, pytest.raises(Missing, match="理由"):
        visits.add_firm(session, COMMITTEE, number, "又一公司", " ")


def test_results_are_kept_with_the_signed_sheet_and_may_be_put_right(platform: Platform) -> None:
    number = planned(platform).id
    result = found(platform, number, 示例1公司=(VisitFinding.DIFFERS, "账面9000万元"))
    signed = VisitResult(result.visited_on, result.findings, result.result, ("核查表.pdf", b"%PDF signed"))
    with platform.database.write() as session:
        visits.record(session, platform.storage, COMMITTEE, number, signed)
    with platform.database.write() as session:
        visits.record(session, platform.storage, COMMITTEE, number, found(platform, number))
    with platform.database.read() as session:
        row = visit(session, COMMITTEE, number)
        assert row
        assert (row.state, row.file_name) == (VisitState.DONE, "核查表.pdf")
        assert {firm.finding for firm in row.firms} == {VisitFinding.AGREES}
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.VISIT_RECORD)).all()
        assert entries[1].old["findings"]["示例1公司"] == ["differs", "账面9000万元"]


def test_what_differs_is_said_in_words_and_no_firm_is_left_out(platform: Platform) -> None:
    number = planned(platform).id
    mute = found(platform, number, 示例1公司=(VisitFinding.NOT_FOUND, " "))
    with platform.database.write() as session, pytest.raises(Missing, match=r"不符、未见的须写明情况.*示例1公司"):
        visits.record(session, platform.storage, COMMITTEE, number, mute)
    with platform.database.write() as session, pytest.raises(Missing, match="还有5家企业没有核查结果"):
        visits.record(session, platform.storage, COMMITTEE, number, VisitResult(TODAY, {}))
    ahead = VisitResult(date(2026, 3, 3), found(platform, number).findings)
    with platform.database.write() as session, pytest.raises(Refused, match="核查日期2026年3月3日应在"):
        visits.record(session, platform.storage, COMMITTEE, number, ahead)


def test_a_visit_is_called_off_with_its_reason(platform: Platform) -> None:
    number = planned(platform).id
    with platform.database.write() as session, pytest.raises(Missing, match="理由"):
        visits.cancel(session, COMMITTEE, number, "")
    with platform.database.write() as session:
        visits.cancel(session, COMMITTEE, number, "与专项检查合并")
    with platform.database.read() as session:
        row = visit(session, COMMITTEE, number)
        assert row
        assert (row.state, row.cancel_reason, len(row.firms)) == (VisitState.CANCELLED, "与专项检查合并", 5)
    result = found(platform, number)
    with platform.database.write() as session, pytest.raises(Refused, match="已于2026年3月2日取消：与专项检查合并"):
        visits.record(session, platform.storage, COMMITTEE, number, result)


IMPOSSIBLE = (
    (VisitPlan(date(2026, 3, 10), "市经济信息委2人", " ", 5), "核查事由"),
    (VisitPlan(date(2026, 3, 10), "", "核对", 5), "不写姓名"),
    (VisitPlan(date(2024, 3, 10), "市经济信息委2人", "核对", 5), "核查日期2024年3月10日应在"),
    (VisitPlan(date(2026, 3, 10), "市经济信息委2人", "核对", 4), "每档至少抽1家"),
    (VisitPlan(date(2026, 3, 10), "市经济信息委2人", "核对", 5, 0), "抽样号应为1到999999的整数"),
)


def test_a_plan_that_cannot_be_is_refused(platform: Platform) -> None:
    for wanted, said in IMPOSSIBLE:
        with pytest.raises(Refused, match=said):
            planned(platform, wanted)


def test_only_the_committee_plans_and_only_where_a_roster_is_accepted(platform: Platform) -> None:
    district = Actor("district", Role.DISTRICT, FULL_SCOPE)
    with platform.database.write() as session, pytest.raises(AccessDenied):
        visits.plan(session, district, "JIA", PLAN)
    with platform.database.write() as session, pytest.raises(Refused, match="尚无审核通过的一览表"):
        visits.plan(session, COMMITTEE, "YI", PLAN)
    with platform.database.write() as session, pytest.raises(Unknown):
        visits.cancel(session, COMMITTEE, 99, "无")
