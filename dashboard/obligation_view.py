"""What of the ledger is looked at: one family, narrowed by period, district and standing; the address keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from db.queries.obligations import FAMILIES, Entry, ParkLedger, counts
from policy.periods import parse_period
from policy.situation import Situation, Tally
from policy.terms import Standing

WORDS = {"reports": "半年函报", "progress": "建设进展报送", "duties": "任务分工", "papers": "验收材料"}
Test = Callable[[Situation, Entry], bool]


def _stands(*wanted: Standing) -> Test:
    return lambda situation, entry: entry.standing in wanted


def _counted(situation: Situation, entry: Entry) -> bool:
    return situation.is_counted(entry.obligation)


def _missing(situation: Situation, entry: Entry) -> bool:
    return _counted(situation, entry) and entry.received_on is None


def _received(situation: Situation, entry: Entry) -> bool:
    return _counted(situation, entry) and entry.received_on is not None


SHOWN: dict[str, tuple[str, Test]] = {
    "": ("全部", lambda _situation, _entry: True),
    "owed": ("应报", _counted),
    "received": ("已报", _received),
    "missing": ("未报", _missing),
    "late": ("迟报", _stands(Standing.LATE)),
    "overdue": ("逾期未报", _stands(Standing.OVERDUE)),
    "grace": ("宽限期内", _stands(Standing.IN_GRACE)),
    "not_yet": ("未到期", _stands(Standing.NOT_YET)),
    "provisional": ("暂定", _stands(Standing.PROVISIONAL)),
    "waived": ("免报", _stands(Standing.WAIVED)),
}
"""The standings one may ask for; the first five are what the counts count."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for; anything it does not know is left out."""

    family: str = "reports"
    period: str = ""
    district: int = 0
    standing: str = ""
    park: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Choice:
        family, district = args.get("family", ""), args.get("district", "")
        return cls(
            family if family in FAMILIES else "reports",
            args.get("period", "") if _is_period(args.get("period", "")) else "",
            int(district) if district.isascii() and district.isdigit() and len(district) < 10 else 0,
            args.get("standing", "") if args.get("standing", "") in SHOWN else "",
            args.get("park", ""),
        )

    def query(self, **changed: object) -> str:
        """The part of an address that asks for this, with some of it changed."""
        words = {
            "family": self.family, "period": self.period, "district": self.district or "", "standing": self.standing,
            "park": self.park,
        } | changed  # fmt: skip
        return urlencode({key: value for key, value in words.items() if value})


def _is_period(text: str) -> bool:
    try:
        return parse_period(text) is not None
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown for a choice: the tally of every row before the standing narrows them, and the rows."""

    tally: Tally
    rows: tuple[Entry, ...]
    periods: tuple[str, ...]


def shown(parks: tuple[ParkLedger, ...], choice: Choice) -> Shown:
    """The rows of a choice, parks in 行政区划序, each park's oldest first."""
    kinds = FAMILIES[choice.family]
    wanted = [
        park
        for park in parks
        if choice.district in (0, park.situation.park.district_id) and choice.park in ("", park.situation.park.code)
    ]
    family = [park.narrowed(kinds) for park in wanted]
    periods = {str(owed.period) for park in family for owed in park.situation.obligations() if owed.period}
    narrowed = [park.narrowed(kinds, choice.period) for park in family]
    test = SHOWN[choice.standing][1]
    rows = tuple(entry for park in narrowed for entry in park.entries if test(park.situation, entry))
    return Shown(counts(narrowed, *kinds), rows, tuple(sorted(periods, reverse=True)))
