"""编写正文 as pages: who reads, who writes, what is told beside the text, and what a script is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from db.models import DossierText
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import Programme, token

SELF = "/parks/JIA/self-assessment/text"
REVIEW = "/parks/JIA/department-review/text"
LETTER = "/parks/JIA/half-year-letter/2025H1/text"
SignIn = Callable[[str], FlaskClient]


def send(client: FlaskClient, path: str, *, script: bool = False, **form: Any) -> Any:
    values = {"csrf_token": token(client.get(path).text), "section": "practice", "number": 0} | form
    return client.post(path, data=values, headers={"Accept": "application/json"} if script else {})


def test_the_writer_finds_every_section_the_data_and_a_way_to_quote_them(sign_in: SignIn) -> None:
    page = sign_in("operator").get(SELF).text
    for heading in ("三、重点任务：其他情况", "五、特色做法", "九、下一步：下一步打算"):
        assert heading in page
    assert 'data-insert="【网络安全企业数量｜2025年上半年】"' in page
    assert 'data-insert="【网络安全企业数量｜目标值】"' in page
    assert 'data-writing="operator JIA self-assessment "' in page


def test_others_read_and_find_no_form(sign_in: SignIn, programme: Programme) -> None:
    send(sign_in("operator"), SELF, text="集聚企业【网络安全企业数量｜2025年上半年】<b>。")
    for name in ("committee", "district"):
        page = sign_in(name).get(SELF).text
        assert "<textarea" not in page
        assert "由园区运营管理机构编写；这里只读。" in page
        assert "44家</a>&lt;b&gt;。" in page
    assert "<textarea" in sign_in("district").get(REVIEW).text
    assert "编写半年函报正文（2025年上半年）" in sign_in("district").get(LETTER).text


def test_a_script_is_told_what_stands_against_the_data(sign_in: SignIn) -> None:
    client = sign_in("operator")
    answer = send(client, SELF, script=True, text="上半年网络安全企业44家。").get_json()
    assert answer["number"] == 1
    assert "已保存" in answer["told"]
    assert "所报数据" not in answer["found"]
    answer = send(client, SELF, script=True, text="上半年网络安全企业45家<script>。", number=1).get_json()
    assert "2025年上半年网络安全企业数量所报数据为44家" in answer["found"]
    assert "/parks/JIA/figures/2025H1/firms_cyber" in answer["found"]
    assert "&lt;script&gt;" in answer["found"]


def test_a_script_is_told_of_the_other_text_and_of_a_session_that_ended(server: Flask, sign_in: SignIn) -> None:
    client = sign_in("operator")
    send(client, SELF, script=True, text="甲的稿")
    answer = send(client, SELF, script=True, text="乙的稿").get_json()
    assert (answer["number"], answer["theirs"]) == (1, "甲的稿")
    assert "另一稿" in answer["error"]
    ended = server.test_client().post(SELF, data={"text": "丙"}, headers={"Accept": "application/json"})
    assert ended.status_code == 401


def test_without_a_script_both_texts_come_back(sign_in: SignIn) -> None:
    client = sign_in("operator")
    assert send(client, SELF, text="甲的稿").headers["Location"] == f"{SELF}#section-practice"
    page = send(client, SELF, text="乙的稿").text
    assert "甲的稿</div>" in page
    assert "乙的稿</textarea>" in page
    assert 'name="number" value="1"' in page


def test_what_is_no_text_is_refused_in_words(sign_in: SignIn) -> None:
    client = sign_in("operator")
    assert "没有这一部分" in send(client, SELF, script=True, section="poem", text="无").get_json()["error"]
    assert "稿次应为整数" in send(client, SELF, script=True, number="一", text="无").get_json()["error"]
    assert send(sign_in("district"), LETTER, section="plans", text="无").status_code == 303
    assert sign_in("district").get("/parks/JIA/half-year-letter/never/text").status_code == 404


def test_changed_data_are_listed_until_they_are_looked_over(
    platform: Platform, programme: Programme, sign_in: SignIn
) -> None:
    client = sign_in("operator")
    send(client, SELF, text="集聚企业。")
    assert "数据变化" not in client.get(SELF).text
    with platform.database.write() as session:
        text = session.query(DossierText).one()
        park = session.get_one(factories.Park, text.park_id)
        corrected = factories.make_submission(
            session, park, "2025H1", figures={"revenue_cyber": "5.4", "firms_cyber": "44"}
        )
        factories.accept(session, corrected)
    page = client.get(SELF).text
    assert "5.2亿元" in page
    assert 'id="checked"' in page
    assert 'id="checked"' not in sign_in("committee").get(SELF).text
    assert send(client, SELF, act="checked").status_code == 303
    assert "changed-figures" not in client.get(SELF).text
