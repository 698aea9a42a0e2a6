"""校验码: the code printed under the sealed table, the letter registered against it, and whether the seal still holds.

Data and letter are received as before, with or without a code; the code only tells whether they speak of one thing.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session

from db.models import CellDecision, Letter, LetterPark, Park, Submission, SubmissionReading
from db.rulebook_facts import rulebook
from policy.corrections import seal_told
from policy.data_code import data_code, typed_code
from policy.indicators.catalogue import HEADLINES
from policy.refusal import Refused
from policy.tables import PERSONAL
from policy.terms import FigureKind, HalfYear, SubmissionKind, SubmissionState
from services import clock

COUNTS = (SubmissionState.SUBMITTED, SubmissionState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell without its value; `own`: its kind, where it is not the paper's."""

    table: str
    row: int
    key: str
    column: str
    own: FigureKind | None


Values = Mapping[int, str | None]
"""The value of every cell by its reading's id, at one moment of a version's life."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """One version's cells, what they hold now, what was read, and what was decided since, in order."""

    park: str
    period: HalfYear
    kind: FigureKind
    cells: Mapping[int, _Cell]
    now: Values
    as_read: Values
    decided: Sequence[Values]

    def states(self) -> Iterator[Values]:
        """Every state the data has been in, the newest first: a table may be sealed before the last decision."""
        yield self.now
        for count in range(len(self.decided) - 1, -1, -1):
            yield reduce(operator.or_, self.decided[:count], dict(self.as_read))

    def code(self, values: Values) -> str:
        figures = []
        tables: dict[str, dict[int, dict[str, str | None]]] = {}
        for id, cell in self.cells.items():
            if cell.table == "figures":
                figures.append((cell.key, cell.column, values[id], cell.own))
            else:
                tables.setdefault(cell.table, {}).setdefault(cell.row, {})[cell.key] = values[id]
        rows = {table: list(found.values()) for table, found in tables.items()}
        return data_code(self.park, self.period, self.kind, figures, rows)

    def stating(self, code: str) -> Values | None:
        """The newest state that has this code."""
        return next((values for values in self.states() if self.code(values) == code), None)

    def headlines(self, values: Values) -> dict[str, Decimal]:
        wanted = {indicator.key for indicator in HEADLINES}
        return {
            cell.key: Decimal(value)
            for id, cell in self.cells.items()
            if cell.table == "figures" and cell.column == "current" and cell.key in wanted
            if (value := values[id]) is not None
        }


def code_of(session: Session, submission_id: int) -> str:
    """校验码 of one version's data as it counts now; empty for what is no half-year report of a registered park."""
    paper = _paper(session, submission_id)
    return paper.code(paper.now) if paper else ""


def _paper(session: Session, submission_id: int) -> _Paper | None:
    """Personal data is left out, as it is on the printed table."""
    known = session.execute(
        select(Submission.kind, Submission.period, Submission.figure_kind, Park.code)
        .join(Park, Park.id == Submission.park_id)
        .where(Submission.id == submission_id)
    ).first()
    if known is None or known.kind != SubmissionKind.HALF_YEAR_REPORT or known.period is None:
        return None
    reading = SubmissionReading
    rows = session.execute(
        select(
            reading.id,
            reading.table,
            reading.row,
            reading.key,
            reading.column,
            reading.value,
            reading.figure_kind,
            reading.effective_value,
        ).where(reading.submission_id == submission_id, tuple_(reading.table, reading.key).not_in(PERSONAL))
    ).all()
    cells = {
        row.id: _Cell(row.table, row.row, row.key, row.column, FigureKind(row.figure_kind) if row.figure_kind else None)
        for row in rows
    }
    decided = session.execute(
        select(CellDecision.reading_id, CellDecision.value)
        .join(reading, reading.id == CellDecision.reading_id)
        .where(reading.submission_id == submission_id)
        .order_by(CellDecision.id)
    )
    return _Paper(
        known.code, HalfYear.parse(known.period), FigureKind(known.figure_kind), cells,
        now={row.id: row.effective_value for row in rows},
        as_read={row.id: row.value for row in rows},
        decided=[{row.reading_id: row.value} for row in decided if row.reading_id in cells],
    )  # fmt: skip


def _version_with(session: Session, park: Park, period: HalfYear, code: str) -> Submission | None:
    """The newest version of the park's report whose data has, or once had, this code."""
    rows = session.scalars(
        select(Submission)
        .where(Submission.park_id == park.id, Submission.period == str(period))
        .where(Submission.kind == SubmissionKind.HALF_YEAR_REPORT, Submission.state != SubmissionState.ATTEMPT)
        .order_by(Submission.version.desc())
    )
    return next((row for row in rows if (paper := _paper(session, row.id)) and paper.stating(code) is not None), None)


