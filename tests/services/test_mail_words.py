"""What a mail says, and to whom it is addressed: the same words as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from db.models import CalendarYear, OutboxMail
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import alerting, obligations
from tests.factories import MADE_AT, accept, make_contact, make_letter, make_park, make_submission, make_unit

SetNow = Callable[[date], None]


def test_a_date_rolled_by_a_year_without_its_calendar_says_so_until_the_year_is_known(
    database: Database, set_now: SetNow
) -> None:
    """建设期满 on 2027-10-10: the 自评报告 is due thirty days later, by weekends alone."""
    set_now(date(2027, 10, 15))
    with database.write() as session:
        unit = make_unit(session, "示例甲区")
        make_contact(session, unit)
        park = make_park(session, district=unit, approved_on=date(2025, 10, 10), obligations=False)
        obligations.generate(session, park)
        for period in ("2026H1", "2026H2", "2027H1"):
            accept(session, make_submission(session, park, period, received_on=date(2027, 9, 1)))
            make_letter(session, [park], period, received_on=date(2027, 9, 1))
        alerting.sweep(session, SYSTEM_ACTOR, date(2027, 10, 15))
        text = session.scalars(select(OutboxMail.text)).one()
    said = "报送截止日2027年11月9日（暂定：2027年放假安排未导入，按周末推算）"
    assert said in text
    with database.write() as session:
        session.add(CalendarYear(year=2027, document="示例通知", recorded_at=MADE_AT, recorded_by="committee"))
    with database.write() as session:
        (alert,) = (
            one
            for one in alerting.sweep(session, SYSTEM_ACTOR, date(2027, 10, 16), dry_run=True, full=True).kept
            if one.rule == "paper_upcoming"
        )
    assert "暂定" not in alert.message
