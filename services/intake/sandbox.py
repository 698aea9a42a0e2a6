"""Opens a file in a child process with limits: whatever the file does to the parser, this process lives.

One parsing server a process, started at the first file: it has the parsers' libraries loaded and forks a child
for each file, so that a file costs a fork and not the start of an interpreter.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from services.intake.annotate.problems import Problem, as_data
from services.intake.document import Document
from services.intake.formats.answer import Answer, decoded
from services.intake.formats.examined import Examined
from services.intake.formats.limits import MAX_FILE, WALL_SECONDS
from services.intake.formats.refused import FileRefused, unreadable, unsafe

log = logging.getLogger(__name__)

# Nothing else of this process's environment is the parser's business.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "TMPDIR")
_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = (sys.executable, "-X", "utf8", "-m", "services.intake.formats")
_CHUNK = 1 << 20
Said = TypeVar("Said")


def open_document(name: str, data: bytes) -> Document:
    """Parse the bytes. Raises FileRefused with one reason when they cannot or may not be read."""
    if not data:
        raise unreadable("文件是空的（0字节）；请检查后重新上传")
    if len(data) > MAX_FILE:
        raise unsafe(f"文件有{len(data) // 1024 // 1024}MB，超过上限{MAX_FILE // 1024 // 1024}MB；请删去图片等多余内容")
    return _said(_answer({"name": name}, data).document)


def annotated_file(name: str, data: bytes, problems: Sequence[Problem]) -> tuple[str, bytes]:
    """The file with its problems marked, as docx or xlsx: the format and the bytes. Raises FileRefused as above."""
    return _said(_answer({"name": name, "problems": as_data(problems)}, data).marked)


def examine(name: str, path: Path) -> Examined:
    """What a file on the disk is, and whether it bears a 密级 mark; of any size. Raises FileRefused as above."""
    with path.open("rb") as file:
        return _said(_answer({"name": name}, b"", file.fileno()).examined)


def _answer(task: dict[str, Any], data: bytes, *handles: int) -> Answer:
    name = task["name"]
    try:
        answer = decoded(_asked(json.dumps(task).encode(), data, *handles))
    except TimeoutError:
        raise unsafe("读取文件用时过长，已停止；请删去多余内容并另存后重新上传") from None
    except msgspec.MsgspecError:
        log.warning("the parser ended without an answer: %s, %d bytes", name, len(data))
        raise _broken_off() from None
    if answer.trace:
        log.warning("parsing %s failed: %s", name, answer.trace)
    if answer.refused is not None:
        raise FileRefused(*answer.refused)
    return answer


def _said(part: Said | None) -> Said:
    """The part of the answer that was asked for."""
    if part is None:
        raise _broken_off()
    return part


def _broken_off() -> FileRefused:
    return unsafe("文件内容异常，读取程序已中止；请用 WPS 或 Office 打开并另存后重新上传")


def _asked(task: bytes, data: bytes, *handles: int) -> bytes:
    """What the child answers; empty when it died. Raises TimeoutError."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _SERVER.hand_over(theirs.fileno(), *handles)
        ours.settimeout(WALL_SECONDS)
        # A child that dies before it has read everything ends the conversation as well.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            ours.sendall(task + b"\0")
            ours.sendall(data)
            ours.shutdown(socket.SHUT_WR)
        return _received(ours)


def _received(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(_CHUNK):
            parts.append(part)
    except ConnectionResetError:
        return b""
    return b"".join(parts)


def environment() -> dict[str, str]:
    """What the parser may know of this process's environment: where Python is, no settings."""
    return {key: os.environ[key] for key in _PASSED_ON if key in os.environ}


class _Server:
    """The parsing server of this process; a fork of this process starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def hand_over(self, connection: int, *handles: int) -> None:
        """Let a child of the server talk on this connection; a server that has died is started again."""
        with self._lock:
            if self._control is None or self._owner != os.getpid():
                self._start()
            try:
                self._send(connection, *handles)
            except OSError:
                self.stop()
                self._start()
                self._send(connection, *handles)

    def _send(self, *handles: int) -> None:
        if self._control is not None:
            socket.send_fds(self._control, [b"."], handles)

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 -- our own module
                _COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd=_ROOT, env=environment()
            )
        self._owner = os.getpid()

    def stop(self) -> None:
        """The server ends when its connection closes."""
        if self._control is not None and self._process is not None and self._owner == os.getpid():
            self._control.close()
            self._process.wait()
        self._control = self._process = None


_SERVER = _Server()
atexit.register(_SERVER.stop)
