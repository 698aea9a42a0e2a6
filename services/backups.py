"""Backup and restore: the whole database and every stored file in one archive.

The archive is a zip: `manifest.json`, `tables/<table>.jsonl` (one JSON object a row) and `files/<sha256>`.
The dump is logical, so that a backup of SQLite restores into PostgreSQL and the reverse. It is taken in one
read transaction; files are never changed or removed, so those it needs are still there afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from dataclasses import replace as changed
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from sqlalchemy import JSON, Boolean, Date, Integer, Row, String, Table, Text, exists, func, insert, select, text
from sqlalchemy.orm import Session

from db import migrate
from db.base import Base, ExactDecimal, UtcDateTime
from db.models import AuditHead, DataVersion, ParkMark, Unit, UnitAlias, UnitSuccession
from policy.refusal import Refused
from services import clock
from services.platform import Platform
from services.storage import CHUNK, NAME, Storage, digest

FORMAT = 1
MANIFEST = "manifest.json"
BATCH = 1000
# Entered by `db upgrade` itself, so a database holding nothing else holds nothing of anyone's work.
PRELOADED = {
    table.__tablename__ for table in (Unit, UnitAlias, UnitSuccession, ParkMark, DataVersion)
}  # fmt: skip
# How each column type comes back from JSON; a type that is not listed stops the restore.
DECODERS: dict[type, Callable[[Any], Any]] = {
    ExactDecimal: Decimal,
    UtcDateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    String: str,
    Text: str,
    Integer: int,
    Boolean: bool,
    JSON: lambda value: value,
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive holds: SHA-256 by member, rows by table, and where the audit chain ended."""

    format: int
    schema: str
    made_at: str
    audit_entries: int
    audit_hash: str
    rows: dict[str, int]
    members: dict[str, str]

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("files/") for name in self.members if name.startswith("files/"))


def backup(platform: Platform, path: Path) -> Manifest:
    """Write the archive; it appears under its name only when complete.

    Raises Refused when the name is taken or cannot be written.
    """
    if path.exists():
        raise Refused(f"“{path}”已存在，不予覆盖，请另取文件名")
    _require_head(platform)
    part = path.with_name(f"{path.name}.part")
    try:
        # Contacts and password hashes are inside: for the owner's eyes only.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            manifest = _write(archive, platform)
        os.replace(part, path)
    except OSError as error:
        raise Refused(f"未能写入“{path}”，没有备份：请核对文件夹是否存在、能否写入、空间是否足够") from error
    return manifest


def _require_head(platform: Platform) -> None:
    revision = migrate.current(platform.database.engine)
    if revision != migrate.HEAD:
        raise Refused(f"数据库版本为{revision or '空'}，本程序需要{migrate.HEAD}，请先运行 python -m db upgrade")


def _write(archive: ZipFile, platform: Platform) -> Manifest:
    rows: dict[str, int] = {}
    members: dict[str, str] = {}
    with platform.database.read() as session:
        for table in Base.metadata.sorted_tables:
            member = f"tables/{table.name}.jsonl"
            with archive.open(member, "w", force_zip64=True) as file:
                rows[table.name], members[member] = _dump(session, table, file)
        head = session.get(AuditHead, 1)
    for name in platform.storage.names():
        members[f"files/{name}"] = _copy_file(archive, platform.storage, name)
    manifest = Manifest(
        format=FORMAT,
        schema=migrate.HEAD,
        made_at=clock.now().isoformat(),
        audit_entries=head.seq if head else 0,
        audit_hash=head.hash if head else "",
        rows=rows,
        members=members,
    )
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))
    return manifest


def _copy_file(archive: ZipFile, storage: Storage, name: str) -> str:
    """Copy one stored file, a piece at a time; returns the SHA-256 of what was written.

    Not compressed: reports, pictures and films are so already.
    """
    found = hashlib.sha256()
    with storage.open(name) as source, archive.open(ZipInfo(f"files/{name}"), "w", force_zip64=True) as target:
        while piece := source.read(CHUNK):
            found.update(piece)
            target.write(piece)
    return found.hexdigest()


