"""One thing that happened with a park, as 办理记录 tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from policy.terms import Labelled


class Matter(Labelled):
    """What a line of 办理记录 is about."""

    APPROVAL = "approval", "批复和变更"
    REPORT = "report", "报送和审核"
    OBLIGATION = "obligation", "应报事项"
    PROGRESS = "progress", "建设进展"
    VISIT = "visit", "现场核查和整改"
    ACCEPTANCE = "acceptance", "评审验收"
    PANEL = "panel", "专家评审"
    DOCUMENT = "document", "文件定稿"


@dataclass(frozen=True, slots=True)
class Happening:
    """`what`, on which day, by which `unit` (办理单位); `number`: 文号 of its paper, `by`: who recorded it, by the name
    officials know, `at`: when that was. `path`: where the application shows it."""

    on: date
    at: datetime
    matter: Matter
    what: str
    number: str = ""
    unit: str = ""
    by: str = ""
    path: str = ""
