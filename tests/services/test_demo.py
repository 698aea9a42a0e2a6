"""The demonstration programme: twelve stories on any day, entered as a district would, and only once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import facts
from db.base import Base
from db.models import (
    Alert,
    AuditEntry,
    Contact,
    FindingExplanation,
    OutboxMail,
    Park,
    ParkSnapshot,
    Review,
    ReviewComment,
    Submission,
    Unit,
)
from db.queries import progress
from db.queries.corrections import corrections
from db.queries.obligations import ledger as obligation_ledger
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR
from policy.alerts import alerts
from policy.facts import FigureFact, GoalFact, ParkFact, ReceiptFact
from policy.firm_round import FirmState
from policy.indicators.lag import latest_paces
from policy.indicators.progress import Pace
from policy.obligations import CHECKLIST, half_year_obligations, receipt_state
from policy.progress_report import ProgressState
from policy.refusal import Refused
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import (
    ActKind,
    AlertRule,
    DecisionKind,
    FigureKind,
    HalfYear,
    Light,
    ReceiptState,
    ReturnReason,
    Stage,
    Standing,
    SubmissionKind,
    SubmissionState,
)
from policy.workflow import Taken, stage_after
from services import (
    accounts,
    alerting,
    clock,
    demo,
    explanations,
    firm_answers,
    parks,
    sealing,
    units,
    verification,
    versions,
)
from services.claims import ledger
from services.demo import loading, names
from services.demo.events import ActIn, Decision, Event, Handling, LetterIn, StepTaken, Upload
from services.demo.figures import Course, report
from services.demo.municipality import BY_CODE, DISTRICTS, PARKS, ParkSpec, Story
from services.demo.programme import approved_on, newest_ended, programme
from services.platform import Platform
from services.storage import Storage
from settings import Settings
from tests.factories import make_park

PASSWORD = "demo-password"
# An ordinary day; inside the window before a due date; a leap day. The plan itself is tested for every day.
DAYS = {date(2026, 11, 23): "sqlite", date(2027, 1, 15): "postgresql", date(2028, 2, 29): "sqlite"}
TROUBLE = {AlertRule.REPORT_OVERDUE, AlertRule.LAGGING}


@dataclass(frozen=True)
class Seen:
    """One park as it stands: from the plan alone, or from the database."""

    park: ParkSpec
    today: date
    stage: Stage
    owed: tuple[HalfYear, ...]
    receipts: dict[HalfYear, ReceiptFact]
    accepted: frozenset[HalfYear]
    rules: frozenset[AlertRule]
    lights: frozenset[Light]
    paces: tuple[Pace, ...]

    @property
    def current(self) -> ReceiptFact:
        period = newest_ended(self.today)
        return self.receipts.get(period, ReceiptFact(period))

    @property
    def on_time(self) -> bool:
        """Building, with accepted reports, and nothing worse than a reminder open."""
        return self.stage is Stage.BUILDING and bool(self.accepted) and not self.rules & TROUBLE

    def holds(self) -> bool:
        return HOLDS[self.park.story](self)

    def holds_without_figures(self) -> bool:
        return self.park.story is Story.LAGGING or self.holds()


HOLDS: dict[Story, Callable[[Seen], bool]] = {
    Story.JUST_APPROVED: lambda s: s.stage is Stage.BUILDING and not s.receipts and not s.rules,
    Story.FIRST_YEAR: lambda s: s.on_time and 1 <= len(s.accepted) <= 2,
    Story.UNDER_WAY: lambda s: s.on_time and 2 <= len(s.accepted) <= 3,
    Story.ENDING: lambda s: s.on_time and 3 <= len(s.accepted) <= 4,
    Story.OVERDUE: lambda s: s.stage is Stage.BUILDING and AlertRule.REPORT_OVERDUE in s.rules,
    Story.NO_LETTER: lambda s: (
        receipt_state(s.current, s.today) is ReceiptState.DATA_ONLY and s.stage is Stage.BUILDING
    ),
    Story.WAITING: lambda s: receipt_state(s.current, s.today) is ReceiptState.COMPLETE and not s.current.accepted_on,
    Story.RETURNED: lambda s: s.current.returned_on is not None and not s.rules & TROUBLE,
    Story.LAGGING: lambda s: Light.RED in s.lights and AlertRule.REPORT_OVERDUE not in s.rules,
    Story.REORGANISED: lambda s: s.on_time,
    Story.ACCEPTANCE: lambda s: s.stage is Stage.APPLIED and set(s.owed) == s.accepted,
    Story.TITLED: lambda s: s.stage is Stage.TITLED and set(s.owed) == s.accepted,
}


def _seen(park: ParkSpec, known: Situation) -> Seen:
    open_now = alerts(known)
    lagging = (alert.stage for alert in open_now if alert.rule is AlertRule.LAGGING)
    return Seen(
        park,
        known.as_of,
        known.park.stage,
        tuple(entry.period for entry in half_year_obligations(known.park.approved_on, known.park.ends_on, DEFAULT)),
        known.receipts,
        frozenset(period for period, fact in known.receipts.items() if fact.accepted_on),
        frozenset(alert.rule for alert in open_now),
        frozenset(Light(stage.rpartition("-")[2]) for stage in lagging),
        latest_paces(known),
    )


# --- the plan -------------------------------------------------------------------------------------------------


def plan(today: date, *, figures: bool = False) -> Iterator[Seen]:
    """Every park as the events of the plan leave it."""
    events = programme(today)
    for park in PARKS:
        mine = [event for event in events if park.code in (*getattr(event, "parks", ()), getattr(event, "park", ""))]
        course = Course(park, approved_on(park.story, today))
        steps = [Taken(event.kind) for event in mine if isinstance(event, StepTaken)]
        stage = stage_after(steps, course.ends_on, today)
        fact = ParkFact(1, park.code, park.title, 1, park.district, course.approved_on, "1号", course.ends_on, stage)
        receipts = _receipts(mine)
        known = Situation(fact, today, DEFAULT, receipts, done=_signed(mine))
        yield _seen(
            park, replace(known, goals=_goals(course), figures=_figures(course, receipts)) if figures else known
        )


def _receipts(events: Iterable[Event]) -> dict[HalfYear, ReceiptFact]:
    receipts: dict[HalfYear, ReceiptFact] = {}
    for event in events:
        if not isinstance(event, Upload | Handling | LetterIn | Decision):
            continue
        fact = receipts.get(event.period, ReceiptFact(event.period))
        if (isinstance(event, Handling) and not event.submit) or (isinstance(event, Upload) and event.draft):
            continue
        if isinstance(event, Upload | Handling):
            fact = replace(fact, data_on=event.on, returned_on=None)
        elif isinstance(event, LetterIn):
            fact = replace(fact, letter_on=event.on)
        elif event.reason:
            fact = replace(fact, data_on=None, returned_on=event.on)
        else:
            fact = replace(fact, accepted_on=event.on)
        receipts[event.period] = fact
    return receipts


def _signed(events: Iterable[Event]) -> dict[str, date]:
    """The periods answered by a nil return."""
    return {event.period: event.on for event in events if isinstance(event, ActIn) and event.kind is ActKind.NIL_RETURN}


def _goals(course: Course) -> tuple[GoalFact, ...]:
    return tuple(GoalFact(key, base, course.baseline_on, goal, "") for key, (base, goal) in course.goals().items())


def _figures(course: Course, receipts: dict[HalfYear, ReceiptFact]) -> tuple[FigureFact, ...]:
    return tuple(
        FigureFact(key, period, value, "", "", "", 1)
        for period, fact in receipts.items()
        if fact.accepted_on
        for key, value in report(course, period, course.park.district, period.end).current.items()
    )


def test_every_story_holds_on_every_day_of_three_years() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 366)]
    seen = (entry for today in days for entry in plan(today))
    assert [(entry.today, entry.park.story) for entry in seen if not entry.holds_without_figures()] == []


def test_one_park_is_red_and_one_yellow_whatever_the_day() -> None:
    for today in [date(2026, 1, 1) + timedelta(days=61 * number) for number in range(18)]:
        lights = {entry.park.story: entry.lights for entry in plan(today, figures=True)}
        assert lights.pop(Story.LAGGING) == {Light.RED}
        assert lights.pop(Story.WAITING) == {Light.YELLOW}
        assert not any(lights.values())


def test_who_applies_for_acceptance_has_reached_its_goals() -> None:
    for today in [date(2026, 1, 1) + timedelta(days=61 * number) for number in range(18)]:
        for entry in plan(today, figures=True):
            if entry.park.story in (Story.ACCEPTANCE, Story.TITLED):
                assert len(entry.paces) >= 4
                assert [pace for pace in entry.paces if not pace.reached] == []


def test_nothing_is_planned_for_a_day_to_come() -> None:
    for today in DAYS:
        assert max(event.on for event in programme(today)) <= today


def test_twelve_parks_of_a_dozen_districts_two_of_them_in_one() -> None:
    districts = [park.district for park in PARKS]
    assert len(PARKS) == len({park.story for park in PARKS}) == 12
    assert districts.count("虚构云岭区") == 2
    assert len(DISTRICTS) == 12


def test_tiles_of_the_municipality_do_not_overlap() -> None:
    assert len({(district.row, district.column) for district in DISTRICTS}) == len(DISTRICTS)


def test_no_firm_stands_in_two_parks_and_all_are_plainly_fictional() -> None:
    firms = [names.firm_name(park, firm) for park in range(len(PARKS)) for firm in range(names.FIRMS_A_PARK)]
    assert len(set(firms)) == len(firms)
    assert all(firm.startswith("虚构") for firm in firms)


@pytest.mark.parametrize("park", PARKS, ids=lambda park: park.code)
def test_figures_lie_in_the_demonstration_ranges_and_grow(park: ParkSpec) -> None:
    course = Course(park, date(2025, 2, 20))
    june, december = course.figures(2025, 6), course.figures(2025, 12)
    assert all(december[key] >= june[key] for key in june)
    assert Decimal("3.2") <= december["revenue_cyber"] <= 18
    assert 32 <= december["firms_cyber"] <= 140
    assert Decimal("0.15") <= december["staff_cyber"] <= Decimal("0.9")
    assert 20 <= december["area_planned"] <= 120


def test_the_same_park_gives_the_same_figures_on_every_run() -> None:
    first, second = (Course(PARKS[0], date(2025, 2, 20)) for _ in range(2))
    assert first.roster(2025, 6) == second.roster(2025, 6)


# --- the load -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    return request.param


@pytest.fixture(scope="module")
def loaded(today: date, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The programme loaded on that day, with the clock stopped there for all tests of the day."""
    with (
        pytest.MonkeyPatch.context() as patch,
        _platform(DAYS[today], request, tmp_path_factory.mktemp("demo")) as made,
    ):
        patch.setattr(clock, "now", lambda: datetime.combine(today, time(9), clock.SHANGHAI))
        assert demo.load(made).created
        yield made


