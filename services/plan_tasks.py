"""重点任务台账: tasks of the construction plan with their dates; changed by a decision only, 销号 when done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, PlanTask
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Missing, Refused, Unknown
from services import audit, clock, snapshots
from services.intake.formats.refused import FileRefused
from services.intake.sandbox import open_document
from services.intake.task_list import DONE, DUE, NAME, PROGRESS, UNIT, WORDS, TaskLine, read_tasks
from services.intake.text import squash
from services.lengths import require_storable
from services.listed_sheet import write_sheet
from services.parks import find_park
from services.storage import Storage, keep_file
from services.versions import storable

PLAN = "建设方案"
TYPED = "页面录入"
"""Where a task stands that no file lists."""
SHEET = ((WORDS[NAME], 44), (WORDS[UNIT], 24), (WORDS[DUE], 16), (WORDS[PROGRESS], 40), (WORDS[DONE], 16))
MIN_NOTE = 4
"""Characters: 已完成 alone says nothing of the proof."""


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One task as the file says it; `old`: its unit and date before, when they are others now; `new`: not listed
    before. Else its progress alone is newer. `note`: what a person should look at again."""

    line: TaskLine
    new: bool
    old: tuple[str, date, date | None] | None
    note: str = ""


def import_tasks(
    session: Session, storage: Storage, actor: Actor, park_code: str, name: str, data: bytes, decision: str | None
) -> tuple[TaskChange, ...]:
    """Read a workbook with the columns 任务, 完成时限 [, 责任单位, 进展, 完成时间]: the whole file or nothing.

    A task of another unit, date or day of completion takes the place of the old one, which is kept; that needs the
    number of a decision. Newer progress needs none; what the file does not list stays as it is. Raises Refused with
    every line that cannot be read, its cell and how to mend it. The caller has looked for a 密级 mark
    (`screening.admit`).
    """
    actor.require(Permission.MANAGE_GOALS)
    park = find_park(session, actor.scope, park_code)
    entered = _take(session, actor, park, _read(name, data, park), decision or "", name)
    if entered:
        keep_file(session, storage, storable(name), data)
    return entered


def set_task(session: Session, actor: Actor, park_code: str, line: TaskLine, decision: str) -> TaskChange | None:
    """One task as it was typed; None when the list says so already. Raises Missing without its name, Refused as
    `import_tasks` does."""
    actor.require(Permission.MANAGE_GOALS)
    park = find_park(session, actor.scope, park_code)
    if not line.name.strip():
        raise Missing("请填写任务名称，如“建成网络安全靶场”")
    wrong = _impossible(line, park)
    if wrong:
        raise Refused("；".join(wrong))
    return next(iter(_take(session, actor, park, (line,), decision, TYPED)), None)


def template(session: Session, actor: Actor, park_code: str) -> tuple[str, bytes]:
    """The workbook to fill in, with the tasks that stand: its name and bytes."""
    actor.require(Permission.MANAGE_GOALS)
    park = find_park(session, actor.scope, park_code)
    rows = [(row.name, row.unit, str(row.due_on), row.progress, _text(row.done_on)) for row in _standing(session, park)]
    hint = "每行一项；完成时限写到年月日或年月，未完成的不填完成时间；没有列出的任务不变"
    return f"重点任务-{park.short_name}.xlsx", write_sheet("重点任务", f"{park.title}重点任务", hint, SHEET, rows)


def _take(
    session: Session, actor: Actor, park: Park, lines: Sequence[TaskLine], decision: str, source: str
) -> tuple[TaskChange, ...]:
    """Put in force what is another now. Raises Refused where that needs a document and none is named."""
    decision = storable(decision.strip())
    audit.take_turn(session)
    standing = {squash(row.name): row for row in _standing(session, park)}
    found = [(line, standing.get(squash(line.name))) for line in lines]
    changed = [(line, row) for line, row in found if row is not None and _differs(line, row)]
    if changed and not decision:
        told = "；".join(f"“{line.name}”{_difference(line, row)}" for line, row in changed)
        raise Refused(f"{park.title}的重点任务与台账不同：{told}。变更任务须注明依据文号")
    made = [_enter(session, actor, park, line, row, decision, source) for line, row in found]
    entered = tuple(change for change in made if change is not None)
    if entered:
        snapshots.rewrite(session, park.id)
    return entered


