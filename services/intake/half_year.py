"""A half-year report (园区发展情况表): whatever its layout, the same fields, rows and findings."""

from __future__ import annotations

from decimal import Decimal

from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY
from policy.tables import ROSTER
from policy.terms import SubmissionKind
from services.intake.cells import NO_BLANKS, blank_field
from services.intake.contents import Contents
from services.intake.context import Context
from services.intake.figure_kinds import find_kinds
from services.intake.headline import Terms, read_headline
from services.intake.identity import find_park
from services.intake.narrative import contradictions, told
from services.intake.periods import Span
from services.intake.reading import FileReading, Row
from services.intake.report_period import (
    find_period,
    in_months,
    of_halves,
    of_single_months,
    other_periods,
    roster_year,
)
from services.intake.roster import listed, mend_roster, read_tables

CLAUSE = f"五(二)；参照{NO_BLANKS}"
_COLUMN_WORDS = {"current": "本期累计", "previous": "上年同期"}


def interpret(contents: Contents, name: str, context: Context) -> FileReading:
    park = find_park(contents, name, context)
    period = find_period(contents, name, context)
    contents.spots = in_months(contents.spots, period.period)
    kinds = find_kinds(contents, name, context)
    tables = read_tables(contents, CLAUSE)
    roster = tables.rows["roster"]
    sums = listed(roster)
    last = context.last(park.park, period.period) if park.park and period.period else {}

    def near(key: str, _column: str) -> tuple[Decimal, ...]:
        """What the roster adds up to."""
        return (sums[key],) if key in sums else ()

    span = Span(period.period.year, 1, period.period.months) if period.period else None
    terms = Terms(_needed, near, _COLUMN_WORDS, CLAUSE, span, told(contents.statements, span), last=last.get)
    headline = read_headline(contents.spots, terms)
    current = {entry.key: entry.number for entry in headline.fields if entry.column == "current"}
    rows = tables.rows | {"roster": mend_roster(roster, current.get("revenue_cyber"))}
    return FileReading(
        file=name,
        kind=SubmissionKind.HALF_YEAR_REPORT,
        format=contents.document.format,
        park=park.park,
        park_title=park.title,
        period=period.period,
        months=period.months,
        figure_kind=kinds.kind,
        fields=kinds.readings(headline.fields),
        rows=rows,
        totals=tables.totals,
        findings=(
            *park.findings,
            *period.findings,
            *other_periods(contents, period.period),
            *of_single_months(contents, period.period),
            *of_halves(contents, period.period),
            *roster_year(contents, period.period),
            *kinds.findings,
            *headline.findings,
            *contradictions(contents.statements, headline.fields, span),
            *_missing_roster(contents, roster, current.get("firms_cyber")),
            *tables.findings,
            *contents.findings,
        ),
    )


def _needed(key: str, column: str) -> bool:
    return column == "current" and BY_KEY[key].required


def _missing_roster(contents: Contents, roster: tuple[Row, ...], firms: Decimal | None) -> list[Finding]:
    """The roster belongs to the report, unless it declares that there is no firm."""
    if roster or firms == 0:
        return []
    tables = contents.of("roster")
    where = tables[0].sheet.row_where(tables[0].last_header) if tables else ""
    return [blank_field(where, f"“{ROSTER.label}”", CLAUSE)]
