"""What can be taken as a whole: 验收申请材料 with its checklist, 归档材料, and every 公文 of a park."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from dashboard.components import lights
from dashboard.components.blocks import card, link_button
from dashboard.components.forms import button, form, hidden
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Visit
from policy.access import Permission
from policy.terms import Light
from services.archive.application import Checklist, Item, checklist
from services.archive.assembling import Whole
from services.documents.catalogue import KINDS, Kind

MATERIALS = (Column("材料", "head"), Column("是否齐备"), Column("情况"))
MANIFEST = "内附目录和校验清单，收到的单位可逐件核对。"


def archive_cards(visit: Visit, code: str) -> list[Node]:
    """The checklist for everyone who sees the acceptance; what may be taken by whom."""
    with visit.platform.database.read() as session:
        found = checklist(session, visit.actor, code)
    record = html.A("办理记录", href=f"/parks/{code}/record")
    return [_application(found, visit), archive_card(code, record) if visit.may(Permission.ARCHIVE_PARK) else None]


def _application(found: Checklist, visit: Visit) -> html.Section:
    rows = [row(MATERIALS, _material(item)) for item in found.items]
    lacking = "、".join(item.label for item in found.lacking)
    told = f"尚缺：{lacking}。" if lacking else "应随函报送的材料齐全。"
    taking = _taking(found.park.code, Whole.APPLICATION) if visit.may(Whole.APPLICATION.needs) else None
    return card(
        "验收申请材料",
        html.P(told, className="summary"),
        table("验收申请材料", MATERIALS, rows),
        taking,
        id="application",
        note="依据：五(三)；一园一函，一文一事",
    )


def _material(item: Item) -> tuple[Node, ...]:
    light = lights.light(Light.GREEN, "齐备") if item.ready else lights.light(Light.GREY, "尚缺")
    return html.A(item.label, href=item.path), light, item.told


def archive_card(code: str, more: Node = None) -> html.Section:
    """归档, for the committee."""
    what = "批复、报送、来函、验收各环节文件、定稿文件、佐证资料和办理记录。"
    return card(
        "归档",
        html.P([what, more], className="summary"),
        _taking(code, Whole.ARCHIVE),
        id="archive",
        note="保管期限通知未规定，按系统设置填列",
    )


def _taking(code: str, whole: Whole) -> html.Div:
    """As a zip, or bound; both are made in the background."""
    action = f"/parks/{code}/{whole}"
    return html.Div(
        [
            html.Div(
                [
                    form(action, hidden("as", "zip"), button(f"汇总{whole.label}（zip）"), kind="line"),
                    form(action, hidden("as", "pdf"), button("生成装订本（PDF）", tone="secondary"), kind="line"),
                ],
                className="buttons",
            ),
            html.P(MANIFEST, className="small"),
        ],
        className="act",
    )


PAPERS = (Column("公文", "head"), Column("所述"), Column("下载"))


def papers_card(code: str, visit: Visit) -> html.Section:
    """Every kind of document about one park that one may see, drawn up as of today."""
    kinds = [kind for kind in KINDS.values() if kind.of_park and kind.may_be_drafted(visit.actor)]
    rows = [row(PAPERS, (kind.label, _about(kind), downloads(f"/parks/{code}/documents/{kind.key}"))) for kind in kinds]
    return card(
        "公文和报告",
        table("公文和报告", PAPERS, rows),
        id="papers",
        note="按今天的数据生成，由发文单位编号用印前均为代拟稿",
    )


def _about(kind: Kind) -> str:
    return "最近一期；其他报告期在该期报告页下载" if kind.of_report else "截至今天"


def downloads(address: str, query: str = "") -> html.Span:
    """Word and PDF of one document."""
    return html.Span(_between([html.A(word, href=f"{address}.{end}{query}") for word, end in FORMATS]))


FORMATS = (("Word", "docx"), ("PDF", "pdf"))


def _between(links: Iterable[Node]) -> list[Node]:
    parts: list[Node] = []
    for link in links:
        parts += [" · " if parts else None, link]
    return parts


def draft_buttons(address: str, label: str, query: str = "") -> list[Node]:
    """For the head of a page."""
    return [link_button(f"{label}（{word}）", f"{address}.{end}{query}") for word, end in FORMATS]
