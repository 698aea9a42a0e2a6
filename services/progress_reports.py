"""建设进展报送: uploaded by the 园区运营管理机构, passed on or sent back by the district, then known above (N14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, ProgressReport
from db.queries.plan_tasks import TaskRow, plan_tasks
from db.queries.progress import OwedProgress, ProgressVersion, locked_on, owed_progress, versions
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.findings import Finding
from policy.periods import Quarter
from policy.progress_report import ProgressPeriod, ProgressState
from policy.refusal import Missing, Refused, Unknown
from policy.terms import HalfYear, ObligationKind
from services import audit, clock, locks, screening, snapshots
from services.intake.context import ParkRef
from services.intake.progress import ProgressReading, read_progress
from services.intake.templates.progress import ProgressFacts, write_progress
from services.lengths import require_storable
from services.parks import find_park
from services.platform import Platform
from services.storage import Storage, keep_file
from services.versions import storable

YOUNG = 31
"""Days of a period in which people still write about the last one."""


class NotTaken(Refused):
    """The file has faults: `findings` say each with its place and how to mend it."""

    def __init__(self, name: str, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        listed = "；".join(f"{found.where}：{found.message}" if found.where else found.message for found in findings)
        super().__init__(f"“{name}”没有保存，须改正{len(findings)}处：{listed}")


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`stored` is False for the newest version once more."""

    report_id: int
    park: str
    period: ProgressPeriod
    stored: bool


@dataclass(frozen=True, slots=True)
class Board:
    """建设进展 of a park as the actor may know it; `versions` and `owed` are empty for who may not read reports;
    `open`: the periods that may be reported about, `likely` the one at hand."""

    park: ParkRef
    tasks: tuple[TaskRow, ...]
    owed: tuple[OwedProgress, ...]
    versions: tuple[ProgressVersion, ...]
    open: tuple[ProgressPeriod, ...]
    likely: ProgressPeriod


def board(session: Session, actor: Actor, park_code: str) -> Board:
    """The park's 重点任务 and 建设进展报送. Raises Unknown for a park outside the actor's scope."""
    actor.require(Permission.VIEW_PARK)
    park = find_park(session, actor.scope, park_code)
    reads, periods = actor.may(Permission.VIEW_OBLIGATIONS), open_periods(session, park)
    return Board(
        ParkRef(park.code, park.title, park.short_name),
        plan_tasks(session, park.id),
        owed_progress(session, actor, park.id, clock.today()) if reads else (),
        versions(session, actor, park.id) if reads else (),
        periods,
        likely(periods),
    )


def half_yearly(session: Session) -> bool:
    """Whether 建设进展 is asked for every half-year; else by quarters, also where it is voluntary."""
    interval = rulebook(session).choice("operator_reports", clock.today(), ObligationKind.OPERATOR_REPORT)
    return interval == "half_yearly"


def open_periods(session: Session, park: Park) -> tuple[ProgressPeriod, ...]:
    """What may be reported about: the period under way and those before it since the approval, newest first."""
    today = clock.today()
    period: ProgressPeriod = HalfYear.containing(today) if half_yearly(session) else Quarter.containing(today)
    found = [period]
    while (period := _before(period)).end >= park.approved_on:
        found.append(period)
    return tuple(found)


def likely(periods: Sequence[ProgressPeriod]) -> ProgressPeriod:
    """Of the open periods the one to write about: in the first month of a period that before it."""
    young = (clock.today() - periods[0].start).days < YOUNG
    return periods[1] if young and len(periods) > 1 else periods[0]


def _before(period: ProgressPeriod) -> ProgressPeriod:
    if isinstance(period, HalfYear):
        return period.previous()
    return Quarter(period.year - (period.quarter == 1), (period.quarter - 2) % 4 + 1)


