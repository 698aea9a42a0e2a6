"""A reorganised district's 应报事项 pass to its successor: the sweep tells its handler, its pages show them."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from policy.access import SYSTEM_ACTOR, Role
from policy.terms import ChangeKind
from services import accounts, alerting, obligations, parks, snapshots, units
from services.platform import Platform
from tests.conftest import PASSWORD
from tests.dashboard.conftest import token
from tests.factories import make_contact, make_park, make_unit

BEFORE, AFTER = date(2026, 2, 9), date(2026, 3, 16)


@pytest.fixture
def world(platform: Platform, set_now: Callable[[date], None]) -> Platform:
    """示例园 of 示例旧区, two half-years late; 示例新区 with a handler and a district account of its own."""
    set_now(BEFORE)
    with platform.database.write() as session:
        old, new = make_unit(session, "示例旧区"), make_unit(session, "示例新区")
        make_contact(session, old, mail="old@example.gov.cn")
        make_contact(session, new, mail="new@example.gov.cn")
        park = make_park(session, "示例园", district=old, code="PARK")
        obligations.generate(session, park)
        snapshots.rewrite(session, park.id)
        for username, unit in (("old", old), ("new", new)):
            accounts.create_account(
                session, SYSTEM_ACTOR, username=username, password=PASSWORD, display_name=username,
                role=Role.DISTRICT, unit_id=unit.id, demonstration=True,
            )  # fmt: skip
    return platform


@pytest.fixture
def server(world: Platform) -> Flask:
    return create_app(world)


def signed_in(server: Flask, username: str) -> FlaskClient:
    client = server.test_client()
    form = {"username": username, "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
    assert client.post("/login", data=form).status_code == 302
    return client


def recipients(platform: Platform, day: date) -> set[str]:
    with platform.database.write() as session:
        return {mail.to for mail in alerting.sweep(session, SYSTEM_ACTOR, day).mails}


def sees_it(client: FlaskClient) -> dict[str, bool]:
    pages = {address: "示例园" in client.get(address).text for address in ("/", "/parks", "/obligations", "/alerts")}
    return pages | {"/parks/PARK": client.get("/parks/PARK").status_code == 200}


def reorganise(platform: Platform) -> None:
    with platform.database.write() as session:
        units.reorganise(
            session, SYSTEM_ACTOR, predecessor="示例旧区", successors=["示例新区"], on=date(2026, 3, 1), note="示例调整"
        )


def change_of_district(platform: Platform) -> None:
    with platform.database.write() as session:
        parks.record_change(
            session, SYSTEM_ACTOR, "PARK", ChangeKind.DISTRICT, date(2026, 3, 1), "示例函〔2026〕7号", "示例新区"
        )


@pytest.mark.parametrize("pass_on", [reorganise, change_of_district])
def test_what_is_owed_passes_to_the_successor(
    world: Platform, server: Flask, set_now: Callable[[date], None], pass_on: Callable[[Platform], None]
) -> None:
    assert recipients(world, BEFORE) == {"old@example.gov.cn"}
    assert all(sees_it(signed_in(server, "old")).values())
    assert not any(sees_it(signed_in(server, "new")).values())

    set_now(AFTER)
    pass_on(world)

    assert recipients(world, AFTER) == {"new@example.gov.cn"}
    assert all(sees_it(signed_in(server, "new")).values())
    assert not any(sees_it(signed_in(server, "old")).values())
