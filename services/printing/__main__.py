"""`python -m services.printing TOKEN`: makes one document that was asked for, and tells how far it is."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from policy.refusal import Refused
from policy.terms import HalfYear
from services import accounts
from services.archive.assembling import Whole
from services.documents import chart
from services.documents.catalogue import compose, render
from services.documents.content import Picture
from services.platform import Platform, open_platform
from services.printing.orders import BROKEN_OFF
from services.printing.taking import take
from services.printing.tray import Order, State, Tray, folder, turn

log = logging.getLogger(__name__)
Tell = Callable[[int, str], None]


def main(token: str) -> None:
    os.nice(5)  # the pages come first
    platform = open_platform()
    tray = Tray(folder(platform), token)
    tray.tell(State(0, "排队等候"))
    with turn(folder(platform)):
        tray.tell(_done(platform, tray, lambda percent, words: tray.tell(State(percent, words))))


def _done(platform: Platform, tray: Tray, tell: Tell) -> State:
    try:
        if tray.order.kind in set(Whole):
            name = take(platform, tray.order, tray.file, tell)
        else:
            name, data = make(platform, tray.order, tell)
            tray.file.write_bytes(data)
    except Refused as refusal:
        return State(100, "", refused=str(refusal))
    except Exception:
        log.exception("making %s failed", tray.order)
        return State(100, "", refused=BROKEN_OFF)
    return State(100, "已生成", file=name)


def make(platform: Platform, order: Order, tell: Tell) -> tuple[str, bytes]:
    """The document's name and bytes, telling at each step what comes next. Raises Refused as `compose` does."""
    tell(5, "正在读取数据")
    with platform.database.read() as session:
        document = compose(
            session, accounts.actor_named(session, order.account), order.kind, order.park or None, order.as_of,
            period=HalfYear.parse(order.period) if order.period else None, whole_district=order.whole_district,
        )  # fmt: skip
    tell(30, "正在绘图")
    for block in document.blocks:
        if isinstance(block, Picture):
            (chart.png if order.file_format == "docx" else chart.svg)(block.chart)
    tell(50, "正在排版")
    made = render(document, order.file_format, platform.settings.public_url, platform.settings.letterhead)
    tell(95, "正在保存")
    return made.name, made.data


if __name__ == "__main__":
    logging.basicConfig()
    main(sys.argv[1])
