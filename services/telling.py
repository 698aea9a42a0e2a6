"""Who is told what of a park's open alerts: the handlers by themselves, those above them by 拟催报.

Each stage is told once to each recipient, and of missed stages only the newest. Nothing is told of a matter whose
催报 is paused. Who is above the handler is written to only when the committee approves (`press_upwards`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Alert as AlertRow
from db.models import AlertPause, OutboxItem, OutboxMail, Park, PhoneCall, PressProposal
from policy.alerts.alert import Alert, reached_on, stage_rank
from policy.alerts.ladder import Audience, audience, higher_roles
from policy.rulebook import Rulebook
from policy.terms import AlertRule, ContactRole, ProposalState
from services.mail.compose import Telling
from services.recipients import AddressBook, Recipient

PAGES = dict.fromkeys(
    (AlertRule.PROGRESS_UPCOMING, AlertRule.PROGRESS_DUE, AlertRule.PROGRESS_OVERDUE), "/progress#progress"
) | {AlertRule.TASK_LATE: "/progress#tasks", AlertRule.CONTACT_MISSING: "#contacts"}
"""Where a matter is dealt with, when that is not the park's own page."""


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert open on the day: what it should say, and its row (None in a dry run and when a later sweep knows it)."""

    alert: Alert
    row: AlertRow | None
    opened_on: date
    told: bool
    """Whether its stages are to be told: not when a later sweep knows of the matter."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """拟催报: one mail over the handler's head that waits for the committee."""

    alert_id: int | None
    alert: Alert
    recipient: Recipient


@dataclass(frozen=True, slots=True)
class Told:
    """`deaf`: how many alerts should be told and find nobody."""

    tellings: tuple[Telling, ...]
    proposals: tuple[Proposal, ...]
    deaf: int

    def settled(self, digested: frozenset[str]) -> bool:
        """Whether all of it can be told today: everyone is found, and nobody has had the day's digest already."""
        return not self.deaf and not any(one.recipient in digested for one in self.tellings)


def told(
    session: Session, park: Park, standing: Sequence[OpenAlert], book: AddressBook, as_of: date, rulebook: Rulebook
) -> Told:
    """What is to be told on `as_of` of the alerts open then."""
    paused = _paused(session, park.id, as_of)
    wanted = [entry for entry in standing if entry.told and entry.alert.matter not in paused]
    ids = [entry.row.id for entry in wanted if entry.row is not None]
    mailed, proposed = _mailed(session, ids), _proposed(session, ids)
    calls = _calls(session, park.id)
    tellings: list[Telling] = []
    proposals: list[Proposal] = []
    deaf = 0
    for entry in wanted:
        direct = book.handlers(audience(entry.alert))
        deaf += not direct and audience(entry.alert) is not Audience.COMMITTEE
        above = tuple(_above(entry, book, as_of, rulebook, calls))
        if rulebook.choice("press_upwards", as_of) == "auto":
            direct, above = (*direct, *above), ()
        written = {person.mail for person in direct}
        tellings += [_telling(entry, park, person.mail) for person in _once(direct) if _is_news(entry, person, mailed)]
        proposals += [
            Proposal(entry.row.id if entry.row else None, entry.alert, person)
            for person in _once(above)
            if person.mail not in written and _is_news(entry, person, mailed) and _is_news(entry, person, proposed)
        ]
    return Told(tuple(tellings), tuple(proposals), deaf)


def propose(session: Session, found: Iterable[Proposal], as_of: date) -> None:
    """Put them on the 拟催报清单; what was proposed of an earlier stage and not decided on is overtaken."""
    for proposal in found:
        earlier = select(PressProposal).where(
            PressProposal.alert_id == proposal.alert_id, PressProposal.recipient == proposal.recipient.mail,
            PressProposal.state == ProposalState.PROPOSED,
        )  # fmt: skip
        for row in session.scalars(earlier):
            row.state = ProposalState.LAPSED.value
        session.add(
            PressProposal(
                alert_id=proposal.alert_id,
                stage=proposal.alert.stage,
                role=proposal.recipient.role.value,
                person=proposal.recipient.name,
                recipient=proposal.recipient.mail,
                proposed_on=as_of,
                state=ProposalState.PROPOSED.value,
            )
        )
    session.flush()


