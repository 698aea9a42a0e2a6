"""A night over 3,000 parks: the sweep against the bare two-period self-join over the same figures (`make bench`)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, text

from benchmarks.measure import Benchmark, Contender
from db import migrate
from db.base import Base
from db.models import (
    Contact,
    Goal,
    Letter,
    LetterPark,
    Obligation,
    Park,
    Review,
    StoredFile,
    Submission,
    SubmissionReading,
    Unit,
)
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.deadlines import construction_end
from policy.indicators.catalogue import BY_KEY
from policy.obligations import owed
from policy.rulebook import DEFAULT
from services import clock
from services.alerting import SweepResult, sweep

PARKS, DISTRICTS, FIRMS = 3000, 200, 10
FIGURES = tuple(BY_KEY)[:15]
GOALS = ("revenue_cyber", "firms_cyber", "staff_cyber", "area_operating")

SELF_JOIN = text(
    """
    SELECT now.park_id, this.key, this.value, that.value
    FROM submission AS now
    JOIN submission AS before ON before.park_id = now.park_id AND before.period = '2025H2'
    JOIN submission_reading AS this
      ON this.submission_id = now.id AND this."table" = 'figures' AND this."column" = 'current'
    JOIN submission_reading AS that
      ON that.submission_id = before.id AND that."table" = this."table" AND that."row" = this."row"
     AND that.key = this.key AND that."column" = this."column"
    WHERE now.period = '2026H1'
    """
)


def prepare() -> tuple[Contender, ...]:
    """A programme in which every park has reported and been accepted, judged once."""
    folder = tempfile.mkdtemp(prefix="parkwatch-bench-")
    database = Database(f"sqlite:///{Path(folder) / 'sweep.db'}")
    migrate.upgrade(database.engine)
    fill(database.engine, clock.today())
    night(database, full=True)
    again = night(database, full=True)
    assert (again.opened, again.mails, again.failed) == ((), (), ())
    return (
        Contender("sweep --full, nothing new", lambda _round: night(database, full=True)),
        Contender("nightly sweep, nothing due", lambda _round: night(database)),
        Contender("two-period self-join over the figures", lambda _round: self_join(database), yardstick=True),
    )


BENCHMARK = Benchmark(f"a sweep over {PARKS:,} parks", prepare)


def night(database: Database, *, full: bool = False) -> SweepResult:
    with database.write() as session:
        return sweep(session, SYSTEM_ACTOR, clock.today(), full=full)


def self_join(database: Database) -> int:
    with database.engine.connect() as connection:
        rows = connection.execute(SELF_JOIN).all()
    assert len(rows) == PARKS * len(FIGURES)
    return len(rows)


def fill(engine: Engine, today: date, parks: int = PARKS) -> None:
    """Approved so that two half-years are due and reported; figures on their paths, every district with a handler."""
    now = clock.now()
    approved = date(2025, 3, 3)
    ends = construction_end(approved)
    reported = ("2025H1", "2025H2", "2026H1")
    put(engine, Unit, ({"id": n, "name": f"虚构{n}区", "short_name": f"虚构{n}", "kind": "district", "position": n,
                        "fictional": True} for n in range(1, DISTRICTS + 1)))  # fmt: skip
    put(engine, Contact, ({"unit_id": n, "name": f"虚构{n}", "role": "handler", "mail": f"h{n}@example.gov.cn",
                           "phone": ""} for n in range(1, DISTRICTS + 1)))  # fmt: skip
    nothing = dict.fromkeys(("operator", "host_park", "address", "boundary"), "")
    alike = nothing | {"approved_on": approved, "approval_no": "1", "ends_on": ends, "created_at": now}
    put(engine, Park, (alike | {"id": n, "code": f"P{n:04}", "title": f"国家网络安全产业园区（虚构{n}园）",
                                "short_name": f"虚构{n}园", "district_id": n % DISTRICTS + 1}
                       for n in range(1, parks + 1)))  # fmt: skip
    put(engine, Obligation, ({"park_id": n, "kind": str(entry.kind), "period": str(entry.period or ""),
                              "due_on": entry.due_on, "clause": entry.clause}
                             for n in range(1, parks + 1) for entry in owed(approved, ends, DEFAULT)))  # fmt: skip
    put(engine, Goal, ({"park_id": n, "key": key, "baseline": 1, "baseline_on": approved, "target": 10, "decision": "1",
                        "source": "", "valid_from": approved, "recorded_at": now}
                       for n in range(1, parks + 1) for key in GOALS))  # fmt: skip
    put(engine, StoredFile, ({"id": 1, "sha256": "0" * 64, "size": 1, "name": "半年报.xlsx", "stored_at": now},))
    put(engine, Letter, ({"id": n, "sender_id": n, "number": str(n), "dated": date(2025, 7, 1),
                          "received_on": date(2025, 7, 1), "medium": "paper", "recorded_at": now, "recorded_by": "x"}
                         for n in range(1, DISTRICTS + 1)))  # fmt: skip
    put(engine, LetterPark, ({"letter_id": n % DISTRICTS + 1, "park_id": n, "period": period}
                             for n in range(1, parks + 1) for period in reported))  # fmt: skip
    versions = [(n, period) for n in range(1, parks + 1) for period in reported]
    put(engine, Submission, ({"id": number, "park_id": n, "kind": "half_year_report", "period": period, "version": 1,
                              "state": "accepted", "file_id": 1, "file_name": "半年报.xlsx", "uploaded_at": now,
                              "uploaded_by": "x", "received_on": date(2025, 7, 1), "clean": True, "has_errors": False,
                              "figure_kind": "preliminary", "totals": {}}
                             for number, (n, period) in enumerate(versions, 1)))  # fmt: skip
    put(engine, Review, ({"submission_id": number, "accepted": True, "category": "", "reason": "",
                          "decided_on": today - timedelta(days=9), "decided_at": now, "decided_by": "x"}
                         for number in range(1, len(versions) + 1)))  # fmt: skip
    put(engine, SubmissionReading, (cell for number in range(1, len(versions) + 1) for cell in cells(number)))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def cells(number: int) -> Iterator[dict[str, object]]:
    common = {"submission_id": number, "column": "current", "unit": "", "status": "ok", "message": "", "candidates": []}
    for key in FIGURES:
        yield common | {"table": "figures", "row": 0, "key": key, "raw": "40", "value": "40", "where": f"半年报!{key}"}
    for row in range(1, FIRMS + 1):
        for key in ("name", "revenue", "cyber"):
            yield common | {"table": "roster", "row": row, "key": key, "raw": "1", "value": "1", "where": f"名录!{row}"}


def put(engine: Engine, model: type[Base], rows: Iterator[dict[str, object]] | tuple[dict[str, object], ...]) -> None:
    with engine.begin() as connection:
        batch = []
        for row in rows:
            batch.append(row)
            if len(batch) == 5000:
                connection.execute(insert(model), batch)
                batch = []
        if batch:
            connection.execute(insert(model), batch)


if __name__ == "__main__":
    from benchmarks.measure import lines, measure

    contenders = prepare()
    print("\n".join(lines(BENCHMARK, contenders, measure(contenders))))
