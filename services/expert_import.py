"""专家库 from a workbook: the whole of it or nothing, every problem told with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, Expert
from policy.access import Actor, Permission
from policy.refusal import Refused
from services import audit, experts
from services.experts import Bond, Entry
from services.intake import expert_list
from services.intake.expert_list import ExpertList, Line
from services.intake.formats.refused import FileRefused
from services.intake.sandbox import open_document
from services.intake.templates.experts import write_experts
from services.storage import Storage, keep_file
from services.versions import storable

FILE_NAME = "专家库导入表.xlsx"
SHOWN = 50
"""As many problems as a refusal names; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many people were new, changed and as they stood, and how many 关联关系 were new."""

    added: int
    changed: int
    unchanged: int
    ties: int


def template(actor: Actor) -> tuple[str, bytes]:
    """The workbook to fill in: its name and bytes."""
    actor.require(Permission.MANAGE_EXPERTS)
    return FILE_NAME, write_experts()


def import_experts(session: Session, storage: Storage, actor: Actor, name: str, data: bytes) -> Imported:
    """Enter the people of a workbook, and what binds them; who stands by code, else by name and employer, is changed
    where a cell says otherwise (an empty one says nothing). Whom it does not list stays.

    Raises Refused with every problem, its cell and how to mend it; nothing is then stored. The caller has looked for a
    密级 mark (`screening.admit`).
    """
    actor.require(Permission.MANAGE_EXPERTS)
    found = _read(name, data)
    audit.take_turn(session)
    wrong: list[str] = []
    counts = {"added": 0, "changed": 0, "unchanged": 0, "ties": 0}
    with session.begin_nested() as attempt:
        for line in found.people:
            _try(wrong, line, partial(_person, session, actor, line), counts)
        for line in found.ties:
            _try(wrong, line, partial(_tie, session, actor, line), counts)
        if wrong:
            attempt.rollback()
    if wrong:
        raise _refusal(name, wrong)
    keep_file(session, storage, storable(name), data)
    return Imported(**counts)


def _read(name: str, data: bytes) -> ExpertList:
    try:
        found = expert_list.read_experts(open_document(name, data))
    except FileRefused as refusal:
        raise Refused(f"{name}：{refusal}") from None
    if found.problems:
        raise _refusal(name, [f"{where}：{said}" if where else said for where, said in found.problems])
    return found


def _refusal(name: str, wrong: list[str]) -> Refused:
    more = f"；另有{len(wrong) - SHOWN}处" if len(wrong) > SHOWN else ""
    return Refused(f"{name}没有导入，须改正{len(wrong)}处：{'；'.join(wrong[:SHOWN])}{more}")


def _try(wrong: list[str], line: Line, act: Callable[[], str], counts: dict[str, int]) -> None:
    try:
        counts[act()] += 1
    except Refused as refusal:
        wrong.append(f"{line.row}：{refusal}")


def _person(session: Session, actor: Actor, line: Line) -> str:
    said = Entry(
        line.text(expert_list.NAME), line.text(expert_list.EMPLOYER), line.specialties, line.text(expert_list.CODE),
        line.text(expert_list.POST), line.text(expert_list.PHONE), line.text(expert_list.MAIL),
        line.day(expert_list.SINCE), line.day(expert_list.UNTIL), line.text(expert_list.NOTE),
    ).cleaned()  # fmt: skip
    by_code = experts.of_code(session, said.code) if said.code else None
    standing = by_code or (None if said.code else experts.same_person(session, said.name, said.employer))
    if standing is None:
        experts.enter(session, actor, said)
        return "added"
    before = _standing(session, standing)
    entry = _over(said, before)
    if entry == before:
        return "unchanged"
    experts.change(session, actor, standing.id, entry)
    return "changed"


def _standing(session: Session, row: Expert) -> Entry:
    account = session.scalar(select(Account.username).where(Account.id == row.account_id)) or ""
    return Entry(
        row.name, row.employer, tuple(row.specialties), row.code, row.post, row.phone, row.mail, row.valid_from,
        row.valid_to, row.note, account,
    )  # fmt: skip


def _over(said: Entry, standing: Entry) -> Entry:
    """What a cell says, and where it says nothing what stands."""
    return replace(standing, **{key: told for key in Entry.__dataclass_fields__ if (told := getattr(said, key))})


def _tie(session: Session, actor: Actor, line: Line) -> str:
    """One that stands already is no mistake: the same workbook may come again."""
    row = _named(session, line.text(expert_list.EXPERT))
    bond = Bond(
        line.text(expert_list.UNIT), line.day(expert_list.TIE_SINCE), line.day(expert_list.TIE_UNTIL),
        line.text(expert_list.NOTE),
    )  # fmt: skip
    if experts.is_bound(session, actor, row, bond):
        return "unchanged"
    experts.add_tie(session, actor, row.id, bond)
    return "ties"


def _named(session: Session, text: str) -> Expert:
    """The one person of this code or name. Raises Refused for none or several."""
    by_code = experts.of_code(session, text)
    found = [by_code] if by_code else list(_of_name(session, text))
    if not found:
        raise Refused(f"专家库和本表中没有“{text}”，请写专家编号或姓名")
    if len(found) > 1:
        codes = "、".join(f"{row.code}（{row.employer}）" for row in found)
        raise Refused(f"“{text}”对应多位专家：{codes}，请写专家编号")
    return found[0]


def _of_name(session: Session, name: str) -> Iterator[Expert]:
    yield from session.scalars(select(Expert).where(Expert.name == name.strip()).order_by(Expert.code))
