"""`tasks FILE.xlsx --park P`: tasks of the construction plan."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import FILE
from jobs.output import Run, changes
from policy.figures import chinese_date
from services.plan_tasks import TaskChange, import_tasks, reopen
from services.screening import admit


@click.command("tasks")
@click.argument("file", type=FILE, required=False)
@click.option("--park", required=True, help="园区代码、全称或简称。")
@click.option("--decision", metavar="NO", help="依据文号；变更已有任务的时限或责任单位时必填。")
@click.option("--reopen", "task", metavar="任务", help="撤销销号：写任务名称；不写文件，须写 --reason。")
@click.option("--reason", default="", metavar="REASON", help="撤销销号的原因；原完成时间记入操作日志。")
@changes
def command(run: Run, file: Path | None, park: str, decision: str | None, task: str | None, reason: str) -> None:
    """导入重点任务：工作簿，列 任务、完成时限[、责任单位、进展、完成时间]；没有列出的任务不变。--reopen 撤销销号。"""
    if (file is None) == (task is None):
        raise click.UsageError("写明要导入的文件，或以 --reopen 写明要撤销销号的任务，只写一种")
    if task is not None:
        with run.platform.database.write() as session:
            row = reopen(session, run.actor, park, task, reason)
        document = {"task": row.name, "due_on": row.due_on, "done_on": row.done_on, "progress": row.progress}
        run.show(document, [f"已撤销销号：{row.name}，时限{chinese_date(row.due_on)}"])
        return
    assert file is not None
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
        "note": change.note,
        "replaces": {"unit": old[0], "due_on": old[1], "done_on": old[2]} if old else None,
    }


def _line(change: TaskChange) -> str:
    line = change.line
    done = f"，{chinese_date(line.done_on)}完成" if line.done_on else ""
    note = f"；{change.note}" if change.note else ""
    what = "新增" if change.new else f"变更（原时限{chinese_date(change.old[1])}）" if change.old else "更新进展"
    return f"{what}：{line.name}（{line.unit or '责任单位未写明'}），时限{chinese_date(line.due_on)}{done}{note}"
