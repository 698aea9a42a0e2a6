"""专家库: who can be asked to review, by 专业 and employer; entering one, and many from a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import counted
from dashboard.components.forms import button, choice, field, form, search_form, text
from dashboard.components.paging import page_number, pager
from dashboard.components.tables import Column, row, table
from dashboard.expert_parts import entry_fields, standing, validity
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.experts import ExpertRow, expert_accounts, experts, specialties

PAGE_SIZE = 50
EXPERTS = (
    Column("姓名", "head"),
    Column("专家编号"),
    Column("工作单位、职务职称"),
    Column("专业"),
    Column("电话"),
    Column("聘期"),
    Column("关联关系", "number", "项"),
    Column("状态"),
)


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        everybody = experts(session)
        accounts = expert_accounts(session)
    return View(
        "专家库",
        body=[
            _list(everybody, visit),
            html.Div([_entering(visit, accounts), _importing()], className="columns"),
        ],
        lead="评审验收专家；抽取专家组时按工作单位和关联关系回避。电话、邮箱只在本人页面显示全号。",
        actions=link_button("下载导入表", "/experts/template.xlsx"),
    )


def _list(everybody: Sequence[ExpertRow], visit: Visit) -> html.Section:
    words, wanted = visit.args.get("q", "").strip(), visit.args.get("specialty", "")
    found = [one for one in everybody if _fits(one, words, wanted)]
    page = page_number(visit.args)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = [row(EXPERTS, _row(one, visit)) for one in shown]
    kinds = [("", "全部专业"), *((one, one) for one in specialties(everybody))]
    search = search_form(
        field("查询", text("q", words, placeholder="姓名、编号、单位")),
        field("专业", choice("specialty", kinds, wanted)),
        button("查询", tone="secondary"),
    )  # fmt: skip
    nothing = empty(
        "没有符合条件的专家。" if everybody else "专家库还没有专家。", "在下面登记，或下载导入表填好后导入。"
    )
    asked = {"q": words, "specialty": wanted}
    return card(
        f"专家（{len(found)}人）", search, table("专家库", EXPERTS, rows, id="experts", empty=nothing),
        pager("/experts", asked, page, len(found), PAGE_SIZE),
    )  # fmt: skip


def _fits(one: ExpertRow, words: str, specialty: str) -> bool:
    said = f"{one.name} {one.code} {one.employer}".casefold()
    return words.casefold() in said and (not specialty or specialty in one.specialties)


def _row(one: ExpertRow, visit: Visit) -> list[Node]:
    place = [one.employer, html.Span(one.post, className="small") if one.post else None]
    ties = counted(str(len(one.ties)), f"/experts/{one.id}#ties") if one.ties else "0"
    return [
        html.A(one.name, href=f"/experts/{one.id}"), one.code, place, "、".join(one.specialties),
        one.masked_phone or "—", validity(one.valid_from, one.valid_to), ties, standing(one, visit.today),
    ]  # fmt: skip


def _entering(visit: Visit, accounts: Sequence[tuple[str, str]]) -> html.Section:
    return card("登记专家", form("/experts", *entry_fields(visit.args, accounts, new=True), button("登记")), id="enter")


def _importing() -> html.Section:
    file = element("input", type="file", name="file", required=True, accept=".xlsx,.xls,.ods,.csv")
    return card(
        "整表导入",
        form("/experts/import", field("专家库导入表", file, "可先下载导入表，填好后上传"), button("导入"), files=True),
        id="import",
        note="整份导入或整份不导入；表中没有的专家不变",
    )


PAGE = Page("experts", "/experts", layout, menu="专家库")
