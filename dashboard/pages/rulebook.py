"""规则数值: every number the notice leaves open, by whom it was set, since when; set here one by one or by a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.rule_parts import rule_tabs
from db.queries.rulebooks import VersionRow, versions
from db.rulebook_facts import rulebook
from policy.rule_keys import PER_KIND, grouped, why_fixed
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry, Rulebook, known
from policy.terms import ObligationKind
from services.rulebooks import written

COLUMNS = (
    Column("规则数值", "head"),
    Column("适用"),
    Column("数值"),
    Column("有效期"),
    Column("来源"),
    Column("办理"),
)
VERSIONS = (Column("版本", "head"), Column("依据"), Column("更改"), Column("办理"))
FOR_ALL, OTHERS = "全部", "未单列的各项"
BY_END = "；以报告期末（建设期满日）是否在有效期内为准"


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        rules, history = rulebook(session), versions(session)
    wanted = visit.args.get("set", "")
    return View(
        "规则数值",
        body=[
            rule_tabs("/rulebook"),
            _setting(wanted, rules, visit),
            *(_group(title, keys, rules, visit) for title, keys in grouped().items()),
            card("导入", _import(visit), id="import", note="整份导入或整份不导入；确认之前先列出影响"),
            card("历次版本", _history(history), id="versions", note="各版完整保存，不作改动"),
        ],
        lead=f"现行第{rules.version}版。通知没有规定的数值，由市经济信息委设定；没有设定的为系统默认值。",
    )


def _group(title: str, keys: tuple[str, ...], rules: Rulebook, visit: Visit) -> Node:
    rows = [_row(entry, visit) for key in keys for entry in _shown(key, rules, visit.today)]
    return card(title, table(title, COLUMNS, rows))


def _shown(key: str, rules: Rulebook, today: date) -> Iterator[Entry]:
    """What holds today for all and for each kind that has a value of its own, then what is to hold later."""
    for kind in dict.fromkeys(entry.kind for entry in rules.entries if entry.key == key):
        found = [entry for entry in rules.entries if (entry.key, entry.kind) == (key, kind)]
        yield rules.entry(key, today, kind)
        yield from (entry for entry in found if entry.valid_from > today)


def _row(entry: Entry, visit: Visit) -> Node:
    place = f"{entry.key}:{entry.kind}"
    kind = ObligationKind(entry.kind).label if entry.kind else OTHERS if entry.key in PER_KIND else FOR_ALL
    later = html.Span("尚未生效", className="tag") if entry.valid_from > visit.today else None
    change = "—" if why_fixed(entry) else html.A("更改", href=f"/rulebook?set={place}#set")
    cells = (entry.label, kind, [entry.told, later], _span(entry), _source(entry), change)
    return row(COLUMNS, cells)


def _span(entry: Entry) -> str:
    if entry in DEFAULT.entries:
        return "一直" if entry.source == DEFAULT_SOURCE else f"自{labels.day(entry.valid_from)}"
    until = labels.day(entry.valid_to) if entry.valid_to else "另行通知"
    return f"{labels.day(entry.valid_from)}至{until}"


def _source(entry: Entry) -> Node:
    return html.Span(entry.source, className="muted") if entry.source == DEFAULT_SOURCE else entry.source


def _setting(wanted: str, rules: Rulebook, visit: Visit) -> Node:
    """The form for the one value asked for in the address, filled with what was typed before a refusal."""
    key, _, kind = wanted.partition(":")
    like = known(key, kind)
    if like is None or why_fixed(like):
        return None
    kinds = [("", OTHERS), *((one.value, one.label) for one in PER_KIND.get(key, ()))]
    typed, standing = visit.args, rules.entry(key, visit.today, kind)
    filled = {name: typed.get(name, "") for name in ("value", "valid_from", "valid_to", "document", "note")}
    return card(
        f"更改：{like.label}",
        form(
            "/rulebook/preview",
            field("适用", choice("kind", kinds, kind)) if len(kinds) > 1 else hidden("kind", ""),
            field("数值", _value(like, filled["value"] or written(standing)), _hint(like, standing)),
            field("有效期起", text("valid_from", filled["valid_from"] or str(visit.today), kind="date", required=True)),
            field("有效期止（可不填）", text("valid_to", filled["valid_to"], kind="date"),
                  f"不填为至另行通知{BY_END if key in PER_KIND else ''}"),
            *document_fields(filled["document"], filled["note"]),
            button("预览影响"),
            kind="stack narrow",
            which=("key", key),
        ),
        _undo(rules, key, visit),
        id="set",
    )  # fmt: skip


def _value(like: Entry, value: str) -> Node:
    if like.choices:
        return choice("value", like.choices.items(), value)
    return text("value", value, required=True, maxlength="100")


def _hint(like: Entry, standing: Entry) -> str:
    now = f"现为{standing.told}"
    if isinstance(like.value, tuple):
        return f"{now}；天数从小到大，用顿号或逗号隔开，截止日前为负数，当日为0"
    if isinstance(like.value, Decimal) and not like.unit:
        return f"{now}，按小数填写，如10%填0.1"
    return f"{now}，单位：{like.unit}" if like.unit else now


def document_fields(document: str = "", note: str = "") -> tuple[Node, Node]:
    """On what ground something is set: a document's number, or words."""
    return (
        field("依据文号", text("document", document, maxlength="100", placeholder="如：渝经信软件〔2026〕12号")),
        field("说明（没有文号时必填）", text("note", note, maxlength="500")),
    )


