"""The versions of the templates handed out: a new one states only what it changes against the one before.

Papers come back on old versions for a long time. What is stated here tells people what has changed, and the reader
which words an older version used; a test holds that the statements and the newest layout agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.figures import chinese_date
from policy.terms import Labelled


class Change(Labelled):
    ADDED = "added", "新增"
    RENAMED = "renamed", "改称"
    REMOVED = "removed", "取消"


class Part(Labelled):
    """Where in a template an item stands."""

    HEAD = "head", "表头"
    FIGURES = "figures", "指标"
    ROSTER = "roster", "企业名录"


@dataclass(frozen=True, slots=True)
class Difference:
    """One item added, renamed (`before` is what it was called) or removed; `key` as in the catalogue or the table."""

    change: Change
    part: Part
    key: str
    label: str
    before: str = ""

    @property
    def told(self) -> str:
        """`表头新增“数据性质”`."""
        if self.change is Change.RENAMED:
            return f"{self.part.label}“{self.before}”改称“{self.label}”"
        return f"{self.part.label}{self.change.label}“{self.label}”"


@dataclass(frozen=True, slots=True)
class Version:
    """`valid_from`: the day it is handed out from; None for a template's first version."""

    number: int
    valid_from: date | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def told(self) -> str:
        since = f"（{chinese_date(self.valid_from)}起用）" if self.valid_from else ""
        changed = "、".join(difference.told for difference in self.differences) or "首版"
        return f"第{self.number}版{since}：{changed}"


@dataclass(frozen=True, slots=True)
class Template:
    """`key` is kept in the files' properties, `name` is what people call it; `versions` oldest first; `uploaded_at`:
    the page it is uploaded at."""

    key: str
    name: str
    versions: tuple[Version, ...]
    uploaded_at: str = ""

    @property
    def newest(self) -> Version:
        return self.versions[-1]

    def after(self, number: int) -> tuple[Version, ...]:
        """The versions that came later than this one."""
        return tuple(version for version in self.versions if version.number > number)


HALF_YEAR = Template(
    "half_year_report", "半年报",
    (
        Version(1),
        Version(2, date(2026, 12, 1), (Difference(Change.ADDED, Part.HEAD, "figure_kind", "数据性质"),)),
    ),
    "上传报告",
)  # fmt: skip
FIRM_PAGE = Template("firm_page", "一企一表", (Version(1),), "一企一表")
PROGRESS = Template("progress_report", "建设进展", (Version(1),), "建设进展")


def templates() -> tuple[Template, ...]:
    return HALF_YEAR, FIRM_PAGE, PROGRESS


def former_labels(part: Part) -> dict[str, str]:
    """What items were called in older versions -> their key: the reader takes these words as it takes today's."""
    return {
        difference.before: difference.key
        for template in templates()
        for version in template.versions
        for difference in version.differences
        if difference.change is Change.RENAMED and difference.part is part
    }
