"""联系人, 工作移交 and 发件箱 in a real browser: whose work passes on, with the list and the mail that waited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from db.models import Contact
from policy.access import SYSTEM_ACTOR
from services import alerting, clock, units
from services.platform import Platform
from tests.browser.conftest import Desk


@pytest.fixture
def waiting(platform: Platform, programme: None) -> None:
    """示例 of 示例甲区 has an address of their own and a mail that waits."""
    with platform.database.write() as session:
        unit = units.require_unit(session, "示例甲区")
        session.scalars(select(Contact).where(Contact.unit_id == unit.id)).one().mail = "jia@example.gov.cn"
        session.flush()
        alerting.sweep(session, SYSTEM_ACTOR, clock.today())


def test_a_handler_is_entered_work_is_handed_over_and_the_mail_follows(
    site: str, waiting: None, sit_down: Callable[..., Desk]
) -> None:
    page = sit_down("district").open("/contacts")
    add = page.locator("#add")
    add.locator("select[name=place]").select_option(label="示例甲区")
    add.locator("select[name=role]").select_option("deputy")
    add.locator("input[name=name]").fill("赵某")
    add.locator("input[name=mail]").fill("赵某@example.gov.cn")
    add.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("邮箱应写作 name@example.gov.cn")
    add.locator("input[name=mail]").fill("zhao@example.gov.cn")
    add.get_by_role("button", name="登记").click()
    expect(page.locator("table").first).to_contain_text("z***@example.gov.cn")

    page.get_by_role("link", name="示例", exact=True).click()
    expect(page.locator("body")).to_contain_text("jia@example.gov.cn")
    handing = page.locator("#hand-over")
    handing.locator("input[name=name]").fill("李某")
    handing.locator("input[name=mail]").fill("li@example.gov.cn")
    handing.get_by_role("button", name="办理移交").click()
    expect(page.get_by_role("status")).to_contain_text("已办理移交，未办结事项1项")
    handed = page.locator("#handovers tbody tr")
    expect(handed).to_contain_text("李某")
    with page.expect_download() as download:
        handed.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename == "示例甲区工作移交清单.docx"

    page.get_by_role("link", name="发件箱").click()
    mail = page.locator("tbody tr")
    expect(mail).to_have_count(1)
    expect(mail).to_contain_text("李某（经办人）")
    expect(mail).to_contain_text("待发送")
    mail.get_by_role("link").click()
    expect(page.locator(".as-sent")).to_contain_text("园区发展情况")
    page.locator("table a[href^='/alerts/']").click()
    expect(page.locator("h1")).to_contain_text("示例甲园")
