"""专家组评审意见: how the review was held, the score as it was concluded upon, opinion, problems, advice and outcome.

With room for the signatures of 组长 and experts; nobody's single marks stand in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from db.queries.scores import ConclusionRow, PanelScores
from policy.evaluation.score import printed
from policy.evaluation.sheet import RowKind, Sheet
from policy.evaluation.system import TRIAL
from policy.figures import chinese_date, percent, plain
from policy.scoring import Spread
from services.documents.content import (
    Align,
    Block,
    Box,
    Column,
    Document,
    Grid,
    Heading,
    PageNumbers,
    Paragraph,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION, FILL, NONE, TO_FILL, draft_marks
from services.score_papers import ScorePaper

AREAS = (Column("一级指标", 52, Align.LEFT), Column("权重（分）", 24), Column("得分（分）", 24))
SPREADS = (
    Column("专家评分的指标", 40, Align.LEFT),
    Column("满分", 12),
    Column("评分\n份数", 12),
    Column("最低", 12),
    Column("中位数", 12),
    Column("最高", 12),
)
SIGNATURES = (12, 18, 40, 30)
HEADS = ("席位", "姓名", "工作单位", "签字")
ROOM = "　\n　"


def build(paper: ScorePaper) -> Document:
    """代拟稿 until the 组长 has signed; 草稿 while something lacks."""
    said = paper.scores.conclusion if paper.scores else None
    reasons = tuple(_lacking(paper, said))
    found = said.freeze.sheet if said and said.freeze else paper.sheet
    trial = (TRIAL,) if found is not None and found.mark else ()
    return Document(
        title=(paper.park_title, "建设验收专家组评审意见"),
        blocks=(*_held(paper.scores), *_scored(paper, found, said), *_said(said), *_signed(paper.scores, said)),
        dated=said.signed_on if said else paper.as_of,
        page_numbers=PageNumbers.CENTRED,
        banner=DEMONSTRATION if paper.fictional else "",
        marks=(*(() if said else draft_marks(reasons)), *trial),
        lacking=reasons,
        evaluation=paper.system.system.version if paper.system else "",
    )


def _lacking(paper: ScorePaper, said: ConclusionRow | None) -> Iterator[str]:
    if said is not None:
        return
    if paper.system is None:
        yield "尚无生效的评估指标体系"
    if paper.scores is None:
        yield "尚未组成专家组"
    elif paper.scores.outstanding:
        yield f"专家评分表尚有{len(paper.scores.outstanding)}份未收齐或未复核"
    yield "评审意见尚未由组长签署"


# 一、评审组织


def _held(scores: PanelScores | None) -> Iterator[Block]:
    yield Heading(1, "一、评审组织")
    if scores is None:
        yield FILL
        return
    panel = scores.panel
    signed = "" if panel.uncommitted else "专家均已签署保密及回避承诺书，按资料审核与实地查看相结合的方式评审。"
    yield Paragraph(
        text(
            f"根据通知五(三)，{chinese_date(panel.drawn_on)}从专家库随机抽取（抽取号{panel.seed}）组成专家组，"
            f"共{len(scores.members)}人，组长{panel.leader.name if panel.leader else TO_FILL}。{signed}"
        )
    )
    for record in panel.records:
        place = f"，{record.place}" if record.place else ""
        yield Paragraph(text(f"{record.kind.label}（{chinese_date(record.held_on)}{place}）：{record.text}"))
    if not panel.records:
        yield Paragraph(text("资料审核和实地查看情况：", TO_FILL))


# 二、评分情况


def _scored(paper: ScorePaper, found: Sheet | None, said: ConclusionRow | None) -> Iterator[Block]:
    yield Heading(1, "二、评分情况")
    if found is None or paper.system is None:
        yield Paragraph(text("尚无生效的评估指标体系，未评分。"))
        return
    yield Paragraph(text(_total(paper, found)))
    if paper.scores is not None:
        yield Paragraph(text(_sheets(paper.scores, said)))
    yield Table(f"评分汇总表{f'（{found.mark}）' if found.mark else ''}", AREAS, tuple(_areas(found)))
    shown = tuple(_spread(one) for one in paper.spreads)
    if shown:
        yield Table("专家评分情况", SPREADS, shown, note=_far_apart(paper))


def _total(paper: ScorePaper, found: Sheet) -> str:
    assert paper.system is not None
    system = paper.system.system
    named = f"{system.name}{system.version}版"
    by = f"依据{system.document}印发的{named}" if system.document else f"按{named}（没有发布文号，{TRIAL}）"
    total = f"总分{found.total_told}分，等次：{found.grade or '不评'}" if found.total else "暂不能计总分"
    vetoed = f"一票否决：{'、'.join(found.vetoed)}。" if found.vetoed else ""
    lacking = "、".join(row.name for row in found.missing if row.kind is RowKind.ITEM)
    missing = f"缺少数据或评定的指标：{lacking}。" if lacking else ""
    return f"{by}逐项计分，截至{chinese_date(found.as_of)}{total}。{found.sum_told}。{vetoed}{missing}"


def _sheets(scores: PanelScores, said: ConclusionRow | None) -> str:
    wanted, lacking = len(scores.members), len(scores.outstanding)
    if not lacking:
        online = sum(one.counting is not None and one.counting.online for one in scores.members)
        checked = f"其中在线提交{online}份，其余均经复核" if online else "均经复核"
        return f"专家组{wanted}人，收齐签字的评分表{wanted}份，{checked}。"
    why = f"，缺少的原因：{said.missing_reason}" if said and said.missing_reason else ""
    return f"专家组{wanted}人，已收到并复核评分表{wanted - lacking}份，尚缺{lacking}份{why}。"


def _areas(found: Sheet) -> Iterator[tuple[Text, ...]]:
    for name, rows in groupby(found.of(RowKind.ITEM), key=lambda row: row.area):
        of_area = list(rows)
        whole = sum((Fraction(row.weight) for row in of_area), Fraction(0))
        got = sum((Fraction(row.points) for row in of_area if row.points), Fraction(0))
        yield text(name), text(printed(whole)), text(printed(got))
    if found.of(RowKind.BONUS):
        yield text("加分"), text("—"), text(printed(Fraction(found.extra)))
    yield text("总分"), text("100"), text(found.total_told)


def _spread(one: Spread) -> tuple[Text, ...]:
    values = [plain(value) if value is not None else "—" for value in (one.lowest, one.median, one.highest)]
    named = f"{one.item.name}（分歧较大）" if one.wide else one.item.name
    return tuple(text(cell) for cell in (named, plain(one.out_of), str(len(one.given)), *values))


def _far_apart(paper: ScorePaper) -> str:
    wide = [one.item.name for one in paper.spreads if one.wide]
    rule = f"最高与最低相差超过满分的{percent(paper.limit, 0)}为分歧较大（系统默认值，通知未规定）"
    return f"{rule}：{'、'.join(wide)}。" if wide else f"{rule}，本次没有。"


# 三 to 六, and the signatures


def _said(said: ConclusionRow | None) -> Iterator[Block]:
    for title, words in (
        ("三、评审意见", said.opinion if said else None),
        ("四、存在问题", said.problems if said else None),
        ("五、建议", said.advice if said else None),
    ):
        yield Heading(1, title)
        yield from _paragraphs(words)
    yield Heading(1, "六、评审结论")
    yield Paragraph(text(said.outcome.label, "。")) if said else FILL


def _paragraphs(words: str | None) -> Iterator[Block]:
    """None: not written yet; empty: nothing to say."""
    if words is None:
        yield FILL
        return
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    yield from (Paragraph(text(line)) for line in lines)
    if not lines:
        yield NONE


def _signed(scores: PanelScores | None, said: ConclusionRow | None) -> Iterator[Block]:
    members = scores.members if scores else ()
    known = [(one.member.seat.label, one.member.name, one.member.employer, ROOM) for one in members]
    when = chinese_date(said.signed_on) if said else "　　　　年　　月　　日"
    rows = (HEADS, *(known or (("组长", "", "", ROOM),)))
    yield Grid(
        SIGNATURES,
        (*(tuple(Box(text(cell)) for cell in row) for row in rows), (Box(text(f"签署日期：{when}"), columns=4),)),
        heads=1, together=True,
    )  # fmt: skip
    if said is not None:
        scan = f"（扫描件：{said.file.name}）" if said.file else ""
        told = f"本文据组长{said.leader}签署的评审意见{scan}登记，第{said.number}号；评分为登记时定稿的评分。"
        yield Paragraph(text(told), small=True)
