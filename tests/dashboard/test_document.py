"""What every answer carries: security headers, the language, the banner, the menu; and pages for what goes wrong."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask

from policy.access import Role
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import Programme

INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)


@pytest.mark.parametrize("address", ["/", "/parks", "/parks/JIA"])
def test_no_script_runs_that_the_policy_does_not_know(server: Flask, sign_in: Any, address: str) -> None:
    answer = sign_in("committee").get(address)
    scripts = answer.headers["Content-Security-Policy"].split("script-src ")[1].split(";")[0]
    assert "unsafe" not in scripts
    for text in INLINE.findall(answer.text):
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in scripts


@pytest.mark.parametrize("address", ["/login", "/", "/parks/JIA", "/nowhere", "/reports/1"])
def test_nothing_is_fetched_from_elsewhere(server: Flask, sign_in: Any, address: str) -> None:
    page = sign_in("committee").get(address).text
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*', page) == []


def test_headers_against_framing_sniffing_and_shared_caches(sign_in: Any) -> None:
    headers = sign_in("committee").get("/").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Referrer-Policy"] == "same-origin"


def test_only_pages_with_a_live_part_load_scripts_of_dash(sign_in: Any, programme: Programme) -> None:
    client = sign_in("committee")
    for address in ("/board", f"/parks/{programme.own}"):
        assert "react-entry-point" in client.get(address).text
    for address in ("/", "/parks", "/reports/new", f"/reports/{programme.accepted}", "/alerts", "/letters/new"):
        assert "_dash" not in client.get(address).text


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.SYSTEM])
def test_every_page_has_one_heading_the_banner_and_a_menu_that_opens(sign_in: Any, role: str) -> None:
    client = sign_in(role)
    home = client.get("/").text
    for address in re.findall(r'<a href="(/[^"]*)"', home.split('<nav class="menu"')[1].split("</nav>")[0]):
        page = client.get(address)
        assert page.status_code == 200, address
        assert page.text.count("<h1") == 1
        assert '<html lang="zh-CN">' in page.text
        assert "演示数据，纯属虚构" in page.text


def test_without_fictional_units_there_is_no_banner(platform: Platform) -> None:
    from dashboard.app import create_app

    with platform.database.write() as session:
        factories.make_unit(session, "示例丙区", fictional=False)
    assert "纯属虚构" not in create_app(platform).test_client().get("/login").text


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_an_unknown_page_says_so_in_chinese(sign_in: Any) -> None:
    answer = sign_in("committee").get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text


def test_a_failure_shows_no_trace_of_the_code(server: Flask, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_address: str) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(server.view_functions, "alerts", broken)
    answer = sign_in("committee").get("/alerts")
    assert answer.status_code == 500
    assert "系统出现故障" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_a_file_too_large_is_refused_with_the_limit(server: Flask, sign_in: Any) -> None:
    client = sign_in("district")
    server.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    answer = client.post("/reports/new", data={"file": b"x" * 2_000_000})
    assert answer.status_code == 413
    assert "上限1MB" in answer.text
