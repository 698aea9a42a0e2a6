"""应报事项: one ledger of all that is owed, from which every 应报、已报、未报、迟报 is counted."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard import obligation_parts as parts
from dashboard.calendar_part import calendar_card
from dashboard.components.blocks import card, empty, link_button, tile
from dashboard.components.forms import button, choice, field, hidden, search_form
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.obligation_view import SHOWN, WORDS, Choice, Shown, shown
from dashboard.page import Page, View, Visit
from db.queries.obligations import FAMILIES, Entry, ParkLedger, counts, ledger
from policy.figures import percent
from policy.obligations import CLAUSE
from policy.periods import parse_period
from policy.situation import Tally

COLUMNS = (
    Column("园区", "head"),
    Column("应报事项"),
    Column("时限"),
    Column("收到情况"),
    Column("状态"),
    Column("依据文件"),
)
PAGE_SIZE = 100


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        parks = ledger(session, visit.actor.scope, visit.today)
        subscription = calendar_card(session, visit)
    asked = Choice.of(visit.args)
    found = shown(parks, asked)
    return View(
        "应报事项",
        body=[_families(parks, asked), _tiles(found.tally, asked), _table(found, parks, asked, visit), subscription],
        lead="应报、已报、未报、迟报的数字都由本台账统计；点数字可看是哪几项。",
        actions=link_button("导出表格", f"/obligations.xlsx?{asked.query()}"),
    )


def _families(parks: Sequence[ParkLedger], asked: Choice) -> html.Nav:
    """What is counted together, with how much of it is owed by now; what nobody owes is not named."""
    links = []
    for family, kinds in FAMILIES.items():
        if family != asked.family and not any(
            owed.kind in kinds for park in parks for owed in park.situation.obligations()
        ):
            continue
        here = {"aria-current": "true"} if family == asked.family else {}
        owed = html.Span(counts(parks, *kinds).owed, className="count")
        links.append(html.A([WORDS[family], owed], href=f"/obligations?{Choice(family).query()}", **here))
    return html.Nav(links, className="kinds", **{"aria-label": "应报事项类别"})


def _tiles(tally: Tally, asked: Choice) -> html.Div:
    duties = asked.family == "duties"
    share = f"{'办理率' if duties else '报送率'}{percent(tally.share) if tally.share is not None else '—'}"

    def to(standing: str) -> str:
        return f"/obligations?{asked.query(standing=standing)}#ledger"

    tiles = [
        tile("应办理" if duties else "应报", tally.owed, "时间已到、未免报的", to("owed")),
        tile("已办理" if duties else "已报", tally.received, share, to("received")),
        tile("未办理" if duties else "未报", tally.missing, "含未到截止日的", to("missing")),
    ]  # fmt: skip
    if not duties:
        tiles += [
            tile("迟报", tally.late, "已报，晚于截止日", to("late"), "tile-yellow" if tally.late else ""),
            tile("逾期未报", tally.overdue, "截止日已过，尚未报", to("overdue"), "tile-red" if tally.overdue else ""),
        ]
    return html.Div(tiles, className="tiles")


def _table(found: Shown, parks: Sequence[ParkLedger], asked: Choice, visit: Visit) -> html.Section:
    number = visit.args.get("page", "")
    page = max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < 5 else 1
    rows = found.rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    nothing = empty("没有符合条件的应报事项。", html.A("查看全部", href=f"/obligations?{Choice(asked.family).query()}"))
    word = f"{WORDS[asked.family]}（{len(found.rows)}项）"
    return card(
        word,
        _filter(found, parks, asked),
        table("应报事项", COLUMNS, [_row(entry, visit) for entry in rows], empty=nothing, id="obligation-table"),
        _pages(len(found.rows), page, asked),
        id="ledger",
        note=parts.judged_by(found.rows) or f"依据：{CLAUSE}",
    )


def _filter(found: Shown, parks: Sequence[ParkLedger], asked: Choice) -> Node:
    districts = dict.fromkeys((park.situation.park.district_id, park.situation.park.district) for park in parks)
    periods = [(key, _period(key)) for key in found.periods]
    fields = [field("状态", choice("standing", [(key, word) for key, (word, _) in SHOWN.items()], asked.standing))]
    if periods:
        fields.append(field("报告期", choice("period", [("", "全部"), *periods], asked.period)))
    if len(districts) > 1:
        named = [(str(number), name) for number, name in districts]
        fields.append(field("区县", choice("district", [("", "全部"), *named], str(asked.district or ""))))
    return search_form(hidden("family", asked.family), *fields, button("筛选", tone="secondary"))


def _period(key: str) -> str:
    period = parse_period(key)
    return period.label if period else key


def _row(entry: Entry, visit: Visit) -> html.Tr:
    name = [
        html.A(labels.short_name(entry.park.title), href=f"/parks/{entry.park.code}#obligations", className="name"),
        html.Span(entry.park.district, className="small"),
    ]
    return row(
        COLUMNS,
        (
            name, parts.what(entry), parts.dates(entry, visit.today), parts.came_in(entry),
            parts.standing(entry, halves=False), parts.documents(entry),
        ),
    )  # fmt: skip


def _pages(total: int, page: int, asked: Choice) -> Node:
    last = -(-total // PAGE_SIZE)
    if last < 2:
        return None
    links = [
        html.A(word, href=f"/obligations?{asked.query(page=number)}#ledger")
        for word, number in (("上一页", page - 1), ("下一页", page + 1))
        if 1 <= number <= last
    ]
    return html.P([f"第{page}页，共{last}页 ", *links], className="links")


PAGE = Page("obligations", "/obligations", layout, menu="应报事项")
