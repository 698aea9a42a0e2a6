"""一企一表 read back: one firm's page, by its labels wherever they stand; a roster of one firm is taken too."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from policy.findings import Finding
from policy.firm_round import FIGURES
from policy.reports.firms import firm_key
from policy.tables import ROSTER, Column, Kind
from policy.terms import HalfYear, Status
from services.intake import classified
from services.intake.cells import read_column
from services.intake.contents import labelled
from services.intake.context import ParkRef
from services.intake.document import Cell, Document, Sheet
from services.intake.formats.refused import FileRefused
from services.intake.labels import column_named
from services.intake.periods import find_stated_span
from services.intake.reading import Reading
from services.intake.rows import read_table
from services.intake.sandbox import open_document
from services.intake.tables import find_tables
from services.intake.templates import stamp as stamps
from services.intake.templates.stamp import Stamp
from services.intake.templates.versions import FIRM_PAGE
from services.intake.text import squash
from services.intake.units import Unit, catalogue_unit, fitting, header_units, unit_named

log = logging.getLogger(__name__)

_PARK = re.compile(r"园区(?:名称)?")
_PERIOD = re.compile(r"(?:统计|报告)期")
_VALUES = re.compile(r"本期填报|填报内容|填写内容|本期(?:累计)?")
_ENOUGH = 4
"""As many of the roster's columns make a page of a list of words."""


@dataclass(frozen=True, slots=True)
class FirmReading:
    """`firm`: whose page it is, as the page was issued, else as it says; `park` and `period`: what a page without
    a stamp says of them. `problem`: why it is no answer; `mark`: the finding when it bears a 密级 mark."""

    file: str
    stamp: Stamp | None = None
    firm: str = ""
    park: str = ""
    period: HalfYear | None = None
    cells: dict[str, Reading] = field(default_factory=dict)
    problem: str = ""
    mark: Finding | None = None

    def misplaced(self, park: ParkRef, period: HalfYear) -> str:
        """Why this page belongs to another park or period; empty when it does not."""
        said = self.stamp.period if self.stamp else self.period
        if self.stamp is not None and self.stamp.park and self.stamp.park != park.code:
            return f"这份表不是为{park.title}发放的，请核对是否放错园区"
        if self.park and squash(self.park) not in (squash(park.title), squash(park.short_name)):
            return f"表中园区名称是“{self.park}”，应为“{park.title}”，请核对是否放错园区"
        if said is not None and said != period:
            return f"这份表是{said.label}的，本次收的是{period.label}，请核对是否放错报告期"
        return ""

    def mistaken(self, listed: Collection[str]) -> str:
        """Why this is not the answer of the firm it was issued to; `listed`: the firms of the round by their keys."""
        typed = self.cells["name"].value if "name" in self.cells else None
        if not typed or firm_key(typed) == firm_key(self.firm) or firm_key(typed) not in listed:
            return ""
        return (
            f"这份表是发给{self.firm}的，企业名称却填了另一家企业{typed}，不知道是哪家的数；"
            f"请用发给{typed}的表填写，或者改回企业名称后上传"
        )


def read_firm_page(name: str, data: bytes, *, released: bool = False) -> FirmReading:
    """Read one file as one firm's page. Never raises on bad content: `problem` says why it is no answer.

    `released`: what looks like a 密级 mark is known to be none.
    """
    if classified.in_name(name) and not released:
        return _marked(name, classified.marked("文件名"))
    try:
        document = open_document(name, data)
    except FileRefused as refusal:
        if not released and classified.in_bytes(data):
            return _marked(name, classified.marked(""))
        return FirmReading(name, problem=refusal.message)
    mark = None if released else classified.find_mark(document)
    if mark is not None:
        return _marked(name, mark)
    try:
        return _interpreted(name, document)
    except Exception:
        log.exception("interpreting %s failed", name)
        return FirmReading(name, problem="文件内容的排列方式超出识别范围，未能读取；请用下发的一企一表填写后上传")


def _marked(name: str, mark: Finding) -> FirmReading:
    return FirmReading(name, problem=mark.message, mark=mark)


