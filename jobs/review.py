"""`python -m jobs review`: the committee's decision on the newest version of a half-year report."""

from __future__ import annotations

from datetime import date

import click

from jobs.arguments import DATE, PERIOD, OneOf
from jobs.output import Run, changes
from policy.figures import chinese_date
from policy.terms import HalfYear, ReturnReason
from services import clock
from services.corrections import UNSAID
from services.reviews import Decision, accept, newest, return_report

CATEGORY = OneOf(ReturnReason)


@click.command("review")
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--period", required=True, type=PERIOD, metavar="2026H1", help="报告期。")
@click.option("--accept", "accepted", is_flag=True, help="审核通过。")
@click.option("--return", "reason", metavar="REASON", help="退回修改，写明原因。")
@click.option(
    "--category",
    type=CATEGORY,
    help=f"退回原因的类别：{'、'.join(f'{one.value} {one.label}' for one in ReturnReason)}；默认 other。",
)
@click.option("--correction-reason", "said", metavar="TEXT", help="更正原因（代录）：更正已审核数据而区县未写明的。")
@click.option("--on", type=DATE, metavar="DATE", help="审核日期，默认今天。")
@changes
def command(
    run: Run,
    park: str,
    period: HalfYear,
    accepted: bool,
    reason: str | None,
    category: str | None,
    said: str | None,
    on: date | None,
) -> None:
    """对最新版本审核通过（--accept）或退回修改（--return 原因）。"""
    if accepted == (reason is not None):
        raise click.UsageError("--accept 与 --return 须写且只写一个")
    if not accepted and said is not None:
        raise click.UsageError("--correction-reason 只与 --accept 同用")
    if accepted and category is not None:
        raise click.UsageError("--category 只与 --return 同用")
    kind = ReturnReason(category) if category else ReturnReason.OTHER
    day = on or clock.today()
    with run.platform.database.write() as session:
        version = newest(session, run.actor, park, period)
        if reason is None:
            decision = accept(session, run.actor, version.submission_id, day, said or UNSAID)
        else:
            decision = return_report(session, run.actor, version.submission_id, reason, day, kind)
    run.show(_document(decision, period, version.version.number, reason, kind), _lines(decision))


def _document(
    decision: Decision, period: HalfYear, version: int, reason: str | None, category: ReturnReason
) -> dict[str, object]:
    return {
        "park": decision.park,
        "period": period,
        "version": version,
        "accepted": decision.accepted,
        "reason": reason,
        "category": None if decision.accepted else category,
        "on": decision.decided_on,
        "explain": decision.explain,
    }


def _lines(decision: Decision) -> list[str]:
    verdict = "审核通过" if decision.accepted else "退回修改"
    decided = f"{decision.told}：{verdict}（{chinese_date(decision.decided_on)}）"
    comments = [f"  批注：{decision.sent}条已随退回发出"] if decision.sent else []
    comments += [f"  批注：{decision.unsent}条未曾发出，仅留存备查"] if decision.unsent else []
    return [decided, *(f"  核实：{text}" for text in decision.explain), *comments]
