"""What 复算核对 has lately found different and set right, for whoever looks after data or platform."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from dash import html
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.audit import mended
from policy.access import Permission
from policy.acts import Act
from services import clock

SHOWN = timedelta(days=7)
"""For so long it stands on the 工作台; in the 操作日志 for ever."""


def recomputed_notice(session: Session, visit: Visit) -> Node:
    """None when all agrees, and for those whose business it is not."""
    looks_after = visit.may(Permission.MANAGE_RULEBOOK) or visit.may(Permission.VIEW_AUDIT)
    found = mended(session, clock.now() - SHOWN) if looks_after else ()
    if not found:
        return None
    names = [part for one in found for part in ("、", _named(one.park, one.title, visit))][1:]
    log = f"/admin/audit?{urlencode({'q': Act.SNAPSHOT_MEND.label})}"
    where: Node = html.A("操作日志", href=log) if visit.may(Permission.VIEW_AUDIT) else "操作日志（由系统管理员查看）"
    said = f"复算核对发现存储的园区总览与事实不符，{labels.stamp(found[-1].at)}已按复算更正："
    return html.P(
        [said, *names, "。改动前后的值见", where, "，请核对原因。"], className="notice notice-refused", role="alert"
    )


def _named(code: str, title: str, visit: Visit) -> Node:
    return html.A(title, href=f"/parks/{code}") if visit.may(Permission.VIEW_PARK) else title
