"""建设进展 read back: the sections by what they are called, in a table or as headed paragraphs, wherever they stand."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policy.facts import Passage
from policy.findings import Finding
from policy.periods import QUARTERS, Quarter
from policy.progress_report import CLAUSE, SECTIONS, ProgressPeriod, problems
from policy.terms import HalfYear, Severity, Status
from services.intake.contents import labelled
from services.intake.context import ParkRef
from services.intake.document import TEXT, Cell, Document, Sheet
from services.intake.formats.refused import FileRefused
from services.intake.park_names import TITLE
from services.intake.parsed import is_none, unusable
from services.intake.sandbox import open_document
from services.intake.templates import stamp as stamps
from services.intake.templates.stamp import Stamp
from services.intake.templates.versions import PROGRESS
from services.intake.text import fold, squash

log = logging.getLogger(__name__)

_ENOUGH = 3
"""As many sections make a report of what merely speaks of firms or events."""
_NAMES = {
    "investment": r"(?:加强|开展)?招商(?:引资)?",
    "firms": r"(?:培育)?名企名品(?:培育)?|(?:名企|企业)(?:引育|培育)?|(?:培育|引育)(?:名企|企业)",
    "platforms": r"(?:打造|建设)?(?:公共)?(?:服务)?平台(?:打造)?",
    "events": r"(?:举办)?(?:重大|产业)?活动(?:举办)?",
    "ecosystem": r"(?:完善|优化)?(?:产业)?生态(?:营造|完善)?",
    "next_steps": r"下(?:一)?(?:步|期|季度|半年|阶段)(?:主要|重点)?(?:打算|安排|计划|思路)?",
}
_NUMBERING = r"(?:\(?[一二三四五六七八九十\d]{1,2}[)、.])?"
_TAIL = r"(?:建设|工作|推进)?(?:进展|打算|安排|计划)?(?:情况)?"
_LABELS = {key: re.compile(f"{_NUMBERING}(?:{names}){_TAIL}") for key, names in _NAMES.items()}
_HEADINGS = {key: re.compile(rf"{_NUMBERING}(?:{names}){_TAIL}(?:[:。]|$)") for key, names in _NAMES.items()}
_OTHER_HEADING = re.compile(r"[一二三四五六七八九十]{1,2}、.{2,30}")
_COLON = re.compile("[:：。]")
_VALUES = re.compile(r"(?:本期|本季度|本阶段)?(?:工作)?(?:进展|情况|内容)(?:情况)?|填报内容|本期填报")
_PARK = re.compile(r"(?:重点)?园区(?:名称)?")
_PERIOD = re.compile(r"(?:统计|报告|填报)期")
_QUARTER = re.compile(r"(\d{4})年?(?:第?([一二三四1-4])季度|Q([1-4])|(1-3|4-6|7-9|10-12)月)")
_HALF = re.compile(r"(\d{4})年?(?:([上下])半年|H([12])|(1-6)月)")
_MONTHS = ("1-3", "4-6", "7-9", "10-12")


@dataclass(frozen=True, slots=True)
class ProgressReading:
    """`park` and `period`: as the file itself says, empty and None where it does not; `texts` by section;
    `findings`: all that has to be mended before it can be taken."""

    file: str
    stamp: Stamp | None = None
    park: str = ""
    period: ProgressPeriod | None = None
    texts: Mapping[str, Passage] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def content(self) -> dict[str, str]:
        return {section.key: self.texts[section.key].text for section in SECTIONS if section.key in self.texts}

    def misplaced(self, park: ParkRef, period: ProgressPeriod) -> str:
        """Why this report belongs to another park or period; empty when it does not."""
        if self.stamp is not None and self.stamp.park not in ("", park.code):
            return f"这份表是为其他园区预填的，不是{park.title}的；请下载本园区的模板填写"
        if self.park and squash(self.park) not in (squash(park.title), squash(park.short_name)):
            return f"文件写的是“{self.park}”，应为“{park.title}”；请核对是否传错园区"
        if self.period is not None and self.period != period:
            return f"文件写的是{self.period.label}，上传到的是{period.label}；请核对是否传错报告期"
        return ""


def read_progress(name: str, data: bytes) -> ProgressReading:
    """Read one file. Never raises on bad content: `findings` say why it cannot be taken, and how to mend it."""
    try:
        return _interpreted(name, open_document(name, data))
    except FileRefused as refusal:
        return _not_read(name, refusal.code, refusal.message)
    except Exception:
        log.exception("interpreting %s failed", name)
        return _not_read(name, "file_unreadable", "文件内容的排列方式超出识别范围，未能读取；请下载模板填写后上传")


def _not_read(name: str, code: str, message: str, stamp: Stamp | None = None) -> ProgressReading:
    return ProgressReading(name, stamp, findings=(Finding(code, Severity.ERROR, "", message, CLAUSE),))


def _interpreted(name: str, document: Document) -> ProgressReading:
    stamp, document = stamps.taken_off(document)
    if stamp is not None and stamp.template is not PROGRESS:
        other = f"这是{stamp.template.name}模板，不是建设进展；请到“{stamp.template.uploaded_at}”页上传"
        return _not_read(name, "not_a_report", other, stamp)
    read = max(_in_table(document), _in_paragraphs(document), key=len)
    if len(read) < _ENOUGH:
        words = "、".join(section.label for section in SECTIONS)
        return _not_read(name, "not_a_report", f"没有找到建设进展的内容（{words}）；请下载模板填写后上传", stamp)
    texts, faults = {}, []
    for key, cells in read.items():
        texts[key], wrong = _text(key, cells)
        faults += wrong
    period = stamp.period if stamp else _period(document)
    return ProgressReading(name, stamp, _park(document), period, texts, (*faults, *problems(texts)))


_Placed = tuple[str, Cell]
"""A cell and where it stands."""


def _text(key: str, cells: Iterable[_Placed]) -> tuple[Passage, list[Finding]]:
    """A section's text; 无 in whatever spelling is 无. What stands there and says nothing is a fault."""
    filled = [(where, cell) for where, cell in cells if not cell.blank]
    if not filled:
        return Passage(next((where for where, _ in cells), ""), ""), []
    where = filled[0][0]
    for place, cell in filled:
        wrong = unusable(cell)
        if wrong is not None and wrong.status is Status.ERROR:
            label = next(section.label for section in SECTIONS if section.key == key)
            code = "placeholder_left" if wrong.placeholder else "blank_field"
            fault = Finding(code, Severity.ERROR, place, f"“{label}”{wrong.message}", CLAUSE)
            return Passage(place, cell.text), [fault]
    text = "\n".join(cell.text.strip() for _, cell in filled)
    return Passage(where, "无" if is_none(text) else text), []


