"""`python -m jobs sweep`: deadlines and lag rules for every park, once; every morning by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from jobs.arguments import DATE
from jobs.output import Run, changes
from jobs.runner import Outcome
from policy.figures import chinese_date
from services import clock
from services.alerting import SweepResult, sweep
from services.catching_up import catch_up
from services.platform import Platform
from services.rehearsal import day_told, rehearse


@click.command("sweep")
@click.option("--as-of", type=DATE, metavar="DATE", help="按该日情况检查，默认今天；只看该日及以前收到的材料。")
@click.option("--dry-run", is_flag=True, help="只推演，不开立预警，不排发邮件；可用于今天之后的日期。")
@click.option("--full", is_flag=True, help="逐个园区重新判定，不只看有变动的。")
@changes
def command(run: Run, as_of: date | None, dry_run: bool, full: bool) -> None:
    """检查各园区时限和进度滞后：开立、保留、销号，并排发提醒和催报邮件。"""
    database, day = run.platform.database, as_of or clock.today()
    with database.read() if dry_run else database.write() as session:
        told = ""
        if dry_run:
            rehearsal = rehearse(session, run.actor, day, full=full)
            result, told = rehearsal.result, f"  {chinese_date(day)}：{day_told(rehearsal)}"
        else:
            settings = run.platform.settings
            result = sweep(
                session, run.actor, day, full=full, base_url=settings.base_url, content=settings.mail_content
            )  # fmt: skip
    for line in (*result.failed, *result.unreachable):
        click.echo(line, err=True)
    run.show(result.as_json(), _lines(result, told), errors=bool(result.failed))


def _lines(result: SweepResult, told: str) -> Iterator[str]:
    """`told`: of a rehearsed day, what sort of day it is."""
    yield f"{'推演 ' if told else ''}{summary(result)}"
    yield from filter(None, (told,))
    for word, notes in (("开立", result.opened), ("销号", result.closed)):
        yield from (f"  {word}：{note.message}" for note in notes)
    yield from (f"  邮件：{mail.to}（{mail.stage}，{len(mail.alerts)}项）" for mail in result.mails)
    yield from (f"  拟催报：{one.role.label} {one.to}（{one.stage}，{one.alert}）" for one in result.proposals)


def summary(result: SweepResult) -> str:
    """One line an official reads in the log."""
    return (
        f"截至{chinese_date(result.as_of)}：新开{len(result.opened)}项，在办{len(result.kept)}项，"
        f"销号{len(result.closed)}项，邮件{len(result.mails)}封"
    )


def unattended(platform: Platform) -> Outcome:
    """The sweep of today, and of the days nobody swept."""
    found = catch_up(platform)
    failed = [*_failed(found.made_up), *found.today.failed]
    words = (
        *_made_up(found.made_up), *_stuck(found.stuck), *_ahead(found.ahead), summary(found.today), *failed,
        *found.today.unreachable,
    )  # fmt: skip
    return Outcome("；".join(words), ok=not failed and found.ahead is None and found.stuck is None)


def _made_up(days: Sequence[SweepResult]) -> Iterator[str]:
    if days:
        span = "至".join(dict.fromkeys((chinese_date(days[0].as_of), chinese_date(days[-1].as_of))))
        opened, closed = sum(len(day.opened) for day in days), sum(len(day.closed) for day in days)
        yield f"补查{span}共{len(days)}天：新开{opened}项，销号{closed}项，邮件并入今日"


def _stuck(stuck: tuple[date, str] | None) -> Iterator[str]:
    if stuck is not None:
        day, why = stuck
        yield f"补查到{chinese_date(day)}未能完成：{why}；今日照常检查，{chinese_date(day)}起的日子下次再补"


def _failed(days: Sequence[SweepResult]) -> Iterator[str]:
    """What could not be judged, with the first day it could not."""
    first = {why: day.as_of for day in reversed(days) for why in day.failed}
    return (f"{chinese_date(day)}：{why}" for why, day in first.items())


def _ahead(newest: date | None) -> Iterator[str]:
    if newest is not None:
        known = "已开立的不重复开立，已通知的不重复通知"
        yield f"已检查至{chinese_date(newest)}，晚于今天：机器时钟曾经超前，请核对；{known}"
