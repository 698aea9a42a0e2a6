"""Goals of the construction plan: imported from a workbook, changed only by a decision, the old ones kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from db import facts
from db.models import Goal, Park
from policy.access import Actor, Permission
from policy.acts import Act
from policy.facts import GoalFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.indicator import Indicator
from policy.refusal import Refused
from policy.terms import ChangeKind, Measure
from services import audit, changes, clock, parks, snapshots
from services.intake.document import Cell, CellKind, Sheet
from services.intake.formats.refused import FileRefused
from services.intake.sandbox import open_document
from services.lengths import require_storable
from services.storage import Storage, keep_file

FIRST_DECISION = "建设方案"
LABELS = {"indicator": "指标", "baseline": "基期值", "target": "目标值", "baseline_on": "基期日期", "unit": "单位"}
ALSO_CALLED = {"指标名称": "indicator", "基期": "baseline", "目标": "target", "计量单位": "unit"}
NEEDED = ("indicator", "baseline", "target")


@dataclass(frozen=True, slots=True)
class GoalChange:
    """One goal as it was (None when new) and as it is."""

    old: GoalFact | None
    new: GoalFact


@dataclass(frozen=True, slots=True)
class _Line:
    goal: GoalFact
    where: str


def import_goals(
    session: Session, storage: Storage, actor: Actor, park_code: str, name: str, data: bytes, decision: str | None
) -> tuple[GoalChange, ...]:
    """Read a workbook with the columns 指标, 基期值, 目标值 [, 基期日期, 单位] and put its goals in force.

    The goals of the plan hold from the park's approval, those of a later decision from today. Goals that stand
    as they are stay untouched; the whole file or nothing. Raises Refused for a file or line that cannot be read
    (naming the cell), and when a goal in force would change without a decision. The caller has looked at the file
    for a 密级 mark (`screening.admit`).
    """
    actor.require(Permission.MANAGE_GOALS)
    park = parks.find_park(session, actor.scope, park_code)
    decision = (decision or "").strip()
    lines = _read(name, data, _year_before(park))
    audit.take_turn(session)
    standing = {goal.key: goal for goal in facts.goals(session, park.id, clock.today())}
    changed = [line for line in lines if not _same(standing.get(line.goal.key), line.goal)]
    if not decision and any(line.goal.key in standing for line in changed):
        labels = "、".join(BY_KEY[line.goal.key].label for line in changed if line.goal.key in standing)
        raise Refused(f"{park.title}已有建设目标，{labels}与之不同；变更目标须注明依据文号（--decision）")
    if not changed:
        return ()
    keep_file(session, storage, name, data)
    # The plan was approved with the park, whenever its goals are entered here.
    valid_from = clock.today() if standing and decision else park.approved_on
    goals = [replace(line.goal, decision=decision or FIRST_DECISION, source=f"{name} {line.where}") for line in changed]
    for goal in goals:
        _put_in_force(session, park, goal, valid_from)
    made = tuple(GoalChange(standing.get(goal.key), goal) for goal in goals)
    _tell(session, actor, park, made)
    return made


def _year_before(park: Park) -> date:
    """基期日期 unless stated: the last day of the calendar year before the approval."""
    return date(park.approved_on.year - 1, 12, 31)


def _same(standing: GoalFact | None, goal: GoalFact) -> bool:
    if standing is None:
        return False
    return (standing.baseline, standing.baseline_on, standing.target) == (goal.baseline, goal.baseline_on, goal.target)


def _put_in_force(session: Session, park: Park, goal: GoalFact, valid_from: date) -> None:
    row = Goal(
        park_id=park.id, key=goal.key, baseline=goal.baseline, baseline_on=goal.baseline_on, target=goal.target,
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
            old, new = _sentence(change.old), _sentence(change.new)
            changes.add_change(
                session, actor, park, ChangeKind.GOALS, clock.today(), change.new.decision, old=old, new=new
            )
    snapshots.rewrite(session, park.id)


def _text(goal: GoalFact) -> dict[str, str]:
    return {"baseline": plain(goal.baseline), "baseline_on": str(goal.baseline_on), "target": plain(goal.target)}


def _sentence(goal: GoalFact) -> str:
    indicator = BY_KEY[goal.key]
    return (
        f"{indicator.label}：基期值{plain(goal.baseline)}{indicator.unit}，目标值{plain(goal.target)}{indicator.unit}"
    )


def _read(name: str, data: bytes, default_day: date) -> list[_Line]:
    try:
        document = open_document(name, data)
    except FileRefused as refusal:
        raise Refused(f"{name}：{refusal}") from None
    for sheet in document.sheets:
        found = _header(sheet)
        if found is not None:
            lines = list(_lines(sheet, *found, default_day))
            _refuse_twice(lines)
            if lines:
                return lines
    raise Refused(f"{name}中没有建设目标：表头应含{'、'.join(LABELS[key] for key in NEEDED)}，其下每行一个指标")


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The first row that names all needed columns: its number and the column of each."""
    known = {label: key for key, label in LABELS.items()} | ALSO_CALLED
    for row in range(1, sheet.height + 1):
        columns = {known[_bare(cell.text)]: cell.column for cell in sheet.row(row) if _bare(cell.text) in known}
        if all(key in columns for key in NEEDED):
            return row, columns
    return None