def _interpreted(name: str, document: Document) -> FirmReading:
    stamp, document = stamps.taken_off(document)
    if stamp is not None and stamp.template is not FIRM_PAGE:
        other = f"这是{stamp.template.name}模板，不是一企一表；请到“{stamp.template.uploaded_at}”页上传"
        return FirmReading(name, stamp, problem=other)
    found = _cells(document)
    if isinstance(found, str):
        return FirmReading(name, stamp, problem=found)
    if not any((found[column.key].raw or "").strip() for column in FIGURES):
        words = "、".join(column.label.removeprefix("其中：") for column in FIGURES)
        return FirmReading(name, stamp, problem=f"这份表还没有填写（{words}都空着），不作为答复；请填好后上传")
    firm = (stamp.firm if stamp else "") or found["name"].value or ""
    if not firm:
        return FirmReading(name, stamp, problem="没有写企业名称，不知道是哪家企业的表；请填写企业名称后上传")
    return FirmReading(name, stamp, firm.strip(), _park(document), _period(document), found)


def _cells(document: Document) -> dict[str, Reading] | str:
    """The page's cells by column; why there are none."""
    sheets = sorted(document.sheets, key=lambda sheet: sheet.hidden)
    pages = [labels for sheet in sheets if len(labels := _labels(sheet)) >= _ENOUGH]
    if pages:
        return _page(*max(pages, key=len).values())
    rows = [
        row for sheet in sheets for table in find_tables(sheet) if table.table is ROSTER
        for row in read_table(table).rows
    ]  # fmt: skip
    if len(rows) > 1:
        return f"表里有{len(rows)}家企业，应一企一表；多家企业的名录请填入半年报模板上传"
    return rows[0].cells if rows else "没有找到一企一表的内容（企业名称、公司营业总收入等）；请用下发的一企一表填写"


_Labels = dict[str, tuple[Column, Sheet, Cell]]


def _labels(sheet: Sheet) -> _Labels:
    """The roster's columns named one below the other, in the first grid column that names most of them."""
    by_place: dict[int, _Labels] = {}
    for cell in sheet.filled():
        column = column_named(ROSTER, cell.text) if len(cell.text) <= 40 else None
        if column is not None:
            by_place.setdefault(cell.column, {}).setdefault(column.key, (column, sheet, cell))
    return max(by_place.values(), key=len, default={})


def _page(*labels: tuple[Column, Sheet, Cell]) -> dict[str, Reading]:
    sheet, known = labels[0][1], {column.key: cell for column, _, cell in labels}
    heading = _values_at(sheet, min(cell.row for cell in known.values()))
    return {column.key: _read(column, sheet, known.get(column.key), heading) for column in ROSTER.columns}


def _values_at(sheet: Sheet, first: int) -> int | None:
    """The grid column headed 本期填报, above the first label."""
    above = (cell for row in range(first - 1, 0, -1) for cell in sheet.row(row))
    return next((cell.column for cell in above if _VALUES.fullmatch(squash(cell.text))), None)


def _read(column: Column, sheet: Sheet, label: Cell | None, heading: int | None) -> Reading:
    if label is None:
        status = Status.ERROR if column.required else Status.OK
        return Reading(
            column.key, "current", None, None, column.unit, status, None, f"表中没有“{column.label}”一项，请补填"
        )
    place = heading or _beside(sheet, label)
    return read_column(column, sheet, label.row, place, _unit(column, sheet, label, place), needed=column.required)


def _beside(sheet: Sheet, label: Cell) -> int:
    """Without a heading: the next cell, behind a cell that holds nothing but a unit."""
    place = label.last_column + 1
    return place + 1 if unit_named(sheet.text(label.row, place)) else place


def _unit(column: Column, sheet: Sheet, label: Cell, place: int) -> Unit | None:
    """What the label, or a cell between it and the value, states."""
    if column.kind not in (Kind.AMOUNT, Kind.COUNT):
        return None
    between = [sheet.text(label.row, at) for at in range(label.last_column + 1, place)]
    stated = tuple(unit for text in (*between, label.text) for unit in header_units(text))
    return fitting(stated, catalogue_unit(column.unit))


def _said(document: Document, pattern: re.Pattern[str]) -> Iterator[str]:
    for sheet in document.sheets:
        for _, value in labelled(sheet, sheet.labels(), pattern):
            if value is not None and not value.blank:
                yield value.text.strip()


def _park(document: Document) -> str:
    return next(_said(document, _PARK), "")


def _period(document: Document) -> HalfYear | None:
    spans = (find_stated_span(text) for text in _said(document, _PERIOD))
    return next((span.half_year(None) for span in spans if span is not None), None)
