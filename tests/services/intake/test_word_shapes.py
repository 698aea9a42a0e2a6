"""What Word does to a table: tables in tables, pages, tracked changes, fields, hidden text."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from docx import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from policy.figures import plain
from services.intake.reading import FileReading
from tests.services.intake.layouts import BEFORE, KEYS, LABELS, TITLE, UNITS, VALUES, figures, firms
from tests.services.intake.makers import EXPECTED, read_bytes, saved, values, weighty

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
Grid = list[list[Any]]
FIGURES = figures()[1:]
REVENUE = next(number for number, row in enumerate(FIGURES) if row[0] == "网络安全产业收入")


def table(grid: Grid, inside: Any) -> Any:
    made = inside.add_table(rows=len(grid), cols=max(map(len, grid)))
    for row, line in zip(made.rows, grid, strict=True):
        for cell, value in zip(row.cells, line, strict=False):
            cell.text = str(value)
    return made


def report(change: Callable[[Any], None], grid: Grid = FIGURES) -> FileReading:
    """Figures and firms, with something done to the table of figures."""
    document = WordDocument()
    document.add_paragraph(TITLE)
    change(table(grid, document))
    table(firms(), document)
    return read_bytes(saved(document), "报告.docx")


def revenue_cell(of: Any) -> Any:
    return of.cell(REVENUE, 2).paragraphs[0]._p


def tracked_deletion(of: Any) -> None:
    paragraph = revenue_cell(of)
    run = deepcopy(paragraph.find(qn("w:r")))
    run.find(qn("w:t")).text, run.find(qn("w:t")).tag = "9.9", qn("w:delText")
    deleted = OxmlElement("w:del")
    deleted.append(run)
    paragraph.append(deleted)


def tracked_row(of: Any) -> None:
    of.add_row()
    for cell, text in zip(of.rows[-1].cells, ["网络安全产业收入", "亿元", "9.9", "8"], strict=True):
        cell.text = text
    of.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:del"))


def hidden_text(of: Any) -> None:
    of.cell(REVENUE, 2).paragraphs[0].add_run("9").font.hidden = True


def wrapped(tag: str) -> Callable[[Any], None]:
    def wrap(of: Any) -> None:
        paragraph, wrapper = revenue_cell(of), OxmlElement(tag)
        run = paragraph.find(qn("w:r"))
        paragraph.append(wrapper)
        wrapper.append(run)

    return wrap


def field_code(of: Any) -> None:
    paragraph = revenue_cell(of)
    run = deepcopy(paragraph.find(qn("w:r")))
    run.find(qn("w:t")).text, run.find(qn("w:t")).tag = "=SUM(1,2)", qn("w:instrText")
    paragraph.insert(0, run)


def group_cells(of: Any) -> None:
    """The first column says what kind of figures these are, merged over their rows."""
    for first, last, word in ((1, 3, "载体"), (4, 15, "经济")):
        of.cell(first, 0).merge(of.cell(last, 0)).text = word


def content_control(of: Any) -> None:
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(content)
    of._tbl.addprevious(control)
    content.append(of._tbl)


GROUPED: Grid = [["类别", *FIGURES[0]], *(["", *row] for row in FIGURES[1:])]
SHAPES: dict[str, tuple[Callable[[Any], None], Grid]] = {
    "tracked deletion": (tracked_deletion, FIGURES), "tracked deletion of a row": (tracked_row, FIGURES),
    "hidden text": (hidden_text, FIGURES), "hyperlink": (wrapped("w:hyperlink"), FIGURES),
    "tracked insertion": (wrapped("w:ins"), FIGURES), "field": (wrapped("w:fldSimple"), FIGURES),
    "field code": (field_code, FIGURES), "groups merged downwards": (group_cells, GROUPED),
    "a table in a content control": (content_control, FIGURES),
}  # fmt: skip


def clean(reading: FileReading) -> None:
    assert values(reading) == EXPECTED
    assert {key: plain(Decimal(str(value))) for key, value in BEFORE.items()} == values(reading, "previous")
    assert weighty(reading) == []
    assert len(reading.rows["roster"]) == 5
    assert not [entry for entry in reading.readings if entry.status.blocks]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_visible_text_counts_and_counts_once(shape: str) -> None:
    clean(report(*SHAPES[shape]))


def test_tables_inside_one_table_that_is_the_page() -> None:
    document = WordDocument()
    page = document.add_table(rows=2, cols=1)
    page.cell(0, 0).text = TITLE
    table(FIGURES, page.cell(0, 0))
    table(firms(), page.cell(1, 0))
    reading = read_bytes(saved(document), "报告.docx")
    clean(reading)
    entry = reading.field("revenue_cyber")
    assert entry is not None
    assert entry.where == f"表1.1!R{REVENUE + 1}C3"


LAST_YEAR_FIRST: Grid = [["指标", "上年同期", "本期累计"], *([LABELS[key], BEFORE[key], VALUES[key]] for key in KEYS)]


@pytest.mark.parametrize("grid", [FIGURES, LAST_YEAR_FIRST], ids=["this year first", "last year first"])
@pytest.mark.parametrize("between", [(), ("续表",)], ids=["nothing between", "续表"])
def test_figures_that_go_on_without_their_header(grid: Grid, between: tuple[str, ...]) -> None:
    document = WordDocument()
    document.add_paragraph(TITLE)
    table(grid[:8], document)
    for text in between:
        document.add_paragraph(text)
    table(grid[8:], document)
    table(firms(), document)
    clean(read_bytes(saved(document), "报告.docx"))


def test_two_columns_that_no_header_tells_apart_are_a_question() -> None:
    reading = report(lambda _: None, [[LABELS[key], UNITS[key], VALUES[key], BEFORE[key]] for key in KEYS])
    asked = [entry for entry in reading.fields if entry.status == "confirm" and len(entry.candidates) == 2]
    assert len(asked) >= 14


def test_one_column_without_a_header_is_this_period_s() -> None:
    reading = report(lambda _: None, [[LABELS[key], UNITS[key], VALUES[key]] for key in KEYS])
    assert values(reading) == EXPECTED
    assert weighty(reading) == []


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def test_a_table_in_a_text_box_is_read_once() -> None:
    """Word keeps a text box twice, the second time for old programs."""
    document = WordDocument()
    document.add_paragraph(TITLE)
    table(FIGURES, document)
    boxed, paragraph = table(firms(), document)._tbl, document.add_paragraph()
    run, alternative = _element("w:r"), etree.Element(f"{MC}AlternateContent")
    for number, name in enumerate(("Choice", "Fallback")):
        kept, box = etree.Element(f"{MC}{name}"), _element("w:txbxContent")
        box.append(deepcopy(boxed) if number else boxed)
        kept.append(box)
        alternative.append(kept)
    run.append(alternative)
    paragraph._p.append(run)
    reading = read_bytes(saved(document), "报告.docx")
    assert values(reading) == EXPECTED
    assert len(reading.rows["roster"]) == len(firms()) - 1
    assert weighty(reading) == []


def test_tracked_changes_are_told_without_telephone_numbers() -> None:
    def change(made: Any) -> None:
        paragraph = made.cell(REVENUE, 2).paragraphs[0]._p
        old = _element("w:del", id="1", author="某")
        run, text = _element("w:r"), _element("w:delText")
        text.text = "9.9，原联系人13900001234"
        run.append(text)
        old.append(run)
        paragraph.insert(0, old)

    reading = report(change)
    assert values(reading) == EXPECTED
    [told] = [finding.message for finding in reading.findings if finding.code == "parser_remark"]
    assert "删去“9.9，原联系人139****1234”" in told
    assert reading.clean


def test_a_word_comment_with_another_figure_is_asked() -> None:
    document = WordDocument()
    document.add_paragraph(TITLE)
    made = table(FIGURES, document)
    table(firms(), document)
    document.add_comment(made.cell(REVENUE, 2).paragraphs[0].runs, "实际应为4.8亿元", author="某", initials="某")
    document.add_comment(made.cell(REVENUE + 1, 2).paragraphs[0].runs, "按登记口径", author="某", initials="某")
    reading = read_bytes(saved(document), "报告.docx")
    asked = [entry.message for entry in reading.fields if entry.status == "confirm"]
    assert len(asked) == 1
    assert "4.8亿元" in asked[0]
