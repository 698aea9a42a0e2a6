"""One park's outlooks after its facts have changed, by what the last night learned of all parks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import ForecastFit, Outlook, Park
from db.session import take_turns
from policy import foresight
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


def disagreeing(session: Session, park_id: int) -> list[str]:
    """The indicators whose stored outlook is not what the facts of its day give by what the last night learned.

    Of those alone that rest on that night: what is older, or waits for the next, cannot be judged anew.
    """
    fits = {fit.key: fit for fit in session.scalars(select(ForecastFit).where(ForecastFit.learned_at.is_not(None)))}
    rows = [
        row
        for row in session.scalars(select(Outlook).where(Outlook.park_id == park_id).order_by(Outlook.id))
        if row.key in fits and row.learned_at == fits[row.key].learned_at and row.why != OUTDATED
    ]
    found: list[str] = []
    for day in sorted({row.as_of for row in rows}):
        fresh = _judged(session, park_id, day, {key: fit.learned for key, fit in fits.items()})
        found += [row.key for row in rows if row.as_of == day and not _same(row, fresh.get(row.key))]
    return found


def _renew(session: Session, park_id: int) -> None:
    fits = {fit.key: fit for fit in session.scalars(select(ForecastFit))}
    rows = {row.key: row for row in session.scalars(select(Outlook).where(Outlook.park_id == park_id))}
    if not fits and not rows:
        return  # no night has been yet
    from services.foresight import stored  # as in _judged

    take_turns(session, stored.OUTLOOK_LOCK, shared=True)
    today, now = clock.today(), clock.now()
    for key, one in _judged(session, park_id, today, {key: fit.learned for key, fit in fits.items()}).items():
        row = rows.get(key)
        if one is not None:
            row = stored.put(row or Outlook(park_id=park_id, key=key), one, today, now)
            row.learned_at = fits[key].learned_at
            session.add(row)
        elif row is not None:
            _mark(row)
    session.flush()


def _judged(
    session: Session, park_id: int, day: date, fits: Mapping[str, dict[str, Any]]
) -> dict[str, foresight.Outlook | None]:
    """Each goal of the park by what was learned; None where that does not suffice."""
    # The numerical libraries are loaded where there is something to forecast, not by every process.
    from services.foresight import stored
    from services.foresight.courses import courses_of
    from services.foresight.forecasting import forecast_one

    park = facts.park_fact(session, session.get_one(Park, park_id), day)
    goals, figures = facts.goals(session, park_id, day), facts.figures(session, park_id, day)
    return {
        course.indicator: forecast_one(course, day, stored.read(fits[course.indicator]))
        if course.indicator in fits
        else None
        for course in courses_of(park, goals, figures, day)
    }


def _same(row: Outlook, one: foresight.Outlook | None) -> bool:
    from services.foresight import stored

    if one is None:
        return False
    return stored.said(stored.put(Outlook(), one, row.as_of, row.worked_out_at)) == stored.said(row)


def _outdate(session: Session, park_id: int) -> None:
    for row in session.scalars(select(Outlook).where(Outlook.park_id == park_id)):
        _mark(row)
    session.flush()


def _mark(row: Outlook) -> None:
    row.refused, row.why, row.worked_out_at = True, OUTDATED, clock.now()
    row.p_miss = row.p10 = row.p50 = row.p90 = None
