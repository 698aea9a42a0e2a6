"""更正说明: every accepted figure that was replaced, with the issued documents that still state the old one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlalchemy import select, true
from sqlalchemy.orm import Session, aliased

from db.models import Correction, CorrectionLine, Park, Submission, Unit
from db.queries.accounts import names
from db.queries.issued import documents_stating
from db.queries.parks import visible
from policy.access import Scope
from policy.corrections import Stated
from policy.indicators.catalogue import BY_KEY
from policy.terms import FigureKind, HalfYear
from policy.version_no import VersionNo


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """One figure that was replaced: by which version of which, why, by whom, and where the old one still stands."""

    park_code: str
    park_title: str
    period: HalfYear
    key: str
    old: Stated
    new: Stated
    old_version: VersionNo
    new_version: VersionNo
    new_submission_id: int
    reason: str
    corrected_on: date
    recorded_by: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Figures of one correction whose value stayed and whose kind alone moved on (预计数 became 快报数)."""

    first: CorrectedFigure
    keys: tuple[str, ...]

    @property
    def told(self) -> str:
        return f"其余{len(self.keys)}项，数值不变"


def condensed(found: Iterable[CorrectedFigure]) -> tuple[CorrectedFigure | Settled, ...]:
    """As people read it: every figure whose value changed, then in one entry all that only became more final."""
    shown: list[CorrectedFigure | Settled] = []
    for _which, group in groupby(found, key=lambda entry: (entry.park_code, entry.new_submission_id)):
        entries = list(group)
        kept = [entry for entry in entries if entry.old.value == entry.new.value]
        if len(kept) > 1:
            shown += [entry for entry in entries if entry not in kept]
            shown.append(Settled(kept[0], tuple(entry.key for entry in kept)))
        else:
            shown += entries
    return tuple(shown)


def corrections(
    session: Session,
    scope: Scope,
    park_code: str | None = None,
    *,
    period: HalfYear | None = None,
    key: str | None = None,
) -> tuple[CorrectedFigure, ...]:
    """Every correction within the scope (of one park, half-year or indicator when named): parks in 行政区划序, newest
    correction first."""
    old, new = aliased(Submission), aliased(Submission)
    rows = session.execute(
        select(
            Park.code, Park.title, Correction.period, Correction.reason, Correction.corrected_on,
            Correction.recorded_by, Correction.old_submission_id, Correction.new_submission_id,
            old.number.label("old_number"), new.number.label("new_number"), CorrectionLine,
        )
        .join(Correction, CorrectionLine.correction_id == Correction.id)
        .join(Park, Park.id == Correction.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .join(old, old.id == Correction.old_submission_id)
        .join(new, new.id == Correction.new_submission_id)
        .where(visible(scope, Park.id, Park.district_id))
        .where(Park.code == park_code if park_code else true())
        .where(Correction.period == str(period) if period else true())
        .where(CorrectionLine.key == key if key else true())
        .order_by(Unit.position, Park.title, Correction.corrected_on.desc(), Correction.id.desc(), CorrectionLine.id)
    ).all()  # fmt: skip
    stating = documents_stating(session, [row.old_submission_id for row in rows])
    known = names(session)
    return tuple(
        CorrectedFigure(
            row.code, row.title, HalfYear.parse(row.period), line.key, _stated(line.old_value, line.old_kind),
            _stated(line.new_value, line.new_kind), VersionNo(row.old_number), VersionNo(row.new_number),
            row.new_submission_id, row.reason, row.corrected_on, known.get(row.recorded_by, row.recorded_by),
            stating.get((row.old_submission_id, line.key), ()),
        )
        for row in rows
        if (line := row.CorrectionLine).key in BY_KEY
    )  # fmt: skip


def _stated(value: str | None, kind: str) -> Stated:
    return Stated(None if value is None else Decimal(value), FigureKind(kind))
