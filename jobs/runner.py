"""Runs duties one at a time each, in the one process that leads, and keeps their log."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from uuid import uuid4

from policy.terms import Duty
from services import clock
from services.leadership import LEASE_LASTS, Fenced, Lead, fenced, give_up_lease, take_lease
from services.platform import Platform
from services.scheduling import finish_run, start_run

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a duty ended; an empty `text` that is `ok` means there was nothing to do."""

    text: str = ""
    ok: bool = True


Work = Callable[[Platform], Outcome]


class Runner:
    """One scheduler process. Of several only the leader works; `on_lead` is called whenever this one begins to lead."""

    def __init__(
        self, platform: Platform, on_lead: Callable[[], None] = lambda: None, lasts: timedelta = LEASE_LASTS
    ) -> None:
        self.platform = platform
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._on_lead = on_lead
        self._lasts = lasts
        self._lead: Lead | None = None
        self._waits = False
        self._one_beat_at_a_time = Lock()

    def beat(self) -> Lead | None:
        """Take the lease or keep it; None when another leads. Duties and the heartbeat call it from their threads."""
        with self._one_beat_at_a_time:
            before = self._lead
            with self.platform.database.write() as session:
                self._lead = take_lease(session, self.name, clock.shared(session), self._lasts)
            now = self._lead
            waited, self._waits = self._waits, now is None
        if now is not None and now != before:
            logger.info("%s leads, token %s", self.name, now.token)
            self._on_lead()
        elif now is None and not waited:
            logger.warning("%s waits: another leads", self.name)
        return now

    def run(self, duty: Duty, work: Work) -> None:
        """Do the duty if this process leads. Nothing it raises stops the scheduler: it stands in the log.

        Whoever has led since has fenced this process out: then nothing is written any more, this run's end included.
        """
        lead = self.beat()
        if lead is None:
            return
        try:
            self._run(fenced(self.platform, lead), duty, work, lead)
        except Fenced as end:
            logger.warning("duty %s ended without writing any more: %s", duty, end)

    def _run(self, platform: Platform, duty: Duty, work: Work, lead: Lead) -> None:
        with platform.database.write() as session:
            run_id = start_run(session, duty, clock.now(), lead)
        try:
            outcome = work(platform)
        except Exception as error:
            logger.exception("duty %s", duty)
            outcome = Outcome(f"{duty.label}未完成：{error}", ok=False)
        with platform.database.write() as session:
            finish_run(session, run_id, clock.now(), ok=outcome.ok, result=outcome.text)

    def leave(self) -> None:
        """Let another lead at once."""
        with self._one_beat_at_a_time:
            self._lead = None
            with self.platform.database.write() as session:
                give_up_lease(session, self.name, clock.shared(session))
