"""Tells a file's format by its content; the name only helps where the content cannot decide."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import xlrd

from services.intake.formats.refused import DAMAGED, FileRefused, unreadable, unsafe, unsupported

SAVE_AS = "请用 WPS 或 Office 打开后另存为 .xlsx（表格）或 .docx（文字）再上传"
PACKED = "这是压缩包，不是表格或文档；请解压后逐个上传其中的 .xlsx 或 .docx 文件"
MAX_RATIO = 150
RATIO_COUNTS_FROM = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """How many parts a zipped document may have, and how large they may be altogether."""

    entries: int
    unpacked: int


REPORT = PackageLimits(entries=2000, unpacked=200 * 1024 * 1024)
_PASSWORD = "文件设有密码，无法读取；请取消密码后重新上传"  # noqa: S105 -- a sentence
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_PDF = b"%PDF-"
_BINARIES = ((_PDF, " PDF 文件"), (b"{\\rtf", " RTF 文件"))
_JUNK = 1024
"""What mail programs and scanners put before a PDF still leaves it one."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_XLS = re.compile(rb"\x09\x08\x10\x00.{16}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
"""An .xls with a password: after its first record (and perhaps one against writing) it names how it is encrypted."""
_MANIFEST, _LONGEST_MANIFEST = "META-INF/manifest.xml", 1024 * 1024
"""Where an OpenDocument says which of its parts are encrypted."""
_PARTS = (("xl/workbook.xml", "xlsx"), ("word/document.xml", "docx"))
_OTHER_PARTS = (
    ("xl/workbook.bin", "二进制工作簿（.xlsb）"),
    ("ppt/presentation.xml", "演示文稿"),
    ("OFD.xml", "OFD 版式文件"),
)


def sniff(name: str, data: bytes) -> str:
    """xlsx, xls, ods, docx, html or csv; raises FileRefused for everything else."""
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise unreadable("文件是空的，没有任何内容；请检查后重新上传")
    for magic, kind in _BINARIES:
        if data.startswith(magic) or (magic == _PDF and magic in data[:_JUNK] and not data.startswith((b"PK", _OLE))):
            raise unsupported(f"这是{kind}，无法读取其中的表格；{SAVE_AS}")
    if data.startswith(_ARCHIVES):
        raise unsupported(PACKED)
    if data.startswith(_PICTURES) or data[8:12] == b"WEBP":
        raise unsupported("这是一张图片，不是表格或文档；请上传填好的 .xlsx 表格或 .docx 文档，不要上传照片或截图")
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(_OLE):
        return _compound(name, data)
    return _text(data)


def _zipped(data: bytes) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise unreadable(DAMAGED) from None
    with archive:
        check_zip(archive)
        names = set(archive.namelist())
        for part, kind in _PARTS:
            if part in names:
                return kind
        for part, kind in _OTHER_PARTS:
            if part in names:
                raise unsupported(f"这是{kind}，无法读取；{SAVE_AS}")
        if "content.xml" in names:
            return _open_document(archive)
    raise unsupported(PACKED)


def check_zip(archive: zipfile.ZipFile, limits: PackageLimits = REPORT, password: str = _PASSWORD) -> None:
    """Raises FileRefused when the package is built to harm: too many parts, too large, parts that hide others.

    `password`: what to say when it has one.
    """
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise unsafe(f"文件内部有{len(entries)}个部件（上限{limits.entries}），不像正常文档，已拒绝读取")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise unsafe("文件内部有重名部件，不像正常文档，已拒绝读取；请用 WPS 或 Office 重新保存后上传")
    if any(entry.filename.startswith(("/", "\\")) or ".." in entry.filename.split("/") for entry in entries):
        raise unsafe("文件内部有指向文件以外位置的部件名，不像正常文档，已拒绝读取；请用 WPS 或 Office 重新保存后上传")
    if any(entry.flag_bits & 1 for entry in entries):
        raise unsupported(password)
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if unpacked > limits.unpacked or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed):
        raise unsafe(f"文件展开后约{unpacked // 1024 // 1024}MB，与其大小不相称，已拒绝读取；请删去多余内容后重新保存")
    if _MANIFEST in archive.namelist():
        with archive.open(_MANIFEST) as part:
            if b"encryption-data" in part.read(_LONGEST_MANIFEST):
                raise unsupported(password)


def _open_document(archive: zipfile.ZipFile) -> str:
    kind = archive.read("mimetype")[:100].decode("ascii", "replace") if "mimetype" in archive.namelist() else ""
    if "opendocument.spreadsheet" in kind:
        return "ods"
    raise unsupported(f"这是 OpenDocument 文字或其他文档，暂不支持；{SAVE_AS}")


def _compound(name: str, data: bytes) -> str:
    """An old binary Office file: the names of its streams tell which."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage") or LOCKED_XLS.search(data):
        raise unsupported(_PASSWORD)
    if holds("WordDocument"):
        raise unsupported(f"这是旧版 Word 或 WPS 文字（.doc/.wps），无法可靠读取；{SAVE_AS}")
    if name.lower().endswith((".et", ".ett")) and (holds("ETExtData") or not _is_workbook(data)):
        raise unsupported(f"这是 WPS 表格（.et），无法可靠读取；{SAVE_AS}")
    if holds("Workbook") or holds("Book"):
        return "xls"
    if _directory(data) >= len(data):
        raise unreadable(DAMAGED)
    raise unsupported(f"不认识的文件格式；{SAVE_AS}")


def _is_workbook(data: bytes) -> bool:
    """An .xls under another name: its records can be read."""
    try:
        with xlrd.open_workbook(file_contents=data, on_demand=True, logfile=io.StringIO()) as book:
            return bool(book.sheet_names())
    except Exception:  # whatever is wrong with it, it is no workbook
        return False


def _directory(data: bytes) -> int:
    """Where the names of the streams begin, by the header; a file cut short has often lost them."""
    sector = 1 << (data[30] & 31)
    return (int.from_bytes(data[48:52], "little") + 1) * sector


def _text(data: bytes) -> str:
    head = decode(data)[:8192].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<workbook" in head:
        raise unsupported(f"这是 XML 表格（2003），暂不支持；{SAVE_AS}")
    if head.lstrip().startswith("mime-version:"):
        raise unsupported(f"这是单一文件网页（.mht），无法读取；{SAVE_AS}")
    return "html" if re.search(r"<(html|table|!doctype html)\b", head) else "csv"


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with a mark, or GB18030; raises FileRefused when it is none."""
    codecs = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if not _BINARY_CHARACTERS.search(text[:65536]):
            return text
    raise _unknown()


_BINARY_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _unknown() -> FileRefused:
    return unsupported(f"不认识的文件格式（不是表格、文档或文本）；{SAVE_AS}")
