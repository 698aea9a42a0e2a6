"""How a mail may leave the house, whatever carries it: a line that is open for one round, and how it can fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol

from services.mail.message import Letter

HandingOver = Callable[[], None]


class Fault(Enum):
    """Whose trouble it is that a mail certainly did not go out."""

    LATER = "the server put this mail off, or we failed at it"
    NEVER = "this mail will never go out"
    ADDRESS = "nothing to this address ever will"
    LINE = "the connection broke or made no sense; the mail or the server may be the cause"
    SERVER = "no mail would go out now"


class Undelivered(Exception):
    """The mail certainly did not go out."""

    def __init__(self, reason: str, fault: Fault = Fault.LATER) -> None:
        super().__init__(reason)
        self.fault = fault


class Unanswered(Exception):
    """The text was handed over and the answer stayed out: the mail may have gone out or not."""


class Line(Protocol):
    def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
        """Returns when the mail is accepted; raises Undelivered or Unanswered.

        `handing_over` is called once, perhaps in another thread, and has returned before a failure could no longer
        be told from a delivery; when it raises, nothing is handed over. Then or after a failure the line takes the
        next mail.
        """


class Transport(Protocol):
    def opened(self) -> AbstractContextManager[Line]:
        """A line for one round of sending. Connects nowhere before the first mail."""
