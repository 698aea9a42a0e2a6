"""The steps from 自评 to 授牌: order, dates, numbers, papers, returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, AuditEntry, IssuedDocument, Park, ParkSnapshot, StoredFile
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Doubtful, Missing, Refused, Unknown
from policy.terms import Outcome
from policy.workflow import StepKind, StepRefused, Taken
from services import steps
from services.platform import Platform
from services.step_terms import Taking
from tests.factories import make_letter, make_park
from tests.services.chain_rows import CHAIN, PAPER, TODAY, Chain, make_conclusion, make_issued
from tests.services.reported_park import record_steps


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(TODAY)
    with platform.database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    """Approved 2024-10-10, so that its two years end on 2026-10-10."""
    return make_park(session, "甲园", code="A1")


@pytest.fixture
def chain(session: Session, platform: Platform, park: Park) -> Chain:
    return Chain(session, platform)


def test_the_whole_chain_leads_to_the_title_each_step_audited_and_in_the_overview(
    session: Session, chain: Chain, park: Park
) -> None:
    chain.up_to(StepKind.TITLE)
    assert chain.stage() == "titled"
    stored = [Taken.parse(text).kind for text in session.get_one(ParkSnapshot, park.id).steps]
    assert stored == [kind for kind, _dated, _number in CHAIN]
    audited = session.scalars(select(AuditEntry).where(AuditEntry.action == "step.record")).all()
    assert [entry.new["step"] for entry in audited] == [kind.value for kind, _dated, _number in CHAIN]


def test_the_paper_is_kept_with_its_step(session: Session, platform: Platform, chain: Chain) -> None:
    row = chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=("自评报告.docx", b"report"))
    assert row.file_id is not None
    file = session.get_one(StoredFile, row.file_id)
    assert (file.name, platform.storage.get(file.sha256)) == ("自评报告.docx", b"report")


def test_nothing_is_assessed_before_the_two_years_are_over(chain: Chain) -> None:
    with pytest.raises(StepRefused, match="须在“建设期满”之后进行，该园区目前为“建设期”"):
        chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 10))
    chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 11))


def test_a_step_out_of_order_is_refused_with_what_comes_first(chain: Chain) -> None:
    chain.up_to(StepKind.SELF_ASSESSMENT)
    with pytest.raises(StepRefused, match="须在“区县主管部门已审核”之后"):
        chain.take(StepKind.ACCEPTANCE_LETTER, date(2026, 11, 10), "示例府函〔2026〕9号")


def test_a_step_is_taken_once(chain: Chain) -> None:
    chain.up_to(StepKind.SELF_ASSESSMENT)
    with pytest.raises(StepRefused, match="目前为“已自评”"):
        chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 21))


def test_dates_follow_one_another_and_never_lie_ahead(chain: Chain) -> None:
    chain.up_to(StepKind.SELF_ASSESSMENT)
    with pytest.raises(Refused, match=r"日期2026年10月19日早于上一环节.*2026年10月20日"):
        chain.take(StepKind.DEPARTMENT_REVIEW, date(2026, 10, 19))
    with pytest.raises(Refused, match="日期2027年1月1日在今天（2026年12月31日）之后"):
        chain.take(StepKind.DEPARTMENT_REVIEW, date(2027, 1, 1))
    chain.take(StepKind.DEPARTMENT_REVIEW, date(2026, 10, 20))


def test_an_application_letter_needs_its_number(chain: Chain) -> None:
    chain.up_to(StepKind.DEPARTMENT_REVIEW)
    with pytest.raises(Refused, match="“验收申请函”须登记发文字号"):
        chain.take(StepKind.ACCEPTANCE_LETTER, date(2026, 11, 10), " ")


def test_one_letter_is_one_matter(session: Session, chain: Chain, park: Park) -> None:
    make_letter(session, [park], number="示例府函〔2026〕9号")
    chain.up_to(StepKind.DEPARTMENT_REVIEW)
    with pytest.raises(Refused, match=r"示例府函〔2026〕9号已登记为半年函报.*一文一事"):
        chain.take(StepKind.ACCEPTANCE_LETTER, date(2026, 11, 10), "示例府函〔2026〕9号")


def test_a_letter_is_for_one_park(session: Session, chain: Chain, park: Park) -> None:
    other = make_park(session, "乙园", district=park.district)
    record_steps(session, other, acceptance_letter=date(2026, 11, 9))
    session.scalars(select(AcceptanceStep)).one().document_no = "示例府函〔2026〕9号"
    chain.up_to(StepKind.DEPARTMENT_REVIEW)
    with pytest.raises(Refused, match=r"已登记为国家网络安全产业园区（乙园）的验收申请函.*一个园区一函"):
        chain.take(StepKind.ACCEPTANCE_LETTER, date(2026, 11, 10), "示例府函〔2026〕9号")


def test_the_steps_in_force_and_the_round_are_told(session: Session, chain: Chain, park: Park) -> None:
    assert (steps.in_force(session, park.id), steps.round_of(session, park.id)) == ([], 1)
    chain.up_to(StepKind.RECEIPT)
    chain.send_back(StepKind.EXPERT_REVIEW, date(2026, 12, 1))
    assert [row.kind for row in steps.in_force(session, park.id)] == [kind for kind, _day, _number in CHAIN[:3]]


def test_a_refused_step_leaves_nothing_behind(session: Session, chain: Chain) -> None:
    with pytest.raises(StepRefused):
        chain.take(StepKind.TITLE, date(2026, 12, 1), "示例经信〔2026〕5号", ("通知.pdf", b"paper"))
    assert session.scalars(select(AcceptanceStep)).all() == []
    assert session.scalars(select(StoredFile)).all() == []


class TestReturns:
    def test_the_department_sends_the_self_assessment_back_and_it_is_done_anew(
        self, session: Session, chain: Chain, park: Park
    ) -> None:
        chain.up_to(StepKind.SELF_ASSESSMENT)
        row = chain.send_back(StepKind.DEPARTMENT_REVIEW, date(2026, 11, 2))
        assert (row.kind, row.returned_on, row.return_reason) == (
            "self-assessment", date(2026, 11, 2), "指标对照表不全",
        )  # fmt: skip
        assert chain.stage() == "expired"
        assert session.get_one(ParkSnapshot, park.id).steps == []
        chain.take(StepKind.SELF_ASSESSMENT, date(2026, 11, 9))
        chain.take(StepKind.DEPARTMENT_REVIEW, date(2026, 11, 12))
        assert chain.stage() == "department_reviewed"
        kept = session.scalars(select(AcceptanceStep.kind).order_by(AcceptanceStep.id)).all()
        assert kept == ["self-assessment", "self-assessment", "department-review"]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "step.return")).one()
        assert entry.new["reason"] == "指标对照表不全"

    def test_the_committee_sends_the_application_back_and_the_review_stands(self, chain: Chain) -> None:
        chain.up_to(StepKind.ACCEPTANCE_LETTER)
        chain.send_back(StepKind.RECEIPT, date(2026, 11, 15))
        assert chain.stage() == "department_reviewed"

    def test_a_step_after_a_return_is_not_dated_before_it(self, chain: Chain) -> None:
        chain.up_to(StepKind.SELF_ASSESSMENT)
        chain.send_back(StepKind.DEPARTMENT_REVIEW, date(2026, 11, 2))
        with pytest.raises(Refused, match="日期2026年11月1日早于退回日期2026年11月2日"):
            chain.take(StepKind.SELF_ASSESSMENT, date(2026, 11, 1))

    def test_a_return_needs_a_reason_and_something_to_return(self, chain: Chain) -> None:
        with pytest.raises(StepRefused):
            chain.send_back(StepKind.DEPARTMENT_REVIEW, date(2026, 11, 2))
        chain.up_to(StepKind.SELF_ASSESSMENT)
        with pytest.raises(Refused, match="退回须写明理由"):
            chain.send_back(StepKind.DEPARTMENT_REVIEW, date(2026, 11, 2), " ")

    def test_at_each_review_the_step_before_is_sent_back_and_taken_anew(self, chain: Chain) -> None:
        chain.take(*CHAIN[0])
        for (before, _day, number), (at, on, next_number) in pairwise(CHAIN):
            reached = chain.stage()
            row = chain.send_back(at, on, "材料不全")
            assert (row.kind, row.returned_on, row.returned_at, row.returned_by) == (before, on, at, "system")
            assert chain.stage() != reached
            with pytest.raises(Refused, match="早于"):
                chain.take(before, on - timedelta(days=1), number)
            assert chain.take(before, on, number).round == 1
            assert chain.stage() == reached
            chain.take(at, on, next_number)
        assert chain.stage() == "titled"

    def test_the_committee_takes_back_a_conclusion_it_would_not_make_public(self, chain: Chain) -> None:
        chain.up_to(StepKind.EXPERT_REVIEW)
        chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.FAILED)
        chain.send_back(StepKind.TITLE, date(2026, 12, 9), "结论登记有误")
        assert chain.stage() == "expert_reviewed"


class TestPapers:
    def test_a_step_without_its_paper_is_refused(self, session: Session, chain: Chain) -> None:
        with pytest.raises(Missing, match="“园区运营管理机构编制自评报告”须附“自评报告”，请选择文件"):
            chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=None)
        assert session.scalars(select(AcceptanceStep)).all() == []

    def test_receipt_is_its_own_registration(self, chain: Chain) -> None:
        chain.up_to(StepKind.ACCEPTANCE_LETTER)
        assert chain.take(StepKind.RECEIPT, date(2026, 11, 12), file=None).file_id is None

    def test_the_paper_frozen_last_serves(self, session: Session, chain: Chain, park: Park) -> None:
        make_issued(session, park, "self-assessment", date(2026, 10, 15))
        newest = make_issued(session, park, "self-assessment", date(2026, 10, 18))
        row = chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=None)
        assert (row.issued_id, row.file_id) == (newest.id, None)
        assert chain.told.notes == ("“自评报告”以定稿第2版为准（截至2026年10月18日）",)

    @pytest.mark.parametrize("as_of", [date(2026, 10, 10), date(2026, 10, 21)])
    def test_a_paper_frozen_before_its_time_or_after_it_does_not(
        self, session: Session, chain: Chain, park: Park, as_of: date
    ) -> None:
        make_issued(session, park, "self-assessment", as_of)
        with pytest.raises(Missing):
            chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=None)

    def test_nor_does_the_one_that_was_sent_back(self, session: Session, chain: Chain, park: Park) -> None:
        make_issued(session, park, "self-assessment", date(2026, 10, 20))
        chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=None)
        chain.send_back(StepKind.DEPARTMENT_REVIEW, date(2026, 10, 20))
        with pytest.raises(Missing):
            chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=None)


def test_what_the_system_can_draw_up_it_freezes_with_the_step(
    platform: Platform, set_now: Callable[[date], None]
) -> None:
    """With nothing accepted the paper is a 草稿: to be meant, and the record says so."""
    set_now(TODAY)
    with platform.database.write() as session:
        park_id = make_park(session, "甲园", code="A1").id
    taking = Taking(StepKind.SELF_ASSESSMENT, date(2026, 10, 20))
    with pytest.raises(Doubtful, match="系统代拟的“自评报告”尚为草稿（尚无审核通过的园区发展情况数据"):
        steps.take_step(platform, SYSTEM_ACTOR, "A1", taking)
    done = steps.take_step(platform, SYSTEM_ACTOR, "A1", replace(taking, as_written=True))
    (note,) = done.notes
    assert note.startswith("未附文件，“自评报告”已由系统定稿为第1版；该稿为草稿：尚无审核通过的园区发展情况数据")
    with platform.database.read() as session:
        frozen = session.scalars(select(IssuedDocument)).one()
        row = session.get_one(AcceptanceStep, done.step_id)
        assert (frozen.kind, frozen.park_id, frozen.as_of) == ("self-assessment", park_id, date(2026, 10, 20))
        assert row.issued_id == frozen.id
        assert platform.storage.get(frozen.file.sha256).startswith(b"%PDF")


def test_a_step_that_is_refused_draws_nothing_up(platform: Platform, set_now: Callable[[date], None]) -> None:
    set_now(TODAY)
    with platform.database.write() as session:
        make_park(session, "甲园", code="A1")
    with pytest.raises(StepRefused):
        steps.take_step(platform, SYSTEM_ACTOR, "A1", Taking(StepKind.DEPARTMENT_REVIEW, date(2026, 10, 20)))
    with platform.database.read() as session:
        assert session.scalars(select(IssuedDocument)).all() == []


class TestOutcomes:
    def conclude(self, chain: Chain, **more: Any) -> AcceptanceStep:
        chain.up_to(StepKind.EXPERT_REVIEW)
        return chain.take(StepKind.CONCLUSION, date(2026, 12, 8), **more)

    def test_without_a_word_it_is_that_of_the_notice_and_the_record_says_so(self, chain: Chain) -> None:
        assert self.conclude(chain).outcome == "passed"
        assert chain.told.notes == ("评审结论：达标（未填写评审结论，按“达标”登记）",)

    def test_it_is_that_of_the_panel(self, session: Session, chain: Chain, park: Park) -> None:
        make_conclusion(session, park, Outcome.FAILED)
        assert self.conclude(chain).outcome == "failed"
        assert (chain.stage(), chain.told.notes) == (
            "failed", ("评审结论：不达标（取自组长签署的专家组评审意见）",),
        )  # fmt: skip

    def test_another_than_the_panel_s_is_doubtful(self, session: Session, chain: Chain, park: Park) -> None:
        make_conclusion(session, park, Outcome.FAILED)
        with pytest.raises(Doubtful, match="专家组评审意见为“不达标”，所填评审结论为“达标”"):
            self.conclude(chain, outcome=Outcome.PASSED)
        row = chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.PASSED, as_written=True)
        assert row.outcome == "passed"

    def test_nobody_concludes_before_the_panel(self, session: Session, chain: Chain, park: Park) -> None:
        make_conclusion(session, park, Outcome.PASSED, signed_on=date(2026, 12, 9))
        with pytest.raises(Refused, match="早于专家组评审意见的签署日期2026年12月9日"):
            self.conclude(chain)

    def test_rectification_has_its_term(self, chain: Chain) -> None:
        with pytest.raises(Missing, match="“限期整改”的，须写明整改期限"):
            self.conclude(chain, outcome=Outcome.RECTIFYING)
        with pytest.raises(Refused, match="应在评审结论日期2026年12月8日之后"):
            chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.RECTIFYING, until=date(2026, 12, 8))
        row = chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.RECTIFYING, until=date(2027, 6, 8))
        assert (row.until, chain.stage()) == (date(2027, 6, 8), "rectifying")

    def test_other_steps_have_neither_outcome_nor_term(self, chain: Chain) -> None:
        with pytest.raises(Refused, match="没有评审结论可登记"):
            chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), outcome=Outcome.PASSED)
        with pytest.raises(Refused, match="不设期限"):
            chain.take(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), until=date(2026, 12, 1))


class TestPermission:
    @pytest.fixture
    def district(self, park: Park) -> Actor:
        return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))

    @pytest.fixture
    def operator(self, park: Park) -> Actor:
        return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))

    def test_everyone_takes_his_own_steps(self, chain: Chain, district: Actor, operator: Actor) -> None:
        committee = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
        own = (operator, district, district, committee, committee, committee, committee)
        rows = [chain.take(*entry, actor=actor) for entry, actor in zip(CHAIN, own, strict=True)]
        assert not any(row.on_behalf for row in rows)

    def test_nobody_takes_another_s_and_the_committee_enters_it_on_behalf(
        self, chain: Chain, district: Actor, operator: Actor
    ) -> None:
        with pytest.raises(AccessDenied, match="无“提交自评报告”权限"):
            chain.take(*CHAIN[0], actor=district)
        with pytest.raises(AccessDenied, match="无“审核自评报告、提报验收申请”权限"):
            chain.take(*CHAIN[1], actor=operator)
        with pytest.raises(AccessDenied):
            steps.return_step(chain.session, operator, "A1", StepKind.DEPARTMENT_REVIEW, date(2026, 10, 20), "理由")
        row = chain.take(*CHAIN[0], actor=Actor("committee", Role.COMMITTEE, FULL_SCOPE))
        assert (row.on_behalf, row.recorded_by) == (True, "committee")

    def test_a_park_outside_the_scope_is_unknown(self, session: Session, platform: Platform, park: Park) -> None:
        stranger = Actor("committee", Role.COMMITTEE, Scope(unit_ids=frozenset({park.district_id + 1})))
        taking = Taking(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=PAPER)
        with pytest.raises(Unknown):
            steps.record_step(session, platform.storage, stranger, "A1", taking)
