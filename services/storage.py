"""Files as received, kept by content: written once, never changed, never removed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import StoredFile
from policy.refusal import Refused
from services import clock

NAME = re.compile(r"[0-9a-f]{64}")


class Storage:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Store the bytes durably and return their SHA-256; the same bytes are stored once."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.place(sha256, data)
        return sha256

    def place(self, sha256: str, data: bytes) -> None:
        """Store bytes under a name, as a restore does; what is there already stays. Raises Refused when it cannot."""
        try:
            self._place(self.path(sha256), data)
        except OSError as error:
            raise Refused("文件未能保存：存储目录不能写入或空间已满，请系统管理员核对 PARKWATCH_STORAGE_URL") from error

    def _place(self, target: Path, data: bytes) -> None:
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)

    def get(self, sha256: str) -> bytes:
        """The stored bytes; raises FileNotFoundError when they are gone."""
        return self.path(sha256).read_bytes()

    def names(self) -> list[str]:
        """The SHA-256 of every file kept, in order; a file just being written is not yet one of them."""
        return sorted(path.name for path in self.folder.glob("??/*") if NAME.fullmatch(path.name))


def keep_file(session: Session, storage: Storage, name: str, data: bytes) -> StoredFile:
    """The row for these bytes, storing them first if they are new."""
    sha256 = storage.put(data)
    known = select(StoredFile).where(StoredFile.sha256 == sha256)
    row = session.scalars(known).first()
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = StoredFile(sha256=sha256, size=len(data), name=name[:255], stored_at=clock.now())
            session.add(row)
        return row
    except IntegrityError:
        # The same bytes came in at the same moment by another way; theirs is the row.
        return session.scalars(known).one()
