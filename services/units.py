"""Units: loading the divisions, finding one by any of its names, and reorganisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from db.models import Account, Contact, Park, Unit, UnitAlias, UnitSuccession
from policy.access import Actor, Permission
from policy.acts import Act
from policy.divisions import DIVISIONS, SUCCESSIONS, Division, in_force, position
from policy.figures import chinese_date
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole, UnitKind
from services import audit, changes, clock
from services.lengths import require_storable

# 示例甲区经济和信息化委员会, 合川区人民政府, 高新区管委会, 两江新区经信部门 … all speak of their unit.
OFFICE = re.compile(
    r"(人民政府|政府|区府|管理委员会|管委会)?"
    r"(经济和?信息化?(委员会|委|局)|经信(委员会|委|局|部门)|(经济)?科技(和|与)?(信息化)?局)?"
)


def load_divisions(session: Session) -> None:
    """Enter the divisions of Chongqing and the zones.

    What is there already stays as it is; names a unit is called by since are added.
    """
    known = {unit.name: unit for unit in session.scalars(select(Unit).options(selectinload(Unit.aliases)))}
    for index, division in enumerate(DIVISIONS):
        unit = known.get(division.name) or _enter(session, division, position(index))
        known[division.name] = unit
        called = {alias.name for alias in unit.aliases}
        unit.aliases += [UnitAlias(name=name) for name in division.aliases if name not in called]
    session.flush()
    linked = {(link.predecessor_id, link.successor_id) for link in session.scalars(select(UnitSuccession))}
    for entry in SUCCESSIONS:
        pair = (known[entry.predecessor].id, known[entry.successor].id)
        if pair not in linked:
            session.add(UnitSuccession(predecessor_id=pair[0], successor_id=pair[1], on=entry.on, note=entry.note))
    session.flush()


def _enter(session: Session, division: Division, place: int) -> Unit:
    unit = Unit(
        name=division.name,
        short_name=division.short_name,
        kind=division.kind,
        code=division.code,
        position=place,
        valid_from=division.valid_from,
        valid_to=division.valid_to,
    )
    session.add(unit)
    return unit


def find_unit(session: Session, name: str, on: date | None = None) -> Unit | None:
    """The unit called so: its name, short name or alias, alone or at the head of an office's name.

    Where several answer to one name (两江新区), the one valid on the day `on` (today when left out)
    is meant, else the one that was abolished last.
    """
    day = on or clock.today()
    wanted = _bare(name)
    units = session.scalars(select(Unit).options(selectinload(Unit.aliases)))
    fits = [(len(called), unit) for unit in units for called in _names(unit) if _speaks_of(wanted, called)]
    longest = max((length for length, _unit in fits), default=0)
    candidates = [unit for length, unit in fits if length == longest]
    return max(candidates, key=lambda unit: (is_valid(unit, day), unit.valid_to or date.max), default=None)


def is_valid(unit: Unit, day: date) -> bool:
    return in_force(unit.valid_from, unit.valid_to, day)


def not_valid(unit: Unit) -> str:
    """Why a unit does not answer on some day: it has ended, or has not begun."""
    if unit.valid_to is not None:
        return f"{unit.name}已于{chinese_date(unit.valid_to)}终止"
    return f"{unit.name}自{chinese_date(unit.valid_from)}起设立" if unit.valid_from else unit.name


def government(unit: Unit) -> str:
    """区县政府, for a functional zone its 管理委员会: whom letters go to and who signs them (N1)."""
    office = "管理委员会" if unit.kind == UnitKind.FUNCTIONAL_ZONE else "人民政府"
    return f"{_plain_name(unit)}{office}"


def department(unit: Unit) -> str:
    """区县经信部门."""
    return f"{_plain_name(unit)}经信部门"


def office(unit: Unit, role: ContactRole) -> str:
    """To whom a formal letter to somebody in this role is addressed: an office, never a name."""
    if role is ContactRole.GOVERNMENT:
        return government(unit)
    return f"{department(unit)}{'负责同志' if role is ContactRole.HEAD else role.label}"


def _plain_name(unit: Unit) -> str:
    return unit.name.removesuffix("（功能区）")


def _bare(name: str) -> str:
    return name.strip().removeprefix("重庆市").strip()


def _names(unit: Unit) -> tuple[str, ...]:
    return tuple(_bare(called) for called in (unit.name, unit.short_name, *(alias.name for alias in unit.aliases)))


def _speaks_of(text: str, called: str) -> bool:
    return text.startswith(called) and OFFICE.fullmatch(text.removeprefix(called)) is not None


def require_unit(session: Session, name: str, on: date | None = None) -> Unit:
    """The unit called so; raises Unknown with the nearest names."""
    unit = find_unit(session, name, on)
    if unit is None:
        raise Unknown(f"没有找到单位“{name}”。{near_names(session, name) or '请写区县的全称或简称'}")
    return unit


def near_names(session: Session, name: str) -> str:
    """A sentence naming units written almost like this; empty when there is none."""
    names = {called: unit.name for unit in session.scalars(select(Unit)) for called in (unit.name, unit.short_name)}
    near = dict.fromkeys(names[match] for match in get_close_matches(name, names, n=3, cutoff=0.5))
    return f"是否为{'、'.join(near)}？" if near else ""


def create_unit(session: Session, actor: Actor, name: str, *, fictional: bool = False) -> Unit:
    """A district not among the divisions (a trial, a demonstration)."""
    actor.require(Permission.MANAGE_REGISTER)
    wanted = name.strip()
    if not wanted:
        raise Refused("单位名称为空，请写明区县全称，如“合川区”")
    unit = Unit(name=wanted, short_name=_short(wanted), kind=UnitKind.DISTRICT, fictional=fictional)
    require_storable(unit)
    session.add(unit)
    session.flush()
    audit.record(session, actor, Act.UNIT_CREATE, wanted, new={"name": wanted, "fictional": fictional})
    return unit


def _short(name: str) -> str:
    """District short name without 区/县 (F8); one character alone is no name."""
    short = re.sub(r"(自治县|新区|区|县)$", "", name)
    return short if len(short) > 1 else name


def successors(session: Session, unit: Unit, day: date) -> tuple[Unit, ...]:
    """Who answers for a unit on `day`: the unit itself while it is valid, else those it was divided among."""
    if is_valid(unit, day):
        return (unit,)
    links = select(UnitSuccession).where(UnitSuccession.predecessor_id == unit.id, UnitSuccession.on <= day)
    followed = [session.get_one(Unit, link.successor_id) for link in session.scalars(links.order_by(UnitSuccession.id))]
    return tuple(dict.fromkeys(last for unit in followed for last in successors(session, unit, day)))


def current_unit(session: Session, unit: Unit, day: date) -> Unit:
    """The one unit that answers on `day`; raises Refused when it was divided among several or has none."""
    heirs = successors(session, unit, day)
    if len(heirs) == 1:
        return heirs[0]
    if not heirs:
        raise Refused(f"{not_valid(unit)}，未登记承接单位，请写明现区县")
    names = "、".join(heir.name for heir in heirs)
    raise Refused(f"{unit.name}已撤销，辖区分别划入{names}，请按园区所在地写明现区县")


@dataclass(frozen=True, slots=True)
class Reorganised:
    """The codes of the parks passed on; the people and the accounts left behind, which move to no unit by themselves:
    the successors' own people are written to from now on."""

    parks: tuple[str, ...]
    people: tuple[str, ...]
    accounts: tuple[str, ...]