def _dump(session: Session, table: Table, file: IO[bytes]) -> tuple[int, str]:
    """Write every row of a table; returns their number and the SHA-256 of what was written."""
    number, found = 0, hashlib.sha256()
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for row in session.execute(ordered):
        number += 1
        line = _encode(row)
        found.update(line)
        file.write(line)
    return number, found.hexdigest()


def _encode(row: Row[Any]) -> bytes:
    return (json.dumps(dict(row._mapping), ensure_ascii=False, default=_as_text) + "\n").encode()


def _as_text(value: Decimal | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def restore(platform: Platform, path: Path, *, replace: bool = False) -> Manifest:
    """Put an archive back whole, or nothing of it; creates the tables where there are none.

    Raises Refused when the archive is not whole, was made by another version of the program, or when the
    database holds anything and `replace` is not given. Files already stored stay.
    """
    try:
        with ZipFile(path) as archive:
            manifest = _checked(archive)
            migrate.upgrade(platform.database.engine)
            for name in manifest.files:
                _put_back(archive, platform.storage, name)
            with platform.database.write() as session:
                _refuse_to_overwrite(session, replace=replace)
                _fill(session, archive)
    except (BadZipFile, EOFError) as error:
        raise Refused(f"“{path}”不是完整的备份文件，数据库未作改动") from error
    return manifest


def _put_back(archive: ZipFile, storage: Storage, name: str) -> None:
    """Under the name it had: a file that was damaged before the backup is so again, and `verify` says it."""
    with archive.open(f"files/{name}") as source, storage.received(cast(BinaryIO, source)) as file:
        storage.keep(changed(file, sha256=name))


def _checked(archive: ZipFile) -> Manifest:
    """The manifest, once every member is known to be as it was written."""
    try:
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("备份文件没有可读的目录（manifest.json），不是本系统的备份") from error
    if (manifest.format, manifest.schema) != (FORMAT, migrate.HEAD):
        raise Refused(
            f"备份的数据库版本为{manifest.schema}，本程序为{migrate.HEAD}，请用制作备份时的程序版本恢复后再升级"
        )
    damaged = [name for name, sha256 in manifest.members.items() if _member_hash(archive, name) != sha256]
    strange = set(archive.namelist()) - {MANIFEST, *manifest.members}
    missing = {f"tables/{table.name}.jsonl" for table in Base.metadata.sorted_tables} - set(manifest.members)
    strange |= {name for name in manifest.files if NAME.fullmatch(name) is None}
    if wrong := sorted({*damaged, *strange, *missing}):
        raise Refused(f"备份文件不完整或被改动，数据库未作改动：{'、'.join(wrong)}")
    return manifest


def _member_hash(archive: ZipFile, name: str) -> str | None:
    """SHA-256 of a member; None when it is missing or does not unpack."""
    try:
        with archive.open(name) as file:
            return digest(cast(BinaryIO, file))
    except (KeyError, BadZipFile, EOFError):
        return None


def _refuse_to_overwrite(session: Session, *, replace: bool) -> None:
    if not replace and not is_empty(session):
        raise Refused("数据库中已有数据，未作改动。确要以备份全部替换，请加 --replace")


def is_empty(session: Session) -> bool:
    """Nothing is entered yet: at most the units `db upgrade` brings."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in PRELOADED]
    return not any(session.scalar(select(exists(select(table)))) for table in tables)


def _fill(session: Session, archive: ZipFile) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())
    for table in Base.metadata.sorted_tables:
        decoders = {column.name: DECODERS[type(column.type)] for column in table.columns}
        with archive.open(f"tables/{table.name}.jsonl") as file:
            for batch in _batches(_decode(decoders, line) for line in file):
                session.execute(insert(table), batch)
        _restart_sequence(session, table)


def _decode(decoders: dict[str, Callable[[Any], Any]], line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    return {name: None if value is None else decoders[name](value) for name, value in row.items()}


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _restart_sequence(session: Session, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows: the next one must follow the highest restored."""
    column = table.autoincrement_column
    if column is None or session.get_bind().dialect.name != "postgresql":
        return
    highest = session.scalar(select(func.max(column))) or 0
    session.execute(
        text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)"),
        {"table": table.name, "column": column.name, "next": highest + 1},
    )
