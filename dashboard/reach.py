"""Whom no notice reaches: for the committee whom to call instead, for a district that it is to enter somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from dash import html
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.contacts import ContactRow, people
from policy.access import Permission
from policy.terms import Light
from services.recipients import Gap, committee_name, committee_reached, gaps


@dataclass(frozen=True, slots=True)
class Reach:
    """Districts with nobody to tell, now or soon; and people of today at whose address mail comes back."""

    gaps: tuple[Gap, ...] = ()
    bounced: tuple[ContactRow, ...] = ()


def reach(session: Session, visit: Visit, district_ids: Iterable[int]) -> Reach:
    """Of these districts, for whoever keeps their people; nothing for anybody else."""
    if not visit.may(Permission.MANAGE_CONTACTS):
        return Reach()
    bounced = (row for row in people(session, visit.actor.scope) if row.bounced and row.valid_on(visit.today))
    return Reach(gaps(session, district_ids, visit.today), tuple(bounced))


def items(found: Reach, today: date) -> Iterator[tuple[Node, Node, Node]]:
    """Name, detail and light of each, for a list of matters."""
    for gap in found.gaps:
        yield html.A(gap.unit, href=f"/contacts?unit={gap.unit_id}"), _advice(gap, today), _light(gap, today)
    for row in found.bounced:
        who = f"{row.name}（{row.role.label}）邮箱自{labels.day(row.bounced_on)}起退信，请致电核对"
        name = html.A(row.park or row.unit, href=f"/contacts/{row.id}")
        yield name, who, lights.light(Light.YELLOW, "邮箱退信")


def listed(found: Reach, today: date) -> Node:
    """For the committee, on the page where it can be mended."""
    rows = [
        html.Li([html.Div([name, html.Span(detail, className="small")]), light])
        for name, detail, light in items(found, today)
    ]
    return card("无人可通知", html.Ul(rows, className="items")) if rows else None


def notice(found: Reach, today: date) -> Node:
    """For a district, above its own matters."""
    said = [*(_of_own(gap, today) for gap in found.gaps), *(f"{row.name}的邮箱退信" for row in found.bounced)]
    if not said:
        return None
    return html.P(["；".join(said), "。", html.A("维护联系人", href="/contacts")], className="notice notice-refused")


def of_committee(session: Session, visit: Visit) -> Node:
    """Nobody is above the committee: that it cannot be told of its own matters stands above their list."""
    if not visit.may(Permission.MANAGE_PRESSING) or committee_reached(session, visit.today):
        return None
    said = f"{committee_name(session)}没有有效的经办人邮箱，由其办理的待审超期、无人可通知等事项无人可收。"
    return html.P([said, html.A("维护联系人", href="/contacts")], className="notice notice-refused", role="alert")


def _of_own(gap: Gap, today: date) -> str:
    if gap.on > today:
        return f"自{labels.day(gap.on)}起{gap.unit}没有有效的经办人邮箱"
    return f"{gap.unit}没有有效的经办人邮箱，提醒和催报无人可收"


def _advice(gap: Gap, today: date) -> str:
    if gap.on > today:
        return f"经办人有效期将满，自{labels.day(gap.on)}起提醒和催报无人可收"
    called = "、".join(f"{row.name}（{row.role.label}）" for row in gap.by_phone[:2])
    return "提醒和催报无人可收，" + (f"可致电{called}" if called else "请补录经办人邮箱")


def _light(gap: Gap, today: date) -> Node:
    return lights.light(Light.YELLOW, "经办人将到期") if gap.on > today else lights.light(Light.RED, "无经办人邮箱")
