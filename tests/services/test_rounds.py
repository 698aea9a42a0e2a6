"""报送通知: drafted, shown, confirmed by number and date; until then nothing outward says 逾期."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import AuditEntry, Obligation, ObligationAct, OutboxMail, Park, ReportingRound, StoredFile
from db.queries.parks import overview
from db.rulebook_facts import rulebook
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from policy.moves import Dates
from policy.periods import Quarter
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear, ObligationKind, Standing
from services import alerting, obligations, rounds, rulebooks, snapshots
from services.platform import Platform
from services.round_paper import supplemented
from tests.factories import MADE_AT, make_contact, make_park, make_unit

TODAY = date(2026, 7, 5)
PERIOD = HalfYear(2026, 1)
REPORT = ObligationKind.HALF_YEAR_REPORT
DUE, GRACE, LOCK = date(2026, 7, 25), date(2026, 7, 31), date(2026, 8, 31)
DISTRICT = Actor("district", Role.DISTRICT, FULL_SCOPE)
NUMBER = "示例经信软件〔2026〕12号"


@pytest.fixture(autouse=True)
def _today(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def parks(platform: Platform) -> dict[str, Park]:
    """One park each of 示例甲区 and 示例乙区, both owing 2026H1 by default on 2026-07-31."""
    with platform.database.write() as session:
        found = {}
        for code, name in (("JIA", "示例甲"), ("YI", "示例乙")):
            district = make_unit(session, f"{name}区")
            make_contact(session, district)
            found[code] = make_park(session, f"{name}园", code=code, district=district)
            snapshots.rewrite(session, found[code].id)
        return found


def draft(platform: Platform, *unit_names: str, due_on: date = DUE, **dates: date) -> int:
    with platform.database.write() as session:
        return rounds.draft(session, SYSTEM_ACTOR, REPORT, PERIOD, due_on=due_on, unit_names=unit_names, **dates)


def confirm(platform: Platform, round_id: int, *, dated: date = TODAY, **more: object) -> rounds.Confirmed:
    with platform.database.write() as session:
        return rounds.confirm(
            session, platform.storage, SYSTEM_ACTOR, round_id, **{"number": NUMBER, "dated": dated} | more
        )


def owed(session: Session, code: str, period: str = "2026H1") -> Obligation:
    rows = select(Obligation).join(Park, Park.id == Obligation.park_id).where(Park.code == code)
    return session.scalars(rows.where(Obligation.period == period)).one()


def dates(row: Obligation) -> Dates:
    return Dates(row.due_on, row.grace_on, row.lock_on)


class TestConfirmation:
    def test_a_draft_has_no_effect(self, platform: Platform, parks: dict[str, Park]) -> None:
        draft(platform)
        with platform.database.read() as session:
            assert (owed(session, "JIA").due_on, owed(session, "JIA").round_id) == (date(2026, 7, 31), None)

    def test_it_shows_what_it_would_move_before_it_does(self, platform: Platform, parks: dict[str, Park]) -> None:
        round_id = draft(platform, due_on=DUE)
        with platform.database.read() as session:
            found = rounds.foresee(session, SYSTEM_ACTOR, round_id)
            told = [(move.park, move.old.due_on, move.new.due_on) for move in found.moves]
            assert told == [("JIA", date(2026, 7, 31), DUE), ("YI", date(2026, 7, 31), DUE)]
            assert owed(session, "JIA").due_on == date(2026, 7, 31)

    def test_a_confirmed_round_gives_its_dates_and_its_number(self, platform: Platform, parks: dict[str, Park]) -> None:
        round_id = draft(platform, grace_on=GRACE, lock_on=LOCK)
        made = confirm(platform, round_id, file=("报送通知.pdf", b"scan"))
        assert (made.covered, made.moved) == (2, 2)
        with platform.database.read() as session:
            row = owed(session, "JIA")
            assert (dates(row), row.clause, row.round_id) == (Dates(DUE, GRACE, LOCK), f"五(二)；{NUMBER}", round_id)
            assert owed(session, "JIA", "2025H2").round_id is None
            notice = session.get_one(ReportingRound, round_id)
            assert session.get_one(StoredFile, notice.file_id).name == "报送通知.pdf"
            logged = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
            assert [entry.action for entry in logged] == ["round.draft", "round.confirm"] + ["obligation.move"] * 2
            assert logged[-1].new["document"] == NUMBER
            (jia, _yi) = overview(session, FULL_SCOPE)
            assert jia.obligations[-1].grace_on == GRACE

    def test_only_the_districts_it_names_are_in_its_scope(self, platform: Platform, parks: dict[str, Park]) -> None:
        confirm(platform, draft(platform, "示例乙区"))
        with platform.database.read() as session:
            assert (owed(session, "JIA").due_on, owed(session, "YI").due_on) == (date(2026, 7, 31), DUE)

    def test_an_extension_stays_above_it(self, platform: Platform, parks: dict[str, Park]) -> None:
        with platform.database.write() as session:
            session.add(
                ObligationAct(
                    obligation_id=owed(session, "JIA").id, kind="extension", dated=TODAY, number="示例函3号",
                    due_on=date(2026, 9, 1), recorded_at=MADE_AT, recorded_by="committee",
                )
            )  # fmt: skip
        confirm(platform, draft(platform))
        with platform.database.read() as session:
            (jia, _yi) = overview(session, FULL_SCOPE)
            assert [one.due_on for one in jia.owed(TODAY)][-1] == date(2026, 9, 1)

    def test_a_park_registered_later_follows_it(self, platform: Platform, parks: dict[str, Park]) -> None:
        confirm(platform, draft(platform))
        with platform.database.write() as session:
            obligations.generate(session, make_park(session, "示例丙园", code="BING", obligations=False))
            assert (owed(session, "BING").due_on, owed(session, "BING").clause) == (DUE, f"五(二)；{NUMBER}")

    def test_a_second_round_must_be_a_supplementary_one_and_both_stay(
        self, platform: Platform, parks: dict[str, Park]
    ) -> None:
        with pytest.raises(Refused, match="无须以补充通知"):
            confirm(platform, draft(platform), supplementary=True)
        confirm(platform, draft(platform, "示例甲区"))
        second = draft(platform, due_on=date(2026, 8, 15))
        with pytest.raises(Refused, match=f"示例甲区的该报告期已有报送通知（{NUMBER}）"):
            confirm(platform, second, number="示例经信软件〔2026〕13号")
        confirm(platform, second, number="示例经信软件〔2026〕13号", supplementary=True)
        with platform.database.read() as session:
            assert (owed(session, "JIA").due_on, owed(session, "JIA").round_id) == (date(2026, 8, 15), second)
            numbers = session.scalars(select(ReportingRound.number).where(ReportingRound.confirmed_on.is_not(None)))
            assert sorted(numbers) == [NUMBER, "示例经信软件〔2026〕13号"]

    def test_a_draft_can_be_taken_back_a_confirmed_round_cannot(
        self, platform: Platform, parks: dict[str, Park]
    ) -> None:
        gone, kept = draft(platform, "示例甲区"), draft(platform)
        confirm(platform, kept)
        with platform.database.write() as session:
            rounds.discard(session, SYSTEM_ACTOR, gone)
            with pytest.raises(Refused, match="已确认，不能撤销"):
                rounds.discard(session, SYSTEM_ACTOR, kept)
            with pytest.raises(Unknown):
                rounds.find(session, gone)


class TestSupplement:
    def test_what_it_leaves_open_is_as_the_notice_before_said(self, platform: Platform, parks: dict[str, Park]) -> None:
        confirm(platform, draft(platform, grace_on=GRACE, lock_on=LOCK))
        second = draft(platform, due_on=date(2026, 8, 15))
        with platform.database.read() as session:
            row = session.get_one(ReportingRound, second)
            assert Dates(row.due_on, row.grace_on, row.lock_on) == Dates(date(2026, 8, 15), date(2026, 8, 21), LOCK)

    def test_what_it_gives_counts_and_a_lock_that_no_longer_fits_is_asked_for(
        self, platform: Platform, parks: dict[str, Park]
    ) -> None:
        confirm(platform, draft(platform, grace_on=GRACE, lock_on=LOCK))
        with pytest.raises(
            Refused,
            match=f"原报送通知（{NUMBER}）的封账日2026年8月31日早于新的报送截止日或宽限截止日，请同时写明新的封账日",
        ):
            draft(platform, due_on=date(2026, 9, 1))
        given = {"grace_on": date(2026, 9, 1), "lock_on": date(2026, 9, 30)}
        second = draft(platform, due_on=date(2026, 9, 1), **given)
        with platform.database.read() as session:
            row = session.get_one(ReportingRound, second)
            assert Dates(row.due_on, row.grace_on, row.lock_on) == Dates(date(2026, 9, 1), *given.values())

    def test_it_knows_what_it_supplements_for_its_own_scope_alone(
        self, platform: Platform, parks: dict[str, Park]
    ) -> None:
        first = draft(platform, "示例甲区")
        confirm(platform, first)
        other = draft(platform, "示例乙区")
        both = draft(platform, due_on=date(2026, 8, 15))
        with platform.database.read() as session:

            def told(round_id: int) -> list[str]:
                return [one.number for one in supplemented(session, session.get_one(ReportingRound, round_id))]

            assert (told(first), told(other), told(both)) == ([], [], [NUMBER])


class TestDrafts:
    def test_one_draft_stands_for_a_scope_and_is_filled(self, platform: Platform, parks: dict[str, Park]) -> None:
        first = draft(platform)
        assert draft(platform, due_on=date(2026, 7, 28)) == first
        assert draft(platform, "示例甲区") != first
        confirm(platform, first)
        assert draft(platform, due_on=date(2026, 8, 15)) != first
        with platform.database.read() as session:
            assert session.get_one(ReportingRound, first).due_on == date(2026, 7, 28)
            drafted = session.scalars(select(AuditEntry).where(AuditEntry.action == "round.draft")).all()
            assert [entry.old and entry.old["due_on"] for entry in drafted][:2] == [None, "2026-07-25"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"due_on": date(2026, 6, 29)}, "报送截止日2026年6月29日早于2026年上半年期末2026年6月30日"),
            ({"grace_on": date(2026, 7, 24)}, "宽限截止日2026年7月24日早于报送截止日2026年7月25日"),
            ({"grace_on": GRACE, "lock_on": date(2026, 7, 30)}, "封账日2026年7月30日早于宽限截止日2026年7月31日"),
        ],
    )
    def test_dates_out_of_order(self, given: dict[str, date], told: str) -> None:
        with pytest.raises(Refused, match=told):
            rounds.require_order(PERIOD, Dates(**{"due_on": DUE} | given))

    def test_a_draft_nobody_owes_or_no_notice_opens(self, platform: Platform, parks: dict[str, Park]) -> None:
        with platform.database.write() as session:
            with pytest.raises(Refused, match="没有园区应报2026年第二季度建设进展报送"):
                rounds.draft(session, SYSTEM_ACTOR, ObligationKind.OPERATOR_REPORT, Quarter(2026, 2), due_on=DUE)
            with pytest.raises(Refused, match="自评报告不由报送通知开启"):
                rounds.draft(session, SYSTEM_ACTOR, ObligationKind.SELF_ASSESSMENT, PERIOD, due_on=DUE)
            with pytest.raises(Unknown, match="没有找到单位“无此区”"):
                rounds.draft(session, SYSTEM_ACTOR, REPORT, PERIOD, due_on=DUE, unit_names=["无此区"])
            with pytest.raises(AccessDenied):
                rounds.draft(session, DISTRICT, REPORT, PERIOD, due_on=DUE)
            assert session.scalars(select(ReportingRound)).all() == []

    def test_a_confirmation_without_number_ahead_of_today_not_before_the_due_date_or_twice(
        self, platform: Platform, parks: dict[str, Park], set_now: Callable[[date], None]
    ) -> None:
        round_id = draft(platform)
        for given, told in (
            ({"number": " "}, "须写明发文字号"),
            ({"dated": date(2026, 7, 6)}, "在今天（2026年7月5日）之后"),
        ):
            with pytest.raises(Refused, match=told):
                confirm(platform, round_id, **given)
        set_now(date(2026, 8, 1))
        with pytest.raises(Refused, match="报送截止日2026年7月25日应晚于报送通知成文日期2026年7月25日"):
            confirm(platform, round_id, dated=DUE)
        confirm(platform, round_id)
        with pytest.raises(Refused, match="已于2026年8月1日确认"):
            confirm(platform, round_id)


class TestProvisional:
    """With rounds = notice a date is 暂定 until its 报送通知 is confirmed: one neutral reminder, nothing 逾期."""

    @pytest.fixture(autouse=True)
    def _wanted(self, platform: Platform, parks: dict[str, Park]) -> None:
        with platform.database.write() as session:
            notice = rulebooks.entry("rounds", "notice", date(2024, 1, 1))
            rulebooks.change(session, SYSTEM_ACTOR, [notice], "示例函〔2026〕1号")

    def sweep(self, platform: Platform, day: date) -> alerting.SweepResult:
        with platform.database.write() as session:
            return alerting.sweep(session, SYSTEM_ACTOR, day)

    def test_long_after_the_date_only_a_neutral_reminder_stands(
        self, platform: Platform, parks: dict[str, Park], set_now: Callable[[date], None]
    ) -> None:
        set_now(date(2026, 9, 10))
        found = self.sweep(platform, date(2026, 9, 10))
        assert {note.rule for note in found.opened if note.rule.startswith("report")} == {"report_upcoming"}
        assert all("暂定，待报送通知确认" in note.message for note in found.opened if note.rule == "report_upcoming")
        assert found.proposals == ()
        with platform.database.read() as session:
            mails = session.scalars(select(OutboxMail)).all()
            assert mails
            assert not [mail for mail in mails if "逾期" in f"{mail.subject}{mail.text}{mail.html}"]
            (jia, _yi) = overview(session, FULL_SCOPE)
            assert {one.standing for one in jia.owed(date(2026, 9, 10))} == {Standing.PROVISIONAL}
            assert jia.tally(date(2026, 9, 10)).overdue == 0

    def test_a_supplementary_notice_does_not_undo_what_stood_before_it(
        self, platform: Platform, parks: dict[str, Park], set_now: Callable[[date], None]
    ) -> None:
        confirm(platform, draft(platform, "示例甲区"))
        set_now(date(2026, 8, 1))
        second = draft(platform, "示例甲区", due_on=date(2026, 8, 15))
        confirm(platform, second, number="示例经信软件〔2026〕13号", supplementary=True)
        with platform.database.read() as session:
            for day, stands in ((TODAY, True), (date(2026, 7, 4), False)):
                owed_then = facts.situation(session, parks["JIA"].id, day, rulebook(session)).reports()
                assert owed_then[-1].confirmed is stands

    def test_once_it_is_confirmed_the_date_stands_and_what_is_late_is_late(
        self, platform: Platform, parks: dict[str, Park], set_now: Callable[[date], None]
    ) -> None:
        round_id = draft(platform)
        set_now(date(2026, 7, 28))
        self.sweep(platform, date(2026, 7, 28))
        with platform.database.read() as session:
            found = rounds.foresee(session, SYSTEM_ACTOR, round_id)
            assert {alert.key for alert in found.opened} == {"report_overdue:JIA:2026H1", "report_overdue:YI:2026H1"}
        confirm(platform, round_id)
        after = self.sweep(platform, date(2026, 7, 28))
        assert [note.key for note in after.opened] == ["report_overdue:JIA:2026H1", "report_overdue:YI:2026H1"]
        assert after.opened[0].clause == f"五(二)；{NUMBER}"
