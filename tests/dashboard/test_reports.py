"""Sending, mending, submitting, accepting and returning reports through the pages' own forms."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from db.queries.parks import overview
from policy.access import FULL_SCOPE
from services.platform import Platform
from tests import papers
from tests.dashboard.conftest import Programme, token
from tests.evidence_files import pdf

TITLE = "国家网络安全产业园区（示例甲园）"


def post(client: FlaskClient, address: str, page: str, **form: Any) -> Any:
    return client.post(address, data={"csrf_token": token(client.get(page).text), **form})


def send(client: FlaskClient, name: str, data: bytes, **form: Any) -> Any:
    return post(client, "/reports/new", "/reports/new", file=(BytesIO(data), name), **form)


def followed(client: FlaskClient, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"]).text


def explain_all(client: FlaskClient, address: str) -> None:
    """A 情况说明 for every finding at confirm of a draft."""
    for finding in set(re.findall(rf'action="({address}/findings/\d+)"', client.get(address).text)):
        post(client, finding, address, text="去年下半年两家企业迁出，收入和面积相应减少")


def test_the_upload_page_warns_of_secrets_and_takes_a_file(sign_in: Any) -> None:
    page = sign_in("district").get("/reports/new?park=JIA&period=2025H2").text
    assert "本系统为非涉密系统，严禁处理、存储、传输涉密信息" in page
    assert '<label id="upload"' in page
    assert 'type="file"' in page
    assert '<option value="JIA" selected>' in page
    assert '<option value="2025H2" selected>' in page
    assert "示例乙园" not in page


def test_a_report_with_errors_lists_each_by_cell_and_cannot_be_submitted(sign_in: Any) -> None:
    client = sign_in("district")
    wrong = papers.report(TITLE, "2025H2", figures={"firms_cyber": None, "area_built": "约35"})
    page = followed(client, send(client, "半年报.xlsx", wrong))
    problems = page.split('id="problems"')[1].split("</table>")[0]
    for words in ("网络安全企业数量", "须更正", "约35", "待确认", "半年报!C"):
        assert words in problems, words
    assert 'id="submit"' in page
    first = re.search(r"尚有须更正的内容\d+处，.*不能报送.*?href=\"[^\"]*#([a-z]+-\d+)\"", page)
    assert first is not None
    assert f'<tr id="{first[1]}"' in problems


def test_a_table_that_does_not_say_its_kind_is_read_as_the_kind_chosen(sign_in: Any) -> None:
    client = sign_in("district")
    assert '<option value="estimate">预计数</option>' in client.get("/reports/new").text
    book = load_workbook(BytesIO(papers.report(TITLE, "2025H2")))
    book["半年报"]["E4"] = book["半年报"]["D4"] = None
    silent = BytesIO()
    book.save(silent)
    page = followed(client, send(client, "半年报.xlsx", silent.getvalue(), figure_kind="estimate"))
    assert re.search(r"数据性质.{0,40}预计数", page, re.S), page


def test_a_problem_of_the_file_itself_is_not_told_as_a_check_of_its_figures(sign_in: Any) -> None:
    client = sign_in("district")
    page = followed(client, send(client, "半年报.xlsx", b"", park="JIA"))
    problems = page.split('id="problems"')[1].split("</table>")[0]
    assert ">文件</td>" in problems
    assert "勾稽核对" not in problems
    assert "0 字节" in page


def test_the_card_counts_what_is_already_explained(sign_in: Any) -> None:
    client = sign_in("district")
    doubtful = papers.report(TITLE, "2025H2", figures={"area_built": 51})
    address = send(client, "半年报.xlsx", doubtful).headers["Location"]
    assert "请核对后说明或更正" in client.get(address).text
    finding = re.findall(rf'action="({address}/findings/\d+)"', client.get(address).text)[0]
    post(client, finding, address, text="二期楼宇2025年11月竣工验收")
    assert re.search(r"1条已有情况说明，\d+处待核对", client.get(address).text)
    explain_all(client, address)
    page = client.get(address).text
    assert "均已有情况说明" in page
    assert "处待核对" not in page


def test_submitting_too_early_is_refused_with_all_that_is_missing_at_once(sign_in: Any) -> None:
    client = sign_in("district")
    wrong = papers.report(TITLE, "2025H2", figures={"firms_cyber": None, "area_built": 51})
    address = send(client, "半年报.xlsx", wrong).headers["Location"]
    page = followed(client, post(client, f"{address}/submit", address))
    told = page.split("notice-refused")[1].split("</")[0]
    for words in ("处须更正", "条核实性审核没有情况说明", "半年报!C"):
        assert words in told, words
    assert "已上传、未报送" in page


def test_from_a_corrected_file_to_the_number_on_the_overview(sign_in: Any, platform: Platform) -> None:
    district, committee = sign_in("district"), sign_in("committee")
    clean = papers.report(TITLE, "2025H2", figures={"revenue_cyber": 1.75})
    answer = send(district, "半年报.xlsx", clean, park="JIA", period="2025H2")
    address = answer.headers["Location"]
    explain_all(district, address)
    assert 'id="submit"' in district.get(address).text
    assert 'id="accept"' not in committee.get(address).text
    page = followed(district, post(district, f"{address}/submit", address))
    assert "已报送，待市经济信息委审核" in page
    assert 'id="accept"' not in page
    review = committee.get(address).text
    assert all(f'id="{name}"' in review for name in ("accept", "return", "return-reason"))
    assert "审核通过" in followed(committee, post(committee, f"{address}/accept", address))
    assert "1.75" in committee.get("/parks").text
    with platform.database.read() as session:
        newest = next(row for row in overview(session, FULL_SCOPE) if row.code == "JIA")
    assert str(newest.figures["revenue_cyber"].value) == "1.75"


def test_a_return_needs_a_reason_and_shows_it_to_the_district(sign_in: Any, programme: Programme) -> None:
    committee, district = sign_in("committee"), sign_in("district")
    sent = send(district, "半年报.xlsx", papers.report(TITLE, "2025H2")).headers["Location"]
    explain_all(district, sent)
    post(district, f"{sent}/submit", sent)
    assert "退回修改须写明原因" in followed(committee, post(committee, f"{sent}/return", sent, reason=" "))
    assert "已退回修改" in followed(committee, post(committee, f"{sent}/return", sent, reason="C10 单位应为亿元"))
    assert "C10 单位应为亿元" in district.get(sent).text
    assert "重新上传" in district.get(sent).text


@pytest.mark.parametrize(("name", "data", "told"), [
    ("空.xlsx", b"", "空"),
    ("通知.txt", "关于开会的通知".encode(), "未入库"),
    ("半年报.xlsx", papers.report(TITLE, "2025H2")[:3000], "未入库"),
])  # fmt: skip
def test_a_file_that_is_no_report_is_kept_with_one_clear_message(
    sign_in: Any, name: str, data: bytes, told: str
) -> None:
    client = sign_in("district")
    page = followed(client, send(client, name, data))
    assert told in page
    assert 'id="problems"' in page
    assert "没有入库" in page
    assert 'id="submit"' not in page
    assert "Traceback" not in page


def test_a_report_of_a_foreign_park_is_of_an_unknown_park(sign_in: Any) -> None:
    client = sign_in("district")
    page = followed(client, send(client, "半年报.xlsx", papers.report("国家网络安全产业园区（示例乙园）", "2025H2")))
    assert "未入库" in page
    assert "/parks/YI" not in page


def test_another_period_than_the_file_is_pointed_out(sign_in: Any) -> None:
    client = sign_in("district")
    page = followed(client, send(client, "半年报.xlsx", papers.report(TITLE, "2025H2"), period="2025H1"))
    assert "文件的统计期是2025年1—12月，而指定的报告期是2025年1—6月" in page
    assert 'id="submit"' not in page


def test_the_same_file_again_leads_to_the_version_that_stands(sign_in: Any) -> None:
    client = sign_in("district")
    data = papers.report(TITLE, "2025H2")
    first = send(client, "半年报.xlsx", data)
    again = send(client, "半年报.xlsx", data)
    assert again.headers["Location"] == first.headers["Location"]
    assert "notice-message" in followed(client, again)


def test_without_a_file_nothing_happens(sign_in: Any) -> None:
    client = sign_in("district")
    assert "没有收到文件" in followed(client, post(client, "/reports/new", "/reports/new"))


def test_the_file_comes_back_as_it_was_sent(sign_in: Any, programme: Programme) -> None:
    answer = sign_in("district").get(f"/reports/{programme.accepted}/file", buffered=True)
    assert answer.data == b"report of 2025H1"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_attempt_is_known_to_its_sender_alone(sign_in: Any) -> None:
    district = sign_in("district")
    sent = send(district, "通知.txt", "关于开会的通知".encode()).headers["Location"]
    assert district.get(sent).status_code == 200
    assert [sign_in(role).get(sent).status_code for role in ("committee", "operator")] == [404, 404]


def test_a_letter_is_recorded_and_completes_the_report(sign_in: Any) -> None:
    client = sign_in("committee")
    form = {"parks": "JIA", "period": "2025H2", "number": "示甲府函〔2026〕8号", "dated": "2026-02-20",
            "received_on": "2026-02-25", "medium": "paper", "file": (BytesIO(pdf("来函")), "来函.pdf")}  # fmt: skip
    page = followed(client, post(client, "/letters/new", "/letters/new", **form))
    assert "已登记示例甲区来函，涉及1个园区" in page
    assert "示甲府函〔2026〕8号" in page


@pytest.mark.parametrize(("field", "value", "told"), [
    ("received_on", "2026-02-01", "收文"),
    ("dated", "昨天", "成文日期应写作 2026-07-31，收到“昨天”"),
    ("period", "2026", "报告期应写作"),
    ("number", "", "须写明来函的发文字号"),
])  # fmt: skip
def test_a_letter_that_cannot_be_is_refused_with_the_reason(sign_in: Any, field: str, value: str, told: str) -> None:
    client = sign_in("committee")
    form = {"parks": "JIA", "period": "2025H2", "number": "示甲府函〔2026〕8号", "dated": "2026-02-20",
            "received_on": "2026-02-25", "medium": "paper"}  # fmt: skip
    page = post(client, "/letters/new", "/letters/new", **form | {field: value}).text
    assert "notice-refused" in page
    assert told in page
    for name, kept in (form | {field: value}).items():
        if name in ("number", "dated", "received_on"):  # nothing has to be typed again
            assert re.search(rf'name="{name}" value="{kept}"', page)
    assert 'value="JIA" checked' in page


def test_a_letter_hardly_meant_is_asked_about_and_recorded_when_meant(sign_in: Any) -> None:
    client = sign_in("committee")
    form = {"parks": "JIA", "period": "2023H2", "number": "示甲府函〔2026〕9号", "dated": "2026-02-20",
            "received_on": "2026-02-25", "medium": "paper"}  # fmt: skip
    asked = post(client, "/letters/new", "/letters/new", **form).text
    assert "没有2023年下半年" in asked
    assert asked.count('name="as_written"') == 1
    page = followed(client, post(client, "/letters/new", "/letters/new", **form, as_written="1"))
    assert "已照此登记" in page
    assert 'name="as_written"' not in client.get("/letters/new").text


def test_the_dates_of_a_letter_are_put_right_on_the_page_of_the_park(sign_in: Any) -> None:
    client = sign_in("committee")
    number = re.search(r'name="number" value="([^"]+)"', client.get("/parks/JIA").text)
    assert number is not None
    wrong = {"number": number[1], "dated": "2025-07-20", "received_on": "2025-07-19", "reason": "看错收文章"}
    told = post(client, "/parks/JIA/letters/correct", "/parks/JIA", **wrong).text
    assert "收文日期2025年7月19日早于来函成文日期2025年7月20日" in told
    assert 'value="2025-07-19"' in told
    right = wrong | {"received_on": "2025-07-30"}
    page = followed(client, post(client, "/parks/JIA/letters/correct", "/parks/JIA", **right))
    assert f"已更正{number[1]}的日期" in page
    assert "2025年7月30日" in page
    assert "/letters/correct" not in sign_in("district").get("/parks/JIA").text
