"""One park as it was known on a day, and how each of its 应报事项 stands then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from policy.deadlines import CALENDAR, WorkCalendar
from policy.facts import (
    ActFact,
    FigureFact,
    GoalFact,
    IssueFact,
    ParkFact,
    Reach,
    ReceiptFact,
    ScoresFact,
    TaskFact,
    UnprovenFact,
)
from policy.indicators.definitions import Definition
from policy.obligations import (
    CHECKLIST,
    DUE_CLAUSE,
    PAPERS,
    Obligation,
    half_year_obligations,
    hangs_on_calendar,
    punctual_on,
    receipt_state,
    received_on,
)
from policy.rulebook import Rulebook
from policy.terms import ActKind, HalfYear, Light, ObligationKind, ReceiptState, Standing

RESUBMIT_CLAUSE = "五(二)；退回修改后的重新报送期限为系统默认值，通知未规定"


def resubmit_on(returned_on: date, rulebook: Rulebook) -> date:
    """Until when what is returned on a day is to come again."""
    return returned_on + timedelta(days=rulebook.whole("resubmit_days", returned_on))


@dataclass(frozen=True, slots=True)
class Due:
    """The dates that count for one obligation: `returned_on`: the return they are counted from, if any;
    `extended`: the 延期报送 that set them, if any."""

    on: date
    returned_on: date | None = None
    grace_on: date | None = None
    lock_on: date | None = None
    extended: ActFact | None = None
    clause: str = DUE_CLAUSE

    @property
    def last(self) -> date:
        """Until when nothing is 逾期: the 宽限截止日, or the due date itself."""
        return max(self.on, self.grace_on or self.on)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rules may look at for one park, as it was known on `as_of`.

    `owed`: the obligations as written down; None to work the half-year reports out from the approval date.
    `done`: the day each obligation other than a half-year report was discharged, by its key.
    `uploaded`: keys of 建设进展 the operator has uploaded and the district has not passed on.
    `promised`: the newest 承诺时限 by matter. `standing_lights`: at which light a warning stands already, by its key.
    """

    park: ParkFact
    as_of: date
    rulebook: Rulebook
    receipts: dict[HalfYear, ReceiptFact] = field(default_factory=dict)
    goals: tuple[GoalFact, ...] = ()
    figures: tuple[FigureFact, ...] = ()
    owed: tuple[Obligation, ...] | None = None
    done: Mapping[str, date] = field(default_factory=dict)
    uploaded: frozenset[str] = frozenset()
    tasks: tuple[TaskFact, ...] = ()
    issues: tuple[IssueFact, ...] = ()
    scores: ScoresFact | None = None
    unproven: UnprovenFact | None = None
    promised: Mapping[str, date] = field(default_factory=dict)
    reach: Reach | None = None
    standing_lights: Mapping[str, Light] = field(default_factory=dict)
    calendar: WorkCalendar = CALENDAR
    definitions: tuple[Definition, ...] = ()

    def obligations(self) -> tuple[Obligation, ...]:
        if self.owed is not None:
            return self.owed
        return half_year_obligations(self.park.approved_on, self.park.ends_on, self.rulebook)

    def reports(self) -> tuple[Obligation, ...]:
        """The half-year reports alone, oldest first."""
        return tuple(entry for entry in self.obligations() if entry.kind is ObligationKind.HALF_YEAR_REPORT)

    def receipt(self, obligation: Obligation) -> ReceiptFact | None:
        """What has come in for a half-year report."""
        period = obligation.half_year if obligation.kind is ObligationKind.HALF_YEAR_REPORT else None
        return self.receipts.get(period) if period else None

    def act(self, obligation: Obligation, kind: ActKind) -> ActFact | None:
        """The act of this kind in force on the day: of several the one recorded last, whatever its paper's date."""
        found = [act for act in obligation.acts if act.kind is kind and act.dated <= self.as_of]
        return found[-1] if found else None

    def due(self, obligation: Obligation) -> Due:
        """An extension moves the dates; a returned report has a date of its own, counted from its return by the rule
        of then and never before the one it had."""
        extended = self.act(obligation, ActKind.EXTENSION)
        due = Due(
            obligation.due_on, None, obligation.grace_on, obligation.lock_on, clause=obligation.clause
        ) if extended is None or extended.due_on is None else Due(
            extended.due_on, None, _later(obligation, extended.due_on), extended.lock_on or obligation.lock_on,
            extended, f"延期报送（{extended.number}）",
        )  # fmt: skip
        receipt = self.receipt(obligation)
        if receipt is None or receipt.returned_on is None or receipt.returned_on > self.as_of:
            return due
        on = max(due.on, receipt.resubmit_on or resubmit_on(receipt.returned_on, self.rulebook))
        return Due(on, receipt.returned_on, max(on, due.last), due.lock_on, due.extended, RESUBMIT_CLAUSE)

    def on_unknown_year(self, obligation: Obligation) -> bool:
        """Whether the date that counts was rolled by a year whose days off are not known yet."""
        due = self.due(obligation)
        moved = due.extended is not None or due.returned_on is not None
        return not moved and hangs_on_calendar(obligation, self.park.ends_on, self.rulebook, self.calendar)

    def due_on(self, obligation: Obligation) -> date:
        return self.due(obligation).on

    def locked_on(self, obligation: Obligation) -> date | None:
        """The 封账日 when it has passed: nothing more is 报送 for the period. What was sent back may still come
        until the date the return gave it."""
        due = self.due(obligation)
        if due.lock_on is None:
            return None
        last = max(due.lock_on, due.last)
        return last if self.as_of > last else None

    def state(self, obligation: Obligation) -> ReceiptState:
        """What has come in of it by the end of the day."""
        if self._done_on(obligation) is not None:
            return ReceiptState.COMPLETE
        if obligation.key in self.uploaded:
            return ReceiptState.FORWARDING
        return receipt_state(self.receipt(obligation), self.as_of)

    def received_on(self, obligation: Obligation) -> date | None:
        """The day it was complete, by the end of the day: data and letter in, or discharged otherwise."""
        day = self._done_on(obligation) or received_on(self.receipt(obligation))
        return day if day is not None and day <= self.as_of else None

    def _done_on(self, obligation: Obligation) -> date | None:
        by_act = self.act(obligation, ActKind.NIL_RETURN) or self.act(obligation, ActKind.DISCHARGE)
        day = by_act.dated if by_act else self.done.get(obligation.key)
        return day if day is not None and day <= self.as_of else None

    def waived(self, obligation: Obligation) -> bool:
        return self.act(obligation, ActKind.WAIVER) is not None

    def awaited(self, obligation: Obligation) -> bool:
        """Its time has come, or it came before and was returned; it has not come in, and nobody has waived it."""
        return (
            (obligation.opened(self.as_of) or self.due(obligation).returned_on is not None)
            and self.received_on(obligation) is None
            and not self.waived(obligation)
        )  # fmt: skip

    def is_counted(self, obligation: Obligation) -> bool:
        """Whether it is among the 应报 by now: its period is over (of a paper: the two years; of a plan: its year has
        begun), and nobody has waived it. Whether the year of approval has a plan, the district says (N12)."""
        if self.waived(obligation):
            return False
        if obligation.kind in PAPERS:
            return self.park.ends_on < self.as_of
        if obligation.kind is ObligationKind.ANNUAL_PLAN and obligation.period is not None:
            asked = obligation.period.start.year > self.park.approved_on.year
            return obligation.period.start <= self.as_of and (asked or self.received_on(obligation) is not None)
        return obligation.opened(self.as_of)

    def is_overdue(self, obligation: Obligation) -> bool:
        """逾期未报: the last day has passed, it has not come in, and the date stands (not 暂定). Never a duty."""
        return (
            obligation.kind not in CHECKLIST
            and obligation.confirmed
            and self.awaited(obligation)
            and self.as_of > self.due(obligation).last
        )

    def overdue_from(self) -> date | None:
        """The first day on which a half-year report will be 逾期未报 if nothing more comes in; None when none will."""
        missing = (entry for entry in self.reports() if entry.confirmed and self.received_on(entry) is None)
        days = [self.due(entry).last + timedelta(days=1) for entry in missing if not self.waived(entry)]
        return min(days, default=None)

    def was_late(self, obligation: Obligation) -> bool:
        """迟报: it came after its 报送截止日; by which date that is judged, the rulebook says (`punctual_by`)."""
        if obligation.kind in CHECKLIST or self.received_on(obligation) is None or not obligation.confirmed:
            return False
        day = self._done_on(obligation)
        if day is None:
            by = self.rulebook.choice("punctual_by", obligation.due_on, obligation.kind)
            day = punctual_on(self.receipt(obligation), by)
        # An extension granted after it came in opens a locked period; it makes nothing punctual.
        return day is not None and day > replace(self, as_of=day).due(obligation).on

    def standing(self, obligation: Obligation) -> Standing:
        """The one word an official reads; every count derives from it."""
        if self.waived(obligation):
            return Standing.WAIVED
        if self.received_on(obligation) is not None:
            return Standing.LATE if self.was_late(obligation) else Standing.RECEIVED
        if not obligation.confirmed:
            return Standing.PROVISIONAL
        if self.is_overdue(obligation):
            return Standing.OVERDUE
        past = obligation.kind not in CHECKLIST and self.as_of > self.due(obligation).on
        return Standing.IN_GRACE if past else Standing.NOT_YET


