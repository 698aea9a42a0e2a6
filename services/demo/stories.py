"""The rounds a story is about: what went wrong with a report, what the district and the committee made of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from policy.deadlines import CALENDAR
from policy.evidence import Category, ClaimKey, ClaimKind
from policy.reports.corrections import UNEXPLAINED
from policy.terms import DecisionKind, FigureKind, HalfYear, ReturnReason
from services.demo.events import (
    CellAnswer,
    Decision,
    Event,
    EvidenceIn,
    FirmRound,
    Frozen,
    Handling,
    LetterIn,
    Upload,
)
from services.demo.figures import CROWDED, EARLY, MISTAKEN, SHORT_ROSTER, VAGUE
from services.demo.municipality import ParkSpec, Story

WEEKEND = timedelta(days=3)
ROSTER_SHORT, ROSTER_REASON = (
    "roster_coverage_below_80",
    "3家规模较大的企业正在合并报表，数据尚未提供，先按已收到的填报。",
)
CROWDED_REASON = "二期3号楼经规划部门批准增建一层，已集中竣工验收；规划面积待变更手续办结后更新。"
# The one figure may be beyond the plan, far above the last period's, and unlike other parks' at once.
CROWDED_SAID = tuple((check, CROWDED_REASON) for check in ("built_exceeds_planned", "swing", "unlike_peers"))
RETURN_REASON = (
    "一览表网络安全业务收入合计低于表一网络安全产业收入的80%（参照申报表附件表二注），"
    "请补齐一览表企业或书面说明情况后重新报送。"
)
HALF_YEAR_CLOSED = "首次报送时部分企业尚未结账，按预计数报送；现企业半年决算已全部收齐，按快报数更正。"
YEAR_CLOSED = "年度报送时按快报数填报；现企业年度审计已结束，按年报数更正。"
STAFF_MISREAD = "原表误按“人”填写，应为万人，已修改原表重新上传"
FIRMS_COUNTED = "已与市场监管部门登记清册核对，为确切家数"
DECIDED = (
    CellAnswer("revenue_total", DecisionKind.CONFIRM),
    CellAnswer("firms_total", DecisionKind.AMEND, FIRMS_COUNTED),
)


def office_day(day: date) -> date:
    """The day itself when offices work, else the last working day before it."""
    while not CALENDAR.is_working(day):
        day -= timedelta(days=1)
    return day


def _day(period: HalfYear, days: int) -> date:
    return office_day(period.end + timedelta(days=days))


def on_time(park: ParkSpec, period: HalfYear, layout: str) -> Iterator[Event]:
    yield Upload(_day(period, park.lead), park.code, period, 1, layout)
    yield LetterIn(_day(period, park.lead + 3), (park.code,), period, _day(period, park.lead + 1))
    yield Decision(_day(period, park.lead + 8), park.code, period, 1)


def accepted_at_second_try(park: ParkSpec, period: HalfYear, layout: str) -> Iterator[Event]:
    """Returned because the roster falls short; what was explained about the areas holds for the second version too."""
    lead, code = park.lead, park.code
    yield Upload(_day(period, lead), code, period, 1, layout, (SHORT_ROSTER, CROWDED), draft=True)
    said = ((ROSTER_SHORT, ROSTER_REASON), *CROWDED_SAID)
    yield Handling(_day(period, lead), code, period, 1, explanations=said)
    yield LetterIn(_day(period, lead + 3), (code,), period, _day(period, lead + 1))
    yield Decision(
        _day(period, lead + 5), code, period, 1, RETURN_REASON, ReturnReason.EXPLANATION,
        ((ROSTER_SHORT, "“尚未提供”不能作为情况说明，请催收后补齐。"),),
    )  # fmt: skip
    yield Upload(_day(period, lead + 9), code, period, 2, layout, (CROWDED,), draft=True)
    yield Handling(_day(period, lead + 9), code, period, 2, explanations=CROWDED_SAID)
    yield Decision(_day(period, lead + 13), code, period, 2)


def corrected_later(
    park: ParkSpec, period: HalfYear, before: FigureKind, after: FigureKind, days: int, reason: str
) -> Iterator[Event]:
    """Accepted as figures of one kind, sealed and filed; `days` after its end replaced by those of a later kind."""
    lead, code = park.lead, park.code
    yield Upload(_day(period, lead), code, period, 1, "template", (EARLY,), before)
    yield Frozen(_day(period, lead + 1), code, period)
    yield LetterIn(_day(period, lead + 3), (code,), period, _day(period, lead + 2), (code,))
    yield Decision(_day(period, lead + 8), code, period, 1)
    yield Upload(_day(period, days), code, period, 2, "template", (), after, draft=True)
    yield Handling(_day(period, days + 1), code, period, 2, explanations=((UNEXPLAINED, reason),))
    yield Decision(_day(period, days + 5), code, period, 2)


def _recent(today: date, days: int, period: HalfYear) -> date:
    """About `days` before today, but after the period's end; a long holiday is worked through."""
    day = today - timedelta(days=days)
    working = office_day(day)
    return max(working if day - working <= WEEKEND else day, period.end + timedelta(days=1))


