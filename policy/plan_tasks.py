"""重点任务台账: how one task stands on a day, in a light and a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policy.alerts.alert import LIGHTS
from policy.facts import TaskFact
from policy.terms import AlertRule, Labelled, Light

SOON = 30
"""Days before its date from which a task is 临近时限."""


class TaskState(Labelled):
    OPEN = "open", "未到期"
    SOON = "soon", "临近时限"
    LATE = "late", "任务逾期"
    DONE = "done", "已销号"
    DONE_LATE = "done_late", "逾期销号"

    @property
    def light(self) -> Light:
        """任务逾期 bears the light of its warning."""
        return {
            TaskState.OPEN: Light.GREY, TaskState.SOON: Light.BLUE, TaskState.LATE: LIGHTS[AlertRule.TASK_LATE],
            TaskState.DONE: Light.GREEN, TaskState.DONE_LATE: Light.GREEN,
        }[self]  # fmt: skip


def task_state(task: TaskFact, today: date) -> TaskState:
    """As the rule 任务逾期 sees it: the date itself is still in time."""
    if task.done_on is not None and task.done_on <= today:
        return TaskState.DONE_LATE if task.done_on > task.due_on else TaskState.DONE
    if today > task.due_on:
        return TaskState.LATE
    return TaskState.SOON if (task.due_on - today).days <= SOON else TaskState.OPEN


@dataclass(frozen=True, slots=True)
class TaskCount:
    """共 total 项，已销号 done 项，逾期 late 项."""

    total: int
    done: int
    late: int


def counted(tasks: Iterable[TaskFact], today: date) -> TaskCount:
    found = [task_state(task, today) for task in tasks]
    done = sum(state in (TaskState.DONE, TaskState.DONE_LATE) for state in found)
    return TaskCount(len(found), done, found.count(TaskState.LATE))
