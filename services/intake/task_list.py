"""重点任务 read from a workbook: columns by what they are called, dates as people write deadlines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from policy.findings import Finding
from policy.periods import QUARTERS, Quarter
from policy.terms import HalfYear, Severity, Status
from services.intake.dates import read_date
from services.intake.document import Cell, Document, Sheet
from services.intake.text import shorten, squash

CLAUSE = "三(一)1 建设方案重点任务"
NAME, UNIT, DUE, PROGRESS, DONE = "name", "unit", "due_on", "progress", "done_on"
WORDS = {NAME: "任务", UNIT: "责任单位", DUE: "完成时限", PROGRESS: "进展", DONE: "完成时间"}
NEEDED = (NAME, DUE)
_COLUMNS = {
    NAME: re.compile(r"(?:重点|主要|建设|工作|年度|目标)*任务(?:名称|内容|事项)?|(?:重点)?工作(?:事项|内容)|事项名?"),
    UNIT: re.compile(r"(?:牵头|责任|承办|承担|落实|主责|实施|负责)(?:单位|部门|主体)"),
    DUE: re.compile(
        r"(?:计划|要求|预计|目标|应|拟)?(?:完成|办结)(?:时限|期限|节点)(?:要求)?"
        r"|(?:计划|要求|预计|目标|应|拟)(?:完成|办结)(?:时间|日期)|(?:任务|工作)?时限(?:要求)?|时间(?:节点|要求)|期限"
    ),
    PROGRESS: re.compile(r"(?:工作|任务|最新|目前|当前|本期)?(?:进展|推进|落实)(?:情况)?|完成情况"),
    DONE: re.compile(r"(?:实际)?(?:完成|办结)(?:时间|日期)|销号(?:时间|日期)"),
}
_BY = re.compile(r"(?:之|以)?前(?:完成|办结)?$")
_END_OF = re.compile(r"(.*月)(?:份|底|末)*")
_SPAN = re.compile(r"(\d{4})年?(?:(?:年?[底末内])|全年|第?([一二三四1-4])季度[底末内]?|([上下])半年[底末内]?)?")
_HOW = "请写到年月日或年月，如 2026-06-30、2026年6月底前"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as the workbook says it; `done_on` None while it is not done; `where` is its row."""

    name: str
    unit: str
    due_on: date
    progress: str
    done_on: date | None
    where: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """What was read: all lines, or what is wrong with any of them."""

    lines: tuple[TaskLine, ...]
    problems: tuple[Finding, ...]


