"""预计数, 快报数 or 年报数: what kind of figures a paper says it states, and which single figures are of another kind.

A paper says so in a line or cell 数据性质 (数据类别, 口径), in its title, over the column of this period or in a note;
a figure in its own cell or label. A paper that says nothing states 快报数.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from policy.findings import Finding
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import FigureKind, Severity
from services.intake.contents import Contents
from services.intake.context import Context
from services.intake.document import Cell, CellKind, Sheet
from services.intake.labels import Role, indicator_label
from services.intake.reading import Reading
from services.intake.text import shorten, squash
from services.intake.wording import kinds_named

UNSTATED = FigureKind.PRELIMINARY
SAY = "请在“数据性质”栏写明预计数、快报数或年报数"

_LABEL = re.compile(r"(?:数据|指标|数字|填报|统计)?(?:性质|口径)|(?:数据|数字|指标)(?:类别|类型|种类)")
_INLINE = re.compile(r"(?:数据|数字|填报)(?:性质|口径|类别|类型|种类):([^,;。]+)")
_KIND = r"预计(?:数|值)?|预估数?|暂估数?|快报数?|(?<!半)年报数?"
_BRACKETED = re.compile(rf"\((?:[^()]*[,、;:])?(?:{_KIND})(?:[,、;][^()]*)?\)")
_BARE = re.compile(_KIND)
_SENTENCE = re.compile(rf"(?:数据|数字|指标|本表|表中|以上|上述|所[列填报])[^,;。]*?(?<!不)(?:为|系|是|按)(?:{_KIND})")
_TITLE_WORDS = re.compile(r"情况|报表|统计表|数据|指标|关于|函|园|快报|年报")
_OTHER_TIME = re.compile(r"同期|上年|去年|计划|打算|目标|下步|下一步|全年预计|[及和、]下半年")
_LOOKS_LIKE_A_KIND = re.compile(r"[数值]$|报|预|初步|正式|最终|审定")
_LONGEST_TITLE = 50
_TITLE_ROWS = 3


@dataclass(slots=True)
class KindsFound:
    """`kind`: the paper's; `own`: that of single indicators whose label says it."""

    kind: FigureKind = UNSTATED
    own: dict[str, FigureKind] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def readings(self, fields: Iterable[Reading]) -> tuple[Reading, ...]:
        """The figures with the kinds their labels say; what a cell says itself comes first."""
        return tuple(
            entry._replace(figure_kind=self.own[entry.key])
            if entry.key in self.own and entry.column == "current" and entry.figure_kind is None
            else entry
            for entry in fields
        )


@dataclass(frozen=True, slots=True)
class _Said:
    kind: FigureKind
    where: str


def find_kinds(contents: Contents, name: str, context: Context) -> KindsFound:
    """Findings figure_kind_unknown, figure_kind_conflict and figure_kind_mismatch."""
    found = KindsFound(own=_by_label(contents))
    said = [*_labelled(contents, found), *_inline(contents), *_titles(contents), *_headers(contents), *_notes(contents)]
    said = said or list(_named_file(name))
    if said:
        found.kind = said[0].kind
        _compare(found, said, context)
    elif context.figure_kind is not None:
        found.kind = context.figure_kind
    return found


def _compare(found: KindsFound, said: list[_Said], context: Context) -> None:
    first = said[0]
    other = next((entry for entry in said if entry.kind is not first.kind), None)
    if other is not None:
        message = (
            f"数据性质前后不一致：{shorten(first.where)}为{first.kind.label}，{shorten(other.where)}为{other.kind.label}；"
            f"已按{first.kind.label}读取，请核对后统一，或说明"
        )
        found.findings.append(Finding("figure_kind_conflict", Severity.CONFIRM, other.where, message, DEFAULT_SOURCE))
    if context.figure_kind not in (None, first.kind) and context.figure_kind is not None:
        message = (
            f"文件写明的是{first.kind.label}，而指定的是{context.figure_kind.label}；"
            f"已按文件读取，请核对文件，或改选数据性质"
        )
        found.findings.append(Finding("figure_kind_mismatch", Severity.CONFIRM, first.where, message, DEFAULT_SOURCE))


def _visible(contents: Contents) -> Iterator[Sheet]:
    return (sheet for sheet in contents.document.sheets if not sheet.hidden)


def _one(text: str) -> FigureKind | None:
    """The kind a text names; None when it names none, or several as a list to choose from does."""
    named = kinds_named(text)
    return next(iter(named)) if len(named) == 1 else None


