"""References in a text: what is one, what only looks like one, and how they are kept."""

from __future__ import annotations

import pytest

from policy.indicators.catalogue import CATALOGUE
from policy.references import GoalValue, Reference, Unknown, expanded, parse_code, references, split
from policy.terms import HalfYear

FIRMS = Reference("firms_cyber", HalfYear(2026, 1))


@pytest.mark.parametrize("of", [HalfYear(2025, 2), GoalValue.BASELINE, GoalValue.TARGET])
@pytest.mark.parametrize("key", [indicator.key for indicator in CATALOGUE])
def test_every_figure_has_words_that_are_read_back(key: str, of: HalfYear | GoalValue) -> None:
    reference = Reference(key, of)
    assert list(split(f"共{reference.words}。")) == ["共", reference, "。"]
    assert parse_code(reference.code) == reference


def test_the_words_say_what_an_official_says() -> None:
    assert FIRMS.words == "【网络安全企业数量｜2026年上半年】"
    assert FIRMS.code == "firms_cyber@2026H1"


@pytest.mark.parametrize("text", ["【网络安全企业数量|2026年上半年】", "【 网络安全企业数量｜ 2026年上半年 】"])
def test_a_half_width_bar_and_blanks_do_no_harm(text: str) -> None:
    assert references(text) == (FIRMS,)


@pytest.mark.parametrize(
    "text",
    [
        "【网络安全企业数｜2026年上半年】",
        "【网络安全企业数量｜2026年】",
        "【网络安全企业数量｜2026H1】",
        "【企业｜数量】",
    ],
)
def test_what_was_mistyped_stands_for_nothing_and_is_seen(text: str) -> None:
    assert references(text) == (Unknown(text),)
    assert expanded(f"共{text}。", lambda _: "57家") == "共。"


@pytest.mark.parametrize(
    "text", ["【重要】", "网络安全企业数量｜2026年上半年", "【网络安全企业数量\n｜2026年上半年】", ""]
)
def test_other_brackets_are_text(text: str) -> None:
    assert references(text) == ()
    assert "".join(map(str, split(text))) == text


@pytest.mark.parametrize("code", ["poem@2026H1", "firms_cyber@2026", "firms_cyber", "", "@target"])
def test_a_code_that_names_nothing(code: str) -> None:
    assert parse_code(code) is None


def test_a_text_is_read_with_its_figures_in_place() -> None:
    text = f"集聚企业{FIRMS.words}，目标{Reference('firms_cyber', GoalValue.TARGET).words}。"
    shown = {FIRMS.code: "57家", "firms_cyber@target": "60家"}
    assert expanded(text, lambda one: shown[one.code]) == "集聚企业57家，目标60家。"
