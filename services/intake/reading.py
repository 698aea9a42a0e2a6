"""What reading a file yields: located values with a status, rows of tables, and findings.

Nothing here knows a database; `services.submissions` stores it, `as_json` prints it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from policy.facts import Amount, Passage
from policy.findings import Finding
from policy.terms import FigureKind, HalfYear, Status, SubmissionKind

# Looked up once: every cell is asked for its status, and a member is slow to find in its enumeration.
_CONFIRM, _ERROR = Status.CONFIRM, Status.ERROR


class Reading(NamedTuple):
    """One fact of the file, however it was written.

    `value` is canonical text: an exact decimal without trailing zeros in `unit`, an ISO date or month,
    or plain text; None at error, for a declared 无 in a text or date, and for a blank.
    `where` is 工作表!单元格 or 表1!R9C2; None when the fact is missing from the file.
    """

    key: str
    column: str
    raw: str | None
    value: str | None
    unit: str
    status: Status
    where: str | None
    message: str = ""
    remark: str | None = None
    candidates: tuple[str, ...] = ()
    figure_kind: FigureKind | None = None
    """Its own kind, where its cell or label says one (预计12.5)."""

    @property
    def number(self) -> Decimal | None:
        return None if self.value is None else Decimal(self.value)

    def amount(self) -> Amount:
        return Amount(self.number, self.status, self.where or "", self.raw, self.figure_kind)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a repeated table; `cells` maps column key to its reading."""

    where: str
    cells: dict[str, Reading]


@dataclass(frozen=True, slots=True)
class FileReading:
    """A file as understood. `kind` is None when it is no report; then the findings say why."""

    file: str
    kind: SubmissionKind | None = None
    format: str | None = None
    park: str | None = None
    park_title: str | None = None
    period: HalfYear | None = None
    months: int | None = None
    figure_kind: FigureKind = FigureKind.PRELIMINARY
    """What the paper says its figures are; 快报数 when it says nothing."""
    fields: tuple[Reading, ...] = ()
    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    totals: dict[str, Reading] = field(default_factory=dict)
    """The roster's printed 合计 row by column key, when there is one."""
    said: dict[str, Passage] = field(default_factory=dict)
    """Texts of an application form that its checks look into (see policy.facts.ReportFacts)."""
    findings: tuple[Finding, ...] = ()
    meets_thresholds: bool | None = None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Every field and every row cell."""
        cells = tuple(cell for rows in self.rows.values() for row in rows for cell in row.cells.values())
        return self.fields + cells

    @property
    def clean(self) -> bool:
        """No field, row cell or finding at confirm or error."""
        blocked = any(entry.status is _CONFIRM or entry.status is _ERROR for entry in self.readings)
        return not blocked and not any(finding.severity.blocks for finding in self.findings)

    @property
    def has_errors(self) -> bool:
        return any(entry.status is _ERROR for entry in self.readings) or any(
            finding.severity == "error" for finding in self.findings
        )

    def field(self, key: str, column: str = "current") -> Reading | None:
        return next((entry for entry in self.fields if entry.key == key and entry.column == column), None)

    def with_findings(self, *findings: Finding) -> FileReading:
        return replace(self, findings=self.findings + findings)


def as_json(reading: FileReading, *, stored: bool) -> dict[str, Any]:
    """The object `ingest --json` prints for one file. Phone numbers must already be masked."""
    return {
        "file": reading.file,
        "kind": reading.kind,
        "format": reading.format,
        "park": reading.park,
        "park_title": reading.park_title,
        "period": str(reading.period) if reading.period else None,
        "months": reading.months,
        "figure_kind": reading.figure_kind,
        "clean": reading.clean,
        "stored": stored,
        "fields": [_reading_json(entry) for entry in reading.fields],
        "rows": {
            table: [
                {"where": row.where} | {key: _reading_json(cell) for key, cell in row.cells.items()} for row in rows
            ]
            for table, rows in reading.rows.items()
        },
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "where": finding.where,
                "message": finding.message,
                "clause": finding.clause,
            }
            for finding in reading.findings
        ],
        "meets_thresholds": reading.meets_thresholds,
    }


def _reading_json(entry: Reading) -> dict[str, Any]:
    """A cell that is of another kind than its paper says so; the others have the agreed keys alone."""
    own_kind = {"figure_kind": entry.figure_kind} if entry.figure_kind else {}
    return own_kind | {
        "key": entry.key,
        "column": entry.column,
        "raw": entry.raw,
        "value": entry.value,
        "unit": entry.unit,
        "status": entry.status,
        "where": entry.where,
        "message": entry.message,
        "remark": entry.remark,
        "candidates": list(entry.candidates),
    }
