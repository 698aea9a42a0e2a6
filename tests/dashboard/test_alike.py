"""A column in another unit is decided on the report's page by one press."""

from __future__ import annotations

import re
from typing import Any

from tests import papers
from tests.dashboard.test_reports import TITLE, followed, post, send


def test_one_press_decides_a_whole_column(sign_in: Any) -> None:
    client = sign_in("district")
    firms = [papers.firm(number, cyber="0.054亿") for number in range(1, 26)]
    answer = send(client, "半年报.xlsx", papers.report(TITLE, "2025H2", firms=firms))
    page, address = followed(client, answer), answer.headers["Location"].split("?")[0]
    assert page.count("25处均按建议取值") == 1
    assert "原数均无误" not in page  # there is no other figure to keep
    cell = re.search(r'action="(/reports/\d+/cells/\d+)"[^>]*>(?:(?!</form>).)*25处均按建议取值', page, re.S)
    assert cell is not None
    page = followed(client, post(client, cell[1], address, kind="confirm", alike="1", seen="0"))
    assert "均按建议取值" not in page
    assert page.split('id="problems"')[1].split("</table>")[0].count("0.054亿") == 25
    assert len(re.findall(r"确认.{0,40}540", page)) >= 25
