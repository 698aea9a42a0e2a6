"""办理过程 of one matter: everything that was opened, told, answered, paused, called about and closed, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import Alert, AlertFeedback, AlertPause, OutboxItem, OutboxMail, Park, PhoneCall, PressProposal
from db.queries.accounts import names
from db.queries.parks import visible
from policy.access import Scope
from policy.alerts.alert import matter_of
from policy.figures import chinese_date
from policy.masking import mask_mail
from policy.terms import AlertRule, ContactRole, MailState, ProposalState


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is known of what people do and of mails; what a sweep finds has a day alone. `stage`: of a mail."""

    on: date
    at: datetime | None
    word: str
    detail: str
    by: str = ""
    stage: str = ""


def story(session: Session, scope: Scope, alert_id: int, *, unmasked: bool, proposals: bool) -> tuple[Event, ...]:
    """Of the matter behind this alert, other alerts about it included. Mail addresses are masked unless `unmasked`.

    `proposals`: with the 拟催报, which are for the committee alone; what was approved is told as a mail to everyone.
    """
    found = session.execute(
        select(Alert.park_id, Alert.key)
        .join(Park, Park.id == Alert.park_id)
        .where(Alert.id == alert_id, visible(scope, Park.id, Park.district_id))
    ).first()
    if found is None:
        return ()
    matter = matter_of(found.key)
    rows = [row for row in session.scalars(select(Alert).where(Alert.park_id == found.park_id).order_by(Alert.id))
            if matter_of(row.key) == matter]  # fmt: skip
    shown = (lambda mail: mail) if unmasked else mask_mail
    known = names(session)
    events = [
        *_alerts(rows),
        *_mails(session, rows, shown),
        *(_proposals(session, rows, shown, known) if proposals else ()),
        *_feedback(session, found.park_id, matter, known),
        *_pauses(session, found.park_id, matter, known),
        *_calls(session, found.park_id, matter, known, unmasked=unmasked),
    ]
    return tuple(sorted(events, key=_order))


def _order(event: Event) -> tuple[date, int, str]:
    """Within a day: what was opened, what happened by the clock, what was closed."""
    part = 1 if event.at is not None else 2 if event.word == "销号" else 0
    return event.on, part, event.at.isoformat() if event.at else ""


def _alerts(rows: Sequence[Alert]) -> Iterator[Event]:
    for row in rows:
        what = f"{AlertRule(row.rule).label}{f'，时限{chinese_date(row.due_on)}' if row.due_on else ''}"
        yield Event(row.opened_on, None, "开立", f"{what}（规则第{row.rulebook}版，依据{row.clause}）")
        if row.closed_on is not None:
            yield Event(row.closed_on, None, "销号", what)


def _mails(session: Session, rows: Sequence[Alert], shown: Callable[[str], str]) -> Iterator[Event]:
    found = session.execute(
        select(
            OutboxItem.stage,
            OutboxItem.alert_id,
            OutboxMail.recipient,
            OutboxMail.state,
            OutboxMail.queued_at,
            OutboxMail.sent_at,
        )
        .join(OutboxMail, OutboxMail.id == OutboxItem.mail_id)
        .where(OutboxItem.alert_id.in_([row.id for row in rows]))
        .order_by(OutboxMail.id)
    )
    for mail in found:
        at = mail.sent_at or mail.queued_at
        yield Event(
            _day(at),
            at,
            "邮件",
            f"{shown(mail.recipient)}，{MailState(mail.state).label}",
            stage=mail.stage,
        )


def _proposals(
    session: Session, rows: Sequence[Alert], shown: Callable[[str], str], known: Mapping[str, str]
) -> Iterator[Event]:
    found = session.scalars(select(PressProposal).where(PressProposal.alert_id.in_([row.id for row in rows])))
    for row in found:
        who = f"{ContactRole(row.role).label}，{shown(row.recipient)}"
        state = ProposalState(row.state)
        lapsed = f"，{state.label}" if state is ProposalState.LAPSED else ""
        yield Event(row.proposed_on, None, "拟催报", f"{who}{lapsed}", stage=row.stage)
        if row.decided_at is not None:
            by = known.get(row.decided_by, row.decided_by)
            yield Event(_day(row.decided_at), row.decided_at, f"拟催报{state.label}", who, by, row.stage)


def _feedback(session: Session, park_id: int, matter: str, known: Mapping[str, str]) -> Iterator[Event]:
    found = session.scalars(
        select(AlertFeedback).where(AlertFeedback.park_id == park_id, AlertFeedback.matter == matter)
    )
    for row in found:
        told = f"原因：{row.cause}；措施：{row.measure}；承诺时限：{chinese_date(row.promised_on)}"
        yield Event(row.written_on, row.written_at, "反馈情况", told, known.get(row.written_by, row.written_by))


def _pauses(session: Session, park_id: int, matter: str, known: Mapping[str, str]) -> Iterator[Event]:
    found = session.scalars(select(AlertPause).where(AlertPause.park_id == park_id, AlertPause.matter == matter))
    for row in found:
        told = f"至{chinese_date(row.until)}；{row.reason}"
        yield Event(row.since, row.set_at, "暂缓催报", told, known.get(row.set_by, row.set_by))
        if row.lifted_on is not None:
            yield Event(row.lifted_on, None, "恢复催报", "", known.get(row.lifted_by, row.lifted_by))


def _calls(session: Session, park_id: int, matter: str, known: Mapping[str, str], *, unmasked: bool) -> Iterator[Event]:
    """Who was called is personal data: without the right to see contacts the role alone is told."""
    found = session.scalars(select(PhoneCall).where(PhoneCall.park_id == park_id, PhoneCall.matter == matter))
    for row in found:
        who = f"{ContactRole(row.role).label}{f' {row.person}' if unmasked else ''}"
        promised = f"；承诺时限：{chinese_date(row.promised_on)}" if row.promised_on else ""
        by = known.get(row.recorded_by, row.recorded_by)
        yield Event(row.called_on, row.recorded_at, "电话催办", f"{who}：{row.said}{promised}", by)


def _day(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()
