"""任务运行: whether the unattended work goes on, and what each run brought."""

from __future__ import annotations

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.runs import Heartbeat, RunRow, heartbeat, runs
from policy.terms import Light
from services import clock

COLUMNS = (
    Column("任务", "head"),
    Column("开始"),
    Column("用时", "number"),
    Column("结果"),
    Column("说明"),
)


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        beat = heartbeat(session)
        found = runs(session)
    rows = [row(COLUMNS, _cells(entry)) for entry in found]
    nothing = empty("还没有运行记录。", "定时任务启动后，每次运行都会记录在这里。")
    return View(
        "任务运行",
        body=[
            card("定时任务", facts(_standing(beat))),
            card("运行记录", table("运行记录", COLUMNS, rows, empty=nothing), note="最近100次"),
        ],
        lead="检查时限和进度：每日7时；发送邮件：每分钟。",
    )


def _standing(beat: Heartbeat | None) -> list[tuple[str, Node]]:
    if beat is None:
        return [
            ("状态", lights.light(Light.YELLOW, "从未启动")),
            ("办法", "请启动定时任务，否则不会提醒、催报和发送邮件"),
        ]
    alive = beat.alive(clock.now())
    state = lights.light(*((Light.GREEN, "运行中") if alive else (Light.RED, "已停止")))
    return [("状态", state), ("最近心跳", labels.stamp(beat.beat_at)), ("运行于", beat.holder)]


def _cells(entry: RunRow) -> tuple[Node, ...]:
    said = html.Span(entry.result or "—", className="small-text")
    return entry.duty.label, labels.stamp(entry.started_at), _seconds(entry), _state(entry), said


def _seconds(entry: RunRow) -> str:
    if entry.finished_at is None:
        return "—"
    return f"{(entry.finished_at - entry.started_at).total_seconds():.1f}秒"


def _state(entry: RunRow) -> Node:
    if entry.ok is None:
        return lights.light(Light.GREY, "未结束")
    return lights.light(*((Light.GREEN, "完成") if entry.ok else (Light.RED, "失败")))


PAGE = Page("jobs", "/jobs", layout, menu="任务运行")
