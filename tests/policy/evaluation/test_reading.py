"""The one file of a system: what it gives, and how every kind of fault is refused, with its line and its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.evaluation.reading import NotASystem, read_system
from policy.evaluation.rules import Experts, RuleKind
from policy.evaluation.system import Missing
from tests.policy.evaluation.systems import BONUS, DEMONSTRATION, HEAD, MARKS, PASS, VETO, item, system

TEXT = DEMONSTRATION.read_text(encoding="utf-8")


def faults(text: str) -> list[str]:
    with pytest.raises(NotASystem) as found:
        read_system(text)
    return [str(problem) for problem in found.value.problems]


def line_with(text: str, part: str, after: str = "") -> int:
    """The number of the first line that holds the part, after a line that holds `after`."""
    lines = text.split("\n")
    start = next(n for n, line in enumerate(lines) if after in line)
    return next(n for n, line in enumerate(lines[start:], start + 1) if part in line)


def test_the_demonstration_system_is_that_of_the_plan() -> None:
    found = read_system(TEXT)
    assert [(area.name, area.weight) for area in found.areas] == [
        ("产业规模与集聚", 30), ("企业培育", 20), ("创新", 15), ("公共服务与人才", 15), ("载体配套", 10),
        ("组织保障与报送", 10),
    ]  # fmt: skip
    weights = {item.id: item.weight for item in found.items}
    assert [weights[key] for key in ("revenue", "revenue_growth", "revenue_share", "firms")] == [12, 8, 5, 5]
    assert [weights[key] for key in ("tiers", "listed", "new_firms", "rnd", "honours")] == [8, 4, 8, 8, 7]
    assert weights["punctuality"] == 5
    assert [(grade.name, grade.lowest, grade.passed) for grade in found.grades] == [
        ("优秀", 85, True), ("达标", 60, True), ("不达标", 0, False),
    ]  # fmt: skip
    assert found.vetoes[0].name == "弄虚作假、虚报数据"
    assert found.trial
    assert "示例，非官方" in found.name


def test_the_demonstration_system_shows_every_rule_type() -> None:
    assert {item.rule.kind for item in read_system(TEXT).everything()} == set(RuleKind)


def test_keys_and_words_mean_the_same() -> None:
    words = item("a", "100", '{ kind = "专家评分", trim = 1 }', missing="缺数据不能计总分")
    keys = item("a", "100", '{ kind = "experts", trim = 1 }', missing="block")
    found = read_system(system(words))
    assert found == read_system(system(keys))
    assert found.items[0].rule == Experts(Decimal(100), 1, 3)
    assert found.items[0].missing is Missing.BLOCK
    assert found.effective_from == date(2025, 1, 1)


CHANGES = {
    "weights 99": (
        "weight = 30", "weight = 29", ("weight = 29", ""),
        "一级指标权重合计为99，应为100（第26行29、第76行20、第117行15、第146行15、第191行10、第220行10），还差1",
    ),
    "items against their group": (
        "weight = 12\ninput", "weight = 12.5\ninput", ("weight = 12.5", ""),
        "三级指标权重合计为20.5，与本二级指标的权重不符，应为20（第35行12.5、第43行8），多出0.5",
    ),
    "overlapping bands": (
        "{ from = 10, below = 20", "{ from = 10, up_to = 20", ("{ from = 20", ""), "20同时属于两档，只能有一档含20",
    ),
    "gapping bands": (
        "{ from = 10, below = 20", "{ from = 10, below = 15", ("{ from = 20", ""), "15与20之间的数值没有档次",
    ),
    "an empty band": (
        "{ from = 10, below = 20", "{ from = 30, below = 20", ("{ from = 30", ""), "下限30不低于上限20",
    ),
    "a band above its weight": ("points = 6", "points = 9", ("points = 9", ""), "points 为9，高于权重8"),
    "unknown indicator": (
        'growth = "网络安全产业收入"', 'growth = "网络安全产值"', ("网络安全产值", ""),
        "没有“网络安全产值”这项指标，是否为“网络安全产业收入”？",
    ),
    "growth of a share": (
        'growth = "网络安全产业收入"', 'growth = "网络安全产业收入占比"', ("growth =", ""), "只能写作 indicator",
    ),
    "unknown rate": (
        'rate = "楼宇运营率"', 'rate = "运营率"', ('rate = "运', ""), "没有“运营率”这项比率，是否为“楼宇运营率”？",
    ),
    "twelve months of a level": (
        'indicator = "网络安全上市企业数量"', 'twelve_months = "网络安全上市企业数量"', ("twelve_months", ""),
        "没有近12个月累计，写作 indicator",
    ),
    "unknown rule": (
        'kind = "线性计分"', 'kind = "线型计分"', ("线型计分", ""), "没有 “线型计分” 这种写法，可用：线性计分",
    ),
    "rule of a section of its own": ('kind = "达标计分"', 'kind = "加分"', ('"加分"', ""), "请写成 [[bonus]] 小节"),
    "negative weight": (
        'weight = 7\n\n[[area.group.item]]\nid = "honours"', 'weight = -7\n\n[[area.group.item]]\nid = "honours"',
        ("weight = -7", ""), "weight 为-7，不能为负数",
    ),
    "no lowest grade": ('from = 0\n', "from = 5\n", ("[[grade]]", "达标"), "没有从0分起的等次"),
    "two grades from one limit": ("from = 60", "from = 85", ("from = 85", "达标"), "有两个等次都从85分起"),
    "duplicated id": ('id = "firms"', 'id = "revenue"', ('id = "revenue"', "产业集聚"), "id “revenue”重复，第33行已用"),
    "bad id": ('id = "firms"', 'id = "企业"', ('id = "企业"', ""), "id 应由小写字母开头"),
    "bad date": (
        "2022-10-21", '"2022年10月21日"', ("2022年", ""),
        "应为日期，写作 2026-01-01（不加引号），收到 “2022年10月21日”",
    ),
    "no such day": ("2022-10-21", "2022-02-30", ("2022-02-30", ""), "不合写法：“effective_from = 2022-02-30”"),
    "ends before it begins": (
        "effective_from = 2022-10-21", "effective_from = 2022-10-21\neffective_to = 2021-01-01",
        ("effective_to", ""), "早于 effective_from",
    ),
    "wrong type": ("target = 50", 'target = "五十"', ("五十", ""), "target 应为数值（不加引号"),
    "not finite": ("target = 50", "target = inf", ("target = inf", ""), "target 应为数值"),
    "nothing between": ("target = 50", "target = 0", ("target = 0 ", ""), "target 与 start 相同（0）"),
    "mistyped name": ("target = 50", "taget = 50", ("taget", ""), "不认识的名称 taget，是否为“target”？"),
    "two inputs": (
        '{ indicator = "培训人数" }', '{ indicator = "培训人数", item = "firms" }', ("培训人数", ""), "写且只写一个",
    ),
    "no input": ('input = { indicator = "培训人数" }\n', "", ("[[area.group.item]]", "staff"), "缺少 input"),
    "experts without marks": (
        '{ marks = "工作机制、专班、产业规划和专项政策的落实情况" }', '{ indicator = "培训人数" }',
        ("培训人数", "organisation"), "专家评分须由专家评定",
    ),
    "nothing left after trimming": (
        "trim = 1, at_least = 3", "trim = 1, at_least = 2", ("at_least = 2", ""), "应不少于3",
    ),
    "share of what is not reported": (
        'input = { indicator = "网络安全产业从业人员" }', 'input = { growth = "网络安全产业从业人员" }',
        ("growth =", "staff"), "占比计分须用各园区都报送的指标",
    ),
    "unknown policy": ('missing = "缺数据记0分"', 'missing = "算了"', ("算了", ""), "missing 没有 “算了” 这种写法"),
    "bonus cap": ("cap = 2", "cap = 200", ("cap = 200", ""), "加分上限不能超过100"),
    "an unknown item": (
        '{ indicator = "培训人数" }', '{ item = "firmz" }', ("firmz", ""),
        "没有 id 为“firmz”的三级指标，是否为“firms”？",
    ),
    "not TOML": ("weight = 12\ninput", "weight = 12分\ninput", ("12分", ""), "不合写法：“weight = 12分”"),
    "an open bracket": ("bands = [\n  { from = 3", "bands = \n  { from = 3", ("bands = ", "tiers"), "不合写法"),
}  # fmt: skip


@pytest.mark.parametrize("fault", CHANGES)
def test_a_fault_is_told_with_its_line_and_how_to_mend_it(fault: str) -> None:
    old, new, (part, after), said = CHANGES[fault]
    assert TEXT.count(old) >= 1, old
    text = TEXT.replace(old, new, 1)
    found = faults(text)
    line = line_with(text, part, after)
    assert any(one.startswith(f"第{line}行 ") and said in one for one in found), (line, found)


def test_a_fault_alone_is_told_alone() -> None:
    """A fault drags no other after it, but for a weight that is wrong on two levels."""
    for fault in CHANGES.keys() - {"weights 99", "no lowest grade"}:
        old, new, _place, _said = CHANGES[fault]
        found = faults(TEXT.replace(old, new, 1))
        assert len(found) == (2 if fault in ("mistyped name",) else 1), found


def test_a_cycle_is_told_with_every_line_of_it() -> None:
    text = system(
        item("a", "40", '{ kind = "linear", target = 100 }', 'input = { item = "b" }'),
        item("b", "30", '{ kind = "linear", target = 100 }', 'input = { item = "c" }'),
        item("c", "20", '{ kind = "linear", target = 100 }', 'input = { item = "a" }'),
        item("d", "10", '{ kind = "linear", target = 100 }', 'input = { item = "a" }'),
    )
    lines = {one: line_with(text, f'item = "{one}"') for one in "abc"}
    assert faults(text) == [
        f"第{lines['b']}行 三级指标“指标a”：指标互相引用成环，无法计算：a（第{lines['b']}行）→b（第{lines['c']}行）→"
        f"c（第{lines['a']}行）→a（第{lines['b']}行）；请将其中一个的 input 改为指标、目标或人工评定"
    ]


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = TEXT
    for fault in ("bad date", "negative weight", "overlapping bands", "unknown indicator", "wrong type"):
        text = text.replace(*CHANGES[fault][:2], 1)
    found = faults(text)
    assert len(found) == 5
    numbers = [int(one[1 : one.index("行")]) for one in found]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff"])
def test_an_empty_file_says_so(text: str) -> None:
    assert faults(text) == ["第1行 文件：文件是空的；写法见说明文档，可从“示例，非官方”体系下载后修改"]


@pytest.mark.parametrize(
    "text",
    ["随便一段话", "指标,权重\n收入,12\n", "a = " + "9" * 5000, "a = " + "[" * 3000, "area = 3", "area = [1]",
     "[[area]]\n", "[area]\nname = 1", "grade = [{}]", HEAD, "a = 1e999999999", "\x00"],
)  # fmt: skip
def test_what_is_no_system_is_refused_with_a_line(text: str) -> None:
    assert all(one.startswith("第") for one in faults(text))


def test_lines_are_found_whatever_stands_between() -> None:
    """Comments, texts of several lines, quoted keys, an item in one line."""
    text = system(
        "\n# [[area]]\n", item("a", "50", PASS), '\n[[area.group.item]] # weight = 3\n"id" = "b"\nname = \'指标b\'\n',
        'note = """\nweight = 1\n[[veto]]\n"""\n', f"weight = -50\n{MARKS}\nrule = {PASS}\nmissing = 'zero'\n",
        rest=BONUS + VETO,
    )  # fmt: skip
    assert faults(text) == [f"第{line_with(text, '-50')}行 三级指标“指标b”：weight 为-50，不能为负数"]


def test_windows_line_ends_change_nothing() -> None:
    text = TEXT.replace("weight = 30", "weight = 29", 1)
    assert faults(text.replace("\n", "\r\n")) == faults(text)
