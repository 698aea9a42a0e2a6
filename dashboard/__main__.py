"""`make run`: brings the database up to date, loads the demonstration programme into an empty one, and keeps
the web application and the scheduler process running side by side until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Any, cast
from urllib.error import URLError
from urllib.request import urlopen

from settings import ROOT, Settings, load_settings

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Child:
    """A process of ours. A session of its own keeps a terminal's Ctrl-C from reaching it twice."""

    name: str
    process: subprocess.Popen[bytes]

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end; end it when it does not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main() -> int:
    """Exit 0 when asked to stop, 1 when something could not start or ended by itself."""
    settings = load_settings()
    settings.signing_key()
    _require_free(settings.port)
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    programme = _prepare()
    if not stopping.is_set():
        if programme is None:
            return 1
        ended = _keep_running(settings, programme, stopping)
        if ended:
            print(f"“{'”“'.join(ended)}”进程已退出，其余进程一并停止；原因见上方输出。", file=sys.stderr, flush=True)
            return 1
    print("已停止。数据已保存，再次运行即可继续。", flush=True)
    return 0


def _keep_running(settings: Settings, programme: dict[str, Any], stopping: Event) -> list[str]:
    """Both processes until one is asked to stop or one ends by itself; the names of those that did."""
    children = (_start("网页", *_web_command(settings.port)), _start("定时任务", "jobs", "run"))
    try:
        if _answers(settings.port, children, stopping):
            _greet(settings, programme)
        while not stopping.wait(0.3) and all(child.running for child in children):
            pass
        return [] if stopping.is_set() else [child.name for child in children if not child.running]
    finally:
        for child in children:
            child.stop()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        # As the web server does: an address left a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SystemExit(
                f"设置 PARKWATCH_PORT 有误：端口{port}不能使用（{error.strerror}）。请换一个，如 make run PORT=8061"
            ) from None


def _prepare() -> dict[str, Any] | None:
    """Migrate, and load the demonstration into an empty database; what `db demo` says, None when that failed."""
    print("正在准备数据库（首次启动要装入演示数据，约需一分钟）……", flush=True)
    if _run("db", "upgrade") is None:
        return None
    answer = _run("db", "demo", "--if-empty", "--json")
    return None if answer is None else cast(dict[str, Any], json.loads(answer))


def _run(*module: str) -> str | None:
    """What a command of ours prints; None when it fails (its reasons stand on stderr)."""
    done = subprocess.run([sys.executable, "-m", *module], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _web_command(port: int) -> tuple[str, ...]:
    return (
        "gunicorn", "wsgi:application", f"--bind={HOST}:{port}", "--preload", "--worker-class=gthread", "--workers=2",
        "--threads=4", "--timeout=120", "--graceful-timeout=10", "--log-level=warning", "--no-control-socket",
    )  # fmt: skip


def _start(name: str, *module: str) -> Child:
    command = [sys.executable, "-m", *module]
    return Child(name, subprocess.Popen(command, cwd=ROOT, env=os.environ, start_new_session=True))


def _answers(port: int, children: tuple[Child, ...], stopping: Event) -> bool:
    """Whether the web application came up; gives up when a child ends or nobody wants it any more."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and not stopping.is_set() and all(child.running for child in children):
        with suppress(URLError, OSError), urlopen(f"http://{HOST}:{port}/healthz", timeout=5):
            return True
        time.sleep(0.2)
    return False


def _greet(settings: Settings, programme: dict[str, Any]) -> None:
    print(f"\n园区建设期监测平台已启动：http://{HOST}:{settings.port}/\n")
    if programme["accounts"]:
        print("演示账号（演示数据，纯属虚构）：")
        for account in programme["accounts"]:
            print(f"  {account['username']:<10} 口令 {account['password']}  {account['display_name']}")
    elif programme["demonstration"]:
        print("演示账号：committee、district、operator、expert、admin；口令在首次启动时打印，")
        print("首次启动时设置过 PARKWATCH_DEMO_PASSWORD 的，即为其值。")
    print("\n按 Ctrl-C 停止。", flush=True)


if __name__ == "__main__":
    sys.exit(main())
