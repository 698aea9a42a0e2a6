"""One park's outlooks after its facts have changed, by what the last night learned of all parks."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import ForecastFit, Outlook, Park
from db.session import take_turns
from services import clock

logger = logging.getLogger(__name__)

OUTDATED = "数据已更新，今晚4时重算"


def renew(session: Session, park_id: int) -> None:
    """Judge the park's goals anew, reading and writing nothing of any other park. Where that cannot be done, the
    outlook says so until the night rather than what was true before. Whatever goes wrong, the caller goes on."""
    if not _apart(session, park_id, _renew):
        _apart(session, park_id, _outdate)


def _apart(session: Session, park_id: int, work: Callable[[Session, int], None]) -> bool:
    try:
        with session.begin_nested():
            work(session, park_id)
    except Exception:  # what changed the facts must not fail for a forecast
        logger.exception("the outlooks of park %s", park_id)
        return False
    return True


def _renew(session: Session, park_id: int) -> None:
    fits = {fit.key: fit.learned for fit in session.scalars(select(ForecastFit))}
    rows = {row.key: row for row in session.scalars(select(Outlook).where(Outlook.park_id == park_id))}
    if not fits and not rows:
        return  # no night has been yet
    # The numerical libraries are loaded where there is something to forecast, not by every process.
    from services.foresight import stored
    from services.foresight.courses import courses_of
    from services.foresight.forecasting import forecast_one

    take_turns(session, stored.OUTLOOK_LOCK, shared=True)
    today, now = clock.today(), clock.now()
    park = facts.park_fact(session, session.get_one(Park, park_id), today)
    goals, figures = facts.goals(session, park_id, today), facts.figures(session, park_id, today)
    for course in courses_of(park, goals, figures, today):
        key = course.indicator
        one = forecast_one(course, today, stored.read(fits[key])) if key in fits else None
        row = rows.get(key)
        if one is not None:
            session.add(stored.put(row or Outlook(park_id=park_id, key=key), one, today, now))
        elif row is not None:
            _mark(row)
    session.flush()


def _outdate(session: Session, park_id: int) -> None:
    for row in session.scalars(select(Outlook).where(Outlook.park_id == park_id)):
        _mark(row)
    session.flush()


def _mark(row: Outlook) -> None:
    row.refused, row.why, row.worked_out_at = True, OUTDATED, clock.now()
    row.p_miss = row.p10 = row.p50 = row.p90 = None
