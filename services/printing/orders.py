"""Asking for a document, looking how far it is, and fetching it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from policy.access import Actor
from policy.refusal import Missing, Refused, Unknown
from policy.terms import HalfYear
from services import clock
from services.archive.assembling import Whole
from services.documents.catalogue import FORMATS, KINDS
from services.parks import find_park
from services.platform import Platform
from services.printing.tray import KEPT, Order, State, Tray, clear_old, folder, trays

LIMIT = timedelta(minutes=10)
"""A process that takes longer has come to nothing."""
WHOLE_FORMATS = ("zip", "pdf")
"""What 归档材料 and 验收申请材料 may be asked for as: packed, or bound."""
BROKEN_OFF = "生成中断，没有生成文件，请重新生成；仍不成功的，请告知系统管理员"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Printing:
    """One order and how far it has come."""

    token: str
    order: Order
    state: State


def order(
    platform: Platform,
    actor: Actor,
    kind: str,
    file_format: str,
    *,
    park: str = "",
    period: HalfYear | None = None,
    whole_district: bool = False,
) -> str:
    """Begin to make a document or a whole archive as of today; its token. One under way is not begun twice.

    Raises Unknown for a kind, format or park that is not known, AccessDenied without the kind's permission, Missing
    without a park where the kind needs one, Refused when the storage cannot be written to.
    """
    wanted = Order(
        kind, _title(platform, actor, kind, file_format, park), park, str(period or ""), file_format, clock.today(),
        actor.account, clock.now(), whole_district,
    )  # fmt: skip
    try:
        return _under_way_or_new(platform, actor, wanted)
    except OSError as error:
        raise Refused("文件未能生成：存储目录不能写入或空间已满，请系统管理员核对 PARKWATCH_STORAGE_URL") from error


def _under_way_or_new(platform: Platform, actor: Actor, wanted: Order) -> str:
    root = folder(platform)
    root.mkdir(parents=True, exist_ok=True)
    clear_old(platform)
    under_way = (entry for entry in mine(platform, actor) if not entry.state.ended)
    known = next((entry.token for entry in under_way if entry.order.same_as(wanted)), None)
    if known:
        return known
    tray = Tray.new(root, wanted)
    _begin(platform, tray)
    return tray.token


def _title(platform: Platform, actor: Actor, kind: str, file_format: str, park: str) -> str:
    if kind in set(Whole) and file_format in WHOLE_FORMATS:
        return _whole_title(platform, actor, Whole(kind), file_format, park)
    if kind not in KINDS or file_format not in FORMATS:
        raise Unknown(f"没有“{kind}.{file_format}”这种文件")
    actor.require(KINDS[kind].permission)
    if not park:
        if not KINDS[kind].of_all:
            raise Missing(f"{KINDS[kind].label}须指定园区")
        return KINDS[kind].label
    with platform.database.read() as session:
        return f"{find_park(session, actor.scope, park).short_name}{KINDS[kind].label}"


def _whole_title(platform: Platform, actor: Actor, whole: Whole, file_format: str, park: str) -> str:
    actor.require(whole.needs)
    with platform.database.read() as session:
        short_name = find_park(session, actor.scope, park).short_name
    return f"{short_name}{whole.label}{'装订本' if file_format == 'pdf' else ''}"


def look(platform: Platform, actor: Actor, token: str) -> Printing:
    """How far it is; raises Unknown for what another account asked for, for what is no longer kept, and for a park the
    account may know of no longer."""
    tray = Tray(folder(platform), token)
    asked = tray.order
    if asked.account != actor.account or clock.now() - asked.asked_at > KEPT:
        raise Unknown("没有这份文件，可能已过保存期，请重新生成")
    if asked.park:
        with platform.database.read() as session:
            find_park(session, actor.scope, asked.park)
    state = tray.state
    if not state.ended and clock.now() - asked.asked_at > LIMIT:
        state = State(state.percent, state.words, refused=BROKEN_OFF)
    return Printing(token, asked, state)


def mine(platform: Platform, actor: Actor) -> list[Printing]:
    """What this account asked for within the day, the newest first."""
    found = []
    for tray in trays(folder(platform)):
        try:
            found.append(look(platform, actor, tray.token))
        except Unknown:
            continue
    return sorted(found, key=lambda entry: entry.order.asked_at, reverse=True)


def fetch(platform: Platform, actor: Actor, token: str) -> tuple[str, Path]:
    """Name and place of the finished file. Raises Unknown as `look`, Refused while there is none."""
    found = look(platform, actor, token)
    if not found.state.file:
        raise Refused(found.state.refused or "文件还在生成，请稍候")
    return found.state.file, Tray(folder(platform), token).file


def _begin(platform: Platform, tray: Tray) -> None:
    """Start the process and see, from a thread, that whoever waits for it hears of its end."""
    process = subprocess.Popen(  # noqa: S603 -- our own module
        (sys.executable, "-X", "utf8", "-m", "services.printing", tray.token), cwd=_ROOT, env=_environment(platform),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    threading.Thread(target=_see_to, args=(process, tray), daemon=True).start()


def _environment(platform: Platform) -> Mapping[str, str]:
    """This process's, with the settings it was started with."""
    settings = platform.settings.model_dump()
    return {**os.environ, **{f"PARKWATCH_{name.upper()}": str(value) for name, value in settings.items()}}


def _see_to(process: subprocess.Popen[bytes], tray: Tray) -> None:
    try:
        process.wait(LIMIT.total_seconds())
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(Unknown, OSError):  # it may have been cleared away meanwhile
        state = tray.state
        if not state.ended:
            tray.tell(State(state.percent, state.words, refused=BROKEN_OFF))
