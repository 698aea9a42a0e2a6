"""`python -m jobs recompute`: every park's overview row beside one worked out anew; every night by itself."""

from __future__ import annotations

from dataclasses import asdict

import click

from jobs.output import Run, changes
from jobs.runner import Outcome
from policy.access import SYSTEM_ACTOR
from services.platform import Platform
from services.recomputing import recompute


@click.command("recompute")
@click.option("--dry-run", is_flag=True, help="只核对，不更正，不提醒。")
@changes
def command(run: Run, dry_run: bool) -> None:
    """复算核对：由全部事实复算各园区总览，与存储的逐项核对；不符的更正并提醒，退出码 1。"""
    found = recompute(run.platform, run.actor, dry_run=dry_run)
    differing = [asdict(one) for one in found.differences]
    document = {"parks": found.parks, "differences": differing, "failed": list(found.failed)}
    told = () if found.lines else (f"已复算{found.parks}个园区，与存储的一致",)
    run.show(document, (*told, *found.lines), errors=bool(found.lines))


def unattended(platform: Platform) -> Outcome:
    """Silent while stored and computed agree."""
    lines = recompute(platform, SYSTEM_ACTOR).lines
    return Outcome("；".join(lines), ok=not lines)
