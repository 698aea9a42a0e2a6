"""Where a document lies while it is made and afterwards: a folder of its own, read by every process of the house."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec

from policy.refusal import Unknown
from services import clock
from services.platform import Platform

NAME = re.compile(r"[A-Za-z0-9_-]{22}")
Told = TypeVar("Told")
FOLDER = "printing"
KEPT = timedelta(days=1)
ORDER, STATE, FILE, TURN = "order.json", "state.json", "file", "turn"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, by whom, and when; `title` is what people call it."""

    kind: str
    title: str
    park: str
    period: str
    file_format: str
    as_of: date
    account: str
    asked_at: datetime
    whole_district: bool = False

    def same_as(self, other: Order) -> bool:
        """Apart from the moment it was asked for."""
        return replace(self, asked_at=other.asked_at) == other


@dataclass(frozen=True, slots=True)
class State:
    """`percent` done and what is being done; at the end `file`, its name, or `refused`, why there is none."""

    percent: int
    words: str
    file: str = ""
    refused: str = ""

    @property
    def ended(self) -> bool:
        return bool(self.file or self.refused)


class Tray:
    """One order's folder under `root`; its token is known to who asked alone."""

    def __init__(self, root: Path, token: str) -> None:
        """Raises Unknown for what cannot be a token."""
        if not NAME.fullmatch(token):
            raise Unknown("没有这份文件，可能已过保存期，请重新生成")
        self.token, self.folder = token, root / token

    @classmethod
    def new(cls, root: Path, order: Order) -> Tray:
        tray = cls(root, secrets.token_urlsafe(16))
        tray.folder.mkdir(parents=True)
        _write(tray.folder / ORDER, order)
        tray.tell(State(0, "正在准备"))
        return tray

    @property
    def order(self) -> Order:
        """Raises Unknown when there is none."""
        return self._read(ORDER, Order)

    @property
    def state(self) -> State:
        return self._read(STATE, State)

    @property
    def file(self) -> Path:
        return self.folder / FILE

    def tell(self, state: State) -> None:
        _write(self.folder / STATE, state)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, name: str, kind: type[Told]) -> Told:
        try:
            return msgspec.json.decode((self.folder / name).read_bytes(), type=kind)
        except FileNotFoundError:
            raise Unknown("没有这份文件，可能已过保存期，请重新生成") from None


def folder(platform: Platform) -> Path:
    """Where all of them lie: beside what is kept for good, and no part of a backup."""
    return platform.storage.folder / FOLDER


def clear_old(platform: Platform) -> None:
    """Take away what has been kept for its day."""
    for tray in trays(folder(platform)):
        try:
            old = clock.now() - tray.order.asked_at > KEPT
        except Unknown:
            old = False  # just being made, or taken away by another process
        if old:
            tray.clear()


def trays(root: Path) -> Iterator[Tray]:
    """Every order there is."""
    with suppress(FileNotFoundError):
        for path in root.iterdir():
            if NAME.fullmatch(path.name):
                yield Tray(root, path.name)


@contextmanager
def turn(root: Path) -> Iterator[None]:
    """One at a time on this machine: two at once would take both processors away from the pages."""
    with (root / TURN).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, told: object) -> None:
    """Whole or not at all: who reads at this moment finds what was there before."""
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(msgspec.json.encode(told))
    part.replace(path)
