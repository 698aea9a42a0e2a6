"""What a changed rulebook, work calendar or 报送通知 would move, and moving it: no date moves before it was shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts, obligation_facts
from db.models import Obligation, Park, ReportingRound
from db.queries.obligations import ledger
from db.rulebook_facts import calendar, rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.alerts import alerts
from policy.alerts.alert import Alert
from policy.deadlines import WorkCalendar
from policy.facts import ParkFact
from policy.moves import Comparison, Dates, compare, redated
from policy.obligations import Obligation as Owed
from policy.obligations import hangs_on_calendar, owed
from policy.periods import parse_period
from policy.refusal import Missing, Refused
from policy.rulebook import Rulebook
from policy.situation import Situation
from policy.terms import ObligationKind
from services import audit, clock, snapshots
from services.parks import all_parks


@dataclass(frozen=True, slots=True)
class Move:
    """One 应报事项 whose dates would change. `provisional`: the new date rests on a calendar not known yet."""

    obligation_id: int
    park: str
    park_name: str
    label: str
    old: Dates
    new: Dates
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One 应报事项 that would be added, or is no longer asked for."""

    park: str
    park_name: str
    label: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Effects:
    """What a change itself would do: `opened` and `closed` are the alerts of today that differ once every one of its
    moves is made. `older`: dates that differ from the rules in force already, by no doing of the change."""

    moves: tuple[Move, ...] = ()
    added: tuple[Listed, ...] = ()
    dropped: tuple[Listed, ...] = ()
    opened: tuple[Alert, ...] = ()
    closed: tuple[Alert, ...] = ()
    older: tuple[Move, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the change itself does nothing; `older` is not its doing."""
        return not (self.moves or self.added or self.dropped or self.opened or self.closed)


@dataclass(frozen=True, slots=True)
class Rules:
    """By what is judged: a rulebook and a work calendar, those in force or changed ones."""

    rulebook: Rulebook
    calendar: WorkCalendar

    @classmethod
    def standing(cls, session: Session) -> Rules:
        return cls(rulebook(session), calendar(session))


def foresee(session: Session, actor: Actor, changed: Rules) -> Effects:
    """What the changed rules would move, add and tell of in the actor's scope, as of today; nothing is written."""
    now, today, found = Rules.standing(session), clock.today(), []
    ids = [park.id for park in all_parks(session, actor.scope)]
    stored = obligation_facts.obligations_of(session, ids, changed.rulebook, today)
    known = _rows(session, ids)
    for park_id in ids:
        before = facts.situation(session, park_id, today, now.rulebook)
        after = replace(before, rulebook=changed.rulebook, owed=stored.get(park_id, ()))
        found.append(_effects((before, now), (after, changed), known[park_id]))
    return joined(found)


def joined(parts: Iterable[Effects]) -> Effects:
    listed = tuple(parts)
    return Effects(
        *(tuple(one for part in listed for one in getattr(part, name)) for name in Effects.__dataclass_fields__)
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a park by key, and which of them a 报送通知 has dated."""

    ids: dict[str, int]
    of_rounds: set[str]


def _rows(session: Session, park_ids: Collection[int]) -> defaultdict[int, _Rows]:
    found: defaultdict[int, _Rows] = defaultdict(lambda: _Rows({}, set()))
    columns = (Obligation.id, Obligation.park_id, Obligation.kind, Obligation.period, Obligation.round_id)
    for row in session.execute(select(*columns).where(Obligation.park_id.in_(park_ids))):
        key = as_owed(row.kind, row.period).key
        found[row.park_id].ids[key] = row.id
        if row.round_id is not None:
            found[row.park_id].of_rounds.add(key)
    return found


def as_owed(kind: str, period: str, due_on: date = date.min) -> Owed:
    """A row by its name alone: its key and label."""
    return Owed(ObligationKind(kind), parse_period(period), due_on)


Judged: TypeAlias = tuple[Situation, Rules]
"""A park as it stands, and the rules it is compared with."""


def _effects(before: Judged, after: Judged, known: _Rows) -> Effects:
    standing, (then, changed) = _differs(*before, known), after
    park, differs = then.park, _differs(*after, known)
    waiting = {(old.key, Dates.of(new)) for old, new in standing.moved}
    dropped = {entry.key for entry in standing.dropped}
    own = [(old, new) for old, new in differs.moved if (old.key, Dates.of(new)) not in waiting]
    older = [(old, new) for old, new in differs.moved if (old.key, Dates.of(new)) in waiting]
    moved = {old.key: new for old, new in own}
    owed_then = (*(_as_moved(entry, moved) for entry in then.obligations()), *differs.added)
    opened, closed = alerts_that_differ(before[0], replace(then, owed=owed_then))
    return Effects(
        tuple(_move(park, old, new, known, changed) for old, new in own),
        tuple(_listed(park, entry) for entry in differs.added),
        tuple(_listed(park, entry) for entry in differs.dropped if entry.key not in dropped),
        opened,
        closed,
        tuple(_move(park, old, new, known, changed) for old, new in older),
    )


def _differs(situation: Situation, rules: Rules, known: _Rows) -> Comparison:
    park = situation.park
    wanted = owed(park.approved_on, park.ends_on, rules.rulebook, rules.calendar)
    return compare(situation, wanted, frozenset(known.of_rounds))


def _as_moved(entry: Owed, moved: Mapping[str, Owed]) -> Owed:
    new = moved.get(entry.key)
    return entry if new is None else redated(entry, Dates.of(new), new.clause)


def alerts_that_differ(before: Situation, after: Situation) -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """What would open, and what would close, if `before` became `after`."""
    old = {alert.key: alert for alert in alerts(before)}
    new = {alert.key: alert for alert in alerts(after)}
    return (
        tuple(alert for key, alert in new.items() if key not in old),
        tuple(alert for key, alert in old.items() if key not in new),
    )


def _move(park: ParkFact, old: Owed, new: Owed, known: _Rows, rules: Rules) -> Move:
    provisional = hangs_on_calendar(new, park.ends_on, rules.rulebook, rules.calendar)
    return Move(
        known.ids[old.key], park.code, park.short_name, old.label, Dates.of(old), Dates.of(new), provisional
    )  # fmt: skip


def _listed(park: ParkFact, entry: Owed) -> Listed:
    return Listed(park.code, park.short_name, entry.label, entry.due_on)


def pending(session: Session, actor: Actor) -> tuple[Move, ...]:
    """The dates that are not those the rules in force give: what may be moved."""
    return tuple(move for move, _wanted in _pending(session, actor))


def _pending(session: Session, actor: Actor) -> list[tuple[Move, Owed]]:
    rules, found = Rules.standing(session), []
    for park in ledger(session, actor.scope, clock.today()):
        known = _Rows(
            {entry.obligation.key: entry.id for entry in park.entries},
            {entry.obligation.key for entry in park.entries if entry.round_no},
        )
        found += [
            (_move(park.situation.park, old, new, known, rules), new)
            for old, new in _differs(park.situation, rules, known).moved
        ]
    return found


def apply_moves(session: Session, actor: Actor, ids: Iterable[int], document: str) -> tuple[Move, ...]:
    """Move the chosen 应报事项 to the dates the rules in force give them, each in the log.

    Raises Refused without a document or reason, and when none of them differs from the rules (any more).
    """
    actor.require(Permission.MANAGE_RULEBOOK)
    document, chosen = document.strip(), frozenset(ids)
    if not document:
        raise Missing("调整报送截止日须写明依据的文号或事由")
    if not chosen:
        raise Refused("没有选择应报事项，请勾选要调整的事项")
    audit.take_turn(session)
    made = [(move, wanted) for move, wanted in _pending(session, actor) if move.obligation_id in chosen]
    if not made:
        raise Refused("所选应报事项的日期已与现行规则一致，没有要调整的")
    for move, wanted in made:
        redate(session, actor, move.obligation_id, move.new, wanted.clause, document)
    rewrite_parks(session, (move.obligation_id for move, _wanted in made))
    return tuple(move for move, _wanted in made)


def redate(
    session: Session, actor: Actor, obligation_id: int, new: Dates, clause: str, document: str,
    by: ReportingRound | None = None,
) -> bool:  # fmt: skip
    """Give one row its dates and ground; whether a date changed. Only a changed date goes into the log."""
    row = session.get_one(Obligation, obligation_id)
    old = Dates(row.due_on, row.grace_on, row.lock_on)
    row.due_on, row.grace_on, row.lock_on = new
    row.clause = clause
    row.round_id = by.id if by is not None else row.round_id
    session.flush()
    if old == new:
        return False
    subject = f"{session.get_one(Park, row.park_id).title}{as_owed(row.kind, row.period).label}"
    audit.record(
        session, actor, Act.OBLIGATION_MOVE, subject, park_id=row.park_id,
        old=_told(old), new={**_told(new), "document": document},
    )  # fmt: skip
    return True


def _told(dates: Dates) -> dict[str, str]:
    return {name: str(day) if day else "" for name, day in dates._asdict().items()}


def rewrite_parks(session: Session, obligation_ids: Iterable[int]) -> None:
    """The stored rows of the parks these belong to."""
    ids = list(obligation_ids)
    parks = select(Obligation.park_id).where(Obligation.id.in_(ids)).distinct().order_by(Obligation.park_id)
    for park_id in session.scalars(parks).all():
        snapshots.rewrite(session, park_id)
