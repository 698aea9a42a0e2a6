"""The sweep: compares what should be open on a day with what is, opens and closes the difference, queues mails."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from db import facts, watch
from db.models import Alert as AlertRow
from db.models import Park, Unit
from db.rulebook_facts import rulebook
from db.session import take_turns
from policy.access import Actor, Permission
from policy.acts import Act
from policy.alerts import alerts
from policy.alerts.alert import Alert, matter_of, stage_rank
from policy.alerts.ladder import Audience
from policy.figures import chinese_date
from policy.refusal import Unknown
from policy.rulebook import Rulebook
from policy.situation import Situation
from policy.terms import ContactRole
from services import audit, claims, clock, proposals, telling, watching
from services.announcing import Announced, announce
from services.mail.compose import Notice, group
from services.proposals import Proposal
from services.recipients import AddressBook, committee_name
from services.telling import OpenAlert, Told
from settings import MailContent

logger = logging.getLogger(__name__)

# An arbitrary constant: sweeps on PostgreSQL queue here, as all writers do on SQLite.
SWEEP_LOCK = 7_242_023


@dataclass(frozen=True, slots=True)
class AlertNote:
    """An alert as the sweep reports it."""

    key: str
    rule: str
    park: str
    period: str | None
    due: date | None
    clause: str
    message: str


@dataclass(frozen=True, slots=True)
class MailNote:
    key: str
    alerts: tuple[str, ...]
    to: str
    stage: str


@dataclass(frozen=True, slots=True)
class ProposalNote:
    """One entry of the 拟催报清单: a mail that waits for the committee's approval."""

    alert: str
    role: ContactRole
    person: str
    to: str
    stage: str


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a sweep did, or would do. `failed`: parks that could not be judged, and what could not be queued;
    `unreachable`: nobody to write to;
    `proposals`: what waits for the committee before it is sent."""

    as_of: date
    opened: tuple[AlertNote, ...]
    kept: tuple[AlertNote, ...]
    closed: tuple[AlertNote, ...]
    mails: tuple[MailNote, ...]
    failed: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    proposals: tuple[ProposalNote, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The document `sweep --json` prints."""
        document = asdict(self)
        del document["failed"], document["unreachable"], document["proposals"]
        return document


@dataclass(slots=True)
class _Park:
    """One park judged."""

    park: Park
    opened: list[OpenAlert]
    kept: list[OpenAlert]
    closed: list[AlertRow]
    situation: Situation
    book: AddressBook
    told: Told = field(default_factory=lambda: Told((), (), {}))


def sweep(
    session: Session,
    actor: Actor,
    as_of: date,
    *,
    dry_run: bool = False,
    full: bool = False,
    tell: bool = True,
    base_url: str = "",
    content: MailContent = "figures",
) -> SweepResult:
    """Judge every park of the actor's scope as of the end of `as_of`; the same call again changes nothing more.

    A dry run answers the same and writes nothing; only it may look ahead of today. A park that cannot be
    judged is left as it was and named in `failed`. A park whose facts are the same, and for which no day that matters
    has come since it was last judged, is passed over and its alerts stand. `full` takes no mark on trust: every fact
    is read anew, and a park is passed over only when its facts are those it was judged by, for the same rules say the
    same of the same facts. Without `tell` no mail is queued: what is due to be told stays so for the next sweep that
    tells.
    `base_url` is where the mails' links lead, `content` what they may say. Raises Unknown for a day to come,
    AccessDenied.
    """
    actor.require(Permission.RUN_SWEEP)
    if not dry_run:
        _require_past(as_of)
        # Two sweeps at once: the second starts when the first has committed, and finds nothing left to do.
        take_turns(session, SWEEP_LOCK)
        watch.collect(session)
    passed, prints = watching.verified(session, as_of) if full else (watching.unchanged(session, as_of), {})
    parks = _parks(session, actor)
    due, unread = _loaded(session, {park_id: code for park_id, code in parks.items() if park_id not in passed})
    judged, failed = _judge_all(session, actor, due, as_of, rulebook(session), prints, dry_run=dry_run, tell=tell)
    standing = _standing(session, parks, passed, as_of)
    told = Announced(
        _digests(session, judged, as_of) if tell else (),
        tuple(proposal for entry in judged for proposal in entry.told.proposals),
        (),
    )
    if not dry_run and tell:
        told = announce(session, actor, told.notices, told.proposals, as_of, base_url, content)
    return SweepResult(
        as_of=as_of,
        opened=tuple(_note(standing.alert) for entry in judged for standing in entry.opened),
        kept=_in_order(parks, standing, (_note(one.alert) for entry in judged for one in entry.kept)),
        closed=tuple(_row_note(row, entry.park) for entry in judged for row in entry.closed),
        mails=tuple(_mail_note(notice) for notice in told.notices),
        failed=(*unread, *failed, *told.failed),
        unreachable=(*_deaf_notes(judged), *_deaf_committee(session, judged)),
        proposals=tuple(_proposal_note(proposal) for proposal in told.proposals),
    )


