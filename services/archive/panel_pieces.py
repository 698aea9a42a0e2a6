"""What the experts' review left on file: commitments, records, score sheets, their opinion, objections."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    AcceptanceStep,
    Expert,
    Objection,
    Panel,
    PanelConclusion,
    PanelMember,
    PanelRecord,
    Park,
    ScoreSheet,
    StoredFile,
)
from policy.archiving import Group
from policy.panel import RecordKind
from policy.terms import Outcome
from services.archive.pieces import Piece, Stored

REVIEWED = partial(Piece, folder="4验收", group=Group.EVIDENCE)
OBJECTED = partial(Piece, folder="4验收", group=Group.DECISIONS)
PANEL = "专家组"


def panel_pieces(session: Session, park: Park) -> Iterator[Piece]:
    """Only what was scanned: the rest stands in 办理记录."""
    yield from _commitments(session, park)
    yield from _records(session, park)
    yield from _sheets(session, park)
    yield from _conclusions(session, park)
    yield from _objections(session, park)


def _stored(row: StoredFile) -> Stored:
    return Stored(row.sha256, row.size, row.name)


def _commitments(session: Session, park: Park) -> Iterator[Piece]:
    rows = session.execute(
        select(PanelMember, Expert.name, StoredFile)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(Expert, Expert.id == PanelMember.expert_id)
        .join(StoredFile, StoredFile.id == PanelMember.commitment_file_id)
        .where(Panel.park_id == park.id)
        .order_by(Panel.id, PanelMember.place)
    )
    for member, name, file in rows:
        yield REVIEWED(f"保密及回避承诺书（{name}）", name, "", member.committed_on, _stored(file))


def _records(session: Session, park: Park) -> Iterator[Piece]:
    rows = session.execute(
        select(PanelRecord, StoredFile)
        .join(Panel, Panel.id == PanelRecord.panel_id)
        .join(StoredFile, StoredFile.id == PanelRecord.file_id)
        .where(Panel.park_id == park.id)
        .order_by(PanelRecord.held_on, PanelRecord.id)
    )
    for record, file in rows:
        yield REVIEWED(f"{RecordKind(record.kind).label}记录", PANEL, "", record.held_on, _stored(file))


def _sheets(session: Session, park: Park) -> Iterator[Piece]:
    rows = session.execute(
        select(ScoreSheet, Expert.name, StoredFile)
        .join(PanelMember, PanelMember.id == ScoreSheet.member_id)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(Expert, Expert.id == PanelMember.expert_id)
        .join(StoredFile, StoredFile.id == ScoreSheet.file_id)
        .where(Panel.park_id == park.id)
        .order_by(Panel.id, PanelMember.place, ScoreSheet.number)
    )
    for sheet, name, file in rows:
        back = (f"未采用：{sheet.returned_reason}",) if sheet.returned_reason else ()
        yield REVIEWED(f"专家评分表（{name}）", name, "", sheet.signed_on, _stored(file), about=back)


def _conclusions(session: Session, park: Park) -> Iterator[Piece]:
    rows = session.execute(
        select(PanelConclusion, StoredFile)
        .join(Panel, Panel.id == PanelConclusion.panel_id)
        .join(StoredFile, StoredFile.id == PanelConclusion.file_id)
        .where(Panel.park_id == park.id)
        .order_by(PanelConclusion.id)
    )
    for row, file in rows:
        title = f"专家评审意见（{Outcome(row.outcome).label}）"
        yield OBJECTED(title, PANEL, "", row.signed_on, _stored(file))


def _objections(session: Session, park: Park) -> Iterator[Piece]:
    rows = session.execute(
        select(Objection, StoredFile)
        .join(AcceptanceStep, AcceptanceStep.id == Objection.step_id)
        .outerjoin(StoredFile, StoredFile.id == Objection.file_id)
        .where(AcceptanceStep.park_id == park.id)
        .order_by(Objection.received_on, Objection.id)
    )
    for row, file in rows:
        title = f"对公示的异议（{row.raised_by}）"
        yield OBJECTED(title, row.raised_by, "", row.received_on, _stored(file) if file else None, about=(row.matter,))
