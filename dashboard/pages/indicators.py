"""指标口径: every indicator of the catalogue with what it measures and covers, and the changes on record."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.access import parks_in_scope
from db.queries.definitions import DefinitionRow, definition_rows
from policy.access import Permission
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.derivation import RATES
from policy.indicators.indicator import Indicator
from policy.terms import FigureBasis, HalfYear, Measure

COLUMNS = (
    Column("指标", "head"),
    Column("单位", "day"),
    Column("性质", "day"),
    Column("方向", "day"),
    Column("依据", "day"),
    Column("从属"),
    Column("口径"),
)
CHANGING = Column("办理", "day")
RECORDS = (
    Column("指标", "head"),
    Column("适用"),
    Column("自"),
    Column("统计范围"),
    Column("口径"),
    Column("时点和计算方法"),
    Column("前后比较"),
    Column("依据"),
    Column("登记"),
)
NATURE = {
    Measure.STOCK: "各报告期末均可与目标比较",
    Measure.FLOW_YTD: "自1月起累计，只与上年同期比；与目标比较用全年数或近12个月累计",
    Measure.ANNUAL_COUNT: "按当年收入分档，只用全年数与目标比较",
    Measure.RATIO: "由分项除以总数得出，增减以个百分点计",
}
NOT_SAID = "尚未登记，通知未作规定"


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        records = definition_rows(session, visit.actor.scope)
        parks = [(park.code, park.short_name) for park in parks_in_scope(session, visit.actor.scope)]
    may_set = visit.may(Permission.MANAGE_RULEBOOK)
    return View(
        "指标口径",
        body=[_setting(parks, visit) if may_set else None, _catalogue(records, may_set=may_set)],
        after=[_worked_out(), _records(records)],
        crumbs=(("指标看板", "/board"),),
        lead="系统按原数保存和计算，不取整；打印申报表时四舍五入取整数，取整后为0而原数不为0的另作提示（附件填报说明2）。",
    )


def _catalogue(records: Sequence[DefinitionRow], *, may_set: bool) -> html.Section:
    columns = (*COLUMNS, CHANGING) if may_set else COLUMNS
    rows = [row(columns, _cells(one, records, may_set=may_set), id=one.key) for one in CATALOGUE]
    notes = html.Ul([html.Li(f"{measure.label}：{told}") for measure, told in NATURE.items()], className="small")
    return card("指标", table("指标", columns, rows), notes, id="catalogue")


def _cells(indicator: Indicator, records: Sequence[DefinitionRow], *, may_set: bool) -> list[Node]:
    parts = [BY_KEY[key].label for key in indicator.ratio_of or ()]
    told = f"{parts[0]}÷{parts[1]}" if parts else BY_KEY[indicator.part_of].label if indicator.part_of else "—"
    common = next((one for one in records if one.definition.key == indicator.key and not one.park), None)
    change = "—" if parts else html.A("登记口径", href=f"/indicators?set={indicator.key}#set")
    cells: list[Node] = [
        html.A(indicator.label, href=f"/indicators/{indicator.key}"), indicator.unit, indicator.measure.label,
        indicator.direction.label, indicator.basis, told, "按分项" if parts else _current(common),
    ]  # fmt: skip
    return [*cells, change] if may_set else cells


def _current(found: DefinitionRow | None) -> Node:
    if found is None:
        return html.Span(NOT_SAID, className="muted")
    made = found.definition
    return f"{made.scope}（{made.basis.label}），自{made.since.label}起，{made.document}"


def _worked_out() -> html.Section:
    """What is made of two indicators, with its formula."""
    lines = [
        f"{rate.label}（{rate.unit}）＝{BY_KEY[rate.top].label}{'（近12个月）' if rate.yearly else ''}"
        f"÷{BY_KEY[rate.bottom].label}"
        for rate in RATES
    ]
    lines += [
        "下半年当期数＝全年累计－上半年累计；近12个月累计＝本年上半年＋上年全年－上年上半年",
        "同比＝（本期－上年同期）÷上年同期；占比的变化以个百分点计",
    ]
    return card("由指标计算", html.Ul([html.Li(line) for line in lines]), id="derived")


def _records(records: Sequence[DefinitionRow]) -> html.Section:
    rows = [
        row(RECORDS, (
            BY_KEY[one.definition.key].label, one.park or "全部园区", one.definition.since.label, one.definition.scope,
            one.definition.basis.label, one.definition.taken_at or "—",
            "不比较" if one.definition.breaks else "可比较", one.definition.document,
            f"{one.recorded_by} {labels.stamp(one.recorded_at)}",
        ))
        for one in records
        if one.definition.key in BY_KEY
    ]  # fmt: skip
    nothing = empty("尚无登记的口径。", "口径由文件确定后登记；口径变更的，变更前后的数不作比较。")
    return card("口径登记", table("口径登记", RECORDS, rows, empty=nothing), id="records", note="各次登记完整保存")


def _setting(parks: Sequence[tuple[str, str]], visit: Visit) -> html.Section | None:
    """The form for the indicator asked for in the address, filled with what was typed before a refusal."""
    indicator = BY_KEY.get(visit.args.get("set", ""))
    if indicator is None or indicator.ratio_of:
        return None
    filled = visit.args
    now = HalfYear.containing(visit.today)
    halves = [now]
    while len(halves) < 6:
        halves.append(halves[-1].previous())
    compared = (("yes", "口径变更，前后不比较"), ("no", "只是写明，前后仍可比较"))
    return card(
        f"登记口径：{indicator.label}",
        form(
            "/indicators",
            hidden("key", indicator.key),
            field("适用", choice("park", [("", "全部园区"), *parks], filled.get("park", ""))),
            field("自何报告期起", choice("since", [(str(h), h.label) for h in halves], filled.get("since", ""))),
            field("统计范围", text("scope", filled.get("scope", ""), required=True, maxlength="500"),
                  "如：注册地在四至范围内、以网络安全为主的企业"),
            field("统计口径", choice("basis", [(b, b.label) for b in FigureBasis], filled.get("basis", ""))),
            field("时点和计算方法", text("taken_at", filled.get("taken_at", ""), maxlength="200")),
            field("与此前的数", choice("breaks", compared, filled.get("breaks", ""))),
            field("依据文号", text("document", filled.get("document", ""), required=True, maxlength="200")),
            button("登记口径"),
            kind="stack narrow",
        ),
        id="set",
    )  # fmt: skip


PAGE = Page("indicators", "/indicators", layout)
