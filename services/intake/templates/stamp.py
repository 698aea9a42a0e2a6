"""Which template a workbook is, for which park and period: written as a line people can read, and read back.

The line survives every program and format; beside it stand the same facts in the file's properties and a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from xlsxwriter.workbook import Workbook

from policy.findings import Finding
from policy.periods import QUARTERS, Quarter
from policy.terms import HalfYear, Severity
from services.intake.context import Context
from services.intake.document import Document
from services.intake.parsed import SAY_NONE
from services.intake.reading import FileReading, Reading
from services.intake.templates import versions
from services.intake.templates.versions import Change, Part, Template, Version
from services.intake.text import squash

LABEL = "模板版本："
HELP_SHEET = "填报说明"
_LINE = re.compile(
    r"(?P<name>\w{2,6}?)模板第(?P<version>\d{1,4})版·(?:园区代码(?P<park>[\w-]+)·)?"
    r"(?P<year>\d{4})年(?:(?P<half>[上下])半年|第(?P<quarter>[一二三四])季度)(?:·企业:(?P<firm>.+))?"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """`park` is a code, empty when the template was made for none; `firm` the name on a one-page workbook."""

    template: Template
    version: int
    park: str
    period: HalfYear | Quarter
    firm: str = ""

    @property
    def line(self) -> str:
        """`半年报模板第2版 · 园区代码JIA · 2026年上半年`."""
        parts = [f"{self.template.name}模板第{self.version}版"]
        parts += [f"园区代码{self.park}"] if self.park else []
        parts += [self.period.label]
        parts += [f"企业：{self.firm}"] if self.firm else []
        return " · ".join(parts)

    def put(self, book: Workbook, place: str) -> None:
        """Into the file's properties, and a name that leads to the line at `place` (半年报!$B$4)."""
        properties = {
            "parkwatch_template": self.template.key,
            "parkwatch_template_version": str(self.version),
            "parkwatch_park": self.park,
            "parkwatch_period": str(self.period),
        } | ({"parkwatch_firm": self.firm[:200]} if self.firm else {})
        for name, value in properties.items():
            book.set_custom_property(name, value, "text")
        book.define_name("模板版本", f"={place}")


def read_line(text: str) -> Stamp | None:
    """The stamp such a line states; None for any other text."""
    match = _LINE.fullmatch(squash(text))
    if match is None:
        return None
    template = next((known for known in versions.templates() if known.name == match["name"]), None)
    if template is None:
        return None
    year, quarter = int(match["year"]), match["quarter"]
    period = Quarter(year, QUARTERS.index(quarter) + 1) if quarter else HalfYear(year, "上下".index(match["half"]) + 1)
    return Stamp(template, int(match["version"]), match["park"] or "", period, match["firm"] or "")


def taken_off(document: Document) -> tuple[Stamp | None, Document]:
    """The stamp, and the document without its line and without our own help sheet: neither says anything reported."""
    sheets = [sheet for sheet in document.sheets if sheet.name != HELP_SHEET]
    stamps: list[Stamp] = []
    for place, sheet in enumerate(sheets):
        found = {cell: stamp for cell in sheet.filled() if "模板" in cell.text and (stamp := read_line(cell.text))}
        if found:
            stamps += found.values()
            sheets[place] = replace(sheet, cells=[cell for cell in sheet.cells if cell not in found])
    if not stamps and len(sheets) == len(document.sheets):
        return None, document
    return stamps[0] if stamps else None, replace(document, sheets=sheets)


def compared(stamp: Stamp | None, reading: FileReading, context: Context) -> FileReading:
    """The reading, with what its template says of it.

    template_mismatch: made for another park or period than the paper names; template_outdated: what later versions
    have changed. A figure the template did not ask for yet says so.
    """
    if stamp is None:
        return reading
    added = _added_since(stamp)
    fields = tuple(
        _not_asked(entry, stamp.version, added[entry.key]) if entry.where is None and entry.key in added else entry
        for entry in reading.fields
    )
    return replace(reading, fields=fields).with_findings(*_mismatch(stamp, reading, context), *_outdated(stamp))


def _not_asked(entry: Reading, version: int, added: Version) -> Reading:
    label = next(difference.label for difference in added.differences if difference.key == entry.key)
    message = f"第{version}版模板没有“{label}”（第{added.number}版新增），请补填；{SAY_NONE}"
    return entry._replace(message=message)


def _mismatch(stamp: Stamp, reading: FileReading, context: Context) -> list[Finding]:
    other_park = bool(stamp.park and reading.park and stamp.park != reading.park)
    other_period = reading.period is not None and stamp.period != reading.period
    if not other_park and not other_period:
        return []
    made_for = context.park_named(stamp.park)
    park = (made_for.title if made_for else "其他园区") if other_park else ""
    period = stamp.period.label if other_period else ""
    message = (
        f"用的是为{park}{period}预填的模板，表中写的是{_named(reading, other_park, other_period)}；"
        f"预填的企业和上期数可能不对，请改用本园区本期的模板，确认无误的请说明"
    )
    return [Finding("template_mismatch", Severity.CONFIRM, "", message, "")]


def _named(reading: FileReading, park: bool, period: bool) -> str:
    named = (reading.park_title or "") if park else ""
    return named + (reading.period.label if period and reading.period else "")


def _outdated(stamp: Stamp) -> list[Finding]:
    later = stamp.template.after(stamp.version)
    if not later:
        return []
    changed = "；".join(version.told for version in later)
    message = f"用的是第{stamp.version}版模板，已照常读取。以后各版的变动：{changed}。下期请下载新模板填报"
    return [Finding("template_outdated", Severity.NOTE, "", message, "")]


def _added_since(stamp: Stamp) -> dict[str, Version]:
    """Figures the paper's template did not ask for yet, each with the version that added it."""
    return {
        difference.key: version
        for version in stamp.template.after(stamp.version)
        for difference in version.differences
        if difference.change is Change.ADDED and difference.part is Part.FIGURES
    }
