"""任务运行: who leads, what is done next, and every run with its end, found by duty and by trouble."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from policy.terms import Duty
from services import clock
from services.leadership import LEASE_LASTS, Lead, take_lease
from services.platform import Platform
from services.scheduling import finish_run, start_run

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=clock.SHANGHAI)
FIRST, SECOND = "gov-app1:100:aaaa", "gov-app2:200:bbbb"


def words(answer: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer))


@pytest.fixture
def page(sign_in: Any, set_now: Callable[[datetime], None]) -> Callable[[str], str]:
    """The page's words, as the administrator reads them."""
    set_now(NOW)
    client = sign_in("admin")

    def read(address: str = "/jobs") -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        return words(answer.text)

    return read


@pytest.fixture
def history(platform: Platform) -> None:
    """甲 led, swept well, was cut off amid the mails; 乙 leads, failed to send, and is in the midst of a sweep."""
    with platform.database.write() as session:
        first = _lead(session, FIRST, NOW - timedelta(hours=2))
        _run(session, first, Duty.SWEEP, "截至2026年3月2日：新开2项，在办0项，销号0项，邮件1封", seconds=75)
        start_run(session, Duty.OUTBOX, NOW - timedelta(hours=2), first)
        second = _lead(session, SECOND, NOW)
        _run(session, second, Duty.OUTBOX, "未送达1封", ok=False)
        start_run(session, Duty.SWEEP, NOW, second)


def _lead(session: Any, holder: str, now: datetime) -> Lead:
    lead = take_lease(session, holder, now)
    assert lead is not None
    return lead


def _run(session: Any, lead: Lead, duty: Duty, result: str, *, ok: bool = True, seconds: float = 0.4) -> None:
    run_id = start_run(session, duty, NOW - timedelta(hours=2), lead)
    finish_run(session, run_id, NOW - timedelta(hours=2) + timedelta(seconds=seconds), ok=ok, result=result)


def test_before_the_first_start_it_says_what_to_do(page: Callable[[str], str]) -> None:
    text = page("/jobs")
    assert "从未启动" in text
    assert "请启动定时任务" in text
    assert "启动后即运行" in text
    assert "没有符合条件的运行记录" in text


@pytest.mark.usefixtures("history")
def test_it_tells_who_leads_and_when_each_duty_is_done_next(page: Callable[[str], str]) -> None:
    text = page("/jobs")
    assert "运行中" in text
    assert "gov-app2（第2任）" in text
    for duty, following in (
        ("检查时限和进度 每日7时", "2026年3月3日 07:00"),
        ("发送邮件 每分钟", "2026年3月2日 15:31"),
        ("清理运行记录 每月1日3时", "2026年4月1日 03:00"),
    ):
        assert re.search(f"{duty}.*?{following}", text), duty


@pytest.mark.usefixtures("history")
def test_each_run_stands_with_its_start_its_end_and_its_leader(page: Callable[[str], str]) -> None:
    text = page("/jobs")
    assert re.search(r"检查时限和进度 2026年3月2日 15:30 — .{0,12}进行中 — gov-app2（第2任）", text)
    assert re.search(r"发送邮件 2026年3月2日 13:30 0.4秒 .{0,12}失败 未送达1封 gov-app2（第2任）", text)
    assert re.search(r"发送邮件 2026年3月2日 13:30 — .{0,12}中断 运行中进程终止.{0,40}gov-app1（第1任）", text)
    assert re.search(r"检查时限和进度 2026年3月2日 13:30 1分15秒 .{0,12}完成 截至2026年3月2日", text)


@pytest.mark.usefixtures("history")
def test_runs_are_found_by_duty_and_by_trouble(page: Callable[[str], str]) -> None:
    troubled = page("/jobs?show=troubled")
    assert "未送达1封" in troubled
    assert "运行中进程终止" in troubled
    assert "新开2项" not in troubled
    sweeps = page("/jobs?duty=sweep")
    assert "新开2项" in sweeps
    assert "未送达1封" not in sweeps
    assert "没有符合条件的运行记录" in page("/jobs?duty=sweep&show=troubled")
    assert "未送达1封" in page("/jobs?duty=nonsense&before=x")


@pytest.mark.usefixtures("history")
def test_a_scheduler_that_has_ended_is_told_with_what_was_cut_off(
    page: Callable[[str], str], set_now: Callable[[datetime], None]
) -> None:
    set_now(NOW + LEASE_LASTS)
    text = page("/jobs")
    assert "已停止" in text
    assert "上次主持" in text
    assert "进行中" not in text
    assert "定时任务未运行" in text


def test_older_runs_are_a_page_away(page: Callable[[str], str], platform: Platform, sign_in: Any) -> None:
    with platform.database.write() as session:
        lead = _lead(session, FIRST, NOW)
        for number in range(101):
            _run(session, lead, Duty.OUTBOX, f"第{number}次", ok=False)
    link = re.search(r'href="(\?[^"]*before=\d+)"', sign_in("admin").get("/jobs?show=troubled").text)
    assert link is not None
    text = page("/jobs" + link[1].replace("&amp;", "&"))
    assert "第0次" in text
    assert "第1次" not in text


@pytest.mark.parametrize("who", ["committee", "district", "operator", "expert"])
def test_it_is_for_those_who_run_the_system(sign_in: Any, who: str) -> None:
    assert sign_in(who).get("/jobs").status_code == 403
