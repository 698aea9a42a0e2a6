"""编写正文: what people write into the self-assessment, the department's review and the half-year letter.

Every section is a plain form with a button; with scripts on it saves itself (assets/writing.js).
"""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from flask import abort, request

from dashboard import labels
from dashboard.archive_parts import draft_buttons
from dashboard.components import forms
from dashboard.components.blocks import card
from dashboard.components.tabs import park_crumbs
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.text_parts import changed, findings, history, problems, quotable, reading
from policy.outlines import DEPARTMENT_REVIEW, HALF_YEAR_LETTER, LONGEST, SELF_ASSESSMENT
from policy.refusal import Unknown
from services.narrative_check import TOLERANCE
from services.writing_desk import Desk, Sheet, desk


def layout(visit: Visit, document: str, code: str, period: str = "") -> View:
    try:
        with visit.platform.database.read() as session:
            found = desk(session, visit.actor, code, document, period, visit.today)
    except Unknown:
        abort(404)
    park, of = found.at.park, found.at.half_year
    return View(
        f"{'编写' if found.may_write else ''}{found.outline.label}正文{f'（{of.label}）' if of else ''}",
        body=[
            _notice(found),
            _changes(found),
            _desk(found, visit),
            _left_over(found),
        ],
        lead=_lead(found),
        actions=_papers(found),
        crumbs=(*park_crumbs(visit.actor), (park.title, f"/parks/{park.code}"), *_before(found)),
    )  # fmt: skip


def _desk(found: Desk, visit: Visit) -> html.Div:
    """What may be quoted beside the sections; the script keeps drafts under whose text of which document it is."""
    kept_under = f"{visit.actor.account} {found.at.park.code} {found.outline.document} {found.at.period}"
    sections = html.Div([_sheet(one, found, visit) for one in found.sheets], className="stack-cards")
    return html.Div(
        [_offered(found), sections], className="writing" if found.may_write else "written-sections",
        **{"data-writing": kept_under},
    )  # fmt: skip


def _lead(found: Desk) -> str:
    if found.may_write:
        return f"{found.at.park.short_name}。边写边存，历次保存都可恢复；表格、图和附件由数据自动生成，不需要编写。"
    return f"{found.at.park.short_name}。由{found.outline.writer}编写；这里只读。"


def _before(found: Desk) -> tuple[tuple[str, str], ...]:
    tail = {SELF_ASSESSMENT: ("自评", "self-assessment"), DEPARTMENT_REVIEW: ("验收", "acceptance")}
    word = tail.get(found.outline.document)
    return ((word[0], f"/parks/{found.at.park.code}/{word[1]}"),) if word else ()


def _papers(found: Desk) -> Node:
    """The document as it stands."""
    period = f"?period={found.at.period}" if found.at.period else ""
    return draft_buttons(f"/parks/{found.at.park.code}/documents/{found.outline.document}", found.outline.label, period)


def _notice(found: Desk) -> Node:
    return html.P(found.closed, className="notice notice-message") if found.closed else None


def address(found: Desk) -> str:
    of = f"/{found.at.period}" if found.at.period else ""
    return f"/parks/{found.at.park.code}/{found.outline.document}{of}/text"


def _changes(found: Desk) -> Node:
    """What is not as it was when the text was last looked over; the tables follow by themselves, sentences do not."""
    if not found.changes or found.looked_over is None:
        return None
    when, who = found.looked_over
    seen = forms.form(
        address(found), forms.button("已核对", tone="primary", id="checked", name="act", value="checked"), kind="line"
    )  # fmt: skip
    return card(
        "数据变化",
        html.P(f"{who}{labels.stamp(when)}核对以后，下列数据有变化，请看正文是否须改。引用的数据自动取新值。"),
        changed(found.changes),
        seen if found.may_write else None,
        id="changes",
        note=f"{len(found.changes)}项",
    )


def _offered(found: Desk) -> Node:
    if not found.may_write:
        return None
    taken = "所报的数" if found.outline.half_yearly else "审核通过的数，并带来源编号"
    told = f"先点到正文要插入的地方，再点“插入”。印出时取{taken}，不会写错。"
    hint = f"正文中的数与数据不一致的会提示：{TOLERANCE}。"
    return html.Aside(
        card("可引用的数据", html.P(told, className="small"), html.Div(quotable(found.base), className="offered"),
             html.P(hint, className="small")),
        className="quotable",
        **{"aria-label": "可引用的数据"},
    )  # fmt: skip


