"""Where the figures of 表一 stand: labels down a column or across a row, in any sheet, under any header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from policy.indicators.catalogue import BY_KEY
from services.intake.document import Cell, CellKind, Sheet
from services.intake.formats.refused import unsafe
from services.intake.labels import (
    Label,
    Role,
    grouped_label,
    header_role,
    header_span,
    indicator_label,
    is_cumulative,
    part_label,
    share_label,
    share_of,
    whole_label,
)
from services.intake.park_names import is_park_name
from services.intake.periods import Span
from services.intake.spots import Spot
from services.intake.tables import is_header_tail, table_units, total_named
from services.intake.units import Unit, catalogue_unit, general_for, header_units, unit_beside, unit_named

_HEADER_ROWS = 4
_GROUP_ROWS = 6
_MOST_LABELS = 600
"""Far more than a report has; finding the header of each costs time."""


@dataclass(frozen=True, slots=True)
class _Hit:
    label: Label
    cell: Cell


@dataclass(frozen=True, slots=True)
class _Head:
    """What the headers say about one column or row."""

    role: Role
    span: Span | None = None
    units: tuple[Unit, ...] = ()
    cumulative: bool = False


def find_spots(sheet: Sheet, taken: Iterable[int], above: Sheet | None = None) -> list[Spot]:
    """Every figure cell of the sheet; `taken` rows belong to the repeated tables; `above`: the table whose header
    stands over this one too, where a page breaks it. Raises FileRefused where there are too many labels."""
    blocked = set(taken)
    hits = _hits(sheet, blocked)
    if len(hits) > _MOST_LABELS:
        raise unsafe(f"工作表“{sheet.name}”有{len(hits)}处指标名称，远超一份报表；请只留本园区本期的数据后重新保存")
    rows: dict[int, list[_Hit]] = {}
    for hit in hits:
        rows.setdefault(hit.cell.row, []).append(hit)
    spots: list[Spot] = []
    for row, found in rows.items():
        found.sort(key=lambda hit: hit.cell.column)
        if len(found) == 1 and (stacked := list(_stacked(sheet, found[0]))):
            spots += stacked
            continue
        if len(found) > 1 and not _pairs(sheet, found):
            spots += _across(sheet, row, found, set(rows) | blocked)
        else:
            spots += _down(sheet, found, set(rows), above)
    return spots


def _hits(sheet: Sheet, blocked: set[int]) -> list[_Hit]:
    """Every label of the sheet; a bare 占比 or 其中：网络安全 belongs to the label above it, a name that says nothing
    by itself to its group: what stands left of it over several rows, or alone in a row above."""
    hits: list[_Hit] = []
    above: dict[int, _Hit] = {}
    headings: dict[int, str] = {}
    texts = [cell for cell in sheet.filled() if cell.row not in blocked and cell.kind is CellKind.TEXT]
    for cell in sorted(texts, key=lambda cell: cell.row):  # what stands over a cell comes before it, merged or not
        over = above.get(cell.column)
        label = indicator_label(cell.text)
        if label is None and over is not None:
            label = share_label(cell.text, over.label) or part_label(cell.text, over.label) or _whole(cell, over)
            if label is not None and label.key == over.label.key and over in hits:
                hits.remove(over)  # it names its columns together; the figure stands under its own
        if label is None and sheet.row(cell.row)[-1] is not cell:
            groups = (_group_beside(sheet, cell), headings.get(cell.column, ""))
            label = next(filter(None, (grouped_label(cell.text, group) for group in groups if group)), None)
        if label is not None:
            hits.append(_Hit(label, cell))
            above |= dict.fromkeys(range(cell.column, cell.last_column + 1), hits[-1])
        elif sheet.row(cell.row) == [cell]:
            headings[cell.column] = cell.text
    return hits


def _whole(cell: Cell, over: _Hit) -> Label | None:
    """A bare 总数 right under a name that reaches over several columns."""
    is_under = over.cell.columns > 1 and over.cell.last_row + 1 == cell.row
    return whole_label(cell.text, over.label) if is_under else None


def _group_beside(sheet: Sheet, cell: Cell) -> str:
    """The name of the group at the left, merged over its rows or written in the first of them."""
    for row in range(cell.row, max(0, cell.row - _GROUP_ROWS), -1):
        beside = sheet.at(row, cell.column - 1)
        if beside is not None and not beside.blank:
            return beside.text if beside.kind is CellKind.TEXT else ""
    return ""


def _pairs(sheet: Sheet, hits: list[_Hit]) -> bool:
    """Label, value, label, value along the row: each label has something other than a label at its right."""
    columns = {hit.cell.column for hit in hits}
    return all(
        hit.cell.last_column + 1 not in columns and sheet.text(hit.cell.row, hit.cell.last_column + 1) for hit in hits
    )


def _down(sheet: Sheet, hits: list[_Hit], hit_rows: set[int], above: Sheet | None) -> Iterator[Spot]:
    """Values at the right of each label, up to the next label of the row."""
    for number, hit in enumerate(hits):
        end = hits[number + 1].cell.column if number + 1 < len(hits) else sheet.width + 1
        places = [place for place in range(hit.cell.last_column + 1, end) if _starts(sheet, hit.cell.row, place)]
        heads = {place: _head_over(sheet, hit.cell, place, hit_rows, above) for place in places}
        row_units = _unit_column(sheet, hit, heads)
        named = {place: head for place, head in heads.items() if head and head.role not in (Role.UNIT, Role.IGNORED)}
        if not any(head.role is Role.CURRENT for head in named.values()):
            unnamed = [place for place in places if heads[place] is None]
            filled = _filled(sheet, hit.cell.row, unnamed)
            named |= {place: _over(sheet, hit.cell, place, hit_rows) for place in filled}
        general = general_for(table_units(sheet, hit.cell.row), catalogue_unit(BY_KEY[hit.label.key].unit))
        for place, head in named.items():
            units = row_units + hit.label.units + head.units + general
            yield from _spot(hit.label, head, sheet, hit.cell.row, place, units)


def _stacked(sheet: Sheet, hit: _Hit) -> Iterator[Spot]:
    """One label over several rows, each saying at its left what it is: 本期, 上年同期."""
    beside = hit.cell.last_column + 1
    heads = {row: _head([sheet.text(row, beside)]) for row in range(hit.cell.row, hit.cell.last_row + 1)}
    if len(heads) < 2 or not any(head and head.role is Role.CURRENT for head in heads.values()):
        return
    general = general_for(table_units(sheet, hit.cell.row), catalogue_unit(BY_KEY[hit.label.key].unit))
    for row, head in heads.items():
        after = (place for place in range(beside + 1, sheet.width + 1) if sheet.text(row, place))
        place = next((place for place in after if not unit_named(sheet.text(row, place))), None)
        if head is not None and place is not None:
            beside_it = tuple(unit for at in range(beside + 1, place) for unit in header_units(sheet.text(row, at)))
            yield from _spot(hit.label, head, sheet, row, place, beside_it + hit.label.units + head.units + general)


def _starts(sheet: Sheet, row: int, place: int) -> bool:
    """True unless the place is the inside of a merged cell that starts further left."""
    cell = sheet.at(row, place)
    return cell is None or cell.column == place


def _filled(sheet: Sheet, row: int, places: list[int]) -> list[int]:
    """Where a value may stand when no header tells: under 合计 alone if there is one; several that differ are asked.

    A sum over other parks is no figure of this one: its columns are all asked about.
    """
    filled = [place for place in places if sheet.text(row, place)]
    if len(filled) < 2:
        return filled or places[:1]
    above = {place: _text_above(sheet, row, place) for place in filled}
    totals = [place for place, text in above.items() if total_named(text) is not None]
    if any(is_park_name(text) for text in above.values()):
        return [place for place in filled if place not in totals]
    return totals[-1:] or filled


def _text_above(sheet: Sheet, row: int, place: int) -> str:
    """The nearest text above in this column; empty where there is none."""
    for above in range(row - 1, max(0, row - _GROUP_ROWS * 5), -1):
        cell = sheet.at(above, place)
        if cell is not None and not cell.blank and cell.kind is CellKind.TEXT:
            return cell.text
    return ""


def _head_over(sheet: Sheet, label: Cell, place: int, hit_rows: set[int], above: Sheet | None) -> _Head | None:
    """The column's header here or over the table that this one continues; a column of units needs none."""
    head = _column_head(sheet, label, place, hit_rows)
    if head is None and above is not None:
        below = label._replace(row=above.height + 1)
        head = _column_head(above, below, place, {hit.cell.row for hit in _hits(above, set())})
    if head is None and unit_named(sheet.text(label.row, place)):
        return _Head(Role.UNIT)
    return head