def template(session: Session, actor: Actor, park_code: str, period: ProgressPeriod) -> tuple[str, bytes]:
    """The prefilled workbook: what was sent back of this period, and what the last one said beside it.

    Raises Unknown for a park outside the actor's scope, Refused for a period that is none of the park's.
    """
    actor.require(Permission.VIEW_OBLIGATIONS)
    park = find_park(session, actor.scope, park_code)
    _require_period(session, park, period)
    known = versions(session, actor, park.id)
    own = next((version.content for version in known if version.period == period), {})
    last = last_before(known, period)
    facts = ProgressFacts(
        park.code, park.title, park.operator, period, own, last.content if last else {},
        last.period.label if last else "",
    )  # fmt: skip
    return f"建设进展-{park.short_name}-{period}.xlsx", write_progress(facts)


def last_before(known: tuple[ProgressVersion, ...], period: ProgressPeriod) -> ProgressVersion | None:
    """What stands beside a period's report: of the nearest earlier period what was passed on, else the newest."""
    earlier = [version for version in known if version.period.end < period.start]
    nearest = [version for version in earlier if version.period == earlier[0].period]
    passed_on = (version for version in nearest if version.state is ProgressState.FORWARDED)
    return next(passed_on, nearest[0] if nearest else None)


def upload(
    platform: Platform, actor: Actor, park_code: str, period: ProgressPeriod | None, name: str, data: bytes
) -> Uploaded:
    """Keep a file as the next version of the period, which the file itself may name; the same again keeps nothing.

    Read in a child process outside any transaction. Raises Unknown for a park outside the scope, NotTaken with
    every fault of the file, Refused for the report of another park or period and for a file with a 密级 mark.
    """
    actor.require(Permission.REPORT_PROGRESS)
    with platform.database.read() as session:
        park = find_park(session, actor.scope, park_code)
        known = ParkRef(park.code, park.title, park.short_name)
    reading = read_progress(name, screening.admit(platform, actor, name, data))
    if reading.findings:
        raise NotTaken(name, reading.findings)
    about = period or reading.period
    if about is None:
        raise Refused(f"“{name}”没有保存：文件没有写明报告期，请选定报告期后上传")
    if wrong := reading.misplaced(known, about):
        raise Refused(f"“{name}”没有保存：{wrong}")
    with platform.database.write() as session:
        return _enter(session, platform.storage, actor, park_code, about, reading, data)


def _enter(
    session: Session,
    storage: Storage,
    actor: Actor,
    park_code: str,
    period: ProgressPeriod,
    reading: ProgressReading,
    data: bytes,
) -> Uploaded:
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    _require_period(session, park, period)
    newest = _newest(session, park, period)
    file = keep_file(session, storage, storable(reading.file), data)
    session.flush()
    if newest is not None and newest.file_id == file.id:
        return _same_again(newest, park, period)
    row = ProgressReport(
        park_id=park.id, period=str(period), version=newest.version + 1 if newest else 1, file_id=file.id,
        file_name=storable(reading.file)[:255], content={key: storable(text) for key, text in reading.content.items()},
        received_on=clock.today(), uploaded_at=clock.now(), uploaded_by=actor.account,
    )  # fmt: skip
    session.add(row)
    session.flush()
    new = {"version": row.version, "file": row.file_name, "sha256": file.sha256}
    audit.record(session, actor, Act.PROGRESS_STORE, told(park, period), park_id=park.id, new=new)
    snapshots.rewrite(session, park.id)
    return Uploaded(row.id, park.code, period, stored=True)


def _same_again(newest: ProgressReport, park: Park, period: ProgressPeriod) -> Uploaded:
    if newest.returned_on is not None:
        reason = f"{chinese_date(newest.returned_on)}退回，原因：{newest.return_reason}"
        raise Refused(f"这份文件与退回的一版完全相同（{reason}），没有再次保存；请按退回原因修改后上传")
    return Uploaded(newest.id, park.code, period, stored=False)


def _newest(session: Session, park: Park, period: ProgressPeriod) -> ProgressReport | None:
    same = select(ProgressReport).where(ProgressReport.park_id == park.id, ProgressReport.period == str(period))
    return session.scalars(same.order_by(ProgressReport.version.desc()).limit(1)).first()


