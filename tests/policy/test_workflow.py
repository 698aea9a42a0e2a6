"""The chain of 五(三): its order, its papers, and where it may turn back."""

from __future__ import annotations

from datetime import date

import pytest

from policy.terms import Stage
from policy.workflow import RETURNS, STEPS, StepKind, StepRefused, require_step, stage_after, step

ENDS = date(2026, 10, 10)


def test_the_last_day_still_belongs_to_the_construction_period() -> None:
    assert stage_after([], ENDS, ENDS) is Stage.BUILDING
    assert stage_after([], ENDS, date(2026, 10, 11)) is Stage.EXPIRED


def test_each_step_takes_up_where_the_one_before_it_ended() -> None:
    stage = Stage.EXPIRED
    for entry in STEPS:
        stage = require_step(entry.kind, stage).target
    assert stage is Stage.TITLED


@pytest.mark.parametrize("kind", list(StepKind))
def test_no_step_is_taken_during_the_construction_period(kind: StepKind) -> None:
    with pytest.raises(StepRefused, match="目前为“建设期”"):
        require_step(kind, Stage.BUILDING)


def test_the_letter_waits_for_the_department_s_review() -> None:
    with pytest.raises(StepRefused, match=r"须在“区县主管部门已审核”之后.*五\(三\)"):
        require_step(StepKind.ACCEPTANCE_LETTER, Stage.SELF_ASSESSED)


def test_the_title_follows_only_on_a_passed_acceptance() -> None:
    assert step(StepKind.TITLE).source is Stage.PASSED
    with pytest.raises(StepRefused):
        require_step(StepKind.TITLE, Stage.EXPERT_REVIEWED)


def test_the_stage_is_that_of_the_furthest_step_whatever_the_order_of_the_records() -> None:
    taken = [StepKind.DEPARTMENT_REVIEW, StepKind.SELF_ASSESSMENT]
    assert stage_after(taken, ENDS, date(2026, 12, 1)) is Stage.DEPARTMENT_REVIEWED


def test_letters_and_the_award_carry_a_number() -> None:
    assert {entry.kind for entry in STEPS if entry.numbered} == {StepKind.ACCEPTANCE_LETTER, StepKind.TITLE}


def test_only_the_two_reviews_before_the_experts_send_papers_back() -> None:
    assert RETURNS == (StepKind.DEPARTMENT_REVIEW, StepKind.RECEIPT)
