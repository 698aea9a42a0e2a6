"""重点任务台账 of a park: the tasks in force, and what they took the place of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import PlanTask
from policy.facts import TaskFact


@dataclass(frozen=True, slots=True)
class TaskRow:
    """`replaced_on`: the day a decision put another unit or date in its place; None while it holds."""

    task: TaskFact
    progress: str
    decision: str
    source: str
    replaced_on: date | None


def plan_tasks(session: Session, park_id: int) -> tuple[TaskRow, ...]:
    """Those in force by their dates, then those replaced. The park's scope is the caller's matter."""
    rows = session.scalars(
        select(PlanTask)
        .where(PlanTask.park_id == park_id)
        .order_by(PlanTask.replaced_on.is_not(None), PlanTask.due_on, PlanTask.id)
    )
    return tuple(
        TaskRow(
            TaskFact(row.id, row.name, row.unit, row.due_on, row.done_on), row.progress, row.decision, row.source,
            row.replaced_on,
        )
        for row in rows
    )  # fmt: skip
