"""Parts of the delivery log: to whom a mail goes, how it stands, what comes next."""

from __future__ import annotations

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.markup import Node
from db.queries.outbox import MailRow
from policy.terms import Light, MailState
from services import clock
from services.mail.channels import MAIL

LIGHTS: dict[MailState, Light] = {
    MailState.QUEUED: Light.BLUE,
    MailState.CLAIMED: Light.BLUE,
    MailState.SENT: Light.GREEN,
    MailState.UNCERTAIN: Light.YELLOW,
    MailState.FAILED: Light.RED,
    MailState.HELD: Light.GREY,
}
WAITING = (MailState.QUEUED, MailState.UNCERTAIN)


def state(value: MailState) -> html.Span:
    return lights.light(LIGHTS[value], value.label)


def addressee(entry: MailRow) -> list[Node]:
    """Name and role where known, with the address below."""
    if entry.channel != MAIL:
        return [f"通知渠道 {entry.channel}"]
    place = f"{entry.unit}{entry.role.label}" if entry.role else ""
    if entry.name and entry.role:
        place = f"{entry.name}（{entry.role.label}）"
    unit = entry.unit if entry.name else ""
    below = " · ".join(part for part in (unit, entry.recipient) if part)
    return [place, html.Span(below, className="small")] if place else [entry.recipient]


def next_step(entry: MailRow) -> Node:
    """When it went out, or when it is tried next."""
    if entry.sent_at is not None:
        return labels.stamp(entry.sent_at)
    if entry.state not in WAITING:
        return "—"
    return f"{labels.stamp(entry.try_at)}再试" if entry.try_at > clock.now() else "即将发送"
