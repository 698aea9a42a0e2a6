"""A report's versions on its page: the marked file, work on a returned version anew, failed uploads, comparison."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tests import papers
from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import TITLE, explain_all, followed, post, send

PROBLEMS = {"staff_cyber": "约0.46", "area_built": 51}


def uploaded(client: Any, **paper: Any) -> str:
    """The address of the version made from such a paper."""
    return str(send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", **paper)).headers["Location"])


def text_of(page: str, part: str) -> str:
    """The words of one part of a page."""
    return re.sub(r"<[^>]+>", "", page.split(f'id="{part}"')[1].split("</table>")[0])


def test_the_marked_file_is_offered_and_comes_as_a_download(sign_in: Any) -> None:
    client = sign_in("district")
    address = uploaded(client, figures=PROBLEMS)
    page = client.get(address).text
    assert f'href="{address}/annotated"' in page
    assert "下载标注问题的原表" in page
    answer = client.get(f"{address}/annotated", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames[-1] == "问题清单"
    assert any(cell.comment for row in book["半年报"].iter_rows() for cell in row)


def test_of_a_text_file_the_page_says_that_a_workbook_comes(sign_in: Any) -> None:
    client = sign_in("district")
    lines = ["示例甲园2025年上半年", "指标,单位,本期累计", "网络安全产业收入,亿元,约3.2", "园区业务总收入,亿元,6",
             "网络安全企业数量,家,30"]  # fmt: skip
    address = send(client, "统计.csv", "\n".join(lines).encode()).headers["Location"]
    assert "原文件是 .csv，标注后存为 .xlsx，工作表和单元格位置不变" in client.get(address).text


def test_what_could_not_be_opened_is_not_offered_and_refused_in_words(sign_in: Any) -> None:
    client = sign_in("district")
    address = send(client, "坏.xlsx", papers.report(TITLE)[:3000]).headers["Location"]
    assert "下载标注问题的原表" not in client.get(address).text
    assert "不能在原文件上标注" in followed(client, client.get(f"{address}/annotated"))


def test_a_returned_version_goes_on_from_the_same_file(sign_in: Any) -> None:
    district, committee = sign_in("district"), sign_in("committee")
    address = uploaded(district)
    explain_all(district, address)
    post(district, f"{address}/submit", address)
    assert "按原文件重新办理" not in district.get(address).text
    post(committee, f"{address}/return", address, reason="情况说明请写明依据", category="explanation")
    assert f'action="{address}/reopen"' in district.get(address).text
    assert 'id="reopen"' not in sign_in("operator").get(address).text
    answer = post(district, f"{address}/reopen", address)
    page = followed(district, answer)
    assert answer.headers["Location"] != address
    assert "已按原文件新建一版" in page
    assert "第3版" in page
    assert 'id="submit"' in page
    assert "之后已有第3版" in followed(district, post(district, f"{address}/reopen", answer.headers["Location"]))


def test_a_failed_upload_stays_listed_with_its_reason_for_those_who_may_know(sign_in: Any) -> None:
    district = sign_in("district")
    wrong = papers.report(TITLE, "2025H2")
    failed = send(district, "期不对.xlsx", wrong, park="JIA", period="2025H1").headers["Location"]
    address = uploaded(district)
    for page in (address, "/parks/JIA"):
        listed = district.get(page).text.split('id="attempts"')[1].split("</details>")[0]
        assert f'href="{failed}"' in listed
        assert "文件的统计期是2025年1—12月，而指定的报告期是2025年1—6月" in listed
    for role in ("committee", "operator", "expert"):
        assert "期不对.xlsx" not in sign_in(role).get("/parks/JIA").text


def test_two_versions_side_by_side(sign_in: Any) -> None:
    client = sign_in("district")
    firms = [papers.firm(number) for number in range(1, 26)]
    old = uploaded(client, figures=PROBLEMS)
    more = [papers.firm(1, cyber=541), *firms[2:], papers.firm(77, name="示例新设有限公司")]
    new = uploaded(client, figures={"staff_cyber": 0.45, "revenue_total": 5}, firms=more)
    page = client.get(new).text
    (link,) = re.findall(r'href="([^"]+)">与本版比较', page)[-1:]
    assert link.startswith(f"{new}/compare/")
    shown = client.get(f"{new}/compare/{old.rpartition('/')[2]}").text
    figures, rows, problems = (text_of(shown, part) for part in ("figures", "t-roster", "findings"))
    for words in (
        "网络安全产业从业人员",
        "约0.46",
        "半年报!C",
        "待确认",
        "减少0.01万人（-2.2%）",
        "增加1亿元（+25.0%）",
    ):
        assert words in figures, words
    assert "园区规划" not in figures
    for words in ("示例安全1有限公司", "540万元 → 541万元，增加1万元（+0.2%）", "减少（原第2行）", "新增（第25行）"):
        assert words in rows, words
    assert "示例安全3有限公司" not in rows
    assert "已消除" in problems
    assert "原版" in shown
    assert client.get(f"{old}/compare/{new.rpartition('/')[2]}").text.count("第2版草稿1与第2版草稿2") == 1


def test_nothing_changed_is_said_in_words(sign_in: Any, programme: Programme) -> None:
    client = sign_in("committee")
    shown = client.get(f"/reports/{programme.accepted}/compare/{programme.accepted}").text
    assert "两版内容一致，没有任何变化。" in shown
    assert 'id="figures"' not in shown


def test_what_one_may_not_know_of_is_not_compared(sign_in: Any, programme: Programme) -> None:
    """Another district's paper, another period's, and a draft seen from above: as if there were none."""
    district, committee = sign_in("district"), sign_in("committee")
    for client, one, other in (
        (district, programme.submitted, programme.foreign_report),
        (district, programme.submitted, programme.accepted),
        (committee, programme.submitted, programme.draft),
        (committee, programme.submitted, "x"),
        (committee, programme.submitted, 10**30),
    ):
        assert client.get(f"/reports/{one}/compare/{other}").status_code == 404, (one, other)
    assert district.get(f"/reports/{programme.submitted}/compare/{programme.draft}").status_code == 200
