"""一企一表: one round of one-page workbooks, from the firms listed last to a roster; who answered, what changed.

The newest answer of a firm counts, every other is kept. What the answers add up to is a proposal beside the park's
figures, never a figure of its own accord.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from policy.facts import Amount, ReportFacts, RowFact
from policy.figures import WAN, plain
from policy.findings import Finding
from policy.indicators.tiers import TIERS
from policy.masking import mask_phone
from policy.reports import firms
from policy.reports.firms import firm_key
from policy.rulebook import DEFAULT, NEWEST, Rulebook
from policy.tables import ROSTER, Column, Kind
from policy.terms import HalfYear, Labelled, Severity, Status, SubmissionKind

FIGURES = tuple(column for column in ROSTER.columns if column.kind in (Kind.AMOUNT, Kind.COUNT))
FLOWS = tuple(column for column in FIGURES if column.kind is Kind.AMOUNT)
CHECKS = (firms.cyber_exceeds_revenue, firms.text_too_long, firms.listing_incomplete)


class FirmState(Labelled):
    MISSING = "missing", "未回收"
    RECEIVED = "received", "已回收"
    PROBLEM = "problem", "有问题"


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of an answer as it was read (see services.intake.reading.Reading)."""

    raw: str | None
    value: str | None
    unit: str
    status: Status
    where: str
    message: str = ""

    @property
    def text(self) -> str:
        """What goes into the roster: the value where it is certain, else what the firm wrote, to be asked about."""
        certain = self.value is not None and not self.status.blocks
        declared_none = (self.raw or "").strip() == "无"
        return self.value or "" if certain and not declared_none else self.raw or ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page as it came back. `problem`: why it is no answer at all; `kept`: there is a file to look at."""

    number: int
    key: str
    name: str
    file: str
    sent_at: datetime
    sent_by: str
    cells: Mapping[str, Entry] = field(default_factory=dict)
    problem: str = ""
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One column of a firm that reads otherwise than before."""

    column: Column
    before: str
    after: str

    @property
    def told(self) -> str:
        before, after = (_shown(self.column, text) or "空" for text in (self.before, self.after))
        return f"{self.column.label}：{before} → {after}"


def _shown(column: Column, text: str) -> str:
    """As lists show it: telephone numbers masked, wherever in a text they stand."""
    return text if column in FIGURES else mask_phone(text)


def problem_told(key: str, entry: Entry) -> str:
    """What is wrong with one cell: which, what was found, and what to do."""
    column = ROSTER.column(key)
    found = f"填“{_shown(column, entry.raw)}”" if entry.raw else "空缺"
    return f"{column.label}{found}；{_shown(column, entry.message)}"


