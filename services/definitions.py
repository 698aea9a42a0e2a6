"""指标口径: recorded with its document; a change breaks the series from its half-year on, nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.definition_facts import fact
from db.models import IndicatorDefinition, Park
from policy.access import Actor, Permission
from policy.acts import Act
from policy.indicators.catalogue import BY_KEY
from policy.indicators.definitions import Definition
from policy.refusal import Missing, Refused
from policy.terms import FigureBasis, HalfYear, Measure
from services import audit, clock, parks, snapshots
from services.lengths import require_storable
from services.versions import storable

LEAST = 4
"""Characters of 统计范围: a word alone says nothing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A 口径 as it is typed. `since`: 2025H2, or empty; `park`: a code, or empty for all parks."""

    key: str
    since: str
    scope: str
    basis: str
    taken_at: str
    document: str
    breaks: bool
    park: str = ""


def define(session: Session, actor: Actor, wording: Wording) -> Definition:
    """Record what an indicator covers from a half-year on, of all parks or of one.

    Raises Missing without a scope or document number, Refused for what the catalogue, the periods or the terms do not
    know, for a half-year still to come, and for what stands so already; Unknown for a park outside the scope.
    """
    actor.require(Permission.MANAGE_RULEBOOK)
    park = parks.find_park(session, actor.scope, wording.park) if wording.park else None
    row = _row(actor, wording, park)
    audit.take_turn(session)
    before = _standing(session, row)
    if before is not None and _said(before) == _said(row):
        raise Refused(f"{BY_KEY[row.key].label}现行口径与所填一致，没有登记")
    session.add(row)
    session.flush()
    audit.record(
        session, actor, Act.DEFINITION_CHANGE, BY_KEY[row.key].label, park_id=row.park_id,
        old=_record(before) if before else None, new=_record(row),
    )  # fmt: skip
    for park_id in [park.id] if park else session.scalars(select(Park.id).order_by(Park.id)).all():
        snapshots.rewrite(session, park_id)
    return fact(row)


def _row(actor: Actor, wording: Wording, park: Park | None) -> IndicatorDefinition:
    scope, document = storable(wording.scope.strip()), storable(wording.document.strip())
    if len(scope) < LEAST:
        raise Missing("请写明统计范围，如“注册地在四至范围内的企业”")
    if not document:
        raise Missing("请填写依据文号：口径由文件确定")
    row = IndicatorDefinition(
        key=_key(wording.key), park_id=park.id if park else None, since=str(_since(wording.since)), scope=scope,
        basis=_basis(wording.basis), taken_at=storable(wording.taken_at.strip()), breaks=wording.breaks,
        document=document, recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    return row


def _key(key: str) -> str:
    indicator = BY_KEY.get(key)
    if indicator is None:
        raise Refused(f"没有指标“{key}”，请从列表中选择")
    if indicator.measure is Measure.RATIO:
        raise Refused(f"“{indicator.label}”由其他指标计算得出，请登记所依据指标的口径")
    return key


def _since(text: str) -> HalfYear:
    try:
        since = HalfYear.parse(text)
    except ValueError as error:
        raise Refused(str(error)) from None
    if since.start > clock.today():
        raise Refused(f"{since.label}尚未开始；口径变更自已开始的报告期起登记")
    return since


def _basis(text: str) -> FigureBasis:
    try:
        return FigureBasis(text)
    except ValueError:
        words = "或".join(basis.label for basis in FigureBasis)
        raise Refused(f"统计口径应为{words}，收到“{text}”") from None


def _standing(session: Session, row: IndicatorDefinition) -> IndicatorDefinition | None:
    """What was recorded last for the same indicator of the same parks."""
    made = IndicatorDefinition
    same = made.park_id.is_(None) if row.park_id is None else made.park_id == row.park_id
    return session.scalars(select(made).where(made.key == row.key, same).order_by(made.id.desc()).limit(1)).first()


def _said(row: IndicatorDefinition) -> tuple[object, ...]:
    return row.since, row.scope, row.basis, row.taken_at, row.breaks


def _record(row: IndicatorDefinition) -> dict[str, object]:
    return {
        "key": row.key, "since": row.since, "scope": row.scope, "basis": row.basis, "taken_at": row.taken_at,
        "breaks": row.breaks, "document": row.document,
    }  # fmt: skip
