"""What is written into a marked file: colours, words, a list; and what stays as it was."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest
import xlsxwriter
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook

from policy.terms import Severity
from services.intake import read
from services.intake.annotate.copies import copied
from services.intake.annotate.problems import BEGIN, COLOURS, SHEET, Problem
from services.intake.document import Cell, CellKind, Document, Sheet
from services.intake.formats.__main__ import PARSERS
from services.intake.formats.refused import FileRefused
from services.intake.sandbox import annotated_file
from tests.hostile_files import with_part
from tests.services.intake.makers import CONTEXT, roster, workbook
from tests.services.intake.marked_files import (
    LETTER,
    WRONG,
    assert_same,
    colour,
    grid,
    in_format,
    mark,
    note_of,
    opened,
    parts,
)


def test_cells_are_coloured_by_weight_and_say_what_to_do() -> None:
    name, marked = mark(WRONG.name, WRONG.read_bytes())
    sheet = opened(marked)["半年报"]
    told = {address: (colour(sheet[address]), note_of(sheet[address])) for address in ("C8", "C10", "C12")}
    for address, severity, words in (
        ("C8", Severity.ERROR, "如无内容应填“无”"),
        ("C10", Severity.CONFIRM, "应为2.9亿元"),
        ("C12", Severity.NOTE, "全角数字转为半角"),
    ):
        assert told[address][0] == COLOURS[severity], address
        assert words in told[address][1], address
    assert "［强制性审核］" in told["C8"][1]
    assert "［须更正］" in told["C8"][1]
    assert (colour(sheet["C7"]), note_of(sheet["C7"])) == ("", "")
    assert name.endswith(".xlsx")


def test_what_has_no_cell_stands_in_the_list_and_formulas_there_are_text() -> None:
    nowhere = Problem("", Severity.ERROR, "强制性审核", "", "=HYPERLINK(1)", "文件中没有园区名称")
    _, marked = mark(WRONG.name, WRONG.read_bytes(), nowhere)
    book = opened(marked)
    assert book.sheetnames[-1] == SHEET
    rows = list(book[SHEET].iter_rows(min_row=4, values_only=True))
    assert ("强制性审核", "全文", "", "=HYPERLINK(1)", "文件中没有园区名称") in [row[1:] for row in rows]
    assert [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    kinds = [str(row[1]) for row in rows]
    assert kinds.index("已规整") > max(place for place, kind in enumerate(kinds) if kind in ("须更正", "待确认"))
    raw = next(row[4] for row in book[SHEET].iter_rows(min_row=4) if row[4].value == "=HYPERLINK(1)")
    assert raw.data_type != "f"


def test_of_a_merged_cell_and_of_a_row_the_first_cell_is_marked() -> None:
    rows = [["甲", None, "丙", None], [None, None, None, None], [None, "一", "二", None]]
    data = workbook({"表": rows}, merges={"表": ["A1:B2", "C1:C2", "D1:D3"]})
    problems = [Problem(f"表!{place}", Severity.ERROR, "须更正", "", "", "有误") for place in ("B2", "D2", "3")]
    _, marked = annotated_file("表.xlsx", data, problems)
    sheet = opened(marked)["表"]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {"A1", "D1", "B3"}


def full_workbook() -> bytes:
    """What a district's own workbook may hold beside its figures."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet("半年报")
        for row, values in enumerate(grid(), 1):
            sheet.write_row(row - 1, 0, values)
        money = book.add_format({"num_format": '0.00"亿元"', "bold": True, "bg_color": "#00FF00", "locked": False})
        sheet.write_formula("C7", "=4.2+1", money, 5.2)
        sheet.write_comment("C7", "区里的批注")
        sheet.write_comment("C8", "别处的批注")
        sheet.data_validation("D3:D20", {"validate": "list", "source": ["是", "否"]})
        sheet.conditional_format("C3:C9", {"type": "cell", "criteria": "<", "value": 0, "format": money})
        sheet.merge_range("E1:G2", "并格")
        sheet.set_column("A:A", 44)
        sheet.set_column("H:H", 20, money)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=半年报!$C$3:$C$6"})
        sheet.insert_chart("J2", chart)
        listed = book.add_worksheet("企业名录")
        for row, cells in enumerate(roster(), 1):
            listed.write_row(row - 1, 0, cells)
        listed.add_table("P1:Q3")
        book.define_name("收入", "=半年报!$C$7")
    return output.getvalue()


