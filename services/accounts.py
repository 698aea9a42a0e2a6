"""Accounts: opening and closing them, logging in with lock-out, and the actor an account acts as."""

from __future__ import annotations

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account
from db.queries.accounts import AccountSeen
from db.queries.panels import is_expert, parks_reviewed
from policy.access import FULL_SCOPE, NO_SCOPE, SYSTEM_ACTOR, Actor, Permission, Role, Scope
from policy.acts import Act
from policy.refusal import Refused, Unknown
from services import audit, clock
from services.lengths import require_storable

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked when there is no such account, so that the answer takes as long as for a real one.
NOBODY = HASHER.hash("nobody")
FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST = 8
LOCK_RULE = f"连续输错{FAILURES_BEFORE_LOCK}次口令，锁定{LOCKED_FOR // timedelta(minutes=1)}分钟"
PASSWORD_RULE = f"至少{SHORTEST}个字符，字母、数字、符号至少两种，不含账号名"


def create_account(
    session: Session,
    actor: Actor,
    *,
    username: str,
    password: str,
    display_name: str,
    role: Role,
    unit_id: int | None = None,
    park_id: int | None = None,
    demonstration: bool = False,
) -> Account:
    """Open an account: a district's needs its unit, an operator's its park; an expert's may do without one until the
    专家库 says whose it is.

    Raises Refused for a name that is taken, a weak password (a demonstration's is as the setting gives it) or
    a missing unit or park.
    """
    actor.require(Permission.MANAGE_ACCOUNTS)
    username = username.strip()
    _check_place(role, unit_id, park_id)
    if not username or username == SYSTEM_ACTOR.account or _named(session, username) is not None:
        raise Refused(f"账号“{username}”为空、已被使用或为系统保留")
    if not demonstration:
        require_strong(password, username)
    account = Account(
        username=username, display_name=display_name, password_hash=HASHER.hash(password), role=role,
        unit_id=unit_id, park_id=park_id, created_at=clock.now(),
    )  # fmt: skip
    require_storable(account)
    session.add(account)
    session.flush()
    new = {"role": role, "display_name": display_name, "unit_id": unit_id, "park_id": park_id}
    audit.record(session, actor, Act.ACCOUNT_CREATE, username, new=new)
    return account


def _check_place(role: Role, unit_id: int | None, park_id: int | None) -> None:
    if role is Role.SYSTEM:
        raise Refused("“系统”不是可登录的账号")
    if role is Role.DISTRICT and unit_id is None:
        raise Refused("区县账号须指定所属区县")
    if role is Role.OPERATOR and park_id is None:
        raise Refused(f"{role.label}账号须指定园区")


def require_strong(password: str, username: str) -> None:
    """Raises Refused unless the password is long enough, of two kinds of characters, and not the name again."""
    kinds = sum((
        any(c.isalpha() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isalnum() for c in password),
    ))  # fmt: skip
    if len(password) < SHORTEST or kinds < 2 or username.casefold() in password.casefold():
        raise Refused(f"口令{PASSWORD_RULE}")


def set_password(session: Session, actor: Actor, username: str, password: str) -> None:
    """A new password; anyone may set their own, an administrator everyone's."""
    if actor.account != username:
        actor.require(Permission.MANAGE_ACCOUNTS)
    account = _require(session, username)
    require_strong(password, username)
    account.password_hash = HASHER.hash(password)
    account.failed_logins, account.locked_until = 0, None
    audit.record(session, actor, Act.ACCOUNT_PASSWORD, username)


def set_active(session: Session, actor: Actor, username: str, *, active: bool) -> None:
    """Open a closed account again, or close it."""
    actor.require(Permission.MANAGE_ACCOUNTS)
    account = _require(session, username)
    old, account.active = account.active, active
    audit.record(session, actor, Act.ACCOUNT_ACTIVE, username, old=old, new=active)


def authenticate(session: Session, username: str, password: str) -> Account | None:
    """The account these open; None otherwise, without saying why, after the same work.

    Needs a write transaction: after FAILURES_BEFORE_LOCK failures in a row the account is locked for LOCKED_FOR.
    While locked it opens for no password.
    """
    account = session.scalars(select(Account).where(Account.username == username.strip()).with_for_update()).first()
    fits = _fits(account.password_hash if account else NOBODY, password)
    if account is None:
        return None
    if not account.active or is_locked(account):
        _log(session, account, Act.ACCOUNT_LOGIN_REFUSED)
        return None
    if not fits:
        _count_failure(session, account)
        return None
    if HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = HASHER.hash(password)
    account.failed_logins, account.locked_until = 0, None
    _log(session, account, Act.ACCOUNT_LOGIN)
    return account


def is_locked(account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > clock.now()


def _count_failure(session: Session, account: Account) -> None:
    account.failed_logins += 1
    _log(session, account, Act.ACCOUNT_LOGIN_FAILED)
    if account.failed_logins >= FAILURES_BEFORE_LOCK:
        account.failed_logins, account.locked_until = 0, clock.now() + LOCKED_FOR
        _log(session, account, Act.ACCOUNT_LOCKED)


def _log(session: Session, account: Account, act: Act) -> None:
    audit.record(session, actor_of(session, account), act, account.username)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def actor_of(session: Session, account: Account | AccountSeen) -> Actor:
    """The account with the permissions of its role and the scope of its unit or park."""
    return Actor(account.username, Role(account.role), _scope(session, account), account.unit_id)


def _scope(session: Session, account: Account | AccountSeen) -> Scope:
    """An administrator of the system sees no business data; a district its own parks, an operator its own park.

    Somebody of the 专家库 sees the parks they review, and no other the account may once have been opened for.
    """
    role = Role(account.role)
    if role is Role.EXPERT and is_expert(session, account.id):
        return Scope(park_ids=parks_reviewed(session, account.id))
    if role in (Role.COMMITTEE, Role.SYSTEM):
        return FULL_SCOPE
    if role is Role.DISTRICT and account.unit_id is not None:
        return Scope(unit_ids=frozenset({account.unit_id}))
    if role in (Role.OPERATOR, Role.EXPERT) and account.park_id is not None:
        return Scope(park_ids=frozenset({account.park_id}))
    return NO_SCOPE


def actor_named(session: Session, username: str) -> Actor:
    """Who a command acts as; raises Unknown when there is no such open account."""
    if username == SYSTEM_ACTOR.account:
        return SYSTEM_ACTOR
    account = _require(session, username)
    if not account.active:
        raise Unknown(f"账号“{username}”已停用")
    return actor_of(session, account)


def _named(session: Session, username: str) -> Account | None:
    return session.scalars(select(Account).where(Account.username == username)).first()


def _require(session: Session, username: str) -> Account:
    account = _named(session, username)
    if account is None:
        raise Unknown(f"没有账号“{username}”")
    return account
