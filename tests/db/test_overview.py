"""The overview in pages: every park of the scope once and in order, the kinds as the rules see them, by index alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

import pytest
from sqlalchemy import event, text

from db.models import ParkSnapshot
from db.queries import overview
from db.queries.overview import Asked, Kind, page
from db.queries.parks import overview as all_parks
from db.session import Database
from policy.access import FULL_SCOPE, NO_SCOPE, Scope
from policy.terms import Light, Stage
from services import snapshots
from tests import factories

DAY = date(2026, 3, 2)
SIZE = 2


@pytest.fixture
def units(database: Database) -> list[int]:
    """Two districts of three and two parks, entered in turns: reported in part, lagging, and with steps taken."""
    with database.write() as session:
        districts = [factories.make_unit(session, name) for name in ("示例甲区", "示例乙区")]
        for number in range(5):
            park = factories.make_park(session, f"示例{number}园", district=districts[number % 2], code=f"P{number}")
            session.flush()
            if number < 3:
                factories.make_goal(session, park, "firms_cyber", "30", "80")
                version = factories.make_submission(session, park, "2025H1", figures={"firms_cyber": str(20 + number)})
                factories.accept(session, version)
                factories.make_letter(session, [park], "2025H1")
            if number == 1:
                factories.make_submission(session, park, "2025H2", received_on=date(2026, 1, 20))
            snapshots.rewrite(session, park.id)
        return [district.id for district in districts]


def codes(database: Database, scope: Scope, asked: Asked, size: int = 99) -> list[str]:
    with database.read() as session:
        found = overview.page(session, scope, asked, size)
        rows = overview.rows_of(session, [park_id for park_id, _ in found.parks])
        return [rows[park_id].code for park_id, _ in found.parks]


def turned(database: Database, scope: Scope, *, backwards: bool = False) -> Iterator[list[str]]:
    """Page after page, as the links lead; backwards from behind the last park."""
    asked = Asked(DAY)
    if backwards:
        last = codes(database, scope, asked)[-1]
        yield [last]
        asked = Asked(DAY, before=last)
    while True:
        with database.read() as session:
            found = page(session, scope, asked, SIZE)
        shown = codes(database, scope, asked, SIZE)
        yield shown
        if not (found.earlier if backwards else found.later):
            return
        asked = Asked(DAY, before=shown[0]) if backwards else Asked(DAY, after=shown[-1])


def test_the_pages_hold_every_park_once_in_the_order_of_the_whole(database: Database, units: list[int]) -> None:
    with database.read() as session:
        whole = [row.code for row in all_parks(session, FULL_SCOPE)]
    assert len(whole) == 5
    forwards = list(turned(database, FULL_SCOPE))
    assert [len(one) for one in forwards] == [2, 2, 1]
    assert [*chain(*forwards)] == whole
    backwards = list(turned(database, FULL_SCOPE, backwards=True))
    assert [*chain(*reversed(backwards))] == whole


def test_a_page_tells_whether_there_are_others(database: Database, units: list[int]) -> None:
    with database.read() as session:
        first = page(session, FULL_SCOPE, Asked(DAY), SIZE)
        assert (first.earlier, first.later) == (False, True)
        only = page(session, FULL_SCOPE, Asked(DAY), 5)
        assert (only.earlier, only.later) == (False, False)
        back = page(session, FULL_SCOPE, Asked(DAY, before=codes(database, FULL_SCOPE, Asked(DAY))[1]), SIZE)
        assert (len(back.parks), back.earlier, back.later) == (1, False, True)


def test_nothing_outside_the_scope_is_shown_counted_or_known_by_its_code(database: Database, units: list[int]) -> None:
    own, other = (Scope(unit_ids=frozenset({unit})) for unit in units)
    assert codes(database, own, Asked(DAY)) == ["P0", "P2", "P4"]
    assert codes(database, other, Asked(DAY)) == ["P1", "P3"]
    assert codes(database, NO_SCOPE, Asked(DAY)) == []
    assert codes(database, own, Asked(DAY, after="P1")) == codes(database, own, Asked(DAY, after="NONE"))
    assert codes(database, own, Asked(DAY, words=("示例1园",))) == []
    with database.read() as session:
        park_id = session.scalars(text("SELECT id FROM park WHERE code = 'P3'")).one()
        assert [*overview.counts(session, own, DAY)] == [units[0]]
        assert sum(one.parks for one in overview.counts(session, own, DAY).values()) == 3
    assert codes(database, Scope(park_ids=frozenset({park_id})), Asked(DAY)) == ["P3"]


def test_the_kinds_hold_the_parks_the_rules_mean_on_every_day(database: Database, units: list[int]) -> None:
    with database.read() as session:
        rows = all_parks(session, FULL_SCOPE)
    meant = {
        Kind.ALL: lambda row, day: True,
        Kind.OVERDUE: lambda row, day: row.tally(day).overdue > 0,
        Kind.LAGGING: lambda row, day: row.light in (Light.RED, Light.YELLOW),
        Kind.PENDING: lambda row, day: row.pending > 0,
        Kind.ACCEPTANCE: lambda row, day: row.stage(day) not in (Stage.BUILDING, Stage.FAILED, Stage.TITLED),
    }
    seen: set[tuple[Kind, int]] = set()
    for day in (DAY + timedelta(days=20 * number) for number in range(20)):
        for kind, test in meant.items():
            expected = [row.code for row in rows if test(row, day)]
            assert codes(database, FULL_SCOPE, Asked(day, kind)) == expected, (kind, day)
            with database.read() as session:
                counted = sum(one.of(kind) for one in overview.counts(session, FULL_SCOPE, day).values())
                assert counted == overview.matching(session, FULL_SCOPE, Asked(day, kind)) == len(expected)
            seen.add((kind, len(expected)))
    assert {(Kind.OVERDUE, 5), (Kind.ACCEPTANCE, 0), (Kind.ACCEPTANCE, 5), (Kind.PENDING, 1)} <= seen


def test_words_are_looked_for_as_they_stand(database: Database, units: list[int]) -> None:
    assert codes(database, FULL_SCOPE, Asked(DAY, words=("示例3园",))) == ["P3"]
    assert codes(database, FULL_SCOPE, Asked(DAY, words=("示例乙区", "园"))) == ["P1", "P3"]
    for nothing in ("%", "_", "'", "示例9园"):
        assert codes(database, FULL_SCOPE, Asked(DAY, words=(nothing,))) == []


def test_neither_page_nor_counts_look_into_every_row(database: Database, units: list[int]) -> None:
    if database.engine.dialect.name != "sqlite":
        return  # a server plans by statistics, and would rather read five rows
    plans: list[str] = []

    def explain(connection, _cursor, statement, parameters, *_more):  # type: ignore[no-untyped-def]
        if "FROM park_snapshot" in statement and not statement.startswith("EXPLAIN"):
            plans.extend(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(database.engine, "before_cursor_execute", explain)
    with database.read() as session:
        page(session, FULL_SCOPE, Asked(DAY, after="P1"), SIZE)
        overview.counts(session, FULL_SCOPE, DAY)
    assert any("ix_park_snapshot_code" in plan for plan in plans)
    assert any("ix_park_snapshot_order" in plan for plan in plans)
    assert any("COVERING INDEX ix_park_snapshot_counted" in plan for plan in plans)
    assert not any("TEMP B-TREE" in plan for plan in plans), plans


def test_the_stored_row_tells_from_which_day_a_report_is_late(database: Database, units: list[int]) -> None:
    with database.read() as session:
        rows = session.query(ParkSnapshot).order_by(ParkSnapshot.code)
        assert [row.overdue_on is not None for row in rows] == [True] * 5
        assert {row.acceptance_on for row in rows} == {row.ends_on + timedelta(days=1) for row in rows}
