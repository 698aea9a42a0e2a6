"""The 专家库 read from a workbook: a sheet of people and one of what binds them (关联关系), columns by their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from policy.terms import Status
from services.intake.dates import read_date
from services.intake.document import Cell, CellKind, Document, Sheet
from services.intake.text import shorten, squash

CODE, NAME, EMPLOYER, POST, SPECIALTIES = "code", "name", "employer", "post", "specialties"
PHONE, MAIL, SINCE, UNTIL, NOTE = "phone", "mail", "valid_from", "valid_to", "note"
EXPERT, UNIT, TIE_SINCE, TIE_UNTIL = "expert", "unit", "since", "until"
PEOPLE_WORDS = {
    CODE: "专家编号", NAME: "姓名", EMPLOYER: "工作单位", POST: "职务职称", SPECIALTIES: "专业", PHONE: "电话",
    MAIL: "邮箱", SINCE: "聘期起", UNTIL: "聘期止", NOTE: "备注",
}  # fmt: skip
TIE_WORDS = {
    EXPERT: "专家（编号或姓名）", UNIT: "关联单位或园区", TIE_SINCE: "起始日期", TIE_UNTIL: "结束日期", NOTE: "说明",
}  # fmt: skip
NEEDED_OF_PEOPLE, NEEDED_OF_TIES = (NAME, EMPLOYER, SPECIALTIES), (EXPERT, UNIT)
_PEOPLE = {
    CODE: re.compile(r"(?:专家)?(?:编号|代码)"),
    NAME: re.compile(r"(?:专家)?姓名"),
    EMPLOYER: re.compile(r"(?:现)?(?:工作|所在|任职)?单位(?:名称)?"),
    POST: re.compile(r"职务|职称|职务[/、]?职称"),
    SPECIALTIES: re.compile(r"(?:评审|从事|擅长)?专业(?:领域|方向)?|(?:研究)?领域"),
    PHONE: re.compile(r"(?:联系|移动)?电话|手机号?码?|联系方式"),
    MAIL: re.compile(r"(?:电子)?邮箱|电子邮件"),
    SINCE: re.compile(r"聘期(?:起|开始|自)|聘任日期"),
    UNTIL: re.compile(r"聘期(?:止|结束|至)|有效期止"),
    NOTE: re.compile(r"备注|说明"),
}
_TIES = {
    EXPERT: re.compile(r"专家(?:姓名|编号)?|姓名|编号"),
    UNIT: re.compile(r"关联(?:单位|企业|园区)(?:或园区)?|回避(?:单位|对象)"),
    TIE_SINCE: re.compile(r"(?:起始|开始)(?:日期|时间)|起"),
    TIE_UNTIL: re.compile(r"(?:结束|终止|截止)(?:日期|时间)|止"),
    NOTE: re.compile(r"关系|说明|备注|关联(?:关系|事由)"),
}
_AND = re.compile(r"[、,，;；/\n]+")
_NOBODY = ("", "无", "-", "/", "长期")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its texts by column key, its days, and where each stands."""

    texts: Mapping[str, str]
    days: Mapping[str, date | None]
    places: Mapping[str, str]
    row: str

    def text(self, key: str) -> str:
        return self.texts.get(key, "")

    def day(self, key: str) -> date | None:
        return self.days.get(key)

    def where(self, key: str) -> str:
        return self.places.get(key, self.row)

    @property
    def specialties(self) -> tuple[str, ...]:
        return split(self.text(SPECIALTIES))


@dataclass(frozen=True, slots=True)
class ExpertList:
    """What was read, and what is wrong with it: (where, what is wrong and how to mend it)."""

    people: tuple[Line, ...]
    ties: tuple[Line, ...]
    problems: tuple[tuple[str, str], ...]


def split(text: str) -> tuple[str, ...]:
    """密码、数据安全 -> both, each once."""
    return tuple(dict.fromkeys(part.strip() for part in _AND.split(text) if part.strip()))


