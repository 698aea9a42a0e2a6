"""People to write to: of a unit, of a park's 园区运营管理机构, or all within a scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, select, true
from sqlalchemy.orm import Session

from db.models import Contact, Handover, Park, Unit
from policy.access import Scope
from policy.divisions import in_force
from policy.masking import mask_mail, mask_phone
from policy.terms import ContactRole

_Person: TypeAlias = tuple[int | None, int, str]
"""Park (None: the unit itself), unit and name: one person, however many rows."""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person in one role; personal data, to be masked for whoever need not write or call.

    `mail` is in small letters: addresses that differ in letter case alone are one mailbox.
    `unit`: theirs, or for a person of an operator the district of its park. `earlier`: the addresses under which they,
    or those whose work they took over, have been told so far; none that sends mail back.
    """

    id: int
    unit_id: int
    unit: str
    unit_ended: date | None
    name: str
    role: ContactRole
    mail: str
    phone: str
    valid_from: date | None
    valid_to: date | None
    park_id: int | None = None
    """Set for a person of that park's 园区运营管理机构."""
    park: str = ""
    bounced_on: date | None = None
    """Since when mail to this address comes back."""
    bounce_reason: str = ""
    earlier: tuple[str, ...] = ()

    @property
    def bounced(self) -> bool:
        return self.bounced_on is not None

    def valid_on(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)

    def reached_on(self, day: date) -> bool:
        """Whether a mail of that day arrives."""
        return bool(self.mail) and not self.bounced and self.valid_on(day)

    def masked(self) -> ContactRow:
        return replace(self, mail=mask_mail(self.mail), phone=mask_phone(self.phone), earlier=())


def contacts_of(session: Session, unit_id: int) -> tuple[ContactRow, ...]:
    """Everyone ever entered for a unit itself, in the order of entry, unmasked."""
    return _read(session, _people().where(Contact.unit_id == unit_id, Contact.park_id.is_(None)).order_by(Contact.id))


def operators_of(session: Session, park_id: int) -> tuple[ContactRow, ...]:
    """Everyone ever entered for a park's 园区运营管理机构, unmasked."""
    return _read(session, _people().where(Contact.park_id == park_id).order_by(Contact.id))


def answering_for(session: Session, park_code: str) -> tuple[ContactRow, ...]:
    """Everyone ever entered for a park's district and for its 园区运营管理机构, the district's first, unmasked."""
    own = select(Park.id).where(Park.code == park_code).scalar_subquery()
    district = select(Park.district_id).where(Park.code == park_code).scalar_subquery()
    theirs = (Contact.unit_id == district) & Contact.park_id.is_(None)
    order = (Contact.park_id.is_not(None), Contact.id)
    return _read(session, _people().where(theirs | (Contact.park_id == own)).order_by(*order))


def people(session: Session, scope: Scope) -> tuple[ContactRow, ...]:
    """Everyone within the scope in 行政区划序, a unit's own people before its parks', unmasked."""
    order = (Unit.position, Unit.id, Contact.park_id.is_not(None), Park.title, Contact.id)
    return _read(session, _people().where(_within(scope)).order_by(*order))


@dataclass(frozen=True, slots=True)
class Place:
    """Where people can be entered: a unit in force, or a park for its 园区运营管理机构."""

    name: str
    unit_id: int | None = None
    park_id: int | None = None

    @property
    def key(self) -> str:
        """As a form names it: unit:3, park:5."""
        return f"unit:{self.unit_id}" if self.park_id is None else f"park:{self.park_id}"


def places(session: Session, scope: Scope, day: date) -> tuple[Place, ...]:
    """Every place within the scope in 行政区划序, units before parks."""
    own = true() if scope.everything else Unit.id.in_(scope.unit_ids)
    units = session.scalars(select(Unit).where(own).order_by(Unit.position, Unit.id)).all()
    parks = session.execute(
        select(Park.id, Park.short_name, Park.operator).join(Unit, Park.district_id == Unit.id).where(own)
        .order_by(Unit.position, Park.title)
    )  # fmt: skip
    found = [Place(unit.name, unit_id=unit.id) for unit in units if in_force(unit.valid_from, unit.valid_to, day)]
    found += [
        Place(f"{row.short_name}运营管理机构" + (f"：{row.operator}" if row.operator else ""), park_id=row.id)
        for row in parks
    ]
    return tuple(found)


def districts_with_parks(session: Session, scope: Scope) -> frozenset[int]:
    """The units within the scope that answer for a park."""
    own = true() if scope.everything else Park.district_id.in_(scope.unit_ids)
    return frozenset(session.scalars(select(Park.district_id).where(own)))


def _within(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.everything else Contact.unit_id.in_(scope.unit_ids)


def _people() -> Select[*tuple[Any, ...]]:
    """Everyone, a row for each person they took over from."""
    columns = (
        Contact.id, Unit.id.label("unit_id"), Unit.name.label("unit"), Unit.valid_to.label("unit_ended"),
        Contact.name, Contact.role, Contact.mail, Contact.phone, Contact.valid_from, Contact.valid_to,
        Contact.park_id, Park.short_name.label("park"), Contact.bounced_on, Contact.bounce_reason,
    )  # fmt: skip
    return (
        select(*columns, Handover.from_id)
        .outerjoin(Park, Contact.park_id == Park.id)
        .join(Unit, Contact.unit_id == Unit.id)
        .outerjoin(Handover, Handover.to_id == Contact.id)
    )


def _read(session: Session, asked: Select[*tuple[Any, ...]]) -> tuple[ContactRow, ...]:
    rows = session.execute(asked).all()
    found = {row.id: _row(row) for row in rows}
    earlier = _earlier(list(found.values()), [(row.id, row.from_id) for row in rows if row.from_id in found])
    return tuple(replace(row, earlier=earlier[_key(row)]) for row in found.values())


def _row(row: Row[*tuple[Any, ...]]) -> ContactRow:
    values = {name: value for name, value in row._mapping.items() if name != "from_id"}
    return ContactRow(**values | {"role": ContactRole(row.role), "park": row.park or "", "mail": row.mail.lower()})


def _key(row: ContactRow) -> _Person:
    return row.park_id, row.unit_id, row.name


def _earlier(rows: Sequence[ContactRow], handed: Iterable[tuple[int, int]]) -> dict[_Person, tuple[str, ...]]:
    """By person: their own addresses that arrive and those of everyone before them in a row of 工作移交."""
    person_of = {row.id: _key(row) for row in rows}
    before: dict[_Person, set[_Person]] = {}
    for to_id, from_id in handed:
        before.setdefault(person_of[to_id], set()).add(person_of[from_id])
    arriving: dict[_Person, list[str]] = {}
    for row in rows:
        arriving.setdefault(_key(row), []).extend([row.mail] if row.mail and not row.bounced else [])
    return {
        one: tuple(dict.fromkeys(mail for each in _chain(one, before) for mail in arriving[each])) for one in arriving
    }


def _chain(one: _Person, before: dict[_Person, set[_Person]]) -> list[_Person]:
    """A person, those they took over from, and so on."""
    found = [one]
    for each in found:
        found += [other for other in sorted(before.get(each, ()), key=str) if other not in found]
    return found
