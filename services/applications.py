"""An application form as the source of what the register says about a park (annex cover and 表一)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Submission
from policy.access import Actor
from policy.acts import Act
from policy.refusal import Refused
from policy.terms import SubmissionKind, SubmissionState
from services import audit, intake, versions
from services.intake.text import squash


@dataclass(frozen=True, slots=True)
class Application:
    """The form's texts about the park; empty where the form leaves one open or it waits for confirmation."""

    title: str
    operator: str
    host_park: str
    address: str


def read_application(name: str, data: bytes) -> Application:
    """Raises Refused when the file is no application form, with what was found in its place.

    The caller has looked at the file for a 密级 mark (`screening.admit`).
    """
    reading = intake.read(name, data, intake.Context((), None, None, lambda _code, _period: {}, released=True))
    if reading.kind is not SubmissionKind.APPLICATION_FORM:
        found = f"是{reading.kind.label}" if reading.kind else reading.findings[0].message
        raise Refused(f"{name}不是申报表：{found}")
    read = {entry.key: entry.value or "" for entry in reading.fields if not entry.status.blocks}
    return Application(*(read.get(key, "") for key in ("title", "operator", "host_park", "address")))


def link_earlier(session: Session, actor: Actor, park: Park) -> None:
    """Forms handed in before the park was registered become its forms, their versions in the order they came."""
    loose = session.scalars(
        select(Submission)
        .where(Submission.kind == SubmissionKind.APPLICATION_FORM, Submission.park_id.is_(None))
        .where(Submission.state != SubmissionState.ATTEMPT)
        .order_by(Submission.id)
    )
    own = [row for row in loose if squash(row.park_title or "") == squash(park.title)]
    for version, row in enumerate(own, start=1):
        row.park, row.version = park, version
        audit.record(session, actor, Act.SUBMISSION_LINK, versions.told(row), park_id=park.id)


def require_title(application: Application, title: str) -> None:
    """The form and the 批复 must speak of the same park."""
    if application.title and application.title != title.strip():
        raise Refused(f"申报表的园区名称为“{application.title}”，与登记的“{title}”不一致，请核对")