def lapse(session: Session, closed: Iterable[AlertRow]) -> None:
    """What is over is not pressed any more."""
    ids = [row.id for row in closed]
    waiting = select(PressProposal).where(
        PressProposal.alert_id.in_(ids), PressProposal.state == ProposalState.PROPOSED
    )
    for row in session.scalars(waiting) if ids else ():
        row.state = ProposalState.LAPSED.value


def digested(session: Session, as_of: date) -> frozenset[str]:
    """Who has had the digest of this day: what comes up later waits for that of the next."""
    return frozenset(session.scalars(select(OutboxMail.recipient).where(OutboxMail.digest_on == as_of)))


def _above(
    entry: OpenAlert, book: AddressBook, as_of: date, rulebook: Rulebook, calls: Sequence[tuple[str, str, date]]
) -> Iterator[Recipient]:
    """Who is to be pressed above the handler; not a role that was called about it since this stage was reached."""
    since = reached_on(entry.alert.due, entry.alert.stage)
    for role in higher_roles(entry.alert, as_of, rulebook):
        if not any(_answers(call, entry.alert.matter, role, since) for call in calls):
            yield from book.in_role(role)


def _once(people: Iterable[Recipient]) -> Iterable[Recipient]:
    """Each mailbox once, in the highest of its roles."""
    return {person.mail: person for person in people}.values()


def _answers(call: tuple[str, str, date], matter: str, role: ContactRole, since: date | None) -> bool:
    called_about, called_role, day = call
    return called_about == matter and called_role == role and since is not None and day >= since


def _telling(entry: OpenAlert, park: Park, recipient: str) -> Telling:
    return Telling(
        alert_id=entry.row.id if entry.row else None,
        alert=entry.alert,
        opened_on=entry.opened_on,
        park_title=park.title,
        fictional=park.district.fictional,
        recipient=recipient,
        path=f"/parks/{quote(park.code)}{PAGES[entry.alert.rule]}" if entry.alert.rule in PAGES else "",
    )


def _is_news(entry: OpenAlert, person: Recipient, known: dict[tuple[int, str], list[str]]) -> bool:
    """Not what they have been told at this stage, nor those whose work they took over: that is on the 移交清单."""
    if entry.row is None:
        return True
    stages = (stage for address in {person.mail, *person.earlier} for stage in known.get((entry.row.id, address), ()))
    return all(stage_rank(stage) < stage_rank(entry.alert.stage) for stage in stages)


def _mailed(session: Session, alert_ids: list[int]) -> dict[tuple[int, str], list[str]]:
    """The stages already told, by alert and recipient."""
    return _stages(session, OutboxItem, alert_ids)


def _proposed(session: Session, alert_ids: list[int]) -> dict[tuple[int, str], list[str]]:
    """The stages already proposed, whatever was decided of them."""
    return _stages(session, PressProposal, alert_ids)


def _stages(
    session: Session, table: type[OutboxItem] | type[PressProposal], alert_ids: list[int]
) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = {}
    rows = session.execute(
        select(table.alert_id, table.recipient, table.stage).where(table.alert_id.in_(alert_ids))
    ) if alert_ids else ()  # fmt: skip
    for row in rows:
        found.setdefault((row.alert_id, row.recipient), []).append(row.stage)
    return found


def _paused(session: Session, park_id: int, as_of: date) -> frozenset[str]:
    """Matters whose 催报 is paused on the day."""
    return frozenset(
        session.scalars(
            select(AlertPause.matter).where(
                AlertPause.park_id == park_id,
                AlertPause.since <= as_of,
                AlertPause.until >= as_of,
                or_(AlertPause.lifted_on.is_(None), AlertPause.lifted_on > as_of),
            )
        )
    )


def _calls(session: Session, park_id: int) -> tuple[tuple[str, str, date], ...]:
    """电话催办 about the park's matters: matter, role and day."""
    rows = session.execute(
        select(PhoneCall.matter, PhoneCall.role, PhoneCall.called_on).where(PhoneCall.park_id == park_id)
    )
    return tuple((row.matter, row.role, row.called_on) for row in rows)
