"""`step STEP --park P --dated D`: one step of the acceptance, or its return."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from jobs.arguments import DATE, FILE, OneOf
from jobs.output import Run, changes
from policy.figures import chinese_date
from policy.workflow import StepKind
from services.screening import admitted
from services.steps import record_step, return_step


@click.command("step")
@click.argument("step", metavar="STEP", type=OneOf(StepKind))
@click.option("--park", required=True, help="园区代码、全称或简称。")
@click.option("--dated", type=DATE, required=True, help="材料的成文日期。")
@click.option("--no", "number", default="", help="发文字号。")
@click.option("--file", type=FILE, help="材料扫描件。")
@click.option("--return", "reason", metavar="REASON", help="不办理本环节，将上一环节退回并写明理由。")
@changes
def command(run: Run, step: str, park: str, dated: date, number: str, file: Path | None, reason: str | None) -> None:
    """记录验收环节及其材料；--return 退回上一环节。"""
    kind = StepKind(step)
    attached = admitted(run.platform, run.actor, (file.name, file.read_bytes()) if file else None)
    with run.platform.database.write() as session:
        if reason is not None:
            row = return_step(session, run.actor, park, kind, dated, reason)
        else:
            row = record_step(session, run.platform.storage, run.actor, park, kind, dated, number, attached)
    document = {"step": row.kind, "dated": row.dated, "number": row.document_no, "returned_on": row.returned_on}
    taken = StepKind(row.kind).label
    told = (
        f"已退回“{taken}”：{row.return_reason}" if row.returned_on else f"已记录“{taken}”（{chinese_date(row.dated)}）"
    )
    run.show(document, [told])
