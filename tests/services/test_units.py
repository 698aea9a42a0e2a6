"""Units by all their names, and what a reorganisation does to parks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Park, ParkChange, Unit, UnitAlias, UnitSuccession
from db.session import Database
from policy.access import SYSTEM_ACTOR, Actor, Role, Scope
from policy.access import AccessDenied as Denied
from policy.refusal import Refused, Unknown
from services import snapshots, units
from tests.factories import make_account, make_contact, make_park, make_unit

TODAY = date(2026, 7, 1)


@pytest.fixture
def session(database: Database, set_now: Callable[[date], None]) -> Iterator[Session]:
    """A transaction over the loaded divisions."""
    set_now(TODAY)
    with database.write() as session:
        units.load_divisions(session)
        yield session


def test_loading_the_divisions_again_adds_nothing_and_keeps_what_was_edited(session: Session) -> None:
    def counts() -> list[int | None]:
        return [session.scalar(select(func.count()).select_from(t)) for t in (Unit, UnitAlias, UnitSuccession)]

    before = counts()
    unit = session.scalars(select(Unit).where(Unit.name == "合川区")).one()
    unit.position = 5
    session.flush()
    units.load_divisions(session)
    assert counts() == before
    assert unit.position == 5


def test_a_name_added_to_the_divisions_reaches_units_that_stand(session: Session) -> None:
    unit = units.require_unit(session, "开州区")
    unit.aliases = [UnitAlias(name="老开县")]
    session.flush()
    units.load_divisions(session)
    assert sorted(alias.name for alias in unit.aliases) == ["开县", "老开县"]
    assert units.require_unit(session, "开县") is unit


def test_no_real_unit_has_a_park_until_one_is_registered(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(Park)) == 0


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("合川区", "合川区"),
        ("合川", "合川区"),
        ("合川市", "合川区"),
        ("开县", "开州区"),
        ("璧山县", "璧山区"),
        ("石柱县", "石柱土家族自治县"),
        ("酉阳", "酉阳土家族苗族自治县"),
        ("忠县", "忠县"),
        ("重庆市合川区", "合川区"),
        ("合川区经济和信息化委员会", "合川区"),
        ("石柱县经济信息委", "石柱土家族自治县"),
        ("开州区人民政府", "开州区"),
        ("高新区管委会", "高新区"),
        ("两江新区经信部门", "两江新区"),
        ("万盛经济技术开发区", "万盛经开区"),
        ("市经济信息委", "重庆市经济和信息化委员会"),
        (" 合川区 ", "合川区"),
    ],
)
def test_a_unit_answers_to_its_name_its_aliases_and_its_offices(session: Session, written: str, name: str) -> None:
    found = units.find_unit(session, written)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("written", ["", "合", "合川区某某园区", "示例甲区", "重庆市"])
def test_what_names_no_unit_finds_none(session: Session, written: str) -> None:
    assert units.find_unit(session, written) is None


def test_liangjiang_is_the_zone_before_the_reorganisation_and_the_district_after_it(session: Session) -> None:
    before = units.find_unit(session, "两江新区", date(2024, 1, 1))
    after = units.find_unit(session, "两江新区")
    assert before is not None
    assert after is not None
    assert (before.kind, after.kind) == ("functional_zone", "district")
    assert units.successors(session, before, TODAY) == (after,)


def test_an_unknown_name_is_answered_with_the_nearest_ones(session: Session) -> None:
    with pytest.raises(Unknown, match=r"没有找到单位“合州区”.*合川区"):
        units.require_unit(session, "合州区")


def test_a_unit_divided_among_several_asks_which(session: Session) -> None:
    unit = units.require_unit(session, "渝北区")
    with pytest.raises(Refused, match=r"渝北区已撤销，辖区分别划入.*两江新区.*北碚区"):
        units.current_unit(session, unit, TODAY)


def test_a_unit_in_force_answers_for_itself_although_it_gave_towns_away(session: Session) -> None:
    unit = units.require_unit(session, "北碚区")
    assert units.current_unit(session, unit, TODAY) is unit


def test_a_reorganisation_passes_the_parks_on_and_keeps_their_titles(session: Session) -> None:
    old, new = make_unit(session, "示例旧区"), make_unit(session, "示例新区")
    park = make_park(session, "旧园", district=old)
    make_contact(session, old, name="张某")
    make_contact(session, old, name="早已离任", valid_to=date(2025, 12, 31))
    make_contact(session, old, name="园区人员", role="operator", park_id=park.id)
    make_account(session, "old-district", role="district", unit_id=old.id)
    snapshots.rewrite(session, park.id)
    moved = units.reorganise(
        session, SYSTEM_ACTOR, predecessor="示例旧区", successors=["示例新区"], on=date(2026, 6, 1), note="示例调整"
    )
    assert moved == units.Reorganised((park.code,), ("张某（经办人）",), ("old-district",))
    assert (park.title, park.district_id) == ("国家网络安全产业园区（旧园）", new.id)
    change = session.scalars(select(ParkChange).where(ParkChange.park_id == park.id)).one()
    assert (change.kind, change.old, change.new) == ("district", "示例旧区", "示例新区")
    assert change.valid_from == date(2026, 6, 1)
    assert units.find_unit(session, "示例旧区") is old
    assert not units.is_valid(old, date(2026, 6, 1))
    assert units.is_valid(old, date(2026, 5, 31))
    assert {"unit.reorganise", "park.change"} <= set(session.scalars(select(AuditEntry.action)))


def test_a_unit_divided_among_several_keeps_its_parks_until_each_is_placed(session: Session) -> None:
    old = make_unit(session, "示例旧区")
    make_unit(session, "示例东区")
    make_unit(session, "示例西区")
    park = make_park(session, district=old)
    moved = units.reorganise(
        session, SYSTEM_ACTOR, predecessor="示例旧区", successors=["示例东区", "示例西区"], on=TODAY, note="示例调整"
    )
    assert moved.parks == ()
    assert park.district_id == old.id


def test_a_reorganisation_to_come_or_of_an_ended_unit_is_refused(session: Session) -> None:
    make_unit(session, "示例新区")
    make_unit(session, "示例旧区")
    with pytest.raises(Refused, match="在今天（"):
        units.reorganise(
            session, SYSTEM_ACTOR, predecessor="示例旧区", successors=["示例新区"], on=date(2026, 7, 2), note=""
        )
    with pytest.raises(Refused, match="江北区已于2025年11月5日终止"):
        units.reorganise(session, SYSTEM_ACTOR, predecessor="江北区", successors=["示例新区"], on=TODAY, note="")


def test_only_who_keeps_the_register_may_enter_a_unit(session: Session) -> None:
    district = Actor("district", Role.DISTRICT, Scope())
    with pytest.raises(Denied):
        units.create_unit(session, district, "示例甲区")
