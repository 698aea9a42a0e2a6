"""专家库 and 专家组 on their pages; what an expert can reach, and no longer once they have stepped back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from db.models import AcceptanceStep, Account, Expert, Park, Submission
from db.queries.panels import PanelRow, panel_of
from services import clock
from services.platform import Platform
from services.printing.tray import Order, State, Tray, folder
from tests.dashboard.conftest import TODAY, Programme, token
from tests.dashboard.test_guard import OF_A_PANEL, walk
from tests.factories import MADE_AT, add_roster, make_expert

SignIn = Callable[[str], FlaskClient]
PANEL = "/parks/JIA/panel"
PHONE = "13911112222"


@pytest.fixture(autouse=True)
def application(platform: Platform, programme: Programme) -> None:
    """甲园 has applied; seven experts, the first of whom owns the account `expert`, and one bound to 甲园."""
    with platform.database.write() as session:
        for row in session.scalars(select(Expert)):
            session.delete(row)
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        park.ends_on = date(2025, 11, 1)
        for kind in ("self-assessment", "department-review", "acceptance-letter"):
            session.add(
                AcceptanceStep(
                    park_id=park.id, kind=kind, dated=date(2025, 12, 1), recorded_at=MADE_AT, recorded_by="x"
                )
            )
        account = session.scalars(select(Account).where(Account.username == "expert")).one()
        for number in range(1, 9):
            make_expert(
                session, code=f"ZJ{number:03}", name=f"示例专家{number}", phone=PHONE, mail="zj@example.test",
                employer=park.operator if number == 1 else f"示例{number}大学（虚构）",
                account_id=account.id if number == 6 else None,
            )  # fmt: skip


def send(client: FlaskClient, page: str, address: str, **form: Any) -> Any:
    return client.post(address, data={"csrf_token": token(client.get(page).text)} | form)


def words(text: str) -> str:
    return "".join(html.fromstring(text).find(".//main").text_content().split())


def drawn(client: FlaskClient, **other: str) -> Any:
    asked = {"size": "3", "substitutes": "2", "seed": "2026", "specialty-1": "产业经济", "least-1": "2"}
    return send(client, PANEL, PANEL, **asked | other)


def panel(platform: Platform) -> PanelRow:
    with platform.database.read() as session:
        park = session.scalars(select(Park.id).where(Park.code == "JIA")).one()
        found = panel_of(session, park)
    assert found
    return found


def member(platform: Platform, code: str) -> str:
    return f"{PANEL}/members/{next(one.id for one in panel(platform).members if one.code == code)}"


def commit(platform: Platform, client: FlaskClient, code: str, name: str = "承诺书.pdf") -> Any:
    place = member(platform, code)
    scan = (BytesIO(b"%PDF signed"), name)
    return send(client, PANEL, f"{place}/commitment", committed_on=str(TODAY), file=scan)


def test_from_the_draw_to_the_site_visit(platform: Platform, sign_in: SignIn) -> None:
    """ZJ004, ZJ006, ZJ008 and the 候补 ZJ003, ZJ002 by the number 2026; ZJ001 works for the operator."""
    committee = sign_in("committee")
    page = words(committee.get(PANEL).text)
    assert "专家库共8人，可参加7人，须回避或不在聘期的1人" in page
    assert "回避：工作单位为园区运营管理机构" in page
    refused = drawn(committee, size="4")
    assert refused.status_code == 200
    assert "须为单数，收到4；请改为3或5" in refused.text
    assert 'value="2026"' in refused.text  # what was typed is still there
    assert "请只选一次" in drawn(committee, **{"specialty-2": "产业经济"}).text
    assert drawn(committee).status_code == 303
    page = words(committee.get(PANEL).text)
    assert "未签承诺书：示例专家4、示例专家6、示例专家8" in page
    assert "产业经济不少于2人" in page
    early = send(committee, PANEL, f"{PANEL}/records", kind="site", held_on=str(TODAY), text="查看靶场")
    assert "尚未签署保密及回避承诺书" in early.text
    for code in ("ZJ004", "ZJ006", "ZJ008"):
        assert commit(platform, committee, code).status_code == 303
    scan = committee.get(f"{member(platform, 'ZJ004')}/commitment", buffered=True)
    assert scan.data == b"%PDF signed"
    gone = send(committee, PANEL, f"{member(platform, 'ZJ008')}/withdraw", withdrawn_on=str(TODAY), reason="因病")
    assert "由示例专家3递补" in committee.get(gone.headers["Location"]).text
    commit(platform, committee, "ZJ003")
    lead = send(committee, PANEL, f"{member(platform, 'ZJ003')}/leader")
    assert "组长改为示例专家3" in committee.get(lead.headers["Location"]).text
    minutes = (BytesIO(b"%PDF minutes"), "记录.pdf")
    held = {"kind": "site", "held_on": str(TODAY), "place": "园区", "text": "查看靶场", "visit": "", "file": minutes}
    assert send(committee, PANEL, f"{PANEL}/records", **held).status_code == 303
    assert "实地查看园区查看靶场记录.pdf" in words(committee.get(PANEL).text)
    over = send(committee, PANEL, f"{PANEL}/dissolve", why="评审已结束")
    page = words(committee.get(over.headers["Location"]).text)
    assert "原专家组（第1轮）" in page
    assert "解散：评审已结束" in page


def test_the_papers_of_a_draw(platform: Platform, sign_in: SignIn) -> None:
    committee = sign_in("committee")
    assert committee.get(f"{PANEL}/draw.docx").status_code == 404
    drawn(committee)
    record = Document(BytesIO(committee.get(f"{PANEL}/draw.docx").data))
    said = "\n".join(cell.text for table in record.tables for row in table.rows for cell in row.cells)
    assert "2026" in said
    assert "1ce63b5355fa5dbc" in said
    assert "回避：工作单位为园区运营管理机构" in said
    for address in (f"{PANEL}/commitments.docx", f"{member(platform, 'ZJ003')}/letter.pdf"):
        answer = committee.get(address)
        assert answer.status_code == 200, address
        assert PHONE.encode() not in answer.data
    assert committee.get(f"{PANEL}/members/999/letter.docx").status_code == 404


def test_only_the_person_s_own_page_shows_the_phone(platform: Platform, sign_in: SignIn) -> None:
    committee = sign_in("committee")
    drawn(committee)
    with platform.database.read() as session:
        number = session.scalars(select(Expert.id).where(Expert.code == "ZJ004")).one()
    assert PHONE in committee.get(f"/experts/{number}").text
    for address in ("/experts", PANEL):
        assert PHONE not in committee.get(address).text, address
    assert committee.get("/experts/999").status_code == 404


def test_the_library_is_kept_on_its_pages(platform: Platform, sign_in: SignIn) -> None:
    committee = sign_in("committee")
    entered = {"name": "示例新", "employer": "示例研究院", "specialties": "密码、数据安全", "account": ""}
    assert "请填写专业" in send(committee, "/experts", "/experts", **entered | {"specialties": " "}).text
    assert send(committee, "/experts", "/experts", **entered).status_code == 303
    page = words(committee.get("/experts?q=示例研究院&specialty=密码").text)
    assert "专家（1人）" in page
    assert "ZJ009" in page
    place = re.search(r"/experts/\d+", committee.get("/experts?q=ZJ009").text)
    assert place
    mine = place[0]
    bound = send(committee, mine, f"{mine}/ties", unit="JIA", since="", until="", relation="顾问")
    assert bound.headers["Location"] == f"{mine}#ties"
    assert "国家网络安全产业园区（示例甲园）持续顾问" in words(committee.get(mine).text)
    assert "须回避或不在聘期的2人" in words(committee.get(PANEL).text)
    ended = send(committee, mine, f"{mine}/end", last_day="2026-03-01")
    assert ended.status_code == 303
    assert "聘期届满" in committee.get(mine).text
    changed = send(committee, mine, mine, **entered | {"post": "研究员", "valid_to": "2026-13-01"})
    assert "聘期止应写作 2026-07-31，收到“2026-13-01”" in changed.text
    template = committee.get("/experts/template.xlsx")
    answer = send(committee, "/experts", "/experts/import", file=(BytesIO(template.data), "专家库导入表.xlsx"))
    assert "没有找到专家" in answer.text


def test_an_expert_who_steps_back_reaches_nothing_of_the_park_any_more(
    platform: Platform, server: Flask, programme: Programme, sign_in: SignIn
) -> None:
    committee, expert = sign_in("committee"), sign_in("expert")
    assert expert.get("/parks/JIA").status_code == 404  # not yet drawn
    drawn(committee)
    assert expert.get(PANEL).status_code == 404  # not yet committed
    commit(platform, committee, "ZJ006")
    page = words(expert.get(PANEL).text)
    assert "示例专家6" in page
    assert "ZJ001" not in page  # who was left out, and why, is not theirs to know
    assert expert.get("/parks/YI").status_code == 404
    assert "示例甲园" in expert.get("/").text
    waiting = printed(platform)
    assert expert.get(f"/printing/{waiting}").status_code == 200
    send(committee, PANEL, f"{member(platform, 'ZJ006')}/withdraw", withdrawn_on=str(TODAY), reason="申请回避")
    wrong = []
    for rule, method, address in walk(server, programme.own, programme.accepted):
        if method != "GET" or rule.endpoint in OF_A_PANEL:
            continue
        answer = expert.get(address, buffered=True)
        if ("code" in rule.arguments and answer.status_code not in (403, 404)) or "示例甲园".encode() in answer.data:
            wrong.append((address, answer.status_code))
    assert wrong == []
    for address in (f"/printing/{waiting}", f"/printing/{waiting}/file", f"/printing/{waiting}/progress"):
        assert expert.get(address).status_code == 404, address
    assert "示例甲园" not in expert.get("/printing").text


def printed(platform: Platform) -> str:
    """A document the expert had made while the park was theirs."""
    root = folder(platform)
    root.mkdir(parents=True, exist_ok=True)
    order = Order("self-assessment", "示例甲园自评报告", "JIA", "", "docx", TODAY, "expert", clock.now(), False)
    tray = Tray.new(root, order)
    tray.tell(State(100, "已生成", file="示例甲园自评报告.docx"))
    return tray.token


def test_what_an_expert_reads_of_the_park_names_no_phone(
    platform: Platform, server: Flask, programme: Programme, sign_in: SignIn
) -> None:
    """A contact of the district and one of every firm stand in the database."""
    with platform.database.write() as session:
        add_roster(session.get_one(Submission, programme.accepted), [("示例安全1有限公司", "12000")])
    committee, expert = sign_in("committee"), sign_in("expert")
    drawn(committee)
    commit(platform, committee, "ZJ006")
    for rule, method, address in walk(server, programme.own, programme.accepted):
        if method == "GET" and "code" in rule.arguments and "file_format" not in rule.arguments:
            said = expert.get(address, buffered=True).data
            assert PHONE.encode() not in said, address
            assert b"13900001234" not in said, address
