"""The benchmarks run: what they measure is a whole, clean report, not a refusal."""

from __future__ import annotations

import pytest

from benchmarks import reading
from benchmarks.measure import Contender, lines, measure
from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER


def test_the_workbook_is_read_whole_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FIRMS", 20)
    result = reading.parkwatch(reading.workbook())
    assert (result.kind, result.park, result.period) == ("half_year_report", "P001", reading.PERIOD)
    assert len(result.rows["roster"]) == 20
    assert len(result.readings) >= len(REQUIRED) + 20 * len(ROSTER.columns)
    assert not any(entry.status.blocks for entry in result.readings)


def test_the_first_contender_is_the_yardstick() -> None:
    calls: list[str] = []
    medians = measure(
        (Contender("bare", lambda: calls.append("bare")), Contender("ours", lambda: calls.append("ours")))
    )
    assert calls[:2] == ["bare", "ours"]
    printed = lines("标题", medians | {"bare": 0.5, "ours": 1.25})
    assert printed[0] == "标题"
    assert printed[1].endswith("1.00 x")
    assert printed[2].endswith("2.50 x")
