"""提醒、催报、预警 as worked cases: a situation, a day, and what should be open on it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from policy.alerts import alerts
from policy.alerts.alert import Alert, ladder_stage, light, stage_rank
from policy.alerts.ladder import higher_roles
from policy.deadlines import construction_end
from policy.facts import FigureFact, GoalFact, ParkFact, Pending, Reach, ReceiptFact
from policy.obligations import Obligation
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry, Rulebook
from policy.situation import Situation
from policy.terms import AlertRule, ContactRole, HalfYear, Light, ObligationKind, Stage
from policy.version_no import VersionNo

H1 = HalfYear(2025, 1)
DUE = date(2025, 7, 31)
APPROVED_ON = date(2024, 10, 10)
PARK = ParkFact(
    1, "demo", "国家网络安全产业园区（示例园）", 1, "示例区", APPROVED_ON, "示例函〔2024〕1号",
    construction_end(APPROVED_ON), Stage.BUILDING,
)  # fmt: skip


def on(day: str, **receipt: str) -> tuple[Alert, ...]:
    """What is open on a day when this has come in for 2025H1."""
    days = {name: date.fromisoformat(value) for name, value in receipt.items()}
    return alerts(Situation(PARK, date.fromisoformat(day), DEFAULT, {H1: ReceiptFact(H1, **days)}))


def rules(found: tuple[Alert, ...]) -> list[str]:
    return [f"{alert.rule.value} {alert.stage}" for alert in found]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-06-30", []),  # the half has not ended
        ("2025-07-01", ["report_upcoming T-30"]),
        ("2025-07-23", ["report_upcoming T-30"]),
        ("2025-07-24", ["report_upcoming T-7"]),
        ("2025-07-30", ["report_upcoming T-7"]),
        ("2025-07-31", ["report_due T+0"]),
        ("2025-08-01", ["report_overdue T+1"]),
        ("2025-08-06", ["report_overdue T+1"]),
        ("2025-08-07", ["report_overdue T+7"]),
        ("2025-08-29", ["report_overdue T+7"]),
        ("2025-08-30", ["report_overdue T+30"]),
        ("2025-12-31", ["report_overdue T+30"]),  # it never expires
    ],
)
def test_the_ladder_from_thirty_days_before_to_thirty_days_after(day: str, expected: list[str]) -> None:
    assert rules(on(day)) == expected


@pytest.mark.parametrize(
    ("receipt", "open_rules"),
    [
        ({"data_on": "2025-07-20"}, ["report_overdue T+1"]),
        ({"letter_on": "2025-07-20"}, ["report_overdue T+1"]),
        ({"data_on": "2025-07-20", "letter_on": "2025-08-02"}, ["report_overdue T+1"]),
        ({"data_on": "2025-07-20", "letter_on": "2025-08-01"}, []),
        ({"data_on": "2025-07-20", "letter_on": "2025-07-21", "accepted_on": "2025-08-05"}, []),
    ],
)
def test_overdue_until_data_and_letter_are_both_in(receipt: dict[str, str], open_rules: list[str]) -> None:
    assert rules(on("2025-08-01", **receipt)) == open_rules


def test_an_overdue_alert_says_what_is_missing_by_when_and_on_what_ground() -> None:
    (alert,) = on("2025-08-01", data_on="2025-07-20")
    assert alert.key == "report_overdue:demo:2025H1"
    assert (alert.period, alert.due) == ("2025H1", DUE)
    assert alert.message == (
        "国家网络安全产业园区（示例园）2025年上半年园区发展情况逾期未报：数据已报、函未到，"
        "报送截止日2025年7月31日（依据五(二)；报送截止日为系统默认值，通知未规定）"
    )
    assert alert.clause == "五(二)；报送截止日为系统默认值，通知未规定"


def test_the_message_stays_the_same_from_day_to_day() -> None:
    (first,), (later,) = on("2025-08-01"), on("2025-08-20")
    assert first.message == later.message


def test_each_period_is_a_matter_of_its_own() -> None:
    found = alerts(Situation(PARK, date(2026, 2, 1), DEFAULT))
    assert [(alert.key, alert.stage) for alert in found] == [
        ("report_overdue:demo:2025H1", "T+30"),
        ("report_overdue:demo:2025H2", "T+1"),
    ]


def test_a_returned_report_gets_a_date_of_its_own() -> None:
    """Returned on 5 August: ten days to send it again, counted from the return."""
    receipt = {"letter_on": "2025-07-20", "returned_on": "2025-08-05"}
    (alert,) = on("2025-08-06", **receipt)
    assert (alert.rule, alert.due, alert.stage) == (AlertRule.NOT_RESUBMITTED, date(2025, 8, 15), "T-30")
    assert "2025年8月5日退回修改，尚未重新报送，函已到，重新报送截止日2025年8月15日" in alert.message
    assert "重新报送期限为系统默认值，通知未规定" in alert.clause
    assert rules(on("2025-08-15", **receipt)) == ["not_resubmitted T+0"]
    assert rules(on("2025-08-16", **receipt)) == ["report_overdue T+1"]


def test_a_return_before_the_due_date_does_not_shorten_the_time_left() -> None:
    (alert,) = on("2025-07-10", returned_on="2025-07-08")
    assert alert.due == DUE


def test_each_return_is_chased_from_its_first_rung_on() -> None:
    """Were it the matter of before, the rung told then would silence this one."""
    (before,) = on("2025-07-25")
    (after,) = on("2025-07-25", returned_on="2025-07-25")
    assert before.key != after.key
    assert (before.stage, after.stage) == ("T-7", "T-30")


def test_a_return_is_told_at_once_however_far_off_its_date() -> None:
    """Returned in June, before the half-year is over: at once, then from the first rung of its date."""
    returned = {"returned_on": "2025-06-10"}
    assert rules(on("2025-06-09", **returned)) == []
    assert rules(on("2025-06-10", **returned)) == ["not_resubmitted opened"]
    assert rules(on("2025-06-30", **returned)) == ["not_resubmitted opened"]
    assert rules(on("2025-07-01", **returned)) == ["not_resubmitted T-30"]
    assert rules(on("2025-08-01", **returned)) == ["report_overdue T+1"]


def test_a_return_whose_date_is_provisional_stands_after_it_as_a_reminder() -> None:
    provisional = (Obligation(ObligationKind.HALF_YEAR_REPORT, H1, DUE, confirmed=False),)
    receipts = {H1: ReceiptFact(H1, returned_on=date(2025, 7, 10))}
    for day in (date(2025, 7, 31), date(2025, 9, 30)):
        assert rules(alerts(Situation(PARK, day, DEFAULT, receipts, owed=provisional))) == ["not_resubmitted T+0"]


def test_the_date_to_send_a_return_again_is_that_of_the_rule_known_then() -> None:
    receipts = {H1: ReceiptFact(H1, returned_on=date(2025, 8, 5), resubmit_on=date(2025, 8, 25))}
    (alert,) = alerts(Situation(PARK, date(2025, 8, 6), DEFAULT, receipts))
    assert alert.due == date(2025, 8, 25)


def test_a_return_decided_later_is_not_known_yet() -> None:
    (alert,) = on("2025-08-01", returned_on="2025-08-05")
    assert alert.due == DUE


def test_due_dates_written_down_hold_against_a_newer_rulebook() -> None:
    stricter = Rulebook("2", (*DEFAULT.entries, Entry("report_due_days", "", 15, "天", date(2025, 1, 1))))
    told = (Obligation(ObligationKind.HALF_YEAR_REPORT, H1, DUE),)
    assert rules(alerts(Situation(PARK, date(2025, 7, 20), stricter, owed=told))) == ["report_upcoming T-30"]
    (moved, *_) = alerts(Situation(PARK, date(2025, 7, 20), stricter))
    assert moved.due == date(2025, 7, 15)


def test_the_rungs_are_the_rulebooks() -> None:
    book = Rulebook("2", (Entry("reminder_days", "", (-3, 2), "天", date(2022, 1, 1)),))
    assert [ladder_stage(DUE, date(2025, 7, day), book) for day in (27, 28, 31)] == [None, "T-3", "T-3"]
    assert ladder_stage(DUE, date(2025, 8, 2), book) == "T+2"


def figure(key: str, value: str, period: HalfYear) -> FigureFact:
    return FigureFact(key, period, Decimal(value), "半年报-示例园.xlsx", "半年报!C10", value, 7)


def lag(*figures: FigureFact, stage: Stage = Stage.BUILDING) -> tuple[Alert, ...]:
    """Goals: 10 to 20亿元 and 40 to 60家. On 2025-12-31, day 447 of 730, the paths stand at 16.1233 and 52.25."""
    goals = (
        GoalFact("revenue_cyber", Decimal(10), APPROVED_ON, Decimal(20), PARK.approval_no),
        GoalFact("firms_cyber", Decimal(40), APPROVED_ON, Decimal(60), PARK.approval_no),
    )
    reports = {
        period: ReceiptFact(period, data_on=period.end, letter_on=period.end) for period in (H1, HalfYear(2025, 2))
    }
    return alerts(Situation(replace(PARK, stage=stage), date(2026, 1, 20), DEFAULT, reports, goals, figures))


def test_a_lag_alert_shows_its_arithmetic_and_where_the_figure_was_read() -> None:
    (alert,) = lag(figure("revenue_cyber", "13", HalfYear(2025, 2)))
    assert (alert.key, alert.stage, alert.due) == ("lagging:demo:revenue_cyber", "2025H2-yellow", None)
    assert alert.clause == DEFAULT_SOURCE
    assert alert.message == (
        "国家网络安全产业园区（示例园）网络安全产业收入2025年1—12月为13亿元，比序时目标16.1233亿元低19.4%"
        "（序时目标＝基期值10＋（目标值20－基期值10）×序时进度61.2%，即447天／730天）；"
        "数据来源：半年报-示例园.xlsx 半年报!C10；滞后界限为系统默认值，通知未规定"
    )


def test_lag_is_judged_on_the_newest_comparable_figure() -> None:
    """June revenue says nothing, so December's counts; a June number of firms counts as it is."""
    (alert,) = lag(
        figure("revenue_cyber", "11", HalfYear(2024, 2)),
        figure("revenue_cyber", "1", H1),
        figure("firms_cyber", "30", H1),
    )
    assert (alert.key, alert.period, alert.stage) == ("lagging:demo:firms_cyber", "2025H1", "2025H1-red")
    assert "2025年6月末为30家" in alert.message


