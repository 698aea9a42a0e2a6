"""批注 beside cells and findings: what the committee remarks while it reviews, and what the district reads of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dash import html

from dashboard import labels
from dashboard.components.forms import button, form, hidden
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.reports import Cell, FindingRow, Report
from policy.access import Permission
from policy.terms import Status, SubmissionState
from services.comments import LONGEST, Comment, Comments

PARAMETER = "comment"
"""In the address: the row of a repeated table whose form is open, as roster-12."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of one version as this visitor sees them, and the forms to write them in while it waits."""

    report: Report
    visit: Visit
    comments: Comments

    @property
    def writable(self) -> bool:
        waits = self.report.state is SubmissionState.SUBMITTED and self.report.newest
        return waits and self.visit.may(Permission.REVIEW_REPORT)

    def on(self, cell: Cell) -> bool:
        return cell.id in self.comments.of_cells

    def on_finding(self, entry: FindingRow) -> bool:
        return entry.id in self.comments.of_findings

    def of_cell(self, cell: Cell) -> list[Node]:
        """What was said of the cell, and the form behind a disclosure."""
        said = self.comments.of_cells.get(cell.id, ())
        return [*map(_said, said), self._disclosure(said, "reading", cell.id, cell.where or cell.label)]

    def of_finding(self, entry: FindingRow) -> list[Node]:
        said = self.comments.of_findings.get(entry.id, ())
        return [*map(_said, said), self._disclosure(said, "finding", entry.id, entry.where or "全文")]

    def said_of(self, cell: Cell) -> list[Node]:
        """Without a form: in the cell of a wide table."""
        return [_said(one) for one in self.comments.of_cells.get(cell.id, ())]

    def row_number(self, table: str, number: int, cells: Sequence[Cell]) -> Node:
        """A row of a repeated table: its number, and the form for its cells where it was asked for."""
        if not self.writable:
            return number
        place = f"{table}-{number}"
        if self.visit.args.get(PARAMETER) == place:
            return [number, self._row_form(cells)]
        return [number, html.A("批注", href=f"?{PARAMETER}={place}#row-{place}", className="small remark-link")]

    def opened(self, table: str) -> bool:
        return self.writable and self.visit.args.get(PARAMETER, "").startswith(f"{table}-")

    def _disclosure(self, said: Iterable[Comment], kind: str, number: int, place: str) -> Node:
        if not self.writable:
            return None
        own = next((one for one in said if not one.earlier and not one.sent), None)
        target = hidden(kind, number)
        opening = html.Summary("修改批注" if own else "批注")
        return html.Details([opening, self._form(target, own, place)], className="remark")

    def _row_form(self, cells: Sequence[Cell]) -> Node:
        options = [element("option", cell.label, value=cell.id) for cell in cells]
        which = element("select", options, name="reading", aria_label="批注哪一栏")
        return self._form(which, None, f"第{cells[0].row}行")

    def _form(self, target: Node, own: Comment | None, place: str) -> Node:
        area = element(
            "textarea", own.text if own else "", name="text", rows="2", required=True, maxlength=str(LONGEST),
            aria_label=f"{place}批注", placeholder="需要区县核实或更正的内容",
        )  # fmt: skip
        removing = button("撤回", tone="secondary", name="remove", value="1", formnovalidate=True) if own else None
        saving = button("保存批注", tone="secondary")
        return form(f"/reports/{self.report.id}/comments", target, area, saving, removing, kind="line decide")


def _said(comment: Comment) -> html.Span:
    kind = f"上一版批注（{comment.version.label}）" if comment.earlier else "批注" if comment.sent else "批注（未发出）"
    by = f"（{comment.by} {labels.stamp(comment.at)}）"
    return html.Span([html.Strong(kind), f"：{comment.text}{by}"], className="small comment")


def commented(report: Report, remarks: Remarks) -> list[Cell]:
    """Cells read with certainty that the list would leave out but for a comment."""
    return [cell for cell in report.cells if cell.status is Status.OK and remarks.on(cell)]


def count(report: Report, remarks: Remarks) -> int:
    """How many places of the list have a comment."""
    return sum(map(remarks.on, report.cells)) + sum(map(remarks.on_finding, report.findings))


def sent_list(report: Report, remarks: Remarks) -> Node:
    """At the top of a returned version: every comment, each leading to its place in the list."""
    lines = [
        html.Li([html.A(one.place, href=f"#{kind}-{number}"), f"：{one.text}"])
        for kind, found in (("cell", remarks.comments.of_cells), ("finding", remarks.comments.of_findings))
        for number, said in found.items()
        for one in said
        if one.sent and not one.earlier
    ]
    return html.Ul(lines, className="plain-list") if lines else None


def earlier_notice(remarks: Remarks) -> Node:
    """On the version after a return: that there are comments to look at, and those whose place is gone."""
    found = [*remarks.comments.of_cells.values(), *remarks.comments.of_findings.values()]
    placed = sum(one.earlier for said in found for one in said)
    gone = remarks.comments.elsewhere
    if not placed and not gone:
        return None
    told = f"上一版有{placed + len(gone)}条批注" + ("，列在下列问题清单的相应位置。" if placed else "。")
    lines = [html.Li(f"{one.place}（{one.version.label}，本版已无相应内容）：{one.text}") for one in gone]
    return html.Div(
        [html.P(told), html.Ul(lines, className="plain-list") if lines else None], className="notice notice-message"
    )
