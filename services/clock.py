"""The only reader of "now". Civil dates are in Asia/Shanghai whatever the host's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from policy.figures import chinese_date
from policy.refusal import Refused
from policy.rulebook import NOTICE_DAY

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def shared(session: Session) -> datetime:
    """This instant by the one clock that every process on this database shares: the server's, or SQLite's host's.

    For what processes on several hosts must agree on, such as when a lease runs out.
    """
    if session.get_bind().dialect.name != "postgresql":
        return now()
    instant: datetime = session.scalars(select(func.clock_timestamp())).one()
    return instant.astimezone(UTC)


def today() -> date:
    """The civil date in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def require_past(day: date, called: str) -> None:
    """Raises Refused for a day to come or before the notice was written, when nothing of it could have happened.

    `called` is the date's name on paper, such as 收文日期.
    """
    if day < NOTICE_DAY:
        raise Refused(f"{called}{chinese_date(day)}早于通知成文日期{chinese_date(NOTICE_DAY)}，请核对")
    if day > today():
        raise Refused(f"{called}{chinese_date(day)}在今天（{chinese_date(today())}）之后，请核对")


def require_between(day: date, first: date, called: str, since: str) -> None:
    """Raises Refused for a day before `first`, whose name on paper is `since`, or to come."""
    if not first <= day <= today():
        span = f"{since}{chinese_date(first)}和今天（{chinese_date(today())}）之间"
        raise Refused(f"{called}{chinese_date(day)}应在{span}，请核对")


def civil(instant: datetime) -> datetime:
    """An instant as the wall clock in Asia/Shanghai shows it."""
    return instant.astimezone(SHANGHAI)