def read_experts(document: Document) -> ExpertList:
    """Every visible sheet with a header of either kind; all problems at once, each with its cell."""
    people: list[Line] = []
    ties: list[Line] = []
    problems: list[tuple[str, str]] = []
    for sheet in document.sheets:
        if sheet.hidden:
            continue
        if header := _header(sheet, _PEOPLE, NEEDED_OF_PEOPLE):
            people += _lines(sheet, *header, (SINCE, UNTIL), PEOPLE_WORDS, problems)
        elif header := _header(sheet, _TIES, NEEDED_OF_TIES):
            ties += _lines(sheet, *header, (TIE_SINCE, TIE_UNTIL), TIE_WORDS, problems)
    _require(people, NEEDED_OF_PEOPLE, PEOPLE_WORDS, problems)
    _require(ties, NEEDED_OF_TIES, TIE_WORDS, problems)
    problems += _twice(people)
    if not people and not ties and not problems:
        words = "、".join(PEOPLE_WORDS[key] for key in NEEDED_OF_PEOPLE)
        problems.append(("", f"没有找到专家：表头应含{words}，其下每行一位专家；可先下载导入表"))
    return ExpertList(tuple(people), tuple(ties), tuple(problems))


def _header(
    sheet: Sheet, known: Mapping[str, re.Pattern[str]], needed: tuple[str, ...]
) -> tuple[int, dict[str, int]] | None:
    """The first row that names all needed columns: its number and the column of each."""
    for row in range(1, sheet.height + 1):
        columns: dict[str, int] = {}
        for cell in sheet.row(row):
            said = squash(cell.text).split("(")[0].strip(":*")
            key = next((key for key, names in known.items() if key not in columns and names.fullmatch(said)), None)
            if key:
                columns[key] = cell.column
        if all(key in columns for key in needed):
            return row, columns
    return None


def _lines(
    sheet: Sheet,
    header: int,
    columns: Mapping[str, int],
    dated: tuple[str, ...],
    words: Mapping[str, str],
    problems: list[tuple[str, str]],
) -> Iterator[Line]:
    for row in range(header + 1, sheet.height + 1):
        cells = {key: sheet.at(row, place) for key, place in columns.items()}
        if all(cell is None or cell.blank for cell in cells.values()):
            continue
        places = {key: sheet.where(row, place) for key, place in columns.items()}
        days: dict[str, date | None] = {}
        for key in dated:
            days[key], wrong = _day(cells.get(key), sheet.epoch)
            if wrong:
                problems.append((places[key], f"{words[key]}{wrong}"))
        problems += [
            (places[key], f"{words[key]}是公式或错误值，请改为文字") for key, cell in cells.items() if _unread(cell)
        ]
        texts = {key: _text(cell) for key, cell in cells.items() if key not in dated}
        yield Line(texts, days, places, sheet.row_where(row))


def _unread(cell: Cell | None) -> bool:
    return cell is not None and cell.kind in (CellKind.FORMULA, CellKind.ERROR)


def _text(cell: Cell | None) -> str:
    return "" if cell is None or cell.blank else cell.text.strip()


def _day(cell: Cell | None, epoch: date) -> tuple[date | None, str]:
    """A whole date and no doubt about it, or nothing; None with what is wrong."""
    if cell is None or squash(_text(cell)) in _NOBODY:
        return None, ""
    read = read_date(cell, day_required=True, epoch=epoch)
    if read.value is None or read.status in (Status.CONFIRM, Status.ERROR):
        return None, f"应写作 2026-07-31，收到“{shorten(cell.text)}”"
    return date.fromisoformat(read.value), ""


def _require(
    lines: list[Line], needed: tuple[str, ...], words: Mapping[str, str], problems: list[tuple[str, str]]
) -> None:
    for line in lines:
        problems += [(line.where(key), f"{words[key]}为空，请补填") for key in needed if not line.text(key)]


def _twice(people: list[Line]) -> Iterator[tuple[str, str]]:
    """The same code, or the same name at the same employer, in two rows."""
    for key, told in ((_by_code, "专家编号"), (_by_person, "姓名和工作单位")):
        seen: dict[str, Line] = {}
        for line in people:
            first = seen.setdefault(key(line), line)
            if key(line) and first is not line:
                yield line.row, f"{told}与{first.row}相同，请只保留一行"


def _by_code(line: Line) -> str:
    return squash(line.text(CODE)).upper()


def _by_person(line: Line) -> str:
    return squash(line.text(NAME) + line.text(EMPLOYER))
