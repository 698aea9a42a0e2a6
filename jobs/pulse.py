"""The heartbeat of a scheduler process, kept by a clock that nobody sets."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

from services import clock

logger = logging.getLogger(__name__)

NOTICED = 60  # seconds the clock has been set back by when its plans are made anew


class Pulse(Thread):
    """Beats at once and then `every` so often until stopped, whatever the wall clock does and the work takes.

    The scheduler plans by the wall clock: set back by a day, it would do nothing for a day, its own heartbeat
    included. So that stands here, and `on_set_back` is called when the clock has been.
    """

    def __init__(self, every: timedelta, beat: Callable[[], object], on_set_back: Callable[[], None]) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._every = every.total_seconds()
        self._beat = beat
        self._on_set_back = on_set_back
        self._ending = Event()

    def run(self) -> None:
        reading = _reading()
        while True:
            try:
                now = _reading()
                if now < reading - NOTICED:
                    logger.warning("the clock was set back by %.0f s: all duties are planned anew", reading - now)
                    self._on_set_back()
                reading = now  # not before: what could not be planned anew is at the next beat
                self._beat()
            except Exception:  # such as a database out of reach: it may be back by the next beat
                logger.exception("heartbeat")
            if self._ending.wait(self._every):
                return

    def stop(self) -> None:
        """Returns when the last beat is over."""
        self._ending.set()
        self.join()


def _reading() -> float:
    """By how much the wall clock is ahead of the one that is never set: seconds."""
    return clock.now().timestamp() - time.monotonic()
