"""数据更正: accepted figures are replaced by a recorded correction with its reason, across the turn of the year too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from db import facts
from db.models import AuditEntry, Correction, Park, ParkSnapshot, Submission, SubmissionFinding
from db.queries.corrections import CorrectedFigure, Settled, condensed, corrections
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Scope
from policy.corrections import Stated
from policy.refusal import Refused
from policy.terms import FigureKind, HalfYear
from policy.version_no import VersionNo
from services import explanations, reviews, submissions
from services.platform import Platform
from services.submissions import Ingested, ingest
from tests.factories import make_goal
from tests.papers import firm, report

ESTIMATE, PRELIMINARY, FINAL = FigureKind
TODAY = date(2026, 4, 20)
H1, H2 = HalfYear(2025, 1), HalfYear(2025, 2)
WHY = "一家企业的收入原按含税口径填报，现改为不含税"


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def sent(
    platform: Platform,
    park: Park,
    figures: Mapping[str, Any] | None = None,
    *,
    period: str = "2025H1",
    kind: FigureKind | None = None,
    submit: bool = True,
    **more: Any,
) -> Ingested:
    data = report(park.title, period, figures=figures, kind=kind, **more)
    return ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, submit=submit)


def accepted(platform: Platform, park: Park, figures: Mapping[str, Any] | None = None, **more: Any) -> int:
    done = sent(platform, park, figures, **more)
    assert done.submission_id is not None
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, done.submission_id, TODAY, "区县来电说明，按决算数更正")
    return done.submission_id


def finding(done: Ingested, code: str) -> str:
    (message,) = [one.message for one in done.reading.findings if one.code == code]
    return message


def found(done: Ingested) -> set[str]:
    return {one.code for one in done.reading.findings}


def explain(platform: Platform, submission_id: int, code: str = "correction_unexplained", text: str = WHY) -> None:
    with platform.database.write() as session:
        row = session.scalars(
            select(SubmissionFinding).where(
                SubmissionFinding.submission_id == submission_id, SubmissionFinding.code == code
            )
        ).one()
        explanations.explain(session, SYSTEM_ACTOR, submission_id, row.id, text)


def slip(platform: Platform) -> list[tuple[str, Stated, Stated, str]]:
    with platform.database.read() as session:
        return [(line.key, line.old, line.new, line.reason) for line in corrections(session, FULL_SCOPE)]


def stated(value: str | None, kind: FigureKind = PRELIMINARY) -> Stated:
    return Stated(None if value is None else Decimal(value), kind)


def test_a_corrected_figure_is_written_down_with_its_reason(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    done = sent(platform, park, {"revenue_cyber": 1.45, "revenue_total": 4}, submit=False)
    assert finding(done, "correction_unexplained") == (
        "与已审核通过的第1版数据不同：网络安全产业收入1.5亿元改为1.45亿元；请核对，确需更正的请写明更正原因"
    )
    number = done.submission_id or 0
    with platform.database.write() as session, pytest.raises(Refused, match="没有情况说明"):
        submissions.submit(session, SYSTEM_ACTOR, number, TODAY)
    explain(platform, number)
    with platform.database.write() as session:
        submissions.submit(session, SYSTEM_ACTOR, number, TODAY)
        assert session.scalars(select(Correction)).all() == []
        reviews.accept(session, SYSTEM_ACTOR, number, TODAY)
    assert slip(platform) == [("revenue_cyber", stated("1.5"), stated("1.45"), WHY)]
    with platform.database.read() as session:
        assert session.get_one(ParkSnapshot, park.id).figures["revenue_cyber"]["value"] == "1.45"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "correction.record")).one()
        assert entry.new == {"replaces": 1, "figures": ["revenue_cyber"], "reason": WHY}
        (line,) = corrections(session, Scope(unit_ids=frozenset({park.district_id})))
        assert (line.old_version, line.new_version, line.corrected_on) == (VersionNo(1), VersionNo(2), TODAY)
        assert corrections(session, Scope(unit_ids=frozenset({park.district_id + 1}))) == ()


def test_what_is_worked_out_from_the_rows_is_corrected_too(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    firms = [firm(number) for number in range(1, 26)]
    firms[0]["rnd"] = 80.5
    done = sent(platform, park, firms=firms)
    assert "企业研发投入1512.5万元改为1532.5万元" in finding(done, "correction_unexplained")
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, done.submission_id or 0, TODAY, WHY)
    assert [line[:3] for line in slip(platform)] == [("rnd_investment", stated("1512.5"), stated("1532.5"))]


def test_a_new_version_with_the_same_figures_corrects_nothing(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    firms = [firm(number, address="示例大道9号") for number in range(1, 26)]
    done = sent(platform, park, firms=firms)
    assert done.reading.clean
    accepted(platform, park, firms=[firm(number, address="示例大道10号") for number in range(1, 26)])
    assert slip(platform) == []


def test_a_later_kind_replaces_an_earlier_one_and_never_the_other_way(platform: Platform, park: Park) -> None:
    accepted(platform, park, {"revenue_cyber": 1.45}, kind=ESTIMATE)
    with platform.database.read() as session:
        kinds = {figure.key: figure.kind for figure in facts.figures(session, park.id, TODAY)}
        assert set(kinds.values()) == {ESTIMATE}
    final = sent(platform, park, kind=FINAL)
    assert found(final) == {"correction_unexplained", "figure_kind_moves_on"}
    assert "第1版为预计数，本版为年报数" in finding(final, "figure_kind_moves_on")
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, final.submission_id or 0, TODAY)
    lines = {key: (old, new) for key, old, new, _reason in slip(platform)}
    assert lines["revenue_cyber"] == (stated("1.45", ESTIMATE), stated("1.5", FINAL))
    assert lines["firms_cyber"] == (stated("30", ESTIMATE), stated("30", FINAL))
    assert {reason for *_, reason in slip(platform)} == {"预计数更新为年报数"}
    back = sent(platform, park, {"revenue_cyber": 1.48})
    assert "年报数不由快报数替代" in finding(back, "figure_kind_goes_back")
    assert back.reading.has_errors
    cell = sent(platform, park, {"revenue_cyber": "预计1.48"}, kind=FINAL)
    assert finding(cell, "figure_kind_goes_back").startswith("网络安全产业收入在已审核通过的第2版中为年报数")


def test_a_cell_that_says_it_is_estimated_makes_one_estimated_figure(platform: Platform, park: Park) -> None:
    done = sent(platform, park, {"revenue_cyber": "预计1.5"})
    with platform.database.write() as session:
        row = session.get_one(Submission, done.submission_id)
        for cell in row.readings:
            if cell.key == "revenue_cyber" and cell.column == "current":
                cell.decided, cell.decided_value = "confirm", "1.5"
        session.flush()
        reviews.accept(session, SYSTEM_ACTOR, row.id, TODAY)
    with platform.database.read() as session:
        figures = facts.figures(session, park.id, TODAY)
        assert {figure.key for figure in figures if figure.kind is ESTIMATE} == {"revenue_cyber"}
    assert "correction_unexplained" not in found(done)


def test_a_reason_given_for_one_correction_is_not_taken_for_the_next(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    second = sent(platform, park, {"revenue_cyber": 1.45}).submission_id or 0
    explain(platform, second)
    third = sent(platform, park, {"revenue_cyber": 1.46}).submission_id or 0
    with platform.database.write() as session:
        row = session.get_one(Submission, third)
        assert explanations.unexplained(session, row) == []  # still the correction of version 1
        reviews.accept(session, SYSTEM_ACTOR, third, TODAY)
    fourth = sent(platform, park, {"revenue_cyber": 1.47}).submission_id or 0
    with platform.database.read() as session:
        (open_one,) = explanations.unexplained(session, session.get_one(Submission, fourth))
        assert open_one.code == "correction_unexplained"


def test_a_draft_learns_of_what_was_accepted_after_it_was_uploaded(platform: Platform, park: Park) -> None:
    first = sent(platform, park).submission_id or 0
    draft = sent(platform, park, {"revenue_cyber": 1.45}, submit=False).submission_id or 0
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, first, TODAY)
    with platform.database.read() as session:
        (learnt,) = explanations.unexplained(session, session.get_one(Submission, draft))
        assert learnt.code == "correction_unexplained"
    with platform.database.write() as session:
        reviews.return_report(session, SYSTEM_ACTOR, first, "发现一览表重复", TODAY)
        assert explanations.unexplained(session, session.get_one(Submission, draft)) == []


def test_a_correction_nobody_gave_a_reason_for_is_not_accepted(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    number = sent(platform, park, {"revenue_cyber": 1.45}).submission_id or 0
    with pytest.raises(Refused, match="尚未写明更正原因"), platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, number, TODAY, " ")
    assert slip(platform) == []
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, number, TODAY, "区县来电：一家企业重复计算")
    assert slip(platform) == [("revenue_cyber", stated("1.5"), stated("1.45"), "区县来电：一家企业重复计算")]


def test_what_the_district_wrote_comes_before_what_the_committee_noted(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    number = sent(platform, park, {"revenue_cyber": 1.45}).submission_id or 0
    explain(platform, number)
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, number, TODAY, "代录的原因")
    assert [reason for *_, reason in slip(platform)] == [WHY]


def test_figures_that_only_became_more_final_are_told_together(platform: Platform, park: Park) -> None:
    accepted(platform, park, kind=ESTIMATE)
    accepted(platform, park, {"revenue_cyber": 1.45}, kind=PRELIMINARY)
    with platform.database.read() as session:
        found = corrections(session, FULL_SCOPE)
        changed, settled = condensed(found)
    assert isinstance(changed, CorrectedFigure)
    assert isinstance(settled, Settled)
    assert changed.key == "revenue_cyber"
    assert {changed.key, *settled.keys} == {entry.key for entry in found}
    assert settled.told == f"其余{len(found) - 1}项，数值不变"


def test_figures_taken_back_by_a_return_are_listed_when_others_take_their_place(platform: Platform, park: Park) -> None:
    first = accepted(platform, park)
    with platform.database.write() as session:
        reviews.return_report(session, SYSTEM_ACTOR, first, "收入口径不符", TODAY)
    accepted(platform, park, {"revenue_cyber": 1.45})
    assert slip(platform) == [("revenue_cyber", stated("1.5"), stated("1.45"), "退回修改：收入口径不符")]


def test_last_years_final_figures_arrive_when_this_years_work_has_begun(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        make_goal(session, park, "revenue_cyber", "2", "4")
    accepted(platform, park, {"revenue_cyber": 3.4, "revenue_total": 8}, period="2025H2")
    with platform.database.read() as session:
        assert session.get_one(ParkSnapshot, park.id).verdicts[0]["light"] == "green"
    accepted(platform, park, {"revenue_cyber": 2.1, "revenue_total": 8}, period="2025H2", kind=FINAL)
    lines = {key: (old, new) for key, old, new, _reason in slip(platform)}
    assert lines["revenue_cyber"] == (stated("3.4"), stated("2.1", FINAL))
    with platform.database.read() as session:
        assert session.get_one(ParkSnapshot, park.id).verdicts[0]["light"] == "red"
