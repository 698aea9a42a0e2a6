"""The paper of a step of the chain: the file given, a 定稿 of this application, or one it draws up on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, IssuedDocument, Park
from policy.access import Actor
from policy.figures import chinese_date
from policy.refusal import Missing
from policy.workflow import Step
from services import issuing
from services.documents.catalogue import KINDS
from services.issuing import Prepared
from services.storage import Storage, keep_file


@dataclass(frozen=True, slots=True)
class StepPaper:
    """What stands behind a step, by id; `note` says what was taken where no file was given."""

    file_id: int | None = None
    issued_id: int | None = None
    note: str = ""


def drawable(step: Step) -> bool:
    """Whether this application draws the paper up itself."""
    return step.document in KINDS


def frozen(session: Session, park: Park, step: Step, since: date, until: date) -> IssuedDocument | None:
    """The newest 定稿 that may serve: dated within the step's time, and not the one that was sent back."""
    sent_back = select(AcceptanceStep.issued_id).where(
        AcceptanceStep.park_id == park.id,
        AcceptanceStep.returned_on.is_not(None),
        AcceptanceStep.issued_id.is_not(None),
    )
    return session.scalars(
        select(IssuedDocument)
        .where(IssuedDocument.park_id == park.id, IssuedDocument.kind == step.document)
        .where(IssuedDocument.as_of.between(since, until), IssuedDocument.id.not_in(sent_back))
        .order_by(IssuedDocument.number.desc())
        .limit(1)
    ).first()


def told(session: Session, park: Park, step: Step, span: tuple[date, date], *, needed: bool) -> str:
    """What stands for the paper where no file is given, in words."""
    found = frozen(session, park, step, *span) if step.document else None
    if found is not None:
        return f"已有定稿第{found.number}版（截至{chinese_date(found.as_of)}），不选择文件的，以该定稿为准"
    if not needed:
        return "可附扫描件，不附也可登记"
    return "不选择文件的，由系统按所填日期的数据定稿" if drawable(step) else "必须附文件"


def keep(
    session: Session,
    storage: Storage,
    actor: Actor,
    park: Park,
    step: Step,
    file: tuple[str, bytes] | None,
    drawn: Prepared | None,
    span: tuple[date, date],
    *,
    needed: bool,
) -> StepPaper:
    """The paper in the transaction of its step; `span`: from which day to which a 定稿 may be. Raises Missing."""
    if file is not None:
        return StepPaper(file_id=keep_file(session, storage, *file).id)
    found = frozen(session, park, step, *span) if step.document else None
    if found is not None:
        return StepPaper(
            issued_id=found.id, note=f"“{step.paper}”以定稿第{found.number}版为准（截至{chinese_date(found.as_of)}）"
        )
    if drawn is not None:
        return _drawn(step, issuing.keep(session, storage, actor, drawn))
    if needed:
        raise Missing(f"“{step.kind.label}”须附“{step.paper}”，请选择文件")
    return StepPaper()


def _drawn(step: Step, made: issuing.Issued) -> StepPaper:
    lacking = f"；该稿为草稿：{'；'.join(made.lacking)}" if made.lacking else ""
    return StepPaper(
        issued_id=made.document_id, note=f"未附文件，“{step.paper}”已由系统定稿为第{made.number}版{lacking}"
    )
