"""Texts a person typed, before they meet a column: too long or with control characters is said in words."""

from __future__ import annotations

from db.base import Base
from policy.refusal import Refused


def require_storable(row: Base) -> None:
    """Raises Refused for a text longer than its column or one that no database keeps (a NUL character)."""
    for column in row.__table__.columns:
        value, limit = getattr(row, column.key), getattr(column.type, "length", None)
        if not isinstance(value, str):
            continue
        if "\x00" in value:
            raise Refused(f"“{value[:20]}”含有不可见字符，请重新输入")
        if limit is not None and len(value) > limit:
            raise Refused(f"“{value[:20]}…”过长：{len(value)}个字符，不能超过{limit}个")