def _bare(text: str) -> str:
    """A label without blanks and without the unit in brackets behind it."""
    return "".join(text.split()).split("（")[0].split("(")[0]


def _lines(sheet: Sheet, header: int, columns: Mapping[str, int], default_day: date) -> Iterator[_Line]:
    for row in range(header + 1, sheet.height + 1):
        cells = {key: sheet.at(row, column) for key, column in columns.items()}
        if all(cell is None or cell.blank for cell in cells.values()):
            continue
        where = {key: sheet.where(row, column) for key, column in columns.items()}
        indicator = _indicator(cells["indicator"], where["indicator"])
        _check_unit(indicator, cells.get("unit"), where.get("unit", ""))
        goal = GoalFact(
            key=indicator.key,
            baseline=_number(cells["baseline"], where["baseline"], "基期值"),
            baseline_on=_day(cells.get("baseline_on"), where.get("baseline_on", "")) or default_day,
            target=_number(cells["target"], where["target"], "目标值"),
            decision="",
        )
        yield _Line(goal, where["target"])


def _indicator(cell: Cell | None, where: str) -> Indicator:
    wanted = "" if cell is None else "".join(cell.text.split())
    for indicator in CATALOGUE:
        if wanted in (indicator.key, indicator.label, *indicator.aliases):
            if indicator.measure is Measure.RATIO:
                raise Refused(f"{where}：“{indicator.label}”由其他指标计算得出，不单独设目标")
            return indicator
    raise Refused(f"{where}：不认识的指标“{wanted}”，请用申报表中的名称，如“网络安全产业收入”")


def _check_unit(indicator: Indicator, cell: Cell | None, where: str) -> None:
    unit = "" if cell is None else "".join(cell.text.split())
    if unit not in ("", indicator.unit, indicator.unit.replace("平方米", "㎡")):
        raise Refused(f"{where}：{indicator.label}的单位应为{indicator.unit}，收到“{unit}”，请换算后重新导入")


def _number(cell: Cell | None, where: str, label: str) -> Decimal:
    if cell is None or cell.blank:
        raise Refused(f"{where}：{label}为空，请填写数值")
    try:
        value = Decimal(cell.text.strip())
    except InvalidOperation:
        raise Refused(f"{where}：{label}应为数字，收到“{cell.text}”") from None
    if not value.is_finite() or value < 0 or cell.kind not in (CellKind.NUMBER, CellKind.TEXT):
        raise Refused(f"{where}：{label}应为不小于0的数字，收到“{cell.text}”")
    return value


def _day(cell: Cell | None, where: str) -> date | None:
    if cell is None or cell.blank:
        return None
    try:
        return date.fromisoformat(cell.text.strip()[:10])
    except ValueError:
        raise Refused(f"{where}：基期日期应写作 2025-12-31，收到“{cell.text}”") from None


def _refuse_twice(lines: list[_Line]) -> None:
    seen: dict[str, str] = {}
    for line in lines:
        if line.goal.key in seen:
            label = BY_KEY[line.goal.key].label
            raise Refused(f"{label}出现两次：{seen[line.goal.key]}和{line.where}，请只保留一个")
        seen[line.goal.key] = line.where
