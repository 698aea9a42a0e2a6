"""Forms of the acceptance: taking the step that is due, sending one back, objections, certificate and plaque."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from flask import request

from dashboard import labels
from dashboard.archive_parts import downloads
from dashboard.chain_parts import stopped
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.forms import button, choice, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.chain import ChainRecord, ObjectionRow, PlaqueRow
from policy.access import Permission
from policy.facts import ParkFact
from policy.terms import Light, Outcome, Stage
from policy.workflow import Option, Step, StepKind
from services.documents.catalogue import KINDS
from services.steps import Awaited

DATED = {
    StepKind.RECEIPT: "收文日期", StepKind.EXPERT_REVIEW: "评审日期", StepKind.PUBLICITY: "公示日期",
    StepKind.DELIBERATION: "审议日期",
}  # fmt: skip
NUMBERED = {StepKind.RECEIPT: "收文编号"}
PAPERS = ".pdf,.ofd,.doc,.docx,.wps,.jpg,.jpeg,.png"
LONGEST = 2000


def _typed(action: str, visit: Visit) -> Mapping[str, str]:
    """What was sent to this very form and refused."""
    return visit.args if request.path == action else {}


def _day(word: str, name: str, said: Mapping[str, str], visit: Visit, *, ahead: bool = False, hint: str = "") -> Node:
    limit = {} if ahead else {"max": str(visit.today)}
    first = "" if ahead else str(visit.today)
    return field(word, text(name, said.get(name, first), kind="date", required=not ahead, **limit), hint or None)


def _long(name: str, said: Mapping[str, str], *, required: bool = False) -> Node:
    return element("textarea", said.get(name, ""), name=name, rows="2", required=required, maxlength=str(LONGEST))


def _file(word: str, hint: str) -> Node:
    return field(word, element("input", type="file", name="file", accept=PAPERS), hint)


def next_card(park: ParkFact, found: ChainRecord, due: Sequence[Awaited], visit: Visit) -> html.Section:
    """What comes next, who does it and with which paper; a form for whoever may."""
    parts: list[Node] = [_step(park.code, entry, found, visit) for entry in due]
    if found.course.next is None:
        parts.append(html.P(stopped(found.course.stage, labels.day(park.ends_on)), className="summary"))
    parts.append(_return(park.code, found, visit))
    return card("下一环节", *parts, id="next")


def _step(code: str, due: Awaited, found: ChainRecord, visit: Visit) -> Node:
    entry = due.entry
    told = facts(
        [
            ("环节", f"{entry.kind.label}{'（通知未规定）' if entry.option else ''}"),
            ("办理单位", entry.actor),
            ("须有材料", f"{entry.paper}{'（须登记发文字号）' if entry.numbered else ''}"),
            ("依据", entry.clause),
            *_draft(code, entry, visit),
        ]
    )
    if not due.may:
        return html.Div([told, html.P(f"由{entry.actor}办理；市经济信息委可凭纸质材料代录。", className="muted")])
    behalf = html.P("本环节由其他单位办理，在此登记即为代录，记录和页面均予注明。", className="muted")
    return html.Div([told, behalf if due.on_behalf else None, _taking(code, due, found, visit)])


def _draft(code: str, entry: Step, visit: Visit) -> list[tuple[str, Node]]:
    """The paper as the system would draw it up today, to be read before it is frozen."""
    kind = KINDS.get(entry.document)
    if kind is None or not visit.may(kind.permission):
        return []
    return [("代拟稿", downloads(f"/parks/{code}/documents/{kind.key}"))]


def _taking(code: str, due: Awaited, found: ChainRecord, visit: Visit) -> Node:
    entry, action = due.entry, f"/parks/{code}/steps/{due.entry.kind}"
    said = _typed(action, visit)
    number = text("number", said.get("number", ""), required=entry.numbered, maxlength=100)
    return form(
        action,
        _day(DATED.get(entry.kind, "材料的成文日期"), "dated", said, visit),
        field(NUMBERED.get(entry.kind, "发文字号"), number, None if entry.numbered else "没有的不填"),
        _outcome(said) if entry.kind is StepKind.CONCLUSION else None,
        _until(entry, said, visit),
        _file(entry.paper, due.paper),
        field("备注", text("note", said.get("note", ""), maxlength=500)),
        button("代录本环节" if due.on_behalf else "办理本环节", id=f"take-{entry.kind}"),
        files=True,
        kind="stack narrow",
    )  # fmt: skip


def _outcome(said: Mapping[str, str]) -> Node:
    known = [("", "按专家组评审意见"), *((one.value, one.label) for one in Outcome)]
    return field("评审结论", choice("outcome", known, said.get("outcome", "")), "限期整改、不达标，通知未规定")


UNTIL = {
    StepKind.CONCLUSION: ("整改期限", "仅“限期整改”填写"),
    StepKind.PUBLICITY: ("公示截止日", "不填的，按公示期最短天数计算，公示当日为第1日"),
    StepKind.EXTENSION: ("延期后的期限", "自评报告、审核意见、验收申请函的截止日相应后移；建设期满之日不变"),
}


def _until(entry: Step, said: Mapping[str, str], visit: Visit) -> Node:
    if entry.kind not in UNTIL:
        return None
    word, hint = UNTIL[entry.kind]
    return _day(word, "until", said, visit, ahead=True, hint=hint)


def _return(code: str, found: ChainRecord, visit: Visit) -> Node:
    """For whoever would take the next step: the one before it is sent back instead."""
    entry = found.course.sends_back
    if entry is None or not visit.may(entry.needs):
        return None
    action, last = f"/parks/{code}/steps/{entry.kind}/return", found.course.taken[-1]
    said = _typed(action, visit)
    sending = form(
        action,
        _day("退回日期", "dated", said, visit),
        field("退回理由", _long("reason", said, required=True)),
        button(f"退回“{last.kind.label}”", id="return-step", tone="secondary"),
        kind="stack narrow",
    )
    return html.Details(
        [html.Summary(f"退回上一环节：{last.kind.label}"), sending], className="remark", open=bool(said)
    )


OBJECTIONS = (
    Column("收到日期", "head"),
    Column("提出人"),
    Column("异议内容"),
    Column("状态"),
    Column("核查情况和处理意见"),
)


def objections_card(code: str, found: ChainRecord, visit: Visit) -> Node:
    """Nothing of it where the option is off and none was ever raised; who raised one is the committee's knowledge."""
    on = Option.OBJECTIONS in found.course.options and _shown(found)
    if not visit.may(Permission.DECIDE_ACCEPTANCE) or not (on or found.objections):
        return None
    rows = [row(OBJECTIONS, _objection(code, entry, visit)) for entry in found.objections]
    nothing = empty("没有收到异议。", "公示期内收到的异议请在此登记，全部办结后方可授牌。")
    adding = _adding(code, visit) if on and found.course.stage is Stage.PASSED else None
    return card(
        "公示异议", table("公示异议", OBJECTIONS, rows, empty=nothing), adding, id="objections", note="通知未规定"
    )


