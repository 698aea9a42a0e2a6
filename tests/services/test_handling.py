"""反馈情况, 暂缓催报 and 电话催办: who may, what must be said, which dates are believed, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from db.models import Alert, AlertPause, AuditEntry, Park, PressProposal
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole
from services import alerting, handling
from tests.factories import make_alert, make_contact, make_letter, make_park, make_submission, make_unit

TODAY = date(2025, 8, 5)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


def district(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))


def operator(park: Park) -> Actor:
    return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))


@pytest.fixture
def park(database: Database, set_now: Callable[[date], None]) -> Park:
    set_now(TODAY)
    with database.write() as session:
        unit = make_unit(session, "示例甲区")
        make_contact(session, unit, mail="handler@example.gov.cn")
        for role in ("reviewer", "head"):
            make_contact(session, unit, role=role, mail=f"{role}@example.gov.cn")
        return make_park(session, "示例甲园", district=unit, code="alpha")


Sweep = Callable[[str], alerting.SweepResult]


@pytest.fixture
def sweep(database: Database, set_now: Callable[[date], None]) -> Sweep:
    """Goes on to a day and checks it."""

    def check(day: str) -> alerting.SweepResult:
        set_now(date.fromisoformat(day))
        with database.write() as session:
            return alerting.sweep(session, SYSTEM_ACTOR, date.fromisoformat(day))

    return check


@pytest.fixture
def alert(database: Database, park: Park, sweep: Sweep, set_now: Callable[[date], None]) -> Alert:
    """2025年上半年 overdue since 1 August, with a 拟催报 to the reviewer."""
    sweep("2025-08-01")
    set_now(TODAY)
    with database.read() as session:
        return session.scalars(select(Alert)).one()


def feedback(
    database: Database, actor: Actor, alert_id: int, *, cause: str = "经办人员8月调整，数据尚未汇总",
    measure: str = "已安排专人汇总", promised_on: date = date(2025, 8, 10),
) -> None:  # fmt: skip
    with database.write() as session:
        handling.give_feedback(session, actor, alert_id, cause=cause, measure=measure, promised_on=promised_on)


def test_a_promise_that_passes_is_told_and_a_new_one_ends_it(
    database: Database, park: Park, alert: Alert, sweep: Sweep, set_now: Callable[[date], None]
) -> None:
    feedback(database, district(park), alert.id)
    assert sweep("2025-08-05").opened == ()
    assert sweep("2025-08-10").opened == ()
    (broken,) = sweep("2025-08-11").opened
    assert (broken.key, broken.due) == ("promise_broken:alpha:2025H1", date(2025, 8, 10))
    set_now(date(2025, 8, 12))
    feedback(database, district(park), alert.id, promised_on=date(2025, 8, 20))
    assert [note.rule for note in sweep("2025-08-12").closed] == ["promise_broken"]


def test_feedback_is_kept_with_who_and_when_and_stands_in_the_log(database: Database, park: Park, alert: Alert) -> None:
    feedback(database, district(park), alert.id)
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor, entry.subject) == ("feedback.give", "district", "alpha:2025H1")


NO_FEEDBACK: tuple[tuple[dict[str, object], str], ...] = (
    ({"cause": ""}, "没有填写"),
    ({"cause": "情况属实"}, "只写了"),
    ({"cause": "数据已核实无误"}, "只写了"),
    ({"measure": " "}, "措施没有填写"),
    ({"promised_on": date(2025, 8, 4)}, "早于今天"),
    ({"promised_on": date(2026, 8, 6)}, "过远"),
)


def test_feedback_that_says_nothing_is_refused(database: Database, park: Park, alert: Alert) -> None:
    for said, why in NO_FEEDBACK:
        with pytest.raises(Refused, match=why):
            feedback(database, district(park), alert.id, **said)  # type: ignore[arg-type]


def test_the_one_responsible_answers(database: Database, park: Park, alert: Alert) -> None:
    with database.write() as session:
        paper = make_alert(session, session.merge(park), "paper_overdue", "self_assessment", period=None)
        waiting = make_alert(session, session.merge(park), "not_accepted", "2024H2")
        stranger = Actor("other", Role.DISTRICT, Scope(unit_ids=frozenset({make_unit(session).id})))
    feedback(database, operator(park), paper.id)
    feedback(database, district(park), paper.id)
    with pytest.raises(Refused, match="由区县经信部门反馈"):
        feedback(database, operator(park), alert.id)
    with pytest.raises(Refused, match="由市经济信息委办理"):
        feedback(database, district(park), waiting.id)
    with pytest.raises(Unknown, match="没有找到"):
        feedback(database, stranger, alert.id)
    with pytest.raises(AccessDenied):
        feedback(database, COMMITTEE, alert.id)


def test_what_is_over_is_not_answered_any_more(database: Database, park: Park, alert: Alert, sweep: Sweep) -> None:
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 3))
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 3))
    sweep("2025-08-04")
    with pytest.raises(Refused, match="已于2025年8月4日销号"):
        feedback(database, district(park), alert.id)


def pause(
    database: Database, alert: Alert, reason: str = "企业搬迁期间数据无法汇总", until: str = "2025-08-20"
) -> None:
    with database.write() as session:
        handling.pause(session, COMMITTEE, alert.id, reason=reason, until=date.fromisoformat(until))


def test_a_paused_matter_stays_open_and_is_told_to_nobody_until_it_is_resumed(
    database: Database, park: Park, alert: Alert, sweep: Sweep, set_now: Callable[[date], None]
) -> None:
    pause(database, alert)
    silent = sweep("2025-08-07")
    assert ([note.key for note in silent.kept], silent.mails, silent.proposals) == (
        ["report_overdue:alpha:2025H1"],
        (),
        (),
    )
    with pytest.raises(Refused, match="已暂缓催报至2025年8月20日"):
        pause(database, alert)
    set_now(date(2025, 8, 8))
    with database.write() as session:
        handling.resume(session, COMMITTEE, alert.id)
    assert [mail.stage for mail in sweep("2025-08-08").mails] == ["T+7"]
    with pytest.raises(Refused, match="没有在暂缓"), database.write() as session:
        handling.resume(session, COMMITTEE, alert.id)
    with database.read() as session:
        row = session.scalars(select(AlertPause)).one()
        assert (row.until, row.lifted_on, row.lifted_by) == (date(2025, 8, 20), date(2025, 8, 8), "committee")


def test_a_pause_that_runs_out_ends_by_itself(database: Database, alert: Alert, sweep: Sweep) -> None:
    pause(database, alert, until="2025-08-08")
    assert sweep("2025-08-08").mails == ()
    assert [mail.stage for mail in sweep("2025-08-09").mails] == ["T+7"]


NO_PAUSE = (
    ("", "2025-08-20", "暂缓原因没有填写"),
    ("搬迁", "2025-08-04", "早于今天"),
    ("搬迁", "2026-08-06", "过远"),
)


def test_a_pause_needs_a_reason_and_an_end(database: Database, alert: Alert) -> None:
    for reason, until, why in NO_PAUSE:
        with pytest.raises(Refused, match=why):
            pause(database, alert, reason, until)


def call(database: Database, alert: Alert, role: ContactRole, day: str = "2025-08-05", **said: object) -> None:
    told = {"person": "示例审核人", "said": "已提醒，对方答复一周内补报"} | said
    with database.write() as session:
        handling.log_call(session, COMMITTEE, alert.id, role=role, called_on=date.fromisoformat(day), **told)  # type: ignore[arg-type]


def test_a_call_spares_the_role_its_mail_until_the_next_stage(
    database: Database, park: Park, alert: Alert, sweep: Sweep
) -> None:
    call(database, alert, ContactRole.REVIEWER)
    with database.read() as session:
        assert session.scalars(select(PressProposal.state)).all() == ["lapsed"]
    assert sweep("2025-08-05").proposals == ()
    assert [(one.role, one.stage) for one in sweep("2025-08-07").proposals] == [
        (ContactRole.REVIEWER, "T+7"), (ContactRole.HEAD, "T+7"),
    ]  # fmt: skip


def test_a_call_before_the_stage_spares_nothing(database: Database, alert: Alert) -> None:
    call(database, alert, ContactRole.REVIEWER, "2025-07-31")
    with database.read() as session:
        assert session.scalars(select(PressProposal.state)).all() == ["proposed"]


def test_a_promise_on_the_telephone_counts(database: Database, alert: Alert, sweep: Sweep) -> None:
    call(database, alert, ContactRole.HEAD, promised_on=date(2025, 8, 6))
    assert [note.rule for note in sweep("2025-08-07").opened] == ["promise_broken"]


NO_CALL: tuple[tuple[str, dict[str, object], str], ...] = (
    ("2025-08-06", {}, "通话日期"),
    ("2025-06-01", {}, "通话日期"),
    ("2025-08-05", {"person": ""}, "接听人没有填写"),
    ("2025-08-05", {"said": ""}, "通话内容没有填写"),
    ("2025-08-05", {"promised_on": date(2025, 8, 4)}, "承诺时限"),
    ("2025-08-05", {"person": "长" * 60}, "过长"),
)


def test_a_call_that_cannot_be_is_refused(database: Database, alert: Alert) -> None:
    for day, said, why in NO_CALL:
        with pytest.raises(Refused, match=why):
            call(database, alert, ContactRole.HEAD, day, **said)
