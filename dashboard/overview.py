"""The overview as the page shows it and as /api/overview.json sends it: the same parts, worked out once.

What was worked out is kept in each process by scope, day, data version and what was asked for. The version is read from
the database at every request, with the account (dashboard.auth): what one process writes, no other shows the old state
of. A park's row and strip are kept by themselves, so that after a change only the changed ones are drawn anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from dash import html
from flask import Flask, Response, current_app, g
from markupsafe import Markup
from sqlalchemy.orm import Session

from dashboard import build, encoding
from dashboard.components.blocks import card, empty
from dashboard.components.strips import Due, Strip, scale, strip
from dashboard.encoding import Encoded
from dashboard.kept import Kept
from dashboard.labels import day as told_day
from dashboard.labels import short_name
from dashboard.markup import Node, render
from dashboard.page import Visit, current_visit
from dashboard.parks_table import park_table, table_rows
from dashboard.unit_map import Standing, unit_map
from db import rulebook_facts
from db.queries.overview import Asked, Counts, Kind, PageOfParks, counts, matching, page, rows_of
from db.queries.owed import Owed
from db.queries.parks import OverviewRow
from db.queries.tiles import tiles
from policy.terms import Light
from policy.terms import Standing as Stands

ON_A_PAGE = 50
PAGES_KEPT, PARKS_KEPT = 200, 5000
WORDS: Mapping[Kind, str] = {
    Kind.ALL: "全部",
    Kind.OVERDUE: "逾期未报",
    Kind.LAGGING: "进度滞后",
    Kind.PENDING: "待审核",
    Kind.ACCEPTANCE: "验收在办",
}
LIGHTS: Mapping[Stands, Light] = {
    Stands.RECEIVED: Light.GREEN,
    Stands.LATE: Light.YELLOW,
    Stands.OVERDUE: Light.RED,
    Stands.IN_GRACE: Light.BLUE,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One park's row of the table and its strip."""

    row: Markup
    strip: Markup
    code: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts by the id of the element they stand in, and all of them as they are sent."""

    parts: Mapping[str, Markup]
    sent: Encoded


class Memory:
    """Of one process."""

    def __init__(self) -> None:
        self.shown: Kept[Shown] = Kept(PAGES_KEPT)
        self.drawn: Kept[Drawn] = Kept(PARKS_KEPT)
        self.counted: Kept[dict[int, Counts]] = Kept(PAGES_KEPT)


def install(server: Flask) -> None:
    server.extensions["parkwatch_overview"] = Memory()
    server.add_url_rule("/api/overview.json", "overview_data", _data)


def _data() -> Response:
    return shown(current_visit()).sent.answer()


def asked(visit: Visit) -> Asked:
    """What the address asks for; an unknown kind is none."""
    said = visit.args
    kind = next((kind for kind in Kind if kind == said.get("show", "")), Kind.ALL)
    words = tuple(said.get("q", "").split())
    return Asked(visit.today, kind, words, said.get("after", ""), said.get("before", ""))


def shown(visit: Visit) -> Shown:
    """As the database stands at this request: it is read after its version, so nothing older is kept under it."""
    wanted, memory = asked(visit), _memory()
    state = (visit.actor.scope, g.data_version)
    known = memory.shown.get((*state, wanted))
    if known is not None:
        return known
    with visit.platform.database.read() as session:
        return memory.shown.put((*state, wanted), _worked_out(session, visit, wanted, state))


def _memory() -> Memory:
    memory: Memory = current_app.extensions["parkwatch_overview"]
    return memory


def _worked_out(session: Session, visit: Visit, wanted: Asked, state: tuple[object, ...]) -> Shown:
    found = page(session, visit.actor.scope, wanted, ON_A_PAGE)
    drawn, by_unit = _drawn(session, found, visit), _counted(session, visit, state)
    total = sum(by_unit.values(), Counts())
    number = matching(session, visit.actor.scope, wanted) if wanted.words else total.of(wanted.kind)
    places = tiles(session, visit.today) if visit.actor.scope.everything else ()
    standings = {unit: Standing(one.parks, one.worst) for unit, one in by_unit.items()}
    parts = {
        "overview-kinds": render(_kinds(total, wanted)),
        "overview-map": render(unit_map(places, standings)),
        "overview-strips": render(_strips(drawn)),
        "overview-table": render(_table(drawn)),
        "overview-pages": render(_pages(found, drawn, wanted, number)),
    }
    tag = encoding.tag_of(build.number(), *state, wanted)
    return Shown(
        parts, Encoded(json.dumps({"version": tag, "parts": parts}, ensure_ascii=False), "application/json", tag)
    )


def _counted(session: Session, visit: Visit, state: tuple[object, ...]) -> dict[int, Counts]:
    key, memory = (*state, visit.today), _memory().counted
    known = memory.get(key)
    return memory.put(key, counts(session, visit.actor.scope, visit.today)) if known is None else known


def _drawn(session: Session, found: PageOfParks, visit: Visit) -> list[Drawn]:
    """The page's parks in order; those whose stored row is another than when they were drawn are drawn anew."""
    memory, rules = _memory().drawn, rulebook_facts.newest(session)
    keys = {park_id: (park_id, version, rules, visit.today) for park_id, version in found.parks}
    known = {park_id: memory.get(key) for park_id, key in keys.items()}
    missing = [park_id for park_id, one in known.items() if one is None]
    rows = rows_of(session, missing) if missing else {}
    fresh = {park_id: memory.put(keys[park_id], _draw(row, visit)) for park_id, row in rows.items()}
    return [one for park_id in keys if (one := known[park_id] or fresh.get(park_id)) is not None]


