"""Names that every machine can unpack, and how long a paper is kept."""

from __future__ import annotations

from datetime import date

import pytest

from policy.archiving import LONGEST, Group, safe_name
from policy.rulebook import DEFAULT


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("镕堃喆㛃𠮷的照片", "镕堃喆㛃𠮷的照片"),
        ('2026/5/18 "攻防大赛": 照片?', "2026／5／18 ＂攻防大赛＂： 照片？"),
        ("..\\..\\etc/passwd", "＼..＼etc／passwd"),
        ("甲\u202e乙\x00\r丙\n丁", "甲乙丙 丁"),
        ("结尾有点. ", "结尾有点"),
        ("e\u0301", "é"),
        (" . ", "未命名"),
        ("\ud800半个字", "半个字"),
    ],
)
def test_a_name_keeps_its_characters_and_loses_what_no_system_takes(words: str, kept: str) -> None:
    assert safe_name(words) == kept


def test_a_name_is_never_too_long_and_never_cut_within_a_character() -> None:
    name = safe_name("堃" * 200, "pdf")
    assert name.endswith(".pdf")
    assert LONGEST - 3 < len(name.removesuffix(".pdf").encode()) <= LONGEST
    assert set(name.removesuffix(".pdf")) == {"堃"}


def test_how_long_a_paper_is_kept_is_a_setting_the_notice_does_not_give() -> None:
    day = date(2026, 11, 9)
    assert [group.kept(DEFAULT, day) for group in Group] == ["永久", "30年", "10年"]
    assert all("通知未规定" in DEFAULT.entry(group, day).source for group in Group)
