"""One park worked out anew after a report is accepted, among 40, 400 and 3,000 parks: time, statements, rows.

Each programme is the sweep's, with a report of the newest half-year waiting in some of its parks. What a night has
learned for the forecast is the smallest programme's in all of them: it is of one size whatever the number of parks.
Only the parks that are measured have rows of their own in the overview.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.orm import Session

from benchmarks import sweeping
from db import migrate
from db.models import ForecastFit, Outlook, ParkSnapshot, Review, Submission
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import clock, recomputing, reviews, snapshots
from services.foresight.nightly import work_out

SIZES = (40, 400, 3000)
ROUNDS = 30
NEWEST = "2026H1"


@dataclass(frozen=True, slots=True)
class Programme:
    """`waiting`: a report by park that waits for its decision; the first is for warming up."""

    parks: int
    database: Database
    waiting: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """What one acceptance did to the database."""

    statements: int
    rows: int


def lines(url: Callable[[int], str] | None = None) -> Iterator[str]:
    """What is printed. `url`: of an empty database for so many parks; SQLite files when not given."""
    found: list[Programme] = []
    for parks in SIZES:
        made = programme(parks, (url or sqlite)(parks))
        learn(made.database, found[0].database if found else None)
        found.append(made)
    yield f"one park worked out anew, median of {ROUNDS} in turns: clock, processor (x: among {SIZES[0]} parks)"
    works = (
        ("a report accepted", accept),
        ("overview row and outlooks alone", rewrite),
        ("a park's 复算核对", compare),
    )
    for name, work in works:
        times = timed(found, work)
        for one, own in zip(found, times, strict=True):
            told = (f"{mine * 1000:9.2f} ms{mine / first:9.2f} x" for mine, first in zip(own, times[0], strict=True))
            yield f"  {name}, {one.parks:,} parks".ljust(64) + "".join(told)
    for one in found:
        touched = count(one)
        yield f"  among {one.parks:,} parks: {touched.statements} statements, {touched.rows} rows written"


def sqlite(parks: int) -> str:
    return f"sqlite:///{Path(tempfile.mkdtemp(prefix='parkwatch-bench-')) / f'{parks}.db'}"


def programme(parks: int, url: str) -> Programme:
    database = Database(url)
    migrate.upgrade(database.engine)
    sweeping.fill(database.engine, clock.today(), parks)
    with database.write() as session:
        newest = select(Submission.id).where(Submission.period == NEWEST, Submission.park_id <= ROUNDS + 2)
        session.execute(delete(Review).where(Review.submission_id.in_(newest)))
        session.execute(update(Submission).where(Submission.id.in_(newest)).values(state="submitted"))
        for park_id in range(1, min(parks, ROUNDS + 2) + 1):
            snapshots.rewrite(session, park_id)
        stand_in(session, parks)
        rows = session.execute(
            select(Submission.park_id, Submission.id).where(Submission.state == "submitted").order_by(Submission.id)
        )
        return Programme(parks, database, tuple((row.park_id, row.id) for row in rows))


def stand_in(session: Session, parks: int) -> None:
    """The parks that are not measured have a row like the first one's: it is there to be passed over."""
    like = session.get_one(ParkSnapshot, 1)
    columns = {column.name: getattr(like, column.name) for column in ParkSnapshot.__table__.columns}
    rows = [columns | {"park_id": number, "code": f"P{number:04}"} for number in range(ROUNDS + 3, parks + 1)]
    if rows:
        session.execute(insert(ParkSnapshot), rows)


def learn(database: Database, like: Database | None) -> None:
    """As a night leaves it; what another programme has learned where `like` is given."""
    with database.write() as session:
        if like is None:
            work_out(session, SYSTEM_ACTOR, clock.today())
            return
        with like.read() as other:
            kept = [(fit.key, fit.as_of, fit.learned) for fit in other.scalars(select(ForecastFit))]
        session.add_all(
            ForecastFit(key=key, as_of=as_of, learned_at=clock.now(), learned=learned) for key, as_of, learned in kept
        )
        session.flush()
        for park_id in range(1, ROUNDS + 3):
            snapshots.rewrite(session, park_id)


def accept(one: Programme, number: int) -> None:
    """审核通过 of the park's waiting report, with all that is worked out anew for it, committed."""
    with one.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, one.waiting[number][1], clock.today())


def rewrite(one: Programme, number: int) -> None:
    with one.database.write() as session:
        snapshots.rewrite(session, one.waiting[number][0])


def compare(one: Programme, number: int) -> None:
    """A full recomputation does so much for each of its parks."""
    with one.database.read() as session:
        assert not list(recomputing.differing(session, one.waiting[number][0]))


def timed(programmes: list[Programme], work: Callable[[Programme, int], None]) -> list[tuple[float, float]]:
    """Median seconds by programme, by the clock and of this process; they take turns, and each round has a park of
    its own."""
    seconds: list[list[tuple[float, float]]] = [[] for _ in programmes]
    for number in range(ROUNDS + 1):
        for one, own in zip(programmes, seconds, strict=True):
            begun, busy = time.perf_counter(), time.process_time()
            work(one, number)
            own.append((time.perf_counter() - begun, time.process_time() - busy))
    return [(median(clocked for clocked, _ in own[1:]), median(busy for _, busy in own[1:])) for own in seconds]


def count(one: Programme) -> Touched:
    """Of the acceptance of the last waiting report; only its own park's row and outlooks may have changed."""
    park_id, _ = one.waiting[-1]
    before = others(one.database, park_id)
    seen: list[int] = []

    def note(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen.append(0 if statement.startswith("SELECT") else max(cursor.rowcount, 0))

    with listening(one.database, note):
        accept(one, len(one.waiting) - 1)
    assert others(one.database, park_id) == before
    return Touched(len(seen), sum(seen))


@contextmanager
def listening(database: Database, note: Callable[..., None]) -> Iterator[None]:
    event.listen(database.engine, "after_cursor_execute", note)
    yield
    event.remove(database.engine, "after_cursor_execute", note)


def others(database: Database, park_id: int) -> tuple[Any, ...]:
    """Whatever shows that a row of another park was written."""
    with database.read() as session:
        versions = select(func.sum(ParkSnapshot.version)).where(ParkSnapshot.park_id != park_id)
        renewed = select(func.max(Outlook.worked_out_at)).where(Outlook.park_id != park_id)
        return session.scalar(versions), session.scalar(renewed)


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
