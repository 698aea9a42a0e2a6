"""Texts that need no folding are recognised by a glance; the glance must agree with the folding."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.tables import TABLES
from services.intake.document import Cell, CellKind
from services.intake.labels import may_begin_table
from services.intake.numbers import Wanted, _as_it_stands, _number_cell
from services.intake.parsed import Trail, is_none, ordinary, unusable
from services.intake.text import fold, squash
from services.intake.units import catalogue_unit


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


@given(st.text(st.sampled_from("无示例:：xX*_ -—/。\n1安（A"), max_size=6))
def test_a_text_taken_at_one_glance_is_usable_and_complete(text: str) -> None:
    cell = Cell(1, 1, "A1", CellKind.TEXT, text)
    if ordinary(cell):
        assert unusable(cell) is None
        assert not is_none(text)
        assert text.strip() == text


@given(st.from_regex(r"-?[0-9]{1,19}(\.[0-9]{1,19})?", fullmatch=True), st.booleans())
def test_a_number_taken_at_one_glance_is_what_the_long_way_makes_of_it(text: str, whole: bool) -> None:
    cell, wanted = Cell(1, 1, "A1", CellKind.NUMBER, text), Wanted(catalogue_unit("万元"), whole=whole)
    assert _as_it_stands(cell, wanted) in (None, _number_cell(cell, wanted, Trail()))
