"""Many files sent at once: loose, or in a zip. Names inside a zip are words to show, never paths; nothing is
extracted to disk, and no more is unpacked than a round of one-page workbooks can hold."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policy.refusal import Refused

MAX_FILES = 2000
MAX_ONE = 5 * 1024 * 1024
MAX_ALL = 200 * 1024 * 1024
MAX_DIRECTORY = 2 * 1024 * 1024
"""Bytes of a zip's table of contents: some hundred for each of the files it may hold."""
_END, _END_SIZE = b"PK\x05\x06", 22
_PACKAGES = ("xl/workbook.xml", "word/document.xml", "content.xml", "[Content_Types].xml")
_LEFT = frozenset({"Thumbs.db", "desktop.ini", ""})
_UTF8 = 0x800
"""The flag of an entry whose name is UTF-8."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One file by the name it is shown under; `problem`: why there are no bytes."""

    name: str
    data: bytes = b""
    problem: str = ""


def unpacked(files: Iterable[tuple[str, bytes]]) -> tuple[Sent, ...]:
    """The files, those in zips one by one. Raises Refused when a zip is damaged, locked, or built to harm."""
    found: list[Sent] = []
    for name, data in files:
        found += _members(name, data) if _is_archive(data) else [Sent(shown(name), data)]
        if len(found) > MAX_FILES:
            raise Refused(f"一次最多收{MAX_FILES}份，收到的文件超过这个数；请分几次上传")
    return tuple(found)


def _is_archive(data: bytes) -> bool:
    """A zip that is not itself a workbook or a document."""
    if not data.startswith(b"PK"):
        return False
    try:
        _require_small_directory("", data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return not any(part in archive.NameToInfo for part in _PACKAGES)
    except (Refused, zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return True


def _members(name: str, data: bytes) -> Iterator[Sent]:
    _require_small_directory(name, data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        raise Refused(f"压缩包“{shown(name)}”已损坏或不完整，没有收下；请重新压缩为 .zip 后上传") from None
    with archive:
        entries = [entry for entry in archive.infolist() if not _is_clutter(entry)]
        _require_bounded(name, entries)
        total = 0
        for entry in entries:
            sent = _member(archive, entry)
            total += len(sent.data)
            if total > MAX_ALL:
                raise Refused(_too_large(name))
            yield sent


def _require_small_directory(name: str, data: bytes) -> None:
    """Before the table of contents is gone through: it must not be larger than any honest one."""
    at = data.rfind(_END, max(0, len(data) - 65_557))
    if at < 0 or len(data) < at + _END_SIZE:
        raise Refused(f"压缩包“{shown(name)}”已损坏或不完整，没有收下；请重新压缩为 .zip 后上传")
    entries, size = struct.unpack("<HL", data[at + 10 : at + 16])
    if entries > MAX_FILES or size > MAX_DIRECTORY:
        raise Refused(_too_many(name))


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    """Folders, and what computers leave behind by themselves."""
    name = shown(entry.filename)
    return entry.is_dir() or entry.filename.startswith("__MACOSX/") or name.startswith(("~$", ".")) or name in _LEFT


def _require_bounded(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if not entries:
        raise Refused(f"压缩包“{shown(name)}”里没有文件；请放入填好的一企一表后上传")
    if len(entries) > MAX_FILES:
        raise Refused(
            f"压缩包“{shown(name)}”内有{len(entries)}个文件（上限{MAX_FILES}个），没有收下；请分几个压缩包上传"
        )
    if len({entry.filename for entry in entries}) != len(entries):
        raise Refused(f"压缩包“{shown(name)}”内有重名文件，不像正常压缩包，没有收下；请重新压缩后上传")
    if sum(entry.file_size for entry in entries) > MAX_ALL:
        raise Refused(_too_large(name))


def _too_many(name: str) -> str:
    return f"压缩包“{shown(name)}”内文件过多（上限{MAX_FILES}个），没有收下；请分几个压缩包上传"


def _too_large(name: str) -> str:
    return f"压缩包“{shown(name)}”展开后超过{MAX_ALL // 1024 // 1024}MB，与一企一表不相称，没有收下；请只放填好的表"


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Sent:
    """At most MAX_ONE bytes of one file, whatever its entry declares."""
    name = shown(_decoded(entry))
    if entry.flag_bits & 1:
        return Sent(name, problem="文件设有密码，无法读取；请取消密码后重新上传")
    try:
        with archive.open(entry) as file:
            data = file.read(MAX_ONE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error):
        return Sent(name, problem="文件在压缩包内已损坏，无法读取；请重新压缩后上传")
    if len(data) > MAX_ONE:
        return Sent(name, problem=f"文件超过{MAX_ONE // 1024 // 1024}MB，不像一企一表；请删去图片等多余内容后上传")
    return Sent(name, data)


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Chinese Windows writes names in its own encoding, which the format takes for another."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def shown(path: str) -> str:
    """The last part of a path however it is written, without control characters: a word to show."""
    last = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:255]
