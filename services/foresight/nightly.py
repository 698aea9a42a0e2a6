"""The outlooks of the whole programme, worked out anew every night from accepted figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import facts
from db.models import ForecastFit, Park
from db.models import Outlook as OutlookRow
from db.rulebook_facts import rulebook
from db.session import take_turns
from policy.access import Actor, Permission
from policy.foresight import Course, Outlook
from services import clock
from services.foresight import stored
from services.foresight.courses import courses
from services.foresight.forecasting import Learned, forecast_and_learn


@dataclass(frozen=True, slots=True)
class Night:
    """Every park's outlooks, and what was learned by indicator, from the facts as they stood at `begun`."""

    as_of: date
    begun: datetime
    outlooks: tuple[tuple[int, Outlook], ...]
    learned: dict[str, Learned]


def work_out(session: Session, actor: Actor, as_of: date) -> int:
    """Every goal of every park anew, as known on `as_of`; how many. Raises AccessDenied."""
    return keep(session, foresee(session, actor, as_of))


def foresee(session: Session, actor: Actor, as_of: date) -> Night:
    """Reads alone, which takes the longest of it. Raises AccessDenied."""
    actor.require(Permission.RUN_SWEEP)
    begun, rules, found = clock.now(), rulebook(session), list[tuple[int, Course]]()
    for park_id in session.scalars(select(Park.id).order_by(Park.id)).all():
        found += [(park_id, course) for course in courses(facts.situation(session, park_id, as_of, rules))]
    outlooks, learned = forecast_and_learn([course for _park, course in found], as_of)
    parks = [park_id for park_id, _course in found]
    return Night(as_of, begun, tuple(zip(parks, outlooks, strict=True)), learned)


def keep(session: Session, night: Night) -> int:
    """In place of the last night's; what has been renewed since this one began rests on newer facts, and stays."""
    take_turns(session, stored.OUTLOOK_LOCK)
    row = OutlookRow
    session.execute(delete(row).where(row.worked_out_at <= night.begun))
    session.execute(delete(ForecastFit))
    newer = {(one.park_id, one.key) for one in session.execute(select(row.park_id, row.key))}
    for park_id, one in night.outlooks:
        if (park_id, one.indicator) not in newer:
            fresh = row(park_id=park_id, key=one.indicator, learned_at=night.begun)
            session.add(stored.put(fresh, one, night.as_of, night.begun))
    for key, learned in night.learned.items():
        session.add(ForecastFit(key=key, as_of=night.as_of, learned_at=night.begun, learned=stored.written(learned)))
    session.flush()
    return len(night.outlooks)
