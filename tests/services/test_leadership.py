"""The lease that lets one scheduler process lead, and the token that keeps an earlier one from writing."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest
import trustme
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import OutboxMail, SweepMark
from db.queries.runs import heartbeat, readiness
from db.session import Database
from services import clock
from services.leadership import LEASE_LASTS, Fenced, Lead, fenced, give_up_lease, take_lease
from services.mail.outbox import send_queued
from services.mail.smtp import SmtpTransport
from services.platform import Platform
from settings import Settings
from tests.mailserver import HOST, mail_server

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SOON = 10  # seconds


def take(database: Database, holder: str, now: datetime = NOON) -> Lead | None:
    with database.write() as session:
        return take_lease(session, holder, now)


def lead(database: Database, holder: str, now: datetime = NOON) -> Lead:
    taken = take(database, holder, now)
    assert taken is not None
    return taken


def test_one_leads_and_the_other_waits_until_the_lease_has_run_out(database: Database) -> None:
    assert take(database, "first")
    assert not take(database, "second")
    assert take(database, "first", NOON + 30 * SECOND)
    ended = NOON + 30 * SECOND + LEASE_LASTS
    assert not take(database, "second", ended - SECOND)
    assert take(database, "second", ended)
    assert not take(database, "first", ended)


def test_who_gives_up_lets_the_other_lead_at_once(database: Database) -> None:
    take(database, "first")
    with database.write() as session:
        give_up_lease(session, "second", NOON)
    assert not take(database, "second")
    with database.write() as session:
        give_up_lease(session, "first", NOON)
    assert take(database, "second")


def test_the_token_grows_with_every_change_of_holder_and_only_then(database: Database) -> None:
    tokens = [
        lead(database, holder, NOON + number * LEASE_LASTS).token
        for number, holder in enumerate(("first", "first", "second", "second", "first"))
    ]
    assert tokens == [1, 1, 2, 2, 3]


@pytest.mark.parametrize("held_before", [False, True])
def test_of_many_at_once_exactly_one_leads(database: Database, held_before: bool) -> None:
    if held_before:
        take(database, "gone", NOON - LEASE_LASTS)
    start = Barrier(4)

    def race(holder: str) -> bool:
        start.wait()
        return take(database, holder) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(race, "abcd")) == 1


def test_a_lease_given_by_a_clock_that_was_a_day_fast_keeps_nobody_waiting(database: Database) -> None:
    take(database, "killed since", NOON + timedelta(days=1))
    assert lead(database, "second").token == 2


def test_the_heartbeat_tells_whether_anybody_leads(database: Database) -> None:
    with database.read() as session:
        assert readiness(session).heartbeat is None
    take(database, "first")
    with database.read() as session:
        beat = heartbeat(session)
    assert beat is not None
    assert (beat.holder, beat.token, beat.beat_at) == ("first", 1, NOON)
    assert beat.alive(NOON + LEASE_LASTS - SECOND)
    assert not beat.alive(NOON + LEASE_LASTS)


def test_processes_on_several_hosts_go_by_one_clock(database: Database, set_now: Callable[[datetime], None]) -> None:
    """A PostgreSQL server's own, however wrong the host's is; who shares a SQLite file shares its host."""
    before = clock.now()
    set_now(NOON)
    with database.read() as session:
        instant = clock.shared(session)
    if database.engine.dialect.name == "postgresql":
        assert before - timedelta(minutes=1) < instant < before + timedelta(minutes=1)
    else:
        assert instant == NOON


# --- fencing -------------------------------------------------------------------------------------------------------


def note(session: Session, name: str) -> None:
    session.add(SweepMark(name=name, day=date(2026, 1, 5), marked_at=NOON))


def noted(platform: Platform) -> set[str]:
    with platform.database.read() as session:
        return set(session.scalars(select(SweepMark.name)))


def test_who_has_lost_the_lead_reads_but_does_not_write(platform: Platform) -> None:
    first = fenced(platform, lead(platform.database, "first"))
    with first.database.write() as session:
        note(session, "while it led")
    second = fenced(platform, lead(platform.database, "second", NOON + LEASE_LASTS))
    with pytest.raises(Fenced), first.database.write() as session:
        note(session, "after it was followed")
    with second.database.write() as session:
        note(session, "by the one that leads")
    assert noted(first) == {"while it led", "by the one that leads"}


def test_who_leads_again_writes_under_its_new_token_alone(platform: Platform) -> None:
    before = fenced(platform, lead(platform.database, "first"))
    lead(platform.database, "second", NOON + LEASE_LASTS)
    after = fenced(platform, lead(platform.database, "first", NOON + 2 * LEASE_LASTS))
    with pytest.raises(Fenced), before.database.write() as session:
        note(session, "a duty of its first turn")
    with after.database.write() as session:
        note(session, "a duty of its second turn")
    assert noted(platform) == {"a duty of its second turn"}


def test_a_lease_that_has_run_out_and_that_nobody_took_is_still_good(platform: Platform) -> None:
    first = fenced(platform, lead(platform.database, "first", NOON - 2 * LEASE_LASTS))
    with first.database.write() as session:
        note(session, "late")
    assert noted(platform) == {"late"}


@pytest.fixture
def writing(platform: Platform) -> Iterator[tuple[Future[None], Event]]:
    """The first leader, in the midst of a write until the event is set; its lease has run out."""
    first = fenced(platform, lead(platform.database, "first", NOON - LEASE_LASTS))
    begun, go_on = Event(), Event()

    def write() -> None:
        with first.database.write() as session:
            note(session, "begun while it led")
            session.flush()
            begun.set()
            assert go_on.wait(SOON)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(write)
        begun.wait(SOON)
        yield future, go_on
        go_on.set()


def test_nobody_takes_over_in_the_midst_of_a_write(platform: Platform, writing: tuple[Future[None], Event]) -> None:
    """On PostgreSQL others go on waiting while the heartbeat renews the lease; on SQLite nobody else could write."""
    future, go_on = writing
    if platform.database.engine.dialect.name == "postgresql":
        assert take(platform.database, "second") is None
        assert lead(platform.database, "first").token == 1
    go_on.set()
    future.result(SOON)
    assert lead(platform.database, "second", NOON + LEASE_LASTS).token == 2
    assert noted(platform) == {"begun while it led"}


def test_a_write_begun_while_another_takes_over_waits_and_fails(platform: Platform) -> None:
    first = fenced(platform, lead(platform.database, "first"))
    begins = Event()

    def write() -> None:
        begins.set()
        with first.database.write() as session:
            note(session, "too late")

    with ThreadPoolExecutor(1) as pool:
        with platform.database.write() as session:
            assert take_lease(session, "second", NOON + LEASE_LASTS) is not None
            future = pool.submit(write)
            begins.wait(SOON)
        with pytest.raises(Fenced):
            future.result(SOON)
    assert noted(platform) == set()


# --- mail ----------------------------------------------------------------------------------------------------------


def test_no_mail_is_handed_over_by_a_process_that_has_lost_the_lead(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with platform.database.write() as session:
        session.add(
            OutboxMail(
                key="T+1-1", recipient="handler@example.gov.cn", subject="【催报】逾期未报", text="逾期未报",
                html="<p>逾期未报</p>", stage="T+1", state="queued", message_id="<T+1-1@parkwatch.local>",
                queued_at=now, try_at=now,
            )
        )  # fmt: skip
    with mail_server(trustme.CA(), tls="none") as (post, port):
        monkeypatch.setenv("PARKWATCH_MAIL_URL", f"smtp://{HOST}:{port}?starttls=never")
        first = fenced(replace(platform, settings=Settings(_env_file=None)), lead(platform.database, "first", now))
        connect = SmtpTransport.connect

        def loses_the_lead(transport: SmtpTransport) -> smtplib.SMTP:
            """Claimed, and connected; at this very moment another process takes over."""
            server = connect(transport)
            lead(platform.database, "second", clock.now() + LEASE_LASTS)
            return server

        monkeypatch.setattr(SmtpTransport, "connect", loses_the_lead)
        with pytest.raises(Fenced):
            send_queued(first)
        assert post.received == []
    with platform.database.read() as session:
        mail = session.scalars(select(OutboxMail)).one()
    assert (mail.state, mail.doubts) == ("claimed", 0)  # whoever leads sends it once this claim has run out
