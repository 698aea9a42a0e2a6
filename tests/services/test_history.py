"""What a report is compared with: the park's own accepted figures, and how the other parks have grown."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from db.models import Park
from db.session import Database
from policy.terms import HalfYear, Status, SubmissionKind
from services import history, versions
from services.intake.reading import FileReading, Reading
from tests import factories

H1, H2, NOW = HalfYear(2025, 1), HalfYear(2025, 2), HalfYear(2026, 1)


def accepted(session: Session, park: Park, **figures: dict[str, str]) -> None:
    """Accepted reports as P2025H1={…}."""
    for period, values in figures.items():
        factories.accept(session, factories.make_submission(session, park, period[1:], figures=values))


def parks(session: Session, *growth: str) -> Park:
    """A park of our own with 100 firms, and as many others as there are growths, each grown from 100 firms."""
    for rate in growth:
        other = factories.make_park(session)
        now = str(100 * (1 + Decimal(rate)))
        accepted(session, other, P2025H2={"firms_cyber": "100"}, P2026H1={"firms_cyber": now})
    own = factories.make_park(session)
    accepted(session, own, P2025H2={"firms_cyber": "100"})
    return own


def report_of(park: Park, firms: str) -> FileReading:
    entry = Reading("firms_cyber", "current", firms, firms, "家", Status.OK, "半年报!C12")
    return FileReading("半年报.xlsx", SubmissionKind.HALF_YEAR_REPORT, park=park.code, period=NOW, fields=(entry,))


def codes(session: Session, park: Park, firms: str) -> list[str]:
    return [finding.code for finding in versions.judged(session, report_of(park, firms), park, ()).findings]


def test_earlier_figures_are_those_accepted_of_the_half_before_and_the_year_before(database: Database) -> None:
    with database.write() as session:
        park = factories.make_park(session)
        accepted(session, park, P2025H1={"revenue_cyber": "5.2"}, P2025H2={"revenue_cyber": "11"},
                 P2024H2={"revenue_cyber": "9"})  # fmt: skip
        factories.make_submission(session, park, "2026H1", figures={"revenue_cyber": "6"})
        counting = history.accepted(session, park.id)
        assert history.earlier_figures(session, counting, NOW) == {
            H1: {"revenue_cyber": Decimal("5.2")},
            H2: {"revenue_cyber": Decimal(11)},
        }
        assert history.earlier_figures(session, counting, HalfYear(2026, 2)) == {H2: {"revenue_cyber": Decimal(11)}}


def test_peers_grow_as_their_newest_accepted_reports_say(database: Database) -> None:
    with database.write() as session:
        own = parks(session, "0.1", "0.3")
        unready = factories.make_park(session)
        accepted(session, unready, P2025H2={"firms_cyber": "50"})
        factories.make_submission(session, unready, "2026H1", figures={"firms_cyber": "400"})
        assert history.peer_growth(session, own.id, NOW) == {"firms_cyber": (Decimal("0.1"), Decimal("0.3"))}


def test_revenue_of_peers_is_compared_with_the_same_months(database: Database) -> None:
    with database.write() as session:
        other, own = factories.make_park(session), factories.make_park(session)
        accepted(session, other, P2025H1={"revenue_cyber": "5"}, P2025H2={"revenue_cyber": "12"},
                 P2026H1={"revenue_cyber": "6"})  # fmt: skip
        assert history.peer_growth(session, own.id, NOW) == {"revenue_cyber": (Decimal("0.2"),)}


def test_a_report_is_judged_against_its_peers(database: Database) -> None:
    with database.write() as session:
        own = parks(session, "0.05", "0.08", "0.1", "0.12", "0.15")
        assert codes(session, own, "145") == ["unlike_peers"]
        assert codes(session, own, "110") == []
        assert codes(session, own, "160") == ["swing", "unlike_peers"]


def test_four_peers_are_too_few(database: Database) -> None:
    with database.write() as session:
        own = parks(session, "0.05", "0.08", "0.1", "0.12")
        assert codes(session, own, "145") == []
