"""One round of sending over one line: mails are claimed in batches, handed over one by one, and settled.

A mail handed over is `uncertain` until the transaction that marks the next one as handed over; that one also says
how it ended. So a mail costs one transaction, and a sender killed at any moment leaves one uncertain mail at most.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from db.models import OutboxMail
from db.session import changed
from policy.access import Actor
from policy.acts import Act
from policy.terms import MailState
from services import audit, clock
from services.mail import bounces, channels, digests
from services.mail.backoff import pause, pause_of_server
from services.mail.delivery import Fault, Line, Transport, Unanswered, Undelivered
from services.mail.matters import Settled, settled
from services.mail.message import Letter
from services.mail.states import CLAIM_LASTS, HAND_OVER, MAIL, MAX_ATTEMPTS, RELEASE, SETTLE, claimable
from services.platform import Platform

logger = logging.getLogger(__name__)

BATCH = 100
BROKEN_LINES = 3  # mails in a row that broke the connection: then it is the server
WHY_HELD = "所告事项均已办结或销号，不再发送"
WHY_DEPARTED = "收件人已不再负责，不再发送，由接任人员收到提醒"
# What the log is told of; a mail that waits for its next attempt has not ended.
ENDINGS = {
    MailState.SENT: Act.MAIL_SENT,
    MailState.UNCERTAIN: Act.MAIL_UNCERTAIN,
    MailState.FAILED: Act.MAIL_FAILED,
}


@dataclass(slots=True)
class SendReport:
    """What one round of sending came to: mail keys by outcome, and why it stopped early, if it did."""

    sent: list[str] = field(default_factory=list)
    postponed: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Mail:
    """A claimed mail, with what it had been through by then."""

    id: int
    attempts: int
    doubts: int
    try_at: datetime
    letter: Letter

    @property
    def back(self) -> MailState:
        """What it is again when it certainly did not go out: a doubt of an earlier attempt remains."""
        return MailState.UNCERTAIN if self.doubts else MailState.QUEUED


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an attempt ended, to be written down."""

    mail: _Mail
    state: MailState
    attempts: int
    doubts: int
    try_at: datetime
    error: str = ""
    sent_at: datetime | None = None
    bounced: bool = False


def _why(mail_id: int, over: Settled) -> str:
    return WHY_DEPARTED if mail_id in over.departed else WHY_HELD


class LostClaim(Exception):
    """The claim ran out and someone else may be sending this mail now."""


class Overtaken(Exception):
    """What the mail tells has been settled, all or in part, since it was claimed."""


