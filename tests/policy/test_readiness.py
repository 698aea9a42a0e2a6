"""验收就绪度: the gaps of a park, and the back-plan, each case to be checked with a calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from policy.acceptance import AcceptanceCase
from policy.deadlines import CALENDAR, WorkCalendar
from policy.facts import FigureFact, GoalFact, IssueFact, ParkFact, ReceiptFact
from policy.obligations import Obligation, owed
from policy.periods import Quarter
from policy.readiness import Gap, Leg, Unexplained, back_plan, gaps, next_leg
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import HalfYear, Light, ObligationKind, Stage
from policy.workflow import StepKind

APPROVED, ENDS, TODAY = date(2024, 4, 20), date(2026, 4, 20), date(2026, 3, 2)
PARK = ParkFact(
    1, "jia", "国家网络安全产业园区（示例甲园）", 1, "示例甲区", APPROVED, "示例函〔2024〕1号", ENDS, Stage.BUILDING
)
PERIODS = (HalfYear(2024, 2), HalfYear(2025, 1), HalfYear(2025, 2))
IN = {
    period: ReceiptFact(period, period.next().start, period.next().start, accepted_on=period.next().start)
    for period in PERIODS
}


def situation(**known: object) -> Situation:
    known = {"receipts": IN, "owed": owed(APPROVED, ENDS, DEFAULT)} | known
    return Situation(PARK, TODAY, DEFAULT, **known)  # type: ignore[arg-type]


def found(unproven: int = 0, unexplained: tuple[Unexplained, ...] = (), **known: object) -> dict[str, Gap]:
    case = AcceptanceCase(situation(**known), {StepKind.SELF_ASSESSMENT: TODAY})
    return {gap.what: gap for gap in gaps(case, unproven, unexplained)}


def goal(target: str) -> GoalFact:
    return GoalFact("firms_cyber", Decimal(20), APPROVED, Decimal(target), "示例函〔2024〕1号")


def figure(value: str) -> FigureFact:
    return FigureFact("firms_cyber", PERIODS[2], Decimal(value), "半年报.xlsx", "半年报!C12", value, 1)


def test_a_goal_not_reached_says_by_how_much() -> None:
    gap = found(goals=(goal("60"),), figures=(figure("44"),))["网络安全企业数量未达目标值"]
    assert gap.amount == "目标值60家，2025年12月末为44家，差16家"
    assert (gap.who, gap.path) == ("园区运营管理机构", "/parks/jia#goals")
    assert gap.source == "/parks/jia/figures/2025H2/firms_cyber.pace"
    assert "通知未规定须逐项完成" in gap.clause


def test_a_goal_that_is_reached_is_no_gap_and_one_without_data_is() -> None:
    assert not [what for what in found(goals=(goal("44"),), figures=(figure("44"),)) if "网络安全企业数量" in what]
    assert found(goals=(goal("60"),))["网络安全企业数量尚无可与目标对照的数据"].amount == "目标值60家"
    assert "建设目标尚未登记" in found()


def test_a_report_owed_and_late_is_named_with_its_date() -> None:
    receipts = {period: IN[period] for period in PERIODS[:2]}
    gap = found(receipts=receipts)["2025年下半年未报"]
    assert gap.amount == "报送截止日2026年1月31日，已逾期"
    assert (gap.who, gap.path) == ("区县政府", "/parks/jia#obligations")


def test_progress_that_has_not_come_is_the_operators_gap() -> None:
    quarter = Obligation(ObligationKind.OPERATOR_REPORT, Quarter(2025, 4), date(2026, 1, 15))
    gap = found(owed=(*owed(APPROVED, ENDS, DEFAULT), quarter))["2025年第四季度建设进展报送未报"]
    assert (gap.amount, gap.who, gap.path) == (
        "报送截止日2026年1月15日，已逾期",
        "园区运营管理机构",
        "/parks/jia/progress",
    )


def test_a_date_without_a_notice_is_provisional() -> None:
    waiting = tuple(replace(one, confirmed=False) for one in owed(APPROVED, ENDS, DEFAULT))
    gap = found(owed=waiting, receipts={period: IN[period] for period in PERIODS[:2]})["2025年下半年未报"]
    assert gap.amount == "报送截止日2026年1月31日（暂定）"


def test_a_report_that_waits_is_the_committees_matter() -> None:
    waits = replace(IN[PERIODS[2]], accepted_on=None)
    gap = found(receipts=IN | {PERIODS[2]: waits})["2025年下半年已报，尚未审核通过"]
    assert gap.who == "市经济信息委"


def test_what_is_not_proved_explained_or_put_right_is_counted() -> None:
    issues = (IssueFact(1, "一", "甲", date(2026, 3, 1)), IssueFact(2, "二", "甲", TODAY))
    shut = IssueFact(3, "三", "甲", TODAY, TODAY)
    known = found(7, (Unexplained(12, PERIODS[2], "第2版", 3),), issues=(*issues, shut))
    assert known["所述内容和要求的材料尚无佐证资料"].amount == "7项"
    assert known["问题整改台账所列问题尚未销号"].amount == "2项，其中逾期1项"
    unsaid = known["2025年下半年报告第2版的核实内容尚无情况说明"]
    assert (unsaid.amount, unsaid.path) == ("3条", "/reports/12#problems")


def test_duties_and_papers_that_are_not_there_are_gaps() -> None:
    known = found()
    assert "制定产业发展规划尚未登记办理" in known
    assert "制定2025年度工作计划尚未登记办理" in known
    assert "制定2024年度工作计划尚未登记办理" not in known  # whether the year of approval has one, the district says
    assert "自评报告尚未登记" not in known
    assert known["验收申请函尚未登记"].who == "区县政府"


def test_nothing_is_missing_of_a_park_that_has_its_title() -> None:
    titled = replace(situation(), park=replace(PARK, stage=Stage.TITLED))
    assert gaps(AcceptanceCase(titled, {}), 7) == ()


def plan(days: dict[ObligationKind, int] | None = None, **known: object) -> tuple[Leg, ...]:
    return back_plan(situation(**known), days or {})


def test_the_back_plan_by_the_defaults() -> None:
    """The letter is due 60 days after 2026-04-20: 19 June is a holiday (端午节), so the date rolls to Monday 22 June.

    Counted back in working days: ten for the letter (8 to 22 June, without 19 to 21 June), ten for the review, which
    is due on 4 June (45 days) and so ends that day (22 May to 4 June), twenty for the self-assessment, due on 20 May
    (30 days): 20 May back over 1 to 5 May, with 9 May worked, to 21 April.
    """
    spans = [(leg.kind, leg.begin, leg.finish, leg.days) for leg in plan()]
    assert spans == [
        (ObligationKind.SELF_ASSESSMENT, date(2026, 4, 21), date(2026, 5, 20), 20),
        (ObligationKind.DEPARTMENT_REVIEW, date(2026, 5, 22), date(2026, 6, 4), 10),
        (ObligationKind.ACCEPTANCE_LETTER, date(2026, 6, 8), date(2026, 6, 22), 10),
    ]
    for leg in plan():
        days = (leg.begin + timedelta(days=n) for n in range((leg.finish - leg.begin).days + 1))
        assert sum(CALENDAR.is_working(day) for day in days) == leg.days


def test_a_long_cycle_pushes_what_comes_before_it() -> None:
    """Thirty working days for the review end on 4 June and begin on 22 April; so the twenty before it are those from
    24 March to 21 April (4 to 6 April are 清明节), most of them before 建设期满."""
    legs = plan({ObligationKind.DEPARTMENT_REVIEW: 30})
    assert (legs[1].begin, legs[1].finish) == (date(2026, 4, 22), date(2026, 6, 4))
    assert (legs[0].begin, legs[0].finish) == (date(2026, 3, 24), date(2026, 4, 21))
    assert legs[0].before_end
    assert not legs[1].before_end


@pytest.mark.parametrize(
    ("today", "light", "word"),
    [
        (date(2026, 3, 2), Light.GREY, "距最迟着手日50天"),
        (date(2026, 3, 22), Light.BLUE, "距最迟着手日30天"),
        (date(2026, 4, 21), Light.BLUE, "今日为最迟着手日"),
        (date(2026, 4, 22), Light.YELLOW, "最迟着手日已过1天，距最迟办结日28天"),
        (date(2026, 5, 20), Light.YELLOW, "最迟着手日已过29天，距最迟办结日0天"),
        (date(2026, 5, 21), Light.RED, "最迟办结日已过1天"),
    ],
)
def test_how_a_paper_stands_on_a_day(today: date, light: Light, word: str) -> None:
    assert plan()[0].standing(today) == (light, word)


def test_what_is_recorded_is_done_and_the_next_one_counts() -> None:
    legs = plan(done={"self_assessment": date(2026, 2, 27)})
    assert legs[0].standing(TODAY) == (Light.GREEN, "已于2026年2月27日登记")
    following = next_leg(legs)
    assert following is not None
    assert following.kind is ObligationKind.DEPARTMENT_REVIEW


def test_a_year_whose_days_off_are_unknown_is_marked() -> None:
    unknown = WorkCalendar(frozenset(), frozenset(), frozenset({2025}))
    assert plan(calendar=unknown)[2].provisional == "暂定：2026年放假安排未导入，按周末推算"
    assert plan()[2].provisional == ""
