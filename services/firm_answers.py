"""一企一表 coming back: files and zips taken in, every answer kept with its file, and where the round stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from db import facts
from db.models import FirmPage, Park, StoredFile
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.firm_round import Answer, Entry, Round, round_of
from policy.refusal import Unknown
from policy.reports.firms import firm_key
from policy.terms import HalfYear, Status, SubmissionState
from policy.version_no import VersionNo
from services import audit, clock, history, withheld
from services.intake.ahead import in_order
from services.intake.archives import Sent, unpacked
from services.intake.context import ParkRef
from services.intake.firm_page import FirmReading, read_firm_page
from services.intake.reading import Reading
from services.parks import find_park
from services.platform import Platform
from services.storage import Received, keep_received
from services.versions import storable


@dataclass(frozen=True, slots=True)
class Standing:
    """One round as it stands: `listed_of` names the paper the firms were taken from, empty when there are none;
    `least_coverage`: the share of the park's security revenue the roster has to bear out (附件表二注), 0 to 1;
    `last_batch`: what came in together last."""

    park: ParkRef
    period: HalfYear
    listed_of: str
    round: Round
    least_coverage: Decimal
    last_batch: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """The newest version of the half-year's report: `figures` of 表一 by indicator, as far as they are certain."""

    no: VersionNo
    state: SubmissionState
    figures: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` files are read; `name` is the one just read."""

    done: int
    total: int
    name: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file. `stored` is False for one that had come in before; `problem`: why it is no answer."""

    reading: FirmReading
    stored: bool
    problem: str = ""


def standing(session: Session, actor: Actor, park_code: str, period: HalfYear) -> Standing:
    """Who has answered, who has not, what is wrong, twice, new or changed. Raises Unknown outside the scope."""
    actor.require(Permission.COLLECT_FIRM_PAGES)
    park = find_park(session, actor.scope, park_code)
    listed = history.last_roster(session, park.id, period)
    answers = [_answer(row) for row in _rows(session, park.id, period)]
    rules = rulebook(session)
    newest = max((answer.sent_at for answer in answers), default=None)
    batch = tuple(answer for answer in answers if answer.sent_at == newest)
    found = round_of(listed.rows, answers, period, listed.period, rules)
    told, floor = listed.told if listed.rows else "", rules.share("roster_coverage", period.end)
    return Standing(ref(park), period, told, found, floor, batch)


def paper(session: Session, actor: Actor, park_code: str, period: HalfYear) -> Paper | None:
    """What the answers are merged beside; None before the first version. Raises Unknown outside the scope."""
    actor.require(Permission.AMEND_REPORT)
    park = find_park(session, actor.scope, park_code)
    newest = history.newest_version(session, park.id, period)
    if newest is None:
        return None
    figures = {fact.key: fact.value for fact in facts.version_figures(session, newest.id, period)}
    return Paper(newest.no, SubmissionState(newest.state), figures)


def ref(park: Park) -> ParkRef:
    return ParkRef(park.code, park.title, park.short_name)


def _rows(session: Session, park_id: int, period: HalfYear) -> Sequence[FirmPage]:
    found = select(FirmPage).where(FirmPage.park_id == park_id, FirmPage.period == str(period))
    return session.scalars(found.order_by(FirmPage.id).options(selectinload(FirmPage.file))).all()


def _answer(row: FirmPage) -> Answer:
    cells = {key: Entry(**(cell | {"status": Status(cell["status"])})) for key, cell in row.cells.items()}
    return Answer(
        row.id, row.firm_key, row.firm_name, row.file_name, row.uploaded_at, row.uploaded_by, cells, row.problem,
        row.file_id is not None,
    )  # fmt: skip


def answer_file(session: Session, actor: Actor, park_code: str, period: HalfYear, number: int) -> tuple[str, str]:
    """Name and SHA-256 of an answer's file as it came in. Raises Unknown when there is none in this round."""
    actor.require(Permission.COLLECT_FIRM_PAGES)
    park = find_park(session, actor.scope, park_code)
    row = session.get(FirmPage, number)
    if row is None or row.file is None or (row.park_id, row.period) != (park.id, str(period)):
        raise Unknown(f"没有编号为{number}的一企一表文件")
    return row.file_name, row.file.sha256


def collect(
    platform: Platform,
    actor: Actor,
    park_code: str,
    period: HalfYear,
    files: Iterable[tuple[str, bytes]],
    watch: Callable[[Progress], object] = lambda _progress: None,
) -> tuple[Taken, ...]:
    """`collecting`, for those who only want to be told of each step."""
    steps = collecting(platform, actor, park_code, period, files)
    while True:
        try:
            watch(next(steps))
        except StopIteration as end:
            taken: tuple[Taken, ...] = end.value
            return taken


def collecting(
    platform: Platform, actor: Actor, park_code: str, period: HalfYear, files: Iterable[tuple[str, bytes]]
) -> Generator[Progress, None, tuple[Taken, ...]]:
    """Take in files as (name, bytes), zips unpacked: a Progress after each is read, then all are kept at once.

    Raises Unknown for a park outside the actor's scope, Refused for a zip that is damaged or built to harm: then
    nothing is kept. A file that is no answer is kept all the same, with the reason.
    """
    actor.require(Permission.COLLECT_FIRM_PAGES)
    with platform.database.read() as session:
        park = ref(find_park(session, actor.scope, park_code))
    sent = unpacked(files)
    found: list[tuple[Sent, FirmReading]] = []
    readings = in_order(lambda file: _read(platform, file), sent)
    for done, (file, reading) in enumerate(zip(sent, readings, strict=True), start=1):
        found.append((file, reading))
        yield Progress(done, len(sent), file.name)
    with platform.database.write() as session:
        return _keep(session, platform, actor, park, period, found)


def _read(platform: Platform, file: Sent) -> FirmReading:
    """Parsed in a child process, outside any transaction; the file itself is stored unless it bears a 密级 mark."""
    if file.problem:
        return FirmReading(file.name, problem=file.problem)
    reading = read_firm_page(file.name, file.data)
    if reading.mark is not None:
        with platform.database.read() as session:
            released = withheld.is_released(session, file.data)
        reading = read_firm_page(file.name, file.data, released=True) if released else reading
    if reading.mark is None:
        platform.storage.put(file.data)
    return reading


def _keep(
    session: Session,
    platform: Platform,
    actor: Actor,
    park: ParkRef,
    period: HalfYear,
    found: Sequence[tuple[Sent, FirmReading]],
) -> tuple[Taken, ...]:
    audit.take_turn(session)
    owner, now = find_park(session, actor.scope, park.code), clock.now()
    listed = {firm_key(row["name"]) for row in history.last_roster(session, owner.id, period).rows if row.get("name")}
    before = _Before(_rows(session, owner.id, period), {hashlib.sha256(file.data).hexdigest() for file, _ in found})
    taken: list[Taken] = []
    for file, reading in found:
        row = _page(reading, reading.problem or reading.misplaced(park, period) or reading.mistaken(listed))
        row.park_id, row.period, row.uploaded_by, row.uploaded_at = owner.id, str(period), actor.account, now
        row.file = _file(session, platform, actor, file, reading)
        stored = not before.knows(row)
        if stored:
            session.add(row)
            before.add(row)
        taken.append(Taken(reading, stored, row.problem))
    _record(session, actor, owner, period, taken)
    return tuple(taken)


class _Before:
    """What had come in of each firm. `batch`: the digests of what comes in now, which is often a whole folder again."""

    def __init__(self, rows: Iterable[FirmPage], batch: Collection[str]) -> None:
        self._rows: dict[str, list[FirmPage]] = {}
        self._batch = batch
        for row in rows:
            self.add(row)

    def add(self, row: FirmPage) -> None:
        self._rows.setdefault(_identity(row), []).append(row)

    def knows(self, row: FirmPage) -> bool:
        """The newest once more; or an older one, sent again beside the newest. Alone, an older one counts anew."""
        known = [entry.file for entry in self._rows.get(_identity(row), ())]
        if not known or row.file is None:
            return False
        newest = known[-1]
        return row.file is newest or (row.file in known and newest is not None and newest.sha256 in self._batch)


def _identity(row: FirmPage) -> str:
    """What a row is the newest of: a firm, or a file that is no answer."""
    return row.firm_key or f"{row.file_name}\n{row.problem}"


def _page(reading: FirmReading, problem: str) -> FirmPage:
    if problem:
        return FirmPage(
            firm_key="", firm_name=storable(reading.firm)[:200], file_name=storable(reading.file)[:255], cells={},
            clean=False, problem=storable(problem),
        )  # fmt: skip
    name = reading.cells["name"].value or reading.firm
    return FirmPage(
        firm_key=storable(firm_key(reading.firm))[:200],
        firm_name=storable(name)[:200],
        file_name=storable(reading.file)[:255],
        cells={key: asdict(_entry(cell)) for key, cell in reading.cells.items()},
        clean=not any(cell.status.blocks for cell in reading.cells.values()),
        problem="",
    )


def _entry(cell: Reading) -> Entry:
    raw, value = (None if text is None else storable(text) for text in (cell.raw, cell.value))
    return Entry(raw, value, cell.unit, cell.status, storable(cell.where or ""), storable(cell.message))


def _file(session: Session, platform: Platform, actor: Actor, file: Sent, reading: FirmReading) -> StoredFile | None:
    """The row of the file's bytes; None where there are none to keep, or none that may be kept."""
    if reading.mark is not None:
        withheld.withhold(session, actor, file.name, file.data, reading.mark)
        return None
    if file.problem:
        return None
    sha256 = hashlib.sha256(file.data).hexdigest()
    there = Received(sha256, len(file.data), platform.storage.path(sha256))
    return keep_received(session, platform.storage, storable(file.name), there)


def _record(session: Session, actor: Actor, park: Park, period: HalfYear, taken: Sequence[Taken]) -> None:
    """One entry for all that came in together."""
    files = [
        {"file": storable(one.reading.file), "firm": storable(one.reading.firm), "problem": storable(one.problem)}
        for one in taken
        if one.stored
    ]
    if files:
        subject = f"{park.title}{period.label}一企一表{len(files)}份"
        audit.record(session, actor, Act.FIRM_PAGES_STORE, subject, park_id=park.id, new={"files": files})
