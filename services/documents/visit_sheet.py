"""现场核查表: the firms drawn from the roster, their figures beside empty boxes, to be filled in and signed on site.

Figures and names of firms only: nothing about people stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from db.queries.visits import FIGURES, FirmRow, VisitRow
from policy.figures import chinese_date, plain
from policy.provenance import figure_path
from policy.tables import ROSTER
from policy.terms import VisitFinding
from services.documents.content import Align, Annex, Block, Column, Document, Link, PageNumbers, Paragraph, Table, text
from services.documents.content import Text as Words
from services.documents.marks import DEMONSTRATION

ABOUT = (Column("事项", 22), Column("内容", 78, Align.LEFT))
SIGNATURES = (
    Column("核查人员（签字）", 1),
    Column("园区运营管理机构（签字、盖章）", 1),
    Column("区县经信部门（签字）", 1),
)
ROOM = "\n\n\n　　　　年　　月　　日"
LIST = "核查企业表"
SHEET_COLUMNS = (
    Column("序号", 6),
    Column("企业名称", 31, Align.LEFT),
    Column("收入档次", 24),
    *(
        column
        for key in FIGURES
        for column in (
            Column(f"{ROSTER.column(key).label.removeprefix('其中：').removeprefix('公司')}\n（{ROSTER.column(key).unit}）",
                   17, Align.RIGHT),
            Column("实查数", 13),
        )
    ),
    Column("核查结果", 13),
    Column("备注", 14, Align.LEFT),
)  # fmt: skip
HOW = (
    "抽样方法：按一览表行序给每家企业编一个由抽样号产生的随机数，每个收入档次取最小的一家，其余按随机数从小到大补足；"
    "同一抽样号、同一版一览表抽出的企业相同。"
)


def build(visit: VisitRow) -> Document:
    """To be taken along; once results are recorded it shows them."""
    return Document(
        title=(visit.park_title, "现场核查表"),
        blocks=(Table("", ABOUT, tuple(_about(visit))), Paragraph(text(HOW), small=True), *_opinion(visit)),
        dated=visit.planned_on,
        page_numbers=PageNumbers.CENTRED,
        annexes=(Annex("附件", LIST, (_firms(visit), Paragraph(text(FILL_IN), small=True)), landscape=True),),
        banner=DEMONSTRATION if visit.fictional else "",
    )


FILL_IN = (
    "一览表数取自审核通过的一览表，逐家标注行号；实查数按账表、现场情况填写。没有可核对资料或企业不在园的，勾选“未见”。"
)


def _about(visit: VisitRow) -> Iterator[tuple[Words, Words]]:
    roster = visit.roster
    drawn = sum(not firm.reason for firm in visit.firms)
    more = len(visit.firms) - drawn
    yield text("所属区县"), text(visit.district)
    yield text("园区运营管理机构"), text(visit.operator or "—")
    yield text("核查日期"), text(chinese_date(visit.visited_on or visit.planned_on))
    yield text("核查单位"), text(visit.visitors)
    yield text("核查事由"), text(visit.purpose)
    if roster is not None:
        told = (
            f"{roster.period.label}园区发展情况表{roster.version.label}所附一览表，共{roster.firms}家企业。查询地址："
        )
        yield (
            text("抽样依据"),
            text(told, Link(figure_path(visit.park_code, roster.period, ROSTER.key, roster.version))),
        )
    added = f"，另增加{more}家" if more else ""
    yield text("抽样号和家数"), text(f"抽样号{visit.seed}，抽取{drawn}家{added}，名单见附件")
    for firm in visit.firms:
        if firm.reason:
            yield text("增加企业"), text(f"{firm.name}：{firm.reason}")


def _opinion(visit: VisitRow) -> Iterator[Block]:
    said = visit.result or ("　" if visit.visited_on else "\n\n\n\n\n")
    yield Table("", (Column("核查情况和意见", 100, Align.LEFT),), ((text(said),),))
    yield Table("", SIGNATURES, ((text(ROOM),) * len(SIGNATURES),))


def _firms(visit: VisitRow) -> Table:
    rows = tuple(_firm(number, firm) for number, firm in enumerate(visit.firms, start=1))
    return Table("", SHEET_COLUMNS, rows)


def _firm(number: int, firm: FirmRow) -> tuple[Words, ...]:
    place = f"（一览表第{firm.row}行）" if firm.row else "（不在一览表）"
    figures = (part for key in FIGURES for part in (_figure(firm, key), ""))
    return tuple(text(one) for one in (
        str(number), f"{firm.name}{place}", firm.tier if firm.row else "—", *figures, _boxes(firm.finding), firm.note,
    ))  # fmt: skip


def _figure(firm: FirmRow, key: str) -> str:
    cell = firm.cells.get(key)
    return plain(Decimal(cell.value)) if cell and cell.value else "—"


def _boxes(finding: VisitFinding | None) -> str:
    return "\n".join(f"{'■' if one is finding else '□'}{one.label}" for one in VisitFinding)
