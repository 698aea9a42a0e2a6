"""The acceptance of one park as recorded: its steps with their papers, objections, certificate and plaque."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, IssuedDocument, Objection, Park, Plaque, StoredFile
from db.queries.accounts import names
from db.queries.parks import visible
from db.rulebook_facts import rulebook
from policy.access import Scope
from policy.terms import Outcome
from policy.workflow import Course, StepKind, Taken, options, stage_after


@dataclass(frozen=True, slots=True)
class StepRow:
    """One recorded step, sent back (`returned_on`) or in force; people by the names officials know.

    Its paper is a file by its `file_name`, or the 定稿 `issued_id` under its `issued_number`.
    """

    id: int
    kind: StepKind
    dated: date
    document_no: str
    recorded_at: datetime
    recorded_by: str
    round: int = 1
    outcome: Outcome | None = None
    until: date | None = None
    note: str = ""
    on_behalf: bool = False
    file_name: str = ""
    issued_id: int | None = None
    issued_number: int | None = None
    returned_on: date | None = None
    return_reason: str = ""
    returned_at: StepKind | None = None
    returned_by: str = ""

    @property
    def taken(self) -> Taken:
        return Taken(self.kind, self.round, self.outcome)


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """`upheld`: None while it is open."""

    id: int
    received_on: date
    raised_by: str
    matter: str
    upheld: bool | None
    handled_on: date | None
    handled_by: str
    answer: str
    file_name: str


@dataclass(frozen=True, slots=True)
class PlaqueRow:
    title: str
    certificate_no: str
    handed_on: date
    place: str
    received_by: str
    note: str
    file_name: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """`rows`: every step as it was recorded, the oldest first; `objections`: to whatever was made public."""

    course: Course
    rows: tuple[StepRow, ...]
    objections: tuple[ObjectionRow, ...] = ()
    plaque: PlaqueRow | None = None

    def in_force(self, kind: StepKind, round: int) -> StepRow | None:
        found = (row for row in self.rows if (row.kind, row.round, row.returned_on) == (kind, round, None))
        return next(found, None)

    def sent_back(self, kind: StepKind, round: int) -> StepRow | None:
        """The one sent back last."""
        found = (row for row in self.rows if (row.kind, row.round) == (kind, round) and row.returned_on)
        return max(found, key=lambda row: row.id, default=None)


def chain_of(session: Session, scope: Scope, code: str, today: date) -> ChainRecord | None:
    """None when the park does not exist or lies outside the scope."""
    park = session.scalars(select(Park).where(Park.code == code, visible(scope, Park.id, Park.district_id))).first()
    if park is None:
        return None
    rows, known = steps_of(session, park.id), names(session)
    return ChainRecord(
        course(session, rows, park.ends_on, today),
        rows,
        _objections(session, park, known),
        _plaque(session, park, known),
    )


def course(session: Session, rows: tuple[StepRow, ...], ends_on: date, today: date) -> Course:
    """How far the park has come by its steps in force, and what is switched on today."""
    taken = sorted((row.taken for row in rows if row.returned_on is None), key=lambda one: one.place)
    return Course(tuple(taken), stage_after(taken, ends_on, today), options(rulebook(session), today))


def steps_of(session: Session, park_id: int) -> tuple[StepRow, ...]:
    rows = session.execute(
        select(AcceptanceStep, StoredFile.name, IssuedDocument.number)
        .outerjoin(StoredFile, StoredFile.id == AcceptanceStep.file_id)
        .outerjoin(IssuedDocument, IssuedDocument.id == AcceptanceStep.issued_id)
        .where(AcceptanceStep.park_id == park_id)
        .order_by(AcceptanceStep.id)
    )
    known = names(session)
    return tuple(_step(row, file_name or "", number, known) for row, file_name, number in rows)


def _step(row: AcceptanceStep, file_name: str, issued_number: int | None, known: Mapping[str, str]) -> StepRow:
    return StepRow(
        row.id, StepKind(row.kind), row.dated, row.document_no, row.recorded_at,
        known.get(row.recorded_by, row.recorded_by), row.round, Outcome(row.outcome) if row.outcome else None,
        row.until, row.note, row.on_behalf, file_name, row.issued_id, issued_number, row.returned_on, row.return_reason,
        StepKind(row.returned_at) if row.returned_at else None, known.get(row.returned_by, row.returned_by),
    )  # fmt: skip


def _objections(session: Session, park: Park, known: Mapping[str, str]) -> tuple[ObjectionRow, ...]:
    rows = session.execute(
        select(Objection, StoredFile.name)
        .join(AcceptanceStep, AcceptanceStep.id == Objection.step_id)
        .outerjoin(StoredFile, StoredFile.id == Objection.file_id)
        .where(AcceptanceStep.park_id == park.id)
        .order_by(Objection.id)
    )
    return tuple(
        ObjectionRow(
            row.id, row.received_on, row.raised_by, row.matter, row.upheld, row.handled_on,
            known.get(row.handled_by, row.handled_by), row.answer, file_name or "",
        )
        for row, file_name in rows
    )  # fmt: skip


def _plaque(session: Session, park: Park, known: Mapping[str, str]) -> PlaqueRow | None:
    found = session.execute(
        select(Plaque, StoredFile.name)
        .outerjoin(StoredFile, StoredFile.id == Plaque.file_id)
        .where(Plaque.park_id == park.id)
    ).first()
    if found is None:
        return None
    row, file_name = found
    return PlaqueRow(
        row.title, row.certificate_no, row.handed_on, row.place, row.received_by, row.note, file_name or "",
        row.recorded_at, known.get(row.recorded_by, row.recorded_by),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file as it was received."""

    name: str
    sha256: str


def _file(session: Session, asked: Select[str, str]) -> PaperFile | None:
    found = session.execute(asked).first()
    return PaperFile(found.name, found.sha256) if found else None


def step_file(session: Session, scope: Scope, code: str, step_id: int) -> PaperFile | None:
    """The paper of one step of the park."""
    return _file(session, select(StoredFile.name, StoredFile.sha256).join(
        AcceptanceStep, AcceptanceStep.file_id == StoredFile.id
    ).join(Park, Park.id == AcceptanceStep.park_id).where(
        AcceptanceStep.id == step_id, Park.code == code, visible(scope, Park.id, Park.district_id)
    ))  # fmt: skip


def objection_file(session: Session, scope: Scope, code: str, number: int) -> PaperFile | None:
    return _file(session, select(StoredFile.name, StoredFile.sha256).join(
        Objection, Objection.file_id == StoredFile.id
    ).join(AcceptanceStep, AcceptanceStep.id == Objection.step_id).join(Park, Park.id == AcceptanceStep.park_id).where(
        Objection.id == number, Park.code == code, visible(scope, Park.id, Park.district_id)
    ))  # fmt: skip


def plaque_file(session: Session, scope: Scope, code: str) -> PaperFile | None:
    return _file(
        session,
        select(StoredFile.name, StoredFile.sha256)
        .join(Plaque, Plaque.file_id == StoredFile.id)
        .join(Park, Park.id == Plaque.park_id)
        .where(Park.code == code, visible(scope, Park.id, Park.district_id)),
    )
