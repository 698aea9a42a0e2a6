"""证书和授牌 of a park that has its title: the title as it was approved, never rebuilt (N16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Plaque
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Missing, Refused
from policy.workflow import StepKind
from services import audit, clock
from services.lengths import require_storable
from services.parks import find_park
from services.steps import in_force
from services.storage import Storage, keep_file


@dataclass(frozen=True, slots=True)
class Handing:
    """How certificate and plaque were handed over; `file`: the signed receipt or a photograph (name, bytes)."""

    handed_on: date
    received_by: str
    certificate_no: str = ""
    place: str = ""
    note: str = ""
    file: tuple[str, bytes] | None = None


def record_plaque(session: Session, storage: Storage, actor: Actor, park_code: str, handing: Handing) -> Plaque:
    """Enter it, or put right what was entered; what stood before stays in the log, and so does its paper's file.

    Raises Refused before the title or for a date before it, Missing without who took the plaque.
    """
    actor.require(Permission.DECIDE_ACCEPTANCE)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    titled = next((row for row in in_force(session, park.id) if row.kind == StepKind.TITLE), None)
    if titled is None:
        raise Refused(f"{park.title}尚未授予称号，不能登记证书和授牌")
    clock.require_between(handing.handed_on, titled.dated, "授牌日期", "授牌通知日期")
    if not handing.received_by.strip():
        raise Missing("登记授牌须写明领取单位和领取人")
    _require_own_number(session, park, handing.certificate_no.strip())
    row = session.scalars(select(Plaque).where(Plaque.park_id == park.id)).first()
    old = _text(row) if row else None
    row = row or Plaque(park_id=park.id, title=park.title)
    row.handed_on, row.received_by = handing.handed_on, handing.received_by.strip()
    row.certificate_no, row.place, row.note = (
        handing.certificate_no.strip(),
        handing.place.strip(),
        handing.note.strip(),
    )
    row.recorded_at, row.recorded_by = clock.now(), actor.account
    if handing.file is not None:
        row.file_id = keep_file(session, storage, *handing.file).id
    require_storable(row)
    session.add(row)
    session.flush()
    audit.record(session, actor, Act.PLAQUE_RECORD, park.title, park_id=park.id, old=old, new=_text(row))
    return row


def _require_own_number(session: Session, park: Park, number: str) -> None:
    other = select(Plaque).where(Plaque.certificate_no == number, Plaque.park_id != park.id)
    known = session.scalars(other).first() if number else None
    if known is not None:
        raise Refused(f"证书编号{number}已登记给{known.title}（{chinese_date(known.handed_on)}），请核对")


def _text(row: Plaque) -> dict[str, str]:
    return {
        "title": row.title, "certificate_no": row.certificate_no, "handed_on": str(row.handed_on), "place": row.place,
        "received_by": row.received_by, "note": row.note, "file": str(row.file_id or ""),
    }  # fmt: skip