def _read(name: str, data: bytes, park: Park) -> tuple[TaskLine, ...]:
    try:
        read = read_tasks(open_document(name, data))
    except FileRefused as refusal:
        raise Refused(f"{name}：{refusal}") from None
    wrong = [f"{found.where}：{found.message}" if found.where else found.message for found in read.problems]
    wrong += [f"{line.where}：{said}" for line in read.lines for said in _impossible(line, park)]
    if wrong:
        raise Refused(f"{name}没有导入，须改正{len(wrong)}处：{'；'.join(wrong)}")
    return read.lines


def _impossible(line: TaskLine, park: Park) -> list[str]:
    found = []
    if line.due_on < park.approved_on:
        approved = chinese_date(park.approved_on)
        found.append(f"“{line.name}”的时限{chinese_date(line.due_on)}早于批复同意建设之日{approved}，请核对年份")
    if line.done_on is not None and line.done_on > clock.today():
        found.append(f"“{line.name}”的完成时间{chinese_date(line.done_on)}还没有到，请核对；未完成的不填")
    return found


def _standing(session: Session, park: Park) -> list[PlanTask]:
    current = select(PlanTask).where(PlanTask.park_id == park.id, PlanTask.replaced_on.is_(None))
    return list(session.scalars(current.order_by(PlanTask.due_on, PlanTask.id)))


def _differs(line: TaskLine, row: PlanTask) -> bool:
    """In what the plan fixes. A cell left empty says nothing new."""
    return bool(_difference(line, row))


def _difference(line: TaskLine, row: PlanTask) -> str:
    """What is another now, in words."""
    pairs = [
        ("时限", chinese_date(row.due_on), chinese_date(line.due_on)),
        ("责任单位", row.unit, line.unit or row.unit),
    ]
    if row.done_on is not None and line.done_on is not None:
        pairs.append(("完成时间", chinese_date(row.done_on), chinese_date(line.done_on)))
    return "，".join(f"{word}由{old or '未写明'}改为{new}" for word, old, new in pairs if old != new)


