"""The register of approved parks: entering, finding, and 变更事项. A title is fixed at 批复 and never changes (N16)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Park, ParkChange, Unit
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission, Scope
from policy.acts import Act
from policy.deadlines import construction_end
from policy.facts import ParkFact
from policy.figures import chinese_date
from policy.refusal import Refused, Unknown
from policy.terms import ChangeKind
from services import applications, audit, changes, clock, contacts, obligations, snapshots, units
from services.lengths import require_storable

TITLE = re.compile(r"国家网络安全产业园区（([^（）\s]+)）")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Registered:
    """`created` is False when the park was there already; `note` tells what a person should know."""

    park_id: int
    code: str
    created: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One approved park as it is to be registered."""

    title: str
    district: str
    approved_on: date
    approval_no: str
    code: str | None = None
    operator: str = ""
    host_park: str = ""
    address: str = ""
    boundary: str = ""
    contacts: Sequence[str] = ()
    """Handlers of the district, each written 姓名<mail>."""


def register_park(
    session: Session,
    actor: Actor,
    *,
    title: str,
    district: str,
    approved_on: date,
    approval_no: str,
    code: str | None = None,
    operator: str = "",
    host_park: str = "",
    address: str = "",
    boundary: str = "",
    contacts: Sequence[str] = (),
    create_unit: bool = False,
    fictional: bool = False,
) -> Registered:
    """Enter one park by its 批复; the same facts again change nothing.

    Raises Refused when the title is written otherwise than the notice writes it, a date lies ahead, or a
    park of this title stands with other facts; Unknown when the district is not known and `create_unit` is off.
    """
    entry = Entry(
        title.strip(), district.strip(), approved_on, approval_no.strip(), (code or "").strip() or None,
        operator.strip(), host_park.strip(), address.strip(), boundary.strip(), contacts,
    )  # fmt: skip
    return enter(session, actor, entry, create_unit=create_unit, fictional=fictional)


def enter(
    session: Session, actor: Actor, entry: Entry, *, create_unit: bool = False, fictional: bool = False
) -> Registered:
    """`register_park` for an entry read from a list."""
    actor.require(Permission.MANAGE_REGISTER)
    _check(entry)
    audit.take_turn(session)
    park = session.scalars(select(Park).where(Park.title == entry.title)).first()
    if park is not None:
        return _same_again(session, actor, park, entry)
    named = _district(session, actor, entry, create_unit=create_unit, fictional=fictional)
    park = _add(session, actor, entry, named)
    obligations.generate(session, park)
    note = _pass_to_successor(session, actor, park, named)
    for person in entry.contacts:
        contacts.add_handler(session, actor, park.district, person)
    applications.link_earlier(session, actor, park)
    snapshots.rewrite(session, park.id)
    return Registered(park.id, park.code, True, note)


def _check(entry: Entry) -> None:
    if TITLE.fullmatch(entry.title) is None:
        raise Refused(f"园区名称应写作“国家网络安全产业园区（××园）”（全角括号，与批复一致），收到“{entry.title}”")
    if not entry.district:
        raise Refused("缺少所属区县")
    if not entry.approval_no:
        raise Refused("缺少批复的发文字号")
    clock.require_past(entry.approved_on, "批复成文日期")
    if entry.code is not None and CODE.fullmatch(entry.code) is None:
        raise Refused(f"园区代码由字母、数字、-、_ 组成，不超过40个字符，收到“{entry.code}”")


def _same_again(session: Session, actor: Actor, park: Park, entry: Entry) -> Registered:
    """The park stands: say so when every fact given agrees, refuse with the differences otherwise.

    What the register left open and the entry tells is filled in.
    """
    different = _differences(session, park, entry)
    if different:
        raise Refused(
            f"{park.title}已登记（{park.code}），未作改动；{'；'.join(different)}。"
            "请核对批复原件；运营管理机构等的变动按变更事项登记"
        )
    strangers = "、".join(contacts.not_among_handlers(session, park.district, entry.contacts))
    people = f"；联系人{strangers}未录入，请按联系人另行登记" if strangers else ""
    missing = {name: new for name, (old, new) in _texts(park, entry).items() if new and not old}
    if not missing:
        return Registered(park.id, park.code, False, f"{park.title}已登记（{park.code}），内容一致，未作改动{people}")
    audit.record(session, actor, Act.PARK_SUPPLEMENT, park.title, park_id=park.id, new=missing)
    for name, new in missing.items():
        setattr(park, name, new)
    require_storable(park)
    snapshots.rewrite(session, park.id)
    added = "、".join(TEXTS[name] for name in missing)
    return Registered(park.id, park.code, False, f"{park.title}已登记（{park.code}），补录{added}{people}")


