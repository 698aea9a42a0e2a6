"""A real server of two workers, a real Chromium, and an eye on everything the page asks for or complains of."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from policy.access import SYSTEM_ACTOR, Role
from policy.terms import HalfYear
from services import accounts, clock, parks, units
from services.platform import Platform
from settings import ROOT
from tests import factories
from tests.conftest import PASSWORD

TITLE = "国家网络安全产业园区（示例甲园）"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
expect.set_options(timeout=20_000)
"""Milliseconds: a machine with other work to do takes its time over an upload."""


@pytest.fixture
def period() -> HalfYear:
    """The half-year that ended last, by the real clock."""
    return HalfYear.containing(clock.today()).previous()


@pytest.fixture
def programme(platform: Platform, period: HalfYear) -> None:
    """Two parks in two districts and an account of every role, through the ordinary use cases."""
    with platform.database.write() as session:
        for name, district, code in (("示例甲园", "示例甲区", "JIA"), ("示例乙园", "示例乙区", "YI")):
            parks.register_park(
                session, SYSTEM_ACTOR, title=f"国家网络安全产业园区（{name}）", district=district, code=code,
                approved_on=period.start, approval_no=f"示例函〔{period.year}〕1号",
                contacts=("示例<a@example.gov.cn>",), create_unit=True, fictional=True,
            )  # fmt: skip
        unit = units.require_unit(session, "示例甲区")
        park = parks.find_park(session, SYSTEM_ACTOR.scope, "JIA")
        factories.make_goal(session, park, "firms_cyber", "20", "60")
        for role in (role for role in Role if role is not Role.SYSTEM):
            accounts.create_account(
                session, SYSTEM_ACTOR, username=role.value, password=PASSWORD, display_name=f"{role.label}（虚构）",
                role=role, demonstration=True, unit_id=unit.id if role is Role.DISTRICT else None,
                park_id=park.id if role in (Role.OPERATOR, Role.EXPERT) else None,
            )  # fmt: skip


@pytest.fixture
def site(platform: Platform, programme: None) -> Iterator[str]:
    """The address of the application as `make run` serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "wsgi:application", f"--bind=127.0.0.1:{port}", "--preload",
        "--worker-class=gthread", "--workers=2", "--threads=4", "--log-level=warning", "--no-control-socket",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{address}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError("the web application did not start")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Desk:
    """Someone at a browser, signed in; `complaints` are console errors, failed answers and requests elsewhere."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def watch(self) -> None:
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._look(request.url))

    def _look(self, url: str) -> None:
        if not url.startswith((self.site, "data:", "blob:")):
            self.complaints.append(f"asked for {url}")


@pytest.fixture
def sit_down(browser: Browser, site: str) -> Iterator[Callable[..., Desk]]:
    """Signs someone in; at the end nobody may have had cause to complain."""
    contexts: list[BrowserContext] = []
    desks: list[Desk] = []

    def sit(username: str, **settings: object) -> Desk:
        context = browser.new_context(locale="zh-CN", **settings)  # type: ignore[arg-type]
        desk = Desk(context.new_page(), site)
        contexts.append(context)
        desks.append(desk)
        desk.watch()
        desk.open("/login")
        desk.page.fill("input[name=username]", username)
        desk.page.fill("input[name=password]", PASSWORD)
        desk.page.click("button[type=submit]")
        desk.page.wait_for_load_state("networkidle")
        return desk

    yield sit
    for context in contexts:
        context.close()
    assert [complaint for desk in desks for complaint in desk.complaints] == []
