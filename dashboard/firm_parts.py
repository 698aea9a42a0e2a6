"""Parts of the page of 一企一表: sending and receiving, where every firm stands, and merging."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.figure import counted, figure
from dashboard.components.forms import button, field, form
from dashboard.components.tables import Column, row, table
from dashboard.labels import NON_CLASSIFIED
from dashboard.markup import Node, element
from policy.figures import percent, plain
from policy.findings import Finding
from policy.firm_round import FIGURES as AMOUNTS
from policy.firm_round import Answer, Entry, Firm, FirmState, coverage, problem_told, totals, uncounted
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.provenance import figure_path, split_place
from policy.tables import Column as RosterColumn
from policy.terms import Light, SubmissionState
from services.firm_answers import Paper, Standing

LARGEST = 25 * 1024 * 1024 - 512 * 1024
ACCEPTED = ".xlsx,.xls,.ods,.csv,.docx,.html,.htm,.zip"
STATE_LIGHTS: dict[FirmState, Light] = {
    FirmState.MISSING: Light.GREY,
    FirmState.RECEIVED: Light.GREEN,
    FirmState.PROBLEM: Light.RED,
}
Pick = Callable[[Firm], bool]


def _in(state: FirmState) -> Pick:
    return lambda firm: firm.state is state


VIEWS: dict[str, tuple[str, Pick]] = {
    "": ("全部", lambda firm: True),
    **{state.value: (state.label, _in(state)) for state in FirmState},
    "twice": ("重复", lambda firm: len(firm.answers) > 1),
    "new": ("新增", lambda firm: firm.is_new),
    "changed": ("有变动", lambda firm: bool(firm.changes)),
}
COLUMNS = (
    Column("企业名称", "head"), Column("情况"), Column("收回"), Column("填报数"), Column("问题和变动"),
)  # fmt: skip
UNREAD = (Column("文件", "head"), Column("原因"))


def summary(found: Standing, address: str) -> html.P:
    """Every count leads to the firms it counts."""
    told: list[Node] = ["企业", counted(f"{len(found.round.firms)}家", f"{address}#firms"), "："]
    for place, state in enumerate(FirmState):
        number = counted(f"{found.round.counted(state)}家", f"{address}?show={state}#firms")
        told += ["，" if place else "", state.label, number]
    listed = f"名录取自{found.listed_of}" if found.listed_of else "上期没有名录"
    return html.P([*told, f"；{listed}。"], className="summary")


def _count(found: Standing, key: str) -> int:
    return sum(VIEWS[key][1](firm) for firm in found.round.firms)


def last_batch(found: Standing, again: str) -> html.P | None:
    """What came in last, in one sentence; `again`: how many files of it had come in before, of a batch just sent."""
    known = f"{again}份此前已收过，没有重复收下" if again.isascii() and again.isdecimal() and len(again) < 6 else ""
    if not found.last_batch:
        return None
    if known and int(again):
        return html.P(f"本次上传的文件中{known}；{_received(found)}", className="notice", role="status")
    return html.P(_received(found), className="notice", role="status")


def _received(found: Standing) -> str:
    wrong = sum(bool(answer.problem) for answer in found.last_batch)
    told = f"最近一次收回：{labels.stamp(found.last_batch[0].sent_at)}，收下{len(found.last_batch)}份"
    more = f"，其中{wrong}份不能作为答复，原因见“不能作为答复的文件”" if wrong else ""
    return f"{told}{more}。"


def collecting(found: Standing, address: str) -> html.Section:
    steps = html.Ol(
        [
            html.Li("下载全部一企一表，发给各企业；新增企业用“000-新增企业（空白表）”。"),
            html.Li("企业填好发回后，不必改文件名，一次选多个文件或一个 .zip 上传。"),
            html.Li("同一企业再次发回的，以最新的一份为准，以前的都保留。"),
        ]
    )
    limit = f"可选多个文件或压缩包（.zip），共不超过{LARGEST // 1024 // 1024}MB"
    file = element("input", type="file", name="files", multiple=True, required=True, accept=ACCEPTED)
    body = form(
        f"{address}/answers",
        html.P(NON_CLASSIFIED, className="non-classified"),
        field("收回的一企一表", file, limit),
        button("上传并核对"),
        largest=LARGEST,
    )
    parts = html.Div([steps, body], className="stack")
    return card("发放和收回", parts, id="collect", note=f"统计期 {found.period.months_label}")


def merging(found: Standing, paper: Paper | None, address: str) -> html.Section:
    """The district's part: what the answers add up to, and making a draft of them."""
    if not found.round.answered:
        return card("汇总", empty("还没有收回的一企一表。", "收回后可以汇总成半年报草稿。"), id="merge")
    texts = [_texts(firm) for firm in found.round.answered]
    proposed, left_out = totals(texts), uncounted(texts)
    filled = paper.figures if paper else {}
    rows = [row(TOTALS, _total(key, value, found, paper)) for key, value in proposed.items()]
    only = html.Label([element("input", type="checkbox", name="answered_only", value="1"), " 未回收的企业不列入一览表"])
    body = form(f"{address}/merge", only, button("汇总成半年报草稿", id="merge-button"))
    download = html.P(html.A("只下载汇总表，不生成草稿", href=f"{address}/merged.xlsx"))
    doubtful = f"有{left_out}家的网络安全业务收入有疑问或空缺，未计入汇总数。" if left_out else ""
    told = "已填过的指标不会改动，汇总数列在旁边供核对；企业填法有疑问的，在草稿里逐格核对。"
    parts = [
        _reported(paper),
        html.P(doubtful + told),
        _coverage(proposed, filled, found.least_coverage),
        table("已收回企业的汇总数", TOTALS, rows),
        body,
        download,
    ]
    note = f"已收回{len(found.round.answered)}家"
    return card("汇总", html.Div(parts, className="stack"), id="merge", note=note)


