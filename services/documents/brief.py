"""情况专报: one page for the leaders — 总体, 主要指标, 突出问题, 建议; whoever has no room is counted and told of
in the 情况通报."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import NamedTuple

from policy.figures import chinese_date
from policy.indicators.catalogue import HEADLINES
from policy.indicators.indicator import Indicator
from policy.programme import total
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import Light, Stage
from services.bulletins import ParkLine, Programme
from services.documents import overall
from services.documents.content import (
    Align,
    Block,
    Column,
    Document,
    Heading,
    PageNumbers,
    Paragraph,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION, TO_FILL, draft_marks

LINES = 13
"""Lines of body text the page has room for beside title, table and note."""
TABLE_LINES = 4
"""How many more there are without a table, the remark of a 草稿 aside."""
ACROSS = 27
"""Characters of a line."""
HALF_WIDTH = 0.7
"""What a letter or digit takes of a character's place: where Word lacks the named faces, more than a half."""
MOST_NAMES = 12
COLUMNS = (
    Column("指标", 44, Align.LEFT),
    Column("计量单位", 16),
    Column("合计", 30),
    Column("同比", 22),
    Column("合计园区数", 20),
)
NO_MATTER = "没有逾期未报的园区，没有进度滞后的指标，没有期满未申请验收的园区。"
# Past their two years, and the district has not asked for acceptance as yet (五(三)).
NOT_APPLIED = (Stage.EXPIRED, Stage.SELF_ASSESSED, Stage.DEPARTMENT_REVIEWED)


class Matter(NamedTuple):
    """A problem, the parks that have it, and what is to be done about it."""

    what: str
    parks: tuple[ParkLine, ...]
    advice: str


def build(found: Programme) -> Document:
    """As many names as the page has room for, the longest list cut first; none is left out without being counted."""
    reasons = overall.lacking(found)
    return Document(
        title=(f"{found.period.label}园区建设情况专报",),
        blocks=_fitted(found),
        dated=found.as_of,
        page_numbers=PageNumbers.CENTRED,
        banner=DEMONSTRATION if found.fictional else "",
        marks=draft_marks(reasons),
        lacking=reasons,
        figures=overall.stated(found),
        period=found.period,
    )


def _fitted(found: Programme) -> tuple[Block, ...]:
    before, matters = _before(found), tuple(_matters(found))
    after = (_advice(matters), Paragraph(text(_note(found)), small=True))
    room = LINES if found.accepted else LINES + TABLE_LINES
    room -= sum(_lines(_said(block)) for block in (*before, *after))
    names = [min(len(one.parks), MOST_NAMES) for one in matters]
    problems = _problems(matters, names)
    while _lines(_said(problems)) > room and any(names):
        names[names.index(max(names))] -= 1
        problems = _problems(matters, names)
    return (*before, problems, *after)


def _before(found: Programme) -> tuple[Block, ...]:
    said = (_stages(found), overall.reporting(found), overall.provisional(found))
    return (Paragraph(text(*said), lead="一、总体情况。"), Heading(1, "二、主要指标"), _figures(found))


def _problems(matters: Sequence[Matter], names: Sequence[int]) -> Paragraph:
    told = _one_by_one(_told(one, at_most) for one, at_most in zip(matters, names, strict=True))
    return Paragraph(text(told or NO_MATTER), lead="三、突出问题。")


def _advice(matters: Sequence[Matter]) -> Paragraph:
    return Paragraph(text(_one_by_one(one.advice for one in matters) or TO_FILL), lead="四、建议。")


def _one_by_one(said: Iterable[str]) -> str:
    """一是…；二是…。; a single one as it is."""
    found = list(said)
    if len(found) < 2:
        return "".join(f"{one}。" for one in found)
    return "；".join(f"{number}是{one}" for number, one in zip("一二三四", found, strict=False)) + "。"


def _told(one: Matter, at_most: int) -> str:
    return f"{one.what}{len(one.parks)}个（{overall.short_names(one.parks, at_most, '情况通报')}）"


def _stages(found: Programme) -> str:
    apart = {
        "建设期": len(found.at(Stage.BUILDING)), "限期整改": len(found.at(Stage.RECTIFYING)),
        "不达标": len(found.at(Stage.FAILED)), "达标和已授牌": len(found.at(Stage.PASSED, Stage.TITLED)),
    }  # fmt: skip
    waiting = len(found.parks) - sum(apart.values())
    counted = (("建设期", apart.pop("建设期")), ("建设期满待验收", waiting), *apart.items())
    told = "、".join(f"{word}{count}个" for word, count in counted if count)
    day = chinese_date(found.as_of)
    return f"截至{day}，市级重点园区共{len(found.parks)}个{f'，其中{told}' if told else ''}。"


def _figures(found: Programme) -> Block:
    if not found.accepted:
        return Paragraph(text(f"尚无审核通过的{found.period.label}数据。"))
    return Table("主要指标表", COLUMNS, tuple(_figure(found, one) for one in HEADLINES))


def _figure(found: Programme, indicator: Indicator) -> tuple[Text, ...]:
    made = total(indicator.key, found.period, found.known)
    return tuple(
        text(cell) for cell in (indicator.label, indicator.unit, made.shown, made.growth_shown, str(made.parks))
    )


def _matters(found: Programme) -> Iterator[Matter]:
    kinds = (
        ("园区发展情况逾期未报", [one for one in found.parks if one.overdue], "对逾期未报的园区发函催报"),
        ("指标严重滞后（红灯）", found.lit(Light.RED), "对红灯园区会同区县政府研究改进措施"),
        ("指标滞后（黄灯）", found.lit(Light.YELLOW), "对黄灯园区加强跟踪"),
        ("建设期满未申请验收", found.at(*NOT_APPLIED), "督促期满园区抓紧自评并申请验收"),
    )
    return (Matter(what, tuple(parks), advice) for what, parks, advice in kinds if parks)


def _note(found: Programme) -> str:
    figures = f"{overall.spans(found)}，只计审核通过的数据，同比按两期可比的园区计算；" if found.accepted else ""
    return f"注：{figures}滞后界限为{DEFAULT_SOURCE}。"


def _said(block: Block) -> str:
    """What of it takes lines of body text; the table and its note have theirs."""
    if isinstance(block, Heading):
        return block.text
    return block.lead + "".join(map(str, block.text)) if isinstance(block, Paragraph) and not block.small else ""


def _lines(said: str) -> int:
    return ceil((2 + _width(said)) / ACROSS) if said else 0


def _width(said: str) -> float:
    return sum(HALF_WIDTH if character.isascii() else 1 for character in said)
