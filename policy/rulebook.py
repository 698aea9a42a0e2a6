"""Numbers the notice leaves open, versioned and labelled; formulas live in the other modules.

Each entry says where it comes from: a clause, or `DEFAULT_SOURCE` where the notice is silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import TypeAlias

from policy.figures import chinese_date, plain
from policy.terms import ObligationKind

DEFAULT_SOURCE = "系统默认值，通知未规定"

Number: TypeAlias = int | Decimal | tuple[int, ...] | str


DIFFERENCES = frozenset({"lag_growth", "lag_hysteresis"})
"""Shares that say how far two shares lie apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated number or choice: `source` is a clause of the notice or DEFAULT_SOURCE.

    `kind`: the obligation it is for, empty for all. `valid_to`: its last day, None until further notice.
    `choices`: for a word, the words it may be and what they mean.
    """

    key: str
    label: str
    value: Number
    unit: str
    valid_from: date
    source: str = DEFAULT_SOURCE
    kind: str = ""
    valid_to: date | None = None
    choices: Mapping[str, str] = field(default_factory=dict)

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def told(self) -> str:
        """The value in words: 31天, -30、-7、0天, 按收到日期; of a share 10%, of a difference of shares 5个百分点."""
        if isinstance(self.value, tuple):
            return "、".join(f"{days:+d}" if days else "0" for days in self.value) + self.unit
        if isinstance(self.value, str):
            return self.choices.get(self.value, self.value)
        if isinstance(self.value, Decimal) and not self.unit:
            return f"{plain(self.value * 100)}{'个百分点' if self.key in DIFFERENCES else '%'}"
        return f"{plain(Decimal(self.value))}{self.unit}"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All entries of one version; every verdict names the version it was made with."""

    version: str
    entries: tuple[Entry, ...]
    _by_key: dict[str, list[Entry]] = field(init=False, repr=False, compare=False, default_factory=dict)
    """Asked for thousands of times a sweep."""

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._by_key.setdefault(entry.key, []).append(entry)

    def entry(self, key: str, day: date, kind: str = "") -> Entry:
        """The entry in force on `day` for this kind of obligation, or for all; raises KeyError when there is none.

        What is set for the kind comes before what is set for all, and of several what was set last.
        """
        valid = [entry for entry in self._by_key.get(key, ()) if entry.holds_on(day)]
        fitting = [entry for entry in valid if entry.kind == kind] or [entry for entry in valid if not entry.kind]
        if not fitting:
            raise KeyError(f"rulebook {self.version} has no {key} on {day}")
        newest = max(entry.valid_from for entry in fitting)
        return [entry for entry in fitting if entry.valid_from == newest][-1]

    def whole(self, key: str, day: date, kind: str = "") -> int:
        value = self.entry(key, day, kind).value
        if not isinstance(value, int):
            raise TypeError(f"{key} is not a whole number")
        return value

    def share(self, key: str, day: date) -> Decimal:
        value = self.entry(key, day).value
        if isinstance(value, tuple | str):
            raise TypeError(f"{key} is not a share")
        return Decimal(value)

    def numbers(self, key: str, day: date, kind: str = "") -> tuple[int, ...]:
        value = self.entry(key, day, kind).value
        if not isinstance(value, tuple):
            raise TypeError(f"{key} is not a list")
        return value

    def choice(self, key: str, day: date, kind: str = "") -> str:
        value = self.entry(key, day, kind).value
        if not isinstance(value, str):
            raise TypeError(f"{key} is not a choice")
        return value

    def with_entries(self, version: str, entries: Iterable[Entry]) -> Rulebook:
        """These entries laid over the present ones."""
        return Rulebook(version, (*self.entries, *entries))


NOTICE_DAY = date(2022, 10, 21)
NEWEST = date.max
"""Asks for the newest entry: while a file is read, the day it speaks of is not known yet."""


def _notice(key: str, label: str, value: Number, unit: str, clause: str) -> Entry:
    return Entry(key, label, value, unit, NOTICE_DAY, clause)


def _default(key: str, label: str, value: Number, unit: str, kind: str = "") -> Entry:
    return Entry(key, label, value, unit, NOTICE_DAY, kind=kind)


def _choice(key: str, label: str, value: str, choices: Mapping[str, str], kind: str = "") -> Entry:
    return Entry(key, label, value, "", NOTICE_DAY, kind=kind, choices=choices)


DUE = "报送截止日：报告期末（建设期满）后"
REMINDERS = "提醒与催报日（相对截止日）"
OFFICE_DAYS = "办文周期：办理一份验收材料"
ROLL = "截止日遇休息日"
ROLLS = {"none": "不顺延", "next_working_day": "顺延至下一工作日"}
SWITCH = {"off": "不设", "on": "设"}
KEEP = {"permanent": "永久", "years_30": "30年", "years_10": "10年"}


