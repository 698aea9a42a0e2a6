"""Figures of a demonstration park on any day: levels, running totals and rosters that fit one another.

Each goal runs from its baseline to baseline × growth; the park has come `pace` × elapsed share of that way.
Running totals start again every January and are heavier in the second half of the year.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache

from policy.deadlines import construction_end, elapsed_share
from policy.figures import half_up, plain
from policy.indicators.tiers import TIERS
from policy.terms import FigureKind, HalfYear
from services.demo import names
from services.demo.municipality import ParkSpec

ROSTER_LIMIT = 60
COVERAGE = Decimal("0.93")
"""Σ一览表 ÷ 网络安全产业收入: the rest is earned by firms that are not security-led."""
LEFT_OUT = 3
"""Largest firms a short roster forgets; without them it covers less than 80 %."""
WAN_PER_YI = 10000
# Staff is spread over the firms more evenly than revenue.
EVENNESS = Decimal("0.6")
# The share of a year's total that has come in by the end of June: second halves are heavier.
FIRST_HALF = Decimal("0.44")
# Who has reached its goals grows on slowly: by this share of the way in the whole two years.
BEYOND = Decimal("0.12")
# A park that is weak in its floor space stays this far of its path: more than 10 % short, less than 20 %.
WEAK = Decimal("0.86")
PLATFORMS = ("网络安全攻防靶场", "漏洞众测平台", "工业互联网安全监测平台", "密码应用测试平台", "数据安全测评平台")
EVENTS = (
    ("网络安全产业对接会", 4, 260),
    ("“虚盾杯”攻防演练赛", 5, 420),
    ("网络安全宣传周产业论坛", 9, 600),
    ("网络安全人才招聘会", 11, 350),
)
TASKS = (  # 任务, the share of the two years it takes, 进展 while it is not finished
    ("建立工作推进机制", Decimal("0.03"), "工作专班组建中"),
    ("编制产业发展规划", Decimal("0.15"), "规划征求意见"),
    ("出台专项支持政策", Decimal("0.30"), "政策措施起草会签"),
    ("建设二期产业载体", Decimal("0.70"), "主体施工按计划推进"),
    ("引进培育骨干企业", Decimal("0.85"), "按招商清单逐项推进"),
    ("建成公共服务平台", Decimal("0.95"), "平台分期投入使用"),
)
# What is wrong with a report on purpose: its roster forgets the largest firms; its revenue is told before the books
# are closed; two figures are written as nobody can be held to them; more is built than was planned; a unit is mistaken.
SHORT_ROSTER, EARLY, VAGUE, CROWDED, MISTAKEN = "short_roster", "early", "vague", "crowded", "mistaken"
EARLY_SHARE = Decimal("0.97")
"""Of the revenue that will have come in: still above what the roster's firms add up to."""
CROWDED_BY = Decimal("0.6")
Cells = dict[str, str]
"""One row of a repeated table by column key, as it is to be written."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm of the roster: 万元 and 人."""

    texts: Cells
    revenue: Decimal
    cyber: Decimal
    rnd: Decimal
    staff: int

    def cells(self) -> Cells:
        figures = {"revenue": self.revenue, "cyber": self.cyber, "rnd": self.rnd}
        return self.texts | {key: plain(value) for key, value in figures.items()} | {"staff": str(self.staff)}


