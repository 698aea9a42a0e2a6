"""What happens by itself, and when (Beijing time): the one table of it, for the scheduler and for whoever looks.

A new duty is a row here, its entry in policy.terms.Duty and its work in jobs/schedule.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from apscheduler.triggers.cron import CronTrigger

from policy.terms import Duty
from services.clock import SHANGHAI
from services.scheduling import KEPT


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty: when it falls due, `said` as an official reads it, and what it is for.

    `at_start`: also whenever a process begins to lead, so that what it was down for is made up at once.
    """

    duty: Duty
    when: CronTrigger
    said: str
    why: str
    at_start: bool = False


def _at(**fields: int | str) -> CronTrigger:
    return CronTrigger(**fields, timezone=SHANGHAI)


TIMETABLE: tuple[Entry, ...] = (
    Entry(
        Duty.SWEEP,
        _at(hour=7, minute=0),
        "每日7时，启动时补查",
        "上班前检查全部园区的时限和进度，开立、销号预警和催报，并排发邮件；停机期间的每一天按当日情况补查；"
        "平日只判定事实有变动和时限已到的园区，周日全部复查",
        at_start=True,
    ),
    Entry(Duty.OUTBOX, _at(minute="*"), "每分钟", "发送发件箱中待发送的邮件，未发出的按间隔再试"),
    Entry(
        Duty.FORESIGHT,
        _at(hour=4, minute=0),
        "每日4时，启动时补算",
        "以各园区审核通过的数据重算趋势研判（内部参考）",
        at_start=True,
    ),
    Entry(
        Duty.RECOMPUTE,
        _at(hour=5, minute=0),
        "每日5时",
        "由全部事实逐个园区复算园区总览，与存储的逐项核对；不符的按复算更正，并提醒市经济信息委和系统管理员；相符的不留记录",
    ),
    Entry(Duty.TIDY, _at(day=1, hour=3, minute=0), "每月1日3时", f"清理{KEPT.days}天以前的运行记录，以免越积越多"),
)


def next_run(entry: Entry, now: datetime) -> datetime:
    """When the duty next falls due after `now`, by the table alone; no process is asked."""
    return cast("datetime", entry.when.get_next_fire_time(now, now))
