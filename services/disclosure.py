"""What of a reading may leave the house in print: phone numbers masked, raw text included (domain section 6)."""

from __future__ import annotations

import re
from dataclasses import replace

from policy.masking import mask_phone
from policy.tables import BY_KEY, Kind
from services.intake.reading import FileReading, Reading, Row

PERSONAL = (Kind.CONTACT, Kind.TEXT)
"""A phone stands in the contact column, and in a shifted row in any other text."""
# A message speaks of amounts too: only what is certainly a mobile number is masked there.
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def without_phones(reading: FileReading) -> FileReading:
    """The same reading with every phone number as 138****0000, in values, raw text, remarks and messages."""
    return replace(
        reading,
        fields=tuple(
            _masked(entry) if not entry.unit and entry.key != "filled_on" else entry for entry in reading.fields
        ),
        rows={key: tuple(_masked_row(key, row) for row in rows) for key, rows in reading.rows.items()},
        findings=tuple(
            replace(finding, message=_MOBILE.sub(r"\1****\2", finding.message)) for finding in reading.findings
        ),
    )


def _masked_row(table: str, row: Row) -> Row:
    columns = BY_KEY[table]
    cells = {key: _masked(cell) if columns.column(key).kind in PERSONAL else cell for key, cell in row.cells.items()}
    return replace(row, cells=cells)


def _masked(entry: Reading) -> Reading:
    return entry._replace(
        raw=entry.raw and mask_phone(entry.raw),
        value=entry.value and mask_phone(entry.value),
        message=mask_phone(entry.message),
        remark=entry.remark and mask_phone(entry.remark),
        candidates=tuple(mask_phone(candidate) for candidate in entry.candidates),
    )
