"""Which half-year a sheet itself says it is of: by its name, or by a title over its table."""

from __future__ import annotations

from policy.terms import HalfYear
from services.intake.document import CellKind, Sheet
from services.intake.periods import find_span

_TITLE_ROWS = 3


def stated_half(sheet: Sheet) -> HalfYear | None:
    """None where neither says a half-year with its year."""
    spans = (find_span(text) for text in (*_titles(sheet), sheet.name))
    return next((half for span in spans if span is not None and (half := span.half_year(None))), None)


def _titles(sheet: Sheet) -> list[str]:
    """Lone texts in the first rows: a header row has several cells."""
    rows = (sheet.row(number) for number in range(1, min(sheet.height, _TITLE_ROWS) + 1))
    return [row[0].text for row in rows if len(row) == 1 and row[0].kind is CellKind.TEXT]
