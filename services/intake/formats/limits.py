"""How large a report may be. Far beyond any real one, far below what exhausts the machine."""

from __future__ import annotations

import resource
import signal

from services.intake.document import Document
from services.intake.formats.refused import unsafe

MAX_FILE = 30 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 500
MAX_CELLS = 400_000
MAX_SHEETS = 300
MAX_CHARACTERS = 500_000
MAX_TEXT = 32_767
"""Characters in one cell, as many as Excel itself takes; a paragraph may have as many."""
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 40


def limit_process() -> None:
    """Bind this process to the memory and processor time one file may cost; forbid it to write files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.alarm(WALL_SECONDS)


def check_extent(sheet: str, height: int, width: int) -> None:
    """Raises FileRefused when the used area is far larger than a report."""
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise unsafe(
            f"工作表“{sheet}”的使用区域有{height}行{width}列，远超正常报表"
            f"（上限{MAX_ROWS}行、{MAX_COLUMNS}列）；请删去表外的多余内容后重新保存"
        )


def check_sheets(count: int) -> None:
    """Raises FileRefused when there are more worksheets, or tables of a document, than any report has."""
    if count > MAX_SHEETS:
        raise unsafe(f"文件有{count}张表，远超正常报表（上限{MAX_SHEETS}张）；请只留报表本身后重新保存")


def check_amount(document: Document) -> None:
    """Raises FileRefused when all sheets or paragraphs together are far more than a report, merged cells as wide as
    they are: each may be small, and reading them still takes too long."""
    check_sheets(len(document.sheets))
    places = sum(cell.rows * cell.columns for sheet in document.sheets for cell in sheet.cells)
    if places > MAX_CELLS:
        raise unsafe(f"文件共有{places}个单元格，远超正常报表（上限{MAX_CELLS}个）；请删去表外的多余内容后重新保存")
    characters = sum(len(text) for _, text in document.paragraphs)
    if characters > MAX_CHARACTERS:
        raise unsafe(f"正文有{characters}个字符，远超正常公文（上限{MAX_CHARACTERS}个）；请删去多余内容后重新保存")


def check_texts(document: Document) -> None:
    """Raises FileRefused when one cell or paragraph is longer than any office program allows."""
    long = [(f"“{sheet.name}”{cell.address}", cell.text) for sheet in document.sheets for cell in sheet.cells
            if len(cell.text) > MAX_TEXT]  # fmt: skip
    long += [(f"第{number}段", text) for number, text in document.paragraphs if len(text) > MAX_TEXT]
    for where, text in long:
        raise unsafe(f"{where}有{len(text)}个字符，超过一格能容纳的{MAX_TEXT}个；请删去多余内容后重新保存")
