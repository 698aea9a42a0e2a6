"""A problem as it stands in the marked file: at a cell, or in the list of what has none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from policy.terms import Severity
from services.intake.document import Document, Sheet
from services.intake.places import cell_at

SHEET = "问题清单"
HEADINGS = ("序号", "性质", "位置", "项目", "原文", "发现与改法")
SUFFIX = "-标注问题"
AUTHOR = "问题标注"
BEGIN = "【问题标注】"
END = "——标注到此——"
LONGEST = 6000
COLOURS = {Severity.ERROR: "FFC7CE", Severity.CONFIRM: "FFEB9C", Severity.NOTE: "DDEBF7"}
"""RGB; what they mean stands beside them in words."""

WORST_FIRST = (Severity.ERROR, Severity.CONFIRM, Severity.NOTE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """`where` as in findings (半年报!C10, 企业名录!7, 表1!R9C2, 正文!P3; empty for the whole file); `kind` is the
    office's word for it, such as 须更正; `text` says what was found, what was expected and how to mend it."""

    where: str
    severity: Severity
    kind: str
    item: str
    raw: str
    text: str

    @property
    def line(self) -> str:
        return f"［{self.kind}］{self.item}：{self.text}" if self.item else f"［{self.kind}］{self.text}"


def as_data(problems: Iterable[Problem]) -> list[list[str]]:
    """Plain lists, for the way into the parsing process."""
    return [[str(part) for part in astuple(problem)] for problem in problems]


def from_data(data: Iterable[Sequence[str]]) -> list[Problem]:
    return [Problem(where, Severity(severity), *rest) for where, severity, *rest in data]


def written(text: str) -> str:
    """Text that XML can hold."""
    return _NOT_XML.sub("", text)


def note(problems: Iterable[Problem]) -> str:
    """One comment for all that is said of a cell, between marks by which it is found again."""
    lines = "\n".join(problem.line for problem in problems)
    return written(f"{BEGIN}\n{lines[:LONGEST]}\n{END}")


def without_note(text: str) -> str:
    """What else a comment said before and after ours."""
    before, begun, rest = text.partition(BEGIN)
    return (before + rest.partition(END)[2]).strip() if begun else text


def worst(problems: Iterable[Problem]) -> Severity:
    return min((problem.severity for problem in problems), key=WORST_FIRST.index)


Place = tuple[int, int]
"""Row and column from 1."""


def by_cell(document: Document, problems: Iterable[Problem]) -> dict[str, dict[Place, list[Problem]]]:
    """The problems by sheet and cell; one that speaks of a row stands at the row's first filled cell."""
    sheets = {sheet.name: sheet for sheet in document.sheets}
    found: dict[str, dict[Place, list[Problem]]] = {}
    for problem in problems:
        name, row, column = cell_at(problem.where)
        if name in sheets and row:
            place = _anchor(sheets[name], row, column)
            found.setdefault(name, {}).setdefault(place, []).append(problem)
    return found


def _anchor(sheet: Sheet, row: int, column: int) -> Place:
    if not column:
        return row, next((cell.column for cell in sheet.row(row) if cell.row == row), 1)
    cell = sheet.at(row, column)
    return (row, column) if cell is None else (cell.row, cell.column)