def _unit_column(sheet: Sheet, hit: _Hit, heads: dict[int, _Head | None]) -> tuple[Unit, ...]:
    target = catalogue_unit(BY_KEY[hit.label.key].unit)
    return tuple(
        unit
        for place, head in heads.items()
        if head is not None and head.role is Role.UNIT
        for unit in unit_beside(sheet.text(hit.cell.row, place), target)
    )


def _over(sheet: Sheet, label: Cell, place: int, hit_rows: set[int]) -> _Head:
    """A column whose header says nothing but its unit (or nothing) holds this period's figures."""
    above = (sheet.text(row, place) for row in range(label.row - 1, 0, -1) if row not in hit_rows)
    return _Head(Role.CURRENT, units=header_units(next(filter(None, above), "")))


def _column_head(sheet: Sheet, label: Cell, place: int, hit_rows: set[int]) -> _Head | None:
    """The nearest header block above the label that says something about this column."""
    for row in range(label.row - 1, 0, -1):
        if row in hit_rows:
            continue
        if any(_header_cell(sheet, row, other, label) for other in range(label.last_column + 1, sheet.width + 1)):
            texts = [
                cell.text
                for above in range(max(1, row - _HEADER_ROWS + 1), row + 1)
                if above not in hit_rows and (cell := _header_cell(sheet, above, place, label, any_text=True))
            ]
            return _head(texts)
    return None


