"""专家评审意见: signed by the 组长, refused while sheets are missing, with the score kept as it was concluded upon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from db.models import AcceptanceStep, AuditEntry, Panel, PanelMember, Park
from db.queries.scores import PanelScores, scores_of
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from policy.acts import Act
from policy.refusal import Doubtful, Refused
from policy.terms import Outcome
from services import conclusions, evaluations, score_sheets
from services.conclusions import Concluding
from services.platform import Platform
from services.score_sheets import Signed, TypedMark
from tests.factories import MADE_AT, make_expert, make_panel, make_park
from tests.policy.evaluation.systems import item
from tests.policy.evaluation.systems import system as text_of

TODAY = date(2026, 3, 2)
ENTERER = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
CHECKER = Actor("second", Role.COMMITTEE, FULL_SCOPE)
SYSTEM = text_of(item("plan", "100", '{ kind = "experts" }', missing="reweight"))
SAID = Concluding(Outcome.PASSED, "建设任务完成，同意通过验收。", TODAY, ("评审意见.pdf", b"%PDF signed opinion"))


@pytest.fixture(autouse=True)
def _today(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def panel(platform: Platform) -> Panel:
    """Three experts over 甲园, 示例专家1 their 组长; none has scored yet."""
    with platform.database.write() as session:
        park = make_park(session, "示例甲园", code="JIA")
        system = evaluations.import_system(session, platform.storage, ENTERER, "体系.toml", SYSTEM.encode())
        experts = [make_expert(session, code=f"ZJ{n}", name=f"示例专家{n}") for n in (1, 2, 3)]
        return make_panel(session, park, experts, system_id=system.system_id)


def score(platform: Platform, panel: Panel, *plans: str, checked: bool = True) -> None:
    """The sheets of the first members."""
    for member, plan in zip(panel.members, plans, strict=False):
        sheet = Signed(date(2026, 3, 1), {"plan": TypedMark(plan)}, ("评分表.pdf", b"%PDF"))
        with platform.database.write() as session:
            row = score_sheets.enter(session, platform.storage, ENTERER, "JIA", member.id, sheet)
            if checked:
                score_sheets.check(session, CHECKER, "JIA", row.id)


def conclude(platform: Platform, said: Concluding = SAID) -> int:
    with platform.database.write() as session:
        return conclusions.conclude(session, platform.storage, ENTERER, "JIA", said).number


def seen(platform: Platform) -> PanelScores:
    with platform.database.read() as session:
        park = session.scalars(select(Park)).one()
        found = scores_of(session, park.id, TODAY)
        assert found is not None
        return found


def step(platform: Platform, kind: str, returned_on: date | None = None) -> None:
    with platform.database.write() as session:
        park = session.scalars(select(Park)).one()
        row = AcceptanceStep(
            park_id=park.id, kind=kind, dated=TODAY, returned_on=returned_on, recorded_at=MADE_AT,
            recorded_by="committee",
        )  # fmt: skip
        session.add(row)


def test_the_leader_signs_and_the_score_is_kept_as_it_stood(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80", "90", "70")
    assert conclude(platform) == 1
    found = seen(platform).conclusion
    assert found is not None
    assert (found.outcome, found.leader, found.signed_on) == (Outcome.PASSED, "示例专家1", TODAY)
    assert found.freeze is not None
    assert (found.freeze.sheet.total_told, found.freeze.sheet.grade) == ("80", "达标")
    assert found.freeze.purpose == "专家评审意见第1号"
    with platform.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.PANEL_CONCLUDE)).one()
        assert (entry.new["total"], entry.new["leader"]) == ("80", "ZJ1")


def test_what_is_measured_afterwards_does_not_move_the_kept_score(
    platform: Platform, panel: Panel, set_now: Callable[[date], None]
) -> None:
    score(platform, panel, "80", "90", "70")
    conclude(platform)
    set_now(date(2026, 3, 9))
    with platform.database.write() as session:
        session.get_one(PanelMember, panel.members[1].id).withdrawn_on = date(2026, 3, 9)
    with platform.database.read() as session:
        now = evaluations.score(session, SYSTEM_ACTOR, "JIA", date(2026, 3, 9))
        assert now is not None
        assert now.total_told == "75"
        told = evaluations.score(session, Actor("operator", Role.OPERATOR, FULL_SCOPE), "JIA", date(2026, 3, 9))
        assert told is not None
        assert told.total_told == "75"
    kept = seen(platform).conclusion
    assert kept is not None
    assert kept.freeze is not None
    assert kept.freeze.sheet.total_told == "80"


def test_while_sheets_are_missing_or_unchecked_it_is_refused_by_name(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80")
    with platform.database.write() as session:
        sheet = Signed(date(2026, 3, 1), {"plan": TypedMark("90")}, ("评分表.pdf", b"%PDF"))
        score_sheets.enter(session, platform.storage, ENTERER, "JIA", panel.members[1].id, sheet)
    with pytest.raises(Refused, match="还有2名专家的评分表未收齐或未复核：示例专家2（待复核）、示例专家3（未交）"):
        conclude(platform)
    assert seen(platform).conclusion is None
    conclude(platform, replace(SAID, missing_reason="示例专家2、示例专家3因病未能评分，经专家组同意"))
    found = seen(platform).conclusion
    assert found is not None
    assert found.missing_reason == "示例专家2、示例专家3因病未能评分，经专家组同意"
    assert found.freeze is not None
    assert found.freeze.sheet.total_told == "80"


def test_no_reason_is_given_where_nothing_is_missing(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80", "90", "70")
    with pytest.raises(Refused, match="已收齐并复核，不填缺少评分的理由"):
        conclude(platform, replace(SAID, missing_reason="无"))


def test_it_says_all_that_belongs_to_it_in_the_order_of_days(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80", "90", "70")
    for said, why in (
        (replace(SAID, opinion=" "), "请填写评审意见"),
        (replace(SAID, file=None), "须附组长签字的扫描件"),
        (replace(SAID, outcome=Outcome.RECTIFYING), "结论为“限期整改”的，须写明存在问题"),
        (replace(SAID, outcome=Outcome.FAILED), "结论为“不达标”的，须写明存在问题"),
        (replace(SAID, signed_on=date(2026, 2, 28)), "2026年2月28日应在抽取专家组、最后一份评分表签字之日2026年3月1日"),
        (replace(SAID, signed_on=date(2026, 3, 3)), "评审意见签署日期2026年3月3日应在"),
    ):
        with pytest.raises(Refused, match=why):
            conclude(platform, said)
    assert seen(platform).conclusions == ()


def test_passed_against_the_score_is_asked_about_first(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "50", "55", "60")
    with pytest.raises(Doubtful, match="评分为55分，等次“不达标”，结论却为“达标”"):
        conclude(platform)
    assert conclude(platform, replace(SAID, as_written=True)) == 1


def test_other_outcomes_are_the_panel_s_to_weigh(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80", "90", "70")
    assert conclude(platform, replace(SAID, outcome=Outcome.RECTIFYING, problems="公共服务平台尚未投用")) == 1


def test_the_newest_counts_until_the_review_goes_on(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80", "90", "70")
    conclude(platform)
    assert conclude(platform, replace(SAID, opinion="更正：同意通过验收。")) == 2
    found = seen(platform).conclusion
    assert found is not None
    assert found.opinion == "更正：同意通过验收。"
    step(platform, "expert-review")
    with pytest.raises(Refused, match="“专家评审验收”已登记，专家评审意见不再改变"):
        conclude(platform)


def test_a_review_that_was_sent_back_is_scored_and_concluded_anew(platform: Platform, panel: Panel) -> None:
    score(platform, panel, "80", "90", "70")
    conclude(platform)
    step(platform, "expert-review", returned_on=TODAY)
    with platform.database.write() as session:
        first = seen(platform).members[0].sheets[0].id
        score_sheets.send_back(session, CHECKER, "JIA", first, "评审退回，重新评分")
    score(platform, panel, "95")
    assert conclude(platform) == 2
    found = seen(platform).conclusion
    assert found is not None
    assert found.freeze is not None
    assert found.freeze.sheet.total_told == "85"


def test_without_panel_leader_or_right_there_is_none(platform: Platform, panel: Panel) -> None:
    district = Actor("district", Role.DISTRICT, FULL_SCOPE)
    with platform.database.write() as session, pytest.raises(AccessDenied):
        conclusions.conclude(session, platform.storage, district, "JIA", SAID)
    with platform.database.write() as session:
        session.get_one(PanelMember, panel.members[0].id).seat = "member"
    with pytest.raises(Refused, match="专家组没有组长"):
        conclude(platform)
    with platform.database.write() as session:
        session.get_one(Panel, panel.id).dissolved_on = TODAY
    with pytest.raises(Refused, match="没有专家组，不能登记评审意见"):
        conclude(platform)
