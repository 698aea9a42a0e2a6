"""专家评分 on its pages: entered, checked by another account, sent back, concluded; an expert sees their own alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from db.models import Account, Panel, Park, ScoreSheet
from policy.access import SYSTEM_ACTOR, Role
from services import accounts
from services.platform import Platform
from tests.conftest import PASSWORD
from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import post
from tests.factories import make_expert, make_panel

SignIn = Callable[[str], FlaskClient]
ITEM = "organisation"
"""The one item that experts score in the system of the demonstration."""
SCORES = "/parks/JIA/panel/scores"


@pytest.fixture
def panel(programme: Programme, platform: Platform) -> list[int]:
    """Three experts over 甲园, the second with the account expert; a second account of the committee."""
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        experts = [make_expert(session, code=f"ZJ{n}", name=f"示例专家{n}") for n in (1, 2, 3)]
        experts[1].account_id = session.scalars(select(Account.id).where(Account.username == "expert")).one()
        made = make_panel(session, park, experts, system_id=1, scores_due_on=date(2026, 2, 20))
        accounts.create_account(
            session, SYSTEM_ACTOR, username="second", password=PASSWORD, display_name="复核人（虚构）",
            role=Role.COMMITTEE, demonstration=True,
        )  # fmt: skip
        return [member.id for member in made.members]


def entered(client: FlaskClient, member: int, value: str = "88", **more: str) -> str:
    """What the page says after a sheet was entered, or why it was not."""
    page = f"{SCORES}/{member}"
    form = {f"value-{ITEM}": value, f"basis-{ITEM}": "专班已成立", f"evidence-{ITEM}": "", "signed_on": "2026-03-01"}
    answer = post(client, page, page, **form, **more, file=(BytesIO(b"%PDF signed sheet"), "评分表.pdf"))
    return answer.text if answer.status_code == 200 else followed(client, answer.headers["Location"])


def followed(client: FlaskClient, address: str) -> str:
    return str(client.get(address.partition("#")[0]).text)


def act(client: FlaskClient, address: str, page: str, **form: object) -> str:
    answer = post(client, address, page, **form)
    return str(answer.text) if answer.status_code == 200 else followed(client, answer.headers["Location"])


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def online(platform: Platform) -> None:
    with platform.database.write() as session:
        session.scalars(select(Panel)).one().online = True


def test_a_sheet_is_entered_by_one_and_checked_by_another(panel: list[int], sign_in: SignIn) -> None:
    committee, second = sign_in("committee"), sign_in("second")
    page = f"{SCORES}/{panel[0]}"
    said = entered(committee, panel[0])
    assert "第1号评分表已代录，待另一账号复核。" in said
    assert "本表由您代录，请由另一账号对照扫描件复核" in said
    assert "计入评分</button>" not in said
    assert act(committee, f"{SCORES}/sheets/1/check", SCORES).count("须由另一账号对照扫描件复核") >= 1
    assert "示例甲园有 1份专家评分表 待复核" in words(second.get("/").text)
    assert "待复核" not in words(committee.get("/").text)
    assert second.get(f"{SCORES}/sheets/1/file", buffered=True).data == b"%PDF signed sheet"
    assert "示例专家1的第1号评分表已复核，计入评分。" in act(second, f"{SCORES}/sheets/1/check", page)
    assert "待复核" not in words(second.get("/").text)
    overview = words(second.get(SCORES).text)
    assert "1份，共3名专家" in overview
    assert "示例专家2（未交）、示例专家3（未交）" in overview
    assert "ZJ1：88" in overview


def test_a_refused_sheet_comes_back_with_what_was_typed(panel: list[int], sign_in: SignIn) -> None:
    said = entered(sign_in("committee"), panel[0], "101")
    assert "满分100分，收到101" in said
    assert f'name="value-{ITEM}" value="101"' in said
    assert "专班已成立</textarea>" in said
    assert 'value="2026-03-01"' in said


def test_it_is_sent_back_with_a_reason_and_entered_anew(panel: list[int], sign_in: SignIn) -> None:
    committee = sign_in("committee")
    page = f"{SCORES}/{panel[0]}"
    entered(committee, panel[0])
    assert "退回须写明理由" in act(committee, f"{SCORES}/sheets/1/return", page, reason=" ")
    said = words(act(committee, f"{SCORES}/sheets/1/return", page, reason="评分抄错"))
    assert "第1号评分表已退回，请重新录入" in said
    assert "退回：评分抄错" in said
    assert "第2号评分表已代录" in entered(committee, panel[0], "80")


def test_the_spread_is_shown_and_marked(panel: list[int], sign_in: SignIn) -> None:
    committee, second = sign_in("committee"), sign_in("second")
    for number, (member, value) in enumerate(zip(panel, ("90", "69.5", "80"), strict=True), start=1):
        entered(committee, member, value)
        act(second, f"{SCORES}/sheets/{number}/check", f"{SCORES}/{member}")
    said = words(committee.get(SCORES).text)
    row = said[said.index("ZJ1：90；ZJ2：69.5；ZJ3：80") :]
    assert row.split()[1:5] == ["69.5", "80", "90", "20.5"]
    assert "分歧较大" in row[:60]
    assert "最高与最低相差超过满分的20%为分歧较大（系统默认值，通知未规定）" in said


def test_what_is_scored_without_experts_stands_with_its_sources(panel: list[int], sign_in: SignIn) -> None:
    page = sign_in("committee").get(SCORES).text
    automatic = page[page.index('id="automatic"') :]
    assert 'href="/parks/JIA/figures/2025H1/' in automatic
    assert "工作机制与政策保障" not in automatic  # that is for the experts


def test_the_conclusion_waits_for_the_sheets_and_keeps_the_score(panel: list[int], sign_in: SignIn) -> None:
    committee = sign_in("committee")
    form = {"outcome": "rectifying", "opinion": "须整改后复评", "problems": "平台未投用", "signed_on": "2026-03-02"}

    def concluded(**more: str) -> str:
        scan = (BytesIO(b"%PDF signed opinion"), "评审意见.pdf")
        return act(committee, "/parks/JIA/panel/conclusion", SCORES, **form, **more, file=scan)

    said = concluded()
    assert "还有3名专家的评分表未收齐或未复核：示例专家1（未交）" in said
    assert "须整改后复评</textarea>" in said
    done = words(concluded(missing_reason="专家组同意先行签署"))
    assert "专家组评审意见第1号已登记，评分已定稿" in done
    assert "限期整改" in done
    assert "专家组同意先行签署" in done
    assert committee.get("/parks/JIA/panel/conclusions/1/file", buffered=True).data == b"%PDF signed opinion"
    assert "专家评审意见第1号" in committee.get("/parks/JIA/evaluation?freeze=1").text
    assert "不再收评分表" in committee.get(f"{SCORES}/{panel[0]}").text


def test_passed_against_the_score_is_meant_only_when_said_again(panel: list[int], sign_in: SignIn) -> None:
    committee = sign_in("committee")
    form = {"outcome": "passed", "opinion": "同意", "signed_on": "2026-03-02", "missing_reason": "先行签署"}
    for more, told in (({}, "照此登记"), ({"as_written": "1"}, "第1号已登记")):
        scan = (BytesIO(b"%PDF"), "评审意见.pdf")
        assert told in act(committee, "/parks/JIA/panel/conclusion", SCORES, **form, **more, file=scan)


class TestAnExpert:
    def test_sees_their_own_sheet_and_none_of_the_others(
        self, panel: list[int], sign_in: SignIn, platform: Platform
    ) -> None:
        committee, expert = sign_in("committee"), sign_in("expert")
        for member, value in zip(panel, ("91", "82", "73"), strict=True):
            entered(committee, member, value)
        page = words(expert.get(SCORES).text)
        assert "82" in page
        assert not [said for said in ("示例专家1", "示例专家3", "ZJ1", "专家评分分歧", "总分 ") if said in page]
        assert expert.get(f"{SCORES}/{panel[1]}/sheet.docx").status_code == 200
        assert expert.get(f"{SCORES}/{panel[0]}/sheet.docx").status_code == 404
        assert expert.get("/parks/JIA/panel/score-sheets.pdf").status_code == 200

    def test_is_told_that_the_panel_scores_on_paper(self, panel: list[int], sign_in: SignIn) -> None:
        page = sign_in("expert").get(SCORES).text
        assert "本专家组采用纸质评分" in page
        assert f"value-{ITEM}" not in page

    def test_scores_online_where_the_panel_does(self, panel: list[int], sign_in: SignIn, platform: Platform) -> None:
        online(platform)
        expert = sign_in("expert")
        form = {f"value-{ITEM}": "120", f"basis-{ITEM}": "资料齐全", f"evidence-{ITEM}": "1"}
        said = act(expert, SCORES, SCORES, **form)
        assert "满分100分，收到120" in said
        assert "资料齐全</textarea>" in said
        said = act(expert, SCORES, SCORES, **form | {f"value-{ITEM}": "84"})
        assert "已签署提交，第1号评分表计入评分。" in said
        assert 'href="/parks/JIA/evidence#evidence-1"' in said
        assert f'name="value-{ITEM}"' not in said
        with platform.database.read() as session:
            row = session.scalars(select(ScoreSheet)).one()
            assert (row.online, row.entered_by) == (True, "expert")

    def test_of_no_panel_sees_no_form(self, programme: Programme, sign_in: SignIn) -> None:
        assert "尚未组成专家组" in sign_in("expert").get(SCORES).text


def test_the_papers_are_to_be_had_by_whoever_may(panel: list[int], sign_in: SignIn) -> None:
    committee, district = sign_in("committee"), sign_in("district")
    for address in ("score-sheets.docx", "score-sheets.pdf", "conclusion.docx", "conclusion.pdf"):
        assert committee.get(f"/parks/JIA/panel/{address}").status_code == 200, address
        assert district.get(f"/parks/JIA/panel/{address}").status_code == 403, address
    assert committee.get("/parks/JIA/panel/conclusion.txt").status_code == 404