def _require_period(session: Session, park: Park, period: ProgressPeriod) -> None:
    """Of the park's construction period, begun, and of the kind the rulebook asks for."""
    wanted, other = ("每半年", "2026H1") if half_yearly(session) else ("每季度", "2026Q3")
    if isinstance(period, HalfYear) is not half_yearly(session):
        raise Refused(f"建设进展{wanted}报送一次，报告期应写作 {other}，收到 {period}（{period.label}）")
    if period.start > clock.today():
        raise Refused(f"{period.label}还没有开始，不能报送建设进展；请核对报告期")
    if period.end < park.approved_on:
        approved = chinese_date(park.approved_on)
        raise Refused(f"{park.title}于{approved}批复同意建设，{period.label}在此之前；请核对报告期")


def told(park: Park, period: ProgressPeriod) -> str:
    """What the record calls it."""
    return f"{park.title}{period.label}建设进展"


def forward(session: Session, actor: Actor, park_code: str, report_id: int) -> ProgressReport:
    """转报: from now on the committee knows of it, and the period counts as 已报.

    Raises Unknown for a report outside the scope, Refused for one that is no longer the newest or is settled, and
    after the 封账日.
    """
    park, row, period = _waiting(session, actor, park_code, report_id)
    if locked := locked_on(session, park.id, period, clock.today()):
        raise Refused(f"{locks.told(period, locked)}。本版保留，内容不丢失")
    row.forwarded_on, row.forwarded_by = clock.today(), actor.account
    new = {"version": row.version, "forwarded_on": str(row.forwarded_on)}
    audit.record(session, actor, Act.PROGRESS_FORWARD, told(park, period), park_id=park.id, new=new)
    snapshots.rewrite(session, park.id)
    return row


def send_back(session: Session, actor: Actor, park_code: str, report_id: int, reason: str) -> ProgressReport:
    """退回修改: the operator sees the reason and uploads anew. Raises as `forward`, and Refused without a reason."""
    park, row, period = _waiting(session, actor, park_code, report_id)
    if not reason.strip():
        raise Missing("退回须写明原因，如“重大活动请写明举办时间和规模”")
    row.returned_on, row.return_reason = clock.today(), storable(reason.strip())
    require_storable(row)
    new = {"version": row.version, "reason": row.return_reason}
    audit.record(session, actor, Act.PROGRESS_RETURN, told(park, period), park_id=park.id, new=new)
    snapshots.rewrite(session, park.id)
    return row


def _waiting(
    session: Session, actor: Actor, park_code: str, report_id: int
) -> tuple[Park, ProgressReport, ProgressPeriod]:
    """A version the district may decide about, locked."""
    actor.require(Permission.FORWARD_PROGRESS)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    seen = next((version for version in versions(session, actor, park.id) if version.id == report_id), None)
    if seen is None:
        raise Unknown(f"没有编号为{report_id}的建设进展")
    if seen.state is not ProgressState.WAITING:
        raise Refused(f"{seen.period.label}建设进展{seen.no.label}{_SETTLED[seen.state]}，没有改动")
    row = session.get_one(ProgressReport, report_id, with_for_update=True)
    return park, row, seen.period


_SETTLED = {
    ProgressState.FORWARDED: "已经转报",
    ProgressState.RETURNED: "已经退回",
    ProgressState.REPLACED: "之后运营管理机构又传了新版，请办理最新的一版",
}


def report_file(session: Session, actor: Actor, park_code: str, report_id: int) -> tuple[str, str]:
    """Name and SHA-256 of a version's file as it came in. Raises Unknown for one the actor may not know of."""
    actor.require(Permission.VIEW_OBLIGATIONS)
    park = find_park(session, actor.scope, park_code)
    seen = next((version for version in versions(session, actor, park.id) if version.id == report_id), None)
    if seen is None:
        raise Unknown(f"没有编号为{report_id}的建设进展")
    return seen.file_name, seen.sha256
