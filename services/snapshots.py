"""The stored row the overview reads: one a park, rewritten by every use case that changes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Park, ParkSnapshot, Submission, Unit
from db.rulebook_facts import rulebook
from policy.facts import ActFact, FigureFact, Pending, ReceiptFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.lag import judgements
from policy.obligations import Obligation as Owed
from policy.situation import Situation
from policy.terms import REPORTED, HalfYear, Light, SubmissionState
from policy.workflow import under_way_from
from services.foresight import at_once

# A snapshot holds all that is known, whatever its date; what a given day makes of it is worked out when shown.
EVER = date.max
RECEIPT_DAYS = ("data_on", "letter_on", "letter_dated", "accepted_on", "returned_on", "resubmit_on")
WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREEN)


def rewrite(session: Session, park_id: int) -> None:
    """Work out the park's row anew from what the database holds, the caller's changes included; its outlooks too.

    `version` counts the times the row really changed. Nothing of another park is read or written.
    """
    _store(session, park_id)
    at_once.renew(session, park_id)


def _store(session: Session, park_id: int) -> None:
    session.flush()
    # Two use cases on one park queue here: the second works from what the first has committed. Rows that
    # merely refer to the park do not wait (key_share).
    session.execute(select(Park.id).where(Park.id == park_id).with_for_update(key_share=True))
    row = session.get(ParkSnapshot, park_id, populate_existing=True) or ParkSnapshot(park_id=park_id, version=0)
    fresh = contents(session, park_id)
    if any(getattr(row, name) != value for name, value in fresh.items()):
        for name, value in fresh.items():
            setattr(row, name, value)
        row.version += 1
    session.add(row)
    session.flush()


def rebuild_all(session: Session) -> int:
    """Rewrite every park's row; how many there are. For what changes how all are judged: no outlook rests on it."""
    park_ids = session.scalars(select(Park.id).order_by(Park.id)).all()
    for park_id in park_ids:
        _store(session, park_id)
    return len(park_ids)


def contents(session: Session, park_id: int) -> dict[str, Any]:
    """The row's columns except its key; facts only, nothing that time alone changes."""
    park = session.get_one(Park, park_id)
    situation = facts.situation(session, park_id, EVER, rulebook(session))
    verdicts, taken = _verdicts(situation), facts.steps(session, park_id, EVER)
    return {
        "district_id": park.district_id,
        "code": park.code,
        "title": park.title,
        "district": situation.park.district,
        "position": session.execute(select(Unit.position).where(Unit.id == park.district_id)).scalar_one(),
        "operator": park.operator,
        "approved_on": park.approved_on,
        "ends_on": park.ends_on,
        "steps": [str(one) for one in taken],
        "receipts": _receipts(situation.reports(), situation.receipts),
        "figures": _newest_figures(situation.figures),
        "verdicts": verdicts,
        "light": _worst(verdicts),
        "overdue_on": situation.overdue_from(),
        "acceptance_on": under_way_from(taken, park.approved_on, park.ends_on),
        "pending": _pending(session, park_id),
    }


def _receipts(owed: tuple[Owed, ...], known: dict[HalfYear, ReceiptFact]) -> list[dict[str, Any]]:
    return [_receipt(entry, known.get(entry.half_year) if entry.half_year else None) for entry in owed]


def _receipt(owed: Owed, receipt: ReceiptFact | None) -> dict[str, Any]:
    return {
        "period": str(owed.period),
        "due_on": str(owed.due_on),
        "grace_on": _text(owed.grace_on),
        "lock_on": _text(owed.lock_on),
        "clause": owed.clause,
        "confirmed": owed.confirmed,
        "acts": [_act(act) for act in owed.acts],
        **{name: _text(getattr(receipt, name, None)) for name in RECEIPT_DAYS},
        "pending": _waiting(receipt.pending) if receipt and receipt.pending else None,
    }


def _act(act: ActFact) -> dict[str, Any]:
    return {
        "kind": str(act.kind), "dated": str(act.dated), "number": act.number, "reason": act.reason,
        "due_on": _text(act.due_on), "lock_on": _text(act.lock_on),
    }  # fmt: skip


def _text(day: date | None) -> str | None:
    return str(day) if day else None


def _waiting(pending: Pending) -> dict[str, Any]:
    return {"id": pending.submission_id, "version": pending.version.number, "since": str(pending.since)}


def _newest_figures(figures: tuple[FigureFact, ...]) -> dict[str, dict[str, str]]:
    """Figures of the newest accepted report."""
    newest = max((figure.period for figure in figures), default=None)
    return {
        figure.key: {
            "value": plain(figure.value),
            "unit": BY_KEY[figure.key].unit,
            "period": str(figure.period),
            "kind": figure.kind,
        }
        for figure in figures
        if figure.period == newest
    }


def _verdicts(situation: Situation) -> list[dict[str, str]]:
    return [
        {"key": found.goal.key, "light": str(found.light), "sentence": found.sentence}
        for found in judgements(situation)
    ]


def _worst(verdicts: list[dict[str, str]]) -> str:
    """Grey when there is nothing to judge yet."""
    lights = {verdict["light"] for verdict in verdicts}
    return next((str(light) for light in WORST_FIRST if light in lights), str(Light.GREY))


def _pending(session: Session, park_id: int) -> int:
    """Periods (and forms) whose newest version waits for the committee's decision."""
    versions = session.execute(
        select(Submission.kind, Submission.period, Submission.state)
        .where(Submission.park_id == park_id, Submission.state.in_(REPORTED))
        .order_by(Submission.version)
    )
    newest = {(row.kind, row.period): row.state for row in versions}
    return sum(state == SubmissionState.SUBMITTED for state in newest.values())
