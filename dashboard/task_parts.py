"""重点任务台账 on a page: every task with its date and how it stands, and the form to 销号 it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.figure import counted as leading
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.plan_tasks import TaskRow
from policy.access import Permission
from policy.plan_tasks import TaskState, counted, task_state

TASKS = (
    Column("任务", "head"),
    Column("责任单位"),
    Column("时限", "day"),
    Column("进展"),
    Column("状态"),
)
CLOSING = Column("销号")
REPLACED = (Column("任务", "head"), Column("责任单位"), Column("原时限", "day"), Column("变更日期", "day"))
BASIS = "依据：三(一)1 建设方案重点任务"


def tasks_card(code: str, tasks: tuple[TaskRow, ...], visit: Visit) -> html.Section:
    standing = [entry for entry in tasks if entry.replaced_on is None]
    closing = visit.may(Permission.DISCHARGE_DUTY)
    columns = (*TASKS, CLOSING) if closing else TASKS
    rows = [
        row(columns, _cells(entry, code, visit.today, closing=closing), id=f"task-{entry.task.id}")
        for entry in standing
    ]
    nothing = empty("尚未登记重点任务。", "请市经济信息委按建设方案导入重点任务；没有任务和时限就无法按期督促。")
    return card(
        "重点任务台账",
        _summary(standing, visit.today) if standing else None,
        table("重点任务台账", columns, rows, id="task-table", empty=nothing),
        _replaced([entry for entry in tasks if entry.replaced_on is not None]),
        id="tasks",
        note=BASIS,
    )


def entry_card(code: str, typed: Mapping[str, str]) -> html.Section:
    """For the committee: a task typed, or the whole list; `typed`: what stood in the form before a refusal."""
    base = f"/parks/{code}/tasks"
    one = form(
        base,
        field("任务", text("name", typed.get("name", ""), required=True, maxlength="200")),
        field("责任单位", text("unit", typed.get("unit", ""), maxlength="200")),
        field("完成时限", text("due_on", typed.get("due_on", ""), kind="date", required=True)),
        field("进展", text("progress", typed.get("progress", ""), maxlength="1000")),
        field("依据文号", text("decision", typed.get("decision", ""), maxlength="200"), DECISION),
        button("登记任务"),
        kind="stack narrow",
    )
    whole = form(
        f"{base}/import",
        field(
            "重点任务表", element("input", type="file", name="file", required=True), "可先下载重点任务表，填好后上传"
        ),
        field("依据文号", text("decision", "", maxlength="200"), DECISION),
        button("导入"),
        files=True,
        kind="stack narrow",
    )
    return card(
        "登记重点任务", one, html.H3("整表导入"), whole, id="tasks-entry",
        note=html.A("下载重点任务表", href=f"{base}.xlsx"),
    )  # fmt: skip


DECISION = "变更已有任务的时限、责任单位时必填；新任务不填即为建设方案"


def _summary(standing: list[TaskRow], today: date) -> html.P:
    count = counted((entry.task for entry in standing), today)
    return html.P(
        ["共", leading(f"{count.total}项", "#task-table"), f"，已销号{count.done}项，逾期{count.late}项。"],
        className="summary",
    )


def _cells(entry: TaskRow, code: str, today: date, *, closing: bool) -> tuple[Node, ...]:
    task, state = entry.task, task_state(entry.task, today)
    done = task.done_on is not None
    when = f"{labels.day(task.done_on)}完成" if done else labels.until(task.due_on, today)
    cells: tuple[Node, ...] = (
        html.Span(task.name, title=f"{entry.decision}；{entry.source}"),
        task.unit or "未写明",
        labels.day(task.due_on),
        entry.progress or "—",
        [lights.light(state.light, state.label), html.Span(when, className="small")],
    )
    if not closing:
        return cells
    acting = _reopen_form(entry, code) if done else _close_form(entry, code, today, late=state is TaskState.LATE)
    return (*cells, acting)


def _reopen_form(entry: TaskRow, code: str) -> html.Details:
    reason = text(
        "reason", required=True, maxlength=200, aria_label="撤销原因", placeholder="撤销原因，如：核查发现尚未投用"
    )
    send = button("撤销销号", tone="secondary")
    acting = form(f"/parks/{code}/tasks/{entry.task.id}/reopen", reason, send, kind="line")
    return html.Details([html.Summary("撤销销号"), acting], className="remark")


def _close_form(entry: TaskRow, code: str, today: date, *, late: bool) -> html.Details:
    day = text("done_on", str(today) if not late else "", kind="date", required=True, max=today, aria_label="完成时间")
    note = text(
        "note", required=True, aria_label="完成情况和佐证", placeholder="完成情况和佐证，如：已投用，验收报告见佐证资料"
    )
    acting = form(f"/parks/{code}/tasks/{entry.task.id}/done", day, note, button("销号", tone="secondary"), kind="line")
    return html.Details([html.Summary("销号"), acting], className="remark")


def _replaced(tasks: list[TaskRow]) -> Node:
    """What the list said before decisions changed it."""
    if not tasks:
        return None
    rows = [
        row(REPLACED, (
            entry.task.name, entry.task.unit or "未写明", labels.day(entry.task.due_on), labels.day(entry.replaced_on),
        ))
        for entry in tasks
    ]  # fmt: skip
    shown = table("变更前的重点任务", REPLACED, rows)
    return html.Details([html.Summary(f"变更前的任务（{len(tasks)}项）"), shown], className="attempts")
