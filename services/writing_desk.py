"""What lies before somebody who writes a document's text: its sections, what was saved, what the data say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from db.queries import dossier_texts
from db.queries.dossier_texts import SavedText
from policy.access import Actor, Permission
from policy.outlines import Outline, Section, duty_of, measure_of
from services import written_base
from services.assessments import dossier
from services.documents.half_year_letter import drafted
from services.documents.tasks import undertaken
from services.dossier_texts import Change, Place, changes, closed, place
from services.half_year_letters import half_year_letter
from services.written_base import Base


@dataclass(frozen=True, slots=True)
class Sheet:
    """One section; `history`: every saved text, newest first, the first of them the one that counts."""

    section: Section
    history: tuple[SavedText, ...]
    drafted: str = ""
    """What the data alone put there, before the text."""

    @property
    def saved(self) -> SavedText | None:
        return self.history[0] if self.history else None

    @property
    def text(self) -> str:
        return self.saved.text if self.saved else ""

    @property
    def number(self) -> int:
        """0 while nothing was saved."""
        return self.saved.number if self.saved else 0


@dataclass(frozen=True, slots=True)
class Desk:
    """`closed`: why nothing can be changed any more, else empty. `left_over`: measures against problems the data no
    longer show; they are kept and not printed. `looked_over`: when the data were last looked over, and by whom."""

    at: Place
    sheets: tuple[Sheet, ...]
    left_over: tuple[Sheet, ...]
    base: Base
    changes: tuple[Change, ...]
    closed: str
    may_write: bool
    looked_over: tuple[datetime, str] | None

    @property
    def outline(self) -> Outline:
        return self.at.outline


def desk(session: Session, actor: Actor, park_code: str, document: str, period: str, as_of: date) -> Desk:
    """Raises AccessDenied without the permission to see texts, Unknown as `dossier_texts.place`."""
    actor.require(Permission.VIEW_TEXTS)
    at = place(session, actor, park_code, document, period)
    base = written_base.base(session, actor, at.outline, at.park, as_of, at.half_year)
    saved = dossier_texts.history(session, at.park.id, document, at.period)
    sections = _sections(session, actor, at, as_of)
    drafts = _drafted(session, actor, at, as_of)
    listed = {section.key for section in sections}
    why = closed(session, at)
    noted = dossier_texts.basis(session, at.park.id, document, at.period)
    return Desk(
        at=at,
        sheets=tuple(Sheet(section, saved.get(section.key, ()), drafts.get(section.key, "")) for section in sections),
        left_over=tuple(
            Sheet(Section(key, key.partition(".")[2], ""), kept) for key, kept in saved.items() if key not in listed
        ),
        base=base,
        changes=changes(session, at, base),
        closed=why,
        may_write=actor.may(at.outline.write) and not why,
        looked_over=(noted.noted_at, noted.noted_by) if noted else None,
    )


def _drafted(session: Session, actor: Actor, at: Place, as_of: date) -> dict[str, str]:
    """Of a half-year letter by section; the other papers put tables there."""
    if not at.outline.half_yearly:
        return {}
    (told,) = half_year_letter(session, actor, at.park.code, as_of, at.half_year).parks
    return {section.key: drafted(told, section.key) for section in at.outline.sections}


def _sections(session: Session, actor: Actor, at: Place, as_of: date) -> tuple[Section, ...]:
    """Those of the outline; duties no task speaks of and measures against problems stand where the document has
    them."""
    if not at.outline.measures:
        return at.outline.sections
    file = dossier(session, actor.scope, at.park.code, as_of)
    before = {
        "support": [duty_of(duty) for duty, tasks in undertaken(file) if not tasks],
        "other_problems": [measure_of(one.key, one.label, one.sentence) for one in file.problems],
    }
    return tuple(one for section in at.outline.sections for one in (*before.get(section.key, ()), section))
