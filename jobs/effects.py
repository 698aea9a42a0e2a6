"""How a command tells what a changed rule, calendar or 报送通知 would move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from policy.figures import chinese_date
from policy.moves import Dates
from services.rescheduling import Effects, Listed, Move


def as_document(effects: Effects) -> dict[str, Any]:
    return {
        "moves": [_moved(move) for move in effects.moves],
        "added": [_listed(one) for one in effects.added],
        "dropped": [_listed(one) for one in effects.dropped],
        "opened": [alert.key for alert in effects.opened],
        "closed": [alert.key for alert in effects.closed],
        "older": [_moved(move) for move in effects.older],
    }  # fmt: skip


def _moved(move: Move) -> dict[str, Any]:
    return {
        "park": move.park, "obligation": move.label, "old": move.old._asdict(), "new": move.new._asdict(),
        "provisional": move.provisional,
    }  # fmt: skip


def _listed(one: Listed) -> dict[str, Any]:
    return {"park": one.park, "obligation": one.label, "due": one.due_on}


class Words(NamedTuple):
    """How a change speaks of what it moves, and of the alerts that differ after it."""

    moves: str
    opened: str
    closed: str


RULES = Words("与更改后的规则不一致，尚未调整", "按更改后的规则和日期，今天将开立", "按更改后的规则和日期，今天将销号")
"""A rulebook or calendar moves no date by itself."""
ROUND = Words("确认后将调整", "确认后，今天将开立", "确认后，今天将销号")
CONFIRMED = Words("已调整", "下次检查将开立", "下次检查将销号")


def lines(effects: Effects, words: Words) -> Iterator[str]:
    if effects.nothing:
        yield "不影响已列入的应报事项和今天的预警"
    yield from (f"{words.moves}：{told(move)}" for move in effects.moves)
    yield from (f"将列入：{one.park_name}{one.label}（{chinese_date(one.due_on)}）" for one in effects.added)
    yield from (
        f"不再要求（已列入的保留，确不须报的请登记免报）：{one.park_name}{one.label}" for one in effects.dropped
    )
    yield from (f"{words.opened}：{alert.message}" for alert in effects.opened)
    yield from (f"{words.closed}：{alert.message}" for alert in effects.closed)
    yield from apart(effects.older)


def apart(older: Sequence[Move]) -> Iterator[str]:
    """Dates that differed before, told apart from what a change itself does."""
    if older:
        yield f"此前已与现行规则不一致、尚未调整的{len(older)}项，与本次更改无关："
        yield from (f"　{told(move)}" for move in older)


def told(move: Move) -> str:
    rest = "（暂定，该年放假安排未导入）" if move.provisional else ""
    return f"{move.park_name}{move.label}：{_dates(move.old)} → {_dates(move.new)}{rest}"


def _dates(dates: Dates) -> str:
    words = (("报送截止日", dates.due_on), ("宽限截止日", dates.grace_on), ("封账日", dates.lock_on))
    return "、".join(f"{word}{chinese_date(day)}" for word, day in words if day is not None)