class Course:
    """How one park develops from its approval on."""

    def __init__(self, park: ParkSpec, approved_on: date) -> None:
        self.park = park
        self.scale = park.scale
        self.approved_on = approved_on
        self.ends_on = construction_end(approved_on)
        self.baseline_on = date(approved_on.year - 1, 12, 31)

    def _grown(self, baseline: Decimal | int, day: date) -> Decimal:
        """The level of something that was `baseline` at approval; a little less before."""
        baseline = Decimal(baseline)
        if day <= self.approved_on:
            return baseline * (1 - Decimal("0.09") * max((self.baseline_on - day).days, 0) / 365)
        elapsed = elapsed_share(self.approved_on, self.ends_on, day)
        way = min(elapsed * self.scale.pace, 1 + elapsed * BEYOND)
        return baseline * (1 + (self.scale.growth - 1) * way)

    def _way(self, day: date) -> Decimal:
        """Share of the work done: never ahead of the calendar."""
        return elapsed_share(self.approved_on, self.ends_on, day) * min(self.scale.pace, Decimal(1))

    def goals(self) -> dict[str, tuple[Decimal, Decimal]]:
        """基期值 and 目标值 by indicator key."""
        scale = self.scale
        baselines = {
            "revenue_cyber": scale.revenue_cyber,
            "firms_cyber": Decimal(scale.firms_cyber),
            "staff_cyber": scale.staff_cyber,
            "area_operating": scale.operating,
            "trainees": Decimal(self._trainees(self.baseline_on)),
        }
        places = {"revenue_cyber": 1, "staff_cyber": 2}
        return {key: (base, half_up(base * scale.growth, places.get(key, 0))) for key, base in baselines.items()}

    def levels(self, day: date) -> dict[str, Decimal]:
        """Stocks of 表一 on `day`: areas, firms, staff, listed firms."""
        scale = self.scale
        operating = half_up(self._operating(day), 1)
        built = min(scale.planned, max(half_up(self._grown(scale.built, day), 1), operating))
        return {
            "area_planned": scale.planned,
            "area_built": built,
            "area_operating": min(operating, built),
            "firms_total": half_up(self._grown(scale.firms_total, day)),
            "firms_cyber": half_up(self._grown(scale.firms_cyber, day)),
            "staff_total": half_up(self._grown(scale.staff_total, day), 3),
            "staff_cyber": half_up(self._grown(scale.staff_cyber, day), 3),
            "listed_total": Decimal(scale.listed_total),
            "listed_cyber": Decimal(scale.listed_cyber),
        }

    def _operating(self, day: date) -> Decimal:
        if not self.scale.weak_in_space or day <= self.approved_on:
            return self._grown(self.scale.operating, day)
        elapsed = elapsed_share(self.approved_on, self.ends_on, day)
        path = self.scale.operating * (1 + (self.scale.growth - 1) * elapsed)
        return max(self.scale.operating, path * WEAK)

    def _came_in(self, months: int) -> Decimal:
        """Share of a year's running total that has come in after `months` months."""
        if months <= 6:
            return FIRST_HALF * months / 6
        return FIRST_HALF + (1 - FIRST_HALF) * (months - 6) / 6

    def figures(self, year: int, months: int) -> dict[str, Decimal]:
        """The 15 figures of 表一 for January to `months` of `year`."""
        share, december = self._came_in(months), date(year, 12, 31)
        totals = {
            "revenue_total": half_up(self._grown(self.scale.revenue_total, december) * share, 2),
            "revenue_cyber": half_up(self._grown(self.scale.revenue_cyber, december) * share, 2),
        }
        roster = self.roster(year, months)
        tiers = {tier.key: Decimal(sum(tier.holds(firm.cyber) for firm in roster)) for tier in TIERS}
        return self.levels(month_end(year, months)) | totals | tiers

    def roster(self, year: int, months: int) -> tuple[Firm, ...]:
        """The park's security-led firms with their running totals; at most ROSTER_LIMIT of them."""
        day = month_end(year, months)
        cyber = self._grown(self.scale.revenue_cyber, date(year, 12, 31)) * self._came_in(months)
        levels = self.levels(day)
        count = min(int(levels["firms_cyber"]), ROSTER_LIMIT)
        money = _shares(self.park.number, count, Decimal(1))
        people = _shares(self.park.number, count, EVENNESS)
        total = half_up(cyber, 2) * WAN_PER_YI * COVERAGE
        staff = levels["staff_cyber"] * WAN_PER_YI * COVERAGE
        return tuple(self._firm(index, total * money[index], staff * people[index]) for index in range(count))

    def _firm(self, index: int, cyber: Decimal, staff: Decimal) -> Firm:
        place = (self.park.code, index)
        cyber = half_up(cyber, 2)
        return Firm(
            self._firm_texts(index),
            revenue=half_up(cyber / names.between("0.72", "0.98", *place, "share"), 2),
            cyber=cyber,
            rnd=half_up(cyber * names.between("0.07", "0.19", *place, "rnd"), 2),
            staff=max(int(staff), 3),
        )

    @cache  # noqa: B019 - a Course lives only while its park is loaded
    def _firm_texts(self, index: int) -> Cells:
        number, place = self.park.number, (self.park.code, index)
        _word, scope, products = names.line(number, index)
        founded = date(2004 + int(names.fraction(*place, "year") * 18), 1, 1).toordinal()
        return {
            "name": names.firm_name(number, index),
            "legal": names.person(*place, "legal"),
            "founded": str(date.fromordinal(founded + int(names.fraction(*place, "day") * 360))),
            "address": f"{self.park.host_park}{1 + index % 12}号楼{1 + index // 12}层",
            "scope": scope,
            "products": products,
            "quals": names.pick(names.QUALIFICATIONS, *place, "quals"),
            "contact": f"{names.person(*place, 'contact')} {names.phone(*place)}",
        }

    def platforms(self, day: date) -> tuple[Cells, ...]:
        way = self._way(day)
        count = 2 + int((way * 3).to_integral_value(ROUND_CEILING))
        recognised = date(self.approved_on.year - 1, 11, 1)
        return tuple(
            {
                "name": name,
                "builder": self.park.operator,
                "service": ("测试验证", "协同攻关", "监测预警")[index % 3],
                "recognised_on": f"{recognised:%Y-%m}" if index == 0 else "无",
            }
            for index, name in enumerate(PLATFORMS[:count])
        )

    def _trainees(self, december: date) -> int:
        """Trained in the whole year that ends on this day; about a quarter of the security staff."""
        return int(self._grown(self.scale.staff_cyber * 2500, december))

    def training(self, year: int, months: int) -> tuple[Cells, ...]:
        people = int(self._trainees(date(year, 12, 31)) * self._came_in(months)) + 1
        school = people * 3 // 4
        return (
            {"name": "虚构职业技术学院网络安全系", "direction": "网络安全职业教育", "people": str(school)},
            {"name": f"{self.park.name}实训基地", "direction": "安全运维培训", "people": str(people - school)},
        )

    def events(self, year: int, months: int) -> tuple[Cells, ...]:
        return tuple(
            {
                "name": name,
                "host": self.park.operator,
                "held_on": str(date(year, month, 18)),
                "place": f"{self.park.host_park}路演厅",
                "people": str(people),
            }
            for name, month, people in EVENTS
            if month <= months
        )

    def tasks(self, day: date) -> tuple[Cells, ...]:
        return tuple(self._task(name, needs, text, self._way(day)) for name, needs, text in TASKS)

    def _task(self, name: str, needs: Decimal, progress: str, way: Decimal) -> Cells:
        done = int(min(way / needs, Decimal(1)) * 100)
        finished = self.approved_on + (self.ends_on - self.approved_on) * float(needs)
        return {
            "name": name,
            "unit": f"{self.park.name}建设工作专班",
            "progress": progress if done < 100 else "已完成",
            "done_share": f"{done}%",
            "done_on": f"{finished:%Y-%m}" if done == 100 else "",
        }


