"""应报事项 in words: the three dates, how one stands, and the documents behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.markup import Node
from db.queries.obligations import ActRow, Entry
from policy.deadlines import unknown_year
from policy.figures import chinese_date
from policy.obligations import CHECKLIST, OWED_BY
from policy.terms import ActKind, Light, ReceiptState, Standing

STANDING_LIGHTS: dict[Standing, Light] = {
    Standing.NOT_YET: Light.GREY,
    Standing.IN_GRACE: Light.BLUE,
    Standing.OVERDUE: Light.RED,
    Standing.RECEIVED: Light.GREEN,
    Standing.LATE: Light.YELLOW,
    Standing.WAIVED: Light.GREY,
    Standing.PROVISIONAL: Light.GREY,
}
IN = (Standing.RECEIVED, Standing.LATE)
HALF_IN = (ReceiptState.DATA_ONLY, ReceiptState.LETTER_ONLY, ReceiptState.FORWARDING)


def path(entry: Entry) -> str:
    """Its own page."""
    return f"/parks/{entry.park.code}/obligations/{entry.id}"


def what(entry: Entry, *, linked: bool = True) -> Node:
    """2026年上半年园区发展情况, and who owes it; leading to its own page for whoever may open it."""
    name = html.A(entry.obligation.label, href=path(entry)) if linked else entry.obligation.label
    return [name, html.Span(OWED_BY[entry.kind], className="small")]


def dates(entry: Entry, today: date) -> Node:
    """报送截止日, 宽限截止日, 封账日 in words; those that are not set are not named. A duty has none."""
    if entry.kind in CHECKLIST:
        return html.Span("不设时限", className="muted")
    due, waits = entry.due, entry.standing not in (*IN, Standing.WAIVED)
    word = "重新报送截止日" if due.returned_on else "报送截止日"
    rest = f"（{labels.until(due.on, today)}）" if waits and entry.obligation.confirmed else ""
    lines: list[Node] = [[_dated(word, due.on), rest, None if entry.obligation.confirmed else _tag("暂定")]]
    if entry.on_unknown_year and waits:
        lines.append(html.Span(unknown_year(due.on), className="muted"))
    if due.grace_on is not None and due.grace_on > due.on:
        lines.append(_dated("宽限截止日", due.grace_on))
    if due.lock_on is not None:
        lines.append([_dated("封账日", due.lock_on), _tag("已封账") if entry.locked_on else None])
    if due.extended is not None:
        lines.append(html.Span(f"原报送截止日{chinese_date(entry.obligation.due_on)}", className="muted"))
    return html.Ul([html.Li(line) for line in lines], className="date-lines")


def _dated(word: str, day: date) -> html.Span:
    return html.Span([html.Span(word, className="date-word"), html.Span(labels.day(day), className="day")])


def _tag(word: str) -> html.Span:
    return html.Span(word, className="tag")


def standing(entry: Entry, *, halves: bool = True) -> Node:
    """The one word, with its light, and which half is in unless told elsewhere; a duty is done or not, without a
    light."""
    if entry.kind in CHECKLIST:
        word = entry.standing.label if entry.standing is Standing.WAIVED else "已办理" if done(entry) else "未办理"
        return html.Span(word, className="" if done(entry) else "muted")
    light, word = STANDING_LIGHTS[entry.standing], entry.standing.label
    if entry.standing in IN and newest(entry, ActKind.NIL_RETURN):
        word = f"{word}（零报告）"
    elif halves and entry.state in HALF_IN and entry.standing is not Standing.WAIVED:
        word = f"{word}（{entry.state.label}）"
        light = Light.BLUE if light is Light.GREY else light
    return lights.light(light, word)


def done(entry: Entry) -> bool:
    return entry.standing in IN


def came_in(entry: Entry) -> Node:
    """One of the four states, and the day it was complete."""
    if entry.kind in CHECKLIST:
        return labels.day(entry.received_on)
    if entry.received_on is None:
        return entry.state.label if entry.state is not ReceiptState.NOTHING else html.Span("未报", className="muted")
    return [entry.state.label, html.Span(labels.day(entry.received_on), className="small")]


def in_force(entry: Entry) -> tuple[ActRow, ...]:
    return tuple(act for act in entry.acts if act.withdrawn_on is None)


def newest(entry: Entry, kind: ActKind) -> ActRow | None:
    return next((act for act in reversed(in_force(entry)) if act.kind is kind), None)


def documents(entry: Entry, *letters: str, linked: bool = True) -> Node:
    """The district's letters, the 报送通知 behind the dates, and what was recorded about it."""
    lines: list[Node] = [*letters]
    lines += [f"报送通知 {entry.round_no}"] if entry.round_no else []
    lines += [act_line(entry, act, linked=linked) for act in in_force(entry)]
    return html.Ul([html.Li(line) for line in lines], className="bare-list") if lines else "—"


def act_line(entry: Entry, act: ActRow, *, linked: bool = True) -> Node:
    """延期报送 示例函〔2026〕9号, leading to its scan where there is one."""
    number = html.A(act.number, href=file_path(entry, act)) if act.file_name and linked else act.number
    return [f"{act.kind.label} ", number, html.Span(act_told(act), className="small")]


def file_path(entry: Entry, act: ActRow) -> str:
    return f"{path(entry)}/acts/{act.id}/file"


def act_told(act: ActRow) -> str:
    """2026年1月28日，报送截止日至2026年2月15日."""
    parts = [labels.day(act.dated)]
    if act.due_on is not None:
        parts.append(f"报送截止日至{labels.day(act.due_on)}")
    if act.lock_on is not None:
        parts.append(f"封账日至{labels.day(act.lock_on)}")
    return "，".join(parts)


def locks_list(entries: Iterable[Entry]) -> Node:
    """The periods with a 封账日, whether it has passed, and which act made an exception."""
    lines = [html.Li([html.A(_short(entry), href=path(entry)), "：", lock_told(entry)]) for entry in entries]
    return html.Ul(lines, className="plain-list") if lines else None


def _short(entry: Entry) -> str:
    return f"{labels.short_name(entry.park.title)}{entry.obligation.period_label}"


def lock_told(entry: Entry) -> str:
    """封账日 and what it means today: 2026年8月10日封账，此后上传的版本存为草稿."""
    extended = entry.due.extended
    exception = f"（延期报送，{extended.number}）" if extended is not None else ""
    if entry.locked_on is None:
        return f"封账日{labels.day(entry.due.lock_on)}{exception}，此后报送和数据更正都须先登记延期报送"
    mend = "需要报送或更正数据的，请市经济信息委在该期应报事项页登记“延期报送”，写明新的报送截止日和新的封账日"
    return f"已于{labels.day(entry.locked_on)}封账{exception}，此后上传的版本存为草稿；{mend}"


def judged_by(entries: Iterable[Entry]) -> str:
    """By which day punctuality is judged, as the rulebook says; several where it was changed."""
    told = dict.fromkeys(entry.punctual_by for entry in entries if entry.kind not in CHECKLIST)
    return "是否按期以" + "；".join(told) + "为准" if told else ""
