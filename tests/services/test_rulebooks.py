"""Setting the numbers the notice leaves open: whole versions, nothing moved unseen, every refusal with its reason."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Obligation, ObligationAct, Park, RulebookVersion
from db.queries.parks import overview
from db.rulebook_facts import rulebook
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor
from policy.moves import Dates
from policy.refusal import Refused
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry
from services import alerting, obligations, rescheduling, rulebooks, snapshots
from services.rescheduling import Effects
from services.rulebooks import SET_SOURCE, entry
from tests.factories import MADE_AT, accept, make_contact, make_letter, make_park, make_submission

TODAY = date(2026, 3, 2)
SINCE = date(2026, 1, 1)
DOCUMENT = "示例经信函〔2026〕5号"


@pytest.fixture(autouse=True)
def _today(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(database: Database) -> Park:
    """示例甲园, approved 2024-10-10, with all it owes: 2025H1 is in, 2025H2 overdue, 2026H1 due 2026-07-31."""
    with database.write() as session:
        park = make_park(session, "示例甲园", code="JIA")
        obligations.generate(session, park)
        make_contact(session, park.district)
        accept(session, make_submission(session, park, "2025H1"))
        make_letter(session, [park], "2025H1")
        snapshots.rewrite(session, park.id)
        return park


def set_values(database: Database, *entries: Entry, document: str = DOCUMENT) -> rulebooks.Changed:
    with database.write() as session:
        return rulebooks.change(session, SYSTEM_ACTOR, entries, document)


def preview(database: Database, *entries: Entry) -> Effects:
    with database.read() as session:
        return rulebooks.preview(session, SYSTEM_ACTOR, entries)


def due_dates(session: Session, kind: str = "half_year_report") -> dict[str, Dates]:
    rows = session.scalars(select(Obligation).where(Obligation.kind == kind).order_by(Obligation.period))
    return {row.period: Dates(row.due_on, row.grace_on, row.lock_on) for row in rows}


class TestChange:
    def test_a_value_holds_from_its_day_and_names_its_document(self, database: Database) -> None:
        made = set_values(database, entry("grace_days", "5", SINCE, kind="half_year_report"))
        with database.read() as session:
            rules = rulebook(session)
            assert rules.version == made.version == f"1.{session.scalars(select(RulebookVersion.id)).one()}"
            assert rules.whole("grace_days", date(2026, 6, 30), "half_year_report") == 5
            assert rules.whole("grace_days", date(2025, 12, 31), "half_year_report") == 0
            assert rules.whole("grace_days", date(2026, 6, 30), "operator_report") == 0
            assert rules.entry("grace_days", SINCE, "half_year_report").source == DOCUMENT

    def test_without_a_document_its_source_says_who_set_it(self, database: Database) -> None:
        with database.write() as session:
            rulebooks.change(session, SYSTEM_ACTOR, [entry("accept_days", "20", SINCE)], "", "处务会议定")
            assert rulebook(session).entry("accept_days", TODAY).source == SET_SOURCE

    def test_each_version_is_complete_and_the_earlier_ones_stay(self, database: Database) -> None:
        set_values(database, entry("accept_days", "20", SINCE))
        set_values(database, entry("evidence_days", "45", SINCE))
        with database.read() as session:
            rules = rulebook(session)
            assert (rules.whole("accept_days", TODAY), rules.whole("evidence_days", TODAY)) == (20, 45)
            assert [len(version.entries) for version in session.scalars(select(RulebookVersion))] == [1, 2]

    def test_a_value_until_further_notice_ends_where_the_next_begins(self, database: Database) -> None:
        set_values(database, entry("accept_days", "20", SINCE))
        set_values(database, entry("accept_days", "10", date(2026, 7, 1)))
        with database.read() as session:
            rules = rulebook(session)
            values = {day: rules.whole("accept_days", day) for day in (date(2026, 6, 30), date(2026, 7, 1))}
            assert list(values.values()) == [20, 10]

    def test_it_holds_again_once_a_later_value_has_ended(self, database: Database) -> None:
        set_values(database, entry("accept_days", "20", SINCE))
        set_values(database, entry("accept_days", "10", date(2026, 7, 1), valid_to=date(2026, 7, 31)))
        with database.read() as session:
            rules = rulebook(session)
            days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1))
            assert [rules.whole("accept_days", day) for day in days] == [20, 10, 10, 20]

    def test_a_value_can_be_taken_out_again(self, database: Database) -> None:
        set_values(database, entry("accept_days", "20", SINCE))
        with database.write() as session:
            rulebooks.change(session, SYSTEM_ACTOR, [], "", "录入有误", dropped=[("accept_days", "", SINCE)])
            assert rulebook(session).entry("accept_days", TODAY).source == DEFAULT_SOURCE
            with pytest.raises(Refused, match="已不在现行版本"):
                rulebooks.change(session, SYSTEM_ACTOR, [], "", "再次", dropped=[("accept_days", "", SINCE)])

    def test_the_log_tells_what_differs(self, database: Database) -> None:
        set_values(database, entry("accept_days", "20", SINCE))
        set_values(database, entry("accept_days", "25", SINCE))
        with database.read() as session:
            logged = session.scalars(
                select(AuditEntry).where(AuditEntry.action == "rulebook.change").order_by(AuditEntry.seq)
            ).all()[-1]
            assert logged.old["entries"] == ["accept_days  20 2026-01-01 "]
            assert logged.new["entries"] == ["accept_days  25 2026-01-01 "]
            assert logged.new["document"] == DOCUMENT

    def test_what_somebody_else_has_set_since_the_preview_is_not_overwritten(self, database: Database) -> None:
        set_values(database, entry("accept_days", "20", SINCE))
        with database.write() as session, pytest.raises(Refused, match="已由他人更改"):
            rulebooks.change(session, SYSTEM_ACTOR, [entry("accept_days", "25", SINCE)], DOCUMENT, seen="1")

    def test_only_who_manages_the_rulebook_may(self, database: Database, district: Actor) -> None:
        with database.write() as session, pytest.raises(AccessDenied):
            rulebooks.change(session, district, [entry("accept_days", "20", SINCE)], DOCUMENT)


@pytest.mark.parametrize(
    ("key", "value", "kind", "told"),
    [
        ("due_days", "31", "", "没有“due_days”这项规则数值"),
        ("floor_firms_cyber", "20", "", "由通知规定（二(三)），不能更改"),
        ("swing", "0.6", "", "是读取报告时的核对参数"),
        ("roll", "tomorrow", "", "应为none、next_working_day之一，收到“tomorrow”"),
        ("grace_days", "五", "", "应为整数，收到“五”"),
        ("grace_days", "5", "work_group", "只能按半年函报、"),
        ("accept_days", "5", "half_year_report", "不能按事项分别设定"),
        ("grace_days", "5", "half_year", "没有“half_year”这种应报事项"),
        ("reminder_days", "-7 x", "", "应为整数，用顿号隔开"),
    ],
)
def test_a_value_that_cannot_be_set_says_why(key: str, value: str, kind: str, told: str) -> None:
    with pytest.raises(Refused, match=told.replace("(", r"\(").replace(")", r"\)")):
        entry(key, value, SINCE, kind=kind)


WRONG_TOGETHER = (
    ([entry("grace_days", "-1", SINCE)], "不能为负数，收到-1"),
    ([entry("reminder_days", "0,-7,1", SINCE)], "应从小到大排列"),
    ([entry("report_due_days", "4000", SINCE)], "天数不能超过1100天"),
    ([entry("accept_days", "9", date(2026, 5, 1), valid_to=SINCE)], "早于有效期起"),
    (
        [entry("accept_days", "9", SINCE, valid_to=date(2026, 6, 30)), entry("accept_days", "8", date(2026, 6, 1))],
        "2026年1月1日至2026年6月30日与2026年6月1日至另行通知重叠",
    ),
    ([entry("grace_days", "10", SINCE), entry("lock_days", "5", SINCE)], "封账日（截止日后5天）早于宽限截止日"),
    ([entry("lag_red", "0.05", SINCE)], "严重滞后的界限0.05小于滞后的界限"),
    ([], "没有要更改的规则数值"),
)


def test_values_that_do_not_hold_together_are_refused_whole(database: Database) -> None:
    for entries, told in WRONG_TOGETHER:
        with database.write() as session, pytest.raises(Refused, match=told):
            rulebooks.change(session, SYSTEM_ACTOR, entries, DOCUMENT)
    with database.read() as session:
        assert rulebook(session).version == "1"


def test_a_value_that_overlaps_a_stored_one_is_refused(database: Database) -> None:
    set_values(database, entry("accept_days", "20", SINCE, valid_to=date(2026, 12, 31)))
    with database.write() as session, pytest.raises(Refused, match="重叠"):
        rulebooks.change(session, SYSTEM_ACTOR, [entry("accept_days", "9", date(2026, 7, 1))], DOCUMENT)


def test_neither_document_nor_note_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(Refused, match="须写明依据文号"):
        rulebooks.change(session, SYSTEM_ACTOR, [entry("accept_days", "20", SINCE)], " ")


class TestList:
    def test_a_list_is_read_with_words_or_keys(self) -> None:
        text = "key,kind,value,valid_from,valid_to,source\nroll,半年函报,顺延至下一工作日,2026-01-01,,\n"
        (read,) = rulebooks.read_entries(text + "grace_days,operator_report,3,2026-01-01,2026-12-31,示例函\n")[:1]
        assert (read.value, read.kind, read.valid_to) == ("next_working_day", "half_year_report", None)

    def test_every_bad_line_is_named_and_nothing_is_read(self) -> None:
        text = "key,value,valid_from\ngrace_days,5,2026-01-01\nnonsense,1,2026-01-01\ngrace_days,x,2026-13-01\n"
        with pytest.raises(Refused, match=r"第3行：没有“nonsense”.*；第4行："):
            rulebooks.read_entries(text)


class TestPreview:
    """A changed rulebook shows what it would move before it does."""

    later = entry("report_due_days", "41", SINCE, kind="half_year_report")

    def test_dates_still_to_come_are_listed_old_and_new(self, database: Database, park: Park) -> None:
        found = preview(database, self.later)
        moves = [(move.park, move.label, move.old.due_on, move.new.due_on) for move in found.moves]
        assert moves == [("JIA", "2026年上半年园区发展情况", date(2026, 7, 31), date(2026, 8, 10))]

    def test_it_writes_nothing(self, database: Database, park: Park) -> None:
        with database.read() as session:
            before = due_dates(session)
        preview(database, self.later)
        with database.read() as session:
            assert (due_dates(session), rulebook(session).version) == (before, "1")

    def test_what_is_in_waived_extended_or_dated_by_a_notice_stays(self, database: Database, park: Park) -> None:
        with database.write() as session:
            rows = {row.period: row for row in park_rows(session, park)}
            session.add(
                ObligationAct(
                    obligation_id=rows["2026H1"].id, kind="extension", dated=TODAY, number="示例函1号",
                    due_on=date(2026, 9, 1), recorded_at=MADE_AT, recorded_by="committee",
                )
            )  # fmt: skip
        assert preview(database, self.later).moves == ()

    def test_alerts_that_would_open_or_close_today_are_told(self, database: Database, park: Park) -> None:
        with database.read() as session:
            assert "report_overdue" in {
                note.rule for note in alerting.sweep(session, SYSTEM_ACTOR, TODAY, dry_run=True).opened
            }
        found = preview(database, entry("report_due_days", "90", date(2025, 1, 1), kind="half_year_report"))
        assert [alert.key for alert in found.closed] == ["report_overdue:JIA:2025H2"]
        assert [alert.key for alert in found.opened] == ["report_upcoming:JIA:2025H2"]

    def test_what_would_be_owed_anew_is_listed_and_added_on_change(self, database: Database, park: Park) -> None:
        on = entry("operator_reports", "quarterly", SINCE)
        found = preview(database, on)
        labels = [listed.label for listed in found.added]
        assert labels[:2] == ["2026年第一季度建设进展报送", "2026年第二季度建设进展报送"]
        assert set_values(database, on).added == len(labels)
        with database.read() as session:
            assert len(due_dates(session, "operator_report")) == len(labels)

    def test_a_changed_ladder_opens_reminders_earlier(self, database: Database, park: Park) -> None:
        found = preview(database, entry("reminder_days", "-300,0", SINCE, kind="self_assessment"))
        assert ([alert.key for alert in found.opened], found.moves) == (["paper_upcoming:JIA:self_assessment"], ())


def park_rows(session: Session, park: Park) -> list[Obligation]:
    return list(
        session.scalars(select(Obligation).where(Obligation.park_id == park.id, Obligation.kind == "half_year_report"))
    )


class TestMoving:
    """Setting a value moves no date by itself; moving is an act of its own."""

    def test_a_date_moves_only_when_it_is_told_to(self, database: Database, park: Park) -> None:
        set_values(database, TestPreview.later)
        with database.write() as session:
            assert due_dates(session)["2026H1"].due_on == date(2026, 7, 31)
            (pending,) = rescheduling.pending(session, SYSTEM_ACTOR)
            made = rescheduling.apply_moves(session, SYSTEM_ACTOR, [pending.obligation_id], DOCUMENT)
            assert [move.new.due_on for move in made] == [date(2026, 8, 10)]
        with database.read() as session:
            assert due_dates(session)["2026H1"] == Dates(date(2026, 8, 10))
            assert due_dates(session)["2025H2"].due_on == date(2026, 1, 31)
            row = session.get_one(Obligation, pending.obligation_id)
            assert row.clause == f"五(二)；报送截止日依据{DOCUMENT}"
            logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "obligation.move")).one()
            assert (logged.old["due_on"], logged.new["due_on"]) == ("2026-07-31", "2026-08-10")
            (shown,) = overview(session, FULL_SCOPE)
            assert [owed.due_on for owed in shown.owed(TODAY)][-1] == date(2026, 8, 10)
            assert rescheduling.pending(session, SYSTEM_ACTOR) == ()

    def test_moving_needs_a_reason_and_something_to_move(self, database: Database, park: Park) -> None:
        with database.write() as session:
            with pytest.raises(Refused, match="须写明依据"):
                rescheduling.apply_moves(session, SYSTEM_ACTOR, [1], " ")
            with pytest.raises(Refused, match="没有选择"):
                rescheduling.apply_moves(session, SYSTEM_ACTOR, [], DOCUMENT)
            with pytest.raises(Refused, match="已与现行规则一致"):
                rescheduling.apply_moves(session, SYSTEM_ACTOR, [row.id for row in park_rows(session, park)], DOCUMENT)


class TestWhatIsOfTheChangeItself:
    def test_what_would_be_added_is_told_with_its_alerts(self, database: Database, park: Park) -> None:
        found = preview(database, entry("operator_reports", "quarterly", date(2025, 1, 1)))
        assert "2025年第一季度建设进展报送" in [one.label for one in found.added]
        assert "progress_overdue:JIA:operator_report:2025Q1" in [alert.key for alert in found.opened]

    def test_dates_that_differed_before_are_listed_apart(self, database: Database, park: Park) -> None:
        set_values(database, entry("report_due_days", "41", SINCE, kind="half_year_report"))
        found = preview(database, entry("resubmit_days", "12", SINCE))
        assert (found.moves, [move.label for move in found.older]) == ((), ["2026年上半年园区发展情况"])
        assert found.nothing
        both = preview(database, entry("report_due_days", "50", SINCE, kind="self_assessment"))
        assert ([move.label for move in both.moves], len(both.older)) == (["自评报告"], 1)

    def test_a_date_that_differed_and_is_moved_again_is_of_this_change(self, database: Database, park: Park) -> None:
        set_values(database, entry("report_due_days", "41", SINCE, kind="half_year_report"))
        found = preview(database, entry("report_due_days", "45", SINCE, kind="half_year_report"))
        assert [(str(move.old.due_on), str(move.new.due_on)) for move in found.moves] == [("2026-07-31", "2026-08-14")]
        assert found.older == ()


@pytest.mark.parametrize(
    ("key", "told"),
    [("lag_yellow", "10%"), ("lag_red", "20%"), ("lag_growth", "5个百分点"), ("report_due_days", "31天")],
)
def test_a_share_is_told_as_officials_say_it(key: str, told: str) -> None:
    assert DEFAULT.entry(key, date(2026, 1, 1)).told == told