@contextmanager
def _platform(backend: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Platform]:
    cluster = request.getfixturevalue("postgres") if backend == "postgresql" else None
    if cluster is not None:
        url = cluster.create()
    else:
        url = f"sqlite:///{shutil.copyfile(request.getfixturevalue('sqlite_template'), folder / 'parkwatch.db')}"
    settings = Settings(
        _env_file=None, database_url=url, storage_url=f"file:{folder / 'files'}", demo_password=PASSWORD
    )
    database = Database(url)
    with database.write() as session:
        units.load_divisions(session)
    yield Platform(settings, database, Storage(settings.storage_folder))
    database.engine.dispose()
    if cluster is not None:
        cluster.drop(url)


@pytest.fixture
def session(loaded: Platform) -> Iterator[Session]:
    with loaded.database.read() as session:
        yield session


def _park(session: Session, story: Story) -> Park:
    code = next(park.code for park in PARKS if park.story is story)
    return session.scalars(select(Park).where(Park.code == code)).one()


def test_the_twelve_stories_hold_in_the_database(session: Session, today: date) -> None:
    parks_there = session.scalars(select(Park)).all()
    seen = [_seen(BY_CODE[park.code], facts.situation(session, park.id, today, DEFAULT)) for park in parks_there]
    assert [entry.park.story for entry in seen if not entry.holds()] == []
    assert len(seen) == 12


