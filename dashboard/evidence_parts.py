"""Parts of the page of 佐证资料: what nothing proves yet, the form, and the papers by category."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from urllib.parse import quote

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty, facts
from dashboard.components.figure import figure
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.labels import NON_CLASSIFIED
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.evidence import EvidenceRow
from policy.access import Permission
from policy.evidence import CLAUSE, LARGEST, Category, Claim, ClaimKey, ClaimKind
from policy.media import ACCEPTED
from services import clock
from services.claims import Ledger
from services.evidence_list import FILED

MEBIBYTE = 1024 * 1024
UNREADABLE = "扫描件、照片、视频和压缩包内的文字系统不能识读，请先自行确认不涉密。"
SAMPLE = "如：2026年攻防大赛活动照片"
GAPS = (
    Column("类别"), Column("事项", "head"), Column("报告或登记所述"), Column("依据"), Column("出处"), Column("办理"),
)  # fmt: skip
PROVEN = (
    Column("类别"), Column("事项", "head"), Column("报告或登记所述"), Column("出处"), Column("佐证资料"),
)  # fmt: skip
PAPERS = (Column("资料名称", "head"), Column("佐证事项"), Column("文件"), Column("提交", "day"), Column("办理"))
WITHDRAWN = (Column("资料名称", "head"), Column("类别"), Column("撤回", "day"), Column("原因"))


def civil(instant: datetime) -> date:
    return clock.civil(instant).date()


def gaps(ledger: Ledger, visit: Visit) -> html.Section:
    """What is stated and nothing proves."""
    columns = GAPS if visit.may(Permission.PUT_EVIDENCE) else GAPS[:-1]
    rows = [row(columns, _gap(claim, ledger, visit)[: len(columns)]) for claim in ledger.unproven]
    nothing = empty("各事项都有佐证资料。")
    body = html.Div(table("缺少佐证的事项", columns, rows, empty=nothing), className="tall")
    return card(f"缺少佐证的事项（{len(rows)}项）", body, id="gaps", note=ledger.stated_from)


def _gap(claim: Claim, ledger: Ledger, visit: Visit) -> tuple[Node, ...]:
    act = html.A("提交佐证", href=f"?claim={_quoted(claim.key)}#put")
    return claim.key.kind.label, claim.label, _stated(claim, ledger), claim.clause, _where(claim, ledger), act


def _stated(claim: Claim, ledger: Ledger) -> Node:
    """What a report says leads to the cell or row that says so."""
    if not claim.source:
        return claim.stated
    path = ledger.path(claim)
    return figure(claim.stated, path) if claim.key.kind is ClaimKind.INDICATOR else html.A(claim.stated, href=path)


def _where(claim: Claim, ledger: Ledger) -> Node:
    """The place, leading to its cell, row or record."""
    path = ledger.path(claim)
    return html.A(claim.where, href=path) if path else claim.where


def _quoted(key: ClaimKey) -> str:
    return quote(str(key), safe="")


def chosen_claim(ledger: Ledger, visit: Visit) -> Node:
    """The statement the address names, with the papers that prove it."""
    claim = _wanted(ledger, visit)
    if claim is None:
        return None
    papers = [html.Li(file(paper, ledger)) for paper in ledger.proofs.get(claim.key, ())]
    lacking = FILED if claim.filed else "缺少佐证"
    put = html.P(html.A("提交佐证", href="#put"), className="links") if visit.may(Permission.PUT_EVIDENCE) else None
    rows: list[tuple[str, Node]] = [
        ("类别", claim.key.kind.label),
        ("所述内容", _stated(claim, ledger)),
        ("出处", _where(claim, ledger)),
        ("依据", claim.clause),
        ("佐证资料", html.Ul(papers, className="plain-list") if papers else lacking),
    ]
    return card(claim.label, facts(rows), put, id="claim", note=ledger.stated_from if claim.source else "")


def proven(ledger: Ledger) -> Node:
    """What is stated and proven, with the papers that prove it."""
    found = [claim for claim in ledger.claims if ledger.is_proven(claim)]
    rows = [row(PROVEN, _proven(claim, ledger)) for claim in found]
    nothing = empty("还没有事项有佐证资料。")
    body = html.Div(table("已有佐证的事项", PROVEN, rows, empty=nothing), className="tall")
    return card(f"已有佐证的事项（{len(rows)}项）", body, id="proven")


def _proven(claim: Claim, ledger: Ledger) -> tuple[Node, ...]:
    papers = [html.Li(file(paper, ledger)) for paper in ledger.proofs.get(claim.key, ())]
    shown = html.Ul(papers, className="plain-list") if papers else FILED
    return claim.key.kind.label, claim.label, _stated(claim, ledger), _where(claim, ledger), shown


def file(paper: EvidenceRow, ledger: Ledger) -> list[Node]:
    """A paper that leads to its file, with what it is and when it came."""
    told = f"{paper.media.label}，{labels.size(paper.size)}，{labels.day(civil(paper.uploaded_at))}"
    return [
        html.A(paper.title, href=f"/parks/{ledger.code}/evidence/{paper.id}"),
        html.Span(told, className="small"),
    ]


def put_form(ledger: Ledger, visit: Visit) -> html.Section:
    """The form; a claim in the address is ticked, and its category chosen."""
    wanted = _wanted(ledger, visit)
    category = visit.args.get("category") or (wanted.category if wanted else "")
    options = [("", "请选择"), *((entry.value, f"{n}. {entry.label}") for n, entry in enumerate(Category, 1))]
    limit = f"{ACCEPTED}，不超过{LARGEST // MEBIBYTE}MB；按内容识别，程序和脚本不收"
    title = visit.args.get("title") or (wanted.label if wanted else "")
    ticked = [wanted.key] if wanted else []
    body = form(
        f"/parks/{ledger.code}/evidence",
        html.P(
            [f"{NON_CLASSIFIED}。{UNREADABLE}误报在", html.A("涉密误传", href="/withheld"), "中申明。"],
            className="non-classified",
        ),
        field("类别", choice("category", options, category, required=True)),
        field("资料名称", text("title", title, required=True, maxlength="200", placeholder=SAMPLE)),
        html.Fieldset([html.Legend("佐证哪些事项", className="field-word"), ticks(ledger, ticked)]),
        field("文件", element("input", type="file", name="file", required=True), limit),
        button("提交"),
        largest=LARGEST,
    )  # fmt: skip
    return card("提交佐证资料", body, id="put", note="提交后园区、区县、市级和评审专家可以查看")


def _wanted(ledger: Ledger, visit: Visit) -> Claim | None:
    try:
        return ledger.claim(ClaimKey.parse(visit.args.get("claim", "")))
    except ValueError:
        return None


def ticks(ledger: Ledger, ticked: Sequence[ClaimKey] = (), leave_out: Iterable[ClaimKey] = ()) -> html.Div:
    """One fold a kind; what nothing proves yet stands first."""
    left_out = set(leave_out)
    folds: list[Node] = []
    for kind in ClaimKind:
        claims = [claim for claim in ledger.about(kind) if claim.key not in left_out]
        claims.sort(key=ledger.is_proven)
        if claims:
            chosen = any(claim.key in ticked for claim in claims)
            missing = sum(not ledger.is_proven(claim) for claim in claims)
            word = f"{kind.label}（{len(claims)}项，{missing}项缺少佐证）"
            boxes = html.Div([_tick(claim, claim.key in ticked) for claim in claims], className="ticks claims")
            folds.append(element("details", html.Summary(word), boxes, open=chosen, class_="claim-fold"))
    return html.Div(folds)


def _tick(claim: Claim, chosen: bool) -> html.Label:
    box = element("input", type="checkbox", name="claims", value=str(claim.key), checked=chosen)
    # A figure stands in the list above, where it leads to its source.
    stated = None if claim.key.kind is ClaimKind.INDICATOR else html.Span(claim.stated, className="small")
    return html.Label([box, " ", claim.label, stated])


def papers(ledger: Ledger, visit: Visit) -> html.Section:
    """Every paper under its category of 附件八; a category that has none says so."""
    columns = PAPERS if visit.may(Permission.PUT_EVIDENCE) else PAPERS[:-1]
    parts: list[Node] = []
    for number, category in enumerate(Category, 1):
        found = ledger.of(category)
        rows = [row(columns, _paper(paper, ledger)[: len(columns)], id=f"evidence-{paper.id}") for paper in found]
        count = f"{len(rows)}件" if rows else "尚未提交"
        parts.append(html.H3([f"{number}. {category.label}", html.Span(count, className="note")], className="part"))
        parts.append(table(category.short, columns, rows) if rows else None)
    return card(f"佐证资料（{len(ledger.standing)}件）", *parts, id="papers", note=f"依据：{CLAUSE}")


def _paper(paper: EvidenceRow, ledger: Ledger) -> tuple[Node, ...]:
    proves = html.Ul([html.Li(_proved(key, ledger)) for key in paper.links], className="plain-list")
    shown = [
        html.A("下载", href=f"/parks/{ledger.code}/evidence/{paper.id}"),
        html.Span(f"{paper.media.label}，{labels.size(paper.size)}", className="small"),
        html.Span(paper.file_name, className="small file-name"),
    ]
    by = [labels.day(civil(paper.uploaded_at)), html.Span(paper.uploaded_by, className="small")]
    act = html.A("关联或撤回", href=f"?paper={paper.id}#paper")
    return paper.title, proves if paper.links else "尚未关联事项", shown, by, act


def _proved(key: ClaimKey, ledger: Ledger) -> list[Node]:
    claim = ledger.claim(key)
    stated = _stated(claim, ledger) if claim else "最近一期报告未再列出"
    return [ledger.told(key), html.Span([f"{key.kind.label}：", stated], className="small")]


def chosen_paper(ledger: Ledger, visit: Visit) -> Node:
    """What may be done with the paper the address names: take a link away, add some, withdraw it."""
    paper = next((row for row in ledger.standing if str(row.id) == visit.args.get("paper")), None)
    if paper is None or not visit.may(Permission.PUT_EVIDENCE):
        return None
    base = f"/parks/{ledger.code}/evidence/{paper.id}"
    reason = field(
        "撤回原因", text("reason", required=True, placeholder="如：扫描不全，另行提交"), "原文件和记录都保留"
    )
    return card(
        f"办理“{paper.title}”",
        html.Ul([_unlinking(key, base, ledger) for key in paper.links], className="items") if paper.links else None,
        form(f"{base}/links", html.H3("添加关联"), ticks(ledger, leave_out=paper.links), button("添加关联")),
        form(f"{base}/withdraw", html.H3("撤回"), reason, button("撤回", tone="plain")),
        id="paper",
    )


def _unlinking(key: ClaimKey, base: str, ledger: Ledger) -> html.Li:
    undo = form(f"{base}/unlink", hidden("claims", key), button("取消关联", tone="plain"), kind="line")
    return html.Li([html.Div(_proved(key, ledger)), undo])


def withdrawn(ledger: Ledger, visit: Visit) -> Node:
    """Nobody is handed these any more, but for those who put papers forward."""
    if not ledger.withdrawn or not visit.may(Permission.PUT_EVIDENCE):
        return None
    rows = [_withdrawn(paper, ledger) for paper in ledger.withdrawn]
    return card("已撤回", table("已撤回的佐证资料", WITHDRAWN, rows), id="withdrawn")


def _withdrawn(paper: EvidenceRow, ledger: Ledger) -> html.Tr:
    assert paper.withdrawal is not None
    title = html.A(paper.title, href=f"/parks/{ledger.code}/evidence/{paper.id}")
    day = [labels.day(civil(paper.withdrawal.at)), html.Span(paper.withdrawal.by, className="small")]
    return row(WITHDRAWN, (title, paper.category.short, day, paper.withdrawal.reason))
