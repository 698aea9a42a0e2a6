"""The page of 一企一表: what came in before is said, sums stand beside what is filled in, the silent have a contact."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from lxml import html

from policy.tables import ROSTER
from tests.dashboard.conftest import token
from tests.papers import firm

PAGE = "/parks/JIA/firms/2025H2"
SignIn = Callable[[str], FlaskClient]


def page(number: int, **cells: Any) -> bytes:
    """A list of labels and values, as a firm without the template writes it."""
    said = firm(number, **cells)
    return "\n".join(f"{column.label},{said[column.key]}" for column in ROSTER.columns).encode()


def send(client: FlaskClient, *pages: bytes, script: bool = False) -> Any:
    form = {"csrf_token": token(client.get(PAGE).text)}
    files = [(BytesIO(data), f"{number}.csv") for number, data in enumerate(pages)]
    headers = {"Accept": "application/json"} if script else {}
    return client.post(f"{PAGE}/answers", data=form | {"files": files}, headers=headers)


def words(client: FlaskClient, address: str) -> str:
    return "".join(html.fromstring(client.get(address).text).find(".//main").text_content().split())


def test_what_had_come_in_before_is_said(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    assert send(operator, page(1), page(2)).headers["Location"] == f"{PAGE}#firms"
    again = send(operator, page(1), page(2), page(3)).headers["Location"]
    assert again == f"{PAGE}?again=2#firms"
    assert "本次上传的文件中2份此前已收过，没有重复收下；最近一次收回" in words(operator, again)
    lines = send(operator, page(1), page(2), page(3), script=True).text.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"done": 1, "total": 3}, {"done": 2, "total": 3}, {"done": 3, "total": 3}, {"next": f"{PAGE}?again=3#firms"},
    ]  # fmt: skip
    assert "此前已收过" not in words(operator, f"{PAGE}?again=<b>")


def test_sums_stand_beside_what_is_filled_in_and_lead_to_their_parts(sign_in: SignIn) -> None:
    district = sign_in("district")
    send(district, page(1, cyber=48750, revenue=60000), page(2, cyber=24375, revenue="约3万"))
    merge = html.fromstring(district.get(PAGE).text).xpath("//*[@id='merge']")[0]
    told = "".join(merge.text_content().split())
    # The draft of the half-year says 9.8亿元.
    assert "占已填网络安全产业收入的74.6%，低于80.0%，请催收或核对" in told
    row = next(row for row in merge.xpath(".//tbody/tr") if "网络安全产业收入" in row.text_content())
    assert row.xpath(".//a/@href") == ["#firms", "/parks/JIA/figures/2025H2/revenue_cyber?version=2.1"]
    firms = words(district, PAGE)
    assert "网络安全业务收入48750万元B8" in firms
    assert "填“约3万”" in firms


def test_merging_after_the_report_was_sent_says_what_follows(sign_in: SignIn) -> None:
    district = sign_in("district")
    first = "/parks/JIA/firms/2025H1"
    form = {"csrf_token": token(district.get(first).text), "files": (BytesIO(page(1)), "1.csv")}
    assert district.post(f"{first}/answers", data=form).status_code == 303
    told = words(district, first)
    assert "本期报告第1版审核通过。再次汇总会另成一版草稿，须重新报送，审核通过后按数据更正登记。" in told
    assert "已回收1家" in told