@dataclass(frozen=True, slots=True)
class Firm:
    """Where one firm stands. `last`: its row of the roster before, empty for a new firm; `answers`: newest first."""

    key: str
    name: str
    last: Mapping[str, str]
    answers: tuple[Answer, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def answer(self) -> Answer | None:
        return self.answers[0] if self.answers else None

    @property
    def is_new(self) -> bool:
        return not self.last

    @property
    def contact(self) -> str:
        """Whom to ask, telephone masked: as the firm says now, else as it said last."""
        entry = self.answer.cells.get("contact") if self.answer else None
        return mask_phone((entry.text if entry else "") or self.last.get("contact", ""))

    @property
    def problems(self) -> dict[str, Entry]:
        """Cells of the newest answer that wait for confirmation or correction."""
        cells = self.answer.cells if self.answer else {}
        return {key: entry for key, entry in cells.items() if entry.status.blocks}

    @property
    def state(self) -> FirmState:
        if self.answer is None:
            return FirmState.MISSING
        troubled = self.problems or any(finding.severity.blocks for finding in self.findings)
        return FirmState.PROBLEM if troubled else FirmState.RECEIVED

    @property
    def changes(self) -> tuple[Change, ...]:
        """Who the firm is, against the roster before; its figures are new every time."""
        if self.answer is None or self.is_new:
            return ()
        standing = [column for column in ROSTER.columns if column not in FIGURES]
        return _changes(standing, self.last, _texts(self.answer))

    @property
    def differences(self) -> tuple[Change, ...]:
        """The newest answer against the one before it."""
        if len(self.answers) < 2:
            return ()
        return _changes(ROSTER.columns, _texts(self.answers[1]), _texts(self.answers[0]))


@dataclass(frozen=True, slots=True)
class Round:
    """All firms of one park and period, those listed before first; `unread`: files that are no firm's answer."""

    firms: tuple[Firm, ...]
    unread: tuple[Answer, ...] = ()

    def counted(self, state: FirmState) -> int:
        return sum(firm.state is state for firm in self.firms)

    @property
    def answered(self) -> tuple[Firm, ...]:
        return tuple(firm for firm in self.firms if firm.answer is not None)


def round_of(
    listed: Iterable[Mapping[str, str]],
    answers: Iterable[Answer],
    period: HalfYear,
    listed_of: HalfYear | None = None,
    rulebook: Rulebook = DEFAULT,
) -> Round:
    """`listed`: rows of the roster before (of `listed_of`), text by column; `answers` in any order."""
    rows: dict[str, Mapping[str, str]] = {}
    for row in listed:
        if row.get("name"):
            rows.setdefault(firm_key(row["name"]), row)
    found = sorted(answers, key=lambda answer: (answer.sent_at, answer.number), reverse=True)
    by_firm: dict[str, list[Answer]] = {}
    for answer in found:
        if not answer.problem:
            by_firm.setdefault(answer.key, []).append(answer)
    new = sorted(by_firm.keys() - rows.keys(), key=lambda key: by_firm[key][-1].number)
    known = [Firm(key, row["name"], row, tuple(by_firm.get(key, ()))) for key, row in rows.items()]
    added = [Firm(key, by_firm[key][0].name, {}, tuple(by_firm[key])) for key in new]
    judged = [replace(firm, findings=tuple(_findings(firm, period, listed_of, rulebook))) for firm in known + added]
    return Round(tuple(judged), tuple(answer for answer in found if answer.problem))


def _texts(answer: Answer) -> dict[str, str]:
    return {key: entry.text for key, entry in answer.cells.items()}


def _changes(columns: Sequence[Column], before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    pairs = ((column, before.get(column.key, ""), after.get(column.key, "")) for column in columns)
    return tuple(Change(column, old, new) for column, old, new in pairs if firm_key(old) != firm_key(new))


def _findings(firm: Firm, period: HalfYear, listed_of: HalfYear | None, rulebook: Rulebook) -> Iterable[Finding]:
    """What a single answer shows by itself, and against what the firm reported last."""
    if firm.answer is None:
        return
    facts = ReportFacts(
        kind=SubmissionKind.HALF_YEAR_REPORT, period=period, figures={},
        rows={ROSTER.key: (_row(firm.answer),)},
    )  # fmt: skip
    for check in CHECKS:
        yield from check(facts, rulebook)
    yield from _against_last(firm, period, listed_of, rulebook)


def _row(answer: Answer) -> RowFact:
    texts: dict[str, str] = {}
    amounts: dict[str, Amount] = {}
    for key, entry in answer.cells.items():
        if ROSTER.column(key) in FIGURES:
            value = None if entry.value is None else Decimal(entry.value)
            amounts[key] = Amount(value, entry.status, entry.where, entry.raw)
        else:
            texts[key] = entry.value or ""
    return RowFact(answer.cells["name"].where if "name" in answer.cells else "", texts, amounts)


def _against_last(firm: Firm, period: HalfYear, listed_of: HalfYear | None, rulebook: Rulebook) -> Iterable[Finding]:
    """A running total below that of the year's first half, and figures far from the last ones."""
    assert firm.answer is not None
    far = rulebook.share("near_firm", NEWEST)
    for column in FIGURES:
        entry, last = firm.answer.cells.get(column.key), _number(firm.last.get(column.key, ""))
        value = None if entry is None or entry.value is None else Decimal(entry.value)
        if entry is None or value is None or not last:
            continue
        told = f"{firm.name}“{column.label}”{plain(value)}{column.unit}，上期{plain(last)}{column.unit}"
        if column in FLOWS and listed_of == period.previous() and period.half == 2 and value < last:
            message = f"{told}；累计数不应小于当年上半年，请核对是否填了当期数，属实的请说明"
            yield Finding("cumulative_fell", Severity.CONFIRM, entry.where, message, "")
        elif value > last * far or 0 < value * far < last:
            message = f"{told}，相差悬殊；请核对计量单位，属实的请说明"
            yield Finding("magnitude_doubtful", Severity.CONFIRM, entry.where, message, "")


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def totals(rows: Iterable[Mapping[str, str]]) -> dict[str, Decimal]:
    """What roster rows add up to, by indicator in its unit: revenue, staff, number of firms, firms by tier.

    Empty where no row has a figure yet; a row whose figure cannot be read counts as a firm without it.
    """
    known = list(rows)
    cyber = [number for row in known if (number := _number(row.get("cyber", ""))) is not None]
    staff = [number for row in known if (number := _number(row.get("staff", ""))) is not None]
    if not cyber and not staff:
        return {}
    sums = {
        "revenue_cyber": sum(cyber, Decimal(0)) / WAN,
        "firms_cyber": Decimal(len(known)),
        "staff_cyber": sum(staff, Decimal(0)) / WAN,
    }
    return sums | {tier.key: Decimal(sum(tier.holds(number) for number in cyber)) for tier in TIERS}


def coverage(proposed: Mapping[str, Decimal], headline: Decimal | None) -> Decimal | None:
    """The answers' security revenue as a share of the park's; None where either is not known."""
    total = proposed.get("revenue_cyber")
    return total / headline if total is not None and headline else None


def uncounted(rows: Iterable[Mapping[str, str]]) -> int:
    """How many firms' security revenue `totals` leaves out: absent, or not to be read with certainty."""
    return sum(_number(row.get("cyber", "")) is None and row.get("cyber") != "无" for row in rows)
