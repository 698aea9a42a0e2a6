"""追溯来源: where one figure comes from — file, cell, raw text, decision, version and people — and from which others.

The reads behind the 数据来源 pages. Nothing here changes anything, and nobody sees more than elsewhere: single
rows only where the reader may open the report or the park's page shows them anyway, personal columns nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from db import facts
from db.definition_facts import definitions
from db.queries import provenance
from db.queries.corrections import corrections
from db.queries.provenance import CellOrigin
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.facts import FigureFact, GoalFact, ParkFact
from policy.figures import WAN, chinese_date, chinese_day, half_up, percent, plain
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.indicators.derivation import Series
from policy.indicators.lag import against_path
from policy.indicators.progress import Pace, completion, incremental_completion, pace, span_told
from policy.provenance import DERIVED, FigureName, Working, figure_path, goal_path, label
from policy.refusal import Unknown
from policy.tables import BY_KEY as TABLES
from policy.tables import ROSTER, Kind
from policy.terms import FigureKind, HalfYear
from policy.version_no import VersionNo
from services import parks
from services.traces import Earlier, GoalTrace, Part, PeriodTrace, Trace

COUNTED = {ROSTER.key: "家", "platforms": "个", "training": "个", "events": "场"}


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the question is about, looked up once: `submission_id` is the version asked for, else the counting one."""

    session: Session
    actor: Actor
    park: ParkFact
    period: HalfYear
    as_of: date
    submission_id: int
    number: VersionNo | None

    def path(self, key: str) -> str:
        return figure_path(self.park.code, self.period, key, self.number)

    def figures(self) -> dict[str, FigureFact]:
        return {fact.key: fact for fact in facts.version_figures(self.session, self.submission_id, self.period)}

    def cells(self, table: str, *, key: str | None = None, row: int | None = None) -> tuple[CellOrigin, ...]:
        return provenance.cells(self.session, self.submission_id, table, key=key, row=row)

    def column(self, table: str, key: str) -> list[CellOrigin]:
        """The cells of one column that were read as fact."""
        return [cell for cell in self.cells(table, key=key) if cell.status in facts.READ_AS_FACT]

    @property
    def rows_shown(self) -> bool:
        """Rows one by one: for whoever may open reports; those accepted last stand on the park's page anyway."""
        if self.actor.may(Permission.VIEW_REPORT):
            return True
        accepted = facts.accepted_versions(self.session, self.park.id, self.as_of)
        return bool(accepted) and self.submission_id == accepted[max(accepted)]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A figure's value with its unit, the cell that states it, or the parts it was worked out from."""

    value: str = ""
    kind: FigureKind | None = None
    cell: CellOrigin | None = None
    parts: tuple[Part, ...] = ()


def trace(
    session: Session, actor: Actor, park_code: str, period: HalfYear, key: str, number: VersionNo | None, as_of: date
) -> Trace:
    """Where a figure of a half-year comes from, as pages show it on `as_of`, or as version `number` said it.

    Raises Unknown for a park, key, row or version that does not exist or is not the actor's to see.
    """
    name = FigureName.parse(key)
    if name is None:
        raise Unknown("没有这个指标")
    park, counting, wanted = _looked_up(session, actor, park_code, period, number, as_of)
    subject = None if wanted is None else _Subject(session, actor, park, period, as_of, wanted, number)
    found = _answer(subject, name) if subject is not None else _Answer()
    version = provenance.version(session, wanted) if wanted is not None else None
    return Trace(
        park=park, period=period, key=key, name=name, value=found.value,
        span=span_told(name.indicator, period) if name.indicator else period.months_label,
        kind=found.kind or (version.kind if version and name.working is None else None), version=version,
        counts=wanted == counting, cell=found.cell, parts=found.parts,
        versions=tuple(_versions(session, actor, park, period, name)),
        corrections=corrections(session, actor.scope, park.code, period=period, key=key) if name.indicator else (),
    )  # fmt: skip


def period_trace(
    session: Session, actor: Actor, park_code: str, period: HalfYear, number: VersionNo | None, as_of: date
) -> PeriodTrace:
    """All figures of a half-year with their cells, its tables in one line each; raises Unknown as `trace` does."""
    park, counting, wanted = _looked_up(session, actor, park_code, period, number, as_of)
    if wanted is None:
        return PeriodTrace(park, period, None, True, ())
    subject = _Subject(session, actor, park, period, as_of, wanted, number)
    found = subject.figures()
    figures = [_figure_part(subject, found[key]) for key in INDICATORS if key in found]
    version = provenance.version(session, wanted)
    return PeriodTrace(park, period, version, wanted == counting, (*figures, *_table_parts(subject)))


