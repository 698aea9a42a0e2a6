"""Files of 200 MB through the real server: its memory stays as it was, on the way in and on the way out."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from policy.evidence import LARGEST
from services.platform import Platform
from settings import ROOT
from tests.conftest import PASSWORD
from tests.dashboard.conftest import Programme, token
from tests.evidence_files import MP4_HEAD

MEBIBYTE = 1024 * 1024
MOST_GROWTH = 60 * MEBIBYTE
PIECE = bytes(MEBIBYTE)


@dataclass
class Server:
    """One worker, and someone signed in to it."""

    port: int
    worker: int
    cookie: str = ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers |= {"Cookie": self.cookie, "Connection": "close"}
        connection.request(method, path, body, headers)  # type: ignore[arg-type]
        return connection.getresponse()

    def sign_in(self, username: str) -> None:
        first = self.ask("GET", "/login")
        form = {"username": username, "password": PASSWORD, "csrf_token": token(first.read().decode())}
        kind = "application/x-www-form-urlencoded"
        self.cookie = _cookies(first)
        entered = self.ask("POST", "/login", urlencode(form), **{"Content-Type": kind})
        assert (entered.status, entered.read()[:0]) == (302, b"")
        self.cookie = _cookies(entered)

    def begin_to_watch(self) -> int:
        """Bytes in memory now; the peak counts anew."""
        Path(f"/proc/{self.worker}/clear_refs").write_text("5")
        return self._bytes("VmRSS")

    def peak(self) -> int:
        return self._bytes("VmHWM")

    def _bytes(self, word: str) -> int:
        found = re.search(rf"{word}:\s+(\d+) kB", Path(f"/proc/{self.worker}/status").read_text())
        assert found is not None
        return int(found[1]) * 1024


def _cookies(answer: http.client.HTTPResponse) -> str:
    return "; ".join(value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", []))


@pytest.fixture
def live(platform: Platform, programme: Programme) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "wsgi:application", f"--bind=127.0.0.1:{port}", "--preload",
        "--no-control-socket", "--worker-class=gthread", "--workers=1", "--threads=4", "--log-level=warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    try:
        yield Server(port, _worker_of(process, port))
    finally:
        process.terminate()
        process.wait(15)


def _worker_of(process: subprocess.Popen[bytes], port: int) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                if connection.recv(12).endswith(b"200"):
                    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
                    return int(children.split()[0])
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web application did not start")


def film(size: int) -> Iterator[bytes]:
    yield MP4_HEAD
    left = size - len(MP4_HEAD)
    while left > 0:
        yield PIECE[:left]
        left -= MEBIBYTE


def form_of(csrf: str, size: int) -> tuple[int, Iterator[bytes], str]:
    """Length, pieces and type of a form with a film of this size."""
    mark = "a-boundary"
    fields = {"csrf_token": csrf, "category": "events", "title": "攻防大赛录像"}
    parts = (f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.exe"\r\n\r\n'
    head, tail = ("".join(parts) + file).encode(), f"\r\n--{mark}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        yield from film(size)
        yield tail

    return len(head) + size + len(tail), pieces(), f"multipart/form-data; boundary={mark}"


def send(server: Server, size: int, **headers: str) -> tuple[int, str]:
    page = server.ask("GET", "/parks/JIA/evidence").read().decode()
    length, pieces, kind = form_of(token(page), size)
    headers |= {"Content-Type": kind, "Content-Length": str(length)}
    answer = server.ask("POST", "/parks/JIA/evidence", pieces, **headers)
    return answer.status, answer.read().decode()


def test_two_hundred_megabytes_in_and_out_in_constant_memory(live: Server, platform: Platform) -> None:
    live.sign_in("operator")
    send(live, 2 * MEBIBYTE)  # whatever is loaded once is loaded now
    before = live.begin_to_watch()
    status, said = send(live, LARGEST, Accept="application/json")
    assert (status, said) == (200, '{"next":"/parks/JIA/evidence#evidence-3"}\n')
    grown_in = live.peak() - before

    before = live.begin_to_watch()
    answer = live.ask("GET", "/parks/JIA/evidence/3")
    assert answer.headers["Content-Disposition"] == "attachment; filename=a.exe.mp4"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    found = hashlib.sha256()
    while piece := answer.read(MEBIBYTE):
        found.update(piece)
    grown_out = live.peak() - before
    expected = hashlib.sha256()
    for piece in film(LARGEST):
        expected.update(piece)
    assert found.hexdigest() == expected.hexdigest()
    assert platform.storage.path(found.hexdigest()).stat().st_size == LARGEST

    before = live.begin_to_watch()
    status, said = send(live, LARGEST + 5 * MEBIBYTE)  # heard out, so that a browser comes to show the answer
    assert (status, "文件过大（本次上传206MB，上限200MB）" in said) == (413, True)
    grown_by_refusing = live.peak() - before

    print(f"grew by {grown_in / MEBIBYTE:.1f} MB on the way in, {grown_out / MEBIBYTE:.1f} MB on the way out")
    assert max(grown_in, grown_out, grown_by_refusing) < MOST_GROWTH


class Untouched(BytesIO):
    """A body nobody may read."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("taken in")


@pytest.mark.parametrize("username", ["expert", "committee", None])
def test_what_is_sent_by_who_may_not_send_it_is_not_taken_in(
    server: Flask, sign_in: Callable[[str], FlaskClient], username: str | None
) -> None:
    client = sign_in(username) if username else server.test_client()
    answer = client.post(
        "/parks/JIA/evidence", input_stream=Untouched(), content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(LARGEST)},
    )  # fmt: skip
    assert answer.status_code == (403 if username else 303)