def test_a_figure_without_a_goal_and_a_goal_without_a_figure_say_nothing() -> None:
    assert lag(figure("staff_cyber", "0.01", H1)) == ()


def test_a_park_past_its_acceptance_is_not_measured_against_its_construction_any_more() -> None:
    behind = figure("firms_cyber", "1", HalfYear(2025, 2))
    assert rules(lag(behind, stage=Stage.RECEIVED)) == ["lagging 2025H2-red", "below_floor opened"]
    assert lag(behind, stage=Stage.PASSED) == ()
    assert lag(behind, stage=Stage.TITLED) == ()


def test_stages_of_one_alert_have_an_order() -> None:
    ladder = ["opened", "T-30", "T-7", "T+0", "T+1", "T+7", "T+30"]
    assert sorted(reversed(ladder), key=stage_rank) == ladder
    verdicts = ["2025H1-yellow", "2025H1-red", "2025H2-yellow", "2025H2-red"]
    assert sorted(reversed(verdicts), key=stage_rank) == verdicts


@pytest.mark.parametrize(
    ("rule", "stage", "shown"),
    [
        (AlertRule.REPORT_UPCOMING, "T-7", Light.BLUE),
        (AlertRule.REPORT_DUE, "T+0", Light.BLUE),
        (AlertRule.REPORT_OVERDUE, "T+1", Light.RED),
        (AlertRule.LAGGING, "2025H1-yellow", Light.YELLOW),
        (AlertRule.LAGGING, "2025H1-red", Light.RED),
    ],
)
def test_every_alert_has_its_light(rule: AlertRule, stage: str, shown: Light) -> None:
    assert light(rule, stage) is shown


