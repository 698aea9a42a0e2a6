"""A file as read, judged across its fields: from located readings to the facts of `policy.reports` and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from policy.facts import AcceptedReport, Amount, ReportFacts, RowFact
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.reports import check, meets_thresholds
from policy.rulebook import Rulebook
from policy.tables import BY_KEY as TABLES
from policy.tables import Kind
from policy.terms import HalfYear
from policy.version_no import VersionNo
from services.intake.reading import FileReading, Reading, Row

Earlier = Mapping[HalfYear, Mapping[str, Decimal]]
"""Accepted figures of 表一 by half-year and indicator key."""
FIGURES = (Kind.AMOUNT, Kind.COUNT, Kind.SHARE)


def checked(
    reading: FileReading,
    *,
    earlier: Earlier | None = None,
    peers: Mapping[str, tuple[Decimal, ...]] | None = None,
    elsewhere: Iterable[str] = (),
    earlier_versions: Mapping[HalfYear, VersionNo] | None = None,
    accepted: AcceptedReport | None = None,
    more: Iterable[Finding] = (),
    rulebook: Rulebook,
) -> FileReading:
    """The reading with the findings of all checks by the rulebook, then `more`, and a form's verdict on thresholds.

    What is known beside the file is as in policy.facts.ReportFacts; without it the file is judged by itself.
    A file that is no report is returned with `more` alone.
    """
    facts = report_facts(reading)
    if facts is None:
        return reading.with_findings(*more)
    facts = replace(
        facts, earlier=earlier or {}, peers=peers or {}, elsewhere=frozenset(elsewhere),
        earlier_versions=earlier_versions or {}, accepted=accepted,
    )  # fmt: skip
    found = reading.with_findings(*check(facts, rulebook), *more)
    return replace(found, meets_thresholds=meets_thresholds(facts, rulebook))


def report_facts(reading: FileReading) -> ReportFacts | None:
    """What the checks may look at in the file; None for a file that is no report."""
    if reading.kind is None:
        return None
    return ReportFacts(
        kind=reading.kind,
        period=reading.period,
        figures={(entry.key, entry.column): entry.amount() for entry in reading.fields if entry.key in INDICATORS},
        rows={key: tuple(_row(_figures(key), row) for row in rows) for key, rows in reading.rows.items()},
        totals={key: entry.amount() for key, entry in reading.totals.items() if key in _figures("roster")},
        filled_on=_day(reading.field("filled_on")),
        said=reading.said,
        figure_kind=reading.figure_kind,
    )


def _row(figures: frozenset[str], row: Row) -> RowFact:
    texts: dict[str, str] = {}
    amounts: dict[str, Amount] = {}
    for key, cell in row.cells.items():
        if key in figures:
            amounts[key] = cell.amount()
        else:
            texts[key] = cell.value or ""
    return RowFact(row.where, texts, amounts)


@cache
def _figures(table: str) -> frozenset[str]:
    """The keys of the table's columns that hold figures."""
    return frozenset(column.key for column in TABLES[table].columns if column.kind in FIGURES)


def _day(entry: Reading | None) -> date | None:
    """A form's date when it is a full one."""
    try:
        return date.fromisoformat(entry.value) if entry and entry.value else None
    except ValueError:
        return None
