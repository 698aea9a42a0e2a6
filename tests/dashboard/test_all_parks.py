"""Pictures and lists of all parks: the verdict of the park's page, everybody's own parks, nothing ranked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import delete, select

from dashboard.figures.board import BoardCell, BoardRow, board
from dashboard.figures.multiples import FIELD, Small, multiples
from dashboard.figures.path import Point, Span
from dashboard.figures.picture import Picture
from db import facts
from db.models import IndicatorDefinition, Outlook, Park
from db.queries.series import all_series
from db.rulebook_facts import rulebook
from policy.access import FULL_SCOPE
from policy.facts import GoalFact
from policy.indicators.catalogue import BY_KEY
from policy.indicators.lag import judgements
from policy.terms import Chance, FigureBasis, FigureKind, GoalPath, HalfYear, Light
from services import clock, snapshots
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import FOREIGN, TODAY, Programme

FIRMS, REVENUE = BY_KEY["firms_cyber"], BY_KEY["revenue_cyber"]
SPAN = Span(date(2024, 10, 10), date(2026, 10, 10), date(2026, 3, 2))
HALVES = (HalfYear(2025, 1), HalfYear(2025, 2), HalfYear(2026, 1))


def small(name: str, *values: str, key: str = "firms_cyber", light: Light = Light.GREEN) -> Small:
    points = tuple(
        Point(period, Decimal(value), "半年报.xlsx 半年报!C10", f"/parks/{name}/figures/{period}/{key}")
        for period, value in zip(HALVES, values, strict=False)
    )
    goal = GoalFact(key, Decimal(30), date(2023, 12, 31), Decimal(80), "建设方案")
    return Small(name, "示例区", f"/parks/{name}", light, "●", "正常", points, goal, SPAN, f"/parks/{name}/goals/{key}")


def stroke(drawn: Picture, name: str) -> Any:
    return next(trace for trace in drawn.figure.data if trace.name == name)


def test_charts_of_one_scale_can_be_compared_and_those_of_their_own_cannot() -> None:
    """A park twice as large stands twice as high, unless each is drawn to its own measure."""
    parks = [replace(small("甲", "20"), goal=None), replace(small("乙", "40"), goal=None)]
    lines = 116 + 40
    assert lines > FIELD
    same, own = (
        [y for y in stroke(multiples(FIRMS, parks, own_scale=each), "实际").y if y is not None]
        for each in (False, True)
    )
    foot = lines
    assert (foot - same[1]) == pytest.approx(2 * (foot - same[0]))
    assert own[0] == own[1]
    assert "不可比" in multiples(FIRMS, parks, own_scale=True).note


def test_half_years_and_years_of_a_running_total_are_never_joined() -> None:
    drawn = multiples(REVENUE, [small("甲", "4", "9", "5", key="revenue_cyber")])
    first, whole = stroke(drawn, "1—6月累计"), stroke(drawn, "全年累计")
    assert first.type == whole.type == "bar"
    told = [re.findall(r"20\d\d年1—\d+月", told)[0] for told in first.customdata if told]
    assert told == ["2025年1—6月", "2026年1—6月"]
    assert "9亿元" in next(told for told in whole.customdata if told)
    assert not [trace for trace in drawn.figure.data if trace.name == "实际"]
    assert not [word for word, _width in drawn.sheet.columns if "序时目标" in word]


def test_no_line_is_drawn_over_a_change_of_what_is_counted() -> None:
    whole = stroke(multiples(FIRMS, [small("甲", "40", "44", "48")]), "实际")
    changed = multiples(FIRMS, [replace(small("甲", "40", "44", "48"), breaks=(HalfYear(2025, 2),))])
    apart = stroke(changed, "实际")
    assert [value is None for value in whole.y] == [False, False, False, True]
    assert [value is None for value in apart.y] == [False, True, False, False, True]
    assert "口径变更" in stroke(changed, "口径变更").text
    assert [cells[6].value for cells in changed.sheet.rows] == ["", "口径变更", ""]


def test_a_stepped_path_is_drawn_in_steps_and_a_park_without_data_says_so() -> None:
    park = small("甲")
    goal = replace(park.goal, path=GoalPath.STEPPED, milestones={12: Decimal(40)}) if park.goal else None
    drawn = multiples(FIRMS, [replace(park, goal=goal)])
    heights = [y for y in stroke(drawn, "序时目标").y if y is not None]
    assert heights[0] == heights[1] > heights[2] == heights[3] > heights[4]
    heads = [one.text for one in drawn.figure.layout.annotations]
    assert "尚无审核通过的数据" in heads[0]
    assert drawn.sheet.rows[0][3].value == "尚无"


def test_each_head_leads_to_the_park_and_to_the_source_of_its_newest_figure() -> None:
    drawn = multiples(FIRMS, [small("甲", "40", "44"), small("乙", "50")])
    heads = [one.text for one in drawn.figure.layout.annotations]
    assert "/parks/甲/figures/2025H2/firms_cyber" in heads[0]
    assert "● " not in heads[0].split("</span>")[1]
    assert "正常" in heads[0]
    assert "/parks/乙'" in heads[1]
    assert [cells[4].text for cells in drawn.sheet.rows] == ["40", "44", "50"]
    assert all(cells[4].path for cells in drawn.sheet.rows)


def test_a_drawing_of_forty_parks_is_one_pair_of_axes() -> None:
    """With axes of its own for each park a browser takes seconds."""
    drawn = multiples(FIRMS, [small(f"园{number}", "40", "44", "48") for number in range(40)]).figure
    assert len(drawn.data) < 12
    assert len([name for name in drawn.layout.to_plotly_json() if name.startswith("xaxis")]) == 1
    assert len(drawn.to_json()) < 120_000


def test_a_cell_of_the_board_says_its_light_without_colour() -> None:
    cells = (
        BoardCell(
            Light.RED, "▲", "严重滞后", "说明", Decimal("12.5"), "2025年12月末", FigureKind.ESTIMATE, "a.xlsx", "/p"
        ),
        BoardCell(Light.GREY, "○", "暂不比较"),
    )
    drawn = board((FIRMS, REVENUE), [BoardRow("甲园", "示例区", "/parks/JIA", cells)], "2026年3月2日")
    (heat,) = drawn.figure.data
    assert heat.text[0][0] == "▲ 12.5"
    assert heat.text[0][1] == "○ 暂不比较"
    assert "2025年12月末 12.5家（预计数）" in heat.customdata[0][0]
    assert [[cell.text for cell in row][3:5] for row in drawn.sheet.rows] == [
        ["▲ 严重滞后", "12.5"],
        ["○ 暂不比较", ""],
    ]
    assert drawn.sheet.rows[0][4].path == "/p"


@pytest.fixture
def grown(platform: Platform, programme: Programme) -> Programme:
    """Both parks with a goal that is missed, one with a total that nothing can be said of yet."""
    with platform.database.write() as session:
        for code in (programme.own, programme.foreign):
            park = session.scalars(select(Park).where(Park.code == code)).one()
            factories.make_goal(session, park, "revenue_cyber", "5", "12")
            factories.make_goal(session, park, "staff_cyber", "1", "2")
            if code == programme.foreign:
                factories.make_goal(session, park, "firms_cyber", "30", "90")
            for period, firms in (("2024H2", "31"), ("2025H1", "32")):
                if code == programme.foreign:
                    report = factories.make_submission(session, park, period, figures={"firms_cyber": firms})
                    factories.accept(session, report)
            snapshots.rewrite(session, park.id)
            session.execute(delete(Outlook).where(Outlook.park_id == park.id))
            for key, p_miss in (("revenue_cyber", "0.93"), ("firms_cyber", "0.1")):
                session.add(Outlook(
                    park_id=park.id, key=key, as_of=TODAY, p_miss=Decimal(p_miss), refused=False,
                    worked_out_at=clock.now(),
                ))  # fmt: skip
    return programme


def test_all_parks_at_once_say_what_each_says_by_itself(platform: Platform, grown: Programme) -> None:
    """The figures, goals and verdicts of one query are those that alerts and the park's page judge by."""
    with platform.database.read() as session:
        for one in all_series(session, FULL_SCOPE, TODAY):
            known = facts.situation(session, one.park.park_id, TODAY, rulebook(session))
            wanted = {
                figure for figure in known.figures if figure.key in ("firms_cyber", "revenue_cyber", "staff_cyber")
            }
            assert {figure for held in one.figures.values() for figure in held} == wanted
            assert tuple(one.goals.values()) == known.goals
            assert [(v.key, v.light, v.sentence) for v in one.park.verdicts] == [
                (judged.goal.key, judged.light, judged.sentence) for judged in judgements(known)
            ]


