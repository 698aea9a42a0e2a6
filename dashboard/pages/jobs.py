"""任务运行: whether the unattended work goes on, when each duty is done next, and what each run brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.forms import button, choice, field, search_form
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.access import ID
from db.queries.runs import Heartbeat, RunRow, heartbeat, latest_runs, runs
from policy.terms import Duty, Light, RunState
from services import clock
from services.timetable import TIMETABLE, Entry, next_run

PLANNED = (
    Column("任务", "head"),
    Column("时间"),
    Column("作用"),
    Column("最近记录"),
    Column("下次运行"),
)
COLUMNS = (
    Column("任务", "head"),
    Column("开始", "day"),
    Column("用时", "number"),
    Column("结果"),
    Column("说明"),
    Column("主持进程", "day"),
)
LIGHTS: dict[RunState, Light] = {
    RunState.UNDER_WAY: Light.BLUE,
    RunState.DONE: Light.GREEN,
    RunState.FAILED: Light.RED,
    RunState.CUT_OFF: Light.YELLOW,
}
CUT_OFF = "运行中进程终止，或已由另一进程接替；未完成的由接替者补做"
TROUBLED = "troubled"
PAGE_SIZE = 100


def layout(visit: Visit) -> View:
    duty, troubled, before = _asked(visit.args)
    with visit.platform.database.read() as session:
        now = clock.shared(session)
        beat = heartbeat(session)
        latest = latest_runs(session, now)
        found = runs(session, now, duty=duty, troubled=troubled, before=before, limit=PAGE_SIZE)
    alive = beat is not None and beat.alive(now)
    return View(
        "任务运行",
        body=[
            card("定时任务", facts(_standing(beat, alive))),
            card("任务安排", _plan(latest, now, alive), note="北京时间；没有事情可办的，不留记录"),
            card("运行记录", _filter(duty, troubled), _history(found), _older(found, duty, troubled)),
        ],
        lead="检查时限、发送邮件等任务由定时任务进程自动办理；可以启动多个，同一时间只有一个主持，其余待命。",
    )


def _asked(args: Mapping[str, str]) -> tuple[Duty | None, bool, int | None]:
    """What the address asks for; what it cannot mean is left out."""
    duty, before = args.get("duty", ""), args.get("before", "")
    return (
        Duty(duty) if duty in set(Duty) else None,
        args.get("show") == TROUBLED,
        int(before) if ID.fullmatch(before) else None,
    )


def _standing(beat: Heartbeat | None, alive: bool) -> list[tuple[str, Node]]:
    if beat is None:
        return [
            ("状态", lights.light(Light.YELLOW, "从未启动")),
            ("办法", "请启动定时任务，否则不会提醒、催报和发送邮件"),
        ]
    state = lights.light(*((Light.GREEN, "运行中") if alive else (Light.RED, "已停止")))
    rest = [] if alive else [("办法", "请启动定时任务；停机期间的每一天会按当日情况补查")]
    return [
        ("状态", state),
        ("最近心跳", labels.stamp(beat.beat_at)),
        ("主持进程" if alive else "上次主持", _leader(beat.holder, beat.token)),
        *rest,
    ]


def _leader(holder: str, token: int) -> Node:
    """The machine's name and which turn at leading it is; the process itself on hovering."""
    return html.Span(f"{holder.partition(':')[0]}（第{token}任）", title=holder) if holder else "—"


def _plan(latest: Mapping[Duty, RunRow], now: datetime, alive: bool) -> html.Div:
    rows = [
        row(PLANNED, (
            entry.duty.label, entry.said, html.Span(entry.why, className="small-text"), _latest(latest.get(entry.duty)),
            _next(entry, now, alive),
        ))
        for entry in TIMETABLE
    ]  # fmt: skip
    return table("任务安排", PLANNED, rows)


def _latest(run: RunRow | None) -> Node:
    if run is None:
        return "—"
    return [_state(run), html.Span(labels.stamp(run.started_at), className="small")]


def _next(entry: Entry, now: datetime, alive: bool) -> Node:
    due = labels.stamp(next_run(entry, now))
    if alive:
        return due
    return ["启动后即运行" if entry.at_start else due, html.Span("定时任务未运行", className="small")]


def _filter(duty: Duty | None, troubled: bool) -> Node:
    duties = [("", "全部任务"), *((one.value, one.label) for one in Duty)]
    return search_form(
        field("任务", choice("duty", duties, duty or "")),
        field("结果", choice("show", [("", "全部"), (TROUBLED, "失败和中断")], TROUBLED if troubled else "")),
        button("查看", tone="secondary"),
    )


def _history(found: Sequence[RunRow]) -> html.Div:
    nothing = empty("没有符合条件的运行记录。", "每次运行都记录在这里；没有邮件可发的，不留记录。")
    return table("运行记录", COLUMNS, [row(COLUMNS, _cells(entry)) for entry in found], empty=nothing)


def _cells(entry: RunRow) -> tuple[Node, ...]:
    said = CUT_OFF if entry.state is RunState.CUT_OFF else entry.result or "—"
    return (
        entry.duty.label,
        labels.stamp(entry.started_at),
        _took(entry),
        _state(entry),
        html.Span(said, className="small-text"),
        _leader(entry.leader, entry.token),
    )


def _took(entry: RunRow) -> str:
    if entry.finished_at is None:
        return "—"
    took = entry.finished_at - entry.started_at
    if took < timedelta(minutes=1):
        return f"{max(took, timedelta()).total_seconds():.1f}秒"
    minutes, seconds = divmod(int(took.total_seconds()), 60)
    return f"{minutes}分{seconds}秒"


def _state(entry: RunRow) -> Node:
    return lights.light(LIGHTS[entry.state], entry.state.label)


def _older(found: Sequence[RunRow], duty: Duty | None, troubled: bool) -> Node:
    if len(found) < PAGE_SIZE:
        return None
    words = {"duty": duty or "", "show": TROUBLED if troubled else "", "before": found[-1].id}
    return html.P(html.A("更早的记录", href=f"?{urlencode({key: word for key, word in words.items() if word})}"))


PAGE = Page("jobs", "/jobs", layout, menu="任务运行")
