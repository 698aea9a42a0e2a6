"""归档材料 and 验收申请材料 as they were asked for: packed or bound straight into the tray."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from services import accounts
from services.archive.assembling import Whole, assembled, bound, packed
from services.platform import Platform
from services.printing.tray import Order
from services.storage import CHUNK

Tell = Callable[[int, str], None]


def take(platform: Platform, order: Order, file: Path, tell: Tell) -> str:
    """Make it into `file`; its name. Raises Refused as `packed` and `bound` do."""
    tell(5, "正在汇集材料")
    with platform.database.read() as session:
        actor = accounts.actor_named(session, order.account)
    assembly = assembled(platform, actor, Whole(order.kind), order.park, order.as_of)
    make = bound if order.file_format == "pdf" else packed
    taken = make(platform, actor, assembly, _watch(assembly.size, tell))
    tell(90, "正在保存")
    with taken.stream, file.open("wb") as kept:
        shutil.copyfileobj(taken.stream, kept, CHUNK)
    return taken.name


def _watch(size: int, tell: Tell) -> Callable[[int], object]:
    """Tells how many files are through, each percent once."""
    done, told = 0, 0

    def watch(count: int) -> None:
        nonlocal done, told
        done += count
        percent = 20 + 60 * done // max(size, 1)
        if percent > told:
            told = percent
            tell(percent, "正在逐件核对")

    return watch
