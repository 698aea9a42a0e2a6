"""What the papers of a 专家组 are written from."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from db.queries.panels import MemberRow, PanelRow, panel_of
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.refusal import Refused, Unknown
from services.documents.commitment import CommitmentPaper, Signer
from services.parks import find_park


def commitment(
    session: Session, actor: Actor, park_code: str, as_of: date, member_id: int | None = None
) -> CommitmentPaper:
    """Of everybody who reviews, or of one member, 候补 too; without a panel a sheet to be filled in by hand.

    Raises Unknown for a park outside the scope and a member who is not of its panel.
    """
    actor.require(Permission.MANAGE_EXPERTS)
    park = find_park(session, actor.scope, park_code)
    panel = panel_of(session, park.id)
    members = panel.reviewers if panel and member_id is None else _one(panel, member_id)
    return CommitmentPaper(
        park.title, park.operator, park.district.name, park.district.fictional,
        rulebook(session).whole("panel_tie_years", as_of), panel.drawn_on if panel else as_of,
        tuple(Signer(one.name, one.code, one.employer, one.post) for one in members),
    )  # fmt: skip


def _one(panel: PanelRow | None, member_id: int | None) -> tuple[MemberRow, ...]:
    if member_id is None:
        return ()
    found = tuple(one for one in (panel.members if panel else ()) if one.id == member_id and one.withdrawn_on is None)
    if not found:
        raise Unknown(f"专家组中没有编号为{member_id}的成员")
    return found


def drawn_panel(session: Session, actor: Actor, park_code: str) -> PanelRow:
    """The panel that stands. Raises Unknown for a park outside the scope, Refused where none was drawn."""
    actor.require(Permission.MANAGE_EXPERTS)
    park = find_park(session, actor.scope, park_code)
    panel = panel_of(session, park.id)
    if panel is None:
        raise Refused(f"{park.title}没有专家组，请先抽取")
    return panel