def no_letter(park: ParkSpec, period: HalfYear, layout: str, today: date) -> Iterator[Event]:
    yield Upload(min(_day(period, park.lead), _recent(today, 0, period)), park.code, period, 1, layout)


def waiting(park: ParkSpec, period: HalfYear, layout: str, today: date) -> Iterator[Event]:
    """With a figure confirmed and a check explained; its letter came with the sealed table."""
    code, sent = park.code, _recent(today, 4, period)
    yield Upload(sent, code, period, 1, layout, (VAGUE, CROWDED), draft=True)
    yield Handling(sent, code, period, 1, DECIDED, CROWDED_SAID)
    yield Frozen(sent, code, period)
    yield LetterIn(_recent(today, 2, period), (code,), period, _recent(today, 3, period), (code,))


def returned(park: ParkSpec, period: HalfYear, layout: str, today: date) -> Iterator[Event]:
    """A first file with a figure in the wrong unit, mended before 报送; returned with 批注; firms are asked again."""
    code, sent = park.code, _recent(today, 9, period)
    wrong = CellAnswer("staff_cyber", DecisionKind.REJECT, STAFF_MISREAD)
    flaws = (SHORT_ROSTER, VAGUE)
    yield Upload(_recent(today, 10, period), code, period, 1, layout, (*flaws, MISTAKEN), draft=True)
    yield Handling(_recent(today, 10, period), code, period, 1, (*DECIDED, wrong), submit=False)
    yield Upload(sent, code, period, 2, layout, flaws, draft=True)
    yield Handling(sent, code, period, 2, explanations=((ROSTER_SHORT, ROSTER_REASON),))
    yield Frozen(sent, code, period)
    yield LetterIn(_recent(today, 7, period), (code,), period, _recent(today, 8, period), (code,))
    yield Decision(
        _recent(today, 3, period), code, period, 2, RETURN_REASON, ReturnReason.INCOMPLETE,
        (
            (ROSTER_SHORT, "请通过一企一表向3家企业催收，收齐后补入一览表。"),
            ("revenue_total", "“约”字请去掉，按企业报表汇总填写确切数。"),
        ),
    )  # fmt: skip
    yield FirmRound(_recent(today, 1, period), code, period)


def evidence(park: ParkSpec, on: date) -> Iterator[Event]:
    """Papers for some of what the park states; the rest stays in the list of what lacks proof."""
    name = park.name

    def put(category: Category, title: str, file: str, *claims: tuple[ClaimKind, str], withdrawn: str = "") -> Event:
        keys = tuple(ClaimKey(kind, subject) for kind, subject in claims)
        return EvidenceIn(on, park.code, category, title, file, keys, withdrawn)

    yield put(
        Category.POLICY, f"支持{name}网络安全产业发展若干政策（虚构）", "专项政策.docx", (ClaimKind.PARK, "policy")
    )
    yield put(
        Category.FUNDS, "专项经费安排及兑现情况（虚构）", "专项经费.docx",
        (ClaimKind.PARK, "funds"), (ClaimKind.TASK, "出台专项支持政策"),
    )  # fmt: skip
    yield put(
        Category.TRAINING, "网络安全职业教育培训记录（虚构）", "培训记录.docx",
        (ClaimKind.TRAINING, "虚构职业技术学院网络安全系"),
    )  # fmt: skip
    yield put(Category.EVENTS, "产业对接会现场照片（虚构）", "现场照片.png", (ClaimKind.EVENT, "网络安全产业对接会"))
    yield put(Category.PLATFORMS, "攻防靶场验收报告（虚构）", "验收报告.docx", (ClaimKind.PLATFORM, "网络安全攻防靶场"))
    if park.story is not Story.RETURNED:
        return
    yield put(
        Category.FACILITIES, "园区配套情况照片（虚构）", "配套照片.png", (ClaimKind.PARK, "facilities"),
        withdrawn="照片为其他园区，另行提交",
    )  # fmt: skip
