"""专家库 as the committee's pages show it: the people, what binds them, and the panels they sat on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, Expert, ExpertTie, Panel, PanelMember, Park
from policy.access import Role
from policy.divisions import in_force
from policy.masking import mask_mail, mask_phone
from policy.panel import Seat


@dataclass(frozen=True, slots=True)
class TieRow:
    """`name`: the unit or firm, or the title of the park it binds to (`park_code`)."""

    id: int
    name: str
    park_code: str
    since: date | None
    until: date | None
    note: str


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One panel the expert was drawn for."""

    park_code: str
    park_title: str
    seat: Seat
    drawn_on: date
    withdrawn_on: date | None
    dissolved_on: date | None


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """Phone and mail are personal data: masked in every list."""

    id: int
    code: str
    name: str
    employer: str
    post: str
    specialties: tuple[str, ...]
    phone: str
    mail: str
    valid_from: date | None
    valid_to: date | None
    note: str
    account: str
    """By which they sign in; empty where they do not."""
    ties: tuple[TieRow, ...] = ()
    seats: tuple[SeatRow, ...] = ()

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_mail(self) -> str:
        return mask_mail(self.mail)

    def valid_on(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)


def experts(session: Session) -> tuple[ExpertRow, ...]:
    """Everybody of the 专家库 by code, with what binds them; without the panels they sat on."""
    rows = session.execute(
        select(Expert, Account.username).outerjoin(Account, Account.id == Expert.account_id).order_by(Expert.code)
    ).all()
    bound: dict[int, list[TieRow]] = {}
    for expert_id, tie in _ties(session):
        bound.setdefault(expert_id, []).append(tie)
    return tuple(_row(row, account, bound.get(row.id, ())) for row, account in rows)


def expert(session: Session, expert_id: int) -> ExpertRow | None:
    found = session.execute(
        select(Expert, Account.username)
        .outerjoin(Account, Account.id == Expert.account_id)
        .where(Expert.id == expert_id)
    ).first()
    if found is None:
        return None
    ties = (tie for number, tie in _ties(session) if number == expert_id)
    return _row(*found, ties, _seats(session, expert_id))


def specialties(found: Iterable[ExpertRow]) -> tuple[str, ...]:
    """Every 专业 of these people, the most frequent first."""
    counts: dict[str, int] = {}
    for row in found:
        for one in row.specialties:
            counts[one] = counts.get(one, 0) + 1
    return tuple(sorted(counts, key=lambda one: (-counts[one], one)))


def expert_accounts(session: Session) -> tuple[tuple[str, str], ...]:
    """The open accounts of the role 专家: name and what it is shown as."""
    rows = session.execute(
        select(Account.username, Account.display_name)
        .where(Account.role == Role.EXPERT, Account.active)
        .order_by(Account.username)
    )
    return tuple((row.username, row.display_name) for row in rows)


def _ties(session: Session) -> list[tuple[int, TieRow]]:
    rows = session.execute(
        select(ExpertTie, Park.code, Park.title).outerjoin(Park, Park.id == ExpertTie.park_id).order_by(ExpertTie.id)
    )
    return [
        (tie.expert_id, TieRow(tie.id, title or tie.name, code or "", tie.since, tie.until, tie.note))
        for tie, code, title in rows
    ]


def _seats(session: Session, expert_id: int) -> tuple[SeatRow, ...]:
    rows = session.execute(
        select(Park.code, Park.title, PanelMember.seat, Panel.drawn_on, PanelMember.withdrawn_on, Panel.dissolved_on)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(Park, Park.id == Panel.park_id)
        .where(PanelMember.expert_id == expert_id)
        .order_by(Panel.drawn_on.desc(), Panel.id.desc())
    )
    return tuple(SeatRow(row[0], row[1], Seat(row[2]), *row[3:]) for row in rows)


def _row(row: Expert, account: str | None, ties: Iterable[TieRow], seats: tuple[SeatRow, ...] = ()) -> ExpertRow:
    return ExpertRow(
        row.id, row.code, row.name, row.employer, row.post, tuple(row.specialties), row.phone, row.mail,
        row.valid_from, row.valid_to, row.note, account or "", tuple(ties), seats,
    )  # fmt: skip
