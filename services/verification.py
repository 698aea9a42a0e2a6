"""Is all as it was written? The audit chain, every stored file, every reference, the schema, every overview row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Select, Table, exists, func, select, text
from sqlalchemy.orm import Session

from db import migrate
from db.base import Base
from db.models import AuditEntry, AuditHead, IssuedDocument, StoredFile
from policy.acts import Act
from services import audit, recomputing
from services.platform import Platform
from services.storage import Storage, digest


@dataclass(frozen=True, slots=True)
class Verification:
    """`problems` is what is wrong; `notes` harms nothing. Number and hash of the newest audit entry are there
    to be noted down elsewhere: against them even a chain rewritten as a whole shows."""

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    audit_entries: int = 0
    audit_hash: str = ""
    files: int = 0


def verify(platform: Platform) -> Verification:
    """Look at everything, change nothing."""
    revision = migrate.current(platform.database.engine)
    if revision != migrate.HEAD:
        return Verification((f"数据库版本为{revision or '空'}，应为{migrate.HEAD}，请运行 python -m db upgrade",))
    with platform.database.read() as session:
        files = session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
        head = session.get(AuditHead, 1)
        return Verification(
            problems=(
                *_damage(session),
                *audit.broken_links(session),
                *_dangling_references(session),
                *recomputing.compare(session).lines,
                *_exchanged(session),
                *(problem for file in files for problem in _file_problems(platform.storage, file)),
            ),
            notes=tuple(_unreferenced(platform.storage, {file.sha256 for file in files})),
            audit_entries=head.seq if head else 0,
            audit_hash=head.hash if head else "",
            files=len(files),
        )


def _damage(session: Session) -> Iterator[str]:
    """What SQLite itself finds wrong with its file."""
    if session.get_bind().dialect.name == "sqlite":
        for line in session.scalars(text("PRAGMA quick_check")):
            if line != "ok":
                yield f"数据库文件损坏：{line}"


def _dangling_references(session: Session) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            number = session.scalar(_orphans(table, key))
            if number:
                yield f"表 {table.name} 有{number}行的 {key.parent.name} 指向不存在的 {key.column.table.name}"


def _orphans(table: Table, key: ForeignKey) -> Select[int]:
    """Counts rows whose reference leads nowhere."""
    target = key.column.table.alias()
    found = exists(select(1).where(target.c[key.column.name] == key.parent))
    return select(func.count()).select_from(table).where(key.parent.is_not(None), ~found)


def _exchanged(session: Session) -> Iterator[str]:
    """A 定稿 whose file is not the one the log says was frozen: another one in its place, its row put right with it."""
    logged = select(AuditEntry.park_id, AuditEntry.new).where(AuditEntry.action == str(Act.DOCUMENT_FREEZE))
    frozen = {(park, new["kind"], new["number"], new["sha256"]) for park, new in session.execute(logged)}
    for row in session.scalars(select(IssuedDocument).order_by(IssuedDocument.id)):
        if (row.park_id, row.kind, row.number, row.file.sha256) not in frozen:
            yield f"定稿“{row.title}第{row.number}版”的文件与操作日志记载的定稿不符，或没有定稿记录"


def _file_problems(storage: Storage, file: StoredFile) -> Iterator[str]:
    try:
        size = storage.path(file.sha256).stat().st_size
        with storage.open(file.sha256) as stream:
            sha256 = digest(stream)
    except OSError:
        yield f"文件“{file.name}”（{file.sha256[:12]}…）不在存储中"
        return
    if size != file.size:
        yield f"文件“{file.name}”（{file.sha256[:12]}…）大小为{size}字节，应为{file.size}字节"
    if sha256 != file.sha256:
        yield f"文件“{file.name}”（{file.sha256[:12]}…）内容被改动，与登记的校验码不符"


def _unreferenced(storage: Storage, known: set[str]) -> Iterator[str]:
    """A rolled-back upload leaves its file: no harm, so no problem."""
    for name in storage.names():
        if name not in known:
            yield f"存储中的文件 {name[:12]}… 没有登记（可能是未完成的上传），不影响使用"
