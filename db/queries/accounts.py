"""Accounts as the administrator's page lists them, and the one behind a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.models import Account, Park, Unit
from policy.access import SYSTEM_ACTOR, Role

# Put together once: it is asked at every request.
OPEN = select(Account).where(Account.username == bindparam("username"), Account.active)


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


def open_account(session: Session, username: str) -> Account | None:
    """The account of this name unless it is closed."""
    return session.scalars(OPEN, {"username": username}).first()


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
