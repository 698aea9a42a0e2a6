"""`round`: a 报送通知, drafted, and confirmed when its number and date are given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from jobs import effects
from jobs.arguments import DATE, FILE, QUARTER, OneOf
from jobs.output import Run, changes
from policy.periods import Period
from policy.rule_keys import ROUND_KINDS
from policy.terms import ObligationKind
from services import rounds
from services.screening import admitted


@click.command("round")
@click.option("--period", required=True, type=QUARTER, metavar="2026H1", help="报告期；建设进展可写 2026Q1。")
@click.option("--kind", type=OneOf(ROUND_KINDS), default=ROUND_KINDS[0].value, help="半年函报（默认）或建设进展报送。")
@click.option("--due", required=True, type=DATE, metavar="D", help="报送截止日。")
@click.option("--grace", type=DATE, metavar="D", help="宽限截止日；补充通知不写则宽限天数同原通知。")
@click.option("--lock", type=DATE, metavar="D", help="封账日；补充通知不写则同原通知。")
@click.option("--unit", "unit_names", multiple=True, metavar="U", help="只发给这些区县，可写多个；不写则全部。")
@click.option("--number", metavar="NO", help="发文字号；与 --dated 一并给出即为确认。")
@click.option("--dated", type=DATE, metavar="D", help="成文日期。")
@click.option("--file", "scan", type=FILE, help="报送通知扫描件。")
@click.option("--supplementary", is_flag=True, help="补充通知：范围内已有通知的，以本通知的日期为准，原通知保留。")
@click.option("--dry-run", is_flag=True, help="只列出将调整的日期和今天预警的变化，不作改动。")
@changes
def command(
    run: Run, period: Period, kind: str, due: date, grace: date | None, lock: date | None, unit_names: Sequence[str],
    number: str | None, dated: date | None, scan: Path | None, supplementary: bool, dry_run: bool,
) -> None:  # fmt: skip
    """拟制报送通知；给出发文字号和成文日期的，一并确认，范围内应报事项的截止日以其为准。"""
    if (number is None) != (dated is None):
        raise click.UsageError("确认报送通知须同时写 --number 和 --dated")
    file = admitted(run.platform, run.actor, (scan.name, scan.read_bytes()) if scan else None)
    made: rounds.Confirmed | None = None
    with run.platform.database.write() as session, session.begin_nested() as attempt:
        round_id = rounds.draft(
            session, run.actor, ObligationKind(kind), period, due_on=due, grace_on=grace, lock_on=lock,
            unit_names=unit_names,
        )  # fmt: skip
        found = rounds.foresee(session, run.actor, round_id)
        if number is not None and dated is not None:
            made = rounds.confirm(
                session, run.platform.storage, run.actor, round_id,
                number=number, dated=dated, file=file, supplementary=supplementary,
            )  # fmt: skip
        if dry_run:
            attempt.rollback()
    confirmed = made is not None and not dry_run
    document = {"round": None if dry_run else round_id, "period": period, "kind": kind, "confirmed": confirmed}
    covered = {"covered": made.covered, "moved": made.moved} if made else {}
    words = effects.CONFIRMED if confirmed else effects.ROUND
    run.show(
        {**document, **covered, **effects.as_document(found)},
        [_done(round_id, made, dry_run=dry_run), *effects.lines(found, words)],
    )


def _done(round_id: int, made: rounds.Confirmed | None, *, dry_run: bool) -> str:
    if made is not None and not dry_run:
        return f"报送通知已确认（编号{round_id}），涉及{made.covered}项应报事项，其中调整日期{made.moved}项"
    if dry_run:
        return "推演如下，未作改动"
    return f"报送通知已拟制（编号{round_id}），确认后生效；确认时写 --number 和 --dated"
