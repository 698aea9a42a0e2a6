"""The unattended sweep: every day since the newest one judged, each as of its own date, and all told in one go today.

The newest day judged is remembered together with what that day brought, in one transaction: ended at any moment,
it goes on with the next day not judged yet. Nothing about a made-up day is mailed by itself: what is still due to be
told today goes out with today's mails.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Alert, SweepMark
from policy.access import SYSTEM_ACTOR
from services import clock
from services.alerting import SweepResult, sweep
from services.mail.channels import queue_channels
from services.platform import Platform

logger = logging.getLogger(__name__)

UNATTENDED = "unattended"
DAY = timedelta(days=1)
SUNDAY = 7
"""Once a week every fact is read anew, in case one was written without a mark."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What the unattended sweep of `today` brought, and the days it made up for, oldest first.

    `ahead`: the newest day judged, when it lies after today because the clock had been fast. `stuck`: the first day
    that could not be made up for, and why; it and those after it are tried again the next time.
    """

    today: SweepResult
    made_up: tuple[SweepResult, ...] = ()
    ahead: date | None = None
    stuck: tuple[date, str] | None = None


def catch_up(platform: Platform) -> CatchUp:
    """Judge every day up to today that has not been judged; the very first time today alone.

    Where the newest day judged lies ahead, today is judged too, since what was to come on it may have come
    meanwhile; park by park, since when to look next was worked out by a wrong clock. What the days ahead have opened
    counts as known: nothing is opened or told twice (see `sweep`), and the mark stays where it is. A day that cannot
    be made up for keeps nobody from being told today; the mark then stays before it, so that no day is passed over.
    """
    today = clock.today()
    with platform.database.read() as session:
        newest = newest_day(session)
    if newest is not None and newest > today:
        return CatchUp(_judge(platform, today, full=True), ahead=newest)
    made_up, stuck = _make_up(platform, _between(newest or today, today))
    full = today.isoweekday() == SUNDAY
    return CatchUp(_judge(platform, today, full=full, remember=stuck is None), made_up, stuck=stuck)


def _make_up(platform: Platform, days: Iterable[date]) -> tuple[tuple[SweepResult, ...], tuple[date, str] | None]:
    """Up to the first day that cannot be judged."""
    made_up = []
    for day in days:
        try:
            made_up.append(_judge(platform, day, tell=False))
        except Exception as error:
            logger.exception("%s could not be made up for", day)
            return tuple(made_up), (day, str(error))
    return tuple(made_up), None


def newest_day(session: Session) -> date | None:
    """Up to which day the unattended sweep has judged; None before the first."""
    mark = session.get(SweepMark, UNATTENDED)
    return mark.day if mark else None


def _between(newest: date, today: date) -> Iterator[date]:
    """The days after one and before the other."""
    return (newest + number * DAY for number in range(1, (today - newest).days))


def _judge(
    platform: Platform, day: date, *, full: bool = False, tell: bool = True, remember: bool = True
) -> SweepResult:
    settings = platform.settings
    with platform.database.write() as session:
        result = sweep(
            session, SYSTEM_ACTOR, day, full=full, tell=tell, base_url=settings.base_url, content=settings.mail_content
        )
        if tell:
            open_now = select(func.count()).select_from(Alert).where(Alert.closed_on.is_(None))
            queue_channels(session, session.scalars(open_now).one(), day, settings)
        if remember:
            _remember(session, day)
    return result


def _remember(session: Session, day: date) -> None:
    """The mark only ever moves forward."""
    mark = session.get(SweepMark, UNATTENDED)
    if mark is None:
        session.add(SweepMark(name=UNATTENDED, day=day, marked_at=clock.now()))
    elif mark.day < day:
        mark.day, mark.marked_at = day, clock.now()
