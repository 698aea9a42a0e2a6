"""定稿: the documents that went out, by park."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from db.models import IssuedDocument, IssuedFigure, Park
from db.queries.accounts import names
from db.queries.parks import visible
from policy.access import Scope
from policy.figures import chinese_date
from policy.terms import HalfYear


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """One frozen copy: `kind` its key in the catalogue of documents; `number` counts per kind, park and period."""

    id: int
    kind: str
    period: HalfYear | None
    number: int
    title: str
    as_of: date
    data_code: str
    file_name: str
    sha256: str
    size: int
    issued_at: datetime
    issued_by: str

    @property
    def told(self) -> str:
        return told(self.title, self.number, self.as_of)


def told(title: str, number: int, as_of: date) -> str:
    """`国家网络安全产业园区（示例甲园）建设自评报告第1版（2026年11月1日）`."""
    return f"{title}第{number}版（{chinese_date(as_of)}）"


def issued(session: Session, scope: Scope, kinds: Iterable[str], park_code: str | None = None) -> tuple[IssuedRow, ...]:
    """The documents of these kinds within the scope, newest first; of one park when it is named."""
    rows = session.scalars(
        select(IssuedDocument)
        .outerjoin(Park, Park.id == IssuedDocument.park_id)
        .where(IssuedDocument.kind.in_(list(kinds)), _within(scope))
        .where(Park.code == park_code if park_code else IssuedDocument.id.is_not(None))
        .options(selectinload(IssuedDocument.file))
        .order_by(IssuedDocument.issued_at.desc(), IssuedDocument.id.desc())
    )
    known = names(session)
    return tuple(
        IssuedRow(
            row.id, row.kind, HalfYear.parse(row.period) if row.period else None, row.number, row.title, row.as_of,
            row.data_code, row.file_name, row.file.sha256, row.file.size, row.issued_at,
            known.get(row.issued_by, row.issued_by),
        )
        for row in rows
    )  # fmt: skip


def _within(scope: Scope) -> ColumnElement[bool]:
    """A document about no single park is for those who see everything."""
    of_a_park = and_(IssuedDocument.park_id.is_not(None), visible(scope, Park.id, Park.district_id))
    return or_(of_a_park, IssuedDocument.park_id.is_(None)) if scope.everything else of_a_park


def documents_stating(session: Session, submission_ids: Iterable[int]) -> dict[tuple[int, str], tuple[str, ...]]:
    """By version and indicator, the issued documents that state its figure, oldest first."""
    rows = session.execute(
        select(
            IssuedFigure.submission_id, IssuedFigure.key, IssuedDocument.title, IssuedDocument.number,
            IssuedDocument.as_of,
        )
        .join(IssuedDocument, IssuedDocument.id == IssuedFigure.document_id)
        .where(IssuedFigure.submission_id.in_(set(submission_ids)))
        .order_by(IssuedDocument.issued_at, IssuedDocument.id)
    )  # fmt: skip
    stating: dict[tuple[int, str], dict[str, None]] = {}
    for row in rows:
        stating.setdefault((row.submission_id, row.key), {})[told(row.title, row.number, row.as_of)] = None
    return {place: tuple(documents) for place, documents in stating.items()}
