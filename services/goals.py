"""Goals of the construction plan: imported from a workbook or typed, changed only by a decision, the old ones kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from sqlalchemy.orm import Session

from db import facts
from db.models import Goal, Park
from policy.access import Actor, Permission
from policy.acts import Act
from policy.facts import GoalFact
from policy.figures import chinese_date, plain
from policy.indicators.catalogue import BY_KEY
from policy.refusal import Doubtful, Missing, Refused
from policy.terms import ChangeKind, Direction, GoalPath
from services import audit, changes, clock, parks, snapshots
from services.intake.formats.refused import FileRefused
from services.intake.goal_list import LABELS, NEEDED, GoalLine, read_goals, typed_goal
from services.intake.sandbox import open_document
from services.intake.templates.goals import write_goals
from services.lengths import require_storable
from services.storage import Storage, keep_file
from services.versions import storable

FIRST_DECISION = "建设方案"
TYPED = "页面填写"
FAR = 100
"""A target so many times another figure of its goal: more likely 万元 for 亿元 than meant."""


@dataclass(frozen=True, slots=True)
class GoalChange:
    """One goal as it was (None when new) and as it is."""

    old: GoalFact | None
    new: GoalFact


def import_goals(
    session: Session,
    storage: Storage,
    actor: Actor,
    park_code: str,
    name: str,
    data: bytes,
    decision: str | None,
    *,
    as_written: bool = False,
) -> tuple[GoalChange, ...]:
    """Read a workbook with the columns 指标, 基期值, 目标值 [, 基期日期, 单位, 6/12/18/24个月阶段目标, 推进方式];
    its goals come into force.

    The goals of the plan hold from the park's approval, those of a later decision from today. Goals that stand
    as they are stay untouched; the whole file or nothing. Raises Refused for a file or line that cannot be read
    (naming the cell), and when a goal in force would change without a decision; Doubtful for what is strange and may
    yet be meant (`_doubts`), unless `as_written`. The caller has looked at the file for a 密级 mark
    (`screening.admit`).
    """
    actor.require(Permission.MANAGE_GOALS)
    park = parks.find_park(session, actor.scope, park_code)
    lines = _read(name, data, _year_before(park))
    audit.take_turn(session)
    made = _change(session, actor, park, lines, f"{name} ", (decision or "").strip(), as_written=as_written)
    if made:
        keep_file(session, storage, name, data)
    return made


def set_goal(
    session: Session,
    actor: Actor,
    park_code: str,
    typed: Mapping[str, str],
    decision: str,
    *,
    as_written: bool = False,
) -> GoalChange | None:
    """One goal as typed on the page: texts by the keys of goal_list.LABELS, with the number of the document.

    None when it stands so already. Raises what `import_goals` raises, and Missing without a document number.
    """
    actor.require(Permission.MANAGE_GOALS)
    park = parks.find_park(session, actor.scope, park_code)
    if not decision.strip():
        raise Missing("请填写依据文号，如批复、建设方案或变更目标的文件")
    line = typed_goal({key: storable(text) for key, text in typed.items()}, _year_before(park))
    audit.take_turn(session)
    made = _change(session, actor, park, [replace(line, where=TYPED)], "", decision.strip(), as_written=as_written)
    return made[0] if made else None


def template(session: Session, actor: Actor, park_code: str) -> tuple[str, bytes]:
    """The workbook to fill in, with the goals in force: its name and bytes."""
    actor.require(Permission.MANAGE_GOALS)
    park = parks.find_park(session, actor.scope, park_code)
    standing = facts.goals(session, park.id, clock.today())
    return f"建设目标-{park.short_name}.xlsx", write_goals(park.title, standing)


def _change(
    session: Session,
    actor: Actor,
    park: Park,
    lines: Iterable[GoalLine],
    source: str,
    decision: str,
    *,
    as_written: bool,
) -> tuple[GoalChange, ...]:
    """Put in force what is another now; `source` stands before each line's cell."""
    standing = {goal.key: goal for goal in facts.goals(session, park.id, clock.today())}
    merged = [replace(line, goal=line.over(standing.get(line.goal.key))) for line in lines]
    changed = [line for line in merged if not _same(standing.get(line.goal.key), line.goal)]
    if not decision and any(line.goal.key in standing for line in changed):
        labels = "、".join(BY_KEY[line.goal.key].label for line in changed if line.goal.key in standing)
        raise Refused(f"{park.title}已有建设目标，{labels}与之不同；变更目标须注明依据文号")
    doubts = [
        f"{line.where}：{BY_KEY[line.goal.key].label}{doubt}"
        for line in changed
        for doubt in _doubts(line.goal, standing.get(line.goal.key), park.approved_on)
    ]
    if doubts and not as_written:
        raise Doubtful("；".join(doubts))
    if not changed:
        return ()
    # The plan was approved with the park, whenever its goals are entered here.
    valid_from = clock.today() if standing and decision else park.approved_on
    goals = [
        replace(line.goal, decision=decision or FIRST_DECISION, source=f"{source}{line.where}") for line in changed
    ]
    for goal in goals:
        _put_in_force(session, park, goal, valid_from)
    made = tuple(GoalChange(standing.get(goal.key), goal) for goal in goals)
    _tell(session, actor, park, made)
    return made


