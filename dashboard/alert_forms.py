"""The forms of one alert: 反馈情况, 暂缓催报, 电话催办; each with what was typed before a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.components.blocks import card
from dashboard.components.forms import button, choice, field, form, text
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.alerts import AlertRow, Handled
from db.queries.contacts import ContactRow, answering_for
from policy.access import Permission
from policy.alerts.ladder import Audience
from policy.deadlines import add_months
from policy.explanations import LONGEST
from policy.handling import FARTHEST_MONTHS
from policy.terms import ContactRole


def acts(entry: AlertRow, said: Handled, reached: Sequence[ContactRow], visit: Visit) -> list[Node]:
    """What this visitor may do about an open alert; `reached`: who can be called about it."""
    found: list[Node] = []
    if _answers(entry, visit):
        found.append(_feedback(entry, visit))
    if visit.may(Permission.MANAGE_PRESSING):
        found += [_calls(entry, reached, visit), _pause(entry, said, visit)]
    return found


def _answers(entry: AlertRow, visit: Visit) -> bool:
    """A district answers for its own matters and its operators', an operator for its own."""
    if not visit.may(Permission.GIVE_FEEDBACK) or entry.audience is Audience.COMMITTEE:
        return False
    return entry.audience is Audience.OPERATOR or visit.may(Permission.SUBMIT_REPORT)


def _feedback(entry: AlertRow, visit: Visit) -> html.Section:
    return card(
        "反馈情况",
        form(
            f"/alerts/{entry.id}/feedback",
            field("原因", _area("cause", visit), "写明为何未能按时办理；只写“情况属实”等不算原因"),
            field("措施", _area("measure", visit), "正在采取的办法"),
            field("承诺时限", _ahead("promised_on", visit), "到期仍未办结的，会再次提醒"),
            button("提交反馈"),
        ),
        id="feedback",
    )


def to_call(session: Session, entry: AlertRow, visit: Visit) -> tuple[ContactRow, ...]:
    """Who answers for the matter today, for whoever presses; masked as in every list."""
    if not visit.may(Permission.MANAGE_PRESSING) or entry.audience is Audience.COMMITTEE:
        return ()
    known = answering_for(session, entry.park_code)
    return tuple(person.masked() for person in known if person.valid_on(visit.today))


def _numbers(reached: Sequence[ContactRow], entry: AlertRow) -> Node:
    """Whom to call, one press away from the whole number."""
    if entry.audience is Audience.COMMITTEE:
        return None
    if not reached:
        add = html.A("联系人", href="/contacts")
        return html.P([f"{entry.district}没有登记联系人，可在", add, "中补登。"], className="muted", id="to-call")
    people = [
        html.Li(
            [
                f"{person.role.label} ",
                html.A(person.name, href=f"/contacts/{person.id}"),
                f" {person.phone or '未登记电话'}",
            ]
        )
        for person in reached
    ]
    return html.Div(
        [html.P("点姓名看完整号码", className="muted"), html.Ul(people, className="bare-list")], id="to-call"
    )


def _calls(entry: AlertRow, reached: Sequence[ContactRow], visit: Visit) -> html.Section:
    roles = [("", "请选择"), *((role.value, role.label) for role in ContactRole)]
    return card(
        "电话催办",
        _numbers(reached, entry),
        form(
            f"/alerts/{entry.id}/calls",
            field("通话日期", text("called_on", visit.args.get("called_on", str(visit.today)), kind="date",
                               required=True, max=str(visit.today))),
            field("接听人角色", choice("role", roles, visit.args.get("role", ""), required=True)),
            field("接听人", text("person", visit.args.get("person", ""), required=True, maxlength=50)),
            field("通话内容", _area("said", visit), "催办事项和对方答复"),
            field("承诺时限（如有）", _ahead("call_promised_on", visit, required=False)),
            button("登记通话"),
        ),
        id="calls",
        note="已电话催办的角色，该时点不再列入拟催报",
    )  # fmt: skip


def _pause(entry: AlertRow, said: Handled, visit: Visit) -> html.Section:
    if said.paused_until is not None:
        until = f"已暂缓至{labels.day(said.paused_until)}，到期自动恢复。"
        again = form(f"/alerts/{entry.id}/resume", button("立即恢复催报", tone=""))
        return card("暂缓催报", html.P(until), again, id="pause")
    return card(
        "暂缓催报",
        form(
            f"/alerts/{entry.id}/pause",
            field("暂缓原因", _area("reason", visit)),
            field("暂缓至", _ahead("until", visit), "含当日，最长一年；暂缓期间不发邮件，事项不销号"),
            button("暂缓催报", tone=""),
        ),
        id="pause",
    )


def _area(name: str, visit: Visit) -> Node:
    return element("textarea", visit.args.get(name, ""), name=name, required=True, maxlength=LONGEST, rows=3)


def _ahead(name: str, visit: Visit, *, required: bool = True) -> Node:
    last: date = add_months(visit.today, FARTHEST_MONTHS)
    given = visit.args.get(name, "")
    return text(name, given, kind="date", required=required, min=str(visit.today), max=str(last))
