"""应报事项 as a workbook. Every text is written as text, so that none is taken for a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db.queries.obligations import Entry
from policy.figures import chinese_date, percent
from policy.obligations import CHECKLIST, OWED_BY
from policy.situation import Tally
from services.listed_sheet import write_sheet

COLUMNS = (
    ("区县", 16), ("园区", 40), ("应报事项", 34), ("报送单位", 18), ("报送截止日", 16), ("宽限截止日", 16),
    ("封账日", 16), ("日期依据", 34), ("收到情况", 20), ("状态", 12), ("收到日期", 16), ("报送通知", 24),
    ("办理记录", 48),
)  # fmt: skip


def write_list(rows: Sequence[Entry], tally: Tally, word: str, today: date) -> bytes:
    """One sheet: what it is and how it counts, then a row for each 应报事项."""
    title = f"应报事项：{word}（截至{chinese_date(today)}，共{len(rows)}项）"
    return write_sheet("应报事项", title, _counted(tally), COLUMNS, [_cells(entry) for entry in rows])


def _counted(tally: Tally) -> str:
    share = percent(tally.share) if tally.share is not None else "—"
    return (
        f"应报{tally.owed}项，已报{tally.received}项（迟报{tally.late}项），未报{tally.missing}项，"
        f"逾期未报{tally.overdue}项，报送率{share}"
    )


def _cells(entry: Entry) -> tuple[str, ...]:
    due, undated = entry.due, entry.kind in CHECKLIST
    provisional = "" if entry.obligation.confirmed else "（暂定）"
    acts = "；".join(
        f"{act.kind.label}（{act.number}，{chinese_date(act.dated)}）" for act in entry.acts if act.withdrawn_on is None
    )
    return (
        entry.park.district, entry.park.title, entry.obligation.label, OWED_BY[entry.kind],
        "不设时限" if undated else f"{chinese_date(due.on)}{provisional}",
        "—" if undated else _day(due.grace_on), "—" if undated else _day(due.lock_on),
        due.clause, entry.state.label, entry.standing.label, _day(entry.received_on), entry.round_no or "—",
        acts or "—",
    )  # fmt: skip


def _day(day: date | None) -> str:
    return chinese_date(day) if day else "—"
