"""A park's record: versions sent, letters, firms, steps, changes, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard.chain_parts import chain_table
from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.figure import figure
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.contact_parts import standing, validity
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.chain import ChainRecord
from db.queries.park_detail import LetterRow, ParkDetail, RosterRow, VersionRow
from policy.access import Permission
from policy.provenance import figure_path, summable
from policy.tables import ROSTER
from policy.terms import LetterMedium
from services.sealing import Seal

VERSIONS = (
    Column("报告期", "head"),
    Column("版本"),
    Column("状态"),
    Column("文件"),
    Column("收到日期", "day"),
    Column("报送日期", "day"),
    Column("上传"),
)


def versions(sent: Sequence[VersionRow], visit: Visit) -> html.Div:
    nothing = empty("尚未收到园区发展情况表。", "请区县经信部门下载模板填报后上传。")
    linked = visit.may(Permission.VIEW_REPORT)
    rows = [
        row(VERSIONS, (
            html.A(entry.period.label, href=f"/reports/{entry.submission_id}") if linked else entry.period.label,
            entry.version.label, lights.state(entry.state), entry.file_name, labels.day(entry.received_on),
            labels.day(entry.submitted_on), f"{entry.uploaded_by} {labels.stamp(entry.uploaded_at)}",
        ))
        for entry in sent
    ]  # fmt: skip
    return table("收到的各版园区发展情况表", VERSIONS, rows, empty=nothing)


LETTERS = (
    Column("发文字号", "head"),
    Column("报告期", "day"),
    Column("来文单位", "day"),
    Column("成文日期", "day"),
    Column("收文日期", "day"),
    Column("形式", "day"),
    Column("所附表格"),
)


def letters(park: ParkDetail, seals: Sequence[Seal], visit: Visit) -> html.Div:
    """`seals`: the sealed tables that came with them, by number and period."""
    sealed = {(seal.number, seal.period): seal for seal in seals}
    correcting = visit.may(Permission.RECORD_LETTER)
    then = "收到区县政府来函后，请及时登记。" if correcting else "来函由市经济信息委登记。"
    columns = (*LETTERS, Column("更正")) if correcting else LETTERS
    rows = [
        row(columns, (
            entry.number, entry.period.label, entry.sender, labels.day(entry.dated), labels.day(entry.received_on),
            LetterMedium(entry.medium).label, _sealed(sealed.get((entry.number, entry.period))),
            *((_correction(park.park.code, entry, visit),) if correcting else ()),
        ))
        for entry in park.letters
    ]  # fmt: skip
    return table("半年函报来函", columns, rows, empty=empty("尚未登记来函。", then))


def _correction(code: str, entry: LetterRow, visit: Visit) -> html.Details:
    """The form to put right wrong dates; what was typed and refused comes back."""
    typed = visit.args if visit.args.get("number") == entry.number else {}
    today = str(visit.today)
    return html.Details(
        [
            html.Summary("更正"),
            form(
                f"/parks/{code}/letters/correct",
                field("成文日期", text("dated", typed.get("dated", str(entry.dated)), kind="date", required=True,
                                       max=today)),
                field("收文日期", text("received_on", typed.get("received_on", str(entry.received_on)), kind="date",
                                       required=True, max=today)),
                field("更正原因", text("reason", typed.get("reason", ""), required=True, maxlength=200)),
                button("更正", tone="secondary small-button"),
                which=("number", entry.number),
            ),
        ],
        className="remark",
        open=bool(typed),
    )  # fmt: skip


def _sealed(seal: Seal | None) -> Node:
    """The 校验码 of the table that came with a letter, and whether it is still that of the data."""
    if seal is None:
        return html.Span("未登记校验码", className="muted")
    return [html.Code(seal.code), html.Span(seal.told, className="small")]


FIRMS = (
    Column("企业名称", "head"),
    *(
        Column(column.label, "number" if column.unit else "text", column.unit)
        for column in ROSTER.columns
        if column.key != "name"
    ),
)


def roster(park: ParkDetail) -> html.Div:
    nothing = empty("尚无审核通过的一览表。", "一览表随园区发展情况表一并报送，审核通过后显示在这里。")
    rows = [row(FIRMS, _firm(entry, park)) for entry in park.roster]
    return html.Div(table("园区网络安全企业一览表", FIRMS, rows, empty=nothing, wide=True), className="tall")


def _firm(entry: RosterRow, park: ParkDetail) -> list[Node]:
    """A firm's cells; its figures lead to the row's source, the first of them by keyboard too."""
    assert park.roster_period is not None
    path = figure_path(park.park.code, park.roster_period, f"{ROSTER.key}.{entry.number}")
    counted = [column.key for column in summable(ROSTER.key) if entry.cells.get(column.key)]
    others = [column.key for column in ROSTER.columns if column.key != "name"]
    return [
        figure(entry.cells[key], path, again=key != counted[0]) if key in counted else entry.cells.get(key) or "无"
        for key in ("name", *others)
    ]


def steps(park: ParkDetail) -> html.Div:
    """The chain from 自评 to 授牌, with what has been recorded of it."""
    return chain_table(park.park.code, ChainRecord(park.course, park.steps))


CHANGES = (
    Column("事项", "head"),
    Column("生效日期", "day"),
    Column("原内容"),
    Column("新内容"),
    Column("同意文件"),
    Column("登记"),
)


def changes(park: ParkDetail) -> html.Div:
    rows = [
        row(CHANGES, (
            entry.kind.label, labels.day(entry.valid_from), entry.old or "—", entry.new, entry.document,
            f"{entry.recorded_by} {labels.stamp(entry.recorded_at)}",
        ))
        for entry in park.changes
    ]  # fmt: skip
    nothing = empty("没有变更事项。", "运营管理机构、四至范围、负责人、目标等变动须凭同意文件登记。")
    return table("变更事项", CHANGES, rows, empty=nothing)


PEOPLE = (
    Column("姓名", "head"),
    Column("角色"),
    Column("单位"),
    Column("电话"),
    Column("邮箱"),
    Column("有效期"),
    Column("状态"),
)


def contacts(park: ParkDetail, visit: Visit) -> html.Div:
    """The district's people and those of the park's operator."""
    kept = visit.may(Permission.MANAGE_CONTACTS)
    rows = [
        row(PEOPLE, (
            html.A(entry.name, href=f"/contacts/{entry.id}") if kept else entry.name, entry.role.label, entry.unit,
            entry.phone or "—", entry.mail or "—", validity(entry), standing(entry, visit.today),
        ))
        for entry in park.contacts
    ]  # fmt: skip
    nothing = empty("尚未登记联系人。", "没有经办人就无法发送提醒和催报，请尽快登记。")
    return table("联系人", PEOPLE, rows, empty=nothing)
