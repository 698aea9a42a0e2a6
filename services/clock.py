"""The only reader of "now". Civil dates are in Asia/Shanghai whatever the host's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The civil date in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def civil(instant: datetime) -> datetime:
    """An instant as the wall clock in Asia/Shanghai shows it."""
    return instant.astimezone(SHANGHAI)
