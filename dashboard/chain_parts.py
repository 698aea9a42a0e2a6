"""The chain from 自评 to 授牌 in parts: where a park stands in it, and every step as it was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.chain import ChainRecord, StepRow
from policy.terms import Light, Outcome, Stage
from policy.workflow import STEPS, Step, StepKind

CHAIN = (
    Column("环节", "head"),
    Column("办理单位"),
    Column("状态"),
    Column("日期", "day"),
    Column("文号"),
    Column("材料"),
)
OUTCOME_LIGHTS = {Outcome.PASSED: Light.GREEN, Outcome.RECTIFYING: Light.YELLOW, Outcome.FAILED: Light.RED}
FROM_REVIEW = list(StepKind).index(StepKind.RECTIFICATION)
"""A second round begins with what was put right."""


def chain_table(code: str, found: ChainRecord) -> html.Div:
    """Every step of every round as it stands; steps that are not switched on show only where they were taken."""
    rows = [
        _chain_row(code, found, entry, number)
        for number in range(1, found.course.round + 1)
        for entry in STEPS
        if _shown(found, entry, number)
    ]
    return table("办理进程", CHAIN, rows)


def _shown(found: ChainRecord, entry: Step, number: int) -> bool:
    if found.in_force(entry.kind, number) or found.sent_back(entry.kind, number):
        return True
    last, place = number == found.course.round, list(StepKind).index(entry.kind)
    in_round = place != FROM_REVIEW if number == 1 else place >= FROM_REVIEW
    if entry.target is None:
        return entry in found.course.beside
    return last and in_round and found.course.offered(entry)


def _chain_row(code: str, found: ChainRecord, entry: Step, number: int) -> html.Tr:
    taken, back = found.in_force(entry.kind, number), found.sent_back(entry.kind, number)
    due = found.course.next is entry and number == found.course.round_of(entry.kind)
    kind: list[Node] = [entry.kind.label]
    if number > 1:
        kind.append(html.Span(f"第{number}轮", className="small"))
    if entry.option is not None:
        kind.append(html.Span("通知未规定", className="small"))
    cells: tuple[Node, ...] = (
        kind, entry.actor, _state(taken, back, due=due), labels.day(taken.dated if taken else None),
        (taken.document_no if taken else "") or "—", paper(code, taken) if taken else f"须有{entry.paper}",
    )  # fmt: skip
    return row(CHAIN, cells)


def _state(taken: StepRow | None, back: StepRow | None, *, due: bool) -> Node:
    if taken is not None:
        return _done(taken)
    if back is not None:
        why = html.Span(f"{labels.day(back.returned_on)}退回：{back.return_reason}", className="small")
        return [lights.light(Light.YELLOW, "已退回，待重新办理" if due else "已退回"), why]
    return lights.light(*((Light.BLUE, "待办理") if due else (Light.GREY, "未办理")))


def _done(taken: StepRow) -> Node:
    parts: list[Node] = [lights.light(Light.GREEN, "已办理")]
    if taken.outcome is not None:
        parts = [lights.light(OUTCOME_LIGHTS[taken.outcome], taken.outcome.label)]
    if taken.until is not None:
        parts.append(html.Span(f"{TERMS.get(taken.kind, '期限')}{labels.day(taken.until)}", className="small"))
    if taken.on_behalf:
        parts.append(html.Span("代录", className="small"))
    return parts


TERMS = {StepKind.CONCLUSION: "整改期限", StepKind.PUBLICITY: "公示至", StepKind.EXTENSION: "延期至"}


def paper(code: str, taken: StepRow) -> Node:
    """Its file or 定稿, to be downloaded."""
    if taken.file_name:
        return html.A(taken.file_name, href=f"/parks/{code}/steps/{taken.id}/file")
    if taken.issued_id is not None:
        return html.A(f"定稿第{taken.issued_number}版", href=f"/parks/{code}/issued/{taken.issued_id}")
    return "未附文件"


RECORD = (
    Column("环节", "head"),
    Column("日期", "day"),
    Column("文号"),
    Column("材料"),
    Column("结果和备注"),
    Column("登记"),
    Column("退回"),
)


def record_table(code: str, found: ChainRecord) -> html.Div:
    """办理记录: every step taken, those sent back included, in the order in which they were recorded."""
    nothing = empty("尚无办理记录。", "建设期满后，自园区运营管理机构提交自评报告起逐环节登记。")
    rows = [_record_row(code, entry) for entry in found.rows]
    return table("验收办理记录", RECORD, rows, empty=nothing, wide=True)


def _record_row(code: str, entry: StepRow) -> html.Tr:
    kind: list[Node] = [entry.kind.label]
    if entry.round > 1:
        kind.append(html.Span(f"第{entry.round}轮", className="small"))
    who = f"{entry.recorded_by}{'代录' if entry.on_behalf else ''} {labels.stamp(entry.recorded_at)}"
    cells: tuple[Node, ...] = (
        kind, labels.day(entry.dated), entry.document_no or "—", paper(code, entry),
        "；".join(_result(entry)) or "—", who, _returned(entry),
    )  # fmt: skip
    return row(RECORD, cells)


def _result(entry: StepRow) -> Iterator[str]:
    if entry.outcome is not None:
        yield entry.outcome.label
    if entry.until is not None:
        yield f"{TERMS.get(entry.kind, '期限')}{labels.day(entry.until)}"
    if entry.note:
        yield entry.note


def _returned(entry: StepRow) -> Node:
    if entry.returned_on is None:
        return "—"
    at = f"在“{entry.returned_at.label}”环节" if entry.returned_at else ""
    who = html.Span(f"{at}退回，{entry.returned_by}" if entry.returned_by else f"{at}退回", className="small")
    return [lights.light(Light.YELLOW, labels.day(entry.returned_on)), html.Span(entry.return_reason), who]


STOPPED = {
    Stage.FAILED: "评审结论为不达标。通知未规定不达标之后的程序。",
    Stage.TITLED: "已正式授予称号、授牌，验收办结。",
}


def stopped(stage: Stage, ends_on: str) -> str:
    """Why no step is due."""
    if stage is Stage.BUILDING:
        return f"建设期至{ends_on}届满，次日起方可提交自评报告。"
    if stage is Stage.RECTIFYING:
        return (
            "评审结论为限期整改。整改后的复评通知未规定，未启用；确需复评的，由市经济信息委在规则数值中启用“整改复评”。"
        )
    return STOPPED.get(stage, "目前没有待办理的环节。")
