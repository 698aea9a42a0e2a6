"""复算核对 of every park's overview row, every night; also part of `python -m jobs sweep --full`."""

from __future__ import annotations

from jobs.runner import Outcome
from policy.access import SYSTEM_ACTOR
from services.platform import Platform
from services.recomputing import recompute


def unattended(platform: Platform) -> Outcome:
    """Silent while stored and computed agree."""
    lines = recompute(platform, SYSTEM_ACTOR).lines
    return Outcome("；".join(lines), ok=not lines)
