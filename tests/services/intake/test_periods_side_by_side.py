"""Several periods in one file: the one asked for, else the latest; the others are named, never mixed in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from policy.figures import plain
from policy.terms import HalfYear
from services.intake import Context
from services.intake.reading import FileReading
from tests.services.intake.layouts import BEFORE, KEYS, LABELS, UNITS, VALUES, figures
from tests.services.intake.makers import PARKS, read_bytes, roster, values, weighty, workbook

EARLIER: dict[str, Any] = {key: value + 1 for key, value in VALUES.items()}
LONG_HEAD = ["园区", "指标", "计量单位", "报告期", "数值"]


def long(*periods: tuple[str, dict[str, Any]]) -> list[list[Any]]:
    """One figure a row, as another platform exports them."""
    return [LONG_HEAD, *(
        ["示例甲园", LABELS[key], UNITS[key], period, given[key]] for period, given in periods for key in KEYS
    )]  # fmt: skip


def wide(*periods: tuple[str, dict[str, Any]]) -> list[list[Any]]:
    """A column a period."""
    return [
        ["国家网络安全产业园区（示例甲园）主要指标"],
        ["指标", "计量单位", *(period for period, _ in periods)],
        *([LABELS[key], UNITS[key], *(given[key] for _, given in periods)] for key in KEYS),
    ]


def read(grid: list[list[Any]], asked: str | None = None) -> FileReading:
    context = Context(PARKS, period=HalfYear.parse(asked) if asked else None)
    return read_bytes(workbook({"导出": grid, "企业名录": roster(3)}), context=context)


def as_text(given: dict[str, Any]) -> dict[str, str]:
    return {key: plain(Decimal(str(value))) for key, value in given.items()}


def told(reading: FileReading) -> list[str]:
    return [finding.message for finding in reading.findings if finding.code == "other_periods"]


PERIODS = {"long": (long, "202412", "202506"), "wide": (wide, "2024年1-12月", "2025年1-6月")}


@pytest.mark.parametrize("layout", PERIODS)
def test_without_a_choice_the_latest_and_the_others_are_named(layout: str) -> None:
    make, first, second = PERIODS[layout]
    reading = read(make((first, EARLIER), (second, VALUES)))
    assert (str(reading.period), values(reading)) == ("2025H1", as_text(VALUES))
    assert weighty(reading) == []
    (message,) = told(reading)
    assert "2024年下半年" in message


@pytest.mark.parametrize("layout", PERIODS)
def test_the_period_asked_for(layout: str) -> None:
    make, first, second = PERIODS[layout]
    reading = read(make((first, EARLIER), (second, VALUES)), "2024H2")
    assert (str(reading.period), values(reading)) == ("2024H2", as_text(EARLIER))
    assert weighty(reading) == []
    (message,) = told(reading)
    assert "2025年上半年" in message


def test_the_same_half_of_last_year_is_last_year_s_column() -> None:
    reading = read(wide(("2024年1-6月", BEFORE), ("2024年1-12月", EARLIER), ("2025年1-6月", VALUES)))
    assert values(reading) == as_text(VALUES)
    assert values(reading, "previous") == as_text(BEFORE)


def test_a_period_the_file_does_not_have_is_told() -> None:
    reading = read(wide(("2024年1-12月", EARLIER), ("2025年1-6月", VALUES)), "2026H1")
    assert [code for code, _, _ in weighty(reading)] == ["period_mismatch"]


def sheets(*periods: tuple[str, dict[str, Any]]) -> dict[str, list[list[Any]]]:
    """A sheet a period, named by it."""
    return {
        name: figures(line=lambda key, given=given: [LABELS[key], UNITS[key], given[key]],  # type: ignore[misc]
                      title=f"国家网络安全产业园区（示例甲园）{name}发展情况表")
        for name, given in periods
    }  # fmt: skip


@pytest.mark.parametrize("order", [1, -1], ids=["old first", "new first"])
@pytest.mark.parametrize(("asked", "period", "given"), [(None, "2025H1", VALUES), ("2024H2", "2024H2", EARLIER)])
def test_a_sheet_a_period(order: int, asked: str | None, period: str, given: dict[str, Any]) -> None:
    pages = sheets(*[("2024年1—12月", EARLIER), ("2025年1—6月", VALUES)][::order]) | {"企业名录": roster(3)}
    reading = read_bytes(workbook(pages), context=Context(PARKS, period=HalfYear.parse(asked) if asked else None))
    assert (str(reading.period), values(reading)) == (period, as_text(given))
    assert weighty(reading) == []
    (message,) = told(reading)
    assert "没有读入" in message


def test_rosters_of_two_periods_are_not_one() -> None:
    title = "2024年下半年网络安全企业一览表"
    pages = {"半年报": figures(), "名录2024": [[title], *roster(9)], "名录": [["2025年上半年一览表"], *roster(3)]}
    reading = read_bytes(workbook(pages))
    assert len(reading.rows["roster"]) == 3
    assert weighty(reading) == []
