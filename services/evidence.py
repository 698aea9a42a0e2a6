"""佐证资料: put forward, linked to what it proves, withdrawn with a reason; the file and its row always stay."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Evidence, EvidenceLink, Park, StoredFile
from policy.access import Actor, Permission
from policy.acts import Act
from policy.evidence import LARGEST, Category, ClaimKey
from policy.media import Media
from policy.refusal import Refused, Unknown
from services import audit, clock, screening
from services.claims import ledger
from services.lengths import require_storable
from services.parks import find_park
from services.platform import Platform
from services.storage import Received, Storage, keep_received
from services.versions import storable

MEBIBYTE = 1024 * 1024
IDS = range(1, 2**31)
"""Within what an integer column holds on every database."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is put forward: its category and title, what it proves, and the file itself."""

    category: Category
    title: str
    claims: tuple[ClaimKey, ...]
    file_name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class PutForward:
    """`read`: its texts could be looked at for a 密级 mark."""

    evidence_id: int
    park: str
    title: str
    media: Media
    size: int
    sha256: str
    read: bool


def put_forward(
    platform: Platform, actor: Actor, park: str, paper: Paper, watch: Callable[[int], object] | None = None
) -> PutForward:
    """Take a file in, look at it, keep it and link it; never more than a piece of it is in memory.

    The file is received and looked at outside any transaction and entered in one. Raises Unknown for a park outside
    the scope; Refused without a title, for a file above 200 MB, of a kind that is not accepted or with a 密级 mark,
    for the same file a second time, and for a claim the park does not make.
    """
    actor.require(Permission.PUT_EVIDENCE)
    name, title = storable(paper.file_name)[:255], storable(paper.title.strip())
    with platform.database.read() as session:
        found = find_park(session, actor.scope, park)
        _require_stated(session, actor, found.code, paper.claims)
    if not title:
        raise Refused("请填写资料名称，如“2026年攻防大赛活动照片”")
    _require_size(name, paper.stream)
    with platform.storage.received(paper.stream, watch) as file:
        media, read = screening.screened(platform, actor, name, file)
        with platform.database.write() as session:
            row = _enter(
                session, platform.storage, actor, found.code, replace(paper, title=title, file_name=name), file, media
            )
            return PutForward(row.id, found.code, row.title, media, file.size, file.sha256, read)


def _require_size(name: str, stream: BinaryIO) -> None:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > LARGEST:
        raise Refused(f"“{name}”有{_mebibytes(size)}MB，超过上限{LARGEST // MEBIBYTE}MB；视频请压缩或分段后上传")


def _mebibytes(size: int) -> int:
    return -(-size // MEBIBYTE)


def _enter(
    session: Session, storage: Storage, actor: Actor, park_code: str, paper: Paper, file: Received, media: Media
) -> Evidence:
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    _refuse_again(session, park, file.sha256)
    row = Evidence(
        park_id=park.id, category=paper.category, title=paper.title, media_type=media.key, file_name=paper.file_name,
        file=keep_received(session, storage, paper.file_name, file),
        uploaded_by=actor.account, uploaded_at=clock.now(),
        links=[EvidenceLink(claim_kind=key.kind, subject=key.subject) for key in dict.fromkeys(paper.claims)],
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    new = {
        "category": row.category, "title": row.title, "file": row.file_name, "sha256": file.sha256,
        "size": file.size, "media": media.key, "claims": [str(key) for key in paper.claims],
    }  # fmt: skip
    audit.record(session, actor, Act.EVIDENCE_PUT, _told(park, row), park_id=park.id, new=new)
    return row


def _refuse_again(session: Session, park: Park, sha256: str) -> None:
    same = select(Evidence).join(Evidence.file).where(Evidence.park_id == park.id, StoredFile.sha256 == sha256)
    earlier = session.scalars(same.where(Evidence.withdrawn_at.is_(None))).first()
    if earlier is not None:
        raise Refused(f"同一文件已作为“{earlier.title}”提交，没有重复保存；还能佐证其他事项的，请在原资料上添加关联")


def _require_stated(session: Session, actor: Actor, park_code: str, keys: Iterable[ClaimKey]) -> None:
    wanted = set(keys)
    if not wanted:
        return
    found = ledger(session, actor, park_code)
    strange = sorted(key for key in wanted if found.claim(key) is None)
    if strange:
        words = "、".join(f"{key.kind.label}“{key.subject}”" for key in strange)
        raise Refused(f"{found.short_name}的登记资料和最近一期报告中没有{words}，请从佐证清单中选择")


def link(session: Session, actor: Actor, park_code: str, evidence_id: int, keys: Iterable[ClaimKey]) -> Evidence:
    """The paper proves these as well. Raises Unknown, and Refused for a claim not made or a withdrawn paper."""
    park, row = _standing(session, actor, park_code, evidence_id)
    _require_stated(session, actor, park.code, keys)
    known = {(entry.claim_kind, entry.subject) for entry in row.links}
    added = [key for key in dict.fromkeys(keys) if (key.kind, key.subject) not in known]
    if not added:
        raise Refused("没有新的关联：请先勾选这份资料能佐证的事项")
    row.links.extend(EvidenceLink(claim_kind=key.kind, subject=key.subject) for key in added)
    new = {"claims": [str(key) for key in added]}
    audit.record(session, actor, Act.EVIDENCE_LINK, _told(park, row), park_id=park.id, new=new)
    return row


def unlink(session: Session, actor: Actor, park_code: str, evidence_id: int, key: ClaimKey) -> Evidence:
    """The paper does not prove this after all. Raises Unknown, and Refused where there is no such link."""
    park, row = _standing(session, actor, park_code, evidence_id)
    found = next((entry for entry in row.links if (entry.claim_kind, entry.subject) == (key.kind, key.subject)), None)
    if found is None:
        raise Refused(f"“{row.title}”没有与“{key.subject}”关联")
    session.delete(found)
    audit.record(session, actor, Act.EVIDENCE_UNLINK, _told(park, row), park_id=park.id, old={"claim": str(key)})
    return row


def withdraw(session: Session, actor: Actor, park_code: str, evidence_id: int, reason: str) -> Evidence:
    """撤回: it proves nothing any more and is not handed out; row and file stay. Raises Refused without a reason."""
    park, row = _standing(session, actor, park_code, evidence_id)
    if not reason.strip():
        raise Refused("撤回须写明原因，如“扫描不全，另行提交”")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = actor.account, clock.now(), storable(reason.strip())
    new = {"reason": row.withdrawn_reason, "sha256": row.file.sha256}
    audit.record(session, actor, Act.EVIDENCE_WITHDRAW, _told(park, row), park_id=park.id, new=new)
    return row


def _standing(session: Session, actor: Actor, park_code: str, evidence_id: int) -> tuple[Park, Evidence]:
    actor.require(Permission.PUT_EVIDENCE)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    row = session.get(Evidence, evidence_id, with_for_update=True) if evidence_id in IDS else None
    if row is None or row.park_id != park.id:
        raise Unknown(f"没有编号为{evidence_id}的佐证资料")
    if row.withdrawn_at is not None:
        raise Refused(f"“{row.title}”已撤回")
    return park, row


def _told(park: Park, row: Evidence) -> str:
    return f"{park.title}佐证资料“{row.title}”"
