"""One expert's 评分表: entered from the signed paper, checked by a second person against the scan, sent back."""

from __future__ import annotations

from collections.abc import Iterator

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, facts, link_button
from dashboard.components.forms import button, field, form, text
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.score_parts import entry_table, given_table, state
from db.queries.access import ID, park_in_scope
from db.queries.scores import MemberSheets, SheetRow, SheetState
from policy.scoring import scored_items
from services.score_papers import ScorePaper, paper


def layout(visit: Visit, code: str, member_id: str) -> View:
    with visit.platform.database.read() as session:
        if park_in_scope(session, visit.actor, code) is None:
            abort(404)
        found = paper(session, visit.actor, code, visit.today)
    one = found.scores.of(int(member_id)) if found.scores and ID.fullmatch(member_id) else None
    if one is None:
        abort(404)
    base = f"/parks/{code}/panel/scores"
    return View(
        f"{one.member.name}的评分表",
        body=[park_tabs(code, "/panel", visit.actor), *_parts(found, one, visit)],
        lead=[state(one.standing), html.Span(f"{one.member.code}，{one.member.seat.label}，{one.member.employer}")],
        actions=[
            link_button("下载评分表（Word）", f"{base}/{member_id}/sheet.docx"),
            link_button("PDF", f"{base}/{member_id}/sheet.pdf"),
        ],
        crumbs=(*park_crumbs(visit.actor), (found.park_title, f"/parks/{code}"), ("专家评分", base)),
    )


def _parts(found: ScorePaper, one: MemberSheets, visit: Visit) -> Iterator[Node]:
    sheet = one.standing
    if sheet is not None:
        shown = html.Div(list(_sheet(found, one, sheet, visit)), className="stack")
        yield card(f"第{sheet.number}号评分表", shown, id="sheet")
    elif found.closed_on is not None:
        told = f"专家组已于{labels.day(found.closed_on)}签署评审意见，不再收评分表。"
        yield card("评分表", empty(told), id="sheet")
    elif not one.member.reviews:
        yield card("评分表", empty("该专家已退出专家组，其评分不计入。"), id="sheet")
    elif found.asked:
        yield card(
            "代录评分表", _entry(found, one, visit), id="enter", note="逐项照签字的评分表录入；另一账号复核后计入"
        )
    else:
        yield card("代录评分表", empty("没有需要专家评分的评估指标体系。", html.A("评估指标体系", href="/evaluation")))
    returned = [entry for entry in one.sheets if entry.state is SheetState.RETURNED]
    if returned:
        yield card(
            "退回的评分表", *(_returned(found, entry) for entry in returned), id="returned", note="不计入，保留备查"
        )


def _sheet(found: ScorePaper, one: MemberSheets, sheet: SheetRow, visit: Visit) -> Iterator[Node]:
    assert found.system is not None
    yield facts(_facts(found, sheet))
    yield given_table(scored_items(found.system.system), sheet, found.evidence, found.park_code)
    if found.closed_on is not None:
        return
    if sheet.state is SheetState.WAITING and one.member.reviews:
        yield _checking(found, sheet, visit)
    yield _sending_back(found, sheet, visit)


def _facts(found: ScorePaper, sheet: SheetRow) -> list[tuple[str, Node]]:
    scan = f"/parks/{found.park_code}/panel/scores/sheets/{sheet.id}/file"
    rows: list[tuple[str, Node]] = [
        ("状态", state(sheet)),
        ("提交日期" if sheet.online else "签字日期", labels.day(sheet.signed_on)),
        ("扫描件", html.A(sheet.file.name, href=scan) if sheet.file else "在线提交，以账号签署"),
        ("提交" if sheet.online else "代录", f"{sheet.entered_by} {labels.stamp(sheet.entered_at)}"),
    ]
    if sheet.checked_at is not None and not sheet.online:
        rows.append(("复核", f"{sheet.checked_by} {labels.stamp(sheet.checked_at)}"))
    if sheet.returned_at is not None:
        rows.append(("退回", f"{sheet.returned_by} {labels.stamp(sheet.returned_at)}：{sheet.returned_reason}"))
    return rows


def _checking(found: ScorePaper, sheet: SheetRow, visit: Visit) -> Node:
    if sheet.account == visit.actor.account:
        return html.P("本表由您代录，请由另一账号对照扫描件复核。", className="notice")
    return form(
        f"/parks/{found.park_code}/panel/scores/sheets/{sheet.id}/check",
        html.P("请打开扫描件，逐项核对评分、依据和佐证编号。", className="hint"),
        button("与扫描件一致，计入评分"),
        kind="line",
    )


def _sending_back(found: ScorePaper, sheet: SheetRow, visit: Visit) -> Node:
    entry = form(
        f"/parks/{found.park_code}/panel/scores/sheets/{sheet.id}/return",
        field("退回理由", text("reason", visit.args.get("reason", ""), required=True, maxlength=500)),
        button("退回", tone="plain"),
        kind="line",
    )
    return html.Details([html.Summary("有误，退回后重新录入"), entry], className="remark", open="reason" in visit.args)


def _entry(found: ScorePaper, one: MemberSheets, visit: Visit) -> Node:
    assert found.system is not None
    said, today = visit.args, str(visit.today)
    return form(
        f"/parks/{found.park_code}/panel/scores/{one.member.id}",
        entry_table(scored_items(found.system.system), found.evidence, said),
        field("签字日期", text("signed_on", said.get("signed_on", ""), kind="date", required=True, max=today)),
        field("签字的评分表（扫描件）",
              element("input", type="file", name="file", accept=".pdf,.jpg,.jpeg,.png,.ofd")),
        button("代录"),
        files=True,
    )  # fmt: skip


def _returned(found: ScorePaper, sheet: SheetRow) -> Node:
    assert found.system is not None
    told = f"第{sheet.number}号，{sheet.returned_by}{labels.stamp(sheet.returned_at)}退回：{sheet.returned_reason}"
    items = scored_items(found.system.system)
    return html.Details(
        [html.Summary(told), facts(_facts(found, sheet)), given_table(items, sheet, found.evidence, found.park_code)],
        className="remark",
    )


PAGE = Page("score_sheet", "/parks/<code>/panel/scores/<member_id>", layout)
