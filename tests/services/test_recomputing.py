"""复算核对: a stored row that is not what the facts give is found, named, mended and told; else nobody hears of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select, text

from db.models import AuditEntry, OutboxMail, Park, ParkSnapshot, Submission
from db.queries.audit import mended
from db.session import Database
from jobs import recompute as duty
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from services import clock, reviews, snapshots, verification
from services.platform import Platform
from services.recomputing import recompute
from tests.factories import accept, make_contact, make_goal, make_park, make_submission, make_unit

TODAY = date(2025, 9, 1)


@pytest.fixture
def programme(platform: Platform, set_now: Callable[[date], None]) -> Platform:
    """Three parks with a goal and an accepted report each; the committee has a handler."""
    set_now(TODAY)
    with platform.database.write() as session:
        make_contact(session, make_unit(session, "示例市经济信息委", kind="committee"), mail="sample@example.gov.cn")
    fill(platform.database, 3)
    return platform


def fill(database: Database, parks: int) -> None:
    """P0, P1, …: each with an accepted report, and one of the next half-year that waits for its decision."""
    with database.write() as session:
        district = make_unit(session)
        for number in range(parks):
            park = make_park(session, f"示例{number}园", code=f"P{number}", district=district)
            make_goal(session, park, "firms_cyber", "30", "60")
            accept(session, make_submission(session, park, "2025H1", figures={"firms_cyber": "40"}))
            make_submission(session, park, "2025H2", figures={"firms_cyber": "44"})
            snapshots.rewrite(session, park.id)


def tamper(database: Database, code: str, **values: Any) -> None:
    """Past every use case, as somebody with the database's own tools would."""
    with database.engine.begin() as connection:
        where = "WHERE code = :code"
        for name, value in values.items():
            changed = f"UPDATE park_snapshot SET {name} = :value {where}"
            connection.execute(text(changed), {"value": value, "code": code})


def row(database: Database, code: str) -> ParkSnapshot:
    with database.read() as session:
        return session.scalars(select(ParkSnapshot).where(ParkSnapshot.code == code)).one()


def told(platform: Platform) -> tuple[list[str], list[str]]:
    """Acts in the log, and to whom mails go."""
    with platform.database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq))), list(
            session.scalars(select(OutboxMail.recipient))
        )


def test_where_all_agrees_nothing_is_written_and_nobody_is_told(programme: Platform) -> None:
    found = recompute(programme, SYSTEM_ACTOR)
    assert (found.parks, found.lines) == (3, ())
    assert told(programme) == ([], [])
    outcome = duty.unattended(programme)
    assert (outcome.text, outcome.ok) == ("", True)


def test_a_changed_figure_is_found_named_mended_and_told(programme: Platform) -> None:
    right = row(programme.database, "P1")
    figures = {**right.figures, "firms_cyber": {**right.figures["firms_cyber"], "value": "58"}}
    tamper(programme.database, "P1", figures=json.dumps(figures), light="red")
    found = recompute(programme, SYSTEM_ACTOR)
    assert [(one.code, one.key, one.stored, one.computed) for one in found.differences] == [
        ("P1", "figures.firms_cyber.value", "58", "40"), ("P1", "light", "red", "green"),
    ]  # fmt: skip
    named = "复算不符：国家网络安全产业园区（示例1园）（P1）主要数据·网络安全企业数量·数值：存为58，复算为40"
    assert found.lines[0] == named
    after = row(programme.database, "P1")
    assert (after.figures, after.light) == (right.figures, right.light)
    assert told(programme) == (["snapshot.mend", "mail.queue"], ["sample@example.gov.cn"])
    with programme.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "snapshot.mend")).one()
        assert (entry.old["进度灯"], entry.new["主要数据·网络安全企业数量·数值"]) == ("red", "40")
        assert [one.park for one in mended(session, clock.now())] == ["P1"]
    assert recompute(programme, SYSTEM_ACTOR).lines == ()


