"""问题整改台账 as a workbook. Every text is written as text, so that none is taken for a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db.queries.rectifications import IssueRow
from policy.figures import chinese_date
from policy.rectification import counted
from services.listed_sheet import write_sheet

COLUMNS = (
    ("区县", 16), ("园区", 40), ("问题", 48), ("来源", 24), ("发现日期", 16), ("责任单位", 28), ("整改措施", 36),
    ("整改时限", 16), ("整改进展", 48), ("佐证资料", 24), ("状态", 12), ("销号日期", 16),
)  # fmt: skip


def write_list(rows: Sequence[IssueRow], today: date) -> bytes:
    """One sheet: what it is and how it counts, then a row for each line."""
    count = counted((row.fact for row in rows), today)
    return write_sheet(
        "问题整改台账",
        f"问题整改台账（截至{chinese_date(today)}，共{len(rows)}项）",
        f"已销号{count.closed}项，逾期{count.late}项",
        COLUMNS,
        [_cells(row, today) for row in rows],
    )


def _cells(entry: IssueRow, today: date) -> tuple[str, ...]:
    fact, progress = entry.fact, entry.progress
    told = f"{chinese_date(progress.dated)}：{progress.text}" if progress else "尚未填报"
    papers = "；".join(dict.fromkeys(note.evidence for note in entry.notes if note.evidence))
    closed = chinese_date(fact.closed_on) if fact.closed_on else "—"
    return (
        entry.district, entry.park_title, fact.problem, entry.source, chinese_date(entry.found_on), fact.unit,
        entry.measure or "—", chinese_date(fact.due_on), told, papers or "—", entry.state(today).label, closed,
    )  # fmt: skip
