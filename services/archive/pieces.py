"""件: one paper of an archive, where its bytes are, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO, TypeAlias

from policy.archiving import Group, safe_name
from policy.figures import chinese_date
from services.storage import Storage


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it was received or frozen; `name` as it is handed out."""

    sha256: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """A paper drawn up for this archive, held in memory: a few pages."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)


Content: TypeAlias = Stored | Made
FOLDER = "文件"


@dataclass(frozen=True, slots=True)
class Piece:
    """`content` None: on paper alone, no scan was ever stored. `group` says how long it is kept.

    `about`: what else is to be said of it, a line each: what it proves, what was found about it. `divided`: it has a
    sheet of its own before it in a 装订本.
    """

    title: str
    author: str
    number: str = ""
    dated: date | None = None
    content: Content | None = None
    folder: str = FOLDER
    group: Group = Group.DECISIONS
    about: tuple[str, ...] = ()
    divided: bool = False

    @property
    def day(self) -> str:
        return chinese_date(self.dated) if self.dated else "—"

    @property
    def suffix(self) -> str:
        """What its file's name ends with, in letters and digits alone."""
        found = PurePosixPath(self.content.name).suffix.lower() if self.content else ""
        return "".join(character for character in found if character.isascii() and character.isalnum())


def placed(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Where each piece with a file lies in an archive, its 件号 first, so that no two are alike; empty without one."""
    width = max(2, len(str(len(pieces))))
    return tuple(
        f"{piece.folder}/{number:0{width}d}-{safe_name(piece.title, piece.suffix)}" if piece.content else ""
        for number, piece in enumerate(pieces, start=1)
    )


@contextmanager
def opened(storage: Storage, content: Content) -> Iterator[BinaryIO]:
    """Raises FileNotFoundError when a stored file is gone."""
    with BytesIO(content.data) if isinstance(content, Made) else storage.open(content.sha256) as stream:
        yield stream
