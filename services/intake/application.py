"""The application form (附件 申报表): read by label through merged cells; no box may stay empty (填报说明2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY
from policy.tables import EVENTS, FORM_FACTS, PLATFORMS, ROSTER, TRAINING
from policy.terms import Severity, SubmissionKind
from services.intake.cells import NO_BLANKS, as_reading, blank_field, placeholder_left
from services.intake.contents import Contents
from services.intake.context import Context
from services.intake.dates import read_date
from services.intake.document import Cell, CellKind, Document, Sheet
from services.intake.form_boxes import read_boxes
from services.intake.form_texts import labelled, said_in
from services.intake.headline import Terms, read_headline
from services.intake.identity import other_park
from services.intake.labels import Role
from services.intake.parsed import SAY_NONE, failed, is_none, is_placeholder
from services.intake.reading import FileReading, Reading
from services.intake.roster import listed, mend_roster, read_tables
from services.intake.text import fold, squash
from services.intake.texts import read_text

_COLUMN_WORDS = {"current": "申报当年数据", "previous": "申报当年上一年度数据"}
_AREAS = ("area_planned", "area_built", "area_operating")
FORM_TABLES = (ROSTER, PLATFORMS, TRAINING, EVENTS)

# Facts of the form by key: what its label looks like (blanks and brackets folded).
_COVER = {
    "operator": re.compile(r"申报单位(?:\(运营管理机构\))?[:：]?"),
    "operator_head": re.compile(r"(?:运营管理机构)?主要负责人[:：]?"),
    "filled_on": re.compile(r"填报日期[:：]?"),
}
_BOXES = {
    "title": re.compile(r"拟申报名称[:：]?"),
    "host_park": re.compile(r"主体园区名称[:：]?"),
    "address": re.compile(r"地址[:：]?"),
}
# Boxes that are not facts of their own but must not be empty: filled at the right of the label …
_RIGHT = re.compile(
    r"(机构名称|设立时间|法定代表人|注册资金|注册地址|主要股东|联系人|联系电话|电子邮箱|营业收入\(万元\)|企业人员\(人\))[:：]?"
)
# … or in the box beneath it.
_BENEATH = re.compile(
    r"(其他服务能力状况|园区土地利用情况|园区未来三年规划建设情况|园区配套设施情况|机构运营管理能力介绍"
    r"|当地政府支持网络安全产业发展的有关举措概述|申报单位意见|区县经信部门审核推荐意见)"
)
_SEAL = re.compile(r"\(盖章\)|年|月|日|\s")
_HINT = re.compile(r"\((包括|如|若).*\)|包括但不限于.*等等?。?")


@dataclass(slots=True)
class _Form:
    fields: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def interpret(contents: Contents, name: str, context: Context) -> FileReading:
    form = _Form()
    document = contents.document
    for key, pattern in _COVER.items():
        _cover_fact(document, key, pattern, form)
    for key, pattern in _BOXES.items():
        _box_fact(document, key, pattern, form)
    tables = read_tables(contents, NO_BLANKS)
    roster = tables.rows["roster"]
    sums = listed(roster)

    def near(key: str, column: str) -> tuple[Decimal, ...]:
        """The roster is the previous year's (F13)."""
        return (sums[key],) if column == "previous" and key in sums else ()

    headline = read_headline(contents.spots, Terms(_needed, near, _COLUMN_WORDS, NO_BLANKS))
    previous = {entry.key: entry.number for entry in headline.fields if entry.column == "previous"}
    months, month_findings = _months(contents)
    title = next(entry for entry in form.fields if entry.key == "title")
    park, mismatch = _park(title.value, context)
    return FileReading(
        file=name,
        kind=SubmissionKind.APPLICATION_FORM,
        format=document.format,
        park=park,
        park_title=title.value,
        months=months,
        fields=(*form.fields, *headline.fields, *read_boxes(contents)),
        rows=tables.rows | {"roster": mend_roster(roster, previous.get("revenue_cyber"))},
        totals=tables.totals,
        said=said_in(contents, form.fields),
        findings=(
            *form.findings,
            *mismatch,
            *month_findings,
            *headline.findings,
            *_missing_tables(contents),
            *tables.findings,
            *_empty_boxes(contents),
            *_months_left(contents, months),
            *contents.findings,
        ),
    )


def _park(title: str | None, context: Context) -> tuple[str | None, list[Finding]]:
    """The registered park of this title, none if it is not registered yet; what the caller said must agree."""
    said = context.park_named(context.park) if context.park else None
    if title is None:
        return said.code if said else None, []
    park = next((park for park in context.parks if squash(park.title) == squash(title)), None)
    mismatch = [other_park(title, said)] if said is not None and park != said else []
    return park.code if park else None, mismatch


def _needed(key: str, column: str) -> bool:
    return BY_KEY[key].required and (column == "current" or key not in _AREAS)


