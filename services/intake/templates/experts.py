"""专家库导入表: an empty workbook, a sheet for the people and one for what binds them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook

from services.intake.expert_list import (
    NEEDED_OF_PEOPLE,
    NEEDED_OF_TIES,
    PEOPLE_WORDS,
    TIE_WORDS,
)
from services.intake.templates.look import Look, a4_sheet

PEOPLE_SHEET, TIES_SHEET = "专家库", "关联关系"
ROWS = 60
HEAD_ROW = 2
PEOPLE_WIDTHS = (11, 10, 30, 16, 22, 15, 26, 12, 12, 20)
TIES_WIDTHS = (20, 40, 14, 14, 40)
PEOPLE_NOTE = (
    "带*的必填。专家编号不填由系统编；已在库的按编号（没有编号的按姓名和工作单位）更新。"
    "多个专业用顿号隔开。日期写作 2026-07-31。"
)
TIES_NOTE = (
    "填写专家除现工作单位以外须回避的单位、企业或园区，如曾任职、任顾问、有合作的；没有的不填。"
    "结束日期不填为仍在持续；结束后的回避年限按规则数值。"
)


def write_experts() -> bytes:
    """The workbook (.xlsx)."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        look = Look(book)
        _sheet(book, look, PEOPLE_SHEET, PEOPLE_NOTE, _marked(PEOPLE_WORDS, NEEDED_OF_PEOPLE), PEOPLE_WIDTHS)
        _sheet(book, look, TIES_SHEET, TIES_NOTE, _marked(TIE_WORDS, NEEDED_OF_TIES), TIES_WIDTHS)
    return output.getvalue()


def _marked(words: dict[str, str], needed: Sequence[str]) -> list[str]:
    return [f"{word}*" if key in needed else word for key, word in words.items()]


def _sheet(book: Workbook, look: Look, name: str, note: str, words: Sequence[str], widths: Sequence[int]) -> None:
    sheet = a4_sheet(book, name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.merge_range(0, 0, 0, len(words) - 1, "", look.wrapped)
    sheet.write_string(0, 0, note, look.wrapped)
    sheet.set_row(0, 34)
    for place, word in enumerate(words):
        sheet.write_string(HEAD_ROW - 1, place, word, look.heading)
        for row in range(HEAD_ROW, HEAD_ROW + ROWS):
            sheet.write_blank(row, place, None, look.text)
    sheet.freeze_panes(HEAD_ROW, 2)
