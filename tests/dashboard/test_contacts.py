"""联系人 and 工作移交 in the browser's eyes: who sees whom, what is refused and how it is told."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.queries.contacts import contacts_of, people
from policy.access import FULL_SCOPE
from services.platform import Platform
from services.units import require_unit
from tests import factories
from tests.dashboard.conftest import TODAY, Programme, token

NEW = {"place": "", "name": "李某", "role": "handler", "mail": "li@example.gov.cn", "phone": "13800001234",
       "valid_from": "", "valid_to": ""}  # fmt: skip


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def post(client: FlaskClient, address: str, page: str = "/contacts", **form: str) -> str:
    """Send a form of the page, follow where it leads; what is read then."""
    sent = form | {"csrf_token": token(client.get(page).text)}
    answer = client.post(address, data=sent, follow_redirects=True)
    assert answer.status_code == 200, answer.status_code
    return words(answer)


@pytest.fixture
def ids(platform: Platform, programme: Programme) -> dict[str, int]:
    """People: own 张某 of 示例甲区, foreign of 示例乙区; and the units and the own park by name."""
    with platform.database.write() as session:
        own, foreign = require_unit(session, "示例甲区"), require_unit(session, "示例乙区")
        stranger = factories.make_contact(session, foreign, name="外区人员", mail="foreign@example.gov.cn")
        mine = contacts_of(session, own.id)[0].id
        return {"own": own.id, "foreign": foreign.id, "mine": mine, "stranger": stranger.id}


def test_a_district_sees_its_own_people_masked_and_nobody_else(sign_in: Any, ids: dict[str, int]) -> None:
    page = sign_in("district").get("/contacts").text
    assert "139****1234" in page
    assert "h***@example.gov.cn" in page
    assert "13900001234" not in page
    assert "外区人员" not in page
    assert "示例乙区" not in page
    committee = sign_in("committee").get("/contacts").text
    assert "外区人员" in committee
    assert "13900001234" not in committee


def test_a_person_s_own_page_is_in_clear_for_those_who_keep_them(sign_in: Any, ids: dict[str, int]) -> None:
    assert "13900001234" in words(sign_in("district").get(f"/contacts/{ids['mine']}"))
    assert "foreign@example.gov.cn" in words(sign_in("committee").get(f"/contacts/{ids['stranger']}"))


@pytest.mark.parametrize("tail", ["", "/end", "/hand-over"])
def test_another_district_s_person_is_as_unknown_as_none(sign_in: Any, ids: dict[str, int], tail: str) -> None:
    client = sign_in("district")
    sent = {
        "csrf_token": token(client.get("/contacts").text), "name": "李某", "role": "handler", "on": str(TODAY),
        "mail": "li@example.gov.cn", "last_day": str(TODAY),
    }  # fmt: skip
    for number in (ids["stranger"], 99_999):
        assert client.get(f"/contacts/{number}").status_code == 404
        assert client.post(f"/contacts/{number}{tail}", data=sent).status_code == 404


def test_nobody_is_entered_for_another_unit(sign_in: Any, ids: dict[str, int], platform: Platform) -> None:
    client = sign_in("district")
    sent = NEW | {"place": f"unit:{ids['foreign']}", "csrf_token": token(client.get("/contacts").text)}
    assert client.post("/contacts", data=sent).status_code == 404
    with platform.database.read() as session:
        assert "李某" not in [row.name for row in people(session, FULL_SCOPE)]


def test_somebody_is_entered_set_right_and_ended(sign_in: Any, ids: dict[str, int], platform: Platform) -> None:
    client = sign_in("district")
    page = post(client, "/contacts", **NEW | {"place": f"unit:{ids['own']}"})
    assert "已登记。" in page
    assert "l***@example.gov.cn" in page
    with platform.database.read() as session:
        number = next(row.id for row in people(session, FULL_SCOPE) if row.name == "李某")
    changed = NEW | {"role": "deputy"}
    assert "已保存。" in post(client, f"/contacts/{number}", f"/contacts/{number}", **changed)
    assert "有效期已登记。" in post(client, f"/contacts/{number}/end", last_day="2026-03-31")
    assert "即将到期" in words(client.get("/contacts?show=ending"))
    with platform.database.read() as session:
        (row,) = (row for row in people(session, FULL_SCOPE) if row.name == "李某")
    assert (row.role.value, row.valid_to) == ("deputy", date(2026, 3, 31))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (
            {"mail": "李@example.gov.cn"},
            "邮箱应写作 name@example.gov.cn（不含中文和全角字符），收到“李@example.gov.cn”",
        ),
        ({"mail": "", "phone": ""}, "李某：邮箱和电话至少填写一项"),
        ({"valid_from": "2026-05-01", "valid_to": "2026-04-01"}, "有效期止2026年4月1日早于有效期起2026年5月1日"),
        ({"valid_to": "明年"}, "有效期止应写作 2026-07-31，收到“明年”"),
        ({"role": "科长"}, "请选择角色"),
        ({"role": "operator"}, "须写明园区代码、名称或运营管理机构名称"),
        ({"place": ""}, "请选择单位或园区"),
        ({"name": "某" * 60}, "过长：60个字符，不能超过50个"),
    ],
)
def test_what_is_refused_is_told_and_what_was_typed_stays(
    sign_in: Any, ids: dict[str, int], platform: Platform, wrong: dict[str, str], why: str
) -> None:
    client = sign_in("district")
    page = "/contacts"
    sent = NEW | {"place": f"unit:{ids['own']}"} | wrong | {"csrf_token": token(client.get(page).text)}
    answer = client.post(page, data=sent)
    assert why in words(answer)
    assert f'value="{sent["phone"]}"' in answer.text
    with platform.database.read() as session:
        assert len(people(session, FULL_SCOPE)) == 2


def test_work_is_handed_over_with_a_list_to_sign(sign_in: Any, ids: dict[str, int], platform: Platform) -> None:
    client = sign_in("district")
    own = f"/contacts/{ids['mine']}"
    refused = post(client, f"{own}/hand-over", own, on=str(TODAY), to="", name="李某", mail="", phone="1390", note="")
    assert "接交人李某没有邮箱，提醒和催报无法送达" in refused
    page = post(
        client,
        f"{own}/hand-over",
        own,
        on=str(TODAY),
        to="",
        name="李某",
        mail="li@example.gov.cn",
        phone="",
        note="轮岗",
    )
    assert "已办理移交，未办结事项1项" in page
    number = re.search(r"/handovers/(\d+)\.docx", client.get("/contacts").text)
    assert number is not None
    for kind, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        answer = client.get(f"/handovers/{number[1]}.{kind}", buffered=True)
        assert answer.data.startswith(magic)
    assert client.get(f"/handovers/{number[1]}.exe").status_code == 404
    committee = sign_in("committee")
    assert committee.get(f"/handovers/{number[1]}.docx").status_code == 404
    assert "由所在单位留存" in words(committee.get("/contacts"))
    assert "已离任" in words(client.get("/contacts?show=past"))


def test_a_bounce_and_a_missing_handler_are_told_to_those_who_can_mend_it(
    sign_in: Any, ids: dict[str, int], platform: Platform
) -> None:
    with platform.database.write() as session:
        session.get_one(factories.Contact, ids["mine"]).bounced_on = date(2026, 2, 27)
    district = sign_in("district")
    for address in ("/", "/contacts"):
        page = words(district.get(address))
        assert "示例甲区没有有效的经办人邮箱，提醒和催报无人可收；示例甲的邮箱退信" in page, address
    assert "自2026年2月27日起" in words(district.get("/contacts?show=bounced"))
    for address in ("/", "/contacts"):
        page = words(sign_in("committee").get(address))
        assert "提醒和催报无人可收，可致电示例甲（经办人）" in page, address
        assert "示例甲（经办人）邮箱自2026年2月27日起退信，请致电核对" in page, address


def test_people_of_a_unit_that_ended_are_shown_as_such(sign_in: Any, ids: dict[str, int], platform: Platform) -> None:
    with platform.database.write() as session:
        require_unit(session, "示例乙区").valid_to = date(2026, 2, 1)
    client = sign_in("committee")
    assert "外区人员" not in words(client.get("/contacts"))
    assert "单位已终止" in words(client.get("/contacts?show=past"))
