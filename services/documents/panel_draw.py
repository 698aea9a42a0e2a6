"""专家抽取记录: number, method, who was drawn and who was left out and why, for those who watched to sign."""

from __future__ import annotations

from collections.abc import Iterator

from db.queries.panels import MemberRow, PanelRow, PoolRow
from policy.figures import chinese_date
from services.documents.content import Align, Annex, Block, Column, Document, PageNumbers, Paragraph, Table, text
from services.documents.content import Text as Words
from services.documents.marks import DEMONSTRATION

ABOUT = (Column("事项", 22), Column("内容", 78, Align.LEFT))
MEMBERS = (
    Column("次序", 8),
    Column("席位", 10),
    Column("专家编号", 16),
    Column("姓名", 14),
    Column("工作单位", 34, Align.LEFT),
    Column("专业", 18, Align.LEFT),
)
LEFT_OUT = (Column("专家编号", 16), Column("姓名", 16), Column("未列入的原因", 68, Align.LEFT))
LOTS = (
    Column("序号", 8),
    Column("专家编号", 16),
    Column("姓名", 14),
    Column("号签（SHA-256值前16位）", 30),
    Column("结果", 32, Align.LEFT),
)
LOT_SHOWN = 16
SIGNATURES = (Column("抽取人（签字）", 1), Column("监督人（签字）", 1))
ROOM = "\n\n\n　　　　年　　月　　日"
METHOD = (
    "抽取方法：专家库中聘期有效、不须回避的专家，每人的号签为“抽取号-专家编号”的 SHA-256 值（十六进制）。有专业要求的，"
    "依次在该专业中取号签最小的，取足要求的人数；其余按号签由小到大补足，再往后为候补。号签最小的一位先任组长。"
    "同一抽取号、同一名单抽出的结果相同，任何人都可以复算。"
)


def build(panel: PanelRow) -> Document:
    left_out = tuple(tuple(map(text, (one.code, one.name, one.left_out))) for one in panel.pool if one.left_out)
    return Document(
        title=(panel.park_title, "建设验收专家抽取记录"),
        blocks=(
            Table("", ABOUT, tuple((text(word), text(said)) for word, said in _about(panel))),
            Paragraph(text(METHOD), small=True),
            Table("抽取结果", MEMBERS, tuple(_member(member) for member in panel.members)),
            *_left_out(left_out),
            Table("", SIGNATURES, ((text(ROOM),) * len(SIGNATURES),)),
        ),
        dated=panel.drawn_on,
        page_numbers=PageNumbers.CENTRED,
        annexes=(Annex("附件", "全部号签", (Table("", LOTS, tuple(_lots(panel))),)),),
        banner=DEMONSTRATION if panel.fictional else "",
    )


def _about(panel: PanelRow) -> Iterator[tuple[str, str]]:
    free = sum(not one.left_out for one in panel.pool)
    yield "抽取日期", chinese_date(panel.drawn_on)
    yield "抽取号", str(panel.seed)
    yield "人数", f"专家组{panel.size}人，候补{panel.substitutes}人"
    yield "专业要求", "、".join(f"{name}不少于{least}人" for name, least in panel.quotas.items()) or "无"
    yield "专家库", f"共{len(panel.pool)}人，可参加{free}人，未列入{len(panel.pool) - free}人"


def _member(member: MemberRow) -> tuple[Words, ...]:
    """As it stands today: who stepped back is told so."""
    seat = f"{member.seat.label}（已退出）" if member.withdrawn_on else member.seat.label
    told = (str(member.place), seat, member.code, member.name, member.employer, "、".join(member.specialties))
    return tuple(map(text, told))


def _left_out(rows: tuple[tuple[Words, ...], ...]) -> tuple[Block, ...]:
    return (Table("未列入的专家", LEFT_OUT, rows),) if rows else ()


def _lots(panel: PanelRow) -> Iterator[tuple[Words, ...]]:
    seats = {member.code: f"第{member.place}位" for member in panel.members}
    for number, one in enumerate(panel.pool, start=1):
        yield tuple(map(text, (str(number), one.code, one.name, one.lot[:LOT_SHOWN], _result(one, seats))))


def _result(one: PoolRow, seats: dict[str, str]) -> str:
    return "未列入" if one.left_out else seats.get(one.code, "未抽中")
