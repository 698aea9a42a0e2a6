"""推演 of a day: what would be told to whom, what sort of day it is, and that nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import func, select

from db.base import Base
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.terms import ContactRole
from services.rehearsal import day_told, rehearse
from tests.factories import make_contact, make_park, make_unit


def test_a_rehearsal_names_proposals_and_the_sort_of_day_and_writes_nothing(
    database: Database, set_now: Callable[[date], None]
) -> None:
    set_now(date(2025, 7, 1))
    with database.write() as session:
        unit = make_unit(session)
        make_contact(session, unit)
        make_contact(session, unit, role="head", mail="head@example.gov.cn")
        make_park(session, district=unit)

    def count() -> list[int]:
        with database.read() as session:
            tables = Base.metadata.sorted_tables
            return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    before = count()
    with database.read() as session:
        found = rehearse(session, SYSTEM_ACTOR, date(2025, 8, 7))
        (one,) = found.result.proposals
        assert (one.role, one.to, one.stage) == (ContactRole.HEAD, "head@example.gov.cn", "T+7")
        assert found.notes[one.alert].clause.startswith("五(二)")
        days = [day_told(rehearse(session, SYSTEM_ACTOR, date.fromisoformat(day))) for day in (
            "2026-10-05", "2026-10-10", "2027-02-01",
        )]  # fmt: skip
    assert days == ["休息日", "工作日", "工作日（该年工作日历未录入，暂按周末推定）"]
    assert count() == before
