"""Indicator systems: imported from one file, never changed; parks scored by them, marked by people, scores kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import evaluation_facts, facts, panel_facts
from db.models import EvaluationFreeze, EvaluationMark, EvaluationSystem, Park
from db.queries import evaluations as queries
from db.queries.evaluations import SystemRow
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.evaluation.inputs import Case, Mark, OfMarks
from policy.evaluation.reading import read_system
from policy.evaluation.rules import Experts, Pass, Share, Veto
from policy.evaluation.score import Score
from policy.evaluation.score import score as worked_out
from policy.evaluation.sheet import sheet
from policy.evaluation.system import Item, System
from policy.figures import chinese_date, plain
from policy.indicators.progress import comparable
from policy.refusal import Missing, Refused, Unknown
from policy.situation import Situation
from policy.terms import HalfYear
from services import audit, clock, parks
from services.lengths import require_storable
from services.storage import Storage, keep_file

COUNTED_IN = frozenset("家个项场次人名件")
"""Units of which there is no half."""


@dataclass(frozen=True, slots=True)
class Imported:
    """`created`: False where the very same system was there already."""

    system_id: int
    system: System
    created: bool


def decoded(data: bytes) -> str:
    """The text of a system's file. Raises Refused for what is no text in UTF-8."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused("文件中的文字认不出来：请用记事本打开，另存为UTF-8编码（不要用WPS文字保存）后重新选择") from None


def check(session: Session, actor: Actor, text: str) -> Imported | None:
    """What an import would find there already, None for a system that is new; nothing is written.

    Raises policy.evaluation.reading.NotASystem with every fault of the file and its line; Refused when its name and
    version stand for another content.
    """
    actor.require(Permission.MANAGE_EVALUATION)
    system = read_system(text)
    row = session.scalars(
        select(EvaluationSystem).where(EvaluationSystem.name == system.name, EvaluationSystem.version == system.version)
    ).first()
    if row is None:
        return None
    if read_system(row.content["text"]) != system:
        raise Refused(
            f"“{system.name}”{system.version}版已于{chinese_date(clock.civil(row.recorded_at).date())}导入，内容与本文件不同；"
            "已导入的体系不作改动，请把文件中的 version 改为新的版本号后重新导入"
        )
    return Imported(row.id, system, False)


