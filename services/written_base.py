"""What a written text may quote and is held against: the figures and goals behind one document of one park."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from db import facts
from db.models import Park
from db.rulebook_facts import rulebook
from policy.access import Actor
from policy.facts import FigureFact, GoalFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.definitions import Definition
from policy.outlines import Outline
from policy.provenance import figure_path, goal_path
from policy.references import GoalValue, Reference, Unknown, references
from policy.situation import Situation
from policy.terms import HalfYear
from services.narrative_check import Difference, differences
from services.report_papers import ReportPaper, paper


@dataclass(frozen=True, slots=True)
class Quotable:
    """One figure a text may quote: as it is printed, where it was read, and the path that tells its source."""

    reference: Reference
    shown: str
    where: str
    path: str


@dataclass(frozen=True, slots=True)
class Base:
    """`newest`: the half-year a sentence speaks of when it names none."""

    figures: tuple[FigureFact, ...]
    goals: tuple[GoalFact, ...]
    newest: HalfYear
    definitions: tuple[Definition, ...]
    quotable: dict[str, Quotable]
    """By code, newest half-year first, then the goals."""

    @property
    def values(self) -> dict[str, str]:
        """Every figure as it stands, by its code: what a later look is compared with."""
        return {code: one.shown for code, one in self.quotable.items()}

    def shown(self, reference: Reference) -> str | None:
        """As it is printed; None where no such figure is known."""
        one = self.quotable.get(reference.code)
        return one.shown if one else None

    def unfounded(self, text: str) -> tuple[str, ...]:
        """The references of a text that stand for no figure, each once."""
        found = (
            one.words
            for one in references(text)
            if isinstance(one, Unknown) or self.shown(one) is None
        )  # fmt: skip
        return tuple(dict.fromkeys(found))

    def differences(self, text: str) -> tuple[Difference, ...]:
        return differences(text, self.figures, self.newest, self.definitions)


def base(session: Session, actor: Actor, outline: Outline, park: Park, as_of: date, period: HalfYear | None) -> Base:
    """As known at the end of `as_of`: accepted figures; of a half-year letter what was reported takes the place of
    what was accepted of its half-year."""
    situation = facts.situation(session, park.id, as_of, rulebook(session))
    if outline.half_yearly:
        told = paper(session, actor, park.code, as_of, period)
        figures, newest = with_reported(session, situation, told), told.period
    else:
        figures = situation.figures
        newest = max((one.period for one in figures), default=HalfYear.containing(as_of).previous())
    return Base(
        figures, situation.goals, newest, tuple(situation.definitions), quotable(situation, figures)
    )  # fmt: skip


def with_reported(session: Session, situation: Situation, told: ReportPaper) -> tuple[FigureFact, ...]:
    """The accepted figures; what is reported takes the place of what was accepted of the same half-year."""
    stated = facts.version_figures(session, told.submission_id, told.period) if told.submission_id else ()
    return (*(one for one in situation.figures if one.period != told.period), *stated)


def quotable(situation: Situation, figures: Sequence[FigureFact]) -> dict[str, Quotable]:
    """By code, newest half-year first, then the goals."""
    code, goals = situation.park.code, situation.goals
    order = list(BY_KEY)
    in_order = sorted(figures, key=lambda one: (-one.period.year, -one.period.half, order.index(one.key)))
    found = [
        Quotable(
            Reference(one.key, one.period), f"{plain(one.value)}{BY_KEY[one.key].unit}{one.kind.mark}", one.where,
            figure_path(code, one.period, one.key),
        )
        for one in in_order
    ]  # fmt: skip
    for goal in goals:
        for of, value in ((GoalValue.BASELINE, goal.baseline), (GoalValue.TARGET, goal.target)):
            shown = f"{plain(value)}{BY_KEY[goal.key].unit}"
            where = goal.decision or goal.source
            found.append(Quotable(Reference(goal.key, of), shown, where, goal_path(code, goal.key)))
    return {one.reference.code: one for one in found}
