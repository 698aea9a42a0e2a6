"""A document's text on a page: how it will read, what in it contradicts the data, what it may quote, its history."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard.components import forms, lights
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from db.queries.dossier_texts import SavedText
from policy.references import GoalValue, Reference, split
from policy.terms import HalfYear, Light
from services.dossier_texts import Change
from services.written_base import Base, Quotable


def findings(text: str, base: Base) -> Node:
    """How the text will be printed, each figure leading to its source, and what is to be looked at in it."""
    if not text:
        return None
    return [problems(text, base), html.Details([html.Summary("印出效果"), reading(text, base)], className="reading")]


def reading(text: str, base: Base) -> html.Div:
    lines = [line for line in text.splitlines() if line.strip()]
    return html.Div([html.P(_line(line, base)) for line in lines], className="written")


def _line(line: str, base: Base) -> list[Node]:
    return [
        part if isinstance(part, str) else _quoted(part.words, base.quotable.get(_code(part))) for part in split(line)
    ]


def _code(part: object) -> str:
    return part.code if isinstance(part, Reference) else ""


def _quoted(words: str, known: Quotable | None) -> Node:
    if known is None:
        return html.Mark(f"（待核对：{words.strip('【】')}）")
    return figure(known.shown, known.path, told=known.where)


def problems(text: str, base: Base) -> Node:
    """What stands against the data, each with both values, the place and the way to its source."""
    unfounded = [
        _problem("没有此项数据", f"{words}没有对应的数据，文件保持草稿；请从“可引用的数据”中重新选取。")
        for words in base.unfounded(text)
    ]
    found = [
        _problem("与数据不一致", [_told(one.told), _path(one.key, one.period, base)]) for one in base.differences(text)
    ]
    return html.Ul([*unfounded, *found], className="items differences") if unfounded or found else None


def _problem(word: str, told: Node) -> html.Li:
    return html.Li([lights.light(Light.YELLOW, word), html.Span(told)])


def _told(words: str) -> str:
    return f"{words}。请改正，或从“可引用的数据”中选取。"


def _path(key: str, period: HalfYear, base: Base) -> Node:
    known = base.quotable.get(f"{key.partition('.')[0]}@{period}")
    return html.A("追溯来源", href=known.path) if known else None


def quotable(base: Base) -> Node:
    """Every figure that may be quoted, by what it speaks of; the newest half-year is open."""
    groups: dict[str, list[Quotable]] = {}
    for one in base.quotable.values():
        groups.setdefault("建设目标" if isinstance(one.reference.of, GoalValue) else one.reference.of.label, []).append(
            one
        )
    if not groups:
        return html.P("尚无审核通过的数据可引用。", className="muted")
    return [_group(title, of, first=not number) for number, (title, of) in enumerate(groups.items())]


def _group(title: str, of: Sequence[Quotable], *, first: bool) -> html.Details:
    offers = html.Ul([_offer(one) for one in of], className="offers")
    return html.Details([html.Summary(title), offers], open=first, className="claim-fold")


def _offer(one: Quotable) -> html.Li:
    words = one.reference.words.strip("【】").partition("｜")
    label = f"{words[0]}（{words[2]}）" if isinstance(one.reference.of, GoalValue) else words[0]
    told = f"引用{label}{one.shown}"
    insert = element(
        "button", "插入", type="button", class_="plain", data_insert=one.reference.words, title=told, aria_label=told
    )  # fmt: skip
    return html.Li([html.Span(label), figure(one.shown, one.path, told=one.where), insert])


CHANGES = (Column("数据", "head"), Column("原来", "number"), Column("现在", "number"))


def changed(changes: Sequence[Change]) -> html.Div:
    rows = [row(CHANGES, (one.words, one.before or "无", _now(one))) for one in changes]
    return html.Div(table("数据变化", CHANGES, rows, id="changed-figures"), className="tall")


def _now(one: Change) -> Node:
    return figure(one.after, one.path) if one.path else one.after or "已无此项数据"


def history(saved: Sequence[SavedText], address: str, section: str, number: int, *, may_write: bool) -> Node:
    """Every earlier text, newest first, each to be read and taken up again."""
    earlier = saved[1:]
    if not earlier:
        return None
    items = [_earlier(one, address, section, number, may_write=may_write) for one in earlier]
    return html.Details(
        [html.Summary(f"历次保存（{len(earlier)}）"), html.Div(items, className="earlier")], className="history"
    )


def _earlier(one: SavedText, address: str, section: str, number: int, *, may_write: bool) -> html.Details:
    restore = forms.form(
        address,
        forms.hidden("section", section),
        forms.hidden("number", number),
        forms.hidden("restore", one.number),
        forms.hidden("act", "restore"),  # also when the script sends it, which presses no button
        forms.button("恢复此稿", tone="plain"),
        which=("form", f"restore-{section}-{one.number}"),
    )
    head = f"第{one.number}稿　{labels.stamp(one.saved_at)}　{one.saved_by}　{len(one.text)}字"
    return html.Details(
        [html.Summary(head), html.Div(one.text or "（空）", className="as-sent"), restore if may_write else None],
        className="claim-fold",
    )
