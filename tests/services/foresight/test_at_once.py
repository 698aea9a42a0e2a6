"""One park's outlooks after its facts have changed: at once, by what the last night learned, and of that park alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import ForecastFit, Outlook, Park, Submission
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Actor, Role
from services import clock, recomputing, reviews, snapshots
from services.foresight import at_once
from services.foresight.at_once import OUTDATED
from services.foresight.nightly import foresee, keep, work_out
from services.outlooks import foresight_of
from tests.factories import accept, make_submission
from tests.services.growing_parks import TODAY, growing_parks

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def programme(database: Database, set_now: Callable[[date], None]) -> Database:
    """Eight parks, each with one accepted report and a second that waits; P0 does not grow until the second."""
    set_now(TODAY)
    with database.write() as session:
        firms = [(40, 50), *((43 + number, 46 + 2 * number) for number in range(1, 8))]
        for number, (first, second) in enumerate(growing_parks(session, firms)):
            accept(session, first)
            if number > 5:
                accept(session, second)
    return database


def night(database: Database) -> None:
    with database.write() as session:
        work_out(session, SYSTEM_ACTOR, TODAY)


def decide(database: Database, code: str) -> None:
    with database.write() as session:
        waiting = select(Submission.id).join(Park).where(Park.code == code, Submission.state == "submitted")
        reviews.accept(session, SYSTEM_ACTOR, session.scalars(waiting).one(), clock.today())


def stored(database: Database) -> dict[str, dict[str, Any]]:
    """Each park's row without its number."""
    columns = [column for column in Outlook.__table__.columns if column.name not in ("id", "park_id")]
    with database.read() as session:
        rows = session.execute(select(Park.code, *columns).join(Park, Park.id == Outlook.park_id)).all()
    return {row.code: dict(row._mapping) for row in rows}


def words(session: Session, code: str) -> tuple[object, str]:
    goal = foresight_of(session, COMMITTEE, code, TODAY, {}).goals[0]
    return goal.chance, goal.why


def test_where_nothing_is_new_the_words_are_those_of_the_night_to_the_last_digit(programme: Database) -> None:
    night(programme)
    before = stored(programme)
    assert len(before) == 8
    with programme.write() as session:
        for park_id in session.scalars(select(Park.id)).all():
            snapshots.rewrite(session, park_id)
    assert stored(programme) == before


def test_an_acceptance_renews_its_park_at_once_and_no_other(programme: Database) -> None:
    night(programme)
    before = stored(programme)
    decide(programme, "P0")
    at_once = stored(programme)
    assert {code for code in before if before[code] != at_once[code]} == {"P0"}
    assert before["P0"]["p_miss"] > 0.6
    assert at_once["P0"]["p_miss"] < before["P0"]["p_miss"] - Decimal("0.1")
    night(programme)
    later = stored(programme)["P0"]
    assert float(at_once["P0"]["p50"]) == pytest.approx(float(later["p50"]), rel=0.03)


def test_what_takes_the_others_to_tell_waits_for_the_night_and_shows_no_old_word(programme: Database) -> None:
    """The first 0 among all figures of an indicator: every logarithm is taken otherwise."""
    night(programme)
    with programme.write() as session:
        park = session.scalars(select(Park).where(Park.code == "P3")).one()
        make_submission(session, park, "2025H1", figures={"firms_cyber": "0"}, received_on=date(2025, 7, 25))
        session.execute(
            update(Submission).where(Submission.park_id == park.id, Submission.period == "2025H1")
            .where(Submission.version == 1).values(state="returned")
        )  # fmt: skip
    decide(programme, "P3")
    with programme.read() as session:
        assert words(session, "P3") == (None, OUTDATED)
    night(programme)
    with programme.read() as session:
        assert words(session, "P3")[0] is not None


def test_a_forecast_that_fails_never_fails_the_acceptance(programme: Database) -> None:
    night(programme)
    with programme.write() as session:
        session.execute(update(ForecastFit).values(learned={"added": 0.0}))
    decide(programme, "P0")
    with programme.read() as session:
        assert words(session, "P0") == (None, OUTDATED)
        accepted = select(Submission.state).join(Park).where(Park.code == "P0")
        assert set(session.scalars(accepted)) == {"accepted"}


def test_before_the_first_night_there_is_nothing_to_renew(programme: Database) -> None:
    decide(programme, "P0")
    assert stored(programme) == {}


def test_what_is_renewed_while_the_night_works_is_not_set_back(
    programme: Database, set_now: Callable[[Any], None]
) -> None:
    night(programme)
    with programme.read() as session:
        working = foresee(session, SYSTEM_ACTOR, TODAY)
    set_now(date(2025, 9, 2))
    decide(programme, "P0")
    renewed = stored(programme)["P0"]
    with programme.write() as session:
        keep(session, working)
    assert stored(programme)["P0"] == renewed
    assert stored(programme)["P1"]["as_of"] == TODAY


def test_an_outlook_that_is_not_what_the_facts_give_is_found_and_mended(programme: Database) -> None:
    night(programme)
    with programme.write() as session:
        snapshots.rewrite(session, 8)
        assert [at_once.disagreeing(session, park_id) for park_id in park_ids(session)] == [[]] * 8
        session.scalars(select(Outlook).where(Outlook.park_id == 8)).one().p_miss = Decimal("0.5")
    with programme.write() as session:
        assert [one.told for one in recomputing.differing(session, 8)] == [
            "国家网络安全产业园区（示例7园）（P7）趋势研判·网络安全企业数量：存为原结果，复算为另一结果"
        ]
        snapshots.rewrite(session, 8)
        assert at_once.disagreeing(session, 8) == []


def test_what_rests_on_an_earlier_night_or_waits_for_the_next_is_not_held_against_this_one(programme: Database) -> None:
    night(programme)
    with programme.write() as session:
        for number, outlook in enumerate(session.scalars(select(Outlook).order_by(Outlook.park_id))):
            outlook.p_miss = Decimal("0.5")
            if number % 2:
                outlook.learned_at = datetime(2025, 8, 31, tzinfo=UTC)
            else:
                outlook.why = OUTDATED
        session.flush()
        assert [at_once.disagreeing(session, park_id) for park_id in park_ids(session)] == [[]] * 8


def park_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Park.id).order_by(Park.id)))
