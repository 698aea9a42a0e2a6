"""重点任务台账: read from a workbook by its labels, changed by a decision, 销号 when done, 任务逾期 when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from db import obligation_facts
from db.models import AuditEntry, OutboxMail, Park, PlanTask
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.facts import TaskFact
from policy.refusal import Missing, Refused, Unknown
from services import alerting, plan_tasks
from services.plan_tasks import TaskChange
from services.platform import Platform
from tests.factories import make_contact, make_park, make_task, make_unit

TODAY = date(2026, 7, 1)
HEADER = ("序号", "重点任务", "责任单位", "完成时限", "进展情况", "完成时间")
RANGE = (1, "攻防靶场建成投用", "运营公司", date(2026, 6, 30), "设备到货", None)
CONTEST = (2, "举办攻防大赛", "区经信委", "2026年9月底前", "筹备中", None)
Load = Callable[..., tuple[TaskChange, ...]]


def workbook(*rows: tuple[Any, ...]) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("台账"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, "示例甲园重点任务台账（虚构）")
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    return buffer.getvalue()


@pytest.fixture
def park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    """Approved 2024-10-10, with a handler."""
    set_now(TODAY)
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district, mail="handler@example.gov.cn")
        return make_park(session, "示例甲园", district=district, code="JIA")


@pytest.fixture
def load(platform: Platform, park: Park) -> Load:
    def load(
        *rows: tuple[Any, ...], decision: str = "", actor: Actor = SYSTEM_ACTOR, header: tuple[str, ...] = HEADER
    ) -> tuple[TaskChange, ...]:
        with platform.database.write() as session:
            data = workbook(header, *rows)
            return plan_tasks.import_tasks(session, platform.storage, actor, "JIA", "台账.xlsx", data, decision)

    return load


def known(platform: Platform, park: Park, on: date = TODAY) -> list[tuple[str, str, date, date | None]]:
    with platform.database.read() as session:
        return [
            (task.name, task.unit, task.due_on, task.done_on)
            for task in obligation_facts.tasks(session, park.id, on)
        ]  # fmt: skip


def test_a_ledger_is_read_and_the_same_file_again_changes_nothing(platform: Platform, park: Park, load: Load) -> None:
    made = load(RANGE, CONTEST)
    assert [(change.new, change.line.where) for change in made] == [(True, "台账!3"), (True, "台账!4")]
    assert known(platform, park) == [
        ("攻防靶场建成投用", "运营公司", date(2026, 6, 30), None),
        ("举办攻防大赛", "区经信委", date(2026, 9, 30), None),
    ]
    assert load(RANGE, CONTEST) == ()
    with platform.database.read() as session:
        row = session.scalars(select(PlanTask).order_by(PlanTask.id)).first()
    assert (row.decision, row.source, row.progress) == ("建设方案", "台账.xlsx 台账!3", "设备到货")


def test_every_line_that_cannot_be_read_is_named_and_nothing_is_kept(
    platform: Platform, park: Park, load: Load
) -> None:
    with pytest.raises(Refused) as refused:
        load(
            RANGE, (2, "二期开园", "", "长期推进", "", ""), (3, "", "区经信委", "2026-12-31", "", ""),
            (4, "平台验收", "", None, "", ""), (5, "招商大会", "", "2026-12-31", "", "2026-08-01"),
            (6, "旧任务", "", "2016-12-31", "", ""), (7, " 攻防靶场 建成投用", "", "2026-12-31", "", ""),
        )  # fmt: skip
    told = str(refused.value).split("：", 1)[1].split("；台账!")
    assert str(refused.value).startswith("台账.xlsx没有导入，须改正6处：台账!D4：“二期开园”的完成时限应写日期，收到")
    assert told[1:] == [
        "B5：没有写任务名称，请补填，或删去这一行",
        "D6：“平台验收”的完成时限空着；请写到年月日或年月，如 2026-06-30、2026年6月底前",
        "9：任务“攻防靶场 建成投用”已在台账!3列出，请只保留一行；内容不同的请写明区别",
        "7：“招商大会”的完成时间2026年8月1日还没有到，请核对；未完成的不填",
        "8：“旧任务”的时限2016年12月31日早于批复同意建设之日2024年10月10日，请核对年份",
    ]
    assert known(platform, park) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "没有找到重点任务"),
        (((1, "任务甲", "", "约2026年6月", "", ""),), "“约2026年6月”不能确定（带有限定词，请确认日期）"),
        (((1, "任" * 301, "", "2026-12-31", "", ""),), "过长：301个字符，不能超过300个"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(load: Load, rows: tuple[Any, ...], message: str) -> None:
    with pytest.raises(Refused, match=message):
        load(*rows)


def test_a_changed_task_needs_a_decision_and_the_old_one_is_kept(platform: Platform, park: Park, load: Load) -> None:
    load(RANGE, CONTEST)
    later = (*RANGE[:3], date(2026, 12, 31), "", None)
    with pytest.raises(
        Refused, match="“攻防靶场建成投用”时限由2026年6月30日改为2026年12月31日。变更任务须注明依据文号"
    ):
        load(later)
    (change,) = load(later, decision="示例经信函〔2026〕9号")
    assert change.old == ("运营公司", date(2026, 6, 30), None)
    with platform.database.read() as session:
        rows = session.scalars(select(PlanTask).where(PlanTask.name == RANGE[1]).order_by(PlanTask.id)).all()
        kept = [(row.due_on, row.replaced_on, row.decision, row.progress) for row in rows]
    assert kept == [
        (date(2026, 6, 30), TODAY, "建设方案", "设备到货"),
        (date(2026, 12, 31), None, "示例经信函〔2026〕9号", "设备到货"),
    ]
    assert len(known(platform, park)) == 2  # what the file does not list stays


def test_newer_progress_needs_no_decision(platform: Platform, park: Park, load: Load) -> None:
    load(RANGE, CONTEST)
    (change,) = load((*RANGE[:4], "验收完毕", "2026-06-29"), CONTEST)
    assert (change.new, change.old) == (False, None)
    assert known(platform, park)[0][3] == date(2026, 6, 29)
    with platform.database.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (entry.action, entry.old["progress"], entry.new["progress"]) == ("tasks.import", "设备到货", "验收完毕")


def test_a_day_does_not_know_what_was_entered_later(
    platform: Platform, park: Park, load: Load, set_now: Callable[[date], None]
) -> None:
    load(RANGE)
    set_now(date(2026, 7, 20))
    load((*RANGE[:3], "2026-12-31", "", ""), decision="示例经信函〔2026〕9号")
    assert known(platform, park, date(2026, 6, 30)) == []
    assert [known(platform, park, date(2026, 7, day))[0][2] for day in (1, 19, 20)] == [
        date(2026, 6, 30), date(2026, 6, 30), date(2026, 12, 31),
    ]  # fmt: skip


def test_a_late_task_is_told_until_it_is_closed(platform: Platform, park: Park, load: Load) -> None:
    """任务逾期 opens the day after the date and closes with 销号; the operator's act needs the district's hand."""
    load(RANGE, CONTEST)
    assert [_sweep(platform, date(2026, 6, 30)), _sweep(platform, TODAY)] == [([], [], []), (
        ["task_late:JIA:task:1"], [], ["handler@example.gov.cn"],
    )]  # fmt: skip
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
    with platform.database.write() as session:
        done = plan_tasks.mark_done(session, district, "JIA", 1, TODAY, "已投用，验收报告见佐证资料")
        assert (done.done_on, done.progress) == (TODAY, "已投用，验收报告见佐证资料")
    assert _sweep(platform, TODAY) == ([], ["task_late:JIA:task:1"], [])
    with platform.database.read() as session:
        assert session.scalars(select(AuditEntry.action)).all().count("task.done") == 1


def _sweep(platform: Platform, on: date) -> tuple[list[str], list[str], list[str]]:
    """Alerts of tasks opened and closed, and who is written to about them."""
    with platform.database.write() as session:
        result = alerting.sweep(session, SYSTEM_ACTOR, on, base_url="https://example.gov.cn")
    opened, closed = (
        [note.key for note in notes if note.rule == "task_late"] for notes in (result.opened, result.closed)
    )
    mails = [mail for mail in result.mails if "task_late:JIA:task:1" in mail.alerts]
    with platform.database.read() as session:
        texts = session.scalars(select(OutboxMail.text)).all()
    assert sum("https://example.gov.cn/parks/JIA/progress#tasks" in text for text in texts) == (on == TODAY)
    return opened, closed, [mail.to for mail in mails]


@pytest.mark.parametrize(
    ("day", "note", "message"),
    [
        (date(2026, 7, 2), "已投用，有验收报告", "完成时间2026年7月2日应在批复同意建设之日2024年10月10日和今天"),
        (date(2024, 10, 9), "已投用，有验收报告", "完成时间2024年10月9日应在批复同意建设之日2024年10月10日和今天"),
        (TODAY, "完成", "销号须写明完成情况和佐证"),
    ],
)
def test_a_task_is_not_closed_without_a_day_and_a_note(
    platform: Platform, park: Park, load: Load, day: date, note: str, message: str
) -> None:
    load(RANGE)
    with platform.database.write() as session, pytest.raises(Refused, match=message):
        plan_tasks.mark_done(session, SYSTEM_ACTOR, "JIA", 1, day, note)
    assert known(platform, park)[0][3] is None


def test_a_task_closed_by_mistake_is_opened_again_and_the_log_keeps_when_it_was_done(
    platform: Platform, park: Park, load: Load
) -> None:
    load(RANGE)
    name = known(platform, park)[0][0]
    with platform.database.write() as session:
        with pytest.raises(Refused, match="没有销号，不须撤销"):
            plan_tasks.reopen(session, SYSTEM_ACTOR, "JIA", "1", "核查发现尚未投用")
        plan_tasks.mark_done(session, SYSTEM_ACTOR, "JIA", 1, date(2026, 6, 1), "已投用，有验收报告")
        with pytest.raises(Missing, match="须写明原因"):
            plan_tasks.reopen(session, SYSTEM_ACTOR, "JIA", "1", " ")
        row = plan_tasks.reopen(session, SYSTEM_ACTOR, "JIA", f" {name} ", "核查发现尚未投用")
        assert (row.done_on, row.progress) == (None, "2026年7月1日撤销销号：核查发现尚未投用（原记2026年6月1日完成）")
        assert [task.done_on for task in obligation_facts.tasks(session, park.id, TODAY)] == [None]
    with platform.database.read() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "task.reopen")).one()
        assert (logged.old["done_on"], logged.old["progress"]) == ("2026-06-01", "已投用，有验收报告")
        assert (logged.new["done_on"], logged.new["reason"]) == ("", "核查发现尚未投用")


def test_a_date_past_the_two_years_is_imported_with_a_word(platform: Platform, park: Park, load: Load) -> None:
    (before,) = load(RANGE)
    assert before.note == ""
    late = next(
        change for change in load((2, "平台验收", "运营公司", "2026-10-11", "", None)) if change.line.name == "平台验收"
    )
    assert late.note == "时限2026年10月11日晚于建设期满2026年10月10日，请核对年份；建设方案确定在期满后完成的不须改"


def test_who_may_do_what(platform: Platform, park: Park, load: Load) -> None:
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
    with pytest.raises(AccessDenied):
        load(RANGE, actor=district)
    load(RANGE, actor=Actor("committee", Role.COMMITTEE, FULL_SCOPE))
    operator = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))
    elsewhere = Actor("far", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 1})))
    for actor, refusal in ((operator, AccessDenied), (elsewhere, Unknown)):
        with platform.database.write() as session, pytest.raises(refusal):
            plan_tasks.mark_done(session, actor, "JIA", 1, TODAY, "已投用，有验收报告")
    with platform.database.write() as session:
        make_task(session, make_park(session, code="YI"), "别的园区的任务", TODAY)
        with pytest.raises(Unknown, match="没有重点任务“2”；现有：“攻防靶场建成投用”"):
            plan_tasks.mark_done(session, district, "JIA", 2, TODAY, "已投用，有验收报告")
        assert plan_tasks.mark_done(session, district, "JIA", 1, TODAY, "已投用，有验收报告").done_on == TODAY
        with pytest.raises(Refused, match="已于2026年7月1日销号"):
            plan_tasks.mark_done(session, district, "JIA", 1, TODAY, "已投用，有验收报告")


def test_facts_name_the_task(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        task = make_task(session, park, "平台验收", TODAY, unit="运营公司")
        assert obligation_facts.tasks(session, park.id, TODAY) == (TaskFact(task.id, "平台验收", "运营公司", TODAY),)
