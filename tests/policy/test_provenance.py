"""Names of figures and the addresses their sources are told at: what they mean, and what means nothing."""

from __future__ import annotations

import pytest

from policy.indicators.catalogue import CATALOGUE
from policy.provenance import (
    DERIVED,
    FigureName,
    Working,
    figure_path,
    figures_path,
    formula,
    goal_path,
    label,
    split_place,
    summable,
)
from policy.tables import TABLES
from policy.terms import HalfYear, Measure
from policy.version_no import VersionNo

H1 = HalfYear(2025, 1)


def every_key() -> list[str]:
    keys = [indicator.key for indicator in CATALOGUE]
    keys += [f"{indicator.key}.{working}" for indicator in CATALOGUE for working in Working]
    keys += [key for table in TABLES for key in (table.key, f"{table.key}.1", f"{table.key}.1000")]
    keys += [f"{table.key}.{column.key}" for table in TABLES for column in summable(table.key)]
    return [*keys, "roster.coverage"]


@pytest.mark.parametrize("key", every_key())
def test_every_name_of_a_figure_has_a_word_in_chinese(key: str) -> None:
    name = FigureName.parse(key)
    assert name is not None
    assert bool(name.indicator) != bool(name.table)
    assert not set(label(name)) & set("abcdefghijklmnopqrstuvwxyz_.")


@pytest.mark.parametrize(
    "key", ["", ".", "revenue", "revenue_cyber.", "revenue_cyber.x", "roster.", "roster.0", "roster.name",
            "roster.contact", "roster.01", "platforms.coverage", "tasks.done_share", "roster.cyber.1", "../etc"],
)  # fmt: skip
def test_what_names_nothing_is_nothing(key: str) -> None:
    assert FigureName.parse(key) is None


def test_what_is_worked_out_says_how_and_what_is_stated_does_not() -> None:
    worked = {key for key in every_key() if (name := FigureName.parse(key)) is not None and formula(name)}
    stated = {indicator.key for indicator in CATALOGUE} - DERIVED.keys()
    assert not worked & stated
    assert DERIVED.keys() <= worked
    assert formula(FigureName(indicator="trainees")) == (
        "“网络安全职业教育或专业培训机构情况”各行“年培养/培训网络安全人员规模”逐行相加"
    )
    assert all(indicator.measure is not Measure.RATIO for indicator in CATALOGUE if indicator.key in DERIVED)


def test_addresses_are_readable_and_name_a_version_only_when_asked() -> None:
    assert figure_path("P001", H1, "revenue_cyber") == "/parks/P001/figures/2025H1/revenue_cyber"
    assert figure_path("P001", H1, "roster.12", VersionNo(2)) == "/parks/P001/figures/2025H1/roster.12?version=2"
    assert figures_path("P001", H1) == "/parks/P001/figures/2025H1"
    assert goal_path("P001", "firms_cyber") == "/parks/P001/goals/firms_cyber"


@pytest.mark.parametrize(
    ("where", "parts"),
    [
        ("半年报!C10", ("半年报", "C10")),
        ("企业名录!J4—企业名录!J43", ("企业名录", "J4—J43")),
        ("表1!R9C2", ("表1", "R9C2")),
        ("", ("", "")),
    ],
)
def test_places_are_told_apart_into_sheet_and_cell(where: str, parts: tuple[str, str]) -> None:
    assert split_place(where) == parts