def reorganise(
    session: Session, actor: Actor, *, predecessor: str, successors: Sequence[str], on: date, note: str
) -> Reorganised:
    """Record that a unit was abolished on `on` and pass its parks on.

    With several successors no park moves by itself: each waits for its own 变更事项 (所属区县).
    Titles never change. Raises Refused for a day to come or a unit that has ended already.
    """
    actor.require(Permission.MANAGE_REGISTER)
    old = require_unit(session, predecessor)
    clock.require_past(on, "调整日期")
    if old.valid_to is not None:
        raise Refused(f"{not_valid(old)}，不能再次撤销")
    heirs = [require_unit(session, name) for name in successors]
    old.valid_to = date.fromordinal(on.toordinal() - 1)
    for heir in heirs:
        session.add(UnitSuccession(predecessor_id=old.id, successor_id=heir.id, on=on, note=note))
    people, accounts = _left_behind(session, old, on)
    audit.record(
        session, actor, Act.UNIT_REORGANISE, old.name,
        old={"name": old.name},
        new={"successors": [heir.name for heir in heirs], "on": str(on), "note": note, "people": people,
             "accounts": accounts},
    )  # fmt: skip
    held = select(Park).where(Park.district_id == old.id).order_by(Park.id)
    parks = session.scalars(held).all() if len(heirs) == 1 else ()
    for park in parks:
        changes.pass_park(session, actor, park, heirs[0], on, note)
    return Reorganised(tuple(park.code for park in parks), people, accounts)


def _left_behind(session: Session, unit: Unit, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The unit's own people who would be valid on `on`, with their roles, and its open accounts."""
    valid = (or_(Contact.valid_to.is_(None), Contact.valid_to >= on), Contact.park_id.is_(None))
    people = session.scalars(select(Contact).where(Contact.unit_id == unit.id, *valid).order_by(Contact.id))
    open_accounts = select(Account.username).where(Account.unit_id == unit.id, Account.active).order_by(Account.id)
    return tuple(f"{row.name}（{ContactRole(row.role).label}）" for row in people), tuple(
        session.scalars(open_accounts)
    )