def _undo(rules: Rulebook, key: str, visit: Visit) -> Node:
    """What was set for this key can be taken back, each by itself."""
    stored = [entry for entry in rules.entries if entry.key == key and entry not in DEFAULT.entries]
    if not stored:
        return None
    items = [
        html.Li(
            form(
                "/rulebook/preview",
                html.Span(f"{entry.told}（{_span(entry)}，{entry.source}）"),
                field("说明", text("note", required=True, maxlength="500")),
                button("撤销此项", tone="plain"),
                kind="line",
                which=("drop", f"{entry.key}:{entry.kind}:{entry.valid_from}"),
            )
        )
        for entry in stored
    ]
    return [html.H3("已设定的数值"), html.Ul(items, className="items")]


def _import(visit: Visit) -> Node:
    typed = visit.args if visit.args.get("from") == "list" else {}
    return form(
        "/rulebook/preview",
        html.P(["先下载", html.A("现行规则表", href="/rulebook.csv"),
                "，用WPS表格打开，只留要更改的行，改好后仍存为CSV格式。"]),
        field("规则表", element("input", type="file", name="file", accept=".csv,.txt", required=True),
              "第一行的列名不改；须写明有效期起（valid_from）"),
        *document_fields(typed.get("document", ""), typed.get("note", "")),
        button("预览影响"),
        files=True,
        which=("from", "list"),
        kind="stack narrow",
    )  # fmt: skip


def _history(history: tuple[VersionRow, ...]) -> Node:
    rows = [
        row(VERSIONS, (
            f"第{version.version}版",
            [version.document or "—", html.Span(version.note, className="small") if version.note else None],
            html.Ul([html.Li(words) for words in _differences(version)], className="plain-list"),
            f"{version.recorded_by} {labels.stamp(version.recorded_at)}",
        ))
        for version in history
    ]  # fmt: skip
    return table("历次版本", VERSIONS, rows, empty=empty("尚未更改过规则数值。", "各项均为系统默认值。"))


def _differences(version: VersionRow) -> list[str]:
    return [
        f"{word}：{_told(entry)}"
        for word, found in (("设定", version.added), ("不再", version.removed))
        for entry in found
    ]


def _told(entry: Entry) -> str:
    kind = f"（{ObligationKind(entry.kind).label}）" if entry.kind else ""
    return f"{entry.label}{kind} {entry.told}，{_span(entry)}"


PAGE = Page("rulebook", "/rulebook", layout, menu="规则数值")
