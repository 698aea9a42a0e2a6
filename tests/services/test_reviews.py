"""The committee's decisions: what stands in the way, what is kept, what becomes a fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db import facts
from db.models import AuditEntry, Park, ParkSnapshot, Review, Submission
from db.queries import provenance
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from policy.version_no import VersionNo
from services import reviews, submissions, versions
from services.platform import Platform
from services.submissions import ingest
from tests.factories import make_submission
from tests.papers import report

TODAY = date(2025, 8, 20)
ON = date(2025, 8, 5)
H1 = HalfYear(2025, 1)


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def uploaded(platform: Platform, park: Park, figures: Mapping[str, Any] | None = None, *, submit: bool = True) -> int:
    data = report(park.title, figures=figures)
    result = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, received_on=date(2025, 7, 20), submit=submit)
    assert result.submission_id is not None
    return result.submission_id


def accept(platform: Platform, submission_id: int, on: date = ON, actor: Actor = SYSTEM_ACTOR) -> reviews.Decision:
    with platform.database.write() as session:
        return reviews.accept(session, actor, submission_id, on, "区县来电更正")


def send_back(platform: Platform, submission_id: int, reason: str = "面积有误", on: date = ON) -> reviews.Decision:
    with platform.database.write() as session:
        return reviews.return_report(session, SYSTEM_ACTOR, submission_id, reason, on)


def refused(action: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(Refused) as error:
        action(*arguments)
    return str(error.value)


def test_acceptance_makes_the_figures_facts(platform: Platform, park: Park) -> None:
    submission_id = uploaded(platform, park)
    with platform.database.read() as session:
        assert facts.figures(session, park.id, TODAY) == ()
    decision = accept(platform, submission_id)
    assert (decision.accepted, decision.park, decision.explain) == (True, park.code, ())
    with platform.database.read() as session:
        figures = {figure.key: figure for figure in facts.figures(session, park.id, TODAY)}
        assert str(figures["revenue_cyber"].value) == "1.5"
        assert figures["revenue_cyber"].where == "半年报!C10"
        assert facts.receipts(session, park.id, TODAY)[H1].accepted_on == ON
        assert session.get_one(ParkSnapshot, park.id).figures["revenue_cyber"]["value"] == "1.5"


def test_cells_at_confirm_or_error_stand_in_the_way(platform: Platform, park: Park) -> None:
    confirm = uploaded(platform, park, {"staff_cyber": "约0.45"})
    message = refused(accept, platform, confirm)
    assert "1处待确认" in message
    assert "半年报!C14" in message
    error = uploaded(platform, park, {"staff_cyber": "约0.45", "area_operating": None, "firms_total": 29})
    message = refused(accept, platform, error)
    assert "处须更正、1处待确认" in message
    assert "半年报!C8" in message


def test_findings_at_confirm_pass_and_are_listed_in_the_log(platform: Platform, park: Park) -> None:
    decision = accept(platform, uploaded(platform, park, {"area_built": 51}))
    assert len(decision.explain) == 1
    assert "51万平方米" in decision.explain[0]
    with platform.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "review.accept")).one()
        assert entry.new == {"state": "accepted", "decided_on": "2025-08-05", "confirmed": ["built_exceeds_planned"]}
        assert entry.old == {"state": "submitted"}


def test_a_return_has_a_reason_and_reopens_the_report(platform: Platform, park: Park) -> None:
    submission_id = uploaded(platform, park)
    assert "原因" in refused(send_back, platform, submission_id, "  ")
    send_back(platform, submission_id)
    with platform.database.read() as session:
        receipt = facts.receipts(session, park.id, TODAY)[H1]
        assert (receipt.data_on, receipt.returned_on) == (None, ON)
        assert session.scalars(select(Review.reason)).all() == ["面积有误"]
    assert "退回修改" in refused(send_back, platform, submission_id)
    assert "退回修改" in refused(accept, platform, submission_id)
    accept(platform, uploaded(platform, park, {"area_planned": 52}))
    with platform.database.read() as session:
        assert facts.receipts(session, park.id, TODAY)[H1].accepted_on == ON


def test_an_accepted_version_can_be_returned_and_is_no_fact_then(platform: Platform, park: Park) -> None:
    submission_id = uploaded(platform, park)
    accept(platform, submission_id)
    send_back(platform, submission_id, "发现一览表重复", date(2025, 8, 12))
    with platform.database.read() as session:
        assert facts.figures(session, park.id, TODAY) == ()
        assert [review.accepted for review in session.scalars(select(Review).order_by(Review.id))] == [True, False]


def test_a_correction_supersedes_and_the_old_version_keeps_its_decision(platform: Platform, park: Park) -> None:
    first = uploaded(platform, park)
    accept(platform, first)
    second = uploaded(platform, park, {"revenue_total": 4.5})
    with platform.database.read() as session:
        assert {str(f.value) for f in facts.figures(session, park.id, TODAY) if f.key == "revenue_total"} == {"4"}
    assert "第2版" in refused(send_back, platform, first)
    accept(platform, second, date(2025, 8, 6))
    with platform.database.read() as session:
        assert {str(f.value) for f in facts.figures(session, park.id, TODAY) if f.key == "revenue_total"} == {"4.5"}
        assert [row.state for row in session.scalars(select(Submission).order_by(Submission.id))] == ["accepted"] * 2


def test_a_draft_is_not_decided_on_unless_its_errors_send_it_back(platform: Platform, park: Park) -> None:
    clean = uploaded(platform, park, submit=False)
    assert "未报送" in refused(accept, platform, clean)
    assert "未报送" in refused(send_back, platform, clean)
    wrong = uploaded(platform, park, {"area_operating": None})
    message = refused(accept, platform, wrong)
    assert "目前为“已上传、未报送”，尚有1处须更正（半年报!C8），不能审核；" in message
    assert not send_back(platform, wrong).accepted


def test_the_committee_neither_finds_nor_decides_on_another_s_draft(platform: Platform, park: Park) -> None:
    committee = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
    sent = uploaded(platform, park)
    draft = uploaded(platform, park, {"area_operating": None}, submit=False)
    with platform.database.write() as session:
        assert reviews.newest(session, committee, park.code, H1).submission_id == sent
        with pytest.raises(Unknown, match="没有编号为"):
            reviews.return_report(session, committee, draft, "面积有误", ON)
        reviews.accept(session, committee, sent, ON)


def test_what_the_committee_entered_from_paper_it_may_send_back(platform: Platform, park: Park) -> None:
    committee = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
    wrong = report(park.title, figures={"area_operating": None})
    entered = ingest(platform, committee, "半年报.xlsx", wrong, submit=False).submission_id
    assert entered is not None
    with platform.database.write() as session:
        assert not reviews.return_report(session, committee, entered, "面积漏填", TODAY).accepted


def test_decisions_are_dated_between_receipt_and_today(platform: Platform, park: Park) -> None:
    submission_id = uploaded(platform, park)
    assert "2025年7月19日" in refused(accept, platform, submission_id, date(2025, 7, 19))
    assert "2025年8月21日" in refused(accept, platform, submission_id, date(2025, 8, 21))
    send_back(platform, submission_id, "面积有误", date(2025, 7, 20))


def test_only_the_committee_decides(platform: Platform, park: Park) -> None:
    submission_id = uploaded(platform, park)
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
    with pytest.raises(AccessDenied):
        accept(platform, submission_id, actor=district)


def test_the_newest_version_is_the_last_uploaded_attempts_aside(platform: Platform, park: Park) -> None:
    def newest(period: HalfYear, actor: Actor = SYSTEM_ACTOR, ref: str = park.code) -> reviews.Version:
        with platform.database.read() as session:
            return reviews.newest(session, actor, ref, period)

    assert "2025年上半年" in refused(newest, H1)
    uploaded(platform, park)
    second = uploaded(platform, park, {"firms_total": 61}, submit=False)
    ingest(platform, SYSTEM_ACTOR, "空.xlsx", b"", park=park.code, submit=True)
    assert newest(H1) == reviews.Version(second, VersionNo(2, draft=1), "draft")
    assert newest(H1, ref="示例甲园").version.number == 2
    with pytest.raises(Unknown):
        newest(H1, Actor("other", Role.DISTRICT, Scope(unit_ids=frozenset({-1}))))


def test_an_unknown_number_is_unknown(platform: Platform) -> None:
    with platform.database.write() as session, pytest.raises(Unknown, match="4711"):
        reviews.accept(session, SYSTEM_ACTOR, 4711, TODAY)


def test_an_attempt_is_nothing_to_decide(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        attempt = make_submission(session, session.get_one(Park, park.id), None, kind=None, version=0, state="attempt")
    assert "无需审核" in refused(accept, platform, attempt.id)


def test_numbers_tell_nobody_how_many_drafts_there_were(platform: Platform, park: Park) -> None:
    def numbers() -> list[str]:
        with platform.database.read() as session:
            return [row.no.label for row in session.scalars(select(Submission).order_by(Submission.id))]

    first = uploaded(platform, park, {"firms_total": 60}, submit=False)
    second = uploaded(platform, park, {"firms_total": 61}, submit=False)
    assert numbers() == ["第1版草稿1", "第1版草稿2"]
    with platform.database.write() as session:
        submissions.submit(session, SYSTEM_ACTOR, second, ON)
        assert versions.told(versions.known(session, SYSTEM_ACTOR, second)).endswith("第1版")
    uploaded(platform, park, {"firms_total": 62}, submit=False)
    uploaded(platform, park, {"firms_total": 63})
    assert numbers() == ["第1版草稿1", "第1版", "第2版草稿1", "第2版"]
    city = Actor("committee", Role.COMMITTEE, FULL_SCOPE)

    def found(key: str, actor: Actor = SYSTEM_ACTOR) -> int | None:
        with platform.database.read() as session:
            return provenance.find_version(session, actor, park.id, H1, VersionNo.parse(key))

    assert [found(key) for key in ("1", "1.1", "1.2", "3")] == [second, first, second, None]
    assert [found(key, city) for key in ("1", "1.1", "1.2")] == [second, None, None]
