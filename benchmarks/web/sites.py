"""Both applications as they would be served: gunicorn with two workers of four threads, on a port of their own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from settings import ROOT

WORKERS = ("--worker-class=gthread", "--workers=2", "--threads=4", "--log-level=warning", "--no-control-socket")
PASSWORD = "demo-password-1"
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def memory(self) -> list[float]:
        """MB of each worker's own and shared pages, as they count (PSS)."""
        return [_pss(worker) for worker in self.workers()]


def _pss(process: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def serving(application: str, *options: str, check: str = "/", **settings: str) -> Iterator[Site]:
    """The application while it runs, from the moment it answers at `check`."""
    with started(application, *options, **settings) as site:
        answered(site, check)
        yield site


@contextmanager
def started(application: str, *options: str, **settings: str) -> Iterator[Site]:
    """The same, from the moment it was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", *WORKERS, *options)
    # What goes wrong is counted by whoever asks; told here, it would stand among the figures.
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        yield Site(port, process)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # still at what a load has left it
            process.kill()
            process.wait()


def answered(site: Site, path: str) -> None:
    """Wait until it does."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and site.process.poll() is None:
        try:
            with build_opener().open(site.address + path, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the application did not start")


def signed_in(site: Site, username: str) -> str:
    """The cookies of somebody who has just signed in, as a header says them."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    form = {"username": username, "password": PASSWORD, "csrf_token": _token(opener, site)}
    with opener.open(f"{site.address}/login?next=/parks", urlencode(form).encode(), timeout=60):
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _token(opener: OpenerDirector, site: Site) -> str:
    with opener.open(f"{site.address}/login", timeout=60) as answer:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
    assert found is not None
    return found[1]
