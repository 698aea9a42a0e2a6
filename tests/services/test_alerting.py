"""The sweep: what it opens, keeps, closes and queues, and that doing it again changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert, AuditEntry, OutboxItem, OutboxMail, Park, Unit, UnitSuccession
from db.session import Database
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused
from policy.situation import Situation
from services import alerting, clock
from services.alerting import SweepResult
from tests.factories import (
    accept,
    make_contact,
    make_goal,
    make_letter,
    make_park,
    make_submission,
    make_unit,
    send_back,
)

THE_DAY_AFTER = date(2025, 8, 1)


def sweep(database: Database, day: date | str = THE_DAY_AFTER, actor: Actor = SYSTEM_ACTOR) -> SweepResult:
    with database.write() as session:
        return alerting.sweep(session, actor, date.fromisoformat(str(day)), base_url="https://parks.example.gov.cn")


def dry_run(database: Database, day: date | str) -> SweepResult:
    with database.read() as session:
        return alerting.sweep(session, SYSTEM_ACTOR, date.fromisoformat(str(day)), dry_run=True)


def summary(result: SweepResult) -> tuple[list[str], list[str], list[str], list[tuple[str, str]]]:
    """Keys opened, kept and closed, and (recipient, stage) of each mail, of a sweep that judged every park."""
    assert result.failed == ()
    opened, kept, closed = ([note.key for note in notes] for notes in (result.opened, result.kept, result.closed))
    return opened, kept, closed, [(mail.to, mail.stage) for mail in result.mails]


def counts(database: Database) -> tuple[int, ...]:
    """Alerts, mails, items and audit entries in the database."""
    with database.read() as session:
        tables = (Alert, OutboxMail, OutboxItem, AuditEntry)
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@pytest.fixture
def park(database: Database) -> Park:
    """园 alpha of 示例甲区, approved 2024-10-10 (first due 2025-07-31), with one handler, and somebody in each role."""
    with database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district, mail="handler@example.gov.cn")
        _above(session, district)
        return make_park(session, "示例甲园", district=district, code="alpha")


def _above(session: Session, district: Unit) -> None:
    for role in ("reviewer", "head", "government"):
        make_contact(session, district, role=role)


def other_park(session: Session, code: str, handler: str = "") -> Park:
    district = make_unit(session)
    _above(session, district)
    if handler:
        make_contact(session, district, mail=handler)
    return make_park(session, district=district, code=code)


def test_the_day_after_the_due_date_opens_one_overdue_alert_and_queues_one_mail(database: Database, park: Park) -> None:
    result = sweep(database)
    assert summary(result) == (["report_overdue:alpha:2025H1"], [], [], [("handler@example.gov.cn", "T+1")])
    with database.read() as session:
        alert = session.scalars(select(Alert)).one()
        assert (alert.opened_on, alert.closed_on, alert.due_on, alert.rulebook) == (
            THE_DAY_AFTER, None, date(2025, 7, 31), "1",
        )  # fmt: skip
        mail = session.scalars(select(OutboxMail)).one()
        assert mail.state == "queued"
        assert mail.subject == "（演示）【催报】国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报"
        assert [item.alert_id for item in mail.items] == [alert.id]


def test_the_same_sweep_again_changes_nothing(database: Database, park: Park) -> None:
    sweep(database)
    before = counts(database)
    assert summary(sweep(database)) == ([], ["report_overdue:alpha:2025H1"], [], [])
    assert counts(database) == before


def test_a_night_on_which_nothing_is_due_reads_no_figures_and_judges_no_park(
    database: Database, park: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2025, 8, 2))
    sweep(database, "2025-08-02")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert summary(sweep(database, "2025-08-02")) == ([], ["report_overdue:alpha:2025H1"], [], [])
    assert asked
    assert not [words for words in asked if "submission" in words or "obligation" in words or "goal" in words]
    asked.clear()
    with database.write() as session:
        assert alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 2), full=True).failed == ()
    assert [words for words in asked if "submission" in words]


def test_a_park_is_judged_on_the_day_that_matters_and_when_a_fact_has_changed(
    database: Database, park: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[date] = []
    real = facts.situation
    monkeypatch.setattr(facts, "situation", lambda *args: judged.append(args[2]) or real(*args))
    for day in range(1, 11):
        monkeypatch.setattr(clock, "today", lambda day=day: date(2025, 8, day))
        sweep(database, date(2025, 8, day))
        if day == 4:
            with database.write() as session:
                make_submission(session, session.merge(park), received_on=date(2025, 8, 4))
    assert [day.day for day in judged] == [1, 5, 7]  # overdue; the data came after the 4th's sweep; T+7


def test_it_closes_once_data_and_letter_are_in(database: Database, park: Park) -> None:
    sweep(database)
    with database.write() as session:
        submission = make_submission(session, session.merge(park), received_on=date(2025, 8, 5))
    result = sweep(database, "2025-08-05")
    assert summary(result) == ([], ["report_overdue:alpha:2025H1"], [], [])
    assert "数据已报、函未到" in result.kept[0].message
    with database.write() as session:
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 6))
    assert summary(sweep(database, "2025-08-06")) == ([], [], ["report_overdue:alpha:2025H1"], [])
    with database.write() as session:
        accept(session, session.merge(submission), on=date(2025, 8, 7))
    assert summary(sweep(database, "2025-08-07")) == ([], [], [], [])
    with database.read() as session:
        assert session.scalars(select(Alert.closed_on)).one() == date(2025, 8, 6)


def test_a_sweep_sees_only_what_was_received_by_its_day(database: Database, park: Park) -> None:
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 2))
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 2))
    assert summary(sweep(database, "2025-08-01"))[0] == ["report_overdue:alpha:2025H1"]
    assert summary(sweep(database, "2025-08-02"))[2] == ["report_overdue:alpha:2025H1"]


def test_each_rung_is_told_once_and_of_missed_rungs_only_the_newest(database: Database, park: Park) -> None:
    days = ("2025-07-01", "2025-07-02", "2025-07-31", "2025-08-20", "2025-08-21", "2025-09-30", "2025-12-01")
    told = [(day, mail.stage) for day in days for mail in sweep(database, day).mails]
    assert told == [("2025-07-01", "T-30"), ("2025-07-31", "T+0"), ("2025-08-20", "T+7"), ("2025-09-30", "T+30")]


def test_a_handler_who_comes_later_is_told_where_things_stand(database: Database, park: Park) -> None:
    sweep(database, "2025-09-30")
    with database.write() as session:
        make_contact(session, session.merge(park).district, mail="new@example.gov.cn", valid_from=date(2025, 11, 1))
    assert sweep(database, "2025-10-31").mails == ()
    assert summary(sweep(database, "2025-11-01"))[3] == [("new@example.gov.cn", "T+30")]


def test_only_handlers_valid_on_the_day_are_written_to(database: Database, park: Park) -> None:
    with database.write() as session:
        district = session.merge(park).district
        make_contact(session, district, mail="left@example.gov.cn", valid_to=date(2025, 7, 31))
        make_contact(session, district, mail="head@example.gov.cn", role="head")
        make_contact(session, district, mail="handler@example.gov.cn", name="同一信箱")
        make_contact(session, district, mail="last-day@example.gov.cn", valid_to=THE_DAY_AFTER)
    result = sweep(database)
    assert [mail.to for mail in result.mails] == ["handler@example.gov.cn", "last-day@example.gov.cn"]


def test_what_a_district_owes_for_two_parks_is_one_mail_most_urgent_first(database: Database, park: Park) -> None:
    with database.write() as session:
        make_park(session, district=session.merge(park).district, code="beta", approved_on=date(2025, 4, 2))
    (mail,) = sweep(database, "2026-02-01").mails
    assert mail.alerts == (
        "report_overdue:alpha:2025H1", "report_overdue:alpha:2025H2", "report_overdue:beta:2025H2",
    )  # fmt: skip
    assert mail.stage == "T+30"


def test_an_alert_with_nobody_to_write_to_is_named(database: Database, park: Park) -> None:
    with database.write() as session:
        lonely = other_park(session, "lonely")
    result = sweep(database)
    assert [note.key for note in result.opened if note.park == "lonely"] == [
        "report_overdue:lonely:2025H1", "contact_missing:lonely:nobody:2025H1",
    ]  # fmt: skip
    assert result.unreachable == (
        f"{lonely.district.name}没有有效的经办人邮箱，{lonely.title}的1项事项无人可通知，请补录联系人",
        "市经济信息委没有有效的经办人邮箱，由其办理的1项事项无人可通知，请补录联系人",
    )


def test_a_committee_that_cannot_be_told_of_its_own_matters_is_named_until_it_can(
    database: Database, park: Park
) -> None:
    with database.write() as session:
        make_unit(session, "示例市经济信息委", kind="committee")
        make_submission(session, session.merge(park))
        make_letter(session, [session.merge(park)])
    named = ("示例市经济信息委没有有效的经办人邮箱，由其办理的1项事项无人可通知，请补录联系人",)
    assert sweep(database, "2025-08-04").unreachable == ()  # nothing waits too long yet
    assert dry_run(database, "2025-08-05").unreachable == named
    assert [sweep(database, day).unreachable for day in ("2025-08-05", "2025-08-06")] == [named, named]
    with database.write() as session:
        committee = session.scalars(select(Unit).where(Unit.kind == "committee")).one()
        make_contact(session, committee, mail="committee@example.gov.cn")
    found = sweep(database, "2025-08-07")
    assert (found.unreachable, [mail.to for mail in found.mails]) == ((), ["committee@example.gov.cn"])


def test_handlers_of_the_successor_unit_answer_for_an_abolished_one(database: Database, park: Park) -> None:
    with database.write() as session:
        old = session.merge(park).district
        old.valid_to = date(2025, 7, 15)
        heir = make_unit(session, "示例新区")
        make_contact(session, heir, mail="heir@example.gov.cn")
        session.add(UnitSuccession(predecessor_id=old.id, successor_id=heir.id, on=date(2025, 7, 16)))
    assert [mail.to for mail in sweep(database, "2025-07-10").mails] == ["handler@example.gov.cn"]
    assert [mail.to for mail in sweep(database, "2025-08-01").mails] == ["heir@example.gov.cn"]


def test_before_a_unit_was_set_up_its_own_handlers_answer_already(database: Database, park: Park) -> None:
    """A sweep of a day before the reorganisation finds the park under the unit it belongs to now."""
    with database.write() as session:
        session.merge(park).district.valid_from = date(2025, 11, 6)
    assert [mail.to for mail in sweep(database).mails] == ["handler@example.gov.cn"]


def test_a_return_reopens_with_a_date_of_its_own(database: Database, park: Park) -> None:
    with database.write() as session:
        submission = make_submission(session, session.merge(park))
        make_letter(session, [session.merge(park)])
    assert sweep(database).opened == ()
    with database.write() as session:
        send_back(session, session.merge(submission), on=date(2025, 8, 5))
    (alert,) = sweep(database, "2025-08-06").opened
    assert (alert.rule, alert.due) == ("not_resubmitted", date(2025, 8, 15))
    assert [note.rule for note in sweep(database, "2025-08-16").opened] == ["report_overdue"]
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 18))
    assert [note.rule for note in sweep(database, "2025-08-18").closed] == ["report_overdue"]


def test_a_lag_opens_with_an_accepted_figure_and_closes_with_a_better_one(database: Database, park: Park) -> None:
    with database.write() as session:
        own = session.merge(park)
        make_goal(session, own, "firms_cyber", "40", "60")
        make_letter(session, [own])
        first = make_submission(session, own, figures={"firms_cyber": "30"})
    assert sweep(database).opened == ()  # not accepted, so no fact
    with database.write() as session:
        accept(session, session.merge(first), on=date(2025, 8, 2))
    (alert,) = sweep(database, "2025-08-02").opened
    assert (alert.key, alert.period, alert.clause) == (
        "lagging:alpha:firms_cyber", "2025H1", "系统默认值，通知未规定",
    )  # fmt: skip
    assert "半年报!C4" in alert.message
    with database.write() as session:
        better = make_submission(session, session.merge(park), figures={"firms_cyber": "50"})
        accept(session, better, on=date(2025, 8, 4))
    assert [note.key for note in sweep(database, "2025-08-04").closed] == ["lagging:alpha:firms_cyber"]


def test_a_dry_run_answers_the_same_and_writes_nothing(database: Database, park: Park) -> None:
    before = counts(database)
    foreseen = dry_run(database, THE_DAY_AFTER)
    assert counts(database) == before
    assert foreseen == sweep(database)
    foreseen = dry_run(database, "2025-08-07")
    assert foreseen == sweep(database, "2025-08-07")


def test_only_a_dry_run_may_look_ahead(database: Database, park: Park, set_now: Callable[[date], None]) -> None:
    set_now(date(2025, 7, 31))
    with pytest.raises(Refused, match="2025年8月1日在今天（2025年7月31日）之后"):
        sweep(database)
    assert [note.rule for note in dry_run(database, THE_DAY_AFTER).opened] == ["report_overdue"]


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2025-08-01", ["report_overdue:alpha:2025H1"]),
        ("2025-07-31", ["report_due:alpha:2025H1"]),
        ("2025-07-10", ["report_upcoming:alpha:2025H1"]),
        ("2025-06-30", []),
    ],
)
def test_a_matter_opened_later_is_known_to_a_sweep_of_an_earlier_day_and_left_alone(
    database: Database, park: Park, day: str, known: list[str]
) -> None:
    sweep(database, "2025-09-30")
    before = counts(database)
    assert summary(dry_run(database, day)) == ([], known, [], [])
    assert summary(sweep(database, day)) == ([], known, [], [])
    assert counts(database) == before


def test_what_was_opened_and_closed_later_is_not_opened_again_for_an_earlier_day(
    database: Database, park: Park
) -> None:
    sweep(database, "2025-08-10")
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 20))
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 20))
    sweep(database, "2025-08-20")
    before = counts(database)
    assert summary(sweep(database, "2025-08-01")) == ([], ["report_overdue:alpha:2025H1"], [], [])
    assert counts(database) == before


def test_an_alert_closed_later_was_open_then_and_is_not_told_again(database: Database, park: Park) -> None:
    sweep(database, "2025-08-01")
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 20))
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 20))
    sweep(database, "2025-08-20")
    before = counts(database)
    assert summary(sweep(database, "2025-08-10")) == ([], ["report_overdue:alpha:2025H1"], [], [])
    assert counts(database) == before


def test_an_earlier_sweep_does_not_set_an_alert_back(database: Database, park: Park) -> None:
    sweep(database, "2025-08-01")
    sweep(database, "2025-08-30")
    assert sweep(database, "2025-08-10").mails == ()
    with database.read() as session:
        assert session.scalars(select(Alert.stage)).one() == "T+30"


def test_closed_and_open_again_on_one_day_is_one_episode_told_once(database: Database, park: Park) -> None:
    sweep(database, "2025-08-05")
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 5))
        letter = make_letter(session, [session.merge(park)], received_on=date(2025, 8, 5))
    assert len(sweep(database, "2025-08-05").closed) == 1
    with database.write() as session:
        session.delete(session.merge(letter))  # entered for the wrong park
    assert summary(sweep(database, "2025-08-05")) == (["report_overdue:alpha:2025H1"], [], [], [])
    with database.read() as session:
        assert session.scalars(select(Alert.closed_on)).all() == [None]


def test_a_park_that_cannot_be_judged_is_named_and_stops_no_other(
    database: Database, park: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        broken = other_park(session, "broken", handler="broken@example.gov.cn")
        other_park(session, "gamma", handler="gamma@example.gov.cn")
    honest = facts.situation

    def situation(session: Session, park_id: int, *rest: object) -> Situation:
        if park_id == broken.id:
            session.execute(select(func.no_such_function()))
        return honest(session, park_id, *rest)

    monkeypatch.setattr(facts, "situation", situation)
    result = sweep(database)
    assert [note.park for note in result.opened] == ["alpha", "gamma"]
    assert [mail.to for mail in result.mails] == ["gamma@example.gov.cn", "handler@example.gov.cn"]
    (failure,) = result.failed
    assert failure.startswith(f"{broken.title}（broken）未能判定")
    monkeypatch.undo()
    assert [note.park for note in sweep(database).opened] == ["broken"]


def test_a_row_that_cannot_be_read_stops_no_other(database: Database, park: Park) -> None:
    """Only SQLite takes a word for a date."""
    if database.engine.dialect.name != "sqlite":
        return
    with database.write() as session:
        broken = other_park(session, "broken", handler="broken@example.gov.cn")
        session.execute(text("UPDATE park SET approved_on = 'garbage' WHERE id = :id"), {"id": broken.id})
    result = sweep(database)
    assert [note.park for note in result.opened] == ["alpha"]
    (failure,) = result.failed
    assert failure.startswith("园区broken未能判定：登记的内容无法读取")


def test_two_sweeps_at_once_open_and_queue_once(database: Database, park: Park) -> None:
    with database.write() as session:
        for number in range(5):
            other_park(session, f"park-{number}", handler=f"handler-{number}@example.gov.cn")
    start = Barrier(2)

    def run() -> SweepResult:
        start.wait()
        return sweep(database)

    with ThreadPoolExecutor(2) as pool:
        results = [job.result() for job in [pool.submit(run), pool.submit(run)]]
    assert [result.failed for result in results] == [(), ()]
    assert sorted(len(result.opened) for result in results) == [0, 6]
    assert sorted(len(result.mails) for result in results) == [0, 6]
    assert counts(database)[:3] == (6, 6, 6)


def test_parks_come_in_the_order_of_divisions(database: Database) -> None:
    with database.write() as session:
        for code, position in (("third", 3000), ("first", 1000), ("second", 2000)):
            make_park(session, code=code, district=make_unit(session, position=position))
    overdue = [note.park for note in sweep(database).opened if note.rule == "report_overdue"]
    assert overdue == ["first", "second", "third"]


def test_whoever_may_not_sweep_is_refused_and_a_scope_bounds_it(database: Database, park: Park) -> None:
    with database.write() as session:
        other_park(session, "elsewhere")
    with pytest.raises(AccessDenied):
        sweep(database, actor=Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id}))))
    one_park = Actor("committee", Role.COMMITTEE, Scope(park_ids=frozenset({park.id})))
    assert [note.park for note in sweep(database, actor=one_park).opened] == ["alpha"]


def test_what_it_does_is_in_the_audit_log_without_whole_addresses(database: Database, park: Park) -> None:
    sweep(database)
    with database.read() as session:
        entries = {entry.action: entry for entry in session.scalars(select(AuditEntry))}
    assert entries["alert.open"].park_id == park.id
    assert entries["mail.queue"].new == {"to": "h***@example.gov.cn", "alerts": ["report_overdue:alpha:2025H1"]}


def test_the_document_has_the_fixed_keys_and_no_other(database: Database, park: Park) -> None:
    document = sweep(database).as_json()
    assert list(document) == ["as_of", "opened", "kept", "closed", "mails"]
    assert list(document["opened"][0]) == ["key", "rule", "park", "period", "due", "clause", "message"]
    assert list(document["mails"][0]) == ["key", "alerts", "to", "stage"]
