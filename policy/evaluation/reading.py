"""An indicator system from its one file: everything wrong in it is told at once, each fault with its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from policy.evaluation import located
from policy.evaluation.inputs import (
    Fact,
    Input,
    OfGoal,
    OfGrowth,
    OfIndicator,
    OfItem,
    OfMarks,
    OfRate,
    OfRecord,
    OfTwelve,
    indicator_keys,
)
from policy.evaluation.located import NotToml
from policy.evaluation.rule_tables import read_rule
from policy.evaluation.rules import Bonus, Experts, Pass, Rule, Share, Veto
from policy.evaluation.system import FULL, Area, Grade, Group, Item, Missing, System
from policy.evaluation.tables import Problem, Table, meant, told
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.derivation import RATES
from policy.provenance import Working
from policy.refusal import Refused
from policy.terms import Measure

LONGEST = 200_000
"""Characters; a system of a hundred items has some thirty thousand."""


class NotASystem(Refused):
    """The file is no sound system: every fault with its line, in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("；".join(str(problem) for problem in self.problems))


@lru_cache(maxsize=8)
def read_system(text: str) -> System:
    """The system a text describes. Raises NotASystem with all that is wrong."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise NotASystem([Problem(1, "文件", "文件是空的；写法见说明文档，可从“示例，非官方”体系下载后修改")])
    if len(text) > LONGEST:
        raise NotASystem([Problem(1, "文件", f"文件过长：{len(text)}个字符，请核对是否选错文件")])
    try:
        values, lines = located.read(text)
    except NotToml as fault:
        raise NotASystem([Problem(fault.line, "文件", fault.message)]) from None
    problems: list[Problem] = []
    system = _system(Table(values, (), lines, problems, "体系"))
    if problems or system is None:
        raise NotASystem(dict.fromkeys(problems))
    return system


def _system(table: Table) -> System | None:
    name, version = table.text("name", longest=100), table.text("version", longest=20)
    document, note = table.text("document", needed=False), table.text("note", needed=False, longest=500)
    since, until = table.day("effective_from"), table.day("effective_to", needed=False)
    if since and until and until < since:
        table.fault(f"effective_to {until} 早于 effective_from {since}", "effective_to")
    grades = _grades(table)
    seen: dict[str, int] = {}
    areas = tuple(_area(one, seen) for one in table.tables("area", "一级指标", "[[area]]"))
    if not areas:
        table.fault("没有一级指标，至少写一个 [[area]] 小节")
    bonuses = tuple(_bonus(one, seen) for one in table.tables("bonus", "加分项", "[[bonus]]"))
    vetoes = tuple(_veto(one, seen) for one in table.tables("veto", "一票否决项", "[[veto]]"))
    table.close()
    _check_sum(table, "area", "一级指标", [area.weight for area in areas], FULL, "应为100")
    items = {item.id: item for area in areas for item in area.items}
    _check_references(table, items, seen)
    named = [_named(area, items) for area in areas]
    return System(name, version, document, since or date.min, until, note, grades, tuple(named), bonuses, vetoes)


def _grades(table: Table) -> tuple[Grade, ...]:
    """From the highest down; the lowest begins at 0, so that every score has one."""
    tables = list(table.tables("grade", "等次", "[[grade]]"))
    found = []
    for one in tables:
        lowest = one.number("from")
        found.append(Grade(one.text("name", longest=20), lowest, one.flag("passed", lowest > 0)))
        one.close()
        if lowest > FULL:
            one.fault(f"from 为{plain(lowest)}，高于满分100", "from")
        if [grade.lowest for grade in found].count(lowest) > 1:
            one.fault(f"有两个等次都从{plain(lowest)}分起，请改其中一个", "from")
        if [grade.name for grade in found].count(found[-1].name) > 1:
            one.fault("等次名称重复，请改其中一个", "name")
    if not found:
        table.fault("缺少等次，至少写两个 [[grade]] 小节，如 达标 from = 60、不达标 from = 0")
    elif min(grade.lowest for grade in found) != 0:
        tables[-1].fault("没有从0分起的等次，低分将没有等次；请写一个 from = 0 的 [[grade]] 小节（如“不达标”）")
    return tuple(sorted(found, key=lambda grade: -grade.lowest))


def _area(table: Table, seen: dict[str, int]) -> Area:
    name, weight = table.text("name", longest=100), table.number("weight")
    groups = tuple(_group(one, seen) for one in table.tables("group", "二级指标", "[[area.group]]"))
    if not groups:
        table.fault("没有二级指标，至少写一个 [[area.group]] 小节")
    table.close()
    _check_sum(table, "group", "二级指标", [group.weight for group in groups], weight, "与本一级指标的权重不符，应为")
    return Area(name, weight, groups)


def _group(table: Table, seen: dict[str, int]) -> Group:
    name, weight = table.text("name", longest=100), table.number("weight")
    items = tuple(_item(one, seen) for one in table.tables("item", "三级指标", "[[area.group.item]]"))
    if not items:
        table.fault("没有三级指标，至少写一个 [[area.group.item]] 小节")
    table.close()
    _check_sum(table, "item", "三级指标", [item.weight for item in items], weight, "与本二级指标的权重不符，应为")
    return Group(name, weight, items)


def _check_sum(table: Table, key: str, word: str, weights: Sequence[Decimal], whole: Decimal, expected: str) -> None:
    """Said with every line that takes part, so that the wrong one is found."""
    total = sum(weights, Decimal(0))
    places = [located.line_of(table.lines, (*table.path, key, place, "weight")) for place in range(len(weights))]
    told_already = {problem.line for problem in table.problems}
    if not weights or total == whole or told_already.intersection(places):
        return
    rows = "、".join(f"第{line}行{plain(weight)}" for line, weight in zip(places, weights, strict=True))
    wanted = expected if whole == FULL and expected.endswith("100") else f"{expected}{plain(whole)}"
    gap = whole - total
    mend = f"还差{plain(gap)}" if gap > 0 else f"多出{plain(-gap)}"
    message = f"{word}权重合计为{plain(total)}，{wanted}（{rows}），{mend}，请调整其中的 weight"
    table.problems.append(Problem(places[0], table.name, message))


def _item(table: Table, seen: dict[str, int]) -> Item:
    weight = table.number("weight")
    if weight == 0 and "weight" in table.values:
        table.fault("weight 为0；不计分的项目请写在 [[veto]] 或 [[bonus]] 小节，或删去", "weight")
    item_id, name, note = _identity(table, seen)
    looked_at = _input(table)
    rule = read_rule(table, weight)
    missing = table.word("missing", Missing) or Missing.ZERO
    if rule is not None and looked_at is not None:
        _check_match(table, looked_at, rule)
    table.close()
    return Item(item_id, name, weight, looked_at or OfMarks(""), rule or Pass(), missing, note)


def _identity(table: Table, seen: dict[str, int]) -> tuple[str, str, str]:
    item_id, name = table.item_id(), table.text("name", longest=100)
    if item_id and item_id in seen:
        table.fault(f"id “{item_id}”重复，第{seen[item_id]}行已用，请改其中一个", "id")
    seen.setdefault(item_id, table.line("id"))
    return item_id, name, table.text("note", needed=False, longest=500)


def _bonus(table: Table, seen: dict[str, int]) -> Item:
    item_id, name, note = _identity(table, seen)
    rule = Bonus(table.number("each"), table.number("cap"))
    if rule.cap > FULL:
        table.fault(f"cap 为{plain(rule.cap)}，加分上限不能超过100", "cap")
    looked_at = _input(table) or OfMarks("")
    if isinstance(looked_at, OfItem):
        table.fault("加分项的 input 不能取另一指标的得分率", "input")
    table.close()
    return Item(item_id, name, Decimal(0), looked_at, rule, Missing.ZERO, note)


def _veto(table: Table, seen: dict[str, int]) -> Item:
    item_id, name, note = _identity(table, seen)
    table.close()
    return Item(item_id, name, Decimal(0), OfMarks(f"是否发生“{name}”（是填1，否填0）"), Veto(), Missing.ZERO, note)


INPUTS = ("indicator", "growth", "twelve_months", "rate", "goal", "goal_increment", "record", "item", "marks")
"""What an input may be, exactly one of them."""


def _input(table: Table) -> Input | None:
    found = table.table("input", table.name, '{ indicator = "网络安全产业收入" }')
    if found is None:
        return None
    named = [key for key in INPUTS if found.has(key)]
    found.has("unit")
    found.close()
    if len(named) != 1:
        found.fault(f"input 应从{'、'.join(INPUTS)}中写且只写一个，收到{'、'.join(named) or '没有可用的'}")
        return None
    kind, value = named[0], found.text(named[0])
    if kind != "marks" and "unit" in found.values:
        found.fault("只有 marks（人工评定）才写 unit，其他的单位由指标确定", "unit")
    if kind == "marks":
        return OfMarks(value, found.text("unit", needed=False, longest=10))
    if kind == "item":
        return OfItem(value)
    if kind == "record":
        fact = found.word("record", Fact)
        return None if fact is None else OfRecord(fact)
    return _rate(found, value) if kind == "rate" else _of_figures(found, kind, value)


def _rate(found: Table, value: str) -> Input | None:
    rate = next((one for one in RATES if value in (one.key, one.label)), None)
    if rate is None:
        found.fault(f"没有“{value}”这项比率{meant(value, [one.label for one in RATES])}", "rate")
        return None
    return OfRate(rate)


def _of_figures(found: Table, kind: str, value: str) -> Input | None:
    key = next(indicator_keys(value), None)
    if key is None:
        if value:
            labels = [indicator.label for indicator in BY_KEY.values()]
            others = [alias for indicator in BY_KEY.values() for alias in indicator.aliases]
            found.fault(f"没有“{value}”这项指标{meant(value, [*labels, *others, *BY_KEY], labels)}", kind)
        return None
    if kind == "indicator":
        return OfIndicator(key)
    if BY_KEY[key].measure is Measure.RATIO:
        found.fault(f"“{value}”由其他指标计算得出，没有目标和同比，只能写作 indicator", kind)
        return None
    if kind == "twelve_months":
        if BY_KEY[key].measure is not Measure.FLOW_YTD:
            found.fault(f"“{value}”不是逐月累计的指标，没有近12个月累计，写作 indicator", kind)
            return None
        return OfTwelve(key)
    if kind == "growth":
        return OfGrowth(key)
    return OfGoal(key, Working.COMPLETION if kind == "goal" else Working.INCREMENT)


def _check_match(table: Table, looked_at: Input, rule: Rule) -> None:
    """Some rules ask for an input of their own kind."""
    marks = isinstance(looked_at, OfMarks)
    if isinstance(rule, Experts) and not marks:
        table.fault('专家评分须由专家评定，input 应写作 { marks = "评什么" }', "input")
    stated = isinstance(looked_at, OfIndicator) and not BY_KEY[looked_at.key].ratio_of
    if isinstance(rule, Share) and not stated:
        table.fault(
            '占比计分须用各园区都报送的指标，input 应写作 { indicator = "指标名称" }，不能用占比类指标', "input"
        )


def _check_references(table: Table, items: dict[str, Item], seen: dict[str, int]) -> None:
    refers = {item.id: item.input.item for item in items.values() if isinstance(item.input, OfItem)}
    told_of: set[str] = set()
    for start, target in refers.items():
        if target not in items:
            message = f"没有 id 为{told(target)}的三级指标{meant(target, items)}"
            table.problems.append(Problem(_input_line(table, start), _called(items, start), message))
        elif start not in told_of:
            circle = _circle(start, refers)
            told_of.update(circle)
            if circle:
                way = "→".join(f"{one}（第{_input_line(table, one)}行）" for one in (*circle, circle[0]))
                message = f"指标互相引用成环，无法计算：{way}；请将其中一个的 input 改为指标、目标或人工评定"
                table.problems.append(Problem(_input_line(table, circle[0]), _called(items, circle[0]), message))


def _circle(start: str, refers: dict[str, str]) -> tuple[str, ...]:
    """The items that refer to each other in a ring, reached from `start`; empty when the way ends."""
    way: list[str] = []
    here: str | None = start
    while here is not None and here not in way:
        way.append(here)
        here = refers.get(here)
    return tuple(way[way.index(here) :]) if here is not None else ()


def _called(items: dict[str, Item], item_id: str) -> str:
    return f"三级指标“{items[item_id].name}”"


def _input_line(table: Table, item_id: str) -> int:
    """Where the item's input stands."""
    for path, _line in table.lines.items():
        if path[-1:] == ("id",) and _at(table, path) == item_id:
            return located.line_of(table.lines, (*path[:-1], "input"))
    return 1


def _at(table: Table, path: located.Path) -> object:
    value: object = table.values
    for step in path:
        value = value[step]  # type: ignore[index]
    return value


def _named(area: Area, items: dict[str, Item]) -> Area:
    """References to other items learn the names of what they refer to."""
    groups = tuple(
        Group(group.name, group.weight, tuple(_with_name(item, items) for item in group.items)) for group in area.groups
    )
    return Area(area.name, area.weight, groups)


def _with_name(item: Item, items: dict[str, Item]) -> Item:
    if not isinstance(item.input, OfItem) or item.input.item not in items:
        return item
    named = OfItem(item.input.item, items[item.input.item].name)
    return Item(item.id, item.name, item.weight, named, item.rule, item.missing, item.note)
