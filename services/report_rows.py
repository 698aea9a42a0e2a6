"""The rows of an accepted report as a dossier carries them: each with its source, each table's figures in one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from db.queries.dossiers import Cell, TableRow
from policy.figures import WAN, chinese_day, plain
from policy.masking import mask_phone
from policy.provenance import figure_path, split_place
from policy.tables import BY_KEY as TABLES
from policy.tables import ROSTER, Column, Kind
from services.dossiers import Figure, NewestReport, Origin, ReportRow, RosterSummary, Source, Total

SHORT = {ROSTER.key: "一览表"}
FIGURES = (Kind.AMOUNT, Kind.COUNT, Kind.SHARE)
# C10 -> C, 10; in a Word file R9C2 -> column 2, row 9.
EXCEL_CELL, WORD_CELL = re.compile(r"([A-Z]+)(\d+)"), re.compile(r"R(\d+)C(\d+)")


def newest(park: str, origin: Origin, found: Mapping[str, Sequence[TableRow]], headline: Figure | None) -> NewestReport:
    """The newest accepted report with its tables; `headline` is its security revenue in 亿元."""
    tables = {key: tuple(_row(key, row, origin, park) for row in rows) for key, rows in found.items()}
    listed = {key: source for key, rows in found.items() if (source := _listed(key, rows, origin, park)) is not None}
    roster = _roster(tables.get(ROSTER.key, ()), headline, park)
    return NewestReport(origin.period, origin.file, origin.version, tables, listed, roster)


def _row(table: str, row: TableRow, origin: Origin, park: str) -> ReportRow:
    columns = [column for column in TABLES[table].columns if column.key in row.cells]
    counted = _counted_columns(table, row)
    numbers = {column.key: Decimal(row.cells[column.key].value or 0) for column in counted}
    name = row.cells["name"].value if "name" in row.cells else None
    places = [split_place(row.cells[column.key].where) for column in counted]
    source = Source(
        subject=f"{SHORT.get(table, TABLES[table].label)}：{name or '无'}",
        period=origin.period.months_label,
        value="；".join(_printed(row, column) for column in counted),
        raw="；".join(row.cells[column.key].raw for column in counted),
        file=origin.file,
        sheet=places[0][0] if places else "",
        cell="、".join(cell for _sheet, cell in places),
        version=origin.version,
        path=figure_path(park, origin.period, f"{table}.{row.number}"),
        origin=origin,
    )
    return ReportRow({column.key: _printed(row, column) for column in columns}, numbers, source)


def _counted_columns(table: str, row: TableRow) -> list[Column]:
    """The columns that hold a figure in this row."""
    return [
        column
        for column in TABLES[table].columns
        if column.kind in FIGURES and column.key in row.cells and row.cells[column.key].value is not None
    ]


def _printed(row: TableRow, column: Column) -> str:
    """A cell as documents print it; a declared 无 is 无."""
    value = row.cells[column.key].value
    if value is None:
        return "无"
    if column.kind in (Kind.DATE, Kind.MONTH_OR_DATE):
        return chinese_day(value)
    # In a shifted row a phone may stand in any text.
    return mask_phone(value) if column.kind is Kind.TEXT else value + column.unit


def _listed(table: str, rows: Sequence[TableRow], origin: Origin, park: str) -> Source | None:
    """All figures of a table in one: where its cells stand, and each whose raw text is not simply its value."""
    cells = [(column, row.cells[column.key]) for row in rows for column in _counted_columns(table, row)]
    if not cells:
        return None
    by_column = sorted(cells, key=lambda entry: TABLES[table].columns.index(entry[0]))
    places = [split_place(cell.where) for _column, cell in by_column]
    return Source(
        subject=f"{TABLES[table].label}各行数据",
        period=origin.period.months_label,
        value=f"{len(rows)}行",
        how="；".join(_unlike(cells)),
        file=origin.file,
        sheet=places[0][0],
        cell="、".join(runs([cell for _sheet, cell in places])),
        version=origin.version,
        path=figure_path(park, origin.period, table),
        origin=origin,
    )


def _unlike(cells: Sequence[tuple[Column, Cell]]) -> Iterator[str]:
    """K7原文“约40”取40人，示例区经办人 2026-03-02 已确认 — for each cell that was not read as it stood."""
    for column, cell in cells:
        if cell.raw.strip() not in (cell.value, f"{cell.value}{column.unit}") or cell.decided:
            place = split_place(cell.where)[1]
            yield "，".join(filter(None, (f"{place}原文“{cell.raw}”取{cell.value}{column.unit}", cell.decided)))


def runs(cells: Sequence[str]) -> list[str]:
    """Cells that follow one another down a column as one: H4, H5, H6, I4 -> H4—H6, I4."""
    found: list[list[str]] = []
    for cell in cells:
        if found and _below(found[-1][-1], cell):
            found[-1].append(cell)
        else:
            found.append([cell])
    return ["—".join(dict.fromkeys((run[0], run[-1]))) for run in found]


def _below(upper: str, lower: str) -> bool:
    above, below = _column_and_row(upper), _column_and_row(lower)
    return above is not None and below == (above[0], above[1] + 1)


def _column_and_row(cell: str) -> tuple[str, int] | None:
    if match := EXCEL_CELL.fullmatch(cell):
        return match[1], int(match[2])
    match = WORD_CELL.fullmatch(cell)
    return (match[2], int(match[1])) if match else None


def _roster(rows: Sequence[ReportRow], headline: Figure | None, park: str) -> RosterSummary | None:
    firms = [row for row in rows if row.cells.get("name", "无") != "无"]
    if not firms:
        return None
    counted = [column for column in ROSTER.columns if any(column.key in row.numbers for row in firms)]
    totals = {column.key: _total(firms, column, park) for column in counted}
    whole = headline.value * WAN if headline is not None else Decimal(0)
    coverage = totals["cyber"].value / whole if whole and "cyber" in totals else None
    return RosterSummary(len(firms), _count(firms, park), totals, coverage, headline)


def _count(firms: Sequence[ReportRow], park: str) -> Source:
    origin = firms[0].source.origin
    assert origin is not None
    return replace(
        firms[0].source, subject="一览表企业数", value=f"{len(firms)}家", raw="", how="一览表逐行计数",
        cell="企业名称列",
        path=figure_path(park, origin.period, ROSTER.key),
    )  # fmt: skip


def _total(rows: Sequence[ReportRow], column: Column, park: str) -> Total:
    filled = [row for row in rows if column.key in row.numbers]
    value = sum((row.numbers[column.key] for row in filled), Decimal(0))
    label, origin = column.label.removeprefix("其中："), filled[0].source.origin
    assert origin is not None
    source = replace(
        filled[0].source, subject=f"一览表{label}合计", value=f"{plain(value)}{column.unit}",
        raw="", how=f"一览表{len(filled)}家企业逐行相加", cell=f"{label}列",
        path=figure_path(park, origin.period, f"{ROSTER.key}.{column.key}"),
    )  # fmt: skip
    return Total(value, source)
