"""What a sweep has to tell goes into the outbox and on the 拟催报清单: each in a savepoint of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import watch
from db.models import Park
from policy.access import Actor
from policy.acts import Act
from policy.masking import mask_mail
from services import audit
from services.mail import outbox
from services.mail.compose import Notice, word
from services.proposals import Proposal, propose
from settings import MailContent

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announced:
    """`failed`: what could not be written, in words; the next sweep tries it again."""

    notices: tuple[Notice, ...]
    proposals: tuple[Proposal, ...]
    failed: tuple[str, ...]


def announce(
    session: Session,
    actor: Actor,
    notices: Iterable[Notice],
    proposals: Iterable[Proposal],
    as_of: date,
    base_url: str,
    content: MailContent,
) -> Announced:
    """One that fails is undone whole, so that nothing counts as told, and its parks are judged anew next time."""
    listed, queued, failed = [], [], []
    for proposal in proposals:
        if _apart(session, {proposal.alert.park}, partial(propose, session, proposal, as_of)):
            listed.append(proposal)
        else:
            failed.append(f"拟向{proposal.recipient.name}（{proposal.recipient.role.label}）的催报未能列入清单")
    for notice in notices:
        parks = {telling.alert.park for telling in notice.tellings}
        if _apart(session, parks, partial(_queue, session, actor, notice, as_of, base_url, content)):
            queued.append(notice)
        else:
            failed.append(f"致{mask_mail(notice.recipient)}的邮件未能列入发件箱")
    again = "，原因见运行日志，下次检查再试"
    return Announced(tuple(queued), tuple(listed), tuple(f"{what}{again}" for what in failed))


def _apart(session: Session, parks: set[str], write: Callable[[], None]) -> bool:
    """Whether it could be written."""
    try:
        with session.begin_nested():
            write()
    except Exception:  # one bad row must not stop the rest
        logger.exception("of parks %s something could not be told", ", ".join(sorted(parks)))
        ids = session.scalars(select(Park.id).where(Park.code.in_(parks)))
        watch.mark(session.connection(), [watch.Mark(park_id=park_id) for park_id in ids])
        return False
    return True


def _queue(session: Session, actor: Actor, notice: Notice, as_of: date, base_url: str, content: MailContent) -> None:
    mail = outbox.queue(session, notice, word(notice, as_of, base_url, content), digest_on=as_of)
    audit.record(
        session, actor, Act.MAIL_QUEUE, mail.key,
        new={"to": mask_mail(notice.recipient), "alerts": [telling.alert.key for telling in notice.tellings]},
    )  # fmt: skip
