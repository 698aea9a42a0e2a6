"""Mails waiting in the outbox, and a transport that answers as it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from threading import Lock
from typing import Self

from sqlalchemy import select

from db.models import OutboxMail
from services.mail.delivery import HandingOver, Transport, Undelivered
from services.mail.message import Letter
from services.platform import Platform

NOON = datetime(2025, 8, 1, 4, tzinfo=UTC)
SetNow = Callable[[datetime], None]
_numbers = count(1)


def queue(platform: Platform, recipient: str = "handler@example.gov.cn") -> str:
    """A mail waiting since noon; its key."""
    key = f"T+1-{next(_numbers):08d}"
    with platform.database.write() as session:
        session.add(
            OutboxMail(
                key=key, recipient=recipient, subject="【催报】逾期未报", text="逾期未报", html="<p>逾期未报</p>",
                stage="T+1", state="queued", message_id=f"<{key}@parkwatch.local>", queued_at=NOON, try_at=NOON,
            )
        )  # fmt: skip
    return key


def row(platform: Platform, key: str) -> OutboxMail:
    with platform.database.read() as session:
        return session.scalars(select(OutboxMail).where(OutboxMail.key == key)).one()


class Line(Transport):
    """A transport that answers as told, in order, and then accepts everything."""

    def __init__(self, *answers: Exception | str) -> None:
        self.answers = list(answers)
        self.handed_over: list[Letter] = []
        self._lock = Lock()

    @contextmanager
    def opened(self) -> Iterator[Self]:
        yield self

    def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
        answer = self.answers.pop(0) if self.answers else "accepted"
        if isinstance(answer, Undelivered):
            raise answer
        handing_over()
        with self._lock:
            self.handed_over.append(letter)
        if isinstance(answer, Exception):
            raise answer

    @property
    def keys(self) -> list[str]:
        return [letter.key for letter in self.handed_over]


class Killed(BaseException):
    """The sending process ends here, as by SIGKILL: no line after this one is run."""
