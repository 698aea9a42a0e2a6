"""The chain of 五(三): its order, its papers, where it may turn back, and what is added when it is switched on."""

from __future__ import annotations

from datetime import date

import pytest

from policy.access import PERMISSIONS, Permission, Role
from policy.refusal import Refused
from policy.rulebook import DEFAULT, NOTICE_DAY, SWITCH, Entry
from policy.terms import Outcome, Stage
from policy.workflow import (
    STEPS,
    Course,
    Option,
    StepKind,
    StepRefused,
    Taken,
    options,
    require_return,
    require_step,
    stage_after,
    step,
)

ENDS = date(2026, 10, 10)
DAY = date(2026, 12, 1)
NOTICE = [entry for entry in STEPS if entry.option is None]
EVERYTHING = frozenset(Option)


def taken(*kinds: StepKind, round: int = 1) -> tuple[Taken, ...]:
    return tuple(Taken(kind, round) for kind in kinds)


def course(*known: Taken, switched_on: frozenset[Option] = frozenset(), day: date = DAY) -> Course:
    return Course(known, stage_after(known, ENDS, day), switched_on)


UP_TO_CONCLUSION = taken(
    StepKind.SELF_ASSESSMENT, StepKind.DEPARTMENT_REVIEW, StepKind.ACCEPTANCE_LETTER, StepKind.RECEIPT,
    StepKind.EXPERT_REVIEW,
)  # fmt: skip
PASSED = (*UP_TO_CONCLUSION, Taken(StepKind.CONCLUSION, 1, Outcome.PASSED))
RECTIFYING = (*UP_TO_CONCLUSION, Taken(StepKind.CONCLUSION, 1, Outcome.RECTIFYING))


def test_the_last_day_still_belongs_to_the_construction_period() -> None:
    assert stage_after([], ENDS, ENDS) is Stage.BUILDING
    assert stage_after([], ENDS, date(2026, 10, 11)) is Stage.EXPIRED


def test_the_seven_steps_of_the_notice_follow_one_another_and_lead_to_the_title() -> None:
    known: tuple[Taken, ...] = ()
    for entry in NOTICE:
        now = course(*known)
        assert now.next is entry
        require_step(entry.kind, now)
        known = (*known, Taken(entry.kind))
    assert course(*known).stage is Stage.TITLED
    assert course(*known).next is None


@pytest.mark.parametrize("kind", list(StepKind))
def test_no_step_is_taken_during_the_construction_period(kind: StepKind) -> None:
    """But an extension, where it is switched on, is best asked for before its end."""
    now = course(switched_on=EVERYTHING, day=ENDS)
    if kind is StepKind.EXTENSION:
        require_step(kind, now)
    else:
        with pytest.raises(StepRefused, match="目前为“建设期”"):
            require_step(kind, now)


def test_no_step_is_skipped_or_taken_twice_from_any_point_of_the_chain() -> None:
    for place in range(len(NOTICE) + 1):
        now = course(*taken(*(entry.kind for entry in NOTICE[:place])))
        for entry in NOTICE:
            if place < len(NOTICE) and entry is NOTICE[place]:
                continue
            with pytest.raises(StepRefused, match=r"须在“.+”之后进行，该园区目前为“.+”（依据 五\(三\)）"):
                require_step(entry.kind, now)


def test_the_stage_is_that_of_the_furthest_step_whatever_the_order_of_the_records() -> None:
    known = taken(StepKind.DEPARTMENT_REVIEW, StepKind.SELF_ASSESSMENT)
    assert stage_after(known, ENDS, DAY) is Stage.DEPARTMENT_REVIEWED


def test_letters_the_award_and_an_extension_carry_a_number() -> None:
    numbered = {entry.kind for entry in STEPS if entry.numbered}
    assert numbered == {StepKind.ACCEPTANCE_LETTER, StepKind.TITLE, StepKind.EXTENSION}


