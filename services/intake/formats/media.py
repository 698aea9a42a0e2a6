"""What a file put forward is, by its content alone: one of `policy.media`, or why it may not come in."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterable
from typing import BinaryIO

import filetype

from policy.media import ACCEPTED, BY_KEY, MEDIA, Media
from services.intake.formats.refused import DAMAGED, FileRefused, unreadable, unsafe, unsupported
from services.intake.formats.sniff import LOCKED_XLS, PackageLimits, check_zip, decode

LIMITS = PackageLimits(entries=10_000, unpacked=2 * 1024**3)
_HEAD = 8192
_EXECUTABLE = re.compile(
    rb"MZ|\x7fELF|\xca\xfe\xba\xbe|\xbe\xba\xfe\xca|(?:\xfe\xed\xfa[\xce\xcf])|(?:[\xce\xcf]\xfa\xed\xfe)"
    rb"|dex\n|\x00asm|L\x00\x00\x00\x01\x14\x02\x00|#!"
)
_RUNS = re.compile(r"\.(?:exe|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk|jar|apk|sh)", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"), ("Book", "xls"))
_NAMES = ("EncryptedPackage", "_VBA_PROJECT", *(stream for stream, _ in _STREAMS))
_PARTS = (
    ("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx"), ("OFD.xml", "ofd"),
)  # fmt: skip
_BY_SUFFIX = {suffix: media.key for media in MEDIA for suffix in media.suffixes}
_MACROS = "文件带有宏，打开时可能运行；请另存为不带宏的文档（.docx、.xlsx）或 PDF 后重新上传"
PASSWORD = "文件设有密码，评审时无法打开，也无法核对是否涉密；请取消密码后重新上传"  # noqa: S105 -- a sentence


def sniff(file: BinaryIO) -> Media:
    """What the bytes are. Raises FileRefused for programs and scripts, and for everything that is not known."""
    head = file.read(_HEAD)
    if not head:
        raise unreadable("文件是空的（0字节）；请检查后重新上传")
    if _EXECUTABLE.match(head):
        raise unsafe(f"这是可执行程序或脚本，不能作为资料上传；可上传{ACCEPTED}")
    if head.startswith(b"PK"):
        return BY_KEY[_zipped(file)]
    if head.startswith(_OLE):
        return BY_KEY[_compound(file)]
    found = filetype.guess(head)
    key = _BY_SUFFIX.get(found.extension) if found is not None else "mp4" if head[4:8] == b"ftyp" else None
    if key is None:
        raise _unknown(head)
    return BY_KEY[key]


def _unknown(head: bytes) -> FileRefused:
    try:
        # A piece may end within a character.
        decode(head[: head.rfind(b"\n") + 1] or head)
    except FileRefused:
        return unsupported(f"不认识的文件格式；可上传{ACCEPTED}")
    return unsupported("这是文本、网页或脚本，不能作为资料上传；请用浏览器或 WPS 转为 PDF 后上传")


def _zipped(file: BinaryIO) -> str:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise unreadable(DAMAGED) from None
    with archive:
        check_zip(archive, LIMITS, password=PASSWORD)
        names = archive.namelist()
        kind = next((key for part, key in _PARTS if part in names), _open_document(archive, names))
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise unsafe(_MACROS)
        _refuse_programs(archive)
    return kind


def _open_document(archive: zipfile.ZipFile, names: Iterable[str]) -> str:
    if "mimetype" not in names or "content.xml" not in names:
        return "zip"
    with archive.open("mimetype") as part:
        return "odf" if b"opendocument" in part.read(100) else "zip"


def _refuse_programs(archive: zipfile.ZipFile) -> None:
    """By the first bytes of each member, and by the name under which it would run once unpacked."""
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        with archive.open(entry) as part:
            runs = _EXECUTABLE.match(part.read(16)) or _RUNS.fullmatch(entry.filename[entry.filename.rfind(".") :])
        if runs:
            raise unsafe(f"文件内含可执行程序或脚本“{entry.filename[-60:]}”，不能作为资料上传；请删去后重新上传")


def _compound(file: BinaryIO) -> str:
    """An old binary Office file: the names of its streams tell which."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        streams = {name for name in _NAMES if data.find(name.encode("utf-16-le")) >= 0}
        locked = "Workbook" in streams and LOCKED_XLS.search(data)
    if "EncryptedPackage" in streams or locked:
        raise unsupported(PASSWORD)
    if "_VBA_PROJECT" in streams:
        raise unsafe(_MACROS)
    found = next((key for stream, key in _STREAMS if stream in streams), None)
    if found is None:
        raise unsupported(f"不认识的文件格式；可上传{ACCEPTED}")
    return found
