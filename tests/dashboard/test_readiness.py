"""验收就绪度: what each may know of, where a gap is mended, and the district's own 办文周期."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from db.models import AuditEntry
from policy.acts import Act
from services.platform import Platform
from tests.dashboard.conftest import Programme, token

PAGE = "/parks/JIA/readiness"
SignIn = Callable[[str], FlaskClient]


def words(text: str) -> str:
    return "".join(html.fromstring(text).find(".//main").text_content().split())


def test_gaps_lead_to_where_they_are_mended(sign_in: SignIn, programme: Programme) -> None:
    committee = sign_in("committee")
    main = html.fromstring(committee.get(PAGE).text).find(".//main")
    gaps = {row[0].text_content(): row for row in main.xpath("//*[@id='gap-table']//tbody/tr")}
    goal = gaps["网络安全企业数量未达目标值"]
    assert "目标值80家，2025年6月末为44家，差36家" in goal.text_content()
    assert goal.xpath(".//a/@href") == ["/parks/JIA/figures/2025H1/firms_cyber.pace", "/parks/JIA#goals"]
    issues = gaps["问题整改台账所列问题尚未销号"]
    assert issues.xpath(".//a/@href") == ["/parks/JIA#issues"]
    for address in {href.partition("#")[0] for row in gaps.values() for href in row.xpath(".//a/@href")}:
        assert committee.get(address).status_code == 200, address


def test_only_those_who_may_see_drafts_see_what_is_not_reported(sign_in: SignIn, programme: Programme) -> None:
    """Of 2025H2 the district has a draft with 9.8; the committee knows of the version before it, with 9.75."""
    assert f"/reports/{programme.draft}" in sign_in("district").get(PAGE).text
    for role in ("committee", "operator"):
        told = sign_in(role).get(PAGE).text
        assert f"/reports/{programme.draft}" not in told, role
        assert f"/reports/{programme.submitted}" in told, role


def test_the_district_sets_how_long_its_offices_need(sign_in: SignIn, platform: Platform) -> None:
    district = sign_in("district")
    before = words(district.get(PAGE).text)
    assert "系统默认值，通知未规定" in before
    form = {"csrf_token": token(district.get(PAGE).text), "self_assessment": "30", "department_review": "10"}
    refused = district.post(f"{PAGE}/cycle", data=form | {"acceptance_letter": "0"})
    assert "办文周期应为1到120个工作日，收到：验收申请函0" in words(refused.text)
    done = district.post(f"{PAGE}/cycle", data=form | {"acceptance_letter": "15"})
    assert done.status_code == 303
    told = words(district.get(PAGE).text)
    assert "已设定：自评报告30个工作日、验收申请函15个工作日。" in told
    plan = html.fromstring(sign_in("committee").get(PAGE).text).xpath("//*[@id='plan-table']//tbody/tr")
    assert [row[2].text_content() for row in plan] == ["30", "10", "15"]
    with platform.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.OFFICE_CYCLE)).one()
    assert entry.new == {"self_assessment": 30, "acceptance_letter": 15}
    assert entry.old == {"self_assessment": 20, "acceptance_letter": 10}


def test_the_overview_keeps_the_order_of_the_divisions(sign_in: SignIn) -> None:
    main = html.fromstring(sign_in("committee").get("/readiness").text).find(".//main")
    names = [row[0].xpath(".//a")[0].text for row in main.xpath("//*[@id='readiness-table']//tbody/tr")]
    assert names == ["示例甲园", "示例乙园"]
    assert "示例乙园" not in sign_in("district").get("/readiness").text
