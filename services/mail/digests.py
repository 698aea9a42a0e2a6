"""One digest a person and day: what waits for the same person is put together, and written anew before it goes out.

Only a mail that was never handed over is written anew; it stays the same mail, with its key and Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Row, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert as AlertRow
from db.models import OutboxItem, OutboxMail, Park, Unit
from db.rulebook_facts import rulebook
from policy.alerts import alerts
from policy.alerts.alert import Alert, stage_rank
from policy.terms import AlertRule, MailState
from services import clock
from services.mail.compose import Notice, Telling, group, word
from settings import Settings

logger = logging.getLogger(__name__)

UNTOUCHED = (MailState.QUEUED.value, MailState.HELD.value)
WHY_MERGED = "已并入同一收件人的另一封邮件，不再单独发送"
WHY_TOMORROW = "收件人当天已有一封，并入次日的一封"

Due: TypeAlias = Row[int, str, date | None, str, int]
"""Of a mail that is due: id, recipient, digest_on, state, doubts."""


@dataclass(slots=True)
class Plan:
    """What a round does: send `due`; put together before, by the mail that stays, `merged`; leave `tomorrow`."""

    due: list[int] = field(default_factory=list)
    merged: dict[int, list[int]] = field(default_factory=dict)
    tomorrow: list[int] = field(default_factory=list)


def plan(session: Session, waiting: Sequence[Due], now: datetime) -> Plan:
    """One digest a mailbox; any other mail goes as it is. Of several that were never handed over the newest stays and
    tells what the others tell."""
    found, digests = Plan(), dict[str, list[Due]]()
    for mail in waiting:
        if mail.digest_on is None:
            found.due.append(mail.id)
        else:
            digests.setdefault(mail.recipient.lower(), []).append(mail)
    had = _had(session, now) if digests else {}
    for mailbox, mails in digests.items():
        free = [mail for mail in mails if mail.state in UNTOUCHED and not mail.doubts]
        one = max(free, key=lambda mail: (mail.digest_on, mail.id), default=None)
        if one is not None and len(free) > 1:
            found.merged[one.id] = [mail.id for mail in free if mail is not one]
        # What has begun to go out goes on, before anything else.
        left = [mail.id for mail in mails if mail not in free] + ([one.id] if one is not None else [])
        going = next((mail_id for mail_id in left if not had.get(mailbox, set()) - {mail_id}), None)
        found.due += [going] if going is not None else []
        if one is not None and one.id != going:
            found.tomorrow.append(one.id)
    place = {mail.id: number for number, mail in enumerate(waiting)}
    found.due.sort(key=place.__getitem__)
    return found


def _had(session: Session, now: datetime) -> Mapping[str, set[int]]:
    """By mailbox, the digests that went out today, may have, or are on their way."""
    mail, (start, end) = OutboxMail, _today(now)
    doubtful = func.coalesce(mail.claimed_until, mail.try_at)
    gone = or_(
        and_(mail.sent_at >= start, mail.sent_at < end),
        and_(mail.state == MailState.CLAIMED, mail.claimed_until > now, mail.claimed_until < end),
        and_(mail.state == MailState.UNCERTAIN, doubtful >= start, doubtful < end),
    )
    found: dict[str, set[int]] = {}
    for row in session.execute(select(mail.id, mail.recipient).where(mail.digest_on.is_not(None), gone)):
        found.setdefault(row.recipient.lower(), set()).add(row.id)
    return found


def _today(now: datetime) -> tuple[datetime, datetime]:
    start = clock.civil(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def carry_out(session: Session, found: Plan, settings: Settings) -> None:
    """Put together what is to be one mail, and say of what waits until when and why."""
    for mail_id, others in found.merged.items():
        try:
            with session.begin_nested():
                _merge(session, mail_id, others)
                rewrite(session, mail_id, (), settings)
        except Exception:  # they stay as they were, and go out one a day
            logger.exception("mails %s could not be put together", [mail_id, *others])
    _start, end = _today(clock.now())
    waits = (OutboxMail.id.in_(found.tomorrow), OutboxMail.state == MailState.QUEUED.value)
    session.execute(update(OutboxMail).where(*waits).values(try_at=end, last_error=WHY_TOMORROW))


def _merge(session: Session, mail_id: int, others: Iterable[int]) -> None:
    """The entries move over; the mails they leave tell nothing any more and are kept as they were."""
    mail = session.get_one(OutboxMail, mail_id, populate_existing=True)
    told = {(item.alert_id, item.stage) for item in mail.items}
    for item in session.scalars(select(OutboxItem).where(OutboxItem.mail_id.in_(others)).order_by(OutboxItem.id)):
        if (item.alert_id, item.stage) in told:  # entered by letters of another case
            session.delete(item)
        else:
            item.mail_id, item.recipient = mail_id, mail.recipient
    held = {"state": MailState.HELD.value, "last_error": WHY_MERGED}
    session.execute(update(OutboxMail).where(OutboxMail.id.in_(others)).values(held))
    mail.state = MailState.QUEUED.value
    session.flush()
    session.expire(mail)


def rewrite(session: Session, mail_id: int, over: Collection[int], settings: Settings) -> None:
    """Say only what is still open, as of today. The entries `over` are taken out: they have not been told."""
    if over:
        session.execute(delete(OutboxItem).where(OutboxItem.id.in_(over)))
    mail = session.get_one(OutboxMail, mail_id, populate_existing=True)
    day = clock.today()
    notice = _notice(session, mail, day)
    wording = word(notice, day, settings.base_url, settings.mail_content)
    mail.subject, mail.text, mail.html = wording.subject, wording.text, wording.html
    mail.stage = notice.stage
    session.flush()


def _notice(session: Session, mail: OutboxMail, day: date) -> Notice:
    """What the mail tells: of each matter the newest stage."""
    rows = session.execute(
        select(OutboxItem.stage, AlertRow, Park, Unit.fictional)
        .join(AlertRow, AlertRow.id == OutboxItem.alert_id)
        .join(Park, Park.id == AlertRow.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(OutboxItem.mail_id == mail.id)
        .order_by(OutboxItem.id)
    ).all()
    newest = {row.Alert.id: row for row in sorted(rows, key=lambda row: stage_rank(row.stage))}
    now = _now(session, {row.Park.id for row in rows}, day)
    tellings = []
    for row in newest.values():
        alert = now.get((row.Alert.key, row.Alert.due_on)) or _as_swept(row.Alert, row.Park)
        tellings.append(
            Telling(
                alert_id=row.Alert.id,
                alert=replace(alert, stage=row.stage),
                opened_on=row.Alert.opened_on,
                park_title=row.Park.title,
                fictional=row.fictional,
                recipient=mail.recipient,
                office=mail.office,
            )
        )
    (notice,) = group(tellings)
    return notice


def _now(session: Session, park_ids: Iterable[int], day: date) -> Mapping[tuple[str, date | None], Alert]:
    rules = rulebook(session)
    judged = (alerts(facts.situation(session, park_id, day, rules)) for park_id in park_ids)
    return {alert.identity: alert for found in judged for alert in found}


def _as_swept(row: AlertRow, park: Park) -> Alert:
    """What the last sweep said of it."""
    rule = AlertRule(row.rule)
    return Alert(row.key, rule, park.code, row.period, row.due_on, row.clause, row.message, row.stage, rule.label)