def _header_cell(sheet: Sheet, row: int, place: int, label: Cell, *, any_text: bool = False) -> Cell | None:
    """A header over this column: not a title that spans the labels too, and naming a role unless any text will do."""
    cell = sheet.at(row, place)
    if cell is None or cell.blank or cell.kind is CellKind.DATE or cell.column <= label.column:
        return None
    return cell if any_text or header_role(cell.text) else None


def _head(texts: list[str]) -> _Head | None:
    """One column's header path, from the top. The nearest part decides; a parent may say it is last year's."""
    roles = [role for text in texts if (role := header_role(text))]
    if not roles:
        return None
    role = roles[-1]
    if Role.PREVIOUS in roles:
        role = {Role.CURRENT: Role.PREVIOUS, Role.SHARE: Role.PREVIOUS_SHARE}.get(role, role)
    units = tuple(unit for text in reversed(texts) for unit in header_units(text))
    return _Head(role, _span(texts), units, any(map(is_cumulative, texts)))


def _span(texts: list[str]) -> Span | None:
    """The period of the nearest part that names one, in the year that it names or a part above it (2024年 / 1—6月)."""
    spans = [span for text in reversed(texts) if (span := header_span(text))]
    if not spans or spans[0].year is not None:
        return spans[0] if spans else None
    return replace(spans[0], year=next((span.year for span in spans if span.year), None))


def _spot(label: Label, head: _Head, sheet: Sheet, row: int, place: int, units: tuple[Unit, ...]) -> Iterator[Spot]:
    """The figure, or under a share column the figure's share; a label may say that it is last year's."""
    shares, head = share_of(), _of_period(head, label.period)
    if head.role in (Role.SHARE, Role.PREVIOUS_SHARE):
        if label.key in shares:
            role = Role.CURRENT if head.role is Role.SHARE else Role.PREVIOUS
            yield Spot(shares[label.key], role, sheet, row, place, (), head.span)
    elif head.role in (Role.CURRENT, Role.PREVIOUS):
        yield Spot(label.key, head.role, sheet, row, place, units, head.span, label.key in shares, head.cumulative)


def _of_period(head: _Head, period: str) -> _Head:
    """What the header says of the column, and the label of the row."""
    role = header_role(period) if period else None
    if role is None or head.role is not Role.CURRENT:
        return head
    return replace(
        head, role=role, span=head.span or header_span(period), cumulative=head.cumulative or is_cumulative(period)
    )


