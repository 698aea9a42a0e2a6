"""推演: what a sweep of a day would do, and what sort of day that is; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from db.rulebook_facts import calendar
from policy.access import Actor, Permission
from policy.masking import mask_mail
from services.alerting import AlertNote, SweepResult, sweep


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`provisional`: no work calendar is known for the year, so `working` goes by weekdays alone."""

    result: SweepResult
    working: bool
    provisional: bool

    @property
    def notes(self) -> Mapping[str, AlertNote]:
        """What would be open that day, by key."""
        return {note.key: note for note in (*self.result.opened, *self.result.kept)}


def rehearse(session: Session, actor: Actor, day: date, *, full: bool = False) -> Rehearsal:
    """As `sweep` in a dry run; recipients are masked for whoever may not see contacts. Raises AccessDenied."""
    result = sweep(session, actor, day, dry_run=True, full=full)
    if not actor.may(Permission.VIEW_CONTACTS):
        result = replace(
            result,
            mails=tuple(replace(mail, to=mask_mail(mail.to)) for mail in result.mails),
            proposals=tuple(replace(one, to=mask_mail(one.to), person="") for one in result.proposals),
        )
    known = calendar(session)
    return Rehearsal(result, known.is_working(day), known.is_provisional(day))


def day_told(found: Rehearsal) -> str:
    """工作日, 休息日; of a year without a calendar 暂按周末推定."""
    word = "工作日" if found.working else "休息日"
    return f"{word}（该年工作日历未录入，暂按周末推定）" if found.provisional else word
