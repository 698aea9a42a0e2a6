"""What the plan of a park promises and what its operator tells of it: 重点任务, 建设进展 and whom to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from db.models import Contact, PlanTask, ProgressReport
from policy.access import SYSTEM_ACTOR, Actor, Role, Scope
from policy.deadlines import add_months
from policy.periods import Quarter
from policy.progress_report import SECTIONS
from policy.terms import ContactRole
from services import contacts, plan_tasks, progress_reports
from services.demo import names, workbooks
from services.demo.acts import Office, park_id, there
from services.demo.events import Event, OperatorKnown, ProgressIn, Task, TasksIn
from services.demo.municipality import BY_CODE, OPERATOR_SHOWN, ParkSpec, Story
from services.intake.templates.progress import ProgressFacts, write_progress
from services.parks import find_park

TOLD = (
    (
        "新签约网络安全项目2个，在谈项目4个。",
        "新增网络安全企业2家，1家企业获市级专精特新认定。",
        "数据安全检测平台完成设备联调，试服务企业4家。",
        "举办产业对接会1场，40人参加。",
        "兑现专项政策资金，2家企业受益。",
        "推进检测平台验收，筹备攻防大赛。",
    ),
    (
        "新签约网络安全项目3个，其中安全服务类2个。",
        "新增网络安全企业3家，组织5家企业申报CCRC资质。",
        "数据安全检测平台试运行，服务企业5家。",
        "无",
        "与虚构职业技术学院签订人才培养协议。",
        "继续开展招商推介，办好攻防大赛。",
    ),
)
"""Two quarters' reports, section by section."""


def plan(park: ParkSpec, approved: date, today: date) -> Iterator[Event]:
    """For the operator that is shown, and for the park that lags: there a task is late."""
    if park.story not in (Story.RETURNED, Story.LAGGING):
        return
    yield OperatorKnown(approved, park.code)
    yield TasksIn(approved, park.code, tuple(_tasks(park, approved, today)))
    if park.code != OPERATOR_SHOWN:
        return
    newest = _before(Quarter.containing(today))
    for number, period in enumerate((_before(newest), newest)):
        content = dict(zip((section.key for section in SECTIONS), TOLD[number], strict=True))
        on = min(period.end + timedelta(days=8), today)
        yield ProgressIn(on, park.code, period, content, passed_on=period != newest)


def _before(period: Quarter) -> Quarter:
    return Quarter.containing(period.start - timedelta(days=1))


def _tasks(park: ParkSpec, approved: date, today: date) -> Iterator[Task]:
    """One done in time; one that is near its date, or past it where the park lags; one for the end of the two years."""
    first = add_months(approved, 6)
    late = park.story is Story.LAGGING
    yield Task(
        "建立园区网络安全产业招商项目库（虚构）", park.operator, first, "入库项目26个", first - timedelta(days=9)
    )
    due = add_months(approved, 12) if late else today + timedelta(days=20)
    told = "设备采购延期，正在安装" if late else "设备联调完成，准备验收"
    yield Task("数据安全检测平台建成投用（虚构）", park.operator, due, told)
    yield Task("主办全市网络安全攻防大赛（虚构）", f"{park.district}经济信息委", add_months(approved, 24), "筹备中")


def _know(office: Office, event: OperatorKnown) -> bool:
    """The person to whom notices about 建设进展 go."""
    park = BY_CODE[event.park]
    with office.platform.database.write() as session:
        if there(session, Contact.park_id == park_id(session, park.code)):
            return False
        row, place = find_park(session, SYSTEM_ACTOR.scope, park.code), (park.operator, ContactRole.OPERATOR)
        person = contacts.Person(
            names.person(*place),
            ContactRole.OPERATOR,
            f"operator@{park.code.lower()}.example.test",
            names.phone(*place),
        )
        contacts.add_contact(session, SYSTEM_ACTOR, row.district, person, row)
    return True


def _undertake(office: Office, event: TasksIn) -> bool:
    park = BY_CODE[event.park]
    with office.platform.database.write() as session:
        if there(session, PlanTask.park_id == park_id(session, park.code)):
            return False
        name, data = f"重点任务-{park.name}.xlsx", workbooks.tasks_workbook(event.on, event.tasks)
        plan_tasks.import_tasks(session, office.platform.storage, office.committee, park.code, name, data, None)
    return True


def _report(office: Office, event: ProgressIn) -> bool:
    """Uploaded by the operator, and passed on where the story says so."""
    park, platform = BY_CODE[event.park], office.platform
    with platform.database.read() as session:
        number = park_id(session, park.code)
        mine = ProgressReport.park_id == number, ProgressReport.period == str(event.period)
        if session.scalar(select(func.count()).where(*mine, _settled(event))):
            return False
        handler = office.handler(session, park.code)
    operator = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({number})))
    facts = ProgressFacts(park.code, park.title, park.operator, event.period, event.content, made_on=event.on)
    name = f"建设进展-{park.name}-{event.period}.xlsx"
    done = progress_reports.upload(platform, operator, park.code, event.period, name, write_progress(facts))
    if event.passed_on:
        with platform.database.write() as session:
            progress_reports.forward(session, handler, park.code, done.report_id)
    return True


def _settled(event: ProgressIn) -> Any:
    """What is there when nothing of the event is left to do."""
    return ProgressReport.forwarded_on.is_not(None) if event.passed_on else ProgressReport.id.is_not(None)


ACTS: dict[type, Callable[[Office, Any], bool]] = {OperatorKnown: _know, TasksIn: _undertake, ProgressIn: _report}