def goal_trace(session: Session, actor: Actor, park_code: str, key: str, as_of: date) -> GoalTrace:
    """Where the goal in force comes from; raises Unknown when there is none."""
    actor.require(Permission.VIEW_PARK)
    park = parks.find_park(session, actor.scope, park_code)
    known = [goal for goal in provenance.goals_of(session, park.id, key) if goal.valid_from <= as_of]
    if not known:
        raise Unknown("没有登记这项建设目标")
    return GoalTrace(facts.park_fact(session, park, as_of), key, known[0], tuple(known[1:]))


def _looked_up(
    session: Session, actor: Actor, park_code: str, period: HalfYear, number: VersionNo | None, as_of: date
) -> tuple[ParkFact, int | None, int | None]:
    """The park, the version that counts, and the one asked for; None where nothing was accepted yet."""
    actor.require(Permission.VIEW_PARK)
    park = parks.find_park(session, actor.scope, park_code)
    counting = facts.accepted_versions(session, park.id, as_of).get(period)
    wanted = counting if number is None else provenance.find_version(session, actor, park.id, period, number)
    if number is not None and wanted is None:
        raise Unknown(f"没有{period.label}{number.label}")
    return facts.park_fact(session, park, as_of), counting, wanted


def _answer(subject: _Subject, name: FigureName) -> _Answer:
    if name.working is not None:
        return _worked(subject, name.indicator, name.working)
    if name.indicator in DERIVED:
        table, column, summed = DERIVED[name.indicator]
        return _over_rows(subject, table, column, summed=summed)
    if name.indicator:
        return _stated(subject, name.indicator)
    if name.row is not None:
        return _row(subject, name.table, name.row)
    if name.share:
        return _coverage(subject)
    return _over_rows(subject, name.table, name.column or "name", summed=bool(name.column))


def _stated(subject: _Subject, key: str) -> _Answer:
    fact = subject.figures().get(key)
    found = subject.cells("figures", key=key)
    cell = found[0] if found else None
    return _Answer(_amount(key, fact.value), fact.kind, cell) if fact else _Answer(cell=cell)


def _over_rows(subject: _Subject, table: str, column: str, *, summed: bool) -> _Answer:
    """Every row of the table with its cell of the column; a declared 无 counts for nothing."""
    rows = subject.column(table, column)
    if not rows:
        return _Answer()
    value = _total(table, column, rows) if summed else f"{_filled(rows)}{COUNTED.get(table, '项')}"
    if not subject.rows_shown:
        told = f"{len(rows)}行，逐行数据不在您的查看范围内"
        return _Answer(value, parts=(Part(TABLES[table].label, value, _span(rows), told),))
    names = {cell.row: cell.value or "无" for cell in subject.column(table, "name")}
    return _Answer(value, parts=tuple(_cell_part(subject, cell, names.get(cell.row, "")) for cell in rows))


def _total(table: str, column: str, rows: Sequence[CellOrigin]) -> str:
    total = sum((Decimal(cell.value) for cell in rows if cell.value is not None), Decimal(0))
    return plain(total) + TABLES[table].column(column).unit


def _span(rows: Sequence[CellOrigin]) -> str:
    """From the first cell to the last."""
    return "—".join(dict.fromkeys((rows[0].where, rows[-1].where)))


def _filled(rows: Sequence[CellOrigin]) -> int:
    return sum(cell.value is not None for cell in rows)


def _row(subject: _Subject, table: str, number: int) -> _Answer:
    found = subject.cells(table, row=number)
    if not found or not subject.rows_shown:
        raise Unknown("没有这一行")
    name = next((_printed(cell) for cell in found if cell.key == "name"), "")
    return _Answer(name, parts=tuple(_named_part(cell) for cell in found))


def _coverage(subject: _Subject) -> _Answer:
    rows, headline = subject.column(ROSTER.key, "cyber"), subject.figures().get("revenue_cyber")
    if not rows or headline is None or not headline.value:
        return _Answer()
    total = _total(ROSTER.key, "cyber", rows)
    share = Decimal(total.removesuffix("万元")) / (headline.value * WAN)
    summed = label(FigureName(table=ROSTER.key, column="cyber"))
    part = Part(summed, total, _span(rows), "逐行相加", path=subject.path(f"{ROSTER.key}.cyber"))
    return _Answer(percent(share), parts=(part, _figure_part(subject, headline)))


def _worked(subject: _Subject, key: str, working: Working) -> _Answer:
    """From the figure and the goal in force; without a value where the two may not be compared."""
    known = facts.goals(subject.session, subject.park.id, subject.as_of)
    goal = next((goal for goal in known if goal.key == key), None)
    fact = subject.figures().get(key)
    if goal is None or fact is None:
        return _Answer()
    parts = [_figure_part(subject, fact), *_goal_parts(subject.park, goal)]
    verdict = pace(subject.park, goal, fact, rulebook(subject.session), _series(subject, fact))
    if verdict is None:
        return _Answer(parts=tuple(parts))
    parts += [_figure_part(subject, one) for one in verdict.sources if one.period != fact.period]
    parts += _twelve_part(verdict)
    if working is not Working.PACE:
        return _Answer(WORKED[working](goal, verdict.value), parts=tuple(parts))
    return _Answer(against_path(verdict), parts=(*parts, *_elapsed_part(subject.park, verdict)))


