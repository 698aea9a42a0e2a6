"""Files as received, kept by content: written once, never changed, never removed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import StoredFile
from policy.refusal import Refused
from services import clock

NAME = re.compile(r"[0-9a-f]{64}")
INCOMING = "incoming"
"""Where files stand while they come in; a crash leaves its part there, and a day later it is taken away."""
ABANDONED_SECONDS = 24 * 60 * 60
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has come in whole and is not yet kept: what it is known by, and where it stands meanwhile."""

    sha256: str
    size: int
    path: Path


class Storage:
    """A folder of files named by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Store the bytes durably and return their SHA-256; the same bytes are stored, and written, once."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.path(sha256).exists():
            with self.received(BytesIO(data)) as file:
                self.keep(file)
        return sha256

    @contextmanager
    def received(self, stream: BinaryIO, watch: Callable[[int], object] | None = None) -> Iterator[Received]:
        """Take a stream in, a piece at a time, onto the disk; `keep` keeps it, else it is gone afterwards.

        `watch` is told the bytes of each piece. Raises Refused when the storage cannot be written to.
        """
        path = self._place_for_incoming()
        try:
            yield _written(path, stream, watch)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, file: Received) -> None:
        """From now on the file is there under its SHA-256; what is there already stays."""
        target = self.path(file.sha256)
        if target.exists():
            return
        with _refusing():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file.path, target)

    def _place_for_incoming(self) -> Path:
        with _refusing():
            folder = self._incoming()
            handle, name = tempfile.mkstemp(dir=folder)
            os.close(handle)
            _clear_abandoned(folder, Path(name).stat().st_mtime)
            return Path(name)

    def _incoming(self) -> Path:
        folder = self.folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextmanager
    def workroom(self) -> Iterator[Path]:
        """A folder of one's own on the storage's disk, for what is being made from its files; gone afterwards.

        Raises Refused when the storage cannot be written to, or while it is full.
        """
        with _refusing():
            folder = self._incoming()
            path = Path(tempfile.mkdtemp(dir=folder))
            try:
                _clear_abandoned(folder, path.stat().st_mtime)
                yield path
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def open(self, sha256: str) -> BinaryIO:
        """The stored file for reading; raises FileNotFoundError when it is gone."""
        return self.path(sha256).open("rb")

    def get(self, sha256: str) -> bytes:
        """The stored bytes, for files known to be small; raises FileNotFoundError when they are gone."""
        return self.path(sha256).read_bytes()

    def names(self) -> list[str]:
        """The SHA-256 of every file kept, in order; a file just being written is not yet one of them."""
        return sorted(path.name for path in self.folder.glob("??/*") if NAME.fullmatch(path.name))


def digest(file: BinaryIO) -> str:
    """SHA-256 of what is left to read, a piece at a time."""
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _written(path: Path, stream: BinaryIO, watch: Callable[[int], object] | None) -> Received:
    found, size = hashlib.sha256(), 0
    with _refusing(), path.open("wb") as file:
        while piece := stream.read(CHUNK):
            file.write(piece)
            found.update(piece)
            size += len(piece)
            if watch is not None:
                watch(len(piece))
        file.flush()
        os.fsync(file.fileno())
    return Received(found.hexdigest(), size, path)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("文件未能保存：存储目录不能写入或空间已满，请系统管理员核对 PARKWATCH_STORAGE_URL") from error


def _clear_abandoned(folder: Path, now: float) -> None:
    """Parts that a crash left behind, by the clock of the disk itself; one that another process takes away first is
    gone all the same."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if now - path.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def keep_file(session: Session, storage: Storage, name: str, data: bytes) -> StoredFile:
    """The row for these bytes, storing them first if they are new."""
    return _row(session, name, storage.put(data), len(data))


def keep_received(session: Session, storage: Storage, name: str, file: Received) -> StoredFile:
    """The row for a file that has come in, which is stored first if it is new."""
    storage.keep(file)
    return _row(session, name, file.sha256, file.size)


def _row(session: Session, name: str, sha256: str, size: int) -> StoredFile:
    known = select(StoredFile).where(StoredFile.sha256 == sha256)
    row = session.scalars(known).first()
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = StoredFile(sha256=sha256, size=size, name=name[:255], stored_at=clock.now())
            session.add(row)
        return row
    except IntegrityError:
        # The same bytes came in at the same moment by another way; theirs is the row.
        return session.scalars(known).one()
