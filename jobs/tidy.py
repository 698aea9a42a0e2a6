"""Keeps the scheduler's own log and the documents made for a day from growing for ever; once a month by itself."""

from __future__ import annotations

from jobs.runner import Outcome
from services import clock
from services.platform import Platform
from services.printing.tray import clear_old
from services.scheduling import KEPT, prune_runs


def unattended(platform: Platform) -> Outcome:
    """Remove what is no longer kept; nothing to say when there is none."""
    with platform.database.write() as session:
        removed = prune_runs(session, clock.now())
    clear_old(platform)
    return Outcome(f"已清理{KEPT.days}天以前的运行记录{removed}条" if removed else "")
