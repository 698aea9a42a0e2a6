"""应报事项 are written down once and stand."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park
from db.session import Database
from services import obligations
from tests.factories import make_park


def rows(session: Session, park: Park) -> list[tuple[str, str]]:
    found = select(Obligation).where(Obligation.park_id == park.id).order_by(Obligation.due_on)
    return [(row.period, str(row.due_on)) for row in session.scalars(found)]


def test_a_park_approved_in_october_owes_three_reports(database: Database) -> None:
    with database.write() as session:
        park = make_park(session, approved_on=date(2024, 10, 10), obligations=False)
        added = obligations.generate(session, park)
        assert rows(session, park) == [("2025H1", "2025-07-31"), ("2025H2", "2026-01-31"), ("2026H1", "2026-07-31")]
        assert [row.period for row in added] == ["2025H1", "2025H2", "2026H1"]
        assert {row.clause for row in added} == {"五(二)；报送截止日为系统默认值，通知未规定"}


def test_generating_again_adds_nothing(database: Database) -> None:
    with database.write() as session:
        park = make_park(session, obligations=False)
        obligations.generate(session, park)
        before = rows(session, park)
        assert obligations.generate(session, park) == ()
        assert rows(session, park) == before


def test_an_extension_adds_reports_and_leaves_the_dates_told_before(database: Database) -> None:
    with database.write() as session:
        park = make_park(session, approved_on=date(2024, 10, 10), obligations=False)
        (first, *_) = obligations.generate(session, park)
        first.due_on = date(2025, 8, 15)  # as once told by a 报送通知
        park.ends_on = date(2027, 4, 10)
        assert [row.period for row in obligations.generate(session, park)] == ["2026H2"]
        assert rows(session, park)[0] == ("2025H1", "2025-08-15")
