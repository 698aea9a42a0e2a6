"""What people have promised or must put right, and at which light a warning stands (used by `db.facts`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, union_all
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import Alert, AlertFeedback, AlertPause, PhoneCall, Rectification
from policy.alerts.alert import light
from policy.facts import IssueFact
from policy.terms import AlertRule, Light


def promised(session: Session, park_id: int, as_of: date) -> dict[str, date]:
    """The newest 承诺时限 by matter, given in a 反馈情况 or on the telephone by the end of `as_of`."""
    written = select(AlertFeedback.matter, AlertFeedback.promised_on, AlertFeedback.written_at.label("at")).where(
        AlertFeedback.park_id == park_id, AlertFeedback.written_on <= as_of
    )
    called = select(PhoneCall.matter, PhoneCall.promised_on, PhoneCall.recorded_at.label("at")).where(
        PhoneCall.park_id == park_id, PhoneCall.called_on <= as_of, PhoneCall.promised_on.is_not(None)
    )
    both = union_all(written, called).subquery()
    rows = session.execute(select(both.c.matter, both.c.promised_on).order_by(both.c.at))
    return {row.matter: row.promised_on for row in rows}


def paused(session: Session, park_ids: Collection[int], day: date) -> frozenset[tuple[int, str]]:
    """Park and matter of what is not told on the day: its 催报 is paused (暂缓催报)."""
    if not park_ids:
        return frozenset()
    rows = session.execute(
        select(AlertPause.park_id, AlertPause.matter).where(
            AlertPause.park_id.in_(park_ids),
            AlertPause.since <= day,
            AlertPause.until >= day,
            or_(AlertPause.lifted_on.is_(None), AlertPause.lifted_on > day),
        )
    )
    return frozenset((row.park_id, row.matter) for row in rows)


def standing_lights(session: Session, park_id: int, as_of: date) -> dict[str, Light]:
    """At which light each warning about a lag stands open on `as_of`, by its key."""
    rows = session.execute(
        select(Alert.key, Alert.stage).where(
            Alert.park_id == park_id,
            Alert.rule == AlertRule.LAGGING,
            Alert.opened_on <= as_of,
            or_(Alert.closed_on.is_(None), Alert.closed_on > as_of),
        )
    )
    return {row.key: light(AlertRule.LAGGING, row.stage) for row in rows}


def issues(session: Session, park_id: int, as_of: date) -> tuple[IssueFact, ...]:
    """The lines of the 问题整改台账 known at the end of `as_of`, by their dates."""
    line = Rectification
    rows = session.execute(
        select(line.id, line.problem, line.unit, line.due_on, line.closed_on, line.recorded_at)
        .where(line.park_id == park_id)
        .order_by(line.due_on, line.id)
    )
    return tuple(
        IssueFact(row.id, row.problem, row.unit, row.due_on, row.closed_on)
        for row in rows
        if row.recorded_at.astimezone(ZONE).date() <= as_of
    )