class TestOutcomes:
    @pytest.mark.parametrize(
        ("outcome", "stage"),
        [
            (None, Stage.PASSED),
            (Outcome.PASSED, Stage.PASSED),
            (Outcome.RECTIFYING, Stage.RECTIFYING),
            (Outcome.FAILED, Stage.FAILED),
        ],
    )
    def test_a_conclusion_leads_where_its_outcome_says(self, outcome: Outcome | None, stage: Stage) -> None:
        assert course(*UP_TO_CONCLUSION, Taken(StepKind.CONCLUSION, 1, outcome)).stage is stage

    @pytest.mark.parametrize("outcome", [Outcome.RECTIFYING, Outcome.FAILED])
    def test_only_a_park_that_passed_gets_its_title(self, outcome: Outcome) -> None:
        now = course(*UP_TO_CONCLUSION, Taken(StepKind.CONCLUSION, 1, outcome))
        with pytest.raises(StepRefused, match=f"须在“达标”之后进行，该园区目前为“{outcome.label}”"):
            require_step(StepKind.TITLE, now)
        assert now.next is None

    def test_a_step_in_force_is_written_as_text_and_read_again(self) -> None:
        for one in (*PASSED, *RECTIFYING, Taken(StepKind.RECTIFICATION, 2), Taken(StepKind.TITLE, 3)):
            assert Taken.parse(str(one)) == one
        assert str(Taken(StepKind.RECEIPT)) == "receipt"


class TestSecondRound:
    def test_after_rectification_the_review_is_held_again(self) -> None:
        now = course(*RECTIFYING, switched_on=EVERYTHING)
        assert require_step(StepKind.RECTIFICATION, now).target is Stage.RECEIVED
        again = course(*RECTIFYING, Taken(StepKind.RECTIFICATION, 2), switched_on=EVERYTHING)
        assert (again.round, again.stage) == (2, Stage.RECEIVED)
        assert again.next is step(StepKind.EXPERT_REVIEW)

    def test_it_may_be_ordered_again_and_again(self) -> None:
        second = (
            *RECTIFYING, *taken(StepKind.RECTIFICATION, StepKind.EXPERT_REVIEW, round=2),
            Taken(StepKind.CONCLUSION, 2, Outcome.RECTIFYING),
        )  # fmt: skip
        now = course(*second, switched_on=EVERYTHING)
        require_step(StepKind.RECTIFICATION, now)
        assert now.round_of(StepKind.RECTIFICATION) == 3

    def test_the_notice_knows_no_second_review(self) -> None:
        with pytest.raises(StepRefused, match="“报送整改情况、申请复评”通知未规定，所填日期未启用"):
            require_step(StepKind.RECTIFICATION, course(*RECTIFYING))


class TestReturns:
    @pytest.mark.parametrize("place", range(1, len(NOTICE)))
    def test_whoever_is_next_sends_back_the_step_before(self, place: int) -> None:
        now = course(*taken(*(entry.kind for entry in NOTICE[:place])))
        assert require_return(NOTICE[place].kind, now).kind is NOTICE[place - 1].kind

    def test_nothing_comes_before_the_self_assessment(self) -> None:
        with pytest.raises(Refused, match="“园区运营管理机构编制自评报告”不能退回；可退回的环节：“区县主管部门审核”"):
            require_return(StepKind.SELF_ASSESSMENT, course())

    def test_nobody_sends_back_what_is_not_before_him(self) -> None:
        with pytest.raises(StepRefused, match="“市级受理”在园区处于“已申请验收”时方可退回，该园区目前为“已自评”"):
            require_return(StepKind.RECEIPT, course(*taken(StepKind.SELF_ASSESSMENT)))

    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_a_conclusion_is_taken_back_whatever_it_came_to(self, outcome: Outcome) -> None:
        now = course(*UP_TO_CONCLUSION, Taken(StepKind.CONCLUSION, 1, outcome))
        assert require_return(StepKind.TITLE, now).kind is StepKind.CONCLUSION

    def test_a_title_is_not_taken_back(self) -> None:
        with pytest.raises(StepRefused):
            require_return(StepKind.TITLE, course(*PASSED, Taken(StepKind.TITLE)))


