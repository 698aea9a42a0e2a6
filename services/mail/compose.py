"""Mails of notice: what one recipient is told in one go, in words from `templates/notice`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from policy.alerts.alert import Alert, stage_rank
from policy.alerts.ladder import UPWARDS
from policy.figures import chinese_date
from policy.terms import AlertRule, ContactRole
from settings import MailContent

# What the office calls the act: 提醒 before the date, 催报 after it, 预警 for figures only. Most urgent first.
PRESS, REMIND, WARN = "催报", "提醒", "指标预警"
ACTS: dict[AlertRule, str] = {
    AlertRule.REPORT_OVERDUE: PRESS,
    AlertRule.PROGRESS_OVERDUE: PRESS,
    AlertRule.PAPER_OVERDUE: PRESS,
    AlertRule.PROMISE_BROKEN: PRESS,
    AlertRule.TASK_LATE: PRESS,
    AlertRule.ISSUE_LATE: PRESS,
    AlertRule.CONTACT_MISSING: REMIND,
    AlertRule.NOT_ACCEPTED: REMIND,
    AlertRule.SCORES_LATE: REMIND,
    AlertRule.NOT_RESUBMITTED: REMIND,
    AlertRule.REPORT_DUE: REMIND,
    AlertRule.PROGRESS_DUE: REMIND,
    AlertRule.PAPER_DUE: REMIND,
    AlertRule.REPORT_UPCOMING: REMIND,
    AlertRule.PROGRESS_UPCOMING: REMIND,
    AlertRule.PAPER_UPCOMING: REMIND,
    AlertRule.EVIDENCE_MISSING: REMIND,
    AlertRule.PLAN_REMINDER: REMIND,
    AlertRule.LAGGING: WARN,
    AlertRule.BELOW_FLOOR: WARN,
    AlertRule.STALE_DATA: WARN,
}
URGENCY = tuple(dict.fromkeys(ACTS.values()))
PAGES = dict.fromkeys(
    (AlertRule.PROGRESS_UPCOMING, AlertRule.PROGRESS_DUE, AlertRule.PROGRESS_OVERDUE), "/progress#progress"
) | {
    AlertRule.TASK_LATE: "/progress#tasks",
    AlertRule.ISSUE_LATE: "#issues",
    AlertRule.CONTACT_MISSING: "#contacts",
    AlertRule.SCORES_LATE: "/panel/scores",
}
"""Where a matter is dealt with, when that is not the park's own page."""

RANKS = (ContactRole.HANDLER, *UPWARDS)

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One alert to be told to one recipient: `opened_on` tells this episode of the matter from another."""

    alert_id: int | None
    """None while nothing is written (a dry run)."""
    alert: Alert
    opened_on: date
    park_title: str
    fictional: bool
    recipient: str
    role: ContactRole = ContactRole.HANDLER
    """In which role they are told of it."""
    office: str = ""
    """Whom a formal 催报 over the handler's head is addressed to; empty for who is in charge of the matter."""

    @property
    def act(self) -> str:
        act = ACTS[self.alert.rule]
        return REMIND if act == PRESS and self.alert.provisional else act

    @property
    def link(self) -> str:
        """The path of the page where it is dealt with."""
        if self.office and self.alert_id is not None:
            return f"/alerts/{self.alert_id}"
        return f"/parks/{quote(self.alert.park)}{PAGES.get(self.alert.rule, '')}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Everything one recipient is told in one mail, most urgent first."""

    recipient: str
    tellings: tuple[Telling, ...]

    @property
    def stage(self) -> str:
        """The stage of its most urgent matter."""
        return self.tellings[0].alert.stage

    @property
    def office(self) -> str:
        """Whom it is addressed to as a formal 催报: the highest office of the recipient. Empty for a notice to the
        handler, and so where any of it is told to them as one."""
        if not all(telling.office for telling in self.tellings):
            return ""
        return max(self.tellings, key=lambda telling: RANKS.index(telling.role)).office

    @property
    def key(self) -> str:
        """Made of the recipient, the matters, their dates and stages: the same mail has the same key, always."""
        matters = sorted(
            f"{telling.alert.key}|{telling.opened_on}|{telling.alert.due or ''}|{telling.alert.stage}"
            for telling in self.tellings
        )
        return f"{self.stage}-{sha256('|'.join([self.recipient, *matters]).encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    text: str
    html: str


def group(tellings: Iterable[Telling]) -> tuple[Notice, ...]:
    """One notice a recipient."""

    def recipient(telling: Telling) -> str:
        return telling.recipient

    ordered = sorted(tellings, key=recipient)
    return tuple(Notice(address, tuple(sorted(items, key=_urgency))) for address, items in groupby(ordered, recipient))


def _urgency(telling: Telling) -> tuple[int, int, str]:
    _period, reached = stage_rank(telling.alert.stage)
    return URGENCY.index(telling.act), -reached, telling.alert.key


def word(notice: Notice, as_of: date, base_url: str, content: MailContent = "figures") -> Wording:
    """Subject, text and HTML of a notice. Links are left out when `base_url` is empty.

    `content` says what a mail may say: with `count` it names neither park nor matter.
    """
    if notice.office:
        return word_press(notice, as_of, base_url, content)
    fictional = any(telling.fictional for telling in notice.tellings)
    if content == "count":
        return word_count(len(notice.tellings), base_url, fictional=fictional)
    values = {
        "as_of": chinese_date(as_of),
        "acts": [act for act in URGENCY if any(telling.act == act for telling in notice.tellings)],
        "tellings": notice.tellings,
        "counts": _counts(notice.tellings),
        "fictional": fictional,
        "base_url": base_url,
    }
    return _rendered("notice", values)


def word_press(notice: Notice, as_of: date, base_url: str, content: MailContent = "figures") -> Wording:
    """A formal 催报 to somebody above the handler, by office and role, never by name."""
    fictional = any(telling.fictional for telling in notice.tellings)
    if content == "count":
        return word_count(len(notice.tellings), base_url, fictional=fictional)
    values = {
        "as_of": chinese_date(as_of),
        "addressed": notice.office,
        "tellings": notice.tellings,
        "days": lambda telling: (as_of - telling.alert.due).days,
        "fictional": fictional,
        "base_url": base_url,
    }
    return _rendered("press", values)


def word_count(matters: int, base_url: str, *, fictional: bool = False) -> Wording:
    """A notice without content: how many matters are open, and where to look."""
    values = {"told": f"您有{matters}项待办，请登录平台查看", "base_url": base_url, "fictional": fictional}
    return _rendered("count", values)


def _rendered(folder: str, values: Mapping[str, object]) -> Wording:
    subject, text, html = (
        TEMPLATES.get_template(f"{folder}/{name}").render(values) for name in ("subject.txt", "body.txt", "body.html")
    )
    return Wording(" ".join(subject.split()), text, html)


def _counts(tellings: Sequence[Telling]) -> list[tuple[str, int]]:
    """How many of each rule, in the order of urgency: [("逾期未报", 2), …]."""
    rules = [telling.alert.rule for telling in tellings]
    return [(rule.label, rules.count(rule)) for rule in ACTS if rule in rules]
