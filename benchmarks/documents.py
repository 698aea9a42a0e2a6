"""A 情况通报 over 40 parks and a 自评报告 of 60 pages, from the stored reports to the file (`make bench`).

Both as a page asks for them, made by a process of their own, and here, one format after the other.
"""

from __future__ import annotations

import atexit
import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

import pypdf
from sqlalchemy import Engine

from benchmarks.sweeping import put
from db import migrate
from db.models import (
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
from policy.obligations import owed
from policy.rulebook import DEFAULT
from services import clock
from services.documents.catalogue import compose, render
from services.platform import Platform
from services.printing import orders
from services.storage import Storage
from settings import Settings

T = TypeVar("T")
PARKS, DISTRICTS, FIRMS = 40, 38, 100
LARGE_FIRMS, TASKS = 500, 60
"""Of the park whose 自评报告 is written."""
AS_OF = date(2026, 9, 1)
APPROVED = date(2024, 10, 10)
REPORTED = ("2024H2", "2025H1", "2025H2", "2026H1")
RECEIVED = date(2026, 7, 20)
GOALS = {"area_operating": (18, 24), "revenue_cyber": (7, 12), "firms_cyber": (30, 48), "staff_cyber": (0, 1)}
FIGURES = {
    "area_planned": "50", "area_built": "34.5", "area_operating": "2{n}.5", "revenue_total": "10.4{n}",
    "revenue_cyber": "5.2{n}", "firms_total": "230", "firms_cyber": "4{n}", "staff_total": "1.25",
    "staff_cyber": "0.4{n}", "listed_total": "3", "listed_cyber": "1", "tier_over_100m": "1", "tier_50m_100m": "0",
    "tier_20m_50m": "1", "tier_5m_20m": "7",
}  # fmt: skip
FIRM = {
    "name": "虚构{row}号网络安全技术有限公司", "legal": "虚构", "founded": "2016-09-27", "address": "产业园7号楼7层",
    "scope": "网络与信息安全软硬件开发、系统集成及技术服务，安全运维，数据安全治理咨询，信息系统集成服务",
    "products": "1.安全网关\n2.数据防泄漏系统", "revenue": "1507.4", "cyber": "1403", "rnd": "126", "staff": "40",
    "quals": "市级专精特新企业；ISO27001", "contact": "虚构甲 139****0000",
}  # fmt: skip
TASK = {
    "name": "第{row}项重点任务",
    "unit": "区政府",
    "progress": "按计划推进，{row}号楼已交付使用",
    "done_share": "60",
}


def lines() -> list[str]:
    """Seconds of each document from the query to the file, with how long it may take, its pages and the load."""
    folder = Path(tempfile.mkdtemp(prefix="parkwatch-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database(f"sqlite:///{folder / 'documents.db'}")
    migrate.upgrade(database.engine)
    fill(database.engine)
    load = "/".join(f"{one:.2f}" for one in os.getloadavg())
    return [
        f"documents on {os.cpu_count()} cores (load {load} before)",
        *_apart(folder, f"情况通报 over {PARKS} parks, asked for on a page", "bulletin", "", 10),
        *_apart(folder, "自评报告, asked for on a page", "self-assessment", "P01", 20),
        *_timed(database, f"情况通报 over {PARKS} parks", "bulletin", None, 10),
        *_timed(database, f"自评报告 of {LARGE_FIRMS} firms and {TASKS} tasks", "self-assessment", "P01", 20),
    ]


def _apart(folder: Path, told: str, kind: str, park: str, goal: int) -> Iterator[str]:
    """From the press of the button to the PDF, with the start of its process."""
    settings = Settings(
        _env_file=None, database_url=f"sqlite:///{folder / 'documents.db'}", storage_url=f"file:{folder / 'files'}"
    )
    platform = Platform(settings, Database(settings.database_url), Storage(settings.storage_folder))
    seen = set()
    begun = time.perf_counter()
    token = orders.order(platform, SYSTEM_ACTOR, kind, "pdf", park=park)
    while not (state := orders.look(platform, SYSTEM_ACTOR, token).state).ended:
        seen.add(state.words)
        time.sleep(0.05)
    whole = time.perf_counter() - begun
    kept = "kept" if state.file and whole <= goal else f"MISSED{state.refused}"
    yield f"  {told:<60}{whole:9.2f} s   goal {goal} s, {kept}; {len(seen)} steps told meanwhile"


def _timed(database: Database, told: str, kind: str, park: str | None, goal: int) -> Iterator[str]:
    """Content, PDF and docx one after the other, as the command makes them; the first is cold."""
    with database.read() as session:
        document, content = _clocked(lambda: compose(session, SYSTEM_ACTOR, kind, park, AS_OF))
    pdf, in_pdf = _clocked(lambda: render(document, "pdf").data)
    word, in_word = _clocked(lambda: render(document, "docx").data)
    pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    whole = content + in_pdf + in_word
    yield f"  {told:<60}{whole:9.2f} s   goal {goal} s, {'kept' if whole <= goal else 'MISSED'}; {pages} pages"
    for part, seconds in (
        ("content", content),
        (f"PDF ({len(pdf):,} bytes)", in_pdf),
        (f"docx ({len(word):,})", in_word),
    ):
        yield f"    of it: {part:<51}{seconds:9.2f} s"


def _clocked(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begun


def fill(engine: Engine) -> None:
    """Every park has reported four half-years, all accepted, of 100 firms each; the first has 500 and 60 tasks."""
    now, ends = clock.now(), construction_end(APPROVED)
    put(engine, Unit, ({"id": n, "name": f"虚构{n}区", "short_name": f"虚构{n}", "kind": "district", "position": n,
                        "fictional": True} for n in range(1, DISTRICTS + 1)))  # fmt: skip
    alike = dict.fromkeys(("operator", "host_park", "address", "boundary"), "") | {
        "approved_on": APPROVED, "approval_no": "虚构函〔2024〕1号", "ends_on": ends, "created_at": now,
    }  # fmt: skip
    put(engine, Park, (alike | {"id": n, "code": f"P{n:02}", "title": f"国家网络安全产业园区（虚构{n}园）",
                                "short_name": f"虚构{n}园", "district_id": (n - 1) % DISTRICTS + 1}
                       for n in range(1, PARKS + 1)))  # fmt: skip
    put(engine, Obligation, ({"park_id": n, "kind": str(entry.kind), "period": str(entry.period or ""),
                              "due_on": entry.due_on, "clause": entry.clause}
                             for n in range(1, PARKS + 1) for entry in owed(APPROVED, ends, DEFAULT)))  # fmt: skip
    put(engine, Goal, ({"park_id": n, "key": key, "baseline": low, "baseline_on": APPROVED, "target": high,
                        "decision": "虚构函〔2024〕2号", "source": "", "valid_from": APPROVED, "recorded_at": now}
                       for n in range(1, PARKS + 1) for key, (low, high) in GOALS.items()))  # fmt: skip
    put(engine, Letter, ({"id": n, "sender_id": n, "number": str(n), "dated": RECEIVED, "received_on": RECEIVED,
                          "medium": "paper", "recorded_at": now, "recorded_by": "x"}
                         for n in range(1, DISTRICTS + 1)))  # fmt: skip
    put(engine, LetterPark, ({"letter_id": (n - 1) % DISTRICTS + 1, "park_id": n, "period": period}
                             for n in range(1, PARKS + 1) for period in REPORTED))  # fmt: skip
    versions = list(enumerate(((n, period) for n in range(1, PARKS + 1) for period in REPORTED), 1))
    put(engine, StoredFile, ({"id": number, "sha256": f"{number:064}", "size": 1, "name": "半年报.xlsx",
                              "stored_at": now} for number, _ in versions))  # fmt: skip
    put(engine, Submission, ({"id": number, "park_id": n, "kind": "half_year_report", "period": period, "version": 1,
                              "state": "accepted", "file_id": number, "file_name": f"半年报-虚构{n}园-{period}.xlsx",
                              "uploaded_at": now, "uploaded_by": "x", "received_on": RECEIVED, "clean": True,
                              "has_errors": False, "figure_kind": "preliminary", "totals": {}}
                             for number, (n, period) in versions))  # fmt: skip
    put(engine, Review, ({"submission_id": number, "accepted": True, "category": "", "reason": "",
                          "decided_on": RECEIVED, "decided_at": now, "decided_by": "x"}
                         for number, _ in versions))  # fmt: skip
    put(engine, SubmissionReading, (cell for number, (n, _period) in versions for cell in _cells(number, n)))


def _cells(number: int, park: int) -> Iterator[dict[str, object]]:
    for place, (key, value) in enumerate(FIGURES.items(), 4):
        yield _cell(number, "figures", 0, key, value.format(n=number * 7 % 10), f"半年报!C{place}")
    for row in range(1, (LARGE_FIRMS if park == 1 else FIRMS) + 1):
        for place, (key, value) in enumerate(FIRM.items()):
            yield _cell(number, "roster", row, key, value.format(row=row), f"企业名录!{chr(66 + place)}{row + 3}")
    for row in range(1, (TASKS if park == 1 else 5) + 1):
        for place, (key, value) in enumerate(TASK.items()):
            yield _cell(number, "tasks", row, key, value.format(row=row), f"任务进展!{chr(65 + place)}{row + 3}")


def _cell(number: int, table: str, row: int, key: str, value: str, where: str) -> dict[str, object]:
    return {
        "submission_id": number, "column": "current", "unit": "", "status": "ok", "message": "", "candidates": [],
        "table": table, "row": row, "key": key, "raw": value, "value": value, "where": where,
    }  # fmt: skip


if __name__ == "__main__":
    print("\n".join(lines()))
