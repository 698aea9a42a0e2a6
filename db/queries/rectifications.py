"""问题整改台账: every line with what was told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from db.models import Evidence, Park, Rectification, RectificationNote, Unit
from db.queries.accounts import names
from db.queries.parks import visible
from policy.access import Scope
from policy.facts import IssueFact
from policy.rectification import IssueState, NoteKind, issue_state


@dataclass(frozen=True, slots=True)
class NoteRow:
    """`evidence`: the title of the 佐证资料 named in it, which has `evidence_id`."""

    kind: NoteKind
    dated: date
    text: str
    by: str
    at: datetime
    evidence_id: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One line; `notes` oldest first, of which the last 整改进展 is where it stands."""

    fact: IssueFact
    park_code: str
    park_title: str
    district_id: int
    district: str
    source: str
    measure: str
    found_on: date
    visit_id: int | None
    recorded_by: str
    notes: tuple[NoteRow, ...]

    def state(self, today: date) -> IssueState:
        return issue_state(self.fact, today)

    @property
    def progress(self) -> NoteRow | None:
        return next((note for note in reversed(self.notes) if note.kind is NoteKind.PROGRESS), None)


def rectifications(session: Session, scope: Scope, park_code: str | None = None) -> tuple[IssueRow, ...]:
    """Every line within the scope, or of one park, in 行政区划序 and then by its date."""
    rows = session.execute(
        select(Rectification, Park, Unit)
        .join(Park, Park.id == Rectification.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(visible(scope, Park.id, Park.district_id), *([Park.code == park_code] if park_code else []))
        .options(selectinload(Rectification.notes))
        .order_by(Unit.position, Unit.id, Park.title, Rectification.due_on, Rectification.id)
    ).all()
    known = names(session)
    told = {note.evidence_id for row in rows for note in row.Rectification.notes if note.evidence_id}
    papers = (
        dict(session.execute(select(Evidence.id, Evidence.title).where(Evidence.id.in_(told))).all()) if told else {}
    )
    return tuple(_row(row, park, unit, known, papers) for row, park, unit in rows)


def _row(
    row: Rectification, park: Park, unit: Unit, known: Mapping[str, str], papers: Mapping[int, str]
) -> IssueRow:  # fmt: skip
    return IssueRow(
        IssueFact(row.id, row.problem, row.unit, row.due_on, row.closed_on), park.code, park.title, unit.id, unit.name,
        row.source, row.measure, row.found_on, row.visit_id, known.get(row.recorded_by, row.recorded_by),
        tuple(_note(note, known, papers) for note in row.notes),
    )  # fmt: skip


def _note(note: RectificationNote, known: Mapping[str, str], papers: Mapping[int, str]) -> NoteRow:
    return NoteRow(
        NoteKind(note.kind), note.dated, note.text, known.get(note.recorded_by, note.recorded_by), note.recorded_at,
        note.evidence_id, papers.get(note.evidence_id or 0, ""),
    )  # fmt: skip
