"""专家组 of a park: the draw, who sits on it, their commitments, 资料审核 and 实地查看."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, facts, link_button
from dashboard.components.forms import button, choice, field, form, hidden, text, ticks
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.panel_parts import left_out_table, members_table, pool_table, records_table
from db.queries.access import ParkName, park_in_scope
from db.queries.experts import ExpertRow, experts, specialties
from db.queries.panels import MemberRow, PanelRow, panels
from db.queries.visits import VisitRow, VisitState, visits
from db.rulebook_facts import rulebook
from policy.access import Permission
from policy.panel import LEAST, MOST, SEEDS, Candidate, RecordKind, Seat
from services.panels import looked_over, too_early_or_late

QUOTAS = 3
"""For how many 专业 the form has room."""


def layout(visit: Visit, code: str) -> View:
    managing = visit.may(Permission.MANAGE_EXPERTS)
    with visit.platform.database.read() as session:
        park = park_in_scope(session, visit.actor, code)
        if park is None:
            abort(404)
        found = panels(session, visit.actor.scope, park.code)
        looked = looked_over(session, visit.actor, park.code) if managing else ()
        people = experts(session) if managing else ()
        made = visits(session, visit.actor.scope, park.code) if managing else ()
        closed = too_early_or_late(session, visit.actor, park.code) if managing else "由市经济信息委抽取"
        rules, today = rulebook(session), visit.today
        usual = (rules.whole("panel_size", today), rules.whole("panel_substitutes", today))
    standing = next((one for one in found if one.dissolved_on is None), None)
    return View(
        f"{park.title}专家组",
        body=[
            park_tabs(park.code, "/panel", visit.actor),
            *(_standing(standing, looked, made, visit) if standing else ()),
            *(() if standing or closed else _before(park, looked, people, usual, visit)),
            card("专家组", empty("没有专家组。", f"{closed}。")) if closed and not standing else None,
            *(_earlier(one) for one in found if one is not standing and managing),
        ],
        lead="专家评审验收：从专家库按抽取号抽取，资料审核与实地查看相结合；依据：五(三)，参照四(一)。",
        actions=_papers(standing, managing=managing) if standing else None,
        crumbs=(*park_crumbs(visit.actor), (park.title, f"/parks/{park.code}")),
    )


def _papers(panel: PanelRow, *, managing: bool) -> Node:
    base = f"/parks/{panel.park_code}/panel"
    scores = link_button("专家评分", f"{base}/scores", "" if managing else "primary")
    if not managing:
        return scores
    return [
        scores,
        link_button("下载承诺书（Word）", f"{base}/commitments.docx", "primary"),
        link_button("承诺书PDF", f"{base}/commitments.pdf"),
        link_button("抽取记录（Word）", f"{base}/draw.docx"),
        link_button("抽取记录PDF", f"{base}/draw.pdf"),
    ]


def _standing(
    panel: PanelRow, looked: Sequence[tuple[Candidate, str]], made: Sequence[VisitRow], visit: Visit
) -> Iterator[Node]:
    managing = visit.may(Permission.MANAGE_EXPERTS)
    doubts = {one.code: why for one, why in looked if why}
    by_member = {one.id: doubts[one.code] for one in panel.members if one.code in doubts and not one.withdrawn_on}
    shown = panel.members if managing else panel.reviewers
    yield card(
        "专家组成员", _warnings(panel, by_member) if managing else None,
        members_table(panel, shown, managing=managing, doubts=by_member), id="members",
        note=f"第{panel.round}轮评审" if panel.round > 1 else None,
    )  # fmt: skip
    if managing:
        acts = html.Div([*_acts(panel, visit)], className="stack")
        yield card("办理", acts, id="acts", note="登记承诺书后专家才能查看园区资料；退出后即不能查看")
    yield card("资料审核和实地查看", records_table(panel), _recording(panel, made, visit) if managing else None,
               id="records")  # fmt: skip
    if managing:
        yield card("抽取情况", facts(_draw_facts(panel)), _whole_pool(panel), id="draw")
        yield card("解散专家组", _dissolving(panel, visit), id="dissolve",
                   note="评审结束或须重新抽取；全部记录保留")  # fmt: skip


def _warnings(panel: PanelRow, doubts: Mapping[int, str]) -> Node:
    said = []
    if len(panel.reviewers) % 2 == 0:
        said.append(f"在任专家{len(panel.reviewers)}人，为双数，候补已用完；请解散后重新抽取")
    if panel.uncommitted:
        said.append(f"未签承诺书：{'、'.join(one.name for one in panel.uncommitted)}")
    names = "、".join(one.name for one in panel.reviewers if one.id in doubts)
    if names:
        said.append(f"抽取后登记了应当回避的情形：{names}，请核对并办理退出")
    return html.P("；".join(said) + "。", className="notice notice-refused") if said else None


def _acts(panel: PanelRow, visit: Visit) -> Iterator[html.Details]:
    seated = [one for one in panel.members if one.withdrawn_on is None]
    asked = visit.args.get("member", "")
    for one in seated:
        yield html.Details(
            [html.Summary(f"{one.seat.label}　{one.name}（{one.employer}）"), _acts_of(panel, one, visit)],
            className="remark", id=f"acts-{one.id}", open=asked == str(one.id),
        )  # fmt: skip


def _acts_of(panel: PanelRow, one: MemberRow, visit: Visit) -> html.Div:
    base, today = f"/parks/{panel.park_code}/panel/members/{one.id}", str(visit.today)
    said = visit.args if visit.args.get("member") == str(one.id) else {}
    committing = form(
        f"{base}/commitment", hidden("member", one.id),
        field("承诺书签署日期", _past("committed_on", said.get("committed_on", str(one.committed_on or today)), today)),
        field("签字的承诺书（扫描件）", _scan(), "可以后再补"),
        button("登记承诺书" if one.committed_on is None else "更正承诺书", tone="secondary"),
        files=True, kind="line",
    )  # fmt: skip
    leaving = form(
        f"{base}/withdraw", hidden("member", one.id),
        field("退出日期", _past("withdrawn_on", said.get("withdrawn_on", today), today)),
        field("理由", text("reason", said.get("reason", ""), required=True, maxlength=200), "如应当回避、因故不能参加"),
        button("退出专家组" if one.seat is not Seat.SUBSTITUTE else "退出候补", tone="plain"), kind="line",
    )  # fmt: skip
    leading = form(f"{base}/leader", hidden("member", one.id), button("改任组长", tone="plain"), kind="line")
    letter = [html.A("承诺书（Word）", href=f"{base}/letter.docx"), html.A("PDF", href=f"{base}/letter.pdf")]
    last = leading if one.seat is Seat.MEMBER else None
    return html.Div([html.Div(letter, className="links"), committing, leaving, last])


def _past(name: str, value: str, today: str) -> Node:
    return text(name, value, kind="date", required=True, max=today)


def _scan() -> Node:
    return element("input", type="file", name="file", accept=".pdf,.jpg,.jpeg,.png,.ofd")


def _recording(panel: PanelRow, made: Sequence[VisitRow], visit: Visit) -> Node:
    said, today = visit.args, str(visit.today)
    done = [("", "无"), *((str(one.id), labels.day(one.visited_on)) for one in made if one.state is VisitState.DONE)]
    entry = form(
        f"/parks/{panel.park_code}/panel/records",
        field("方式", choice("kind", [(one.value, one.label) for one in RecordKind], said.get("kind", ""))),
        field("日期", text("held_on", said.get("held_on", today), kind="date", required=True, max=today)),
        field("地点", text("place", said.get("place", ""), maxlength=200)),
        field("情况", element("textarea", said.get("text", ""), name="text", rows="4", maxlength="4000", required=True),
              "看了哪些资料、查看了哪些地方、核实了什么、发现的问题"),
        field("引用的现场核查", choice("visit", done, said.get("visit", ""))),
        field("签字的记录（扫描件）", _scan(), "没有的不选"),
        button("登记"),
        files=True,
    )  # fmt: skip
    return html.Details(
        [html.Summary("登记资料审核或实地查看"), entry], className="remark", open="held_on" in said, id="recording"
    )


def _draw_facts(panel: PanelRow) -> list[tuple[str, Node]]:
    quotas = "、".join(f"{name}不少于{least}人" for name, least in panel.quotas.items())
    free = sum(not one.left_out for one in panel.pool)
    return [
        ("抽取日期", labels.day(panel.drawn_on)),
        ("抽取号", str(panel.seed)),
        ("人数", f"专家组{panel.size}人，候补{panel.substitutes}人"),
        ("专业要求", quotas or "无"),
        ("专家库", f"共{len(panel.pool)}人，可参加{free}人，未列入{len(panel.pool) - free}人"),
        ("评分方式", "在线评分" if panel.online else "纸质评分表，由市经济信息委代录"),
        ("评分表交回期限", labels.day(panel.scores_due_on)),
        ("抽取", panel.recorded_by),
    ]


HOW = (
    "每人的号签为“抽取号-专家编号”的 SHA-256 值；有专业要求的，依次取该专业号签最小的；其余按号签由小到大补足，"
    "再往后为候补。同一抽取号、同一名单抽出的结果相同。"
)


def _whole_pool(panel: PanelRow) -> Node:
    return html.Details(
        [html.Summary(f"全部名单和号签（{len(panel.pool)}人）"), html.P(HOW, className="hint"), pool_table(panel)],
        className="remark",
    )


def _dissolving(panel: PanelRow, visit: Visit) -> Node:
    return form(
        f"/parks/{panel.park_code}/panel/dissolve",
        field("理由", text("why", visit.args.get("why", ""), required=True, maxlength=200),
              "如评审已结束，或候补用完、重新抽取"),
        button("解散", tone="plain"),
        kind="line",
    )  # fmt: skip


def _before(
    park: ParkName,
    looked: Sequence[tuple[Candidate, str]],
    people: Sequence[ExpertRow],
    usual: tuple[int, int],
    visit: Visit,
) -> Iterator[Node]:
    out = sum(bool(why) for _one, why in looked)
    told = f"专家库共{len(looked)}人，可参加{len(looked) - out}人，须回避或不在聘期的{out}人。"
    yield card("抽取专家组", html.P(told, className="summary"), _drawing(park, people, usual, visit), id="drawing",
               note="依据：五(三)；人数、回避年限为系统默认值，通知未规定")  # fmt: skip
    yield card("须回避或不在聘期的专家", left_out_table(looked), id="left-out",
               note=html.A("专家库", href="/experts"))  # fmt: skip


def _drawing(park: ParkName, people: Sequence[ExpertRow], usual: tuple[int, int], visit: Visit) -> Node:
    said = visit.args
    return form(
        f"/parks/{park.code}/panel",
        field("专家组人数", _number("size", said.get("size", str(usual[0])), LEAST, step=2), "须为单数，含组长"),
        field("候补人数", _number("substitutes", said.get("substitutes", str(usual[1])), 0), "有人退出时按次序递补"),
        *_quotas(specialties(people), said),
        field("抽取号", text("seed", said.get("seed", ""), kind="number", min=SEEDS[0], max=SEEDS[-1]),
              "可由监督人现场给出；留空由系统产生"),
        field("评分表交回期限", text("scores_due_on", said.get("scores_due_on", ""), kind="date", min=str(visit.today)),
              "到期未交的列入预警；可不填"),
        ticks("online", [("1", "在线评分（默认为纸质评分表）")], [said.get("online", "")]),
        button("抽取"),
        kind="stack narrow",
    )  # fmt: skip


def _number(name: str, value: str, least: int, **more: object) -> Node:
    return text(name, value, kind="number", required=True, min=least, max=MOST, **more)


def _quotas(known: Sequence[str], said: Mapping[str, str]) -> Iterator[Node]:
    options = [("", "不作要求"), *((one, one) for one in known)]
    for number in range(1, QUOTAS + 1):
        name, least = f"specialty-{number}", f"least-{number}"
        yield html.Div(
            [field(f"专业要求{number}", choice(name, options, said.get(name, ""))),
             field("不少于（人）", text(least, said.get(least, "1"), kind="number", min=1, max=MOST))],
            className="line",
        )  # fmt: skip


def _earlier(panel: PanelRow) -> Node:
    told = f"{labels.day(panel.drawn_on)}抽取，{labels.day(panel.dissolved_on)}解散：{panel.dissolve_reason}"
    return card(
        f"原专家组（第{panel.round}轮）", html.P(told), members_table(panel, panel.members, managing=True),
        records_table(panel) if panel.records else None, _whole_pool(panel), note=f"抽取号{panel.seed}",
    )  # fmt: skip


PAGE = Page("panel", "/parks/<code>/panel", layout)