def read_tasks(document: Document) -> TaskList:
    """The tasks of every visible sheet that has a header with 任务 and 完成时限."""
    lines: list[TaskLine] = []
    problems: list[Finding] = []
    for sheet in document.sheets:
        header = None if sheet.hidden else _header(sheet)
        if header is not None:
            for line, wrong in _rows(sheet, *header):
                lines += [line] if line else []
                problems += wrong
    problems += _twice(lines)
    if not lines and not problems:
        words = "、".join(WORDS[key] for key in NEEDED)
        problems = [
            _wrong("", f"没有找到重点任务：表头应含{words}（另可有责任单位、进展、完成时间），其下每行一项任务")
        ]
    return TaskList(tuple(lines), tuple(problems))


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The first row that names all needed columns: its number and the column of each."""
    for row in range(1, sheet.height + 1):
        columns: dict[str, int] = {}
        for cell in sheet.row(row):
            key = next((key for key, names in _COLUMNS.items() if names.fullmatch(_bare(cell.text))), None)
            if key:
                columns.setdefault(key, cell.column)
        if DONE in columns and DUE not in columns:
            # With one date only, a plan means by it the day by which a task is to be done.
            columns[DUE] = columns.pop(DONE)
        if all(key in columns for key in NEEDED):
            return row, columns
    return None


def _bare(text: str) -> str:
    return squash(text).split("(")[0].strip(":")


def _rows(sheet: Sheet, header: int, columns: Mapping[str, int]) -> Iterator[tuple[TaskLine | None, list[Finding]]]:
    """Each row that says something of a task. One unit or date in a merged cell holds for all its rows."""
    for row in range(header + 1, sheet.height + 1):
        cells = {key: sheet.at(row, place) for key, place in columns.items()}
        filled = {key for key, cell in cells.items() if cell is not None and not cell.blank}
        if not filled or filled == {UNIT} or _is_header(cells[NAME]):
            continue
        yield _line(sheet, row, cells, {key: sheet.where(row, place) for key, place in columns.items()})


def _is_header(cell: Cell | None) -> bool:
    """A header printed again on the next page."""
    return cell is not None and _COLUMNS[NAME].fullmatch(_bare(cell.text)) is not None


def _line(
    sheet: Sheet, row: int, cells: Mapping[str, Cell | None], where: Mapping[str, str]
) -> tuple[TaskLine | None, list[Finding]]:
    name, problems = _text(cells[NAME]), []
    if not name:
        problems.append(_wrong(where[NAME], "没有写任务名称，请补填，或删去这一行"))
    due, wrong = _due(cells[DUE], sheet.epoch)
    if wrong:
        problems.append(_wrong(where[DUE], f"“{shorten(name) or '任务'}”的完成时限{wrong}"))
    done, wrong = _done(cells.get(DONE), sheet.epoch)
    if wrong:
        problems.append(_wrong(where[DONE], f"“{shorten(name) or '任务'}”的完成时间{wrong}"))
    if problems or due is None:
        return None, problems
    return TaskLine(name, _text(cells.get(UNIT)), due, _text(cells.get(PROGRESS)), done, sheet.row_where(row)), []


def _text(cell: Cell | None) -> str:
    return "" if cell is None or cell.blank else cell.text.strip()


def _due(cell: Cell | None, epoch: date) -> tuple[date | None, str]:
    """A deadline: the last day of what is written, so that 2026年6月底前 is 30 June. None with what is wrong."""
    if cell is None or cell.blank:
        return None, f"空着；{_HOW}"
    text = _BY.sub("", squash(cell.text))
    if span := _SPAN.fullmatch(text):
        return _end(int(span[1]), span[2], span[3]), ""
    if month := _END_OF.fullmatch(text):
        text = month[1]
    plain = cell if text == squash(cell.text) else cell._replace(text=text)
    return _read(plain, epoch, "应写日期")


def _end(year: int, quarter: str | None, half: str | None) -> date:
    if quarter:
        return Quarter(year, int(quarter) if quarter.isdigit() else QUARTERS.index(quarter) + 1).end
    return HalfYear(year, 1 if half == "上" else 2).end


def _done(cell: Cell | None, epoch: date) -> tuple[date | None, str]:
    """The day a task was done; 无 and 未完成 are no day."""
    text = squash(_text(cell))
    if cell is None or text in ("", "无", "未完成", "进行中", "推进中", "-", "/"):
        return None, ""
    return _read(cell, epoch, "应写实际完成的日期，未完成的不填")


def _read(cell: Cell, epoch: date, asked: str) -> tuple[date | None, str]:
    """As the report reader reads dates; a month is its last day; nothing doubtful is taken."""
    parsed = read_date(cell, day_required=False, epoch=epoch)
    if parsed.value is None:
        return None, f"{asked}，收到“{shorten(cell.text)}”；{_HOW}"
    if parsed.status is Status.CONFIRM:
        return None, f"“{shorten(cell.text)}”不能确定（{parsed.message}）；{_HOW}"
    if len(parsed.value) == len("2026-06"):
        following = date.fromisoformat(f"{parsed.value}-28") + timedelta(days=4)
        return following.replace(day=1) - timedelta(days=1), ""
    return date.fromisoformat(parsed.value), ""


def _twice(lines: list[TaskLine]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for line in lines:
        key = squash(line.name)
        if key in seen:
            message = f"任务“{shorten(line.name)}”已在{seen[key]}列出，请只保留一行；内容不同的请写明区别"
            yield _wrong(line.where, message)
        seen.setdefault(key, line.where)


def _wrong(where: str, message: str) -> Finding:
    return Finding("task_unclear", Severity.ERROR, where, message, CLAUSE)
