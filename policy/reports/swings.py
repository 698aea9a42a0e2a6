"""What a report's figures did since earlier ones: half-year flows, swings, and other parks' growth (domain 1c).

Revenue runs from January: it is compared with the same months of last year, and within a year December's total less
June's is the second half's own; January's new start is never a fall. Levels are compared with the half-year before.
Only accepted figures are compared with, and of other parks nothing is told but where this one stands to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import quantiles

from policy.facts import ReportFacts
from policy.figures import percent, plain
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.reports.basis import CURRENT, PREVIOUS, Known, figure, is_form, rounding, rule_day, told
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.terms import HalfYear, Measure, Severity

FLOWS = tuple(entry.key for entry in CATALOGUE if entry.measure is Measure.FLOW_YTD and entry.annex == "表一")
LEVELS = tuple(entry.key for entry in CATALOGUE if entry.measure is Measure.STOCK and entry.annex == "表一")
_LEAST = {"亿元": "revenue", "万人": "staff", "万平方米": "area", "家": "count"}
_MEND = "请核对数值及其计量单位，数据属实的请说明原因"


@dataclass(frozen=True, slots=True)
class _Step:
    """One figure and the accepted one it is compared with; `since` names the latter for messages."""

    key: str
    now: Known
    period: HalfYear
    before: Decimal
    since: str

    @property
    def growth(self) -> Decimal:
        return self.now.value / self.before - 1

    @property
    def stands(self) -> str:
        return f"{_when(self.key, self.period)}{told(self.key, self.now.value)}"

    def finding(self, code: str, message: str) -> Finding:
        return Finding(code, Severity.CONFIRM, self.now.where, message, DEFAULT_SOURCE)


def cumulative_fell(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A running total of December below the accepted one of June: the second half would be negative."""
    for step in _second_halves(facts):
        if step.now.value < step.before:
            yield step.finding(
                "cumulative_fell",
                f"{step.stands}，小于已审核的{step.since}{plain(step.before)}{BY_KEY[step.key].unit}；"
                f"年内累计数不应减少，请核对是否误填当期数，上半年数有误的请说明",
            )


