"""`act KIND --park P --period 2026H1 …`: 延期报送, 免报, 零报告, or the paper that discharges a duty."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from jobs.arguments import AS_WRITTEN, DATE, FILE, OWED_PERIOD, OneOf
from jobs.output import Run, changes
from policy.periods import Period
from policy.terms import ActKind, ObligationKind
from services.obligation_acts import Paper, record_act
from services.screening import admitted


def _words(kinds: Iterable[str]) -> list[str]:
    """As they are typed: nil-return."""
    return [str(kind).replace("_", "-") for kind in kinds]


@click.command("act")
@click.argument("kind", metavar="KIND", type=OneOf(_words(ActKind)))
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option(
    "--obligation", type=OneOf(_words(ObligationKind)), default="half-year-report", help="应报事项，默认半年函报。"
)
@click.option("--period", type=OWED_PERIOD, metavar="2026H1", help="报告期：2026H1、2026Q1、2026；不分报告期的不写。")
@click.option("--number", "--no", "number", required=True, metavar="NO", help="文件的发文字号。")
@click.option("--dated", type=DATE, required=True, metavar="D", help="文件的成文日期。")
@click.option("--until", type=DATE, metavar="D", help="延期报送：新的报送截止日。")
@click.option("--lock", type=DATE, metavar="D", help="延期报送：新的封账日。")
@click.option("--reason", default="", metavar="REASON", help="事由；已办理的任务分工不须写。")
@click.option("--file", type=FILE, help="文件扫描件。")
@AS_WRITTEN
@changes
def command(
    run: Run,
    kind: str,
    park: str,
    obligation: str,
    period: Period | None,
    number: str,
    dated: date,
    until: date | None,
    lock: date | None,
    reason: str,
    file: Path | None,
    as_written: bool,
) -> None:
    """登记延期报送（extension）、免报（waiver）、零报告（nil-return）或任务分工已办理（discharge）。"""
    sent = admitted(run.platform, run.actor, (file.name, file.read_bytes()) if file else None)
    act, owed = ActKind(kind.replace("-", "_")), ObligationKind(obligation.replace("-", "_"))
    paper = Paper(number, dated, reason, sent, until, lock)
    with run.platform.database.write() as session:
        about = (owed, str(period or ""))
        done = record_act(session, run.platform.storage, run.actor, park, act, about, paper, as_written=as_written)
    document = {
        "act": done.act_id, "kind": done.kind, "park": done.park_code, "obligation": owed, "period": period,
        "number": number.strip(), "dated": dated, "until": until, "lock": lock,
        "notes": [done.note] if done.note else [],
    }  # fmt: skip
    run.show(document, [f"已登记{done.what}（{number.strip()}）", *filter(None, [done.note])])
