"""The sealed table, 更正说明 and 定稿 on the pages, and 预计数 beside its figure."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from db.models import Park, Submission
from policy.terms import FigureKind
from services import sealing, snapshots
from services.platform import Platform
from tests.dashboard.conftest import Programme


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
