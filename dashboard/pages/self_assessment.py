"""自评: results against goals, reporting record, changes, firms and open problems, from accepted data alone."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts, link_button
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.dossier_tables import problems_list, results_table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.proofs import proof, proof_of
from dashboard.text_links import text_link
from policy.evidence import ClaimKind, row_key
from policy.figures import percent
from policy.outlines import SELF_ASSESSMENT
from policy.provenance import COVERAGE, figure_path
from policy.refusal import Unknown
from policy.tables import BY_KEY as TABLES
from policy.tables import ROSTER, Table
from services.assessments import dossier
from services.dossiers import Dossier, ReportRow


def layout(visit: Visit, code: str) -> View:
    try:
        with visit.platform.database.read() as session:
            file = dossier(session, visit.actor.scope, code, visit.today)
    except Unknown:
        abort(404)
    base = f"/parks/{file.park.code}/self-assessment"
    return View(
        f"{file.park.title}自评",
        body=[park_tabs(file.park.code, "/self-assessment", visit.actor), *_chapters(file)],
        lead=f"依据五(三)；截至{labels.day(file.as_of)}，只采用审核通过的数据。",
        actions=[
            text_link(visit.actor, SELF_ASSESSMENT, file.park.code),
            link_button("下载自评报告（Word）", f"{base}.docx", "primary"),
            link_button("PDF", f"{base}.pdf"),
        ],
        crumbs=(*park_crumbs(visit.actor), (file.park.title, f"/parks/{file.park.code}")),
    )


def _chapters(file: Dossier) -> list[Node]:
    return [
        card("一、园区概况与批复", _overview(file)),
        card("二、建设目标与指标完成", results_table(file), note="点数字可追溯来源"),
        card("三、重点任务", _rows(file, "tasks")),
        card("四、公共服务、人才与产业氛围", *[_rows(file, key) for key in ("platforms", "training", "events")]),
        card("五、网络安全企业", _firms(file)),
        card("六、半年报送情况", _reports(file)),
        card("七、变更事项", _changes(file)),
        card("八、问题与整改", _problems(file)),
    ]


def _overview(file: Dossier) -> html.Dl:
    known = file.park
    return facts(
        [
            ("园区名称", known.title),
            ("运营管理机构", file.register.operator),
            ("主体园区", file.register.host_park),
            ("四至范围", file.register.boundary),
            ("批复", f"{labels.day(known.approved_on)}，{known.approval_no}"),
            ("建设周期", f"{labels.day(known.approved_on)}至{labels.day(known.ends_on)}"),
            ("目前阶段", lights.stage(known.stage)),
        ]
    )


def _rows(file: Dossier, key: str) -> Node:
    """One repeated table of the newest accepted report, each row with what proves it."""
    shown, newest = TABLES[key], file.newest
    found = newest.tables.get(key, ()) if newest else ()
    columns = _columns(shown)
    keys = [column.key for column in shown.columns if not column.personal]
    rows = [row(columns, [*(_cell(entry, one) for one in keys), _proof(entry, key, file)]) for entry in found]
    title = f"{shown.label}（{newest.period.label}）" if newest else shown.label
    nothing = empty(f"最近一期审核通过的报告中没有“{shown.label}”。")
    return html.Div([html.H3(title), table(shown.label, columns, rows, empty=nothing)])


def _columns(shown: Table) -> tuple[Column, ...]:
    kept = [column for column in shown.columns if not column.personal]
    said = (Column(column.label, "text" if index else "head") for index, column in enumerate(kept))
    return (*said, Column("佐证"))


def _proof(entry: ReportRow, table: str, file: Dossier) -> Node:
    return proof(file.ledger, row_key(table, entry.cells.get("name", "")))


def _cell(entry: ReportRow, key: str) -> Node:
    words = entry.cells.get(key, "—")
    return figure(words, entry.source.path) if key in entry.numbers else words


def _firms(file: Dossier) -> Node:
    """The roster in sums, each leading to the rows it was added up from."""
    roster, newest = (file.newest.roster, file.newest) if file.newest else (None, None)
    if roster is None or newest is None:
        return empty("尚无审核通过的网络安全企业一览表。")
    rows: list[tuple[str, Node]] = [("企业", figure(f"{roster.firms}家", roster.counted.path))]
    rows += [
        (f"{ROSTER.column(key).label.removeprefix('其中：')}合计", figure(total.source.value, total.source.path))
        for key, total in roster.totals.items()
    ]
    if roster.coverage is not None:
        path = figure_path(file.park.code, newest.period, f"{ROSTER.key}.{COVERAGE}")
        rows.append(("一览表收入占园区网络安全产业收入", figure(percent(roster.coverage), path)))
    rows.append(("企业资质及上市的佐证", proof_of(file.ledger, file.ledger.about(ClaimKind.FIRM))))
    return facts(rows)


REPORTS = (Column("报告期", "head"), Column("报送截止日", "day"), Column("情况"), Column("来函"))


def _reports(file: Dossier) -> html.Div:
    rows = [
        row(REPORTS, (
            record.period.label,
            labels.day(record.owed.due_on),
            record.standing,
            "、".join(f"{letter.number}（{labels.day(letter.dated)}）" for letter in record.letters) or "—",
        ))
        for record in file.reports
    ]  # fmt: skip
    return table("半年报送情况", REPORTS, rows, empty=empty("建设周期内没有应报的半年函报。"))


CHANGES = (Column("事项", "head"), Column("生效日期", "day"), Column("原内容"), Column("新内容"), Column("同意文件"))


def _changes(file: Dossier) -> html.Div:
    rows = [
        row(CHANGES, (c.kind.label, labels.day(c.valid_from), c.old or "—", c.new, c.document)) for c in file.changes
    ]
    return table("变更事项", CHANGES, rows, empty=empty("没有变更事项。"))


def _problems(file: Dossier) -> Node:
    if not file.problems:
        return empty("没有进度滞后的指标，也没有逾期未报的报告。")
    return problems_list(file)


PAGE = Page("self_assessment", "/parks/<code>/self-assessment", layout)