def test_every_report_came_through_the_intake(session: Session, loaded: Platform) -> None:
    rows = session.scalars(select(Submission)).all()
    assert {row.format for row in rows} == {"xlsx", "docx"}
    for row in rows:
        assert loaded.storage.get(row.file.sha256)
        assert row.readings
        assert row.state != SubmissionState.ATTEMPT
        assert not row.has_errors or row.state == SubmissionState.DRAFT
    stored = session.scalar(select(func.count()).where(AuditEntry.action == "submission.store"))
    assert stored == len(rows)


def test_accepted_reports_have_nothing_left_to_confirm_or_explain(session: Session) -> None:
    accepted = session.scalars(select(Submission).where(Submission.state == SubmissionState.ACCEPTED)).all()
    forms = [row for row in accepted if row.kind == SubmissionKind.APPLICATION_FORM]
    assert len(accepted) > len(forms) == len(PARKS)
    assert {finding.code for row in accepted for finding in explanations.unexplained(session, row)} == set()
    assert all(not versions.blocking(session, row) for row in accepted)
    assert [row.file_name for row in forms if not row.clean] == []
    assert [row.file_name for row in forms if not row.meets_thresholds] == []


def test_figures_are_those_of_the_workbooks(session: Session) -> None:
    park = _park(session, Story.UNDER_WAY)
    course = Course(BY_CODE[park.code], park.approved_on)
    for figure in facts.figures(session, park.id, date.max):
        expected = course.figures(figure.period.year, figure.period.months)
        assert figure.value == expected.get(figure.key, figure.value)
        assert figure.where
    assert len({figure.period for figure in facts.figures(session, park.id, date.max)}) >= 2


