"""The district decides what the reader could not: confirm the proposed value, reject it, or type the right one.

A cell that was read with certainty may be typed anew where a check objects to it. The reading stays as it was read.
The committee decides nothing here: the city returns data, it never edits them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import CellDecision, Submission, SubmissionReading
from policy.access import Actor, Permission
from policy.acts import Act
from policy.masking import mask_phone
from policy.refusal import Refused
from policy.tables import PERSONAL
from policy.terms import DecisionKind, Severity, Status, SubmissionState
from services import audit, clock, explanations, rejudging, snapshots, versions
from services.alike import alike
from services.intake.text import shorten
from services.intake.typed import read_typed
from services.subjects import cell_key

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What the district says of a cell: `typed` the right value as people write it (for 改为 alone).

    `seen`: number of the decision that stood before the officer's eyes, 0 for none; None: not known.
    `alike`: the same for every cell of the column that asks the same and is not decided yet: each takes its own
    proposal, or with 改为 its figure as written.
    """

    kind: DecisionKind
    typed: str = ""
    reason: str = ""
    seen: int | None = None
    alike: bool = False


def decide(session: Session, actor: Actor, submission_id: int, reading_id: int, answer: Answer) -> None:
    """Store the decision and judge the version again on what counts from now on.

    While the version is not submitted a decision may be replaced by another; once it is, only what still stands
    in the way of acceptance may be decided, so that nothing changes under the committee's eyes. Raises Unknown
    outside the scope; Refused for a cell that was read with certainty and no check objects to, a confirmation where
    there is no value to confirm, a typed value that is itself doubtful, a change without a reason, or when somebody
    else decided the cell since it was shown.
    """
    actor.require(Permission.AMEND_REPORT)
    row = versions.locked(session, actor, submission_id)
    explanations.require_open(session, actor, row)
    now = rejudging.cells(session, row)
    cell = next((cell for cell in now if cell.id == reading_id), None)
    if cell is None:
        raise Refused(f"{versions.told(row)}没有这个单元格，请从问题清单中选择")
    _require_decidable(session, row, cell, answer)
    _require_unchanged(session, row, cell, answer)
    chosen = alike(now, cell) if answer.alike else [cell]
    reason, before, at = _reason(answer), rejudging.judged(session, row, now), clock.now()
    values = [(each, each.effective_value, _value(each, answer)) for each in chosen]
    for each, _, value in values:
        _store(session, each, CellDecision(
            reading_id=each.id, kind=answer.kind, value=value, reason=reason, decided_by=actor.account, decided_at=at,
        ))  # fmt: skip
    rejudging.rejudge(session, row, before)
    if row.state == SubmissionState.SUBMITTED and row.has_errors:
        raise Refused(f"报告已报送，这样改后{versions.blocking(session, row)}；请更正原文件后重新上传")
    explanations.carry(session, row)
    for each, old, _ in values:
        _record(session, actor, row, each, old, reason)
    if row.park_id is not None:
        snapshots.rewrite(session, row.park_id)


def _require_decidable(session: Session, row: Submission, cell: SubmissionReading, answer: Answer) -> None:
    name = f"{cell.where or rejudging.label(cell)}"
    if not Status(cell.status).blocks:
        typed = answer.kind is DecisionKind.AMEND and not answer.alike and row.state == SubmissionState.DRAFT
        if typed and (cell.decided is not None or cell.where in _objected_to(session, row)):
            return
        raise Refused(f"{name}已确定读出，无需核对；如原表有误，请修改原文件后重新上传")
    if row.state == SubmissionState.SUBMITTED and not Status(cell.effective_status).blocks:
        raise Refused(f"{name}已核对并已报送；如需再改，请市经济信息委退回修改")


def _objected_to(session: Session, row: Submission) -> set[str]:
    """The places where a check found what has to be corrected or explained."""
    return {finding.where for finding in rejudging.standing(session, row) if Severity(finding.severity).blocks}


def _require_unchanged(session: Session, row: Submission, cell: SubmissionReading, answer: Answer) -> None:
    """Two officers, or one with two pages open: the second sees the first's decision before replacing it."""
    made = facts.decisions(session, row.id).get(cell.id)
    if answer.seen is None or made is None or made.number == answer.seen:
        return
    value = f"，采用“{_shown(cell, cell.decided_value)}”" if cell.decided_value is not None else ""
    raise Refused(
        f"{cell.where or rejudging.label(cell)}在您打开页面之后已有人核对：{made.told}{value}；"
        "本次核对未保存，请看过之后再决定是否更改"
    )


def _value(cell: SubmissionReading, answer: Answer) -> str | None:
    name = f"{cell.where or ''}“{rejudging.label(cell)}”"
    if answer.kind is DecisionKind.AMEND:
        return _typed(cell, _as_written(cell, name) if answer.alike else answer.typed, name)
    if cell.status == Status.ERROR or (answer.kind is DecisionKind.CONFIRM and cell.value is None):
        raise Refused(f"{name}没有读出可确认的取值，请填写正确的数值或内容")
    return cell.value if answer.kind is DecisionKind.CONFIRM else None


