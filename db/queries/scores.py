"""专家评分 of a park's panel: every 评分表 as it was entered, checked or sent back, and what the panel concluded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import Panel, PanelConclusion, PanelMember, Park, ScoreSheet, StoredFile
from db.panel_facts import sits
from db.queries import evaluations
from db.queries.access import ParkName
from db.queries.accounts import names
from db.queries.evaluations import FreezeRow, SystemRow
from db.queries.panels import MemberRow, PanelFile, PanelRow, panel, panel_of
from db.queries.parks import visible
from policy.access import Scope
from policy.scoring import Given
from policy.terms import Labelled, Outcome


class SheetState(Labelled):
    WAITING = "waiting", "待复核"
    COUNTS = "counts", "已计入"
    RETURNED = "returned", "已退回"


@dataclass(frozen=True, slots=True)
class MarkRow:
    """`evidence_id`: 佐证编号, the number a paper stands under in 佐证资料."""

    item: str
    value: Decimal
    basis: str
    evidence_id: int | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`entered_by`, `checked_by`, `returned_by`: as people are called; `account`: who entered it."""

    id: int
    number: int
    online: bool
    marks: tuple[MarkRow, ...]
    signed_on: date
    file: PanelFile | None
    account: str
    entered_at: datetime
    entered_by: str
    checked_at: datetime | None
    checked_by: str
    returned_at: datetime | None
    returned_by: str
    returned_reason: str

    @property
    def state(self) -> SheetState:
        if self.returned_at is not None:
            return SheetState.RETURNED
        return SheetState.WAITING if self.checked_at is None else SheetState.COUNTS

    def mark(self, item: str) -> MarkRow | None:
        return next((mark for mark in self.marks if mark.item == item), None)


@dataclass(frozen=True, slots=True)
class MemberSheets:
    """Somebody of the panel and their sheets, the newest first."""

    member: MemberRow
    sheets: tuple[SheetRow, ...]

    @property
    def standing(self) -> SheetRow | None:
        """The sheet that counts or waits."""
        return next((sheet for sheet in self.sheets if sheet.state is not SheetState.RETURNED), None)

    @property
    def counting(self) -> SheetRow | None:
        found = self.standing
        return found if found is not None and found.state is SheetState.COUNTS else None

    @property
    def told(self) -> str:
        """How it stands, in words."""
        return self.standing.state.label if self.standing else "未交"


@dataclass(frozen=True, slots=True)
class ConclusionRow:
    number: int
    outcome: Outcome
    opinion: str
    problems: str
    advice: str
    missing_reason: str
    leader: str
    signed_on: date
    freeze: FreezeRow | None
    file: PanelFile | None
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class PanelScores:
    """`members`: who reviews, by their place; `stepped_back`: who gave marks and stepped back since; `system`: by which
    they score, None while no system is in force; `conclusions`: the newest, which counts, first."""

    panel: PanelRow
    system: SystemRow | None
    members: tuple[MemberSheets, ...]
    stepped_back: tuple[MemberSheets, ...]
    conclusions: tuple[ConclusionRow, ...]

    @property
    def outstanding(self) -> tuple[MemberSheets, ...]:
        """Whose sheet is not in, or not checked."""
        return tuple(one for one in self.members if one.counting is None)

    @property
    def conclusion(self) -> ConclusionRow | None:
        return self.conclusions[0] if self.conclusions else None

    @property
    def given(self) -> Iterator[tuple[str, Given]]:
        """Every mark that counts: the item, who gave it, how much."""
        for one in self.members:
            for mark in one.counting.marks if one.counting else ():
                yield mark.item, Given(one.member.code, mark.value)

    def of(self, member_id: int) -> MemberSheets | None:
        return next((one for one in (*self.members, *self.stepped_back) if one.member.id == member_id), None)


