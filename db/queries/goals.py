"""The goals of one park: those in force and those they replaced, each with the decision it holds by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Goal, Park
from db.queries.parks import visible
from db.queries.provenance import GoalOrigin, goals_of
from policy.access import Scope
from policy.facts import ParkFact
from policy.indicators.catalogue import BY_KEY


@dataclass(frozen=True, slots=True)
class GoalHistory:
    """The goals of one indicator, newest first: the first of them is in force."""

    key: str
    goals: tuple[GoalOrigin, ...]


@dataclass(frozen=True, slots=True)
class GoalBook:
    """Every goal of a park that held on some day up to the day asked for, in the order of the catalogue."""

    park: ParkFact
    histories: tuple[GoalHistory, ...]


def goal_book(session: Session, scope: Scope, code: str, as_of: date) -> GoalBook | None:
    """None when the park does not exist or lies outside the scope."""
    park = session.scalars(select(Park).where(Park.code == code, visible(scope, Park.id, Park.district_id))).first()
    if park is None:
        return None
    keys = set(session.scalars(select(Goal.key).where(Goal.park_id == park.id, Goal.valid_from <= as_of).distinct()))
    found = {key: goals_of(session, park.id, key) for key in BY_KEY if key in keys}
    return GoalBook(
        facts.park_fact(session, park, as_of),
        tuple(
            GoalHistory(key, tuple(goal for goal in goals if goal.valid_from <= as_of)) for key, goals in found.items()
        ),
    )
