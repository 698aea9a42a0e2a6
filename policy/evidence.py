"""佐证资料: the categories of the form (附件八), and what a park states that a paper should prove."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from policy.figures import chinese_date, chinese_day, plain
from policy.indicators.catalogue import HEADLINES
from policy.terms import HalfYear, Labelled

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

    `category`: where a paper that proves it belongs, unless the park knows better.
    """

    key: ClaimKey
    category: Category
    label: str
    stated: str
    clause: str
    where: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """One cell of a report's table."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What the register and the newest report say. `rows`: cells by column key, by table key, none of them empty;
    `figures`: value and place by indicator key."""

    approval_no: str
    approved_on: date
    boundary: str = ""
    operator: str = ""
    period: HalfYear | None = None
    rows: Mapping[str, Sequence[Mapping[str, Spoken]]] = field(default_factory=dict)
    figures: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)


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


ASKED_FOR = "通知要求提供"
MATERIALS: tuple[tuple[str, str, Category, str], ...] = (
    ("mechanism", "工作机制和推进工作小组", Category.OTHER, "五(二)"),
    ("industry_plan", "产业发展规划", Category.OTHER, "五(二)"),
    ("property", "用地、载体产权或租赁及各项面积证明", Category.FACILITIES, "三(一)4"),
    ("facilities", "配套情况", Category.FACILITIES, CLAUSE),
    ("policy", "专项支持政策", Category.POLICY, "五(二)"),
    ("funds", "专项经费及兑现", Category.FUNDS, CLAUSE),
)
"""What the notice asks of every park, stated or not."""


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


def _of_park(subject: str, label: str, category: Category, clause: str, stated: str, where: str = "园区名册") -> Claim:
    return Claim(ClaimKey(ClaimKind.PARK, subject), category, label, stated, clause, where)


def headlines(statement: Statement) -> Iterator[Claim]:
    """主要指标: each period states them anew."""
    period, figures = statement.period, statement.figures
    for indicator in HEADLINES:
        if period is not None and indicator.key in figures:
            value, where = figures[indicator.key]
            key = ClaimKey(ClaimKind.INDICATOR, f"{indicator.key}/{period}")
            label = f"{period.label}{indicator.label}"
            yield Claim(key, Category.OTHER, label, f"{plain(value)}{indicator.unit}", "附件表一", where)


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
    table: str, kind: ClaimKind, category: Category, clause: str, stated: Callable[[Mapping[str, Spoken]], str]
) -> Callable[[Statement], Iterator[Claim]]:
    """The rows of one table that state something."""

    def found(statement: Statement) -> Iterator[Claim]:
        for row in statement.rows.get(table, ()):
            name, words = _said(row, "name"), stated(row)
            if name and words:
                key = ClaimKey(kind, subject_of(name))
                yield Claim(key, _better(category, words), name, words, clause, row["name"].where)

    return found


_KEY_SOFTWARE = re.compile("重点软件")


def _better(category: Category, stated: str) -> Category:
    return Category.KEY_SOFTWARE if category is Category.OTHER and _KEY_SOFTWARE.search(stated) else category


CLAIMANTS: tuple[Callable[[Statement], Iterator[Claim]], ...] = (
    park_materials,
    headlines,
    _of_rows("roster", ClaimKind.FIRM, Category.OTHER, "附件填报说明4", _firm),
    _of_rows("platforms", ClaimKind.PLATFORM, Category.PLATFORMS, "附件表三", _platform),
    _of_rows("training", ClaimKind.TRAINING, Category.TRAINING, "附件表三", _training),
    _of_rows("events", ClaimKind.EVENT, Category.EVENTS, "附件表三", _event),
    _of_rows("tasks", ClaimKind.TASK, Category.OTHER, "五(二)", _task),
)
