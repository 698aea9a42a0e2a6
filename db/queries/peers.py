"""What every park has reported of a few indicators: the ground for comparing parks of one age, named to nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.definition_facts import definitions_by_park
from db.facts import READ_AS_FACT
from db.models import Park, Submission, SubmissionReading
from policy.facts import FigureFact
from policy.indicators.definitions import Definition
from policy.terms import FigureKind, HalfYear, SubmissionKind, SubmissionState


@dataclass(frozen=True, slots=True)
class PeerPark:
    """One park's accepted figures, as they count today."""

    code: str
    approved_on: date
    figures: tuple[FigureFact, ...]
    definitions: tuple[Definition, ...] = ()


def peer_parks(session: Session, keys: Collection[str]) -> tuple[PeerPark, ...]:
    """Every park of the programme, whoever asks: the caller tells no more than what the many make together."""
    cell, paper = SubmissionReading, Submission
    rows = session.execute(
        select(
            Park.code, Park.id.label("park_id"), Park.approved_on, paper.id, paper.period, paper.figure_kind, cell.key,
            cell.effective_value.label("value"), cell.figure_kind.label("own_kind"),
        )
        .join(paper, paper.park_id == Park.id)
        .join(cell, cell.submission_id == paper.id)
        .where(
            paper.kind == SubmissionKind.HALF_YEAR_REPORT, paper.state == SubmissionState.ACCEPTED,
            cell.table == "figures", cell.row == 0, cell.column == "current", cell.key.in_(keys),
            cell.effective_status.in_(READ_AS_FACT), cell.effective_value.is_not(None),
        )
        .order_by(paper.period, paper.version)
    )  # fmt: skip
    since: dict[str, tuple[date, int]] = {}
    found: dict[tuple[str, str, HalfYear], FigureFact] = {}
    for row in rows:
        since[row.code] = (row.approved_on, row.park_id)
        period, kind = HalfYear.parse(row.period), FigureKind(row.own_kind or row.figure_kind)
        # The newest accepted version comes last and counts.
        found[row.code, row.key, period] = FigureFact(
            row.key, period, Decimal(row.value), "", "", "", row.id, kind=kind
        )
    known = definitions_by_park(session, [park_id for _day, park_id in since.values()])
    return tuple(
        PeerPark(code, day, tuple(fact for (of, _key, _period), fact in found.items() if of == code), known[park_id])
        for code, (day, park_id) in since.items()
    )
