"""Downtime and wrong clocks: every day is judged as of its own date, and nobody is told anything twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Alert, Obligation, OutboxItem, OutboxMail, Park
from policy.terms import AlertRule
from services import alerting, catching_up, clock
from services.catching_up import catch_up, newest_day
from services.platform import Platform
from tests.factories import make_contact, make_park, make_unit

DUE = date(2025, 7, 31)  # of the first half of 2025
DAY = timedelta(days=1)
HANDLER = "handler@example.gov.cn"
SetNow = Callable[[datetime | date], None]


@pytest.fixture(autouse=True)
def _two_parks(platform: Platform) -> None:
    """Approved in October 2024, in one district with one handler; nothing has come in."""
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district, mail=HANDLER)
        for name in ("示例甲园", "示例乙园"):
            make_park(session, name, district=district, approved_on=date(2024, 10, 10), code=name)


def alerts(platform: Platform, rule: AlertRule) -> list[tuple[date, date | None]]:
    """When each was opened and closed."""
    with platform.database.read() as session:
        rows = session.scalars(select(Alert).where(Alert.rule == rule).order_by(Alert.id))
        return [(row.opened_on, row.closed_on) for row in rows]


def mails(platform: Platform) -> list[tuple[str, str]]:
    """To whom, and of which stage, in the order they were queued."""
    with platform.database.read() as session:
        rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        return [(row.recipient, row.stage) for row in rows]


def everything(platform: Platform) -> tuple[list[tuple[object, ...]], ...]:
    """All that a sweep writes and tells."""
    columns = (
        (Alert.key, Alert.opened_on, Alert.closed_on, Alert.stage),
        (OutboxMail.key, OutboxMail.stage),
        (OutboxItem.alert_id, OutboxItem.stage, OutboxItem.recipient),
    )
    with platform.database.read() as session:
        return tuple([tuple(row) for row in session.execute(select(*kind).order_by(*kind))] for kind in columns)


def mark(platform: Platform) -> date | None:
    with platform.database.read() as session:
        return newest_day(session)


def test_the_first_time_only_today_is_judged(platform: Platform, set_now: SetNow) -> None:
    set_now(DUE + 3 * DAY)
    found = catch_up(platform)
    assert (found.today.as_of, found.made_up, found.ahead) == (DUE + 3 * DAY, (), None)
    assert alerts(platform, AlertRule.REPORT_OVERDUE) == [(DUE + 3 * DAY, None)] * 2
    assert mark(platform) == DUE + 3 * DAY


def test_after_ten_days_each_deadline_is_judged_as_of_its_own_date_and_told_in_one_mail(
    platform: Platform, set_now: SetNow
) -> None:
    """Down from 24 July to 2 August: T-7, the date itself and T+1 are crossed."""
    set_now(DUE - 8 * DAY)
    catch_up(platform)
    told = mails(platform)
    set_now(DUE + 3 * DAY)
    found = catch_up(platform)
    assert [result.as_of for result in found.made_up] == [DUE + number * DAY for number in range(-7, 3)]
    assert found.today.as_of == DUE + 3 * DAY
    assert [opened for opened, _closed in alerts(platform, AlertRule.REPORT_DUE)] == [DUE] * 2
    assert [opened for opened, _closed in alerts(platform, AlertRule.REPORT_OVERDUE)] == [DUE + DAY] * 2
    assert {closed for _opened, closed in alerts(platform, AlertRule.REPORT_UPCOMING)} == {DUE}
    assert mails(platform) == [*told, (HANDLER, "T+1")]
    (mail,) = found.today.mails
    assert {key.split(":")[1] for key in mail.alerts} == {"示例甲园", "示例乙园"}
    assert mark(platform) == DUE + 3 * DAY


def test_the_next_day_nothing_is_left_to_make_up_or_tell(platform: Platform, set_now: SetNow) -> None:
    for day in (DUE - 8 * DAY, DUE + 2 * DAY):
        set_now(day)
        catch_up(platform)
    before = everything(platform)
    set_now(DUE + 3 * DAY)
    found = catch_up(platform)
    assert (found.made_up, found.today.mails) == ((), ())
    assert everything(platform) == before


def test_ended_in_the_midst_it_goes_on_with_the_day_not_judged_yet(
    platform: Platform, set_now: SetNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_now(DUE - 8 * DAY)
    catch_up(platform)
    set_now(DUE + 3 * DAY)
    real = alerting.sweep

    def killed(session: object, actor: object, as_of: date, **more: object) -> object:
        result = real(session, actor, as_of, **more)
        if as_of == DUE + DAY:
            raise SystemExit
        return result

    with monkeypatch.context() as patched:
        patched.setattr("services.catching_up.sweep", killed)
        with pytest.raises(SystemExit):
            catch_up(platform)
    assert mark(platform) == DUE
    assert alerts(platform, AlertRule.REPORT_OVERDUE) == []  # that day is undone whole
    assert [result.as_of for result in catch_up(platform).made_up] == [DUE + DAY, DUE + 2 * DAY]
    assert [opened for opened, _closed in alerts(platform, AlertRule.REPORT_OVERDUE)] == [DUE + DAY] * 2


def test_a_day_that_cannot_be_made_up_for_keeps_nobody_from_being_told_today_and_is_not_passed_over(
    platform: Platform, set_now: SetNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_now(DUE - 8 * DAY)
    catch_up(platform)
    set_now(DUE + 3 * DAY)
    real = alerting.sweep

    def broken(session: object, actor: object, as_of: date, **more: object) -> object:
        if as_of == DUE - 2 * DAY:
            raise ValueError("该日规则无法读出")
        return real(session, actor, as_of, **more)

    with monkeypatch.context() as patched:
        patched.setattr("services.catching_up.sweep", broken)
        found = catch_up(platform)
        assert found.stuck == (DUE - 2 * DAY, "该日规则无法读出")
        assert [mail.stage for mail in found.today.mails] == ["T+1"]
        assert mark(platform) == DUE - 3 * DAY
        set_now(DUE + 4 * DAY)
        assert catch_up(platform).stuck == found.stuck
    told = mails(platform)
    found = catch_up(platform)
    assert [result.as_of for result in found.made_up] == [DUE + number * DAY for number in range(-2, 4)]
    assert (found.stuck, mark(platform)) == (None, DUE + 4 * DAY)
    assert mails(platform) == told


def test_a_park_that_cannot_be_judged_for_days_is_judged_and_told_of_as_soon_as_it_can(
    platform: Platform, set_now: SetNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_now(DUE - 8 * DAY)
    catch_up(platform)
    real = alerting.facts.situation

    def poisoned(session: Session, park_id: int, *more: Any) -> object:
        if session.get_one(Park, park_id).code == "示例甲园":
            raise ValueError("报告期应写作 2025H1")
        return real(session, park_id, *more)

    with monkeypatch.context() as patched:
        patched.setattr(alerting.facts, "situation", poisoned)
        for number in range(-7, 4):
            set_now(DUE + number * DAY)
            assert catch_up(platform).today.failed
    assert alerts(platform, AlertRule.REPORT_OVERDUE) == [(DUE + DAY, None)]  # the other's
    set_now(DUE + 4 * DAY)
    found = catch_up(platform)
    assert "report_overdue:示例甲园:2025H1" in {note.key for note in found.today.opened}
    assert [key for mail in found.today.mails for key in mail.alerts] == ["report_overdue:示例甲园:2025H1"]


def test_a_clock_one_day_forward_and_back_tells_nothing_twice(platform: Platform, set_now: SetNow) -> None:
    set_now(DUE)
    catch_up(platform)
    set_now(DUE + DAY)
    catch_up(platform)
    before = everything(platform)
    set_now(DUE)  # set right again
    found = catch_up(platform)
    assert (found.ahead, found.today.as_of) == (DUE + DAY, DUE)
    assert (found.today.opened, found.today.closed, found.today.mails) == ((), (), ())
    assert everything(platform) == before
    assert mark(platform) == DUE + DAY
    set_now(DUE + DAY)
    assert catch_up(platform).ahead is None
    assert everything(platform) == before
    set_now(DUE + 7 * DAY)
    assert catch_up(platform).today.mails[0].stage == "T+7"


def test_after_a_clock_that_was_days_fast_no_deadline_is_missed(platform: Platform, set_now: SetNow) -> None:
    set_now(DUE)
    catch_up(platform)
    set_now(DUE + 8 * DAY)
    catch_up(platform)
    set_now(DUE + DAY)
    with platform.database.write() as session:
        make_park(session, "示例丙园", approved_on=date(2024, 10, 10), code="示例丙园")
    opened = catch_up(platform).today.opened
    assert "report_overdue:示例丙园:2025H1" in {note.key for note in opened}
    assert mark(platform) == DUE + 8 * DAY


def test_the_29th_of_february_is_a_day_like_any_other(platform: Platform, set_now: SetNow) -> None:
    with platform.database.write() as session:
        park = make_park(session, "示例丁园", approved_on=date(2026, 12, 1), obligations=False)
        session.add(
            Obligation(
                park_id=park.id, kind="half_year_report", period="2027H2", due_on=date(2028, 2, 28), clause="五(二)"
            )
        )
    set_now(date(2028, 2, 27))
    catch_up(platform)
    set_now(date(2028, 3, 2))
    found = catch_up(platform)
    assert [result.as_of for result in found.made_up] == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    with platform.database.read() as session:
        opened = session.scalars(
            select(Alert.opened_on).where(Alert.park_id == park.id, Alert.rule == AlertRule.REPORT_OVERDUE)
        )
        assert opened.all() == [date(2028, 2, 29)]


@pytest.fixture(params=["UTC", "America/Los_Angeles"])
def _host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The zone the host's own clock shows."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_host_zone")
def test_the_year_ends_in_beijing_wherever_the_host_stands(platform: Platform, set_now: SetNow) -> None:
    """Of the second half of 2025, due on 31 January 2026, T-30 is New Year's Day."""
    set_now(datetime(2025, 12, 31, 23, 59, 59, tzinfo=clock.SHANGHAI))
    assert catch_up(platform).today.as_of == date(2025, 12, 31)
    assert alerts(platform, AlertRule.REPORT_UPCOMING) == []
    set_now(datetime(2025, 12, 31, 16, 0, 0, tzinfo=UTC))
    found = catch_up(platform)
    assert (found.today.as_of, found.made_up) == (date(2026, 1, 1), ())
    assert alerts(platform, AlertRule.REPORT_UPCOMING) == [(date(2026, 1, 1), None)] * 2
    assert mark(platform) == date(2026, 1, 1)


@pytest.mark.parametrize(("day", "full"), [("2025-08-02", False), ("2025-08-03", True), ("2025-08-04", False)])
def test_on_sundays_every_fact_is_read_anew(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, day: str, full: bool
) -> None:
    asked: list[bool] = []
    real = catching_up.sweep

    def watched(*args: Any, **options: Any) -> alerting.SweepResult:
        asked.append(options["full"])
        return real(*args, **options)

    monkeypatch.setattr(catching_up, "sweep", watched)
    monkeypatch.setattr(clock, "today", lambda: date.fromisoformat(day))
    catch_up(platform)
    assert asked == [full]
