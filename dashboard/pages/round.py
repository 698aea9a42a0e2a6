"""One 报送通知: its dates, what confirming it would move, and its confirmation by number and date."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, facts, link_button
from dashboard.components.forms import button, field, form, text, ticks
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.round_parts import scope, state
from dashboard.rule_parts import BY_ROUND, effects_cards
from db.queries.access import parks_in_scope
from db.queries.rounds import RoundRow, rounds
from services import rounds as use


def layout(visit: Visit, round_id: int) -> View:
    with visit.platform.database.read() as session:
        entry = next(iter(rounds(session, round_id)), None)
        if entry is None:
            abort(404)
        waiting = entry.confirmed_on is None
        effects = use.foresee(session, visit.actor, round_id) if waiting else None
        names = {park.code: park.short_name for park in parks_in_scope(session, visit.actor.scope)}
    body: list[Node] = [card("通知内容", facts(_facts(entry)))]
    if effects is not None:
        body += [*effects_cards(effects, names, BY_ROUND), _confirmation(entry, visit)]
    return View(
        f"{entry.label}报送通知",
        body=body,
        lead=[state(entry), html.Span(entry.number)],
        actions=[link_button("下载代拟稿（Word）", f"/rounds/{round_id}.docx"),
                 link_button("PDF", f"/rounds/{round_id}.pdf")],
        crumbs=(("报送通知", "/rounds"),),
    )  # fmt: skip


def _facts(entry: RoundRow) -> list[tuple[str, Node]]:
    due, grace, lock = entry.dates
    confirmed = f"{labels.day(entry.confirmed_on)} {entry.confirmed_by}" if entry.confirmed_on else "待确认"
    return [
        ("报送截止日", labels.day(due)),
        ("宽限截止日", labels.day(grace) if grace else "无宽限"),
        ("封账日", labels.day(lock) if lock else "不封账"),
        ("范围", scope(entry)),
        ("发文字号", entry.number),
        ("成文日期", labels.day(entry.dated)),
        ("拟制", f"{entry.drafted_by} {labels.stamp(entry.drafted_at)}"),
        ("确认", confirmed),
    ]


def _confirmation(entry: RoundRow, visit: Visit) -> html.Section:
    typed, today = visit.args, visit.today.isoformat()
    confirming = form(
        f"/rounds/{entry.id}/confirm",
        field("发文字号", text("number", typed.get("number", ""), required=True, maxlength="100",
                               placeholder="如：渝经信软件〔2026〕12号")),
        field("成文日期", text("dated", typed.get("dated", ""), kind="date", required=True, max=today)),
        field("扫描件（可不附）", element("input", type="file", name="file", accept=".pdf,.jpg,.jpeg,.png,.ofd")),
        ticks("supplementary", [("1", "补充通知：本报告期已有通知的，以本通知的日期为准，原通知保留")],
              typed.get("supplementary", "")),
        button("确认"),
        files=True,
        kind="stack narrow",
    )  # fmt: skip
    discarding = form(f"/rounds/{entry.id}/discard", button("撤销拟稿", tone="plain"))
    return card("确认", confirming, html.H3("不再需要"), discarding, id="confirm", note="印发之后登记；确认后不能撤销")


PAGE = Page("round", "/rounds/<int:round_id>", layout)
