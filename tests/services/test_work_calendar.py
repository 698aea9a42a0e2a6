"""The work calendar: a year replaced whole by its document or not at all; an unknown year is 暂定 and says so."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from db.models import AuditEntry, CalendarDay, CalendarYear, Obligation
from db.rulebook_facts import calendar
from db.session import Database
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor
from policy.deadlines import BUILT_IN_DOCUMENT
from policy.refusal import Doubtful, Refused
from services import obligations, rulebooks, snapshots, work_calendar
from services.work_calendar import Day
from tests.factories import make_park

DOCUMENT = "示例办发明电〔2026〕7号"
GOOD = """date,kind,name
2027-01-01,休,元旦
2027/1/2,off,元旦
2027年1月3日,休,元旦
20270206,班,春节
2027-02-08,休,春节
"""


@pytest.fixture(autouse=True)
def _today(set_now: Callable[[date], None]) -> None:
    set_now(date(2026, 12, 1))


def store(database: Database, text: str = GOOD, year: int = 2027) -> None:
    with database.write() as session:
        days = work_calendar.read_year(text, year, as_written=True).days
        work_calendar.store_year(session, SYSTEM_ACTOR, year, days, DOCUMENT)


def test_a_year_is_read_however_its_dates_are_written() -> None:
    read = work_calendar.read_year(GOOD, 2027, as_written=True)
    assert [day.told for day in read.days] == [
        "2027年1月1日（星期五）休", "2027年1月2日（星期六）休", "2027年1月3日（星期日）休", "2027年2月6日（星期六）班",
        "2027年2月8日（星期一）休",
    ]  # fmt: skip
    assert read.notes[1:] == ("2个标“休”的日期本为周末，不影响结果",)


def test_a_list_that_can_hardly_be_a_whole_year_is_asked_about() -> None:
    with pytest.raises(Doubtful) as asked:
        work_calendar.read_year("date,kind,name\n2027-01-01,休,元旦\n", 2027)
    for words in ("只有1天", "没有春节放假；没有国庆节放假", "为1天，历年公布的都不少于11天", "照此登记"):
        assert words in str(asked.value), words
    (note,) = work_calendar.read_year("date,kind,name\n2027-01-01,休,元旦\n", 2027, as_written=True).notes
    assert note.startswith("名单不像全年的放假安排：没有春节放假")


def test_the_official_year_is_taken_as_it_is(database: Database) -> None:
    with database.read() as session:
        official = work_calendar.year_of(session, 2026)
    assert work_calendar.read_year(work_calendar.as_list(official.days), 2026).days == official.days


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2027-02-06,班,", "第5行：2027年2月6日已在第2行出现，同一天只能写一次"),
        ("2026-02-07,休,", "第5行：2026年2月7日不在2027年，应为2027年内的日期"),
        ("2027-02-09,班,", "第5行：2027年2月9日是星期二，本为工作日，不应标“班”"),
        ("2027-02-30,休,", "第5行：日期“2027-02-30”无法识读，应写作 2027-01-01"),
        ("春节,休,", "第5行：日期“春节”无法识读"),
        ("2027-02-10,假,", "第5行：kind 应为“休”或“班”，收到“假”"),
    ],
)
def test_a_bad_line_is_told_with_what_was_found_and_expected(line: str, told: str) -> None:
    text = f"date,kind,name\n2027-02-06,班,春节\n2027-02-08,休,春节\n\n{line}\n"
    with pytest.raises(Refused, match=told):
        work_calendar.read_year(text, 2027)


def test_every_bad_line_is_told_at_once() -> None:
    with pytest.raises(Refused, match=r"第2行：.*；第3行："):
        work_calendar.read_year("date,kind\n2027-02-09,班\n2026-01-01,休\n", 2027)


def test_a_year_is_replaced_whole_and_others_stay(database: Database) -> None:
    store(database)
    store(database, "date,kind\n2027-10-01,休\n")
    with database.read() as session:
        known = calendar(session)
        assert known.is_working(date(2027, 2, 8))
        assert not known.is_working(date(2027, 2, 6))
        assert not known.is_working(date(2027, 10, 1))
        assert not known.is_working(date(2026, 10, 1))
        assert not known.is_provisional(date(2027, 5, 1))
        assert session.scalars(select(CalendarDay.day)).all() == [date(2027, 10, 1)]
        logged = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()[-1]
        assert (logged.action, logged.old["班"], logged.new["休"]) == (
            "calendar.change",
            ["2027-02-06"],
            ["2027-10-01"],
        )


def test_a_year_needs_its_document_and_its_keeper(database: Database, district: Actor) -> None:
    with database.write() as session:
        with pytest.raises(Refused, match="须写明依据文件"):
            work_calendar.store_year(session, SYSTEM_ACTOR, 2027, [], "  ")
        with pytest.raises(AccessDenied):
            work_calendar.store_year(session, district, 2027, [], DOCUMENT)
        assert session.scalars(select(CalendarYear)).all() == []


def test_the_built_in_year_tells_its_source_and_can_be_edited_by_the_day(database: Database) -> None:
    with database.write() as session:
        built_in = work_calendar.year_of(session, 2026)
        assert (built_in.document, built_in.built_in, len(built_in.days)) == (BUILT_IN_DOCUMENT, True, 39)
        assert Day(date(2026, 2, 14), True, "春节") in built_in.days
        days = work_calendar.with_day(built_in, date(2026, 12, 31), "休", "示例")
        work_calendar.store_year(session, SYSTEM_ACTOR, 2026, days, DOCUMENT)
        assert calendar(session).roll_forward(date(2026, 12, 31)) == date(2027, 1, 1)
        assert calendar(session).is_working(date(2026, 10, 10))
        again = work_calendar.year_of(session, 2026)
        work_calendar.store_year(
            session, SYSTEM_ACTOR, 2026, work_calendar.with_day(again, date(2026, 12, 31), ""), DOCUMENT
        )
        assert calendar(session).is_working(date(2026, 12, 31))


def test_a_weekday_cannot_be_marked_as_made_up(database: Database) -> None:
    with database.read() as session, pytest.raises(Refused, match="本为工作日"):
        work_calendar.with_day(work_calendar.year_of(session, 2026), date(2026, 12, 1), "班")


class TestUnknownYear:
    """31 January 2027 is a Sunday, and the calendar of 2027 is not known."""

    @pytest.fixture
    def rolled(self, database: Database) -> date:
        """示例甲园 owes 2026H2 by then, rolled to the next working day by the rulebook; its due date."""
        with database.write() as session:
            roll = rulebooks.entry("roll", "next_working_day", date(2026, 1, 1), kind="half_year_report")
            rulebooks.change(session, SYSTEM_ACTOR, [roll], "示例函〔2026〕9号")
            park = make_park(session, "示例甲园", approved_on=date(2026, 3, 1), code="JIA", obligations=False)
            obligations.generate(session, park)
            snapshots.rewrite(session, park.id)
            due = select(Obligation.due_on).where(Obligation.park_id == park.id, Obligation.period == "2026H2")
            return session.scalars(due).one()

    def test_the_date_is_listed_as_provisional(self, database: Database, rolled: date) -> None:
        assert rolled == date(2027, 2, 1)
        with database.read() as session:
            listed = work_calendar.provisional(session, SYSTEM_ACTOR)
            assert ("JIA", "2026年下半年园区发展情况", date(2027, 2, 1)) in [
                (one.park, one.label, one.due_on) for one in listed
            ]

    def test_importing_the_year_shows_what_it_moves_and_moves_nothing(self, database: Database, rolled: date) -> None:
        text = "date,kind\n2027-02-01,休\n"
        with database.read() as session:
            days = work_calendar.read_year(text, 2027, as_written=True).days
            (move,) = work_calendar.preview(session, SYSTEM_ACTOR, 2027, days).moves
            assert (move.old.due_on, move.new.due_on, move.provisional) == (rolled, date(2027, 2, 2), False)
        store(database, text)
        with database.read() as session:
            assert rolled in session.scalars(select(Obligation.due_on)).all()
            assert [
                one.due_on for one in work_calendar.provisional(session, SYSTEM_ACTOR) if one.due_on.year == 2027
            ] == []
