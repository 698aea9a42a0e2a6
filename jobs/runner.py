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
    """One scheduler process. Of several only the leader works.

    `on_lead` is called whenever this one begins to lead, and again at the next beat where it could not be done;
    `on_unfinished` with a duty that was begun or due here and not done to its end.
    """

    def __init__(
        self,
        platform: Platform,
        on_lead: Callable[[], None] = lambda: None,
        on_unfinished: Callable[[Duty], None] = lambda _duty: None,
        lasts: timedelta = LEASE_LASTS,
    ) -> None:
        self.platform = platform
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._on_lead, self._on_unfinished = on_lead, on_unfinished
        self._lasts = lasts
        self._lead: Lead | None = None
        self._begun = 0
        """The token under which it last began to lead."""
        self._waits = False
        self._one_beat_at_a_time = Lock()

    def beat(self) -> Lead | None:
        """Take the lease or keep it; None when another leads. Duties and the heartbeat call it from their threads."""
        with self._one_beat_at_a_time:
            with self.platform.database.write() as session:
                self._lead = take_lease(session, self.name, clock.shared(session), self._lasts)
            now = self._lead
            waited, self._waits = self._waits, now is None
        if now is not None and now.token != self._begun:
            logger.info("%s leads, token %s", self.name, now.token)
            self._on_lead()
            self._begun = now.token
        elif now is None and not waited:
            logger.warning("%s waits: another leads", self.name)
        return now

    def run(self, duty: Duty, work: Work) -> None:
        """Do the duty if this process leads. Nothing it raises stops the scheduler: it stands in the log.

        Whoever has led since has fenced this process out: then nothing is written any more, this run's end included.
        """
        done = False
        try:
            lead = self.beat()
            done = lead is None or self._run(fenced(self.platform, lead), duty, work, lead)
        except Fenced as end:
            logger.warning("duty %s ended without writing any more: %s", duty, end)
        except Exception:  # such as a database out of reach: not even that it failed could be written
            logger.exception("duty %s", duty)
        if not done:
            self._on_unfinished(duty)

    def _run(self, platform: Platform, duty: Duty, work: Work, lead: Lead) -> bool:
        """Whether the work came to its end, well or not."""
        with platform.database.write() as session:
            run_id = start_run(session, duty, clock.now(), lead)
        done = False
        try:
            outcome = work(platform)
            done = True
        except Exception as error:
            logger.exception("duty %s", duty)
            outcome = Outcome(f"{duty.label}未完成：{error}", ok=False)
        with platform.database.write() as session:
            finish_run(session, run_id, clock.now(), ok=outcome.ok, result=outcome.text)
        return done

    def leave(self) -> None:
        """Let another lead at once."""
        with self._one_beat_at_a_time:
            self._lead = None
            with self.platform.database.write() as session:
                give_up_lease(session, self.name, clock.shared(session))
