"""The sealed table, 更正说明 and 定稿 on the pages, and 预计数 beside its figure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from db.models import IssuedDocument, LetterPark, Park, Submission
from policy.access import SYSTEM_ACTOR
from policy.findings import Finding
from policy.reports.corrections import UNEXPLAINED
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import FigureKind, Severity
from services import reviews, sealing, snapshots, versions
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import TODAY, Programme
from tests.dashboard.test_reports import post


def test_a_report_shows_its_code_and_hands_out_the_table_to_be_sealed(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("district")
    with platform.database.read() as session:
        code = sealing.code_of(session, programme.accepted)
    page = client.get(f"/reports/{programme.accepted}").get_data(as_text=True)
    assert all(words in page for words in (code, "快报数", "用印和校验码"))
    for paper in ("table", "explanations"):
        file = client.get(f"/reports/{programme.accepted}/{paper}.pdf")
        assert (file.status_code, file.data[:5]) == (200, b"%PDF-")


def test_a_document_is_frozen_on_the_parks_page_and_downloaded_there(
    programme: Programme, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("district")
    address = f"/parks/{programme.own}"
    page = client.get(address).get_data(as_text=True)
    assert "没有数据更正" in page
    found = re.search(r'name="csrf_token" value="([^"]+)"', page) or re.search(
        r'value="([^"]+)" name="csrf_token"', page
    )
    assert found
    done = client.post(f"{address}/freeze", data={"kind": "acceptance-letter", "csrf_token": found[1]})
    assert done.status_code == 303
    page = client.get(address).get_data(as_text=True)
    link = re.search(rf"{address}/issued/\d+", page)
    assert link
    assert client.get(link[0]).data[:5] == b"%PDF-"


def test_an_estimated_figure_says_so(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    client = sign_in("committee")
    assert ">预计数<" not in client.get("/parks").get_data(as_text=True)
    with platform.database.write() as session:
        for row in session.scalars(select(Submission)):
            row.figure_kind = FigureKind.ESTIMATE
        for park_id in session.scalars(select(Park.id)).all():
            snapshots.rewrite(session, park_id)
    for address in ("/", f"/parks/{programme.own}", f"/parks/{programme.own}/self-assessment"):
        assert ">预计数<" in client.get(address).get_data(as_text=True), address


@pytest.fixture
def replaced(platform: Platform, programme: Programme) -> dict[str, int]:
    """A corrected report of each park, accepted; that of 乙园 a little later."""
    numbers = {}
    with platform.database.write() as session:
        for code, figures in (
            (programme.own, {"revenue_cyber": "6.66"}),
            (programme.foreign, {"revenue_cyber": "7.77"}),
        ):
            park = session.query(Park).filter(Park.code == code).one()
            if code == programme.foreign:
                first = factories.make_submission(session, park, "2025H1", figures={"revenue_cyber": "7"})
                reviews.accept(session, SYSTEM_ACTOR, first.id, TODAY)
            newer = factories.make_submission(session, park, "2025H1", figures=figures, received_on=date(2026, 2, 10))
            reviews.accept(session, SYSTEM_ACTOR, newer.id, TODAY, "区县来电更正")
            numbers[code] = newer.id
    return numbers


def test_every_correction_one_may_see_stands_on_one_page(
    replaced: dict[str, int], programme: Programme, sign_in: Callable[[str], FlaskClient]
) -> None:
    city, district = sign_in("committee"), sign_in("district")
    everything, own = city.get("/corrections").text, district.get("/corrections").text
    assert all(words in everything for words in ("示例甲园", "示例乙园", "6.66亿元", "7.77亿元", "5.2亿元", "第2版"))
    assert "6.66亿元" in own
    assert "示例乙园" not in own
    assert "7.77亿元" not in own
    for client, status in ((city, 200), (district, 200), (sign_in("expert"), 403), (sign_in("admin"), 403)):
        assert client.get("/corrections.docx").status_code == status
    assert city.get("/corrections.exe").status_code == 404


def test_a_correction_without_a_reason_asks_the_committee_for_one(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    with platform.database.write() as session:
        park = session.query(Park).filter(Park.code == programme.own).one()
        row = factories.make_submission(
            session, park, "2025H1", figures={"revenue_cyber": "6.66"}, received_on=date(2026, 2, 10)
        )
        said = Finding(UNEXPLAINED, Severity.CONFIRM, "", "与已审核通过的第1版数据不同", DEFAULT_SOURCE)
        versions.add_findings(session, row, [said], [])
        address = f"/reports/{row.id}"
    client = sign_in("committee")
    assert 'id="correction-reason"' in client.get(address).text
    post(client, f"{address}/accept", address)
    assert "尚未写明更正原因" in client.get(address).text
    post(client, f"{address}/accept", address, **{"correction-reason": "区县来电：一家企业重复计算"})
    assert "区县来电：一家企业重复计算" in client.get("/corrections").text
    assert 'id="correction-reason"' not in client.get(address).text


def test_a_table_is_frozen_for_the_half_year_chosen(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, address = sign_in("district"), f"/parks/{programme.own}"
    post(client, f"{address}/freeze", address, kind="report-table", period="2025H1")
    with platform.database.read() as session:
        (frozen,) = session.scalars(select(IssuedDocument)).all()
    assert (frozen.kind, frozen.period) == ("report-table", "2025H1")
    assert 'value="2025H2"' in client.get(address).text
    assert post(client, f"{address}/freeze", address, kind="report-table", period="9999H9").status_code == 400


def test_the_letters_say_whether_their_table_is_still_that_of_the_data(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    client, address = sign_in("district"), f"/parks/{programme.own}"
    assert "未登记校验码" in client.get(address).text
    with platform.database.write() as session:
        code = sealing.code_of(session, programme.accepted)
        row = session.scalars(select(LetterPark)).one()
        row.data_code, row.submission_id = code, programme.accepted
    letters = client.get(address).text.split('id="letters"')[1].split("</table>")[0]
    assert code in letters
    assert "函所附表的校验码与现行数据一致" in letters


def test_returns_are_tallied_for_those_who_review(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> None:
    client, address = sign_in("committee"), f"/reports/{programme.submitted}"
    assert "没有退回过报告" in client.get("/parks").text
    post(client, f"{address}/return", address, reason="C10 单位应为亿元", category="magnitude")
    tally = client.get("/parks").text.split('id="returns-table"')[1].split("</table>")[0]
    assert re.sub("<[^>]+>", " ", tally.split("示例甲区")[1]).split() == ["—", "—", "1", "—", "—", "—", "—", "1"]
    for role in ("district", "operator"):
        assert "退回原因统计" not in sign_in(role).get("/parks").text
