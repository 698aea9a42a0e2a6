"""The page of 佐证资料: what is missing, putting forward with and without scripts, linking, withdrawing, downloads."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from urllib.parse import quote

import docx
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from policy.access import SYSTEM_ACTOR
from policy.evidence import Category
from services.documents.catalogue import compose, render
from services.platform import Platform
from tests import evidence_files as files
from tests.dashboard.conftest import TODAY, token

PAGE = "/parks/JIA/evidence"


def post(client: FlaskClient, path: str = PAGE, json: bool = False, **fields: object) -> TestResponse:
    data = {"csrf_token": token(client.get(PAGE).text), **fields}
    headers = {"Accept": "application/json"} if json else {}
    return client.post(path, data=data, headers=headers)


def put(client: FlaskClient, data: bytes, json: bool = False) -> TestResponse:
    paper = {"category": "other", "title": "批复扫描件", "claims": "park:approval", "file": (BytesIO(data), "a.pdf")}
    return post(client, json=json, **paper)


def test_a_paper_put_forward_proves_and_is_downloaded(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("operator")
    assert "?claim=park%3Aapproval#put" in client.get(PAGE).text
    answer = put(client, files.pdf("同意建设"))
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{PAGE}#evidence-2"
    assert "?claim=park%3Aapproval#put" not in client.get(PAGE).text
    file = sign_in("expert").get(f"{PAGE}/2", buffered=True)
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert (file.data, file.headers["X-Content-Type-Options"]) == (files.pdf("同意建设"), "nosniff")


def test_what_was_typed_stays_when_a_file_is_refused(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("operator")
    back = client.get(put(client, files.PROGRAM).headers["Location"]).text
    assert "可执行程序" in back
    assert 'value="批复扫描件"' in back
    assert "可执行程序" in put(client, files.PROGRAM, json=True).get_json()["error"]


def test_a_withdrawn_paper_is_not_handed_to_experts(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("district")
    answer = post(client, f"{PAGE}/1/withdraw", reason="照片不清晰")
    assert answer.status_code == 303
    assert "照片不清晰" in client.get(PAGE).text
    assert client.get(f"{PAGE}/1", buffered=True).status_code == 200
    expert = sign_in("expert")
    assert expert.get(f"{PAGE}/1").status_code == 404
    assert "照片不清晰" not in expert.get(PAGE).text


def test_a_figure_a_row_and_a_condition_lead_to_their_papers(
    platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    operator = sign_in("operator")
    stated = "indicator:revenue_cyber/2025H1"
    link = f"{PAGE}?claim={quote(stated, safe='')}#claim"
    for page in ("/parks/JIA/figures/2025H1/revenue_cyber", "/parks/JIA/acceptance"):
        assert link in operator.get(page).text, page
    assert "还没有佐证资料" in operator.get("/parks/JIA/figures/2025H1/revenue_cyber").text
    paper = {
        "category": "other",
        "title": "年度决算报告",
        "claims": stated,
        "file": (BytesIO(files.pdf("决算")), "a.pdf"),
    }
    assert post(operator, **paper).status_code == 303
    for role in ("expert", "committee", "district"):
        reader = sign_in(role)
        for page in (link, "/parks/JIA/figures/2025H1/revenue_cyber"):
            text = reader.get(page.partition("#")[0]).text
            assert f'<a href="{PAGE}/2">年度决算报告</a>' in text, (role, page)
    shown = operator.get(link.partition("#")[0]).text
    assert 'id="claim"' in shown
    assert "/parks/JIA/figures/2025H1/revenue_cyber?version=1" in shown
    with platform.database.read() as session:
        document = compose(session, SYSTEM_ACTOR, "self-assessment", "JIA", TODAY)
    body = docx.Document(BytesIO(render(document, "docx").data)).element.xml
    assert "年度决算报告" in body
    assert all(category.label in body for category in Category)


def test_what_is_claimed_leads_to_its_row(sign_in: Callable[[str], FlaskClient]) -> None:
    """From the list of what lacks evidence, one click to the place that says so."""
    expert = sign_in("expert")
    found = html.fromstring(expert.get(PAGE).text)
    links = found.xpath("//*[@id='gaps']//tbody//a/@href")
    assert "/parks/JIA/figures/2025H1/revenue_cyber?version=1" in links
    assert "/parks/JIA#letters" in links
    for link in links:
        page = expert.get(link.partition("#")[0])
        assert page.status_code == 200, link
        assert "#" not in link or html.fromstring(page.text).xpath(f"//*[@id='{link.partition('#')[2]}']"), link
