"""拟催报 on the list: put there by the sweep, and taken off when it would not be right to send them as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Alert as AlertRow
from db.models import PressProposal
from policy.alerts.alert import Alert, stage_rank
from policy.terms import ContactRole, ProposalState
from services.mail import bounces
from services.recipients import AddressBook, Recipient


@dataclass(frozen=True, slots=True)
class Proposal:
    """拟催报: one mail over the handler's head that waits for the committee."""

    alert_id: int | None
    alert: Alert
    recipient: Recipient


def propose(session: Session, proposal: Proposal, as_of: date) -> None:
    """Put it on the 拟催报清单. What was proposed to them of an earlier stage and not decided on is overtaken; what had
    lapsed at this stage, as when their address sent mail back for a while, is on the list again."""
    to, stage, lapsed = proposal.recipient, proposal.alert.stage, None
    theirs = select(PressProposal).where(
        PressProposal.alert_id == proposal.alert_id, PressProposal.recipient == to.mail
    )
    for row in session.scalars(theirs):
        if row.stage == stage and row.state == ProposalState.LAPSED:
            lapsed = row
        elif row.state == ProposalState.PROPOSED:
            row.state = ProposalState.LAPSED.value
    row = lapsed or PressProposal(alert_id=proposal.alert_id, stage=stage, recipient=to.mail)
    row.role, row.person, row.proposed_on = to.role.value, to.name, as_of
    row.state = ProposalState.PROPOSED.value
    session.add(row)
    session.flush()


def lapse(session: Session, closed: Iterable[AlertRow]) -> None:
    """What is over is not pressed any more."""
    for row in _waiting(session, [row.id for row in closed]):
        row.state = ProposalState.LAPSED.value


def lapse_outdated(
    session: Session, standing: Iterable[tuple[AlertRow, Alert]], book: AddressBook, as_of: date
) -> None:
    """What a later stage has overtaken, or is addressed to somebody who does not serve there any more, makes room for
    what the same sweep proposes instead. A sweep of a day gone by takes nothing off that was proposed later."""
    alerts = {row.id: alert for row, alert in standing}
    bounced = bounces.bounced(session) if alerts else frozenset()
    for row in _waiting(session, list(alerts)):
        if row.proposed_on <= as_of and outdated(row, alerts[row.alert_id], book, bounced):
            row.state = ProposalState.LAPSED.value


def outdated(proposal: PressProposal, alert: Alert, book: AddressBook, bounced: frozenset[str]) -> str:
    """Why it is not to be sent as it stands, and what comes in its place; empty when it is right."""
    if stage_rank(alert.stage) > stage_rank(proposal.stage):
        return "已到后一催报时点，改按新的时点列入"
    role = ContactRole(proposal.role)
    serving = book.in_role(role)
    if proposal.recipient.lower() in {person.mail for person in serving}:
        return ""
    left = "的邮箱退信" if proposal.recipient.lower() in bounced else f"已不任{role.label}"
    why = f"{proposal.person}{left}"
    names = "、".join(person.name for person in serving)
    return f"{why}，改列{names}" if names else f"{why}，现无能收到邮件的{role.label}，请补录联系人"


def _waiting(session: Session, alert_ids: list[int]) -> list[PressProposal]:
    if not alert_ids:
        return []
    waits = (PressProposal.alert_id.in_(alert_ids), PressProposal.state == ProposalState.PROPOSED)
    return list(session.scalars(select(PressProposal).where(*waits).order_by(PressProposal.id)))
