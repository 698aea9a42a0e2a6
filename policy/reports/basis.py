"""What all checks share: which column they judge, which day's rules hold, how hard a rule of the form binds."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from policy.facts import Amount, ReportFacts, RowFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.rulebook import NOTICE_DAY
from policy.terms import Severity, SubmissionKind

CURRENT, PREVIOUS = "current", "previous"
COLUMNS = (CURRENT, PREVIOUS)

_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?")


def is_form(facts: ReportFacts) -> bool:
    return facts.kind is SubmissionKind.APPLICATION_FORM


def roster_column(facts: ReportFacts) -> str:
    """The column of table one the roster belongs to: a form's roster is 申报时的上年度 (F12, F14)."""
    return PREVIOUS if is_form(facts) else CURRENT


def column_label(facts: ReportFacts, column: str) -> str:
    """The column's heading as the paper prints it."""
    if is_form(facts):
        return "申报当年" if column == CURRENT else "上一年度"
    return "本期累计" if column == CURRENT else "上年同期"


def form_rule(facts: ReportFacts, clause: str) -> tuple[Severity, str]:
    """How hard a rule of the application form binds, and its citation (domain section 5).

    On the form it is an error; the notice does not repeat it for half-year reports: there it asks for an
    explanation only.
    """
    return (Severity.ERROR, clause) if is_form(facts) else (Severity.CONFIRM, f"参照申报表（{clause}）")


def rule_day(facts: ReportFacts) -> date:
    """The day whose rules hold: the period's end, a form's date, never before the notice itself."""
    day = facts.period.end if facts.period else facts.filled_on
    return max(day, NOTICE_DAY) if day else date.max


class Known(NamedTuple):
    """A figure that has a value, certain or proposed, and where it stands."""

    value: Decimal
    where: str
    raw: str | None


def known(amount: Amount | None) -> Known | None:
    if amount is None or amount.value is None:
        return None
    return Known(amount.value, amount.where, amount.raw)


def figure(facts: ReportFacts, key: str, column: str) -> Known | None:
    """A figure of table one; None when it is absent or could not be read."""
    return known(facts.figures.get((key, column)))


def roster(facts: ReportFacts) -> tuple[RowFact, ...]:
    return facts.rows.get("roster", ())


def cell(row: RowFact, key: str) -> Known | None:
    """A figure of one row; None when it is absent or could not be read."""
    return known(row.amounts.get(key))


def told(key: str, amount: Decimal) -> str:
    """`网络安全产业收入2.6亿元`: an indicator with its figure, for messages."""
    return f"{BY_KEY[key].label}{plain(amount)}{BY_KEY[key].unit}"


def roster_values(facts: ReportFacts, key: str) -> list[Decimal]:
    """The readable figures of a roster column, in its own unit."""
    amounts = (row.amounts.get(key) for row in roster(facts))
    return [amount.value for amount in amounts if amount is not None and amount.value is not None]


def roster_sum(facts: ReportFacts, key: str) -> tuple[Decimal, int]:
    """The sum of a roster column in its own unit, and how many rows have no readable figure there."""
    values = roster_values(facts, key)
    return sum(values, Decimal(0)), len(roster(facts)) - len(values)


def rounding(amount: Known) -> Decimal:
    """Half a unit of the last digit as it was written, in the figure's own unit.

    `10亿元` may stand for anything from 9.5 up to 10.5亿元: 0.5; `32000万元` in a column of 亿元: 0.00005.
    """
    match = _NUMBER.search(unicodedata.normalize("NFKC", amount.raw or ""))
    written = Decimal(match[0].replace(",", "")) if match else Decimal(0)
    if match is None or not written or not amount.value:
        return Decimal(5).scaleb(int(amount.value.as_tuple().exponent) - 1)
    last_digit = Decimal(1).scaleb(-len(match[1] or ""))
    return last_digit * (amount.value / written) / 2
