"""应报事项 are written down once and stand."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park
from db.session import Database
from services import obligations
from tests.factories import make_park


def rows(session: Session, park: Park, *kinds: str) -> list[tuple[str, str]]:
    """Period and due date of what the park owes, by date; half-year reports when no kind is named."""
    wanted = kinds or ("half_year_report",)
    found = select(Obligation).where(Obligation.park_id == park.id, Obligation.kind.in_(wanted))
    return [(row.period, str(row.due_on)) for row in session.scalars(found.order_by(Obligation.due_on))]


def test_a_park_approved_in_october_owes_three_reports(database: Database) -> None:
    with database.write() as session:
        park = make_park(session, approved_on=date(2024, 10, 10), obligations=False)
        added = obligations.generate(session, park)
        assert rows(session, park) == [("2025H1", "2025-07-31"), ("2025H2", "2026-01-31"), ("2026H1", "2026-07-31")]
        reports = [row for row in added if row.kind == "half_year_report"]
        assert [row.period for row in reports] == ["2025H1", "2025H2", "2026H1"]
        assert {row.clause for row in reports} == {"五(二)；报送截止日为系统默认值，通知未规定"}


def test_beside_the_reports_it_owes_the_papers_of_the_end_and_the_duties_of_the_district(database: Database) -> None:
    """The two years end on Saturday 10 October 2026, a working day; 24 November and 9 December are working days too."""
    with database.write() as session:
        park = make_park(session, approved_on=date(2024, 10, 10), obligations=False)
        obligations.generate(session, park)
        papers = ("self_assessment", "department_review", "acceptance_letter")
        assert rows(session, park, *papers) == [("", "2026-11-09"), ("", "2026-11-24"), ("", "2026-12-09")]
        assert rows(session, park, "annual_plan") == [
            ("2024", "2024-10-10"), ("2025", "2025-03-31"), ("2026", "2026-03-31"),
        ]  # fmt: skip
        duties = ("work_mechanism", "work_group", "industry_plan", "support_policy")
        assert rows(session, park, *duties) == [("", "2026-10-10")] * 4
        assert rows(session, park, "operator_report") == []


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
        assert [row.period for row in obligations.generate(session, park)] == ["2026H2", "2027"]
        assert rows(session, park)[0] == ("2025H1", "2025-08-15")
