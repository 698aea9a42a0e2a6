"""Accounts as the administrator's page lists them, and the one behind a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.data_version import CURRENT
from db.models import Account, Park, Unit
from policy.access import SYSTEM_ACTOR, Role


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """Of an open account what every request asks for, and which state of the data the request sees (db.data_version):
    both in one look-up."""

    id: int
    username: str
    display_name: str
    password_hash: str
    role: str
    unit_id: int | None
    park_id: int | None
    data_version: str


# Put together once: it is asked at every request.
SEEN = select(
    Account.id, Account.username, Account.display_name, Account.password_hash, Account.role, Account.unit_id,
    Account.park_id, func.coalesce(CURRENT.scalar_subquery(), ""),
).where(Account.username == bindparam("username"), Account.active)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`place`: the unit or park the account is confined to; empty when it is to none.

    `ended`: that unit has ended, so that the account sees no park any more.
    """

    username: str
    display_name: str
    role: Role
    place: str
    ended: bool
    active: bool
    locked_until: datetime | None
    created_at: datetime


def account_seen(session: Session, username: str) -> AccountSeen | None:
    """The account of this name unless it is closed."""
    row = session.connection().execute(SEEN, {"username": username}).first()
    return None if row is None else AccountSeen(*row)


def names(session: Session) -> dict[str, str]:
    """What to call the account of each username in a record, closed ones and the system's own included."""
    rows = session.execute(select(Account.username, Account.display_name))
    return {SYSTEM_ACTOR.account: "系统"} | {row.username: row.display_name for row in rows}


def accounts(session: Session, day: date) -> tuple[AccountRow, ...]:
    """Every account by name, as things stand on `day`."""
    rows = session.execute(
        select(Account, Unit.name, Unit.valid_to, Park.title)
        .outerjoin(Unit, Account.unit_id == Unit.id)
        .outerjoin(Park, Account.park_id == Park.id)
        .order_by(Account.username)
    )
    return tuple(
        AccountRow(
            account.username, account.display_name, Role(account.role), park or unit or "",
            valid_to is not None and valid_to < day, account.active, account.locked_until, account.created_at,
        )
        for account, unit, valid_to, park in rows
    )  # fmt: skip
