"""专家组 of a park's review: who was drawn, who reviews, what they signed and what was held; and which parks that opens
to an expert who signs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, Expert, Panel, PanelMember, PanelRecord, Park, StoredFile, Unit
from db.panel_facts import sits
from db.queries.accounts import names
from db.queries.parks import visible
from policy.access import Scope
from policy.panel import IN_FORCE, RecordKind, Seat


@dataclass(frozen=True, slots=True)
class PanelFile:
    """A scan as it was received."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One seat, without phone and mail. `replaces`: the name of whom they came for. `account`: by which the expert
    signs in, empty where they do not."""

    id: int
    expert_id: int
    code: str
    name: str
    employer: str
    post: str
    specialties: tuple[str, ...]
    account: str
    seat: Seat
    place: int
    replaces: str
    committed_on: date | None
    commitment: PanelFile | None
    withdrawn_on: date | None
    withdraw_reason: str

    @property
    def reviews(self) -> bool:
        """Has a seat in force: neither 候补 nor stepped back."""
        return self.seat in IN_FORCE and self.withdrawn_on is None


@dataclass(frozen=True, slots=True)
class PoolRow:
    """Somebody who was looked at on the day of the draw, as they were then."""

    code: str
    name: str
    employer: str
    specialties: tuple[str, ...]
    lot: str
    left_out: str


@dataclass(frozen=True, slots=True)
class RecordRow:
    id: int
    kind: RecordKind
    held_on: date
    place: str
    text: str
    visit_id: int | None
    file: PanelFile | None
    recorded_by: str


@dataclass(frozen=True, slots=True)
class PanelRow:
    """`members` by their place in the draw, 候补 and who stepped back included; `pool` by lot."""

    id: int
    park_id: int
    park_code: str
    park_title: str
    fictional: bool
    round: int
    system_id: int | None
    seed: int
    size: int
    substitutes: int
    quotas: Mapping[str, int]
    drawn_on: date
    scores_due_on: date | None
    online: bool
    dissolved_on: date | None
    dissolve_reason: str
    recorded_by: str
    members: tuple[MemberRow, ...]
    records: tuple[RecordRow, ...]
    pool: tuple[PoolRow, ...]

    @property
    def reviewers(self) -> tuple[MemberRow, ...]:
        """Who reviews, by their place in the draw; none of a dissolved panel."""
        return () if self.dissolved_on else tuple(member for member in self.members if member.reviews)

    @property
    def leader(self) -> MemberRow | None:
        return next((member for member in self.reviewers if member.seat is Seat.LEADER), None)

    @property
    def uncommitted(self) -> tuple[MemberRow, ...]:
        """Who reviews and has not signed the 保密及回避承诺书."""
        return tuple(member for member in self.reviewers if member.committed_on is None)


def panels(session: Session, scope: Scope, park_code: str) -> tuple[PanelRow, ...]:
    """Every panel a park ever had, the newest first; none for a park outside the scope."""
    rows = session.execute(
        select(Panel, Park, Unit)
        .join(Park, Park.id == Panel.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(visible(scope, Park.id, Park.district_id), Park.code == park_code)
        .order_by(Panel.id.desc())
    )
    return tuple(_panel(session, *found) for found in rows)


def panel_of(session: Session, park_id: int) -> PanelRow | None:
    """The panel that stands, not dissolved; a park has one at most. The park's scope is the caller's matter."""
    found = session.execute(
        select(Panel, Park, Unit)
        .join(Park, Park.id == Panel.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(Panel.park_id == park_id, Panel.dissolved_on.is_(None))
        .order_by(Panel.id.desc())
    ).first()
    return _panel(session, *found) if found else None


def panel(session: Session, panel_id: int) -> PanelRow | None:
    """One panel, dissolved ones too. The park's scope is the caller's matter."""
    row = session.get(Panel, panel_id)
    if row is None:
        return None
    park = session.get_one(Park, row.park_id)
    return _panel(session, row, park, park.district)


def is_expert(session: Session, account_id: int) -> bool:
    """Whether the account belongs to somebody of the 专家库."""
    return session.scalar(select(Expert.id).where(Expert.account_id == account_id)) is not None


def parks_reviewed(session: Session, account_id: int) -> frozenset[int]:
    """The parks of the panels where the expert behind the account has a seat in force and has signed the
    保密及回避承诺书: withdrawn or with the panel dissolved, they know of the park no longer."""
    return frozenset(
        session.scalars(
            select(Panel.park_id)
            .join(PanelMember, PanelMember.panel_id == Panel.id)
            .join(Expert, Expert.id == PanelMember.expert_id)
            .where(Expert.account_id == account_id, Panel.dissolved_on.is_(None))
            .where(sits(), PanelMember.committed_on.is_not(None))
        )
    )


def member_of(session: Session, panel: PanelRow, account: str) -> MemberRow | None:
    """The seat in force of whoever signs in by this account."""
    return next((member for member in panel.reviewers if account and member.account == account), None)


def _panel(session: Session, row: Panel, park: Park, unit: Unit) -> PanelRow:
    known = names(session)
    return PanelRow(
        row.id, park.id, park.code, park.title, unit.fictional, row.round, row.system_id, row.seed, row.size,
        row.substitutes, row.quotas, row.drawn_on, row.scores_due_on, row.online, row.dissolved_on,
        row.dissolve_reason, known.get(row.recorded_by, row.recorded_by), _members(session, row),
        _records(session, row, known), tuple(_looked(entry) for entry in row.pool),
    )  # fmt: skip


def _looked(entry: Mapping[str, Any]) -> PoolRow:
    return PoolRow(
        entry["expert"], entry["name"], entry["employer"], tuple(entry["specialties"]), entry["lot"], entry["left_out"]
    )  # fmt: skip


def _members(session: Session, row: Panel) -> tuple[MemberRow, ...]:
    rows = session.execute(
        select(PanelMember, Expert, Account.username, StoredFile)
        .join(Expert, Expert.id == PanelMember.expert_id)
        .outerjoin(Account, Account.id == Expert.account_id)
        .outerjoin(StoredFile, StoredFile.id == PanelMember.commitment_file_id)
        .where(PanelMember.panel_id == row.id)
        .order_by(PanelMember.place)
    ).all()
    named = {member.id: expert.name for member, expert, _account, _file in rows}
    return tuple(
        MemberRow(
            member.id, expert.id, expert.code, expert.name, expert.employer, expert.post, tuple(expert.specialties),
            account or "", Seat(member.seat), member.place, named.get(member.replaces_id or 0, ""),
            member.committed_on, _file(file), member.withdrawn_on, member.withdraw_reason,
        )
        for member, expert, account, file in rows
    )  # fmt: skip


def _records(session: Session, row: Panel, known: Mapping[str, str]) -> tuple[RecordRow, ...]:
    rows = session.execute(
        select(PanelRecord, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == PanelRecord.file_id)
        .where(PanelRecord.panel_id == row.id)
        .order_by(PanelRecord.held_on, PanelRecord.id)
    )
    return tuple(
        RecordRow(
            record.id, RecordKind(record.kind), record.held_on, record.place, record.text, record.visit_id,
            _file(file), known.get(record.recorded_by, record.recorded_by),
        )
        for record, file in rows
    )  # fmt: skip


def _file(row: StoredFile | None) -> PanelFile | None:
    return PanelFile(row.name, row.sha256) if row else None
