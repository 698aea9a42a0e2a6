"""A marked file: its problems at their cells in colour and words, and for the reader as if nothing had been added."""

from __future__ import annotations

import subprocess
import time
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
import xlsxwriter
from docx.oxml.ns import qn
from lxml import etree
from openpyxl import load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.workbook import Workbook

from policy.terms import Severity, Status
from services.intake import FileReading, read
from services.intake.annotate.copies import copied
from services.intake.annotate.listing import without_listing
from services.intake.annotate.marking import annotated
from services.intake.annotate.problems import BEGIN, COLOURS, SHEET, Problem
from services.intake.document import Cell, CellKind, Document, Sheet
from services.intake.formats.__main__ import PARSERS
from services.intake.formats.refused import FileRefused
from services.intake.reader import interpret
from services.intake.sandbox import annotated_file, open_document
from tests.hostile_files import FILES, Hostile
from tests.papers import REPORT_SAMPLE, SAMPLES
from tests.services.intake import case_files
from tests.services.intake.makers import CONTEXT, LABELS, UNITS, VALUES, roster, saved, word, workbook

REPORTS = SAMPLES / "half-year-reports"
WRONG = REPORTS / "半年报-示例乙园-2025H1-有问题.xlsx"
LETTER = REPORTS / "示例丁园半年函报-2025H1.docx"
EVERY_SAMPLE = [
    path
    for folder in ("half-year-reports", "application-forms", "other-formats")
    for path in sorted((SAMPLES / folder).iterdir())
    if path.suffix != ".json"
]
ABOUT_THE_FILE = "format_disguised"


def problems_of(reading: FileReading) -> list[Problem]:
    """Everything that is said of a file, as its page would list it."""
    found = [Problem(entry.where, entry.severity, entry.severity.label, "", "", entry.message)
             for entry in reading.findings]  # fmt: skip
    return found + [
        Problem(cell.where or "", Severity(str(cell.status)), cell.status.label, cell.key, cell.raw or "", cell.message)
        for cell in reading.readings
        if cell.status is not Status.OK
    ]


def mark(name: str, data: bytes, *more: Problem) -> tuple[str, bytes]:
    """The marked file under the name it is sent again with."""
    kind, file = annotated_file(name, data, [*problems_of(read(name, data, CONTEXT)), *more])
    return f"{name.rpartition('.')[0]}.{kind}", file


def assert_same(again: FileReading, original: FileReading) -> None:
    for part in ("kind", "park", "park_title", "period", "months", "fields", "rows", "totals", "meets_thresholds"):
        assert getattr(again, part) == getattr(original, part), part
    assert said_of(again) == said_of(original)


def said_of(reading: FileReading) -> list[tuple[str, str, str]]:
    """All findings but that a file's name belies its content: the marked file's does not."""
    return [(f.code, f.where, f.message) for f in reading.findings if f.code != ABOUT_THE_FILE]


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def colour(cell: SheetCell) -> str:
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type == "solid" else ""


def note_of(cell: SheetCell) -> str:
    return cell.comment.text if cell.comment else ""


# --- read as the original, in every format ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERY_SAMPLE, ids=lambda path: path.name)
def test_a_marked_sample_reads_as_the_original_however_often_it_is_marked(path: Path) -> None:
    original = read(path.name, path.read_bytes(), CONTEXT)
    once = mark(path.name, path.read_bytes())
    assert_same(read(*once, CONTEXT), original)
    assert_same(read(*mark(*once), CONTEXT), original)


@pytest.mark.parametrize("kind", ["xlsx", "html", "docx", "csv"])
def test_every_worked_case_reads_as_before(kind: str) -> None:
    whole = {"xlsx": case_files.workbook, "html": case_files.page, "docx": case_files.letter}
    files = (
        [whole[kind](case_files.CASES)]
        if kind in whole
        else [case_files.listing(entry, "gb18030") for entry in case_files.CASES]
    )
    for data in files:
        document = PARSERS[kind](data)
        original = interpret(document, "报告", CONTEXT)
        target, marked = annotated(data, document, problems_of(original))
        assert_same(interpret(without_listing(PARSERS[target](marked)), "报告", CONTEXT), original)


