"""The district decides on cells: the reading stays, the decided value counts, the checks run again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db import facts
from db.models import AuditEntry, CellDecision, FindingExplanation, Park, Submission, SubmissionFinding
from db.models import SubmissionReading as Cell
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import DecisionKind
from services import decisions, explanations, reviews, submissions
from services.decisions import Answer
from services.platform import Platform
from services.submissions import ingest
from tests.papers import firm, report

TODAY = date(2025, 8, 20)
CONFIRM, REJECT, AMEND = DecisionKind.CONFIRM, DecisionKind.REJECT, DecisionKind.AMEND
WHY = "二期厂房按实测面积填报，规划面积尚未调整"


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def uploaded(
    platform: Platform, park: Park, figures: Mapping[str, Any] | None = None, *, submit: bool = False, **more: Any
) -> int:
    result = ingest(
        platform, SYSTEM_ACTOR, "半年报.xlsx", report(park.title, figures=figures, **more),
        received_on=date(2025, 7, 20), submit=submit,
    )  # fmt: skip
    assert result.submission_id is not None
    return result.submission_id


def cell(platform: Platform, submission_id: int, key: str, **more: Any) -> Cell:
    with platform.database.read() as session:
        found = select(Cell).where(Cell.submission_id == submission_id).filter_by(key=key, column="current", **more)
        return session.scalars(found).one()


def decide(platform: Platform, actor: Actor, submission_id: int, key: str, answer: Answer, **more: Any) -> None:
    reading = cell(platform, submission_id, key, **more)
    with platform.database.write() as session:
        decisions.decide(session, actor, submission_id, reading.id, answer)


def version(platform: Platform, submission_id: int) -> Submission:
    with platform.database.read() as session:
        return session.get_one(Submission, submission_id)


def standing(platform: Platform, submission_id: int) -> list[str]:
    with platform.database.read() as session:
        found = select(SubmissionFinding.code).where(
            SubmissionFinding.submission_id == submission_id, SubmissionFinding.superseded_at.is_(None)
        )
        return sorted(session.scalars(found))


def explain(platform: Platform, actor: Actor, submission_id: int, text: str = WHY) -> None:
    with platform.database.write() as session:
        row = session.get_one(Submission, submission_id)
        for finding in explanations.unexplained(session, row):
            explanations.explain(session, actor, submission_id, finding.id, text)


def test_a_confirmed_value_no_longer_blocks_and_becomes_the_fact(
    platform: Platform, park: Park, district: Actor
) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": "约0.45"}, submit=True)
    with platform.database.write() as session, pytest.raises(Refused, match="1处待确认"):
        reviews.accept(session, SYSTEM_ACTOR, submission_id, TODAY)
    decide(platform, district, submission_id, "staff_cyber", Answer(CONFIRM))
    reading = cell(platform, submission_id, "staff_cyber")
    assert (reading.raw, reading.value, reading.status, reading.effective_status) == (
        "约0.45",
        "0.45",
        "confirm",
        "note",
    )
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, submission_id, TODAY)
    with platform.database.read() as session:
        fact = next(fact for fact in facts.figures(session, park.id, TODAY) if fact.key == "staff_cyber")
        assert (str(fact.value), fact.raw, fact.decided) == ("0.45", "约0.45", "district 2025-08-20 已确认")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "cell.decide")).one()
        assert entry.actor == "district"


def test_a_typed_value_counts_and_the_checks_run_again(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = uploaded(platform, park, {"area_operating": None})
    assert (version(platform, submission_id).has_errors, standing(platform, submission_id)) == (True, ["blank_field"])
    decide(platform, district, submission_id, "area_operating", Answer(AMEND, "40万平方米", "原表漏填"))
    reading = cell(platform, submission_id, "area_operating")
    assert (reading.raw, reading.value, reading.effective_value) == (None, None, "40")
    assert standing(platform, submission_id) == ["operating_exceeds_built"]
    row = version(platform, submission_id)
    assert (row.has_errors, row.clean) == (False, False)
    decide(platform, district, submission_id, "area_operating", Answer(AMEND, "22", "再次核对"))
    assert standing(platform, submission_id) == []
    assert version(platform, submission_id).clean
    with platform.database.read() as session:
        kept = session.scalars(select(SubmissionFinding).where(SubmissionFinding.superseded_at.is_not(None))).all()
        assert {finding.code for finding in kept} == {"blank_field", "operating_exceeds_built"}
        assert [made.value for made in session.scalars(select(CellDecision).order_by(CellDecision.id))] == ["40", "22"]


def test_what_a_check_objects_to_is_typed_anew_though_it_was_read_with_certainty(
    platform: Platform, park: Park, district: Actor
) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": 4.5})
    assert "cyber_exceeds_total" in standing(platform, submission_id)
    with pytest.raises(Refused, match="已确定读出"):
        decide(platform, district, submission_id, "staff_cyber", Answer(CONFIRM))
    with pytest.raises(Refused, match="须写明原因"):
        decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.45"))
    decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.46", "小数点错位"))
    decide(
        platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.45", "再次核对")
    )  # settled, still a draft
    reading = cell(platform, submission_id, "staff_cyber")
    assert (reading.raw, reading.value, reading.status) == ("4.5", "4.5", "ok")
    assert (reading.effective_value, reading.effective_status) == ("0.45", "note")
    assert "cyber_exceeds_total" not in standing(platform, submission_id)
    with platform.database.write() as session:
        submissions.submit(session, district, submission_id, TODAY)
    with pytest.raises(Refused, match="已确定读出"):
        decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.44", "又改"))


def test_it_holds_for_the_same_text_in_the_next_version_while_the_check_still_objects(
    platform: Platform, park: Park, district: Actor
) -> None:
    first = uploaded(platform, park, {"staff_cyber": 4.5})
    decide(platform, district, first, "staff_cyber", Answer(AMEND, "0.45", "小数点错位"))
    again = cell(platform, uploaded(platform, park, {"staff_cyber": 4.5, "firms_total": 61}), "staff_cyber")
    assert again.effective_value == "0.45"
    settled = cell(platform, uploaded(platform, park, {"staff_cyber": 4.5, "staff_total": 9}), "staff_cyber")
    assert (settled.effective_value, settled.decided) == ("4.5", None)


def test_a_decision_made_since_the_page_was_opened_is_not_overwritten_unseen(
    platform: Platform, park: Park, district: Actor
) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": "约0.45"})
    decide(platform, district, submission_id, "staff_cyber", Answer(CONFIRM, seen=0))
    with pytest.raises(Refused, match=r"已有人核对：district 2025-08-20 已确认，采用“0\.45”；本次核对未保存"):
        decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.44", "再次核对", seen=0))
    assert cell(platform, submission_id, "staff_cyber").effective_value == "0.45"
    with platform.database.read() as session:
        stands = session.scalars(select(CellDecision.id)).one()
    decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.44", "再次核对", seen=stands))
    assert cell(platform, submission_id, "staff_cyber").effective_value == "0.44"


def test_the_blank_finding_of_a_column_stays_until_every_cell_is_filled(
    platform: Platform, park: Park, district: Actor
) -> None:
    firms = [firm(number, **({"staff": None} if number < 3 else {})) for number in range(1, 26)]
    submission_id = uploaded(platform, park, firms=firms)
    decide(platform, district, submission_id, "staff", Answer(AMEND, "40", "原表漏填"), row=1)
    assert "blank_field" in standing(platform, submission_id)
    decide(platform, district, submission_id, "staff", Answer(AMEND, "41人", "原表漏填"), row=2)
    assert standing(platform, submission_id) == []
    assert not version(platform, submission_id).has_errors


def test_a_rejected_proposal_is_an_error_until_the_right_value_is_typed(
    platform: Platform, park: Park, district: Actor
) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": "约0.45"})
    decide(platform, district, submission_id, "staff_cyber", Answer(REJECT, reason="数字有误"))
    assert version(platform, submission_id).has_errors
    decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "4400人", "已向园区核对"))
    assert cell(platform, submission_id, "staff_cyber").effective_value == "0.44"


@pytest.mark.parametrize(("key", "answer", "told"), [
    ("area_operating", Answer(CONFIRM), "没有读出可确认的取值"),
    ("area_operating", Answer(REJECT, reason="有误"), "没有读出可确认的取值"),
    ("area_operating", Answer(AMEND, "22"), "须写明原因"),
    ("area_operating", Answer(AMEND, " ", "漏填"), "空白"),
    ("area_operating", Answer(AMEND, "约22", "漏填"), "不能确定取值"),
    ("area_operating", Answer(AMEND, "二十几", "漏填"), "不能确定取值"),
    ("area_built", Answer(AMEND, "22", "漏填"), "已确定读出"),
])  # fmt: skip
def test_what_cannot_be_decided_so_is_refused(
    platform: Platform, park: Park, district: Actor, key: str, answer: Answer, told: str
) -> None:
    submission_id = uploaded(platform, park, {"area_operating": None})
    with pytest.raises(Refused, match=told):
        decide(platform, district, submission_id, key, answer)
    with platform.database.read() as session:
        assert session.scalars(select(CellDecision)).all() == []


def test_nobody_but_the_parks_own_district_decides(platform: Platform, park: Park) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": "约0.45"})
    for role in (Role.COMMITTEE, Role.OPERATOR):
        with pytest.raises(AccessDenied):
            decide(platform, Actor("x", role, Scope(everything=True)), submission_id, "staff_cyber", Answer(CONFIRM))
    elsewhere = Actor("other", Role.DISTRICT, Scope(unit_ids=frozenset({999})), 999)
    with pytest.raises(Unknown):
        decide(platform, elsewhere, submission_id, "staff_cyber", Answer(CONFIRM))


def test_nothing_changes_under_the_committees_eyes(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": "约0.45"}, submit=True)
    decide(platform, district, submission_id, "staff_cyber", Answer(CONFIRM))
    with pytest.raises(Refused, match="已核对并已报送"):
        decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.4", "改"))
    with platform.database.write() as session:
        reviews.return_report(session, SYSTEM_ACTOR, submission_id, "请核对", TODAY)
    with pytest.raises(Refused, match="上传新的一版"):
        decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "0.4", "改"))


def test_a_submitted_report_cannot_become_one_with_errors(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = uploaded(platform, park, {"staff_cyber": "约0.45"}, submit=True)
    with pytest.raises(Refused, match="报告已报送"):
        decide(platform, district, submission_id, "staff_cyber", Answer(AMEND, "1.9", "核对"))
    assert not version(platform, submission_id).has_errors


def test_what_was_decided_is_not_asked_again_for_the_same_text(platform: Platform, park: Park, district: Actor) -> None:
    first = uploaded(platform, park, {"staff_cyber": "约0.45", "area_operating": None})
    decide(platform, district, first, "staff_cyber", Answer(CONFIRM))
    decide(platform, district, first, "area_operating", Answer(AMEND, "22", "原表漏填"))
    second = uploaded(platform, park, {"staff_cyber": "约0.45", "area_operating": None, "firms_total": 61}, submit=True)
    row = version(platform, second)
    assert (row.version, row.clean, row.state) == (2, True, "submitted")
    assert cell(platform, second, "area_operating").effective_value == "22"
    with platform.database.read() as session:
        carried = session.scalars(select(CellDecision).where(CellDecision.carried_from.is_not(None))).all()
        assert {made.decided_by for made in carried} == {"district"}
    third = uploaded(platform, park, {"staff_cyber": "约0.46"})
    assert cell(platform, third, "staff_cyber").decided is None


def test_a_firms_cell_is_known_by_the_firm_not_by_its_row(platform: Platform, park: Park, district: Actor) -> None:
    firms = [firm(number, **({"staff": "约40"} if number == 3 else {})) for number in range(1, 26)]
    first = uploaded(platform, park, firms=firms)
    decide(platform, district, first, "staff", Answer(CONFIRM), row=3)
    second = uploaded(platform, park, firms=firms[1:] + firms[:1])
    assert cell(platform, second, "staff", row=2).decided == "confirm"
    assert version(platform, second).clean


def test_a_finding_is_explained_before_submission(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = uploaded(platform, park, {"area_built": 51})
    with platform.database.write() as session, pytest.raises(Refused, match="1条核实性审核没有情况说明"):
        submissions.submit(session, district, submission_id, TODAY)
    for nothing in ("情况属实", "已核实。", "经核实，情况属实", "", "属实"):
        with pytest.raises(Refused, match="情况说明"):
            explain(platform, district, submission_id, nothing)
    explain(platform, district, submission_id)
    with platform.database.write() as session:
        submissions.submit(session, district, submission_id, TODAY)
    with platform.database.read() as session:
        said = session.scalars(select(FindingExplanation)).one()
        assert (said.text, said.written_by) == (WHY, "district")


def test_an_explanation_is_carried_to_the_same_matter_only(platform: Platform, park: Park, district: Actor) -> None:
    explain(platform, district, uploaded(platform, park, {"area_built": 51}))
    second = uploaded(platform, park, {"area_built": 52})
    with platform.database.read() as session:
        assert explanations.unexplained(session, session.get_one(Submission, second)) == []
        said = session.scalars(select(FindingExplanation).where(FindingExplanation.carried_from.is_not(None))).one()
        assert (said.text, said.written_by) == (WHY, "district")
    third = uploaded(platform, park, {"area_operating": 40})
    with platform.database.read() as session:
        missing = explanations.unexplained(session, session.get_one(Submission, third))
        assert [finding.code for finding in missing] == ["operating_exceeds_built"]
