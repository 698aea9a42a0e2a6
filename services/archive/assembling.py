"""What people take with them: 验收申请材料 and 归档包, each as a zip with its manifest or bound as 装订本."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from sqlalchemy.orm import Session

from db.models import Park
from db.queries.case_record import CaseRecord, case_record
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.archiving import Group, safe_name
from policy.figures import chinese_date
from policy.terms import Labelled
from services import audit, clock, units
from services.archive import application, holdings
from services.archive.binding import Binder, Bound, bind
from services.archive.listing import Listing, write_listing
from services.archive.packing import Member, Watch, pack, put_manifest, put_stream
from services.archive.paging import Paged, paged
from services.archive.pieces import Made, Piece
from services.claims import ledger
from services.documents.case_record import build as record_paper
from services.documents.catalogue import render
from services.documents.marks import DEMONSTRATION
from services.documents.overall import COMMITTEE
from services.parks import find_park
from services.platform import Platform
from services.record_list import write_record

MEGABYTE = 1024 * 1024


class Whole(Labelled):
    """What is put together."""

    APPLICATION = "application", "验收申请材料"
    ARCHIVE = "archive", "归档材料"

    @property
    def needs(self) -> Permission:
        return {
            Whole.APPLICATION: Permission.ASSEMBLE_APPLICATION,
            Whole.ARCHIVE: Permission.ARCHIVE_PARK,
        }[self]

    @property
    def list_name(self) -> str:
        return {Whole.APPLICATION: "材料清单.xlsx", Whole.ARCHIVE: "归档目录.xlsx"}[self]


@dataclass(frozen=True, slots=True)
class Assembly:
    """The pieces, and what is said of the whole. `by`: whose papers they are; `limit`: bytes of a bound volume."""

    whole: Whole
    park_id: int
    title: str
    short_name: str
    by: str
    banner: str
    dated: date
    pieces: tuple[Piece, ...]
    told: tuple[str, ...]
    kept: Mapping[Group, str]
    limit: int

    @property
    def size(self) -> int:
        """Bytes of all files, for a progress bar."""
        return sum(piece.content.size for piece in self.pieces if piece.content)

    @property
    def name(self) -> str:
        return safe_name(f"{self.whole.label}-{self.short_name}-{self.dated:%Y%m%d}")


@dataclass(frozen=True, slots=True)
class Taken:
    """A file to hand out, open and without a name on the disk: once closed it is gone. `told`: what a person should
    know of it."""

    name: str
    stream: BinaryIO
    size: int
    pieces: int
    told: tuple[str, ...]


def assembled(platform: Platform, actor: Actor, whole: Whole, park_code: str, as_of: date | None = None) -> Assembly:
    """Everything that belongs to it now, drawn up as of today or of the day it was asked for.

    Raises AccessDenied, and Unknown for a park outside the scope.
    """
    actor.require(whole.needs)
    gather = {Whole.APPLICATION: _application, Whole.ARCHIVE: _archive}[whole]
    return gather(platform, actor, park_code, as_of or clock.today())


def _application(platform: Platform, actor: Actor, park_code: str, today: date) -> Assembly:
    with platform.database.read() as session:
        found = application.checklist(session, actor, park_code)
        drawn = application.drafts(session, actor, found, today)
        blank = _blank(session, found.park, Whole.APPLICATION, today)
    lacking = [f"{item.label}（{item.told}）" for item in found.lacking]
    told = f"尚缺：{'；'.join(lacking)}" if lacking else "应随函报送的材料齐全"
    pieces = application.pieces(found, drawn, platform.settings.public_url)
    return replace(blank, pieces=pieces, told=(told,))


def _archive(platform: Platform, actor: Actor, park_code: str, today: date) -> Assembly:
    with platform.database.read() as session:
        park = find_park(session, actor.scope, park_code)
        filed = holdings.holdings(session, park, ledger(session, actor, park.code))
        record = case_record(session, actor.scope, park.code, today)
        blank = _blank(session, park, Whole.ARCHIVE, today)
    assert record is not None  # the park is within the scope
    on_paper = sum(piece.content is None for piece in filed)
    told = (f"其中{on_paper}件只有纸质原件，系统内未存扫描件",) if on_paper else ()
    return replace(blank, pieces=(*filed, *_record(record, platform.settings.public_url)), told=told)


def _blank(session: Session, park: Park, whole: Whole, today: date) -> Assembly:
    """The whole without its pieces."""
    rules = rulebook(session)
    return Assembly(
        whole, park.id, park.title, park.short_name,
        by=COMMITTEE if whole is Whole.ARCHIVE else units.government(park.district),
        banner=DEMONSTRATION if park.district.fictional else "", dated=today, pieces=(), told=(),
        kept={group: group.kept(rules, today) for group in Group},
        limit=rules.whole("binder_size", today) * MEGABYTE,
    )  # fmt: skip


def _record(record: CaseRecord, site: str) -> Iterator[Piece]:
    """办理记录, to be read and to be worked with."""
    paper = render(record_paper(record), "pdf", site)
    for title, made in (("办理记录", Made(paper.name, paper.data)), ("办理记录（表格）", _sheet(record))):
        yield Piece(title, COMMITTEE, "", record.as_of, made, "7办理记录", Group.DECISIONS)


def _sheet(record: CaseRecord) -> Made:
    return Made("办理记录.xlsx", write_record(record))


def packed(platform: Platform, actor: Actor, assembly: Assembly, watch: Watch | None = None) -> Taken:
    """The zip: files, list and manifest. Raises Refused, naming each stored file that is gone or was changed."""
    pages = _pages(platform, assembly)

    def listed(members: Sequence[Member | None]) -> tuple[str, bytes]:
        return assembly.whole.list_name, write_listing(_listing(assembly), assembly.pieces, pages, members)

    with platform.storage.workroom() as room:
        path = room / "archive.zip"
        with path.open("wb") as out:
            pack(platform.storage, assembly.pieces, listed, assembly.dated, out, watch)
        return _taken(platform, actor, assembly, f"{assembly.name}.zip", path, assembly.told)


def _pages(platform: Platform, assembly: Assembly) -> list[Paged]:
    """A stored file that is gone is told of with all others, while packing."""
    found = []
    for piece in assembly.pieces:
        try:
            found.append(paged(platform.storage, piece))
        except FileNotFoundError:
            found.append(Paged(None))
    return found


def _listing(assembly: Assembly) -> Listing:
    counted = f"{chinese_date(assembly.dated)}，共{len(assembly.pieces)}件"
    name = assembly.whole.list_name.removesuffix(".xlsx")
    return Listing(
        f"{assembly.title}{name}", (f"{assembly.by}，{counted}", *assembly.told, *_marked(assembly)), assembly.dated,
        assembly.kept,
    )  # fmt: skip


def _marked(assembly: Assembly) -> tuple[str, ...]:
    kept = "保管期限通知未规定，按系统设置填列"
    return (kept, assembly.banner) if assembly.banner else (kept,)


def bound(platform: Platform, actor: Actor, assembly: Assembly, watch: Watch | None = None) -> Taken:
    """装订本: one PDF, or a zip of its volumes where it is larger than one may be. Raises Refused as `packed` does."""
    whole = Whole(assembly.whole)
    lines = (
        f"{'归档' if whole is Whole.ARCHIVE else '报送'}单位：{assembly.by}",
        f"日　　期：{chinese_date(assembly.dated)}",
    )
    binder = Binder((assembly.title, whole.label), lines, assembly.banner, assembly.dated, assembly.limit)
    with platform.storage.workroom() as room:
        made = bind(platform.storage, assembly.pieces, binder, room, watch)
        name, path = _volumes(assembly, made, room)
        return _taken(platform, actor, assembly, name, path, _unbound(made))


def _volumes(assembly: Assembly, made: Bound, room: Path) -> tuple[str, Path]:
    stem = f"{assembly.name}-装订本"
    if len(made.volumes) == 1:
        return f"{stem}.pdf", made.volumes[0]
    path = room / "volumes.zip"
    with ZipFile(path, "w") as archive:
        members = []
        for number, volume in enumerate(made.volumes, start=1):
            with volume.open("rb") as source:
                members.append(put_stream(archive, f"{stem}-第{number}册.pdf", source, assembly.dated))
        put_manifest(archive, members, assembly.dated)
    return f"{stem}（{len(made.volumes)}册）.zip", path


def _unbound(made: Bound) -> tuple[str, ...]:
    told = (f"共{made.pages}页" + (f"，分{len(made.volumes)}册" if len(made.volumes) > 1 else ""),)
    if not made.unbound:
        return told
    return (*told, "只装订隔页的有：" + "；".join(f"{title}（{why}）" for title, why in made.unbound))


def _taken(platform: Platform, actor: Actor, assembly: Assembly, name: str, path: Path, told: tuple[str, ...]) -> Taken:
    """Opened before its room is cleared away: what is open can be read to its end."""
    size, count = path.stat().st_size, len(assembly.pieces)
    with platform.database.write() as session:
        audit.record(
            session, actor, Act.ARCHIVE_TAKE, f"{assembly.title}{assembly.whole.label}", park_id=assembly.park_id,
            new={"file": name, "pieces": count, "size": size},
        )  # fmt: skip
    return Taken(name, path.open("rb"), size, count, told)
