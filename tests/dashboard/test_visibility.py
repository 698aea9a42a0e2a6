"""Drafts on the pages: on none that the level above or the operator opens, not even in a count."""

from __future__ import annotations

from typing import Any

import pytest

from services import snapshots
from services.platform import Platform
from tests import factories, papers
from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import TITLE, followed, post, send

PAGES = ("/", "/parks", "/parks/JIA", "/alerts")


@pytest.mark.parametrize("role", ["committee", "operator"])
def test_a_draft_stands_on_no_page_of_others(sign_in: Any, programme: Programme, role: str) -> None:
    client, link = sign_in(role), f'/reports/{programme.draft}"'
    for page in (*PAGES, f"/reports/{programme.submitted}"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert link not in answer.text, page
        assert "已上传、未报送" not in answer.text, page
    assert link in sign_in("district").get("/parks/JIA").text
    for address in ("", "/file"):
        assert client.get(f"/reports/{programme.draft}{address}").status_code == 404


def test_the_committee_s_home_stays_as_it_is_while_a_district_prepares(
    sign_in: Any, programme: Programme, platform: Platform
) -> None:
    client = sign_in("committee")
    before = _main(client)
    with platform.database.write() as session:
        park = factories.make_park(session, "示例丙园", code="BING")
        snapshots.rewrite(session, park.id)
    with_park = _main(client)
    assert with_park != before
    with platform.database.write() as session:
        factories.make_submission(session, park, "2025H1", state="draft", submitted_on=None)
        factories.make_submission(session, park, "2025H1", kind=None, state="attempt", has_errors=True, version=0)
        snapshots.rewrite(session, park.id)
    assert _main(client) == with_park


def _main(client: Any) -> str:
    """The home page's own content: the frame carries a token that is another one every second."""
    body = str(client.get("/").text).partition("<main")[2].partition("</main>")[0]
    assert "园区总览" in body
    return body


def test_a_report_is_decided_on_while_the_district_prepares_the_next(sign_in: Any, programme: Programme) -> None:
    """The draft beside it is newer; the committee knows nothing of it."""
    client, address = sign_in("committee"), f"/reports/{programme.submitted}"
    assert 'id="accept"' in client.get(address).text
    assert "审核通过" in followed(client, post(client, f"{address}/accept", address))


def test_the_same_bytes_as_a_hidden_draft_are_a_version_of_their_own(sign_in: Any) -> None:
    data = papers.report(TITLE, "2025H2")
    district, committee = sign_in("district"), sign_in("committee")
    first = send(district, "半年报.xlsx", data).headers["Location"]
    entered = send(committee, "半年报.xlsx", data).headers["Location"]
    assert entered != first
    assert committee.get(entered).status_code == 200
    assert district.get(entered).status_code == 200


def test_a_form_of_no_park_yet_reaches_the_committee_when_it_is_sent(sign_in: Any, platform: Platform) -> None:
    with platform.database.write() as session:
        form = factories.make_submission(
            session, None, None, kind="application_form", state="draft", version=1, park_title="示例丁园"
        )
        address = f"/reports/{form.id}"
    district, committee = sign_in("district"), sign_in("committee")
    assert committee.get(address).status_code == 404
    assert "已报送，待市经济信息委审核" in followed(district, post(district, f"{address}/submit", address))
    assert committee.get(address).status_code == 200