def _sheet(one: Sheet, found: Desk, visit: Visit) -> html.Section:
    key = one.section.key
    body = _writing(one, found, visit) if found.may_write else [_read(one, found)]
    kept = history(one.history, address(found), key, one.number, may_write=found.may_write)
    return card(one.section.heading, *body, kept, id=f"section-{key.replace('.', '-')}")


def _read(one: Sheet, found: Desk) -> Node:
    if not one.text:
        return html.P("尚未编写。", className="muted")
    return [reading(one.text, found.base), problems(one.text, found.base)]


def _writing(one: Sheet, found: Desk, visit: Visit) -> list[Node]:
    key = one.section.key
    refused = request.method == "POST" and visit.args.get("section") == key and "text" in visit.args
    typed = visit.args["text"] if refused else one.text
    area = element(
        "textarea", typed, name="text", rows=min(18, max(4, typed.count("\n") + len(typed) // 45 + 2)),
        maxlength=LONGEST, aria_label=one.section.heading,
    )  # fmt: skip
    saved = one.saved
    told = f"{labels.stamp(saved.saved_at)}　{saved.saved_by}保存" if saved else "尚未编写"
    editor = forms.form(
        address(found),
        forms.hidden("section", key),
        forms.hidden("number", one.number),
        _theirs(one) if refused else None,
        area,
        html.Div(
            [
                forms.button("保存", tone="plain", name="act", value="save"),
                html.Span(told, className="saved small-text", role="status"),
            ],
            className="buttons",
        ),
        which=("form", f"text-{key}"),
        kind="stack text-form",
    )
    clause = html.Span(f"依据：{one.section.clause}", className="clause") if one.section.clause else None
    hint = html.P([one.section.hint, _traced(found) if _quotes(key) else None, clause], className="small quoted")
    return [
        hint,
        _drafted(one, found),
        editor,
        html.Div(findings(typed, found.base), className="found", **{"aria-live": "polite"}),
    ]


def _drafted(one: Sheet, found: Desk) -> Node:
    """What stands there already, for the writer not to say it twice; its figures are told on the park's page."""
    if not one.drafted:
        return None
    return html.P(["由数据写入：", one.drafted, _traced(found)], className="drafted quoted")


def _quotes(key: str) -> bool:
    """Whether the hint is a finding about the park's figures."""
    return key.startswith("problem.")


def _traced(found: Desk) -> html.A:
    """Where the figures of a sentence are told."""
    return html.A("追溯来源", href=f"/parks/{found.at.park.code}#figures", className="traced-all")


def _theirs(one: Sheet) -> Node:
    """The other text, when two have written at once; what was typed stays below it."""
    saved = one.saved
    if saved is None:
        return None
    head = f"{saved.saved_by}{labels.stamp(saved.saved_at)}保存的另一稿；下面是您写的，合并后再点“保存”："
    return html.Div([html.P(head), html.Div(saved.text or "（空）", className="as-sent")], className="theirs")


def _left_over(found: Desk) -> Node:
    if not any(one.text for one in found.left_over):
        return None
    parts = [html.Div(one.text, className="as-sent") for one in found.left_over if one.text]
    told = html.P("所对应的问题或任务按现有数据已不需要另写，不再印出，文字保留备查。", className="small")
    return html.Details([html.Summary("已不需要另写的部分"), told, *parts], className="card fold")


def _of(document: str) -> Callable[..., View]:
    return lambda visit, code, period="": layout(visit, document, code, period)


SELF_ASSESSMENT_PAGE = Page("self_assessment_text", "/parks/<code>/self-assessment/text", _of(SELF_ASSESSMENT))
DEPARTMENT_REVIEW_PAGE = Page("department_review_text", "/parks/<code>/department-review/text", _of(DEPARTMENT_REVIEW))
HALF_YEAR_LETTER_PAGE = Page(
    "half_year_letter_text", "/parks/<code>/half-year-letter/<period>/text", _of(HALF_YEAR_LETTER)
)  # fmt: skip
PAGES = (SELF_ASSESSMENT_PAGE, DEPARTMENT_REVIEW_PAGE, HALF_YEAR_LETTER_PAGE)
