"""Texts of an application form that its checks look into: headings, opinions, land use, what the operator says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policy.facts import Passage
from policy.reports.forms import HEADING
from policy.tables import ROSTER
from services.intake.contents import Contents
from services.intake.document import Cell, Document, Sheet
from services.intake.labels import indicator_label
from services.intake.parsed import is_none, is_placeholder
from services.intake.reading import Reading
from services.intake.text import squash

_BENEATH = {
    "land_use": re.compile(r"园区土地利用情况"),
    "applicant_opinion": re.compile(r"申报单位意见"),
    "department_opinion": re.compile(r"区县经信部门审核推荐意见"),
}
_RIGHT = {
    "operator_capital": re.compile(r"注册资金[:：]?"),
    "operator_address": re.compile(r"注册地址[:：]?"),
    "operator_shareholders": re.compile(r"主要股东[:：]?"),
    "operator_phone": re.compile(r"联系电话[:：]?"),
    "operator_mail": re.compile(r"电子邮箱[:：]?"),
}
_TWO_YEARS = {
    "operator_revenue": re.compile(r"营业收入\(万元\)[:：]?"),
    "operator_staff": re.compile(r"企业人员\(人\)[:：]?"),
}
_HEADS = re.compile(r"(?:当年|本年|上一?年|前一年).*数据|数据.*(?:当年|本年|上一?年|前一年)")
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_THIS_YEAR = re.compile(r"申报当年|(?:当年|本年).{0,4}数据")
_LONGEST = 60


def labelled(document: Document, pattern: re.Pattern[str]) -> Iterator[tuple[Sheet, Cell]]:
    """The labels of that name, wherever they stand."""
    for sheet in document.sheets:
        for cell in sheet.filled():
            if len(cell.text) < 40 and pattern.fullmatch(squash(cell.text)):
                yield sheet, cell


def said_in(contents: Contents, facts: Iterable[Reading]) -> dict[str, Passage]:
    """The passages by what they are (see `policy.facts.ReportFacts`); `facts` are the form's title, address …"""
    known = {entry.key: entry for entry in facts if entry.value is not None}
    said = {
        key: Passage(known[name].where or "", known[name].value or "")
        for key, name in (("title", "title"), ("park_address", "address"))
        if name in known
    }
    for found in contents.of(ROSTER.key)[:1]:
        if "revenue" in found.paths:
            where = found.sheet.where(found.first_row, found.columns["revenue"])
            said["roster_heading"] = Passage(where, "".join(found.paths["revenue"][:-1]))
    for key, pattern in _BENEATH.items():
        for sheet, label in labelled(contents.document, pattern):
            said |= _box(key, sheet, label.last_row + 1, label.column)
    for key, pattern in _RIGHT.items():
        for sheet, label in _outside(contents, pattern):
            said |= _box(key, sheet, label.row, label.last_column + 1)
    for key, pattern in _TWO_YEARS.items():
        for sheet, label in _outside(contents, pattern):
            said |= _two_years(key, sheet, label)
    return said | _headings(contents)


def _outside(contents: Contents, pattern: re.Pattern[str]) -> Iterator[tuple[Sheet, Cell]]:
    """Labels that are no header of a repeated table (联系电话 is one there)."""
    found = labelled(contents.document, pattern)
    return ((sheet, label) for sheet, label in found if not contents.in_table(sheet, label.row))


def _box(key: str, sheet: Sheet, row: int, place: int) -> dict[str, Passage]:
    """What stands in the box, unless it is nothing, 无 or the form's own hint."""
    box = sheet.at(row, place)
    if box is None or box.blank or is_none(box.text) or is_placeholder(box.text) or squash(box.text).startswith("(若"):
        return {}
    return {key: Passage(sheet.where(box.row, box.column), box.text)}


def _two_years(key: str, sheet: Sheet, label: Cell) -> dict[str, Passage]:
    """The two boxes at the right of the label: this year's and that of the year before; and the heading over them."""
    said: dict[str, Passage] = {}
    place = label.last_column + 1
    for column in ("current", "previous"):
        box = sheet.at(label.row, place)
        if box is None:
            break
        said |= _box(f"{key}_{column}", sheet, label.row, place)
        head = sheet.at(label.row - 1, place)
        if head is not None and key == "operator_revenue":  # the header stands right over the first of its rows
            passage = Passage(sheet.where(head.row, head.column), head.text)
            said |= {"operator_heading": passage} if _THIS_YEAR.search(squash(head.text)) else {}
            said |= {f"{HEADING}_{passage.where}": passage} if _YEAR.search(squash(head.text)) else {}
        place = box.last_column + 1
    return said


def _headings(contents: Contents) -> dict[str, Passage]:
    """The heading over this year's column of 表一, and every heading or label that names a year."""
    said: dict[str, Passage] = {}
    over = {(spot.sheet.name, spot.place): spot.row for spot in contents.spots}
    for sheet in contents.document.sheets:
        for cell in sheet.filled():
            text = squash(cell.text)
            if len(text) > _LONGEST or contents.in_table(sheet, cell.row):
                continue
            places = range(cell.column, cell.last_column + 1)
            heads = any(over.get((sheet.name, place), 0) > cell.row for place in places)
            if heads and _THIS_YEAR.search(text):
                said.setdefault("figures_heading", Passage(sheet.where(cell.row, cell.column), cell.text))
            if _YEAR.search(text) and (heads or _HEADS.search(text) or indicator_label(cell.text)):
                where = sheet.where(cell.row, cell.column)
                said[f"{HEADING}_{where}"] = Passage(where, cell.text)
    return said
