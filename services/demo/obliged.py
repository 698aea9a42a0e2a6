"""What was recorded about the 应报事项 of some parks: an extension, a waiver, a nil return, duties discharged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, ObligationAct
from policy.deadlines import construction_end
from policy.obligations import due_date, half_year_obligations
from policy.periods import Year
from policy.rulebook import DEFAULT
from policy.terms import ActKind, HalfYear, ObligationKind
from services.demo import papers
from services.demo.acts import Office, park_id, there
from services.demo.events import ActIn, Event
from services.demo.municipality import BY_CODE, BY_NAME, ParkSpec, Story
from services.demo.stories import office_day
from services.obligation_acts import Paper, record_act

# Days after the approval on which the papers of the duties are dated.
DUTY_DAYS = (
    (ObligationKind.WORK_MECHANISM, 24),
    (ObligationKind.WORK_GROUP, 31),
    (ObligationKind.INDUSTRY_PLAN, 130),
    (ObligationKind.SUPPORT_POLICY, 190),
)
BEGUN = DUTY_DAYS[:2]
PLAN_DAYS = 50
MORE_TIME = timedelta(days=20)
MOVED = "企业集中搬入新楼宇，统计核实需要时间（虚构）"
ENDS_SOON = "建设期满在即，本期情况随自评报告一并报送（虚构）"
NOTHING_NEW = "区划调整期间业务未变动，本期无变化（虚构）"


def plan(park: ParkSpec, approved: date, today: date) -> Iterator[Event]:
    """The duties of the park that is shown and of two near their end; and one act of each other kind."""
    done = {Story.RETURNED: BEGUN, Story.ENDING: DUTY_DAYS, Story.ACCEPTANCE: DUTY_DAYS}.get(park.story, ())
    for kind, days in done:
        yield ActIn(office_day(approved + timedelta(days=days)), park.code, ActKind.DISCHARGE, kind)
    if done:
        yield from _plans(park, approved, today)
    if park.story in (Story.LAGGING, Story.ENDING):
        reports = half_year_obligations(approved, construction_end(approved), DEFAULT)
        periods = [entry.half_year for entry in reports if entry.half_year]
        yield from _later(park, periods) if park.story is Story.LAGGING else _waived(park, periods, today)


def _plans(park: ParkSpec, approved: date, today: date) -> Iterator[Event]:
    """制定年度工作计划, early in each year after that of the approval."""
    for year in range(approved.year + 1, min(today.year, construction_end(approved).year) + 1):
        on = office_day(date(year, 1, 1) + timedelta(days=PLAN_DAYS))
        yield ActIn(on, park.code, ActKind.DISCHARGE, ObligationKind.ANNUAL_PLAN, str(Year(year)))


def _later(park: ParkSpec, periods: list[HalfYear]) -> Iterator[Event]:
    """More time for the first report, granted before it came."""
    for period in periods[:1]:
        on, until = office_day(period.end + timedelta(days=6)), due_date(period, DEFAULT) + MORE_TIME
        kind = ObligationKind.HALF_YEAR_REPORT
        yield ActIn(on, park.code, ActKind.EXTENSION, kind, str(period), MOVED, until)


def _waived(park: ParkSpec, periods: list[HalfYear], today: date) -> Iterator[Event]:
    """The last report of two years that are nearly over, while its period is not."""
    for period in periods[-1:]:
        if period.end >= today:
            on = office_day(today - timedelta(days=20))
            yield ActIn(on, park.code, ActKind.WAIVER, ObligationKind.HALF_YEAR_REPORT, str(period), ENDS_SOON)


def nil_return(park: ParkSpec, period: HalfYear) -> Iterator[Event]:
    """零报告 by the district's letter in place of a report."""
    on = office_day(period.end + timedelta(days=park.lead))
    yield ActIn(on, park.code, ActKind.NIL_RETURN, ObligationKind.HALF_YEAR_REPORT, str(period), NOTHING_NEW)


def _record(office: Office, event: ActIn) -> bool:
    park, platform = BY_CODE[event.park], office.platform
    with platform.database.write() as session:
        row = _obligation(session, event)
        if there(session, ObligationAct.obligation_id == row, ObligationAct.kind == event.kind):
            return False
        by_district = event.kind in (ActKind.DISCHARGE, ActKind.NIL_RETURN)
        actor = office.handler(session, park.code) if by_district else office.committee
        mark = BY_NAME[park.district].mark if by_district else "虚构经信函"
        number = f"{mark}〔{event.on.year}〕{event.on.timetuple().tm_yday + 800}号"
        scan = papers.short_paper(event.on, number, f"{park.title}{event.about.label}{event.kind.label}", event.reason)
        paper = Paper(number, event.on, event.reason, (f"{number}.docx", scan), event.until)
        # Told as it happened: what was granted then may be over today.
        record_act(
            session, platform.storage, actor, park.code, event.kind, (event.about, event.period), paper,
            as_written=True,
        )  # fmt: skip
    return True


def _obligation(session: Session, event: ActIn) -> int:
    return session.scalars(
        select(Obligation.id).where(
            Obligation.park_id == park_id(session, event.park), Obligation.kind == event.about,
            Obligation.period == event.period,
        )
    ).one()  # fmt: skip


ACTS: dict[type, Callable[[Office, Any], bool]] = {ActIn: _record}
