"""A full sweep trusts no mark: what was written past the program is found, and what is the same is passed over."""

from datetime import date

import pytest
from sqlalchemy import text

from db.fingerprint import fingerprints
from db.models import Park
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import clock
from services.alerting import SweepResult, sweep
from tests.factories import accept, make_contact, make_goal, make_letter, make_park, make_submission

DAY = date(2025, 8, 2)


@pytest.fixture
def parks(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Park, Park]:
    """Two parks on their paths, with everything in, judged by a full sweep."""
    monkeypatch.setattr(clock, "today", lambda: DAY)
    with database.write() as session:
        made = make_park(session, code="first"), make_park(session, code="second")
        for park in made:
            make_contact(session, park.district)
            make_goal(session, park, "firms_cyber", "40", "60")
            make_letter(session, [park])
            accept(session, make_submission(session, park, figures={"firms_cyber": "50"}))
    assert full(database).opened == ()
    return made


def full(database: Database) -> SweepResult:
    with database.write() as session:
        return sweep(session, SYSTEM_ACTOR, DAY, full=True)


def changed(database: Database, statement: str) -> set[int]:
    """The parks whose checksum is another after this statement."""
    with database.read() as session:
        before = fingerprints(session)
    with database.engine.begin() as connection:
        connection.execute(text(statement))
    with database.read() as session:
        after = fingerprints(session)
    return {park_id for park_id in after if after[park_id] != before.get(park_id)}


def test_a_figure_changed_behind_its_back_is_judged_anew(database: Database, parks: tuple[Park, Park]) -> None:
    own = f"SELECT id FROM submission WHERE park_id = {parks[1].id}"
    assert changed(database, f"UPDATE submission_reading SET value = '30' WHERE submission_id IN ({own})") == {
        parks[1].id
    }
    with database.write() as session:
        assert sweep(session, SYSTEM_ACTOR, DAY).opened == ()  # nobody marked it
    assert [note.key for note in full(database).opened] == ["lagging:second:firms_cyber"]
    assert full(database).opened == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE goal SET target = 61 WHERE park_id = {park}",
        "UPDATE obligation SET due_on = '2025-07-30' WHERE park_id = {park}",
        "UPDATE letter SET received_on = '2025-08-01' WHERE id IN (SELECT letter_id FROM letter_park"
        " WHERE park_id = {park})",
        "DELETE FROM review WHERE submission_id IN (SELECT id FROM submission WHERE park_id = {park})",
        "UPDATE park SET ends_on = '2026-10-11' WHERE id = {park}",
    ],
)
def test_any_fact_of_a_park_changes_its_checksum_and_no_other(
    database: Database, parks: tuple[Park, Park], statement: str
) -> None:
    assert changed(database, statement.format(park=parks[0].id)) == {parks[0].id}


def test_people_may_concern_every_park(database: Database, parks: tuple[Park, Park]) -> None:
    assert changed(database, "UPDATE contact SET bounced_on = '2025-08-01'") == {park.id for park in parks}


def test_nothing_changed_is_nothing_judged(
    database: Database, parks: tuple[Park, Park], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.facts.situation", lambda *_args: pytest.fail("judged"))
    assert full(database).failed == ()
