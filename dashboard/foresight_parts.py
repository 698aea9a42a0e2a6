"""What 趋势研判 says, the same on the page of one park and over all parks: three words and the pace, no chance."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from dash import html

from dashboard.components.figure import counted
from dashboard.markup import Node
from policy.figures import plain
from policy.foresight import Course, needed_pace, recent_pace
from policy.indicators.catalogue import BY_KEY
from policy.indicators.indicator import Indicator
from policy.terms import Chance, Measure

INTERNAL = "内部参考，不写入文件和邮件"
NO_WORD = "不作研判"


def chance_word(chance: Chance | None, why: str = "") -> html.Span:
    """No light: a word that stands out the more the harder it looks. `why`: told on pointing at it."""
    given = {"title": why} if why else {}
    kind = f"chance chance-{chance.value}" if chance else "chance"
    return html.Span(chance.label if chance else NO_WORD, className=kind, **given)


def paces(course: Course, as_of: date, page: str = "") -> list[Node]:
    """每半年需新增网络安全企业6家；近两期平均新增2家: each figure leads to the 测算表 it is worked out in, here or on
    `page`."""
    indicator = BY_KEY[course.indicator]
    needed, recent = needed_pace(course, as_of), recent_pace(course, as_of)
    verb = "新增" if course.measure is Measure.STOCK else "实现"
    if needed is None:
        return ["建设期已满"]
    if not needed:
        return ["已达到目标"]
    words: list[Node] = [f"每半年需{verb}", worked_out(at_least(needed, indicator), indicator, page)]
    if recent is None:
        return words
    change, amount = ("减少", -recent) if recent < 0 else (verb, recent)
    return [*words, f"；近两期平均{change}", worked_out(plain(_digits(amount, indicator)), indicator, page)]


def worked_out(number: str, indicator: Indicator, page: str = "") -> Node:
    """Not reported by anybody: leads to what it stands on."""
    return counted(f"{number}{indicator.unit}", f"{page}#basis-{indicator.key}")


def at_least(value: Decimal, indicator: Indicator) -> str:
    """Rounded up: what is needed is not met by less."""
    return plain(value.quantize(indicator.step, ROUND_CEILING))


def _digits(value: Decimal, indicator: Indicator) -> Decimal:
    """Half up, like every figure; counts with one digit more, since they are means."""
    return value.quantize(indicator.step / 10 if indicator.whole_number else indicator.step, ROUND_HALF_UP)
