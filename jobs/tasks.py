"""`tasks FILE.xlsx --park P`: tasks of the construction plan."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import FILE
from jobs.output import Run, changes
from policy.figures import chinese_date
from services.plan_tasks import TaskChange, import_tasks
from services.screening import admit


@click.command("tasks")
@click.argument("file", type=FILE)
@click.option("--park", required=True, help="园区代码、全称或简称。")
@click.option("--decision", metavar="NO", help="依据文号；变更已有任务的时限或责任单位时必填。")
@changes
def command(run: Run, file: Path, park: str, decision: str | None) -> None:
    """导入重点任务：工作簿，列 任务、完成时限[、责任单位、进展、完成时间]；没有列出的任务不变。"""
    data = admit(run.platform, run.actor, file.name, file.read_bytes())
    with run.platform.database.write() as session:
        made = import_tasks(session, run.platform.storage, run.actor, park, file.name, data, decision)
    run.show([_document(change) for change in made], [_line(change) for change in made] or ["任务一致，未作改动"])


def _document(change: TaskChange) -> dict[str, object]:
    line, old = change.line, change.old
    return {
        "task": line.name,
        "unit": line.unit,
        "due_on": line.due_on,
        "progress": line.progress,
        "done_on": line.done_on,
        "where": line.where,
        "new": change.new,
        "replaces": {"unit": old[0], "due_on": old[1], "done_on": old[2]} if old else None,
    }


def _line(change: TaskChange) -> str:
    line = change.line
    done = f"，{chinese_date(line.done_on)}完成" if line.done_on else ""
    what = "新增" if change.new else f"变更（原时限{chinese_date(change.old[1])}）" if change.old else "更新进展"
    return f"{what}：{line.name}（{line.unit or '责任单位未写明'}），时限{chinese_date(line.due_on)}{done}"