TOTALS = (Column("指标", "head"), Column("汇总数", "number"), Column("本期已填", "number"))


def _total(key: str, value: Decimal, found: Standing, paper: Paper | None) -> tuple[Node, ...]:
    """The sum leads to the answers it was made of, what is filled in to its own source."""
    indicator = INDICATORS[key]
    summed = counted(f"{plain(value)}{indicator.unit}", "#firms")
    if paper is None or key not in paper.figures:
        return indicator.label, summed, "—"
    path = figure_path(found.park.code, found.period, key, paper.no)
    return indicator.label, summed, figure(f"{plain(paper.figures[key])}{indicator.unit}", path)


def _reported(paper: Paper | None) -> html.P | None:
    """Merging again after the report was sent in makes another version, which goes the whole way."""
    if paper is None or paper.state not in (SubmissionState.SUBMITTED, SubmissionState.ACCEPTED):
        return None
    more = "，审核通过后按数据更正登记" if paper.state is SubmissionState.ACCEPTED else ""
    told = f"本期报告{paper.no.label}{paper.state.label}。再次汇总会另成一版草稿，须重新报送{more}。"
    return html.P(told, className="notice")


def _coverage(proposed: Mapping[str, Decimal], filled: Mapping[str, Decimal], floor: Decimal) -> html.P | None:
    """How far the answers bear out the park's security revenue (附件表二注)."""
    share = coverage(proposed, filled.get("revenue_cyber"))
    if share is None:
        return None
    said = "，高于100%，请核对" if share > 1 else f"，低于{percent(floor)}，请催收或核对" if share < floor else ""
    return html.P(f"已收回企业的网络安全业务收入合计占已填网络安全产业收入的{percent(share)}{said}。")


def _texts(firm: Firm) -> dict[str, str]:
    return {key: entry.text for key, entry in firm.answer.cells.items()} if firm.answer else {}