def test_a_return_names_its_reason_and_a_second_version_was_accepted(session: Session) -> None:
    reasons = session.scalars(select(Review.reason).where(Review.accepted.is_(False))).all()
    assert len(reasons) == 2
    assert all("80%" in reason for reason in reasons)
    ending = _park(session, Story.ENDING)
    versions = select(Submission.state).where(Submission.park_id == ending.id, Submission.version == 2)
    assert session.scalars(versions).all() == [SubmissionState.ACCEPTED]


def _versions(session: Session, park: Park, period: HalfYear) -> list[Submission]:
    found = select(Submission).where(Submission.park_id == park.id, Submission.period == str(period))
    return list(session.scalars(found.order_by(Submission.version)))


def test_estimates_were_replaced_and_the_slip_names_the_paper_that_states_them(session: Session) -> None:
    for story, before, after in (
        (Story.RETURNED, FigureKind.ESTIMATE, FigureKind.PRELIMINARY),
        (Story.TITLED, FigureKind.PRELIMINARY, FigureKind.FINAL),
    ):
        told = corrections(session, FULL_SCOPE, _park(session, story).code)
        revenue = [entry for entry in told if entry.key == "revenue_cyber"]
        assert [(entry.old.kind, entry.new.kind) for entry in revenue] == [(before, after)]
        assert "更正" in revenue[0].reason
        assert ["园区发展情况表第1版" in name for name in revenue[0].documents] == [True]


def test_the_district_decided_and_was_not_asked_again(session: Session, today: date) -> None:
    first, second = _versions(session, _park(session, Story.RETURNED), newest_ended(today))
    assert (first.state, second.state) == (SubmissionState.DRAFT, SubmissionState.RETURNED)
    decided = [{cell.key: cell.decided for cell in row.readings if cell.decided} for row in (first, second)]
    carried = {"revenue_total": DecisionKind.CONFIRM, "firms_total": DecisionKind.AMEND}
    assert decided == [carried | {"staff_cyber": DecisionKind.REJECT}, carried]
    review = second.reviews[-1]
    assert ReturnReason(review.category) is ReturnReason.INCOMPLETE
    sent = session.scalars(select(ReviewComment).where(ReviewComment.review_id == review.id)).all()
    assert {bool(comment.reading_id) for comment in sent} == {True, False}


