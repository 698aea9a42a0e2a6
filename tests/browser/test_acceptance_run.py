"""From the day after the two years to the plaque: every step by the office whose part it is, each of them refused out
of turn, sent back once and taken anew; the data revised on the way, and what was frozen before it unchanged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.models import IssuedDocument, IssuedFigure, Park, StoredFile
from policy.access import SYSTEM_ACTOR, Role
from policy.deadlines import add_months
from policy.terms import HalfYear
from policy.workflow import STEPS, StepKind
from services import accounts, clock, evaluations, parks
from services.platform import Platform
from tests import factories, papers
from tests.browser.conftest import Desk
from tests.conftest import PASSWORD
from tests.policy.evaluation.systems import item, system

TITLE = "国家网络安全产业园区（示例丙园）"
PAGE = "/parks/BING/acceptance"
CHAIN = [entry for entry in STEPS if entry.option is None]
SYSTEM = system(
    item("firms", "20", '{ kind = "linear", target = 60 }', 'input = { indicator = "firms_cyber" }'),
    item("panel", "80", '{ kind = "experts" }'),
)
NUMBERS = {StepKind.ACCEPTANCE_LETTER: "示例府函〔2026〕9号", StepKind.TITLE: "示例经信〔2026〕5号"}


@pytest.fixture(autouse=True)
def ended(platform: Platform, programme: None) -> None:
    """A park of 示例甲区 whose two years ended yesterday, and an account of its operator."""
    with platform.database.write() as session:
        parks.register_park(
            session, SYSTEM_ACTOR, title=TITLE, district="示例甲区", code="BING", approval_no="示例函〔2024〕3号",
            approved_on=add_months(clock.today() - timedelta(days=1), -24), operator="丙园运营公司（虚构）",
            fictional=True,
        )  # fmt: skip
        park_id = session.scalars(select(Park.id).where(Park.code == "BING")).one()
        accounts.create_account(
            session, SYSTEM_ACTOR, username="bing", password=PASSWORD, display_name="丙园运营公司（虚构）",
            role=Role.OPERATOR, demonstration=True, park_id=park_id,
        )  # fmt: skip
        accounts.create_account(
            session, SYSTEM_ACTOR, username="checker", password=PASSWORD, display_name="复核人（虚构）",
            role=Role.COMMITTEE, demonstration=True,
        )  # fmt: skip
        for _ in range(3):
            factories.make_expert(session)
        evaluations.import_system(session, platform.storage, SYSTEM_ACTOR, "评估指标体系.toml", SYSTEM.encode())


@pytest.fixture
def report(tmp_path: Path, period: HalfYear) -> Callable[..., Path]:
    def write(name: str, **figures: object) -> Path:
        path = tmp_path / name
        path.write_bytes(papers.report(TITLE, str(period), figures=figures))
        return path

    return write


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "盖章件.pdf"
    path.write_bytes(b"%PDF-1.4 signed and sealed")
    return path


def reported(district: Desk, committee: Desk, paper: Path, *, why: str = "") -> None:
    """Uploaded and 报送 by the district, explained where it corrects what was accepted, accepted by the committee."""
    page = district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", paper)
    expect(page.locator("#problems")).to_be_visible()
    if why:
        page.locator("#problems form[action*='/findings/'] [name=text]").first.fill(why)
        page.locator("#problems form[action*='/findings/'] button").first.click()
    page.click("#submit")
    expect(page.get_by_text("已报送，待市经济信息委审核").first).to_be_visible()
    review = committee.open(page.url.removeprefix(district.site).partition("#")[0])
    review.click("#accept")
    expect(review.get_by_text("审核通过").first).to_be_visible()


def look(desk: Desk, path: str = PAGE) -> Page:
    """The page as the server writes it: nothing on it waits for a script."""
    desk.page.goto(desk.site + path, wait_until="domcontentloaded")
    return desk.page


def take(desk: Desk, kind: StepKind, paper: Path | None) -> None:
    page = look(desk)
    place = f"form[action='/parks/BING/steps/{kind}']"
    if kind in NUMBERS:
        page.fill(f"{place} [name=number]", NUMBERS[kind])
    if paper is not None:
        page.set_input_files(f"{place} [name=file]", paper)
    page.click(f"#take-{kind}")
    expect(page.get_by_text(f"已登记“{kind.label}”")).to_be_visible()


def send_back(desk: Desk, last: StepKind) -> None:
    page = look(desk)
    page.get_by_text(f"退回上一环节：{last.label}").click()
    page.fill("#next [name=reason]", "材料不全，请补充后重新办理")
    page.click("#return-step")
    expect(page.get_by_text(f"已退回“{last.label}”，待重新办理")).to_be_visible()


def try_ahead(committee: Desk, place: int) -> None:
    """The form of the step that is due, sent as if it were that of the one after it: even the committee may not."""
    due, after = CHAIN[place], CHAIN[place + 1]
    page = look(committee)
    elsewhere = "(button, address) => { button.form.action = address; button.form.noValidate = true; }"
    page.locator(f"#take-{due.kind}").evaluate(elsewhere, f"/parks/BING/steps/{after.kind}")
    page.click(f"#take-{due.kind}")
    expect(page.get_by_role("alert").first).to_contain_text(f"“{after.kind.label}”须在“{after.source.label}”之后进行")


def review(committee: Desk, checker: Desk, scan: Path) -> None:
    """Three are drawn and bound by their word; their sheets entered by one and checked by another; they conclude."""
    panel = "/parks/BING/panel"
    page = look(committee, panel)
    page.fill("#drawing [name=size]", "3")
    page.fill("#drawing [name=substitutes]", "0")
    page.get_by_role("button", name="抽取", exact=True).click()
    committing = "form[action$='/commitment']"
    expect(page.locator(committing)).to_have_count(3)
    addresses = [str(one.get_attribute("action")) for one in page.locator(committing).all()]
    for address in addresses:
        page = look(committee, panel)
        page.locator(f"details:has(form[action='{address}']) summary").click()
        page.set_input_files(f"form[action='{address}'] [name=file]", scan)
        page.locator(f"form[action='{address}'] button").click()
        expect(page.locator(".notice-done")).to_contain_text("承诺书")
    for mark, address in zip(("76", "70", "78"), addresses, strict=True):
        sheet = address.replace("/members/", "/scores/").removesuffix("/commitment")
        page = look(committee, sheet)
        page.fill("[name=value-panel]", mark)
        page.fill("[name=basis-panel]", "资料审核和实地查看")
        page.fill("[name=signed_on]", str(clock.today()))
        page.set_input_files("[name=file]", scan)
        page.get_by_role("button", name="代录").click()
        expect(page.get_by_text("评分表已代录，待另一账号复核")).to_be_visible()
        checking = look(checker, sheet)
        checking.get_by_role("button", name="与扫描件一致").click()
        expect(checking.get_by_text("已复核，计入评分")).to_be_visible()
    page = look(committee, f"{panel}/scores")
    concluding = "form[action='/parks/BING/panel/conclusion']"
    page.select_option(f"{concluding} [name=outcome]", "passed")
    page.fill(f"{concluding} [name=opinion]", "各项任务完成，同意通过验收")
    page.set_input_files(f"{concluding} [name=file]", scan)
    page.get_by_role("button", name="登记评审意见").click()
    expect(page.locator(".notice-done")).to_contain_text("专家组评审意见第1号已登记")


def rows(page: Page, part: str) -> list[str]:
    return [row.inner_text() for row in page.locator(f"{part} tbody tr").all()]


def test_from_month_24_to_the_title(
    sit_down: Callable[..., Desk], platform: Platform, report: Callable[..., Path], scan: Path, period: HalfYear
) -> None:
    operator, district, committee = sit_down("bing"), sit_down("district"), sit_down("committee")
    desks = {"园区运营管理机构": operator, "区县经信部门": district, "区县政府": district}
    reported(district, committee, report("半年报.xlsx", revenue_cyber=1.53))

    for place, entry in enumerate(CHAIN):
        if entry.kind is StepKind.EXPERT_REVIEW:
            review(committee, sit_down("checker"), scan)
        desk = desks.get(entry.actor, committee)
        if place + 1 < len(CHAIN):
            try_ahead(committee, place)
        paper = scan if entry.kind in (StepKind.DEPARTMENT_REVIEW, StepKind.ACCEPTANCE_LETTER) else None
        take(desk, entry.kind, paper)
        if place + 1 == len(CHAIN):
            break
        send_back(desks.get(CHAIN[place + 1].actor, committee), entry.kind)
        if entry.kind is StepKind.SELF_ASSESSMENT:
            reported(
                district, committee, report("更正.xlsx", revenue_cyber=1.61), why="企业半年决算已收齐，按快报数更正"
            )
        take(desk, entry.kind, paper)

    page = look(committee)
    expect(page.get_by_text("已正式授予称号、授牌，验收办结")).to_be_visible()
    page.fill("#plaque [name=received_by]", "丙园运营公司 示例代表（虚构）")
    page.fill("#plaque [name=certificate_no]", "示例证字1号")
    page.get_by_role("button", name="登记证书和授牌").click()
    expect(page.locator("#plaque dl")).to_contain_text(TITLE)

    told = rows(look(district), "#record")
    assert len(told) == 2 * len(CHAIN) - 1
    assert sum("材料不全，请补充后重新办理" in row for row in told) == len(CHAIN) - 1
    assert not any("代录" in row for row in told)
    with platform.database.read() as session:
        frozen = session.execute(
            select(IssuedDocument.number, IssuedFigure.value, StoredFile.sha256)
            .join(IssuedFigure, IssuedFigure.document_id == IssuedDocument.id)
            .join(StoredFile, StoredFile.id == IssuedDocument.file_id)
            .where(IssuedFigure.key == "revenue_cyber", IssuedFigure.period == str(period))
            .order_by(IssuedDocument.number)
        ).all()
    assert [(row.number, row.value) for row in frozen] == [(1, "1.53"), (2, "1.61")]
    assert frozen[0].sha256 != frozen[1].sha256