def _in_table(document: Document) -> dict[str, list[_Placed]]:
    """Of each visible sheet the column with most labels of sections, and what stands beside them."""
    sheets = (sheet for sheet in document.sheets if not sheet.hidden)
    return max((_beside(sheet, labels) for sheet in sheets for labels in _columns(sheet)), key=len, default={})


def _columns(sheet: Sheet) -> Iterator[dict[str, Cell]]:
    """The sections named in each grid column, each where it is named first."""
    by_place: dict[int, dict[str, Cell]] = {}
    for cell, text in sheet.labels():
        for key, pattern in _LABELS.items():
            if pattern.fullmatch(text):
                by_place.setdefault(cell.column, {}).setdefault(key, cell)
    return iter(by_place.values())


def _beside(sheet: Sheet, labels: Mapping[str, Cell]) -> dict[str, list[_Placed]]:
    heading = _values_at(sheet, min(cell.row for cell in labels.values()))
    return {key: list(_values(sheet, label, heading or label.last_column + 1)) for key, label in labels.items()}


def _values(sheet: Sheet, label: Cell, place: int) -> Iterator[_Placed]:
    """A label may stand beside several rows; each merged cell once."""
    last: Cell | None = None
    for row in range(label.row, label.last_row + 1):
        cell = sheet.at(row, place)
        if cell is None or cell is not last:
            yield sheet.where(row, place), cell or Cell(row, place, "", TEXT, "")
        last = cell


def _values_at(sheet: Sheet, first: int) -> int | None:
    """The grid column headed 本期进展, above the first label."""
    above = (cell for row in range(first - 1, 0, -1) for cell in sheet.row(row))
    return next((cell.column for cell in above if _VALUES.fullmatch(squash(cell.text))), None)


def _in_paragraphs(document: Document) -> dict[str, list[_Placed]]:
    """Headed paragraphs: what follows 一、招商引资 until the next heading, and what stands behind it in its line."""
    found: dict[str, list[_Placed]] = {}
    now: list[_Placed] | None = None
    for number, text in document.paragraphs:
        key, rest = _heading(text)
        if key and key not in found:
            now = found[key] = []
        elif _OTHER_HEADING.fullmatch(squash(text)):
            now = None
        if now is not None and rest.strip():
            now.append((f"正文!P{number}", Cell(number, 1, f"P{number}", TEXT, rest)))
        elif now is not None and not now:
            now.append((f"正文!P{number}", Cell(number, 1, f"P{number}", TEXT, "")))
    return found


def _heading(text: str) -> tuple[str, str]:
    """The section a paragraph heads, and the text behind it in the same line; a plain paragraph is all text."""
    line = fold(text).strip()
    for key, pattern in _HEADINGS.items():
        match = pattern.match(line)
        if match and (match.end() == len(line) or line[match.end() - 1] in ":。"):
            return key, "".join(_COLON.split(text, maxsplit=1)[1:])
    return "", text


def _said(document: Document, pattern: re.Pattern[str]) -> Iterator[str]:
    """What stands beside a label."""
    for sheet in document.sheets:
        for _, value in labelled(sheet, sheet.labels(), pattern):
            if value is not None and not value.blank:
                yield value.text.strip()


def _above(document: Document) -> Iterator[str]:
    """Titles and first lines."""
    yield from (text for _, text in document.paragraphs[:6])
    for sheet in document.sheets:
        yield from sheet.before[:6]
        yield from (cell.text for row in (1, 2, 3) for cell in sheet.row(row))


def _park(document: Document) -> str:
    named = next(_said(document, _PARK), "")
    titles = (
        f"国家网络安全产业园区（{match[1]}）" for text in _above(document) if (match := TITLE.search(squash(text)))
    )
    return named or next(titles, "")


def _period(document: Document) -> ProgressPeriod | None:
    texts = (*_said(document, _PERIOD), *_above(document))
    return next((period for text in texts if (period := stated_period(text))), None)


def stated_period(text: str) -> ProgressPeriod | None:
    """2026年第三季度, 2026年三季度, 2026Q3, 2026年7—9月, 2026年上半年, 2026H1; None for any other text."""
    folded = squash(text)
    if match := _QUARTER.search(folded):
        year, word, digit, months = match.groups()
        if months:
            return Quarter(int(year), _MONTHS.index(months) + 1)
        return Quarter(int(year), int(digit) if digit else _ordinal(word))
    if match := _HALF.search(folded):
        year, word, digit, months = match.groups()
        return HalfYear(int(year), 1 if months or word == "上" or digit == "1" else 2)
    return None


def _ordinal(word: str) -> int:
    return int(word) if word.isdigit() else QUARTERS.index(word) + 1
