"""问题整改台账 of all parks: filtered, downloaded, and added to by the committee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from dashboard.components.blocks import card, empty, link_button
from dashboard.components.forms import button, choice, field, form, hidden, search_form, text
from dashboard.components.paging import page_number, pager
from dashboard.issue_parts import issues_table, summary
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.access import ParkName, parks_in_scope
from db.queries.rectifications import IssueRow, rectifications
from policy.access import Permission, Scope
from policy.rectification import IssueState

PAGE_SIZE = 100
SHOWN: Mapping[str, tuple[str, tuple[IssueState, ...]]] = {
    "": ("全部", tuple(IssueState)),
    "open": ("未销号", (IssueState.OPEN, IssueState.SOON, IssueState.LATE)),
    "late": ("整改逾期", (IssueState.LATE,)),
    "closed": ("已销号", (IssueState.CLOSED, IssueState.CLOSED_LATE)),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for; what it does not know is left out."""

    state: str = ""
    district: str = ""
    park: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Choice:
        state = args.get("state", "")
        return cls(state if state in SHOWN else "", args.get("district", ""), args.get("park", ""))

    def holds(self, entry: IssueRow, today: date) -> bool:
        return (
            entry.state(today) in SHOWN[self.state][1]
            and self.district in ("", str(entry.district_id))
            and self.park in ("", entry.park_code)
        )


def chosen(session: Session, scope: Scope, asked: Choice, today: date) -> tuple[IssueRow, ...]:
    return tuple(entry for entry in rectifications(session, scope) if asked.holds(entry, today))


def layout(visit: Visit) -> View:
    asked = Choice.of(visit.args if "csrf_token" not in visit.args else {})
    with visit.platform.database.read() as session:
        every = rectifications(session, visit.actor.scope)
        parks = parks_in_scope(session, visit.actor.scope)
    rows, page = [entry for entry in every if asked.holds(entry, visit.today)], page_number(visit.args)
    nothing = empty("没有符合条件的问题。", "现场核查发现不符、未见的，或其他来源的问题，由市经济信息委列入。")
    here = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return View(
        "问题整改台账",
        body=[
            card(
                f"问题（{len(rows)}项）",
                _filter(every, parks, asked),
                summary(rows, visit.today, "#issue-table") if rows else None,
                issues_table(here, visit.today, nothing, parks=True, id="issue-table"),
                pager("/issues", asdict(asked), page, len(rows), PAGE_SIZE),
                id="ledger",
                note="整改逾期的纳入预警与催报",
            ),
            _entry(parks, visit) if visit.may(Permission.MANAGE_VISITS) else None,
        ],
        lead="问题、责任单位、措施、时限、进展、佐证、销号。",
        actions=link_button("导出表格", f"/issues.xlsx?{urlencode(asdict(asked))}"),
    )


def _filter(every: Sequence[IssueRow], parks: Sequence[ParkName], asked: Choice) -> Node:
    districts = {str(entry.district_id): entry.district for entry in every}
    codes = {entry.park_code for entry in every}
    named = [(park.code, park.short_name) for park in parks if park.code in codes]
    fields = [field("状态", choice("state", [(key, word) for key, (word, _) in SHOWN.items()], asked.state))]
    if len(districts) > 1:
        fields.append(field("区县", choice("district", [("", "全部"), *districts.items()], asked.district)))
    if len(named) > 1:
        fields.append(field("园区", choice("park", [("", "全部"), *named], asked.park)))
    return search_form(*fields, button("筛选", tone="secondary"))


def _entry(parks: Sequence[ParkName], visit: Visit) -> Node:
    """Also the answer to a refused form of a visit's finding: whose firm it is about comes back unseen."""
    said, today = visit.args, str(visit.today)
    named = [("", "请选择园区"), *((park.code, park.short_name) for park in parks)]
    return card(
        "列入问题",
        form(
            "/issues",
            hidden("firm", said["firm"]) if said.get("firm") else None,
            field("园区", choice("park", named, said.get("park", ""), required=True)),
            field("问题", element("textarea", said.get("problem", ""), name="problem", rows="2", required=True,
                                  maxlength="1000")),
            field("来源", text("source", said.get("source", ""), required=True, maxlength=200),
                  "现场核查或其他，如“审计发现”“群众反映”"),
            field("发现日期", text("found_on", said.get("found_on", today), kind="date", required=True, max=today)),
            field("责任单位", text("unit", said.get("unit", ""), required=True, maxlength=200)),
            field("整改措施", text("measure", said.get("measure", ""), maxlength=1000)),
            field("整改时限", text("due_on", said.get("due_on", ""), kind="date", required=True)),
            button("列入台账"),
            kind="stack narrow",
        ),
        id="enter",
    )  # fmt: skip


PAGE = Page("issues", "/issues", layout, menu="问题整改")