class Sealed(NamedTuple):
    """A code as it is printed, and the version it was printed from."""

    code: str
    submission_id: int


def matched(session: Session, parks: Sequence[Park], period: HalfYear, codes: Iterable[str]) -> Mapping[int, Sealed]:
    """By park id the version whose sealed table came with the letter, found by the codes as they were typed.

    Raises Refused for a code that cannot be one, and for one that is of none of these parks' versions.
    """
    typed = [typed_code(code) for code in codes if code.strip()]
    found: dict[int, Sealed] = {}
    for code in typed:
        version = next((row for park in parks if (row := _version_with(session, park, period, code))), None)
        if version is None or version.park_id is None:
            titles = "、".join(park.title for park in parks)
            raise Refused(
                f"校验码{code}书写无误，但不是{titles}{period.label}任何一版数据的校验码；"
                f"请核对来函所附表格的园区、报告期和版本，或请区县按现行数据重新印表"
            )
        found[version.park_id] = Sealed(code, version.id)
    return found


def attach(row: LetterPark, sealed: Sealed) -> bool:
    """Note on the letter which version its sealed table states; False when that was known.

    Raises Refused when the letter came with another table before.
    """
    code = sealed.code
    if row.data_code == code:
        return False
    if row.data_code:
        raise Refused(f"该函所附表格已登记校验码{row.data_code}，与本次的{code}不同；重新用印的表格请随新的来函登记")
    row.data_code, row.submission_id = code, sealed.submission_id
    return True


@dataclass(frozen=True, slots=True)
class Seal:
    """The sealed table that came with a letter: its code, the version it states, and whether it still holds."""

    letter_id: int
    number: str
    period: HalfYear
    code: str
    version: int
    told: str


def seals(session: Session, park_id: int) -> tuple[Seal, ...]:
    """Every sealed table of a park registered by its code, in the order the letters came in."""
    rows = session.execute(
        select(Letter.id, Letter.number, LetterPark.period, LetterPark.data_code, Submission)
        .join(LetterPark, LetterPark.letter_id == Letter.id)
        .join(Submission, Submission.id == LetterPark.submission_id)
        .where(LetterPark.park_id == park_id, LetterPark.data_code != "")
        .order_by(Letter.received_on, Letter.id)
    ).all()
    return tuple(
        Seal(
            row.id, row.number, HalfYear.parse(row.period), row.data_code, row.Submission.number,
            _told(session, row.Submission, row.data_code),
        )
        for row in rows
    )  # fmt: skip


def seals_of(session: Session, park_code: str) -> tuple[Seal, ...]:
    """The same by the park's code; none for a paper of no registered park."""
    park_id = session.scalar(select(Park.id).where(Park.code == park_code))
    return seals(session, park_id) if park_id is not None else ()


def _decided(session: Session, submission_id: int) -> bool:
    """Whether anything was ever decided about its cells: without, its data is what was read."""
    reading = SubmissionReading
    made = exists().where(CellDecision.reading_id == reading.id, reading.submission_id == submission_id)
    return bool(session.scalar(select(made)))


def _told(session: Session, sealed: Submission, code: str) -> str:
    current = session.scalars(
        select(Submission)
        .where(Submission.park_id == sealed.park_id, Submission.period == sealed.period)
        .where(Submission.kind == sealed.kind, Submission.state.in_(COUNTS))
        .order_by(Submission.version.desc())
        .limit(1)
    ).first()
    if current is None:
        back = sealed.state == SubmissionState.RETURNED
        then = "该版已退回修改，更正后的数据尚未报送" if back else "该报告期的数据尚未报送"
        return f"函所附表为第{sealed.number}版，{then}"
    if current.id == sealed.id and not _decided(session, sealed.id):
        return seal_told(same=True, headline_changed=False, rulebook=rulebook(session), day=clock.today())
    before, now = _paper(session, sealed.id), _paper(session, current.id)
    assert before is not None  # both are reports of a registered park
    assert now is not None
    same = now.code(now.now) == code
    printed = before.stating(code) or before.now
    changed = not same and before.headlines(printed) != now.headlines(now.now)
    told = seal_told(same=same, headline_changed=changed, rulebook=rulebook(session), day=clock.today())
    if same or current.id == sealed.id:
        return told
    return f"{told}；函所附表为第{sealed.number}版，现行数据为{current.no.label}"
