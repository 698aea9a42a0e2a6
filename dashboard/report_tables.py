"""Every problem and every value of one version, by sheet and cell, raw text beside what was read from it."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from dashboard import report_comments, report_decisions
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Visit
from dashboard.report_comments import Remarks
from dashboard.report_versions import marked_file
from db.queries.reports import Cell, FindingRow, Report
from policy.provenance import cell_path
from policy.tables import TABLES
from policy.terms import Severity, Status, SubmissionKind
from services.alike import first_of_each

PROBLEMS = (
    Column("位置", "head"),
    Column("项目"),
    Column("原文"),
    Column("取值"),
    Column("状态"),
    Column("发现与改法"),
    Column("依据"),
)
COLUMN_WORDS = {
    SubmissionKind.HALF_YEAR_REPORT: {"current": "本期累计", "previous": "上年同期"},
    SubmissionKind.APPLICATION_FORM: {"current": "申报当年", "previous": "上一年度"},
}
COMMENTED = "comment"
# What the list can be narrowed to: key in the address, word, cell status, finding severity.
KINDS: tuple[tuple[str, str, Status, Severity], ...] = (
    ("error", "须更正", Status.ERROR, Severity.ERROR),
    ("confirm", "待确认", Status.CONFIRM, Severity.CONFIRM),
    ("note", "已规整", Status.NOTE, Severity.NOTE),
)


def problems_card(report: Report, shown: str, visit: Visit, remarks: Remarks) -> html.Section:
    """The list to be worked through, worst first; whoever may decide or comment finds the forms in the row.

    What the committee remarks on stands first, and stands in the list though it was read with certainty.
    """
    entries = list(_entries(report, shown, remarks))
    first = [entry for entry in entries if _remarked(entry, remarks)]
    rest = [entry for entry in entries if not _remarked(entry, remarks)]
    together = first_of_each(report.cells)
    rows = [
        _problem(entry, report, visit, remarks, together.get(entry.id, 0))
        if isinstance(entry, Cell)
        else _finding(entry, report, visit, remarks)
        for entry in ([*first, *rest] if shown != COMMENTED else first)
    ]
    nothing = empty("没有发现问题。", "各项数字都已读出，可在下方逐项核对。")
    listed = table("问题清单", PROBLEMS, rows, id="problems", empty=nothing)
    return card("问题清单", marked_file(report), _kinds(report, shown, remarks), listed, _overtaken(report))


def _entries(report: Report, shown: str, remarks: Remarks) -> Iterable[Cell | FindingRow]:
    if shown in ("", COMMENTED):
        yield from report_comments.commented(report, remarks)
    for key, _word, status, severity in KINDS:
        if shown in ("", COMMENTED, key):
            yield from (entry for entry in report.findings if entry.severity is severity)
            yield from (cell for cell in report.cells if cell.status is status)


def _remarked(entry: Cell | FindingRow, remarks: Remarks) -> bool:
    return remarks.on(entry) if isinstance(entry, Cell) else remarks.on_finding(entry)


def first_open(report: Report) -> str:
    """Where the first problem stands that keeps the report from being submitted; empty when none does."""
    wrong = [finding_place(entry) for entry in report.findings if entry.severity is Severity.ERROR]
    wrong += [cell_place(cell) for cell in report.cells if cell.status is Status.ERROR]
    unsaid = [finding_place(entry) for entry in report.findings if entry.unexplained]
    return next(iter([*wrong, *unsaid]), "")


def finding_place(entry: FindingRow) -> str:
    """The id of its row in the list."""
    return f"finding-{entry.id}"


def cell_place(cell: Cell) -> str:
    return f"cell-{cell.id}"


def _overtaken(report: Report) -> Node:
    """Findings that a decision has settled, for whoever wants to know what stood there before."""
    if not report.overtaken:
        return None
    lines = [html.Li(f"{entry.where or '全文'}：{entry.message}") for entry in report.overtaken]
    return html.Details([html.Summary(f"核对后已不存在的问题（{len(lines)}条）"), html.Ul(lines, className="items")])


def _kinds(report: Report, shown: str, remarks: Remarks) -> html.Nav:
    counts = {key: report.count(status) + report.count_findings(severity) for key, _word, status, severity in KINDS}
    everything = sum(counts.values()) + len(report_comments.commented(report, remarks))
    links = [_kind(report, "", "全部", everything, shown)]
    links += [_kind(report, key, word, counts[key], shown) for key, word, _status, _severity in KINDS]
    if remarked := report_comments.count(report, remarks):
        links.append(_kind(report, COMMENTED, "有批注", remarked, shown))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选问题"})


def _kind(report: Report, key: str, word: str, count: int, shown: str) -> html.A:
    href = f"/reports/{report.id}{f'?show={key}' if key else ''}"
    here = {"aria-current": "true"} if key == shown else {}
    return html.A([word, html.Span(count, className="count")], href=href, **here)


def _finding(entry: FindingRow, report: Report, visit: Visit, remarks: Remarks) -> html.Tr:
    told = [
        entry.message,
        *report_decisions.mending(entry, report, visit),
        *report_decisions.explanation(entry, report, visit),
        *remarks.of_finding(entry),
    ]
    about = "勾稽核对" if entry.clause else "文件"  # without a clause it speaks of the file alone
    cells = (entry.where or "全文", about, "—", "—", lights.severity(entry.severity), told, entry.clause)
    return row(PROBLEMS, cells, id=finding_place(entry))


def _problem(cell: Cell, report: Report, visit: Visit, remarks: Remarks, alike: int) -> html.Tr:
    return row(PROBLEMS, (
        cell.where or "文件中没有", _name(cell, report), _raw(cell), _value(cell, report), lights.status(cell.status),
        [*_advice(cell), *report_decisions.decision(cell, report, visit, alike), *remarks.of_cell(cell)], "—",
    ), id=cell_place(cell))  # fmt: skip


def _name(cell: Cell, report: Report) -> list[Node]:
    if cell.table == "figures":
        word = COLUMN_WORDS.get(report.kind or SubmissionKind.HALF_YEAR_REPORT, {}).get(cell.column, "")
        return [cell.label, html.Span(word, className="small")]
    table_word = next((entry.label for entry in TABLES if entry.key == cell.table), cell.table)
    return [cell.label, html.Span(f"{table_word} 第{cell.row}行", className="small")]


def _raw(cell: Cell) -> Node:
    return html.Span("空白", className="muted") if cell.raw is None or not cell.raw.strip() else html.Code(cell.raw)


def _value(cell: Cell, report: Report) -> Node:
    if cell.value is None:
        return html.Span("—", className="muted")
    return [_traced(cell, report), html.Span(cell.unit, className="unit")]


def _traced(cell: Cell, report: Report) -> Node:
    """The value; a figure (what has a unit) leads to its cell with all that was read and decided."""
    return figure(cell.value, cell_path(report.id, cell.id)) if cell.unit else cell.value


def _advice(cell: Cell) -> list[Node]:
    words: list[Node] = [cell.message or (f"原文“{cell.raw}”已读作{cell.value}{cell.unit}" if cell.value else "")]
    if cell.remark:
        words.append(html.Span(f"备注：{cell.remark}", className="small"))
    others = [each for each in cell.candidates if each != cell.value]
    if others and cell.decided is None:
        words.append(html.Span(f"也可能为：{'、'.join(others)}", className="small"))
    return words


FIGURES = (
    Column("指标", "head"),
    Column("列", "day"),
    Column("位置", "day"),
    Column("原文"),
    Column("取值", "number"),
    Column("单位", "day"),
    Column("状态"),
)


def figures_card(report: Report, remarks: Remarks) -> Node:
    """All single figures and texts of the form, in the order of the file."""
    cells = [cell for cell in report.cells if cell.table == "figures"]
    if not cells:
        return None
    rows = [_figure(cell, report, remarks) for cell in cells]
    return card("全部指标", table("全部指标", FIGURES, rows), id="figures", note="原文 → 取值")


def _figure(cell: Cell, report: Report, remarks: Remarks) -> html.Tr:
    words = COLUMN_WORDS.get(report.kind or SubmissionKind.HALF_YEAR_REPORT, {})
    value = html.Span("—", className="muted") if cell.value is None else _traced(cell, report)
    if cell.decided is not None:
        value = html.Span([value, html.Span(cell.decided.kind.label, className="small")], title=cell.decided.told)
    place = f"v-{cell.key}" if cell.column == "current" else None
    cells = (cell.label, words.get(cell.column, ""), cell.where or "—", _raw(cell), value, cell.unit,
             [lights.status(cell.status), *remarks.of_cell(cell)])  # fmt: skip
    return row(FIGURES, cells, id=place)


def tables_cards(report: Report, remarks: Remarks) -> Iterable[Node]:
    """The repeated tables as they were read; a cell that is not 正常 shows its raw text too."""
    for entry in TABLES:
        cells = [cell for cell in report.cells if cell.table == entry.key]
        if not cells:
            continue
        columns = (
            Column("行", "head"),
            *(Column(c.label, "number" if c.unit else "text", c.unit) for c in entry.columns),
        )
        by_row: dict[int, dict[str, Cell]] = {}
        for cell in cells:
            by_row.setdefault(cell.row, {})[cell.key] = cell
        keys = [column.key for column in entry.columns]
        rows = [
            row(
                columns,
                [
                    remarks.row_number(entry.key, number, list(of_row.values())),
                    *(_table_cell(of_row.get(key), report, remarks) for key in keys),
                ],
                id=f"row-{entry.key}-{number}",
            )
            for number, of_row in sorted(by_row.items())
        ]
        shown = html.Div(table(entry.label, columns, rows, wide=True), className="tall")
        head = html.Summary(f"{entry.label}（{len(rows)}行）")
        opened = remarks.opened(entry.key)
        yield html.Details([head, shown], open=opened, className="card fold", id=f"t-{entry.key}")


def _table_cell(cell: Cell | None, report: Report, remarks: Remarks) -> Node:
    return "—" if cell is None else [_table_value(cell, report), *remarks.said_of(cell)]


def _table_value(cell: Cell, report: Report) -> Node:
    if cell.status is Status.OK:
        return "无" if cell.value is None else _traced(cell, report)
    shown = _traced(cell, report) if cell.value is not None else cell.raw or "空白"
    return html.Span([shown, lights.status(cell.status)], title=f"{cell.where} 原文“{cell.raw or ''}” {cell.message}")
