"""The steps from 自评 to 授牌: order, dates, numbers, papers, returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, AuditEntry, Park, ParkSnapshot, StoredFile
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.workflow import StepKind, StepRefused
from services import parks, steps
from services.platform import Platform
from tests.factories import make_letter, make_park

TODAY = date(2026, 12, 31)
CHAIN = (
    (StepKind.SELF_ASSESSMENT, date(2026, 10, 20), ""),
    (StepKind.DEPARTMENT_REVIEW, date(2026, 11, 2), ""),
    (StepKind.ACCEPTANCE_LETTER, date(2026, 11, 10), "示例府函〔2026〕9号"),
    (StepKind.RECEIPT, date(2026, 11, 12), "收文〔2026〕1号"),
    (StepKind.EXPERT_REVIEW, date(2026, 12, 1), ""),
    (StepKind.CONCLUSION, date(2026, 12, 8), ""),
    (StepKind.TITLE, date(2026, 12, 20), "示例经信〔2026〕5号"),
)


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(TODAY)
    with platform.database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    """Approved 2024-10-10, so that its two years end on 2026-10-10."""
    return make_park(session, "甲园", code="A1")


class Chain:
    """Takes steps for the park A1."""

    def __init__(self, session: Session, platform: Platform) -> None:
        self.session, self.platform = session, platform

    def take(self, kind: StepKind, dated: date, number: str = "", file: Any = None) -> AcceptanceStep:
        return steps.record_step(
            self.session, self.platform.storage, SYSTEM_ACTOR, "A1", kind, dated, number=number, file=file
        )

    def up_to(self, last: StepKind) -> None:
        for kind, dated, number in CHAIN:
            self.take(kind, dated, number)
            if kind is last:
                return

    def send_back(self, kind: StepKind, dated: date, reason: str = "指标对照表不全") -> AcceptanceStep:
        return steps.return_step(self.session, SYSTEM_ACTOR, "A1", kind, dated, reason)

    def stage(self) -> str:
        return parks.list_parks(self.session, FULL_SCOPE, TODAY)[0].stage


@pytest.fixture
def chain(session: Session, platform: Platform, park: Park) -> Chain:
    return Chain(session, platform)


def test_the_whole_chain_leads_to_the_title_each_step_audited_and_in_the_overview(
    session: Session, chain: Chain, park: Park
) -> None:
    chain.up_to(StepKind.TITLE)
    assert chain.stage() == "titled"
    assert session.get_one(ParkSnapshot, park.id).steps == [kind.value for kind, _dated, _number in CHAIN]
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

    def test_where_the_notice_knows_no_return_none_is_made(self, chain: Chain) -> None:
        chain.up_to(StepKind.EXPERT_REVIEW)
        with pytest.raises(Refused, match="“形成评审结论”不能退回；可退回的环节：“区县主管部门审核”、“市级受理”"):
            chain.send_back(StepKind.CONCLUSION, date(2026, 12, 8))


class TestPermission:
    def test_a_district_takes_no_step(self, session: Session, platform: Platform, park: Park) -> None:
        district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
        with pytest.raises(AccessDenied):
            steps.record_step(session, platform.storage, district, "A1", StepKind.SELF_ASSESSMENT, date(2026, 10, 20))
        with pytest.raises(AccessDenied):
            steps.return_step(session, district, "A1", StepKind.DEPARTMENT_REVIEW, date(2026, 10, 20), "理由")

    def test_a_park_outside_the_scope_is_unknown(self, session: Session, platform: Platform, park: Park) -> None:
        stranger = Actor("committee", Role.COMMITTEE, Scope(unit_ids=frozenset({park.district_id + 1})))
        with pytest.raises(Unknown):
            steps.record_step(session, platform.storage, stranger, "A1", StepKind.SELF_ASSESSMENT, date(2026, 10, 20))
