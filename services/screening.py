"""Every file that comes in beside a report is looked at before it is kept: what it is, and whether it is 涉密."""

from __future__ import annotations

from io import BytesIO
from mmap import ACCESS_READ, mmap

from policy.access import Actor
from policy.media import BY_KEY, Media
from policy.refusal import Refused
from services import withheld
from services.intake import classified, sandbox
from services.intake.formats.examined import Examined
from services.intake.formats.limits import MAX_FILE
from services.intake.formats.refused import UNSUPPORTED, FileRefused
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


def admit(platform: Platform, actor: Actor, name: str, data: bytes) -> bytes:
    """The bytes of a letter's scan, a step's paper or a list, for the use case that reads or stores them.

    Only a 密级 mark keeps a file out (Refused, recorded as 涉密误传 in a transaction of its own): what a district
    government sent is not lost for being of a kind nobody knows or cut short.
    """
    with platform.storage.received(BytesIO(data)) as received:
        _examined(platform, actor, name, received)
    return data


def admitted(platform: Platform, actor: Actor, file: tuple[str, bytes] | None) -> tuple[str, bytes] | None:
    """The same where there may be no file. Raises Refused for an empty one: it says nothing, and was not meant."""
    if file is not None and not file[1]:
        raise Refused(f"“{file[0]}”是空文件（0字节），没有保存；请核对后重新选择文件")
    return file and (file[0], admit(platform, actor, *file))


def _examined(platform: Platform, actor: Actor, name: str, file: Received) -> Examined | FileRefused:
    """What the file is, or why that cannot be made out; raises Refused for one with a 密级 mark."""
    with platform.database.read() as session:
        released = withheld.is_released_digest(session, file.sha256)
    if classified.in_name(name) and not released:
        raise _withheld(platform, actor, name, file, "文件名")
    found: Examined | FileRefused
    try:
        found = sandbox.examine(name, file.path)
        mark = found.mark
    except FileRefused as refusal:
        found, mark = refusal, _mark_in_unknown(name, file, refusal)
    if mark is not None and not released:
        raise _withheld(platform, actor, name, file, mark)
    return found


def _mark_in_unknown(name: str, file: Received, refusal: FileRefused) -> str | None:
    """The place of a mark in what is no paper to be put forward: a list or a web page, else the bare bytes."""
    if refusal.code == UNSUPPORTED and file.size <= MAX_FILE:
        try:
            finding = classified.find_mark(sandbox.open_document(name, file.path.read_bytes()))
            return None if finding is None else finding.where
        except FileRefused:
            pass  # Not read as text either.
    if not file.size:
        return None
    with file.path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        return "" if classified.in_bytes(data) else None


def _withheld(platform: Platform, actor: Actor, name: str, file: Received, where: str) -> Refused:
    finding = classified.marked(where)
    with platform.database.write() as session:
        withheld.withhold_known(session, actor, name, file.sha256, file.size, finding)
    return Refused(f"“{name}”没有保存：{finding.message}")
