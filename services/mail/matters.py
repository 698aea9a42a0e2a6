"""Whether what queued mails tell is still so when they go out: who has reported since, or need not, is not chased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sqlalchemy import Row, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from db import facts, watch
from db.handling_facts import paused
from db.models import Alert as AlertRow
from db.models import Contact, OutboxItem, OutboxMail, Park, ParkWatch, Unit
from db.rulebook_facts import rulebook
from policy.alerts import alerts
from policy.alerts.alert import Alert, matter_of
from policy.terms import AlertRule
from services import clock

ONLY_SWEPT = frozenset({AlertRule.EVIDENCE_MISSING, AlertRule.CONTACT_MISSING})
"""Over when a sweep has closed them: they hang on more than is looked at here."""

_Told: TypeAlias = Row[int, int, int, str, str, date | None, date | None, bool]


@dataclass(frozen=True, slots=True)
class Settled:
    """What is over by now. `mails`: those whose every matter is, or whose reader has left (`departed`); `items`: of the
    others, by mail, the numbers of the entries that are."""

    mails: frozenset[int] = frozenset()
    departed: frozenset[int] = frozenset()
    items: Mapping[int, frozenset[int]] = field(default_factory=dict)


def _departed(session: Session, mail_ids: Collection[int], day: date) -> frozenset[int]:
    """The digests to an address at which nobody reads any more who serves on `day`: whoever serves now is told by the
    next sweep. One that may have been handed over is not taken back, and one made up as of a day gone by speaks of
    that day."""
    mail, person, unit = OutboxMail, aliased(Contact), aliased(Unit)
    entered = exists().where(func.lower(Contact.mail) == func.lower(mail.recipient))
    serves = (
        exists()
        .where(func.lower(person.mail) == func.lower(mail.recipient), unit.id == person.unit_id)
        .where(or_(person.valid_from.is_(None), person.valid_from <= day))
        .where(or_(person.valid_to.is_(None), person.valid_to >= day))
        .where(or_(unit.valid_to.is_(None), unit.valid_to >= day))
    )
    digests = and_(mail.id.in_(mail_ids), mail.digest_on.is_not(None), mail.doubts == 0)
    rows = session.execute(select(mail.id, mail.digest_on, mail.queued_at).where(digests, entered, not_(serves)))
    return frozenset(row.id for row in rows if clock.civil(row.queued_at).date() == row.digest_on)


def settled(session: Session, mail_ids: Collection[int], day: date) -> Settled:
    """Of these mails, what is over on `day`: its alert is closed, its 催报 paused, or it is no more open by the date it
    tells, whether or not a sweep has found so yet.

    A mail that tells of no matter is never settled. Four statements for all of the mails, and a park is judged anew
    only when its facts have changed since a sweep judged it, or that was not today.
    """
    told = _told(session, mail_ids, day) if mail_ids else []
    if not told:
        return Settled()
    standing = [one for one in told if one.closed_on is None]
    pauses = paused(session, {one.park_id for one in standing}, day)
    now = _judged(session, {one.park_id for one in standing if one.unsure and one.rule not in ONLY_SWEPT}, day)
    over = {
        one.id
        for one in told
        if one.closed_on is not None or (one.park_id, matter_of(one.key)) in pauses or _is_gone(one, now)
    }
    still = {one.mail_id for one in told if one.id not in over}
    found: dict[int, set[int]] = {}
    for one in told:
        if one.mail_id in still and one.id in over:
            found.setdefault(one.mail_id, set()).add(one.id)
    items = {mail_id: frozenset(ids) for mail_id, ids in found.items()}
    departed = _departed(session, mail_ids, day)
    return Settled((frozenset(one.mail_id for one in told) - still) | departed, departed, items)


def _told(session: Session, mail_ids: Collection[int], day: date) -> list[_Told]:
    """What the mails tell. `unsure`: facts of its park have changed since a sweep judged it, or may have."""
    judged, changed = ParkWatch, or_(ParkWatch.changed, ParkWatch.judged_on < day, watch.waiting(session))
    rows = session.execute(
        select(
            OutboxItem.id, OutboxItem.mail_id, AlertRow.park_id, AlertRow.rule, AlertRow.key, AlertRow.due_on,
            AlertRow.closed_on, and_(judged.park_id.is_not(None), changed).label("unsure"),
        )
        .join(AlertRow, OutboxItem.alert_id == AlertRow.id)
        .join(Park, Park.id == AlertRow.park_id)
        .outerjoin(judged, judged.park_id == Park.id)
        .where(OutboxItem.mail_id.in_(mail_ids))
    )  # fmt: skip
    return list(rows)


def _judged(session: Session, park_ids: Iterable[int], day: date) -> Mapping[int, tuple[Alert, ...]]:
    """What is open on the day, by park."""
    ids = sorted(park_ids)
    rules = rulebook(session) if ids else None
    return {park_id: alerts(facts.situation(session, park_id, day, rules)) for park_id in ids} if rules else {}


def _is_gone(told: _Told, now: Mapping[int, tuple[Alert, ...]]) -> bool:
    """Nothing about the matter is open any more by the date it tells: what is due later is told by then."""
    if told.park_id not in now or told.rule in ONLY_SWEPT:
        return False
    about = (alert for alert in now[told.park_id] if alert.matter == matter_of(told.key))
    return not any(told.due_on is None or alert.due is None or alert.due <= told.due_on for alert in about)
