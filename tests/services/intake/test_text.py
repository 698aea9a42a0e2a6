"""Texts that need no folding are recognised by a glance; the glance must agree with the folding."""

from __future__ import annotations

import unicodedata

import pytest

from policy.tables import TABLES
from services.intake.labels import may_begin_table
from services.intake.text import fold, squash


def test_a_text_taken_as_it_stands_is_what_folding_makes_of_it() -> None:
    for character in map(chr, range(0x10000)):
        if fold(character) == character and not character.isspace():
            assert unicodedata.normalize("NFKC", character) == character, hex(ord(character))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("示例（甲）公司", "示例(甲)公司"),
        ("１２－３", "12-3"),
        ("1--3", "1-3"),
        ("1——3", "1-3"),
        ("1~3", "1-3"),
        ("企\u200b业", "企业"),
        ("企\u3000业", "企 业"),
        ("第一、二项。", "第一、二项。"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert squash(text) == "".join(folded.split())


def test_the_name_of_every_first_column_may_begin_its_table() -> None:
    names = [name for table in TABLES for name in (table.columns[0].label, *table.columns[0].aliases)]
    assert names
    assert [name for name in names if not may_begin_table(f"{name[0]} {name[1:]}（全部）")] == []
