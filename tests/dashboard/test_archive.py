"""办理记录, 公文, and what is taken as a whole, on the pages."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from zipfile import ZipFile

import openpyxl
from flask.testing import FlaskClient
from lxml import html

from tests.dashboard.conftest import Programme
from tests.dashboard.test_printing import ended
from tests.dashboard.test_reports import post

SignIn = Callable[[str], FlaskClient]


def test_the_record_tells_what_happened_with_numbers_and_days(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    page = html.fromstring(client.get("/parks/JIA/record").text)
    rows = [" ".join(row.itertext()) for row in page.xpath("//table/tbody/tr")]
    days = [row.xpath("td[1]")[0].text for row in page.xpath("//table/tbody/tr")]
    assert [row for row in rows if "收到2025年上半年园区发展情况函" in row and "示例府函〔2025〕" in row]
    assert [row for row in rows if "2025年上半年园区发展情况表第1版审核通过" in row and "市经济信息委" in row]
    assert days[0] == "2024年10月10日"
    assert page.xpath("//a[@href='/parks/JIA/record' and @aria-current]")
    narrowed = html.fromstring(client.get("/parks/JIA/record?matter=report").text)
    assert 0 < len(narrowed.xpath("//table/tbody/tr")) < len(rows)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/parks/JIA/record.xlsx").data)).worksheets[0]
    assert sheet.max_row == 3 + len(rows)
    assert client.get("/parks/JIA/documents/case-record.pdf").data[:5] == b"%PDF-"
    assert "/parks/JIA/record" not in sign_in("district").get("/parks/JIA").text


def test_the_application_is_taken_as_one_archive_with_its_manifest(programme: Programme, sign_in: SignIn) -> None:
    client, address = sign_in("district"), "/parks/JIA/acceptance"
    page = html.fromstring(client.get(address).text)
    (card,) = page.xpath("//section[@id='application']")
    told = "".join(card.itertext())
    assert "尚缺：验收申请函、自评报告、区县主管部门审核意见" in told
    assert "归档" not in "".join(page.xpath("//h2/text()"))
    asked = post(client, "/parks/JIA/application", address, **{"as": "zip"})
    done = ended(client, asked.headers["Location"])
    assert done["file"] == "验收申请材料-示例甲园-20260302.zip", done
    data = client.get(f"{asked.headers['Location']}/file", buffered=True).data
    with ZipFile(io.BytesIO(data)) as archive:
        manifest = archive.read("校验清单.txt").decode().splitlines()
        for line in manifest:
            digest, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert any(line.endswith("佐证资料/05-活动照片.png") for line in manifest)


ASKED = (
    ("committee", "/documents/brief.pdf", 200),
    ("committee", "/documents/self-assessment.pdf", 404),
    ("committee", "/documents/bulletin.html", 404),
    ("committee", "/documents/bulletin.pdf?period=9999H9", 404),
    ("district", "/documents/bulletin.pdf", 404),
    ("district", "/parks/JIA/documents/half-year-letter.docx?period=2025H1", 200),
    ("district", "/parks/JIA/documents/reminder-letter.pdf", 404),
    ("operator", "/parks/JIA/documents/application-form.docx", 200),
    ("operator", "/parks/JIA/documents/bulletin.pdf", 404),
    ("expert", "/parks/JIA/documents/evidence-list.docx", 200),
    ("expert", "/parks/JIA/documents/half-year-letter.pdf", 404),
)


def test_a_document_is_had_by_those_its_kind_is_for(programme: Programme, sign_in: SignIn) -> None:
    clients = {role: sign_in(role) for role in ("committee", "district", "operator", "expert")}
    wrong = [(role, address) for role, address, status in ASKED if clients[role].get(address).status_code != status]
    assert wrong == []


def test_documents_are_offered_where_they_are_looked_for(programme: Programme, sign_in: SignIn) -> None:
    committee, district = (html.fromstring(sign_in(role).get("/documents").text) for role in ("committee", "district"))
    offered = [page.xpath("//section[@id='all']//a/@href") for page in (committee, district)]
    assert "/documents/bulletin.docx?period=2025H2" in offered[0]
    assert offered[1] == ["/corrections", "/documents/corrections.docx", "/documents/corrections.pdf"]
    assert "/parks/YI/documents/half-year-letter.docx" not in district.xpath("//a/@href")
    report = sign_in("district").get(f"/reports/{programme.accepted}").text
    assert "/parks/JIA/documents/half-year-letter.pdf?period=2025H1" in report
    park = html.fromstring(sign_in("expert").get("/parks/JIA").text)
    assert park.xpath("//section[@id='papers']//a/@href")
    for kind in ("half-year-letter", "panel-conclusion"):
        assert not park.xpath(f"//section[@id='papers']//a[contains(@href, '{kind}')]"), kind
