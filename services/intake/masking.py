"""Telephone numbers are personal information: shown as 138****0000 outside the record itself."""

from __future__ import annotations

import re
from dataclasses import replace

from policy.tables import BY_KEY, Kind
from services.intake.reading import FileReading, Reading, Row

_MOBILE = re.compile(r"(?<!\d)(1\d{2})[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[\s-]?\d{3,4})\d{4}(?!\d)")
_TEXTUAL = (Kind.TEXT, Kind.CONTACT)


def mask_phones(text: str) -> str:
    """13800000000 -> 138****0000, 023-88880000 -> 023-8888****."""
    return _LANDLINE.sub(r"\1****", _MOBILE.sub(r"\1****\3", text))


def mask_contacts(reading: FileReading) -> FileReading:
    """The same reading with every telephone number masked, raw text included; figures are left alone."""
    rows = {table: tuple(_masked_row(table, row) for row in rows) for table, rows in reading.rows.items()}
    fields = tuple(_masked(entry) if not entry.unit else entry for entry in reading.fields)
    return replace(reading, fields=fields, rows=rows)


def _masked_row(table: str, row: Row) -> Row:
    columns = BY_KEY[table]
    return replace(
        row,
        cells={key: _masked(cell) if columns.column(key).kind in _TEXTUAL else cell for key, cell in row.cells.items()},
    )


def _masked(entry: Reading) -> Reading:
    return replace(
        entry,
        raw=mask_phones(entry.raw) if entry.raw else entry.raw,
        value=mask_phones(entry.value) if entry.value else entry.value,
        message=mask_phones(entry.message),
        remark=mask_phones(entry.remark) if entry.remark else entry.remark,
        candidates=tuple(mask_phones(text) for text in entry.candidates),
    )
