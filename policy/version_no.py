"""第×版: how the versions of one paper are counted, the same for everyone who may know of them.

Only what was 报送 counts: what the district tried before has no number of its own, so that nobody can tell from the
numbers how many drafts there were. A draft bears the number it will have once it is sent.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_KEY = re.compile(r"([1-9]\d{0,5})(?:\.([1-9]\d{0,5}))?")


class VersionNo(NamedTuple):
    """`draft`: which of the drafts on the way to this version, from 1; 0 for the version as it was 报送.

    An attempt that became no version has number 0.
    """

    number: int
    draft: int = 0

    @classmethod
    def parse(cls, key: str) -> VersionNo:
        """`2` or `2.1` -> VersionNo; raises ValueError on anything else."""
        match = _KEY.fullmatch(key)
        if match is None:
            raise ValueError(f"not a version: {key!r}")
        return cls(int(match[1]), int(match[2] or 0))

    @property
    def key(self) -> str:
        """As addresses write it: `2`, or `2.1` for a draft."""
        return f"{self.number}.{self.draft}" if self.draft else str(self.number)

    @property
    def label(self) -> str:
        return f"第{self.number}版草稿{self.draft}" if self.draft else f"第{self.number}版"


NO_VERSION = VersionNo(0)
