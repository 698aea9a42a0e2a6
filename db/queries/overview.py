"""The overview a page at a time: as many parks as fit on one, and what is counted over all of them.

A page is found by the park it begins after, never by counting rows, and the counts come from one index: neither takes
longer to find among many parks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from db.models import ParkSnapshot
from db.queries.parks import OverviewRow, overview_row
from db.rulebook_facts import rulebook
from policy.access import Scope
from policy.terms import Light

LAGGING = (Light.RED, Light.YELLOW)
SNAPSHOT = ParkSnapshot
ORDER = (SNAPSHOT.position, SNAPSHOT.district_id, SNAPSHOT.approved_on, SNAPSHOT.code)
"""行政区划序; the code is each park's own, so that no two share a place."""


class Kind(StrEnum):
    """What the overview can be narrowed to."""

    ALL = ""
    OVERDUE = "overdue"
    LAGGING = "lagging"
    PENDING = "pending"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Asked:
    """One page: parks of a kind whose title, district or operator holds every word, `after` or `before` the park of
    this code; the first of them when neither is known."""

    day: date
    kind: Kind = Kind.ALL
    words: tuple[str, ...] = ()
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class PageOfParks:
    """`parks`: (park id, version of its row) in order. `earlier`, `later`: whether there are pages on either side."""

    parks: tuple[tuple[int, int], ...]
    earlier: bool
    later: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many parks, and how many of each kind; `lights`: how many whose worst verdict is this one."""

    parks: int = 0
    overdue: int = 0
    lagging: int = 0
    pending: int = 0
    acceptance: int = 0
    red: int = 0
    yellow: int = 0
    green: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def of(self, kind: Kind) -> int:
        number: int = getattr(self, kind.value or "parks")
        return number

    @property
    def worst(self) -> Light:
        """Lateness weighs as much as the worst verdict."""
        if self.overdue or self.red:
            return Light.RED
        return Light.YELLOW if self.yellow else Light.GREEN if self.green else Light.GREY


def page(session: Session, scope: Scope, asked: Asked, size: int) -> PageOfParks:
    """Of the scope's parks; a code outside the scope is as unknown as one that does not exist."""
    backwards = bool(asked.before)
    start = _place(session, scope, asked.before or asked.after)
    found = select(SNAPSHOT.park_id, SNAPSHOT.version).where(_in_scope(scope), _of_kind(asked), *_holding(asked.words))
    if start is not None:
        here = tuple_(*ORDER)
        found = found.where(here < start if backwards else here > start)
    turned = backwards and start is not None
    ordered = found.order_by(*(column.desc() if turned else column for column in ORDER)).limit(size + 1)
    rows = [(row.park_id, row.version) for row in session.execute(ordered)]
    more, rows = len(rows) > size, rows[:size]
    if turned:
        return PageOfParks(tuple(reversed(rows)), earlier=more, later=True)
    return PageOfParks(tuple(rows), earlier=start is not None, later=more)


def rows_of(session: Session, park_ids: Collection[int]) -> dict[int, OverviewRow]:
    """These parks' stored rows by id; whose parks they are was asked before."""
    found = rulebook(session)
    rows = session.scalars(select(SNAPSHOT).where(SNAPSHOT.park_id.in_(park_ids)))
    return {row.park_id: overview_row(row, found) for row in rows}


def counts(session: Session, scope: Scope, day: date) -> dict[int, Counts]:
    """By district, as of `day`."""
    tests: tuple[ColumnElement[bool], ...] = (
        SNAPSHOT.overdue_on <= day,
        SNAPSHOT.light.in_(LAGGING),
        SNAPSHOT.pending > 0,
        SNAPSHOT.acceptance_on <= day,
        *(SNAPSHOT.light == light for light in (Light.RED, Light.YELLOW, Light.GREEN)),
    )
    columns: list[ColumnElement[Any]] = [func.count().filter(test) for test in tests]
    rows = session.execute(
        select(SNAPSHOT.district_id, func.count(), *columns).where(_in_scope(scope)).group_by(SNAPSHOT.district_id)
    )
    return {district: Counts(*numbers) for district, *numbers in rows}


def matching(session: Session, scope: Scope, asked: Asked) -> int:
    """How many parks hold the words asked for."""
    found = select(func.count()).select_from(SNAPSHOT)
    return session.scalar(found.where(_in_scope(scope), _of_kind(asked), *_holding(asked.words))) or 0


def _place(session: Session, scope: Scope, code: str) -> Any:
    if not code:
        return None
    row = session.execute(select(*ORDER).where(SNAPSHOT.code == code, _in_scope(scope))).first()
    return None if row is None else tuple_(*row)


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    """Without the parts a scope does not have: an index is then enough."""
    if scope.everything:
        return true()
    if not scope.park_ids:
        return SNAPSHOT.district_id.in_(scope.unit_ids)
    return or_(SNAPSHOT.park_id.in_(scope.park_ids), SNAPSHOT.district_id.in_(scope.unit_ids))


def _of_kind(asked: Asked) -> ColumnElement[bool]:
    tests: dict[Kind, ColumnElement[bool]] = {
        Kind.OVERDUE: SNAPSHOT.overdue_on <= asked.day,
        Kind.LAGGING: SNAPSHOT.light.in_(LAGGING),
        Kind.PENDING: SNAPSHOT.pending > 0,
        Kind.ACCEPTANCE: SNAPSHOT.acceptance_on <= asked.day,
    }
    return tests.get(asked.kind, true())


def _holding(words: Collection[str]) -> list[ColumnElement[bool]]:
    text = SNAPSHOT.title + " " + SNAPSHOT.district + " " + SNAPSHOT.operator
    return [text.contains(word, autoescape=True) for word in words]
