"""The page 建设进展: who sees what of it, and what the operator, the district and the committee can do there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook

from db.models import Park
from services.platform import Platform
from tests.dashboard.conftest import token
from tests.factories import make_progress_report, make_task

PAGE = "/parks/JIA/progress"
SignIn = Callable[[str], FlaskClient]


def main(client: FlaskClient, address: str = PAGE) -> Any:
    return html.fromstring(client.get(address).text).find(".//main")


def words(client: FlaskClient, address: str = PAGE) -> str:
    return "".join(main(client, address).text_content().split())


def ids(client: FlaskClient, address: str = PAGE) -> set[str]:
    return set(main(client, address).xpath(".//@id"))


def post(client: FlaskClient, address: str, **form: Any) -> str:
    """Where it leads, after what was said there is read."""
    given = {"csrf_token": token(client.get(PAGE).text)} | form
    answer = client.post(address, data=given)
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["Location"]


def filled(client: FlaskClient, period: str = "2026Q1", leave_out: int = 0) -> bytes:
    book = load_workbook(BytesIO(client.get(f"{PAGE}/{period}.xlsx").data))
    for row in range(6, 12):
        if row != leave_out:
            book.active.cell(row, 2, f"第{row}行的进展")
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def test_a_report_goes_from_the_operator_through_the_district_to_the_committee(sign_in: SignIn) -> None:
    operator, district, committee = sign_in("operator"), sign_in("district"), sign_in("committee")
    where = post(operator, PAGE, period="2026Q1", file=(BytesIO(filled(operator)), "进展.xlsx"))
    told = words(operator, where)
    assert "2026年第一季度建设进展已上传，待区县经信部门转报。" in told
    assert "已上传、区县未转报" in told
    assert "新签约项目2个" in told  # what was passed on of the quarter before stands beside it
    assert "第8行的进展" in words(district, where)
    assert "第8行的进展" not in words(committee, where)
    assert "2026年第一季度" not in words(committee)
    number = where.partition("version=")[2].partition("#")[0]
    assert {"forward", "return", "return-reason"} <= ids(district, where)
    post(district, f"{PAGE}/{number}/forward")
    seen = words(committee, where)
    assert "2026年第一季度建设进展（第1版）" in seen
    assert "第8行的进展" in seen
    assert not {"forward", "return", "progress-upload"} & ids(committee, where)


def test_a_report_is_sent_back_with_its_reason(sign_in: SignIn) -> None:
    operator, district = sign_in("operator"), sign_in("district")
    where = post(operator, PAGE, period="2026Q1", file=(BytesIO(filled(operator)), "进展.xlsx"))
    number = where.partition("version=")[2].partition("#")[0]
    refused = post(district, f"{PAGE}/{number}/return", reason=" ")
    assert "退回须写明原因" in words(district, refused)
    post(district, f"{PAGE}/{number}/return", reason="请写明活动的时间和规模")
    told = words(operator, where)
    assert "2026年3月2日退回修改：请写明活动的时间和规模" in told
    assert {"progress-upload", "upload", "submit"} <= ids(operator)
    assert "progress-upload" not in ids(district)


def test_the_home_page_tells_whoever_has_it_in_hand(sign_in: SignIn) -> None:
    operator, district, committee = sign_in("operator"), sign_in("district"), sign_in("committee")
    assert "建设进展" not in words(district, "/")
    where = post(operator, PAGE, period="2026Q1", file=(BytesIO(filled(operator)), "进展.xlsx"))
    number = where.partition("version=")[2].partition("#")[0]
    assert "示例甲园2026年第一季度建设进展已上传，待转报。" in words(district, "/")
    assert where in main(district, "/").xpath(".//a/@href")
    assert "待转报" not in words(operator, "/") + words(committee, "/")
    post(district, f"{PAGE}/{number}/return", reason="请写明活动的时间和规模")
    assert "示例甲园2026年第一季度建设进展已退回修改：请写明活动的时间和规模" in words(operator, "/")
    assert "建设进展" not in words(district, "/") + words(committee, "/")


def test_a_faulty_file_is_refused_with_every_place(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    where = post(operator, PAGE, period="2026Q1", file=(BytesIO(filled(operator, leave_out=9)), "进展.xlsx"))
    assert where == f"{PAGE}#progress-upload"
    assert "须改正1处：建设进展!B9：“重大活动”空着，请填写本期进展；本期没有的填“无”" in words(operator, where)
    assert "没有收到文件" in words(operator, post(operator, PAGE, period="2026Q1"))


def test_a_file_is_handed_out_as_it_came_to_those_who_may_know_of_it(sign_in: SignIn, platform: Platform) -> None:
    assert sign_in("committee").get(f"{PAGE}/1/file", buffered=True).data == b"progress of the operator"
    with platform.database.write() as session:
        park = session.get_one(Park, 1)
        draft = make_progress_report(session, park, "2026Q1", received_on=date(2026, 3, 1))
    assert sign_in("committee").get(f"{PAGE}/{draft.id}/file").status_code == 404
    assert sign_in("district").get(f"{PAGE}/{draft.id}/file").status_code == 303  # known; its bytes were never stored


def test_a_template_for_a_period_of_none_is_told(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    assert operator.get(f"{PAGE}/2026H1.xlsx").headers["Location"] == PAGE
    assert "建设进展每季度报送一次" in words(operator)
    assert operator.get(f"{PAGE}/九.xlsx").status_code == 404


def test_tasks_stand_with_their_lights_and_are_closed_by_the_district(sign_in: SignIn, platform: Platform) -> None:
    with platform.database.write() as session:
        make_task(session, session.get_one(Park, 1), "举办攻防大赛", date(2026, 3, 20), progress="筹备中")
    district, expert = sign_in("district"), sign_in("expert")
    told = words(district)
    assert "共2项，已销号0项，逾期1项。" in told
    assert "黄灯：任务逾期已过61天" in told
    assert "蓝灯：临近时限剩18天" in told
    assert "报送" not in words(expert)
    assert not main(expert).xpath(".//form")
    refused = post(district, "/parks/JIA/tasks/1/done", done_on="2026-03-03", note="验收报告见佐证资料")
    assert "完成时间2026年3月3日应在" in words(district, refused)
    where = post(district, "/parks/JIA/tasks/1/done", done_on="2026-02-27", note="已投用，验收报告见佐证资料")
    assert where == f"{PAGE}#task-1"
    told = words(expert)
    assert "绿灯：逾期销号2026年2月27日完成" in told
    assert "已投用，验收报告见佐证资料" in told
    assert main(district).get_element_by_id("task-1").xpath(".//form/@action") == ["/parks/JIA/tasks/1/reopen"]
    assert post(district, "/parks/JIA/tasks/1/reopen", reason="核查发现尚未投用") == f"{PAGE}#task-1"
    told = words(expert)
    assert "黄灯：任务逾期已过61天" in told
    assert "2026年3月2日撤销销号：核查发现尚未投用（原记2026年2月27日完成）" in told
    gone = district.post("/parks/JIA/tasks/99/done", data={"csrf_token": token(district.get(PAGE).text)})
    assert gone.status_code == 303  # the day it lacks is told first


def test_a_task_of_another_park_is_unknown(sign_in: SignIn, platform: Platform) -> None:
    with platform.database.write() as session:
        other = make_task(session, session.get_one(Park, 2), "别的园区的任务", date(2026, 3, 20))
    district = sign_in("district")
    form = {"csrf_token": token(district.get(PAGE).text), "done_on": "2026-03-01", "note": "验收报告见佐证资料"}
    assert district.post(f"/parks/JIA/tasks/{other.id}/done", data=form).status_code == 404
