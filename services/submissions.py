"""Uploaded reports and forms: every attempt is kept with its file, every version with every cell as it was read.

A new upload is a new version; nothing is overwritten. Nothing here is shown as fact before the committee
accepts it (`services.reviews`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Submission
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission, Scope
from policy.acts import Act
from policy.refusal import Refused
from policy.terms import FigureKind, HalfYear, SubmissionKind, SubmissionState
from services import (
    audit,
    checking,
    clock,
    decisions,
    explanations,
    history,
    intake,
    locks,
    snapshots,
    versions,
    withheld,
)
from services.intake.ahead import in_order
from services.intake.classified import CODE as CLASSIFIED
from services.intake.reading import FileReading
from services.intake.templates.half_year import GROUPED, KEPT, RosterLine, TemplateFacts, write_template
from services.parks import find_park
from services.platform import Platform
from services.storage import keep_file

# Found by the reader: the paper is not (or not certainly) of the park or period it would be stored under.
MISPLACED = frozenset({"park_unknown", "park_mismatch", "period_unknown", "period_mismatch"})


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file. `stored`: as a version of a report or form (a mere attempt is False).

    `submission_id` is the row of the version or attempt, of the earlier version for a duplicate; None on a dry run
    and for a file that bears a 密级 mark, of which nothing is kept.
    """

    reading: FileReading
    stored: bool
    submission_id: int | None


@dataclass(frozen=True, slots=True)
class _Upload:
    actor: Actor
    name: str
    data: bytes
    received_on: date
    submit: bool


def ingest(
    platform: Platform,
    actor: Actor,
    name: str,
    data: bytes,
    *,
    park: str | None = None,
    period: HalfYear | None = None,
    received_on: date | None = None,
    figure_kind: FigureKind | None = None,
    submit: bool,
    dry_run: bool = False,
) -> Ingested:
    """Read one file, judge it, and keep it: a version of its park's report or form, or an attempt with its findings.

    The file is parsed outside any transaction and stored in one. `park` (code, title or short name) and
    `period` are what the caller says; what the file says must agree. With `submit` a version with nothing at
    error is 报送 at once. `received_on`: today unless told; `figure_kind`: of a paper that does not say it. Raises
    Unknown for a park outside the actor's scope, Refused for a day to come; never on account of the file's content.
    """
    told = _Told(park, period, received_on, figure_kind, submit, dry_run)
    return _stored_as(platform, told, *_read(platform, actor, told, name, data))


