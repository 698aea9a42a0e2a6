"""重点任务台账: the state of a task on a day, as an official would say it."""

from __future__ import annotations

from datetime import date

import pytest

from policy.facts import TaskFact
from policy.plan_tasks import TaskCount, TaskState, counted, task_state
from policy.terms import Light

DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("done_on", "today", "state", "light"),
    [
        (None, date(2026, 5, 30), TaskState.OPEN, Light.GREY),
        (None, date(2026, 5, 31), TaskState.SOON, Light.BLUE),
        (None, DUE, TaskState.SOON, Light.BLUE),
        (None, date(2026, 7, 1), TaskState.LATE, Light.YELLOW),
        (DUE, date(2026, 7, 1), TaskState.DONE, Light.GREEN),
        (date(2026, 7, 2), date(2026, 7, 1), TaskState.LATE, Light.YELLOW),
        (date(2026, 7, 2), date(2026, 7, 2), TaskState.DONE_LATE, Light.GREEN),
    ],
)
def test_a_task_on_a_day(done_on: date | None, today: date, state: TaskState, light: Light) -> None:
    found = task_state(TaskFact(1, "攻防靶场建成投用", "", DUE, done_on), today)
    assert (found, found.light) == (state, light)


def test_a_ledger_is_counted() -> None:
    tasks = [
        TaskFact(1, "一", "", DUE, date(2026, 6, 1)), TaskFact(2, "二", "", DUE, date(2026, 7, 3)),
        TaskFact(3, "三", "", DUE), TaskFact(4, "四", "", date(2026, 12, 31)),
    ]  # fmt: skip
    assert counted(tasks, date(2026, 7, 4)) == TaskCount(total=4, done=2, late=1)
