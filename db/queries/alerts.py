"""Alerts as the pages list them, with how far each has been told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session

from db.handling_facts import promised
from db.models import Alert, AlertFeedback, AlertPause, OutboxItem, OutboxMail, Park, PhoneCall, PressProposal, Unit
from db.queries.parks import visible
from policy.access import Scope
from policy.alerts.alert import light, matter_of
from policy.alerts.ladder import Audience, whose
from policy.periods import Period, parse_period
from policy.terms import AlertRule, Light, MailState, ProposalState


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert. `told`: mails that tell of it, `sent` of them gone out; 0 told: there was nobody to write to."""

    id: int
    key: str
    rule: AlertRule
    light: Light
    park_code: str
    park_title: str
    district: str
    period: Period | None
    due_on: date | None
    clause: str
    message: str
    stage: str
    rulebook: str
    opened_on: date
    closed_on: date | None
    told: int
    sent: int

    @property
    def matter(self) -> str:
        """What it is about, whatever its rule; begins with the park's code."""
        return matter_of(self.key)

    @property
    def audience(self) -> Audience:
        """Whose matter it is."""
        return whose(self.rule, self.matter.partition(":")[2])


@dataclass(frozen=True, slots=True)
class Handled:
    """What people have said of a matter: paused up to and including `paused_until`, promised for `promised_on`."""

    paused_until: date | None = None
    promised_on: date | None = None


def alert(session: Session, scope: Scope, alert_id: int) -> AlertRow | None:
    """One alert, open or closed; None when it is unknown within the scope."""
    return next(iter(_rows(session, scope, [Alert.id == alert_id])), None)


def handled(session: Session, scope: Scope, day: date) -> Mapping[str, Handled]:
    """By matter, of those whose 催报 is paused on `day` or for which a date was promised by then."""
    pauses = session.execute(
        select(AlertPause.matter, AlertPause.until)
        .join(Park, Park.id == AlertPause.park_id)
        .where(
            visible(scope, Park.id, Park.district_id), AlertPause.since <= day, AlertPause.until >= day,
            or_(AlertPause.lifted_on.is_(None), AlertPause.lifted_on > day),
        )
    )  # fmt: skip
    promises = {
        matter: promised_on
        for park_id in session.scalars(_spoken_of(scope))
        for matter, promised_on in promised(session, park_id, day).items()
    }
    paused = {row.matter: row.until for row in pauses}
    return {
        matter: Handled(paused.get(matter), promises.get(matter)) for matter in (*paused, *promises)
    }  # fmt: skip


def _spoken_of(scope: Scope) -> Select[int]:
    """The parks of which people have promised anything."""
    spoken = union(select(AlertFeedback.park_id), select(PhoneCall.park_id))
    return select(Park.id).where(visible(scope, Park.id, Park.district_id), Park.id.in_(spoken))


def proposals_waiting(session: Session, scope: Scope) -> int:
    """How many entries of the 拟催报清单 wait for approval."""
    return session.scalars(
        select(func.count())
        .select_from(PressProposal)
        .join(Alert, Alert.id == PressProposal.alert_id)
        .join(Park, Park.id == Alert.park_id)
        .where(visible(scope, Park.id, Park.district_id), PressProposal.state == ProposalState.PROPOSED)
    ).one()


def open_alerts(session: Session, scope: Scope, *, park_code: str | None = None) -> tuple[AlertRow, ...]:
    """What is open, in 行政区划序, within a park the rules in their order."""
    rows = _rows(session, scope, [Alert.closed_on.is_(None), *_of_park(park_code)])
    place = {row.park_code: number for number, row in reversed(list(enumerate(rows)))}
    rules = list(AlertRule)
    return tuple(sorted(rows, key=lambda row: (place[row.park_code], rules.index(row.rule), row.key)))


def closed_alerts(session: Session, scope: Scope, *, since: date, park_code: str | None = None) -> tuple[AlertRow, ...]:
    """已销号: what was closed on or after `since`, newest first."""
    rows = _rows(session, scope, [Alert.closed_on >= since, *_of_park(park_code)])
    return tuple(sorted(rows, key=lambda row: (row.closed_on or date.max, row.id), reverse=True))


def _of_park(code: str | None) -> list[ColumnElement[bool]]:
    return [] if code is None else [Park.code == code]


def _rows(session: Session, scope: Scope, where: list[ColumnElement[bool]]) -> list[AlertRow]:
    told = (
        select(
            OutboxItem.alert_id.label("alert_id"),
            func.count().label("told"),
            func.count(OutboxMail.id).filter(OutboxMail.state == MailState.SENT).label("sent"),
        )
        .join(OutboxMail, OutboxItem.mail_id == OutboxMail.id)
        .group_by(OutboxItem.alert_id)
        .subquery()
    )
    found = session.execute(
        select(Alert, Park.code, Park.title, Unit.name, told.c.told, told.c.sent)
        .join(Park, Alert.park_id == Park.id)
        .join(Unit, Park.district_id == Unit.id)
        .outerjoin(told, told.c.alert_id == Alert.id)
        .where(visible(scope, Park.id, Park.district_id), *where)
        .order_by(Unit.position, Park.title, Alert.id)
    )
    return [
        AlertRow(
            id=alert.id,
            key=alert.key,
            rule=AlertRule(alert.rule),
            light=light(AlertRule(alert.rule), alert.stage),
            park_code=code,
            park_title=title,
            district=district,
            period=parse_period(alert.period or ""),
            due_on=alert.due_on,
            clause=alert.clause,
            message=alert.message,
            stage=alert.stage,
            rulebook=alert.rulebook,
            opened_on=alert.opened_on,
            closed_on=alert.closed_on,
            told=mails or 0,
            sent=sent or 0,
        )
        for alert, code, title, district, mails, sent in found
    ]
