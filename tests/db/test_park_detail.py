"""One park's page: accepted data only, nothing personal, nothing outside the scope."""

from __future__ import annotations

from datetime import date

from db.models import Park
from db.queries.park_detail import ParkDetail, detail
from db.session import Database
from policy.access import FULL_SCOPE, NO_SCOPE, Scope
from policy.terms import HalfYear
from policy.version_no import VersionNo
from tests.factories import accept, make_contact, make_park, make_reading, make_submission

FIRM = {"table": "roster", "row": 1, "where": "企业名录!4"}


def seen(
    database: Database, park: Park, scope: Scope = FULL_SCOPE, as_of: date = date(2025, 8, 1)
) -> ParkDetail | None:
    with database.read() as session:
        return detail(session, scope, park.code, as_of)


def reported_park(database: Database) -> Park:
    """甲园, its report of 2025H1 with one firm accepted on 28 July."""
    with database.write() as session:
        park = make_park(session, "示例甲园", code="JIA")
        make_contact(session, park.district, mail="handler@example.gov.cn", phone="13800000000")
        version = make_submission(session, park, figures={"revenue_cyber": "3.2"})
        version.readings += [
            make_reading("name", "示例科技", **FIRM),
            make_reading("contact", "示例 13900001234", **FIRM),
            make_reading("cyber", "32000", status="confirm", **FIRM),
        ]
        accept(session, version, on=date(2025, 7, 28))
    return park


def test_the_roster_shows_what_is_certain_and_masks_phones(database: Database) -> None:
    found = seen(database, reported_park(database))
    assert found is not None
    assert found.roster_period == HalfYear(2025, 1)
    assert [(row.where, dict(row.cells)) for row in found.roster] == [
        ("企业名录!4", {"name": "示例科技", "contact": "示例 139****1234"})
    ]
    assert [(person.mail, person.phone) for person in found.contacts] == [("h***@example.gov.cn", "138****0000")]


def test_before_the_acceptance_there_is_no_figure_and_no_firm(database: Database) -> None:
    found = seen(database, reported_park(database), as_of=date(2025, 7, 27))
    assert found is not None
    assert (found.figures, found.roster_period, found.roster) == ((), None, ())


def test_each_figure_carries_the_version_it_comes_from(database: Database) -> None:
    found = seen(database, reported_park(database))
    assert found is not None
    (figure,) = found.figures
    assert (figure.fact.key, str(figure.fact.value), figure.fact.where, figure.version, figure.uploaded_by) == (
        "revenue_cyber", "3.2", "半年报!C4", VersionNo(1), "district",
    )  # fmt: skip


def test_a_park_outside_the_scope_does_not_exist(database: Database) -> None:
    park = reported_park(database)
    assert seen(database, park, NO_SCOPE) is None
    assert seen(database, park, Scope(unit_ids=frozenset({park.district_id + 1}))) is None
    assert seen(database, park, Scope(park_ids=frozenset({park.id}))) is not None
