"""What a 催报函 tells of: the overdue matters of a park or of its whole district, and what was said of them before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert as AlertRow
from db.models import OutboxItem, OutboxMail, Park, PhoneCall, Unit
from db.rulebook_facts import rulebook
from policy.access import Scope
from policy.alerts import alerts
from policy.alerts.alert import OVERDUE, Alert, matter_of
from policy.rulebook import Rulebook
from policy.situation import Situation
from policy.terms import ContactRole, HalfYear, MailState, ReceiptState, UnitKind
from services import clock, units
from services.parks import all_parks, find_park

MISSING = {
    ReceiptState.NOTHING: "数据和函均未收到",
    ReceiptState.DATA_ONLY: "函未到（数据已报）",
    ReceiptState.LETTER_ONLY: "数据未报（函已到）",
    ReceiptState.FORWARDING: "区县未转报（园区已上传）",
}


@dataclass(frozen=True, slots=True)
class Call:
    on: date
    role: ContactRole


@dataclass(frozen=True, slots=True)
class Overdue:
    """One matter: `label` 2025年上半年园区发展情况, `missing` what has not come, `mailed` and `calls` what was said
    before, `promised` the day promised for it, if one was."""

    park_title: str
    short_name: str
    label: str
    due_on: date
    last_on: date
    missing: str
    clause: str
    mailed: tuple[date, ...]
    calls: tuple[Call, ...]
    promised: date | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """`title`: the park, or the district, it speaks of; `you`: how its government is spoken to."""

    as_of: date
    title: str
    government: str
    you: str
    matters: tuple[Overdue, ...]
    fictional: bool
    period: HalfYear | None = None
    """The half-year it is confined to, if it is."""


def reminder(
    session: Session, scope: Scope, park_code: str, as_of: date, *,
    period: HalfYear | None = None, whole_district: bool = False,
) -> Reminder:  # fmt: skip
    """As known at the end of `as_of`, of one half-year alone when a `period` is named. Raises Unknown."""
    park = find_park(session, scope, park_code)
    unit, rules = park.district, rulebook(session)
    parks = [one for one in all_parks(session, scope) if one.district_id == unit.id] if whole_district else [park]
    answering = next(iter(units.successors(session, unit, as_of)), unit)
    return Reminder(
        as_of=as_of,
        title=f"{answering.name}所辖园区" if whole_district else park.title,
        government=units.government(answering),
        you=_you(answering),
        matters=tuple(one for own in parks for one in _overdue(session, own, as_of, rules, period)),
        fictional=unit.fictional,
        period=period,
    )


def _you(unit: Unit) -> str:
    if unit.kind == UnitKind.FUNCTIONAL_ZONE:
        return "贵委"
    return "贵县" if unit.name.endswith("县") else "贵区"


def _overdue(session: Session, park: Park, as_of: date, rules: Rulebook, period: HalfYear | None) -> Iterator[Overdue]:
    situation = facts.situation(session, park.id, as_of, rules)
    for alert in alerts(situation):
        if alert.rule in OVERDUE and (period is None or alert.period == str(period)):
            yield _told(session, park, situation, alert)


def _told(session: Session, park: Park, situation: Situation, alert: Alert) -> Overdue:
    owed = next(one for one in situation.obligations() if one.key == alert.owed)
    due = situation.due(owed)
    state = situation.state(owed)
    missing = MISSING.get(state, state.label) if owed.period else "尚未收到"
    return Overdue(
        park.title, park.short_name, owed.label, due.on, due.last,
        f"退回修改后尚未重新报送，{missing}" if due.returned_on else missing, due.clause,
        _mailed(session, park.id, alert.matter, situation.as_of),
        _calls(session, park.id, alert.matter, situation.as_of),
        situation.promised.get(alert.matter),
    )  # fmt: skip


def _mailed(session: Session, park_id: int, matter: str, as_of: date) -> tuple[date, ...]:
    """The days on which a mail about it went out."""
    rows = session.execute(
        select(AlertRow.key, OutboxMail.sent_at)
        .join(OutboxItem, OutboxItem.alert_id == AlertRow.id)
        .join(OutboxMail, OutboxMail.id == OutboxItem.mail_id)
        .where(AlertRow.park_id == park_id, OutboxMail.state == MailState.SENT, OutboxMail.sent_at.is_not(None))
    )
    days = {clock.civil(row.sent_at).date() for row in rows if row.sent_at and matter_of(row.key) == matter}
    return tuple(sorted(day for day in days if day <= as_of))


def _calls(session: Session, park_id: int, matter: str, as_of: date) -> tuple[Call, ...]:
    rows = session.execute(
        select(PhoneCall.called_on, PhoneCall.role)
        .where(PhoneCall.park_id == park_id, PhoneCall.matter == matter, PhoneCall.called_on <= as_of)
        .order_by(PhoneCall.called_on, PhoneCall.id)
    )
    return tuple(Call(row.called_on, ContactRole(row.role)) for row in rows)
