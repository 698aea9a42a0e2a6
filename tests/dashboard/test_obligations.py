"""应报事项: one ledger, the same counts everywhere; forms, papers, the sheet and the calendar over the web."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from db.models import Obligation, ObligationAct, Park, RulebookEntry, RulebookVersion
from db.queries.obligations import FAMILIES, counts, ledger
from db.queries.parks import overview
from policy.access import FULL_SCOPE
from policy.obligations import PAPERS
from policy.situation import Tally
from policy.terms import ObligationKind
from services import obligations, snapshots
from services.platform import Platform
from tests.dashboard.conftest import TODAY, Programme, token
from tests.factories import MADE_AT

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _everything_owed(platform: Platform, programme: Programme) -> None:
    """Beside the half-year reports of the programme the duties and the papers."""
    with platform.database.write() as session:
        for park in session.scalars(select(Park)):
            obligations.generate(session, park)
            snapshots.rewrite(session, park.id)


def id_of(platform: Platform, code: str, kind: str = "half_year_report", period: str = "2025H2") -> int:
    with platform.database.read() as session:
        return session.scalars(
            select(Obligation.id)
            .join(Park, Park.id == Obligation.park_id)
            .where(Park.code == code, Obligation.kind == kind, Obligation.period == period)
        ).one()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def tiles(html: str) -> dict[str, int]:
    """The counts on top of the ledger, by their word."""
    found = re.findall(r'class="tile-word">([^<]+)</span><span class="tile-number">(\d+)<', html)
    return {word: int(number) for word, number in found}


def shown_rows(html: str) -> int:
    body = html.split('id="obligation-table"')[1].split("</table>")[0]
    return body.count("<tr") - 1 if "<tbody" in body else 0


def post(client: FlaskClient, page: str, path: str, **form: object) -> str:
    """What the person is told after sending a form: at once when refused, else where it leads."""
    return words(send(client, page, path, **form))


def send(client: FlaskClient, page: str, path: str, **form: object) -> str:
    values = {"csrf_token": token(client.get(page).text), **form}
    answer = client.post(path, data=values, content_type="multipart/form-data", follow_redirects=True)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def record(client: FlaskClient, code: str, owed: int, kind: str, **form: object) -> str:
    page = f"/parks/{code}/obligations/{owed}"
    values = {"kind": kind, "number": "示例经信函〔2026〕9号", "dated": "2026-02-20", "reason": "汛期停产"}
    return post(client, page, f"{page}/acts", **values | form)


def test_home_overview_ledger_and_park_page_give_the_same_counts(
    platform: Platform, programme: Programme, sign_in: SignIn
) -> None:
    with platform.database.read() as session:
        rows = overview(session, FULL_SCOPE)
        parks = ledger(session, FULL_SCOPE, TODAY)
    told = [row.tally(TODAY) for row in rows]
    assert [counts([park], *FAMILIES["reports"]) for park in parks] == told
    total = sum(told, Tally(0, 0, 0, 0))
    assert (total.owed, total.received, total.overdue) == (4, 1, 3)
    client = sign_in("committee")
    assert tiles(client.get("/obligations").text) == {
        "应报": total.owed, "已报": total.received, "未报": total.missing, "迟报": total.late,
        "逾期未报": total.overdue,
    }  # fmt: skip
    for row, one in zip(rows, told, strict=True):
        section = words(client.get(f"/parks/{row.code}").text.split('id="obligations"')[1])
        assert (
            f"应报 {one.owed} 已报 {one.received} 未报 {one.missing} 迟报 {one.late} 逾期未报 {one.overdue}" in section
        )
        for address in ("/", "/parks"):
            listed = client.get(address).text.split('id="park-table"')[1]
            listed = listed.split(f'href="/parks/{row.code}"')[1].split("</tr>")[0]
            numbers = [int(number) for number in re.findall(r">(\d+)</(?:a|span)>", listed)]
            assert numbers[:2] == [one.owed, one.received]


def test_each_count_leads_to_exactly_what_it_counts(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    for family in ("reports", "duties", "papers"):
        page = client.get(f"/obligations?family={family}").text
        links = re.findall(r'class="tile[^"]*" href="([^"]+)"|href="([^"]+)" class="tile', page)
        for link, (word, number) in zip((a or b for a, b in links), tiles(page).items(), strict=True):
            narrowed = client.get(link.replace("&amp;", "&")).text
            assert shown_rows(narrowed) == number, (family, word)
            assert tiles(narrowed) == tiles(page)


def test_the_ledger_is_narrowed_by_what_the_address_says(programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("committee")
    page = words(client.get("/obligations?period=2025H2").text)
    assert "2025年下半年园区发展情况" in page
    assert "2025年上半年园区发展情况" not in page
    assert shown_rows(client.get("/obligations?period=2025H2&district=999").text) == 0
    assert client.get("/obligations?family=nonsense&period=9999&district=x&standing=y&page=0").status_code == 200
    assert shown_rows(client.get("/obligations?page=7").text) == 0


def test_a_district_sees_its_own_parks_alone(platform: Platform, programme: Programme, sign_in: SignIn) -> None:
    for name in ("district", "operator"):
        client = sign_in(name)
        page = client.get("/obligations").text
        assert "示例甲园" in page
        assert "示例乙园" not in page
        sheet = openpyxl.load_workbook(BytesIO(client.get("/obligations.xlsx").data)).active
        assert "示例乙" not in str([[cell.value for cell in row] for row in sheet.rows])
    foreign = id_of(platform, programme.foreign)
    assert client.get(f"/parks/{programme.own}/obligations/{foreign}").status_code == 404
    assert client.get(f"/parks/{programme.own}/obligations/999999").status_code == 404


def test_the_committee_waives_and_takes_it_back(platform: Platform, programme: Programme, sign_in: SignIn) -> None:
    client, owed = sign_in("committee"), id_of(platform, programme.foreign)
    scan = (BytesIO(b"%PDF-1.7 scan"), "免报函.pdf")
    told = record(client, programme.foreign, owed, "waiver", file=scan)
    assert "已登记免报：2025年下半年园区发展情况。" in told
    assert tiles(client.get("/obligations").text)["应报"] == 3
    section = words(client.get(f"/parks/{programme.foreign}").text.split('id="obligations"')[1])
    assert "免报 示例经信函〔2026〕9号" in section
    with platform.database.read() as session:
        act = session.scalars(select(ObligationAct)).one()
    page = f"/parks/{programme.foreign}/obligations/{owed}"
    assert client.get(f"{page}/acts/{act.id}/file", buffered=True).data == b"%PDF-1.7 scan"
    assert sign_in("district").get(f"/parks/{programme.own}/obligations/{owed}/acts/{act.id}/file").status_code == 404
    assert "须写明理由" in post(client, page, f"{page}/acts/{act.id}/withdraw", reason=" ")
    assert "已撤销免报" in post(client, page, f"{page}/acts/{act.id}/withdraw", reason="误登记")
    assert "已撤销 2026年3月2日" in words(client.get(page).text)
    assert tiles(client.get("/obligations").text)["应报"] == 4


def test_a_refusal_says_why_and_nothing_is_kept(platform: Platform, programme: Programme, sign_in: SignIn) -> None:
    client, owed = sign_in("committee"), id_of(platform, programme.own)
    assert "新的报送截止日2026年1月1日应晚于" in record(client, programme.own, owed, "extension", due_on="2026-01-01")
    page = f"/parks/{programme.own}/obligations/{owed}"
    long = "园区整体搬迁，" * 60
    values = {"kind": "extension", "number": "示例函〔2026〕9号", "dated": "2026-02-20", "due_on": "", "reason": long}
    refused = send(client, page, f"{page}/acts", **values)
    assert refused.count('value="示例函〔2026〕9号"') == 1  # in the form it was typed into
    assert f'value="{long}"' in refused
    assert "notice-refused" in refused.split('id="record-extension"')[1].split("</section>")[0]
    assert "notice-refused" not in refused.split('id="record-waiver"')[1]
    assert "成文日期应写作 2026-07-31" in record(client, programme.own, owed, "waiver", dated="昨天")
    with platform.database.read() as session:
        assert session.scalars(select(ObligationAct)).all() == []


def test_the_district_records_its_duties(platform: Platform, programme: Programme, sign_in: SignIn) -> None:
    client = sign_in("district")
    page = words(client.get(f"/parks/{programme.own}").text)
    assert "任务分工（已办理0/5）" in page
    owed = id_of(platform, programme.own, "work_group", "")
    assert "已登记办理：成立推进工作小组" in record(client, programme.own, owed, "discharge", reason="")
    assert "任务分工（已办理1/5）" in words(client.get(f"/parks/{programme.own}").text)
    forms = client.get(f"/parks/{programme.own}/obligations/{id_of(platform, programme.own)}").text
    assert 'value="nil_return"' in forms
    assert 'value="waiver"' not in forms
    report = id_of(platform, programme.own)
    path = f"/parks/{programme.own}/obligations/{report}"
    values = {"csrf_token": token(client.get(path).text), "kind": "waiver", "number": "1号", "dated": "2026-02-20"}
    assert client.post(f"{path}/acts", data=values).status_code == 404
    assert 'name="kind"' not in sign_in("operator").get(f"/parks/{programme.own}/obligations/{owed}").text


def test_the_sheet_holds_what_the_page_shows_and_no_formula(
    platform: Platform, programme: Programme, sign_in: SignIn
) -> None:
    client, owed = sign_in("committee"), id_of(platform, programme.own)
    record(client, programme.own, owed, "extension", number="=1+1", due_on="2026-04-30")
    book = openpyxl.load_workbook(BytesIO(client.get("/obligations.xlsx?standing=missing").data))
    rows = [[cell.value for cell in row] for row in book.active.rows]
    assert rows[1][0] == "应报4项，已报1项（迟报0项），未报3项，逾期未报2项，报送率25.0%"
    assert len(rows) == 3 + 3
    (row,) = [row for row in rows if "2026年4月30日" in row]
    assert row[-1] == "延期报送（=1+1，2026年2月20日）"
    assert all(cell.data_type == "s" for row in book.active.rows for cell in row if cell.value is not None)


def test_a_lock_is_visible_where_one_reports(platform: Platform, programme: Programme, sign_in: SignIn) -> None:
    with platform.database.write() as session:
        session.get_one(Obligation, id_of(platform, programme.own)).lock_on = date(2026, 2, 15)
    client = sign_in("district")
    told = "已于2026年2月15日封账，此后上传的版本存为草稿"
    assert told in words(client.get("/reports/new").text)
    assert told in words(client.get(f"/reports/{programme.draft}").text)
    assert told in words(client.get(f"/parks/{programme.own}/obligations/{id_of(platform, programme.own)}").text)
    assert "已封账" in words(client.get("/obligations").text)
    accepted = f"/reports/{programme.accepted}"
    assert "封账" not in words(client.get(accepted).text)
    with platform.database.write() as session:
        session.get_one(Obligation, id_of(platform, programme.own, period="2025H1")).lock_on = date(2026, 2, 15)
    mend = "需要报送或更正数据的，请市经济信息委在该期应报事项页登记“延期报送”，写明新的报送截止日和新的封账日"
    assert f"2025年上半年 {told}；{mend}" in words(client.get(accepted).text)
    assert "封账" not in words(sign_in("committee").get(f"/parks/{programme.foreign}").text)


def test_the_calendar_file_and_the_subscription(
    platform: Platform, programme: Programme, sign_in: SignIn, server: Flask
) -> None:
    client = sign_in("district")
    file = client.get("/calendar/due.ics")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.headers["Cache-Control"] == "private, no-store"
    events = Calendar.from_ical(file.data).walk("VEVENT")
    assert {str(event["uid"]).partition("-")[0] for event in events} == {programme.own}
    assert "订阅尚未开放" in post(client, "/reports/new", "/calendar/tokens")
    with platform.database.write() as session:
        entry = RulebookEntry(key="calendar_feed", kind="", value="on", valid_from=date(2022, 10, 21))
        session.add(RulebookVersion(recorded_at=MADE_AT, recorded_by="committee", entries=[entry]))
    told = post(client, "/obligations", "/calendar/tokens")
    address = re.search(r"(/calendar/[\w-]+\.ics)", told)
    assert address is not None
    assert address[1] not in client.get("/obligations").text  # shown once
    nobody = server.test_client()
    answer = nobody.get(address[1])
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, max-age=3600")
    assert len(Calendar.from_ical(answer.data).walk("VEVENT")) == len(events)
    assert "Set-Cookie" not in answer.headers
    revoke = re.search(r"/calendar/tokens/\d+/revoke", client.get("/obligations").text)
    assert revoke is not None
    assert "已撤销" in post(client, "/obligations", revoke[0])
    revoked, unknown = nobody.get(address[1]), nobody.get("/calendar/unknown.ics")
    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert revoked.text == unknown.text


def test_papers_are_counted_once_the_two_years_are_over(platform: Platform, set_now: Callable[[date], None]) -> None:
    for day, owed in ((date(2026, 10, 10), 0), (date(2026, 10, 11), 6)):
        with platform.database.read() as session:
            assert counts(ledger(session, FULL_SCOPE, day), *PAPERS).owed == owed
    with platform.database.read() as session:
        plans = counts(ledger(session, FULL_SCOPE, date(2026, 1, 1)), ObligationKind.ANNUAL_PLAN)
    assert plans.owed == 4  # of 2025 and 2026; that of the year of approval is not asked for
