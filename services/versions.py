"""The rows of uploaded versions: where one belongs, what it repeats, what still blocks it, and its bulk storage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select
from sqlalchemy.orm import Session

from db.models import Obligation, Park, StoredFile, Submission, SubmissionFinding, SubmissionReading
from db.queries.access import is_known, seen_by
from db.rulebook_facts import rulebook
from db.session import add_rows
from policy.access import Actor
from policy.figures import chinese_date
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.obligations import CLAUSE
from policy.refusal import Unknown
from policy.rulebook import DEFAULT_SOURCE
from policy.tables import FORM_LABELS
from policy.terms import HalfYear, ObligationKind, Severity, Status, SubmissionKind, SubmissionState
from services import audit, checking, clock, history, subjects
from services.intake.reading import FileReading, Reading

SHOWN_PLACES = 8
"""How many places a refusal names before it says 等."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where versions are counted: park, kind and period; a form without a park under its proposed title."""

    park: Park | None
    kind: SubmissionKind | None = None
    period: HalfYear | None = None
    title: str = ""

    @classmethod
    def of(cls, reading: FileReading, park: Park | None) -> Place:
        is_report = reading.kind is SubmissionKind.HALF_YEAR_REPORT
        return cls(park, reading.kind, reading.period if is_report else None, storable(reading.park_title or "")[:100])

    def rows(self) -> tuple[ColumnElement[bool], ...]:
        """Conditions that pick this place's versions."""
        period = Submission.period == str(self.period) if self.period else Submission.period.is_(None)
        owner = (
            Submission.park_id == self.park.id
            if self.park
            else Submission.park_id.is_(None) & (Submission.park_title == self.title)
        )
        return Submission.kind == self.kind, period, owner, Submission.state != SubmissionState.ATTEMPT


def storable(text: str) -> str:
    """Text any database takes: without NUL and without halves of characters a broken file may hold."""
    return text if text.isprintable() else text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def judged(session: Session, reading: FileReading, park: Park | None, more: Iterable[Finding]) -> FileReading:
    """The reading checked against what the park reported before and what other parks list."""
    earlier, peers, numbers, accepted = {}, {}, {}, None
    if park is not None and reading.period is not None:
        counting = history.accepted(session, park.id)
        earlier = history.earlier_figures(session, counting, reading.period)
        peers = history.peer_growth(session, park.id, reading.period)
        numbers = history.accepted_numbers(session, counting)
        accepted = history.accepted_report(session, counting, reading.period)
    cells = [row.cells.get("name") for row in reading.rows.get("roster", ())]
    names = {cell.value for cell in cells if cell is not None and cell.value is not None}
    firms = history.firms_elsewhere(session, names, park.id if park else None)
    return checking.checked(
        reading, earlier=earlier, peers=peers, elsewhere=firms, earlier_versions=numbers, accepted=accepted, more=more,
        rulebook=rulebook(session),
    )  # fmt: skip


def not_owed(session: Session, place: Place) -> Iterator[Finding]:
    """A half-year report for a period the park does not owe (before its approval, after its two years)."""
    if place.park is None or place.kind is not SubmissionKind.HALF_YEAR_REPORT:
        return
    owed = session.scalars(
        select(Obligation.period)
        .where(Obligation.park_id == place.park.id, Obligation.kind == ObligationKind.HALF_YEAR_REPORT)
        .order_by(Obligation.due_on)
    ).all()
    if str(place.period) not in owed and place.period is not None:
        names = "、".join(HalfYear.parse(period).label for period in owed) or "无"
        message = (
            f"报告期为{place.period.label}；该园区{chinese_date(place.park.approved_on)}批复，建设周期至{chinese_date(place.park.ends_on)}，"
            f"应报的报告期为{names}；请核对统计期，确需报送的请说明"
        )
        yield Finding("period_mismatch", Severity.CONFIRM, "", message, CLAUSE)


def same_bytes(session: Session, actor: Actor, place: Place, data: bytes) -> Submission | None:
    """The newest version of this place known to the actor and made from the very same file."""
    same = StoredFile.sha256 == hashlib.sha256(data).hexdigest()
    found = select(Submission).join(Submission.file).where(same, seen_by(actor), *place.rows())
    return session.scalars(found.order_by(Submission.version.desc()).limit(1)).first()


def duplicate(earlier: Submission) -> Finding:
    state = SubmissionState(earlier.state)
    returned = "；原表无须改动、只补充说明或核对的，请在该版页面选“按原文件重新办理”"
    message = (
        f"与{clock.civil(earlier.uploaded_at):%Y-%m-%d}上传的{earlier.no.label}（{state.label}）内容完全相同；"
        f"未重复入库，如有修改请上传修改后的文件{returned if state is SubmissionState.RETURNED else ''}"
    )
    return Finding("duplicate_file", Severity.NOTE, "", message, DEFAULT_SOURCE)


