"""指标口径 on its page: every indicator of the catalogue, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from policy.indicators.catalogue import CATALOGUE
from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import post

SAID = {
    "key": "firms_cyber", "since": "2025H2", "scope": "注册地在四至范围内的企业", "basis": "registered",
    "taken_at": "期末", "breaks": "yes", "document": "示例函〔2026〕3号",
}  # fmt: skip


@pytest.fixture
def committee(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("committee")


def test_every_indicator_stands_with_unit_nature_and_basis(committee: FlaskClient) -> None:
    shown = committee.get("/indicators").text
    for indicator in CATALOGUE:
        assert f'id="{indicator.key}"' in shown
        assert indicator.label in shown
    for word in ("当年累计数", "期末数", "附件表一；二(三)", "越高越好"):
        assert word in shown


def test_a_change_is_recorded_with_its_document(committee: FlaskClient) -> None:
    assert "登记口径：网络安全企业数量" in committee.get("/indicators?set=firms_cyber").text
    refused = post(committee, "/indicators", "/indicators?set=firms_cyber", **SAID | {"document": " "}).text
    assert "请填写依据文号" in refused
    assert "注册地在四至范围内的企业" in refused
    assert post(committee, "/indicators", "/indicators?set=firms_cyber", **SAID).status_code == 303
    shown = committee.get("/indicators").text
    assert "自2025年下半年起，示例函〔2026〕3号" in shown
    assert "此前的数与此后的数不作比较" in shown


def test_a_district_reads_and_records_nothing(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> None:
    assert "登记口径" not in sign_in("district").get("/indicators?set=firms_cyber").text