def test_an_explanation_was_carried_to_the_second_version(session: Session) -> None:
    carried = session.scalars(select(FindingExplanation).where(FindingExplanation.carried_from.is_not(None))).all()
    assert ["二期3号楼" in entry.text for entry in carried] == [True] * len(carried)
    assert carried


def test_seals_that_hold_and_one_that_does_not(session: Session, today: date) -> None:
    holding = sealing.seals(session, _park(session, Story.WAITING).id)
    assert [seal.told for seal in holding] == ["函所附表的校验码与现行数据一致"]
    replaced = sealing.seals(session, _park(session, Story.RETURNED).id)
    assert "不一致" in replaced[0].told
    assert [seal.period for seal in replaced] == [newest_ended(today).previous(), newest_ended(today)]


def test_some_of_what_is_stated_is_proven(session: Session) -> None:
    found = ledger(session, SYSTEM_ACTOR, _park(session, Story.RETURNED).code)
    assert len(found.proofs) >= 5
    assert found.unproven
    assert len(found.withdrawn) == 1


def test_a_round_of_one_page_a_firm_has_one_silent_one_moved_one_double_and_one_new(
    session: Session, today: date
) -> None:
    park = _park(session, Story.RETURNED)
    found = firm_answers.standing(session, SYSTEM_ACTOR, park.code, newest_ended(today)).round
    assert [firm.state for firm in found.firms].count(FirmState.MISSING) == 1
    assert [[change.column.key for change in firm.changes] for firm in found.firms if firm.changes] == [["address"]]
    assert [len(firm.answers) for firm in found.firms if len(firm.answers) > 1] == [2]
    assert any(firm.is_new for firm in found.firms)


def test_one_task_is_late_and_an_operator_reports_its_progress(session: Session, loaded: Platform) -> None:
    lagging, shown = _park(session, Story.LAGGING), _park(session, Story.RETURNED)
    late = session.scalars(select(Alert).where(Alert.rule == AlertRule.TASK_LATE, Alert.closed_on.is_(None))).all()
    assert [alert.park_id for alert in late] == [lagging.id]
    told = progress.versions(session, SYSTEM_ACTOR, shown.id)
    assert [(version.state, version.no.label) for version in told] == [
        (ProgressState.WAITING, "第1版草稿1"), (ProgressState.FORWARDED, "第1版"),
    ]  # fmt: skip
    assert {contact.park_id for contact in session.scalars(select(Contact)) if contact.park_id} == {
        lagging.id, shown.id
    }  # fmt: skip


def test_a_report_was_put_off_one_was_nil_and_duties_are_discharged(session: Session, today: date) -> None:
    parks = {park.situation.park.code: park for park in obligation_ledger(session, FULL_SCOPE, today)}
    acts = {(code, act.kind) for code, park in parks.items() for entry in park.entries for act in entry.acts}
    by_story = {park.story: park.code for park in PARKS}
    assert (by_story[Story.LAGGING], ActKind.EXTENSION) in acts
    assert (by_story[Story.REORGANISED], ActKind.NIL_RETURN) in acts
    shown = parks[by_story[Story.RETURNED]].narrowed(CHECKLIST).entries
    assert sum(entry.standing is Standing.RECEIVED for entry in shown) >= 2
    assert all(act.file_name for park in parks.values() for entry in park.entries for act in entry.acts)


def test_the_park_of_an_abolished_district_keeps_its_title(session: Session, today: date) -> None:
    park = _park(session, Story.REORGANISED)
    before = session.scalars(select(Unit).where(Unit.name == "虚构霜桥区")).one()
    assert park.title == "国家网络安全产业园区（虚构霜桥园）"
    assert park.district.name == "虚构霁原新区"
    assert units.successors(session, before, today) == (park.district,)


def test_the_chain_and_the_files_verify(loaded: Platform) -> None:
    found = verification.verify(loaded)
    assert (found.problems, found.notes) == ((), ())
    assert found.audit_entries > 150