def ingest_all(
    platform: Platform,
    actor: Actor,
    files: Iterable[tuple[str, bytes]],
    *,
    park: str | None = None,
    period: HalfYear | None = None,
    received_on: date | None = None,
    figure_kind: FigureKind | None = None,
    submit: bool,
    dry_run: bool = False,
) -> Iterator[Ingested]:
    """As `ingest`, for several files by name: stored in their order, each in a transaction of its own; while one is
    stored the next are being read.
    """
    told = _Told(park, period, received_on, figure_kind, submit, dry_run)
    for upload, reading in in_order(lambda file: _read(platform, actor, told, *file), files):
        yield _stored_as(platform, told, upload, reading)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the caller says of his files, as in `ingest`."""

    park: str | None
    period: HalfYear | None
    received_on: date | None
    figure_kind: FigureKind | None
    submit: bool
    dry_run: bool


def _read(platform: Platform, actor: Actor, told: _Told, name: str, data: bytes) -> tuple[_Upload, FileReading]:
    """Nothing is written here: what is read rests on accepted papers alone, which no upload changes."""
    actor.require(Permission.UPLOAD_REPORT)
    if told.submit:
        actor.require(Permission.SUBMIT_REPORT)
    upload = _Upload(actor, versions.storable(name), data, told.received_on or clock.today(), told.submit)
    clock.require_past(upload.received_on, "收到日期")
    context = _context(platform, upload, told.park, told.period, told.figure_kind)
    return upload, intake.read(upload.name, data, context)


def _stored_as(platform: Platform, told: _Told, upload: _Upload, reading: FileReading) -> Ingested:
    if told.dry_run:
        with platform.database.read() as session:
            placed = _placed(session, upload.actor.scope, reading)
            return Ingested(_judged(session, upload, *placed)[0], False, None)
    marked = next((finding for finding in reading.findings if finding.code == CLASSIFIED), None)
    if marked is not None:
        with platform.database.write() as session:
            withheld.withhold(session, upload.actor, upload.name, upload.data, marked)
        return Ingested(reading, False, None)
    platform.storage.put(upload.data)
    with platform.database.write() as session:
        return _keep(session, platform, upload, reading, told.park)


def _context(
    platform: Platform, upload: _Upload, park: str | None, period: HalfYear | None, kind: FigureKind | None
) -> intake.Context:
    """The parks the actor may know of; a park outside the scope is as unknown as one that does not exist."""
    actor = upload.actor
    with platform.database.read() as session:
        rows = session.execute(select(Park.id, Park.district_id, Park.code, Park.title, Park.short_name)).all()
        wanted = find_park(session, actor.scope, park).code if park else None
        released = withheld.is_released(session, upload.data)
    rows = [row for row in rows if actor.scope.covers(park_id=row.id, district_id=row.district_id)]
    ids = {row.code: row.id for row in rows}

    def last(code: str, of: HalfYear) -> Mapping[str, Decimal]:
        if code not in ids:
            return {}
        with platform.database.read() as session:
            return history.accepted_figures(session, history.accepted(session, ids[code]), of.previous())

    refs = tuple(intake.ParkRef(row.code, row.title, row.short_name) for row in rows)
    return intake.Context(refs, wanted, period, last, released, kind)


def _judged(
    session: Session, upload: _Upload, reading: FileReading, park: Park | None
) -> tuple[FileReading, Submission | None]:
    """The reading with all findings, and the earlier version made from the same bytes.

    What is not certainly this park's is checked by itself alone: compared with other papers it might meet its own.
    """
    if not _is_storable(reading):
        return checking.checked(reading, rulebook=rulebook(session)), None
    place = versions.Place.of(reading, park)
    more = [*versions.not_owed(session, place), *locks.finding(session, place, upload.received_on)]
    earlier = versions.same_bytes(session, upload.actor, place, upload.data)
    if earlier is not None:
        more.append(versions.duplicate(earlier))
    return versions.judged(session, reading, park, more), earlier


def _placed(session: Session, scope: Scope, reading: FileReading) -> tuple[FileReading, Park | None]:
    """The park the file speaks of, when it is registered and within the scope; a form finds it by its title."""
    if reading.park is None and (reading.kind is not SubmissionKind.APPLICATION_FORM or reading.park_title is None):
        return reading, None
    found = Park.code == reading.park if reading.park else Park.title == reading.park_title
    park = session.scalars(select(Park).where(found)).first()
    if park is None or not scope.covers(park_id=park.id, district_id=park.district_id):
        return reading, None
    return replace(reading, park=park.code), park


def _is_storable(reading: FileReading) -> bool:
    """A half-year report whose park and period are certain; a form also without a registered park."""
    misplaced = {finding.code for finding in reading.findings if finding.code in MISPLACED and finding.severity.blocks}
    if reading.kind is SubmissionKind.APPLICATION_FORM:
        return misplaced <= {"park_unknown"}
    return reading.kind is not None and not misplaced and reading.park is not None and reading.period is not None


def _keep(session: Session, platform: Platform, upload: _Upload, reading: FileReading, named: str | None) -> Ingested:
    audit.take_turn(session)  # a second upload for the park sees the first, and gets the next number
    reading, park = _placed(session, upload.actor.scope, reading)
    judged, earlier = _judged(session, upload, reading, park)
    if earlier is not None:
        return Ingested(judged, False, earlier.id)
    file, at_once = keep_file(session, platform.storage, upload.name, upload.data), _goes_at_once(upload, judged)
    if storable := _is_storable(reading):
        place = versions.Place.of(judged, park)
        state = SubmissionState.SUBMITTED if at_once and not judged.has_errors else SubmissionState.DRAFT
    else:
        owner = find_park(session, upload.actor.scope, named) if named else park
        place, state = versions.Place(owner), SubmissionState.ATTEMPT
    row = versions.add(session, place, judged, file, state, upload.received_on, upload.actor)
    if storable:
        _carry(session, row, at_once)
    _record(session, upload.actor, Act.SUBMISSION_STORE if storable else Act.SUBMISSION_ATTEMPT, row, judged)
    if row.park_id is not None:
        snapshots.rewrite(session, row.park_id)
    return Ingested(judged, storable, row.id)


def _goes_at_once(upload: _Upload, judged: FileReading) -> bool:
    """Whether a version with nothing at error is 报送 as it is stored; what came after the 封账日 stays a draft."""
    return upload.submit and all(finding.code != locks.CODE for finding in judged.findings)


def reopen(platform: Platform, actor: Actor, submission_id: int) -> Ingested:
    """按原文件重新办理: a returned version becomes a new draft from the very same file, where only decisions or
    explanations have to be mended.

    The file is read and judged by what is known today; decisions and explanations carry over as on an upload. Raises
    Unknown outside the scope, Refused when it is not returned, when a later version is under way, or when the file
    is no longer readable as this park's paper.
    """
    actor.require(Permission.SUBMIT_REPORT)
    with platform.database.read() as session:
        old = versions.known(session, actor, submission_id)
        _require_returned(session, actor, old)
        name, sha256 = old.file_name, old.file.sha256
        park, period = old.park.code if old.park else None, HalfYear.parse(old.period) if old.period else None
        kind = FigureKind(old.figure_kind)
    upload = _Upload(actor, name, _stored(platform, sha256), clock.today(), submit=False)
    reading = intake.read(name, upload.data, _context(platform, upload, park, period, kind))
    with platform.database.write() as session:
        return _keep_again(session, upload, reading, versions.locked(session, actor, submission_id))


def _stored(platform: Platform, sha256: str) -> bytes:
    try:
        return platform.storage.get(sha256)
    except FileNotFoundError:
        raise Refused("原文件不在存储中，请重新上传；并请系统管理员核对存储和备份") from None


def _require_returned(session: Session, actor: Actor, old: Submission) -> None:
    if old.state != SubmissionState.RETURNED:
        raise Refused(
            f"{versions.told(old)}目前为“{SubmissionState(old.state).label}”，只有退回修改的版本可以按原文件重新办理"
        )
    under_way = (SubmissionState.DRAFT, SubmissionState.SUBMITTED, SubmissionState.ACCEPTED)
    newer = versions.newer_than(session, actor, old, *under_way)
    if newer is not None:
        raise Refused(
            f"{versions.told(old)}之后已有{newer.no.label}（{SubmissionState(newer.state).label}），请在该版上办理"
        )


def _keep_again(session: Session, upload: _Upload, reading: FileReading, old: Submission) -> Ingested:
    _require_returned(session, upload.actor, old)
    reading, park = _placed(session, upload.actor.scope, reading)
    place = versions.Place.of(reading, park)
    if not _is_storable(reading) or not versions.belongs(old, place):
        raise Refused(f"{versions.told(old)}的原文件现在不能读作同一份报告，请修改原文件后重新上传")
    judged = versions.judged(session, reading, park, versions.not_owed(session, place))
    row = versions.add(session, place, judged, old.file, SubmissionState.DRAFT, upload.received_on, upload.actor)
    _carry(session, row, at_once=False)
    _record(session, upload.actor, Act.SUBMISSION_REOPEN, row, judged)
    if row.park_id is not None:
        snapshots.rewrite(session, row.park_id)
    return Ingested(judged, True, row.id)


def _carry(session: Session, row: Submission, at_once: bool) -> None:
    """What was decided and explained in an earlier version is not asked again; it may be all that was missing."""
    decisions.carry(session, row)
    explanations.carry(session, row)
    if at_once and row.state == SubmissionState.DRAFT and not row.has_errors:
        row.state, row.submitted_on = SubmissionState.SUBMITTED, row.received_on


def _record(session: Session, actor: Actor, act: Act, row: Submission, reading: FileReading) -> None:
    new = {
        "file": row.file_name, "sha256": row.file.sha256, "kind": row.kind, "period": row.period,
        "version": row.version, "state": row.state, "received_on": str(row.received_on), "clean": row.clean,
        "findings": [finding.code for finding in reading.findings],
    }  # fmt: skip
    audit.record(session, actor, act, versions.told(row), park_id=row.park_id, new=new)


def submit(session: Session, actor: Actor, submission_id: int, on: date) -> None:
    """报送: a draft goes to the committee and counts as received on `on`.

    Raises Unknown outside the actor's scope; Refused while anything is at error or a finding at confirm has no
    情况说明 (how many, where), when it is no draft, or when a newer version exists.
    """
    actor.require(Permission.SUBMIT_REPORT)
    row = versions.locked(session, actor, submission_id)
    if row.state != SubmissionState.DRAFT:
        raise Refused(f"{versions.told(row)}目前为“{SubmissionState(row.state).label}”，只有未报送的版本可以报送")
    clock.require_between(on, row.received_on, "报送日期", "上传日期")
    newer = versions.newer_than(session, actor, row)
    if newer is not None:
        raise Refused(f"{versions.told(row)}之后已有{newer.no.label}，请报送最新的版本")
    missing = [versions.blocking(session, row, errors_only=True), explanations.missing(session, row)]
    if any(missing):
        told = "；".join(filter(None, missing))
        raise Refused(f"{versions.told(row)}{told}，请在问题清单中逐条更正、说明，或修改原文件后重新上传")
    locks.require_open(session, row, on)
    old = {"state": row.state, "received_on": str(row.received_on)}
    row.state, row.submitted_on, row.received_on = SubmissionState.SUBMITTED, on, on
    new = {"state": row.state, "received_on": str(on)}
    audit.record(session, actor, Act.SUBMISSION_SUBMIT, versions.told(row), park_id=row.park_id, old=old, new=new)
    if row.park_id is not None:
        snapshots.rewrite(session, row.park_id)


def template(session: Session, actor: Actor, park_code: str, period: HalfYear) -> tuple[str, bytes]:
    """The prefilled half-year template: its file name and its bytes (.xlsx).

    Beside each figure the accepted one of a year ago and of the half-year before; the firms as last reported, their
    last figures beside them. Raises Unknown for a park outside the actor's scope.
    """
    actor.require(Permission.UPLOAD_REPORT)
    park = find_park(session, actor.scope, park_code)
    listed = history.last_roster(session, park.id, period)
    roster = [
        RosterLine({key: row.get(key, "") for key in KEPT}, {key: row.get(key, "") for key in GROUPED})
        for row in listed.rows
    ]
    facts = replace(prefilled(session, park, period), roster=roster, roster_of=listed.told if roster else "")
    return f"半年报-{park.short_name}-{period}.xlsx", write_template(facts)


def prefilled(session: Session, park: Park, period: HalfYear) -> TemplateFacts:
    """What every template of this park and period says already, its firms apart."""
    counting = history.accepted(session, park.id)
    accepted = history.accepted_report(session, counting, period)
    return TemplateFacts(
        code=park.code,
        title=park.title,
        reporter=reporter(park),
        period=period,
        year_before=history.accepted_figures(session, counting, HalfYear(period.year - 1, period.half)),
        last=history.accepted_figures(session, counting, period.previous()),
        figure_kind=accepted.kind if accepted else FigureKind.PRELIMINARY,
    )


def reporter(park: Park) -> str:
    """填报单位 as the notice addresses it: 区县（自治县）经济信息委, for functional zones 经信部门."""
    return f"{park.district.name}{'经信部门' if park.district.kind == 'functional_zone' else '经济信息委'}"
