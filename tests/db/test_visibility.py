"""What is not reported yet: its uploader and the district know it, the level above and the operator do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from db.models import Park
from db.queries.access import report_in_scope
from db.queries.park_detail import versions
from db.queries.reports import report, waiting
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Actor, Role, Scope
from policy.terms import SubmissionState
from tests.factories import make_park, make_submission

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
COLLEAGUE = Actor("colleague", Role.COMMITTEE, FULL_SCOPE)
SENT, DRAFT = SubmissionState.SUBMITTED, SubmissionState.DRAFT


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    return make_park(session, "示例甲园")


def district_of(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))


def operator_of(park: Park) -> Actor:
    return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))


def draft(session: Session, park: Park | None, by: str = "district", **columns: object) -> int:
    return make_submission(session, park, state="draft", submitted_on=None, uploaded_by=by, **columns).id  # type: ignore[arg-type]


def know(session: Session, report_id: int, *actors: Actor) -> list[bool]:
    return [report_in_scope(session, actor, str(report_id)) == report_id for actor in actors]


def test_a_draft_is_known_to_the_district_and_not_above(session: Session, park: Park) -> None:
    number = draft(session, park)
    everyone = (district_of(park), COMMITTEE, operator_of(park), SYSTEM_ACTOR)
    assert know(session, number, *everyone) == [True, False, False, True]
    assert [report(session, actor, number) is not None for actor in everyone] == [True, False, False, True]
    stranger = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 1})))
    assert know(session, number, stranger) == [False]


def test_what_the_committee_entered_is_known_to_it_and_to_the_district(session: Session, park: Park) -> None:
    number = draft(session, park, by="committee")
    assert know(session, number, COMMITTEE, district_of(park)) == [True, True]
    assert know(session, number, COLLEAGUE, operator_of(park)) == [False, False]


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted"])
def test_what_was_reported_is_known_to_all_in_scope(session: Session, park: Park, state: str) -> None:
    number = make_submission(session, park, state=state).id
    assert know(session, number, district_of(park), COMMITTEE, operator_of(park)) == [True] * 3


def test_an_attempt_of_no_park_is_known_to_its_sender(session: Session, park: Park) -> None:
    number = make_submission(session, None, None, kind=None, state="attempt").id
    assert know(session, number, district_of(park), COMMITTEE, SYSTEM_ACTOR) == [True, False, True]


def test_a_form_before_the_approval_reaches_the_committee_when_it_is_sent(session: Session) -> None:
    form = make_submission(session, None, None, kind="application_form", state="draft")
    sender = Actor("district", Role.DISTRICT, Scope())
    assert know(session, form.id, sender, COMMITTEE) == [True, False]
    form.state = "submitted"
    assert know(session, form.id, sender, COMMITTEE) == [True, True]


def test_lists_and_what_counts_as_newest_leave_it_out(session: Session, park: Park) -> None:
    sent = make_submission(session, park, "2025H1").id
    number = draft(session, park, received_on=date(2025, 7, 22))

    def listed(actor: Actor) -> list[int]:
        return [entry.submission_id for entry in versions(session, actor, park.id)]

    assert listed(district_of(park)) == [number, sent]
    assert listed(COMMITTEE) == listed(operator_of(park)) == [sent]
    seen = report(session, COMMITTEE, sent)
    assert seen is not None
    assert seen.newest
    assert [entry.id for entry in seen.versions] == [sent]
    own = report(session, district_of(park), sent)
    assert own is not None
    assert not own.newest


def test_a_draft_neither_waits_at_the_committee_nor_hides_what_does(session: Session, park: Park) -> None:
    sent = make_submission(session, park, "2025H1").id
    number = draft(session, park)
    assert [entry.id for entry in waiting(session, COMMITTEE, SENT, DRAFT)] == [sent]
    assert [entry.id for entry in waiting(session, district_of(park), SENT, DRAFT)] == [number]
