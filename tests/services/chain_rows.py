"""The chain of a park, step by step, and the rows its end rests on: a 定稿, a panel that has concluded, options on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    AcceptanceStep,
    Expert,
    IssuedDocument,
    Panel,
    PanelConclusion,
    PanelMember,
    Park,
    RulebookEntry,
    RulebookVersion,
)
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Actor
from policy.rulebook import NOTICE_DAY
from policy.terms import Outcome
from policy.workflow import Option, StepKind
from services import parks, steps
from services.platform import Platform
from services.step_terms import Taking
from tests.factories import MADE_AT, make_file

TODAY = date(2026, 12, 31)
PAPER = ("材料.pdf", b"paper")
CHAIN = (
    (StepKind.SELF_ASSESSMENT, date(2026, 10, 20), ""),
    (StepKind.DEPARTMENT_REVIEW, date(2026, 11, 2), ""),
    (StepKind.ACCEPTANCE_LETTER, date(2026, 11, 10), "示例府函〔2026〕9号"),
    (StepKind.RECEIPT, date(2026, 11, 12), "收文〔2026〕1号"),
    (StepKind.EXPERT_REVIEW, date(2026, 12, 1), ""),
    (StepKind.CONCLUSION, date(2026, 12, 8), ""),
    (StepKind.TITLE, date(2026, 12, 20), "示例经信〔2026〕5号"),
)


class Chain:
    """Takes steps for one park, each with a paper unless told otherwise."""

    told: steps.Recorded

    def __init__(self, session: Session, platform: Platform, code: str = "A1") -> None:
        self.session, self.platform, self.code = session, platform, code

    def take(
        self,
        kind: StepKind,
        dated: date,
        number: str = "",
        file: Any = PAPER,
        *,
        actor: Actor = SYSTEM_ACTOR,
        **more: Any,
    ) -> AcceptanceStep:
        taking = Taking(kind, dated, number, file, **more)
        self.told = steps.record_step(self.session, self.platform.storage, actor, self.code, taking)
        return self.session.get_one(AcceptanceStep, self.told.step_id)

    def up_to(self, last: StepKind) -> None:
        for kind, dated, number in CHAIN:
            self.take(kind, dated, number)
            if kind is last:
                return

    def send_back(self, kind: StepKind, dated: date, reason: str = "指标对照表不全") -> AcceptanceStep:
        done = steps.return_step(self.session, SYSTEM_ACTOR, self.code, kind, dated, reason)
        return self.session.get_one(AcceptanceStep, done.step_id)

    def stage(self) -> str:
        return parks.list_parks(self.session, FULL_SCOPE, TODAY)[0].stage


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
