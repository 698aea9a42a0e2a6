"""Days to come, and the civil date in Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from policy.refusal import Refused
from services import clock

TODAY = date(2026, 8, 3)


def test_the_civil_date_is_that_of_shanghai(set_now: Callable[[datetime | date], None]) -> None:
    set_now(datetime(2026, 8, 2, 16, 0, tzinfo=UTC))
    assert clock.today() == TODAY
    set_now(datetime(2026, 8, 2, 15, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 8, 2)


def test_a_day_to_come_is_refused_under_its_name(set_now: Callable[[datetime | date], None]) -> None:
    set_now(TODAY)
    clock.require_past(TODAY, "收文日期")
    with pytest.raises(Refused, match=r"^收文日期2026年8月4日在今天（2026年8月3日）之后"):
        clock.require_past(date(2026, 8, 4), "收文日期")


def test_nothing_was_received_before_the_notice_was_written() -> None:
    clock.require_past(date(2022, 10, 21), "收文日期")
    with pytest.raises(Refused, match="收文日期2022年10月20日早于通知成文日期2022年10月21日"):
        clock.require_past(date(2022, 10, 20), "收文日期")


@pytest.mark.parametrize("day", [date(2026, 7, 31), date(2026, 8, 4)])
def test_a_day_outside_its_span_is_refused(set_now: Callable[[datetime | date], None], day: date) -> None:
    set_now(TODAY)
    clock.require_between(date(2026, 8, 1), date(2026, 8, 1), "审核日期", "收到日期")
    clock.require_between(TODAY, date(2026, 8, 1), "审核日期", "收到日期")
    with pytest.raises(Refused, match="应在收到日期2026年8月1日和今天（2026年8月3日）之间"):
        clock.require_between(day, date(2026, 8, 1), "审核日期", "收到日期")
