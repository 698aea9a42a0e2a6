"""拟催报清单: mails over the handler's head, which go out in one go when the committee approves them.

Whom they press may have filed since the sweep that proposed them, or have left: each is judged anew before it is shown
or sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert as AlertRow
from db.models import OutboxItem, Park, PressProposal, Unit
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.alerts import alerts
from policy.alerts.alert import Alert, matter_of
from policy.alerts.ladder import UPWARDS
from policy.figures import chinese_date
from policy.masking import mask_mail
from policy.refusal import Refused
from policy.rulebook import Rulebook
from policy.terms import AlertRule, ContactRole, ProposalState
from services import audit, clock
from services.handling import standing_pause, wait_for_sweep
from services.mail import bounces, outbox
from services.mail.compose import Notice, Telling, Wording, group, word_press
from services.proposals import outdated
from services.recipients import AddressBook
from settings import MailContent

ORDER = tuple(UPWARDS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of the list. `idle`: why it would not be sent any more; empty when it would."""

    id: int
    role: ContactRole
    person: str
    recipient: str
    district: str
    stage: str
    proposed_on: date
    alert_id: int
    telling: Telling
    idle: str = ""

    @property
    def addressed(self) -> str:
        """The office the mail is addressed to."""
        return self.telling.office


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail as it would go out, with the entries it is made of; `wording` is None when none would be sent."""

    recipient: str
    person: str
    role: ContactRole
    district: str
    entries: tuple[Waiting, ...]
    wording: Wording | None
    notice: Notice | None

    @property
    def live(self) -> tuple[Waiting, ...]:
        return tuple(entry for entry in self.entries if not entry.idle)


@dataclass(frozen=True, slots=True)
class Approved:
    """`mails` queued, telling of `matters`; `left_out`: what was not sent, and why."""

    mails: int
    matters: int
    left_out: tuple[str, ...] = ()


def drafts(
    session: Session, actor: Actor, *, base_url: str = "", content: MailContent = "figures"
) -> tuple[Draft, ...]:
    """What waits for approval, one draft a recipient, in 行政区划序. Raises AccessDenied."""
    actor.require(Permission.MANAGE_PRESSING)
    return _drafts(_waiting(session, actor), clock.today(), base_url, content)


def approve(
    session: Session,
    actor: Actor,
    proposals: Collection[int] | None = None,
    *,
    base_url: str = "",
    content: MailContent = "figures",
) -> Approved:
    """Queue the mails of these entries (of all that wait when None), one a recipient.

    What is over, paused, decided already or told already is left out with its reason. Raises AccessDenied, Refused
    when nothing is left to be sent.
    """
    actor.require(Permission.MANAGE_PRESSING)
    wait_for_sweep(session)
    waiting = _waiting(session, actor)
    chosen = [entry for entry in waiting if proposals is None or entry.id in proposals]
    left_out = [*_decided(session, proposals, waiting), *(entry.idle for entry in chosen if entry.idle)]
    found = [draft for draft in _drafts(chosen, clock.today(), base_url, content) if draft.live]
    if not found:
        raise Refused("；".join(dict.fromkeys(left_out)) or "拟催报清单中没有待批的事项")
    for draft in found:
        _send(session, actor, draft)
    return Approved(len(found), sum(len(draft.live) for draft in found), tuple(dict.fromkeys(left_out)))


def decline(session: Session, actor: Actor, proposals: Collection[int]) -> int:
    """不予催报: nothing is sent of these; how many. They are proposed again only when the next stage is reached.

    Raises AccessDenied, Refused when none of them waits any more.
    """
    actor.require(Permission.MANAGE_PRESSING)
    wait_for_sweep(session)
    waiting = _waiting(session, actor)
    chosen = [entry for entry in waiting if entry.id in proposals]
    if not chosen:
        raise Refused("；".join(_decided(session, proposals, waiting)) or "请先选择不予催报的事项")
    for entry in chosen:
        _decide(session, actor, entry, ProposalState.DECLINED, Act.PRESS_DECLINE)
    return len(chosen)


def _waiting(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    rows = session.execute(
        select(PressProposal, AlertRow, Park, Unit)
        .join(AlertRow, AlertRow.id == PressProposal.alert_id)
        .join(Park, Park.id == AlertRow.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(PressProposal.state == ProposalState.PROPOSED)
        .order_by(Unit.position, Park.id, AlertRow.due_on, PressProposal.id)
    ).all()
    seen = [row for row in rows if actor.scope.covers(park_id=row.Park.id, district_id=row.Unit.id)]
    rules, today = rulebook(session), clock.today()
    parks = {row.Park.id: _Judged.of(session, row.Park, today, rules) for row in seen}
    told, bounced = _told(session, [row.Alert.id for row in seen]), bounces.bounced(session)
    return tuple(_entry(session, row.PressProposal, row.Alert, parks[row.Park.id], told, bounced) for row in seen)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A park, what is open about it now, whatever the last sweep found, and who serves in its district."""

    park: Park
    alerts: Mapping[tuple[str, date | None], Alert]
    book: AddressBook

    @classmethod
    def of(cls, session: Session, park: Park, day: date, rules: Rulebook) -> _Judged:
        found = alerts(facts.situation(session, park.id, day, rules))
        return cls(park, {alert.identity: alert for alert in found}, AddressBook(session, park, day))


