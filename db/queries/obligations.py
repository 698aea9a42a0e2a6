"""应报事项 of every park within a scope: a few statements for all of them, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db import obligation_facts
from db.models import Obligation as ObligationRecord
from db.models import ObligationAct, Park, ReportingRound, StoredFile
from db.queries.accounts import names
from db.queries.parks import OverviewRow, overview
from db.rulebook_facts import calendar, rulebook
from policy.access import Scope
from policy.obligations import CHECKLIST, PAPERS, Obligation
from policy.situation import Due, Situation, Tally, tally
from policy.terms import ActKind, ObligationKind, ReceiptState, Standing

FAMILIES: dict[str, tuple[ObligationKind, ...]] = {
    "reports": (ObligationKind.HALF_YEAR_REPORT,),
    "progress": (ObligationKind.OPERATOR_REPORT,),
    "duties": tuple(kind for kind in ObligationKind if kind in CHECKLIST),
    "papers": PAPERS,
}
"""What is counted together: a report is not added to a duty."""
KINDS = tuple(ObligationKind)


@dataclass(frozen=True, slots=True)
class ActRow:
    """One recorded act as it stands in the table; `by` is who recorded it, by the name officials know."""

    id: int
    kind: ActKind
    dated: date
    number: str
    reason: str
    due_on: date | None
    lock_on: date | None
    file_name: str | None
    by: str
    account: str
    recorded_at: datetime
    withdrawn_on: date | None
    withdrawn_by: str


@dataclass(frozen=True, slots=True)
class Written:
    """The row of an obligation: 文号 of the 报送通知 behind its dates, and what was recorded about it."""

    id: int
    round_no: str
    acts: tuple[ActRow, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One 应报事项 as it stands on the day. `punctual_by`: by which day punctuality is judged, in words; `round_no`:
    文号 of the 报送通知 behind its dates; `acts`: withdrawn ones included; `on_unknown_year`: its date was rolled by a
    year whose days off are not known yet."""

    id: int
    park: OverviewRow
    obligation: Obligation
    due: Due
    state: ReceiptState
    standing: Standing
    received_on: date | None
    locked_on: date | None
    punctual_by: str
    round_no: str
    acts: tuple[ActRow, ...]
    on_unknown_year: bool

    @property
    def kind(self) -> ObligationKind:
        return self.obligation.kind


@dataclass(frozen=True)
class ParkLedger:
    """What one park owes; the situation holds exactly the obligations of the entries."""

    park: OverviewRow
    situation: Situation
    written: Mapping[str, Written]
    """What stands about each beside its dates, by the obligation's key."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Worked out when they are looked at: kinds in the order of the notice, each by its dates."""
        return tuple(self._entry(owed) for owed in self.situation.obligations())

    def narrowed(self, kinds: Collection[ObligationKind], period: str = "") -> ParkLedger:
        """Only what is of these kinds and, when one is named, of this period (as stored: 2026H1)."""
        kept = tuple(
            owed
            for owed in self.situation.obligations()
            if owed.kind in kinds and period in ("", str(owed.period or ""))
        )
        return replace(self, situation=replace(self.situation, owed=kept))

    def _entry(self, owed: Obligation) -> Entry:
        situation, written = self.situation, self.written[owed.key]
        by = situation.rulebook.entry("punctual_by", owed.due_on, owed.kind)
        return Entry(
            written.id, self.park, owed, situation.due(owed), situation.state(owed), situation.standing(owed),
            situation.received_on(owed), situation.locked_on(owed), by.told, written.round_no, written.acts,
            situation.on_unknown_year(owed),
        )  # fmt: skip


def counts(parks: Iterable[ParkLedger], *kinds: ObligationKind) -> Tally:
    """应报、已报、未报、迟报、逾期未报 over these parks, as `policy.situation.tally` counts each."""
    return sum((tally(park.situation, *kinds) for park in parks), Tally(0, 0, 0, 0))


def ledger(session: Session, scope: Scope, as_of: date) -> tuple[ParkLedger, ...]:
    """Every park of the scope in 行政区划序 with all it owes, from its stored row and what is written down."""
    rows = overview(session, scope)
    ids = [row.park_id for row in rows]
    rules, known = rulebook(session), calendar(session)
    owed = obligation_facts.obligations_of(session, ids, rules, as_of)
    done = obligation_facts.done_of(session, ids, as_of)
    uploaded = obligation_facts.uploaded_of(session, ids, as_of)
    written = _written(session, ids)
    found = []
    for row in rows:
        situation = replace(
            row.situation(as_of), owed=tuple(sorted(owed.get(row.park_id, ()), key=_place)),
            done=done.get(row.park_id, {}), uploaded=uploaded.get(row.park_id, frozenset()), calendar=known,
        )  # fmt: skip
        found.append(ParkLedger(row, situation, written.get(row.park_id, {})))
    return tuple(found)


