"""现场核查 from the plan to the 销号 of what it found, by those whose part each step is; 评分 by an imported system."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.models import Park
from policy.terms import HalfYear
from services import clock
from services.platform import Platform
from tests.browser.conftest import Desk
from tests.factories import accept, add_roster, make_submission
from tests.policy.evaluation.systems import item, system

FIRMS = [("示例安全1有限公司", "12000"), ("示例安全2有限公司", "600"), ("示例安全3有限公司", "700")]
SYSTEM = system(
    item("firms", "60", '{ kind = "linear", target = 60 }', 'input = { indicator = "firms_cyber" }'),
    item("panel", "40", '{ kind = "experts" }'),
)


@pytest.fixture(autouse=True)
def roster(platform: Platform, programme: None, period: HalfYear) -> None:
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        submission = make_submission(session, park, str(period), figures={"firms_cyber": "30"})
        add_roster(submission, FIRMS)
        accept(session, submission)


def fill(page: Page, place: str, **typed: str) -> None:
    for name, value in typed.items():
        page.fill(f"{place} [name={name}]", value)


def test_from_the_plan_of_a_visit_to_what_was_put_right(sit_down: Callable[..., Desk]) -> None:
    committee = sit_down("committee").open("/visits")
    committee.select_option("#plan [name=park]", "JIA")
    fill(
        committee,
        "#plan",
        planned_on="2020-01-01",
        visitors="市经济信息委2人",
        purpose="核对一览表",
        size="2",
        seed="77",
    )
    committee.get_by_role("button", name="拟定并抽取企业").click()
    expect(committee.get_by_role("alert").first).to_contain_text("核查日期2020年1月1日应在批复同意建设之日")
    expect(committee.locator("#plan [name=purpose]")).to_have_value("核对一览表")
    fill(committee, "#plan", planned_on=str(clock.today()))
    committee.get_by_role("button", name="拟定并抽取企业").click()
    expect(committee.get_by_text("已拟定，抽样号77，抽取2家企业")).to_be_visible()
    with committee.expect_download() as sheet:
        committee.get_by_role("link", name="下载核查表").click()
    assert sheet.value.suggested_filename.endswith(".docx")
    operator = sit_down("operator").open("/visits/1")
    expect(operator.get_by_text("抽取的企业在核查结果登记后显示")).to_be_visible()

    found, told = committee.locator("#record select"), committee.locator("#record [name^=note-]")
    expect(found).to_have_count(2)
    found.nth(0).select_option("differs")
    found.nth(1).select_option("agrees")
    committee.get_by_role("button", name="登记", exact=True).click()
    expect(committee.get_by_role("alert").first).to_contain_text("不符")
    told.nth(0).fill("账面收入少于一览表所列")
    committee.get_by_role("button", name="登记", exact=True).click()
    expect(committee.get_by_text("核查结果已登记")).to_be_visible()
    committee.fill("#proposals [name=unit]", "示例园区运营公司")
    committee.get_by_role("button", name="列入台账").click()
    expect(committee.get_by_text("已列入问题整改台账")).to_be_visible()

    operator.goto(committee.url)
    operator.fill("#report [name=text]", "已按合同逐笔核对，更正一览表")
    operator.get_by_role("button", name="填报").click()
    expect(operator.locator("#notes")).to_contain_text("已按合同逐笔核对")
    expect(operator.locator("#close")).to_have_count(0)
    committee.reload()
    committee.fill("#close [name=note]", "复核与账面一致")
    committee.get_by_role("button", name="销号", exact=True).click()
    expect(committee.get_by_text("已销号").first).to_be_visible()
    district = sit_down("district").open("/issues?state=closed")
    expect(district.locator("#issue-table")).to_contain_text("账面收入少于一览表所列")


def test_a_system_comes_in_marks_are_given_and_the_score_is_kept(sit_down: Callable[..., Desk]) -> None:
    page = sit_down("committee").open("/evaluation")

    def look_at(text: str) -> None:
        file = {"name": "体系.toml", "mimeType": "application/toml", "buffer": text.encode()}
        page.set_input_files("#import input[type=file]", file)
        page.get_by_role("button", name="核对").click()

    look_at(SYSTEM.replace("weight = 40", "weight = 39"))
    expect(page.locator("#problems")).to_contain_text("三级指标权重合计为99")
    line = SYSTEM[: SYSTEM.index("weight = 60")].count("\n") + 1
    expect(page.locator("#problems")).to_contain_text(f"第{line}行60")
    look_at(SYSTEM)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入。")).to_be_visible()

    page.goto(page.url.partition("/evaluation")[0] + "/parks/JIA/evaluation")
    expect(page.get_by_text("试算：本体系没有发布文号")).to_be_visible()
    page.select_option("#marks [name=item]", "panel")
    fill(page, "#marks", value="101", giver="专家1", basis="评分表")
    page.get_by_role("button", name="登记评定").click()
    expect(page.get_by_role("alert").first).to_contain_text("满分100分，收到101")
    expect(page.locator("#marks [name=basis]")).to_have_value("评分表")
    page.fill("#marks [name=value]", "90")
    page.get_by_role("button", name="登记评定").click()
    expect(page.locator(".score-total").first).to_have_text("66")  # 30 + 40 × 90 ÷ 100
    page.fill("#kept [name=purpose]", "专家评审验收")
    page.get_by_role("button", name="评分定稿").click()
    expect(page.locator("#kept tbody tr")).to_contain_text("66")
    expert = sit_down("expert").open("/parks/JIA/evaluation?freeze=1")
    expect(expert.locator(".score-total").first).to_have_text("66")
    expect(expert.get_by_role("button", name="评分定稿")).to_have_count(0)