def add(
    session: Session,
    place: Place,
    reading: FileReading,
    file: StoredFile,
    state: SubmissionState,
    received_on: date,
    actor: Actor,
) -> Submission:
    """Store a version (or an attempt) with its findings; a version also with every cell as it was read."""
    is_attempt = state is SubmissionState.ATTEMPT
    row = Submission(
        park=place.park,
        kind=place.kind,
        period=str(place.period) if place.period else None,
        version=0 if is_attempt else _next_version(session, place),
        state=state,
        format=reading.format,
        months=reading.months,
        figure_kind=reading.figure_kind,
        park_title=storable(reading.park_title)[:100] if reading.park_title else None,
        file=file,
        file_name=storable(reading.file)[:255],
        uploaded_at=clock.now(),
        uploaded_by=actor.account,
        received_on=received_on,
        submitted_on=received_on if state is SubmissionState.SUBMITTED else None,
        clean=reading.clean,
        has_errors=reading.has_errors,
        meets_thresholds=reading.meets_thresholds,
        totals={key: _total(entry) for key, entry in reading.totals.items()},
    )
    session.add(row)
    session.flush()
    if not is_attempt:
        _add_cells(session, row.id, reading)
    known = subjects.of_file(reading) if reading.findings and not is_attempt else {}
    _insert_findings(session, row, reading.findings, known)
    return row


def _total(entry: Reading) -> dict[str, str | None]:
    raw = None if entry.raw is None else storable(entry.raw)
    return {"raw": raw, "value": entry.value, "unit": entry.unit, "status": entry.status, "where": entry.where}


def add_findings(
    session: Session, row: Submission, findings: Iterable[Finding], cells: Iterable[SubmissionReading]
) -> None:
    """More findings of a version that stands."""
    _insert_findings(session, row, findings, subjects.of_readings(cells))


def _insert_findings(session: Session, row: Submission, findings: Iterable[Finding], known: Mapping[str, str]) -> None:
    rows = [
        _finding(row.id, finding) | {"subject": storable(finding.subject or known.get(finding.where, ""))[:300]}
        for finding in findings
    ]
    if rows:
        session.execute(insert(SubmissionFinding), rows)


def _next_version(session: Session, place: Place) -> int:
    return (session.scalar(select(func.max(Submission.version)).where(*place.rows())) or 0) + 1


def _finding(submission_id: int, finding: Finding) -> dict[str, Any]:
    return {
        "submission_id": submission_id,
        "code": finding.code,
        "severity": finding.severity,
        "where": storable(finding.where)[:200],
        "message": storable(finding.message),
        "clause": finding.clause[:200],
    }


_COLUMNS = ("submission_id", "table", "row", "key", "raw", "value", "unit", "status", "where")
_MORE = ("column", "message", "remark", "candidates", "figure_kind")
_NO_MORE = {"column": "current", "message": "", "remark": None, "candidates": "[]", "figure_kind": None}


def _add_cells(session: Session, submission_id: int, reading: FileReading) -> None:
    """Every cell in the order of the file; a roster of 1,000 firms has 12,000, and nearly all say no more than what
    they hold."""
    for says_more, cells in groupby(_cells(submission_id, reading), itemgetter(0)):
        columns, alike = (_COLUMNS + _MORE, {}) if says_more else (_COLUMNS, _NO_MORE)
        add_rows(session, SubmissionReading, columns, [row for _, row in cells], alike)


def _cells(submission_id: int, paper: FileReading) -> Iterator[tuple[bool, tuple[object, ...]]]:
    """Whether a cell says more than what it holds; then the values of _COLUMNS and, if so, of _MORE."""
    for table, number, entry in _placed(paper):
        key, column, raw, value, unit, status, where, message, remark, candidates, kind = entry
        held = (
            submission_id, table, number, key,
            raw if raw is None or raw.isprintable() else storable(raw),
            value if value is None or value.isprintable() else storable(value),
            unit, str(status),
            where if where is None or (where.isprintable() and len(where) <= _PLACE) else storable(where)[:_PLACE],
        )  # fmt: skip
        own_kind = None if kind is None or kind is paper.figure_kind else str(kind)
        if message or remark or candidates or own_kind or column != "current":
            proposed = json.dumps([storable(candidate) for candidate in candidates])
            remarked = None if remark is None else storable(remark)
            yield True, (*held, column, storable(message), remarked, proposed, own_kind)
        else:
            yield False, held


_PLACE = 100
"""As many characters as are kept of where a cell stands."""


def _placed(reading: FileReading) -> Iterator[tuple[str, int, Reading]]:
    """Table, number of the row, cell."""
    for entry in reading.fields:
        yield "figures", 0, entry
    for table, rows in reading.rows.items():
        for number, row in enumerate(rows, start=1):
            for entry in row.cells.values():
                yield table, number, entry


