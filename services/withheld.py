"""涉密误传: files with a 密级 mark are not kept; uploaders claim a false alarm, the committee releases."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import WithheldFile
from policy.access import Actor, Permission
from policy.acts import Act
from policy.findings import Finding
from policy.refusal import Refused, Unknown
from services import audit, clock

MIN_REASON = 5
"""Characters: 误报 alone is no reason."""


def withhold(session: Session, actor: Actor, name: str, data: bytes, finding: Finding) -> WithheldFile:
    """Record that such a file came in, and nothing of what it says; a second upload is logged again."""
    return withhold_known(session, actor, name, _digest(data), len(data), finding)


def withhold_known(session: Session, actor: Actor, name: str, sha256: str, size: int, finding: Finding) -> WithheldFile:
    """The same for a file known by its digest alone, as a large one is."""
    row = _by_digest(session, sha256)
    if row is None:
        row = WithheldFile(
            sha256=sha256, name=name[:255], size=size, where=finding.where[:200],
            uploaded_by=actor.account, uploaded_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
    audit.record(session, actor, Act.FILE_WITHHELD, name, new={"sha256": row.sha256, "size": row.size})
    return row


def is_released(session: Session, data: bytes) -> bool:
    """A false alarm already looked into: these bytes may come in."""
    return is_released_digest(session, _digest(data))


def is_released_digest(session: Session, sha256: str) -> bool:
    row = _by_digest(session, sha256)
    return row is not None and row.released_by is not None


def claim(session: Session, actor: Actor, withheld_id: int, reason: str) -> WithheldFile:
    """申明误报: the uploader says why the mark is none.

    Whoever could send the file may say so. Raises Unknown for a file another account sent, Refused without a
    reason or after the release.
    """
    row = _row(session, withheld_id)
    if row.uploaded_by != actor.account:
        raise Unknown(f"没有编号为{withheld_id}的未保存文件")
    if row.released_by is not None:
        raise Refused(f"“{row.name}”已核为误报，请直接重新上传")
    row.claim, row.claimed_by, row.claimed_at = _reason(reason), actor.account, clock.now()
    audit.record(session, actor, Act.FILE_FALSE_ALARM, row.name, new={"sha256": row.sha256, "reason": row.claim})
    return row


def release(session: Session, actor: Actor, withheld_id: int, reason: str) -> WithheldFile:
    """核为误报: the committee has looked at the original; the same bytes may then be uploaded.

    Raises Refused when nobody has claimed a false alarm, for one's own claim, and without a reason.
    """
    actor.require(Permission.REVIEW_REPORT)
    row = _row(session, withheld_id)
    if row.claimed_by is None:
        raise Refused(f"“{row.name}”的上传人还没有申明误报")
    if row.claimed_by == actor.account:
        raise Refused("误报须由申明人以外的人核实")
    row.released_by, row.released_at, row.release_reason = actor.account, clock.now(), _reason(reason)
    new = {"sha256": row.sha256, "reason": row.release_reason}
    audit.record(session, actor, Act.FILE_RELEASED, row.name, new=new)
    return row


def _reason(text: str) -> str:
    reason = text.strip()
    if len(reason) < MIN_REASON:
        raise Refused(f"请说明理由（至少{MIN_REASON}个字），如“样式中的示例文字，原件不是涉密文件”")
    return reason


def _row(session: Session, withheld_id: int) -> WithheldFile:
    row = session.get(WithheldFile, withheld_id, with_for_update=True)
    if row is None:
        raise Unknown(f"没有编号为{withheld_id}的未保存文件")
    return row


def _by_digest(session: Session, sha256: str) -> WithheldFile | None:
    return session.scalars(select(WithheldFile).where(WithheldFile.sha256 == sha256)).first()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
