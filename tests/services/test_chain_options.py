"""What the notice does not provide for, switched on: rounds of 整改, 委内审议, 公示 and 异议, 授牌通知, 延期验收."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, AuditEntry, Objection, ObligationAct, Park, ParkChange
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Doubtful, Missing, Refused, Unknown
from policy.terms import Outcome
from policy.workflow import Option, StepKind, StepRefused
from services import objections, obligations, plaques, steps, units
from services.objections import Complaint
from services.plaques import Handing
from services.platform import Platform
from tests.factories import make_park, make_unit
from tests.services.chain_rows import TODAY, Chain, switch_on

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
PASSED_ON = date(2026, 9, 1)
FRIDAY, ENDS = date(2026, 9, 18), date(2026, 9, 23)
"""Five working days: Friday, the Sunday worked for 国庆节, Monday, Tuesday, Wednesday."""


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(TODAY)
    with platform.database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    """Its two years ended on 2026-05-20."""
    return make_park(session, "甲园", code="A1", approved_on=date(2024, 5, 20))


@pytest.fixture
def chain(session: Session, platform: Platform, park: Park) -> Chain:
    """Received on 2026-07-10."""
    chain = Chain(session, platform)
    for kind, day, number in (
        (StepKind.SELF_ASSESSMENT, date(2026, 6, 1), ""),
        (StepKind.DEPARTMENT_REVIEW, date(2026, 6, 10), ""),
        (StepKind.ACCEPTANCE_LETTER, date(2026, 7, 1), "示例府函〔2026〕9号"),
        (StepKind.RECEIPT, date(2026, 7, 10), ""),
    ):
        chain.take(kind, day, number)
    return chain


def conclude(chain: Chain, outcome: Outcome, on: date = PASSED_ON, until: date | None = None) -> AcceptanceStep:
    chain.take(StepKind.EXPERT_REVIEW, on - timedelta(days=5))
    return chain.take(StepKind.CONCLUSION, on, outcome=outcome, until=until)


class TestSecondRound:
    def test_what_was_ordered_is_reported_and_reviewed_again(self, session: Session, chain: Chain, park: Park) -> None:
        switch_on(session, Option.RECTIFICATION)
        conclude(chain, Outcome.RECTIFYING, until=date(2026, 10, 31))
        row = chain.take(StepKind.RECTIFICATION, date(2026, 10, 30))
        assert (row.round, chain.stage(), steps.round_of(session, park.id)) == (2, "received", 2)
        review = chain.take(StepKind.EXPERT_REVIEW, date(2026, 11, 20))
        chain.take(StepKind.CONCLUSION, date(2026, 11, 30), outcome=Outcome.PASSED)
        chain.take(StepKind.TITLE, date(2026, 12, 20), "示例经信〔2026〕5号")
        assert (review.round, chain.stage()) == (2, "titled")
        kinds = [row.kind for row in steps.in_force(session, park.id)]
        assert kinds[-6:] == [
            "expert-review", "conclusion", "rectification", "expert-review", "conclusion", "title",
        ]  # fmt: skip

    def test_the_experts_send_the_rectification_back_and_the_order_stands(self, session: Session, chain: Chain) -> None:
        switch_on(session, Option.RECTIFICATION)
        conclude(chain, Outcome.RECTIFYING, until=date(2026, 10, 31))
        chain.take(StepKind.RECTIFICATION, date(2026, 10, 20))
        chain.send_back(StepKind.EXPERT_REVIEW, date(2026, 10, 22))
        assert chain.stage() == "rectifying"
        assert chain.take(StepKind.RECTIFICATION, date(2026, 10, 28)).round == 2

    def test_after_its_term_it_is_doubtful(self, session: Session, chain: Chain) -> None:
        switch_on(session, Option.RECTIFICATION)
        conclude(chain, Outcome.RECTIFYING, until=date(2026, 10, 31))
        with pytest.raises(Doubtful, match="整改期限为2026年10月31日，整改报告日期2026年11月1日已超过期限"):
            chain.take(StepKind.RECTIFICATION, date(2026, 11, 1))
        chain.take(StepKind.RECTIFICATION, date(2026, 11, 1), as_written=True)
        assert chain.stage() == "received"

    def test_switched_off_the_chain_stops_there(self, chain: Chain) -> None:
        conclude(chain, Outcome.RECTIFYING, until=date(2026, 10, 31))
        with pytest.raises(StepRefused, match="通知未规定，所填日期未启用"):
            chain.take(StepKind.RECTIFICATION, date(2026, 10, 20))
        with pytest.raises(StepRefused, match="目前为“限期整改”"):
            chain.take(StepKind.TITLE, date(2026, 10, 20), "示例经信〔2026〕5号")


class TestPublicity:
    @pytest.fixture(autouse=True)
    def switched_on(self, session: Session, chain: Chain) -> None:
        switch_on(session, Option.DELIBERATION, Option.PUBLICITY, Option.OBJECTIONS)
        conclude(chain, Outcome.PASSED)
        chain.take(StepKind.DELIBERATION, date(2026, 9, 10))

    def title(self, chain: Chain, day: date) -> AcceptanceStep:
        return chain.take(StepKind.TITLE, day, "示例经信〔2026〕5号")

    def raised(self, chain: Chain, received_on: date = FRIDAY) -> int:
        said = Complaint(received_on, "示例企业（虚构）", "一览表所列企业已迁出")
        return objections.record_objection(chain.session, chain.platform.storage, COMMITTEE, "A1", said)

    def answer(self, chain: Chain, number: int, *, upheld: bool) -> None:
        objections.handle_objection(
            chain.session, COMMITTEE, "A1", number, date(2026, 9, 28), upheld=upheld, answer="经核查，企业已迁出"
        )

    def test_the_day_of_publication_is_day_1_and_worked_weekends_count(self, chain: Chain) -> None:
        assert chain.take(StepKind.PUBLICITY, FRIDAY).until == ENDS
        assert chain.told.notes == ("公示至2026年9月23日",)

    def test_it_may_last_longer_but_not_shorter(self, chain: Chain) -> None:
        with pytest.raises(Refused, match=r"公示期不少于5个工作日（当日为第1日），自2026年9月18日起应至2026年9月23日"):
            chain.take(StepKind.PUBLICITY, FRIDAY, until=date(2026, 9, 22))
        with pytest.raises(Missing, match="请附写明公示截止日的公示稿"):
            chain.take(StepKind.PUBLICITY, FRIDAY, until=date(2026, 9, 30), file=None)
        assert chain.take(StepKind.PUBLICITY, FRIDAY, until=date(2026, 9, 30)).until == date(2026, 9, 30)

    def test_the_title_waits_for_its_last_day(self, chain: Chain) -> None:
        with pytest.raises(StepRefused, match="须在“公示”之后进行"):
            self.title(chain, date(2026, 9, 24))
        chain.take(StepKind.PUBLICITY, FRIDAY)
        with pytest.raises(Refused, match="公示至2026年9月23日届满，2026年9月24日起方可授予称号、授牌"):
            self.title(chain, ENDS)
        self.title(chain, date(2026, 9, 24))
        assert chain.stage() == "titled"

    def test_the_title_waits_for_every_objection_and_a_dismissed_one_is_no_obstacle(
        self, session: Session, chain: Chain
    ) -> None:
        chain.take(StepKind.PUBLICITY, FRIDAY)
        number = self.raised(chain)
        with pytest.raises(Refused, match="公示期内收到的异议还有1件未办结"):
            self.title(chain, date(2026, 9, 28))
        self.answer(chain, number, upheld=False)
        self.title(chain, date(2026, 9, 28))
        kept = session.get_one(Objection, number)
        assert (kept.upheld, kept.handled_on, kept.handled_by) == (False, date(2026, 9, 28), "committee")
        with pytest.raises(Refused, match="已于2026年9月28日办结（异议不成立）"):
            self.answer(chain, number, upheld=True)

    def test_one_that_is_upheld_leads_back_before_the_conclusion(
        self, session: Session, chain: Chain, park: Park
    ) -> None:
        chain.take(StepKind.PUBLICITY, FRIDAY)
        self.answer(chain, self.raised(chain), upheld=True)
        assert chain.stage() == "expert_reviewed"
        returned = session.scalars(select(AcceptanceStep).where(AcceptanceStep.returned_on.is_not(None))).all()
        assert {row.kind for row in returned} == {"conclusion", "deliberation", "publicity"}
        assert {row.return_reason for row in returned} == {"异议成立：经核查，企业已迁出"}
        chain.take(StepKind.CONCLUSION, date(2026, 10, 15), outcome=Outcome.FAILED)
        assert chain.stage() == "failed"

    def test_objections_belong_to_the_days_of_the_publicity(self, chain: Chain) -> None:
        with pytest.raises(Refused, match="目前没有正在进行的公示"):
            self.raised(chain)
        chain.take(StepKind.PUBLICITY, FRIDAY)
        with pytest.raises(Refused, match="收到日期2026年9月17日应在公示日期2026年9月18日和今天"):
            self.raised(chain, date(2026, 9, 17))
        with pytest.raises(Refused, match="公示已于2026年9月23日届满"):
            self.raised(chain, date(2026, 9, 24))
        said = Complaint(FRIDAY, " ", "内容")
        with pytest.raises(Missing, match="提出人和异议内容"):
            objections.record_objection(chain.session, chain.platform.storage, COMMITTEE, "A1", said)

    def test_they_are_the_committee_s_business_and_one_park_s(self, session: Session, chain: Chain, park: Park) -> None:
        chain.take(StepKind.PUBLICITY, FRIDAY)
        number, district = self.raised(chain), Actor("d", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
        with pytest.raises(AccessDenied):
            objections.handle_objection(session, district, "A1", number, FRIDAY, upheld=False, answer="无")
        other = make_park(session, "乙园").code
        with pytest.raises(Unknown):
            objections.handle_objection(session, COMMITTEE, other, number, FRIDAY, upheld=False, answer="无")
        with pytest.raises(Missing, match="核查情况和处理意见"):
            objections.handle_objection(session, COMMITTEE, "A1", number, FRIDAY, upheld=False, answer=" ")


def test_without_the_option_nothing_of_it_is_asked_for(session: Session, chain: Chain) -> None:
    conclude(chain, Outcome.PASSED)
    said = Complaint(date(2026, 9, 2), "示例企业（虚构）", "内容")
    with pytest.raises(Refused, match="“异议处理”通知未规定"):
        objections.record_objection(session, chain.platform.storage, COMMITTEE, "A1", said)
    chain.take(StepKind.TITLE, date(2026, 9, 2), "示例经信〔2026〕5号", file=None)
    assert chain.stage() == "titled"


def test_the_award_notice_must_be_there_where_it_is_asked_for(session: Session, chain: Chain) -> None:
    switch_on(session, Option.AWARD_NOTICE)
    conclude(chain, Outcome.PASSED)
    with pytest.raises(Missing, match="须附“授牌通知”"):
        chain.take(StepKind.TITLE, date(2026, 9, 2), "示例经信〔2026〕5号", file=None)
    chain.take(StepKind.TITLE, date(2026, 9, 2), "示例经信〔2026〕5号")


class TestExtension:
    @pytest.fixture
    def fresh(self, session: Session, platform: Platform) -> Chain:
        park = make_park(session, "甲园", code="A1", approved_on=date(2024, 10, 10), obligations=False)
        obligations.generate(session, park)
        switch_on(session, Option.EXTENSION)
        return Chain(session, platform)

    def extend(self, chain: Chain, until: date | None, number: str = "示例经信函〔2026〕3号") -> AcceptanceStep:
        return chain.take(StepKind.EXTENSION, date(2026, 9, 1), number, file=None, until=until)

    def test_the_papers_fall_due_later_and_the_two_years_end_when_they_end(
        self, session: Session, fresh: Chain
    ) -> None:
        self.extend(fresh, date(2027, 4, 10))
        park = session.scalars(select(Park)).one()
        assert (park.ends_on, fresh.stage()) == (date(2026, 10, 10), "expired")
        change = session.scalars(select(ParkChange)).one()
        assert (change.kind, change.document, change.new) == ("extension", "示例经信函〔2026〕3号", "2027-04-10")
        due = session.scalars(select(ObligationAct.due_on).order_by(ObligationAct.due_on)).all()
        assert due == [date(2027, 5, 10), date(2027, 5, 25), date(2027, 6, 9)]
        fresh.take(StepKind.SELF_ASSESSMENT, date(2026, 12, 1))
        assert fresh.stage() == "self_assessed"

    def test_it_has_a_number_and_a_later_day(self, fresh: Chain) -> None:
        with pytest.raises(Missing, match="须登记发文字号"):
            self.extend(fresh, date(2027, 4, 10), " ")
        with pytest.raises(Missing, match="须写明延期后的期限"):
            self.extend(fresh, None)
        with pytest.raises(Refused, match="应晚于建设期满之日2026年10月10日"):
            self.extend(fresh, date(2026, 10, 10))


class TestPlaque:
    def hand(self, chain: Chain, day: date = date(2026, 9, 10), **more: str) -> str:
        handing = Handing(day, **{"received_by": "甲园公司 示例代表（虚构）", "certificate_no": "示例第1号"} | more)
        return plaques.record_plaque(chain.session, chain.platform.storage, COMMITTEE, "A1", handing).title

    def test_it_bears_the_title_as_approved_whatever_becomes_of_the_district(
        self, session: Session, chain: Chain, park: Park
    ) -> None:
        conclude(chain, Outcome.PASSED)
        chain.take(StepKind.TITLE, date(2026, 9, 2), "示例经信〔2026〕5号")
        make_unit(session, "示例新区")
        units.reorganise(
            session, SYSTEM_ACTOR, predecessor=park.district.name, successors=["示例新区"], on=date(2026, 9, 5),
            note="示例通知",
        )  # fmt: skip
        assert self.hand(chain) == "国家网络安全产业园区（甲园）"
        assert park.district.name == "示例新区"

    def test_there_is_none_before_the_title_nor_dated_before_it(self, chain: Chain) -> None:
        conclude(chain, Outcome.PASSED)
        with pytest.raises(Refused, match="尚未授予称号"):
            self.hand(chain)
        chain.take(StepKind.TITLE, date(2026, 9, 2), "示例经信〔2026〕5号")
        with pytest.raises(Refused, match="授牌日期2026年9月1日应在授牌通知日期2026年9月2日和今天"):
            self.hand(chain, date(2026, 9, 1))
        with pytest.raises(Missing, match="领取单位和领取人"):
            self.hand(chain, received_by="")

    def test_what_was_entered_wrongly_is_put_right_and_the_log_keeps_it(self, session: Session, chain: Chain) -> None:
        conclude(chain, Outcome.PASSED)
        chain.take(StepKind.TITLE, date(2026, 9, 2), "示例经信〔2026〕5号")
        self.hand(chain)
        self.hand(chain, certificate_no="示例第2号")
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "plaque.record").order_by(AuditEntry.seq)
        ).all()
        assert [entry.new["certificate_no"] for entry in entries] == ["示例第1号", "示例第2号"]
        assert entries[1].old["certificate_no"] == "示例第1号"
