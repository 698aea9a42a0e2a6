"""How long a mail waits for its next attempt: ever longer, and never all mails at the same moment."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
LONGEST_AWAY = timedelta(minutes=15)


def spread() -> float:
    """How much of the second half of a pause is waited, 0 to 1."""
    return random.random()  # noqa: S311 -- spreads the load, guards nothing


def pause(attempts: int) -> timedelta:
    """After so many attempts: one minute, then twice as long each time, at most half a day; a random part of the
    second half is left out."""
    return _jittered(min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE))


def pause_of_server(waited: timedelta) -> timedelta:
    """While the server is away: a quarter of the time the mail has waited already, from one to fifteen minutes."""
    return _jittered(min(max(waited / 4, FIRST_PAUSE), LONGEST_AWAY))


def _jittered(longest: timedelta) -> timedelta:
    return longest / 2 * (1 + spread())
