"""情况说明: what counts as one (核实性审核 passes only with a reason somebody can check)."""

from __future__ import annotations

import re

from policy.refusal import Refused

LONGEST = 500
SHORTEST = 6

_SAYS_NOTHING = re.compile(
    "以?上?(情况|数据|数字|内容|信息|填报)?(均|都|经)?(已|已经)?(确?属实|核实|核对|核查|确认|无误|正确|真实|准确|没问题|没有问题)(过|了)?|经|均|并|且|数据|情况|特此说明|说明"
)
_NOT_WORDS = re.compile(r"[\W_]+")


def explanation(text: str) -> str:
    """The text, trimmed, when it gives a reason; raises Refused when it is empty, says nothing, or is too long."""
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused(f"情况说明写了{len(text)}字，应不超过{LONGEST}字")
    substance = _SAYS_NOTHING.sub("", _NOT_WORDS.sub("", text))
    if not substance:
        found = f"只写了“{text}”" if text else "没有填写"
        raise Refused(f"情况说明{found}；请写明数字为何如此、依据什么，例如“二期厂房6月转为出租，运营面积相应减少”")
    if len(_NOT_WORDS.sub("", text)) < SHORTEST:
        raise Refused(f"情况说明“{text}”过短；请写明数字为何如此、依据什么")
    return text
