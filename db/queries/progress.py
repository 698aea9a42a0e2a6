"""建设进展 of a park as its reader may know it: what has not been passed on is unknown above the district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts, obligation_facts
from db.models import Park, ProgressReport, StoredFile
from db.queries.accounts import names
from db.queries.parks import visible
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.obligations import Obligation
from policy.periods import Quarter, parse_period
from policy.progress_report import ProgressPeriod, ProgressState
from policy.situation import Situation
from policy.terms import HalfYear, ObligationKind, ReceiptState, Standing
from policy.version_no import VersionNo


@dataclass(frozen=True, slots=True)
class ProgressVersion:
    """One version: `content` by section; `uploaded_by` and `forwarded_by` are names."""

    id: int
    period: ProgressPeriod
    no: VersionNo
    state: ProgressState
    content: Mapping[str, str]
    file_name: str
    sha256: str
    uploaded_at: datetime
    uploaded_by: str
    forwarded_on: date | None
    forwarded_by: str
    returned_on: date | None
    return_reason: str


@dataclass(frozen=True, slots=True)
class OwedProgress:
    """One period as it stands on a day: `due_on` None when nobody asked for it (voluntary)."""

    period: ProgressPeriod
    due_on: date | None
    state: ReceiptState
    standing: Standing | None


def may_see_all(actor: Actor) -> bool:
    """The operator who writes them and the district that passes them on; everyone else sees what was passed on."""
    return actor.may(Permission.REPORT_PROGRESS) or actor.may(Permission.FORWARD_PROGRESS)


def versions(session: Session, actor: Actor, park_id: int) -> tuple[ProgressVersion, ...]:
    """What the actor may know of, the newest period and version first. The park's scope is the caller's matter."""
    rows = session.execute(
        select(ProgressReport, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == ProgressReport.file_id)
        .where(ProgressReport.park_id == park_id)
        .order_by(ProgressReport.version)
    )
    by_period: dict[str, list[tuple[ProgressReport, str]]] = {}
    for report, sha256 in rows:
        by_period.setdefault(report.period, []).append((report, sha256))
    known = names(session)
    found = [version for of_period in by_period.values() for version in _counted(of_period, known)]
    seen = [version for version in found if version.forwarded_on is not None or may_see_all(actor)]
    return tuple(sorted(seen, key=lambda version: (version.period.end, version.id), reverse=True))


@dataclass(frozen=True, slots=True)
class InHand:
    """The newest version of a period that waits for the actor: to be passed on, or to be written anew."""

    park: str
    short_name: str
    version: ProgressVersion


def in_hand(session: Session, actor: Actor) -> tuple[InHand, ...]:
    """What the district has to pass on, what the operator was sent back, within the actor's scope."""
    wanted = {
        state
        for state, needs in (
            (ProgressState.WAITING, Permission.FORWARD_PROGRESS), (ProgressState.RETURNED, Permission.REPORT_PROGRESS),
        )
        if actor.may(needs)
    }  # fmt: skip
    if not wanted:
        return ()
    reported = select(ProgressReport.park_id).where(ProgressReport.forwarded_on.is_(None))
    within = visible(actor.scope, Park.id, Park.district_id)
    parks = session.scalars(select(Park).where(Park.id.in_(reported), within).order_by(Park.title)).all()
    found = []
    for park in parks:
        newest: dict[ProgressPeriod, ProgressVersion] = {}
        for version in versions(session, actor, park.id):
            newest.setdefault(version.period, version)
        found += [InHand(park.code, park.short_name, one) for one in newest.values() if one.state in wanted]
    return tuple(found)


def _counted(rows: Sequence[tuple[ProgressReport, str]], known: Mapping[str, str]) -> list[ProgressVersion]:
    """第×版 counts what was passed on; a version on its way there is a draft of the next."""
    found, number, draft = [], 1, 0
    for place, (row, sha256) in enumerate(rows, start=1):
        draft += row.forwarded_on is None
        no = VersionNo(number, draft if row.forwarded_on is None else 0)
        found.append(ProgressVersion(
            row.id, _period(row.period), no, _state(row, newest=place == len(rows)), row.content, row.file_name,
            sha256, row.uploaded_at, known.get(row.uploaded_by, row.uploaded_by), row.forwarded_on,
            known.get(row.forwarded_by, row.forwarded_by), row.returned_on, row.return_reason,
        ))  # fmt: skip
        if row.forwarded_on is not None:
            number, draft = number + 1, 0
    return found


def _state(row: ProgressReport, *, newest: bool) -> ProgressState:
    if row.forwarded_on is not None:
        return ProgressState.FORWARDED
    if row.returned_on is not None:
        return ProgressState.RETURNED
    return ProgressState.WAITING if newest else ProgressState.REPLACED


def _period(text: str) -> ProgressPeriod:
    period = parse_period(text)
    assert isinstance(period, Quarter | HalfYear), text
    return period


def owed_progress(session: Session, actor: Actor, park_id: int, as_of: date) -> tuple[OwedProgress, ...]:
    """Every period that is owed and has begun, or of which the actor may read something, the newest first."""
    kind, seen = ObligationKind.OPERATOR_REPORT, _situation(session, park_id, as_of)
    found = {
        entry.period: OwedProgress(entry.period, seen.due_on(entry), seen.state(entry), seen.standing(entry))
        for entry in seen.obligations()
        if entry.kind is kind and isinstance(entry.period, Quarter | HalfYear) and entry.period.start <= as_of
    }
    for version in versions(session, actor, park_id):
        voluntary = Obligation(kind, version.period, version.period.end)
        found.setdefault(version.period, OwedProgress(version.period, None, seen.state(voluntary), None))
    return tuple(sorted(found.values(), key=lambda one: one.period.end, reverse=True))


def locked_on(session: Session, park_id: int, period: ProgressPeriod, as_of: date) -> date | None:
    """The 封账日 of the period when it has passed; None where none is set, and for what is voluntary."""
    seen = _situation(session, park_id, as_of)
    owed = (entry for entry in seen.obligations() if entry.kind is ObligationKind.OPERATOR_REPORT)
    return next((seen.locked_on(entry) for entry in owed if entry.period == period), None)


def _situation(session: Session, park_id: int, as_of: date) -> Situation:
    """As much of it as 建设进展 needs."""
    rules = rulebook(session)
    return Situation(
        facts.park_fact(session, session.get_one(Park, park_id), as_of), as_of, rules,
        owed=obligation_facts.obligations(session, park_id, rules, as_of),
        done=obligation_facts.done(session, park_id, as_of),
        uploaded=obligation_facts.uploaded(session, park_id, as_of),
    )  # fmt: skip
