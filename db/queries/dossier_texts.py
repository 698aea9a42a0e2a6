"""What was written into a document that draws itself up: the texts that count, and every one before them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import DossierBasis, DossierText
from db.queries.accounts import names


@dataclass(frozen=True, slots=True)
class SavedText:
    """One saved text of a section; `saved_by`: the name of whoever saved it, `account` its key."""

    section: str
    number: int
    text: str
    saved_at: datetime
    saved_by: str
    account: str


@dataclass(frozen=True, slots=True)
class Basis:
    """The figures as somebody last looked them over, by their codes (firms_cyber@2026H1)."""

    figures: dict[str, str]
    noted_at: datetime
    noted_by: str


def newest(
    session: Session, park_id: int, document: str, period: str = "", until: datetime | None = None
) -> dict[str, SavedText]:
    """The text that counts by section; `until`: as saved before that instant."""
    found: dict[str, SavedText] = {}
    for one in _saved(session, park_id, document, period):
        if until is None or one.saved_at < until:
            found[one.section] = one
    return found


def history(session: Session, park_id: int, document: str, period: str = "") -> dict[str, tuple[SavedText, ...]]:
    """Every saved text by section, newest first."""
    found: dict[str, list[SavedText]] = {}
    for one in reversed(_saved(session, park_id, document, period)):
        found.setdefault(one.section, []).append(one)
    return {section: tuple(saved) for section, saved in found.items()}


def basis(session: Session, park_id: int, document: str, period: str = "") -> Basis | None:
    """None while nobody has written anything."""
    row = session.scalars(
        select(DossierBasis)
        .where(DossierBasis.park_id == park_id, DossierBasis.document == document, DossierBasis.period == period)
        .order_by(DossierBasis.id.desc())
        .limit(1)
    ).first()
    known = names(session)
    return Basis(row.figures, row.noted_at, known.get(row.noted_by, row.noted_by)) if row else None


def _saved(session: Session, park_id: int, document: str, period: str) -> list[SavedText]:
    """Oldest first."""
    of = DossierText
    rows = session.execute(
        select(of.section, of.number, of.text, of.saved_at, of.saved_by)
        .where(of.park_id == park_id, of.document == document, of.period == period)
        .order_by(of.number, of.id)
    )
    known = names(session)
    return [
        SavedText(row.section, row.number, row.text, row.saved_at, known.get(row.saved_by, row.saved_by), row.saved_by)
        for row in rows
    ]