def month_end(year: int, months: int) -> date:
    following = date(year + months // 12, months % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


@cache
def _weight(park: int, index: int, power: Decimal) -> Decimal:
    """A few large firms, many small ones."""
    return (names.between("0.75", "1.25", park, index, "weight") / Decimal(index + 3)) ** power


@cache
def _shares(park: int, count: int, power: Decimal) -> tuple[Decimal, ...]:
    """How a total falls to the first `count` firms; the smaller `power`, the more evenly."""
    weights = [_weight(park, index, power) for index in range(count)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


@dataclass(frozen=True, slots=True)
class Report:
    """One half-year report before it is written down; `written`: figures that stand there as text, by key."""

    park: ParkSpec
    period: HalfYear
    district: str
    filled_on: date
    current: dict[str, Decimal]
    previous: dict[str, Decimal]
    rows: dict[str, tuple[Cells, ...]]
    kind: FigureKind = FigureKind.PRELIMINARY
    written: dict[str, str] = field(default_factory=dict)

    @property
    def department(self) -> str:
        """填报单位."""
        return f"{self.district}经济和信息化委员会"

    @property
    def totals(self) -> Cells:
        """The printed 合计 of the roster."""
        roster = self.rows["roster"]
        return {
            key: plain(sum((Decimal(row[key]) for row in roster), Decimal(0)))
            for key in ("revenue", "cyber", "rnd", "staff")
        }


def report(
    course: Course,
    period: HalfYear,
    district: str,
    filled_on: date,
    *,
    flaws: Collection[str] = (),
    kind: FigureKind = FigureKind.PRELIMINARY,
) -> Report:
    """What a park reports for a half-year, with what is wrong with it on purpose."""
    year, months = period.year, period.months
    roster = course.roster(year, months)[LEFT_OUT if SHORT_ROSTER in flaws else 0 :]
    current = course.figures(year, months)
    return Report(
        course.park, period, district, filled_on,
        current=current | _amiss(current, flaws),
        previous=course.figures(year - 1, months),
        rows={
            "roster": tuple(firm.cells() for firm in roster),
            "platforms": course.platforms(period.end),
            "training": course.training(year, months),
            "events": course.events(year, months),
            "tasks": course.tasks(period.end),
        },
        kind=kind,
        written=_as_text(current, flaws),
    )  # fmt: skip


def _amiss(right: dict[str, Decimal], flaws: Collection[str]) -> dict[str, Decimal]:
    wrong: dict[str, Decimal] = {}
    if EARLY in flaws:
        wrong |= {key: half_up(right[key] * EARLY_SHARE, 2) for key in ("revenue_total", "revenue_cyber")}
    if CROWDED in flaws:
        wrong["area_built"] = right["area_planned"] + CROWDED_BY
    return wrong


def _as_text(right: dict[str, Decimal], flaws: Collection[str]) -> dict[str, str]:
    """约20.4; 210余家; 4680 where 万人 are asked for."""
    written = {}
    if VAGUE in flaws:
        written["revenue_total"] = f"约{plain(right['revenue_total'])}"
        written["firms_total"] = f"{right['firms_total'] // 10 * 10}余家"
    if MISTAKEN in flaws:
        written["staff_cyber"] = plain(right["staff_cyber"] * WAN_PER_YI)
    return written