def lines(text: str, table: str) -> list[list[str]]:
    found = html.fromstring(text).xpath(f"//table[caption='{table}']/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in line] for line in found]


def test_the_board_tells_light_value_and_period_in_the_order_of_the_districts(grown: Programme, sign_in: Any) -> None:
    client = sign_in("committee")
    text = client.get("/board").text
    own, foreign = lines(text, "指标看板")
    assert ("示例甲园" in own[0], "示例乙园" in foreign[0]) == (True, True)
    assert "暂不比较" in own[1]
    assert "5.2" in own[1]
    assert "2025年1—6月" in own[1]
    assert "无数据" in own[3]
    assert "红灯： 严重滞后" in foreign[2].replace("：", "： ").replace("  ", " ")
    assert f"/parks/{grown.foreign}/figures/2025H1/firms_cyber" in text
    assert f"/parks/{grown.foreign}" in client.get("/board?show=red").text
    assert grown.own not in [link for link in re.findall(r'/parks/(\w+)"', client.get("/board?show=red").text)]
    assert "严重滞后" in client.get(f"/parks/{grown.foreign}").text


@pytest.mark.parametrize("role", ["district", "operator", "expert"])
def test_one_sees_ones_own_parks_only(grown: Programme, sign_in: Any, role: str) -> None:
    client = sign_in(role)
    for address in ("/board", "/indicators/firms_cyber", "/board/picture.xlsx", "/indicators/firms_cyber/picture.xlsx"):
        answer = client.get(address)
        assert answer.status_code == 200
        told = _text(answer) if address.endswith("xlsx") else answer.text
        assert "示例甲园" in told
        assert "示例乙园" not in told
        assert FOREIGN not in told
    assert len(lines(client.get("/board").text, "指标看板")) == 1


def _text(answer: Any) -> str:
    sheet = load_workbook(BytesIO(answer.data)).active
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


def test_the_data_sheet_of_an_indicator_holds_every_park_and_report(grown: Programme, sign_in: Any) -> None:
    told = _text(sign_in("committee").get("/indicators/firms_cyber/picture.xlsx?scale=own"))
    for words in ("示例甲园", "示例乙园", "2024年12月末", "2025年6月末", "序时目标（家）", "各图纵轴自定"):
        assert words in told
    assert sign_in("committee").get("/indicators/nothing/picture.xlsx").status_code == 404
    assert sign_in("committee").get("/indicators/nothing").status_code == 404


def test_an_indicators_page_leads_to_sources_goals_and_parks(grown: Programme, sign_in: Any) -> None:
    text = sign_in("committee").get("/indicators/firms_cyber").text
    for address in (
        f"/parks/{grown.own}/figures/2025H1/firms_cyber",
        f"/parks/{grown.own}/goals/firms_cyber",
        "/board",
        "/indicators#firms_cyber",
        "?scale=own",
    ):
        assert address in text
    assert len(lines(text, "各园区情况")) == 2


def test_a_change_of_what_is_counted_shows_where_it_was_recorded(
    platform: Platform, grown: Programme, sign_in: Any
) -> None:
    with platform.database.write() as session:
        session.add(IndicatorDefinition(
            key="firms_cyber", since="2025H1", scope="注册地在园区", basis=FigureBasis.REGISTERED, taken_at="",
            breaks=True, document="示例函〔2025〕3号", recorded_by="committee",
            recorded_at=clock.now() - timedelta(days=1),
        ))  # fmt: skip
    assert "口径变更" in _text(sign_in("committee").get("/indicators/firms_cyber/picture.xlsx"))


def test_the_outlooks_of_all_parks_are_three_words_and_no_number_of_chance(grown: Programme, sign_in: Any) -> None:
    client = sign_in("committee")
    text = client.get("/foresight").text
    watched, every = lines(text, "拟关注"), lines(text, "各园区趋势研判")
    assert ["示例甲园" in watched[0][0], "示例乙园" in watched[1][0], len(watched)] == [True, True, 2]
    assert "每半年需实现" in watched[0][1]
    assert [Chance.HARD.label in every[0][1], Chance.LIKELY.label in every[0][2]] == [True, True]
    assert "不作研判" in every[0][3]
    assert "0.93" not in text
    assert "93%" not in text
    assert "内部参考" in text
    assert f"/parks/{grown.own}/foresight#projection-revenue_cyber" in text
    assert "没有符合条件的园区" in client.get("/foresight?word=at_risk").text


def test_of_the_outlooks_a_district_sees_its_own_and_an_operator_none(grown: Programme, sign_in: Any) -> None:
    text = sign_in("district").get("/foresight").text
    assert ("示例甲园" in text, "示例乙园" in text) == (True, False)
    assert sign_in("operator").get("/foresight").status_code == 403
    assert '/foresight"' not in sign_in("operator").get("/board").text


def test_before_the_first_night_nothing_is_said_of_any_goal(platform: Platform, grown: Programme, sign_in: Any) -> None:
    with platform.database.write() as session:
        session.execute(delete(Outlook))
    text = sign_in("committee").get("/foresight").text
    assert "尚未研判，每日4时研判。" in text
    assert "没有研判为" not in text
