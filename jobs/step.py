"""`step STEP --park P --dated D`: one step of the acceptance, or its return."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from jobs.arguments import DATE, FILE, OneOf
from jobs.output import Run, changes
from policy.figures import chinese_date
from policy.terms import Outcome
from policy.workflow import StepKind
from services.screening import admitted
from services.step_terms import Taking
from services.steps import return_step, take_step


@click.command("step")
@click.argument("step", metavar="STEP", type=OneOf(StepKind))
@click.option("--park", required=True, help="园区代码、全称或简称。")
@click.option("--dated", type=DATE, required=True, help="材料的成文日期。")
@click.option("--no", "number", default="", help="发文字号。")
@click.option("--file", type=FILE, help="材料扫描件；不附的，取该园区的定稿，没有定稿的由系统按当日数据定稿。")
@click.option("--return", "reason", metavar="REASON", help="不办理本环节，将上一环节退回并写明理由。")
@click.option("--outcome", type=OneOf(Outcome), help="评审结论；不填的，取专家组评审意见，没有的按达标。")
@click.option("--until", type=DATE, help="期限：限期整改、公示或延期验收的最后一日。")
@click.option("--note", default="", help="备注。")
@click.option("--as-written", is_flag=True, help="照此登记：已核对提示的疑问，确实如此。")
@changes
def command(
    run: Run,
    step: str,
    park: str,
    dated: date,
    number: str,
    file: Path | None,
    reason: str | None,
    outcome: str | None,
    until: date | None,
    note: str,
    as_written: bool,
) -> None:
    """记录验收环节及其材料；--return 退回上一环节。"""
    kind = StepKind(step)
    attached = admitted(run.platform, run.actor, (file.name, file.read_bytes()) if file else None)
    if reason is not None:
        with run.platform.database.write() as session:
            done = return_step(session, run.actor, park, kind, dated, reason)
    else:
        concluded = Outcome(outcome) if outcome else None
        taking = Taking(kind, dated, number, attached, concluded, until, note, as_written)
        done = take_step(run.platform, run.actor, park, taking, draft_ok=True)
    document = {
        "step": done.kind, "dated": done.dated, "number": done.number, "returned_on": done.returned_on,
        "notes": list(done.notes),
    }  # fmt: skip
    taken = done.kind.label
    told = f"已退回“{taken}”：{done.reason}" if done.returned_on else f"已记录“{taken}”（{chinese_date(done.dated)}）"
    run.show(document, [told, *done.notes])