def import_system(session: Session, storage: Storage, actor: Actor, name: str, data: bytes) -> Imported:
    """Keep the file and put its system in force from its effective date; the same once more changes nothing.

    Raises as `check` and `decoded` do. The caller has looked at the file for a 密级 mark (`screening.admit`).
    """
    actor.require(Permission.MANAGE_EVALUATION)
    text = decoded(data)
    audit.take_turn(session)
    standing = check(session, actor, text)
    if standing is not None:
        return standing
    system, file = read_system(text), keep_file(session, storage, name, data)
    session.flush()
    row = EvaluationSystem(
        name=system.name, version=system.version, document=system.document, effective_from=system.effective_from,
        content={"text": text}, file_id=file.id, recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    audit.record(
        session, actor, Act.EVALUATION_IMPORT, f"{system.name} {system.version}",
        new={"document": system.document, "effective_from": str(system.effective_from), "items": len(system.items),
             "sha256": file.sha256},
    )  # fmt: skip
    return Imported(row.id, system, True)


def score(session: Session, actor: Actor, park_code: str, as_of: date, system_id: int | None = None) -> Score | None:
    """The park's score by the system that counts on the day (or the one named), from what was known by its end;
    None while no system is in force. Until a panel has concluded, what its experts gave counts for those alone who
    keep the scores. Raises Unknown for a park outside the scope or a system that is not there."""
    park = parks.find_park(session, actor.scope, park_code)
    row = queries.system_of(session, as_of) if system_id is None else _known(session, system_id)
    if row is None:
        return None
    situation = facts.situation(session, park.id, as_of, rulebook(session))
    case = Case(
        situation,
        _told(session, actor, park, evaluation_facts.marks(session, park.id, row.id, as_of), as_of),
        evaluation_facts.group(session, _compared(row.system, situation), as_of),
    )
    return worked_out(row.system, case)


def _told(
    session: Session, actor: Actor, park: Park, marks: Mapping[str, tuple[Mark, ...]], as_of: date
) -> Mapping[str, tuple[Mark, ...]]:
    if actor.may(Permission.MANAGE_EVALUATION) or not panel_facts.deliberates(session, park.id, as_of):
        return marks
    return {item: tuple(mark for mark in given if not mark.giver) for item, given in marks.items()}


def _known(session: Session, system_id: int) -> SystemRow:
    row = queries.system(session, system_id)
    if row is None:
        raise Unknown("没有这个评估指标体系")
    return row


def _compared(system: System, situation: Situation) -> set[tuple[str, HalfYear]]:
    """The figures that are held against those of the other parks: each of its newest comparable period."""
    keys = {getattr(item.input, "key", "") for item in system.everything() if isinstance(item.rule, Share)}
    return {
        (figure.key, figure.period)
        for figure in situation.figures
        if figure.key in keys and comparable(figure.key, figure.period)
    }


@dataclass(frozen=True, slots=True)
class Given:
    """A mark as it is typed; `value` empty to take back what `giver` gave before."""

    item: str
    value: str
    basis: str
    giver: str = ""
    given_on: date | None = None


def mark(session: Session, actor: Actor, park_code: str, system_id: int, given: Given) -> None:
    """What a person says of one item: the newest of a giver counts, the earlier ones are kept.

    Raises Refused for an item that is not marked by people, a value out of its bounds, or no ground; Unknown for a
    park outside the scope.
    """
    actor.require(Permission.MANAGE_EVALUATION)
    park, row = parks.find_park(session, actor.scope, park_code), _known(session, system_id)
    item, day = _marked_item(row.system, given.item), given.given_on or clock.today()
    giver, basis = given.giver.strip(), given.basis.strip()
    value = marked_value(item, given.value.strip())
    clock.require_between(day, park.approved_on, "评定日期", "批复同意建设之日")
    if not basis:
        raise Missing(f"登记“{item.name}”的评定须写明依据，如现场核查记录、会议纪要文号")
    if isinstance(item.rule, Experts) and not giver:
        raise Missing(f"“{item.name}”由专家评分，请写明专家代号（如 专家1）")
    if not isinstance(item.rule, Experts) and giver:
        raise Refused(f"“{item.name}”不是专家评分项，不填专家代号")
    if giver and panel_facts.givers(session, park.id, row.id, clock.today()) is not None:
        raise Refused(f"{park.title}已组成专家组，“{item.name}”的评分以专家签字的评分表为准，请在“专家评分”中代录")
    audit.take_turn(session)
    old = _standing(session, park, row.id, item.id, giver)
    if value is None and old is None:
        raise Refused(f"“{item.name}”没有可撤回的评定")
    made = EvaluationMark(
        park_id=park.id, system_id=row.id, item=item.id, giver=giver, value=value, basis=basis, given_on=day,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(made)
    session.add(made)
    audit.record(
        session, actor, Act.EVALUATION_MARK, f"{park.title} {item.name}", park_id=park.id, old=old,
        new={"item": item.id, "giver": giver, "value": None if value is None else plain(value), "basis": basis,
             "on": str(day), "system": f"{row.system.name} {row.system.version}"},
    )  # fmt: skip


def _marked_item(system: System, item_id: str) -> Item:
    item = system.item(item_id)
    if item is None:
        raise Refused(f"本体系没有“{item_id}”这个指标，请从列表中选择")
    if not isinstance(item.input, OfMarks):
        raise Refused(f"“{item.name}”按{item.input.told}自动计分，不用人工评定")
    return item


def marked_value(item: Item, text: str) -> Decimal | None:
    """The number within the bounds of its item; None for an empty one. Raises Refused for any other."""
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refused(f"“{item.name}”的评定应为数字，收到“{text[:20]}”") from None
    exponent = value.as_tuple().exponent
    if not value.is_finite() or not 0 <= value < 10**9 or not isinstance(exponent, int) or exponent < -6:
        raise Refused(f"“{item.name}”的评定应为不小于0的数字，小数不超过6位，收到“{text[:20]}”")
    if isinstance(item.rule, Experts) and value > item.rule.out_of:
        raise Refused(f"“{item.name}”满分{plain(item.rule.out_of)}分，收到{plain(value)}")
    if item.input.unit in COUNTED_IN and value % 1:
        raise Refused(f"“{item.name}”按{item.input.unit}计，应为整数，收到{plain(value)}")
    yes_or_no = isinstance(item.rule, Veto) or (item.rule == Pass() and not item.input.unit)
    if yes_or_no and value not in (0, 1):
        raise Refused(f"“{item.name}”是填1、否填0，收到{plain(value)}")
    return value


def _standing(session: Session, park: Park, system_id: int, item: str, giver: str) -> dict[str, str] | None:
    """What this giver's newest mark says, for the record."""
    row = session.scalars(
        select(EvaluationMark)
        .where(
            EvaluationMark.park_id == park.id, EvaluationMark.system_id == system_id, EvaluationMark.item == item,
            EvaluationMark.giver == giver,
        )
        .order_by(EvaluationMark.given_on.desc(), EvaluationMark.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    if row is None or row.value is None:
        return None
    return {"value": plain(row.value), "basis": row.basis, "on": str(row.given_on)}


def freeze(session: Session, actor: Actor, park_code: str, purpose: str, system_id: int | None = None) -> int:
    """Keep the park's score of today exactly as it stands, line by line, for a review; the number of the record.

    By the system that counts today, or the one named. Raises Refused without a purpose or a system in force.
    """
    actor.require(Permission.MANAGE_EVALUATION)
    park, purpose = parks.find_park(session, actor.scope, park_code), purpose.strip()
    if not purpose:
        raise Missing("评分定稿须写明用途，如“专家评审验收”")
    audit.take_turn(session)
    row = queries.system_of(session, clock.today()) if system_id is None else _known(session, system_id)
    found = None if row is None else score(session, actor, park.code, clock.today(), row.id)
    if row is None or found is None:
        raise Refused("没有生效的评估指标体系，不能评分定稿；请先导入评估指标体系")
    made = EvaluationFreeze(
        park_id=park.id, system_id=row.id, purpose=purpose, frozen_on=clock.today(), total=_exact(found),
        lines=sheet(found).stored(), recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(made)
    session.add(made)
    session.flush()
    audit.record(
        session, actor, Act.EVALUATION_FREEZE, f"{park.title} {purpose}", park_id=park.id,
        new={"system": f"{row.system.name} {row.system.version}", "total": found.total_told, "trial": row.system.trial,
             "grade": found.grade.name if found.grade else None},
    )  # fmt: skip
    return made.id


def _exact(found: Score) -> Decimal | None:
    """As a decimal of 28 digits; the lines keep the exact fraction."""
    return None if found.total is None else Decimal(found.total.numerator) / Decimal(found.total.denominator)
