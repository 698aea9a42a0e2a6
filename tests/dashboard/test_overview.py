"""The overview's data: to each what is theirs, as the database stands, in as few bytes and as little work as can be."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import overview
from dashboard.app import create_app
from dashboard.kept import Kept
from db.models import Park
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import clock, parks, snapshots
from services.platform import Platform
from tests import factories
from tests.conftest import PASSWORD
from tests.dashboard.conftest import TODAY, Programme, token

DATA = "/api/overview.json"
OWN, FOREIGN = "示例甲园", "示例乙园"


@pytest.fixture
def other_worker(platform: Platform, programme: Programme) -> Iterator[Flask]:
    """As another process has it: with a Database and a memory of its own."""
    database = Database(platform.settings.database_url)
    yield create_app(Platform(platform.settings, database, platform.storage))
    database.engine.dispose()


def enter(server: Flask, username: str) -> FlaskClient:
    client = server.test_client()
    form = {"username": username, "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
    client.post("/login", data=form)
    return client


def test_the_page_and_the_data_say_the_same(sign_in: Any) -> None:
    client = sign_in("committee")
    for query in ("", "?show=overdue", "?q=示例甲区"):
        page, data = client.get(f"/parks{query}").text, client.get(f"{DATA}{query}").json
        for name, part in data["parts"].items():
            assert f'id="{name}" class="part">{part}</div>' in page, name
        assert f'data-version="{data["version"]}"' in page


def test_each_gets_what_is_theirs(server: Flask, sign_in: Any) -> None:
    for username in ("district", "operator"):
        for query in ("", "?after=YI", "?before=YI", "?q=示例乙", "?show=overdue"):
            text = sign_in(username).get(f"{DATA}{query}").text
            assert FOREIGN not in text, (username, query)
            assert "示例乙区" not in text.replace("q=示例乙", "")
        assert OWN in sign_in(username).get(DATA).text
    assert {OWN in sign_in("committee").get(DATA).text, FOREIGN in sign_in("committee").get(DATA).text} == {True}
    for username in ("expert", "admin"):
        assert sign_in(username).get(DATA).status_code == 403
    assert server.test_client().get(DATA).status_code == 401


def test_what_one_was_given_is_never_given_to_another(server: Flask, sign_in: Any) -> None:
    """In whichever order they ask, and with whatever tag."""
    committee, district = sign_in("committee"), sign_in("district")
    whole = committee.get(DATA)
    assert committee.get(DATA, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    answer = district.get(DATA, headers={"If-None-Match": whole.headers["ETag"]})
    assert (answer.status_code, FOREIGN in answer.text) == (200, False)
    assert FOREIGN in committee.get(DATA).text
    assert server.test_client().get(DATA, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 401
    page = committee.get("/parks")
    assert committee.get("/parks", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    for client in (district, enter(server, "committee")):  # another account; another session of the same
        assert client.get("/parks", headers={"If-None-Match": page.headers["ETag"]}).status_code == 200
    for answer in (whole, page):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Accept-Encoding"} <= answer.vary.as_set(preserve_casing=True)


def test_what_is_written_in_one_worker_shows_in_the_other_at_once(
    platform: Platform, programme: Programme, sign_in: Any, other_worker: Flask
) -> None:
    here, there = sign_in("committee"), enter(other_worker, "committee")
    before = [client.get(DATA) for client in (here, there)]
    assert before[0].headers["ETag"] == before[1].headers["ETag"]
    assert before[0].data == before[1].data
    with platform.database.write() as session:
        park = parks.find_park(session, SYSTEM_ACTOR.scope, programme.own)
        factories.accept(
            session, factories.make_submission(session, park, "2025H2", figures={"revenue_cyber": "123.5"})
        )
        snapshots.rewrite(session, park.id)
    for client, old in zip((here, there), before, strict=True):
        answer = client.get(DATA, headers={"If-None-Match": old.headers["ETag"]})
        assert (answer.status_code, "123.5" in answer.text, "123.5" in old.text) == (200, True, False)
        assert "123.5" in client.get("/parks").text


def test_another_day_says_other_things(sign_in: Any, set_now: Callable[[date], None]) -> None:
    before = sign_in("committee").get(DATA)
    set_now(TODAY + timedelta(days=1))
    after = sign_in("committee").get(DATA)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert "剩221天" in after.text
    assert "剩221天" not in before.text


def test_only_what_changed_is_drawn_anew(
    platform: Platform, programme: Programme, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, drawn, draw = sign_in("committee"), list[str](), overview._draw
    monkeypatch.setattr(overview, "_draw", lambda row, visit: drawn.append(row.code) or draw(row, visit))
    client.get(DATA)
    assert sorted(drawn) == sorted([programme.own, programme.foreign])
    drawn.clear()
    client.get(DATA)
    client.get(f"{DATA}?show=overdue")
    assert drawn == []
    with platform.database.write() as session:
        park = parks.find_park(session, SYSTEM_ACTOR.scope, programme.own)
        session.get_one(Park, park.id).operator = "示例运营有限公司"
        snapshots.rewrite(session, park.id)
    assert client.get(f"{DATA}?q=示例运营").json["parts"]["overview-table"].count("<tr") == 2
    client.get(DATA)
    assert drawn == [programme.own]


def test_it_comes_in_the_form_the_browser_reads(sign_in: Any) -> None:
    client = sign_in("committee")
    plain = client.get(DATA)
    assert "Content-Encoding" not in plain.headers
    for form, read in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        for address in (DATA, "/parks", "/"):
            answer = client.get(address, headers={"Accept-Encoding": form})
            assert answer.headers["Content-Encoding"] == form
            text = read(answer.data)
            assert len(answer.data) < len(text)
            assert text == plain.data or address != DATA
    assert client.get(DATA, headers={"Accept-Encoding": "br;q=0, gzip"}).headers["Content-Encoding"] == "gzip"


def test_looking_for_changes_keeps_no_session_open(sign_in: Any, set_now: Callable[[datetime], None]) -> None:
    client, begun = sign_in("committee"), clock.now()
    for minutes in (10, 20, 29):
        set_now(begun + timedelta(minutes=minutes))
        assert client.get(DATA).status_code == 200
    set_now(begun + timedelta(minutes=31))
    assert client.get(DATA).status_code == 401
    assert client.get("/parks").status_code == 302


def test_what_is_to_be_told_once_is_told(sign_in: Any, programme: Programme) -> None:
    client = sign_in("committee")
    tag = client.get("/parks").headers["ETag"]
    with client.session_transaction() as session:
        session["_flashes"] = [("done", "已登记。")]
    told = client.get("/parks", headers={"If-None-Match": tag})
    assert (told.status_code, "已登记。" in told.text, "ETag" in told.headers) == (200, True, False)
    assert client.get("/parks", headers={"If-None-Match": tag}).status_code == 304


def test_many_parks_are_turned_page_by_page(sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "ON_A_PAGE", 1)
    client = sign_in("committee")
    first = client.get("/parks?show=overdue").text
    assert "共2个园区，每页1个" in first
    assert "上一页" not in first
    following = _link(first, "下一页")
    assert "show=overdue" in following
    second = client.get(following).text
    assert {OWN in first, OWN in second} == {True, False}
    assert "下一页" not in second
    assert _link(first, "下一页") in client.get(_link(second, "上一页")).text.replace("&amp;", "&")
    assert "分页" not in sign_in("district").get("/parks").text


def _link(page: str, word: str) -> str:
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{word}</a>', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_no_more_is_kept_than_was_meant_to_be() -> None:
    kept: Kept[str] = Kept(2)
    for name in ("a", "b"):
        kept.put(name, name)
    assert kept.get("a") == "a"
    kept.put("c", "c")
    assert [kept.get(name) for name in ("a", "b", "c")] == ["a", None, "c"]
