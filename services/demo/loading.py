"""Loading the demonstration programme: laid out once for the day it is begun, entered event by event.

An interrupted load goes on where it stopped; a finished one changes nothing.
"""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, AuditEntry, Park, Unit
from policy.access import SYSTEM_ACTOR, Role
from policy.acts import Act
from policy.refusal import Refused
from policy.terms import ContactRole, UnitKind
from services import accounts, alerting, audit, backups, clock, contact_list
from services.demo import evaluation, handling, names, panels, visits, writing
from services.demo.acts import Office
from services.demo.municipality import (
    ABOLISHED,
    COMMITTEE,
    DISTRICT_SHOWN,
    DISTRICTS,
    OPERATOR_SHOWN,
    PANEL_SHOWN,
    PARKS,
    SUCCESSOR,
    District,
)
from services.demo.programme import programme, reorganised_on
from services.platform import Platform

# Demonstration units stand behind the real ones in the 行政区划序.
FIRST_POSITION = 10_000
PLAIN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    display_name: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """What a load did. `accounts` only when this load opened them: a password is never kept in plain."""

    created: bool
    as_of: date
    parks: int
    accounts: tuple[DemoAccount, ...]
    message: str


def load(platform: Platform) -> DemoLoaded:
    """Enter the programme as of today. Raises Refused in a database that holds something else."""
    today = _begin(platform)
    office = Office(platform)
    entered = [handling.enter(office, event) for event in programme(today)]
    entered.append(evaluation.enter(office))
    entered.append(panels.enter(office))
    entered.append(visits.enter(office))
    with platform.database.write() as session:
        entered.append(writing.begin(session))
    opened = _open_accounts(platform)
    if not any(entered) and not opened:
        message = f"演示数据已于{today}装载，未作改动"
        return DemoLoaded(False, today, len(PARKS), (), message)
    with platform.database.write() as session:
        settings = platform.settings
        alerting.sweep(
            session, SYSTEM_ACTOR, clock.today(), base_url=settings.base_url, content=settings.mail_content
        )  # fmt: skip
    return DemoLoaded(True, today, len(PARKS), opened, f"已装载演示数据：{len(PARKS)}个园区（纯属虚构）")


def is_unfinished(session: Session) -> bool:
    """A load was begun and interrupted: `load` goes on with it. The accounts are opened last."""
    return _begun_on(session) is not None and session.scalar(select(Account.id).limit(1)) is None


def _begun_on(session: Session) -> date | None:
    """The day the programme in this database was laid out for."""
    new = session.scalar(select(AuditEntry.new).where(AuditEntry.action == Act.DEMO_BEGIN).limit(1))
    return date.fromisoformat(new["today"]) if new else None


def _begin(platform: Platform) -> date:
    """The units and their people, with the first load; the day it is laid out for, with every one."""
    with platform.database.write() as session:
        begun = _begun_on(session)
        if begun is not None:
            return begun
        if not backups.is_empty(session):
            raise Refused("数据库中已有其他数据，不能装载演示数据；请换用空的数据库（设置 PARKWATCH_DATABASE_URL）")
        today = clock.today()
        audit.record(session, SYSTEM_ACTOR, Act.DEMO_BEGIN, "演示数据", new={"today": str(today)})
        _add_units(session, today)
        contact_list.import_contacts(session, SYSTEM_ACTOR, _people(today))
    return today


def _add_units(session: Session, today: date) -> None:
    session.add(
        Unit(
            name=COMMITTEE,
            short_name="虚构市经济信息委",
            kind=UnitKind.COMMITTEE,
            position=FIRST_POSITION,
            fictional=True,
        )
    )
    for place, district in enumerate((*DISTRICTS, *ABOLISHED), start=1):
        session.add(
            Unit(
                name=district.name, short_name=district.short_name, kind=district.kind,
                position=FIRST_POSITION + place * 10, fictional=True,
                valid_from=reorganised_on(today) if district.name == SUCCESSOR else None,
                tile_row=district.row, tile_column=district.column,
            )
        )  # fmt: skip
        audit.record(session, SYSTEM_ACTOR, Act.UNIT_CREATE, district.name, new={"fictional": True})
    session.flush()


def _people(today: date) -> str:
    """People of the committee and of every district as a list of contacts; the abolished ones' serve until their
    end."""
    output = StringIO()
    writer = csv.writer(output)
    writer.writerow(("unit", "name", "role", "mail", "phone", "valid_from", "valid_to"))
    handler = (COMMITTEE, ContactRole.HANDLER)
    mail, phone = "handler@committee.example.test", names.phone(*handler)
    writer.writerow((COMMITTEE, names.person(*handler), ContactRole.HANDLER, mail, phone, "", ""))
    for district in (*DISTRICTS, *ABOLISHED):
        writer.writerows(_people_of(district, today))
    return output.getvalue()


def _people_of(district: District, today: date) -> Iterator[tuple[str, ...]]:
    until = str(reorganised_on(today) - timedelta(days=1)) if district in ABOLISHED else ""
    number = (*DISTRICTS, *ABOLISHED).index(district) + 1
    for role in (ContactRole.HANDLER, ContactRole.DEPUTY, ContactRole.REVIEWER):
        place = (district.name, role)
        mail = f"{role}@district{number:02d}.example.test"
        yield district.name, names.person(*place), role, mail, names.phone(*place), "", until


def _open_accounts(platform: Platform) -> tuple[DemoAccount, ...]:
    """The five accounts of the demonstration, all or none; nothing when they are there."""
    password = platform.settings.demo_password or "".join(secrets.choice(PLAIN_LETTERS) for _ in range(12))
    with platform.database.write() as session:
        if session.scalar(select(Account.id).limit(1)) is not None:
            return ()
        units = {unit.name: unit.id for unit in session.scalars(select(Unit).where(Unit.fictional))}
        park_ids = {park.code: park.id for park in session.scalars(select(Park))}
        opened = (
            (Role.COMMITTEE, f"{COMMITTEE}经办人", units[COMMITTEE], None),
            (Role.DISTRICT, f"{DISTRICT_SHOWN}经济信息委经办人", units[DISTRICT_SHOWN], None),
            (Role.OPERATOR, _operator(OPERATOR_SHOWN), None, park_ids[OPERATOR_SHOWN]),
            (Role.EXPERT, "专家组成员（虚构）", None, park_ids[PANEL_SHOWN]),
            (Role.ADMIN, "系统管理员（演示）", units[COMMITTEE], None),
        )
        for role, display_name, unit_id, park_id in opened:
            accounts.create_account(
                session, SYSTEM_ACTOR, username=str(role), password=password, display_name=display_name, role=role,
                unit_id=unit_id, park_id=park_id, demonstration=True,
            )  # fmt: skip
        panels.tie_account(session, Role.EXPERT)
    return tuple(DemoAccount(str(role), display_name, password) for role, display_name, _unit, _park in opened)


def _operator(code: str) -> str:
    return next(park.operator for park in PARKS if park.code == code)