def test_alerts_and_mails_of_the_day_stand(session: Session, loaded: Platform, today: date) -> None:
    rules = set(session.scalars(select(Alert.rule).where(Alert.closed_on.is_(None))))
    assert {AlertRule.REPORT_OVERDUE, AlertRule.LAGGING} <= rules
    assert session.scalars(select(OutboxMail)).first() is not None
    with loaded.database.write() as writing:
        again = alerting.sweep(writing, SYSTEM_ACTOR, today)
    assert (again.opened, again.closed, again.mails, again.unreachable) == ((), (), (), ())


def test_real_units_have_no_park_and_all_names_are_fictional(session: Session) -> None:
    parks = session.scalars(select(Park)).all()
    assert len(parks) == len(PARKS)
    for park in parks:
        assert park.district.fictional
        assert all("虚构" in name for name in (park.title, park.district.name, park.operator, park.approval_no))
    real = session.scalars(select(Unit.id).where(Unit.fictional.is_(False))).all()
    assert real
    assert session.scalar(select(func.count()).select_from(Park).where(Park.district_id.in_(real))) == 0
    for contact in session.scalars(select(Contact)):
        assert contact.mail.endswith(".example.test")
        assert contact.phone.startswith("1390000")


def test_the_accounts_open_and_see_what_they_should(loaded: Platform, today: date) -> None:
    expected = {"committee": 12, "district": 2, "operator": 1, "expert": 1, "admin": 0}
    with loaded.database.write() as session:
        for username, number in expected.items():
            account = accounts.authenticate(session, username, PASSWORD)
            assert account is not None
            scope = accounts.actor_of(session, account).scope
            assert len(parks.list_parks(session, scope, today)) == number


def test_every_park_has_its_stored_row(session: Session) -> None:
    rows = session.scalars(select(ParkSnapshot)).all()
    assert {row.code for row in rows} == set(BY_CODE)
    assert {row.code: row.light for row in rows}["XG09"] == Light.RED


# The last of the module on each day: it loads again, on a later day.
def test_a_second_load_changes_nothing_and_says_so(
    loaded: Platform, today: date, set_now: Callable[[date], None]
) -> None:
    before = _counts(loaded)
    set_now(today + timedelta(days=40))
    again = demo.load(loaded)
    assert (again.created, again.as_of, again.accounts) == (False, today, ())
    assert "未作改动" in again.message
    assert _counts(loaded) == before


def _counts(platform: Platform) -> dict[str, int]:
    with platform.database.read() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


# --- interrupted, refused -------------------------------------------------------------------------------------


def test_an_interrupted_load_goes_on_where_it_stopped(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_now: Callable[[date], None]
) -> None:
    class Interrupted(Exception):
        pass

    def until_a_draft_waits(today: date) -> Iterator[Event]:
        yield from takewhile(lambda event: not isinstance(event, Handling), programme(today))
        raise Interrupted

    begun = date(2026, 11, 23)
    with _platform("sqlite", request, tmp_path) as platform:
        set_now(begun)
        monkeypatch.setattr(loading, "programme", until_a_draft_waits)
        with pytest.raises(Interrupted):
            demo.load(platform)
        with platform.database.read() as session:
            assert demo.is_unfinished(session)
        monkeypatch.setattr(loading, "programme", programme)
        set_now(begun + timedelta(days=1))
        done = demo.load(platform)
        assert (done.created, done.as_of, len(done.accounts)) == (True, begun, 5)
        with platform.database.read() as session:
            assert not demo.is_unfinished(session)
            versions = session.scalars(select(Submission)).all()
            assert len(versions) == len(PARKS) + sum(isinstance(event, Upload) for event in programme(begun))
        assert verification.verify(platform).problems == ()


def test_a_register_in_use_is_left_alone(platform: Platform) -> None:
    with platform.database.write() as session:
        make_park(session)
    before = _counts(platform)
    with pytest.raises(Refused, match="已有其他数据"):
        demo.load(platform)
    assert _counts(platform) == before
