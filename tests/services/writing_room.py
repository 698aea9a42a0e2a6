"""A park that has reported, and those who write its papers: the operator and the district."""

from __future__ import annotations

from datetime import date

from db.session import Database
from policy.access import Actor, Role, Scope
from services import dossier_texts
from services.writing_desk import Desk, desk

TODAY = date(2026, 11, 1)
ASSESSMENT, REVIEW, LETTER = "self-assessment", "department-review", "half-year-letter"
FIRMS = "【网络安全企业数量｜2026年上半年】"


def operator_of(park_id: int) -> Actor:
    return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park_id})))


def department_of(unit_id: int) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({unit_id})), unit_id)


def save(
    database: Database, actor: Actor, text: str, expected: int = 0, *, section: str = "practice",
    document: str = ASSESSMENT, period: str = "",
) -> int:  # fmt: skip
    """The number it was saved under."""
    with database.write() as session:
        return dossier_texts.save(session, actor, "jia", document, section, text, expected, period).number


def look(database: Database, actor: Actor, document: str = ASSESSMENT, period: str = "") -> Desk:
    with database.read() as session:
        return desk(session, actor, "jia", document, period, TODAY)
