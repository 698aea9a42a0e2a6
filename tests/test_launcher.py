"""`python -m dashboard`, which `make run` calls: both processes up, both down, and the reason when one fails."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from threading import Event, Timer
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from services.platform import Platform
from settings import ROOT
from tests import factories

launcher = import_module("dashboard.__main__")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((launcher.HOST, 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def started(platform: Platform, port: int) -> Iterator[subprocess.Popen[str]]:
    """The launcher on a database that already holds a park, so that no demonstration is loaded."""
    with platform.database.write() as session:
        factories.make_park(session)
    environment = os.environ | {"PARKWATCH_PORT": str(port)}
    command = [sys.executable, "-m", "dashboard"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()


def test_it_serves_until_it_is_asked_to_stop(started: subprocess.Popen[str], port: int) -> None:
    assert started.stdout is not None
    address = f"http://127.0.0.1:{port}"
    assert any(address in line for line in started.stdout)
    with urlopen(f"{address}/healthz", timeout=10) as answer:
        assert answer.status == 200
    started.send_signal(signal.SIGTERM)
    assert "已停止" in started.stdout.read()
    assert started.wait(30) == 0
    with pytest.raises(URLError):
        urlopen(f"{address}/healthz", timeout=2)


def test_a_port_in_use_is_named(platform: Platform, port: int) -> None:
    with socket.socket() as taken:
        taken.bind((launcher.HOST, port))
        taken.listen()
        result = subprocess.run(
            [sys.executable, "-m", "dashboard"],
            cwd=ROOT,
            env=os.environ | {"PARKWATCH_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 1
    assert "PARKWATCH_PORT" in result.stderr
    assert str(port) in result.stderr


@pytest.mark.parametrize("ends", ["网页", "定时任务"])
def test_when_one_ends_the_other_is_ended(platform: Platform, monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    children = fake_children(monkeypatch, ends)
    monkeypatch.setattr(launcher, "_answers", lambda *_: False)
    assert launcher._keep_running(platform.settings, {}, Event()) == [ends]
    assert not any(child.running for child in children)


def test_asked_to_stop_it_ends_both_and_blames_neither(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    children = fake_children(monkeypatch, ends="nobody")
    monkeypatch.setattr(launcher, "_answers", lambda *_: False)
    stopping = Event()
    Timer(0.5, stopping.set).start()
    assert launcher._keep_running(platform.settings, {}, stopping) == []
    assert not any(child.running for child in children)


def fake_children(monkeypatch: pytest.MonkeyPatch, ends: str) -> list[Any]:
    """Processes that only wait, except the one called `ends`."""
    started: list[Any] = []

    def start(name: str, *_module: str) -> Any:
        program = "" if name == ends else "import time; time.sleep(60)"
        started.append(launcher.Child(name, subprocess.Popen([sys.executable, "-c", program])))
        return started[-1]

    monkeypatch.setattr(launcher, "_start", start)
    return started