class Round:
    """One round of sending on one channel, under one name. `at_once` does not wait for the pause after a failure."""

    def __init__(self, platform: Platform, actor: Actor, channel: str, report: SendReport, *, at_once: bool) -> None:
        self.platform, self.actor, self.channel, self.report = platform, actor, channel, report
        self.at_once = at_once
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._left: list[_Mail] = []
        """Claimed and still to go, the one on its way first."""
        self._ended: list[_Ending] = []
        """Ended, and not yet written down."""
        self._over: _Mail | None = None
        self._until = clock.now()
        self._broken = 0
        self._logged: list[int] = []
        """Numbers of this transaction's entries in the log."""
        self._known: tuple[int, date] | None = None
        """The newest entry of the log, and the day, for which the two below hold."""
        self._settled = Settled()
        self._bounced: frozenset[str] = frozenset()
        self._given_up: frozenset[str] = frozenset()

    def run(self, transport: Transport) -> None:
        """Try every mail that is due, once."""
        due = self._due()
        with transport.opened() as line:
            for start in range(0, len(due), BATCH):
                self._claim(due[start : start + BATCH])
                while self._left:
                    if not self._send(line, self._left[0]):
                        return
                    del self._left[:1]
            if self._ended:
                # Before the goodbye, for which a server may take its time.
                with self._turn():
                    pass

    def _due(self) -> Sequence[int]:
        """What is tried, in this order: of digests one a person and day, the rest put together with the next.

        Who sends by hand sees the list and means all of it, as it stands.
        """
        mail, now = OutboxMail, clock.now()
        mine = and_(mail.channel == self.channel, claimable(now, at_once=self.at_once))
        with self.platform.database.read() as session:
            rows = session.execute(
                select(mail.id, mail.recipient, mail.digest_on, mail.state, mail.doubts)
                .where(mine)
                .order_by(mail.try_at, mail.id)
            ).all()
            one_a_day = self.channel == channels.MAIL and not self.at_once
            plan = digests.plan(session, rows, now) if one_a_day else None
        if plan is None:
            return [row.id for row in rows]
        if plan.merged or plan.tomorrow:
            with self._turn() as session:
                digests.carry_out(session, plan, self.platform.settings)
        return plan.due

    @contextmanager
    def _turn(self) -> Iterator[Session]:
        """A transaction of its turn, in which first of all it is written down how the mails before ended."""
        self._logged = []
        with self.platform.database.write() as session:
            audit.take_turn(session)
            for ending in self._ended:
                self._settle(session, ending)
            self._look_around(session)
            self._extend(session)
            yield session
        self._known = (self._logged[-1], clock.today())
        self._ended.clear()

    def _look_around(self, session: Session) -> None:
        """What counts for the mails still to go: looked up again when anyone else has done anything since.

        Everything that is done has its entry in the log, so the log's end tells.
        """
        before = self._logged[0] - 1 if self._logged else audit.newest(session)[0]
        self._logged = self._logged or [before]
        if self._known != (before, clock.today()):
            self._settled = settled(session, [mail.id for mail in self._left], clock.today())
            self._bounced, self._given_up = bounces.bounced(session), bounces.given_up(session)

    def _log(self, session: Session, act: Act, key: str, new: dict[str, object]) -> None:
        self._logged.append(audit.record(session, self.actor, act, key, new=new))

    def _claim(self, ids: Sequence[int]) -> None:
        """Those of the mails that are still to go, for this sender alone; held is what is over by now."""
        with self._turn() as session:
            now = clock.now()
            waits = claimable(now, at_once=self.at_once)
            self._until = now + CLAIM_LASTS
            over = settled(session, ids, clock.today())
            for mail_id in sorted(over.mails):
                fresh = [OutboxMail.id == mail_id, waits, OutboxMail.state != MailState.HELD]
                self._hold(session, fresh, _why(mail_id, over))
            claimed = {"state": MailState.CLAIMED.value, "claimed_by": self.name, "claimed_until": self._until}
            left = OutboxMail.id.in_([mail_id for mail_id in ids if mail_id not in over.mails])
            session.execute(update(OutboxMail).where(left, waits).values(claimed))
            self._left = self._mine(session, left)
            if self._rewritten(session, over):
                self._left = self._mine(session, left)
            self._settled = Settled()

    def _rewritten(self, session: Session, over: Settled) -> bool:
        """Whether any claimed mail was written anew, for some of what it tells is over. One that may have been handed
        over already keeps its text."""
        found = [mail for mail in self._left if mail.id in over.items and not mail.doubts]
        for mail in found:
            try:
                with session.begin_nested():
                    digests.rewrite(session, mail.id, over.items[mail.id], self.platform.settings)
            except Exception:  # better told too much than not at all
                logger.exception("mail %s could not be written anew", mail.letter.key)
        return bool(found)

    def _mine(self, session: Session, among: ColumnElement[bool]) -> list[_Mail]:
        mail, letter = OutboxMail, Letter.__dataclass_fields__
        rows = session.execute(
            select(mail.id, mail.attempts, mail.doubts, mail.try_at, *(getattr(mail, name) for name in letter))
            .where(among, mail.claimed_by == self.name)
            .order_by(mail.try_at, mail.id)
        )
        return [_Mail(row.id, row.attempts, row.doubts, row.try_at, Letter(*row[4:])) for row in rows]

    def _hold(self, session: Session, which: Iterable[ColumnElement[bool]], why: str) -> None:
        """Nobody is chased for what has come in, or for what others answer for now."""
        which = list(which)
        key = session.scalars(select(OutboxMail.key).where(*which)).first()
        held = {
            "state": MailState.HELD.value, "claimed_by": None, "claimed_until": None, "last_error": why,
        }  # fmt: skip
        if key is not None and changed(session, OutboxMail, which, held):
            self.report.held.append(key)
            self._log(session, Act.MAIL_HELD, key, {"reason": why})

    def _put_back(self, session: Session, claim: Sequence[ColumnElement[bool]], mail: _Mail) -> None:
        """Some of what it tells is over: it goes out with the next round, written anew."""
        free = {"state": MailState.QUEUED.value, "claimed_by": None, "claimed_until": None}
        if changed(session, OutboxMail, claim, free):
            self.report.postponed.append(mail.letter.key)

    def _send(self, line: Line, mail: _Mail) -> bool:
        """Try one mail; False when no further mail would go out now."""
        try:
            if clock.now() >= self._until:
                raise LostClaim(mail.letter.key)
            line.deliver(mail.letter, partial(self._handing_over, mail))
        except LostClaim:
            logger.warning("claim on mail %s ran out before it was handed over", mail.letter.key)
        except Overtaken:
            logger.info("mail %s does not go out as it is: what it tells has been settled", mail.letter.key)
        except Unanswered as doubt:
            self._unanswered(mail, str(doubt))
        except Undelivered as failure:
            return self._undelivered(mail, failure)
        except Exception as error:  # one bad mail must not stop the rest
            logger.exception("mail %s", mail.letter.key)
            self._failed_at(mail, error)
        else:
            self._sent(mail)
        return True

    def _handing_over(self, mail: _Mail) -> None:
        """From here on a failure cannot be told from a delivery: say so before it happens."""
        with self._turn() as session:
            mine, claim = False, [OutboxMail.id == mail.id, OutboxMail.claimed_by == self.name]
            partly = mail.id in self._settled.items and not mail.doubts
            overtaken = partly or mail.id in self._settled.mails
            if partly:
                self._put_back(session, claim, mail)
            elif overtaken:
                self._hold(session, claim, _why(mail.id, self._settled))
            else:
                now = clock.now()
                marks = {"mail_id": mail.id, "me": self.name, "now": now, "until": now + CLAIM_LASTS}
                mine = HAND_OVER.run(session, marks).rowcount == 1
        if overtaken:
            raise Overtaken(mail.letter.key)
        if not mine:
            raise LostClaim(mail.letter.key)
        self._over = mail

    def _sent(self, mail: _Mail) -> None:
        """Written down with the next mail's handing over, or at the end."""
        self._broken = 0
        self.report.sent.append(mail.letter.key)
        self._ended.append(_Ending(mail, MailState.SENT, mail.attempts + 1, 0, mail.try_at, sent_at=clock.now()))

    def _unanswered(self, mail: _Mail, reason: str) -> None:
        self.report.uncertain.append(mail.letter.key)
        attempts = mail.attempts + 1
        later = clock.now() + pause(attempts)
        self._end(_Ending(mail, MailState.UNCERTAIN, attempts, mail.doubts + 1, later, reason))

    def _failed_at(self, mail: _Mail, error: Exception) -> None:
        """A fault of ours."""
        reason = f"发送中出错：{error}"
        if self._over is mail:
            self._unanswered(mail, reason)
        else:
            self._undelivered(mail, Undelivered(reason))

    def _undelivered(self, mail: _Mail, failure: Undelivered) -> bool:
        """The doubt of this attempt is taken back; one left by an earlier attempt remains. Whether to go on."""
        if failure.fault in (Fault.SERVER, Fault.LINE):
            return self._cut_off(mail, failure)
        self._broken = 0
        attempts = mail.attempts + 1
        given_up = failure.fault is not Fault.LATER or attempts >= MAX_ATTEMPTS
        (self.report.failed if given_up else self.report.postponed).append(mail.letter.key)
        state = MailState.FAILED if given_up else mail.back
        bounced = failure.fault is Fault.ADDRESS
        later = clock.now() + pause(attempts)
        self._end(_Ending(mail, state, attempts, mail.doubts, later, str(failure), bounced=bounced))
        return True

    def _cut_off(self, mail: _Mail, failure: Undelivered) -> bool:
        """No fault of the mail's, so it does not count against it. After too many in a row the round ends too."""
        self._broken += 1
        away = failure.fault is Fault.SERVER
        go_on = not away and self._broken < BROKEN_LINES
        wait = pause_of_server(clock.now() - mail.letter.queued_at)
        self.report.postponed.append(mail.letter.key)
        ending = _Ending(mail, mail.back, mail.attempts, mail.doubts, clock.now() + wait, str(failure))
        self._end(ending, go_on=go_on, all_wait=wait if away else None)
        return go_on

    def _end(self, ending: _Ending, *, go_on: bool = True, all_wait: timedelta | None = None) -> None:
        """Write down how an attempt failed. Not going on, give back what is claimed and not tried."""
        self.report.problems.append(f"{ending.mail.letter.key}：{ending.error}")
        self._ended.append(ending)
        with self._turn() as session:
            if not go_on:
                RELEASE.run(session, {"me": self.name})
            if all_wait:
                logger.warning(
                    "channel %s is out of reach, its mails wait %s: %s", self.channel, all_wait, ending.error
                )
                self._put_off(session, clock.now() + all_wait)

    def _put_off(self, session: Session, until: datetime) -> None:
        """Nothing of this channel is tried before."""
        waits = [state.value for state in (MailState.QUEUED, MailState.UNCERTAIN, MailState.HELD)]
        waiting = and_(MAIL.c.channel == self.channel, MAIL.c.state.in_(waits), MAIL.c.claimed_until.is_(None))
        session.connection().execute(update(MAIL).where(waiting, MAIL.c.try_at < until).values(try_at=until))

    def _settle(self, session: Session, ending: _Ending) -> None:
        """Write down how the attempt ended and give the claim back."""
        mail, state, key = ending.mail, ending.state, ending.mail.letter.key
        columns = {
            "mail_id": mail.id, "me": self.name, "new_state": state.value, "new_attempts": ending.attempts,
            "new_doubts": ending.doubts, "new_try_at": ending.try_at, "new_sent_at": ending.sent_at,
            "new_last_error": ending.error,
        }  # fmt: skip
        if SETTLE.run(session, columns).rowcount != 1:
            logger.warning("mail %s ended as %s after its claim had run out", key, state)
            return
        if state in ENDINGS and (state is not MailState.UNCERTAIN or ending.doubts > mail.doubts):
            self._log(session, ENDINGS[state], key, {"attempts": ending.attempts, "error": ending.error})
        here = mail.letter.recipient.lower()
        if state is MailState.FAILED or (state is MailState.SENT and here in self._given_up):
            bounces.look_again(session, mail.id)
        if ending.bounced:
            bounces.mark(session, self.actor, mail.letter.recipient, ending.error)
        elif state is MailState.SENT and here in self._bounced:
            bounces.clear(session, self.actor, mail.letter.recipient)

    def _extend(self, session: Session) -> None:
        """Keep what is claimed while working on it. What has run out is not taken back."""
        now = clock.now()
        if not self._until - CLAIM_LASTS / 2 <= now < self._until:
            return
        self._until = now + CLAIM_LASTS
        mine = and_(MAIL.c.claimed_by == self.name, MAIL.c.claimed_until > now)
        session.connection().execute(update(MAIL).where(mine).values(claimed_until=self._until))
