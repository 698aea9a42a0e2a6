"""How a park is written: its full title, or a short name such as 合川园."""

from __future__ import annotations

import re

from services.intake.text import squash

TITLE = re.compile(r"国家网络安全产业园区\(([^()]{1,12}园)\)")
_NOT_A_NAME = ("产业园", "软件园", "科技园", "重点园", "主体园", "本园")


def is_park_name(text: str) -> bool:
    """A title, or a short name such as 合川园; the host park's own name (…产业城, …软件园) is neither."""
    folded = squash(text)
    return bool(TITLE.search(folded)) or (folded.endswith("园") and not folded.endswith(_NOT_A_NAME))