def firms(found: Standing, people: Mapping[str, str], address: str, show: str) -> html.Section:
    show = show if show in VIEWS else ""
    shown = [firm for firm in found.round.firms if VIEWS[show][1](firm)]
    nothing = empty("没有这样的企业。", "请选其他情况查看。")
    if not found.round.firms:
        nothing = empty("还没有企业。", "上期没有名录；请上传新增企业填好的表。")
    body = table("各企业情况", COLUMNS, [_firm(firm, people, address) for firm in shown], empty=nothing)
    return card("各企业情况", _views(found, show), html.Div(body, className="tall"), id="firms")


def _views(found: Standing, show: str) -> html.Nav:
    links = [
        html.A(
            [word, html.Span(_count(found, key), className="count")],
            href=f"?show={key}#firms",
            **({"aria-current": "true"} if key == show else {}),
        )
        for key, (word, _) in VIEWS.items()
    ]
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _firm(firm: Firm, people: Mapping[str, str], address: str) -> html.Tr:
    marks = [html.Span(word, className="stage") for word in _marks(firm)]
    state: Node = [lights.light(STATE_LIGHTS[firm.state], firm.state.label), *marks]
    came = [_came(answer, people, address) for answer in firm.answers]
    contact = html.Span(f"联系人：{firm.contact}", className="small") if firm.contact and not came else None
    return row(COLUMNS, ([firm.name, contact], state, came or "—", _amounts(firm) or "—", _matters(firm) or "—"))


def _amounts(firm: Firm) -> Node:
    """The figures of the newest answer with their cells; those in doubt are told beside."""
    cells = firm.answer.cells if firm.answer else {}
    certain = [(column, cells[column.key]) for column in AMOUNTS if column.key in cells]
    told = [html.Li(_amount(column, entry)) for column, entry in certain if entry.value and not entry.status.blocks]
    return html.Ul(told, className="plain-list") if told else None


def _amount(column: RosterColumn, entry: Entry) -> list[Node]:
    """营业总收入 900万元 C12; what was written, where it is not the value itself."""
    raw = "" if entry.raw == entry.value else f"，原文“{entry.raw}”"
    place = html.Span(f" {split_place(entry.where)[1]}{raw}", className="muted")
    return [f"{column.label.removeprefix('其中：')} {entry.value}{column.unit}", place]


def _marks(firm: Firm) -> Iterator[str]:
    if firm.is_new:
        yield "新增"
    if len(firm.answers) > 1:
        yield f"重复{len(firm.answers)}份"


def _came(answer: Answer, people: Mapping[str, str], address: str) -> html.Div:
    who = f"{labels.stamp(answer.sent_at)} {people.get(answer.sent_by, answer.sent_by)}"
    name: Node = html.A(answer.file, href=f"{address}/answers/{answer.number}") if answer.kept else answer.file
    return html.Div([html.Span(name, className="file-name"), html.Span(who, className="small")])


def _matters(firm: Firm) -> Node:
    """What is wrong where, what is otherwise than last time, and how two answers differ."""
    found = [
        *(_problem(key, entry) for key, entry in firm.problems.items()),
        *(_finding(finding) for finding in firm.findings),
        *(html.Li(["与上期不同 ", change.told]) for change in firm.changes),
        *(html.Li(["与前一份不同 ", change.told]) for change in firm.differences),
    ]
    return html.Ul(found, className="plain-list") if found else None


def _problem(key: str, entry: Entry) -> html.Li:
    return html.Li([lights.status(entry.status), f" {entry.where} {problem_told(key, entry)}"])


def _finding(finding: Finding) -> html.Li:
    return html.Li([lights.severity(finding.severity), f" {finding.where} {finding.message}"])


def unread(found: Standing, people: Mapping[str, str], address: str) -> html.Section | None:
    if not found.round.unread:
        return None
    rows = [row(UNREAD, (_came(answer, people, address), answer.problem)) for answer in found.round.unread]
    note = f"共{len(rows)}份；请更正后重新上传"
    return card("不能作为答复的文件", table("不能作为答复的文件", UNREAD, rows), id="unread", note=note)
