"""What 复算核对 set right stands on the 工作台 of those who look after data and platform, for a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import text

from policy.access import SYSTEM_ACTOR
from services import clock
from services.platform import Platform
from services.recomputing import recompute
from tests.dashboard.conftest import Programme

SAID = "复算核对发现存储的园区总览与事实不符"


def test_committee_and_administrator_are_told_for_a_week_and_nobody_else(
    platform: Platform, programme: Programme, sign_in: Callable[[str], FlaskClient], set_now: Callable[..., None]
) -> None:
    readers = {name: sign_in(name) for name in ("committee", "admin", "district", "operator")}
    assert not [name for name, reader in readers.items() if SAID in reader.get("/").text]
    with platform.database.engine.begin() as connection:
        changed = text("UPDATE park_snapshot SET light = 'grey', pending = 9 WHERE code = :code")
        connection.execute(changed, {"code": programme.own})
    recompute(platform, SYSTEM_ACTOR)
    assert [name for name, reader in readers.items() if SAID in reader.get("/").text] == ["committee", "admin"]
    assert f'href="/parks/{programme.own}"' in _notice(readers["committee"].get("/").text)
    assert "/parks/" not in _notice(readers["admin"].get("/").text)
    log = readers["admin"].get("/admin/audit?q=更正园区总览").text
    assert "待审核" in log
    set_now(clock.now() + timedelta(days=8))
    assert SAID not in sign_in("committee").get("/").text


def _notice(page: str) -> str:
    return page[page.index(SAID) :].partition("</p>")[0]
