"""What the log says of an unattended sweep and of the tidying, in words an official reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db import facts
from db.queries.runs import runs
from jobs import sweep, tidy
from jobs.runner import Outcome
from policy.access import Actor
from policy.terms import Duty
from services import catching_up, clock
from services.alerting import SweepResult
from services.leadership import Lead
from services.platform import Platform
from services.scheduling import KEPT, start_run
from tests.factories import make_contact, make_park, make_unit

DUE = date(2025, 7, 31)  # of the first half of 2025
DAY = timedelta(days=1)


@pytest.fixture
def swept(platform: Platform, set_now: Callable[[date], None]) -> Callable[[date], Outcome]:
    """The unattended sweep of a day, over one park approved in October 2024."""
    with platform.database.write() as session:
        district = make_unit(session)
        make_contact(session, district)
        make_park(session, "示例甲园", district=district, approved_on=date(2024, 10, 10), code="JIA")

    def run(day: date) -> Outcome:
        set_now(day)
        return sweep.unattended(platform)

    return run


def test_it_says_which_days_it_made_up_for(swept: Callable[[date], Outcome]) -> None:
    swept(DUE - 8 * DAY)
    outcome = swept(DUE + 3 * DAY)
    assert outcome.ok
    assert outcome.text.startswith("补查2025年7月24日至2025年8月2日共10天：新开")
    assert "邮件并入今日；截至2025年8月3日：新开0项" in outcome.text


def test_a_single_day_made_up_is_named_once(swept: Callable[[date], Outcome]) -> None:
    swept(DUE - 2 * DAY)
    assert swept(DUE).text.startswith("补查2025年7月30日共1天：新开0项，销号0项")


def test_a_clock_that_was_fast_wants_a_look(swept: Callable[[date], Outcome]) -> None:
    swept(DUE + DAY)
    outcome = swept(DUE)
    assert not outcome.ok
    assert outcome.text.startswith("已检查至2025年8月1日，晚于今天：机器时钟曾经超前，请核对")
    assert swept(DUE + DAY).ok


def test_a_park_that_cannot_be_judged_is_named_once_for_all_the_days(
    swept: Callable[[date], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(DUE - 8 * DAY)

    def broken(*_: object) -> None:
        raise ValueError("报告期应写作 2026H1")

    monkeypatch.setattr(facts, "situation", broken)
    outcome = swept(DUE + 3 * DAY)
    assert not outcome.ok
    assert "2025年7月24日：国家网络安全产业园区（示例甲园）（JIA）未能判定" in outcome.text
    assert outcome.text.count("未能判定") == 2  # once for the days made up, once for today


def test_a_day_that_could_not_be_made_up_for_is_named_and_the_run_has_failed(
    swept: Callable[[date], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(DUE - 8 * DAY)
    real = catching_up.sweep

    def broken(session: Session, actor: Actor, as_of: date, **more: Any) -> SweepResult:
        if as_of == DUE:
            raise ValueError("该日规则无法读出")
        return real(session, actor, as_of, **more)

    monkeypatch.setattr(catching_up, "sweep", broken)
    outcome = swept(DUE + 3 * DAY)
    assert not outcome.ok
    assert "补查到2025年7月31日未能完成：该日规则无法读出；今日照常检查，2025年7月31日起的日子下次再补" in outcome.text
    assert "截至2025年8月3日" in outcome.text


def test_the_log_is_tidied_and_says_so(platform: Platform) -> None:
    now, lead = clock.now(), Lead("first", 1)
    with platform.database.write() as session:
        start_run(session, Duty.SWEEP, now - KEPT - DAY, lead)
        start_run(session, Duty.SWEEP, now, lead)
    assert tidy.unattended(platform).text == "已清理400天以前的运行记录1条"
    assert tidy.unattended(platform) == Outcome()
    with platform.database.read() as session:
        assert len(runs(session, now)) == 1
