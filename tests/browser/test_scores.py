"""专家评分 in a real browser: signed sheets entered by one and checked by another, one given online, the conclusion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.models import Account, Park
from policy.access import SYSTEM_ACTOR, Role
from services import accounts, clock, evaluations
from services.platform import Platform
from tests.browser.conftest import Desk
from tests.conftest import PASSWORD
from tests.factories import make_expert, make_panel
from tests.policy.evaluation.systems import item, system

SYSTEM = system(item("plan", "60", '{ kind = "experts" }'), item("people", "40", '{ kind = "experts", out_of = 10 }'))
SCORES = "/parks/JIA/panel/scores"


@pytest.fixture(autouse=True)
def panel(platform: Platform, programme: None) -> list[int]:
    """示例专家1 (组长) on paper, 示例专家2 who has the account expert; the panel may score online."""
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        made = evaluations.import_system(session, platform.storage, SYSTEM_ACTOR, "体系.toml", SYSTEM.encode())
        experts = [make_expert(session, code=f"ZJ{n}", name=f"示例专家{n}") for n in (1, 2)]
        experts[1].account_id = session.scalars(select(Account.id).where(Account.username == "expert")).one()
        drawn = make_panel(
            session, park, experts, system_id=made.system_id, online=True, recorded_at=clock.now(),
            drawn_on=clock.today() - timedelta(days=5),
        )  # fmt: skip
        accounts.create_account(
            session, SYSTEM_ACTOR, username="second", password=PASSWORD, display_name="复核人（虚构）",
            role=Role.COMMITTEE, demonstration=True,
        )  # fmt: skip
        return [member.id for member in drawn.members]


def enter(page: Page, plan: str, people: str) -> None:
    page.fill("[name=value-plan]", plan)
    page.fill("[name=basis-plan]", "规划已印发")
    page.fill("[name=value-people]", people)
    page.fill("[name=signed_on]", str(clock.today()))
    scan = {"name": "评分表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed sheet"}
    page.set_input_files("[name=file]", scan)
    page.get_by_role("button", name="代录", exact=True).click()


def test_from_the_signed_sheets_to_the_conclusion(panel: list[int], sit_down: Callable[..., Desk]) -> None:
    committee = sit_down("committee").open(f"{SCORES}/{panel[0]}")
    enter(committee, "80", "11")
    expect(committee.get_by_role("alert").first).to_contain_text("“指标people”满分10分，收到11")
    expect(committee.locator("[name=basis-plan]")).to_have_value("规划已印发")
    enter(committee, "88", "8")
    expect(committee.get_by_text("第1号评分表已代录，待另一账号复核")).to_be_visible()
    expect(committee.get_by_role("button", name="与扫描件一致，计入评分")).to_have_count(0)

    second = sit_down("second").open(f"{SCORES}/{panel[0]}")
    second.get_by_text("有误，退回后重新录入").click()
    second.fill("[name=reason]", "第1项应为80分")
    second.get_by_role("button", name="退回", exact=True).click()
    expect(second.get_by_text("已退回，请重新录入")).to_be_visible()
    committee.goto(committee.url.partition("#")[0])
    enter(committee, "80", "8")
    second.reload()
    second.get_by_role("button", name="与扫描件一致，计入评分").click()
    expect(second.get_by_text("第2号评分表已复核，计入评分")).to_be_visible()

    expert = sit_down("expert").open(SCORES)
    expert.fill("[name=value-plan]", "55")
    expert.fill("[name=basis-plan]", "规划未落实")
    expert.reload()  # what was typed and not sent is still there
    expect(expert.locator("[name=value-plan]")).to_have_value("55")
    expect(expert.locator("[name=basis-plan]")).to_have_value("规划未落实")
    expert.fill("[name=value-people]", "6")
    expert.get_by_role("button", name="签署并提交评分").click()
    expect(expert.get_by_text("已签署提交，第1号评分表计入评分")).to_be_visible()
    expect(expert.locator("main")).not_to_contain_text("示例专家1")
    assert expert.evaluate("Object.keys(localStorage).filter(key => key.startsWith('typed ')).length") == 0

    committee.goto(committee.url.partition("/panel")[0] + "/panel/scores")
    expect(committee.locator("#spread")).to_contain_text("分歧较大")
    expect(committee.locator(".score-total").first).to_have_text("68.5")  # 60 × 67.5 ÷ 100 + 40 × 7 ÷ 10
    committee.select_option("#conclusion [name=outcome]", "passed")
    committee.fill("#conclusion [name=opinion]", "建设任务基本完成，同意通过验收。")
    scan = {"name": "评审意见.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 signed opinion"}
    committee.set_input_files("#conclusion [name=file]", scan)
    committee.get_by_role("button", name="登记评审意见").click()
    expect(committee.get_by_text("专家组评审意见第1号已登记，评分已定稿")).to_be_visible()
    expect(committee.locator("#conclusion")).to_contain_text("68.5分，达标")
    with committee.expect_download() as paper:
        committee.get_by_role("link", name="评审意见（Word）").click()
    assert paper.value.suggested_filename.endswith(".docx")
    second.goto(committee.url.partition("#")[0] + f"/{panel[0]}")
    expect(second.get_by_role("button", name="退回", exact=True)).to_have_count(0)
