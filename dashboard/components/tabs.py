"""The views of one park, side by side."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from policy.access import Actor, Permission

VIEWS = (
    ("", "园区情况", Permission.VIEW_PARK),
    ("/progress", "建设进展", Permission.VIEW_PARK),
    ("/foresight", "趋势与测算", Permission.VIEW_READINESS),
    ("/self-assessment", "自评", Permission.VIEW_SELF_ASSESSMENT),
    ("/acceptance", "验收", Permission.VIEW_ACCEPTANCE),
    ("/record", "办理记录", Permission.ARCHIVE_PARK),
    ("/panel", "专家组", Permission.VIEW_PANEL),
    ("/evaluation", "评分", Permission.VIEW_EVALUATION),
    ("/readiness", "验收就绪度", Permission.VIEW_READINESS),
    ("/evidence", "佐证资料", Permission.VIEW_EVIDENCE),
    ("/firms", "一企一表", Permission.COLLECT_FIRM_PAGES),
)


def park_tabs(code: str, here: str, actor: Actor) -> html.Nav:
    links = [
        html.A(word, href=f"/parks/{code}{tail}", **({"aria-current": "page"} if tail == here else {}))
        for tail, word, needs in VIEWS
        if actor.may(needs)
    ]
    return html.Nav(links, className="tabs", **{"aria-label": "园区"})


def contents(parts: Iterable[tuple[str, str]]) -> html.Nav:
    """Where on a long page what stands: (id, word)."""
    links = [html.A(word, href=f"#{place}") for place, word in parts]
    return html.Nav(links, className="contents", **{"aria-label": "本页内容"})


def park_crumbs(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Where a park's page hangs in the menu."""
    return (("园区总览", "/parks"),) if actor.may(Permission.VIEW_OVERVIEW) else (("工作台", "/"),)
