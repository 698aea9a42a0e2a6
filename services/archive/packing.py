"""A zip of pieces with their list and a manifest that `sha256sum -c` reads; never more than a piece of it in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, TypeAlias
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from policy.refusal import Refused
from services.archive.pieces import Piece, Stored, opened, placed
from services.storage import CHUNK, Storage

MANIFEST = "校验清单.txt"
Watch: TypeAlias = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Member:
    """One file as it stands in the archive."""

    path: str
    size: int
    sha256: str


def pack(
    storage: Storage,
    pieces: Sequence[Piece],
    write_list: Callable[[Sequence[Member | None]], tuple[str, bytes]],
    dated: date,
    out: BinaryIO,
    watch: Watch | None = None,
) -> tuple[Member, ...]:
    """Write every piece's file, then the list, which is told what became of each, then the manifest.

    `watch` is told the bytes of each piece of a file. Raises Refused, naming every stored file that is gone or no
    longer what it was when it was stored: an archive that is not whole is none.
    """
    with ZipFile(out, "w") as archive:
        found: list[Member | None] = []
        damaged: list[str] = []
        for piece, path in zip(pieces, placed(pieces), strict=True):
            try:
                found.append(_copied(archive, storage, piece, path, dated, watch))
            except DamagedFile as damage:
                damaged.append(str(damage))
        if damaged:
            raise Refused(broken(damaged))
        name, data = write_list(found)
        members = (_put(archive, name, data, dated), *(member for member in found if member is not None))
        put_manifest(archive, members, dated)
    return members


class DamagedFile(Exception):
    """A stored file that is gone or was changed; the message names it."""


def broken(damaged: Sequence[str]) -> str:
    """Why there is no archive, and what is to be done."""
    return f"没有生成：{'；'.join(damaged)}。请系统管理员核对存储和备份（python -m db verify），恢复原文件后再试"


def _copied(
    archive: ZipFile, storage: Storage, piece: Piece, path: str, dated: date, watch: Watch | None
) -> Member | None:
    if piece.content is None:
        return None
    try:
        with opened(storage, piece.content) as source:
            member = put_stream(archive, path, source, dated, watch)
    except FileNotFoundError:
        raise DamagedFile(missing(piece)) from None
    require_unchanged(piece, member.sha256)
    return member


def put_stream(archive: ZipFile, path: str, source: BinaryIO, dated: date, watch: Watch | None = None) -> Member:
    """As it is: scans, pictures and films do not get smaller."""
    size, found = 0, hashlib.sha256()
    with archive.open(_entry(path, dated), "w", force_zip64=True) as target:
        while part := source.read(CHUNK):
            found.update(part)
            target.write(part)
            size += len(part)
            if watch is not None:
                watch(len(part))
    return Member(path, size, found.hexdigest())


def missing(piece: Piece) -> str:
    return f"“{piece.title}”的文件“{piece.content.name if piece.content else ''}”不在存储中"


def require_unchanged(piece: Piece, sha256: str) -> None:
    """Raises DamagedFile when what was read is not what was stored."""
    if isinstance(piece.content, Stored) and piece.content.sha256 != sha256:
        raise DamagedFile(f"“{piece.title}”的文件“{piece.content.name}”内容与登记时不一致")


def _entry(path: str, dated: date, method: int = ZIP_STORED) -> ZipInfo:
    """Dated by the archive's day, so that the same pieces give the same bytes."""
    entry = ZipInfo(path, (dated.year, dated.month, dated.day, 0, 0, 0))
    entry.compress_type, entry.external_attr = method, 0o644 << 16
    return entry


def _put(archive: ZipFile, path: str, data: bytes, dated: date) -> Member:
    archive.writestr(_entry(path, dated, ZIP_DEFLATED), data)
    return Member(path, len(data), hashlib.sha256(data).hexdigest())


def put_manifest(archive: ZipFile, members: Sequence[Member], dated: date) -> None:
    """A line a file, as `sha256sum` writes and checks it."""
    told = "".join(f"{member.sha256}  {member.path}\n" for member in members)
    _put(archive, MANIFEST, told.encode(), dated)
