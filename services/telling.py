"""Who is told what of a park's open alerts: the handlers by themselves, those above them by 拟催报.

Each stage is told once to each recipient, and of missed stages only the newest. Nothing is told of a matter whose
催报 is paused. Who is above the handler is written to only when the committee approves (`press_upwards`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.handling_facts import paused
from db.models import Alert as AlertRow
from db.models import OutboxItem, OutboxMail, Park, PhoneCall, PressProposal
from policy.alerts.alert import Alert, reached_on, stage_rank
from policy.alerts.ladder import UPWARDS, Audience, audience, higher_roles
from policy.rulebook import Rulebook
from policy.terms import ContactRole, MailState, ProposalState
from services.mail.compose import Telling
from services.proposals import Proposal
from services.recipients import AddressBook, Recipient


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert open on the day: what it should say, and its row (None in a dry run and when a later sweep knows it)."""

    alert: Alert
    row: AlertRow | None
    opened_on: date
    told: bool
    """Whether its stages are to be told: not when a later sweep knows of the matter."""


@dataclass(frozen=True, slots=True)
class Told:
    """`deaf`: how many alerts should be told and find nobody, by whose matter they are."""

    tellings: tuple[Telling, ...]
    proposals: tuple[Proposal, ...]
    deaf: Mapping[Audience, int]

    def settled(self, digested: frozenset[str]) -> bool:
        """Whether all of it can be told today: everyone is found, and nobody has had the day's digest already."""
        return not self.deaf and not any(one.recipient in digested for one in self.tellings)


def told(
    session: Session, park: Park, standing: Sequence[OpenAlert], book: AddressBook, as_of: date, rulebook: Rulebook
) -> Told:
    """What is to be told on `as_of` of the alerts open then."""
    pauses = paused(session, (park.id,), as_of)
    wanted = [entry for entry in standing if entry.told and (park.id, entry.alert.matter) not in pauses]
    ids = [entry.row.id for entry in wanted if entry.row is not None]
    mailed, proposed = (_mailed(session, ids), _proposed(session, ids)) if ids else (NOTHING, NOTHING)
    calls = _calls(session, park.id)
    tellings: list[Telling] = []
    proposals: list[Proposal] = []
    deaf = Counter(whose for entry in wanted if not book.handlers(whose := audience(entry.alert)))
    for entry in wanted:
        direct = book.handlers(audience(entry.alert))
        above = tuple(_above(entry, book, as_of, rulebook, calls))
        if rulebook.choice("press_upwards", as_of) == "auto":
            direct, above = (*direct, *above), ()
        written = {person.mail for person in direct}
        tellings += [_telling(entry, park, person, book) for person in _once(direct) if _is_news(entry, person, mailed)]
        proposals += [
            Proposal(entry.row.id if entry.row else None, entry.alert, person)
            for person in _once(above)
            if person.mail not in written and _is_news(entry, person, mailed) and _is_news(entry, person, proposed)
        ]
    return Told(tuple(tellings), tuple(proposals), deaf)


def digested(session: Session, as_of: date) -> frozenset[str]:
    """Who has had the digest of this day: what comes up later waits for that of the next."""
    had = select(func.lower(OutboxMail.recipient)).where(OutboxMail.digest_on == as_of)
    return frozenset(session.scalars(had))


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


def _telling(entry: OpenAlert, park: Park, person: Recipient, book: AddressBook) -> Telling:
    return Telling(
        alert_id=entry.row.id if entry.row else None,
        alert=entry.alert,
        opened_on=entry.opened_on,
        park_title=park.title,
        fictional=park.district.fictional,
        recipient=person.mail,
        role=person.role,
        office=book.office(person.role) if person.role in UPWARDS else "",
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """The stages of the alerts told, or proposed, already, by alert and address. `passed_on`: those that count as well
    for somebody who took the work over, or reads at another address now."""

    at: Mapping[tuple[int, str], list[str]]
    passed_on: Mapping[tuple[int, str], list[str]]

    def stages(self, alert_id: int, person: Recipient) -> Iterator[str]:
        yield from self.at.get((alert_id, person.mail), ())
        for address in set(person.earlier) - {person.mail}:
            yield from self.passed_on.get((alert_id, address), ())


NOTHING = _Known({}, {})


def _is_news(entry: OpenAlert, person: Recipient, known: _Known) -> bool:
    """Not what they have been told at this stage, nor those whose work they took over: that is on the 移交清单."""
    if entry.row is None:
        return True
    return all(stage_rank(stage) < stage_rank(entry.alert.stage) for stage in known.stages(entry.row.id, person))


def _mailed(session: Session, alert_ids: list[int]) -> _Known:
    """What did not arrive for certain at an earlier address is told anew at the present one."""
    item = OutboxItem
    asked = select(item.alert_id, item.recipient, item.stage, OutboxMail.state).join(item.mail)
    return _known(session, asked.where(item.alert_id.in_(alert_ids)), MailState.SENT)


def _proposed(session: Session, alert_ids: list[int]) -> _Known:
    """Whatever was decided of it; what lapsed may be proposed again. Of somebody before them only what the committee
    did not want: what it approved counts when it arrived."""
    row = PressProposal
    asked = select(row.alert_id, row.recipient, row.stage, row.state).where(row.state != ProposalState.LAPSED)
    return _known(session, asked.where(row.alert_id.in_(alert_ids)), ProposalState.DECLINED)


def _known(session: Session, asked: Select[int, str, str, str], passed_on: str) -> _Known:
    """`passed_on`: the state in which a telling counts for whoever comes after."""
    everything: dict[tuple[int, str], list[str]] = {}
    some: dict[tuple[int, str], list[str]] = {}
    for alert_id, recipient, stage, state in session.execute(asked):
        for found in (everything, some) if state == passed_on else (everything,):
            found.setdefault((alert_id, recipient.lower()), []).append(stage)
    return _Known(everything, some)


def _calls(session: Session, park_id: int) -> tuple[tuple[str, str, date], ...]:
    """电话催办 about the park's matters: matter, role and day."""
    rows = session.execute(
        select(PhoneCall.matter, PhoneCall.role, PhoneCall.called_on).where(PhoneCall.park_id == park_id)
    )
    return tuple((row.matter, row.role, row.called_on) for row in rows)
