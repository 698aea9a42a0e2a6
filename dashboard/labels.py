"""Figures, dates and states in the words of the office (glossary); one place for every page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from policy.acts import Act
from policy.alerts.alert import ONCE, UPCOMING
from policy.figures import chinese_date, half_up, plain
from policy.periods import parse_period
from policy.terms import AlertRule, Light
from services import clock

NONE = "—"
NON_CLASSIFIED = "本系统为非涉密系统，严禁处理、存储、传输涉密信息"

SHAPES: dict[Light, str] = {Light.RED: "▲", Light.YELLOW: "◆", Light.GREEN: "●", Light.BLUE: "■", Light.GREY: "○"}
PROGRESS: dict[Light, str] = {
    Light.RED: "严重滞后",
    Light.YELLOW: "进度滞后",
    Light.GREEN: "正常",
    Light.BLUE: "临近时限",
    Light.GREY: "无数据",
}


def day(value: date | None) -> str:
    """2026年7月31日."""
    return NONE if value is None else chinese_date(value)


def stamp(instant: datetime | None) -> str:
    """An instant as the wall clock in Asia/Shanghai shows it."""
    if instant is None:
        return NONE
    local = clock.civil(instant)
    return f"{day(local.date())} {local:%H:%M}"


def period(key: str | None) -> str:
    """2026H1 as officials say it: 2026年上半年; quarters and years alike."""
    found = parse_period(key or "")
    return found.label if found else NONE


def amount(value: Decimal | None, unit: str = "") -> str:
    """Exact, with its unit: 5.2亿元."""
    return NONE if value is None else f"{plain(value)}{unit}"


def rounded(value: Decimal | None, places: int = 2) -> str:
    return NONE if value is None else plain(half_up(value, places))


def until(due: date, today: date) -> str:
    """剩12天 / 今日到期 / 已过5天."""
    days = (due - today).days
    if days == 0:
        return "今日到期"
    return f"剩{days}天" if days > 0 else f"已过{-days}天"


def left(due: date, today: date, *, provisional: bool) -> str:
    """How long until a due date; of one no 报送通知 has confirmed only that it is 暂定."""
    return "暂定，待报送通知确认" if provisional else until(due, today)


def of_alert(rule: AlertRule, due: date, today: date) -> str:
    """How long until the date an alert speaks of; a reminder that stands after its date is of one that is 暂定."""
    return left(due, today, provisional=rule in UPCOMING and due < today)


def short_name(title: str) -> str:
    """示例甲园 of 国家网络安全产业园区（示例甲园）."""
    return title.partition("（")[2].removesuffix("）") or title


def telling(stage: str) -> str:
    """At which point a mail tells of its matter: T-7 and T+1 of a due date, 2025H2-red of a verdict; of what has not
    reached such a point, or has none, when it was opened."""
    if stage == ONCE:
        return "开立时"
    if stage.startswith("T"):
        days = int(stage.removeprefix("T"))
        return "截止当日" if days == 0 else f"截止日{'后' if days > 0 else '前'}{abs(days)}天"
    key, _, light = stage.partition("-")
    return f"{period(key)} {PROGRESS[Light(light)]}"


def act(key: str) -> str:
    """What an entry of the 操作日志 records, in the office's words."""
    return Act(key).label if key in set(Act) else key


def size(count: int) -> str:
    """A file's size as people read it."""
    if count < 1024:
        return f"{count} 字节"
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{round(count / 1024)} KB"
