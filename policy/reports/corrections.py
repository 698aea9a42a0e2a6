"""数据更正: a later version of figures the committee has accepted must say why, and may only become more final."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from policy.corrections import Change, Stated, changes, stated
from policy.facts import ReportFacts
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY
from policy.provenance import DERIVED
from policy.reports.basis import CURRENT
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.terms import FigureKind, Severity

SHOWN = 8
UNEXPLAINED = "correction_unexplained"


def correction_unexplained(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Accepted figures would change: the district says why, once for the whole version."""
    accepted = facts.accepted
    changed = [change for change in corrected(facts) if change.in_value]
    if accepted is None or not changed:
        return
    shown = "、".join(change.told for change in changed[:SHOWN])
    more = f"等{len(changed)}项" if len(changed) > SHOWN else ""
    message = f"与已审核通过的{accepted.version.label}数据不同：{shown}{more}；请核对，确需更正的请写明更正原因"
    yield Finding(UNEXPLAINED, Severity.CONFIRM, "", message, DEFAULT_SOURCE, f"更正{accepted.version.label}")


def figure_kind_moves_on(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """预计数 become 快报数, 快报数 年报数: replaced when this version is accepted."""
    accepted = facts.accepted
    if accepted is not None and facts.figure_kind.rank > accepted.kind.rank:
        message = (
            f"已审核通过的{accepted.version.label}为{accepted.kind.label}，本版为{facts.figure_kind.label}；"
            f"审核通过后替代，并记入更正说明"
        )
        yield Finding("figure_kind_moves_on", Severity.NOTE, "", message, DEFAULT_SOURCE)


def figure_kind_goes_back(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A figure is never replaced by one of a less final kind."""
    accepted = facts.accepted
    back = [change for change in corrected(facts) if change.new.kind.rank < change.old.kind.rank]
    if accepted is None or not back:
        return
    shown = "、".join(BY_KEY[change.key].label for change in back[:SHOWN])
    more = f"等{len(back)}项" if len(back) > SHOWN else ""
    old, new = back[0].old.kind.label, back[0].new.kind.label
    message = (
        f"{shown}{more}在已审核通过的{accepted.version.label}中为{old}，本版为{new}；"
        f"{old}不由{new}替代，请核对“数据性质”栏和单元格中的“预计”等字样，改正后重新上传"
    )
    yield Finding("figure_kind_goes_back", Severity.ERROR, "", message, DEFAULT_SOURCE)


def corrected(facts: ReportFacts) -> tuple[Change, ...]:
    """What this version would change, by what it proposes; nothing where nothing is accepted."""
    accepted = facts.accepted
    if accepted is None:
        return ()
    return changes(stated(accepted.figures), accepted.kind, dict(_stated(facts)), facts.figure_kind)


def _stated(facts: ReportFacts) -> Iterator[tuple[str, Stated]]:
    for (key, column), amount in facts.figures.items():
        if column == CURRENT and amount.value is not None:
            yield key, Stated(amount.value, amount.kind or facts.figure_kind)
    for key, (table, column, summed) in DERIVED.items():
        if facts.rows.get(table):
            yield key, _worked_out(facts, table, column, summed=summed)


def _worked_out(facts: ReportFacts, table: str, column: str, *, summed: bool) -> Stated:
    """The sum of a column, or how many rows name something; only as final as its least final part."""
    rows = facts.rows[table]
    if not summed:
        return Stated(Decimal(sum(bool(row.texts.get(column)) for row in rows)), facts.figure_kind)
    amounts = [row.amounts[column] for row in rows if column in row.amounts]
    total = sum((amount.value for amount in amounts if amount.value is not None), Decimal(0))
    kinds: list[FigureKind] = [amount.kind or facts.figure_kind for amount in amounts]
    return Stated(total, min(kinds, key=lambda kind: kind.rank, default=facts.figure_kind))
