"""延期报送, 免报, 零报告 and the papers of the duties: what may be recorded, by whom, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db import facts
from db.models import AuditEntry, Obligation, ObligationAct, OutboxMail, Park, ParkSnapshot, StoredFile, Submission
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.facts import ActFact
from policy.refusal import Refused, Unknown
from policy.rulebook import DEFAULT
from policy.situation import Situation, tally
from policy.terms import ActKind, HalfYear, ObligationKind, ReceiptState, Standing
from services import alerting, locks, obligations, reviews, submissions
from services.mail.matters import settled
from services.obligation_acts import Paper, Recorded, record_act, withdraw_act
from services.platform import Platform
from tests.factories import make_contact, make_letter, make_park, make_submission, make_unit
from tests.papers import report

TODAY = date(2025, 8, 20)
REPORT = (ObligationKind.HALF_YEAR_REPORT, "2025H1")
PLAN = (ObligationKind.INDUSTRY_PLAN, "")
COMMITTEE = Actor("committee", Role.COMMITTEE, Scope(everything=True))
SCAN = ("函.pdf", b"%PDF-1.7 scan")


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    """Owes everything; its first report was due on 31 July 2025 and has not come."""
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district)
        park = make_park(session, "示例甲园", district=district, obligations=False)
        obligations.generate(session, park)
        return park


def district_of(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})), park.district_id)


def record(
    platform: Platform, park: Park, kind: ActKind, about: tuple[ObligationKind, str] = REPORT, **paper: Any
) -> Recorded:
    values: dict[str, Any] = {"number": "示例经信函〔2025〕9号", "dated": date(2025, 8, 18), "reason": "汛期停产"}
    actor, meant = paper.pop("actor", COMMITTEE), paper.pop("as_written", False)
    with platform.database.write() as session:
        written = Paper(**values | paper)
        return record_act(session, platform.storage, actor, park.code, kind, about, written, as_written=meant)


def refused(platform: Platform, park: Park, kind: ActKind, *about: Any, **paper: Any) -> str:
    with pytest.raises(Refused) as error:
        record(platform, park, kind, *about, **paper)
    return str(error.value)


def situation(platform: Platform, park: Park, day: date = TODAY) -> Situation:
    with platform.database.read() as session:
        return facts.situation(session, park.id, day, DEFAULT)


def standing(platform: Platform, park: Park, about: tuple[ObligationKind, str] = REPORT, day: date = TODAY) -> Standing:
    found = situation(platform, park, day)
    return next(found.standing(one) for one in found.obligations() if (one.kind, str(one.period or "")) == about)


def test_an_extension_moves_the_date_from_the_day_of_its_document(platform: Platform, park: Park) -> None:
    done = record(platform, park, ActKind.EXTENSION, due_on=date(2025, 8, 31), file=SCAN)
    assert done.label == "2025年上半年园区发展情况"
    assert standing(platform, park) is Standing.NOT_YET
    assert standing(platform, park, day=date(2025, 8, 17)) is Standing.OVERDUE  # before it was granted
    assert standing(platform, park, day=date(2025, 9, 1)) is Standing.OVERDUE
    with platform.database.read() as session:
        act = session.scalars(select(ObligationAct)).one()
        assert (act.due_on, act.reason, act.recorded_by) == (date(2025, 8, 31), "汛期停产", "committee")
        assert platform.storage.get(session.get_one(StoredFile, act.file_id).sha256) == SCAN[1]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "obligation.act")).one()
        assert (entry.old["due_on"], entry.new["due_on"]) == ("2025-07-31", "2025-08-31")
        snapshot = session.get_one(ParkSnapshot, park.id)
        assert snapshot.receipts[0]["acts"][0]["number"] == "示例经信函〔2025〕9号"
        assert snapshot.receipts[0]["due_on"] == "2025-07-31"  # the date first told stands


def test_a_waiver_takes_the_report_out_of_the_count_and_closes_its_alert(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        swept = alerting.sweep(session, SYSTEM_ACTOR, TODAY)
        assert any(alert.key == f"report_overdue:{park.code}:2025H1" for alert in swept.opened)
    assert tally(situation(platform, park)).owed == 1
    record(platform, park, ActKind.WAIVER)
    assert standing(platform, park) is Standing.WAIVED
    assert tally(situation(platform, park)).owed == 0
    with platform.database.write() as session:
        swept = alerting.sweep(session, SYSTEM_ACTOR, TODAY)
        assert f"report_overdue:{park.code}:2025H1" in {alert.key for alert in swept.closed}


def test_a_mail_queued_before_the_act_is_not_sent_after_it(platform: Platform, park: Park) -> None:
    acts = {
        "waived": (ActKind.WAIVER, {}),
        "nil": (ActKind.NIL_RETURN, {}),
        "later": (ActKind.EXTENSION, {"due_on": date(2025, 9, 30)}),
        "silent": None,
    }  # fmt: skip
    with platform.database.write() as session:
        for code in acts:
            make_contact(session, unit := make_unit(session), mail=f"{code}@example.gov.cn")
            make_park(session, district=unit, code=code)
        alerting.sweep(session, SYSTEM_ACTOR, TODAY)
    for code, act in acts.items():
        if act is not None:
            kind, more = act
            record(platform, Park(code=code), kind, **more)
    with platform.database.read() as session:
        mails = {mail.id: mail.recipient for mail in session.scalars(select(OutboxMail))}
        over = {mails[id].partition("@")[0] for id in settled(session, mails, TODAY).mails}
        assert over == {"waived", "nil", "later"}


def test_a_reminder_of_a_plan_that_is_on_record_is_not_sent(
    platform: Platform, park: Park, set_now: Callable[[date], None]
) -> None:
    day = date(2026, 4, 1)
    set_now(day)
    with platform.database.write() as session:
        for key in ("2025H1", "2025H2"):
            make_submission(session, session.merge(park), key, received_on=TODAY)
            make_letter(session, [session.merge(park)], key, received_on=TODAY)
        (mail,) = alerting.sweep(session, SYSTEM_ACTOR, day).mails
        assert [alert.split(":")[0] for alert in mail.alerts] == ["plan_reminder"]
    record(platform, park, ActKind.DISCHARGE, (ObligationKind.ANNUAL_PLAN, "2026"), reason="")
    with platform.database.read() as session:
        ids = session.scalars(select(OutboxMail.id)).all()
        assert settled(session, ids, day).mails == set(ids)


def test_a_nil_return_of_the_district_needs_the_scan_of_its_sealed_letter(platform: Platform, park: Park) -> None:
    own = district_of(park)
    assert "须附盖章函件的扫描件" in refused(platform, park, ActKind.NIL_RETURN, actor=own)
    record(platform, park, ActKind.NIL_RETURN, actor=own, file=SCAN, number="示例甲府函〔2025〕3号")
    assert standing(platform, park) is Standing.LATE  # signed on 18 August, due on 31 July
    found = situation(platform, park)
    assert found.state(found.reports()[0]) is ReceiptState.COMPLETE


def test_a_duty_is_discharged_by_its_paper_and_never_late(platform: Platform, park: Park) -> None:
    own = district_of(park)
    record(platform, park, ActKind.DISCHARGE, PLAN, actor=own, reason="", number="示例甲府发〔2025〕1号")
    assert standing(platform, park, PLAN) is Standing.RECEIVED
    record(platform, park, ActKind.DISCHARGE, (ObligationKind.ANNUAL_PLAN, "2025"), actor=own, reason="")
    assert standing(platform, park, (ObligationKind.ANNUAL_PLAN, "2025")) is Standing.RECEIVED
    assert standing(platform, park, (ObligationKind.ANNUAL_PLAN, "2024")) is Standing.NOT_YET


SPEAKS_AGAINST: tuple[tuple[ActKind, dict[str, Any], str], ...] = (
    (ActKind.WAIVER, {"number": "  "}, "登记免报须写明文件的发文字号"),
    (ActKind.WAIVER, {"reason": " "}, "登记免报须写明事由"),
    (ActKind.WAIVER, {"dated": date(2025, 8, 21)}, "成文日期2025年8月21日在今天（2025年8月20日）之后"),
    (ActKind.WAIVER, {"dated": date(2024, 10, 9)}, "早于园区批复日期2024年10月10日"),
    (ActKind.EXTENSION, {}, "须写明新的报送截止日"),
    (ActKind.EXTENSION, {"due_on": date(2025, 7, 31)}, "新的报送截止日2025年7月31日应晚于现在的2025年7月31日"),
    (ActKind.EXTENSION, {"due_on": date(2025, 8, 10)}, "早于文件成文日期2025年8月18日"),
    (ActKind.EXTENSION, {"due_on": date(2025, 8, 31), "lock_on": date(2025, 8, 30)}, "请同时写明新的封账日"),
    (ActKind.DISCHARGE, {}, "只有区县政府的任务分工"),
    (ActKind.NIL_RETURN, {"dated": date(2025, 6, 30)}, "报告期到2025年6月30日才结束"),
)


def test_what_speaks_against_an_act_is_told_and_nothing_is_stored(platform: Platform, park: Park) -> None:
    for kind, paper, told in SPEAKS_AGAINST:
        assert told in refused(platform, park, kind, **paper, file=SCAN)
    assert "没有时限" in refused(platform, park, ActKind.EXTENSION, PLAN, due_on=date(2026, 1, 1))
    assert "只有半年函报和建设进展报送" in refused(platform, park, ActKind.NIL_RETURN, PLAN)
    with platform.database.read() as session:
        assert session.scalars(select(ObligationAct)).all() == []
        assert session.scalars(select(StoredFile)).all() == []


def test_an_extension_to_a_day_that_has_passed_is_asked_about(platform: Platform, park: Park) -> None:
    past: dict[str, Any] = {"dated": date(2025, 7, 30), "due_on": date(2025, 8, 10)}
    told = refused(platform, park, ActKind.EXTENSION, **past)
    assert "新的报送截止日2025年8月10日已过（今天2025年8月20日），登记后仍按该日判断迟报和逾期" in told
    assert "如系当时已批准、现在补登记；确实如此的，请选“照此登记”" in told
    assert standing(platform, park, day=date(2025, 8, 5)) is Standing.OVERDUE
    record(platform, park, ActKind.EXTENSION, **past, as_written=True)
    assert standing(platform, park, day=date(2025, 8, 5)) is Standing.NOT_YET
    assert standing(platform, park) is Standing.OVERDUE


def test_an_extension_may_end_today(platform: Platform, park: Park) -> None:
    record(platform, park, ActKind.EXTENSION, due_on=TODAY)
    assert standing(platform, park) is Standing.NOT_YET


def test_a_duty_done_before_the_approval_counts_and_says_so(platform: Platform, park: Park) -> None:
    group = (ObligationKind.WORK_GROUP, "")
    done = record(platform, park, ActKind.DISCHARGE, group, dated=date(2024, 9, 1), reason="")
    assert done.note == "文件成文日期2024年9月1日早于园区批复日期2024年10月10日；批复前已办理的，登记有效"
    assert standing(platform, park, group) is Standing.RECEIVED
    assert record(platform, park, ActKind.DISCHARGE, PLAN, reason="").note == ""
    mechanism = (ObligationKind.WORK_MECHANISM, "")
    told = refused(platform, park, ActKind.DISCHARGE, mechanism, dated=date(2022, 10, 20), reason="")
    assert "早于通知成文日期2022年10月21日" in told


def test_a_period_left_out_or_too_many_is_told_with_those_there_are(platform: Platform, park: Park) -> None:
    told = refused(platform, park, ActKind.DISCHARGE, (ObligationKind.ANNUAL_PLAN, ""))
    assert told == (
        "“制定年度工作计划”按报告期分别登记，请写明报告期；"
        "国家网络安全产业园区（示例甲园）应报的报告期：2024、2025、2026"
    )
    told = refused(platform, park, ActKind.DISCHARGE, (ObligationKind.WORK_GROUP, "2025"))
    assert told == "“成立推进工作小组”不分报告期，请不写报告期，收到2025"
    told = refused(platform, park, ActKind.WAIVER, (ObligationKind.OPERATOR_REPORT, "2025Q1"))
    assert "没有“建设进展报送”应报事项" in told


def test_what_has_come_in_is_neither_waived_nor_extended(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        found = session.get_one(Park, park.id)
        make_submission(session, found, "2025H1", received_on=date(2025, 8, 5))
    assert "有数据的不能零报告" in refused(platform, park, ActKind.NIL_RETURN)
    with platform.database.write() as session:
        make_letter(session, [session.get_one(Park, park.id)], "2025H1", received_on=date(2025, 8, 6))
    assert "已于2025年8月6日收到，不能登记免报" in refused(platform, park, ActKind.WAIVER)
    assert "不须延期" in refused(platform, park, ActKind.EXTENSION, due_on=date(2025, 8, 31))


def test_a_waiver_is_recorded_once(platform: Platform, park: Park) -> None:
    record(platform, park, ActKind.WAIVER)
    assert "已登记免报（示例经信函〔2025〕9号，2025年8月18日）" in refused(platform, park, ActKind.WAIVER)
    assert "有误的请先撤销" in refused(platform, park, ActKind.EXTENSION, due_on=date(2025, 9, 30))


def test_who_may_record_what(platform: Platform, park: Park) -> None:
    own = district_of(park)
    operator = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))
    for actor, kind, about in [
        (own, ActKind.EXTENSION, REPORT), (own, ActKind.WAIVER, REPORT), (operator, ActKind.NIL_RETURN, REPORT),
        (operator, ActKind.DISCHARGE, PLAN),
    ]:  # fmt: skip
        with pytest.raises(AccessDenied):
            record(platform, park, kind, about, actor=actor, due_on=date(2025, 8, 31), file=SCAN)
    elsewhere = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 999})), 999)
    with pytest.raises(Unknown):
        record(platform, park, ActKind.DISCHARGE, PLAN, actor=elsewhere)
    with pytest.raises(Unknown, match="应报的报告期：2025H1、2025H2、2026H1"):
        record(platform, park, ActKind.WAIVER, (ObligationKind.HALF_YEAR_REPORT, "2030H1"))


def test_a_wrong_act_is_withdrawn_and_kept(platform: Platform, park: Park) -> None:
    own = district_of(park)
    done = record(platform, park, ActKind.WAIVER)

    def withdraw(actor: Actor = COMMITTEE, reason: str = "误登记") -> None:
        with platform.database.write() as session:
            withdraw_act(session, actor, park.code, done.act_id, reason)

    with pytest.raises(AccessDenied):
        withdraw(own)
    with pytest.raises(Refused, match="撤销须写明理由"):
        withdraw(reason=" ")
    withdraw()
    assert standing(platform, park) is Standing.OVERDUE
    with pytest.raises(Refused, match="已于2025年8月20日撤销"):
        withdraw()
    with platform.database.read() as session:
        act = session.scalars(select(ObligationAct)).one()
        assert (act.withdrawn_on, act.withdrawn_by) == (TODAY, "committee")
        assert session.scalars(select(AuditEntry.new).where(AuditEntry.action == "obligation.act_withdraw")).one() == {
            "reason": "误登记"
        }
    record(platform, park, ActKind.WAIVER)  # and may be recorded anew


def test_a_district_withdraws_only_what_it_recorded_itself(platform: Platform, park: Park) -> None:
    own = district_of(park)
    other = Actor("colleague", Role.DISTRICT, own.scope, own.unit_id)
    done = record(platform, park, ActKind.DISCHARGE, PLAN, actor=own)
    with pytest.raises(AccessDenied), platform.database.write() as session:
        withdraw_act(session, other, park.code, done.act_id, "误登记")
    with platform.database.write() as session:
        withdraw_act(session, own, park.code, done.act_id, "误登记")
    assert standing(platform, park, PLAN) is Standing.NOT_YET


class TestLocked:
    """The books of 2025H1 were closed on 10 August 2025."""

    @pytest.fixture(autouse=True)
    def _lock(self, platform: Platform, park: Park) -> None:
        with platform.database.write() as session:
            row = session.scalars(
                select(Obligation).where(Obligation.park_id == park.id, Obligation.period == "2025H1")
            ).one()
            row.lock_on = date(2025, 8, 10)

    def upload(self, platform: Platform, park: Park, received_on: date, **options: Any) -> submissions.Ingested:
        own = district_of(park)
        return submissions.ingest(
            platform, own, "半年报.xlsx", report(park.title), received_on=received_on,
            **{"submit": True} | options,
        )  # fmt: skip

    def state(self, platform: Platform) -> list[str]:
        with platform.database.read() as session:
            return list(session.scalars(select(Submission.state).order_by(Submission.id)))

    def test_what_comes_after_it_is_kept_as_a_draft_and_says_so(self, platform: Platform, park: Park) -> None:
        done = self.upload(platform, park, TODAY)
        assert done.stored
        (told,) = [one for one in done.reading.findings if one.code == locks.CODE]
        assert "2025年上半年已于2025年8月10日封账" in told.message
        assert "延期报送" in told.message
        assert self.state(platform) == ["draft"]
        assert done.submission_id is not None
        with pytest.raises(Refused, match=r"已于2025年8月10日封账.*本版保留为草稿"):
            self.submit(platform, park, done.submission_id)

    def submit(self, platform: Platform, park: Park, number: int) -> None:
        own = district_of(park)
        with platform.database.write() as session:
            submissions.submit(session, own, number, TODAY)

    def test_what_came_before_it_is_reported_and_accepted_after_it(self, platform: Platform, park: Park) -> None:
        done = self.upload(platform, park, date(2025, 8, 10))
        assert self.state(platform) == ["submitted"]
        assert done.submission_id is not None
        with platform.database.write() as session:
            reviews.accept(session, COMMITTEE, done.submission_id, TODAY)
        assert self.state(platform) == ["accepted"]

    def test_an_extension_with_a_new_lock_opens_it(self, platform: Platform, park: Park) -> None:
        done = self.upload(platform, park, TODAY)
        assert done.submission_id is not None
        assert "请同时写明新的封账日" in refused(platform, park, ActKind.EXTENSION, due_on=date(2025, 8, 31))
        record(platform, park, ActKind.EXTENSION, due_on=date(2025, 8, 31), lock_on=date(2025, 9, 10))
        self.submit(platform, park, done.submission_id)
        assert self.state(platform) == ["submitted"]

    def test_what_the_committee_sent_back_may_come_again_until_its_new_date(
        self, platform: Platform, park: Park, set_now: Callable[[date], None]
    ) -> None:
        done = self.upload(platform, park, date(2025, 8, 8))
        assert done.submission_id is not None
        with platform.database.write() as session:
            reviews.return_report(session, COMMITTEE, done.submission_id, "请补齐一览表", TODAY)
        period = HalfYear(2025, 1)
        with platform.database.read() as session:
            assert locks.locked_on(session, park.id, period, date(2025, 8, 30)) is None
            assert locks.locked_on(session, park.id, period, date(2025, 8, 31)) == date(2025, 8, 30)


def test_an_extension_after_the_report_came_makes_nothing_punctual(platform: Platform, park: Park) -> None:
    found = situation(platform, park)
    (first, *_) = found.reports()
    late = Situation(
        found.park, TODAY, DEFAULT, owed=(_with(first, dated=date(2025, 8, 18)),), done={first.key: date(2025, 8, 5)}
    )
    assert late.standing(late.reports()[0]) is Standing.LATE
    granted = Situation(
        found.park, TODAY, DEFAULT, owed=(_with(first, dated=date(2025, 8, 1)),), done={first.key: date(2025, 8, 5)}
    )
    assert granted.standing(granted.reports()[0]) is Standing.RECEIVED


def _with(owed: Any, dated: date) -> Any:
    return replace(owed, acts=(ActFact(ActKind.EXTENSION, dated, "1号", "", date(2025, 8, 31)),))
