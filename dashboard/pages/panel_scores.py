"""专家评分 of a park's panel: whose sheets are in, how far experts are apart, what is scored without them, what the
panel concluded. An expert sees here their own sheet and what is scored without experts, nothing of the others."""

from __future__ import annotations

from collections.abc import Iterator

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, facts, link_button
from dashboard.components.forms import button, choice, field, form, text
from dashboard.components.tabs import contents, park_crumbs, park_tabs
from dashboard.evaluation_parts import outcome, watermarked
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.score_parts import automatic_card, entry_table, given_table, sheets_table, spread_card, state
from db.queries.access import park_in_scope
from db.queries.scores import ConclusionRow, MemberSheets, PanelScores
from policy.access import Permission
from policy.scoring import scored_items
from policy.terms import Outcome
from services.score_papers import ScorePaper, paper

SCANS = ".pdf,.jpg,.jpeg,.png,.ofd"


def layout(visit: Visit, code: str) -> View:
    with visit.platform.database.read() as session:
        if park_in_scope(session, visit.actor, code) is None:
            abort(404)
        found = paper(session, visit.actor, code, visit.today)
    entering = visit.may(Permission.ENTER_SCORES)
    return View(
        f"{labels.short_name(found.park_title)}专家评分",
        body=[park_tabs(code, "/panel", visit.actor), _body(found, visit, entering=entering)],
        lead="以专家签字的评分表为准：一人代录、另一人复核后计入；在线评分须在组成专家组时选定。",
        actions=_papers(code) if entering else None,
        crumbs=(*park_crumbs(visit.actor), (found.park_title, f"/parks/{code}"), ("专家组", f"/parks/{code}/panel")),
    )


def _papers(code: str) -> Node:
    base = f"/parks/{code}/panel"
    return [
        link_button("下载评分表（Word）", f"{base}/score-sheets.docx", "primary"),
        link_button("评分表PDF", f"{base}/score-sheets.pdf"),
        link_button("评审意见（Word）", f"{base}/conclusion.docx"),
        link_button("评审意见PDF", f"{base}/conclusion.pdf"),
    ]


def _body(found: ScorePaper, visit: Visit, *, entering: bool) -> Node:
    if found.scores is None:
        return card("评分表", empty("尚未组成专家组。", html.A("专家组", href=f"/parks/{found.park_code}/panel")))
    if found.system is None or found.sheet is None or not found.asked:
        return card("评分表", empty("没有需要专家评分的评估指标体系。", html.A("评估指标体系", href="/evaluation")))
    parts = _committee(found, found.scores, visit) if entering else _expert(found, found.scores, visit)
    return watermarked(found.sheet.mark, *parts)


def _committee(found: ScorePaper, scores: PanelScores, visit: Visit) -> Iterator[Node]:
    assert found.system is not None
    assert found.sheet is not None
    parts = [("sheets", "评分表"), ("spread", "专家评分分歧"), ("total", "总分"), ("conclusion", "评审意见")]
    yield contents([*parts, ("automatic", "自动计分")])
    yield card("评分表", facts(_facts(found, scores)), sheets_table(scores, found.park_code), id="sheets")
    yield spread_card(found)
    whole = html.A("逐项得分", href=f"/parks/{found.park_code}/evaluation?system={found.system.id}")
    yield card("总分", outcome(found.sheet), id="total", note=whole)
    yield card(
        "专家组评审意见", *(_concluded(one, found.park_code) for one in scores.conclusions),
        _concluding(found, scores, visit), id="conclusion", note="由组长签署；登记时评分定稿，此后不变",
    )  # fmt: skip
    yield automatic_card(found.sheet, [item.id for item in scored_items(found.system.system)])


def _facts(found: ScorePaper, scores: PanelScores) -> list[tuple[str, Node]]:
    assert found.system is not None
    lacking = "、".join(f"{one.member.name}（{one.told}）" for one in scores.outstanding)
    done = len(scores.members) - len(scores.outstanding)
    named = f"{found.system.system.name}{found.system.system.version}版"
    return [
        ("评分方式", "在线评分；交纸质评分表的也可代录" if scores.panel.online else "纸质评分表，由市经济信息委代录"),
        ("交回期限", labels.day(scores.panel.scores_due_on)),
        ("已收齐并复核", f"{done}份，共{len(scores.members)}名专家"),
        ("尚缺", lacking or "无"),
        ("评估指标体系", html.A(named, href=f"/evaluation/{found.system.id}")),
    ]


# 评审意见


def _concluded(said: ConclusionRow, code: str) -> Node:
    scan = html.A(said.file.name, href=f"/parks/{code}/panel/conclusions/{said.number}/file") if said.file else "未附"
    kept = said.freeze
    score: Node = "—"
    if kept is not None:
        told = f"{kept.sheet.total_told}分，{kept.sheet.grade or '不评等次'}"
        score = html.A(told, href=f"/parks/{code}/evaluation?freeze={kept.id}")
    pairs: list[tuple[str, Node]] = [
        ("评审结论", html.Strong(said.outcome.label)), ("定稿评分", score), ("评审意见", said.opinion),
        ("存在问题", said.problems or "无"), ("建议", said.advice or "无"),
        ("组长签署", f"{said.leader}，{labels.day(said.signed_on)}"), ("扫描件", scan),
        ("登记", f"{said.recorded_by} {labels.stamp(said.recorded_at)}"),
    ]  # fmt: skip
    if said.missing_reason:
        pairs.append(("缺少评分的理由", said.missing_reason))
    return html.Div([html.H3(f"第{said.number}号"), facts(pairs)])


