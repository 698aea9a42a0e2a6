"""批注: what the committee remarks on a cell or a finding while it reviews, sent to the district with the return.

The district sees them at that place of the returned version, and at the same cell of the versions that follow until
one is accepted. What was never sent stays with the committee.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Review, ReviewComment, Submission, SubmissionFinding, SubmissionReading
from db.queries.accounts import names
from policy.access import Actor, Permission
from policy.acts import Act
from policy.masking import mask_phone
from policy.refusal import Refused
from policy.terms import SubmissionState
from policy.version_no import VersionNo
from services import audit, clock, rejudging, versions
from services.subjects import cell_key

LONGEST = 500

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A cell (its reading's id) or a finding of the version."""

    reading_id: int | None = None
    finding_id: int | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """`version`: of which version it was made; `earlier`: not of the one looked at; `place`: where it stood."""

    text: str
    by: str
    at: datetime
    version: VersionNo
    place: str
    sent: bool
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Comments:
    """What stands beside a version's cells and findings, by their ids; `elsewhere`: earlier ones without a place."""

    of_cells: Mapping[int, tuple[Comment, ...]] = field(default_factory=dict)
    of_findings: Mapping[int, tuple[Comment, ...]] = field(default_factory=dict)
    elsewhere: tuple[Comment, ...] = ()

    @property
    def unsent(self) -> int:
        return sum(not comment.sent for comment in self._own())

    @property
    def own(self) -> int:
        """How many were made on this very version."""
        return sum(1 for _ in self._own())

    def _own(self) -> Iterator[Comment]:
        for beside in (*self.of_cells.values(), *self.of_findings.values()):
            yield from (comment for comment in beside if not comment.earlier)


def comment(session: Session, actor: Actor, submission_id: int, target: Target, text: str) -> None:
    """Write a comment, write it anew, or with an empty text take it back; one a cell, until the return.

    Raises Unknown outside the scope; Refused for a version that does not wait for the decision, for a place that is
    none of its cells or findings, and for a text too long.
    """
    actor.require(Permission.REVIEW_REPORT)
    row = versions.locked(session, actor, submission_id)
    if row.state != SubmissionState.SUBMITTED:
        raise Refused(f"{versions.told(row)}目前为“{SubmissionState(row.state).label}”，只有待审核的版本可以批注")
    place = _place(session, row, target)
    text = versions.storable(text.strip())
    if len(text) > LONGEST:
        raise Refused(f"批注写了{len(text)}字，应不超过{LONGEST}字")
    old = _unsent(session, row, target)
    if text:
        _write(session, actor, row, target, old, text)
    elif old is None:
        raise Refused(f"请写明对{place}的批注")
    else:
        session.delete(old)
    act = Act.REVIEW_COMMENT if text else Act.REVIEW_COMMENT_REMOVE
    before = {"text": old.text} if old is not None and not text else None
    new = {"cell": place, "text": text} if text else None
    audit.record(session, actor, act, versions.told(row), park_id=row.park_id, old=before, new=new)


def _place(session: Session, row: Submission, target: Target) -> str:
    """Where it stands, in words."""
    if target.reading_id is not None:
        cell = session.get(SubmissionReading, target.reading_id)
        if cell is not None and cell.submission_id == row.id:
            return f"{cell.where or ''}“{rejudging.label(cell)}”"
    if target.finding_id is not None:
        finding = session.get(SubmissionFinding, target.finding_id)
        if finding is not None and finding.submission_id == row.id:
            return finding.where or "全文"
    raise Refused(f"{versions.told(row)}没有这一处，请从问题清单或数据表中选择")


def _unsent(session: Session, row: Submission, target: Target) -> ReviewComment | None:
    found = select(ReviewComment).where(
        ReviewComment.submission_id == row.id, ReviewComment.review_id.is_(None),
        ReviewComment.reading_id == target.reading_id if target.reading_id is not None
        else ReviewComment.finding_id == target.finding_id,
    )  # fmt: skip
    return session.scalars(found).first()


def _write(
    session: Session, actor: Actor, row: Submission, target: Target, old: ReviewComment | None, text: str
) -> None:
    written = old or ReviewComment(submission_id=row.id, reading_id=target.reading_id, finding_id=target.finding_id)
    written.text, written.written_by, written.written_at = text, actor.account, clock.now()
    session.add(written)


def send(session: Session, review: Review) -> int:
    """All that was remarked on the returned version goes out with its return; how many."""
    waiting = (ReviewComment.submission_id == review.submission_id) & ReviewComment.review_id.is_(None)
    numbers = session.scalars(select(ReviewComment.id).where(waiting)).all()
    session.execute(update(ReviewComment).where(ReviewComment.id.in_(numbers)).values(review_id=review.id))
    return len(numbers)


def unsent(session: Session, row: Submission) -> int:
    found = select(ReviewComment.id).where(ReviewComment.submission_id == row.id, ReviewComment.review_id.is_(None))
    return len(session.scalars(found).all())


