"""涉密误传: files that were not kept, as their uploader and those who look into claims may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import WithheldFile
from db.queries.accounts import names
from policy.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Withheld:
    """`claim`: why the uploader holds the mark for a false alarm; `released_by`: who looked and agreed."""

    id: int
    name: str
    where: str
    uploaded_by: str
    uploaded_at: datetime
    claim: str
    released_by: str
    released_at: datetime | None
    release_reason: str
    own: bool

    @property
    def waits(self) -> bool:
        """A claim nobody has looked into yet."""
        return bool(self.claim) and not self.released_by


def withheld(session: Session, actor: Actor) -> tuple[Withheld, ...]:
    """The actor's own, newest first; with the right to review also those whose uploader claims a false alarm."""
    seen = WithheldFile.uploaded_by == actor.account
    if actor.may(Permission.REVIEW_REPORT):
        seen = or_(seen, WithheldFile.claimed_by.is_not(None))
    known = names(session)
    rows = session.scalars(select(WithheldFile).where(seen).order_by(WithheldFile.id.desc()))
    return tuple(
        Withheld(
            row.id, row.name, row.where, known.get(row.uploaded_by, row.uploaded_by), row.uploaded_at, row.claim,
            known.get(row.released_by, row.released_by) if row.released_by else "", row.released_at,
            row.release_reason, row.uploaded_by == actor.account,
        )
        for row in rows
    )  # fmt: skip
