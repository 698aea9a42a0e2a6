"""Runs duties one at a time each, in the one process that holds the lease, and keeps their log."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from policy.terms import Duty
from services import clock
from services.platform import Platform
from services.scheduling import finish_run, give_up_lease, start_run, take_lease

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a duty ended; an empty `text` that is `ok` means there was nothing to do."""

    text: str = ""
    ok: bool = True


Work = Callable[[Platform], Outcome]


class Runner:
    """One scheduler process. Of several only the leader works; `on_lead` is called whenever this one begins to lead."""

    def __init__(self, platform: Platform, on_lead: Callable[[], None] = lambda: None) -> None:
        self.platform = platform
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._on_lead = on_lead
        self._leading = False

    def beat(self) -> bool:
        """Take the lease or keep it; whether this process leads."""
        before = self._leading
        with self.platform.database.write() as session:
            self._leading = take_lease(session, self.name, clock.now())
        if self._leading and not before:
            logger.info("%s leads", self.name)
            self._on_lead()
        return self._leading

    def run(self, duty: Duty, work: Work) -> None:
        """Do the duty if this process leads. Nothing it raises stops the scheduler: it stands in the log."""
        if not self.beat():
            return
        with self.platform.database.write() as session:
            run_id = start_run(session, duty, clock.now())
        try:
            outcome = work(self.platform)
        except Exception as error:
            logger.exception("duty %s", duty)
            outcome = Outcome(f"{duty.label}未完成：{error}", ok=False)
        with self.platform.database.write() as session:
            finish_run(session, run_id, clock.now(), ok=outcome.ok, result=outcome.text)

    def leave(self) -> None:
        """Let another lead at once."""
        self._leading = False
        with self.platform.database.write() as session:
            give_up_lease(session, self.name, clock.now())