def _labelled(contents: Contents, found: KindsFound) -> Iterator[_Said]:
    """The cell beside 数据性质; in an export, the cells below."""
    for sheet in _visible(contents):
        for label, value in contents.labelled(sheet, _LABEL):
            below = sheet.at(label.last_row + 1, label.column)
            for cell in (value, below):
                if cell is not None and not cell.blank and (kind := _one(cell.text)):
                    yield _Said(kind, f"{sheet.name}!{cell.address}")
                    break
            else:
                _unknown(found, sheet, label, value)


def _unknown(found: KindsFound, sheet: Sheet, label: Cell, value: Cell | None) -> None:
    if value is None or value.blank or "性质" not in label.text or not _LOOKS_LIKE_A_KIND.search(squash(value.text)):
        return
    message = f"数据性质写的是“{shorten(value.text)}”，不能确定；暂按{UNSTATED.label}读取，{SAY}，或说明"
    where = f"{sheet.name}!{value.address}"
    found.findings.append(Finding("figure_kind_unknown", Severity.CONFIRM, where, message, DEFAULT_SOURCE))


def _texts(contents: Contents) -> Iterator[tuple[str, str]]:
    """Place and text of what is neither a figure, nor its label, nor in a repeated table."""
    figures = {spot.where for spot in contents.spots}
    for number, text in enumerate(paragraph for _, paragraph in contents.document.paragraphs[:60]):
        yield f"正文!P{number + 1}", text
    for sheet in _visible(contents):
        for cell in contents.outside(sheet):
            where = f"{sheet.name}!{cell.address}"
            if cell.kind is CellKind.TEXT and where not in figures and indicator_label(cell.text) is None:
                yield where, cell.text


def _inline(contents: Contents) -> Iterator[_Said]:
    for where, text in _texts(contents):
        match = _INLINE.search(squash(text))
        if match and (kind := _one(match[1])):
            yield _Said(kind, where)


def _titles(contents: Contents) -> Iterator[_Said]:
    """关于报送…预计数据的函; 2025年年报; the first lines of a paper, and the names of its sheets."""
    for where, text in _first_lines(contents):
        folded = squash(text)
        is_title = len(folded) <= _LONGEST_TITLE and "。" not in folded and _TITLE_WORDS.search(folded)
        if is_title and not _OTHER_TIME.search(folded) and (kind := _one(folded)):
            yield _Said(kind, where)


def _first_lines(contents: Contents) -> Iterator[tuple[str, str]]:
    for number, (_, text) in enumerate(contents.document.paragraphs[:2], start=1):
        yield f"正文!P{number}", text
    for sheet in _visible(contents):
        yield sheet.name, sheet.name
        for row in range(1, _TITLE_ROWS + 1):
            if len(cells := sheet.row(row)) == 1:
                yield f"{sheet.name}!{cells[0].address}", cells[0].text


def _headers(contents: Contents) -> Iterator[_Said]:
    """What stands over the column of this period: 本期累计（预计数）."""
    figures = {spot.where for spot in contents.spots}
    for spot in contents.spots:
        if spot.role is not Role.CURRENT:
            continue
        for row in range(spot.row - 1, 0, -1):
            cell = spot.sheet.at(row, spot.place)
            where = spot.sheet.where(row, spot.place)
            if cell is None or cell.kind is not CellKind.TEXT or where in figures or indicator_label(cell.text):
                continue
            if (kind := _marked(cell.text)) is not None:
                yield _Said(kind, f"{spot.sheet.name}!{cell.address}")
                return


def _notes(contents: Contents) -> Iterator[_Said]:
    """注：本表数据为预计数; a heading with （预计数）."""
    for where, text in _texts(contents):
        folded = squash(text)
        for clause in re.split("[。;]", folded):
            if _OTHER_TIME.search(clause):
                continue
            told = _SENTENCE.search(clause) or _BRACKETED.search(clause)
            if told and (kind := _one(clause)):
                yield _Said(kind, where)


def _marked(text: str) -> FigureKind | None:
    """A label or header that says its kind: alone, or in brackets."""
    folded = squash(text)
    told = _BARE.fullmatch(folded) or _BRACKETED.search(folded)
    return _one(told[0]) if told and not _OTHER_TIME.search(folded) else None


def _by_label(contents: Contents) -> dict[str, FigureKind]:
    """网络安全产业收入（预计）: the kind of one indicator."""
    own = {}
    for sheet in _visible(contents):
        for cell in contents.outside(sheet):
            if cell.kind is CellKind.TEXT and "(" in squash(cell.text) and (kind := _marked(cell.text)):
                label = indicator_label(cell.text)
                if label is not None:
                    own[label.key] = kind
    return own


def _named_file(name: str) -> Iterator[_Said]:
    """A file's name is a last hint, and none of a final figure: 年报 stands in many names."""
    kind = _one(squash(name.rpartition(".")[0]))
    if kind is not None and kind is not FigureKind.FINAL:
        yield _Said(kind, "文件名")
