"""What counts as a 情况说明."""

from __future__ import annotations

import pytest

from policy.explanations import LONGEST, explanation
from policy.refusal import Refused


@pytest.mark.parametrize(
    "text", ["", " ", "情况属实", "已核实", "情况属实，已核实。", "数据已核实无误", "经核实，情况属实！", "减少"]
)
def test_words_that_say_nothing_are_sent_back(text: str) -> None:
    with pytest.raises(Refused, match="情况说明"):
        explanation(text)


@pytest.mark.parametrize(
    "text", ["二期厂房6月转为出租，运营面积减少", "已核实：两家企业5月迁出", "情况属实，总部2025年并入本园区"]
)
def test_a_reason_passes_with_or_without_the_usual_words(text: str) -> None:
    assert explanation(f" {text} ") == text


def test_an_explanation_has_its_length() -> None:
    with pytest.raises(Refused, match=f"不超过{LONGEST}字"):
        explanation("面积" * LONGEST)
