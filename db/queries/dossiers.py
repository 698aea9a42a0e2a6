"""What the documents print beyond a park's page: rows of an accepted report cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, true, tuple_
from sqlalchemy.orm import Session

from db.facts import READ_AS_FACT, decisions
from db.models import SubmissionReading
from policy.tables import PERSONAL


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as read; `value` is None for a declared 无, `decided` tells who confirmed or corrected it."""

    value: str | None
    raw: str
    where: str
    decided: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a repeated table, cells by column key; cells not fit to be shown as fact are left out.

    `number`: which row it is, from 1.
    """

    number: int
    cells: Mapping[str, Cell]


def report_tables(
    session: Session, submission_id: int, columns: Collection[str] = ()
) -> dict[str, tuple[TableRow, ...]]:
    """The repeated tables of one version by table key, rows in the order of the file; of these columns alone, if any
    are named.

    Columns with personal data are not read (necessary data only, 个人信息保护法).
    """
    reading = SubmissionReading
    found = session.execute(
        select(
            reading.id, reading.table, reading.row, reading.key, reading.effective_value.label("value"), reading.raw,
            reading.where,
        )
        .where(
            reading.submission_id == submission_id,
            reading.table != "figures",
            tuple_(reading.table, reading.key).not_in(PERSONAL),
            reading.effective_status.in_(READ_AS_FACT),
            reading.key.in_(columns) if columns else true(),
        )
        .order_by(reading.table, reading.row, reading.id)
    )  # fmt: skip
    made = decisions(session, submission_id)
    tables: dict[str, dict[int, dict[str, Cell]]] = {}
    for row in found:
        cells = tables.setdefault(row.table, {}).setdefault(row.row, {})
        cells[row.key] = Cell(row.value, row.raw or "", row.where or "", made[row.id].told if row.id in made else "")
    return {table: tuple(TableRow(number, cells) for number, cells in rows.items()) for table, rows in tables.items()}
