"""专家组: drawn once the application is there, committed before anything is seen, changed by those who step back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Account, AuditEntry, Expert, Park, ParkChange
from db.queries.panels import PanelRow, panel_of, panels
from policy.access import FULL_SCOPE, AccessDenied, Actor, Role, Scope
from policy.acts import Act
from policy.panel import RecordKind, Seat
from policy.refusal import Missing, Refused, Unknown
from services import accounts, experts
from services import panels as services
from services.documents.catalogue import compose
from services.documents.to_html import render_html
from services.experts import Bond
from services.panel_papers import commitment, drawn_panel
from services.panels import Held, Order
from services.platform import Platform
from tests.factories import (
    MADE_AT,
    accept,
    add_roster,
    make_account,
    make_expert,
    make_park,
    make_submission,
    make_visit,
)

TODAY = date(2027, 1, 20)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
ORDER = Order(3, 2, seed=2026)
BY_LOT = ("ZJ004", "ZJ006", "ZJ008", "ZJ003", "ZJ002")
"""Of ZJ001 to ZJ008 by the number 2026 (tests/policy/test_panel.py)."""
FIRM = "示例云盾（集团）有限公司"
CHAIN = ("self-assessment", "department-review", "acceptance-letter", "receipt")


@pytest.fixture(autouse=True)
def park(platform: Platform, set_now: Callable[[date], None]) -> None:
    """甲园, whose application the committee has received, and 乙园, which is still being built; eight experts."""
    set_now(TODAY)
    with platform.database.write() as session:
        own = make_park(session, "示例甲园", code="JIA")
        listed = make_submission(session, own, "2025H1")
        add_roster(listed, [(FIRM, "600")])
        accept(session, listed)
        add_steps(session, own)
        make_park(session, "示例乙园", code="YI", approved_on=date(2026, 10, 10))
        for number in range(1, 9):
            make_expert(session, code=f"ZJ{number:03}", name=f"示例专家{number}")


def add_steps(session: Session, park: Park, kinds: tuple[str, ...] = CHAIN, **columns: Any) -> None:
    for kind in kinds:
        values = {"dated": date(2026, 12, 1), "recorded_at": MADE_AT, "recorded_by": "committee"} | columns
        session.add(AcceptanceStep(park_id=park.id, kind=kind, **values))
    session.flush()


def drawn(platform: Platform, order: Order = ORDER, code: str = "JIA") -> PanelRow:
    with platform.database.write() as session:
        services.draw(session, COMMITTEE, code, order)
    return standing(platform)


def standing(platform: Platform) -> PanelRow:
    with platform.database.read() as session:
        found = panel_of(session, 1)
    assert found is not None
    return found


def seats(panel: PanelRow) -> list[tuple[str, str]]:
    return [(one.code, one.seat.label) for one in panel.members if one.withdrawn_on is None]


def member(panel: PanelRow, code: str) -> int:
    return next(one.id for one in panel.members if one.code == code)


def commit(platform: Platform, *codes: str, on: date = TODAY) -> None:
    panel = standing(platform)
    with platform.database.write() as session:
        for code in codes or [one.code for one in panel.reviewers]:
            services.commit(session, platform.storage, COMMITTEE, "JIA", member(panel, code), on, ("书.pdf", b"signed"))


def withdraw(platform: Platform, code: str, reason: str = "与一览表企业有合作，申请回避") -> Expert | None:
    panel = standing(platform)
    with platform.database.write() as session:
        new = services.withdraw(session, COMMITTEE, "JIA", member(panel, code), TODAY, reason)
        return new.expert if new else None


# --- the draw -------------------------------------------------------------------------------------------------------


def test_the_draw_keeps_what_anybody_needs_to_repeat_it(platform: Platform) -> None:
    with platform.database.write() as session:
        left = session.scalars(select(Expert).where(Expert.code == "ZJ001")).one()
        left.employer = "示例云盾集团股份有限公司重庆分公司"
    panel = drawn(platform, Order(3, 2, {"产业经济": 2}, 2026, date(2027, 2, 1)))
    assert [one.code for one in panel.members] == list(BY_LOT)
    assert [one.seat for one in panel.members] == [Seat.LEADER, *[Seat.MEMBER] * 2, *[Seat.SUBSTITUTE] * 2]
    assert (panel.seed, panel.quotas, panel.round, len(panel.pool)) == (2026, {"产业经济": 2}, 1, 8)
    out = {one.code: one.left_out for one in panel.pool if one.left_out}
    assert out == {"ZJ001": f"回避：工作单位为一览表企业（{FIRM}）"}
    assert [one.lot for one in panel.pool] == sorted(one.lot for one in panel.pool)
    with platform.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.PANEL_DRAW)).one()
    assert entry.new["seed"] == 2026
    assert entry.new["members"][0] == "组长ZJ004"


def test_without_a_number_the_system_draws_one_that_draws_the_same_again(platform: Platform) -> None:
    first = drawn(platform, Order(3, 2))
    with platform.database.write() as session:
        services.dissolve(session, COMMITTEE, "JIA", "再抽一次核对")
    again = drawn(platform, Order(3, 2, seed=first.seed))
    assert seats(again) == seats(first)


def test_those_bound_by_past_work_a_former_operator_or_the_district_are_not_drawn(platform: Platform) -> None:
    with platform.database.write() as session:
        own = session.get_one(Park, 1)
        session.add(
            ParkChange(park_id=1, kind="operator", valid_from=date(2026, 1, 1), document="文", old="示例旧运营有限公司",
                       new=own.operator, recorded_at=MADE_AT, recorded_by="committee")
        )  # fmt: skip
        known = {row.code: row for row in session.scalars(select(Expert))}
        known["ZJ004"].employer = "示例旧运营有限公司"
        known["ZJ006"].employer = f"{own.district.name}经济和信息化委员会"
        experts.add_tie(session, COMMITTEE, known["ZJ008"].id, Bond("JIA", until=date(2025, 3, 1)))
        experts.add_tie(session, COMMITTEE, known["ZJ003"].id, Bond("示例云盾集团有限公司", until=date(2020, 1, 1)))
    panel = drawn(platform)
    assert [one.code for one in panel.members] == ["ZJ003", "ZJ002", "ZJ001", "ZJ005", "ZJ007"]
    out = {one.code: one.left_out for one in panel.pool if one.left_out}
    assert "原园区运营管理机构" in out["ZJ004"]
    assert "所属区县政府或经信部门" in out["ZJ006"]
    assert "2025年3月1日止、未满3年" in out["ZJ008"]
    with pytest.raises(Refused, match="须先解散"):
        drawn(platform)


REFUSED = (
    ("JIA", Order(4, 0), "须为单数"),
    ("JIA", Order(7, 2), r"可参加的专家8人，需要9人.*专家库中没有须回避"),
    ("JIA", Order(3, 0, seed=0), "抽取号应为1到99999999的整数，收到0"),
    ("JIA", Order(3, 0, scores_due_on=date(2027, 1, 19)), "评分表交回期限"),
    ("YI", Order(3, 0), "该园区目前为“建设期”"),
)


def test_what_cannot_be_drawn_is_refused_and_nothing_is_stored(platform: Platform) -> None:
    for code, order, said in REFUSED:
        with pytest.raises(Refused, match=said):
            drawn(platform, order, code)
    with platform.database.read() as session:
        assert panel_of(session, 1) is None


def test_nobody_else_draws_and_a_park_out_of_scope_is_unknown(platform: Platform) -> None:
    for role in (Role.DISTRICT, Role.OPERATOR, Role.EXPERT, Role.ADMIN):
        with platform.database.write() as session, pytest.raises(AccessDenied):
            services.draw(session, Actor("x", role, FULL_SCOPE), "JIA", ORDER)
    elsewhere = Actor("committee", Role.COMMITTEE, Scope(park_ids=frozenset({2})))
    with platform.database.write() as session, pytest.raises(Unknown):
        services.draw(session, elsewhere, "JIA", ORDER)


def test_a_second_review_has_a_panel_of_its_own(platform: Platform) -> None:
    drawn(platform)
    with platform.database.write() as session:
        services.dissolve(session, COMMITTEE, "JIA", "第一轮评审结束")
        add_steps(session, session.get_one(Park, 1), ("expert-review",), dated=date(2026, 12, 2))
        add_steps(session, session.get_one(Park, 1), ("conclusion",), dated=date(2026, 12, 3), outcome="rectifying")
        add_steps(session, session.get_one(Park, 1), ("rectification",), dated=date(2026, 12, 9), round=2)
    assert drawn(platform, Order(3, 0, seed=5)).round == 2
    with platform.database.read() as session:
        assert [one.round for one in panels(session, FULL_SCOPE, "JIA")] == [2, 1]


# --- who steps back -------------------------------------------------------------------------------------------------


def test_substitutes_step_in_by_their_place_and_the_lead_passes_on(platform: Platform) -> None:
    drawn(platform)
    assert withdraw(platform, "ZJ004").code == "ZJ003"  # type: ignore[union-attr]
    panel = standing(platform)
    assert seats(panel) == [("ZJ006", "组长"), ("ZJ008", "专家"), ("ZJ003", "专家"), ("ZJ002", "候补")]
    gone = panel.members[0]
    assert (gone.seat, gone.withdraw_reason) == (Seat.LEADER, "与一览表企业有合作，申请回避")
    assert panel.members[3].replaces == "示例专家4"
    assert withdraw(platform, "ZJ002") is None  # a 候补 who steps back is nobody's loss
    assert withdraw(platform, "ZJ008") is None  # nobody is left to step in
    assert seats(standing(platform)) == [("ZJ006", "组长"), ("ZJ003", "专家")]
    with pytest.raises(Refused, match="已于2027年1月20日退出"):
        withdraw(platform, "ZJ004")
    with pytest.raises(Missing, match="理由"):
        withdraw(platform, "ZJ003", " ")


def test_another_leader_may_be_named_but_no_substitute(platform: Platform) -> None:
    panel = drawn(platform)
    with platform.database.write() as session:
        services.appoint_leader(session, COMMITTEE, "JIA", member(panel, "ZJ008"))
    assert seats(standing(platform))[:3] == [("ZJ004", "专家"), ("ZJ006", "专家"), ("ZJ008", "组长")]
    assert standing(platform).leader.code == "ZJ008"  # type: ignore[union-attr]
    with platform.database.write() as session, pytest.raises(Refused, match="是候补"):
        services.appoint_leader(session, COMMITTEE, "JIA", member(panel, "ZJ003"))
    with platform.database.write() as session, pytest.raises(Unknown):
        services.appoint_leader(session, COMMITTEE, "JIA", 999)


# --- what an expert sees --------------------------------------------------------------------------------------------


def sign_up(platform: Platform, code: str) -> None:
    """An account opened long ago for 乙园 becomes that of this expert."""
    with platform.database.write() as session:
        account = make_account(session, "expert", park_id=2)
        session.scalars(select(Expert).where(Expert.code == code)).one().account_id = account.id


def scope(platform: Platform) -> Scope:
    with platform.database.read() as session:
        account = session.scalars(select(Account).where(Account.username == "expert")).one()
        return accounts.actor_of(session, account).scope


def test_an_expert_sees_the_park_from_the_commitment_to_the_withdrawal(platform: Platform) -> None:
    nothing, own = Scope(), Scope(park_ids=frozenset({1}))
    sign_up(platform, "ZJ006")
    assert scope(platform) == nothing  # not the park the account was once opened for
    drawn(platform)
    assert scope(platform) == nothing
    commit(platform, "ZJ006")
    assert scope(platform) == own
    withdraw(platform, "ZJ006")
    assert scope(platform) == nothing


def test_a_substitute_sees_nothing_before_stepping_in_and_nobody_after_the_panel_is_dissolved(
    platform: Platform,
) -> None:
    sign_up(platform, "ZJ003")
    drawn(platform)
    commit(platform, "ZJ003")
    assert scope(platform) == Scope()
    withdraw(platform, "ZJ008")
    assert scope(platform) == Scope(park_ids=frozenset({1}))
    with platform.database.write() as session:
        services.dissolve(session, COMMITTEE, "JIA", "评审已结束")
    assert scope(platform) == Scope()


# --- commitments, records, papers -----------------------------------------------------------------------------------


def test_a_commitment_is_kept_with_its_scan_and_may_be_put_right(platform: Platform) -> None:
    drawn(platform)
    commit(platform, "ZJ006")
    number = member(standing(platform), "ZJ006")
    with platform.database.write() as session, pytest.raises(Refused, match="承诺书签署日期2027年1月21日应在"):
        services.commit(session, platform.storage, COMMITTEE, "JIA", number, date(2027, 1, 21))
    with platform.database.write() as session:
        services.commit(session, platform.storage, COMMITTEE, "JIA", number, TODAY)
    found = next(one for one in standing(platform).members if one.code == "ZJ006")
    assert (found.committed_on, found.commitment.name) == (TODAY, "书.pdf")  # type: ignore[union-attr]
    with platform.database.read() as session:
        last = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.PANEL_COMMIT)).all()[-1]
    assert last.old == {"committed_on": "2027-01-20"}


def test_what_was_held_is_recorded_once_all_have_signed(platform: Platform) -> None:
    drawn(platform)
    commit(platform, "ZJ004", "ZJ006")
    papers = Held(RecordKind.PAPERS, TODAY, "会议室", "审阅自评报告和佐证资料", file=("纪要.pdf", b"%PDF minutes"))
    with platform.database.write() as session, pytest.raises(Refused, match="示例专家8在2027年1月20日尚未签署"):
        services.record(session, platform.storage, COMMITTEE, "JIA", papers)
    commit(platform, "ZJ008")
    with platform.database.write() as session:
        seen = make_visit(session, session.get_one(Park, 1), visited_on=date(2027, 1, 8))
        ahead = make_visit(session, session.get_one(Park, 1), visited_on=None)
        foreign = make_visit(session, session.get_one(Park, 2), visited_on=date(2027, 1, 8))
        services.record(session, platform.storage, COMMITTEE, "JIA", papers)
        site = Held(RecordKind.SITE, TODAY, "园区", "查看靶场", seen.id)
        services.record(session, platform.storage, COMMITTEE, "JIA", site)
        for wrong, said in ((ahead.id, "尚未登记结果"), (foreign.id, "没有编号")):
            with pytest.raises(Refused, match=said):
                services.record(
                    session, platform.storage, COMMITTEE, "JIA", Held(RecordKind.SITE, TODAY, "", "看", wrong)
                )
        with pytest.raises(Missing, match="请填写资料审核情况"):
            services.record(session, platform.storage, COMMITTEE, "JIA", Held(RecordKind.PAPERS, TODAY, "", " "))
    records = standing(platform).records
    assert [(one.kind.label, one.file and one.file.name) for one in records] == [
        ("资料审核", "纪要.pdf"), ("实地查看", None),
    ]  # fmt: skip


def test_without_a_panel_there_is_a_sheet_to_be_filled_in_by_hand_and_no_record_of_a_draw(platform: Platform) -> None:
    with platform.database.read() as session:
        said = render_html(compose(session, COMMITTEE, "commitment", "JIA", TODAY))
        assert "承诺人签字" in said
        with pytest.raises(Refused, match="没有专家组"):
            drawn_panel(session, COMMITTEE, "JIA")
        with pytest.raises(Unknown):
            commitment(session, COMMITTEE, "JIA", TODAY, 1)


def test_every_reviewer_has_a_sheet_of_their_own_and_no_phone_stands_in_it(platform: Platform) -> None:
    with platform.database.write() as session:
        for row in session.scalars(select(Expert)):
            row.phone, row.mail = "13900001234", "expert@example.test"
    panel = drawn(platform)
    withdraw(platform, "ZJ004")
    with platform.database.read() as session:
        said = render_html(compose(session, COMMITTEE, "commitment", "JIA", TODAY))
        one = commitment(session, COMMITTEE, "JIA", TODAY, member(panel, "ZJ002"))
    assert [name in said for name in ("示例专家4", "示例专家6", "示例专家8", "示例专家3", "示例专家2")] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert "13900001234" not in said
    assert [signer.name for signer in one.signers] == ["示例专家2"]
    assert "近3年" in said
