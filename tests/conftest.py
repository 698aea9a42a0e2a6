"""Fixtures every test may use.

`database` is a migrated, empty Database; under tests/db and tests/services each test that asks for it runs
on SQLite and on PostgreSQL. `platform` is a whole Platform on it, with folders of its own.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from db import migrate
from db.session import Database
from jobs.__main__ import commands
from services import clock
from services.platform import Platform
from services.storage import Storage
from settings import Settings
from tests.postgres import TEMPLATE, Cluster, binaries

HERE = Path(__file__).parent
ON_BOTH = (HERE / "db", HERE / "services")
NOTHING_LEFT_OUT = bool(os.environ.get("PARKWATCH_TEST_ALL") or os.environ.get("CI"))
PASSWORD = "demo-password"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames and any(folder in metafunc.definition.path.parents for folder in ON_BOTH):
        metafunc.parametrize("backend", ("sqlite", "postgresql"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a reason, however many tests were left out for it."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason, number in Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped).items():
        terminalreporter.write_line(f"略去{number}个测试：{reason}")


def left_out(missing: str) -> None:
    """Skip, saying why in one line; with nothing to be left out, fail."""
    if NOTHING_LEFT_OUT:
        pytest.fail(f"{missing}，而本次不允许略去任何测试", pytrace=False)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def libreoffice() -> str:
    return _program("soffice", "libreoffice")


@pytest.fixture(scope="session")
def pdftoppm() -> str:
    return _program("pdftoppm")


def _program(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        left_out(f"未安装 {names[0]}")
    return str(found)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the settings of the machine it runs on."""
    for name in [name for name in os.environ if name.startswith("PARKWATCH_")]:
        monkeypatch.delenv(name)


class OutsideConnection(RuntimeError):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OutsideConnection(f"no test may connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def set_now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime | date], None]:
    """Stops the clock: at an aware instant, or at nine in the morning of a day in Shanghai."""

    def stop(moment: datetime | date) -> None:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(9), clock.SHANGHAI)
        assert moment.tzinfo is not None, "an instant needs a zone"
        monkeypatch.setattr(clock, "now", lambda: moment)

    return stop


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One server a test process, its template migrated once."""
    folder = binaries()
    if folder is None:
        left_out("未安装 PostgreSQL")
    assert folder is not None
    cluster = Cluster(folder)
    _migrate(cluster.url(TEMPLATE))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "parkwatch.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database.engine)
    database.engine.dispose()


@pytest.fixture
def backend() -> str:
    """Which database; parametrised under tests/db and tests/services."""
    return "sqlite"


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database that belongs to this test alone."""
    if backend == "sqlite":
        copy = tmp_path / "parkwatch.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite:///{copy}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create()
    yield url
    cluster.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def platform(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A platform of this test's own; the environment says the same, so that commands find it too."""
    values = {
        "database_url": database_url,
        "storage_url": f"file:{tmp_path / 'files'}",
        "mail_url": f"file:{tmp_path / 'mail'}",
        "mail_from": "parkwatch@example.gov.cn",
        "secret_key": "0123456789abcdefghijklmnopqrstuv",
        "demo_password": PASSWORD,
    }
    for name, value in values.items():
        monkeypatch.setenv(f"PARKWATCH_{name.upper()}", value)
    settings = Settings(_env_file=None)
    return Platform(settings, database, Storage(settings.storage_folder))


@pytest.fixture
def run_command(platform: Platform) -> Callable[..., Result]:
    """Calls `python -m jobs` in this process: run_command("parks", "--json") gives exit_code, stdout, stderr."""

    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