def _shown(found: ChainRecord) -> bool:
    return found.in_force(StepKind.PUBLICITY, found.course.round) is not None


def _objection(code: str, entry: ObjectionRow, visit: Visit) -> tuple[Node, ...]:
    matter: list[Node] = [entry.matter]
    if entry.file_name:
        matter.append(html.A(entry.file_name, href=f"/parks/{code}/objections/{entry.id}/file", className="small"))
    if entry.upheld is None:
        state, answer = lights.light(Light.YELLOW, "未办结"), _answering(code, entry, visit)
    else:
        state = lights.light(Light.GREEN, "异议成立" if entry.upheld else "异议不成立")
        answer = f"{entry.answer}（{labels.day(entry.handled_on)}，{entry.handled_by}）"
    return labels.day(entry.received_on), entry.raised_by, matter, state, answer


def _answering(code: str, entry: ObjectionRow, visit: Visit) -> Node:
    action = f"/parks/{code}/objections/{entry.id}"
    said = _typed(action, visit)
    words = [("no", "异议不成立"), ("yes", "异议成立（退回评审结论）")]
    return form(
        action,
        _day("办结日期", "handled_on", said, visit),
        field("结果", choice("upheld", words, said.get("upheld", "no"))),
        field("核查情况和处理意见", _long("answer", said, required=True)),
        button("办结", tone="secondary"),
    )


def _adding(code: str, visit: Visit) -> Node:
    action = f"/parks/{code}/objections"
    said = _typed(action, visit)
    adding = form(
        action,
        _day("收到日期", "received_on", said, visit),
        field("提出人", text("raised_by", said.get("raised_by", ""), required=True, maxlength=200)),
        field("异议内容", _long("matter", said, required=True)),
        _file("异议材料（扫描件）", "可不附"),
        button("登记异议", tone="secondary"),
        files=True,
        kind="stack narrow",
    )
    return html.Details([html.Summary("登记异议"), adding], className="remark", open=bool(said))


def plaque_card(park: ParkFact, found: ChainRecord, visit: Visit) -> Node:
    """Certificate and plaque, once the title is given; the title is the one of the 批复."""
    if found.course.stage is not Stage.TITLED:
        return None
    known = found.plaque
    parts: list[Node] = [facts(_handed(park, known)) if known else empty("尚未登记证书和授牌。")]
    if visit.may(Permission.DECIDE_ACCEPTANCE):
        parts.append(_handing(park.code, known, visit))
    return card("证书和授牌", *parts, id="plaque")


def _handed(park: ParkFact, known: PlaqueRow) -> list[tuple[str, Node]]:
    scan = html.A(known.file_name, href=f"/parks/{park.code}/plaque/file") if known.file_name else "未附"
    return [
        ("园区名称", known.title),
        ("证书编号", known.certificate_no),
        ("授牌日期", labels.day(known.handed_on)),
        ("授牌地点", known.place),
        ("领取单位和领取人", known.received_by),
        ("备注", known.note),
        ("签收材料", scan),
        ("登记", f"{known.recorded_by} {labels.stamp(known.recorded_at)}"),
    ]


def _handing(code: str, known: PlaqueRow | None, visit: Visit) -> Node:
    action = f"/parks/{code}/plaque"
    said = _typed(action, visit)

    def typed(name: str, stored: str) -> str:
        return said.get(name, stored)

    filling = form(
        action,
        field("授牌日期", text("handed_on", typed("handed_on", str(known.handed_on if known else visit.today)),
                              kind="date", required=True, max=str(visit.today))),
        field("证书编号", text("certificate_no", typed("certificate_no", known.certificate_no if known else ""),
                              maxlength=100)),
        field("授牌地点", text("place", typed("place", known.place if known else ""), maxlength=200)),
        field("领取单位和领取人", text("received_by", typed("received_by", known.received_by if known else ""),
                                      required=True, maxlength=200)),
        field("备注", text("note", typed("note", known.note if known else ""), maxlength=500)),
        _file("签收材料（扫描件）", "已附的不重复选择"),
        button("登记证书和授牌" if known is None else "更正"),
        files=True,
        kind="stack narrow",
    )  # fmt: skip
    if known is None:
        return filling
    return html.Details([html.Summary("更正登记"), filling], className="remark", open=bool(said))
