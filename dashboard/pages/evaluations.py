"""评估指标体系: every version that was imported, the one that counts, and the way a new one comes in."""

from __future__ import annotations

from dash import html
from flask import g

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, field, form
from dashboard.components.tables import Column, row, table
from dashboard.evaluation_parts import TRIAL_TOLD
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.evaluations import SystemRow, system_of, systems
from policy.access import Permission
from policy.evaluation.system import TRIAL
from policy.evaluation.tables import Problem

SYSTEMS = (
    Column("体系", "head"),
    Column("版本"),
    Column("发布文号"),
    Column("有效期"),
    Column("三级指标", "number", "项"),
    Column("导入"),
    Column("文件"),
)
PROBLEMS = (Column("行", "number"), Column("位置", "head"), Column("问题和改法"))


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found, counting = systems(session), system_of(session, visit.today)
    rows = [_row(entry, counts=counting is not None and entry.id == counting.id) for entry in found]
    nothing = empty("尚未导入评估指标体系。", "通知规定评估指标体系另行制定；发布之前可以导入自拟的体系试算。")
    return View(
        "评估指标体系",
        body=[
            card("各版体系", table("各版体系", SYSTEMS, rows, id="system-table", empty=nothing), id="systems",
                 note="各版完整保存，不作改动"),
            card("导入", _problems(), _import(), id="import", note="整份导入或整份不导入；有误的逐行列出")
            if visit.may(Permission.MANAGE_EVALUATION) else None,
        ],
        lead=f"依据通知五(三)，评估指标体系另行制定。没有发布文号的，评分一律为{TRIAL}。",
    )  # fmt: skip


def _row(entry: SystemRow, *, counts: bool) -> Node:
    system = entry.system
    until = f"至{labels.day(system.effective_to)}" if system.effective_to else "起"
    return row(SYSTEMS, (
        [html.A(system.name, href=f"/evaluation/{entry.id}"),
         html.Span("现行", className="stage") if counts else None],
        system.version,
        system.document or html.Span(TRIAL, className="tag", title=TRIAL_TOLD),
        f"{labels.day(system.effective_from)}{until}",
        str(len(system.items)),
        labels.stamp(entry.recorded_at),
        html.A("下载", href=f"/evaluation/{entry.id}/file"),
    ))  # fmt: skip


def _import() -> Node:
    return form(
        "/evaluation/preview",
        html.P("评估指标体系写在一个文本文件里：三级指标、权重、计分规则、等次和有效期。可先下载“示例，非官方”体系，改名、改版本号后修改。"),
        field("评估指标体系文件", element("input", type="file", name="file", accept=".toml,.txt", required=True),
              "文本文件，扩展名 .toml；用记事本修改，编码选 UTF-8"),
        button("核对"),
        files=True,
        kind="stack narrow",
    )  # fmt: skip


def _problems() -> Node:
    """What the file that was just sent must be mended in."""
    found: tuple[Problem, ...] = g.get("evaluation_problems", ())
    if not found:
        return None
    rows = [row(PROBLEMS, (str(one.line), one.place, one.message)) for one in found]
    return html.Div([
        html.P(f"“{g.evaluation_file}”没有导入，须改正{len(found)}处。", className="notice notice-refused"),
        table("须改正之处", PROBLEMS, rows, id="problems"),
    ], className="stack-cards refused-file")  # fmt: skip


PAGE = Page("evaluations", "/evaluation", layout, menu="评估指标体系")
