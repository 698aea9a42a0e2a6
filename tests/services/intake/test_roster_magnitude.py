"""A roster in another unit altogether: proposed for every firm, never taken as it stands (V7's neighbours)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.intake.reading import FileReading
from tests.services.intake.layouts import figures
from tests.services.intake.makers import ROSTER_HEAD, firm_row, read_bytes, workbook

BARE = [name.partition("（")[0] for name in ROSTER_HEAD]


def report(scale: str, header: list[str] = BARE) -> FileReading:
    """30 firms with 45000万元 of the declared 5.2亿元, every amount times `scale`."""
    rows = [firm_row(number) for number in range(1, 31)]
    rows = [
        [*row[:7], *(float(Decimal(str(value)) * Decimal(scale)) for value in row[7:10]), *row[10:]] for row in rows
    ]
    current_only = [row[:3] for row in figures()]
    return read_bytes(workbook({"半年报": current_only, "企业名录": [header, *rows]}))


@pytest.mark.parametrize(("scale", "unit"), [("0.0001", "亿元"), ("10000", "元")])
@pytest.mark.parametrize("header", [BARE, list(ROSTER_HEAD)], ids=["no unit", "万元 in the header"])
def test_a_roster_in_another_unit_is_proposed_in_ten_thousands(scale: str, unit: str, header: list[str]) -> None:
    reading = report(scale, header)
    for row in reading.rows["roster"]:
        for key, value in (("cyber", "1500"), ("revenue", "2000"), ("rnd", "60.5")):
            entry = row.cells[key]
            assert (entry.status, entry.value, entry.candidates[0]) == ("confirm", value, value)
            assert f"可能以{unit}为单位" in entry.message
    headline = reading.field("revenue_cyber")
    assert headline is not None
    assert (headline.status, headline.value) == ("ok", "5.2")


@pytest.mark.parametrize("scale", ["1", "0.5", "0.1", "0.06"])
def test_a_roster_that_covers_little_is_left_alone(scale: str) -> None:
    """5 % of the declared sum is too little, but it is no unit."""
    assert not [entry for entry in report(scale).readings if entry.status.blocks]


def among_thirty(cyber: float, revenue: float | None) -> FileReading:
    """The first of 30 firms is odd; the others have 1010 to 2000万元 of 网络安全业务收入, 4.6 of the 5.2亿元."""
    rows = [firm_row(1, revenue, cyber), *(firm_row(number, 3000, 980 + 34 * number) for number in range(2, 31))]
    current_only = [row[:3] for row in figures()]
    return read_bytes(workbook({"半年报": current_only, "企业名录": [list(ROSTER_HEAD), *rows]}))


@pytest.mark.parametrize("revenue", [2000, 0.2])
def test_a_figure_far_below_all_others_is_proposed_as_theirs_though_the_sum_hardly_tells(revenue: float) -> None:
    entry = among_thirty(0.15, revenue).rows["roster"][0].cells["cyber"]
    assert (entry.status, entry.candidates) == ("confirm", ("1500", "0.15"))


@pytest.mark.parametrize(("cyber", "revenue"), [(0.15, 300), (0.05, 2000), (25, 2000)])
def test_a_small_firm_is_left_alone(cyber: float, revenue: float) -> None:
    """Its own 营业总收入, or the other firms', forbid 亿元; or it is just small."""
    assert among_thirty(cyber, revenue).rows["roster"][0].cells["cyber"].status == "ok"