DEFAULT = Rulebook(
    version="1",
    entries=(
        _notice("construction_years", "建设周期", 2, "年", "五(一)"),
        _notice("floor_revenue_cyber", "申报上一年度网络安全产业收入下限", Decimal(3), "亿元", "二(三)"),
        _notice("floor_firms_cyber", "以网络安全为主的企业数下限", 30, "家", "二(三)"),
        _notice("roster_coverage", "一览表收入占园区网络安全产业收入下限", Decimal("0.8"), "", "附件表二注"),
        _default("first_half_min_days", "首个报告期：期末距批复不少于", 90, "天"),
        _choice(
            "half_year_basis",
            "半年的计算",
            "calendar",
            {"calendar": "按公历半年", "anniversary": "按批复日满半年"},
        ),
        _default("report_due_days", DUE, 31, "天"),
        _default("report_due_days", DUE, 15, "天", ObligationKind.OPERATOR_REPORT),
        _default("report_due_days", DUE, 30, "天", ObligationKind.SELF_ASSESSMENT),
        _default("report_due_days", DUE, 45, "天", ObligationKind.DEPARTMENT_REVIEW),
        _default("report_due_days", DUE, 60, "天", ObligationKind.ACCEPTANCE_LETTER),
        _default("grace_days", "宽限截止日：报送截止日后", 0, "天"),
        _default("lock_days", "封账日：报送截止日后（0为不设）", 0, "天"),
        _choice("roll", ROLL, "none", ROLLS),
        _choice("roll", ROLL, "next_working_day", ROLLS, ObligationKind.SELF_ASSESSMENT),
        _choice("roll", ROLL, "next_working_day", ROLLS, ObligationKind.DEPARTMENT_REVIEW),
        _choice("roll", ROLL, "next_working_day", ROLLS, ObligationKind.ACCEPTANCE_LETTER),
        _choice(
            "punctual_by",
            "是否按期以何日为准",
            "receipt",
            {"receipt": "函的收文日期与数据收到日期中较晚的", "letter": "函的成文日期与数据收到日期中较晚的"},
        ),
        _choice(
            "rounds",
            "尚无报送通知的报告期",
            "confirmed",
            {"confirmed": "按系统默认日期执行", "notice": "日期暂定，待报送通知确认"},
        ),
        _choice(
            "operator_reports",
            "建设进展报送",
            "off",
            {"off": "不要求", "quarterly": "每季度", "half_yearly": "每半年"},
        ),
        _default("plan_reminder_days", "年度工作计划提醒日：每年1月1日后", 89, "天"),
        _default("plan_reminder_lasts", "年度工作计划提醒持续", 60, "天"),
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
        _default("reminder_days", REMINDERS, (-30, -7, 0, 1, 7, 30), "天"),
        _default("reminder_days", REMINDERS, (-210, -30, -7, 0, 1, 7, 30), "天", ObligationKind.SELF_ASSESSMENT),
        _default("press_reviewer_days", "催报上送审核人：截止日后", 1, "天"),
        _default("press_head_days", "催报上送负责人：截止日后", 7, "天"),
        _default("press_government_days", "催报上送区县政府：截止日后", 30, "天"),
        _choice(
            "press_upwards",
            "经办人以上的催报",
            "approve",
            {"approve": "列入拟催报清单，由市经济信息委批准后发出", "auto": "自动发出"},
        ),
        _default("accept_days", "待审超期：报送后", 15, "天"),
        _default("evidence_days", "佐证缺失：报告审核通过后", 30, "天"),
        _choice("calendar_feed", "时限日历订阅", "off", {"off": "不开放", "on": "开放"}),
        _default("lag_yellow", "进度滞后（黄灯）：低于序时目标", Decimal("0.10"), ""),
        _default("lag_red", "严重滞后（红灯）：低于序时目标", Decimal("0.20"), ""),
        _default("lag_growth", "同比低于计划增幅（黄灯）：相差超过", Decimal("0.05"), ""),
        _default("lag_hysteresis", "进度滞后解除：须回到界限以内", Decimal("0.02"), ""),
        _default("forecast_likely", "趋势研判“较有把握”：未达标的可能性不高于", Decimal("0.35"), ""),
        _default("forecast_hard", "趋势研判“难度较大”：未达标的可能性高于", Decimal("0.65"), ""),
        _default("first_half_share", "测算表：上半年占全年累计数的份额", Decimal("0.43"), ""),
        _default("reseal", "数据更正后重新用印：0 不须，1 主要指标更正时须，2 一律须", 1, ""),
        _default("score_spread", "专家评分分歧：同一指标最高与最低相差超过满分的", Decimal("0.2"), ""),
        _default("acceptance_prepare_days", "验收准备期：建设期满前", 180, "天"),
        _choice("keep_decisions", "归档保管期限：批复、验收各环节、评审结论、授牌", "permanent", KEEP),
        _choice("keep_reports", "归档保管期限：申报表、半年函报、发展情况表、建设进展", "years_30", KEEP),
        _choice("keep_evidence", "归档保管期限：佐证资料、核查和评审工作材料", "years_10", KEEP),
        _default("binder_size", "装订本：每册不超过", 100, "MB"),
        _default("panel_size", "专家组人数（单数）", 5, "人"),
        _default("panel_substitutes", "专家组候补人数", 2, "人"),
        _default("panel_tie_years", "专家回避：关联关系结束后", 3, "年"),
        _default("office_days", OFFICE_DAYS, 10, "个工作日"),
        _default("office_days", OFFICE_DAYS, 20, "个工作日", ObligationKind.SELF_ASSESSMENT),
        _choice("option_extension", "验收环节：延期验收", "off", SWITCH),
        _choice("option_rectification", "验收环节：限期整改后的复评", "off", SWITCH),
        _choice("option_deliberation", "验收环节：授牌前的委内审议", "off", SWITCH),
        _choice("option_publicity", "验收环节：授牌前的公示", "off", SWITCH),
        _choice("option_objections", "验收环节：公示期内的异议处理", "off", SWITCH),
        _choice("option_award_notice", "验收环节：授牌须附授牌通知", "off", SWITCH),
        _default("publicity_days", "公示期：自公示之日起（当日为第1日）不少于", 5, "个工作日"),
    ),
)


