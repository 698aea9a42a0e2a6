"""校验码: of the data alone, and a slip of the pen is told apart from another version."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.data_code import ALPHABET, LENGTH, data_code, typed_code
from policy.refusal import Refused
from policy.terms import FigureKind, HalfYear

ESTIMATE, PRELIMINARY, FINAL = FigureKind
H1 = HalfYear(2025, 1)
FIGURES = [("revenue_cyber", "current", "1.5", None), ("firms_cyber", "current", "30", None)]
ROWS = [{"name": "示例甲公司", "cyber": "540"}, {"name": "示例乙公司", "cyber": "610"}]


def code(**changed: object) -> str:
    values = {"park": "jia", "period": H1, "kind": PRELIMINARY, "figures": FIGURES, "tables": {"roster": ROWS}}
    return data_code(**(values | changed))  # type: ignore[arg-type]


def test_the_code_is_short_and_has_no_look_alikes() -> None:
    assert re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", code())
    assert not set("01OIL") & set(ALPHABET)


def test_it_knows_the_data_and_not_the_order_of_rows() -> None:
    assert code(figures=FIGURES[::-1], tables={"roster": ROWS[::-1]}) == code()
    assert code(tables={"roster": [{"cyber": "540", "name": "示例甲公司", "quals": None}, ROWS[1]]}) == code()
    other = {
        code(figures=[("revenue_cyber", "current", "1.6", None), FIGURES[1]]),
        code(figures=[("revenue_cyber", "previous", "1.5", None), FIGURES[1]]),
        code(figures=[("revenue_cyber", "current", "1.5", ESTIMATE), FIGURES[1]]),
        code(tables={"roster": ROWS[:1]}),
        code(tables={"roster": [*ROWS, ROWS[1]]}),
        code(kind=FINAL),
        code(period=HalfYear(2025, 2)),
        code(park="yi"),
    }
    assert len(other) == 8
    assert code() not in other


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=5)), max_size=4))
def test_every_code_can_be_typed_back(figures: list[tuple[str, str]]) -> None:
    made = code(figures=[(key, "current", value, None) for key, value in figures])
    assert typed_code(made) == made
    assert typed_code(f" {made.lower().replace('-', '')} ") == made
    assert typed_code(made.replace("-", "－")) == made


def test_every_slip_of_one_character_and_every_swap_is_found() -> None:
    made = code().replace("-", "")
    slips = {made[:n] + other + made[n + 1 :] for n in range(LENGTH) for other in ALPHABET if other != made[n]}
    swaps = {made[:n] + b + a + made[n + 2 :] for n, (a, b) in enumerate(pairwise(made)) if a != b}
    for wrong in slips | swaps:
        with pytest.raises(Refused, match="抄写时错了一位或前后颠倒"):
            typed_code(wrong)


@pytest.mark.parametrize(
    ("text", "told"), [("7KQ3-M9X", "应为8位.*收到7位"), ("7KQ3-M9XO", "不用的字符“O”"), ("", "收到0位")]
)
def test_what_no_code_looks_like_is_told(text: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        typed_code(text)