def half_flow_out_of_proportion(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """The second half's own revenue, full year less first half, many times larger or smaller than the first's."""
    ratio = rulebook.share("half_flow_ratio", rule_day(facts))
    for step in _second_halves(facts):
        second = step.now.value - step.before
        if not step.before or second < 0 or step.before / ratio <= second <= step.before * ratio:
            continue
        unit = BY_KEY[step.key].unit
        yield step.finding(
            "half_flow_out_of_proportion",
            f"{step.stands}，减去已审核的{step.since}{plain(step.before)}{unit}，下半年发生额为{plain(second)}{unit}；"
            f"与上半年相差超过{plain(ratio)}倍，{_MEND}",
        )


def swing(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A rise or fall by more than half: revenue against the same months of last year, levels against last period."""
    limit = rulebook.share("swing", rule_day(facts))
    for step in _steps(facts):
        if _is_large(step, limit, facts, rulebook):
            yield step.finding(
                "swing",
                f"{step.stands}，比已审核的{step.since}{plain(step.before)}{BY_KEY[step.key].unit}{_grew(step)}；"
                f"增减超过{percent(limit, 0)}，{_MEND}",
            )


def pace_swing(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Without last year's first half: twice this first half's revenue against the whole of last year."""
    limit = rulebook.share("swing", rule_day(facts))
    for step in _annualised(facts):
        if _is_large(step, limit, facts, rulebook):
            unit = BY_KEY[step.key].unit
            half = plain(step.now.value / 2)
            yield step.finding(
                "swing",
                f"{step.period.months_label}{BY_KEY[step.key].label}{half}{unit}，按全年折算为{plain(step.now.value)}{unit}，"
                f"比已审核的{step.since}{plain(step.before)}{unit}{_grew(step)}；增减超过{percent(limit, 0)}，{_MEND}",
            )


def unlike_peers(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Growth far outside what the middle half of the other parks reported for the same period."""
    day = rule_day(facts)
    fewest, times = rulebook.whole("peer_parks", day), rulebook.share("peer_band", day)
    margin = rulebook.share("peer_margin", day)
    for step in _steps(facts):
        peers = facts.peers.get(step.key, ())
        if len(peers) < fewest or abs(step.now.value - step.before) < _least(step.key, facts, rulebook):
            continue
        low, _, high = quantiles(peers, n=4, method="inclusive")
        room = max((high - low) * times, margin)
        if low - room <= step.growth <= high + room:
            continue
        side = "高" if step.growth > high else "低"
        yield step.finding(
            "unlike_peers",
            f"{step.stands}，比{step.since}{_grew(step)}，明显{side}于其他园区同期的一般水平；"
            f"请核对数值、计量单位和统计口径，数据属实的请说明原因",
        )


def previous_differs(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """上年同期 as printed now is not what was accepted a year ago; a rounded figure agrees with what rounds to it."""
    if is_form(facts) or facts.period is None:
        return
    before = facts.period.year_before()
    for key, accepted in facts.earlier.get(before, {}).items():
        printed = figure(facts, key, PREVIOUS)
        if printed is None or abs(printed.value - accepted) <= rounding(printed):
            continue
        message = (
            f"上年同期{told(key, printed.value)}，已审核的{_when(key, before)}为{plain(accepted)}{BY_KEY[key].unit}"
            f"{_version(facts, before)}；请核对，上年数据确需更正的，请另行上传{before.label}的更正版本，并在此说明"
        )
        yield Finding("previous_differs", Severity.CONFIRM, printed.where, message, DEFAULT_SOURCE)


def _version(facts: ReportFacts, before: HalfYear) -> str:
    number = facts.earlier_versions.get(before)
    return f"（{before.label}{number.label}）" if number else ""


def _second_halves(facts: ReportFacts) -> Iterator[_Step]:
    """Running totals of a December report with June's accepted ones."""
    if facts.period is not None and facts.period.half == 2:
        yield from _against(facts, FLOWS, facts.period.previous())


def _steps(facts: ReportFacts) -> Iterator[_Step]:
    """Each figure with the accepted one it should resemble; where that is nothing, growth has no meaning."""
    if facts.period is not None:
        yield from _grown(_against(facts, FLOWS, facts.period.year_before()))
        yield from _grown(_against(facts, LEVELS, facts.period.previous()))


def _annualised(facts: ReportFacts) -> Iterator[_Step]:
    if facts.period is None or facts.period.half == 2:
        return
    known = facts.earlier.get(facts.period.year_before(), {})
    for step in _grown(_against(facts, FLOWS, facts.period.previous())):
        if step.key not in known:
            now = Known(step.now.value * 2, step.now.where, step.now.raw)
            yield _Step(step.key, now, step.period, step.before, step.since)


def _grown(steps: Iterable[_Step]) -> Iterator[_Step]:
    return (step for step in steps if step.before > 0)


def _against(facts: ReportFacts, keys: tuple[str, ...], before: HalfYear) -> Iterator[_Step]:
    accepted = facts.earlier.get(before, {})
    for key in keys if not is_form(facts) else ():
        now = figure(facts, key, CURRENT)
        if now is not None and key in accepted and facts.period is not None:
            yield _Step(key, now, facts.period, accepted[key], _when(key, before))


def _is_large(step: _Step, limit: Decimal, facts: ReportFacts, rulebook: Rulebook) -> bool:
    changed = abs(step.now.value - step.before)
    return changed > step.before * limit and changed >= _least(step.key, facts, rulebook)


def _least(key: str, facts: ReportFacts, rulebook: Rulebook) -> Decimal:
    """The smallest change worth asking about: one listed firm becoming two is no swing."""
    return rulebook.share(f"swing_least_{_LEAST[BY_KEY[key].unit]}", rule_day(facts))


def _grew(step: _Step) -> str:
    return f"{'增长' if step.growth > 0 else '下降'}{percent(abs(step.growth))}"


def _when(key: str, period: HalfYear) -> str:
    return period.months_label if BY_KEY[key].measure is Measure.FLOW_YTD else period.end_label
