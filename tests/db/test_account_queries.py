"""Accounts as the administrator sees them."""

from __future__ import annotations

from datetime import date

from db.queries.accounts import accounts
from db.session import Database
from tests.factories import make_account, make_park, make_unit

TODAY = date(2026, 8, 3)


def test_each_account_names_the_unit_or_park_it_is_confined_to(database: Database) -> None:
    with database.write() as session:
        unit = make_unit(session, "示例甲区")
        park = make_park(session, "示例甲园", district=unit)
        make_account(session, "committee")
        make_account(session, "district", unit_id=unit.id)
        make_account(session, "operator", park_id=park.id)
    with database.read() as session:
        places = {row.username: row.place for row in accounts(session, TODAY)}
    assert places == {"committee": "", "district": "示例甲区", "operator": "国家网络安全产业园区（示例甲园）"}


def test_an_account_of_a_unit_that_has_ended_is_marked(database: Database) -> None:
    """Its parks have passed to the successor: it sees none of them any more."""
    with database.write() as session:
        ended = make_unit(session, "示例甲区", valid_to=date(2026, 8, 2))
        ending = make_unit(session, "示例乙区", valid_to=TODAY)
        for name, unit in (("first", ended), ("second", ending)):
            make_account(session, name, role="district", unit_id=unit.id)
        make_account(session, "third", role="committee")
    with database.read() as session:
        assert [row.ended for row in accounts(session, TODAY)] == [True, False, False]