# What a later entry may fill in where the register has nothing.
TEXTS = {"operator": "运营管理机构", "host_park": "主体园区", "address": "地址", "boundary": "四至范围"}


def _texts(park: Park, entry: Entry) -> dict[str, tuple[str, str]]:
    """Column -> (registered, given)."""
    return {name: (getattr(park, name), getattr(entry, name)) for name in TEXTS}


def _differences(session: Session, park: Park, entry: Entry) -> list[str]:
    facts_given = {
        "批复成文日期": (str(park.approved_on), str(entry.approved_on)),
        "批复发文字号": (park.approval_no, entry.approval_no),
        "园区代码": (park.code, entry.code or park.code),
    } | {TEXTS[name]: pair for name, pair in _texts(park, entry).items() if all(pair)}
    different = [f"{label}已登记为“{old}”，本次为“{new}”" for label, (old, new) in facts_given.items() if old != new]
    unit = units.find_unit(session, entry.district, entry.approved_on)
    if unit is None or park.district_id not in {heir.id for heir in units.successors(session, unit, clock.today())}:
        different.append(f"所属区县已登记为“{park.district.name}”，本次为“{entry.district}”")
    return different


def _district(session: Session, actor: Actor, entry: Entry, *, create_unit: bool, fictional: bool) -> Unit:
    """The unit the 批复 names, valid on its day."""
    unit = units.find_unit(session, entry.district, entry.approved_on)
    if unit is None and create_unit:
        return units.create_unit(session, actor, entry.district, fictional=fictional)
    if unit is None:
        near = units.near_names(session, entry.district)
        raise Unknown(f"没有找到区县“{entry.district}”。{near}确需新增该单位，请加 --create-unit")
    if unit.valid_to is not None and entry.approved_on > unit.valid_to:
        heirs = "、".join(heir.name for heir in units.successors(session, unit, clock.today()))
        approved = chinese_date(entry.approved_on)
        raise Refused(f"{units.not_valid(unit)}，批复成文日期{approved}在其后，请写明现区县（{heirs}）")
    return unit


def _add(session: Session, actor: Actor, entry: Entry, district: Unit) -> Park:
    match = TITLE.fullmatch(entry.title)
    assert match is not None
    park = Park(
        code=_free_code(session, entry.code),
        title=entry.title,
        short_name=match[1],
        district=district,
        operator=entry.operator,
        host_park=entry.host_park,
        address=entry.address,
        boundary=entry.boundary,
        approved_on=entry.approved_on,
        approval_no=entry.approval_no,
        ends_on=construction_end(entry.approved_on, rulebook(session).whole("construction_years", entry.approved_on)),
        created_at=clock.now(),
    )
    require_storable(park)
    session.add(park)
    session.flush()
    new = {
        "code": park.code, "title": park.title, "district": district.name, "approved_on": str(park.approved_on),
        "approval_no": park.approval_no, "ends_on": str(park.ends_on), "operator": park.operator,
        "host_park": park.host_park, "address": park.address, "boundary": park.boundary,
    }  # fmt: skip
    audit.record(session, actor, Act.PARK_REGISTER, park.title, park_id=park.id, new=new)
    return park


def _free_code(session: Session, wanted: str | None) -> str:
    """The code asked for, or the next of P001, P002, …"""
    taken = set(session.scalars(select(func.upper(Park.code))))
    if wanted is not None:
        if wanted.upper() in taken:
            raise Refused(f"园区代码“{wanted}”已被其他园区使用，请换一个")
        return wanted
    numbers = [int(code[1:]) for code in taken if re.fullmatch(r"P\d{3,9}", code)]
    return f"P{max(numbers, default=0) + 1:03d}"


def _pass_to_successor(session: Session, actor: Actor, park: Park, named: Unit) -> str:
    """A park approved under a unit abolished since is answered for by its successor; the title stays."""
    today = clock.today()
    heir = units.current_unit(session, named, today)
    if heir.id == named.id:
        return ""
    assert named.valid_to is not None
    on = date.fromordinal(named.valid_to.toordinal() + 1)
    changes.pass_park(session, actor, park, heir, on, "行政区划调整")
    return f"{named.name}自{chinese_date(on)}起由{heir.name}承接，园区名称不变，现归{heir.name}"


