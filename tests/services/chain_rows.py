"""Rows the end of the chain rests on: a 定稿, a panel that has concluded, options switched on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    Expert,
    IssuedDocument,
    Panel,
    PanelConclusion,
    PanelMember,
    Park,
    RulebookEntry,
    RulebookVersion,
)
from policy.rulebook import NOTICE_DAY
from policy.terms import Outcome
from policy.workflow import Option
from tests.factories import MADE_AT, make_file


def make_issued(session: Session, park: Park, kind: str, as_of: date) -> IssuedDocument:
    """The next 定稿 of this kind."""
    same = (IssuedDocument.park_id == park.id, IssuedDocument.kind == kind)
    number = (session.scalar(select(func.max(IssuedDocument.number)).where(*same)) or 0) + 1
    row = IssuedDocument(
        kind=kind, park_id=park.id, number=number, title=kind, as_of=as_of, file=make_file(session),
        file_name=f"{kind}.pdf", issued_by="committee", issued_at=MADE_AT,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def make_conclusion(
    session: Session, park: Park, outcome: Outcome, *, round: int = 1, signed_on: date = date(2026, 12, 5)
) -> PanelConclusion:
    """What a panel of one came to."""
    expert = Expert(
        code=f"E{park.id}-{round}", name="评审（虚构）", employer="示例大学（虚构）", specialties=["网络安全"],
        recorded_at=MADE_AT, recorded_by="committee",
    )  # fmt: skip
    panel = Panel(
        park_id=park.id, round=round, seed=1, size=1, substitutes=0, quotas={}, pool=[], drawn_on=date(2026, 11, 20),
        recorded_at=MADE_AT, recorded_by="committee",
    )  # fmt: skip
    leader = PanelMember(panel=panel, expert=expert, seat="leader", place=1)
    session.add_all([panel, leader])
    session.flush()
    row = PanelConclusion(
        panel_id=panel.id, number=1, outcome=outcome, opinion="意见", leader_id=leader.id, signed_on=signed_on,
        recorded_at=MADE_AT, recorded_by="committee",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def switch_on(session: Session, *switched: Option, since: date = NOTICE_DAY) -> None:
    """As the committee would in the rulebook."""
    version = RulebookVersion(document="示例发〔2026〕1号", recorded_at=MADE_AT, recorded_by="committee")
    session.add(version)
    session.flush()
    session.add_all(
        RulebookEntry(version_id=version.id, key=option, kind="", value="on", valid_from=since, source="示例")
        for option in switched
    )
    session.flush()
