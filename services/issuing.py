"""定稿: a document as it went out is frozen with the figures it states; what is frozen never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import IssuedDocument, IssuedFigure, Park, StoredFile
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import plain
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from services import audit, clock
from services.documents.catalogue import KINDS, Rendered, compose, render
from services.documents.content import Document
from services.parks import find_park
from services.platform import Platform
from services.storage import Storage, keep_file


@dataclass(frozen=True, slots=True)
class Issued:
    """`number` counts per kind, park and period; `new` is False when the same content had been frozen before."""

    document_id: int
    kind: str
    park: str | None
    period: HalfYear | None
    number: int
    title: str
    file_name: str
    sha256: str
    data_code: str
    figures: int
    new: bool
    lacking: tuple[str, ...] = ()


def freeze(
    platform: Platform, actor: Actor, kind: str, park: str | None, as_of: date, *, period: HalfYear | None = None
) -> Issued:
    """Render the document as PDF and keep it under the next number, with every figure it states.

    The very content that was frozen last gives that copy again. Raises AccessDenied without the permission, Unknown
    for a kind or park that is not known, Refused for a day to come and without a park where the kind needs one.
    """
    actor.require(Permission.ISSUE_DOCUMENT)
    clock.require_past(as_of, "定稿所截至的日期")
    with platform.database.read() as session:
        document = compose(session, actor, kind, park, as_of, period=period)
        code = find_park(session, actor.scope, park).code if park else None
    made = prepare(platform, kind, code, document)
    with platform.database.write() as session:
        return keep(session, platform.storage, actor, made)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as it is to be frozen, rendered and stored; `park`: the code of whose it is."""

    kind: str
    park: str | None
    document: Document
    file: Rendered


def prepare(platform: Platform, kind: str, park: str | None, document: Document) -> Prepared:
    """Render, which may take long, before the transaction that keeps it; `park`: the code of whose it is."""
    file = render(document, "pdf", platform.settings.public_url, platform.settings.letterhead)
    platform.storage.put(file.data)
    return Prepared(kind, park, document, file)


def keep(session: Session, storage: Storage, actor: Actor, made: Prepared) -> Issued:
    """Under the next number, or that of the same content frozen last; for a use case that has asked for permission."""
    audit.take_turn(session)
    document = made.document
    stored = keep_file(session, storage, made.file.name, made.file.data)
    owner = find_park(session, actor.scope, made.park) if made.park else None
    last = _last(session, made.kind, owner, document.period)
    if last is not None and last.file_id == stored.id:
        return _told(last, stored, owner, document, new=False)
    row = _add(session, actor, made.kind, owner, document, stored, (last.number if last else 0) + 1)
    _record(session, actor, row, stored)
    return _told(row, stored, owner, document, new=True)


def _last(session: Session, kind: str, park: Park | None, period: HalfYear | None) -> IssuedDocument | None:
    same = select(IssuedDocument).where(
        IssuedDocument.kind == kind,
        IssuedDocument.park_id == park.id if park else IssuedDocument.park_id.is_(None),
        IssuedDocument.period == str(period) if period else IssuedDocument.period.is_(None),
    )
    return session.scalars(same.order_by(IssuedDocument.number.desc()).limit(1)).first()


def _add(
    session: Session, actor: Actor, kind: str, park: Park | None, document: Document, file: StoredFile, number: int
) -> IssuedDocument:
    row = IssuedDocument(
        kind=kind, park_id=park.id if park else None, period=str(document.period) if document.period else None,
        number=number, title=document.name[:300], as_of=document.dated, data_code=document.check_code, file=file,
        file_name=f"{document.name}{document.subtitle}第{number}版.pdf"[:255], issued_by=actor.account,
        issued_at=clock.now(),
        figures=[
            IssuedFigure(
                submission_id=figure.submission_id, key=figure.key, period=str(figure.period), value=plain(figure.value)
            )
            for figure in document.figures
        ],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _record(session: Session, actor: Actor, row: IssuedDocument, file: StoredFile) -> None:
    new = {"kind": row.kind, "number": row.number, "sha256": file.sha256, "figures": len(row.figures)}
    subject = f"{row.title}第{row.number}版"
    audit.record(session, actor, Act.DOCUMENT_FREEZE, subject, park_id=row.park_id, new=new)


def _told(row: IssuedDocument, file: StoredFile, park: Park | None, document: Document, *, new: bool) -> Issued:
    return Issued(
        row.id, row.kind, park.code if park else None, document.period, row.number, row.title, row.file_name,
        file.sha256, row.data_code, len(row.figures), new, document.lacking,
    )  # fmt: skip


def issued_file(
    session: Session, platform: Platform, actor: Actor, park_code: str, document_id: int
) -> tuple[str, bytes]:
    """Name and bytes of a frozen copy; raises Unknown outside the scope or without the permission to see its kind.

    Refused when the bytes are gone from the storage.
    """
    row = session.get(IssuedDocument, document_id)
    park = find_park(session, actor.scope, park_code)
    kind = KINDS.get(row.kind) if row is not None else None
    if row is None or row.park_id != park.id or kind is None or not actor.may(kind.permission):
        raise Unknown("没有这份定稿，请从定稿清单中选择")
    try:
        return row.file_name, platform.storage.get(row.file.sha256)
    except FileNotFoundError:
        raise Refused("定稿文件不在存储中，请系统管理员核对存储和备份") from None
