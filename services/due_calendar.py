"""时限日历: one's due dates as a calendar file, and subscriptions to it by a token that can be revoked.

Only the hash of a token is kept. The file names parks and matters, never a person.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, CalendarToken
from db.queries.obligations import Entry, ledger
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.deadlines import unknown_year
from policy.figures import chinese_date
from policy.obligations import CHECKLIST, OWED_BY
from policy.refusal import Refused, Unknown
from policy.terms import Standing
from services import accounts, audit, clock

NAME = "园区应报事项时限"
MOST_TOKENS = 5
OVER = (Standing.RECEIVED, Standing.LATE, Standing.WAIVED)


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of the actor's tokens that still holds."""

    id: int
    created_at: datetime


def is_open(session: Session) -> bool:
    """Whether the committee lets calendars be subscribed to."""
    return rulebook(session).choice("calendar_feed", clock.today()) == "on"


def due_dates(session: Session, actor: Actor, base_url: str) -> bytes:
    """What the parks of the actor's scope still owe, as an .ics file: one event of a whole day each.

    Raises AccessDenied without the permission.
    """
    actor.require(Permission.SUBSCRIBE_CALENDAR)
    found = ledger(session, actor.scope, clock.today())
    waiting = (entry for park in found for entry in park.entries if _is_told(entry))
    return _calendar(waiting, base_url)


def _is_told(entry: Entry) -> bool:
    """Still to come, and by a date: the duties of N12 have none."""
    return entry.kind not in CHECKLIST and entry.standing not in OVER


def _calendar(entries: Iterable[Entry], base_url: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Parkwatch//obligations//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("x-wr-timezone", str(clock.SHANGHAI))
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, base_url))
    return bytes(calendar.to_ical())


def _event(entry: Entry, base_url: str) -> Event:
    """`uid` names park and matter, so that a moved date moves the event and makes no second one."""
    event, due = Event(), entry.due
    provisional = "（暂定）" if _is_provisional(entry) else ""
    again = "重新" if due.returned_on else ""
    event.add("uid", f"{entry.park.code}-{entry.obligation.key.replace(':', '-')}@parkwatch")
    event.add("dtstamp", clock.now())
    event.add("dtstart", due.on)
    event.add("dtend", due.on + timedelta(days=1))
    event.add("summary", f"{_short(entry)}{entry.obligation.label}{again}报送截止日{provisional}")
    event.add("description", _description(entry))
    event.add("url", f"{base_url}/parks/{entry.park.code}/obligations/{entry.id}")
    event.add("status", "TENTATIVE" if _is_provisional(entry) else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.kind.label])
    return event


def _is_provisional(entry: Entry) -> bool:
    """No 报送通知 stands behind the date yet, or it was rolled by a year whose days off are not known."""
    return not entry.obligation.confirmed or entry.on_unknown_year


def _short(entry: Entry) -> str:
    """示例甲园 of 国家网络安全产业园区（示例甲园）."""
    return entry.park.title.partition("（")[2].removesuffix("）") or entry.park.title


def _description(entry: Entry) -> str:
    """Who owes it, by which dates, and on what they rest."""
    due = entry.due
    lines = [entry.park.title, f"报送单位：{OWED_BY[entry.kind]}"]
    if due.grace_on is not None and due.grace_on > due.on:
        lines.append(f"宽限截止日：{chinese_date(due.grace_on)}")
    if due.lock_on is not None:
        lines.append(f"封账日：{chinese_date(due.lock_on)}")
    if not entry.obligation.confirmed:
        lines.append("日期暂定，待报送通知确认")
    if entry.on_unknown_year:
        lines.append(unknown_year(due.on))
    return "\n".join([*lines, f"依据：{due.clause}"])


def subscribe(session: Session, actor: Actor) -> str:
    """A new token, told this once. Raises Refused while subscriptions are closed or when there are too many."""
    actor.require(Permission.SUBSCRIBE_CALENDAR)
    if not is_open(session):
        raise Refused("时限日历订阅尚未开放，请下载日历文件；需要订阅的请商市经济信息委开放")
    audit.take_turn(session)
    if len(subscriptions(session, actor)) >= MOST_TOKENS:
        raise Refused(f"订阅地址最多{MOST_TOKENS}个，请先撤销不用的")
    token = secrets.token_urlsafe(32)
    row = CalendarToken(account_id=_account(session, actor).id, token_hash=_hash(token), created_at=clock.now())
    session.add(row)
    session.flush()
    audit.record(session, actor, Act.CALENDAR_TOKEN, NAME, new={"token": row.id})
    return token


def revoke(session: Session, actor: Actor, token_id: int) -> None:
    """From now on the address leads nowhere. Raises Unknown for a token that is another's or does not hold."""
    audit.take_turn(session)
    row = session.get(CalendarToken, token_id)
    if row is None or row.revoked_at is not None or row.account_id != _account(session, actor).id:
        raise Unknown("没有这个订阅地址，或已撤销")
    row.revoked_at = clock.now()
    audit.record(session, actor, Act.CALENDAR_TOKEN_REVOKE, NAME, old={"token": row.id})


def subscriptions(session: Session, actor: Actor) -> Sequence[Subscription]:
    """The actor's addresses that hold, oldest first."""
    rows = session.execute(
        select(CalendarToken.id, CalendarToken.created_at)
        .join(Account, Account.id == CalendarToken.account_id)
        .where(Account.username == actor.account, CalendarToken.revoked_at.is_(None))
        .order_by(CalendarToken.id)
    )
    return [Subscription(row.id, row.created_at) for row in rows]


def subscriber(session: Session, token: str) -> Actor | None:
    """Whose due dates a token shows, with what he may see today; None when it does not hold, his account is closed,
    he may no longer subscribe, or subscriptions are closed."""
    holds = (CalendarToken.token_hash == _hash(token), CalendarToken.revoked_at.is_(None), Account.active)
    account = session.scalars(
        select(Account).join(CalendarToken, CalendarToken.account_id == Account.id).where(*holds)
    ).first()
    if account is None or not is_open(session):
        return None
    actor = accounts.actor_of(session, account)
    return actor if actor.may(Permission.SUBSCRIBE_CALENDAR) else None


def _account(session: Session, actor: Actor) -> Account:
    row = session.scalars(select(Account).where(Account.username == actor.account)).first()
    if row is None:
        raise Refused("只有登录的账号可以订阅时限日历")
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
