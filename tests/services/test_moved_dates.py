"""A due date that moves while its alert is open: another alert, whose ladder begins anew, and nothing told twice."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Alert, AuditEntry, Obligation, ObligationAct, OutboxMail, Park, PlanTask, PressProposal
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.terms import ActKind, ProposalState
from services import alerting
from services.alerting import SweepResult
from tests.factories import MADE_AT, accept, make_contact, make_goal, make_letter, make_park, make_submission, make_unit
from tests.services.alert_worlds import World

KEY = "report_overdue:alpha:2025H1"


@pytest.fixture
def park(database: Database) -> Park:
    """园 alpha of 示例甲区 (first due 2025-07-31) with a handler, a reviewer, a head, and its government."""
    with database.write() as session:
        district = make_unit(session, "示例甲区")
        for role in ("handler", "reviewer", "head", "government"):
            make_contact(session, district, role=role, mail=f"{role}@example.gov.cn")
        return make_park(session, "示例甲园", district=district, code="alpha")


def sweep(database: Database, day: str) -> SweepResult:
    with database.write() as session:
        result = alerting.sweep(session, SYSTEM_ACTOR, date.fromisoformat(day))
    assert result.failed == ()
    return result


def told(result: SweepResult) -> list[str]:
    return [f"{mail.to.partition('@')[0]} {mail.stage}" for mail in result.mails]


def keys(result: SweepResult) -> tuple[list[str], list[str], list[str]]:
    opened, kept, closed = ([note.key for note in notes] for notes in (result.opened, result.kept, result.closed))
    return opened, kept, closed


def extend(session: Session, park: Park, due_on: str, dated: str) -> ObligationAct:
    owed = session.scalars(select(Obligation).where(Obligation.park_id == park.id, Obligation.period == "2025H1")).one()
    act = ObligationAct(
        obligation_id=owed.id, kind=ActKind.EXTENSION, dated=date.fromisoformat(dated), number="示例函〔2025〕3号",
        due_on=date.fromisoformat(due_on), recorded_at=MADE_AT, recorded_by="committee",
    )  # fmt: skip
    session.add(act)
    session.flush()
    return act


def move(database: Database, park: Park, due_on: str) -> None:
    """As an approved 截止日调整 and a confirmed 报送通知 do."""
    with database.write() as session:
        owed = select(Obligation).where(Obligation.park_id == park.id, Obligation.period == "2025H1")
        session.scalars(owed).one().due_on = date.fromisoformat(due_on)


def open_rows(database: Database) -> list[Alert]:
    with database.read() as session:
        return list(session.scalars(select(Alert).where(Alert.closed_on.is_(None)).order_by(Alert.id)))


def test_a_later_date_begins_another_ladder_of_the_same_rule(database: Database, park: Park) -> None:
    assert told(sweep(database, "2025-07-24")) == ["handler T-7"]
    move(database, park, "2025-08-20")
    found = sweep(database, "2025-07-25")
    key = "report_upcoming:alpha:2025H1"
    assert (keys(found), told(found)) == (([key], [], [key]), ["handler T-30"])
    assert [found.closed[0].due, found.opened[0].due] == [date(2025, 7, 31), date(2025, 8, 20)]
    (row,) = open_rows(database)
    assert (row.due_on, row.stage, row.opened_on) == (date(2025, 8, 20), "T-30", date(2025, 7, 25))
    assert "报送截止日2025年8月20日" in row.message
    assert keys(sweep(database, "2025-07-25")) == ([], [key], [])
    days = ("2025-08-13", "2025-08-14", "2025-08-20", "2025-08-21", "2025-08-27")
    assert [told(sweep(database, day)) for day in days] == [
        ["handler T-7"], [], ["handler T+0"], ["handler T+1"], ["handler T+7"],
    ]  # fmt: skip


def test_a_date_moved_while_it_is_overdue_is_pressed_from_its_own_first_rung(database: Database, park: Park) -> None:
    assert told(sweep(database, "2025-08-30")) == ["handler T+30"]
    with database.write() as session:
        extend(session, session.merge(park), "2025-08-28", "2025-08-25")
    found = sweep(database, "2025-08-31")
    assert (keys(found), told(found)) == (([KEY], [], [KEY]), ["handler T+1"])
    assert [f"{one.role} {one.stage}" for one in found.proposals] == ["reviewer T+1"]
    with database.read() as session:
        waiting = session.scalars(select(PressProposal).where(PressProposal.state == ProposalState.PROPOSED)).all()
        assert [(one.stage, one.role) for one in waiting] == [("T+1", "reviewer")]
    (row,) = open_rows(database)
    assert "报送截止日2025年8月28日" in row.message
    assert row.clause == "延期报送（示例函〔2025〕3号）"


def test_the_same_day_again_and_a_day_gone_by_change_nothing_more(database: Database, park: Park) -> None:
    sweep(database, "2025-08-08")
    with database.write() as session:
        extend(session, session.merge(park), "2025-08-05", "2025-08-04")
    sweep(database, "2025-08-10")
    with database.read() as session:
        before = [len(session.scalars(select(table)).all()) for table in (Alert, OutboxMail, AuditEntry)]
    for day in ("2025-08-10", "2025-08-09", "2025-08-08", "2025-08-10"):
        assert (keys(sweep(database, day)), told(sweep(database, day))) == (([], [KEY], []), [])
    with database.read() as session:
        assert [len(session.scalars(select(table)).all()) for table in (Alert, OutboxMail, AuditEntry)] == before
    assert [row.due_on for row in open_rows(database)] == [date(2025, 8, 5)]


def test_moved_and_moved_back_on_one_day_is_the_episode_of_before(database: Database, park: Park) -> None:
    sweep(database, "2025-08-08")
    (first,) = open_rows(database)
    with database.write() as session:
        act = extend(session, session.merge(park), "2025-08-05", "2025-08-04").id
    sweep(database, "2025-08-09")
    with database.write() as session:
        session.get_one(ObligationAct, act).withdrawn_on = date(2025, 8, 9)
    assert (keys(sweep(database, "2025-08-09")), told(sweep(database, "2025-08-10"))) == (([KEY], [], [KEY]), [])
    assert [row.id for row in open_rows(database)] == [first.id]


def test_two_dates_of_one_day_are_two_mails(database: Database, park: Park) -> None:
    """Who has had the digest of the day is told of the new date the next day, at the same rung, by another mail."""
    assert told(sweep(database, "2025-07-01")) == ["handler T-30"]
    move(database, park, "2025-07-29")
    assert told(sweep(database, "2025-07-01")) == []
    assert told(sweep(database, "2025-07-02")) == ["handler T-30"]


def test_a_dry_run_foresees_the_move(database: Database, park: Park) -> None:
    sweep(database, "2025-08-08")
    move(database, park, "2025-08-05")
    with database.read() as session:
        foreseen = alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 9), dry_run=True)
    found = sweep(database, "2025-08-09")
    assert foreseen == found
    assert keys(found) == ([KEY], [], [KEY])


def test_a_task_put_off_is_late_by_its_new_date(database: Database, park: Park) -> None:
    with database.write() as session:
        session.add(
            PlanTask(
                park_id=park.id, name="建成攻防靶场", unit="示例公司", due_on=date(2025, 5, 1), done_on=None,
                recorded_at=MADE_AT.replace(year=2025), recorded_by="committee",
            )
        )  # fmt: skip
    assert told(sweep(database, "2025-06-10")) == ["handler T+30"]
    with database.write() as session:
        session.scalars(select(PlanTask)).one().due_on = date(2025, 6, 8)
    found = sweep(database, "2025-06-11")
    assert ([note.due for note in found.opened], told(found)) == ([date(2025, 6, 8)], ["handler T+1"])


def test_a_lag_has_no_date_and_is_not_told_again(database: Database, park: Park) -> None:
    with database.write() as session:
        own = session.merge(park)
        make_goal(session, own, "firms_cyber", "40", "60")
        make_letter(session, [own])
        accept(session, make_submission(session, own, figures={"firms_cyber": "30"}), on=date(2025, 8, 2))
    first = sweep(database, "2025-08-02")
    assert ([note.rule for note in first.opened], told(first)) == (["lagging"], ["handler 2025H1-red"])
    move(database, park, "2025-08-20")
    again = sweep(database, "2025-08-03")
    assert (keys(again), told(again)) == (([], ["lagging:alpha:firms_cyber"], []), [])


def test_figures_put_right_lower_the_light_that_stands(database: Database, park: Park) -> None:
    """Today's sweep says how things stand, though a worse stage was told before; nobody is told twice."""
    with database.write() as session:
        own = session.merge(park)
        make_goal(session, own, "firms_cyber", "40", "60")
        make_letter(session, [own])
        accept(session, make_submission(session, own, figures={"firms_cyber": "30"}), on=date(2025, 8, 2))
    sweep(database, "2025-08-02")
    with database.write() as session:
        better = make_submission(session, session.merge(park), figures={"firms_cyber": "40"})
        accept(session, better, on=date(2025, 8, 4))
    assert told(sweep(database, "2025-08-04")) == []


def test_a_date_confirmed_as_it_was_is_the_same_matter_told_in_other_words(database: Database) -> None:
    said = "规则：未发报送通知的日期暂定；2025年上半年报送通知于2025-07-25确认；2025-07-24已检查"
    with database.write() as session:
        found = World(session, said).sweep(date(2025, 7, 25))
        (row,) = session.scalars(select(Alert)).all()
        assert (len(found.opened), len(found.kept), found.mails) == (0, 1, ())
        assert "示例通知〔2025〕5号" in row.message
        assert "暂定" not in row.message
