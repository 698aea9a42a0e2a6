"""What is true of the whole programme in this database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Unit


def is_demonstration(session: Session) -> bool:
    """Whether any unit here is fictional: then every page says so."""
    return session.execute(select(Unit.id).where(Unit.fictional).limit(1)).first() is not None
