"""专家组 from the draw to the commitment, and what opens and closes to the expert with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.models import AcceptanceStep, Account, Park
from services import clock
from services.platform import Platform
from tests.browser.conftest import Desk
from tests.factories import MADE_AT, make_expert

PANEL = "/parks/JIA/panel"
SCAN = {"name": "承诺书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed"}


@pytest.fixture(autouse=True)
def application(platform: Platform, programme: None) -> None:
    """甲园 has applied; eight experts, of whom ZJ006 signs in and ZJ001 works for nobody concerned."""
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        done = {"dated": clock.today() - timedelta(days=1), "recorded_at": MADE_AT, "recorded_by": "committee"}
        for kind in ("self-assessment", "department-review", "acceptance-letter"):
            session.add(AcceptanceStep(park_id=park.id, kind=kind, **done))
        account = session.scalars(select(Account).where(Account.username == "expert")).one()
        for number in range(1, 9):
            owner = account.id if number == 6 else None
            make_expert(session, code=f"ZJ{number:03}", name=f"示例专家{number}", account_id=owner)


def seat(page: Page, name: str) -> Page:
    """The forms of one member, opened."""
    page.locator("#acts summary", has_text=name).click()
    return page


def test_from_the_draw_to_the_commitment_and_back(sit_down: Callable[..., Desk]) -> None:
    """By the number 2026: ZJ004, ZJ006, ZJ008, then ZJ003 (tests/policy/test_panel.py)."""
    expert = sit_down("expert").open("/")
    expect(expert.get_by_role("main")).not_to_contain_text("示例甲园")
    committee = sit_down("committee").open(PANEL)
    committee.fill("#drawing [name=size]", "3")
    committee.fill("#drawing [name=substitutes]", "1")
    committee.fill("#drawing [name=seed]", "2026")
    committee.get_by_role("button", name="抽取", exact=True).click()
    expect(committee.get_by_text("已抽取，抽取号2026")).to_be_visible()
    expect(committee.locator("#panel-members tbody tr")).to_contain_text(
        ["示例专家4", "示例专家6", "示例专家8", "示例专家3"]
    )
    with committee.expect_download() as letter:
        committee.get_by_role("link", name="下载承诺书（Word）").click()
    assert letter.value.suggested_filename.endswith("承诺书.docx")
    seat(committee, "示例专家6")
    committee.locator("#acts details[open] input[type=file]").set_input_files(SCAN)
    committee.locator("#acts details[open]").get_by_role("button", name="登记承诺书").click()
    expect(committee.get_by_text("示例专家6的承诺书已登记")).to_be_visible()
    expert.reload()
    expert.get_by_role("link", name="专家组", exact=True).click()
    expect(expert.locator("#panel-members")).to_contain_text("示例专家6")
    expect(expert.get_by_text("抽取号")).to_have_count(1)  # in the lead alone: how it was drawn is the committee's
    seat(committee, "示例专家6")
    committee.locator("#acts details[open] [name=reason]").fill("申请回避")
    committee.locator("#acts details[open]").get_by_role("button", name="退出专家组").click()
    expect(committee.get_by_text("由示例专家3递补")).to_be_visible()
    expert.goto(expert.url.split("/parks")[0])
    expect(expert.get_by_role("main")).not_to_contain_text("示例甲园")
