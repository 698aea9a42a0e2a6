"""密级 marks: recognised where they are set, not in running text; such a file is neither read nor kept."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from openpyxl import load_workbook

from tests.papers import REPORT_SAMPLE
from tests.services.intake.makers import Context, changed, codes, read_bytes, saved, word, workbook


def marked_page(text: str) -> bytes:
    return word(text, "关于示例甲园发展情况的函", [["指标", "本期累计"], ["网络安全产业收入", "5.2"]])


@pytest.mark.parametrize(
    "text",
    [
        "秘密★",
        "机密★1年",
        "绝密★启用前",
        "秘 密 ★ 10年",
        "机密☆长期",
        "密级：秘密",
        "秘密",
        "机密10年",
        "000001 机密★5年",
    ],
)
def test_a_mark_at_the_head_of_a_page(text: str) -> None:
    reading = read_bytes(marked_page(text), "函.docx")
    assert (codes(reading, "error"), reading.fields, reading.rows, reading.kind) == (["classified_mark"], (), {}, None)
    assert "误报" in reading.findings[0].message


@pytest.mark.parametrize(
    "text", ["商业秘密保护", "国家秘密载体印制资质", "密级：非密", "机密计算产业园", "本件不涉及秘密", "秘密花园路1号"]
)
def test_words_that_are_no_mark(text: str) -> None:
    assert "classified_mark" not in codes(read_bytes(marked_page(text), "函.docx"))


def test_a_mark_in_a_cell_in_a_header_and_in_a_printed_header() -> None:
    assert codes(read_bytes(changed(("企业名录", "M30", "机密★")))) == ["classified_mark"]
    document = docx.Document(BytesIO(marked_page("函")))
    document.sections[0].header.paragraphs[0].text = "秘密★3年"
    assert codes(read_bytes(saved(document), "函.docx")) == ["classified_mark"]
    book = load_workbook(REPORT_SAMPLE)
    book.worksheets[0].oddHeader.right.text = "机密"
    assert codes(read_bytes(saved(book))) == ["classified_mark"]


def test_a_mark_in_a_file_no_parser_opens() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")
    assert codes(read_bytes(data + "机密★".encode("utf-16-le"), "函.doc")) == ["classified_mark"]


def test_a_released_file_is_read() -> None:
    data = changed(("企业名录", "M30", "机密★"))
    assert "classified_mark" not in codes(read_bytes(data, context=Context(released=True)))


def test_a_plain_report_has_no_mark() -> None:
    assert codes(read_bytes(workbook({"表": [["秘密通信设备", 1]]}))) == ["not_a_report"]
