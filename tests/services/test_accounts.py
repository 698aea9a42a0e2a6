"""Accounts: logging in with lock-out, password rules, and the scope an account acts in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, AuditEntry
from db.session import Database
from policy.access import FULL_SCOPE, NO_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from services import accounts
from tests.factories import make_account, make_park

NOW = datetime(2026, 7, 1, 1, tzinfo=UTC)
PASSWORD = "office-2026"


@pytest.fixture
def session(database: Database, set_now: Callable[[datetime], None]) -> Iterator[Session]:
    set_now(NOW)
    with database.write() as session:
        yield session


def create(session: Session, username: str = "committee", role: Role = Role.COMMITTEE, **given: object) -> Account:
    values = {"password": PASSWORD, "display_name": "示例"} | given
    return accounts.create_account(session, SYSTEM_ACTOR, username=username, role=role, **values)  # type: ignore[arg-type]


def fail(session: Session, times: int) -> None:
    for _ in range(times):
        assert accounts.authenticate(session, "committee", "wrong") is None


def test_the_right_password_opens_the_account_and_no_other_does(session: Session) -> None:
    account = create(session)
    assert accounts.authenticate(session, "committee", PASSWORD) is account
    assert accounts.authenticate(session, " committee ", PASSWORD) is account
    assert accounts.authenticate(session, "committee", PASSWORD.upper()) is None
    assert accounts.authenticate(session, "nobody", PASSWORD) is None


def test_a_password_is_kept_as_an_argon2_hash_only(session: Session) -> None:
    account = create(session)
    assert account.password_hash.startswith("$argon2id$")
    entry = session.scalars(select(AuditEntry)).one()
    assert PASSWORD not in str(entry.new)
    assert "argon2" not in str(entry.new)


def test_five_failures_lock_the_account_for_fifteen_minutes_even_for_the_right_password(
    session: Session, set_now: Callable[[datetime], None]
) -> None:
    account = create(session)
    fail(session, 5)
    assert accounts.is_locked(account)
    set_now(NOW + timedelta(minutes=14, seconds=59))
    assert accounts.authenticate(session, "committee", PASSWORD) is None
    set_now(NOW + timedelta(minutes=15))
    assert accounts.authenticate(session, "committee", PASSWORD) is account


def test_a_login_between_starts_the_count_again(session: Session) -> None:
    create(session)
    fail(session, 4)
    assert accounts.authenticate(session, "committee", PASSWORD) is not None
    fail(session, 4)
    assert accounts.authenticate(session, "committee", PASSWORD) is not None


def test_attempts_while_locked_do_not_lengthen_the_lock(session: Session, set_now: Callable[[datetime], None]) -> None:
    account = create(session)
    fail(session, 5)
    until = account.locked_until
    set_now(NOW + timedelta(minutes=10))
    fail(session, 5)
    assert account.locked_until == until


def test_the_failures_outlive_the_transaction(database: Database, set_now: Callable[[datetime], None]) -> None:
    set_now(NOW)
    with database.write() as session:
        create(session)
    for _ in range(5):
        with database.write() as session:
            accounts.authenticate(session, "committee", "wrong")
    with database.write() as session:
        assert accounts.authenticate(session, "committee", PASSWORD) is None


@pytest.mark.parametrize("state", ["unknown", "closed", "locked"])
def test_the_same_hashing_is_done_whoever_asks(session: Session, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = create(session)
    account.active = state != "closed"
    account.locked_until = NOW + timedelta(minutes=1) if state == "locked" else None
    done: list[str] = []
    monkeypatch.setattr(accounts, "_fits", lambda kept, given: bool(done.append(kept)))
    assert accounts.authenticate(session, "nobody" if state == "unknown" else "committee", PASSWORD) is None
    assert len(done) == 1


def test_logins_are_logged_for_the_account(session: Session) -> None:
    create(session)
    fail(session, 5)
    accounts.authenticate(session, "committee", PASSWORD)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert actions[1:] == ["account.login_failed"] * 5 + ["account.locked", "account.login_refused"]


def test_a_closed_account_opens_for_nobody_until_it_is_opened_again(session: Session) -> None:
    create(session)
    accounts.set_active(session, SYSTEM_ACTOR, "committee", active=False)
    assert accounts.authenticate(session, "committee", PASSWORD) is None
    with pytest.raises(Unknown, match="已停用"):
        accounts.actor_named(session, "committee")
    accounts.set_active(session, SYSTEM_ACTOR, "committee", active=True)
    assert accounts.authenticate(session, "committee", PASSWORD) is not None


@pytest.mark.parametrize("password", ["short1!", "onlyletters", "1234567890", "committee-1"])
def test_a_weak_password_is_refused(session: Session, password: str) -> None:
    with pytest.raises(Refused, match="口令至少8个字符"):
        create(session, password=password)


def test_a_demonstration_s_password_is_as_the_setting_gives_it(session: Session) -> None:
    create(session, password="demopassword", demonstration=True)
    assert accounts.authenticate(session, "committee", "demopassword") is not None


def test_a_new_password_replaces_the_old_one_and_unlocks(session: Session) -> None:
    create(session)
    fail(session, 5)
    accounts.set_password(session, SYSTEM_ACTOR, "committee", "office-2027")
    assert accounts.authenticate(session, "committee", PASSWORD) is None
    assert accounts.authenticate(session, "committee", "office-2027") is not None


def test_people_set_their_own_password_and_no_one_else_s(session: Session) -> None:
    committee = accounts.actor_of(session, create(session))
    create(session, "other")
    accounts.set_password(session, committee, "committee", "office-2027")
    with pytest.raises(AccessDenied):
        accounts.set_password(session, committee, "other", "office-2027")


@pytest.mark.parametrize("username", ["committee", "system", " "])
def test_a_name_is_used_once_and_the_system_s_never(session: Session, username: str) -> None:
    create(session)
    with pytest.raises(Refused, match="已被使用或为系统保留"):
        create(session, username)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.OPERATOR, Role.SYSTEM])
def test_a_role_without_its_unit_or_park_is_refused(session: Session, role: Role) -> None:
    with pytest.raises(Refused):
        create(session, "someone", role)


def test_the_scope_follows_from_the_role_and_its_unit_or_park(session: Session) -> None:
    park = make_park(session)
    district = create(session, "district", Role.DISTRICT, unit_id=park.district_id)
    operator = create(session, "operator", Role.OPERATOR, park_id=park.id)
    assert accounts.actor_of(session, district) == Actor(
        "district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})), park.district_id
    )
    assert accounts.actor_of(session, operator).scope == Scope(park_ids=frozenset({park.id}))
    assert accounts.actor_of(session, create(session)).scope == FULL_SCOPE
    assert accounts.actor_of(session, create(session, "admin", Role.ADMIN)).scope == NO_SCOPE
    assert accounts.actor_of(session, create(session, "expert", Role.EXPERT)).scope == NO_SCOPE


def test_a_command_acts_as_the_system_or_as_an_account_that_exists(session: Session) -> None:
    create(session)
    assert accounts.actor_named(session, "system") is SYSTEM_ACTOR
    assert accounts.actor_named(session, "committee").role is Role.COMMITTEE
    with pytest.raises(Unknown, match="没有账号“nobody”"):
        accounts.actor_named(session, "nobody")


def test_a_hash_that_is_none_opens_nothing(session: Session) -> None:
    make_account(session, "committee")
    assert accounts.authenticate(session, "committee", "!") is None


def test_only_who_manages_accounts_opens_one(session: Session) -> None:
    committee = accounts.actor_of(session, create(session))
    with pytest.raises(AccessDenied):
        accounts.create_account(
            session, committee, username="x", password=PASSWORD, display_name="x", role=Role.COMMITTEE
        )
