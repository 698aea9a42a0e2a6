"""The 申报表 of a park as it is printed: from the form that was handed in, else from the register and accepted data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from db import facts
from db.models import Park, Submission, SubmissionReading
from db.queries.access import seen_by
from db.queries.evidence import evidence_of
from db.queries.reports import Cell, Report, report
from policy.access import Actor, Permission
from policy.evidence import Category
from policy.facts import FigureFact
from policy.indicators.catalogue import BY_KEY
from policy.tables import FORM_LABELS, PERSONAL, ROSTER
from policy.terms import REPORTED, HalfYear, SubmissionKind, SubmissionState
from services import clock
from services.parks import find_park
from services.report_papers import PaperFigure, PaperRow, figure_of, lacking_of, tables_of, unsettled

NOTHING = "无"


@dataclass(frozen=True, slots=True)
class FormPaper:
    """`year` and `months`: the year of the application and how many of its months the first column counts, None where
    that is not known; `facts` by key and column, 无 where nothing is declared, absent where nothing is known.

    `roster_of`: what the roster's figures speak of, 2021年 or 2025年1—12月; `evidence`: titles by category.
    `taken_from`: what the paper was drafted from, when no form is stored.
    """

    as_of: date
    title: str
    fictional: bool
    year: int | None
    months: int | None
    roster_of: str
    facts: Mapping[tuple[str, str], str]
    figures: Mapping[tuple[str, str], PaperFigure]
    tables: Mapping[str, tuple[PaperRow, ...]]
    evidence: Mapping[Category, tuple[str, ...]]
    lacking: tuple[str, ...] = ()
    taken_from: str = ""
    stated: tuple[FigureFact, ...] = field(default=())
    """The accepted figures it prints."""


def form_paper(session: Session, actor: Actor, park_code: str, as_of: date) -> FormPaper:
    """As known at the end of `as_of`: the newest form that was 报送, else the newest draft the actor may know of.

    Telephone numbers are masked unless the actor may see contacts. Raises Unknown for a park outside the scope.
    """
    park = find_park(session, actor.scope, park_code)
    row = _stored(session, actor, park, as_of)
    blank = FormPaper(
        as_of, park.title, park.district.fictional, None, None, "", _registered(park), {}, {},
        _evidence(session, park, as_of),
    )  # fmt: skip
    return _from_form(session, actor, row, blank) if row is not None else _from_reports(session, actor, park, blank)


def _stored(session: Session, actor: Actor, park: Park, as_of: date) -> Submission | None:
    rows = session.scalars(
        select(Submission)
        .where(Submission.park_id == park.id, Submission.kind == SubmissionKind.APPLICATION_FORM, seen_by(actor))
        .where(Submission.state != SubmissionState.ATTEMPT, Submission.received_on <= as_of)
        .order_by(Submission.version.desc())
    ).all()
    return next(iter([*(row for row in rows if row.state in REPORTED), *rows]), None)


def _registered(park: Park) -> dict[tuple[str, str], str]:
    known = {
        "title": park.title, "host_park": park.host_park, "address": park.address, "operator": park.operator,
        "operator_name": park.operator,
    }  # fmt: skip
    return {(key, "current"): value for key, value in known.items() if value}


def _evidence(session: Session, park: Park, as_of: date) -> dict[Category, tuple[str, ...]]:
    found: dict[Category, tuple[str, ...]] = {}
    for row in reversed(evidence_of(session, park.id)):
        if row.withdrawal is None and clock.civil(row.uploaded_at).date() <= as_of:
            found[row.category] = (*found.get(row.category, ()), row.title)
    return found


def _from_form(session: Session, actor: Actor, row: Submission, blank: FormPaper) -> FormPaper:
    found = report(session, actor, row.id)
    assert found is not None
    cells = _readable(session, actor, found)
    told = {(cell.key, cell.column): _told(cell) for cell in cells if cell.table == "figures"}
    filled = told.get(("filled_on", "current"), "")
    year = int(filled[:4]) if filled[:4].isdigit() else clock.civil(row.uploaded_at).year
    return replace(
        blank,
        year=year,
        months=row.months,
        roster_of=f"{year - 1}年",
        facts={place: text for place, text in told.items() if place[0] in FORM_LABELS and text},
        figures={
            (cell.key, cell.column): figure_of(cell, found.figure_kind)
            for cell in cells
            if cell.table == "figures" and cell.key in BY_KEY
        },
        tables=tables_of(cells),
        lacking=lacking_of(found),
    )


def _readable(session: Session, actor: Actor, found: Report) -> Sequence[Cell]:
    """The cells, with telephone numbers in full for whom they are."""
    if not actor.may(Permission.VIEW_CONTACTS):
        return found.cells
    reading = SubmissionReading
    whole = {
        row.id: row.value
        for row in session.execute(
            select(reading.id, reading.effective_value.label("value")).where(
                reading.submission_id == found.id, tuple_(reading.table, reading.key).in_(PERSONAL)
            )
        )
    }
    return [replace(cell, value=whole[cell.id]) if cell.id in whole else cell for cell in found.cells]


def _told(cell: Cell) -> str:
    if cell.status.blocks:
        return unsettled(cell)
    if cell.value is None:
        return NOTHING if (cell.raw or "").strip() else ""
    return cell.value


def _from_reports(session: Session, actor: Actor, park: Park, blank: FormPaper) -> FormPaper:
    """What is known without a form: the newest accepted half-year, and December of the year before it."""
    unstored = f"未存有{park.title}的申报表"
    accepted = facts.accepted_versions(session, park.id, blank.as_of)
    if not accepted:
        return replace(blank, lacking=(f"{unstored}，尚无审核通过的园区发展情况表",))
    newest = max(accepted)
    year_before = HalfYear(newest.year - 1, 2)
    stated = {
        column: facts.version_figures(session, accepted[period], period)
        for column, period in (("current", newest), ("previous", year_before))
        if period in accepted
    }
    listed = year_before if year_before in accepted else newest
    tables = {period: tables_of(_accepted_cells(session, actor, accepted[period])) for period in {newest, listed}}
    taken_from = f"{newest.label}园区发展情况表" + (f"（一览表取自{listed.label}）" if listed != newest else "")
    return replace(
        blank,
        year=newest.year,
        months=newest.months,
        roster_of=f"{listed.year}年" if listed == year_before else listed.months_label,
        figures={
            (one.key, column): PaperFigure(one.key, column, one.value, one.kind)
            for column, known in stated.items()
            for one in known
        },
        tables={**tables[newest], ROSTER.key: tables[listed].get(ROSTER.key, ())},
        lacking=(f"{unstored}，本稿按名册和审核通过的{taken_from}填写，其余栏目待填写",),
        taken_from=taken_from,
        stated=tuple(one for known in stated.values() for one in known),
    )


def _accepted_cells(session: Session, actor: Actor, submission_id: int) -> Sequence[Cell]:
    """Those that count as fact."""
    found = report(session, actor, submission_id)
    return [cell for cell in _readable(session, actor, found) if not cell.status.blocks] if found is not None else ()
