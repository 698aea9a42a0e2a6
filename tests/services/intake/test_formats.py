"""Formats told by content, and files that cannot or may not be read: one clear reason each."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib

import pytest

from policy.terms import Severity
from services.intake import sandbox
from services.intake.formats import limits
from tests.papers import REPORT_SAMPLE, SAMPLES
from tests.services.intake.makers import EXPECTED, LABELS, VALUES, read_bytes, roster, values, weighty, word, workbook

OTHER_FORMATS = SAMPLES / "other-formats"
LETTER = SAMPLES / "half-year-reports" / "示例丁园半年函报-2025H1.docx"


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_the_same_report_saved_by_an_office_program(suffix: str) -> None:
    """The clean sample, saved as by LibreOffice: same values, same rows, same places."""
    reading = read_bytes((OTHER_FORMATS / f"半年报-示例甲园-2025H1.{suffix}").read_bytes(), f"报告.{suffix}")
    original = read_bytes(REPORT_SAMPLE.read_bytes())
    assert reading.format == suffix
    assert reading.clean
    told = [(entry.key, entry.value, entry.status, entry.where) for entry in reading.readings]
    assert told == [(entry.key, entry.value, entry.status, entry.where) for entry in original.readings]
    assert reading.totals["cyber"].value == original.totals["cyber"].value


def test_the_name_decides_nothing() -> None:
    assert read_bytes(REPORT_SAMPLE.read_bytes(), "报告.docx").format == "xlsx"
    assert read_bytes(LETTER.read_bytes(), "报告.xls").format == "docx"


def refused(data: bytes, name: str = "报告.xlsx") -> tuple[str, str]:
    """Code and message of the one finding a file that cannot be read yields."""
    reading = read_bytes(data, name)
    assert (reading.kind, reading.fields, reading.rows) == (None, (), {})
    assert [finding.severity for finding in reading.findings] == [Severity.ERROR]
    return reading.findings[0].code, reading.findings[0].message


def test_a_workbook_under_the_name_of_a_wps_table_is_read_by_its_content() -> None:
    for suffix in ("xls", "ods"):
        data = (OTHER_FORMATS / f"半年报-示例甲园-2025H1.{suffix}").read_bytes()
        reading = read_bytes(data, "报告.et")
        assert reading.format == suffix
        assert [finding.code for finding in reading.findings] == ["format_disguised"]


def test_a_table_of_wps_itself_is_refused() -> None:
    data = (OTHER_FORMATS / "半年报-示例甲园-2025H1.xls").read_bytes() + "ETExtData".encode("utf-16-le")
    assert "WPS 表格" in refused(data, "报告.et")[1]


def test_a_scan_pasted_into_a_document_is_told() -> None:
    picture = b"\x89PNG\r\n\x1a\n"
    empty = zipfile.ZipFile(io.BytesIO(word()))
    parts = {name: empty.read(name) for name in empty.namelist()}
    assert (
        "只有图片" in read_bytes(zipped(**parts, **{"word/media/image1.png": picture}), "a.docx").findings[-1].message
    )
    parts = {name: zipfile.ZipFile(REPORT_SAMPLE).read(name) for name in zipfile.ZipFile(REPORT_SAMPLE).namelist()}
    more = {"xl/media/image1.png": picture, "xl/embeddings/oleObject1.bin": b"x"}
    reading = read_bytes(zipped(**parts, **more), "a.xlsx")
    told = [finding.message for finding in reading.findings if finding.code == "parser_remark"]
    assert ["1张图片" in told[0], "1个其他文件" in told[1], reading.clean] == [True, True, True]


def zipped(**parts: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return output.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("data", "name", "code", "told"),
    [
        (b"", "报告.xlsx", "file_unreadable", "空"),
        (b"\xef\xbb\xbf \r\n", "报告.csv", "file_unreadable", "空"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "报告.xlsx", "format_unsupported", "不要上传照片或截图"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "报告.docx", "format_unsupported", "图片"),
        (b"%PDF-1.7\n", "报告.pdf", "format_unsupported", "PDF"),
        (b"\r\nX-Junk: 1\r\n\r\n%PDF-1.4\n\x00\x01", "报告.pdf", "format_unsupported", "PDF"),
        (b"Rar!\x1a\x07", "报告.rar", "format_unsupported", "请解压后"),
        (zipped(**{"报告.xlsx": b"x"}), "报告.zip", "format_unsupported", "压缩包"),
        (zipped(**{"OFD.xml": b"x"}), "报告.ofd", "format_unsupported", "OFD"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"x"}), "a.odt",
         "format_unsupported", "OpenDocument"),
        (OLE + "WordDocument".encode("utf-16-le"), "报告.doc", "format_unsupported", "另存为"),
        (OLE + "Workbook".encode("utf-16-le"), "报告.et", "format_unsupported", "WPS 表格"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "报告.xlsx", "format_unsupported", "密码"),
        (OLE + "Workbook".encode("utf-16-le"), "报告.xls", "file_unreadable", "损坏"),
        (bytes(range(256)) * 8, "报告.dat", "format_unsupported", "不认识"),
        (REPORT_SAMPLE.read_bytes()[:7000], "报告.xlsx", "file_unreadable", "不完整"),
        (LETTER.read_bytes()[:9000], "报告.docx", "file_unreadable", "不完整"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_in_one_finding(data: bytes, name: str, code: str, told: str) -> None:
    found, message = refused(data, name)
    assert found == code
    assert told in message


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_a_file_with_a_password_is_told_so(suffix: str) -> None:
    locked = (OTHER_FORMATS / f"locked.{suffix}").read_bytes()
    code, message = refused(locked, f"报告.{suffix}")
    assert (code, message) == ("format_unsupported", "文件设有密码，无法读取；请取消密码后重新上传")


@pytest.mark.parametrize("part", [0.05, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_a_file_cut_short_is_told_so_wherever_it_was_cut(suffix: str, part: float) -> None:
    whole = (OTHER_FORMATS / f"半年报-示例甲园-2025H1.{suffix}").read_bytes()
    code, message = refused(whole[: int(len(whole) * part)], f"报告.{suffix}")
    assert (code, "不完整" in message) == ("file_unreadable", True)


def test_a_page_that_breaks_off_in_a_table_is_told_so() -> None:
    page = "<html><table><tr><td>园区名称</td><td>示例甲园</td></tr></table><table><tr><td>企业名称</td>"
    code, message = refused(page.encode(), "报告.xls")
    assert (code, "不完整" in message) == ("file_unreadable", True)


@pytest.mark.parametrize(
    "data",
    [
        word("会议通知", "各单位：", [["时间", "地点"], ["周一", "会议室"]]),
        workbook({"通讯录": [["姓名", "电话"], ["示例甲", "023-60000000"]]}),
        "你好，世界".encode(),
        b"<html><body><p>hello</p></body></html>",
    ],
)
def test_what_is_no_report_says_what_was_found_and_expected(data: bytes) -> None:
    reading = read_bytes(data)
    assert (reading.kind, [finding.code for finding in reading.findings if finding.severity == "error"]) == (
        None, ["not_a_report"],
    )  # fmt: skip
    assert "应有" in reading.findings[-1].message


def test_damage_inside_a_part_is_found() -> None:
    """A package whose directory is whole but whose sheet is not."""
    source = zipfile.ZipFile(REPORT_SAMPLE)
    parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:900]
    assert refused(zipped(**parts))[0] == "file_unreadable"


# --- files built to harm --------------------------------------------------------------------------------------


def test_a_package_that_unpacks_to_far_more_than_it_should() -> None:
    code, message = refused(zipped(**{"xl/workbook.xml": b"<x/>", "xl/sheet.xml": bytes(60 * 1024 * 1024)}))
    assert code == "file_unsafe"
    assert "MB" in message


def test_a_package_with_two_parts_of_one_name() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", b"<y/>")
    assert refused(output.getvalue())[0] == "file_unsafe"


def test_a_package_of_very_many_parts() -> None:
    assert refused(zipped(**{f"xl/{number}.xml": b"" for number in range(3000)}))[0] == "file_unsafe"


def test_a_cell_in_the_farthest_corner() -> None:
    source = zipfile.ZipFile(REPORT_SAMPLE)
    parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", row)
    code, message = refused(zipped(**parts))
    assert code == "file_unsafe"
    assert "16384列" in message


def test_a_size_that_lies_is_bounded_by_the_memory_of_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory declares a few bytes; what comes out is stopped, and this process lives."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(400 * 1024 * 1024)) + body.flush()
    name = b"xl/workbook.xml"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0) + name + packed
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + len(name), len(local), 0)
    assert refused(local + entry + name + end)[0] in ("file_unsafe", "file_unreadable")


def test_a_file_beyond_the_limit_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_FILE", 1000)
    assert refused(REPORT_SAMPLE.read_bytes())[0] == "file_unsafe"


def test_a_parser_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.001)
    code, message = refused(REPORT_SAMPLE.read_bytes())
    assert code == "file_unsafe"
    assert "用时过长" in message


def test_a_parser_that_dies_leaves_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_SERVER", sandbox._Server())
    monkeypatch.setattr(sandbox, "_COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    assert refused(REPORT_SAMPLE.read_bytes())[0] == "file_unsafe"
    sandbox._SERVER.stop()


def test_a_server_that_was_killed_is_started_again() -> None:
    read_bytes(REPORT_SAMPLE.read_bytes())
    process = sandbox._SERVER._process
    assert process is not None
    process.kill()
    process.wait()
    assert read_bytes(REPORT_SAMPLE.read_bytes()).clean


def test_the_parser_knows_no_secret_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKWATCH_SECRET_KEY", "x" * 40)
    assert not [name for name in sandbox.environment() if name.startswith("PARKWATCH_")]


def test_more_rows_than_a_report_ever_has() -> None:
    rows = "\n".join(f"{number},1" for number in range(limits.MAX_ROWS + 5))
    assert refused(rows.encode(), "a.csv")[0] == "file_unsafe"


# --- text formats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_in_any_usual_encoding_and_separator(encoding: str, separator: str) -> None:
    lines = ["示例甲园2025年上半年情况", separator.join(["指标名称", "本期累计"])]
    lines += [f"{LABELS[key]}{separator}{VALUES[key]}" for key in LABELS]
    reading = read_bytes("\n".join(lines).encode(encoding), "a.csv")
    assert values(reading) == EXPECTED


def test_a_workbook_with_a_thousand_firms() -> None:
    figures = [["示例甲园2025年上半年情况"], ["指标", "本期累计"], *([LABELS[key], VALUES[key]] for key in LABELS)]
    reading = read_bytes(workbook({"表": figures, "企业": roster(1000)}))
    assert len(reading.rows["roster"]) == 1000
    assert weighty(reading) == []
