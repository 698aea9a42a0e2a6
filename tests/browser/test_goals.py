"""建设目标 typed by the committee and what follows from it: 测算表 with assumptions of one's own, 验收就绪度."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.models import Park
from policy.terms import HalfYear
from services.platform import Platform
from tests.browser.conftest import Desk
from tests.factories import accept, make_submission

DECISION = "示例函〔2026〕9号"


@pytest.fixture
def draft(platform: Platform, programme: None, period: HalfYear) -> int:
    """30 firms in the half-year that ended last, accepted; 33 in a draft of a correction that is not reported yet."""
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        accept(session, make_submission(session, park, str(period), figures={"firms_cyber": "30"}))
        correction = {"state": "draft", "submitted_on": None, "figures": {"firms_cyber": "33"}}
        return make_submission(session, park, str(period), **correction).id


def set_goal(page: Page, **typed: str) -> None:
    for name, value in typed.items():
        page.fill(f"#set [name={name}]", value)
    page.get_by_role("button", name="登记目标").click()


def needed(page: Page) -> list[int]:
    """需完成 of each half-year to come."""
    cells = page.locator("#projection-firms_cyber tbody tr td:nth-of-type(2)").all_inner_texts()
    return [int(re.sub(r"\D", "", cell)) for cell in cells]


def test_from_a_goal_to_what_each_half_year_must_bring_and_to_what_is_missing(
    draft: int, sit_down: Callable[..., Desk]
) -> None:
    page = sit_down("committee").open("/parks/JIA/goals?set=firms_cyber")
    set_goal(page, target="六十", decision=DECISION)
    expect(page.get_by_role("alert").first).to_contain_text("目标值应为数字，收到“六十”")
    expect(page.locator("#set [name=decision]")).to_have_value(DECISION)
    set_goal(page, target="10")
    expect(page.get_by_role("alert").first).to_contain_text("目标值10低于基期值20")
    expect(page.locator("#set [name=as_written]")).to_be_visible()
    set_goal(page, target="80")
    standing = page.locator("#standing tbody tr", has_text="网络安全企业数量")
    expect(standing).to_contain_text(DECISION)
    expect(standing).to_contain_text("80")
    expect(page.locator("#earlier")).to_contain_text("60")

    operator = sit_down("operator").open("/parks/JIA/foresight")
    expect(operator.get_by_text("内部参考")).to_have_count(0)
    assert sum(needed(operator)) == 50
    operator.locator("#assumptions input[name^='firms_cyber.']").first.fill("20")
    operator.get_by_role("button", name="按所填数重算").click()
    expect(operator.locator("#projection-firms_cyber tbody tr").first).to_contain_text("所填")
    changed = needed(operator)
    assert (changed[0], sum(changed)) == (20, 50)
    with operator.expect_download() as waiting:
        operator.get_by_role("link", name="下载测算表").click()
    rows = load_workbook(BytesIO(waiting.value.path().read_bytes())).active.iter_rows(min_row=4, values_only=True)
    assert [row[3] for row in rows] == changed
    page.goto(operator.url)  # the link another was given
    assert needed(page) == changed

    for reader in (operator, page):
        reader.goto(page.url.partition("/parks")[0] + "/parks/JIA/readiness")
        expect(reader.locator("#gap-table tr", has_text="网络安全企业数量未达目标值")).to_contain_text("差50家")
        expect(reader.locator(f"a[href^='/reports/{draft}']")).to_have_count(0)
    district = sit_down("district").open("/parks/JIA/readiness")
    expect(district.locator("#waiting")).to_contain_text("33家")
    district.locator("#cycles [name=self_assessment]").fill("30")
    district.get_by_role("button", name="保存").click()
    expect(district.get_by_text("已设定：自评报告30个工作日")).to_be_visible()
