"""A park's goals as the forecast takes them."""

from __future__ import annotations

from policy.facts import GoalFact
from policy.foresight import Course, Reported
from policy.indicators.catalogue import BY_KEY
from policy.situation import Situation
from policy.terms import FigureKind, Measure


def courses(situation: Situation) -> tuple[Course, ...]:
    """The park's goals with the accepted figures of each. Yearly counts and shares are not forecast."""
    return tuple(
        course_of(situation, goal)
        for goal in situation.goals
        if BY_KEY[goal.key].measure in (Measure.STOCK, Measure.FLOW_YTD)
    )


def course_of(situation: Situation, goal: GoalFact) -> Course:
    park = situation.park
    figures = [figure for figure in situation.figures if figure.key == goal.key]
    rows = tuple(
        Reported(figure.period.end, figure.value, situation.as_of, figure.kind is FigureKind.ESTIMATE)
        for figure in sorted(figures, key=lambda figure: figure.period)
    )
    return Course(
        park.code, goal.key, BY_KEY[goal.key].measure, park.approved_on, goal.baseline, goal.target,
        goal.milestones.get(12), rows,
    )  # fmt: skip