def test_all_else_in_the_workbook_stays() -> None:
    data = full_workbook()
    problems = [Problem("半年报!C7", Severity.CONFIRM, "待确认", "收入", "", "请确认"),
                Problem("半年报!H30", Severity.ERROR, "须更正", "", "", "空缺")]  # fmt: skip
    _, marked = annotated_file("报告.xlsx", data, problems)
    before, after = parts(data), parts(marked)
    touched = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
               "xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}  # fmt: skip
    assert {name for name in before if before[name] != after.get(name)} == touched
    sheet, old = opened(marked)["半年报"], opened(data)["半年报"]
    assert sheet["C7"].value == old["C7"].value == "=4.2+1"
    assert load_workbook(BytesIO(marked), data_only=True)["半年报"]["C7"].value == 5.2
    assert (sheet["C7"].number_format, sheet["C7"].font.b) == ('0.00"亿元"', True)
    assert (colour(sheet["C7"]), colour(old["C7"])) == (COLOURS[Severity.CONFIRM], "00FF00")
    assert note_of(sheet["C7"]).startswith(BEGIN)
    assert note_of(sheet["C7"]).endswith("区里的批注")
    assert note_of(sheet["C8"]) == "别处的批注"
    assert (sheet["H30"].protection.locked, sheet["H30"].number_format) == (False, '0.00"亿元"')
    assert len(sheet.data_validations.dataValidation) == 1
    assert [str(area) for area in sheet.merged_cells.ranges] == ["E1:G2"]
    assert list(opened(marked)["企业名录"].tables) == ["Table1"]
    assert sheet.column_dimensions["A"].width == old.column_dimensions["A"].width


def test_the_parts_of_a_sheet_keep_the_order_the_format_asks_for() -> None:
    data = full_workbook()
    _, marked = annotated_file("报告.xlsx", data, [Problem("企业名录!B3", Severity.NOTE, "提示", "", "", "看一眼")])
    tags = [etree.QName(node).localname for node in etree.fromstring(parts(marked)["xl/worksheets/sheet2.xml"])]
    assert tags[-3:] == ["pageMargins", "legacyDrawing", "tableParts"]


def test_marking_again_takes_away_what_is_mended() -> None:
    data = full_workbook()
    first = [Problem("半年报!C7", Severity.CONFIRM, "待确认", "", "", "请确认"),
             Problem("半年报!C9", Severity.ERROR, "须更正", "", "", "有误")]  # fmt: skip
    _, once = annotated_file("报告.xlsx", data, first)
    _, twice = annotated_file("报告.xlsx", once, [Problem("半年报!C9", Severity.NOTE, "提示", "", "", "看一眼")])
    book = opened(twice)
    sheet = book["半年报"]
    assert (colour(sheet["C7"]), note_of(sheet["C7"])) == ("", "区里的批注")
    assert colour(sheet["C9"]) == COLOURS[Severity.NOTE]
    assert note_of(sheet["C9"]).count(BEGIN) == 1
    assert "有误" not in note_of(sheet["C9"])
    assert book.sheetnames == ["半年报", "企业名录", SHEET]
    assert [row[5] for row in book[SHEET].iter_rows(min_row=4, values_only=True)] == ["看一眼"]


def strict(data: bytes) -> bytes:
    """The same file in Strict Open XML, as Office can save it."""
    usual, other = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    spaces = {usual + b"wordprocessingml/2006/": other + b"wordprocessingml/",
              usual + b"spreadsheetml/2006/": other + b"spreadsheetml/",
              usual + b"officeDocument/2006/relationships": other + b"officeDocument/relationships"}  # fmt: skip
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, part in parts(data).items():
            for old, new in spaces.items():
                part = part.replace(old, new)
            archive.writestr(name, part)
    return output.getvalue()


def with_macros(types: bytes) -> bytes:
    """The parts' kinds as a Word document with macros states them."""
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert usual in types
    return types.replace(usual, b"application/vnd.ms-word.document.macroEnabled.main+xml")


def test_unusual_open_xml_is_marked_or_refused_in_words() -> None:
    data = strict(WRONG.read_bytes())
    assert_same(read(*mark(WRONG.name, data), CONTEXT), read(WRONG.name, data, CONTEXT))
    for data in (strict(LETTER.read_bytes()), with_part(LETTER, "[Content_Types].xml", with_macros)):
        with pytest.raises(FileRefused, match="不能加批注"):
            mark(LETTER.name, data)


