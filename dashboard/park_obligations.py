"""应报事项 of one park: reports, 建设进展, the duties as a checklist, and the papers of the end of the two years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html

from dashboard import holding, labels
from dashboard import obligation_parts as parts
from dashboard.components.blocks import card, empty
from dashboard.components.figure import counted
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.obligations import FAMILIES, Entry, ParkLedger, counts
from db.queries.park_detail import ParkDetail
from policy.access import Permission
from policy.figures import percent
from policy.obligations import DUTY_CLAUSE
from policy.terms import ActKind, HalfYear, ObligationKind, Standing
from services.dossiers import Dossier, ReportRecord
from services.obligation_acts import NEEDS

REPORTS = (
    Column("报告期", "head"),
    Column("时限"),
    Column("状态"),
    Column("数据收到", "day"),
    Column("函收到", "day"),
    Column("审核"),
    Column("当前办理单位"),
    Column("半年函和依据文件"),
    Column("办理"),
)
OTHERS = (
    Column("应报事项", "head"),
    Column("时限"),
    Column("状态"),
    Column("收到日期", "day"),
    Column("依据文件"),
)
DUTIES = (
    Column("任务", "head"),
    Column("状态"),
    Column("文件"),
    Column("办理"),
)


def obligations_card(found: ParkLedger, file: Dossier, park: ParkDetail, visit: Visit) -> html.Section:
    """Every kind under a heading of its own; what the park does not owe is not named."""
    known = {entry.obligation.key: entry for entry in found.entries}
    return card(
        "应报事项",
        _tally(found, visit),
        reports_table(file, known, park, visit),
        _part("建设进展报送", _others(found, "progress", visit)),
        *_duties(found, visit),
        _part("验收材料", _others(found, "papers", visit)),
        id="obligations",
        note=parts.judged_by(found.narrowed(FAMILIES["reports"]).entries),
    )


def _tally(found: ParkLedger, visit: Visit) -> Node:
    """半年函报 in numbers, the same as in the ledger."""
    tally = counts([found], *FAMILIES["reports"])
    ledger = f"/obligations?park={found.situation.park.code}"

    def number(count: int, standing: str) -> Node:
        return (
            counted(count, f"{ledger}&standing={standing}#ledger") if visit.may(Permission.VIEW_OBLIGATIONS) else count
        )

    rows: list[tuple[str, Node]] = [
        ("应报", number(tally.owed, "owed")), ("已报", number(tally.received, "received")),
        ("未报", number(tally.missing, "missing")), ("迟报", number(tally.late, "late")),
        ("逾期未报", number(tally.overdue, "overdue")),
        ("报送率", percent(tally.share) if tally.share is not None else "—"),
    ]  # fmt: skip
    told = [[html.Span(word, className="muted"), " ", value] for word, value in rows]
    return html.P(["半年函报：", *(html.Span(one, className="count-word") for one in told)], className="tally-line")


def _part(title: str, body: Node) -> Node:
    return html.Div([html.H3(title), body], className="part") if body is not None else None


def reports_table(file: Dossier, known: Mapping[str, Entry], park: ParkDetail, visit: Visit) -> html.Div:
    nothing = empty("建设周期内没有应报的半年函报。")
    rows = [_report(record, known[str(record.period)], park, visit) for record in file.reports]
    return table("半年函报", REPORTS, rows, empty=nothing)


def _report(record: ReportRecord, entry: Entry, park: ParkDetail, visit: Visit) -> html.Tr:
    receipt = record.owed.receipt
    excused = entry.standing is Standing.WAIVED or parts.newest(entry, ActKind.NIL_RETURN) is not None
    cells: tuple[Node, ...] = (
        record.period.label,
        parts.dates(entry, visit.today),
        parts.standing(entry),
        labels.day(receipt.data_on if receipt else None),
        labels.day(receipt.letter_on if receipt else None),
        _review(record, visit),
        "—" if excused else holding.cell(record.owed.holding, visit.today),
        parts.documents(
            entry, *(letter.number for letter in record.letters), linked=visit.may(Permission.VIEW_OBLIGATIONS)
        ),
        _next_step(record.period, entry, park, visit),
    )
    return row(REPORTS, cells)


def _review(record: ReportRecord, visit: Visit) -> Node:
    receipt = record.owed.receipt
    if receipt is None:
        return "—"
    if receipt.returned_on:
        return f"{labels.day(receipt.returned_on)}退回修改"
    accepted = f"{labels.day(receipt.accepted_on)}审核通过" if receipt.accepted_on else ""
    if receipt.pending and visit.may(Permission.VIEW_REPORT):
        return [html.Span(accepted, className="small"), holding.pending_mark(receipt.pending, record.period)]
    return accepted or "—"


def _next_step(period: HalfYear, entry: Entry, park: ParkDetail, visit: Visit) -> Node:
    code = park.park.code
    links = []
    if visit.may(Permission.UPLOAD_REPORT):
        links.append(html.A("下载模板", href=f"/parks/{code}/template/{period}.xlsx"))
        links.append(html.A("上传", href=f"/reports/new?park={code}&period={period}"))
    if visit.may(Permission.RECORD_LETTER):
        links.append(html.A("登记来函", href=f"/letters/new?park={code}&period={period}"))
    waits = entry.received_on is None and entry.standing is not Standing.WAIVED
    if visit.may(Permission.MANAGE_OBLIGATIONS) and (waits or entry.locked_on):
        links.append(html.A("延期、免报、零报告", href=parts.path(entry)))
    elif visit.may(NEEDS[ActKind.NIL_RETURN]) and waits and entry.obligation.opened(visit.today):
        links.append(html.A("零报告", href=parts.path(entry)))
    return html.Span(links, className="links") if links else "—"


def _others(found: ParkLedger, family: str, visit: Visit) -> Node:
    rows = [_other(entry, visit) for entry in found.narrowed(FAMILIES[family]).entries]
    return table("应报事项", OTHERS, rows) if rows else None


def _other(entry: Entry, visit: Visit) -> html.Tr:
    linked = visit.may(Permission.VIEW_OBLIGATIONS)
    cells = (
        parts.what(entry, linked=linked), parts.dates(entry, visit.today), parts.standing(entry),
        labels.day(entry.received_on), parts.documents(entry, linked=linked),
    )  # fmt: skip
    return row(OTHERS, cells)


def _duties(found: ParkLedger, visit: Visit) -> Sequence[Node]:
    """任务分工 n/5: the annual plans are one duty, done when every plan asked for by now is there."""
    entries = found.narrowed(FAMILIES["duties"]).entries
    if not entries:
        return ()
    met = [kind for kind in FAMILIES["duties"] if _is_met(found, kind)]
    rows = [_duty(found, entry, visit) for entry in entries]
    title = f"任务分工（已办理{len(met)}/{len(FAMILIES['duties'])}）"
    note = html.P(f"依据：{DUTY_CLAUSE}；以登记发文字号、成文日期和文件为办理。", className="muted")
    return (_part(title, [note, table("任务分工", DUTIES, rows)]),)


def _is_met(found: ParkLedger, kind: ObligationKind) -> bool:
    asked = [
        entry
        for entry in found.entries
        if entry.kind is kind and (found.situation.is_counted(entry.obligation) or entry.standing is Standing.WAIVED)
    ]
    return bool(asked) and all(parts.done(entry) or entry.standing is Standing.WAIVED for entry in asked)


def _duty(found: ParkLedger, entry: Entry, visit: Visit) -> html.Tr:
    linked = visit.may(Permission.VIEW_OBLIGATIONS)
    open_ = not parts.done(entry) and entry.standing is not Standing.WAIVED
    record = html.A("登记办理", href=f"{parts.path(entry)}#record-discharge")
    state = parts.standing(entry) if found.situation.is_counted(entry.obligation) or not open_ else _not_asked(entry)
    cells = (
        entry.obligation.label, state, parts.documents(entry, linked=linked),
        record if open_ and visit.may(Permission.DISCHARGE_DUTY) else "—",
    )  # fmt: skip
    return row(DUTIES, cells)


def _not_asked(entry: Entry) -> Node:
    """A plan of a year to come, or of the year of approval, of which the district says whether there is one."""
    year = entry.obligation.period
    word = "批复当年，有则登记" if year is not None and year.start.year <= entry.park.approved_on.year else "年度未到"
    return html.Span(word, className="muted")