def _enter(
    session: Session, actor: Actor, park: Park, line: TaskLine, row: PlanTask | None, decision: str, file: str
) -> TaskChange | None:
    """The line put in force; None when it says what the list says already."""
    if row is not None and not _differs(line, row):
        return _progressed(session, actor, park, line, row)
    old = (row.unit, row.due_on, row.done_on) if row else None
    if row is not None:
        row.replaced_on = clock.today()
        session.flush()
    fresh = PlanTask(
        park_id=park.id, name=storable(line.name), unit=storable(line.unit or (row.unit if row else "")),
        due_on=line.due_on, progress=storable(line.progress or (row.progress if row else "")),
        done_on=line.done_on or (row.done_on if row else None), decision=decision or PLAN,
        source=storable(file if file == line.where else f"{file} {line.where}")[:300],
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(fresh)
    session.add(fresh)
    session.flush()
    audit.record(
        session, actor, Act.TASKS_IMPORT, _told(park, fresh), park_id=park.id,
        old=old and {"unit": old[0], "due_on": str(old[1]), "done_on": _text(old[2])}, new=_record(fresh),
    )  # fmt: skip
    return TaskChange(line, new=row is None, old=old, note=_past_the_end(line, park))


def _past_the_end(line: TaskLine, park: Park) -> str:
    """A task of the construction plan should be done when its two years are; else the year is perhaps wrong."""
    if line.due_on <= park.ends_on:
        return ""
    due, ends = chinese_date(line.due_on), chinese_date(park.ends_on)
    return f"时限{due}晚于建设期满{ends}，请核对年份；建设方案确定在期满后完成的不须改"


def _progressed(session: Session, actor: Actor, park: Park, line: TaskLine, row: PlanTask) -> TaskChange | None:
    """Newer progress, or that it is done now: the same task goes on."""
    progress, done_on = storable(line.progress) or row.progress, row.done_on or line.done_on
    if (progress, done_on) == (row.progress, row.done_on):
        return None
    old = _record(row)
    row.progress, row.done_on = progress, done_on
    session.flush()
    audit.record(session, actor, Act.TASKS_IMPORT, _told(park, row), park_id=park.id, old=old, new=_record(row))
    return TaskChange(line, new=False, old=None)


def mark_done(session: Session, actor: Actor, park_code: str, task_id: int, done_on: date, note: str) -> PlanTask:
    """销号: the task is done since `done_on`; `note` says what was achieved and by what it is proved.

    By the district or the committee. Raises Unknown for a task outside the scope or replaced by a newer one, Refused
    for one that is done already, for a day before the approval or to come, and without a note.
    """
    park, row = _locked(session, actor, park_code, str(task_id))
    if row.done_on is not None:
        raise Refused(f"重点任务“{row.name}”已于{chinese_date(row.done_on)}销号")
    clock.require_between(done_on, park.approved_on, "完成时间", "批复同意建设之日")
    if len(note.strip()) < MIN_NOTE:
        raise Missing("销号须写明完成情况和佐证，如“平台已投用，验收报告见佐证资料”")
    old = _record(row)
    row.done_on, row.progress = done_on, storable(note.strip())
    require_storable(row)
    session.flush()
    audit.record(session, actor, Act.TASK_DONE, _told(park, row), park_id=park.id, old=old, new=_record(row))
    snapshots.rewrite(session, park.id)
    return row


def reopen(session: Session, actor: Actor, park_code: str, task: str, reason: str) -> PlanTask:
    """撤销销号: the task, by its name or id, was not done after all; what had been said of it stays in the log.

    Raises Unknown as `mark_done`, Missing without a reason, Refused for a task that is not closed.
    """
    park, row = _locked(session, actor, park_code, task)
    if row.done_on is None:
        raise Refused(f"重点任务“{row.name}”没有销号，不须撤销")
    if not reason.strip():
        raise Missing("撤销销号须写明原因，如“核查发现平台尚未投用”")
    old = _record(row)
    told = f"{chinese_date(clock.today())}撤销销号：{reason.strip()}（原记{chinese_date(row.done_on)}完成）"
    row.done_on, row.progress = None, storable(told)
    require_storable(row)
    session.flush()
    new = {**_record(row), "reason": reason.strip()}
    audit.record(session, actor, Act.TASK_REOPEN, _told(park, row), park_id=park.id, old=old, new=new)
    snapshots.rewrite(session, park.id)
    return row


def _locked(session: Session, actor: Actor, park_code: str, task: str) -> tuple[Park, PlanTask]:
    """A task in force, by its id or its name; raises Unknown outside the scope."""
    actor.require(Permission.DISCHARGE_DUTY)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    standing = _standing(session, park)
    row = next((row for row in standing if task == str(row.id) or squash(task) == squash(row.name)), None)
    if row is None:
        names = "、".join(f"“{row.name}”" for row in standing) or "无"
        raise Unknown(f"{park.title}没有重点任务“{task}”；现有：{names}")
    return park, row


def _told(park: Park, row: PlanTask) -> str:
    return f"{park.title}重点任务“{row.name}”"


def _record(row: PlanTask) -> dict[str, str]:
    return {
        "unit": row.unit, "due_on": str(row.due_on), "progress": row.progress, "done_on": _text(row.done_on),
        "decision": row.decision,
    }  # fmt: skip


def _text(day: date | None) -> str:
    return str(day or "")