def grid(**figures: object) -> list[list[object]]:
    values = VALUES | figures
    return [["示例甲园2025年上半年发展情况统计表"], ["指标", "计量单位", "本期累计"],
            *([LABELS[key], UNITS[key], values[key]] for key in values)]  # fmt: skip


def page(title: str, *tables: list[list[object]]) -> bytes:
    """A web page whose title stands outside its tables."""
    body = "".join(f"<table>{''.join(map(_line, rows))}</table>" for rows in tables)
    return f"<html><body><h1>{title}</h1>{body}</body></html>".encode()


def _line(row: list[object]) -> str:
    return f"<tr>{''.join(f'<td>{written(value)}</td>' for value in row)}</tr>"


def written(value: object) -> str:
    return "" if value is None else str(value)


def in_format(kind: str, **figures: object) -> bytes:
    if kind == "xlsx":
        return workbook({"半年报": grid(**figures), "企业名录": roster()})
    (title,), *rows = grid(**figures)
    if kind == "docx":
        return word(str(title), [[written(value) for value in row] for row in rows], roster())
    if kind == "html":
        return page(str(title), rows, roster())
    return "\n".join(",".join(map(written, row)) for row in [*grid(**figures), [], *roster()]).encode()


def mend(name: str, data: bytes, where: str, value: object) -> bytes:
    """As the officer does: the right value typed over the wrong one, everything else left alone."""
    sheet, _, address = where.rpartition("!")
    if name.endswith(".docx"):
        document = docx.Document(BytesIO(data))
        row, column = (int(part) for part in address.removeprefix("R").split("C"))
        cell = document.tables[int(sheet.removeprefix("表")) - 1].cell(row - 1, column - 1)
        cell.paragraphs[0].runs[0].text = str(value)
        return saved(document)
    book = opened(data)
    book[sheet][address] = value
    return saved(book)


