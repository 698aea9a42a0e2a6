"""The stored overview rows: what they hold, that they hold nothing time changes, and that they never go stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db.models import Park, ParkSnapshot
from db.queries.park_detail import detail, versions
from db.queries.parks import overview
from db.session import Database
from policy.access import FULL_SCOPE, NO_SCOPE, SYSTEM_ACTOR, Scope
from policy.terms import ChangeKind, HalfYear, Light, ReceiptState, Stage
from policy.version_no import VersionNo
from policy.workflow import StepKind
from services import parks, snapshots, steps
from services.platform import Platform
from services.step_terms import Taking
from tests.factories import (
    accept,
    make_contact,
    make_goal,
    make_letter,
    make_park,
    make_reading,
    make_submission,
    make_unit,
    send_back,
)

H1 = HalfYear(2025, 1)


@pytest.fixture
def session(database: Database, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(date(2026, 12, 1))
    with database.write() as session:
        yield session


def stored(session: Session) -> list[dict[str, Any]]:
    columns = ParkSnapshot.__table__.columns
    rows = session.execute(select(*columns).order_by(ParkSnapshot.park_id))
    return [dict(row._mapping) for row in rows]


def row_of(session: Session, park: Park) -> ParkSnapshot:
    snapshots.rewrite(session, park.id)
    return session.get_one(ParkSnapshot, park.id)


class TestContents:
    def test_a_new_park_has_what_it_owes_and_no_verdict(self, session: Session) -> None:
        row = row_of(session, make_park(session))
        assert [entry["period"] for entry in row.receipts] == ["2025H1", "2025H2", "2026H1"]
        assert row.receipts[0]["due_on"] == "2025-07-31"
        assert row.receipts[0]["data_on"] is None
        assert (row.figures, row.verdicts, row.light, row.pending) == ({}, [], "grey", 0)

    def test_receipts_say_what_came_in(self, session: Session) -> None:
        park = make_park(session)
        accept(session, make_submission(session, park, received_on=date(2025, 7, 20)), on=date(2025, 7, 28))
        make_letter(session, [park], received_on=date(2025, 7, 25))
        assert row_of(session, park).receipts[0] == {
            "period": "2025H1", "due_on": "2025-07-31", "grace_on": None, "lock_on": None, "confirmed": True,
            "acts": [], "clause": "五(二)；报送截止日为系统默认值，通知未规定", "data_on": "2025-07-20",
            "letter_on": "2025-07-25", "letter_dated": "2025-07-25", "accepted_on": "2025-07-28",
            "returned_on": None, "resubmit_on": None, "pending": None,
        }  # fmt: skip

    def test_figures_are_those_of_the_newest_accepted_report_alone(self, session: Session) -> None:
        park = make_park(session)
        accept(session, make_submission(session, park, "2025H1", figures={"revenue_cyber": "2", "listed_cyber": "1"}))
        accept(session, make_submission(session, park, "2025H2", figures={"revenue_cyber": "5.20"}))
        make_submission(session, park, "2026H1", figures={"revenue_cyber": "9"})
        stored = {"value": "5.2", "unit": "亿元", "period": "2025H2", "kind": "preliminary"}
        assert row_of(session, park).figures == {"revenue_cyber": stored}

    def test_the_light_is_that_of_the_worst_verdict(self, session: Session) -> None:
        park = make_park(session)
        make_goal(session, park, "firms_cyber", "30", "60")
        make_goal(session, park, "area_operating", "20", "30")
        make_goal(session, park, "staff_cyber", "0.3", "0.9")
        figures = {"firms_cyber": "60", "area_operating": "21", "staff_cyber": "0.2"}
        accept(session, make_submission(session, park, "2025H2", figures=figures))
        row = row_of(session, park)
        assert {verdict["key"]: verdict["light"] for verdict in row.verdicts} == {
            "area_operating": "yellow", "firms_cyber": "green", "staff_cyber": "red",
        }  # fmt: skip
        assert row.light == "red"
        assert "半年报!C" in row.verdicts[0]["sentence"]

    def test_pending_counts_periods_whose_newest_version_waits_for_a_decision(self, session: Session) -> None:
        park = make_park(session)
        make_submission(session, park, "2025H1")
        make_submission(session, park, "2025H1")
        accept(session, make_submission(session, park, "2025H2"))
        send_back(session, make_submission(session, park, "2026H1"))
        make_submission(session, park, "2026H1", state="draft")
        assert row_of(session, park).pending == 1

    def test_nothing_in_the_row_changes_with_the_day_alone(
        self, session: Session, set_now: Callable[[date], None]
    ) -> None:
        park = make_park(session)
        make_goal(session, park, "firms_cyber", "30", "60")
        accept(session, make_submission(session, park, figures={"firms_cyber": "33"}))
        set_now(date(2025, 1, 1))
        before = snapshots.contents(session, park.id)
        set_now(date(2031, 1, 1))
        assert snapshots.contents(session, park.id) == before

    def test_the_version_counts_real_changes_only(self, session: Session) -> None:
        park = make_park(session)
        assert row_of(session, park).version == 1
        assert row_of(session, park).version == 1
        make_letter(session, [park])
        assert row_of(session, park).version == 2


class TestFreshness:
    def test_a_full_recomputation_equals_what_the_use_cases_stored(
        self, platform: Platform, set_now: Callable[[date], None]
    ) -> None:
        set_now(date(2026, 12, 1))
        with platform.database.write() as session:
            for number, district in enumerate(("示例甲区", "示例甲区", "示例乙区"), start=1):
                parks.register_park(
                    session, SYSTEM_ACTOR, title=f"国家网络安全产业园区（{number}园）", district=district,
                    approved_on=date(2024, 5, number), approval_no=f"示例函〔2024〕{number}号", create_unit=True,
                )  # fmt: skip
            parks.record_change(
                session,
                SYSTEM_ACTOR,
                "1园",
                ChangeKind.OPERATOR,
                date(2025, 1, 1),
                "示例函〔2025〕1号",
                "新公司（虚构）",
            )
            parks.record_change(
                session, SYSTEM_ACTOR, "2园", ChangeKind.DISTRICT, date(2025, 1, 1), "示例函〔2025〕2号", "示例乙区"
            )
            written = Taking(StepKind.SELF_ASSESSMENT, date(2026, 6, 1), file=("自评报告.pdf", b"report"))
            steps.record_step(session, platform.storage, SYSTEM_ACTOR, "3园", written)
        with platform.database.write() as session:
            before = stored(session)
            assert snapshots.rebuild_all(session) == 3
            assert stored(session) == before

    def test_two_writers_of_one_park_both_show_in_the_row(self, database: Database) -> None:
        """The second waits for the first and works from what it committed."""
        with database.write() as session:
            park = make_park(session)
            district_park_id = park.id
            snapshots.rewrite(session, park.id)

        def write_letter() -> None:
            with database.write() as session:
                make_letter(session, [session.get_one(Park, district_park_id)])
                snapshots.rewrite(session, district_park_id)

        other = Thread(target=write_letter)
        with database.write() as session:
            make_submission(session, session.get_one(Park, district_park_id))
            snapshots.rewrite(session, district_park_id)
            other.start()
            other.join(0.5)
        other.join(20)
        with database.read() as session:
            first = session.get_one(ParkSnapshot, district_park_id).receipts[0]
        assert first["data_on"] is not None
        assert first["letter_on"] is not None


class TestOverview:
    def test_it_reads_the_stored_rows_and_the_rulebook_and_nothing_else(self, session: Session) -> None:
        snapshots.rewrite(session, make_park(session).id)
        asked: list[str] = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        assert len(overview(session, FULL_SCOPE)) == 1
        assert [words for words in asked if "FROM park_snapshot" in words or "FROM rulebook_version" in words] == asked
        assert len(asked) == 2
        assert not any("JOIN" in words for words in asked)

    def test_parks_stand_in_the_order_of_divisions_and_a_scope_sees_its_own(self, session: Session) -> None:
        late, early = make_unit(session, "示例二区", position=20), make_unit(session, "示例一区", position=10)
        first = make_park(session, "晚园", district=late)
        second = make_park(session, "早园", district=early)
        for park in (first, second):
            snapshots.rewrite(session, park.id)

        def titles(scope: Scope) -> list[str]:
            return [row.title for row in overview(session, scope)]

        assert titles(FULL_SCOPE) == [second.title, first.title]
        assert titles(Scope(unit_ids=frozenset({late.id}))) == [first.title]
        assert titles(Scope(park_ids=frozenset({second.id}))) == [second.title]
        assert titles(NO_SCOPE) == []

    def test_what_depends_on_the_day_is_worked_out_for_the_day(self, session: Session) -> None:
        park = make_park(session)
        make_submission(session, park, received_on=date(2025, 8, 2))
        make_letter(session, [park], received_on=date(2025, 7, 25))
        snapshots.rewrite(session, park.id)
        (row,) = overview(session, FULL_SCOPE)

        def tally(day: date) -> tuple[int, int, int, int]:
            found = row.tally(day)
            return found.owed, found.received, found.overdue, found.late

        assert tally(date(2025, 6, 30)) == (0, 0, 0, 0)
        assert tally(date(2025, 7, 31)) == (1, 0, 0, 0)
        assert tally(date(2025, 8, 1)) == (1, 0, 1, 0)
        assert tally(date(2025, 8, 2)) == (1, 1, 0, 1)
        assert row.owed(date(2025, 8, 1))[0].state is ReceiptState.LETTER_ONLY
        due = row.next_due(date(2025, 8, 2))
        assert due is not None
        assert (str(due.period), due.due_on) == ("2025H2", date(2026, 1, 31))
        assert row.next_due(date(2026, 8, 1)) is None
        assert row.elapsed(date(2025, 10, 10)) == Decimal(1) / Decimal(2)
        assert row.days_left(date(2026, 10, 8)) == 2
        assert (row.stage(date(2026, 10, 10)), row.stage(date(2026, 10, 11))) == (Stage.BUILDING, Stage.EXPIRED)

    def test_a_return_gives_a_new_date(self, session: Session) -> None:
        park = make_park(session)
        send_back(session, make_submission(session, park, received_on=date(2025, 7, 30)), on=date(2025, 8, 4))
        snapshots.rewrite(session, park.id)
        (row,) = overview(session, FULL_SCOPE)
        owed = row.owed(date(2025, 8, 10))[0]
        assert (owed.due_on, owed.overdue) == (date(2025, 8, 14), False)
        assert row.owed(date(2025, 8, 15))[0].overdue

    def test_figures_and_verdicts_come_typed(self, session: Session) -> None:
        park = make_park(session)
        make_goal(session, park, "firms_cyber", "30", "60")
        accept(session, make_submission(session, park, figures={"firms_cyber": "40"}))
        snapshots.rewrite(session, park.id)
        (row,) = overview(session, FULL_SCOPE)
        assert (row.figures["firms_cyber"].value, row.figures["firms_cyber"].period) == (Decimal(40), H1)
        assert [(v.key, v.light) for v in row.verdicts] == [("firms_cyber", Light.GREEN)]


class TestDetail:
    def test_one_park_with_everything_its_page_shows(self, session: Session) -> None:
        park = make_park(session, operator="示例公司（虚构）")
        make_contact(session, park.district, phone="13800000000", mail="zhang@example.gov.cn")
        make_goal(session, park, "firms_cyber", "30", "60")
        version = make_submission(session, park, figures={"firms_cyber": "40"}, uploaded_by="district")
        version.readings += [
            make_reading("name", "某某公司", table="roster", row=1, where="企业名录!A4"),
            make_reading("contact", "张某 13800000000", table="roster", row=1, where="企业名录!L4"),
        ]
        accept(session, version)
        make_letter(session, [park], number="示例府函〔2025〕9号")
        found = detail(session, FULL_SCOPE, park.code, date(2025, 8, 1))
        assert found is not None
        assert (found.park.title, found.operator) == (park.title, "示例公司（虚构）")
        (figure,) = found.figures
        assert (figure.fact.where, figure.fact.raw, figure.version, figure.uploaded_by) == (
            "半年报!C4", "40", VersionNo(1), "district",
        )  # fmt: skip
        assert [entry.state for entry in found.owed][:2] == [ReceiptState.COMPLETE, ReceiptState.NOTHING]
        assert [letter.number for letter in found.letters] == ["示例府函〔2025〕9号"]
        assert [(v.version, v.state) for v in versions(session, SYSTEM_ACTOR, park.id)] == [(VersionNo(1), "accepted")]
        assert (found.roster_period, found.roster[0].cells) == (
            H1, {"name": "某某公司", "contact": "张某 138****0000"},
        )  # fmt: skip

    def test_contacts_are_masked_unless_the_reader_may_see_them(self, session: Session) -> None:
        park = make_park(session)
        make_contact(session, park.district, phone="13800000000", mail="zhang@example.gov.cn")
        masked = detail(session, FULL_SCOPE, park.code, date(2025, 8, 1))
        plain = detail(session, FULL_SCOPE, park.code, date(2025, 8, 1), unmasked=True)
        assert masked is not None
        assert plain is not None
        assert (masked.contacts[0].phone, masked.contacts[0].mail) == ("138****0000", "z***@example.gov.cn")
        assert (plain.contacts[0].phone, plain.contacts[0].mail) == ("13800000000", "zhang@example.gov.cn")

    def test_a_district_never_learns_that_another_s_park_exists(self, session: Session) -> None:
        park = make_park(session)
        stranger = Scope(unit_ids=frozenset({make_unit(session).id}))
        assert detail(session, stranger, park.code, date(2025, 8, 1)) is None
        assert detail(session, FULL_SCOPE, "none", date(2025, 8, 1)) is None

    def test_before_anything_is_accepted_there_are_no_figures_and_no_roster(self, session: Session) -> None:
        park = make_park(session)
        make_submission(session, park, figures={"firms_cyber": "40"})
        found = detail(session, FULL_SCOPE, park.code, date(2025, 8, 1))
        assert found is not None
        assert (found.figures, found.roster_period, found.roster) == ((), None, ())
