"""Everything that is on file about a park, piece by piece, in the order an archive keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    AcceptanceStep,
    IssuedDocument,
    Letter,
    LetterPark,
    Obligation,
    ObligationAct,
    Park,
    ParkChange,
    Plaque,
    ProgressReport,
    SiteVisit,
    StoredFile,
    Submission,
    Unit,
)
from policy.archiving import Group
from policy.evidence import Category
from policy.figures import chinese_date
from policy.media import download_name
from policy.periods import parse_period
from policy.terms import ActKind, ChangeKind, HalfYear, ObligationKind, Outcome, SubmissionKind, SubmissionState
from policy.workflow import STEPS, Step, StepKind, step
from services import clock, units
from services.archive.panel_pieces import panel_pieces
from services.archive.pieces import Piece, Stored
from services.claims import Ledger
from services.documents.catalogue import KINDS
from services.documents.overall import COMMITTEE
from services.submissions import reporter

APPROVED = partial(Piece, folder="1批复和变更", group=Group.DECISIONS)
REPORTED = partial(Piece, folder="2申报和报送", group=Group.REPORTS)
WORKED = partial(Piece, folder="3建设期工作", group=Group.EVIDENCE)
ACCEPTED = partial(Piece, folder="4验收", group=Group.DECISIONS)
FROZEN = partial(Piece, folder="5定稿文件", group=Group.REPORTS)
PROVEN = partial(Piece, folder="6佐证资料", group=Group.EVIDENCE, divided=True)


def holdings(session: Session, park: Park, ledger: Ledger) -> tuple[Piece, ...]:
    """Each file once, under the first title it has; what was never scanned stands there as being on paper alone.

    `ledger`: the papers put forward that stand.
    """
    found: dict[object, Piece] = {}
    for piece in _everything(session, park, ledger):
        known = piece.content.sha256 if isinstance(piece.content, Stored) else (piece.title, piece.number)
        found.setdefault(known, piece)
    return tuple(found.values())


def _everything(session: Session, park: Park, ledger: Ledger) -> Iterator[Piece]:
    yield from _approval(session, park)
    yield from _reports(session, park)
    yield from _letters(session, park)
    yield from _progress(session, park)
    yield from _acts(session, park)
    yield from _visits(session, park)
    yield from _steps(session, park)
    yield from panel_pieces(session, park)
    yield from _plaque(session, park)
    yield from _frozen(session, park)
    yield from evidence(park, ledger)


def on_file(session: Session, file_id: int | None, name: str = "") -> Stored | None:
    """The file of this row; `name`: as it is handed out, where that is not how it first came in."""
    row = session.get(StoredFile, file_id) if file_id is not None else None
    return Stored(row.sha256, row.size, name or row.name) if row is not None else None


def _approval(session: Session, park: Park) -> Iterator[Piece]:
    yield APPROVED(f"同意建设{park.title}的批复", COMMITTEE, park.approval_no, park.approved_on)
    changes = select(ParkChange).where(ParkChange.park_id == park.id).order_by(ParkChange.valid_from, ParkChange.id)
    for row in session.scalars(changes):
        title = f"{ChangeKind(row.kind).label}变更的同意文件（变更为：{row.new}）"
        yield APPROVED(title, "—", row.document, row.valid_from)


def _reports(session: Session, park: Park) -> Iterator[Piece]:
    """申报表, and every accepted version of a half-year's table."""
    kept = select(Submission).where(Submission.park_id == park.id, Submission.state == SubmissionState.ACCEPTED)
    forms = select(Submission).where(
        Submission.park_id == park.id, Submission.kind == SubmissionKind.APPLICATION_FORM,
        Submission.state == SubmissionState.SUBMITTED,
    )  # fmt: skip
    for row in session.scalars(forms.order_by(Submission.id)):
        file = Stored(row.file.sha256, row.file.size, row.file_name)
        yield REPORTED(f"{park.title}申报表", park.operator or "—", "", row.received_on, file)
    for row in session.scalars(kept.order_by(Submission.period, Submission.version)):
        what = f"{HalfYear.parse(row.period).label}园区发展情况表" if row.period else "申报表"
        title = f"{what}（{row.no.label}，审核通过）"
        file = Stored(row.file.sha256, row.file.size, row.file_name)
        yield REPORTED(title, reporter(park), "", row.submitted_on or row.received_on, file)


def _letters(session: Session, park: Park) -> Iterator[Piece]:
    rows = session.execute(
        select(Letter, LetterPark.period, Unit)
        .join(LetterPark, LetterPark.letter_id == Letter.id)
        .join(Unit, Unit.id == Letter.sender_id)
        .where(LetterPark.park_id == park.id)
        .order_by(LetterPark.period, Letter.id)
    )
    for letter, period, sender in rows:
        title = f"{HalfYear.parse(period).label}园区发展情况函"
        file = on_file(session, letter.file_id)
        yield REPORTED(title, units.government(sender), letter.number, letter.dated, file)