def _cover_fact(document: Document, key: str, pattern: re.Pattern[str], form: _Form) -> None:
    """On the cover: label and value in one line, or a label with the value in the next cell."""
    for number, text in document.paragraphs:
        folded = fold(text)
        match = re.match(rf"\s*{_loose(pattern)}", folded)
        if match is not None:
            value = re.sub(r"\(盖章\)", "", folded[match.end() :]).strip(" :：\t")
            _add_fact(key, Cell(0, 0, f"P{number}", CellKind.TEXT, value), f"正文!P{number}", form)
            return
    _box_fact(document, key, pattern, form)


def _loose(pattern: re.Pattern[str]) -> str:
    """The pattern with blanks allowed between its Chinese characters (填  报  日  期)."""
    return re.sub(r"([\u4e00-\u9fff])", r"\1\\s*", pattern.pattern)


def _box_fact(document: Document, key: str, pattern: re.Pattern[str], form: _Form) -> None:
    for sheet, cell in labelled(document, pattern):
        place = cell.last_column + 1
        _add_fact(key, sheet.at(cell.row, place), sheet.where(cell.row, place), form)
        return
    _add_fact(key, None, None, form)


def _add_fact(key: str, cell: Cell | None, where: str | None, form: _Form) -> None:
    """One text (or date) of the form; a blank and a left-over placeholder are errors of the form."""
    what = f"“{FORM_FACTS[key]}”"
    if cell is None or not _SEAL.sub("", fold(cell.text)):
        cell, parsed = None, failed(f"{what}空缺，{SAY_NONE}")
        form.findings.append(blank_field(where or "", what))
    elif is_placeholder(cell.text):
        parsed = failed("样表的占位符没有替换，请填写实际内容")
        form.findings.append(placeholder_left(where or "", what))
    else:
        parsed = read_date(cell, day_required=True) if key == "filled_on" else read_text(cell)
    form.fields.append(as_reading(key, "current", "", parsed, cell, where))


def _months(contents: Contents) -> tuple[int | None, list[Finding]]:
    """The * of 1—*月 in the header of the current year's column."""
    for spot in contents.spots:
        if spot.role is Role.CURRENT and spot.span is not None:
            return spot.span.last, []
    for sheet in contents.document.sheets:
        for cell in sheet.filled():
            if "申报当年数据" in squash(cell.text) and is_placeholder(cell.text):
                return None, [placeholder_left(f"{sheet.name}!{cell.address}", f"“{cell.text.strip()}”的月份")]
    message = "没有读到申报当年数据的月份；表头应写明，如“申报当年数据（1—9月）”"
    return None, [Finding("period_unknown", Severity.ERROR, "", message, NO_BLANKS)]


def _months_left(contents: Contents, months: int | None) -> Iterator[Finding]:
    """The * of 1~*月 over the operator's figures, where that over 表一 was filled in."""
    for sheet in contents.document.sheets if months else ():
        for cell in sheet.filled():
            if "申报当年数据" in squash(cell.text) and is_placeholder(cell.text):
                yield placeholder_left(f"{sheet.name}!{cell.address}", f"“{cell.text.strip()}”的月份")


def _missing_tables(contents: Contents) -> Iterator[Finding]:
    """Each repeated table of the form must be there and hold at least one row or 无."""
    for table in FORM_TABLES:
        found = contents.of(table.key)
        if not any(part.filled for part in found):
            where = found[0].sheet.row_where(found[0].last_header) if found else ""
            yield blank_field(where, f"“{table.label}”")


def _empty_boxes(contents: Contents) -> Iterator[Finding]:
    for sheet, cell in labelled(contents.document, _RIGHT):
        if not contents.in_table(sheet, cell.row):
            for place in _value_places(sheet, cell):
                yield from _box_finding(sheet, cell.row, place, cell.text)
    for sheet, cell in labelled(contents.document, _BENEATH):
        yield from _box_finding(sheet, cell.last_row + 1, cell.column, cell.text)


def _value_places(sheet: Sheet, label: Cell) -> Iterator[int]:
    """The boxes after a label, up to the next label of the row."""
    place = label.last_column + 1
    while place <= sheet.width:
        cell = sheet.at(label.row, place)
        if cell is None or _RIGHT.fullmatch(squash(cell.text)):
            return
        yield place
        place = cell.last_column + 1


def _box_finding(sheet: Sheet, row: int, place: int, label: str) -> list[Finding]:
    cell, where, what = sheet.at(row, place), sheet.where(row, place), f"“{squash(label)}”"
    text = "" if cell is None else fold(cell.text)
    if is_none(text):
        return []
    if not _SEAL.sub("", text):
        return [blank_field(where, what)]
    if is_placeholder(text) or _HINT.fullmatch(squash(text)):
        return [placeholder_left(where, what)]
    return []
