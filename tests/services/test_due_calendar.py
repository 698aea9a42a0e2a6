"""时限日历: what the file says, whose dates it holds, and what a token opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from db.models import Account, AuditEntry, CalendarToken, Obligation, Park, RulebookEntry, RulebookVersion
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from services import accounts, due_calendar, obligations, snapshots
from services.platform import Platform
from tests.conftest import PASSWORD
from tests.factories import MADE_AT, make_contact, make_park, make_unit

TODAY = date(2026, 3, 2)
SITE = "https://example.gov.cn"
COMMITTEE = Actor("committee", Role.COMMITTEE, Scope(everything=True))


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def parks(platform: Platform) -> dict[str, Park]:
    """JIA of 示例甲区 with an account of its own, YI of another district."""
    found = {}
    with platform.database.write() as session:
        for code, name in (("JIA", "示例甲"), ("YI", "示例乙")):
            unit = make_unit(session, f"{name}区")
            make_contact(session, unit, name="某某", phone="13900001234", mail="someone@example.gov.cn")
            park = make_park(session, f"{name}园", district=unit, code=code, obligations=False)
            obligations.generate(session, park)
            snapshots.rewrite(session, park.id)
            found[code] = park
        accounts.create_account(
            session, SYSTEM_ACTOR, username="jia", password=PASSWORD, display_name="示例甲区经办人",
            role=Role.DISTRICT, demonstration=True, unit_id=found["JIA"].district_id,
        )  # fmt: skip
    return found


def district(parks: dict[str, Park]) -> Actor:
    unit = parks["JIA"].district_id
    return Actor("jia", Role.DISTRICT, Scope(unit_ids=frozenset({unit})), unit)


def read(platform: Platform, actor: Actor) -> list[Any]:
    """The events of the file, as a calendar program reads it."""
    with platform.database.read() as session:
        data = due_calendar.due_dates(session, actor, SITE)
    calendar = Calendar.from_ical(data)
    assert (str(calendar["version"]), str(calendar["x-wr-timezone"])) == ("2.0", "Asia/Shanghai")
    return list(calendar.walk("VEVENT"))


def set_choice(platform: Platform, key: str, value: str) -> None:
    with platform.database.write() as session:
        entry = RulebookEntry(key=key, kind="", value=value, valid_from=date(2022, 10, 21))
        session.add(RulebookVersion(recorded_at=MADE_AT, recorded_by="committee", entries=[entry]))


def test_one_event_of_a_whole_day_for_each_date_still_to_come(platform: Platform, parks: dict[str, Park]) -> None:
    events = read(platform, district(parks))
    assert [str(event["summary"]) for event in events] == [
        "示例甲园2025年上半年园区发展情况报送截止日", "示例甲园2025年下半年园区发展情况报送截止日",
        "示例甲园2026年上半年园区发展情况报送截止日", "示例甲园自评报告报送截止日",
        "示例甲园区县主管部门审核报送截止日", "示例甲园验收申请函报送截止日",
    ]  # fmt: skip
    report = events[2]
    assert (report["dtstart"].dt, report["dtend"].dt) == (date(2026, 7, 31), date(2026, 8, 1))
    assert str(report["uid"]) == "JIA-2026H1@parkwatch"
    assert str(report["status"]) == "CONFIRMED"
    with platform.database.read() as session:
        owed = session.scalars(select(Obligation.id).where(Obligation.period == "2026H1")).first()
    assert str(report["url"]) == f"{SITE}/parks/JIA/obligations/{owed}"
    assert "报送单位：区县政府" in str(report["description"])
    assert "通知未规定" in str(report["description"])
    assert all(not event.walk("VALARM") for event in events)


def test_the_file_names_no_person_and_no_other_park(platform: Platform, parks: dict[str, Park]) -> None:
    with platform.database.read() as session:
        text = due_calendar.due_dates(session, district(parks), SITE).decode()
    for word in ("示例乙", "YI", "某某", "13900001234", "someone", "经办人", "ATTENDEE", "ORGANIZER"):
        assert word not in text
    codes = {str(event["uid"]).partition("-")[0] for event in read(platform, COMMITTEE)}
    assert codes == {"JIA", "YI"}
    with pytest.raises(AccessDenied), platform.database.read() as session:
        due_calendar.due_dates(session, Actor("expert", Role.EXPERT, Scope(everything=True)), SITE)


def test_a_date_without_its_notice_is_provisional(platform: Platform, parks: dict[str, Park]) -> None:
    set_choice(platform, "rounds", "notice")
    with platform.database.write() as session:
        snapshots.rebuild_all(session)
    events = read(platform, district(parks))
    assert str(events[2]["summary"]) == "示例甲园2026年上半年园区发展情况报送截止日（暂定）"
    assert str(events[2]["status"]) == "TENTATIVE"
    assert str(events[3]["status"]) == "CONFIRMED"  # papers follow the notice itself


def test_a_date_rolled_by_a_year_without_its_calendar_is_provisional(platform: Platform) -> None:
    with platform.database.write() as session:
        park = make_park(session, "示例丙园", approved_on=date(2025, 10, 10), obligations=False)
        obligations.generate(session, park)
        snapshots.rewrite(session, park.id)
    told = {str(event["summary"]): str(event["description"]) for event in read(platform, COMMITTEE)}
    assert "暂定：2027年放假安排未导入，按周末推算" in told["示例丙园自评报告报送截止日（暂定）"]
    assert "示例丙园2027年上半年园区发展情况报送截止日" in told  # half-year reports are never rolled


def subscribe(platform: Platform, actor: Actor) -> str:
    with platform.database.write() as session:
        return due_calendar.subscribe(session, actor)


def opens(platform: Platform, token: str) -> Actor | None:
    with platform.database.read() as session:
        return due_calendar.subscriber(session, token)


def test_a_token_opens_the_calendar_of_its_account_until_it_is_revoked(
    platform: Platform, parks: dict[str, Park]
) -> None:
    actor = district(parks)
    with pytest.raises(Refused, match="订阅尚未开放"):
        subscribe(platform, actor)
    set_choice(platform, "calendar_feed", "on")
    token, other = subscribe(platform, actor), subscribe(platform, actor)
    found = opens(platform, token)
    assert found == actor
    assert opens(platform, "unknown") is None
    with platform.database.read() as session:
        rows = session.scalars(select(CalendarToken).order_by(CalendarToken.id)).all()
        assert all(token not in row.token_hash and len(row.token_hash) == 64 for row in rows)
        log = session.scalars(select(AuditEntry).where(AuditEntry.action.like("calendar_token%"))).all()
        assert all(token not in str(entry.new) for entry in log)
    with platform.database.write() as session:
        due_calendar.revoke(session, actor, rows[0].id)
    assert opens(platform, token) is None
    assert opens(platform, other) == actor
    with pytest.raises(Unknown), platform.database.write() as session:
        due_calendar.revoke(session, actor, rows[0].id)
    with pytest.raises(Refused), platform.database.write() as session:
        due_calendar.revoke(session, COMMITTEE, rows[1].id)
    with platform.database.write() as session:
        session.scalars(select(Account).where(Account.username == "jia")).one().active = False
    assert opens(platform, other) is None


def test_switched_off_again_nothing_opens(platform: Platform, parks: dict[str, Park]) -> None:
    set_choice(platform, "calendar_feed", "on")
    token = subscribe(platform, district(parks))
    set_choice(platform, "calendar_feed", "off")
    assert opens(platform, token) is None


def test_only_so_many_addresses_at_once(platform: Platform, parks: dict[str, Park]) -> None:
    set_choice(platform, "calendar_feed", "on")
    for _ in range(due_calendar.MOST_TOKENS):
        subscribe(platform, district(parks))
    with pytest.raises(Refused, match="最多5个"):
        subscribe(platform, district(parks))


def test_a_moved_date_moves_the_same_event(platform: Platform, parks: dict[str, Park]) -> None:
    before = {str(event["uid"]): event["dtstart"].dt for event in read(platform, district(parks))}
    with platform.database.write() as session:
        row = session.scalars(
            select(Obligation).where(Obligation.park_id == parks["JIA"].id, Obligation.period == "2026H1")
        ).one()
        row.due_on += timedelta(days=9)
        snapshots.rewrite(session, row.park_id)
    after = {str(event["uid"]): event["dtstart"].dt for event in read(platform, district(parks))}
    assert before.keys() == after.keys()
    assert after["JIA-2026H1@parkwatch"] == date(2026, 8, 9)
