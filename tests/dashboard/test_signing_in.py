"""Signing in and out, the session's life, and forms that must carry their token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from dashboard.auth import IDLE
from policy.access import SYSTEM_ACTOR
from services import accounts
from services.platform import Platform
from tests.conftest import PASSWORD
from tests.dashboard.conftest import Programme, token


def attempt(server: Flask, username: str, password: str, path: str = "/login") -> Any:
    client = server.test_client()
    form = {"username": username, "password": password, "csrf_token": token(client.get(path).text)}
    return client.post(path, data=form)


def test_the_form_has_its_fields_and_the_line_on_secrets(server: Flask) -> None:
    page = server.test_client().get("/login").text
    for name in ("username", "password", "csrf_token"):
        assert f'name="{name}"' in page
    assert "本系统为非涉密系统，严禁处理、存储、传输涉密信息" in page
    assert '<html lang="zh-CN">' in page


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(server: Flask) -> None:
    wrong = attempt(server, "committee", "not-this-one")
    unknown = attempt(server, "nobody-here", "not-this-one")
    assert wrong.status_code == unknown.status_code == 401
    assert "账号或口令不正确" in wrong.text
    assert "账号或口令不正确" in unknown.text


def test_after_five_failures_the_right_password_does_not_open_either(server: Flask) -> None:
    for _ in range(5):
        attempt(server, "district", "not-this-one")
    assert attempt(server, "district", PASSWORD).status_code == 401


def test_signing_in_leads_to_the_page_first_asked_for(server: Flask, programme: Programme) -> None:
    asked = server.test_client().get(f"/parks/{programme.own}").headers["Location"]
    assert attempt(server, "committee", PASSWORD, asked).headers["Location"] == f"/parks/{programme.own}"


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)"])
def test_no_crafted_link_leads_away_after_signing_in(server: Flask, target: str) -> None:
    answer = attempt(server, "committee", PASSWORD, f"/login?next={target}")
    assert answer.headers["Location"] == "/"


def test_the_session_cookie_is_kept_from_scripts_and_made_anew(server: Flask) -> None:
    client = server.test_client()
    form = {"username": "committee", "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
    before = client.get_cookie("parkwatch")
    answer = client.post("/login", data=form)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("parkwatch="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    after = client.get_cookie("parkwatch")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_without_its_token_the_form_does_nothing(server: Flask) -> None:
    answer = server.test_client().post("/login", data={"username": "committee", "password": PASSWORD})
    assert answer.status_code == 400
    assert "页面可能已过期" in answer.text


def test_signing_out_ends_the_session_and_needs_a_post(server: Flask, sign_in: Any) -> None:
    client = sign_in("committee")
    assert client.get("/logout").status_code in (404, 405)
    assert client.get("/").status_code == 200
    client.post("/logout", data={"csrf_token": token(client.get("/").text)})
    assert client.get("/").headers["Location"].startswith("/login")


def test_an_idle_session_ends(server: Flask, sign_in: Any, set_now: Callable[[datetime], None]) -> None:
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    set_now(start)
    client = sign_in("committee")
    set_now(start + IDLE)
    assert client.get("/").status_code == 200
    set_now(start + IDLE + IDLE + timedelta(seconds=1))
    assert client.get("/").headers["Location"].startswith("/login")
    assert "长时间未操作" in client.get("/login").text


def test_a_closed_account_is_out_at_once(platform: Platform, sign_in: Any) -> None:
    client = sign_in("district")
    with platform.database.write() as session:
        accounts.set_active(session, SYSTEM_ACTOR, "district", active=False)
    assert client.get("/").headers["Location"].startswith("/login")


def test_a_new_password_ends_the_sessions_of_the_old_one(platform: Platform, sign_in: Any) -> None:
    client = sign_in("district")
    with platform.database.write() as session:
        accounts.set_password(session, SYSTEM_ACTOR, "district", "quite-new-2026")
    assert client.get("/").headers["Location"].startswith("/login")
