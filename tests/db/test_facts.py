"""Rows turned into policy facts: what had come in, what was decided, and what counts as a figure on a given day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import AcceptanceStep, Obligation, Park, Submission
from db.session import Database
from policy.facts import Pending, ReceiptFact
from policy.rulebook import DEFAULT
from policy.terms import HalfYear, Stage
from policy.version_no import VersionNo
from policy.workflow import StepKind
from tests.factories import (
    MADE_AT,
    accept,
    make_goal,
    make_letter,
    make_park,
    make_reading,
    make_submission,
    send_back,
)

H1 = HalfYear(2025, 1)
EVER = date.max


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    return make_park(session, "甲园")


def july(day: int) -> date:
    return date(2025, 7, day)


def receipt(session: Session, park: Park, as_of: date = EVER) -> ReceiptFact | None:
    """What came in, whatever waits."""
    found = facts.receipts(session, park.id, as_of).get(H1)
    return replace(found, pending=None) if found else None


class TestReceipts:
    def test_nothing_received_is_no_receipt(self, session: Session, park: Park) -> None:
        assert facts.receipts(session, park.id, EVER) == {}

    def test_data_and_letter_arrive_apart(self, session: Session, park: Park) -> None:
        make_submission(session, park, received_on=july(20))
        make_letter(session, [park], received_on=july(25))
        assert receipt(session, park) == ReceiptFact(H1, data_on=july(20), letter_on=july(25), letter_dated=july(25))
        assert receipt(session, park, july(24)) == ReceiptFact(H1, data_on=july(20))
        assert receipt(session, park, july(19)) is None

    def test_data_counts_from_the_first_version_without_errors(self, session: Session, park: Park) -> None:
        make_submission(session, park, received_on=july(10), has_errors=True)
        make_submission(session, park, received_on=july(20))
        make_submission(session, park, received_on=july(25))
        assert receipt(session, park) == ReceiptFact(H1, data_on=july(20))
        assert receipt(session, park, july(15)) == ReceiptFact(H1)

    @pytest.mark.parametrize("state", ["draft", "attempt"])
    def test_what_was_not_submitted_is_not_received(self, session: Session, park: Park, state: str) -> None:
        make_submission(session, park, state=state)
        assert receipt(session, park) is None

    def test_another_park_s_report_and_an_application_form_do_not_count(self, session: Session, park: Park) -> None:
        make_submission(session, make_park(session))
        make_submission(session, park, kind="application_form")
        assert receipt(session, park) is None

    def test_a_return_reopens_the_period_from_its_day(self, session: Session, park: Park) -> None:
        send_back(session, make_submission(session, park, received_on=july(20)), on=july(28))
        make_letter(session, [park], received_on=july(22))
        assert receipt(session, park, july(27)) == ReceiptFact(
            H1, data_on=july(20), letter_on=july(22), letter_dated=july(22)
        )
        assert receipt(session, park) == ReceiptFact(
            H1, letter_on=july(22), letter_dated=july(22), returned_on=july(28), resubmit_on=date(2025, 8, 7)
        )

    def test_a_new_version_after_the_return_is_received_on_its_own_day(self, session: Session, park: Park) -> None:
        send_back(session, make_submission(session, park, received_on=july(20)), on=july(28))
        make_submission(session, park, received_on=date(2025, 8, 3))
        assert receipt(session, park) == ReceiptFact(H1, data_on=date(2025, 8, 3))

    def test_a_new_version_with_errors_after_the_return_is_no_data(self, session: Session, park: Park) -> None:
        send_back(session, make_submission(session, park, received_on=july(20)), on=july(28))
        make_submission(session, park, received_on=date(2025, 8, 3), has_errors=True)
        found = receipt(session, park)
        assert found is not None
        assert found.data_on is None

    def test_acceptance_is_that_of_the_newest_accepted_version(self, session: Session, park: Park) -> None:
        accept(session, make_submission(session, park, received_on=july(20)), on=july(22))
        accept(session, make_submission(session, park, received_on=july(25)), on=july(29))
        assert receipt(session, park) == ReceiptFact(H1, data_on=july(20), accepted_on=july(29))
        assert receipt(session, park, july(28)) == ReceiptFact(H1, data_on=july(20), accepted_on=july(22))

    def test_the_earliest_of_several_letters_counts_and_one_letter_serves_several_parks(
        self, session: Session, park: Park
    ) -> None:
        other = make_park(session, district=park.district)
        make_letter(session, [park, other], received_on=july(25))
        make_letter(session, [park], received_on=july(23))
        assert receipt(session, park) == ReceiptFact(H1, letter_on=july(23), letter_dated=july(23))
        assert receipt(session, other) == ReceiptFact(H1, letter_on=july(25), letter_dated=july(25))

    def test_the_newest_version_waits_until_it_is_decided_on(self, session: Session, park: Park) -> None:
        def pending(as_of: date = EVER) -> Pending | None:
            return facts.receipts(session, park.id, as_of)[H1].pending

        accept(session, make_submission(session, park, received_on=july(20)), on=july(22))
        assert pending(july(21)) is not None
        assert pending() is None
        newer = make_submission(session, park, received_on=july(25))
        make_submission(session, park, received_on=july(26), state="draft")
        assert pending() == Pending(newer.id, VersionNo(2), july(25))
        send_back(session, newer, on=july(29))
        assert pending() is None
        assert pending(july(28)) == Pending(newer.id, VersionNo(2), july(25))


class TestFigures:
    def test_only_accepted_figures_are_facts_and_they_name_their_source(self, session: Session, park: Park) -> None:
        version = make_submission(session, park, figures={"revenue_cyber": "3.20"})
        assert facts.figures(session, park.id, EVER) == ()
        accept(session, version, on=july(30))
        assert facts.figures(session, park.id, july(29)) == ()
        (fact,) = facts.figures(session, park.id, july(30))
        assert (fact.key, fact.period, fact.value) == ("revenue_cyber", H1, Decimal("3.2"))
        assert (fact.file, fact.where, fact.raw, fact.submission_id) == (
            "半年报.xlsx", "半年报!C4", "3.20", version.id,
        )  # fmt: skip

    def test_a_later_version_counts_once_it_is_accepted(self, session: Session, park: Park) -> None:
        accept(session, make_submission(session, park, figures={"firms_cyber": "30"}), on=july(21))
        newer = make_submission(session, park, figures={"firms_cyber": "31"}, received_on=july(25))

        def value(as_of: date) -> Decimal:
            return facts.figures(session, park.id, as_of)[0].value

        assert value(EVER) == 30
        accept(session, newer, on=july(28))
        assert value(EVER) == 31
        assert value(july(27)) == 30

    def test_an_acceptance_taken_back_is_no_fact_any_more(self, session: Session, park: Park) -> None:
        version = make_submission(session, park, figures={"firms_cyber": "30"})
        accept(session, version, on=july(21))
        send_back(session, version, on=july(28))
        assert facts.figures(session, park.id, EVER) == ()
        assert len(facts.figures(session, park.id, july(27))) == 1

    @pytest.mark.parametrize(("status", "kept"), [("ok", 1), ("note", 1), ("confirm", 0), ("error", 0)])
    def test_a_value_at_confirm_or_error_is_never_a_fact(
        self, session: Session, park: Park, status: str, kept: int
    ) -> None:
        version = make_submission(session, park)
        version.readings.append(make_reading("firms_cyber", "30", status=status))
        accept(session, version)
        assert len(facts.figures(session, park.id, EVER)) == kept

    def test_last_year_s_column_and_the_form_s_own_fields_are_no_figures(self, session: Session, park: Park) -> None:
        version = make_submission(session, park)
        version.readings += [make_reading("firms_cyber", "30", column="previous"), make_reading("operator", "某公司")]
        accept(session, version)
        assert facts.figures(session, park.id, EVER) == ()

    def test_periods_come_oldest_first(self, session: Session, park: Park) -> None:
        for period in ("2026H1", "2025H1", "2025H2"):
            accept(session, make_submission(session, park, period, figures={"firms_cyber": "30"}))
        assert [str(fact.period) for fact in facts.figures(session, park.id, EVER)] == ["2025H1", "2025H2", "2026H1"]


class TestDerivedFigures:
    def derived(self, session: Session, park: Park, *cells: tuple[str, int, str, str | None]) -> dict[str, Decimal]:
        version = make_submission(session, park)
        version.readings += [
            make_reading(key, value, table=table, row=row, where=f"{table}!H{row + 3}")
            for table, row, key, value in cells
        ]
        accept(session, version)
        return {fact.key: fact.value for fact in facts.figures(session, park.id, EVER)}

    def test_sums_over_the_roster_and_the_training_bodies_are_exact(self, session: Session, park: Park) -> None:
        assert self.derived(
            session, park, ("roster", 1, "rnd", "0.1"), ("roster", 2, "rnd", "0.2"), ("training", 1, "people", "120")
        ) == {"rnd_investment": Decimal("0.3"), "trainees": Decimal(120)}

    def test_platforms_and_events_are_counted_by_their_rows(self, session: Session, park: Park) -> None:
        assert self.derived(
            session, park, ("platforms", 1, "name", "平台一"), ("platforms", 2, "name", "平台二"),
            ("events", 1, "name", "大赛"),
        ) == {"platforms": Decimal(2), "events": Decimal(1)}  # fmt: skip

    def test_a_row_that_says_none_is_zero_and_a_table_without_rows_says_nothing(
        self, session: Session, park: Park
    ) -> None:
        assert self.derived(session, park, ("platforms", 1, "name", None)) == {"platforms": Decimal(0)}

    def test_a_sum_names_the_cells_it_runs_over(self, session: Session, park: Park) -> None:
        self.derived(session, park, ("roster", 1, "rnd", "1"), ("roster", 2, "rnd", "2"))
        (fact,) = facts.figures(session, park.id, EVER)
        assert (fact.where, fact.raw) == ("roster!H4—roster!H5", "2行合计")


class TestParksAndGoals:
    def step(self, session: Session, park: Park, kind: StepKind, dated: date, returned_on: date | None = None) -> None:
        session.add(
            AcceptanceStep(
                park_id=park.id, kind=kind, dated=dated, returned_on=returned_on, recorded_at=MADE_AT, recorded_by="c"
            )
        )
        session.flush()

    def test_the_stage_is_that_of_the_day_asked_for(self, session: Session, park: Park) -> None:
        self.step(session, park, StepKind.SELF_ASSESSMENT, date(2026, 11, 2))

        def stage(day: date) -> Stage:
            return facts.park_fact(session, park, day).stage

        assert stage(date(2026, 10, 10)) is Stage.BUILDING
        assert stage(date(2026, 11, 1)) is Stage.EXPIRED
        assert stage(date(2026, 11, 2)) is Stage.SELF_ASSESSED

    def test_a_step_sent_back_counts_until_the_day_of_its_return(self, session: Session, park: Park) -> None:
        self.step(session, park, StepKind.SELF_ASSESSMENT, date(2026, 11, 2), returned_on=date(2026, 11, 9))
        self.step(session, park, StepKind.SELF_ASSESSMENT, date(2026, 11, 20))
        days = (date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 20))
        assert [len(facts.steps(session, park.id, day)) for day in days] == [1, 0, 1]

    def test_the_goals_in_force_stand_in_the_order_of_the_catalogue(self, session: Session, park: Park) -> None:
        make_goal(session, park, "firms_cyber", "30", "60")
        make_goal(session, park, "revenue_cyber", "3.1", "6.25")
        goals = facts.goals(session, park.id, EVER)
        assert [(goal.key, goal.target) for goal in goals] == [
            ("revenue_cyber", Decimal("6.25")), ("firms_cyber", Decimal(60)),
        ]  # fmt: skip

    def test_a_changed_goal_is_not_known_before_its_day(self, session: Session, park: Park) -> None:
        make_goal(session, park, "firms_cyber", "30", "60")
        make_goal(session, park, "firms_cyber", "30", "45", valid_from=july(20))
        make_goal(session, park, "firms_cyber", "30", "50", valid_from=july(20))
        days = (date(2024, 10, 9), date(2024, 10, 10), july(19), july(20))
        targets = [[goal.target for goal in facts.situation(session, park.id, day, DEFAULT).goals] for day in days]
        assert targets == [[], [Decimal(60)], [Decimal(60)], [Decimal(50)]]

    def test_a_situation_holds_all_of_it_as_known_that_day(self, session: Session, park: Park) -> None:
        make_goal(session, park, "firms_cyber", "30", "60")
        accept(session, make_submission(session, park, figures={"firms_cyber": "33"}), on=july(28))
        early = facts.situation(session, park.id, july(1), DEFAULT)
        late = facts.situation(session, park.id, july(31), DEFAULT)
        assert (early.receipts, early.figures) == ({}, ())
        assert late.receipts[H1].accepted_on == july(28)
        assert [figure.value for figure in late.figures] == [Decimal(33)]
        assert [str(owed.period) for owed in late.obligations()] == ["2025H1", "2025H2", "2026H1"]

    def test_a_due_date_once_written_down_is_the_one_that_counts(self, session: Session, park: Park) -> None:
        first = session.scalars(select(Obligation).where(Obligation.period == "2025H1")).one()
        first.due_on = date(2025, 8, 15)
        session.flush()
        assert facts.situation(session, park.id, july(1), DEFAULT).obligations()[0].due_on == date(2025, 8, 15)


def test_facts_are_what_the_database_holds_not_what_the_session_remembers(session: Session, park: Park) -> None:
    version = make_submission(session, park)
    accept(session, version)
    session.connection().exec_driver_sql("UPDATE submission SET state = 'draft'")
    assert isinstance(session.get(Submission, version.id), Submission)
    assert facts.receipts(session, park.id, EVER) == {}
