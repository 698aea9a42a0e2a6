"""When a deadline rolls, by which halves a park reports, and what a changed rule would move: cases to check by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from policy.deadlines import CALENDAR, WorkCalendar, built_in_name, construction_end
from policy.facts import ActFact, ParkFact, ReceiptFact
from policy.moves import Dates, compare
from policy.obligations import Obligation, half_year_obligations, hangs_on_calendar, owed, papers
from policy.rule_keys import CHECKS, PER_KIND, STATED, disorder, grouped, why_fixed
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry, Rulebook, known
from policy.situation import Situation
from policy.terms import ActKind, HalfYear, ObligationKind, Stage

APPROVED = date(2024, 10, 10)
REPORT, ASSESSMENT = ObligationKind.HALF_YEAR_REPORT, ObligationKind.SELF_ASSESSMENT


def rules(*values: tuple[str, int | str, str], source: str = "示例函〔2026〕5号") -> Rulebook:
    """The built-in rulebook with (key, value, kind) set from 2024 on."""
    found = []
    for key, value, kind in values:
        like = known(key, kind)
        assert like is not None
        found.append(Entry(key, like.label, value, like.unit, date(2024, 1, 1), source, kind, choices=like.choices))
    return DEFAULT.with_entries("2", found)


class TestRolling:
    @pytest.mark.parametrize(
        ("ends_on", "due"),
        [
            ("2026-01-29", "2026-02-28"),  # a Saturday, worked in place of a day of 春节: no roll
            ("2026-09-10", "2026-10-10"),  # a Saturday, worked in place of a day of 国庆节: no roll
            ("2026-09-01", "2026-10-08"),  # 1 October rolls behind 国庆节
            ("2026-08-25", "2026-09-24"),  # a Thursday
            ("2026-08-27", "2026-09-28"),  # 26 September is 中秋节, a Saturday; the 27th is off, too
        ],
    )
    def test_a_self_assessment_is_due_on_a_working_day(self, ends_on: str, due: str) -> None:
        (paper, *_rest) = papers(date.fromisoformat(ends_on), DEFAULT, CALENDAR)
        assert (paper.kind, str(paper.due_on)) == (ASSESSMENT, due)

    def test_a_half_year_report_does_not_roll_unless_it_is_told_to(self) -> None:
        approved = date(2025, 10, 1)

        def due(rulebook: Rulebook) -> Obligation:
            found = half_year_obligations(approved, construction_end(approved), rulebook, CALENDAR)
            return next(one for one in found if one.period == HalfYear(2026, 2))

        assert due(DEFAULT).due_on == date(2027, 1, 31)  # a Sunday
        rolling = rules(("roll", "next_working_day", REPORT))
        assert due(rolling).due_on == date(2027, 2, 1)
        ends_on = construction_end(approved)
        assert hangs_on_calendar(due(rolling), ends_on, rolling, CALENDAR)
        assert not hangs_on_calendar(due(DEFAULT), ends_on, DEFAULT, CALENDAR)
        known_2027 = WorkCalendar(frozenset(), frozenset(), frozenset({2027}))
        assert not hangs_on_calendar(due(rolling), ends_on, rolling, known_2027)

    def test_grace_and_lock_are_counted_from_the_rolled_day(self) -> None:
        rulebook = rules(("grace_days", 3, ASSESSMENT), ("lock_days", 10, ASSESSMENT))
        (paper, *_rest) = papers(date(2026, 9, 1), rulebook, CALENDAR)
        assert Dates.of(paper) == Dates(date(2026, 10, 8), date(2026, 10, 11), date(2026, 10, 18))

    def test_every_day_of_the_built_in_year_has_its_holiday(self) -> None:
        assert all(built_in_name(day) for day in CALENDAR.days_off | CALENDAR.make_up_days)
        assert (built_in_name(date(2026, 2, 28)), built_in_name(date(2026, 3, 2))) == ("春节", "")


def test_by_anniversaries_a_report_is_owed_whenever_six_months_are_full() -> None:
    """Approved 2024-10-10: after 6, 12 and 18 months, on the calendar half that is over by then."""
    rulebook = rules(("half_year_basis", "anniversary", ""))
    found = half_year_obligations(APPROVED, construction_end(APPROVED), rulebook)
    assert [f"{one.period} {one.due_on}" for one in found] == [
        "2024H2 2025-05-11", "2025H1 2025-11-10", "2025H2 2026-05-11",
    ]  # fmt: skip


def test_a_date_that_was_set_names_what_set_it() -> None:
    (first, *_rest) = half_year_obligations(
        APPROVED, construction_end(APPROVED), rules(("report_due_days", 20, REPORT))
    )
    assert (first.due_on, first.clause) == (date(2025, 7, 20), "五(二)；报送截止日依据示例函〔2026〕5号")


class TestComparison:
    """示例甲园 on 2026-03-02: 2025H1 is in, the rest is waited for; ten days more are given."""

    ten_more = rules(("report_due_days", 41, REPORT))

    def situation(self, entries: Sequence[Obligation]) -> Situation:
        park = ParkFact(
            1, "JIA", "国家网络安全产业园区（示例甲园）", 1, "示例甲区", APPROVED, "示例函", date(2026, 10, 10),
            Stage.BUILDING,
        )  # fmt: skip
        h1 = HalfYear(2025, 1)
        receipt = ReceiptFact(h1, date(2025, 7, 20), date(2025, 7, 22), None, None)
        return Situation(park, date(2026, 3, 2), DEFAULT, {h1: receipt}, owed=tuple(entries))

    def standing(self) -> list[Obligation]:
        return list(half_year_obligations(APPROVED, date(2026, 10, 10), DEFAULT))

    def wanted(self) -> tuple[Obligation, ...]:
        return half_year_obligations(APPROVED, date(2026, 10, 10), self.ten_more)

    def test_only_what_is_still_waited_for_moves(self) -> None:
        found = compare(self.situation(self.standing()), self.wanted(), frozenset())
        moved = [(old.key, str(old.due_on), str(new.due_on)) for old, new in found.moved]
        assert moved == [("2025H2", "2026-01-31", "2026-02-10"), ("2026H1", "2026-07-31", "2026-08-10")]

    @pytest.mark.parametrize("kind", [ActKind.WAIVER, ActKind.EXTENSION, ActKind.NIL_RETURN])
    def test_what_was_waived_put_off_or_answered_stays(self, kind: ActKind) -> None:
        first, second, third = self.standing()
        decided = replace(third, acts=(ActFact(kind, date(2026, 2, 1), "示例函", "", date(2026, 9, 1)),))
        found = compare(self.situation([first, second, decided]), self.wanted(), frozenset())
        assert [old.key for old, _new in found.moved] == ["2025H2"]

    def test_what_a_notice_has_dated_stays(self) -> None:
        found = compare(self.situation(self.standing()), self.wanted(), frozenset({"2026H1"}))
        assert [old.key for old, _new in found.moved] == ["2025H2"]

    def test_what_is_owed_anew_and_what_is_no_longer_asked_for(self) -> None:
        quarterly = rules(("operator_reports", "quarterly", ""))
        everything = owed(APPROVED, date(2026, 10, 10), quarterly, CALENDAR)
        stored = owed(APPROVED, date(2026, 10, 10), DEFAULT, CALENDAR)
        found = compare(self.situation(stored), everything, frozenset())
        assert {one.kind for one in found.added} == {ObligationKind.OPERATOR_REPORT}
        assert (found.moved, found.dropped) == ((), ())
        back = compare(self.situation(everything), stored, frozenset())
        assert {one.kind for one in back.dropped} == {ObligationKind.OPERATOR_REPORT}


class TestKeys:
    def test_every_value_stands_under_one_heading(self) -> None:
        keys = [key for listed in grouped().values() for key in listed]
        assert sorted(keys) == sorted({entry.key for entry in DEFAULT.entries})
        assert {entry.key for entry in DEFAULT.entries} >= CHECKS | PER_KIND.keys()

    def test_what_the_notice_states_and_what_reports_are_checked_by_cannot_be_set(self) -> None:
        fixed = {entry.key for entry in DEFAULT.entries if why_fixed(entry)}
        assert fixed == CHECKS | STATED.keys()
        assert all(entry.source == DEFAULT_SOURCE for entry in DEFAULT.entries if entry.key not in STATED)

    def test_dates_and_limits_that_do_not_go_together_are_told(self) -> None:
        assert list(disorder(DEFAULT)) == []
        assert list(disorder(rules(("grace_days", 10, REPORT), ("lock_days", 5, REPORT)))) == [
            "半年函报：封账日（截止日后5天）早于宽限截止日（截止日后10天），请一并调整"
        ]
        assert list(disorder(rules(("grace_days", 10, REPORT), ("lock_days", 10, REPORT)))) == []
        assert list(disorder(rules(("panel_size", 7, "")))) == []
        assert list(disorder(rules(("panel_size", 6, "")))) == ["专家组人数须为单数，收到6"]
