"""Which panel reviews a park on a day, who of it is in force, and whose marks have come in (used by `db.facts`)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import Expert, Panel, PanelConclusion, PanelMember, ScoreSheet
from policy.facts import ScoresFact
from policy.panel import IN_FORCE


class Givers(NamedTuple):
    """Whose expert marks count: by code, and only those recorded since their panel was drawn."""

    codes: frozenset[str]
    since: datetime

    def counts(self, giver: str, recorded_at: datetime) -> bool:
        return giver in self.codes and recorded_at >= self.since


NOBODY = Givers(frozenset(), datetime.max.replace(tzinfo=UTC))


def panel_of(session: Session, park_id: int, as_of: date = date.max) -> Panel | None:
    """The panel that reviews the park on the day: the newest drawn by then and not dissolved by then."""
    return session.scalars(
        select(Panel)
        .where(Panel.park_id == park_id, Panel.drawn_on <= as_of)
        .where(or_(Panel.dissolved_on.is_(None), Panel.dissolved_on > as_of))
        .order_by(Panel.id.desc())
        .limit(1)
    ).first()


def sits(as_of: date = date.max) -> ColumnElement[bool]:
    """Holds for members who review on the day: neither 候补 nor withdrawn by then."""
    member = PanelMember
    return member.seat.in_(IN_FORCE) & or_(member.withdrawn_on.is_(None), member.withdrawn_on > as_of)


def givers(session: Session, park_id: int, system_id: int, as_of: date) -> Givers | None:
    """Whose expert marks count for the park by this system: those of its newest panel, nobody's when that was dissolved
    before it came to a conclusion; None where there was no panel, and whoever was written down counts."""
    panel = session.scalars(
        select(Panel)
        .where(Panel.park_id == park_id, Panel.drawn_on <= as_of)
        .where(or_(Panel.system_id.is_(None), Panel.system_id == system_id))
        .order_by(Panel.id.desc())
        .limit(1)
    ).first()
    if panel is None:
        return None
    dissolved = panel.dissolved_on is not None and panel.dissolved_on <= as_of
    if dissolved and not _concluded(session, panel.id, as_of):
        return NOBODY
    codes = session.scalars(select(Expert.code).join(PanelMember).where(PanelMember.panel_id == panel.id, sits(as_of)))
    return Givers(frozenset(codes), panel.recorded_at)


def deliberates(session: Session, park_id: int, as_of: date) -> bool:
    """Whether a panel reviews the park that has come to no conclusion by the end of the day."""
    panel = panel_of(session, park_id, as_of)
    return panel is not None and not _concluded(session, panel.id, as_of)


def scores(session: Session, park_id: int, as_of: date) -> ScoresFact | None:
    """What the panel of the park still owes on the day; None without a panel, a date, or once it has concluded."""
    panel = panel_of(session, park_id, as_of)
    if panel is None or panel.scores_due_on is None or _concluded(session, panel.id, as_of):
        return None
    members = set(session.scalars(select(PanelMember.id).where(PanelMember.panel_id == panel.id, sits(as_of))))
    standing = [
        (row.member_id, _by(row.checked_at, as_of))
        for row in session.execute(
            select(ScoreSheet.member_id, ScoreSheet.entered_at, ScoreSheet.checked_at, ScoreSheet.returned_at).where(
                ScoreSheet.member_id.in_(members)
            )
        )
        if _by(row.entered_at, as_of) and not _by(row.returned_at, as_of)
    ]
    checked = {member for member, done in standing if done}
    waiting = {member for member, done in standing if not done} - checked
    return ScoresFact(panel.id, panel.scores_due_on, len(members), len(members - checked), len(waiting))


def _by(instant: datetime | None, as_of: date) -> bool:
    return instant is not None and instant.astimezone(ZONE).date() <= as_of


def _concluded(session: Session, panel_id: int, as_of: date) -> bool:
    said = session.scalars(select(PanelConclusion.recorded_at).where(PanelConclusion.panel_id == panel_id))
    return any(_by(instant, as_of) for instant in said)
