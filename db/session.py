"""The database as the rest of the house sees it: short read transactions and one write transaction a use case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, CursorResult, Engine, create_engine, event, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from db import data_version, watch  # noqa: F401 -- both listen to what is written
from db.base import Base


class Database:
    """SQLite or PostgreSQL behind two doors: `read()` never commits, `write()` commits or rolls back whole."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        # One read sees one state on either database: SQLite gives that by itself, PostgreSQL when asked.
        snapshot = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reading: dict[str, Any] = {"read_only": True} | snapshot
        self._check: Callable[[Session], None] | None = None

    def guarded(self, check: Callable[[Session], None]) -> Database:
        """The same database, where every `write()` first calls `check` in its transaction; what it raises ends it."""
        twin = copy(self)
        twin._check = check
        return twin

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.engine.connect().execution_options(**self._reading) as connection, Session(connection) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            if self._check is not None:
                self._check(session)
            yield session


def take_turns(session: Session, lock: int, *, shared: bool = False) -> None:
    """Transactions that name the same lock go one after another; on SQLite all writers do so anyway. Those that
    share it do not wait for each other."""
    if session.get_bind().dialect.name == "postgresql":
        statement = f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(:lock)"
        session.execute(text(statement), {"lock": lock})


def changed(session: Session, model: type[Base], where: Iterable[ColumnElement[bool]], values: dict[str, Any]) -> bool:
    """One conditional UPDATE; whether it changed its one row. Rows the session holds already stay as they are."""
    statement = update(model).where(*where).values(values).execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def add_rows(
    session: Session,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    alike: Mapping[str, str | None],
) -> None:
    """Many rows in one go, past the ORM: each holds these columns' values as the driver takes them (JSON as text).

    `alike`: the columns that are alike in all of the rows; constants of ours, nothing that a file says. A column that
    is not named gets the database's default, never the model's.
    """
    connection = session.connection()
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(model.__tablename__)} ({', '.join(map(quote, (*columns, *alike)))})"
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, *alike.values()))
    elif rows:
        # Written out, not bound: SQLite is much faster at what it need not take from each row.
        values = ", ".join(["?"] * len(columns) + [_written(value) for value in alike.values()])
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({values})", list(rows))  # noqa: S608 -- our own names


def _written(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def make_engine(url: str) -> Engine:
    """An engine with the settings each database needs; creates the folder of a SQLite file."""
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and parsed.database:
        # A folder that cannot be made is told by the first connection, as every database out of reach.
        with suppress(OSError):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_pre_ping=not sqlite)
    if sqlite:
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


PRAGMAS = (
    "journal_mode=WAL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "synchronous=NORMAL",
    # Pages are brought over from the log every 16 MB instead of every 4: many small transactions change the same ones.
    "wal_autocheckpoint=4000",
)


def _sqlite_pragmas(connection: SqliteConnection, _record: Any) -> None:
    # The driver's own deferred BEGIN is switched off: two writers that both read first would deadlock.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