def _across(sheet: Sheet, row: int, hits: list[_Hit], blocked: set[int]) -> Iterator[Spot]:
    """Labels in a header row, values in the row (or rows) beneath."""
    first_place = hits[0].cell.column
    last_header = max(hit.cell.last_row for hit in hits)
    reach = [hit.cell.last_column for hit in hits]
    if _is_sub_header(sheet, last_header + 1, hits):
        last_header += 1
        reach = _reach(sheet, row, last_header, hits)
    while last_header + 1 in blocked and _is_beside(sheet, last_header + 1, hits):
        last_header += 1
    tail = last_header
    while is_header_tail(sheet, tail + 1):
        tail += 1
    rows = list(_value_rows(sheet, tail + 1, hits, blocked))
    heads = _row_heads(sheet, rows, first_place)
    general = table_units(sheet, row)
    for number, row_head in zip(rows, heads, strict=True):
        if row_head is None or row_head.role is Role.IGNORED:
            continue
        for hit, end in zip(hits, reach, strict=True):
            for place in range(hit.cell.column, end + 1):
                head = _cross(_across_head(sheet, row, tail, place, hits), row_head)
                if _starts(sheet, number, place) and head.role is not Role.IGNORED:
                    target = catalogue_unit(BY_KEY[hit.label.key].unit)
                    units = hit.label.units + head.units + general_for(general, target)
                    yield from _spot(hit.label, head, sheet, number, place, units)


def _is_beside(sheet: Sheet, row: int, hits: list[_Hit]) -> bool:
    """A row that says something of other columns alone, such as the lower half of a header."""
    return not any(sheet.text(row, place) for hit in hits for place in range(hit.cell.column, hit.cell.last_column + 1))


def _is_sub_header(sheet: Sheet, row: int, hits: list[_Hit]) -> bool:
    places = range(hits[0].cell.column, hits[-1].cell.last_column + 1)
    cells = [cell for place in places if (cell := sheet.at(row, place)) and not cell.blank and cell.row == row]
    return bool(cells) and all(cell.kind is CellKind.TEXT and header_role(cell.text) for cell in cells)


def _reach(sheet: Sheet, row: int, sub_header: int, hits: list[_Hit]) -> list[int]:
    """The last column each label speaks for: up to the next label, over sub-headers with nothing above them."""
    ends = [hit.cell.column - 1 for hit in hits[1:]] + [sheet.width]
    reach = []
    for hit, end in zip(hits, ends, strict=True):
        last = hit.cell.last_column
        while last < end and not sheet.text(row, last + 1) and sheet.text(sub_header, last + 1):
            last += 1
        reach.append(last)
    return reach


def _value_rows(sheet: Sheet, start: int, hits: list[_Hit], blocked: set[int]) -> Iterator[int]:
    """Rows with something under the labels, until a blank row or the next block."""
    for row in range(start, sheet.height + 1):
        if row in sheet.left_out:
            continue
        if row in blocked or not sheet.row(row):
            return
        if any(sheet.text(row, hit.cell.column) for hit in hits):
            yield row


def _row_heads(sheet: Sheet, rows: list[int], first_place: int) -> list[_Head | None]:
    """Rows that say nothing about themselves are this period's: the 合计 among them, else all (and must agree).

    A sum over other parks is no figure of this one.
    """
    heads = [_row_head(sheet, row, first_place) for row in rows]
    if any(head and head.role is Role.CURRENT for head in heads):
        return heads
    plain = [row for row, head in zip(rows, heads, strict=True) if head is None]
    totals = [row for row in plain if any(total_named(cell.text) for cell in sheet.row(row)[:3])]
    parks = any(is_park_name(cell.text) for row in plain for cell in sheet.row(row)[:3])
    current = [row for row in plain if row not in totals] if parks else totals[-1:] or plain
    return [_Head(Role.CURRENT) if row in current else head for row, head in zip(rows, heads, strict=True)]


def _row_head(sheet: Sheet, row: int, first_place: int) -> _Head | None:
    """What the cells left of the values say about the row: 本期, 上年同期, 同比增长 …"""
    return _head([sheet.text(row, place) for place in range(1, first_place) if _starts(sheet, row, place)])


def _across_head(sheet: Sheet, row: int, last_header: int, place: int, hits: list[_Hit]) -> _Head | None:
    """Headers above the label (a group such as 2025年1—6月) and under it (本期, 上年同期, 占比)."""
    whole = (hits[0].cell.column, hits[-1].cell.last_column)
    texts = []
    for above in range(max(1, row - 1), last_header + 1):
        cell = sheet.at(above, place)
        if cell is None or cell.blank or indicator_label(cell.text) or (cell.column, cell.last_column) == whole:
            continue
        texts.append(cell.text)
    return _head(texts)


def _cross(column: _Head | None, row: _Head) -> _Head:
    """Column and row headers together: either may say last year, or that this is no figure."""
    if column is None:
        return row
    if column.role is Role.CURRENT:
        return _Head(row.role, column.span or row.span, column.units, column.cumulative or row.cumulative)
    return column
