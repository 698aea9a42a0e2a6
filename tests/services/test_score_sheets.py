"""专家评分表: two pairs of eyes, bounds, nothing missing; each mark counts once, exactly, and only of who sits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from db.models import AuditEntry, EvaluationMark, Panel, PanelConclusion, PanelMember, Park, ScoreSheet
from db.queries.scores import PanelScores, SheetState, scores_of
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.acts import Act
from policy.evaluation.sheet import sheet
from policy.refusal import Missing, Refused, Unknown
from services import evaluations, score_sheets
from services.evaluations import Given
from services.platform import Platform
from services.score_sheets import Signed, TypedMark
from tests.factories import MADE_AT, make_account, make_evidence, make_expert, make_file, make_panel, make_park
from tests.policy.evaluation.systems import item
from tests.policy.evaluation.systems import system as text_of

TODAY = date(2026, 3, 2)
ENTERER = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
OPERATOR = Actor("operator", Role.OPERATOR, FULL_SCOPE)
CHECKER = Actor("second", Role.COMMITTEE, FULL_SCOPE)
SYSTEM = text_of(
    item("plan", "60", '{ kind = "experts" }'),
    item("people", "40", '{ kind = "experts", out_of = 10 }'),
)
SCAN = ("评分表.pdf", b"%PDF signed sheet")


@pytest.fixture(autouse=True)
def _today(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def panel(platform: Platform) -> Panel:
    """Three experts ZJ1, ZJ2, ZJ3 over 甲园, the first 组长, and a 候补 ZJ4."""
    with platform.database.write() as session:
        park = make_park(session, "示例甲园", code="JIA")
        system = evaluations.import_system(session, platform.storage, ENTERER, "体系.toml", SYSTEM.encode())
        experts = [make_expert(session, code=f"ZJ{n}", name=f"示例专家{n}") for n in (1, 2, 3, 4)]
        made = make_panel(session, park, experts, system_id=system.system_id, scores_due_on=date(2026, 2, 20))
        made.members[3].seat = "substitute"
        session.flush()
        session.expunge_all()
        return made


def typed(plan: str = "80", people: str = "8", **more: str) -> dict[str, TypedMark]:
    values = {"plan": plan, "people": people} | more
    return {key: TypedMark(value) for key, value in values.items() if value}


OUT_OF_ORDER: tuple[tuple[dict[str, TypedMark], str], ...] = (
    (typed(plan=""), "还有1项没有评分：指标plan"),
    ({}, "还有2项没有评分：指标plan、指标people"),
    (typed(plan="100.01"), "“指标plan”满分100分，收到100.01"),
    (typed(people="10.5"), "“指标people”满分10分，收到10.5"),
    (typed(plan="-1"), "不小于0的数字"),
    (typed(plan="八十"), "应为数字，收到“八十”"),
    (typed(plan="NaN"), "不小于0的数字"),
    (typed(plan="1e-9"), "小数不超过6位"),
    (typed(other="5"), "“other”不由专家评分"),
    ({**typed(), "plan": TypedMark("80", "依" * 501)}, "评分依据501字，不能超过500字"),
    ({**typed(), "plan": TypedMark("80", evidence="77")}, "佐证编号77不在"),
    ({**typed(), "plan": TypedMark("80", evidence="甲")}, "佐证编号甲不在"),
)


def signed(marks: Mapping[str, TypedMark] | None = None, on: date = date(2026, 3, 1)) -> Signed:
    return Signed(on, typed() if marks is None else marks, SCAN)


def enter(platform: Platform, panel: Panel, place: int = 0, sheet: Signed | None = None) -> int:
    with platform.database.write() as session:
        member = panel.members[place].id
        return score_sheets.enter(session, platform.storage, ENTERER, "JIA", member, sheet or signed()).id


def check(platform: Platform, sheet_id: int, actor: Actor = CHECKER) -> None:
    with platform.database.write() as session:
        score_sheets.check(session, actor, "JIA", sheet_id)


def send_back(platform: Platform, sheet_id: int, reason: str = "与扫描件不符") -> None:
    with platform.database.write() as session:
        score_sheets.send_back(session, CHECKER, "JIA", sheet_id, reason)


def seen(platform: Platform) -> PanelScores:
    with platform.database.read() as session:
        park = session.scalars(select(Park).where(Park.code == "JIA")).one()
        found = scores_of(session, park.id, TODAY)
        assert found is not None
        return found


def points(platform: Platform, as_of: date = TODAY, actor: Actor = SYSTEM_ACTOR) -> dict[str, str]:
    with platform.database.read() as session:
        found = evaluations.score(session, actor, "JIA", as_of)
        assert found is not None
        return {row.id: row.points for row in sheet(found).rows}


def refused(platform: Platform, panel: Panel, sheet: Signed, match: str, place: int = 0) -> None:
    with pytest.raises(Refused, match=match):
        enter(platform, panel, place, sheet)
    with platform.database.read() as session:
        assert session.scalars(select(ScoreSheet)).all() == []


class TestEntering:
    def test_a_sheet_waits_for_another_and_then_its_marks_count_once(self, platform: Platform, panel: Panel) -> None:
        number = enter(platform, panel)
        assert seen(platform).members[0].told == "待复核"
        assert points(platform) == {"plan": "0", "people": "0"}
        check(platform, number)
        assert points(platform) == {"plan": "48", "people": "32"}  # 60 × 80 ÷ 100, 40 × 8 ÷ 10
        assert points(platform, actor=OPERATOR) == {"plan": "0", "people": "0"}  # until the panel has concluded
        with platform.database.read() as session:
            kept = session.scalars(select(EvaluationMark).order_by(EvaluationMark.id)).all()
            assert [(row.item, row.giver, row.value) for row in kept] == [
                ("plan", "ZJ1", Decimal(80)), ("people", "ZJ1", Decimal(8)),
            ]  # fmt: skip
            assert kept[0].basis == "2026年3月1日签字的第1号评分表"
            acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert acts[-2:] == [Act.SCORES_ENTER, Act.SCORES_CHECK]

    def test_three_sheets_give_their_exact_mean(self, platform: Platform, panel: Panel) -> None:
        for place, plan in enumerate(("80", "85.5", "90")):
            check(platform, enter(platform, panel, place, signed(typed(plan))))
        assert points(platform)["plan"] == "511/10"  # 60 × (80 + 85.5 + 90) ÷ 3 ÷ 100

    def test_who_entered_it_may_not_check_it(self, platform: Platform, panel: Panel) -> None:
        number = enter(platform, panel)
        with pytest.raises(Refused, match="由您代录，须由另一账号对照扫描件复核"):
            check(platform, number, ENTERER)
        assert seen(platform).members[0].told == "待复核"

    def test_it_is_checked_once(self, platform: Platform, panel: Panel) -> None:
        number = enter(platform, panel)
        check(platform, number)
        with pytest.raises(Refused, match="第1号评分表已复核"):
            check(platform, number)
        with platform.database.read() as session:
            assert len(session.scalars(select(EvaluationMark)).all()) == 2

    def test_what_is_missing_or_out_of_bounds_is_named(self, platform: Platform, panel: Panel) -> None:
        for marks, why in OUT_OF_ORDER:
            refused(platform, panel, signed(marks), why)

    def test_the_ends_of_the_scale_are_marks(self, platform: Platform, panel: Panel) -> None:
        check(platform, enter(platform, panel, 0, signed(typed("0", "10"))))
        assert points(platform) == {"plan": "0", "people": "40"}

    def test_it_needs_its_scan_and_a_day_in_order(self, platform: Platform, panel: Panel) -> None:
        refused(platform, panel, replace(signed(), file=None), "须附专家签字的评分表扫描件")
        refused(platform, panel, signed(on=date(2026, 2, 1)), "评分表签字日期2026年2月1日应在签署保密及回避承诺书之日")
        refused(platform, panel, signed(on=date(2026, 3, 3)), "评分表签字日期2026年3月3日应在")

    def test_basis_and_evidence_go_with_a_mark(self, platform: Platform, panel: Panel) -> None:
        with platform.database.write() as session:
            park = session.scalars(select(Park)).one()
            proof = make_evidence(session, park, make_file(session)).id
        marks = {**typed(), "plan": TypedMark("80", "规划已印发", str(proof))}
        check(platform, enter(platform, panel, 0, signed(marks)))
        mark = seen(platform).members[0].sheets[0].mark("plan")
        assert mark is not None
        assert (mark.value, mark.basis, mark.evidence_id) == (Decimal(80), "规划已印发", proof)
        with platform.database.read() as session:
            kept = session.scalars(select(EvaluationMark).where(EvaluationMark.item == "plan")).one()
            assert (kept.basis, kept.evidence_id) == ("2026年3月1日签字的第1号评分表；规划已印发", proof)

    def test_paper_of_another_park_or_withdrawn_proves_nothing(self, platform: Platform, panel: Panel) -> None:
        with platform.database.write() as session:
            foreign = make_evidence(session, make_park(session), make_file(session)).id
            own = session.scalars(select(Park).where(Park.code == "JIA")).one()
            gone = make_evidence(session, own, make_file(session), withdrawn_at=MADE_AT).id
        for number in (foreign, gone):
            marks = {**typed(), "plan": TypedMark("80", evidence=str(number))}
            refused(platform, panel, signed(marks), f"佐证编号{number}不在")


class TestWhoScores:
    def test_a_substitute_scores_only_after_stepping_in(self, platform: Platform, panel: Panel) -> None:
        refused(platform, panel, signed(), "示例专家4是候补专家，尚未递补", place=3)

    def test_without_a_commitment_nobody_scores(self, platform: Platform, panel: Panel) -> None:
        with platform.database.write() as session:
            session.get_one(PanelMember, panel.members[0].id).committed_on = None
        refused(platform, panel, signed(), "示例专家1尚未登记保密及回避承诺书")

    def test_who_stepped_back_gives_no_marks_and_those_given_count_no_longer(
        self, platform: Platform, panel: Panel, set_now: Callable[[date], None]
    ) -> None:
        set_now(date(2026, 3, 2))
        check(platform, enter(platform, panel, 0, signed(typed("80"))))
        check(platform, enter(platform, panel, 1, signed(typed("90"))))
        waiting = enter(platform, panel, 2)
        set_now(date(2026, 3, 5))
        with platform.database.write() as session:
            for place in (1, 2):
                session.get_one(PanelMember, panel.members[place].id).withdrawn_on = date(2026, 3, 5)
        assert points(platform, date(2026, 3, 5))["plan"] == "48"
        assert points(platform, date(2026, 3, 4))["plan"] == "51"  # as it was known the day before
        assert [one.member.code for one in seen(platform).stepped_back] == ["ZJ2", "ZJ3"]
        with pytest.raises(Refused, match="示例专家3已于2026年3月5日退出专家组，其评分不计入"):
            check(platform, waiting)

    def test_marks_written_down_before_the_panel_was_drawn_count_no_longer(
        self, platform: Platform, panel: Panel
    ) -> None:
        with platform.database.write() as session:
            park = session.scalars(select(Park)).one()
            for giver, at in (("专家1", MADE_AT), ("ZJ1", datetime(2026, 1, 1, tzinfo=UTC))):
                session.add(
                    EvaluationMark(
                        park_id=park.id, system_id=1, item="plan", giver=giver, value=Decimal(10), basis="座谈",
                        given_on=date(2026, 1, 4), recorded_at=at, recorded_by="committee",
                    )
                )  # fmt: skip
        assert points(platform)["plan"] == "0"
        assert points(platform, date(2026, 1, 30))["plan"] == "6"  # before the draw they did
        given = Given("plan", "70", "座谈", "专家2")
        with platform.database.write() as session, pytest.raises(Refused, match="以专家签字的评分表为准"):
            evaluations.mark(session, ENTERER, "JIA", 1, given)

    def test_marks_of_a_dissolved_panel_count_no_longer(self, platform: Platform, panel: Panel) -> None:
        check(platform, enter(platform, panel))
        with platform.database.write() as session:
            session.get_one(Panel, panel.id).dissolved_on = TODAY
        assert points(platform) == {"plan": "0", "people": "0"}
        with pytest.raises(Refused, match="尚未组成专家组"):
            enter(platform, panel, 1)

    def test_others_than_the_committee_enter_nothing(self, platform: Platform, panel: Panel) -> None:
        with platform.database.write() as session:
            for role in (Role.DISTRICT, Role.OPERATOR, Role.EXPERT, Role.ADMIN):
                actor = Actor(role, role, FULL_SCOPE)
                with pytest.raises(AccessDenied):
                    score_sheets.enter(session, platform.storage, actor, "JIA", panel.members[0].id, signed())
                with pytest.raises(AccessDenied):
                    score_sheets.check(session, actor, "JIA", 1)
                with pytest.raises(AccessDenied):
                    score_sheets.send_back(session, actor, "JIA", 1, "理由")

    def test_who_or_what_is_not_of_the_panel_is_unknown(self, platform: Platform, panel: Panel) -> None:
        with platform.database.write() as session:
            with pytest.raises(Unknown, match="不在专家组中"):
                score_sheets.enter(session, platform.storage, ENTERER, "JIA", 999, signed())
            with pytest.raises(Unknown, match="没有这份评分表"):
                score_sheets.check(session, ENTERER, "JIA", 999)


class TestSendingBack:
    def test_it_is_entered_anew_under_the_next_number(self, platform: Platform, panel: Panel) -> None:
        first = enter(platform, panel, 0, signed(typed("88")))
        with pytest.raises(Refused, match="第1号评分表待复核；有误的请先退回"):
            enter(platform, panel)
        send_back(platform, first)
        assert seen(platform).members[0].told == "未交"
        check(platform, enter(platform, panel, 0, signed(typed("80"))))
        assert points(platform)["plan"] == "48"
        sheets = seen(platform).members[0].sheets
        assert [(one.number, one.state) for one in sheets] == [(2, SheetState.COUNTS), (1, SheetState.RETURNED)]
        assert sheets[1].returned_reason == "与扫描件不符"

    def test_of_one_that_counts_the_marks_are_taken_back(
        self, platform: Platform, panel: Panel, set_now: Callable[[date], None]
    ) -> None:
        first = enter(platform, panel, 0, signed(typed("88")))
        check(platform, first)
        set_now(date(2026, 3, 4))
        send_back(platform, first)
        assert points(platform, date(2026, 3, 4)) == {"plan": "0", "people": "0"}
        assert points(platform, date(2026, 3, 3))["plan"] == "264/5"
        check(platform, enter(platform, panel, 0, signed(typed("80"), date(2026, 2, 28))))  # an earlier signature
        assert points(platform, date(2026, 3, 4))["plan"] == "48"

    def test_it_needs_a_reason_and_happens_once(self, platform: Platform, panel: Panel) -> None:
        first = enter(platform, panel)
        with pytest.raises(Missing, match="退回须写明理由"):
            send_back(platform, first, " ")
        send_back(platform, first)
        with pytest.raises(Refused, match="第1号评分表已于2026年3月2日退回"):
            send_back(platform, first)
        with pytest.raises(Refused, match="第1号评分表已退回，不需再复核"):
            check(platform, first)


class TestAfterTheConclusion:
    @pytest.fixture
    def concluded(self, platform: Platform, panel: Panel) -> int:
        number = enter(platform, panel)
        check(platform, number)
        with platform.database.write() as session:
            session.add(
                PanelConclusion(
                    panel_id=panel.id, number=1, outcome="passed", opinion="同意", leader_id=panel.members[0].id,
                    signed_on=TODAY, recorded_at=MADE_AT, recorded_by="committee",
                )
            )  # fmt: skip
        return number

    def test_no_sheet_comes_in_or_changes(self, platform: Platform, panel: Panel, concluded: int) -> None:
        why = "专家组已于2026年3月2日签署评审意见，评分不再改变"
        with pytest.raises(Refused, match=why):
            enter(platform, panel, 1)
        with pytest.raises(Refused, match=why):
            send_back(platform, concluded)

    def test_the_marks_of_a_panel_whose_work_is_done_stand(
        self, platform: Platform, panel: Panel, concluded: int
    ) -> None:
        with platform.database.write() as session:
            session.get_one(Panel, panel.id).dissolved_on = TODAY
        assert points(platform)["plan"] == "48"
        assert seen(platform).panel.id == panel.id


class TestOnline:
    @pytest.fixture
    def expert(self, platform: Platform, panel: Panel) -> Actor:
        with platform.database.write() as session:
            member = session.get_one(PanelMember, panel.members[1].id)
            member.expert.account_id = make_account(session, "expert").id
            session.get_one(Panel, panel.id).online = True
            park = session.scalars(select(Park)).one()
            return Actor("expert", Role.EXPERT, Scope(park_ids=frozenset({park.id})))

    def test_it_is_signed_by_the_account_and_counts_at_once(
        self, platform: Platform, panel: Panel, expert: Actor
    ) -> None:
        with platform.database.write() as session:
            score_sheets.submit(session, expert, "JIA", typed("75"))
        assert points(platform)["plan"] == "45"
        found = seen(platform).members[1].standing
        assert found is not None
        assert (found.online, found.signed_on, found.account, found.checked_by) == (True, TODAY, "expert", "")
        with platform.database.write() as session, pytest.raises(Refused, match="已计入"):
            score_sheets.submit(session, expert, "JIA", typed("76"))

    def test_sent_back_it_is_given_anew(self, platform: Platform, panel: Panel, expert: Actor) -> None:
        for plan in ("75", "60"):
            with platform.database.write() as session:
                number = score_sheets.submit(session, expert, "JIA", typed(plan)).id
            if plan == "75":
                send_back(platform, number, "专家来电请求重评")
        assert points(platform)["plan"] == "36"

    def test_where_the_panel_scores_on_paper_it_is_refused(
        self, platform: Platform, panel: Panel, expert: Actor
    ) -> None:
        with platform.database.write() as session:
            session.get_one(Panel, panel.id).online = False
        with platform.database.write() as session, pytest.raises(Refused, match="本专家组采用纸质评分"):
            score_sheets.submit(session, expert, "JIA", typed())

    def test_nobody_scores_in_another_s_place(self, platform: Platform, panel: Panel, expert: Actor) -> None:
        stranger = replace(expert, account="other")
        with platform.database.write() as session, pytest.raises(Refused, match="的专家组中，不能评分"):
            score_sheets.submit(session, stranger, "JIA", typed())
        with platform.database.write() as session, pytest.raises(AccessDenied):
            score_sheets.submit(session, ENTERER, "JIA", typed())

    def test_a_sheet_of_paper_is_taken_from_an_expert_who_sends_one(
        self, platform: Platform, panel: Panel, expert: Actor
    ) -> None:
        check(platform, enter(platform, panel, 1))
        assert points(platform)["plan"] == "48"


def test_the_first_sheet_settles_the_system_of_a_panel_drawn_before_there_was_one(
    platform: Platform, panel: Panel
) -> None:
    with platform.database.write() as session:
        session.get_one(Panel, panel.id).system_id = None
    enter(platform, panel)
    newer = SYSTEM.replace('version = "1"', 'version = "2"').replace("2025-01-01", "2026-01-01")
    with platform.database.write() as session:
        evaluations.import_system(session, platform.storage, ENTERER, "体系.toml", newer.encode())
    found = seen(platform).system
    assert found is not None
    assert found.system.version == "1"
