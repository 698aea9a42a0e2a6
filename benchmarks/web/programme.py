"""Our database for the same programme as the peer's: parks, five reports of 40 values each, and rows of the overview.

Forty parks are stored whole and their rows worked out as ever; where there are more, the others have a row like one of
theirs, for nothing else of a park is read by the overview.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import insert, select, text

from benchmarks.peers.data import DUE, PERIODS, keys
from benchmarks.sweeping import put
from benchmarks.web.sites import PASSWORD
from db import migrate
from db.models import (
    Goal,
    Letter,
    LetterPark,
    Obligation,
    Park,
    ParkSnapshot,
    Review,
    StoredFile,
    Submission,
    SubmissionReading,
    Unit,
)
from db.session import Database
from policy.access import SYSTEM_ACTOR, Role
from policy.deadlines import construction_end
from policy.indicators.catalogue import BY_KEY
from policy.obligations import owed
from policy.rulebook import DEFAULT
from services import accounts, clock, snapshots

WHOLE = 40
DISTRICTS = 37
APPROVED = date(2024, 12, 1)
INDICATORS = tuple(key for key in keys() if key in BY_KEY)


def write(path: Path, parks: int) -> str:
    """The address of a database of so many parks, with an account for the committee and one for a district."""
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database.engine)
    _store(database, min(parks, WHOLE))
    with database.write() as session:
        for number in range(1, min(parks, WHOLE) + 1):
            snapshots.rewrite(session, number)
        for name, role, unit in (("committee", Role.COMMITTEE, None), ("district", Role.DISTRICT, 1)):
            accounts.create_account(
                session, SYSTEM_ACTOR, username=name, password=PASSWORD, display_name=f"{role.label}（虚构）",
                role=role, demonstration=True, unit_id=unit,
            )  # fmt: skip
    _stand_in(database, parks)
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    database.engine.dispose()
    return f"sqlite:///{path}"


def _store(database: Database, parks: int) -> None:
    engine, now, ends = database.engine, clock.now(), construction_end(APPROVED)
    numbers = range(1, parks + 1)
    versions = [(n, period, on) for n in numbers for period, on in zip(PERIODS, DUE, strict=True) if _came(n, period)]
    put(engine, Unit, ({"id": n, "name": f"虚构{n}区", "short_name": f"虚构{n}", "kind": "district", "position": n,
                        "fictional": True, "tile_row": n // 7, "tile_column": n % 7}
                       for n in range(1, DISTRICTS + 1)))  # fmt: skip
    put(engine, Park, (_park(n) | {"created_at": now, "ends_on": ends} for n in numbers))
    put(engine, Obligation, ({"park_id": n, "kind": str(one.kind), "period": str(one.period or ""),
                              "due_on": one.due_on, "clause": one.clause}
                             for n in numbers for one in owed(APPROVED, ends, DEFAULT)))  # fmt: skip
    put(engine, Goal, ({"park_id": n, "key": "revenue_cyber", "baseline": 1, "baseline_on": APPROVED, "target": 12,
                        "decision": "1", "source": "", "valid_from": APPROVED, "recorded_at": now}
                       for n in numbers))  # fmt: skip
    put(engine, StoredFile, ({"id": 1, "sha256": "0" * 64, "size": 1, "name": "半年报.xlsx", "stored_at": now},))
    put(engine, Letter, ({"id": place, "sender_id": 1, "number": str(place), "dated": on.replace(day=18),
                          "received_on": on.replace(day=20), "medium": "paper", "recorded_at": now, "recorded_by": "x"}
                         for place, on in enumerate(DUE, 1)))  # fmt: skip
    put(engine, LetterPark, ({"letter_id": PERIODS.index(period) + 1, "park_id": n, "period": period}
                             for n, period, _ in versions))  # fmt: skip
    put(engine, Submission, ({"id": number, "park_id": n, "kind": "half_year_report", "period": period, "version": 1,
                              "state": "accepted", "file_id": 1, "file_name": "半年报.xlsx", "uploaded_at": now,
                              "uploaded_by": "x", "received_on": on.replace(day=20), "clean": True, "has_errors": False,
                              "figure_kind": "preliminary", "totals": {}}
                             for number, (n, period, on) in enumerate(versions, 1)))  # fmt: skip
    put(engine, Review, ({"submission_id": number, "accepted": True, "category": "", "reason": "", "decided_at": now,
                          "decided_on": on, "decided_by": "x"}
                         for number, (_n, _p, on) in enumerate(versions, 1)))  # fmt: skip
    put(engine, SubmissionReading, _cells(versions))


def _came(number: int, period: str) -> bool:
    return period != PERIODS[-1] or number % 8 != 0


def _park(number: int) -> dict[str, object]:
    nothing = dict.fromkeys(("operator", "host_park", "address", "boundary"), "")
    return nothing | {
        "id": number, "code": f"P{number:06}", "title": f"国家网络安全产业园区（虚构{number}园）",
        "short_name": f"虚构{number}园", "district_id": number % DISTRICTS + 1, "approved_on": APPROVED,
        "approval_no": "1",
    }  # fmt: skip


def _cells(versions: list[tuple[int, str, date]]) -> Iterator[dict[str, object]]:
    alike = {
        "table": "figures",
        "row": 0,
        "column": "current",
        "unit": "",
        "status": "ok",
        "message": "",
        "candidates": [],
    }
    for number, (park, period, _on) in enumerate(versions, 1):
        value = str(2 + PERIODS.index(period) * (park % 3 + 1))
        for key in INDICATORS:
            yield alike | {"submission_id": number, "key": key, "raw": value, "value": value, "where": f"半年报!{key}"}


def _stand_in(database: Database, parks: int) -> None:
    if parks <= WHOLE:
        return
    with database.write() as session:
        table = ParkSnapshot.__table__
        like = [dict(row) for row in session.execute(select(table).order_by(table.c.park_id)).mappings()]
    units = ({"id": n, "name": f"虚构{n}区", "short_name": f"虚构{n}", "kind": "district", "position": n,
              "fictional": True} for n in range(DISTRICTS + 1, 201))  # fmt: skip
    put(database.engine, Unit, units)
    put(database.engine, Park, (_other(n) | {"created_at": clock.now()} for n in range(WHOLE + 1, parks + 1)))
    with database.engine.begin() as connection:
        for first in range(WHOLE + 1, parks + 1, 5000):
            numbers = range(first, min(first + 5000, parks + 1))
            connection.execute(insert(ParkSnapshot), [_row_like(like[n % WHOLE], n) for n in numbers])


def _other(number: int) -> dict[str, object]:
    return _park(number) | {"district_id": number % 200 + 1, "ends_on": construction_end(APPROVED)}


def _row_like(row: dict[str, object], number: int) -> dict[str, object]:
    park = _other(number)
    unit = number % 200 + 1
    return row | {
        "park_id": number, "district_id": unit, "position": unit, "code": park["code"], "title": park["title"],
        "district": f"虚构{unit}区",
    }  # fmt: skip
