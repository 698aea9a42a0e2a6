"""佐证资料: the categories of the form (附件八), and what a park states that a paper should prove."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from policy.figures import chinese_date, chinese_day, plain
from policy.indicators.catalogue import HEADLINES
from policy.terms import HalfYear, Labelled
from policy.workflow import StepKind

CLAUSE = "附件八"
LARGEST = 200 * 1024 * 1024
"""Bytes of one file."""
SUBJECT_LENGTH = 300


class Category(Labelled):
    """附件八, word for word and in its order; the list is open (“包括但不限于”), what fits none is the last."""

    KEY_SOFTWARE = "key_software", "国家级或市级重点软件企业（网络安全为主）证明材料"
    PLATFORMS = "platforms", "公共服务平台（网络安全为主）证明材料"
    TRAINING = "training", "人才培训相关证明材料，包括但不限于：培训记录、照片、视频等"
    EVENTS = "events", "产业氛围营造相关证明材料，包括但不限于：活动照片、视频、新闻报道等"
    FACILITIES = "facilities", "配套情况相关证明材料，包括但不限于：照片、规划图等"
    POLICY = "policy", "当地政府支持网络安全产业发展的相关专项政策"
    FUNDS = "funds", "当地政府支持网络安全产业发展配套的专项经费及兑现证明材料"
    OTHER = "other", "其他相关佐证材料"

    @property
    def short(self) -> str:
        """Without its examples, for narrow places."""
        return self.label.partition("，包括但不限于")[0]


class ClaimKind(Labelled):
    """What a statement is about."""

    PARK = "park", "园区"
    INDICATOR = "indicator", "主要指标"
    FIRM = "firm", "企业资质及上市"
    PLATFORM = "platform", "公共服务平台"
    TRAINING = "training", "培训机构"
    EVENT = "event", "活动"
    TASK = "task", "重点任务"
    LETTER = "letter", "半年函"
    STEP = "step", "验收材料"


@dataclass(frozen=True, order=True, slots=True)
class ClaimKey:
    """What is stated, the same in every report: its kind and its subject (a firm's name, a task …)."""

    kind: ClaimKind
    subject: str

    @classmethod
    def parse(cls, text: str) -> ClaimKey:
        """`firm:示例科技有限公司` -> ClaimKey; raises ValueError on anything else."""
        kind, _, subject = text.partition(":")
        if not subject or kind not in set(ClaimKind):
            kinds = "、".join(ClaimKind)
            raise ValueError(f"佐证事项应写作“类别:事项”，如 firm:示例科技有限公司（类别：{kinds}），收到“{text}”")
        return cls(ClaimKind(kind), subject_of(subject))

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing stated: `label` names it, `stated` is what is said of it, `where` in the report or the register.

    `category`: where a paper that proves it belongs, unless the park knows better. `source`: in a report, the key its
    数据来源 is told under (policy.provenance). `condition`: the acceptance condition it bears on, by its key.
    `filed`: what proves it was kept when it was recorded.
    """

    key: ClaimKey
    category: Category
    label: str
    stated: str
    clause: str
    where: str
    source: str = ""
    condition: str = ""
    filed: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """One cell of a report's table; `row` from 1."""

    value: str
    where: str
    row: int


@dataclass(frozen=True, slots=True)
class Registered:
    """A half-year's letter or a step of the acceptance as recorded; `filed`: with its scan."""

    key: ClaimKey
    label: str
    stated: str
    filed: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What the register and the newest report say on `as_of`. `rows`: cells by column key, by table key, none of
    them empty; `figures`: value and place by indicator key."""

    as_of: date
    approval_no: str
    approved_on: date
    boundary: str = ""
    operator: str = ""
    period: HalfYear | None = None
    rows: Mapping[str, Sequence[Mapping[str, Spoken]]] = field(default_factory=dict)
    figures: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)
    registered: Sequence[Registered] = ()


def claims(statement: Statement) -> tuple[Claim, ...]:
    """Everything stated that a paper should prove, each subject once."""
    found = (claim for claimant in CLAIMANTS for claim in claimant(statement))
    once: dict[ClaimKey, Claim] = {}
    for claim in found:
        once.setdefault(claim.key, claim)
    return tuple(once.values())


def subject_of(name: str) -> str:
    """A name however it is spaced and whatever brackets it is written with."""
    return "".join(unicodedata.normalize("NFKC", name).split())[:SUBJECT_LENGTH]


def claim_path(park: str, key: ClaimKey) -> str:
    """Where a statement stands with the papers that prove it."""
    return f"/parks/{park}/evidence?claim={quote(str(key), safe='')}#claim"


ASKED_FOR = "通知要求提供"
MATERIALS: tuple[tuple[str, str, Category, str], ...] = (
    ("plan", "园区建设方案", Category.OTHER, "三(一)1"),
    ("management", "运营管理机构的法人资格、办公场所、管理人员和制度", Category.OTHER, "二(四)"),
    ("mechanism", "工作机制和推进工作小组", Category.OTHER, "五(二)"),
    ("industry_plan", "产业发展规划、招商规划和保障措施", Category.OTHER, "二(五)、五(二)"),
    ("property", "用地、载体产权或租赁及各项面积证明", Category.FACILITIES, "三(一)4"),
    ("facilities", "载体环境、基础设施和配套服务", Category.FACILITIES, f"二(七)、{CLAUSE}"),
    ("services", "公共服务体系", Category.PLATFORMS, "二(八)"),
    ("compliance", "符合环保、安全生产、消防、规划建设规定", Category.OTHER, "二(九)"),
    ("policy", "专项支持政策", Category.POLICY, "二(六)、五(二)"),
    ("funds", "专项经费及兑现", Category.FUNDS, f"三(一)5、{CLAUSE}"),
)
"""What the notice asks of every park, stated or not."""
CONDITIONS = {"approval": "period_over", "plan": "goals_known"}
"""Of these, what an acceptance condition rests on."""


def park_materials(statement: Statement) -> Iterator[Claim]:
    """批复, 运营管理机构 and 四至 as registered, and the papers the notice asks of every park."""
    approval = f"{chinese_date(statement.approved_on)}，{statement.approval_no}"
    yield _of_park("approval", "同意建设的批复", Category.OTHER, "四(二)", approval)
    if statement.operator:
        yield _of_park("operator", "运营管理机构的批准设立文件", Category.OTHER, "三(一)3", statement.operator)
    if statement.boundary:
        yield _of_park("boundary", "四至范围", Category.OTHER, "二(一)", statement.boundary)
    for subject, label, category, clause in MATERIALS:
        yield _of_park(subject, label, category, clause, ASKED_FOR, where="—")
    yield from _annual_plans(statement)


def _annual_plans(statement: Statement) -> Iterator[Claim]:
    """One a calendar year of the construction period that has begun, but for the year of the approval."""
    first = statement.approved_on.year + 1
    for year in range(first, min(statement.as_of.year, first + 1) + 1):
        label = f"{year}年度工作计划"
        yield _of_park(f"annual_plan/{year}", label, Category.OTHER, "五(二)", ASKED_FOR, where="—")


def _of_park(subject: str, label: str, category: Category, clause: str, stated: str, where: str = "园区名册") -> Claim:
    key = ClaimKey(ClaimKind.PARK, subject)
    return Claim(key, category, label, stated, clause, where, condition=CONDITIONS.get(subject, ""))


def registered(statement: Statement) -> Iterator[Claim]:
    """Letters and steps as recorded: their own papers are what proves the conditions that rest on them."""
    for entry in statement.registered:
        if entry.key.kind is ClaimKind.LETTER:
            clause, where, condition = "五(二)", "收文登记", "reports_accepted"
        else:
            clause, where, condition = "五(三)", "办理记录", entry.key.subject
        yield Claim(
            entry.key, Category.OTHER, entry.label, entry.stated, clause, where, condition=condition,
            filed=entry.filed,
        )  # fmt: skip


def step_key(kind: StepKind) -> ClaimKey:
    return ClaimKey(ClaimKind.STEP, kind.value)


def letter_key(period: HalfYear) -> ClaimKey:
    return ClaimKey(ClaimKind.LETTER, str(period))


def headline_key(indicator: str, period: HalfYear) -> ClaimKey:
    return ClaimKey(ClaimKind.INDICATOR, f"{indicator}/{period}")


def headlines(statement: Statement) -> Iterator[Claim]:
    """主要指标: each period states them anew."""
    period, figures = statement.period, statement.figures
    for indicator in HEADLINES:
        if period is not None and indicator.key in figures:
            value, where = figures[indicator.key]
            label, stated = f"{period.label}{indicator.label}", f"{plain(value)}{indicator.unit}"
            yield Claim(
                headline_key(indicator.key, period), Category.OTHER, label, stated, "附件表一", where, indicator.key,
                "goals_compared",
            )  # fmt: skip


def _firm(row: Mapping[str, Spoken]) -> str:
    return _said(row, "quals")


def _platform(row: Mapping[str, Spoken]) -> str:
    day = _said(row, "recognised_on")
    return f"{chinese_day(day)}市级认定" if day else ""


def _training(row: Mapping[str, Spoken]) -> str:
    people = _said(row, "people")
    return "，".join(filter(None, (_said(row, "direction"), f"年培训{people}人" if people else "")))


def _event(row: Mapping[str, Spoken]) -> str:
    people = _said(row, "people")
    words = (chinese_day(_said(row, "held_on")), _said(row, "place"), f"{people}人" if people else "")
    return "，".join(filter(None, words))


def _task(row: Mapping[str, Spoken]) -> str:
    share = _said(row, "done_share")
    return "，".join(filter(None, (_said(row, "progress"), f"完成{share}%" if share else "")))


def _said(row: Mapping[str, Spoken], key: str) -> str:
    return row[key].value if key in row else ""


def _of_rows(
    table: str, category: Category, clause: str, stated: Callable[[Mapping[str, Spoken]], str]
) -> Callable[[Statement], Iterator[Claim]]:
    """The rows of one table that state something."""

    def found(statement: Statement) -> Iterator[Claim]:
        for row in statement.rows.get(table, ()):
            name, words = _said(row, "name"), stated(row)
            if name and words:
                place, better = row["name"], _better(category, words)
                yield Claim(row_key(table, name), better, name, words, clause, place.where, f"{table}.{place.row}")

    return found


_KEY_SOFTWARE = re.compile("重点软件")


def _better(category: Category, stated: str) -> Category:
    return Category.KEY_SOFTWARE if category is Category.OTHER and _KEY_SOFTWARE.search(stated) else category


ROWS: dict[str, ClaimKind] = {
    "roster": ClaimKind.FIRM,
    "platforms": ClaimKind.PLATFORM,
    "training": ClaimKind.TRAINING,
    "events": ClaimKind.EVENT,
    "tasks": ClaimKind.TASK,
}
"""What the rows of each table are about."""


def row_key(table: str, name: str) -> ClaimKey:
    return ClaimKey(ROWS[table], subject_of(name))


SPOKEN = frozenset({
    "name", "quals", "recognised_on", "direction", "people", "held_on", "place", "progress", "done_share",
})  # fmt: skip
"""The columns of the tables that the claims are made of."""
CLAIMANTS: tuple[Callable[[Statement], Iterator[Claim]], ...] = (
    park_materials,
    headlines,
    _of_rows("roster", Category.OTHER, "附件填报说明4", _firm),
    _of_rows("platforms", Category.PLATFORMS, "附件表三", _platform),
    _of_rows("training", Category.TRAINING, "附件表三", _training),
    _of_rows("events", Category.EVENTS, "附件表三", _event),
    _of_rows("tasks", Category.OTHER, "五(二)", _task),
    registered,
)