def find_park(session: Session, scope: Scope, ref: str) -> Park:
    """The park of this code, exact title, or short name in the title's bracket.

    Raises Unknown, in the same words whether it does not exist or lies outside the scope, and when a short
    name fits several.
    """
    wanted = ref.strip()
    fits = or_(Park.title == wanted, func.upper(Park.code) == wanted.upper(), Park.short_name == wanted)
    found = [park for park in session.scalars(select(Park).where(fits).order_by(Park.id)) if _within(scope, park)]
    exact = [park for park in found if wanted in (park.code, park.title)] or found
    if len(exact) == 1:
        return exact[0]
    if exact:
        codes = "、".join(f"{park.code}（{park.district.name}）" for park in exact)
        raise Unknown(f"“{wanted}”对应多个园区：{codes}，请用园区代码")
    raise Unknown(f"没有找到园区“{wanted}”。{_near_parks(session, scope, wanted)}请写园区代码、全称或括号内的简称")


def _within(scope: Scope, park: Park) -> bool:
    return scope.covers(park_id=park.id, district_id=park.district_id)


def _near_parks(session: Session, scope: Scope, wanted: str) -> str:
    names = {name: park.code for park in all_parks(session, scope) for name in (park.short_name, park.code, park.title)}
    near = dict.fromkeys(names[match] for match in get_close_matches(wanted, names, n=3, cutoff=0.6))
    return f"是否为{'、'.join(near)}？" if near else ""


def all_parks(session: Session, scope: Scope) -> Iterator[Park]:
    """The parks of a scope in 行政区划序."""
    order = (Unit.position, Unit.id, Park.approved_on, Park.code)
    for park in session.scalars(select(Park).join(Park.district).order_by(*order)):
        if _within(scope, park):
            yield park


def list_parks(session: Session, scope: Scope, as_of: date) -> tuple[ParkFact, ...]:
    """The register in 行政区划序, with the stage each park had reached on `as_of`."""
    return tuple(facts.park_fact(session, park, as_of) for park in all_parks(session, scope))


# 变更事项 that are also a current value of the register.
CURRENT_VALUE = {ChangeKind.OPERATOR: "operator", ChangeKind.HOST_PARK: "host_park", ChangeKind.BOUNDARY: "boundary"}


def record_change(
    session: Session, actor: Actor, park_code: str, kind: ChangeKind, valid_from: date, document: str, new: str
) -> ParkChange:
    """变更事项: what changed, from which day, by which document; the old value is kept.

    An extension is recorded and moves no date: the two years end when they end (N11). Raises Refused without
    a document, for a day before the approval or to come, out of order, or when nothing changes.
    """
    actor.require(Permission.MANAGE_REGISTER)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    new, document = new.strip(), document.strip()
    old = _value_before(session, park, kind)
    _check_change(session, park, kind, valid_from, document, old, new)
    if kind is ChangeKind.DISTRICT:
        return changes.pass_park(session, actor, park, units.require_unit(session, new), valid_from, document)
    change = changes.add_change(session, actor, park, kind, valid_from, document, old=old, new=new)
    if kind in CURRENT_VALUE:
        setattr(park, CURRENT_VALUE[kind], new)
        require_storable(park)
    snapshots.rewrite(session, park.id)
    return change


def _value_before(session: Session, park: Park, kind: ChangeKind) -> str:
    if kind is ChangeKind.DISTRICT:
        return park.district.name
    if kind in CURRENT_VALUE:
        return str(getattr(park, CURRENT_VALUE[kind]))
    last = _last_change(session, park, kind)
    return last.new if last else ""


def _last_change(session: Session, park: Park, kind: ChangeKind) -> ParkChange | None:
    same_kind = select(ParkChange).where(ParkChange.park_id == park.id, ParkChange.kind == kind)
    return session.scalars(same_kind.order_by(ParkChange.valid_from.desc(), ParkChange.id.desc()).limit(1)).first()


def _check_change(
    session: Session, park: Park, kind: ChangeKind, valid_from: date, document: str, old: str, new: str
) -> None:
    if kind is ChangeKind.GOALS:
        raise Refused("建设目标的变更须导入目标表并注明依据文号")
    if not document or not new:
        raise Refused(f"登记“{kind.label}”变更须写明新的内容和同意文件")
    if new == old:
        raise Refused(f"{kind.label}已是“{old}”，没有变动")
    clock.require_between(valid_from, park.approved_on, "生效日期", "批复成文日期")
    last = _last_change(session, park, kind)
    if last is not None and valid_from < last.valid_from:
        later = f"{kind.label}已有自{chinese_date(last.valid_from)}起的变更"
        raise Refused(f"{later}，生效日期{chinese_date(valid_from)}在其之前")
    if kind is ChangeKind.EXTENSION and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", new):
        raise Refused(f"延期验收的新期限应写作 2026-12-31，收到“{new}”")
