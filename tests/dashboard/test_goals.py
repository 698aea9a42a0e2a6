"""建设目标 on its page: typed with a document, imported, asked about, and the replaced ones kept in sight."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from db import facts
from db.models import Park
from services.platform import Platform
from tests.dashboard.conftest import TODAY, Programme
from tests.dashboard.test_reports import post

PAGE = "/parks/JIA/goals"
TYPED = {
    "indicator": "firms_cyber", "baseline": "30", "baseline_on": "2023-12-31", "target": "90", "m12": "50",
    "path": "stepped", "decision": "示例函〔2026〕7号",
}  # fmt: skip


@pytest.fixture
def committee(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("committee")


def test_a_goal_is_typed_and_the_old_one_stays_in_sight(committee: FlaskClient, platform: Platform) -> None:
    filled = committee.get(f"{PAGE}?set=firms_cyber").text
    assert 'value="30"' in filled
    assert 'value="80"' in filled
    assert post(committee, PAGE, PAGE, **TYPED).status_code == 303
    shown = committee.get(PAGE).text
    assert "已登记：网络安全企业数量：基期值30家，12个月阶段目标50家，目标值90家，分段推进" in shown
    assert "示例函〔2026〕7号" in shown
    assert "原目标" in shown
    with platform.database.read() as session:
        park = session.query(Park).filter_by(code="JIA").one()
        (goal,) = facts.goals(session, park.id, TODAY)
        assert (goal.target, goal.milestones) == (90, {12: 50})


def test_what_is_strange_is_asked_about_and_may_be_meant(committee: FlaskClient) -> None:
    strange = TYPED | {"m12": "95"}
    asked = post(committee, PAGE, PAGE, **strange)
    assert "目标值90低于12个月阶段目标95" in asked.text
    assert 'value="95"' in asked.text
    assert "照此登记" in asked.text
    assert post(committee, PAGE, PAGE, **strange, as_written="1").status_code == 303


def test_without_a_document_nothing_is_changed(committee: FlaskClient) -> None:
    assert "请填写依据文号" in post(committee, PAGE, PAGE, **TYPED | {"decision": " "}).text
    assert "已由后来的文件变更" not in committee.get(PAGE).text


def test_the_list_goes_out_and_comes_back(committee: FlaskClient) -> None:
    data = committee.get(f"{PAGE}.xlsx").data
    answer = post(committee, f"{PAGE}/import", PAGE, file=(BytesIO(data), "建设目标.xlsx"))
    assert answer.status_code == 303
    assert "目标与现行的一致，未作改动" in committee.get(PAGE).text
    assert "没有收到文件" in post(committee, f"{PAGE}/import", PAGE).text


def test_others_read_and_do_not_set(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> None:
    shown = sign_in("district").get(PAGE).text
    assert "现行目标" in shown
    assert "登记目标" not in shown