def test_a_report_due_after_the_papers_of_the_end_is_still_waited_for() -> None:
    """建设期满 the day the half-year ends: the self-assessment is due a day before the report, whatever the order."""
    ends_on = date(2026, 6, 30)
    owed = (
        Obligation(ObligationKind.SELF_ASSESSMENT, None, date(2026, 7, 30)),
        Obligation(ObligationKind.DEPARTMENT_REVIEW, None, date(2026, 8, 14)),
        Obligation(ObligationKind.HALF_YEAR_REPORT, HalfYear(2026, 1), date(2026, 7, 31)),
    )
    found = alerts(Situation(replace(PARK, ends_on=ends_on), date(2026, 8, 5), DEFAULT, owed=owed))
    assert [alert.rule for alert in found] == [AlertRule.PAPER_OVERDUE, AlertRule.REPORT_OVERDUE]
    assert found[0].owed == "self_assessment"


def missing(day: str, reach: Reach) -> tuple[Alert, ...]:
    """无人可通知 while nothing has come of 2025H1."""
    found = alerts(Situation(PARK, date.fromisoformat(day), DEFAULT, reach=reach))
    return tuple(alert for alert in found if alert.rule is AlertRule.CONTACT_MISSING)


def test_whom_nobody_can_tell_is_told_above_at_each_rung() -> None:
    days = ("2025-06-30", "2025-07-01", "2025-07-24", "2025-07-31", "2025-08-01")
    stages = [[alert.stage for alert in missing(day, Reach(0))] for day in days]
    assert stages == [[], ["T-30"], ["T-7"], ["T+0"], ["T+1"]]
    (bounced,) = missing("2025-08-01", Reach(1, bounced=("h***@example.gov.cn",)))
    assert bounced.stage == "opened"