def _as_written(cell: SubmissionReading, name: str) -> str:
    """The figure the proposal would replace."""
    others = [each for each in cell.candidates if each != cell.value]
    if len(others) != 1:
        raise Refused(f"{name}没有可恢复的原数，请逐格改为正确的数")
    return others[0]


def _typed(cell: SubmissionReading, text: str, name: str) -> str | None:
    text = text.strip()
    if not text:
        raise Refused(f"{name}改为的内容是空白，请填写；如无内容应填“无”")
    parsed = read_typed(cell.table, cell.key, text)
    if parsed.status.blocks:
        raise Refused(f"{name}改为“{shorten(text)}”不能确定取值：{parsed.message}；请写确切的值{_unit(cell)}")
    return None if parsed.value is None else versions.storable(parsed.value)


def _unit(cell: SubmissionReading) -> str:
    return f"，单位为{cell.unit}" if cell.unit else ""


def _reason(answer: Answer) -> str:
    reason = answer.reason.strip()
    if answer.kind is not DecisionKind.CONFIRM and not reason:
        raise Refused("更正或否定须写明原因，例如“原表漏填”“单位应为万元”")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"原因写了{len(reason)}字，应不超过{LONGEST_REASON}字")
    return reason


def _store(session: Session, cell: SubmissionReading, decision: CellDecision) -> None:
    cell.decided, cell.decided_value = decision.kind, decision.value
    session.add(decision)
    session.flush()


def _record(
    session: Session, actor: Actor, row: Submission, cell: SubmissionReading, old: str | None, reason: str
) -> None:
    new = {
        "cell": cell.where, "item": rejudging.label(cell), "kind": cell.decided,
        "value": _shown(cell, cell.decided_value), "reason": reason,
    }  # fmt: skip
    told = {"raw": _shown(cell, cell.raw), "value": _shown(cell, old)}
    audit.record(session, actor, Act.CELL_DECIDE, versions.told(row), park_id=row.park_id, old=told, new=new)


def _shown(cell: SubmissionReading, text: str | None) -> str | None:
    return mask_phone(text) if text is not None and (cell.table, cell.key) in PERSONAL else text


def carry(session: Session, row: Submission) -> int:
    """What was decided in an earlier version of the same paper for the same cell and raw text holds here too.

    Nothing is carried where the cell cannot be told for certain, where the reader now proposes another value, or to
    a cell read with certainty that no check objects to any more. Returns how many decisions were carried.
    """
    earlier = _earlier(session, row)
    if not earlier:
        return 0
    now = rejudging.cells(session, row)
    names = _names(now)
    objected_to = _objected_to(session, row)
    open_cells = [
        (cell_key(cell, names), cell) for cell in now if Status(cell.status).blocks or cell.where in objected_to
    ]
    often = Counter(key for key, _ in open_cells)
    before = rejudging.judged(session, row, now)
    pairs = [(cell, earlier[key]) for key, cell in open_cells if often[key] == 1 and key in earlier]
    carried = [
        (cell, old)
        for cell, (raw, proposed, old) in pairs
        if (cell.raw, cell.value) == (raw, proposed) and (Status(cell.status).blocks or old.kind == DecisionKind.AMEND)
    ]
    for cell, old in carried:
        _store(session, cell, CellDecision(
            reading_id=cell.id, kind=old.kind, value=old.value, reason=old.reason,
            decided_by=old.decided_by, decided_at=old.decided_at, carried_from=old.id,
        ))  # fmt: skip
    if carried:
        rejudging.rejudge(session, row, before)
    return len(carried)


def _earlier(session: Session, row: Submission) -> dict[tuple[str, ...], tuple[str | None, str | None, CellDecision]]:
    """The newest decision by cell in earlier versions, with the raw text and the proposal it was made on."""
    versions_before = versions.earlier_than(session, row)
    rows = session.execute(
        select(CellDecision, SubmissionReading)
        .join(SubmissionReading, SubmissionReading.id == CellDecision.reading_id)
        .where(SubmissionReading.submission_id.in_(versions_before))
        .order_by(SubmissionReading.submission_id, CellDecision.id)
    ).all()
    names = {id: _names_of(session, id) for id in {cell.submission_id for _, cell in rows}}
    return {cell_key(cell, names[cell.submission_id]): (cell.raw, cell.value, made) for made, cell in rows}


def _names_of(session: Session, submission_id: int) -> Mapping[tuple[str, int], str]:
    found = select(SubmissionReading).where(
        SubmissionReading.submission_id == submission_id, SubmissionReading.key == "name"
    )
    return _names(session.scalars(found))


def _names(cells: Iterable[SubmissionReading]) -> dict[tuple[str, int], str]:
    return {(cell.table, cell.row): cell.raw or "" for cell in cells if cell.key == "name"}
