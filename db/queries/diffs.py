"""What changed between two versions of one paper; what stayed the same is only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from db.queries.reports import Cell, FindingRow, Report, report
from policy.access import Actor
from policy.reports.firms import firm_key
from policy.tables import TABLES, Table
from policy.terms import FigureKind, SubmissionState


@dataclass(frozen=True, slots=True)
class Change:
    """One figure, or one cell of a row, in both versions; None where a version does not have it.

    The kinds say how final the figure is in each.
    """

    old: Cell | None
    new: Cell | None
    old_kind: FigureKind
    new_kind: FigureKind

    @property
    def cell(self) -> Cell:
        """Either of them, for what both share."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def is_one(self) -> bool:
        """Whether anything that counts is another: the value, how certain it is, or its kind."""
        if self.old is None or self.new is None:
            return self.cell.value is not None
        kinds = self.old_kind is not self.new_kind and bool(self.cell.unit)
        return (self.old.value, self.old.status) != (self.new.value, self.new.status) or kinds

    @property
    def difference(self) -> Decimal | None:
        """New less old, in the figure's unit; None for texts and where a value is missing."""
        if self.old is None or self.new is None or not self.cell.unit:
            return None
        before, after = self.old.number, self.new.number
        return None if before is None or after is None else after - before

    @property
    def share(self) -> Decimal | None:
        """The difference as a share of the old value; None from nought."""
        before = self.old.number if self.old is not None and self.cell.unit else None
        return self.difference / abs(before) if before and self.difference is not None else None


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a repeated table, known again by its subject's name; `cells` are those that changed.

    `old_row` and `new_row` are its numbers; 0 where a version does not list it.
    """

    name: str
    old_row: int
    new_row: int
    cells: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class TableDiff:
    table: Table
    changed: tuple[RowChange, ...]
    same: int

    def count(self, *, added: bool = False, removed: bool = False) -> int:
        """Rows added, removed, or else changed."""
        return sum((not row.old_row, not row.new_row) == (added, removed) for row in self.changed)


@dataclass(frozen=True, slots=True)
class FindingPair:
    """One matter found in both versions, in other words or with another 情况说明; None where it was not found."""

    old: FindingRow | None
    new: FindingRow | None

    @property
    def is_change(self) -> bool:
        if self.old is None or self.new is None:
            return True
        return _said(self.old) != _said(self.new) or self.old.message != self.new.message


@dataclass(frozen=True, slots=True)
class Difference:
    """`old` is the earlier version. The numbers count what is the same in both."""

    old: Report
    new: Report
    figures: tuple[Change, ...]
    figures_same: int
    tables: tuple[TableDiff, ...]
    findings: tuple[FindingPair, ...]
    findings_same: int

    @property
    def is_empty(self) -> bool:
        return not self.figures and not self.findings and not any(entry.changed for entry in self.tables)


def difference(session: Session, actor: Actor, one: int, other: int) -> Difference | None:
    """Two versions of the same paper, the earlier first; None when the actor may not know of one, or when they are
    not versions of one paper."""
    found = [report(session, actor, id) for id in sorted({one, other})]
    old, new = found[0], found[-1]
    if old is None or new is None or _paper(old) != _paper(new) or old.state is SubmissionState.ATTEMPT:
        return None
    figures = list(_figures(old, new))
    findings = list(_findings(old.findings, new.findings))
    return Difference(
        old, new,
        tuple(entry for entry in figures if entry.is_one), sum(not entry.is_one for entry in figures),
        tuple(_tables(old, new)),
        tuple(pair for pair in findings if pair.is_change), sum(not pair.is_change for pair in findings),
    )  # fmt: skip


def _paper(entry: Report) -> tuple[object, ...]:
    return entry.park_code or entry.park_title, entry.kind, entry.period, entry.state is SubmissionState.ATTEMPT


def _change(old: Report, new: Report, before: Cell | None, after: Cell | None) -> Change:
    return Change(before, after, _kind(old, before), _kind(new, after))


def _kind(paper: Report, cell: Cell | None) -> FigureKind:
    return (cell.figure_kind if cell is not None else None) or paper.figure_kind


def _figures(old: Report, new: Report) -> Iterator[Change]:
    before, after = ({(cell.key, cell.column): cell for cell in paper.cells if cell.table == "figures"}
                     for paper in (old, new))  # fmt: skip
    for place in dict.fromkeys([*after, *before]):
        yield _change(old, new, before.get(place), after.get(place))


def _tables(old: Report, new: Report) -> Iterator[TableDiff]:
    for table in TABLES:
        before, after = _rows(old, table), _rows(new, table)
        pairs = [_row(old, new, before.get(key, {}), after.get(key, {})) for key in dict.fromkeys([*after, *before])]
        if pairs:
            changed = tuple(pair for pair in pairs if pair.cells or not pair.old_row or not pair.new_row)
            yield TableDiff(table, changed, len(pairs) - len(changed))


def _rows(paper: Report, table: Table) -> dict[tuple[str, int], dict[str, Cell]]:
    """Rows by the subject's normalised name, and which one of that name."""
    by_number: dict[int, dict[str, Cell]] = {}
    for cell in paper.cells:
        if cell.table == table.key:
            by_number.setdefault(cell.row, {})[cell.key] = cell
    named: dict[tuple[str, int], dict[str, Cell]] = {}
    often: Counter[str] = Counter()
    for cells in by_number.values():
        name = firm_key(_name(cells, table))
        named[name, often[name]] = cells
        often[name] += 1
    return named


def _name(cells: dict[str, Cell], table: Table) -> str:
    first = cells.get(table.columns[0].key)
    return (first.value or first.raw or "") if first is not None else ""


def _row(old: Report, new: Report, before: dict[str, Cell], after: dict[str, Cell]) -> RowChange:
    sample = next(iter((after or before).values()))
    table = next(table for table in TABLES if table.key == sample.table)
    cells = [
        _change(old, new, before.get(column.key), after.get(column.key))
        for column in table.columns
        if column.key in before or column.key in after
    ]
    # A name written in another way is how the row was known again.
    known = bool(before and after)
    changed = tuple(entry for entry in cells if entry.is_one and not (known and entry.cell.key == table.columns[0].key))
    return RowChange(_name(after or before, table), _number(before), _number(after), changed)


def _number(cells: dict[str, Cell]) -> int:
    return next((cell.row for cell in cells.values()), 0)


def _findings(old: Iterable[FindingRow], new: Iterable[FindingRow]) -> Iterator[FindingPair]:
    """Paired by the check and what it speaks of; several of one matter in their order."""
    before, after = _by_matter(old), _by_matter(new)
    for matter in dict.fromkeys([*after, *before]):
        yield FindingPair(before.get(matter), after.get(matter))


def _by_matter(findings: Iterable[FindingRow]) -> dict[tuple[str, str, int], FindingRow]:
    named: dict[tuple[str, str, int], FindingRow] = {}
    often: Counter[tuple[str, str]] = Counter()
    for entry in findings:
        matter = entry.code, entry.subject or entry.where or entry.message
        named[*matter, often[matter]] = entry
        often[matter] += 1
    return named


def _said(entry: FindingRow) -> str:
    return entry.explanation.text if entry.explanation else ""