def _require_past(as_of: date) -> None:
    if as_of > clock.today():
        ahead = f"{chinese_date(as_of)}在今天（{chinese_date(clock.today())}）之后"
        raise Unknown(f"{ahead}，只能推演（--dry-run），不能据此开立预警或发送邮件")


def _digests(session: Session, judged: Iterable[_Park], as_of: date) -> tuple[Notice, ...]:
    """One mail a person and day: who has had today's is told the rest tomorrow."""
    had = telling.digested(session, as_of)
    return group(one for entry in judged for one in entry.told.tellings if one.recipient not in had)


def _standing(session: Session, parks: Mapping[int, str], passed: frozenset[int], as_of: date) -> Iterator[AlertNote]:
    """The open alerts of the parks that were passed over."""
    row = AlertRow
    found = session.execute(
        select(row.park_id, row.key, row.rule, row.period, row.due_on, row.clause, row.message)
        .where(row.opened_on <= as_of, or_(row.closed_on.is_(None), row.closed_on > as_of))
        .order_by(row.id)
    )
    for one in found if passed else ():
        if one.park_id in passed and one.park_id in parks:
            yield AlertNote(one.key, one.rule, parks[one.park_id], one.period, one.due_on, one.clause, one.message)


def _in_order(parks: Mapping[int, str], *notes: Iterable[AlertNote]) -> tuple[AlertNote, ...]:
    """In 行政区划序 of their parks."""
    place = {code: number for number, code in enumerate(parks.values())}
    return tuple(sorted(chain(*notes), key=lambda note: place[note.park]))


def _judge_all(
    session: Session,
    actor: Actor,
    parks: Iterable[Park],
    as_of: date,
    rules: Rulebook,
    prints: Mapping[int, str],
    *,
    dry_run: bool,
    tell: bool,
) -> tuple[list[_Park], tuple[str, ...]]:
    judged, failed = [], []
    had = telling.digested(session, as_of)
    for park in parks:
        try:
            with session.begin_nested():
                entry = _compare(session, park, as_of, rules)
                if not dry_run:
                    _write(session, actor, entry, as_of, rules)
                entry.told = telling.told(session, park, (*entry.opened, *entry.kept), entry.book, as_of, rules)
                if not dry_run:
                    settled = tell and entry.told.settled(had)
                    watching.judged(session, entry.situation, prints.get(park.id), settled=settled)
        except Exception as error:  # one bad park must not stop the rest
            logger.exception("park %s could not be judged as of %s", park.code, as_of)
            failed.append(f"{park.title}（{park.code}）未能判定：{error}")
        else:
            judged.append(entry)
    return judged, tuple(failed)


def _parks(session: Session, actor: Actor) -> dict[int, str]:
    """The parks of the actor's scope in 行政区划序: code by id."""
    rows = session.execute(
        select(Park.id, Park.code, Park.district_id).join(Park.district).order_by(Unit.position, Park.id)
    )
    return {row.id: row.code for row in rows if actor.scope.covers(park_id=row.id, district_id=row.district_id)}


def _loaded(session: Session, parks: Mapping[int, str]) -> tuple[list[Park], tuple[str, ...]]:
    """These parks with their districts, in this order; and those whose rows cannot be read, in words."""
    if not parks:
        return [], ()
    try:
        found = _rows(session, parks)
    except Exception:  # one bad row must not stop the rest
        return _one_by_one(session, parks)
    by_id = {park.id: park for park in found}
    return [by_id[park_id] for park_id in parks], ()


def _one_by_one(session: Session, parks: Mapping[int, str]) -> tuple[list[Park], tuple[str, ...]]:
    found, failed = list[Park](), []
    for park_id, code in parks.items():
        try:
            found += _rows(session, [park_id])
        except Exception as error:
            logger.exception("park %s could not be read", code)
            failed.append(f"园区{code}未能判定：登记的内容无法读取（{error}）")
    return found, tuple(failed)


def _rows(session: Session, park_ids: Collection[int]) -> Sequence[Park]:
    wanted = select(Park).where(Park.id.in_(park_ids)).options(joinedload(Park.district))
    return session.scalars(wanted).all()


