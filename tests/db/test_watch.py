"""Whoever writes a fact of a park marks the park, without having to think of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import fact_tables, models
from db.base import Base
from db.models import (
    Alert,
    AlertPause,
    CalendarYear,
    Obligation,
    ObligationAct,
    Park,
    ParkWatch,
    PlanTask,
    ProgressReport,
    ScoreSheet,
    UnitSuccession,
)
from db.session import Database
from db.watch import collect, waiting
from policy.terms import UnitKind
from tests.factories import (
    MADE_AT,
    accept,
    make_contact,
    make_expert,
    make_file,
    make_goal,
    make_letter,
    make_panel,
    make_park,
    make_submission,
    make_unit,
)

DAY = date(2025, 8, 1)

NO_FACT = {
    # what a sweep itself writes, and what is worked out from facts
    "Alert", "DataVersion", "OutboxItem", "OutboxMail", "ParkMark", "ParkSnapshot", "ParkWatch", "PressProposal",
    "SweepMark",
    # what no alert rule looks at
    "Account", "AuditEntry", "AuditHead", "CalendarToken", "Correction", "CorrectionLine", "FindingExplanation",
    "FirmPage", "IssuedDocument", "IssuedFigure", "JobRun", "Lease", "ReviewComment", "StoredFile",
    "SubmissionFinding", "UnitAlias", "WithheldFile",
    "EvaluationFreeze", "EvaluationMark", "EvaluationSystem", "OfficeCycle",
    "DossierBasis", "DossierText", "Expert", "ExpertTie", "Objection", "PanelRecord", "Plaque",
    "ForecastFit", "Outlook", "RectificationNote", "SiteVisit", "VisitedFirm",
    # read when its version is accepted, and decided on only before
    "SubmissionReading",
}  # fmt: skip


def test_every_table_is_a_fact_of_a_park_or_said_to_be_none() -> None:
    facts = {*fact_tables.OF_A_PARK, *fact_tables.OF_A_UNIT, *fact_tables.OF_ALL, *fact_tables.THROUGH, models.Park}
    known = {model.__name__ for model in facts} | NO_FACT
    assert {mapper.class_.__name__ for mapper in Base.registry.mappers} == known
    assert not NO_FACT & {model.__name__ for model in facts}


def extend(session: Session, park: Park) -> ObligationAct:
    row = session.scalars(select(Obligation).where(Obligation.park_id == park.id)).first()
    assert row is not None
    return ObligationAct(
        obligation_id=row.id, kind="extension", dated=DAY, number="1", recorded_at=MADE_AT, recorded_by="committee"
    )


def pause(_session: Session, park: Park) -> AlertPause:
    return AlertPause(park_id=park.id, matter="m", reason="r", since=DAY, until=DAY, set_at=MADE_AT, set_by="committee")


def task(_session: Session, park: Park) -> PlanTask:
    return PlanTask(park_id=park.id, name="示例任务", due_on=DAY, recorded_at=MADE_AT, recorded_by="committee")


def progress(session: Session, park: Park) -> ProgressReport:
    return ProgressReport(
        park_id=park.id, period="2025Q3", version=1, file_id=make_file(session).id, file_name="f", content={},
        received_on=DAY, uploaded_at=MADE_AT, uploaded_by="operator",
    )  # fmt: skip


def sheet(session: Session, park: Park) -> ScoreSheet:
    member = make_panel(session, park, [make_expert(session)]).members[0]
    watched(session, park)
    return ScoreSheet(
        member_id=member.id, number=1, marks=[], signed_on=DAY, entered_at=MADE_AT, entered_by="committee"
    )  # fmt: skip


def year(_session: Session, _park: Park) -> CalendarYear:
    return CalendarYear(year=2027, document="示例发〔2026〕1号", recorded_at=MADE_AT, recorded_by="committee")


ALONE: dict[str, Callable[[Session, Park], object]] = {
    "a version": lambda session, park: make_submission(session, park),
    "a letter": lambda session, park: make_letter(session, [park]),
    "a goal": lambda session, park: make_goal(session, park, "firms_cyber", "30", "60"),
    "a contact": lambda session, park: make_contact(session, park.district),
    "an extension": lambda session, park: session.add(extend(session, park)),
    "a pause": lambda session, park: session.add(pause(session, park)),
    "a task": lambda session, park: session.add(task(session, park)),
    "a score sheet": lambda session, park: session.add(sheet(session, park)),
    "建设进展": lambda session, park: session.add(progress(session, park)),
}


@pytest.mark.parametrize("fact", ALONE)
def test_a_fact_of_a_park_marks_it_and_no_other(database: Database, fact: str) -> None:
    with database.write() as session:
        park, other = make_park(session), make_park(session)
        session.flush()
        watched(session, park, other)
        ALONE[fact](session, park)
        session.flush()
        assert marked(session) == {park.id}


def test_a_decision_marks_the_park_of_its_version(database: Database) -> None:
    with database.write() as session:
        park, other = make_park(session), make_park(session)
        version = make_submission(session, park)
        watched(session, park, other)
        accept(session, version)
        assert marked(session) == {park.id}


def test_a_work_calendar_and_a_reorganisation_mark_every_park(database: Database) -> None:
    with database.write() as session:
        park, other = make_park(session), make_park(session)
        watched(session, park, other)
        session.add(year(session, park))
        session.flush()
        assert marked(session) == {park.id, other.id}


def test_people_of_a_successor_and_of_the_committee_concern_the_parks_they_may_be_told_of(database: Database) -> None:
    with database.write() as session:
        park, other = make_park(session), make_park(session)
        heir, committee = make_unit(session), make_unit(session, kind=UnitKind.COMMITTEE)
        session.add(UnitSuccession(predecessor_id=park.district_id, successor_id=heir.id, on=DAY))
        session.flush()
        watched(session, park, other)
        make_contact(session, heir)
        assert marked(session) == {park.id}
        watched(session, park, other)
        make_contact(session, committee)
        assert marked(session) == {park.id, other.id}


def test_a_fact_that_moves_marks_the_park_it_leaves_as_well(database: Database) -> None:
    with database.write() as session:
        park, other, third = (make_park(session) for _ in range(3))
        person, goal = make_contact(session, park.district), make_goal(session, park, "firms_cyber", "30", "60")
        watched(session, park, other, third)
        person.unit_id = other.district_id
        session.flush()
        assert marked(session) == {park.id, other.id}
        watched(session, park, other, third)
        goal.park_id = third.id
        session.flush()
        assert marked(session) == {park.id, third.id}


def test_a_mark_is_undone_with_what_was_written(database: Database) -> None:
    with database.write() as session:
        park = make_park(session)
        watched(session, park)
        undone = session.begin_nested()
        make_goal(session, park, "firms_cyber", "30", "60")
        undone.rollback()
        assert marked(session) == set()


def test_what_a_sweep_writes_marks_nothing(database: Database) -> None:
    with database.write() as session:
        park = make_park(session)
        watched(session, park)
        session.add(
            Alert(
                key="k", rule="report_overdue", park_id=park.id, clause="", message="", stage="T+1", rulebook="1",
                opened_on=DAY,
            )
        )  # fmt: skip
        session.flush()
        assert marked(session) == set()


def watched(session: Session, *parks: Park) -> None:
    """As a sweep that has just judged them leaves them."""
    collect(session)
    for park in parks:
        session.merge(ParkWatch(park_id=park.id, judged_on=DAY, next_on=DAY + timedelta(days=9), changed=False))
    session.flush()


def marked(session: Session) -> set[int]:
    """Before a sweep takes the marks as after it."""
    before = set(session.scalars(select(Park.id).where(waiting(session))))
    collect(session)
    assert not session.scalars(select(Park.id).where(waiting(session))).all()
    changed = set(session.scalars(select(ParkWatch.park_id).where(ParkWatch.changed)))
    assert changed == before
    return changed
