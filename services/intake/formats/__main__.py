"""The parsing server: each connection handed over on standard input gets a child of its own that reads one file.

It has no database, no settings and no network; what a child costs is bounded by `limits`, and a child that dies
takes nothing with it. A request is the task as one JSON document, a NUL and the file's bytes; the answer is an
encoded `Answer`. A file too large to be sent is handed over open, beside the connection: it is only examined.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from services.intake.document import Document
from services.intake.formats import opendocument, plain, word, workbook
from services.intake.formats.answer import Answer, encoded
from services.intake.formats.limits import check_amount, check_texts, limit_process
from services.intake.formats.refused import DAMAGED, FileRefused
from services.intake.formats.sniff import sniff

_CHUNK = 1 << 20
PARSERS: dict[str, Callable[[bytes], Document]] = {
    "xlsx": workbook.parse_xlsx,
    "xls": workbook.parse_xls,
    "ods": opendocument.parse_ods,
    "docx": word.parse_docx,
    "html": plain.parse_html,
    "csv": plain.parse_csv,
}


def answer(name: str, data: bytes) -> Answer:
    """The document, or why there is none."""
    return _guarded(lambda: Answer(document=_parsed(name, data)))


def marked(name: str, data: bytes, problems: Sequence[Sequence[str]]) -> Answer:
    """The file with the problems marked in it, or why there is none."""

    def result() -> Answer:
        # Libraries for writing are loaded here alone: few files are marked.
        from services.intake.annotate.marking import annotated
        from services.intake.annotate.problems import from_data

        return Answer(marked=annotated(data, _parsed(name, data), from_data(problems)))

    return _guarded(result)


def examined(handle: int) -> Answer:
    """What the open file is and whether it bears a 密级 mark, or why it may not come in."""

    def result() -> Answer:
        from services.intake.formats import examining

        with os.fdopen(handle, "rb") as file:
            return Answer(examined=examining.examined(file))

    return _guarded(result)


def _parsed(name: str, data: bytes) -> Document:
    document = PARSERS[sniff(name, data)](data)
    check_texts(document)
    check_amount(document)
    return document


def _guarded(task: Callable[[], Answer]) -> Answer:
    """A parser may raise anything on a damaged file: it has one meaning here."""
    try:
        return task()
    except FileRefused as refusal:
        return Answer(refused=(refusal.code, refusal.message))
    except MemoryError:
        return Answer(refused=("file_unsafe", "文件展开后占用内存过多，已停止读取；请删去多余内容后重新保存"))
    except Exception:
        return Answer(refused=("file_unreadable", DAMAGED), trace=traceback.format_exc()[-2000:])


def serve(control: socket.socket) -> None:
    """Hand each connection to a child of its own until the other side is gone. The next child waits already: a file
    need not wait for its fork."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are not waited for
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the other side, and that ends this
    gc.freeze()
    while True:
        with _next_child(control) as child:
            _, handed, _, _ = socket.recv_fds(control, 1, 2)
            if not handed:
                return
            socket.send_fds(child, [b"."], handed)
        if len(handed) > 1:
            # Libraries for what is no report: loaded at the first one, and for all that follow.
            import_module("services.intake.formats.examining")
        for handle in handed:
            os.close(handle)


def _next_child(control: socket.socket) -> socket.socket:
    """A child that waits for the one file of its life; it ends when the server does."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        control.close()
        ours.close()
        _, handed, _, _ = socket.recv_fds(theirs, 1, 2)
        if not handed:
            os._exit(0)
        _do_one(socket.socket(fileno=handed[0]), *handed[1:])
    theirs.close()
    return ours


def _do_one(connection: socket.socket, *handles: int) -> None:
    """What a child does with its file, to its end."""
    try:
        limit_process()
        gc.disable()
        request = b"".join(iter(lambda: connection.recv(_CHUNK), b""))
        head, _, data = request.partition(b"\0")
        connection.sendall(encoded(_done(json.loads(head), data, *handles)))
        connection.shutdown(socket.SHUT_RDWR)  # the answer is whole before this process is taken down
    finally:
        os._exit(0)


def _done(task: dict[str, Any], data: bytes, *handles: int) -> Answer:
    if handles:
        return examined(handles[0])
    if "problems" in task:
        return marked(task["name"], data, task["problems"])
    return answer(task["name"], data)


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
