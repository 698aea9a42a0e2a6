"""收文登记: a letter of a district government, for one period and one or several of its parks."""

from __future__ import annotations

from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, text, ticks
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.access import ParkName, parks_in_scope
from policy.terms import HalfYear, LetterMedium


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        parks = parks_in_scope(session, visit.actor.scope)
    body = _form(parks, visit) if parks else empty("尚未登记园区。", "登记园区后才能登记来函。")
    return View(
        "收文登记",
        body=card("半年函报来函", body, note="数据和区县政府的函都到，才算“已报”"),
        lead="一件函可以涉及同一区县的几个园区。",
        crumbs=(("园区总览", "/parks"),),
    )


def _form(parks: tuple[ParkName, ...], visit: Visit) -> Node:
    """What the address says is filled in: the park one comes from, or all that was typed before a refusal."""
    typed, today = visit.args, visit.today.isoformat()
    titles = [(park.code, park.title) for park in parks]
    media = [(medium.value, medium.label) for medium in LetterMedium]
    return form(
        "/letters/new",
        field("涉及园区", ticks("parks", titles, typed.get("park", "").split(","))),
        field("报告期", choice("period", _periods(visit), typed.get("period", ""), required=True)),
        field("发文字号", text("number", typed.get("number", ""), required=True, maxlength="100",
                           placeholder="如：某某府函〔2026〕12号")),
        field("成文日期", text("dated", typed.get("dated", ""), kind="date", required=True, max=today)),
        field("收文日期", text("received_on", typed.get("received_on", today), kind="date", required=True, max=today)),
        field("形式", choice("medium", media, typed.get("medium", ""))),
        field("扫描件（可不附）", element("input", type="file", name="file", accept=".pdf,.jpg,.jpeg,.png,.ofd")),
        field(
            "校验码（可不填）",
            text("codes", typed.get("codes", ""), maxlength="200", placeholder="如 7KQ3-M9XD", autocomplete="off"),
            "印在盖章的园区发展情况表下方；涉及几个园区的，用逗号隔开",
        ),
        button("登记"),
        files=True,
        kind="stack narrow",
    )  # fmt: skip


def _periods(visit: Visit) -> list[tuple[str, str]]:
    """The half-years that have ended, newest first."""
    period = HalfYear.containing(visit.today).previous()
    found = []
    for _ in range(6):
        found.append((str(period), period.label))
        period = period.previous()
    return found


PAGE = Page("letter", "/letters/new", layout, menu="收文登记")
