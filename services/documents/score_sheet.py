"""专家评分表: one sheet an expert, with room for marks, grounds and 佐证编号, or as it was signed.

Behind it stand what is scored without the experts, with its sources, and the list of the 佐证编号.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.queries.scores import MarkRow, MemberSheets, SheetRow, SheetState
from policy.evaluation.inputs import OfMarks
from policy.evaluation.rules import RuleKind
from policy.evaluation.sheet import Row, RowKind
from policy.evaluation.system import TRIAL, Item
from policy.figures import chinese_date, plain
from policy.scoring import most, scored_items
from services import clock
from services.documents.content import (
    Align,
    Annex,
    Block,
    Box,
    Column,
    Document,
    Grid,
    Link,
    PageNumbers,
    Paragraph,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION, DRAFT, NONE
from services.score_papers import ScorePaper

TITLE = "建设验收专家评分表"
NO_SYSTEM = "尚无生效的评估指标体系，没有需要专家评分的指标。"
ABOUT = (14, 36, 14, 36)
MARKS = (
    Column("序号", 7),
    Column("指标和评分内容", 33, Align.LEFT),
    Column("满分", 9),
    Column("评分", 11),
    Column("评分依据", 28, Align.LEFT),
    Column("佐证\n编号", 12),
)
OTHERS = (
    Column("指标", 22, Align.LEFT),
    Column("数值", 16, Align.LEFT),
    Column("计分规则", 27, Align.LEFT),
    Column("权重", 8),
    Column("得分", 9),
    Column("来源", 38, Align.LEFT),
)
EVIDENCE = (
    Column("编号", 10),
    Column("类别", 34, Align.LEFT),
    Column("资料名称", 38, Align.LEFT),
    Column("提交日期", 18),
)
HOW = (
    "填写说明：评分填0至满分之间的数，可有小数；评分依据写明所依据的事实，佐证编号填附件2中的编号。"
    "独立评分，涂改处签字，签字后交市经济信息委。"
)
ROOM = "　\n　\n　\n　"
"""To write by hand in."""


def build(paper: ScorePaper, *members: MemberSheets) -> Document:
    """The sheets of these members, one a page; without any a sheet to be filled in by hand."""
    first, *others = members or (None,)
    sheets = tuple(Annex("", TITLE, tuple(_sheet(paper, one))) for one in others)
    reasons = tuple(_lacking(paper))
    trial = (TRIAL,) if paper.system is not None and paper.system.system.trial else ()
    return Document(
        title=(paper.park_title, TITLE),
        blocks=tuple(_sheet(paper, first)),
        dated=paper.as_of,
        page_numbers=PageNumbers.CENTRED,
        annexes=(*sheets, _others(paper), _evidence(paper)),
        banner=DEMONSTRATION if paper.fictional else "",
        marks=(*((DRAFT,) if reasons else ()), *trial),
        lacking=reasons,
        evaluation=paper.system.system.version if paper.system else "",
    )


def _lacking(paper: ScorePaper) -> Iterator[str]:
    if not paper.asked:
        yield "没有需要专家评分的评估指标体系" if paper.system else "尚无生效的评估指标体系"
    if paper.scores is None:
        yield "尚未组成专家组"


def _sheet(paper: ScorePaper, of: MemberSheets | None) -> Iterator[Block]:
    entered = of.standing if of else None
    yield _about(paper, of, entered)
    if paper.system is None or not paper.asked:
        yield Paragraph(text(NO_SYSTEM))
    else:
        items = enumerate(scored_items(paper.system.system), start=1)
        yield Table("", MARKS, tuple(_line(number, item, entered) for number, item in items))
    yield Paragraph(text(HOW), small=True)
    yield Grid(ABOUT, ((Box(text("专家签字")), Box(text(ROOM)), Box(text("签字日期")), Box(text(_day(entered)))),))
    if entered is not None:
        yield Paragraph(text(_entered(entered)), small=True)


def _about(paper: ScorePaper, of: MemberSheets | None, entered: SheetRow | None) -> Grid:
    system = paper.system.system if paper.system else None
    issued = (f"（{system.document}）" if system.document else f"（没有发布文号，{TRIAL}）") if system else ""
    member = of.member if of else None
    number = f"第{entered.number}号（{entered.state.label}）" if entered else ""
    park = (Box(text("园区")), Box(text(paper.park_title), columns=3, align=Align.LEFT))
    rows = (
        ("专家", f"{member.name}（{member.code}）" if member else "", "席位", member.seat.label if member else ""),
        ("工作单位", member.employer if member else "", "评分表", number),
    )
    named = f"{system.name}{system.version}版{issued}" if system else "—"
    return Grid(
        ABOUT,
        (
            park,
            *(tuple(Box(text(cell)) for cell in row) for row in rows),
            (Box(text("评估指标\n体系")), Box(text(named), columns=3, align=Align.LEFT)),
        ),
    )


def _line(number: int, item: Item, entered: SheetRow | None) -> tuple[Text, ...]:
    asks = item.input.asks if isinstance(item.input, OfMarks) else item.input.told
    mark = entered.mark(item.id) if entered else None
    cells = (str(number), f"{item.name}\n{asks}", plain(most(item)), *(_given(mark) if mark else ("", ROOM, "")))
    return tuple(text(cell) for cell in cells)


def _given(mark: MarkRow) -> tuple[str, str, str]:
    return plain(mark.value), mark.basis or "—", str(mark.evidence_id or "—")


def _day(entered: SheetRow | None) -> str:
    return chinese_date(entered.signed_on) if entered else "　　　　年　　月　　日"


def _entered(entered: SheetRow) -> str:
    """How what stands here came in: the paper itself is the scan."""
    when = chinese_date(clock.civil(entered.entered_at).date())
    if entered.online:
        return f"本表由专家本人以账号{entered.account}于{when}在线提交。"
    scan = f"（扫描件：{entered.file.name}）" if entered.file else ""
    said = f"本表据专家签字的评分表{scan}代录：{entered.entered_by}{when}录入"
    if entered.state is not SheetState.COUNTS or entered.checked_at is None:
        return f"{said}，待复核。"
    return f"{said}，{entered.checked_by}{chinese_date(clock.civil(entered.checked_at).date())}复核。"


def _others(paper: ScorePaper) -> Annex:
    """What is worked out from accepted data and records, or was established by the committee."""
    found = paper.sheet
    rows = [row for row in found.rows if row.kind is not RowKind.VETO and not _by_experts(paper, row)] if found else []
    vetoes = found.of(RowKind.VETO) if found else ()
    blocks: tuple[Block, ...] = (Table("", OTHERS, tuple(map(_other, rows))),) if rows else (NONE,)
    if vetoes:
        said = "；".join(f"{row.name}：{row.why or row.value}" for row in vetoes)
        blocks = (*blocks, Paragraph(text(f"一票否决项：{said}。"), small=True))
    return Annex("附件1", "自动计分和登记评定的指标（不由专家评分）", blocks, landscape=True)


def _by_experts(paper: ScorePaper, row: Row) -> bool:
    item = paper.system.system.item(row.id) if paper.system else None
    return item is not None and item.rule.kind is RuleKind.EXPERTS


def _other(row: Row) -> tuple[Text, ...]:
    name = f"{row.name}\n{'—'.join(filter(None, (row.area, row.group)))}" if row.area else f"{row.name}（加分）"
    told = (part for one in row.sources for part in (Link(one.path, one.told) if one.path else one.told, "；"))
    sources = list(told)[:-1] or ["—"]
    return (
        text(name), text(row.value if not row.why else f"缺：{row.why}"), text(row.rule),
        text(row.weight if row.kind is RowKind.ITEM else "—"), text(row.points_told), text(*sources),
    )  # fmt: skip


def _evidence(paper: ScorePaper) -> Annex:
    rows = tuple(
        (
            text(str(row.id)),
            text(row.category.label),
            text(Link(f"/parks/{paper.park_code}/evidence#evidence-{row.id}", row.title)),
            text(chinese_date(clock.civil(row.uploaded_at).date())),
        )
        for row in paper.evidence
    )
    return Annex("附件2", "佐证资料编号", (Table("", EVIDENCE, rows) if rows else NONE,))
