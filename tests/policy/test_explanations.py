"""What counts as a 情况说明."""

from __future__ import annotations

import pytest

from policy.explanations import LONGEST, explanation
from policy.refusal import Refused


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "情况属实",
        "属实",
        "情况属实。",
        "已核实",
        "情况属实，已核实。",
        "数据已核实无误",
        "经核实，情况属实！",
        "经核实属实",
        "数据无误",
        "数据真实可靠",
        "与实际情况一致",
        "经企业核实，数据属实",
        "该情况属实，请审核通过",
        "上述情况真实、准确、完整",
        "经与企业联系核实确认，填报数据真实无误",
        "确实如此，情况属实！！！",
        "减少",
    ],
)
def test_words_that_say_nothing_are_sent_back(text: str) -> None:
    with pytest.raises(Refused, match="情况说明"):
        explanation(text)


@pytest.mark.parametrize(
    "text",
    [
        "二期厂房6月转为出租，运营面积减少",
        "已核实：两家企业5月迁出",
        "情况属实，总部2025年并入本园区",
        "企业迁出3家",
        "6月起转租",
        "上年漏报1家企业",
        "按新口径统计",
        "企业尚未审计",
    ],
)
def test_a_reason_passes_with_or_without_the_usual_words(text: str) -> None:
    assert explanation(f" {text} ") == text


def test_an_explanation_has_its_length() -> None:
    with pytest.raises(Refused, match=f"不超过{LONGEST}字"):
        explanation("面积" * LONGEST)
