"""移交清单: what was open on the day of a 工作移交, for both to sign."""

from __future__ import annotations

from db.queries.handovers import HandoverRow
from policy.figures import chinese_date
from services.documents.content import Align, Column, Document, PageNumbers, Paragraph, Table, text
from services.documents.marks import DEMONSTRATION

COLUMNS = (Column("序号", 8), Column("移交事项", 72, Align.LEFT), Column("备注", 20, Align.LEFT))
SIGNATURES = (Column("移交人（签字）", 1), Column("接交人（签字）", 1), Column("监交人（签字）", 1))
ROOM = "\n\n\n　　　　年　　月　　日"


def build(handover: HandoverRow) -> Document:
    roles = "、".join(role.label for role in handover.roles)
    of = f"{handover.unit}{handover.park}"
    said = (
        f"自{chinese_date(handover.on)}起，{of}{roles}的工作由{handover.giver}移交{handover.taker}。"
        f"移交时未办结的事项有{len(handover.items or ())}项" + ("，清单如下。" if handover.items else "。")
    )
    rows = tuple((text(str(number)), text(item), text("")) for number, item in enumerate(handover.items or (), start=1))
    noted = (Paragraph(text(f"说明：{handover.note}")),) if handover.note else ()
    listed = (Table("", COLUMNS, rows),) if rows else ()
    signed = Table("", SIGNATURES, ((text(ROOM),) * 3,), note="一式两份，移交人、接交人各执一份。")
    return Document(
        title=(of, "工作移交清单"),
        blocks=(Paragraph(text(said)), *noted, *listed, Paragraph(text("")), signed),
        dated=handover.on,
        page_numbers=PageNumbers.CENTRED,
        banner=DEMONSTRATION if handover.fictional else "",
    )