def test_of_a_reorganised_district_its_successors_are_to_enter_somebody() -> None:
    (alert,) = missing("2025-08-01", Reach(0, offices=("新甲区", "新乙区")))
    assert alert.message.startswith("新甲区、新乙区没有有效的经办人邮箱")


def test_a_role_nobody_serves_in_is_named_once_its_rung_is_reached() -> None:
    nobody = Reach(1, roles=frozenset({ContactRole.REVIEWER}))
    assert missing("2025-08-06", nobody) == ()
    (alert,) = missing("2025-08-07", nobody)
    assert alert.message == (
        "示例区没有邮箱有效的负责人，国家网络安全产业园区（示例园）的“2025年上半年园区发展情况逾期未报”无法向其催报，请补录联系人"
    )
    assert alert.stage == "T+7"
    (later,) = missing("2025-08-30", nobody)
    assert ("负责人、区县政府" in later.message, later.stage) == (True, "T+30")
    assert missing("2025-08-30", replace(nobody, committee=0)) == ()


def test_what_the_committee_has_in_hand_is_not_missed_by_a_district_without_anybody() -> None:
    receipts = {H1: ReceiptFact(H1, DUE, DUE, pending=Pending(1, VersionNo(1), date(2025, 7, 1)))}
    (alert,) = alerts(Situation(PARK, date(2025, 8, 1), DEFAULT, receipts, reach=Reach(0)))
    assert (alert.rule, alert.matter) == (AlertRule.NOT_ACCEPTED, "demo:review:2025H1")


def test_a_promise_about_a_date_nobody_has_confirmed_goes_no_further_than_the_handler() -> None:
    provisional = (Obligation(ObligationKind.HALF_YEAR_REPORT, H1, DUE, confirmed=False),)
    case = Situation(PARK, date(2025, 9, 1), DEFAULT, owed=provisional, promised={"demo:2025H1": date(2025, 8, 1)})
    (broken,) = (alert for alert in alerts(case) if alert.rule is AlertRule.PROMISE_BROKEN)
    assert (broken.provisional, higher_roles(broken, case.as_of, DEFAULT)) == (True, ())
    stands = replace(provisional[0], confirmed=True)
    (broken,) = (one for one in alerts(replace(case, owed=(stands,))) if one.rule is AlertRule.PROMISE_BROKEN)
    assert higher_roles(broken, case.as_of, DEFAULT) == (
        ContactRole.REVIEWER, ContactRole.HEAD, ContactRole.GOVERNMENT,
    )  # fmt: skip


def test_one_matter_nobody_hears_of_does_not_answer_for_the_next() -> None:
    """An old matter at its last rung, or a role nobody serves in, hides no other trouble: each has rungs of its own."""
    second = Obligation(ObligationKind.HALF_YEAR_REPORT, HalfYear(2025, 2), date(2026, 1, 31))
    owed = (Obligation(ObligationKind.HALF_YEAR_REPORT, H1, DUE), second)

    def found(day: date, reach: Reach) -> dict[str, str]:
        case = Situation(PARK, day, DEFAULT, owed=owed, reach=reach)
        return {alert.matter: alert.stage for alert in alerts(case) if alert.rule is AlertRule.CONTACT_MISSING}

    upcoming, nobody = date(2026, 1, 24), Reach(0)
    assert found(upcoming, nobody) == {"demo:nobody:2025H1": "T+30", "demo:nobody:2025H2": "T-7"}
    unled = Reach(1, roles=frozenset({ContactRole.REVIEWER, ContactRole.HEAD}))
    assert found(upcoming, unled) == {"demo:press:2025H1": "T+30"}
    assert found(upcoming, replace(unled, handlers=0)) == {
        "demo:nobody:2025H1": "T+30", "demo:nobody:2025H2": "T-7", "demo:press:2025H1": "T+30",
    }  # fmt: skip


def test_each_address_that_sends_mail_back_is_an_alarm_of_its_own() -> None:
    masked = ("h***@example.gov.cn", "z***@example.gov.cn")
    found = missing("2025-07-01", Reach(1, bounced=masked))
    assert [alert.matter for alert in found] == [f"demo:bounced:{one}" for one in masked]
    (long,) = missing("2025-07-01", Reach(1, bounced=(f"h***@{'a' * 200}.cn",)))
    assert len(long.key) <= 120 - 40 + len(long.park)
