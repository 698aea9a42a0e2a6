"""`python -m jobs sweep`: deadlines and lag rules for every park, once; every morning by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from jobs.arguments import DATE
from jobs.output import Run, changes
from jobs.runner import Outcome
from policy.access import SYSTEM_ACTOR
from policy.figures import chinese_date
from services import clock
from services.alerting import SweepResult, sweep
from services.platform import Platform


@click.command("sweep")
@click.option("--as-of", type=DATE, metavar="DATE", help="按该日情况检查，默认今天；只看该日及以前收到的材料。")
@click.option("--dry-run", is_flag=True, help="只推演，不开立预警，不排发邮件；可用于今天之后的日期。")
@click.option("--full", is_flag=True, help="逐个园区重新判定（目前每次均为全部判定）。")
@changes
def command(run: Run, as_of: date | None, dry_run: bool, full: bool) -> None:
    """检查各园区时限和进度滞后：开立、保留、销号，并排发提醒和催报邮件。"""
    database, day = run.platform.database, as_of or clock.today()
    with database.read() if dry_run else database.write() as session:
        result = sweep(session, run.actor, day, dry_run=dry_run, full=full, base_url=run.platform.settings.base_url)
    for line in (*result.failed, *result.unreachable):
        click.echo(line, err=True)
    run.show(result.as_json(), _lines(result, dry_run=dry_run), errors=bool(result.failed))


def _lines(result: SweepResult, *, dry_run: bool) -> Iterator[str]:
    yield f"{'推演 ' if dry_run else ''}{summary(result)}"
    for word, notes in (("开立", result.opened), ("销号", result.closed)):
        yield from (f"  {word}：{note.message}" for note in notes)
    yield from (f"  邮件：{mail.to}（{mail.stage}，{len(mail.alerts)}项）" for mail in result.mails)


def summary(result: SweepResult) -> str:
    """One line an official reads in the log."""
    return (
        f"截至{chinese_date(result.as_of)}：新开{len(result.opened)}项，在办{len(result.kept)}项，"
        f"销号{len(result.closed)}项，邮件{len(result.mails)}封"
    )


def unattended(platform: Platform) -> Outcome:
    """The sweep of today."""
    with platform.database.write() as session:
        result = sweep(session, SYSTEM_ACTOR, clock.today(), base_url=platform.settings.base_url)
    return Outcome("；".join((summary(result), *result.failed, *result.unreachable)), ok=not result.failed)