def known(key: str, kind: str = "") -> Entry | None:
    """The built-in entry of this key (of this kind, else for all), which says what a value of it looks like."""
    same = [entry for entry in DEFAULT.entries if entry.key == key]
    return next((entry for entry in same if entry.kind == kind), same[0] if same else None)


def read_value(like: Entry, text: str) -> Number:
    """`text` as a value of the same kind as that of `like`; raises ValueError with what was expected."""
    text = text.strip()
    if isinstance(like.value, str):
        word = next((key for key, label in like.choices.items() if text in (key, label)), None)
        if word is None:
            raise ValueError(f"{like.label}应为{'、'.join(like.choices)}之一，收到“{text}”")
        return word
    try:
        if isinstance(like.value, tuple):
            return tuple(int(part) for part in text.replace("、", " ").replace(",", " ").replace("，", " ").split())
        number = Decimal(text)
        if not number.is_finite():
            raise InvalidOperation
        return int(text) if isinstance(like.value, int) else number
    except (ValueError, InvalidOperation):
        kind = (
            "整数，用顿号隔开" if isinstance(like.value, tuple) else "整数" if isinstance(like.value, int) else "数字"
        )
        raise ValueError(f"{like.label}应为{kind}，收到“{text}”") from None


def problems(entries: Iterable[Entry]) -> Iterator[str]:
    """What is wrong with entries that are to be set: out of bounds, ended before they begin, or overlapping."""
    listed = tuple(entries)
    for entry in listed:
        yield from _wrong(entry)
    for one, other in combinations(listed, 2):
        if (one.key, one.kind) == (other.key, other.kind) and _overlap(one, other):
            yield f"{one.label}：{_span(one)}与{_span(other)}重叠，同一事项同一天只能有一个数值"


LONGEST = 1100
"""Days: no date is counted from further off than the construction period and a year."""


def _wrong(entry: Entry) -> Iterator[str]:
    value = entry.value
    days = value if isinstance(value, tuple) else (value,)
    if entry.unit == "天" and any(isinstance(one, int) and abs(one) > LONGEST for one in days):
        yield f"{entry.label}：天数不能超过{LONGEST}天，收到“{entry.told}”"
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        yield f"{entry.label}：有效期止{chinese_date(entry.valid_to)}早于有效期起{chinese_date(entry.valid_from)}"
    if isinstance(value, int | Decimal) and value < 0:
        yield f"{entry.label}：不能为负数，收到{plain(Decimal(value))}"
    if isinstance(value, tuple) and (not value or list(value) != sorted(set(value))):
        yield f"{entry.label}：应从小到大排列且不重复，至少一个，收到“{entry.told}”"


def _overlap(one: Entry, other: Entry) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def _span(entry: Entry) -> str:
    return f"{chinese_date(entry.valid_from)}至{chinese_date(entry.valid_to) if entry.valid_to else '另行通知'}"