def _concluding(found: ScorePaper, scores: PanelScores, visit: Visit) -> Node:
    if scores.panel.dissolved_on is not None:
        return None
    said, today = visit.args, str(visit.today)
    outcomes = [("", "请选择"), *((one.value, one.label) for one in Outcome)]
    entry = form(
        f"/parks/{found.park_code}/panel/conclusion",
        field("评审结论", choice("outcome", outcomes, said.get("outcome", ""), required=True),
              "通知只规定达标；限期整改、不达标为评审可能的结果，通知未规定"),
        field("评审意见", _long("opinion", said.get("opinion", ""), required=True)),
        field("存在问题", _long("problems", said.get("problems", "")), "结论为限期整改、不达标的必填"),
        field("建议", _long("advice", said.get("advice", ""))),
        field("组长签署日期", text("signed_on", said.get("signed_on", today), kind="date", required=True, max=today)),
        field("组长签字的评审意见（扫描件）", _scan()),
        _reason(scores, said.get("missing_reason", "")),
        button("登记评审意见"),
        files=True, kind="stack narrow",
    )  # fmt: skip
    if not scores.conclusions:
        return entry
    word = "更正评审意见（以最新的为准，先前的保留）"
    return html.Details([html.Summary(word), entry], className="remark", open="opinion" in said)


def _reason(scores: PanelScores, said: str) -> Node:
    if not scores.outstanding:
        return None
    return field("缺少评分的理由", text("missing_reason", said, maxlength=500),
                 f"还有{len(scores.outstanding)}份评分表未收齐或未复核；收齐后登记的不填")  # fmt: skip


def _long(name: str, value: str, *, required: bool = False) -> Node:
    return element("textarea", value, name=name, rows="4", maxlength="4000", required=required)


def _scan() -> Node:
    return element("input", type="file", name="file", accept=SCANS)


# What an expert sees


def _expert(found: ScorePaper, scores: PanelScores, visit: Visit) -> Iterator[Node]:
    assert found.system is not None
    assert found.sheet is not None
    own = next(iter(scores.members), None)
    yield contents([("own", "我的评分表"), ("automatic", "自动计分")])
    if own is None:
        yield card("我的评分表", empty("您不在本园区的专家组中。"), id="own")
    else:
        shown = html.Div(list(_own(found, scores, own, visit)), className="stack")
        yield card("我的评分表", shown, id="own", note=_until(scores))
    yield automatic_card(found.sheet, [item.id for item in scored_items(found.system.system)])


def _until(scores: PanelScores) -> str:
    return f"交回期限{labels.day(scores.panel.scores_due_on)}" if scores.panel.scores_due_on else ""


def _own(found: ScorePaper, scores: PanelScores, own: MemberSheets, visit: Visit) -> Iterator[Node]:
    assert found.system is not None
    items, sheet, code = scored_items(found.system.system), own.standing, found.park_code
    base = f"/parks/{code}/panel/scores/{own.member.id}"
    yield html.P(
        [link_button("下载评分表（Word）", f"{base}/sheet.docx"), " ", link_button("PDF", f"{base}/sheet.pdf")],
        className="links",
    )
    if sheet is not None:
        how = "在线提交" if sheet.online else "签字"
        gone = {"data-forget": _kept(own, visit)}
        yield html.P([state(sheet), f" 第{sheet.number}号，{labels.day(sheet.signed_on)}{how}。"], **gone)
        yield given_table(items, sheet, found.evidence, code)
        yield html.P("评分有误的，请告知市经济信息委退回后重新评分。", className="hint")
    elif found.closed_on is not None:
        yield empty(f"专家组已于{labels.day(found.closed_on)}签署评审意见，不再收评分表。")
    elif scores.panel.online:
        for earlier in own.sheets[:1]:
            told = f"第{earlier.number}号评分表已退回：{earlier.returned_reason}。请重新评分。"
            yield html.P(told, className="notice notice-returned")
        yield _scoring(found, own, visit)
    else:
        yield empty("本专家组采用纸质评分：请下载评分表，填写签字后交市经济信息委代录。")


def _kept(own: MemberSheets, visit: Visit) -> str:
    """Under which name the browser keeps what is typed and not sent yet."""
    return f"scores {visit.actor.account} {own.member.id}"


def _scoring(found: ScorePaper, own: MemberSheets, visit: Visit) -> Node:
    assert found.system is not None
    kept = f"{_kept(own, visit)} {len(own.sheets)}"
    entry = form(
        f"/parks/{found.park_code}/panel/scores",
        entry_table(scored_items(found.system.system), found.evidence, visit.args),
        html.P("提交即以您的账号签署，直接计入评分，不能再改；未提交的内容只保存在本机浏览器中。", className="hint"),
        button("签署并提交评分"),
    )
    return html.Div(entry, **{"data-keep": kept})


PAGE = Page("panel_scores", "/parks/<code>/panel/scores", layout)