class TestOptions:
    def test_all_are_off_and_say_that_the_notice_does_not_know_them(self) -> None:
        assert options(DEFAULT, DAY) == frozenset()
        assert {DEFAULT.entry(option, DAY).source for option in Option} == {"系统默认值，通知未规定"}
        assert all(entry.clause == "通知未规定" for entry in STEPS if entry.option)

    def test_each_is_switched_on_by_itself_from_a_day(self) -> None:
        switched = Entry(Option.PUBLICITY, "公示", "on", "", DAY, choices=SWITCH)
        rules = DEFAULT.with_entries("1.1", [switched])
        assert options(rules, NOTICE_DAY) == frozenset()
        assert options(rules, DAY) == {Option.PUBLICITY}

    def test_switched_on_they_come_before_the_title_in_their_order(self) -> None:
        now = course(*PASSED, switched_on=EVERYTHING)
        with pytest.raises(StepRefused, match="“正式授予称号、授牌”须在“委内审议”之后进行（该环节已在规则数值中启用"):
            require_step(StepKind.TITLE, now)
        with pytest.raises(StepRefused, match="“公示”须在“委内审议”之后进行"):
            require_step(StepKind.PUBLICITY, now)
        deliberated = course(*PASSED, Taken(StepKind.DELIBERATION), switched_on=EVERYTHING)
        assert deliberated.next is step(StepKind.PUBLICITY)
        shown = course(*PASSED, *taken(StepKind.DELIBERATION, StepKind.PUBLICITY), switched_on=EVERYTHING)
        assert shown.next is step(StepKind.TITLE)
        with pytest.raises(StepRefused, match="“公示”已办理，不重复登记"):
            require_step(StepKind.PUBLICITY, shown)

    @pytest.mark.parametrize("kind", [StepKind.DELIBERATION, StepKind.PUBLICITY])
    def test_switched_off_they_are_neither_asked_for_nor_taken(self, kind: StepKind) -> None:
        now = course(*PASSED)
        assert now.next is step(StepKind.TITLE)
        with pytest.raises(StepRefused, match="通知未规定，所填日期未启用"):
            require_step(kind, now)
        with pytest.raises(StepRefused, match="通知未规定，所填日期未启用"):
            require_return(kind, now)

    def test_an_extension_leads_nowhere_and_comes_before_the_self_assessment(self) -> None:
        extended = course(Taken(StepKind.EXTENSION), switched_on=EVERYTHING)
        assert (extended.stage, extended.next) == (Stage.EXPIRED, step(StepKind.SELF_ASSESSMENT))
        with pytest.raises(StepRefused, match="该园区目前为“已自评”"):
            require_step(StepKind.EXTENSION, course(*taken(StepKind.SELF_ASSESSMENT), switched_on=EVERYTHING))

    def test_the_award_notice_must_be_on_file_only_where_it_is_asked_for(self) -> None:
        title = step(StepKind.TITLE)
        assert not course(*PASSED).files(title)
        assert course(*PASSED, switched_on=frozenset({Option.AWARD_NOTICE})).files(title)


def test_each_step_is_that_of_one_office_and_the_committee_may_enter_them_all() -> None:
    mine = {role: {entry.kind for entry in STEPS if entry.needs in PERMISSIONS[role]} for role in Role}
    assert mine[Role.COMMITTEE] == set(StepKind)
    assert mine[Role.OPERATOR] == {StepKind.SELF_ASSESSMENT}
    assert mine[Role.DISTRICT] == {
        StepKind.DEPARTMENT_REVIEW, StepKind.ACCEPTANCE_LETTER, StepKind.RECTIFICATION,
    }  # fmt: skip
    assert mine[Role.EXPERT] == mine[Role.ADMIN] == set()
    assert Permission.DECIDE_ACCEPTANCE not in PERMISSIONS[Role.DISTRICT]
