"""Numbers the notice leaves open, versioned and labelled; formulas live in the other modules.

Each entry says where it comes from: a clause, or `DEFAULT_SOURCE` where the notice is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

DEFAULT_SOURCE = "系统默认值，通知未规定"

Number: TypeAlias = int | Decimal | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated number: `source` is a clause of the notice or DEFAULT_SOURCE."""

    key: str
    label: str
    value: Number
    unit: str
    valid_from: date
    source: str = DEFAULT_SOURCE


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All entries of one version; every verdict names the version it was made with."""

    version: str
    entries: tuple[Entry, ...]

    def entry(self, key: str, day: date) -> Entry:
        """The entry in force on `day`; raises KeyError when there is none."""
        valid = [entry for entry in self.entries if entry.key == key and entry.valid_from <= day]
        if not valid:
            raise KeyError(f"rulebook {self.version} has no {key} on {day}")
        return max(valid, key=lambda entry: entry.valid_from)

    def whole(self, key: str, day: date) -> int:
        value = self.entry(key, day).value
        if not isinstance(value, int):
            raise TypeError(f"{key} is not a whole number")
        return value

    def share(self, key: str, day: date) -> Decimal:
        value = self.entry(key, day).value
        if isinstance(value, tuple):
            raise TypeError(f"{key} is not a share")
        return Decimal(value)

    def numbers(self, key: str, day: date) -> tuple[int, ...]:
        value = self.entry(key, day).value
        if not isinstance(value, tuple):
            raise TypeError(f"{key} is not a list")
        return value


NOTICE_DAY = date(2022, 10, 21)
NEWEST = date.max
"""Asks for the newest entry: while a file is read, the day it speaks of is not known yet."""


def _notice(key: str, label: str, value: Number, unit: str, clause: str) -> Entry:
    return Entry(key, label, value, unit, NOTICE_DAY, clause)


def _default(key: str, label: str, value: Number, unit: str) -> Entry:
    return Entry(key, label, value, unit, NOTICE_DAY)


DEFAULT = Rulebook(
    version="1",
    entries=(
        _notice("construction_years", "建设周期", 2, "年", "五(一)"),
        _notice("floor_revenue_cyber", "申报上一年度网络安全产业收入下限", Decimal(3), "亿元", "二(三)"),
        _notice("floor_firms_cyber", "以网络安全为主的企业数下限", 30, "家", "二(三)"),
        _notice("roster_coverage", "一览表收入占园区网络安全产业收入下限", Decimal("0.8"), "", "附件表二注"),
        _default("first_half_min_days", "首个报告期：期末距批复不少于", 90, "天"),
        _default("report_due_days", "报送截止日：报告期末后", 31, "天"),
        _default("resubmit_days", "退回修改后重新报送期限", 10, "天"),
        _default("share_tolerance", "占比允许误差", Decimal("0.5"), "个百分点"),
        _default("mainly_cyber", "以网络安全为主：网络安全业务收入占营业总收入不低于", Decimal("0.5"), ""),
        _default("limit_revenue", "数量级核对：一个园区的收入不超过", 2000, "亿元"),
        _default("limit_staff", "数量级核对：一个园区的从业人员不超过", 50, "万人"),
        _default("limit_area", "数量级核对：一个园区的楼宇面积不超过", 2000, "万平方米"),
        _default("least_revenue", "数量级核对：一个园区的收入不低于", Decimal("0.01"), "亿元"),
        _default("least_staff", "数量级核对：一个园区的从业人员不少于", Decimal("0.001"), "万人"),
        _default("least_area", "数量级核对：一个园区的楼宇面积不少于", Decimal("0.01"), "万平方米"),
        _default("near_figure", "数量级核对：与上期、上年、一览表合计相差不超过", 20, "倍"),
        _default("near_firm", "数量级核对：企业之间相差不超过", 50, "倍"),
        _default("peer_firms", "数量级核对：可比的其他企业不少于", 5, "家"),
        _default("roster_rounding", "数量级核对：一览表合计因申报数取整可超出", Decimal("0.02"), ""),
        _default("half_flow_ratio", "上下半年核对：下半年与上半年发生额相差不超过", 3, "倍"),
        _default("swing", "增减核对：较上年同期、上期增减不超过", Decimal("0.5"), ""),
        _default("swing_least_revenue", "增减核对：收入增减不到此数的不核对", Decimal("0.5"), "亿元"),
        _default("swing_least_staff", "增减核对：从业人员增减不到此数的不核对", Decimal("0.05"), "万人"),
        _default("swing_least_area", "增减核对：楼宇面积增减不到此数的不核对", 5, "万平方米"),
        _default("swing_least_count", "增减核对：企业数量增减不到此数的不核对", 5, "家"),
        _default("peer_parks", "园区间核对：可比的其他园区不少于", 5, "个"),
        _default("peer_band", "园区间核对：增速超出中间半数园区的幅度不超过其间距的", Decimal("1.5"), "倍"),
        _default("peer_margin", "园区间核对：增速超出中间半数园区的幅度至少", Decimal("0.2"), ""),
        _default("reminder_days", "提醒与催报日（相对截止日）", (-30, -7, 0, 1, 7, 30), "天"),
        _default("lag_yellow", "进度滞后（黄灯）：低于序时目标", Decimal("0.10"), ""),
        _default("lag_red", "严重滞后（红灯）：低于序时目标", Decimal("0.20"), ""),
        _default("reseal", "数据更正后重新用印：0 不须，1 主要指标更正时须，2 一律须", 1, ""),
        _default("acceptance_prepare_days", "验收准备期：建设期满前", 180, "天"),
    ),
)