def _place(owed: Obligation) -> tuple[int, date]:
    """Kinds in the order of the notice, each by its dates."""
    return KINDS.index(owed.kind), owed.due_on


def _written(session: Session, park_ids: Collection[int]) -> dict[int, dict[str, Written]]:
    """The row of each obligation, its 报送通知 and its acts, by park and the obligation's key."""
    record, acts = ObligationRecord, _acts(session, park_ids)
    rows = session.execute(
        select(record.id, record.park_id, record.kind, record.period, ReportingRound.number)
        .outerjoin(ReportingRound, (ReportingRound.id == record.round_id) & ReportingRound.confirmed_on.is_not(None))
        .where(record.park_id.in_(park_ids))
    )
    found = defaultdict[int, dict[str, Written]](dict)
    for row in rows:
        key = obligation_facts.key_of(ObligationKind(row.kind), row.period)
        found[row.park_id][key] = Written(row.id, row.number or "", tuple(acts.get(row.id, ())))
    return found


def _acts(session: Session, park_ids: Collection[int]) -> Mapping[int, Sequence[ActRow]]:
    """Everything recorded about the obligations of these parks, by the obligation's row, oldest first."""
    act, known, found = ObligationAct, names(session), defaultdict[int, list[ActRow]](list)
    rows = session.execute(
        select(act, StoredFile.name)
        .join(ObligationRecord, ObligationRecord.id == act.obligation_id)
        .outerjoin(StoredFile, StoredFile.id == act.file_id)
        .where(ObligationRecord.park_id.in_(park_ids))
        .order_by(act.id)
    )
    for row, file_name in rows:
        found[row.obligation_id].append(ActRow(
            row.id, ActKind(row.kind), row.dated, row.number, row.reason, row.due_on, row.lock_on, file_name,
            known.get(row.recorded_by, row.recorded_by), row.recorded_by, row.recorded_at, row.withdrawn_on,
            known.get(row.withdrawn_by, row.withdrawn_by),
        ))  # fmt: skip
    return found


def with_a_lock(session: Session, scope: Scope, as_of: date) -> tuple[Entry, ...]:
    """The half-year reports of the scope whose time has come and that have a 封账日; most programmes have none, and
    then nothing else is read."""
    owed, act = ObligationRecord, ObligationAct
    any_lock = (
        select(owed.id)
        .outerjoin(act, act.obligation_id == owed.id)
        .where(or_(owed.lock_on.is_not(None), act.lock_on.is_not(None)))
    )
    if session.scalars(any_lock.limit(1)).first() is None:
        return ()
    return tuple(
        entry
        for park in ledger(session, scope, as_of)
        for entry in park.entries
        if entry.kind is ObligationKind.HALF_YEAR_REPORT
        and entry.due.lock_on is not None
        and entry.obligation.opened(as_of)
    )


def park_ledger(session: Session, park_id: int, as_of: date) -> ParkLedger:
    """The same for one park, whoever asks; raises LookupError when it has no stored row."""
    return ledger(session, Scope(park_ids=frozenset({park_id})), as_of)[0]


def owed_by_id(session: Session, code: str, obligation_id: int) -> tuple[ObligationKind, str] | None:
    """Kind and period of an obligation of this park; None when the park has none of this number."""
    row = session.execute(
        select(ObligationRecord.kind, ObligationRecord.period)
        .join(Park, Park.id == ObligationRecord.park_id)
        .where(ObligationRecord.id == obligation_id, Park.code == code)
    ).first()
    return (ObligationKind(row.kind), row.period) if row else None


class File(NamedTuple):
    """A file as kept: its name as it was received."""

    name: str
    sha256: str


def act_file(session: Session, code: str, obligation_id: int, act_id: int) -> File | None:
    """The scan behind an act about this obligation of this park; None when there is none."""
    row = session.execute(
        select(StoredFile.name, StoredFile.sha256)
        .join(ObligationAct, ObligationAct.file_id == StoredFile.id)
        .join(ObligationRecord, ObligationRecord.id == ObligationAct.obligation_id)
        .join(Park, Park.id == ObligationRecord.park_id)
        .where(ObligationAct.id == act_id, ObligationRecord.id == obligation_id, Park.code == code)
    ).first()
    return File(*row) if row else None
