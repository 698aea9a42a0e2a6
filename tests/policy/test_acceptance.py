"""Acceptance conditions: what is met, what is missing, what nobody can know yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.acceptance import CONDITIONS, AcceptanceCase, Condition, Readiness, conditions
from policy.facts import FigureFact, GoalFact, ParkFact, ReceiptFact
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import HalfYear, Stage
from policy.workflow import StepKind

APPROVED, ENDS = date(2024, 10, 10), date(2026, 10, 10)
PARK = ParkFact(
    1, "jia", "国家网络安全产业园区（示例甲园）", 1, "示例甲区", APPROVED, "示例函〔2024〕1号", ENDS, Stage.BUILDING
)
PERIODS = (HalfYear(2025, 1), HalfYear(2025, 2), HalfYear(2026, 1))
AFTER = date(2026, 10, 11)


def received(period: HalfYear, **dates: date | None) -> ReceiptFact:
    day = period.next().start
    return ReceiptFact(period, **{"data_on": day, "letter_on": day, "accepted_on": day} | dates)


def goal(key: str, target: str) -> GoalFact:
    return GoalFact(key, Decimal(20), APPROVED, Decimal(target), "示例函〔2024〕1号")


def figure(key: str, value: str, period: HalfYear = PERIODS[2]) -> FigureFact:
    return FigureFact(key, period, Decimal(value), "半年报.xlsx", "半年报!C12", value, 1)


def judge(key: str, as_of: date = AFTER, steps: dict[StepKind, date] | None = None, **known: object) -> Condition:
    situation = Situation(PARK, as_of, DEFAULT, **known)  # type: ignore[arg-type]
    judged = conditions(AcceptanceCase(situation, steps or {}))
    return next(entry for entry in judged if entry.key == key)


def test_every_condition_has_its_own_key_a_label_a_clause_and_a_sentence() -> None:
    judged = conditions(AcceptanceCase(Situation(PARK, AFTER, DEFAULT), {}))
    assert len({entry.key for entry in judged}) == len(CONDITIONS) == 8
    assert all(entry.label and entry.clause and entry.sentence for entry in judged)


@pytest.mark.parametrize(
    ("as_of", "readiness"), [(date(2026, 10, 10), Readiness.UNMET), (date(2026, 10, 11), Readiness.MET)]
)
def test_the_last_day_of_the_period_still_belongs_to_it(as_of: date, readiness: Readiness) -> None:
    assert judge("period_over", as_of).readiness is readiness


def test_days_left_are_named() -> None:
    assert "剩余10天" in judge("period_over", date(2026, 9, 30)).sentence


@pytest.mark.parametrize(("as_of", "preparing"), [(date(2026, 4, 12), False), (date(2026, 4, 13), True)])
def test_half_a_year_before_the_end_it_is_time_to_prepare(as_of: date, preparing: bool) -> None:
    """180 days before 2026-10-10: a default, and said to be one."""
    sentence = judge("period_over", as_of).sentence
    assert ("已进入验收准备期（期满前180天，系统默认值，通知未规定）" in sentence) is preparing


def test_all_reports_in_and_accepted() -> None:
    found = judge("reports_accepted", receipts={period: received(period) for period in PERIODS})
    assert found.readiness is Readiness.MET
    assert "应报3期" in found.sentence


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"data_on": None, "letter_on": None, "accepted_on": None}, "2025年下半年未报"),
        ({"letter_on": None}, "2025年下半年数据已报、函未到"),
        ({"data_on": None, "accepted_on": None}, "2025年下半年函已到、数据未报"),
        ({"accepted_on": None}, "2025年下半年已报，尚未审核通过"),
        ({"data_on": None, "accepted_on": None, "returned_on": date(2026, 2, 3)}, "2025年下半年已退回修改"),
    ],
)
def test_one_report_short_names_its_period_and_what_lacks(dates: dict[str, date | None], words: str) -> None:
    receipts = {period: received(period) for period in PERIODS}
    receipts[PERIODS[1]] = received(PERIODS[1], **dates)
    found = judge("reports_accepted", receipts=receipts)
    assert found.readiness is Readiness.UNMET
    assert words in found.sentence
    assert "2025年上半年" not in found.sentence


def test_halves_that_have_not_ended_leave_it_open() -> None:
    found = judge("reports_accepted", date(2025, 8, 1), receipts={PERIODS[0]: received(PERIODS[0])})
    assert found.readiness is Readiness.UNKNOWN
    assert "2025年下半年、2026年上半年尚未届满" in found.sentence


def test_goals_must_be_on_record() -> None:
    assert judge("goals_known").readiness is Readiness.UNMET
    assert judge("goals_known", goals=(goal("firms_cyber", "60"),)).readiness is Readiness.MET


@pytest.mark.parametrize(("value", "readiness"), [("60", Readiness.MET), ("59", Readiness.UNMET)])
def test_a_goal_counts_as_reached_at_its_target(value: str, readiness: Readiness) -> None:
    found = judge("goals_compared", goals=(goal("firms_cyber", "60"),), figures=(figure("firms_cyber", value),))
    assert found.readiness is readiness


def test_a_half_year_total_is_no_proof_about_a_yearly_goal() -> None:
    goals = (goal("firms_cyber", "60"), goal("revenue_cyber", "30"))
    figures = (figure("firms_cyber", "61"), figure("revenue_cyber", "31"))
    found = judge("goals_compared", goals=goals, figures=figures)
    assert found.readiness is Readiness.UNKNOWN
    assert "网络安全产业收入" in found.sentence


@pytest.mark.parametrize("kind", [StepKind.SELF_ASSESSMENT, StepKind.DEPARTMENT_REVIEW, StepKind.ACCEPTANCE_LETTER])
def test_a_paper_is_there_once_its_step_is_recorded(kind: StepKind) -> None:
    assert judge(kind.value).readiness is Readiness.UNMET
    found = judge(kind.value, steps={kind: date(2026, 10, 20)})
    assert found.readiness is Readiness.MET
    assert "2026年10月20日" in found.sentence


def test_without_an_issued_indicator_system_nothing_is_judged() -> None:
    found = judge("evaluation_system", steps=dict.fromkeys(StepKind, AFTER))
    assert found.readiness is Readiness.UNKNOWN
    assert "尚未发布" in found.sentence
