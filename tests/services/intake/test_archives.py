"""Zips of many files: read within bounds, names taken as words, nothing ever written to a path named by the file."""

from __future__ import annotations

import struct
import time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from policy.refusal import Refused
from services.intake.archives import MAX_FILES, MAX_ONE, shown, unpacked
from tests.papers import report


def zipped(*files: tuple[str | ZipInfo, bytes], method: int = ZIP_DEFLATED) -> bytes:
    output = BytesIO()
    with ZipFile(output, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return output.getvalue()


def refused(name: str, data: bytes) -> str:
    began = time.process_time()
    with pytest.raises(Refused) as refusal:
        unpacked([(name, data)])
    assert time.process_time() - began < 1
    return str(refusal.value)


def test_files_and_zips_come_out_one_by_one() -> None:
    found = unpacked([("一.csv", b"a"), ("包.zip", zipped(("甲/二.csv", b"b"), ("乙/二.csv", b"c")))])
    assert [(one.name, one.data, one.problem) for one in found] == [
        ("一.csv", b"a", ""), ("二.csv", b"b", ""), ("二.csv", b"c", ""),
    ]  # fmt: skip


def test_a_workbook_is_no_archive() -> None:
    data = report("国家网络安全产业园区（示例甲园）")
    assert [one.data == data for one in unpacked([("半年报.xlsx", data)])] == [True]


def test_what_computers_leave_behind_is_left_out() -> None:
    data = zipped(
        ("__MACOSX/._一.csv", b"x"), ("~$一.xlsx", b"x"), (".DS_Store", b"x"), ("夹/Thumbs.db", b"x"), ("一.csv", b"y")
    )
    assert [one.name for one in unpacked([("包.zip", data)])] == ["一.csv"]


def test_names_written_by_chinese_windows_are_read() -> None:
    entry = ZipInfo("placeholder.csv")
    data = zipped((entry, b"x"), method=ZIP_STORED)
    name = "示例企业.csv".encode("gb18030")
    data = data.replace(b"placeholder.csv", name.ljust(15, b"_")[:15])
    [one] = unpacked([("包.zip", data)])
    assert one.name.startswith("示例企业.csv")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\Windows\\x.csv", "..\\..\\x.csv", "a/\x01\u202eb.csv"]
)
def test_names_are_words_and_never_paths(name: str) -> None:
    word = shown(name)
    assert word
    assert not set(word) & set("/\\\x01\u202e")


def test_what_is_built_to_harm_is_refused_with_its_reason() -> None:
    many = zipped(*((f"{number}.csv", b"") for number in range(MAX_FILES + 1)), method=ZIP_STORED)
    assert "文件过多" in refused("多.zip", many)
    bomb = zipped(*((f"{number}.csv", bytes(4 * 1024 * 1024)) for number in range(60)))
    assert "展开后超过200MB" in refused("弹.zip", bomb)
    twice = zipped(("一.csv", b"x"), ("二.csv", b"y")).replace("二".encode(), "一".encode())
    assert "重名文件" in refused("重.zip", twice)
    assert "没有文件" in refused("空.zip", zipped(("夹/", b"")))
    assert "已损坏" in refused("断.zip", zipped(("一.csv", b"x" * 1000))[:60])
    assert "已损坏" in refused("断.zip", zipped(("一.csv", b"x" * 1000))[:-10])


def test_a_table_of_contents_that_lies_is_not_gone_through() -> None:
    data = bytearray(zipped(("一.csv", b"x")))
    at = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HHL", data, at + 8, 65535, 65535, 1 << 30)
    assert "文件过多" in refused("谎.zip", bytes(data))


def test_one_bad_file_does_not_spoil_the_others() -> None:
    data = zipped(("大.csv", bytes(MAX_ONE + 1)), ("坏.csv", b"0123456789" * 50), ("好.csv", b"x"))
    at = data.index("坏.csv".encode()) + len("坏.csv".encode())
    broken = data[:at] + b"\xff\xff\xff" + data[at + 3 :]
    problems = {one.name: one.problem for one in unpacked([("包.zip", broken)])}
    assert "超过5MB" in problems["大.csv"]
    assert "已损坏" in problems["坏.csv"]
    assert problems["好.csv"] == ""


def test_a_locked_file_is_told() -> None:
    data = bytearray(zipped(("一.csv", b"secret")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    [one] = unpacked([("包.zip", bytes(data))])
    assert "设有密码" in one.problem
