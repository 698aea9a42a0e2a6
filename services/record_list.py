"""办理记录 as a workbook; every text is written as text."""

from __future__ import annotations

from db.queries.case_record import CaseRecord
from policy.figures import chinese_date
from services.listed_sheet import write_sheet

COLUMNS = (
    ("日期", 15), ("类别", 15), ("办理事项", 56), ("文号", 24), ("办理单位", 18), ("登记人", 18),
)  # fmt: skip


def write_record(record: CaseRecord) -> bytes:
    rows = [
        (chinese_date(one.on), one.matter.label, one.what, one.number or "—", one.unit or "—", one.by or "—")
        for one in record.happened
    ]
    counted = f"截至{chinese_date(record.as_of)}，共{len(rows)}项"
    return write_sheet("办理记录", f"{record.title}办理记录", counted, COLUMNS, rows)
