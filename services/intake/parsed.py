"""What reading one cell's text yields, and how its status only ever gets worse on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from policy.terms import Status
from services.intake.document import NUMBER, TEXT, Cell, CellKind
from services.intake.text import fold

DECLARED_NONE = "无"
LONGEST_VALUE = 300
"""No figure and no date is written in more characters, whatever is said around it."""
SAY_NONE = "如无内容应填“无”"

_ORDER = (Status.OK, Status.NOTE, Status.CONFIRM, Status.ERROR)


class Parsed(NamedTuple):
    """`value` is canonical text, None at error; `share` is the percentage split off the same cell."""

    value: str | None
    status: Status
    message: str = ""
    remark: str | None = None
    candidates: tuple[str, ...] = ()
    share: Parsed | None = None
    placeholder: bool = False


@dataclass(slots=True)
class Trail:
    """Collects what was done to a text; the status is the worst step's."""

    status: Status = Status.OK
    messages: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def note(self, message: str) -> None:
        self._worsen(Status.NOTE, message)

    def confirm(self, message: str) -> None:
        self._worsen(Status.CONFIRM, message)

    def _worsen(self, status: Status, message: str) -> None:
        self.status = max(self.status, status, key=_ORDER.index)
        if message not in self.messages:
            self.messages.append(message)

    def parsed(self, value: str | None, candidates: tuple[str, ...] = (), share: Parsed | None = None) -> Parsed:
        remark = "；".join(self.remarks) or None
        return Parsed(value, self.status, "；".join(self.messages), remark, candidates, share)


def failed(message: str, *, placeholder: bool = False) -> Parsed:
    return Parsed(None, Status.ERROR, message, placeholder=placeholder)


_DASH_ONLY = re.compile(r"[-/\\.·_=…]+")
_OPENING = re.compile(r"\*|示例:|x{2,}$", re.IGNORECASE)
_MARKED = re.compile(r"\*\*|_{3,}|[(-]\*|\*[年月日家%亿万]")


# What nearly every text is: letters, digits or Chinese to begin with, no blank at its end, no sign that marks an
# example, and neither 无 nor 示例：.
_ORDINARY = re.compile(
    r"(?!无|示例[:：]|[xX]{2})[A-Za-z0-9\u4e00-\u9fff]"
    r"(?:[ -)+-^`-~\n（）：，。；、《》\u4e00-\u9fff]*[!-)+-^`-~（）：，。；、《》\u4e00-\u9fff])?"
)


def ordinary(cell: Cell) -> bool:
    """A text that says what stands there, seen at one glance: it is usable, not 无, and without blanks at its ends."""
    text = cell.text
    chinese = text.isalnum() and "一" <= text[0] <= "\u9fff" and text[0] != DECLARED_NONE
    return cell.kind is TEXT and (chinese or _ORDINARY.fullmatch(text) is not None)


def is_none(text: str) -> bool:
    """无, with or without a full stop."""
    return fold(text).strip(" 。.\n\t") == DECLARED_NONE


def unusable(cell: Cell) -> Parsed | None:
    """The failures common to every kind of column: no value in the cell, a dash, a left-over placeholder."""
    if cell.kind is NUMBER:
        return None
    if cell.kind is not TEXT:
        if cell.kind is CellKind.FORMULA:
            return failed("公式没有计算结果，请打开重算后保存")
        if cell.kind is CellKind.ERROR:
            return failed(f"公式结果为错误值{cell.text}，请改正公式或直接填数")
    text = fold(cell.text).strip()
    if not text:
        return failed(f"必填栏空缺，{SAY_NONE}")
    if _DASH_ONLY.fullmatch(text):
        return failed(f"只填了“{cell.text.strip()}”，{SAY_NONE}")
    if is_placeholder(text):
        return failed("样表的示例或占位符没有替换，请填写实际内容", placeholder=True)
    return None


def is_placeholder(text: str) -> bool:
    folded = fold(text).strip()
    marked = ("*" in folded or "_" in folded) and _MARKED.search(folded)
    return bool(marked or _OPENING.match(folded))
