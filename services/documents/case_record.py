"""办理记录 of a park as a paper: everything that happened with it, in the order of the days."""

from __future__ import annotations

from db.queries.case_record import CaseRecord
from policy.figures import chinese_date
from services.documents.content import Align, Annex, Column, Document, PageNumbers, Paragraph, Table, text
from services.documents.marks import DEMONSTRATION

COLUMNS = (
    Column("序号", 6), Column("日期", 21), Column("类别", 17), Column("办理事项", 48, Align.LEFT),
    Column("文号", 24, Align.LEFT), Column("办理单位", 18, Align.LEFT), Column("登记人", 26),
)  # fmt: skip


def build(record: CaseRecord) -> Document:
    rows = tuple(
        tuple(
            text(cell)
            for cell in (
                str(number), chinese_date(one.on), one.matter.label, one.what, one.number or "—", one.unit or "—",
                one.by or "—",
            )
        )
        for number, one in enumerate(record.happened, start=1)
    )  # fmt: skip
    said = (
        f"截至{chinese_date(record.as_of)}，{record.title}（{record.district}）办理事项共{len(rows)}项，"
        "按日期先后列出。"
    )
    return Document(
        title=(record.title, "办理记录"),
        blocks=(Paragraph(text(said)),),
        dated=record.as_of,
        page_numbers=PageNumbers.CENTRED,
        annexes=(Annex("附件", "办理事项一览", (Table("", COLUMNS, rows),), landscape=True),),
        banner=DEMONSTRATION if record.fictional else "",
    )