def locked(session: Session, actor: Actor, submission_id: int) -> Submission:
    """The version, locked for the rest of the transaction.

    Raises Unknown, in the same words whether it does not exist, lies outside the actor's scope, or is another's
    draft that the actor may not know of.
    """
    audit.take_turn(session)
    found = select(Submission).where(Submission.id == submission_id).with_for_update(of=Submission)
    row = session.scalars(found).first()
    if row is None or not is_known(actor, row):
        raise Unknown(f"没有编号为{submission_id}的报告，请从报告清单中选择")
    return row


def known(session: Session, actor: Actor, submission_id: int) -> Submission:
    """The version, to be looked at; raises Unknown as `locked` does."""
    row = session.get(Submission, submission_id)
    if row is None or not is_known(actor, row):
        raise Unknown(f"没有编号为{submission_id}的报告，请从报告清单中选择")
    return row


def belongs(row: Submission, place: Place) -> bool:
    """Whether a version is one of this place's."""
    period = str(place.period) if place.period else None
    same_owner = row.park_id == place.park.id if place.park else row.park_id is None and row.park_title == place.title
    return (row.kind, row.period) == (place.kind, period) and same_owner


def newer_than(session: Session, actor: Actor, row: Submission, *states: SubmissionState) -> Submission | None:
    """The newest later version of the same paper known to the actor, in one of these states when any are given."""
    later = select(Submission).where(
        seen_by(actor),
        Submission.kind == row.kind,
        Submission.period == row.period if row.period else Submission.period.is_(None),
        Submission.park_id == row.park_id if row.park_id else Submission.park_title == row.park_title,
        Submission.version > row.version,
        Submission.state != SubmissionState.ATTEMPT,
    )
    if states:
        later = later.where(Submission.state.in_(states))
    return session.scalars(later.order_by(Submission.version.desc()).limit(1)).first()


def earlier_than(session: Session, row: Submission) -> Sequence[int]:
    """Ids of the earlier versions of the same paper, oldest first; none for a paper without a park."""
    if row.park_id is None:
        return ()
    found = select(Submission.id).where(
        Submission.kind == row.kind,
        Submission.period == row.period if row.period else Submission.period.is_(None),
        Submission.park_id == row.park_id,
        Submission.version < row.version,
        Submission.state != SubmissionState.ATTEMPT,
    )
    return session.scalars(found.order_by(Submission.version)).all()


def blocking(session: Session, row: Submission, *, errors_only: bool = False) -> str:
    """`尚有2处须更正、1处待确认：半年报!C8、…` — what stands in the way; empty when nothing does.

    Cells at error, and unless `errors_only` at confirm too; findings at error always.
    """
    cells = _marked(session, row, *([Status.ERROR] if errors_only else [Status.ERROR, Status.CONFIRM]))
    wrong = [cell for cell in cells if cell.status == Status.ERROR]
    # A cell at error often has a finding of its own; an absent one has no place to know it by.
    taken = {(cell.where or "", "" if cell.where else "blank_field") for cell in wrong}
    findings = [one for one in _errors(session, row) if not {(one.where, ""), (one.where, one.code)} & taken]
    errors, confirms = len(wrong) + len(findings), len(cells) - len(wrong)
    counts = [f"{errors}处须更正"] * bool(errors) + [f"{confirms}处待确认"] * bool(confirms)
    if not counts:
        return ""
    places = [cell.where or _missing(cell.key) for cell in cells] + [one.where or one.message for one in findings]
    shown = "、".join(places[:SHOWN_PLACES]) + ("等" if len(places) > SHOWN_PLACES else "")
    return f"尚有{'、'.join(counts)}（{shown}）"


def _marked(session: Session, row: Submission, *states: Status) -> Sequence[Row[str, str | None, str]]:
    reading = SubmissionReading
    status = reading.effective_status.label("status")
    found = select(status, reading.where, reading.key).where(
        reading.submission_id == row.id, reading.effective_status.in_(states)
    )
    return session.execute(found.order_by(reading.id)).all()


def _errors(session: Session, row: Submission) -> Sequence[Row[str, str, str]]:
    finding = SubmissionFinding
    found = select(finding.where, finding.code, finding.message).where(
        finding.submission_id == row.id, finding.severity == Severity.ERROR, finding.superseded_at.is_(None)
    )
    return session.execute(found.order_by(finding.id)).all()


def _missing(key: str) -> str:
    return INDICATORS[key].label if key in INDICATORS else FORM_LABELS.get(key, key)


def told(row: Submission) -> str:
    """`国家网络安全产业园区（示例甲园）2025年上半年园区发展情况表第2版`, for messages and the log."""
    period = HalfYear.parse(row.period).label if row.period else ""
    title = row.park.title if row.park else row.park_title or ""
    if row.kind is None or row.state == SubmissionState.ATTEMPT:
        return f"{title}未入库的文件{row.file_name}"
    return f"{title}{period}{SubmissionKind(row.kind).label}{row.no.label}"
