"""One version of a report as its papers print it: what it states, its 校验码, and what was explained about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from db.models import Park
from db.queries.park_detail import VersionRow, versions
from db.queries.reports import Cell, FindingRow, Report, report
from policy.access import Actor
from policy.figures import chinese_day, plain
from policy.indicators.catalogue import BY_KEY
from policy.refusal import Unknown
from policy.tables import BY_KEY as TABLES
from policy.tables import PERSONAL, Kind
from policy.terms import REPORTED, FigureKind, HalfYear, Severity, SubmissionState
from policy.version_no import NO_VERSION, VersionNo
from services import sealing, submissions
from services.parks import find_park

NUMBERS = (Kind.AMOUNT, Kind.COUNT, Kind.SHARE)


@dataclass(frozen=True, slots=True)
class PaperFigure:
    """A figure of 表一 as it counts now; where none is certain `value` is None and `instead` says why."""

    key: str
    column: str
    value: Decimal | None
    kind: FigureKind
    instead: str = "—"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One row of a repeated table: its cells by column key as they are printed, its numbers exact."""

    cells: Mapping[str, str]
    numbers: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """`submission_id` None: nothing has been sent for the period. Personal data is left out.

    `park`: its code; `lacking`: why it cannot be sealed as yet.
    """

    as_of: date
    park: str
    title: str
    reporter: str
    fictional: bool
    period: HalfYear
    submission_id: int | None = None
    version: VersionNo = NO_VERSION
    state: SubmissionState = SubmissionState.DRAFT
    kind: FigureKind = FigureKind.PRELIMINARY
    code: str = ""
    figures: Mapping[tuple[str, str], PaperFigure] | None = None
    tables: Mapping[str, tuple[PaperRow, ...]] | None = None
    findings: tuple[FindingRow, ...] = ()
    lacking: tuple[str, ...] = ()


def paper(
    session: Session,
    actor: Actor,
    park_code: str,
    as_of: date,
    period: HalfYear | None = None,
    number: VersionNo | None = None,
) -> ReportPaper:
    """The paper of one half-year: the version that was reported last, else the newest draft; or version `number`.

    Without `period` the newest half-year that anything was sent for, else the last that has ended. Raises Unknown
    for a park outside the scope and for a version the actor may not know of.
    """
    park = find_park(session, actor.scope, park_code)
    sent = [row for row in versions(session, actor, park.id) if row.received_on <= as_of]
    wanted = period or (sent[0].period if sent else HalfYear.containing(as_of).previous())
    row = _chosen([row for row in sent if row.period == wanted], number)
    found = report(session, actor, row.submission_id) if row is not None else None
    if number is not None and found is None:
        raise Unknown(f"{park.title}{wanted.label}没有{number.label}")
    blank = ReportPaper(
        as_of, park.code, park.title, submissions.reporter(park), park.district.fictional, wanted,
        lacking=("该报告期尚未上传园区发展情况表",),
    )  # fmt: skip
    return blank if found is None else _paper(session, park, found, blank)


def _chosen(rows: Sequence[VersionRow], number: VersionNo | None) -> VersionRow | None:
    if number is not None:
        return next((row for row in rows if row.version == number), None)
    reported = [row for row in rows if row.state in REPORTED]
    return next(iter([*reported, *rows]), None)


def _paper(session: Session, park: Park, found: Report, blank: ReportPaper) -> ReportPaper:
    return ReportPaper(
        as_of=blank.as_of,
        park=blank.park,
        title=blank.title,
        reporter=blank.reporter,
        fictional=blank.fictional,
        period=blank.period,
        submission_id=found.id,
        version=found.version,
        state=found.state,
        kind=found.figure_kind,
        code=sealing.code_of(session, found.id),
        figures={(cell.key, cell.column): figure_of(cell, found.figure_kind) for cell in _stated(found)},
        tables=tables_of(cell for cell in found.cells if (cell.table, cell.key) not in PERSONAL),
        findings=tuple(finding for finding in found.findings if finding.severity is Severity.CONFIRM),
        lacking=lacking_of(found),
    )


def _stated(found: Report) -> Sequence[Cell]:
    return [cell for cell in found.cells if cell.table == "figures" and cell.key in BY_KEY]


def figure_of(cell: Cell, kind: FigureKind) -> PaperFigure:
    """A figure of 表一; `kind`: of its paper."""
    kind = cell.figure_kind or kind
    if cell.status.blocks:
        return PaperFigure(cell.key, cell.column, None, kind, unsettled(cell))
    return PaperFigure(cell.key, cell.column, cell.number, kind)


def unsettled(cell: Cell) -> str:
    """What stands in place of a value nobody has confirmed."""
    return f"（{cell.status.label}）"


def tables_of(cells: Iterable[Cell]) -> dict[str, tuple[PaperRow, ...]]:
    """The repeated tables by key, their rows in the order of the file."""
    rows: dict[str, dict[int, list[Cell]]] = {}
    for cell in cells:
        if cell.table in TABLES:
            rows.setdefault(cell.table, {}).setdefault(cell.row, []).append(cell)
    return {table: tuple(_row(table, cells) for _, cells in sorted(of.items())) for table, of in rows.items()}


def _row(table: str, cells: Sequence[Cell]) -> PaperRow:
    kinds = {column.key: column.kind for column in TABLES[table].columns}
    numbers = {
        cell.key: cell.number
        for cell in cells
        if kinds.get(cell.key) in NUMBERS and not cell.status.blocks and cell.number is not None
    }
    return PaperRow({cell.key: printed(cell, kinds.get(cell.key)) for cell in cells}, numbers)


def printed(cell: Cell, kind: Kind | None) -> str:
    """A cell of a repeated table in print."""
    if cell.status.blocks:
        return unsettled(cell)
    if cell.value is None:
        return "无" if (cell.raw or "").strip().startswith("无") else "—"
    if kind in NUMBERS:
        return f"{plain(Decimal(cell.value))}{'%' if kind is Kind.SHARE else ''}"
    return chinese_day(cell.value) if kind in (Kind.DATE, Kind.MONTH_OR_DATE) else cell.value


def lacking_of(found: Report) -> tuple[str, ...]:
    """What must be settled before the seal, in the words of the report's page."""
    errors = sum(cell.status == "error" for cell in found.cells)
    errors += sum(finding.severity is Severity.ERROR for finding in found.findings)
    doubtful = sum(cell.status == "confirm" for cell in found.cells)
    unsaid = sum(finding.unexplained for finding in found.findings)
    counts = ((errors, "处须更正"), (doubtful, "处待确认"), (unsaid, "条核实性审核没有情况说明"))
    return tuple(f"{found.version.label}尚有{number}{what}" for number, what in counts if number)