def _series(subject: _Subject, fact: FigureFact) -> Series:
    """What counts of the other periods, and of this one the version asked for."""
    counting = facts.figures(subject.session, subject.park.id, subject.as_of)
    others = [one for one in counting if one.period != fact.period]
    return Series([*others, fact], definitions(subject.session, subject.park.id, subject.as_of))


def _share(value: Decimal | None) -> str:
    return "" if value is None else percent(value)


WORKED: dict[Working, Callable[[GoalFact, Decimal], str]] = {
    Working.COMPLETION: lambda goal, value: _share(completion(value, goal.target)),
    Working.INCREMENT: lambda goal, value: _share(incremental_completion(value, goal.baseline, goal.target)),
}


def _twelve_part(verdict: Pace) -> list[Part]:
    """How the twelve months are made up, where they are what is held against the goal."""
    twelve = verdict.twelve
    shown = _amount(verdict.goal.key, half_up(verdict.value, 8))
    return [Part(verdict.told, shown, "", twelve.formula)] if twelve else []


def _elapsed_part(park: ParkFact, verdict: Pace) -> list[Part]:
    days = f"{verdict.days}天／{verdict.total_days}天，即{percent(verdict.elapsed)}"
    dates = f"{chinese_date(park.approved_on)}批复，{chinese_date(park.ends_on)}期满"
    return [
        Part("序时进度", days, park.approval_no or "批复", dates),
        Part("序时目标", _amount(verdict.goal.key, half_up(verdict.expected, 8)), "", verdict.formula),
        Part("增量相差", verdict.gap_told or "—", "", "（实际值－序时目标）÷（目标值－基期值）"),
    ]


def _amount(key: str, value: Decimal) -> str:
    return f"{plain(value)}{INDICATORS[key].unit}"


def _figure_part(subject: _Subject, fact: FigureFact) -> Part:
    return Part(
        f"{INDICATORS[fact.key].label}（{span_told(fact.key, fact.period)}）", _amount(fact.key, fact.value),
        fact.where, fact.raw, fact.decided,
        subject.path(fact.key) if fact.period == subject.period else figure_path(
            subject.park.code, fact.period, fact.key
        ),
    )  # fmt: skip


def _goal_parts(park: ParkFact, goal: GoalFact) -> tuple[Part, ...]:
    path = goal_path(park.code, goal.key)
    return (
        Part("基期值", _amount(goal.key, goal.baseline), f"{goal.source}同一行" if goal.source else "", path=path),
        *(
            Part(f"{month}个月阶段目标", _amount(goal.key, value), goal.source, path=path)
            for month, value in sorted(goal.milestones.items())
        ),
        Part("目标值", _amount(goal.key, goal.target), goal.source, path=path),
    )


def _table_parts(subject: _Subject) -> Iterator[Part]:
    """One line a repeated table that has rows."""
    for key, table in TABLES.items():
        rows = subject.column(key, "name")
        if rows:
            span = "—".join(dict.fromkeys((rows[0].where, rows[-1].where)))
            yield Part(
                table.label, f"{_filled(rows)}{COUNTED.get(key, '项')}", span, "逐行列出", path=subject.path(key)
            )


def _cell_part(subject: _Subject, cell: CellOrigin, name: str) -> Part:
    path = subject.path(f"{cell.table}.{cell.row}")
    return Part(name or f"第{cell.row}行", _printed(cell), cell.where, cell.raw, _told(cell), path)


def _named_part(cell: CellOrigin) -> Part:
    column = TABLES[cell.table].column(cell.key).label
    return Part(column, _printed(cell), cell.where, cell.raw, _told(cell))


def _printed(cell: CellOrigin) -> str:
    """A cell's value as pages print it; what cannot be shown as fact says so."""
    if cell.status not in facts.READ_AS_FACT:
        return cell.status.label
    if cell.value is None:
        return "无"
    column = TABLES[cell.table].column(cell.key)
    dated = column.kind in (Kind.DATE, Kind.MONTH_OR_DATE)
    return chinese_day(cell.value) if dated else cell.value + column.unit


def _told(cell: CellOrigin) -> str:
    return cell.decided.told if cell.decided else ""


def _versions(session: Session, actor: Actor, park: ParkFact, period: HalfYear, name: FigureName) -> Iterator[Earlier]:
    """What each version known to the actor said of the same indicator, newest first."""
    if not name.indicator or name.working is not None:
        return
    for entry in provenance.versions_of(session, actor, park.id, period):
        found = facts.version_figures(session, entry.id, period)
        fact = next((fact for fact in found if fact.key == name.indicator), None)
        path = figure_path(park.code, period, name.indicator, entry.number)
        yield Earlier(entry, _amount(fact.key, fact.value) if fact else "", path)