def test_a_sheet_of_that_name_in_the_original_is_read_and_kept() -> None:
    data = workbook({SHEET: grid(), "企业名录": roster()})
    again, marked = mark("报告.xlsx", data)
    assert opened(marked).sheetnames == [SHEET, "企业名录", f"{SHEET}2"]
    assert_same(read(again, marked, CONTEXT), read("报告.xlsx", data, CONTEXT))


def test_a_word_table_is_shaded_and_commented_at_the_cell() -> None:
    problems = [Problem("表1!R2C2", Severity.ERROR, "须更正", "园区业务总收入", "", "请核对单位"),
                Problem("正文!P1", Severity.NOTE, "提示", "", "", "标题"),
                Problem("", Severity.CONFIRM, "核实性审核", "", "", "缺一览表"),
                Problem("表1!R3", Severity.NOTE, "提示", "", "", "一行")]  # fmt: skip
    _, marked = annotated_file(LETTER.name, LETTER.read_bytes(), problems)
    document = docx.Document(BytesIO(marked))
    cell = document.tables[0].cell(1, 1)._tc
    assert cell.tcPr.find(qn("w:shd")).get(qn("w:fill")) == COLOURS[Severity.ERROR]
    said = {str(comment.comment_id): comment.text for comment in document.comments}
    inside = [said[node.get(qn("w:id"))] for node in cell.iter(qn("w:commentReference"))]
    assert inside == ["［须更正］园区业务总收入：请核对单位"]
    row = document.tables[0].cell(2, 0)._tc
    assert [said[node.get(qn("w:id"))] for node in row.iter(qn("w:commentReference"))] == ["［提示］一行"]
    assert any("缺一览表" in text and text.startswith(SHEET) for text in said.values())
    assert document.paragraphs[0]._p.findall(f".//{qn('w:commentReference')}")
    _, twice = annotated_file(LETTER.name, marked, problems[1:2])
    again = docx.Document(BytesIO(twice))
    assert [comment.text for comment in again.comments] == ["［提示］标题"]
    assert again.tables[0].cell(1, 1)._tc.find(f".//{qn('w:shd')}") is None


# --- copies of other formats -----------------------------------------------------------------------------------------


def test_a_copy_keeps_addresses_merges_hidden_rows_and_sums() -> None:
    cells = [
        Cell(1, 1, "A1", CellKind.TEXT, "=1+1", columns=2),
        Cell(2, 1, "A2", CellKind.NUMBER, "35%"),
        Cell(2, 2, "B2", CellKind.DATE, "2024-06-30"),
        Cell(3, 1, "A3", CellKind.NUMBER, "12345.6", format='0.00"亿元"'),
        Cell(4, 1, "A4", CellKind.NUMBER, "7", formula="of:=SUM([.A2:.A3])"),
        Cell(4, 2, "B4", CellKind.NUMBER, "8", formula='of:=WEBSERVICE("http://example.org")'),
        Cell(5, 1, "A5", CellKind.ERROR, "#N/A"),
    ]
    document = Document("ods", [Sheet("表:一", cells, hidden_rows=(3,)), Sheet("藏", cells[1:2], hidden=True)])
    data, names = copied(document)
    assert names == {"表:一": "表-一", "藏": "藏"}
    sheet = PARSERS["xlsx"](data).sheets[0]
    told = [(cell.address, cell.kind, cell.text, cell.columns, cell.formula) for cell in sheet.cells]
    kept = [
        (c.address, c.kind, c.text, c.columns, {"A4": "SUM(A2:A3)", "A5": "#N/A"}.get(c.address, "")) for c in cells
    ]
    assert sorted(told) == sorted(kept)
    assert sheet.hidden_rows == (3,)
    assert [sheet.hidden for sheet in PARSERS["xlsx"](data).sheets] == [False, True]


def test_a_web_page_keeps_its_text_outside_tables_on_a_sheet_of_its_own() -> None:
    data = in_format("html", staff_cyber="约0.45")
    where = Problem("正文!P1", Severity.CONFIRM, "核实性审核", "", "", "请核对标题")
    name, marked = mark("报告.html", data, where)
    sheet = opened(marked)["正文"]
    assert (sheet["A1"].value, colour(sheet["A1"])) == ("示例甲园2025年上半年发展情况统计表", COLOURS[Severity.CONFIRM])
    assert read(name, marked, CONTEXT).park == CONTEXT.parks[0].code