def _later(obligation: Obligation, due_on: date) -> date | None:
    """The same days of grace after the new date."""
    return None if obligation.grace_on is None else due_on + (obligation.grace_on - obligation.due_on)


@dataclass(frozen=True, slots=True)
class Tally:
    """应报 (`Situation.is_counted`), 已报 (迟报 among them), 未报, 逾期未报 and 迟报."""

    owed: int
    received: int
    overdue: int
    late: int

    @property
    def missing(self) -> int:
        return self.owed - self.received

    @property
    def share(self) -> Decimal | None:
        """报送率, 0 to 1; None when nothing is owed."""
        return Decimal(self.received) / self.owed if self.owed else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.owed + other.owed, self.received + other.received, self.overdue + other.overdue,
            self.late + other.late,
        )  # fmt: skip


def tally(situation: Situation, *kinds: ObligationKind, period: HalfYear | None = None) -> Tally:
    """Counted over the obligations of these kinds (half-year reports when none is named), of one half-year or all."""
    wanted = kinds or (ObligationKind.HALF_YEAR_REPORT,)
    found = [
        situation.standing(entry)
        for entry in situation.obligations()
        if entry.kind in wanted and period in (None, entry.half_year) and situation.is_counted(entry)
    ]
    return Tally(
        len(found),
        sum(standing in (Standing.RECEIVED, Standing.LATE) for standing in found),
        found.count(Standing.OVERDUE),
        found.count(Standing.LATE),
    )
