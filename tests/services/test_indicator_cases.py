"""The worked cases that need the store: figures revised since, 预计数 replaced, districts reorganised, peers' 口径."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from db import facts
from db.definition_facts import definitions
from db.models import IndicatorDefinition, Park
from policy.access import FULL_SCOPE, Actor, Role
from policy.divisions import LAST_DAY_BEFORE, REORGANISED_ON
from policy.indicators.derivation import Series
from policy.terms import FigureBasis, HalfYear
from services.peers import compare
from services.platform import Platform
from tests.factories import MADE_AT, accept, make_park, make_submission, make_unit
from tests.indicator_cases import APART, Given, cases, check_derived, check_values, derived

CASES = cases(stored=True)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def session(platform: Platform) -> Iterator[Session]:
    with platform.database.write() as session:
        yield session


def _reported(session: Session, given: Given) -> Park:
    """revenue_total@2025H1#2025-07-28=5.0: a version accepted on that day, in the order of the days."""
    before = make_unit(session, "示例渝北区", valid_to=LAST_DAY_BEFORE)
    park = make_park(session, "示例甲园", code="JIA", district=before)
    papers = sorted(
        (day, key.removeprefix("预计@"), period, value, key.startswith("预计@"))
        for name, value in given.values.items()
        for key, _, stamp in [name.rpartition("@")]
        for period, _, day in [stamp.partition("#")]
        if day
    )
    for day, key, period, value, estimated in papers:
        on = date.fromisoformat(day)
        kind = {"figure_kind": "estimate" if estimated else "preliminary"}
        accept(session, make_submission(session, park, period, figures={key: value}, received_on=on, **kind), on=on)
    if "承接" in given.values:
        assert given.day("承接") == REORGANISED_ON == LAST_DAY_BEFORE + timedelta(days=1)
        park.district = make_unit(session, "示例两江新区", valid_from=REORGANISED_ON)
        session.flush()
    return park


def _beside(session: Session, given: Given) -> None:
    """Parks of the same age with one figure of the half-year; one may count by a 口径 of its own."""
    for text in given.values["他园"].split(","):
        park, period = make_park(session), given.values["期"]
        figures = {given.values["指标"]: text.removesuffix(APART)}
        accept(session, make_submission(session, park, period, figures=figures))
        if text.endswith(APART):
            _own_definition(session, park, given.values["指标"])


def _own_definition(session: Session, park: Park, key: str) -> None:
    session.add(IndicatorDefinition(
        key=key, park_id=park.id, since="2025H1", scope="在园区办公的企业", basis=FigureBasis.ON_SITE, taken_at="期末",
        breaks=False, document="示例函〔2025〕3号", recorded_at=MADE_AT, recorded_by="committee",
    ))  # fmt: skip
    session.flush()


@pytest.mark.parametrize("given", [pytest.param(one, id=f"{one.number}-{one.formula}") for one in CASES])
def test_the_case_comes_out_as_worked_by_hand(session: Session, given: Given) -> None:
    park = _reported(session, given)
    if given.formula != "园区对比":
        as_of = given.day("截至")
        known = Series(facts.figures(session, park.id, as_of), definitions(session, park.id, as_of))
        check_derived(derived(given, known), given.due)
        return
    _beside(session, given)
    (found,) = compare(session, COMMITTEE, "JIA")
    assert (found.indicator.key, found.period) == (given.values["指标"], HalfYear.parse(given.values["期"]))
    check_values((found.standing.lower, found.standing.median, found.standing.upper), given.due)
    assert found.standing.apart == given.values["他园"].count(APART)