def _compare(session: Session, park: Park, as_of: date, rules: Rulebook) -> _Park:
    """What is new, what goes on and what is over on `as_of`.

    An alert whose due date has moved is over, and another one begins. A matter of which a later sweep has opened an
    alert counts as known on the day, and so does one that a later sweep has closed: nothing about it is opened,
    changed or told any more.
    """
    book = AddressBook(session, park, as_of)
    known = facts.situation(session, park.id, as_of, rules)
    situation = replace(known, reach=book.reach(), unproven=claims.unproven(session, park, known))
    wanted = {alert.identity: alert for alert in alerts(situation)}
    rows = session.scalars(select(AlertRow).where(AlertRow.park_id == park.id).order_by(AlertRow.id)).all()
    later = {matter_of(row.key) for row in rows if max(row.opened_on, row.closed_on or row.opened_on) > as_of}
    standing = {(row.key, row.due_on): row for row in rows if _is_open(row, as_of)}
    # Open again on the day it was closed: the same episode goes on, and is not told twice.
    today = {(row.key, row.due_on): row for row in rows if row.closed_on == as_of}
    opened = [
        OpenAlert(alert, today.get(same), today[same].opened_on if same in today else as_of, told=True)
        for same, alert in wanted.items()
        if same not in standing and alert.matter not in later
    ]
    kept = [
        OpenAlert(wanted[same], row, row.opened_on, told=row.closed_on is None)
        for same, row in standing.items()
        if same in wanted
    ]
    kept += [
        OpenAlert(alert, None, as_of, told=False)
        for same, alert in wanted.items()
        if same not in standing and alert.matter in later
    ]
    closed = [row for same, row in standing.items() if same not in wanted and row.closed_on is None]
    return _Park(park, opened, kept, closed, situation, book)


def _is_open(row: AlertRow, day: date) -> bool:
    return row.opened_on <= day and (row.closed_on is None or row.closed_on > day)


def _write(session: Session, actor: Actor, entry: _Park, as_of: date, rules: Rulebook) -> None:
    proposals.lapse(session, entry.closed)
    for row in entry.closed:
        row.closed_on = as_of
        audit.record(session, actor, Act.ALERT_CLOSE, row.key, park_id=row.park_id, new={"closed_on": str(as_of)})
    session.flush()  # before another alert of the same key is opened
    entry.opened = [_open(session, actor, entry.park, standing, as_of, rules.version) for standing in entry.opened]
    for standing in entry.kept:
        _refresh(standing, as_of, rules.version)
    known = ((one.row, one.alert) for one in (*entry.opened, *entry.kept) if one.row is not None)
    proposals.lapse_outdated(session, known, entry.book, as_of)
    session.flush()


def _open(session: Session, actor: Actor, park: Park, standing: OpenAlert, as_of: date, version: str) -> OpenAlert:
    alert = standing.alert
    row = standing.row or AlertRow(
        key=alert.key,
        rule=alert.rule.value,
        park_id=park.id,
        clause=alert.clause,
        message=alert.message,
        stage=alert.stage,
        rulebook=version,
        opened_on=standing.opened_on,
    )
    row.closed_on = None
    row.period, row.due_on = alert.period, alert.due
    row.message, row.stage, row.clause = alert.message, alert.stage, alert.clause
    session.add(row)
    session.flush()
    audit.record(
        session, actor, Act.ALERT_OPEN, row.key, park_id=park.id,
        new={"opened_on": str(as_of), "rulebook": row.rulebook, "message": row.message},
    )  # fmt: skip
    return OpenAlert(alert, row, row.opened_on, told=True)


def _refresh(standing: OpenAlert, as_of: date, version: str) -> None:
    """Bring an open alert up to date; a sweep of a day gone by does not set it back."""
    row, alert = standing.row, standing.alert
    if row is None or row.closed_on is not None:
        return
    if as_of < clock.today() and stage_rank(alert.stage) < stage_rank(row.stage):
        return
    row.period = alert.period
    row.message, row.stage, row.clause = alert.message, alert.stage, alert.clause
    row.rulebook = version


def _note(alert: Alert) -> AlertNote:
    return AlertNote(alert.key, alert.rule.value, alert.park, alert.period, alert.due, alert.clause, alert.message)


def _row_note(row: AlertRow, park: Park) -> AlertNote:
    return AlertNote(row.key, row.rule, park.code, row.period, row.due_on, row.clause, row.message)


def _mail_note(notice: Notice) -> MailNote:
    return MailNote(notice.key, tuple(telling.alert.key for telling in notice.tellings), notice.recipient, notice.stage)


def _proposal_note(proposal: Proposal) -> ProposalNote:
    to = proposal.recipient
    return ProposalNote(proposal.alert.key, to.role, to.name, to.mail, proposal.alert.stage)


def _deaf_notes(judged: Iterable[_Park]) -> Iterator[str]:
    for entry in judged:
        matters = sum(count for whose, count in entry.told.deaf.items() if whose is not Audience.COMMITTEE)
        if matters:
            missing = f"{entry.park.district.name}没有有效的经办人邮箱"
            yield f"{missing}，{entry.park.title}的{matters}项事项无人可通知，请补录联系人"


def _deaf_committee(session: Session, judged: Iterable[_Park]) -> Iterator[str]:
    """Nobody is above the committee: when it has nobody to be told, whoever runs the sweep is told so."""
    matters = sum(entry.told.deaf.get(Audience.COMMITTEE, 0) for entry in judged)
    if matters:
        yield f"{committee_name(session)}没有有效的经办人邮箱，由其办理的{matters}项事项无人可通知，请补录联系人"
