"""What is overdue, in a real browser: the district answers, the committee pauses, presses, and rehearses a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from policy.access import SYSTEM_ACTOR
from policy.terms import HalfYear
from services import alerting, clock, obligations, units
from services.platform import Platform
from tests import factories
from tests.browser.conftest import Desk


@pytest.fixture
def overdue(platform: Platform, programme: None, period: HalfYear) -> str:
    """示例丙园 of 示例甲区: its report of a year ago never came; the title of the half-year."""
    late = period.year_before()
    with platform.database.write() as session:
        unit = units.require_unit(session, "示例甲区")
        factories.make_contact(session, unit, role="head", name="示例负责人", mail="head@example.gov.cn")
        park = factories.make_park(
            session, "示例丙园", district=unit, code="BING", approved_on=late.start, obligations=False
        )
        obligations.generate(session, park)
    with platform.database.write() as session:
        alerting.sweep(session, SYSTEM_ACTOR, clock.today())
    return late.label


def test_from_feedback_to_the_mail_in_the_outbox(overdue: str, period: HalfYear, sit_down: Callable[..., Desk]) -> None:
    district = sit_down("district").open("/alerts?kind=report&q=丙")
    district.locator("tbody tr", has_text=overdue).get_by_role("link", name="办理").click()
    ahead = clock.today() + timedelta(days=20)
    district.fill("textarea[name=cause]", "经办人调整，企业数据尚未汇总")
    district.fill("textarea[name=measure]", "已安排专人逐户催要")
    district.fill("input[name=promised_on]", str(ahead))
    district.click("text=提交反馈")
    expect(district.locator(".notice-done")).to_contain_text("反馈情况已登记")

    committee = sit_down("committee", viewport={"width": 360, "height": 800}).open("/alerts?kind=report&q=丙")
    committee.locator("tbody tr", has_text=overdue).get_by_role("link", name="办理").click()
    expect(committee.locator("main")).to_contain_text("已安排专人逐户催要")
    committee.fill("textarea[name=reason]", "企业搬迁期间数据无法汇总")
    committee.fill("input[name=until]", str(ahead))
    committee.click("button:text-is('暂缓催报')")
    expect(committee.locator("#pause")).to_contain_text("到期自动恢复")
    assert committee.evaluate("document.documentElement.scrollWidth") <= 360
    committee.click("text=立即恢复催报")
    expect(committee.locator(".notice-done")).to_contain_text("已恢复催报")

    committee.goto(committee.url.partition("/alerts")[0] + "/press")
    mail = committee.locator("section", has_text="head@example.gov.cn")
    mail.locator("summary").click()
    expect(mail.locator("pre")).to_contain_text("示例甲区经信部门负责同志：")
    committee.click("button[value=approve_all]")
    expect(committee.locator(".notice-done")).to_contain_text("列入发件箱")
    committee.goto(committee.url.partition("/press")[0] + "/outbox")
    expect(committee.locator("tbody tr", has_text="head@example.gov.cn")).to_contain_text("【催报】")

    committee.goto(committee.url.partition("/outbox")[0] + f"/dry-run?as_of={clock.today() + timedelta(days=40)}")
    expect(committee.locator("#calendar-day")).to_contain_text("日")
    expect(committee.locator("#kept")).to_contain_text("示例丙园")
