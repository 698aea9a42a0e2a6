"""数据分析, 口径 and 园区对比 on a park's page, as an official reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from dashboard.figures.path import Point, Span, against_goal
from policy.indicators.catalogue import BY_KEY
from policy.terms import HalfYear
from services import snapshots
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import Programme

YEARS = {"2024H1": ("4.0", "40"), "2024H2": ("10.0", "50"), "2025H1": ("5.0", "60"), "2025H2": ("12.7", "66")}


@pytest.fixture
def grown(programme: Programme, platform: Platform) -> Programme:
    """甲园 and four parks of its age, each with two years of reports."""
    with platform.database.write() as session:
        district = factories.make_unit(session, "示例丙区")
        for number in range(5):
            park = factories.make_park(session, f"同龄{number}园", district=district, code=f"P{number}")
            for period, (revenue, firms) in YEARS.items():
                figures = {"revenue_cyber": revenue, "firms_cyber": str(int(firms) + 10 * number)}
                paper = factories.make_submission(session, park, period, figures=figures)
                factories.accept(session, paper)
        snapshots.rebuild_all(session)
    return programme


def test_what_is_worked_out_stands_with_its_formula_and_the_cells(
    grown: Programme, sign_in: Callable[[str], FlaskClient]
) -> None:
    shown = sign_in("committee").get("/parks/P0").text
    assert "数据分析（2025年下半年）" in shown
    for words in ("7.7亿元", "增长27.0%", "增长32.0%"):  # 12.7 - 5.0; 12.7 on 10.0; 66 on 50
        assert words in shown
    assert 'href="/parks/P0/figures/2024H2/revenue_cyber"' in shown
    assert "尚不能计算的" in shown


def test_a_district_sees_its_place_and_nobody_elses_name(
    grown: Programme, sign_in: Callable[[str], FlaskClient]
) -> None:
    """甲园 is of one half-year's age with 44 firms in June 2025; five others had 60, 70 … 100 at that age."""
    shown = sign_in("district").get("/parks/JIA").text
    section = shown[shown.index('id="peers"') :].partition("</section>")[0]
    assert "低于下四分位数" in section
    assert "6个（满1个半年）" in section
    assert "同龄" not in section.replace("同龄下", "").replace("同龄上", "").replace("同龄中", "").replace(
        "同龄园区", ""
    )


def test_a_series_is_drawn_broken_where_its_definition_changed() -> None:
    points = [Point(HalfYear(2025, half), Decimal(value), "", "") for half, value in ((1, 44), (2, 53))]
    span = Span(date(2024, 10, 10), date(2026, 10, 10), date(2026, 3, 2))
    level = against_goal(BY_KEY["firms_cyber"], None, points, span, breaks=[HalfYear(2025, 2)])
    assert [len(trace.x) for trace in level.data] == [1, 1]
    assert "口径变更" in [note.text for note in level.layout.annotations]
    bars = against_goal(BY_KEY["revenue_cyber"], None, points, span, breaks=[HalfYear(2025, 2)])
    assert [shape.x0 for shape in bars.layout.shapes] == [0.5]
    whole = against_goal(BY_KEY["firms_cyber"], None, points, span, breaks=[HalfYear(2026, 1)])
    assert [len(trace.x) for trace in whole.data] == [2]