def _progress(session: Session, park: Park) -> Iterator[Piece]:
    """What was forwarded: before that it is the operator's own."""
    rows = select(ProgressReport).where(
        ProgressReport.park_id == park.id,
        ProgressReport.forwarded_on.is_not(None),
        ProgressReport.returned_on.is_(None),
    )
    for row in session.scalars(rows.order_by(ProgressReport.period, ProgressReport.version)):
        period = parse_period(row.period)
        title = f"{period.label if period else row.period}建设进展报送表"
        yield REPORTED(title, park.operator or "—", "", row.received_on, on_file(session, row.file_id, row.file_name))


def _acts(session: Session, park: Park) -> Iterator[Piece]:
    """延期报送, 免报, 零报告 and the papers of the 任务分工, as long as they hold."""
    rows = session.execute(
        select(ObligationAct, Obligation.kind, Obligation.period)
        .join(Obligation, Obligation.id == ObligationAct.obligation_id)
        .where(Obligation.park_id == park.id, ObligationAct.withdrawn_on.is_(None))
        .order_by(ObligationAct.dated, ObligationAct.id)
    )
    for act, kind, period in rows:
        parsed = parse_period(period) if period else None
        about = f"{parsed.label if parsed else ''}{ObligationKind(kind).label}"
        title = f"{about}的文件（{ActKind(act.kind).label}）"
        by_city = ActKind(act.kind) in (ActKind.EXTENSION, ActKind.WAIVER)
        author = COMMITTEE if by_city else units.government(park.district)
        yield WORKED(title, author, act.number, act.dated, on_file(session, act.file_id))


def _visits(session: Session, park: Park) -> Iterator[Piece]:
    """Those whose signed sheet was scanned."""
    rows = select(SiteVisit).where(SiteVisit.park_id == park.id, SiteVisit.file_id.is_not(None))
    for row in session.scalars(rows.order_by(SiteVisit.visited_on)):
        yield WORKED("现场核查表", COMMITTEE, "", row.visited_on, on_file(session, row.file_id))


def _steps(session: Session, park: Park) -> Iterator[Piece]:
    rows = select(AcceptanceStep).where(AcceptanceStep.park_id == park.id)
    for row in session.scalars(rows.order_by(AcceptanceStep.dated, AcceptanceStep.id)):
        known = step(StepKind(row.kind))
        paper = paper_of(session, row)
        if paper is None and not known.filed:
            continue  # its registration is all there is
        outcome = f"（{Outcome(row.outcome).label}）" if row.outcome else ""
        returned = (f"已于{chinese_date(row.returned_on)}退回：{row.return_reason}",) if row.returned_on else ()
        yield ACCEPTED(
            f"{known.paper}{outcome}", author_of(park, known), row.document_no, row.dated, paper, about=returned
        )


def paper_of(session: Session, row: AcceptanceStep) -> Stored | None:
    """The paper a step was recorded with: the file received, or a 定稿."""
    if row.file_id is not None:
        return on_file(session, row.file_id)
    issued = session.get(IssuedDocument, row.issued_id) if row.issued_id is not None else None
    return Stored(issued.file.sha256, issued.file.size, issued.file_name) if issued is not None else None


def author_of(park: Park, known: Step) -> str:
    """责任者 of a step's paper."""
    return {
        "园区运营管理机构": park.operator,
        "区县经信部门": units.department(park.district),
        "区县政府": units.government(park.district),
        "市经济信息委": COMMITTEE,
    }.get(known.actor) or known.actor


def _plaque(session: Session, park: Park) -> Iterator[Piece]:
    row = session.scalars(select(Plaque).where(Plaque.park_id == park.id)).first()
    if row is not None:
        file = on_file(session, row.file_id)
        yield ACCEPTED(f"{row.title}证书、授牌记录", COMMITTEE, row.certificate_no, row.handed_on, file)


def _frozen(session: Session, park: Park) -> Iterator[Piece]:
    rows = select(IssuedDocument).where(IssuedDocument.park_id == park.id).order_by(IssuedDocument.id)
    for row in session.scalars(rows):
        title = f"{row.title}第{row.number}版（定稿）"
        told = (f"数据截至{chinese_date(row.as_of)}", *((f"校验码{row.data_code}",) if row.data_code else ()))
        file = Stored(row.file.sha256, row.file.size, row.file_name)
        dated = clock.civil(row.issued_at).date()
        yield FROZEN(title, _drawn_up_for(park, row.kind), "", dated, file, about=told)


def _drawn_up_for(park: Park, kind: str) -> str:
    """责任者 of a 定稿: whose paper this kind of document is."""
    known = next((entry for entry in STEPS if entry.document == kind), None)
    if known is not None:
        return author_of(park, known)
    if kind == "half-year-letter":
        return units.government(park.district)
    return reporter(park) if kind in KINDS and KINDS[kind].of_report else COMMITTEE


def evidence(park: Park, ledger: Ledger) -> Iterator[Piece]:
    """佐证资料 that stand, by the categories of 附件八, the oldest first; each with what it proves."""
    order = [row for category in Category for row in reversed(ledger.of(category))]
    for row in order:
        proves = tuple(f"佐证：{ledger.told(key)}" for key in row.links)
        yield PROVEN(
            row.title, row.uploaded_by, "", clock.civil(row.uploaded_at).date(),
            Stored(row.sha256, row.size, download_name(row.file_name, row.media)),
            about=(f"类别：{row.category.short}", *proves),
        )  # fmt: skip
