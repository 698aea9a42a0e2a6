"""What happened with a park's 专家组: drawn, stepped back, held, concluded, objected to."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Expert, Objection, Panel, PanelConclusion, PanelMember, PanelRecord, Park
from db.queries.happenings import Happening, Matter
from policy.panel import RecordKind
from policy.terms import Outcome, UnitKind

COMMITTEE, EXPERTS = UnitKind.COMMITTEE.label, UnitKind.EXPERTS.label


def panel_happenings(session: Session, park: Park) -> Iterator[Happening]:
    path = f"/parks/{park.code}/panel"
    for panel in session.scalars(select(Panel).where(Panel.park_id == park.id).order_by(Panel.id)):
        drawn = f"抽取专家组{panel.size}人，候补{panel.substitutes}人，抽取号{panel.seed}"
        yield Happening(panel.drawn_on, panel.recorded_at, Matter.PANEL, drawn, "", COMMITTEE, panel.recorded_by, path)
        if panel.dissolved_on is not None:
            yield Happening(
                panel.dissolved_on, panel.recorded_at, Matter.PANEL, f"专家组解散：{panel.dissolve_reason}", "",
                COMMITTEE, "", path,
            )  # fmt: skip
        yield from _stepped_back(session, panel, path)
        yield from _held(session, panel, path)
        yield from _concluded(session, panel, path)
    yield from _objections(session, park)


def _stepped_back(session: Session, panel: Panel, path: str) -> Iterator[Happening]:
    rows = session.execute(
        select(PanelMember, Expert.name)
        .join(Expert, Expert.id == PanelMember.expert_id)
        .where(PanelMember.panel_id == panel.id, PanelMember.withdrawn_on.is_not(None))
    )
    for member, name in rows:
        assert member.withdrawn_on is not None
        what = f"{name}退出专家组：{member.withdraw_reason}"
        yield Happening(member.withdrawn_on, panel.recorded_at, Matter.PANEL, what, "", COMMITTEE, "", path)


def _held(session: Session, panel: Panel, path: str) -> Iterator[Happening]:
    for row in session.scalars(select(PanelRecord).where(PanelRecord.panel_id == panel.id)):
        where = f"（{row.place}）" if row.place else ""
        yield Happening(
            row.held_on, row.recorded_at, Matter.PANEL, f"{RecordKind(row.kind).label}{where}", "", EXPERTS,
            row.recorded_by, path,
        )  # fmt: skip


def _concluded(session: Session, panel: Panel, path: str) -> Iterator[Happening]:
    for row in session.scalars(select(PanelConclusion).where(PanelConclusion.panel_id == panel.id)):
        what = f"专家评审意见（第{row.number}份）：{Outcome(row.outcome).label}"
        yield Happening(row.signed_on, row.recorded_at, Matter.PANEL, what, "", EXPERTS, row.recorded_by, path)


def _objections(session: Session, park: Park) -> Iterator[Happening]:
    rows = session.scalars(
        select(Objection)
        .join(AcceptanceStep, AcceptanceStep.id == Objection.step_id)
        .where(AcceptanceStep.park_id == park.id)
    )
    path = f"/parks/{park.code}/acceptance"
    for row in rows:
        yield Happening(
            row.received_on, row.recorded_at, Matter.ACCEPTANCE, f"收到异议（{row.raised_by}）：{row.matter}", "",
            COMMITTEE, row.recorded_by, path,
        )  # fmt: skip
        if row.handled_on is not None:
            told = "异议成立" if row.upheld else "异议不成立"
            yield Happening(
                row.handled_on, row.recorded_at, Matter.ACCEPTANCE, f"{told}（{row.raised_by}）：{row.answer}", "",
                COMMITTEE, row.handled_by, path,
            )  # fmt: skip
