"""专家组 in parts: who sits on it, what they signed, what was held, and everybody who was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.panels import MemberRow, PanelRow, PoolRow, RecordRow
from policy.panel import Candidate, Seat
from policy.terms import Light

MEMBERS = (
    Column("席位", "head"),
    Column("姓名"),
    Column("工作单位、职务职称"),
    Column("专业"),
    Column("保密及回避承诺书"),
    Column("状态"),
)
RECORDS = (Column("日期", "head"), Column("方式"), Column("地点"), Column("情况"), Column("附件"))
POOL = (
    Column("序号", "number"),
    Column("专家编号", "head"),
    Column("姓名"),
    Column("工作单位"),
    Column("号签"),
    Column("结果"),
)
LEFT_OUT = (Column("专家编号", "head"), Column("姓名"), Column("工作单位"), Column("未列入的原因"))
LOT_SHOWN = 16


def members_table(
    panel: PanelRow, members: Iterable[MemberRow], *, managing: bool, doubts: Mapping[int, str] | None = None
) -> html.Div:
    """`doubts`: by a member's id why they ought to stand back, as the 专家库 says today."""
    rows = [row(MEMBERS, _member(panel, one, managing, (doubts or {}).get(one.id, "")), id=f"member-{one.id}")
            for one in members]  # fmt: skip
    return table("专家组成员", MEMBERS, rows, id="panel-members", empty=empty("没有成员。"))


def _member(panel: PanelRow, one: MemberRow, managing: bool, doubt: str) -> list[Node]:
    name: Node = html.A(one.name, href=f"/experts/{one.expert_id}") if managing else one.name
    came = html.Span(f"接替{one.replaces}", className="small") if one.replaces else None
    code = html.Span(one.code, className="small") if managing else None
    place = [one.employer, html.Span(one.post, className="small") if one.post else None]
    standing: list[Node] = [state(panel, one)]
    if doubt:
        standing.append(html.Span(doubt, className="small"))
    seat = [one.seat.label, html.Span(f"第{one.place}位", className="small")]
    return [seat, [name, code, came], place, "、".join(one.specialties), _commitment(panel, one, managing), standing]


def _commitment(panel: PanelRow, one: MemberRow, managing: bool) -> Node:
    if one.committed_on is None:
        return html.Span("未签署", className="muted")
    day = labels.day(one.committed_on)
    if one.commitment is None or not managing:
        return [day, html.Span("未附扫描件", className="small")] if managing else day
    return html.A(day, href=f"/parks/{panel.park_code}/panel/members/{one.id}/commitment")


def state(panel: PanelRow, one: MemberRow) -> Node:
    if one.withdrawn_on is not None:
        told = html.Span(f"{labels.day(one.withdrawn_on)}：{one.withdraw_reason}", className="small")
        return [lights.light(Light.GREY, "已退出"), told]
    if panel.dissolved_on is not None:
        return lights.light(Light.GREY, "已解散")
    if one.seat is Seat.SUBSTITUTE:
        return lights.light(Light.GREY, "候补")
    return lights.light(Light.GREEN, "在任") if one.committed_on else lights.light(Light.YELLOW, "待签承诺书")


def records_table(panel: PanelRow) -> html.Div:
    rows = [row(RECORDS, _record(panel, one)) for one in panel.records]
    nothing = empty("尚无资料审核和实地查看记录。", "专家评审为资料审核与实地查看相结合，两项都要登记。")
    return table("资料审核和实地查看", RECORDS, rows, empty=nothing)


def _record(panel: PanelRow, one: RecordRow) -> list[Node]:
    base = f"/parks/{panel.park_code}/panel/records/{one.id}/file"
    file = html.A(one.file.name, href=base) if one.file else "—"
    visit = html.A("见现场核查", href=f"/visits/{one.visit_id}", className="small") if one.visit_id else None
    return [labels.day(one.held_on), one.kind.label, one.place or "—", [one.text, visit], file]


def pool_table(panel: PanelRow) -> html.Div:
    """Everybody by lot, so that the draw can be repeated by hand."""
    seats = {one.code: f"第{one.place}位" for one in panel.members}
    rows = [row(POOL, _looked(number, one, seats)) for number, one in enumerate(panel.pool, start=1)]
    return table("抽取名单", POOL, rows)


def _looked(number: int, one: PoolRow, seats: Mapping[str, str]) -> list[Node]:
    result = one.left_out or seats.get(one.code, "未抽中")
    return [str(number), one.code, one.name, one.employer, html.Code(one.lot[:LOT_SHOWN]), result]


def left_out_table(found: Sequence[tuple[Candidate, str]]) -> html.Div:
    rows = [row(LEFT_OUT, (one.code, one.name, one.employer, why)) for one, why in found if why]
    return table("须回避或不在聘期的专家", LEFT_OUT, rows, empty=empty("没有须回避或不在聘期的专家。"))
