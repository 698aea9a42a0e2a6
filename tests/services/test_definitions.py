"""指标口径: recorded with a document, kept, known from its day on, and a change of it parts the series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.definition_facts import definitions
from db.models import AuditEntry, Park
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.indicators.derivation import Series
from policy.refusal import Missing, Refused, Unknown
from policy.terms import HalfYear
from services.definitions import Wording, define
from services.platform import Platform
from tests.factories import accept, make_park, make_submission

TODAY = date(2026, 3, 2)
SAID = Wording(
    "firms_cyber", "2025H2", "注册地在四至范围内的企业", "registered", "期末", "示例函〔2026〕3号", breaks=True
)


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(TODAY)
    with platform.database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    return make_park(session, "甲园", code="A1")


def test_a_change_parts_the_series_from_its_half_year_on(session: Session, park: Park) -> None:
    for period, value in (("2024H2", "40"), ("2025H2", "50")):
        accept(session, make_submission(session, park, period, figures={"firms_cyber": value}))
    define(session, SYSTEM_ACTOR, replace(SAID, since="2024H1"))
    assert grown(session, park).value == Fraction(25)
    define(session, SYSTEM_ACTOR, SAID)
    assert grown(session, park).why == "口径自2025年下半年起变更（依据示例函〔2026〕3号），前后不比较"


def grown(session: Session, park: Park) -> object:
    known = facts.figures(session, park.id, date.max)
    return Series(known, definitions(session, park.id, date.max)).growth("firms_cyber", HalfYear(2025, 2))


def test_it_is_known_from_the_day_it_is_recorded(session: Session, park: Park) -> None:
    define(session, SYSTEM_ACTOR, SAID)
    assert definitions(session, park.id, date(2026, 3, 1)) == ()
    assert [one.document for one in definitions(session, park.id, TODAY)] == ["示例函〔2026〕3号"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "definition.change")).one()
    assert (entry.old, entry.new["scope"]) == (None, "注册地在四至范围内的企业")


def test_one_of_a_single_park_holds_there_alone(session: Session, park: Park) -> None:
    other = make_park(session, "乙园", code="B1")
    define(session, SYSTEM_ACTOR, replace(SAID, park="A1"))
    assert [one.own for one in definitions(session, park.id, TODAY)] == [True]
    assert definitions(session, other.id, TODAY) == ()


def test_all_of_them_are_kept_and_the_same_again_is_refused(session: Session, park: Park) -> None:
    define(session, SYSTEM_ACTOR, SAID)
    with pytest.raises(Refused, match="现行口径与所填一致"):
        define(session, SYSTEM_ACTOR, SAID)
    define(session, SYSTEM_ACTOR, replace(SAID, basis="on_site"))
    assert [one.basis for one in definitions(session, park.id, TODAY)] == ["registered", "on_site"]


@pytest.mark.parametrize(
    ("wording", "error", "said"),
    [
        (replace(SAID, document=" "), Missing, "请填写依据文号"),
        (replace(SAID, scope="企业"), Missing, "请写明统计范围"),
        (replace(SAID, key="firms"), Refused, "没有指标“firms”"),
        (replace(SAID, key="share_firms_cyber"), Refused, "由其他指标计算得出"),
        (replace(SAID, since="2025"), Refused, "报告期应写作"),
        (replace(SAID, since="2026H2"), Refused, "2026年下半年尚未开始"),
        (replace(SAID, basis="both"), Refused, "统计口径应为注册地或在地"),
        (replace(SAID, park="B9"), Unknown, "B9"),
    ],
)
def test_what_is_wrong_is_said(session: Session, park: Park, wording: Wording, error: type[Refused], said: str) -> None:
    with pytest.raises(error, match=said):
        define(session, SYSTEM_ACTOR, wording)
    assert definitions(session, park.id, date.max) == ()


def test_a_district_defines_nothing(session: Session, park: Park) -> None:
    with pytest.raises(AccessDenied):
        define(session, Actor("d", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id}))), SAID)
