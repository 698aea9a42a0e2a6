"""Parks of one age with two half-years of firms each, for what is learned of all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from db.models import Submission
from tests.factories import make_goal, make_park, make_submission, make_unit

TODAY = date(2025, 9, 1)
REPORTED = (("2024H2", date(2025, 1, 20)), ("2025H1", date(2025, 7, 20)))


def growing_parks(session: Session, firms: Iterable[tuple[int, int]]) -> list[list[Submission]]:
    """P0, P1, … approved on 5 March 2024, to grow from 40 firms to 60; each with the two reports of its `firms`."""
    district = make_unit(session, "示例甲区")
    reports = []
    for number, counted in enumerate(firms):
        park = make_park(
            session, f"示例{number}园", district=district, code=f"P{number}", approved_on=date(2024, 3, 5),
            ends_on=date(2026, 3, 5),
        )  # fmt: skip
        make_goal(session, park, "firms_cyber", "40", "60")
        reports.append([
            make_submission(session, park, period, figures={"firms_cyber": str(count)}, received_on=day)
            for (period, day), count in zip(REPORTED, counted, strict=True)
        ])  # fmt: skip
    return reports
