"""Every file that comes in beside a report is looked at before it is kept: what it is, and whether it is 涉密."""

from __future__ import annotations

from io import BytesIO

from policy.access import Actor
from policy.media import BY_KEY, Media
from policy.refusal import Refused
from services import withheld
from services.intake import classified, sandbox
from services.intake.formats.examined import Examined
from services.intake.formats.refused import FileRefused
from services.platform import Platform
from services.storage import Received

UNREADABLE = "其中的文字系统不能识读，请自行确认没有密级标志"


def screened(platform: Platform, actor: Actor, name: str, file: Received) -> tuple[Media, bool]:
    """What a file that has come in is by its content, and whether its texts could be looked at for a 密级 mark.

    Raises Refused with the reason when it may not come in; one with a mark is recorded as 涉密误传 in a transaction
    of its own, and the caller keeps nothing of it.
    """
    found = _examined(platform, actor, name, file)
    if isinstance(found, FileRefused):
        raise Refused(f"“{name}”没有保存：{found.message}") from found
    return BY_KEY[found.media], found.read


def admitted(platform: Platform, actor: Actor, file: tuple[str, bytes] | None) -> tuple[str, bytes] | None:
    """A letter's scan or a step's paper, given back for the use case that stores it in a transaction of its own.

    Only a 密级 mark keeps it out (Refused, recorded as 涉密误传): what a district government sent is not lost for
    being of a kind nobody knows or cut short.
    """
    if file is not None:
        name, data = file
        with platform.storage.received(BytesIO(data)) as received:
            _examined(platform, actor, name, received)
    return file


def _examined(platform: Platform, actor: Actor, name: str, file: Received) -> Examined | FileRefused:
    """What the file is, or why that cannot be made out; raises Refused for one with a 密级 mark."""
    with platform.database.read() as session:
        released = withheld.is_released_digest(session, file.sha256)
    if classified.in_name(name) and not released:
        raise _withheld(platform, actor, name, file, "文件名")
    try:
        found = sandbox.examine(name, file.path)
    except FileRefused as refusal:
        return refusal
    if found.mark is not None and not released:
        raise _withheld(platform, actor, name, file, found.mark)
    return found


def _withheld(platform: Platform, actor: Actor, name: str, file: Received, where: str) -> Refused:
    finding = classified.marked(where)
    with platform.database.write() as session:
        withheld.withhold_known(session, actor, name, file.sha256, file.size, finding)
    return Refused(f"“{name}”没有保存：{finding.message}")