def _doubts(goal: GoalFact, standing: GoalFact | None, approved_on: date) -> Iterator[str]:
    """What is strange about a goal and may yet be meant: each to be confirmed."""
    indicator, named = BY_KEY[goal.key], _named(goal)
    yield from _order(goal, named)
    if goal.target < goal.baseline and indicator.direction is Direction.UP:
        yield f"的目标值{plain(goal.target)}低于基期值{plain(goal.baseline)}，请核对"
    if indicator.whole_number:
        yield from (f"的{word}{plain(value)}不是整数，请核对" for word, value in (named[0], named[-1]) if value % 1)
    known = [("现行目标值", standing.target)] if standing else [("基期值", goal.baseline)]
    for word, value in known:
        if value and goal.target and not 1 / FAR < goal.target / value < FAR:
            told = f"{plain(goal.target)}{indicator.unit}与{word}{plain(value)}{indicator.unit}"
            yield f"的目标值{told}相差{FAR}倍以上，请核对数值和单位（{indicator.unit}）"
    if goal.baseline_on is not None and goal.baseline_on > approved_on:
        yield f"的基期日期{chinese_date(goal.baseline_on)}晚于批复之日{chinese_date(approved_on)}，请核对"


def _named(goal: GoalFact) -> list[tuple[str, Decimal]]:
    """From the baseline to the target, in order of time."""
    milestones = ((f"{month}个月阶段目标", value) for month, value in sorted(goal.milestones.items()))
    return [("基期值", goal.baseline), *milestones, ("目标值", goal.target)]


def _order(goal: GoalFact, named: list[tuple[str, Decimal]]) -> Iterator[str]:
    """阶段目标 that go back, or beyond the target."""
    rising = goal.target >= goal.baseline
    for (before, old), (after, new) in pairwise(named):
        if len(named) > 2 and ((new < old) if rising else (new > old)):
            yield f"的{after}{plain(new)}{'低于' if rising else '高于'}{before}{plain(old)}，请核对先后和数值"


def _year_before(park: Park) -> date:
    """基期日期 unless stated: the last day of the calendar year before the approval."""
    return date(park.approved_on.year - 1, 12, 31)


def _same(standing: GoalFact | None, goal: GoalFact) -> bool:
    return standing is not None and _terms(standing) == _terms(goal)


def _terms(goal: GoalFact) -> tuple[object, ...]:
    return goal.baseline, goal.baseline_on, goal.target, goal.path, dict(goal.milestones)


def _put_in_force(session: Session, park: Park, goal: GoalFact, valid_from: date) -> None:
    row = Goal(
        park_id=park.id, key=goal.key, baseline=goal.baseline, baseline_on=goal.baseline_on, target=goal.target,
        path=goal.path, milestones={str(month): plain(value) for month, value in goal.milestones.items()},
        decision=goal.decision, source=goal.source, valid_from=valid_from, recorded_at=clock.now(),
    )  # fmt: skip
    require_storable(row)
    session.add(row)


def _tell(session: Session, actor: Actor, park: Park, made: tuple[GoalChange, ...]) -> None:
    """The audit log gets everything; a goal that replaces another is a 变更事项 as well."""
    session.flush()
    audit.record(
        session, actor, Act.GOALS_IMPORT, park.title, park_id=park.id,
        old={change.old.key: _text(change.old) for change in made if change.old},
        new={change.new.key: _text(change.new) | {"decision": change.new.decision} for change in made},
    )  # fmt: skip
    for change in made:
        if change.old is not None:
            old, new = sentence(change.old), sentence(change.new)
            changes.add_change(
                session, actor, park, ChangeKind.GOALS, clock.today(), change.new.decision, old=old, new=new
            )
    snapshots.rewrite(session, park.id)


def _text(goal: GoalFact) -> dict[str, str]:
    told = {"baseline": plain(goal.baseline), "baseline_on": str(goal.baseline_on), "target": plain(goal.target)}
    milestones = {f"milestone_{month}": plain(value) for month, value in sorted(goal.milestones.items())}
    return told | milestones | ({} if goal.path is GoalPath.STRAIGHT else {"path": goal.path.value})


def sentence(goal: GoalFact) -> str:
    """网络安全企业数量：基期值30家，12个月阶段目标40家，目标值60家，分段推进."""
    indicator = BY_KEY[goal.key]
    told = "，".join(f"{word}{plain(value)}{indicator.unit}" for word, value in _named(goal))
    return f"{indicator.label}：{told}" + ("" if goal.path is GoalPath.STRAIGHT else f"，{goal.path.label}")


def _read(name: str, data: bytes, default_day: date) -> tuple[GoalLine, ...]:
    try:
        lines = read_goals(open_document(name, data), default_day)
    except FileRefused as refusal:
        raise Refused(f"{name}：{refusal}") from None
    if not lines:
        needed = "、".join(LABELS[key] for key in NEEDED)
        raise Refused(f"{name}中没有建设目标：表头应含{needed}，其下每行一个指标")
    return lines
