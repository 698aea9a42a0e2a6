"""Long documents: asked for on a page, made by a process of their own, fetched by who asked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from policy.access import Actor, Permission, Role, Scope
from policy.refusal import Refused, Unknown
from services import accounts, clock
from services.documents.catalogue import compose, render
from services.platform import Platform
from services.printing import orders
from services.printing.tray import FOLDER, KEPT, Tray, folder, turn
from tests.dashboard.conftest import TODAY, Programme

REPORT = "/parks/JIA/self-assessment"


def ended(client: FlaskClient, address: str, seconds: float = 60) -> dict[str, str]:
    """What the page's script hears in the end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told: dict[str, str] = client.get(f"{address}/progress").json or {}
        if told["file"] or told["refused"]:
            return told
        time.sleep(0.1)
    raise AssertionError(f"not done after {seconds} s: {told}")


def test_a_long_document_is_made_apart_and_handed_to_who_asked_alone(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    operator = sign_in("operator")
    with turn(_root(platform)):  # another document is being made
        asked = operator.get(f"{REPORT}.pdf")
        assert asked.status_code == 303
        address = asked.headers["Location"]
        assert operator.get(f"{REPORT}.pdf").headers["Location"] == address, "pressed twice, made once"
        page = html.fromstring(operator.get(address).text)
        assert page.xpath("//progress[@max='100']")
        assert page.xpath(f"//*[@data-printing='{address}/progress'][@data-file='{address}/file']")
        assert operator.get(f"{address}/file").headers["Location"] == address, "not before it is there"
    told = ended(operator, address)
    assert re.fullmatch(r"国家网络安全产业园区（示例甲园）建设自评报告.*\.pdf", told["file"]), told
    with platform.database.read() as session:
        actor = accounts.actor_named(session, "operator")
        here = render(compose(session, actor, "self-assessment", "JIA", TODAY), "pdf")
    assert operator.get(f"{address}/file", buffered=True).data == here.data
    assert f'href="{address}/file"' in operator.get(address).text
    assert f'href="{address}/file"' in operator.get("/printing").text
    for other in ("committee", "district"):
        for path in (address, f"{address}/progress", f"{address}/file"):
            assert sign_in(other).get(path).status_code == 404, (other, path)
    assert "没有生成过文件" in sign_in("committee").get("/printing").text


def test_what_cannot_be_made_is_said_before_anything_is_begun(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert sign_in("operator").get(f"{REPORT}.exe").status_code == 404
    assert sign_in("operator").get("/printing/..%2f..%2fetc").status_code == 404
    assert sign_in("operator").get(f"/printing/{'a' * 22}/file").status_code == 404
    operator = Actor("operator", Role.OPERATOR, Scope())
    assert not operator.may(Permission.MANAGE_OBLIGATIONS)
    with pytest.raises(PermissionError):
        orders.order(platform, operator, "bulletin", "pdf")
    with pytest.raises(Unknown):
        orders.order(platform, operator, "self-assessment", "pdf", park="JIA")
    assert list(_root(platform).glob("*/")) == []


def test_a_process_that_dies_is_told_and_the_next_order_begins_anew(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = sign_in("operator")
    monkeypatch.setattr("sys.executable", "/bin/false")
    first = operator.get(f"{REPORT}.docx").headers["Location"]
    assert ended(operator, first)["refused"] == orders.BROKEN_OFF
    assert orders.BROKEN_OFF in operator.get(first).text
    assert operator.get(f"{first}/file").headers["Location"] == first
    assert operator.get(f"{REPORT}.docx").headers["Location"] != first


def test_a_storage_that_cannot_be_written_to_is_named(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    platform.storage.folder.mkdir(parents=True, exist_ok=True)
    (platform.storage.folder / FOLDER).write_text("not a folder")
    answer = sign_in("operator").get(f"{REPORT}.pdf")
    assert answer.status_code == 400
    assert "存储目录不能写入" in answer.text


def test_after_a_day_it_is_gone_and_without_an_end_it_has_come_to_nothing(
    programme: Programme, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_begin", lambda _platform, _tray: None)
    with platform.database.read() as session:
        actor = accounts.actor_named(session, "operator")
    token = orders.order(platform, actor, "self-assessment", "pdf", park="JIA")
    with pytest.raises(Refused, match="请稍候"):
        orders.fetch(platform, actor, token)
    asked = clock.now()
    monkeypatch.setattr(clock, "now", lambda: asked + orders.LIMIT + timedelta(seconds=1))
    assert orders.look(platform, actor, token).state.refused == orders.BROKEN_OFF
    monkeypatch.setattr(clock, "now", lambda: asked + KEPT + timedelta(seconds=1))
    assert orders.mine(platform, actor) == []
    newer = orders.order(platform, actor, "self-assessment", "pdf", park="JIA")
    assert [entry.token for entry in orders.mine(platform, actor)] == [newer]
    assert not Tray(_root(platform), token).folder.exists()


def _root(platform: Platform) -> Path:
    root = folder(platform)
    root.mkdir(parents=True, exist_ok=True)
    return root
