"""归档: how long a paper is kept, and names that every machine can unpack.

The notice says nothing of either: 保管期限 are settings of the rulebook.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from policy.rulebook import Rulebook
from policy.terms import Labelled

FORBIDDEN = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜")
"""What some system does not allow in a name, and the full-width character that says the same."""
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
LONGEST = 150
"""Bytes of a name without its number and suffix: with its folders it stays within what every system takes."""


class Group(Labelled):
    """What is kept equally long; the value is the rulebook's key."""

    DECISIONS = "keep_decisions", "批复、验收和授牌"
    REPORTS = "keep_reports", "申报和报送"
    EVIDENCE = "keep_evidence", "佐证和工作材料"

    def kept(self, rules: Rulebook, day: date) -> str:
        """保管期限 as 归档目录 prints it: 永久, 30年, 10年."""
        return rules.entry(self, day).told


def safe_name(words: str, suffix: str = "") -> str:
    """A file's name from any words, rare characters as they are: composed, without what cannot be seen or is not
    allowed, not too long; `suffix` comes without its dot."""
    shown = unicodedata.normalize("NFC", words).replace("\n", " ").replace("\t", " ").translate(FORBIDDEN)
    kept = "".join(character for character in shown if unicodedata.category(character) not in UNSEEN)
    cut = kept.encode()[:LONGEST].decode(errors="ignore").strip(" .")
    return f"{cut or '未命名'}.{suffix}" if suffix else cut or "未命名"
