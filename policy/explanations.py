"""情况说明: what counts as one (核实性审核 passes only with a reason somebody can check)."""

from __future__ import annotations

import re

from policy.refusal import Refused

LONGEST = 500
SHORTEST = 5
_SUBSTANCE = 2

_VOUCHING = re.compile(
    "特此说明|情况|数据|数字|数值|内容|信息|填报|上报|报送|申报|统计|结果|实际|确实|的确"
    "|属实|核实|核对|核查|确认|检查|审核|审查|通过|批准|同意|无误|正确|真实|准确|完整"
    "|有效|可靠|可信|一致|相符|符合|属于|如此|这样|正常|没有|问题|错误|差错|异议|如实"
    "|据实|按实|要求|来源|提供|说明|解释|联系|再次|反复|多次|仔细|认真|负责|单位|园区"
    "|企业|公司|部门|我们|上述|以上|此处|本期|予以|请求|均|都|经|已|并|且|与|和|及"
    "|跟|同|向|由|于|按|请|予|该|此|其|本|我|所|为|是|系|就|确|实|无|没|不|误"
    "|有|了|过|的|数|项|各"
)
"""Words that only vouch for a figure: a text of nothing else gives no reason."""
_NOT_WORDS = re.compile(r"[\W_]+")


def explanation(text: str) -> str:
    """The text, trimmed, when it gives a reason; raises Refused when it is empty, says nothing, or is too long."""
    return reason(text, "情况说明", "请写明数字为何如此、依据什么", "二期厂房6月转为出租，运营面积相应减少")


def reason(text: str, called: str, wanted: str, example: str) -> str:
    """The same for any reason people give: `called` is its name on the form, `wanted` what should stand there."""
    text = within_length(text, called)
    substance = _VOUCHING.sub("", _NOT_WORDS.sub("", text))
    if len(substance) < _SUBSTANCE:
        found = f"只写了“{text}”" if text else "没有填写"
        raise Refused(f"{called}{found}；{wanted}，例如“{example}”")
    if len(_NOT_WORDS.sub("", text)) < SHORTEST:
        raise Refused(f"{called}“{text}”过短；{wanted}")
    return text


def within_length(text: str, called: str) -> str:
    """The text, trimmed; raises Refused when it is too long."""
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused(f"{called}写了{len(text)}字，应不超过{LONGEST}字")
    return text
