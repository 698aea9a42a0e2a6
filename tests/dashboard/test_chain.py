"""The acceptance on its page: steps taken and sent back by those whose part it is, with forms alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from db.models import AcceptanceStep
from policy.workflow import Option, StepKind
from services.platform import Platform
from tests.dashboard.conftest import Programme, token
from tests.services.chain_rows import Chain, switch_on

SignIn = Callable[[str], FlaskClient]
PAGE = "/parks/JIA/acceptance"
TITLE = "国家网络安全产业园区（示例甲园）"


@pytest.fixture(autouse=True)
def over(programme: Programme, set_now: Callable[[date], None]) -> None:
    """The two years of the park ended on 2026-10-10."""
    set_now(date(2026, 12, 31))


def words(page: Any) -> str:
    return "".join(html.fromstring(page.text).find(".//main").text_content().split())


def send(client: FlaskClient, address: str, *, paper: bytes | None = None, **form: Any) -> str:
    """What the page says after a form was sent, wherever it stands then."""
    file = {"file": (BytesIO(paper), "材料.pdf")} if paper is not None else {}
    answer = client.post(address, data={"csrf_token": token(client.get(PAGE).text)} | form | file)
    assert answer.status_code in (200, 303), answer.status
    return words(client.get(PAGE) if answer.status_code == 303 else answer)


def take(client: FlaskClient, kind: str, dated: str, **form: Any) -> str:
    return send(client, f"/parks/JIA/steps/{kind}", **{"dated": dated, "paper": b"%PDF paper"} | form)


def test_from_the_self_assessment_to_the_plaque_each_by_the_office_whose_part_it_is(sign_in: SignIn) -> None:
    operator, district, committee = sign_in("operator"), sign_in("district"), sign_in("committee")
    assert "环节园区运营管理机构编制自评报告" in words(operator.get(PAGE))
    assert "由园区运营管理机构办理" in words(district.get(PAGE))
    take(operator, "self-assessment", "2026-10-20")
    back = send(district, "/parks/JIA/steps/department-review/return", dated="2026-11-02", reason="指标对照表不全")
    assert "已退回“园区运营管理机构编制自评报告”，待重新办理。" in back
    assert "2026年11月2日退回：指标对照表不全" in words(operator.get(PAGE))
    assert "已登记“园区运营管理机构编制自评报告”" in take(operator, "self-assessment", "2026-11-05")
    take(district, "department-review", "2026-11-06")
    refused = take(district, "acceptance-letter", "2026-11-10", note="盖章件已寄出")
    assert "“验收申请函”须登记发文字号" in refused
    take(district, "acceptance-letter", "2026-11-10", number="示例府函〔2026〕9号")
    take(committee, "receipt", "2026-11-12", paper=None)
    take(committee, "expert-review", "2026-12-01")
    assert "评审结论：达标" in take(committee, "conclusion", "2026-12-08")
    take(committee, "title", "2026-12-20", number="示例经信〔2026〕5号", paper=None)
    assert "已正式授予称号、授牌，验收办结。" in words(district.get(PAGE))
    send(
        committee, "/parks/JIA/plaque", handed_on="2026-12-25", received_by="示例代表（虚构）", certificate_no="示例1号"
    )
    shown = words(operator.get(PAGE))
    assert f"园区名称{TITLE}证书编号示例1号授牌日期2026年12月25日" in shown
    assert "登记证书和授牌" not in shown


def test_what_was_typed_comes_back_with_the_reason(sign_in: SignIn) -> None:
    committee = sign_in("committee")
    token_ = token(committee.get(PAGE).text)
    form = {"csrf_token": token_, "dated": "2026-10-01", "note": "邮寄送达"}
    answer = committee.post("/parks/JIA/steps/self-assessment", data=form)
    assert "须在“建设期满”之后进行，该园区目前为“建设期”" in words(answer)
    page = html.fromstring(answer.text)
    assert page.xpath("//form[@action='/parks/JIA/steps/self-assessment']//input[@name='note']/@value") == ["邮寄送达"]


def test_a_step_out_of_turn_is_refused_and_nobody_takes_another_s(sign_in: SignIn) -> None:
    committee, district = sign_in("committee"), sign_in("district")
    assert "须在“达标”之后进行，该园区目前为“建设期满”" in take(committee, "title", "2026-12-20", number="示例1号")
    data = {"csrf_token": token(district.get(PAGE).text), "dated": "2026-12-20"}
    assert district.post("/parks/JIA/steps/self-assessment", data=data).status_code == 404
    assert district.post("/parks/YI/steps/department-review", data=data).status_code == 404
    assert district.post("/parks/JIA/steps/celebration", data=data).status_code == 404


def test_the_committee_enters_from_paper_and_the_record_says_so(sign_in: SignIn) -> None:
    committee = sign_in("committee")
    assert "在此登记即为代录" in words(committee.get(PAGE))
    take(committee, "self-assessment", "2026-10-20")
    page = committee.get(PAGE)
    assert "市经济信息委（虚构）代录" in words(page)
    (link,) = {href for href in html.fromstring(page.text).xpath("//a/@href") if href.endswith("/file")}
    with sign_in("operator").get(link) as file:
        assert file.data == b"%PDF paper"
    assert sign_in("district").get(link.replace("JIA", "YI")).status_code == 404


def test_experts_see_how_far_it_has_come_and_nothing_between_the_offices(sign_in: SignIn) -> None:
    shown = words(sign_in("expert").get(PAGE))
    assert "办理进程" in shown
    assert "办理记录" not in shown
    assert "办理本环节" not in shown


def test_options_do_not_show_until_they_are_switched_on(sign_in: SignIn, platform: Platform) -> None:
    committee = sign_in("committee")
    shown = words(committee.get(PAGE))
    assert not any(word in shown for word in ("委内审议", "公示", "延期验收", "异议"))
    with platform.database.write() as session:
        switch_on(session, *Option)
    shown = words(committee.get(PAGE))
    assert all(word in shown for word in ("委内审议通知未规定", "公示通知未规定", "延期验收通知未规定"))


def test_an_objection_from_its_registration_to_the_conclusion_it_takes_back(
    sign_in: SignIn, platform: Platform
) -> None:
    committee = sign_in("committee")
    with platform.database.write() as session:
        switch_on(session, Option.PUBLICITY, Option.OBJECTIONS)
        chain = Chain(session, platform, "JIA")
        chain.up_to(StepKind.EXPERT_REVIEW)
        chain.take(StepKind.CONCLUSION, date(2026, 12, 1))
        chain.take(StepKind.PUBLICITY, date(2026, 12, 1))
    assert "公示至2026年12月7日" in words(committee.get(PAGE))
    send(
        committee, "/parks/JIA/objections", received_on="2026-12-02", raised_by="示例企业（虚构）", matter="企业已迁出"
    )
    assert "异议还有1件未办结" in take(committee, "title", "2026-12-20", number="示例经信〔2026〕5号")
    assert "示例企业" not in words(sign_in("district").get(PAGE))
    done = send(
        committee,
        "/parks/JIA/objections/1",
        handled_on="2026-12-10",
        upheld="yes",
        answer="经核查，情况属实，企业已迁出",
    )
    assert "异议成立" in done
    with platform.database.read() as session:
        returned = session.scalars(select(AcceptanceStep.kind).where(AcceptanceStep.returned_on.is_not(None)))
        assert set(returned) == {"publicity", "conclusion"}
