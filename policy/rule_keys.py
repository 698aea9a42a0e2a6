"""Which numbers of the rulebook the committee may set, for which obligations, and how they are grouped on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from policy.obligations import PAPERS
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry, Rulebook
from policy.terms import ObligationKind

ROUND_KINDS = (ObligationKind.HALF_YEAR_REPORT, ObligationKind.OPERATOR_REPORT)
"""What a 报送通知 opens."""
DATED_KINDS = (*ROUND_KINDS, *PAPERS)

PER_KIND: Mapping[str, tuple[ObligationKind, ...]] = {
    "report_due_days": DATED_KINDS,
    "grace_days": DATED_KINDS,
    "lock_days": DATED_KINDS,
    "roll": DATED_KINDS,
    "reminder_days": DATED_KINDS,
    "office_days": PAPERS,
    "rounds": ROUND_KINDS,
    "punctual_by": ROUND_KINDS,
}
"""What may be set for one kind of obligation; all else holds for every one."""

CHECKS = frozenset({
    "share_tolerance", "mainly_cyber", "limit_revenue", "limit_staff", "limit_area", "least_revenue", "least_staff",
    "least_area", "near_figure", "near_firm", "peer_firms", "roster_rounding", "half_flow_ratio", "swing",
    "swing_least_revenue", "swing_least_staff", "swing_least_area", "swing_least_count", "peer_parks", "peer_band",
    "peer_margin", "reseal",
})  # fmt: skip
"""Measures of the checks while a report is read: a report is judged by the same ones wherever it is read."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "报告期和时限": (
        "half_year_basis", "first_half_min_days", "report_due_days", "grace_days", "lock_days", "roll", "punctual_by",
        "rounds", "resubmit_days", "operator_reports", "plan_reminder_days", "plan_reminder_lasts",
    ),
    "提醒和催报": (
        "reminder_days", "press_reviewer_days", "press_head_days", "press_government_days", "press_upwards",
        "accept_days", "evidence_days", "calendar_feed",
    ),
    "指标进度和验收": (
        "lag_yellow", "lag_red", "lag_growth", "lag_hysteresis", "forecast_likely", "forecast_hard", "first_half_share",
        "acceptance_prepare_days", "office_days", "score_spread", "panel_size", "panel_substitutes", "panel_tie_years",
    ),
    "归档": ("keep_decisions", "keep_reports", "keep_evidence", "binder_size"),
}  # fmt: skip
OTHERS, FROM_NOTICE, OF_CHECKS = "其他", "通知规定", "数据核对参数"


STATED = {entry.key: entry.source for entry in DEFAULT.entries if entry.source != DEFAULT_SOURCE}
"""What the notice states itself, by its clause."""


def group_of(key: str) -> str:
    """Under which heading a value stands."""
    if key in STATED:
        return FROM_NOTICE
    if key in CHECKS:
        return OF_CHECKS
    return next((title for title, keys in GROUPS.items() if key in keys), OTHERS)


def grouped() -> Mapping[str, tuple[str, ...]]:
    """Every key of the rulebook under its heading; each stands in one."""
    found: dict[str, dict[str, None]] = {title: dict.fromkeys(keys) for title, keys in GROUPS.items()}
    for title in (OTHERS, FROM_NOTICE, OF_CHECKS):
        found[title] = {}
    for entry in DEFAULT.entries:
        found[group_of(entry.key)][entry.key] = None
    known = {entry.key for entry in DEFAULT.entries}
    return {title: tuple(key for key in keys if key in known) for title, keys in found.items() if keys}


def why_fixed(entry: Entry) -> str:
    """Why this value cannot be set here; empty when it can be."""
    if entry.key in STATED:
        return f"“{entry.label}”由通知规定（{STATED[entry.key]}），不能更改"
    if entry.key in CHECKS:
        return f"“{entry.label}”是读取报告时的核对参数，随程序发布，各份报告同一标准，不在此更改"
    return ""


def disorder(rules: Rulebook) -> Iterator[str]:
    """封账日 before 宽限截止日, 严重滞后 before 滞后: values each fit to be set that do not go together."""
    for day in sorted(_turning_days(rules.entries, "grace_days", "lock_days")):
        for kind in DATED_KINDS:
            grace, lock = rules.whole("grace_days", day, kind), rules.whole("lock_days", day, kind)
            if 0 < lock < grace:
                yield f"{kind.label}：封账日（截止日后{lock}天）早于宽限截止日（截止日后{grace}天），请一并调整"
    for day in sorted(_turning_days(rules.entries, "lag_yellow", "lag_red")):
        yellow, red = rules.share("lag_yellow", day), rules.share("lag_red", day)
        if red < yellow:
            yield f"严重滞后的界限{red}小于滞后的界限{yellow}，请一并调整"
    for day in sorted(_turning_days(rules.entries, "panel_size")):
        size = rules.whole("panel_size", day)
        if size % 2 == 0:
            yield f"专家组人数须为单数，收到{size}"


def _turning_days(entries: Iterable[Entry], *keys: str) -> set[date]:
    """The days on which one of these values begins to hold, or gives way to the one before it."""
    found = [entry for entry in entries if entry.key in keys]
    ends = {entry.valid_to + timedelta(days=1) for entry in found if entry.valid_to not in (None, date.max)}
    return {entry.valid_from for entry in found} | ends
