"""A private PostgreSQL for one test session: on a Unix socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

TEMPLATE = "template_parkwatch"
# Nothing of a test's data is worth a disk write that survives a crash.
FAST = ("-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=50")


def binaries() -> Path | None:
    """The folder of initdb and postgres; None when PostgreSQL is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    found = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class Cluster:
    """One server process. `create()` gives the URL of a fresh database copied from the migrated template."""

    def __init__(self, folder: Path) -> None:
        self._numbers = count(1)
        self._home = Path(tempfile.mkdtemp(prefix="parkwatch-pg-"))
        # The server refuses to run as root, so root hands the folder to the package's own user.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self._home, owner.pw_uid, owner.pw_gid)
        self._run(folder / "initdb", "-D", self._home / "data", "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8",
                  "--locale=C.UTF-8")  # fmt: skip
        self._run(folder / "pg_ctl", "-D", self._home / "data", "-w", "-s", "-l", self._home / "log", "-o",
                  " ".join([*FAST, "-c listen_addresses=''", f"-k {self._home}"]), "start")  # fmt: skip
        self._pg_ctl = folder / "pg_ctl"
        self._admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._execute(f"CREATE DATABASE {TEMPLATE}")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._home}"

    def create(self) -> str:
        """The URL of a new migrated database."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.url(name)

    def create_empty(self) -> str:
        """The URL of a new database without any table."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._execute(f"DROP DATABASE {url.partition('@/')[2].partition('?')[0]} WITH (FORCE)")

    def stop(self) -> None:
        self._admin.dispose()
        self._run(self._pg_ctl, "-D", self._home / "data", "-m", "immediate", "-s", "stop")
        shutil.rmtree(self._home)

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def _run(self, *command: str | Path) -> None:
        # Output goes to nobody: the server would keep an inherited pipe open for as long as it runs.
        subprocess.run(command, check=True, user=self._user, cwd="/", stdout=subprocess.DEVNULL)
