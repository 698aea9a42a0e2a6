"""Any number in any writing: never wrong at ok or note, and never a question when nothing is in doubt.

EXAMPLES=100 tries a hundred times as many, other ones each time.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.indicators.catalogue import BY_KEY
from policy.rulebook import DEFAULT, NEWEST
from policy.terms import HalfYear, Status
from services.intake.cells import read_figure
from services.intake.context import Context
from services.intake.document import Cell, CellKind, Document, Sheet, letters
from services.intake.numerals import read_numeral
from services.intake.parsed import Parsed
from services.intake.reader import interpret
from services.intake.reading import Reading
from services.intake.units import NAMED
from tests.services.intake.makers import LABELS, PARKS
from tests.services.intake.number_writings import (
    AFTER,
    BEFORE,
    FORMAL,
    KEYS,
    SMALL,
    Written,
    figures,
    in_ten_thousands,
    other_units,
    target,
    units_for,
)

TIMES = int(os.environ.get("EXAMPLES", "1"))
TITLE = "国家网络安全产业园区（示例甲园）2025年上半年发展情况表"
# Base units (元, 人, 平方米, 家) between which no park's figure is doubted.
PLAUSIBLE = {"revenue_cyber": (10**6, 2 * 10**11), "staff_cyber": (10, 5 * 10**5), "area_built": (100, 2 * 10**7),
             "firms_cyber": (1, 10**5)}  # fmt: skip


def often(number: int) -> settings:
    return settings(max_examples=number * TIMES, deadline=None, derandomize=TIMES == 1, database=None)


def read(key: str, text: str, kind: CellKind = CellKind.TEXT, number_format: str = "") -> Parsed:
    written = Cell(10, 3, "C10", kind, text, format=number_format)
    return read_figure(BY_KEY[key], written, None, typed=True, with_share=True)


def value_of(parsed: Parsed | Reading) -> Decimal | None:
    return None if parsed.value is None else Decimal(parsed.value)


edges = st.sampled_from(("", "", " ", "\n", "\u200b", "\u3000"))
gaps = st.sampled_from(("", "", " ", "\u00a0", "\u3000", "\n"))
around = st.sampled_from(("{}", "{}", "（{}）", "({})", "{}。", "{}；"))


@often(500)
@given(figures(), edges, gaps, around)
def test_a_complete_number_is_read_right_and_asks_nothing(figure: Written, edge: str, gap: str, unit: str) -> None:
    parsed = read(figure.key, f"{edge}{figure.text}{gap}{unit.format(figure.unit)}{edge}")
    if BY_KEY[figure.key].whole_number and figure.value != int(figure.value):
        assert parsed.status is Status.CONFIRM
    else:
        assert (parsed.status, value_of(parsed)) == (Status.NOTE, figure.value)


@often(500)
@given(figures(), gaps, st.sampled_from([(word, "") for word in BEFORE] + [("", word) for word in AFTER]))
def test_a_qualified_number_is_never_taken_silently_nor_wrong(
    figure: Written, gap: str, words: tuple[str, str]
) -> None:
    parsed = read(figure.key, f"{words[0]}{figure.text}{gap}{figure.unit}{words[1]}")
    assert parsed.status.blocks
    assert value_of(parsed) in (None, figure.value)


@often(400)
@given(figures(), st.data(), around)
def test_a_unit_that_does_not_fit_is_never_taken_silently(figure: Written, data: st.DataObject, unit: str) -> None:
    """An incomplete unit, one of another kind or currency, or one that counts something else."""
    name = data.draw(st.sampled_from(other_units(figure.key)))
    assert read(figure.key, f"{figure.number:f}{unit.format(name)}").status.blocks


@often(300)
@given(st.integers(1, 10**12 - 1), st.sampled_from((SMALL, FORMAL)))
def test_chinese_amounts_in_yuan(number: int, style: tuple[str, str]) -> None:
    parsed = read("revenue_cyber", f"{in_ten_thousands(number, *style)}元")
    assert (parsed.status, value_of(parsed)) == (Status.NOTE, Decimal(number) / 10**8)


@often(800)
@given(st.text("0123456789,.，．一二三十百千万亿零两点半元家人约余个近注*—-～至 （）%无①②Ol\n", max_size=9))
def test_what_is_taken_without_a_question_is_what_an_independent_reader_says(text: str) -> None:
    """Whatever the mixture: at ok or note the value is the digits as they stand, times the one unit after them."""
    parsed = read("revenue_cyber", text)
    if parsed.status.blocks or parsed.value is None or parsed.remark == "无":
        return
    plain = text.translate(str.maketrans("０１２３４５６７８９．，（）", "0123456789.,()"))
    plain = "".join(plain.split()).replace("()", "").split("(")[0] or plain
    digits = "".join(mark for mark in plain.replace("点", ".") if mark in "0123456789.").rstrip(".")
    if digits and read_numeral(plain) is None and "无" not in plain:
        close = "".join(text.split())
        units = sorted((name for name in units_for("revenue_cyber") if name in close), key=len)
        unit = NAMED[units[-1]] if units else target("revenue_cyber")
        assert value_of(parsed) == Decimal(digits) * unit.factor / target("revenue_cyber").factor
    assert not {"约", "余", "近", "①", "②", "*", "O", "l"} & set(text)


@often(200)
@given(st.decimals(0, 5000, places=2, allow_nan=False), st.sampled_from(("", "0.00", "#,##0.00", "0.00_ ")))
def test_a_plain_number_cell_asks_nothing(number: Decimal, code: str) -> None:
    parsed = read("revenue_cyber", f"{number:f}", CellKind.NUMBER, code)
    assert (parsed.status, value_of(parsed)) == (Status.OK, number)


@often(200)
@given(
    st.integers(1, 10**9),
    st.sampled_from(('0!.0,"万"', '0!.0000', '#,##0,', '0.0,,', '0!.00,"万元"', '0"万元"', '0.00"亿"', '0"元"')),
)  # fmt: skip
def test_a_cell_that_shows_another_number_is_always_a_question(number: int, code: str) -> None:
    parsed = read("revenue_cyber", str(number), CellKind.NUMBER, code)
    assert parsed.status is Status.CONFIRM
    assert str(number) in parsed.candidates
    assert str(number) in parsed.message


@often(300)
@given(figures(), st.data())
def test_a_unit_in_the_number_format_is_never_overlooked(figure: Written, data: st.DataObject) -> None:
    """The catalogue's own unit there is a note; another, or any word, is a question with what is seen among the
    candidates."""
    name = data.draw(st.sampled_from(sorted(NAMED)))
    parsed = read(figure.key, f"{figure.number:f}", CellKind.NUMBER, f'0.0"{name}"')
    unit, wanted = NAMED[name], target(figure.key)
    if unit.same_as(wanted) and unit.counts in ("", wanted.counts):
        assert value_of(parsed) == figure.number
        assert parsed.status is Status.NOTE or figure.number != int(figure.number)
    else:
        assert parsed.status.blocks
        if name in units_for(figure.key):
            assert figure.number * unit.factor / wanted.factor in map(Decimal, parsed.candidates)


def in_label(label: str, unit: str) -> list[list[Any]]:
    return [["项目", "数值"], [label.format(unit), None]]


PLACES = {
    "brackets after the label": lambda label, unit: in_label(f"{label}（{{}}）", unit),
    "square brackets after the label": lambda label, unit: in_label(f"{label}【{{}}】", unit),
    "a stroke after the label": lambda label, unit: in_label(f"{label}/{{}}", unit),
    "a blank after the label": lambda label, unit: in_label(f"{label} {{}}", unit),
    "单位 after the label": lambda label, unit: in_label(f"{label}（单位：{{}}）", unit),
    "a unit column": lambda label, unit: [["项目", "计量单位", "数值"], [label, unit, None]],
    "the column's header": lambda label, unit: [["项目", f"本期累计（{unit}）"], [label, None]],
    "the column's header after a stroke": lambda label, unit: [["项目", f"本期累计/{unit}"], [label, None]],
    "a header that is nothing else": lambda label, unit: [["项目", unit], [label, None]],
    "a line above": lambda label, unit: [[f"单位：{unit}"], ["项目", "数值"], [label, None]],
    "a line above, spaced": lambda label, unit: [[f"单 位： {unit}"], ["项目", "数值"], [label, None]],
    "the title's brackets": lambda label, unit: [[f"{TITLE}（{unit}）"], ["项目", "数值"], [label, None]],
    "单位 in the title": lambda label, unit: [[f"{TITLE}（单位：{unit}）"], ["项目", "数值"], [label, None]],
}


def read_table(place: str, figure: Written, cell: tuple[CellKind, str], last: Decimal | None = None) -> Reading:
    """The figure from a small report with its unit in that place; `last`: what was accepted half a year before."""
    rest = [[LABELS[key], 0] for key in ("tier_over_100m", "tier_50m_100m", "tier_20m_50m", "listed_total")]
    grid = [[TITLE], *PLACES[place](LABELS[figure.key], figure.unit), *rest]
    cells = []
    for row, line in enumerate(grid, 1):
        for column, value in enumerate(line, 1):
            kind, text = (CellKind.TEXT if isinstance(value, str) else CellKind.NUMBER, str(value))
            kind, text = (kind, text) if value is not None else cell
            cells.append(Cell(row, column, f"{letters(column)}{row}", kind, text))

    def figures_before(_park: str, _period: HalfYear) -> dict[str, Decimal]:
        return {} if last is None else {figure.key: last}

    reading = interpret(Document("xlsx", [Sheet("表", cells)]), "表", Context(PARKS, last=figures_before))
    entry = reading.field(figure.key)
    assert entry is not None
    return entry


@pytest.mark.parametrize("place", PLACES)
@often(20)
@given(st.data())
def test_a_unit_beside_or_above_the_figure_is_applied_and_asks_nothing(place: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS))
    figure = data.draw(figures_of(key))
    number = data.draw(st.sampled_from(((CellKind.NUMBER, f"{figure.number:f}"), (CellKind.TEXT, figure.text))))
    entry = read_table(place, figure, number)
    assert value_of(entry) == figure.value
    assert entry.status in (Status.OK, Status.NOTE)


@st.composite
def figures_of(draw: st.DrawFn, key: str) -> Written:
    """A figure of this key that no one doubts, in whole base units."""
    least, most = PLAUSIBLE[key]
    name = draw(st.sampled_from([name for name in units_for(key) if NAMED[name].factor <= most]))
    factor = int(NAMED[name].factor)
    number = draw(st.integers(-(-least // factor), most // factor))
    text = draw(st.sampled_from((str(number), f"{number:,}")))
    return Written(key, text, name, Decimal(number) * factor / target(key).factor, Decimal(number))


@pytest.mark.parametrize("place", PLACES)
@often(15)
@given(st.data())
def test_any_word_where_a_unit_stands_is_applied_or_asked_about(place: str, data: st.DataObject) -> None:
    """Incomplete or foreign: never the catalogue's unit without a word. What is said above a whole table may speak
    of other figures (单位：家; 单位：万 is not said of counts); what stands in the unit column may not."""
    key = data.draw(st.sampled_from(KEYS))
    name = data.draw(st.sampled_from(other_units(key)))
    figure = data.draw(figures_of(key))
    other = Written(key, figure.text, name, figure.value, figure.number)
    entry = read_table(place, other, (CellKind.NUMBER, f"{figure.number:f}"))
    family, of_all = target(key).family, "line" in place or "title" in place
    if (
        place == "a unit column"
        or NAMED[name].family is family
        or (NAMED[name].family == "any" and not (of_all and family == "count"))
    ):
        assert entry.status.blocks


@often(100)
@given(st.data(), st.decimals("0.2", "5", places=2))
def test_near_the_last_figure_nothing_is_asked(data: st.DataObject, ratio: Decimal) -> None:
    figure = data.draw(figures_of(data.draw(st.sampled_from(KEYS))))
    entry = read_table("a unit column", figure, (CellKind.NUMBER, f"{figure.number:f}"), figure.value * ratio)
    assert (value_of(entry), entry.status.blocks) == (figure.value, False)


@often(100)
@given(
    st.sampled_from(("revenue_cyber", "staff_cyber", "area_built")), st.integers(100, 10**6), st.sampled_from((1, 2))
)
def test_a_figure_in_a_smaller_unit_is_a_question_with_both(key: str, thousandths: int, drift: int) -> None:
    """The number is 10 000 times what was reported last: both are offered, what was probably meant first."""
    meant = Decimal(thousandths) / 1000
    if meant < DEFAULT.share("least_revenue", NEWEST) or meant * 10 > DEFAULT.share("limit_staff", NEWEST):
        return
    figure = Written(key, "", BY_KEY[key].unit, meant, meant)
    entry = read_table("a unit column", figure, (CellKind.NUMBER, f"{meant * 10_000:f}"), meant * drift)
    assert entry.status is Status.CONFIRM
    assert [Decimal(one) for one in entry.candidates] == [meant, meant * 10_000]
    small = read_table("a unit column", figure, (CellKind.NUMBER, f"{meant / 10_000:f}"), meant * drift)
    assert [Decimal(one) for one in small.candidates] == [meant, meant / 10_000]
