"""规则数值, 工作日历 and 报送通知 in the browser's hands: shown first, then confirmed; 暂定 until then."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from types import MappingProxyType

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from db.models import Obligation, ReportingRound
from db.rulebook_facts import calendar, rulebook
from policy.access import SYSTEM_ACTOR
from policy.rule_keys import grouped
from policy.rulebook import DEFAULT, DEFAULT_SOURCE
from services import alerting, obligations, rulebooks, snapshots
from services.parks import find_park
from services.platform import Platform
from tests.dashboard.conftest import Programme, token

NUMBER = "示例经信软件〔2026〕12号"


@pytest.fixture
def committee(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("committee")


def post(client: FlaskClient, address: str, page: str, **fields: object) -> str:
    """A form of `page` sent with its token; the page one lands on."""
    found = token(client.get(page).text)
    return client.post(address, data={"csrf_token": found, **fields}, follow_redirects=True).text


def confirm(client: FlaskClient, preview: str, address: str, **fields: object) -> str:
    """What the preview carries, sent on."""
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview))
    return client.post(address, data=kept | fields, follow_redirects=True).text


def due_dates(platform: Platform, period: str = "2026H1") -> set[date]:
    with platform.database.read() as session:
        return set(session.scalars(select(Obligation.due_on).where(Obligation.period == period)))


def test_every_value_stands_under_one_heading_with_its_source(committee: FlaskClient) -> None:
    keys = [key for group in grouped().values() for key in group]
    assert sorted(keys) == sorted({entry.key for entry in DEFAULT.entries})
    page = committee.get("/rulebook").text
    assert all(title in page for title in grouped())
    assert all(entry.label in page for entry in DEFAULT.entries)
    assert DEFAULT_SOURCE in page


class TestRulebook:
    asked = MappingProxyType(
        {"key": "report_due_days", "kind": "half_year_report", "value": "41", "valid_from": "2026-01-01"}
    )

    def test_a_change_is_shown_then_confirmed_then_moved(self, platform: Platform, committee: FlaskClient) -> None:
        page = "/rulebook?set=report_due_days:half_year_report"
        shown = post(committee, "/rulebook/preview", page, **self.asked, document=NUMBER)
        assert "2026年7月31日" in shown
        assert "2026年8月10日" in shown
        with platform.database.read() as session:
            assert rulebook(session).version == "1"
        after = confirm(committee, shown, "/rulebook")
        assert "现为第1.1版" in after
        assert due_dates(platform) == {date(2026, 7, 31)}
        ids = re.findall(r'name="obligation" value="(\d+)"', after)
        moved = post(committee, "/rulebook/moves", "/rulebook/moves", obligation=ids, document=NUMBER)
        assert f"已调整{len(ids)}项截止日" in moved
        assert due_dates(platform) == {date(2026, 8, 10)}
        assert NUMBER in committee.get("/rulebook").text

    def test_a_refusal_comes_back_to_the_form_as_it_was_filled_in(self, committee: FlaskClient) -> None:
        asked = self.asked | {"key": "grace_days", "value": "-3"}
        page = post(committee, "/rulebook/preview", "/rulebook?set=grace_days:half_year_report", **asked)
        assert "不能为负数，收到-3" in page
        assert 'name="value" value="-3"' in page

    def test_what_a_change_rests_on_is_asked_for_before_it_is_made_and_nothing_typed_is_lost(
        self, platform: Platform, committee: FlaskClient
    ) -> None:
        shown = post(committee, "/rulebook/preview", "/rulebook", **self.asked)
        assert 'name="note"' in shown
        again = confirm(committee, shown, "/rulebook", document="", note=" ")
        assert "须写明依据文号" in again
        assert "2026年8月10日" in again
        long = "报送时间与统计报表一致，" * 30
        assert "现为第1.1版" in confirm(committee, again, "/rulebook", document="", note=long)
        assert long in committee.get("/rulebook").text

    def test_a_list_is_imported_whole_or_refused_with_its_lines(
        self, platform: Platform, committee: FlaskClient
    ) -> None:
        text = "key,value,valid_from\naccept_days,20,2026-01-01\nnonsense,1,2026-01-01\n"
        page = post(
            committee, "/rulebook/preview", "/rulebook", file=(BytesIO(text.encode()), "规则.csv"), document=NUMBER
        )
        assert "第3行：没有“nonsense”" in page

    def test_the_lists_to_fill_in_are_downloaded_and_read_back(self, committee: FlaskClient) -> None:
        rules, year = committee.get("/rulebook.csv"), committee.get("/calendar/2026.csv")
        kept = [
            line for line in rules.data.decode("utf-8-sig").splitlines() if line.startswith(("key,", "accept_days,"))
        ]
        assert "待审超期" in kept[1]
        changed = "\n".join(kept).replace("accept_days,,15,", "accept_days,,20,").encode()
        sent = {"file": (BytesIO(changed), "规则.csv"), "document": NUMBER}
        assert "将要更改" in post(committee, "/rulebook/preview", "/rulebook", **sent)
        sent = {"file": (BytesIO(year.data), "2026.csv"), "year": "2026", "document": NUMBER}
        assert "将要更改" in post(committee, "/calendar/preview", "/calendar", **sent)

    def test_a_value_is_taken_back(self, platform: Platform, committee: FlaskClient) -> None:
        with platform.database.write() as session:
            rulebooks.change(session, SYSTEM_ACTOR, [rulebooks.entry("accept_days", "20", date(2026, 1, 1))], NUMBER)
        shown = post(
            committee,
            "/rulebook/preview",
            "/rulebook?set=accept_days:",
            drop="accept_days::2026-01-01",
            note="录入有误",
        )
        confirm(committee, shown, "/rulebook")
        with platform.database.read() as session:
            assert rulebook(session).whole("accept_days", date(2026, 3, 2)) == 15


class TestCalendar:
    def test_a_year_tells_its_days_in_words_and_an_unknown_one_that_it_is_provisional(
        self, committee: FlaskClient
    ) -> None:
        known, unknown = committee.get("/calendar?year=2026").text, committee.get("/calendar?year=2027").text
        assert "2026年2月14日（星期六）班，春节" in known
        assert "国务院办公厅关于2026年部分节假日安排的通知" in known
        assert "2027年放假安排未导入，按周末推算" in unknown

    def test_a_year_is_shown_then_imported(self, platform: Platform, committee: FlaskClient) -> None:
        text = "date,kind,name\n2027-02-06,班,春节\n2027-02-08,休,春节\n"
        sent: dict[str, object] = {"from": "list", "year": "2027", "document": "示例通知"}
        sent["file"] = (BytesIO(text.encode("gb18030")), "2027.csv")
        doubted = post(committee, "/calendar/preview", "/calendar?year=2027", **sent)
        assert "2027年的名单只有2天，不像全年的放假安排：没有国庆节放假" in doubted
        assert 'name="as_written"' in doubted
        sent["file"] = (BytesIO(text.encode("gb18030")), "2027.csv")
        shown = post(committee, "/calendar/preview", "/calendar?year=2027", **sent, as_written="1")
        assert "2027年共2个放假和调休上班日" in shown
        assert "示例通知" in confirm(committee, shown, "/calendar")
        with platform.database.read() as session:
            assert calendar(session).is_working(date(2027, 2, 6))

    def test_a_bad_year_and_a_bad_day_are_told(self, committee: FlaskClient) -> None:
        text = "date,kind\n2027-02-06,班\n2027-02-06,休\n"
        sent = {"file": (BytesIO(text.encode()), "2027.csv"), "year": "2027", "document": "示例通知"}
        assert "第3行：2027年2月6日已在第2行出现" in post(committee, "/calendar/preview", "/calendar", **sent)
        day = {"year": "2026", "day": "2026-12-01", "kind": "班", "document": "示例通知"}
        assert "本为工作日，不应标“班”" in post(committee, "/calendar/preview", "/calendar", **day)


class TestRounds:
    def test_a_round_is_drafted_looked_at_and_confirmed(self, platform: Platform, committee: FlaskClient) -> None:
        asked = {"round": "half_year_report:2026H1", "due_on": "2026-07-24", "grace_on": "2026-07-31", "lock_on": ""}
        drafted = post(committee, "/rounds", "/rounds", **asked)
        assert "2026年7月24日" in drafted
        with platform.database.read() as session:
            round_id = session.scalars(select(ReportingRound.id).order_by(ReportingRound.id.desc())).first()
        assert committee.get(f"/rounds/{round_id}.docx").data[:2] == b"PK"
        page, given = f"/rounds/{round_id}", {"number": NUMBER, "dated": "2026-03-01"}
        assert "在今天（2026年3月2日）之后" in post(
            committee, f"{page}/confirm", page, **given | {"dated": "2026-03-09"}
        )
        assert "报送通知已确认" in post(committee, f"{page}/confirm", page, **given)
        assert due_dates(platform) == {date(2026, 7, 24)}
        assert NUMBER in committee.get("/rounds").text

    def test_what_cannot_be_drafted_comes_back_with_its_reason(self, committee: FlaskClient) -> None:
        asked = {"round": "half_year_report:2026H1", "due_on": "2026-06-01", "grace_on": "", "lock_on": ""}
        page = post(committee, "/rounds", "/rounds", **asked)
        assert "报送截止日2026年6月1日早于2026年上半年期末" in page
        assert 'value="2026-06-01"' in page

    def test_a_draft_is_taken_back(self, platform: Platform, committee: FlaskClient) -> None:
        post(committee, "/rounds/1/discard", "/rounds/1")
        assert committee.get("/rounds/1").status_code == 404


PAGES = ("/", "/parks", "/parks/JIA", "/parks/JIA/self-assessment", "/obligations", "/alerts")


def test_until_its_notice_is_confirmed_no_page_says_a_report_is_overdue(
    platform: Platform, programme: Programme, sign_in: Callable[[str], FlaskClient], set_now: Callable[[date], None]
) -> None:
    with platform.database.write() as session:
        for code in (programme.own, programme.foreign):
            obligations.generate(session, find_park(session, SYSTEM_ACTOR.scope, code))
        notice = rulebooks.entry("rounds", "notice", date(2024, 1, 1))
        rulebooks.change(session, SYSTEM_ACTOR, [notice], "示例函〔2026〕1号")
    set_now(date(2026, 9, 10))
    with platform.database.write() as session:
        alerting.sweep(session, SYSTEM_ACTOR, date(2026, 9, 10))
    client = sign_in("district")
    for address in PAGES:
        page = re.sub(r"<nav.*?</nav>", "", client.get(address).text, flags=re.DOTALL)
        # A problem to be put right has a date of its own, set by the committee.
        page = re.sub(r'<section[^>]*id="issues".*?</section>', "", page, flags=re.DOTALL)
        # Words that name a list or a count stay; no matter is said to be overdue.
        assert not re.search(r"light-red[^>]*>.{0,120}逾期", page, flags=re.DOTALL), address
        # A late task and a decision that is waited for are other matters.
        assert address == "/alerts" or not re.search(r"已过\d+天", page), address
        assert "园区发展情况逾期" not in page, address
        assert "暂定" in page, address


def test_a_date_rolled_by_an_unknown_year_says_so(
    platform: Platform, programme: Programme, sign_in: Callable[[str], FlaskClient]
) -> None:
    """自评报告 of 示例甲园 is due 30 days after 2026-10-10; the park's end is moved so that this falls in 2027."""
    with platform.database.write() as session:
        park = find_park(session, SYSTEM_ACTOR.scope, programme.own)
        park.ends_on = date(2026, 12, 20)
        obligations.generate(session, park)
        snapshots.rewrite(session, park.id)
    page = sign_in("district").get("/obligations?family=papers").text
    assert "暂定：2027年放假安排未导入，按周末推算" in page