def _draw(row: OverviewRow, visit: Visit) -> Drawn:
    today, name = visit.today, short_name(row.title)
    dues = [_due(owed) for owed in row.owed(today)]
    one = Strip(name, f"/parks/{row.code}", row.approved_on, row.ends_on, dues, f"/parks/{row.code}#obligations")
    return Drawn(render(table_rows([row], today)), render(strip(one, today)), row.code)


def _due(owed: Owed) -> Due:
    words = f"{owed.period.label}：报送截止日{told_day(owed.due_on)}，{owed.standing.label}"
    return Due(owed.due_on, LIGHTS.get(owed.standing, Light.GREY), words)


def _kinds(total: Counts, wanted: Asked) -> html.Nav:
    """One link a kind, with how many there are; the address keeps the choice."""
    links = []
    for kind, word in WORDS.items():
        here = {"aria-current": "true"} if kind is wanted.kind else {}
        count = html.Span(total.of(kind), className="count")
        links.append(html.A([word, count], href=_address(Asked(wanted.day, kind)), **here))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _strips(drawn: list[Drawn]) -> Node:
    if not drawn:
        return None
    note = "每行为该园区的2年建设周期；标记为各期报送截止日，竖线为今天"
    return card("建设周期和报送", scale(), html.Ul([one.strip for one in drawn], className="strips"), note=note)


def _table(drawn: list[Drawn]) -> html.Div:
    nothing = empty("没有符合条件的园区。", "请换个词查找，或", html.A("查看全部园区", href="/parks"), "。")
    return park_table([one.row for one in drawn], nothing)


def _pages(found: PageOfParks, drawn: list[Drawn], wanted: Asked, number: int) -> Node:
    if not (found.earlier or found.later) or not drawn:
        return None
    before = _turn("上一页", wanted, before=drawn[0].code) if found.earlier else None
    after = _turn("下一页", wanted, after=drawn[-1].code) if found.later else None
    words = html.Span(f"共{number}个园区，每页{ON_A_PAGE}个", className="muted")
    return html.Nav([before, words, after], className="buttons paging", **{"aria-label": "分页"})


def _turn(word: str, wanted: Asked, **place: str) -> html.A:
    return html.A(word, href=_address(wanted, **place), className="button")


def _address(wanted: Asked, **place: str) -> str:
    said = {"show": wanted.kind.value, "q": " ".join(wanted.words), **place}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"/parks?{query}" if query else "/parks"
