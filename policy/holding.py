"""当前办理单位: who has to act on a half-year report now, since which day, for how many days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.facts import ReceiptFact
from policy.terms import HalfYear, Labelled


class Holder(Labelled):
    DISTRICT = "district", "区县经信部门"
    COMMITTEE = "committee", "市经济信息委"
    NOBODY = "nobody", "已办结"


@dataclass(frozen=True, slots=True)
class Holding:
    holder: Holder
    since: date

    def days(self, as_of: date) -> int:
        return max(0, (as_of - self.since).days)


def holding(period: HalfYear, receipt: ReceiptFact | None, as_of: date, draft_on: date | None = None) -> Holding | None:
    """Who holds the report of this period on `as_of`; None before the period has ended, with nothing in hand.

    The committee from the 报送 of the newest version to its decision; the district from the end of the period, or
    from the return. `draft_on`: the day of a newer version the district has not sent yet, for those who may know
    of it; it is then the district's again.
    """
    held = _reported(period, receipt, as_of)
    if draft_on is not None and (held is None or held.holder is not Holder.DISTRICT):
        return Holding(Holder.DISTRICT, draft_on)
    return held


def _reported(period: HalfYear, receipt: ReceiptFact | None, as_of: date) -> Holding | None:
    if receipt is not None and receipt.pending is not None:
        return Holding(Holder.COMMITTEE, receipt.pending.since)
    if receipt is not None and receipt.returned_on is not None:
        return Holding(Holder.DISTRICT, receipt.returned_on)
    if receipt is not None and receipt.accepted_on is not None:
        return Holding(Holder.NOBODY, receipt.accepted_on)
    return Holding(Holder.DISTRICT, period.end) if as_of > period.end else None