def test_by_night_it_stands_in_the_log_of_runs_as_failed(programme: Platform) -> None:
    tamper(programme.database, "P0", pending=7)
    outcome = duty.unattended(programme)
    assert (outcome.ok, outcome.text) == (
        False, "复算不符：国家网络安全产业园区（示例0园）（P0）待审核：存为7，复算为1",
    )  # fmt: skip


def test_a_second_find_of_a_day_is_written_down_and_mailed_no_more(programme: Platform) -> None:
    for code in ("P0", "P2"):
        tamper(programme.database, code, operator="别的公司")
        assert len(recompute(programme, SYSTEM_ACTOR).differences) == 1
    assert Counter(told(programme)[0]) == {"snapshot.mend": 2, "mail.queue": 1}


def test_a_row_that_is_gone_and_one_in_another_order_are_differences_too(programme: Platform) -> None:
    turned = json.dumps(row(programme.database, "P2").receipts[::-1])
    with programme.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM park_snapshot WHERE code = 'P0'"))
    tamper(programme.database, "P2", receipts=turned)
    assert [one.key for one in recompute(programme, SYSTEM_ACTOR).differences] == ["整行", "receipts"]
    assert recompute(programme, SYSTEM_ACTOR).lines == ()


def test_a_dry_run_and_verify_say_so_and_mend_nothing(programme: Platform) -> None:
    before = verification.verify(programme).problems  # the files of these reports are not in the storage
    tamper(programme.database, "P0", light="red")
    (line,) = recompute(programme, SYSTEM_ACTOR, dry_run=True).lines
    assert set(verification.verify(programme).problems) - set(before) == {line}
    assert row(programme.database, "P0").light == "red"
    assert told(programme) == ([], [])


def test_a_row_that_cannot_be_read_hides_no_other(programme: Platform) -> None:
    with programme.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "P0")).one()
        session.scalars(select(Submission).where(Submission.park_id == park.id)).all()[0].period = "never"
    tamper(programme.database, "P1", light="red")
    found = recompute(programme, SYSTEM_ACTOR)
    assert [one.code for one in found.differences] == ["P1"]
    assert len(found.failed) == 1
    assert "未能复算" in found.failed[0]


def test_only_who_may_judge_recomputes(programme: Platform) -> None:
    with pytest.raises(AccessDenied):
        recompute(programme, Actor("operator", Role.OPERATOR, FULL_SCOPE))


@contextmanager
def watched(database: Database) -> Iterator[list[tuple[str, int]]]:
    """Every statement with how many rows it changed."""
    seen: list[tuple[str, int]] = []

    def note(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen.append((statement.partition(" ")[0], 0 if statement.startswith("SELECT") else cursor.rowcount))

    event.listen(database.engine, "after_cursor_execute", note)
    yield seen
    event.remove(database.engine, "after_cursor_execute", note)


def test_an_acceptance_touches_its_park_alone_however_many_there_are(
    database: Database, set_now: Callable[[date], None]
) -> None:
    """The same statements change the same rows beside 2 parks and beside 14; the others' rows stay as they were."""
    set_now(date(2026, 2, 10))
    fill(database, 2)
    first = accepted(database, "P0")
    with database.write() as session:
        district = make_unit(session)
        for _ in range(12):
            snapshots.rewrite(session, make_park(session, district=district).id)
        others = {one.park_id: one.version for one in session.scalars(select(ParkSnapshot)) if one.code != "P1"}
    assert accepted(database, "P1") == first
    with database.read() as session:
        assert {one.park_id: one.version for one in session.scalars(select(ParkSnapshot)) if one.code != "P1"} == others


def accepted(database: Database, code: str) -> list[tuple[str, int]]:
    """What the acceptance of the park's waiting report did."""
    with database.read() as session:
        waiting = select(Submission.id).join(Park).where(Park.code == code, Submission.state == "submitted")
        number = session.scalars(waiting).one()
    with watched(database) as seen, database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, number, clock.today())
    assert row(database, code).figures["firms_cyber"]["value"] == "44"
    return seen