def scores_of(session: Session, park_id: int, day: date) -> PanelScores | None:
    """What the park's panel has given: of the one that stands, else of the last that concluded; None without either.

    As it was known at the end of `day`. The system is the one the panel was drawn for, else the one that counts that
    day. The park's scope is the caller's matter.
    """
    found = panel_of(session, park_id) or _concluded(session, park_id)
    if found is None or found.drawn_on > day:
        return None
    wanted = found.system_id
    system = evaluations.system(session, wanted) if wanted else evaluations.system_of(session, day)
    known, sheets = names(session), dict[int, list[ScoreSheet]]()
    ids = [member.id for member in found.members]
    for row in session.scalars(select(ScoreSheet).where(ScoreSheet.member_id.in_(ids)).order_by(ScoreSheet.id.desc())):
        if _by(row.entered_at, day):
            sheets.setdefault(row.member_id, []).append(row)
    everybody = [
        MemberSheets(member, tuple(_sheet(session, row, known, day) for row in sheets.get(member.id, ())))
        for member in found.members
    ]
    return PanelScores(
        found,
        system,
        tuple(one for one in everybody if one.member.reviews),
        tuple(one for one in everybody if not one.member.reviews and one.sheets),
        tuple(one for one in _conclusions(session, found, park_id, known) if _by(one.recorded_at, day)),
    )


def _concluded(session: Session, park_id: int) -> PanelRow | None:
    newest = session.scalars(
        select(Panel.id)
        .join(PanelConclusion, PanelConclusion.panel_id == Panel.id)
        .where(Panel.park_id == park_id)
        .order_by(Panel.id.desc())
        .limit(1)
    ).first()
    return panel(session, newest) if newest is not None else None


def waiting_sheets(session: Session, scope: Scope, account: str) -> tuple[tuple[ParkName, int], ...]:
    """Parks of which 评分表 wait for a second person who is not this account, each with how many, by code."""
    rows = session.execute(
        select(Park, func.count(ScoreSheet.id))
        .join(Panel, Panel.park_id == Park.id)
        .join(PanelMember, PanelMember.panel_id == Panel.id)
        .join(ScoreSheet, ScoreSheet.member_id == PanelMember.id)
        .where(visible(scope, Park.id, Park.district_id), Panel.dissolved_on.is_(None), sits())
        .where(ScoreSheet.checked_at.is_(None), ScoreSheet.returned_at.is_(None), ScoreSheet.entered_by != account)
        .group_by(Park.id)
        .order_by(Park.code)
    )
    return tuple((ParkName(park.id, park.code, park.title, park.short_name), count) for park, count in rows)


def _by(instant: datetime | None, day: date) -> datetime | None:
    """The instant, if it had come by the end of the day."""
    return instant if instant is not None and instant.astimezone(ZONE).date() <= day else None


def _sheet(session: Session, row: ScoreSheet, known: Mapping[str, str], day: date) -> SheetRow:
    return SheetRow(
        row.id, row.number, row.online, tuple(map(_mark, row.marks)), row.signed_on, _file(session, row.file_id),
        row.entered_by, row.entered_at, known.get(row.entered_by, row.entered_by), _by(row.checked_at, day),
        known.get(row.checked_by, row.checked_by), _by(row.returned_at, day),
        known.get(row.returned_by, row.returned_by), row.returned_reason,
    )  # fmt: skip


def _mark(kept: Mapping[str, Any]) -> MarkRow:
    return MarkRow(kept["item"], Decimal(kept["value"]), kept["basis"], kept["evidence_id"])


def _file(session: Session, file_id: int | None) -> PanelFile | None:
    row = session.get(StoredFile, file_id) if file_id is not None else None
    return PanelFile(row.name, row.sha256) if row else None


def _conclusions(session: Session, of: PanelRow, park_id: int, known: Mapping[str, str]) -> Iterator[ConclusionRow]:
    rows = session.scalars(
        select(PanelConclusion).where(PanelConclusion.panel_id == of.id).order_by(PanelConclusion.number.desc())
    ).all()
    kept = {one.id: one for one in evaluations.freezes(session, park_id)} if rows else {}
    named = {member.id: member.name for member in of.members}
    for row in rows:
        yield ConclusionRow(
            row.number, Outcome(row.outcome), row.opinion, row.problems, row.advice, row.missing_reason,
            named.get(row.leader_id, ""), row.signed_on, kept.get(row.freeze_id or 0), _file(session, row.file_id),
            row.recorded_at, known.get(row.recorded_by, row.recorded_by),
        )  # fmt: skip