@pytest.mark.parametrize("kind", ["xlsx", "docx", "html", "csv"])
def test_after_mending_a_cell_that_problem_alone_is_gone(kind: str) -> None:
    name, data = f"报告.{kind}", in_format(kind, staff_cyber="约0.45", firms_cyber="４８")
    original = read(name, data, CONTEXT)
    wrong = original.field("staff_cyber")
    assert wrong is not None
    assert wrong.where
    assert (wrong.status, wrong.value) == (Status.CONFIRM, "0.45")
    again, marked = mark(name, data)
    mended = read(again, mend(again, marked, wrong.where, 0.45), CONTEXT)
    right = mended.field("staff_cyber")
    assert right is not None
    assert (right.status, right.value, right.where) == (Status.OK, "0.45", wrong.where)
    assert [entry for entry in mended.readings if entry.key != "staff_cyber"] == [
        entry for entry in original.readings if entry.key != "staff_cyber"
    ]
    assert said_of(mended) == [said for said in said_of(original) if said[1] != wrong.where]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_saved_by_an_office_program_it_still_reads_as_the_original(kind: str, libreoffice: str, tmp_path: Path) -> None:
    name, data = f"报告.{kind}", in_format(kind, staff_cyber="约0.45", area_operating=None)
    again, marked = mark(name, data)
    (tmp_path / again).write_bytes(marked)
    command = [libreoffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
               "--outdir", f"{tmp_path}/saved", f"{tmp_path}/{again}"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    kept = (tmp_path / "saved" / again).read_bytes()
    original = read(name, data, CONTEXT)
    assert_same(read(again, kept, CONTEXT), original)
    sheet, _, address = str(next(cell.where for cell in original.fields if cell.raw == "约0.45")).partition("!")
    cell = opened(kept)[sheet][address]
    assert (colour(cell), BEGIN in note_of(cell)) == (COLOURS[Severity.CONFIRM], True)
    assert_same(read(*mark(again, kept), CONTEXT), original)


# --- what is written -------------------------------------------------------------------------------------------------


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


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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


def test_strict_open_xml_is_marked_or_refused_in_words() -> None:
    data = strict(WRONG.read_bytes())
    assert_same(read(*mark(WRONG.name, data), CONTEXT), read(WRONG.name, data, CONTEXT))
    with pytest.raises(FileRefused, match="严格 Open XML"):
        mark(LETTER.name, strict(LETTER.read_bytes()))


def test_a_sheet_of_that_name_in_the_original_is_read_and_kept() -> None:
    data = workbook({SHEET: grid(), "企业名录": roster()})
    again, marked = mark("报告.xlsx", data)
    assert opened(marked).sheetnames == [SHEET, "企业名录", f"{SHEET}2"]
    assert_same(read(again, marked, CONTEXT), read("报告.xlsx", data, CONTEXT))


def test_a_word_table_is_shaded_and_commented_at_the_cell() -> None:
    problems = [Problem("表1!R2C2", Severity.ERROR, "须更正", "园区业务总收入", "", "请核对单位"),
                Problem("正文!P1", Severity.NOTE, "提示", "", "", "标题"),
                Problem("", Severity.CONFIRM, "核实性审核", "", "", "缺一览表")]  # fmt: skip
    _, marked = annotated_file(LETTER.name, LETTER.read_bytes(), problems)
    document = docx.Document(BytesIO(marked))
    cell = document.tables[0].cell(1, 1)._tc
    assert cell.tcPr.find(qn("w:shd")).get(qn("w:fill")) == COLOURS[Severity.ERROR]
    said = {str(comment.comment_id): comment.text for comment in document.comments}
    inside = [said[node.get(qn("w:id"))] for node in cell.iter(qn("w:commentReference"))]
    assert inside == ["［须更正］园区业务总收入：请核对单位"]
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


# --- hostile files ---------------------------------------------------------------------------------------------------


OPENED = [hostile for hostile in FILES if hostile.code in ("", "not_a_report")]
REFUSED = [hostile for hostile in FILES if hostile not in OPENED][::4]  # the same door as on the way in


@pytest.mark.parametrize("hostile", [*OPENED, *REFUSED], ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_or_marked_within_bounds(hostile: Hostile) -> None:
    data, begun = hostile.make(), time.perf_counter()
    problem = Problem("半年报!C8", Severity.ERROR, "须更正", "", "", "有误")
    try:
        open_document(hostile.name, data)
    except FileRefused:
        with pytest.raises(FileRefused):
            annotated_file(hostile.name, data, [problem])
    else:
        kind, marked = annotated_file(hostile.name, data, [problem])
        assert PARSERS[kind](marked).sheets
    assert time.perf_counter() - begun < 8


def test_the_worker_is_alive_after_them_and_odd_characters_do_no_harm() -> None:
    assert open_document("半年报.xlsx", REPORT_SAMPLE.read_bytes()).format == "xlsx"
    odd = Problem("半年报!C8", Severity.ERROR, "须更正", "\x00\x0b\ud800", "\ufffe", "控制字符\x01")
    _, marked = annotated_file("\ud800.xlsx", REPORT_SAMPLE.read_bytes(), [odd])
    assert "控制字符" in note_of(opened(marked)["半年报"]["C8"])


def test_a_thousand_marked_firms_take_a_moment() -> None:
    data = workbook({"半年报": grid(), "企业名录": roster(1000)})
    many = [Problem(f"企业名录!{letter}{row}", Severity.NOTE, "已规整", "栏", "原文", "已规整的内容")
            for row in range(2, 1002) for letter in "DHIJ"]  # fmt: skip
    begun = time.perf_counter()
    _, marked = annotated_file("报告.xlsx", data, many)
    assert time.perf_counter() - begun < 8
    assert len([row for row in opened(marked)["企业名录"]["D"] if row.comment]) == 1000
