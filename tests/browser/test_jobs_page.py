"""The page of runs in a real browser, without scripts: what is done next, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from policy.terms import Duty
from services import clock
from services.leadership import take_lease
from services.platform import Platform
from services.scheduling import finish_run, start_run
from tests.browser.conftest import Desk


def test_what_went_wrong_is_found_among_the_runs(platform: Platform, sit_down: Callable[..., Desk]) -> None:
    now = clock.now()
    with platform.database.write() as session:
        for holder, at in (("gov-app1:100:aaaa", now - timedelta(hours=1)), ("gov-app2:200:bbbb", now)):
            lead = take_lease(session, holder, at)
            assert lead is not None
            done = start_run(session, Duty.OUTBOX, at, lead)
            finish_run(session, done, at + timedelta(seconds=1), ok=True, result="已发送1封")
            start_run(session, Duty.SWEEP, at, lead)
    page = sit_down("admin", java_script_enabled=False).open("/jobs")
    plan, history = page.locator("table").first, page.locator("table").last
    expect(plan.locator("tbody tr")).to_have_count(len(Duty))
    expect(plan).to_contain_text("07:00")
    expect(history.locator("tbody tr")).to_have_count(4)
    page.select_option("select[name=show]", label="失败和中断")
    page.get_by_role("button", name="查看").click()
    expect(history.locator("tbody tr")).to_have_count(1)
    expect(history).to_contain_text("中断")
    expect(history).to_contain_text("gov-app1（第1任）")
    assert page.input_value("select[name=show]") == "troubled"
