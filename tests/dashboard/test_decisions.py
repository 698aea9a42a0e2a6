"""Deciding and explaining in the problem list, through the page's own forms."""

from __future__ import annotations

import re
from typing import Any

from tests import papers
from tests.dashboard.test_reports import TITLE, explain_all, followed, post, send


def place(page: str, kind: str) -> str:
    """The address the first form of that kind (cells, findings) posts to."""
    found = re.search(rf'action="(/reports/\d+/{kind}/\d+)"', page)
    assert found is not None, page
    return found[1]


def test_a_doubtful_cell_is_confirmed_in_its_row(sign_in: Any) -> None:
    client = sign_in("district")
    sent = send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": "约0.46"}))
    address = sent.headers["Location"]
    page = client.get(address).text
    assert "确认0.46万人" in page
    told = followed(client, post(client, place(page, "cells"), address, kind="confirm"))
    assert "已确认" in told
    assert "约0.46" in told


def test_another_reading_is_offered_until_the_cell_is_decided(sign_in: Any) -> None:
    client = sign_in("district")
    sent = send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": 4600}))
    address = sent.headers["Location"]
    page = client.get(address).text
    assert "确认0.46万人" in page
    assert "也可能为：4600" in page
    told = followed(client, post(client, place(page, "cells"), address, kind="confirm"))
    assert "已确认" in told
    assert "也可能为" not in told


def test_what_is_still_doubtful_is_told_before_and_after_it_is_sent(sign_in: Any) -> None:
    client = sign_in("district")
    sent = send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": "约0.46"}))
    address = sent.headers["Location"]
    explain_all(client, address)
    assert "还有1处待确认，可以报送，但确认或更正之前不能审核通过" in client.get(address).text
    post(client, f"{address}/submit", address)
    assert "还有1处待确认，确认或更正之前不能审核通过" in client.get(address).text
    assert "请区县在本页核对，或退回修改" in sign_in("committee").get(address).text
    post(client, place(client.get(address).text, "cells"), address, kind="confirm")
    assert "处待确认，确认" not in client.get(address).text


def test_an_empty_cell_is_filled_by_typing_and_the_report_can_be_submitted(sign_in: Any) -> None:
    client = sign_in("district")
    sent = send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"area_operating": None}))
    address = sent.headers["Location"]
    cell = place(client.get(address).text, "cells")
    refusal = followed(client, post(client, cell, address, kind="amend", value="约22", reason="原表漏填"))
    assert "不能确定取值" in refusal
    assert "更正或否定须写明原因" in followed(client, post(client, cell, address, kind="amend", value="22"))
    page = followed(client, post(client, cell, address, kind="amend", value="22万平方米", reason="原表漏填"))
    assert "已更正（原因：原表漏填）" in page
    assert "尚有须更正的内容" not in page
    assert client.post(cell, data={"kind": "amend"}).status_code == 400  # no token


def test_a_figure_a_check_objects_to_is_typed_anew_in_the_row_of_the_check(sign_in: Any) -> None:
    district = sign_in("district")
    sent = send(district, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": 4.5}))
    address = sent.headers["Location"]
    page = district.get(address).text
    assert 'placeholder="网络安全产业从业人员改为（万人）"' in page
    told = followed(district, post(district, place(page, "cells"), address, kind="amend", value="0.45", reason="错位"))
    assert "已更正（原因：错位），原取值4.5万人" in told
    assert "核对后已不存在的问题" in told
    assert 'aria-label="半年报!C14改为"' in told  # still a draft: it may be changed again
    assert ">否定<" not in told


def test_a_finding_is_explained_before_the_report_goes(sign_in: Any) -> None:
    district, committee = sign_in("district"), sign_in("committee")
    sent = send(district, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"area_built": 51}))
    address = sent.headers["Location"]
    page = district.get(address).text
    assert "没有情况说明" in page
    assert "没有情况说明" in followed(district, post(district, f"{address}/submit", address))
    while "没有情况说明" in page:
        open_rows = page.split("保存情况说明")[0]
        finding = re.findall(r'action="(/reports/\d+/findings/\d+)"', open_rows)[-1]
        assert "只写了“情况属实”" in followed(district, post(district, finding, address, text="情况属实"))
        post(district, finding, address, text="二期厂房按实测面积填报，规划面积尚未调整")
        page = district.get(address).text
    assert "二期厂房按实测面积填报，规划面积尚未调整</textarea>" in page  # to be changed, not typed anew
    post(district, f"{address}/submit", address)
    review = committee.get(address).text
    assert "二期厂房按实测面积填报，规划面积尚未调整" in review
    assert 'id="accept"' in review


def test_the_committee_and_the_operator_find_no_form_to_edit_a_figure(sign_in: Any) -> None:
    district = sign_in("district")
    sent = send(district, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": "约0.46"}))
    address = sent.headers["Location"]
    explain_all(district, address)
    post(district, f"{address}/submit", address)
    assert f'action="{address}/cells/' in district.get(address).text
    for role in ("committee", "operator"):
        client = sign_in(role)
        page = client.get(address)
        assert page.status_code == 200
        assert f'action="{address}/cells/' not in page.text
        assert client.post(f"{address}/cells/1", data={"kind": "confirm"}).status_code in (400, 403)


def test_an_unknown_kind_of_decision_and_a_foreign_cell_change_nothing(sign_in: Any) -> None:
    client = sign_in("district")
    sent = send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": "约0.46"}))
    address = sent.headers["Location"]
    cell = place(client.get(address).text, "cells")
    assert post(client, cell, address, kind="drop").status_code == 400
    assert "没有这个单元格" in followed(client, post(client, f"{address}/cells/999999", address, kind="confirm"))
