"""A park's goals as the forecast takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policy.facts import FigureFact, GoalFact, ParkFact
from policy.foresight import Course, Reported
from policy.indicators.catalogue import BY_KEY
from policy.situation import Situation
from policy.terms import FigureKind, Measure


def courses(situation: Situation) -> tuple[Course, ...]:
    """The park's goals with the accepted figures of each. Yearly counts and shares are not forecast."""
    return courses_of(situation.park, situation.goals, situation.figures, situation.as_of)


def courses_of(
    park: ParkFact, goals: Iterable[GoalFact], figures: Iterable[FigureFact], as_of: date
) -> tuple[Course, ...]:
    """The same where no more is known of the park than this."""
    by_period = sorted(figures, key=lambda figure: figure.period)
    return tuple(
        _course(park, goal, [figure for figure in by_period if figure.key == goal.key], as_of)
        for goal in goals
        if BY_KEY[goal.key].measure in (Measure.STOCK, Measure.FLOW_YTD)
    )


def _course(park: ParkFact, goal: GoalFact, figures: Iterable[FigureFact], as_of: date) -> Course:
    rows = tuple(
        Reported(figure.period.end, figure.value, as_of, figure.kind is FigureKind.ESTIMATE) for figure in figures
    )
    return Course(
        park.code, goal.key, BY_KEY[goal.key].measure, park.approved_on, goal.baseline, goal.target,
        goal.milestones.get(12), rows,
    )  # fmt: skip