def _told(session: Session, alert_ids: list[int]) -> frozenset[tuple[int, str, str]]:
    rows = session.execute(
        select(OutboxItem.alert_id, OutboxItem.stage, OutboxItem.recipient).where(OutboxItem.alert_id.in_(alert_ids))
    )
    return frozenset((row.alert_id, row.stage, row.recipient.lower()) for row in rows)


def _entry(
    session: Session, proposal: PressProposal, row: AlertRow, judged: _Judged, told: frozenset[tuple[int, str, str]],
    bounced: frozenset[str],
) -> Waiting:  # fmt: skip
    role, park = ContactRole(proposal.role), judged.park
    alert = judged.alerts.get((row.key, row.due_on))
    known = (row.id, proposal.stage, proposal.recipient.lower()) in told
    idle = _over(session, row, alert) or (
        outdated(proposal, alert, judged.book, bounced) if alert else ""
    ) or ("收件人已收到该时点的邮件，不重复发送" if known else "")  # fmt: skip
    telling = Telling(
        alert_id=row.id,
        alert=replace(alert or _as_it_stood(row, park), stage=proposal.stage),
        opened_on=row.opened_on,
        park_title=park.title,
        fictional=park.district.fictional,
        recipient=proposal.recipient,
        role=role,
        office=judged.book.office(role),
    )
    return Waiting(
        proposal.id, role, proposal.person, proposal.recipient, park.district.name, proposal.stage,
        proposal.proposed_on, row.id, telling, f"{row.message.partition('：')[0]}：{idle}" if idle else "",
    )  # fmt: skip


def _as_it_stood(row: AlertRow, park: Park) -> Alert:
    """What the last sweep said of a matter that is over since."""
    rule = AlertRule(row.rule)
    return Alert(row.key, rule, park.code, row.period, row.due_on, row.clause, row.message, row.stage, row.message)


def _over(session: Session, row: AlertRow, alert: Alert | None) -> str:
    if alert is None or row.closed_on is not None:
        return "已办结或截止日已变更，不再催报"
    pause = standing_pause(session, row.park_id, matter_of(row.key), clock.today())
    return f"已暂缓催报至{chinese_date(pause.until)}" if pause is not None else ""


def _drafts(waiting: Iterable[Waiting], day: date, base_url: str, content: MailContent) -> tuple[Draft, ...]:
    """One a mailbox, addressed to its highest role; within a district from the reviewer upwards."""
    by_mailbox: dict[str, list[Waiting]] = {}
    for entry in waiting:
        by_mailbox.setdefault(entry.recipient, []).append(entry)
    found = [_draft(tuple(entries), day, base_url, content) for entries in by_mailbox.values()]
    districts = list(dict.fromkeys(draft.district for draft in found))
    return tuple(sorted(found, key=lambda draft: (districts.index(draft.district), ORDER.index(draft.role))))


def _draft(entries: tuple[Waiting, ...], day: date, base_url: str, content: MailContent) -> Draft:
    highest = max(entries, key=lambda entry: ORDER.index(entry.role))
    notice = next(iter(group(entry.telling for entry in entries if not entry.idle)), None)
    wording = word_press(notice, day, base_url, content) if notice else None
    return Draft(highest.recipient, highest.person, highest.role, highest.district, entries, wording, notice)


def _decided(session: Session, proposals: Collection[int] | None, waiting: Iterable[Waiting]) -> list[str]:
    """Of the entries asked for, those that wait no more, and what became of them."""
    asked = set(proposals or ()) - {entry.id for entry in waiting}
    rows = session.scalars(select(PressProposal).where(PressProposal.id.in_(asked)).order_by(PressProposal.id))
    return [f"{row.person}的拟催报{ProposalState(row.state).label}，不再处理" for row in rows]


def _send(session: Session, actor: Actor, draft: Draft) -> None:
    if draft.notice is None or draft.wording is None:
        return
    mail = outbox.queue(session, draft.notice, draft.wording)
    audit.record(
        session, actor, Act.MAIL_QUEUE, mail.key,
        new={"to": mask_mail(draft.recipient), "alerts": [telling.alert.key for telling in draft.notice.tellings]},
    )  # fmt: skip
    for entry in draft.live:
        _decide(session, actor, entry, ProposalState.APPROVED, Act.PRESS_APPROVE)


def _decide(session: Session, actor: Actor, entry: Waiting, state: ProposalState, act: Act) -> None:
    row = session.get_one(PressProposal, entry.id)
    row.state, row.decided_at, row.decided_by = state.value, clock.now(), actor.account
    alert = session.get_one(AlertRow, entry.alert_id)
    audit.record(
        session, actor, act, alert.key, park_id=alert.park_id,
        new={"role": entry.role.value, "to": mask_mail(entry.recipient), "stage": entry.stage},
    )  # fmt: skip
