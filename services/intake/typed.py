"""What somebody types in place of a cell, read by the very parsers that read files."""

from __future__ import annotations

from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.tables import BY_KEY as TABLES
from policy.tables import Kind
from services.intake.cells import read_figure
from services.intake.dates import read_date
from services.intake.document import Cell, CellKind
from services.intake.numbers import Wanted, read_number
from services.intake.parsed import Parsed
from services.intake.shares import read_share
from services.intake.texts import read_contact, read_text
from services.intake.units import catalogue_unit


def read_typed(table: str, key: str, text: str) -> Parsed:
    """The typed text as a value of that figure or column, in its unit."""
    cell = Cell(1, 1, "", CellKind.TEXT, text)
    if table in TABLES:
        column = TABLES[table].column(key)
        return _read(column.kind, column.unit, cell)
    if key in INDICATORS:
        return read_figure(INDICATORS[key], cell, None, typed=False, with_share=False)
    return read_date(cell, day_required=False) if key == "filled_on" else read_text(cell)


def _read(kind: Kind, unit: str, cell: Cell) -> Parsed:
    match kind:
        case Kind.AMOUNT | Kind.COUNT:
            return read_number(cell, Wanted(catalogue_unit(unit), None, kind is Kind.COUNT, typed=False))
        case Kind.SHARE:
            return read_share(cell)
        case Kind.DATE | Kind.MONTH_OR_DATE:
            return read_date(cell, day_required=kind is Kind.DATE)
        case Kind.CONTACT:
            return read_contact(cell)
        case Kind.TEXT:
            return read_text(cell)
