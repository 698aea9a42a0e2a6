"""Goals of the construction plan read from a workbook, or typed: columns by what they are called, one goal a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from policy.facts import GoalFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.indicator import Indicator
from policy.indicators.path import MONTHS
from policy.refusal import Refused
from policy.terms import GoalPath, Measure
from services.intake.document import Cell, CellKind, Document, Sheet

INDICATOR, BASELINE, TARGET, BASELINE_ON, UNIT, PATH = "indicator", "baseline", "target", "baseline_on", "unit", "path"
MILESTONES = {f"m{month}": month for month in MONTHS}
LABELS = {
    INDICATOR: "指标", UNIT: "单位", BASELINE: "基期值", BASELINE_ON: "基期日期", TARGET: "目标值",
    **{key: f"{month}个月阶段目标" for key, month in MILESTONES.items()}, PATH: "推进方式",
}  # fmt: skip
NEEDED = (INDICATOR, BASELINE, TARGET)
_ALSO_CALLED = {
    "指标名称": INDICATOR, "基期": BASELINE, "目标": TARGET, "计量单位": UNIT, "推进": PATH,
    **{f"{month}个月": key for key, month in MILESTONES.items()},
    **{f"{month}个月目标": key for key, month in MILESTONES.items()},
}  # fmt: skip
_WHOLE = MONTHS[-1]


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One goal as it is written; `where` is the cell of its target.

    `says`: the columns there are. What a list has no column for it says nothing of.
    """

    goal: GoalFact
    where: str
    says: frozenset[str]

    def over(self, standing: GoalFact | None) -> GoalFact:
        """The goal with what the list says nothing of as it stood."""
        if standing is None:
            return self.goal
        path = self.goal.path if PATH in self.says else standing.path
        milestones = self.goal.milestones if self.says & set(MILESTONES) else standing.milestones
        return GoalFact(
            self.goal.key, self.goal.baseline, self.goal.baseline_on, self.goal.target, self.goal.decision,
            self.goal.source, path, milestones,
        )  # fmt: skip


def read_goals(document: Document, default_day: date) -> tuple[GoalLine, ...]:
    """The goals of the first sheet with the needed columns; none where there is no such sheet.

    `default_day`: 基期日期 unless stated. Raises Refused for a line that cannot be read, naming its cell.
    """
    for sheet in document.sheets:
        found = _header(sheet)
        if found is not None:
            lines = tuple(_lines(sheet, *found, default_day))
            _refuse_twice(lines)
            if lines:
                return lines
    return ()


def typed_goal(texts: Mapping[str, str], default_day: date) -> GoalLine:
    """One goal as typed into a form: texts by the keys of LABELS. Raises Refused naming the field."""
    cells = {key: Cell(1, 1, "", CellKind.TEXT, texts.get(key, "").strip()) for key in LABELS}
    return _line(cells, {key: "填写的" for key in LABELS}, default_day)


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The first row that names all needed columns: its number and the column of each."""
    known = {label: key for key, label in LABELS.items()} | _ALSO_CALLED
    for row in range(1, sheet.height + 1):
        columns = {known[_bare(cell.text)]: cell.column for cell in sheet.row(row) if _bare(cell.text) in known}
        if all(key in columns for key in NEEDED):
            return row, columns
    return None


def _bare(text: str) -> str:
    """A label without blanks and without the unit in brackets behind it."""
    return "".join(text.split()).split("（")[0].split("(")[0]


def _lines(sheet: Sheet, header: int, columns: Mapping[str, int], default_day: date) -> Iterator[GoalLine]:
    """A line that names an indicator and says nothing of it is one nobody filled in."""
    for row in range(header + 1, sheet.height + 1):
        cells = {key: sheet.at(row, column) for key, column in columns.items()}
        said = {key for key, cell in cells.items() if cell is not None and not cell.blank}
        if said <= {INDICATOR, UNIT}:
            continue
        yield _line(cells, {key: sheet.where(row, column) for key, column in columns.items()}, default_day)


def _line(cells: Mapping[str, Cell | None], where: Mapping[str, str], default_day: date) -> GoalLine:
    indicator = _indicator(cells[INDICATOR], where[INDICATOR])
    _check_unit(indicator, cells.get(UNIT), where.get(UNIT, ""))
    target = _needed(cells[TARGET], where[TARGET], LABELS[TARGET])
    goal = GoalFact(
        key=indicator.key,
        baseline=_needed(cells[BASELINE], where[BASELINE], LABELS[BASELINE]),
        baseline_on=_day(cells.get(BASELINE_ON), where.get(BASELINE_ON, "")) or default_day,
        target=target,
        decision="",
        path=_path(cells.get(PATH), where.get(PATH, "")),
        milestones=_milestones(cells, where, target),
    )
    return GoalLine(goal, where[TARGET], frozenset(cells))


def _milestones(cells: Mapping[str, Cell | None], where: Mapping[str, str], target: Decimal) -> dict[int, Decimal]:
    """By month; that of month 24 is the target itself and must say the same."""
    found = {
        month: value
        for key, month in MILESTONES.items()
        if (value := _number(cells.get(key), where.get(key, ""), LABELS[key])) is not None
    }
    last = found.pop(_WHOLE, target)
    if last != target:
        place = where[f"m{_WHOLE}"]
        raise Refused(
            f"{place}：{_WHOLE}个月阶段目标{plain(last)}与目标值{plain(target)}不一致；建设周期为24个月，两者应相同，请核对"
        )
    return found


def _path(cell: Cell | None, where: str) -> GoalPath:
    said = _squeezed(cell)
    found = next((path for path in GoalPath if said in (path.value, path.label)), None)
    if found is None and said:
        words = "、".join(path.label for path in GoalPath)
        raise Refused(f"{where}：推进方式应为{words}之一，收到“{said}”；不填为{GoalPath.STRAIGHT.label}")
    return found or GoalPath.STRAIGHT


def _indicator(cell: Cell | None, where: str) -> Indicator:
    wanted = _squeezed(cell)
    for indicator in CATALOGUE:
        if wanted in (indicator.key, indicator.label, *indicator.aliases):
            if indicator.measure is Measure.RATIO:
                raise Refused(f"{where}：“{indicator.label}”由其他指标计算得出，不单独设目标")
            return indicator
    raise Refused(f"{where}：不认识的指标“{wanted}”，请用申报表中的名称，如“网络安全产业收入”")


def _check_unit(indicator: Indicator, cell: Cell | None, where: str) -> None:
    unit = _squeezed(cell)
    if unit not in ("", indicator.unit, indicator.unit.replace("平方米", "㎡")):
        raise Refused(f"{where}：{indicator.label}的单位应为{indicator.unit}，收到“{unit}”，请换算后重新导入")


def _squeezed(cell: Cell | None) -> str:
    return "" if cell is None else "".join(cell.text.split())


def _needed(cell: Cell | None, where: str, label: str) -> Decimal:
    value = _number(cell, where, label)
    if value is None:
        raise Refused(f"{where}：{label}为空，请填写数值")
    return value


def _number(cell: Cell | None, where: str, label: str) -> Decimal | None:
    if cell is None or cell.blank:
        return None
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


def _refuse_twice(lines: tuple[GoalLine, ...]) -> None:
    seen: dict[str, str] = {}
    for line in lines:
        if line.goal.key in seen:
            label = BY_KEY[line.goal.key].label
            raise Refused(f"{label}出现两次：{seen[line.goal.key]}和{line.where}，请只保留一个")
        seen[line.goal.key] = line.where
