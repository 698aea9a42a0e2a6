"""What is owed, by whom and when: the one table every 应报/已报/逾期 count derives from."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Obligation(Base):
    """Generated once from the approval date; `due_on` never moves by itself."""

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("park_id", "kind", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    period: Mapped[str] = mapped_column(String(6))
    due_on: Mapped[date] = mapped_column(index=True)
    clause: Mapped[str] = mapped_column(String(200))
