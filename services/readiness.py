"""验收就绪度: "if reviewed today", and how long an office needs for its papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from db import facts, obligation_facts
from db.models import OfficeCycle, Park, Submission
from db.queries.access import parks_in_scope
from db.queries.office_cycles import CycleRow, in_force, office_cycles
from db.queries.park_detail import VersionRow, versions
from db.rulebook_facts import rulebook
from policy.acceptance import AcceptanceCase, Condition, conditions
from policy.access import Actor, Permission
from policy.acts import Act
from policy.evaluation.sheet import Sheet, sheet
from policy.facts import FigureFact, ParkFact
from policy.obligations import PAPERS
from policy.readiness import Gap, Leg, Unexplained, back_plan, gaps
from policy.refusal import Refused
from policy.rulebook import Rulebook
from policy.situation import Situation
from policy.terms import ObligationKind, SubmissionState
from services import audit, claims, clock, evaluations, explanations
from services.assessments import dossier
from services.dossiers import Dossier
from services.parks import find_park

LONGEST = 120
"""Working days: no office takes half a year for one paper."""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """The newest version of a period that is no fact as yet, with the figures it states of the park's goals."""

    row: VersionRow
    figures: Mapping[str, FigureFact]
    unexplained: int


@dataclass(frozen=True, slots=True)
class ParkReadiness:
    """One park as it stands today. `cycles`: 办文周期 as set over time, the newest first."""

    file: Dossier
    gaps: tuple[Gap, ...]
    plan: tuple[Leg, ...]
    cycles: tuple[CycleRow, ...]
    waiting: tuple[NotAccepted, ...]
    score: Sheet | None
    """By the 评估指标体系 in force; None while there is none."""


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One park of the overview. `gaps` without explanations, which its own page counts."""

    park: ParkFact
    conditions: tuple[Condition, ...]
    gaps: tuple[Gap, ...]
    plan: tuple[Leg, ...]


def readiness(session: Session, actor: Actor, park_code: str, as_of: date) -> ParkReadiness:
    """As much as the actor may know of: what is not 报送 yet counts only for those who may see drafts.

    Raises Unknown for a park outside the scope.
    """
    actor.require(Permission.VIEW_READINESS)
    file = dossier(session, actor.scope, park_code, as_of)
    park = find_park(session, actor.scope, park_code)
    situation = facts.situation(session, park.id, as_of, rulebook(session))
    case = AcceptanceCase(situation, {step.kind: step.dated for step in file.steps})
    waiting = _waiting(session, actor, park, {goal.goal.key for goal in file.goals})
    unexplained = [
        Unexplained(one.row.submission_id, one.row.period, one.row.version.label, one.unexplained)
        for one in waiting
        if one.unexplained
    ]
    cycles = in_force(session, [park.district_id]).get(park.district_id, {})
    score = evaluations.score(session, actor, park.code, as_of)
    return ParkReadiness(
        file, gaps(case, len(file.ledger.unproven), unexplained), back_plan(situation, cycles),
        office_cycles(session, park.district_id), waiting, sheet(score) if score else None,
    )  # fmt: skip


def overview(session: Session, actor: Actor, as_of: date, first: int, count: int) -> tuple[list[OverviewLine], int]:
    """`count` parks of the scope from the `first` on, in 行政区划序, and how many there are; never by score."""
    actor.require(Permission.VIEW_READINESS)
    parks, book = parks_in_scope(session, actor.scope), rulebook(session)
    shown = [session.get_one(Park, park.id) for park in parks[first : first + count]]
    cycles = in_force(session, {park.district_id for park in shown})
    lines = [
        _line(
            facts.situation(session, park.id, as_of, book), cycles.get(park.district_id, {}),
            claims.lacking(session, park, as_of),
        )
        for park in shown
    ]  # fmt: skip
    return lines, len(parks)


def _line(situation: Situation, cycles: Mapping[ObligationKind, int], unproven: int) -> OverviewLine:
    done = {kind: situation.done[key] for kind, key in obligation_facts.PAPER_OF.items() if key in situation.done}
    case = AcceptanceCase(situation, done)
    return OverviewLine(situation.park, conditions(case), gaps(case, unproven), back_plan(situation, cycles))


def _waiting(session: Session, actor: Actor, park: Park, goals: set[str]) -> tuple[NotAccepted, ...]:
    """The newest version of every period, where it is not accepted, as far as the actor may know of it."""
    newest: dict[object, VersionRow] = {}
    for row in versions(session, actor, park.id):
        newest.setdefault(row.period, row)
    return tuple(
        _not_accepted(session, row, goals) for row in newest.values() if row.state is not SubmissionState.ACCEPTED
    )


def _not_accepted(session: Session, row: VersionRow, goals: set[str]) -> NotAccepted:
    stated = facts.version_figures(session, row.submission_id, row.period)
    unsaid = explanations.unexplained(session, session.get_one(Submission, row.submission_id))
    return NotAccepted(row, {fact.key: fact for fact in stated if fact.key in goals}, len(unsaid))


def default_days(book: Rulebook, as_of: date) -> dict[ObligationKind, int]:
    """办文周期 where a district has set none."""
    return {kind: book.whole("office_days", as_of, kind) for kind in PAPERS}


def set_office_cycle(session: Session, actor: Actor, park_code: str, days: Mapping[ObligationKind, int]) -> list[str]:
    """The district's own 办文周期 for these papers, for all its parks; what is the same already is left alone.

    Returns what was set, in words. Raises Unknown outside the scope; Refused for a number of days that cannot be, and
    when nothing is changed.
    """
    actor.require(Permission.SET_OFFICE_CYCLE)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    held = default_days(rulebook(session), clock.today()) | in_force(session, [park.district_id]).get(
        park.district_id, {}
    )
    wrong = [f"{kind.label}{number}" for kind, number in days.items() if not 1 <= number <= LONGEST]
    if wrong:
        raise Refused(f"办文周期应为1到{LONGEST}个工作日，收到：{'、'.join(wrong)}")
    changed = {kind: number for kind, number in days.items() if held[kind] != number}
    if not changed:
        raise Refused("办文周期没有改动")
    for kind, number in changed.items():
        session.add(OfficeCycle(
            unit_id=park.district_id, step=kind, days=number, recorded_at=clock.now(), recorded_by=actor.account
        ))  # fmt: skip
    old = {str(kind): held[kind] for kind in changed}
    new = {str(kind): number for kind, number in changed.items()}
    audit.record(session, actor, Act.OFFICE_CYCLE, park.district.name, park_id=park.id, old=old, new=new)
    return [f"{kind.label}{number}个工作日" for kind, number in changed.items()]