def comments(session: Session, actor: Actor, submission_id: int) -> Comments:
    """Every comment the actor sees beside this version; what was not sent only for those who review."""
    row = session.get_one(Submission, submission_id)
    known = names(session)
    own = _rows(session, [row.id], unsent_too=actor.may(Permission.REVIEW_REPORT))
    of_cells, of_findings = _beside(own, known)
    earlier = _rows(session, _returned_before(session, row), unsent_too=False)
    if not earlier:
        return Comments(of_cells, of_findings)
    return _with_earlier(session, row, earlier, known, Comments(of_cells, of_findings))


@dataclass(frozen=True, slots=True)
class _Row:
    comment: ReviewComment
    version: VersionNo
    cell: SubmissionReading | None
    finding: SubmissionFinding | None

    def told(self, known: Mapping[str, str], *, earlier: bool = False) -> Comment:
        place = (
            self.cell.where or rejudging.label(self.cell) if self.cell else self.finding.where if self.finding else ""
        )
        made = self.comment
        return Comment(
            mask_phone(made.text), known.get(made.written_by, made.written_by), made.written_at, self.version,
            place or "全文", made.review_id is not None, earlier,
        )  # fmt: skip


def _rows(session: Session, submission_ids: Sequence[int], *, unsent_too: bool) -> list[_Row]:
    """Oldest version first."""
    made = ReviewComment
    found = (
        select(made, Submission.number, SubmissionReading, SubmissionFinding)
        .join(Submission, Submission.id == made.submission_id)
        .outerjoin(SubmissionReading, SubmissionReading.id == made.reading_id)
        .outerjoin(SubmissionFinding, SubmissionFinding.id == made.finding_id)
        .where(made.submission_id.in_(submission_ids))
        .order_by(Submission.version, made.id)
    )
    if not unsent_too:
        found = found.where(made.review_id.is_not(None))
    return [_Row(row[0], VersionNo(row[1]), row[2], row[3]) for row in session.execute(found)]


def _beside(
    rows: Iterable[_Row], known: Mapping[str, str]
) -> tuple[dict[int, tuple[Comment, ...]], dict[int, tuple[Comment, ...]]]:
    of_cells: dict[int, tuple[Comment, ...]] = {}
    of_findings: dict[int, tuple[Comment, ...]] = {}
    for row in rows:
        if row.cell is not None:
            of_cells[row.cell.id] = (*of_cells.get(row.cell.id, ()), row.told(known))
        elif row.finding is not None:
            of_findings[row.finding.id] = (*of_findings.get(row.finding.id, ()), row.told(known))
    return of_cells, of_findings


def _returned_before(session: Session, row: Submission) -> list[int]:
    """The earlier versions of the paper since the last accepted one; none once this one is accepted itself."""
    if row.state == SubmissionState.ACCEPTED:
        return []
    found = select(Submission.id, Submission.state).where(Submission.id.in_(versions.earlier_than(session, row)))
    states = session.execute(found.order_by(Submission.version)).all()
    accepted = [index for index, entry in enumerate(states) if entry.state == SubmissionState.ACCEPTED]
    return [entry.id for entry in states[(accepted[-1] + 1 if accepted else 0) :]]


def _with_earlier(
    session: Session, row: Submission, earlier: Sequence[_Row], known: Mapping[str, str], own: Comments
) -> Comments:
    """The newest earlier comment of each place, at the same place of this version where there is one."""
    newest = {key: entry for entry in earlier for key in [_key(session, entry)]}
    now = rejudging.cells(session, row)
    names_now = {(cell.table, cell.row): cell.raw or "" for cell in now if cell.key == "name"}
    cells = {cell_key(cell, names_now): cell.id for cell in now}
    findings = {("finding", entry.code, entry.subject): entry.id for entry in row.findings if not entry.superseded_at}
    of_cells, of_findings, elsewhere = dict(own.of_cells), dict(own.of_findings), []
    for key, entry in newest.items():
        told = entry.told(known, earlier=True)
        if key in cells:
            of_cells[cells[key]] = (*of_cells.get(cells[key], ()), told)
        elif key in findings:
            of_findings[findings[key]] = (*of_findings.get(findings[key], ()), told)
        else:
            elsewhere.append(told)
    return replace(own, of_cells=of_cells, of_findings=of_findings, elsewhere=tuple(elsewhere))


def _key(session: Session, entry: _Row) -> Key:
    if entry.cell is None:
        return ("finding", entry.finding.code, entry.finding.subject) if entry.finding else ()
    cell = entry.cell
    name = select(SubmissionReading.raw).where(
        SubmissionReading.submission_id == cell.submission_id, SubmissionReading.table == cell.table,
        SubmissionReading.row == cell.row, SubmissionReading.key == "name",
    )  # fmt: skip
    return cell_key(cell, {(cell.table, cell.row): session.scalar(name) or ""})
