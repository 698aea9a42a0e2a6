"""What people do with a report and a park's papers: decide, explain, return, freeze, collect, prove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.models import Evidence, FirmPage, IssuedDocument, Submission, SubmissionFinding, SubmissionReading
from policy.access import Actor, Role, Scope
from policy.figures import half_up, plain
from policy.terms import DecisionKind, HalfYear, SubmissionKind, SubmissionState
from services import comments, decisions, evidence, explanations, firm_answers, history, issuing, reviews, submissions
from services.demo import obliged, papers, progress
from services.demo.acts import DECIDED, REPORT_TABLE, Office, park_id, version
from services.demo.events import Decision, Event, EvidenceIn, FirmRound, Frozen, Handling
from services.demo.figures import Firm
from services.demo.municipality import BY_CODE, OPERATOR_SHOWN, ParkSpec
from services.firm_pages import file_word
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.intake.templates.half_year import GROUPED


def _report(session: Session, park: str, period: HalfYear, upload: int) -> Submission:
    row = version(session, BY_CODE[park], SubmissionKind.HALF_YEAR_REPORT, period, upload)
    assert row is not None, f"{park} {period}: the programme has not entered upload {upload}"
    return row


def _handle(office: Office, event: Handling) -> bool:
    park = BY_CODE[event.park]
    right = office.courses[park.code].figures(event.period.year, event.period.months)
    with office.platform.database.write() as session:
        actor = office.handler(session, park.code)
        row = _report(session, park.code, event.period, event.upload)
        if row.state != SubmissionState.DRAFT:
            return False
        pending = [(answer, _figure(session, row, answer.key)) for answer in event.answers]
        pending = [(answer, cell) for answer, cell in pending if cell.decided is None]
        for answer, cell in pending:
            typed = plain(right[answer.key]) if answer.kind is DecisionKind.AMEND else ""
            decisions.decide(session, actor, row.id, cell.id, decisions.Answer(answer.kind, typed, answer.reason))
        said = dict(event.explanations)
        for finding in explanations.unexplained(session, row):
            if finding.code in said:
                explanations.explain(session, actor, row.id, finding.id, said[finding.code])
        if event.submit:
            submissions.submit(session, actor, row.id, event.on)
    return event.submit or bool(pending)


def _figure(session: Session, row: Submission, key: str) -> SubmissionReading:
    return session.scalars(
        select(SubmissionReading).where(
            SubmissionReading.submission_id == row.id, SubmissionReading.table == "figures",
            SubmissionReading.column == "current", SubmissionReading.key == key,
        )
    ).one()  # fmt: skip


def _review(office: Office, event: Decision) -> bool:
    with office.platform.database.write() as session:
        row = _report(session, event.park, event.period, event.upload)
        if row.state in DECIDED:
            return False
        for place, text in event.remarks:
            comments.comment(session, office.committee, row.id, _target(session, row, place), text)
        if event.reason:
            reviews.return_report(session, office.committee, row.id, event.reason, event.on, event.category)
        else:
            reviews.accept(session, office.committee, row.id, event.on)
    return True


def _target(session: Session, row: Submission, place: str) -> comments.Target:
    """The finding of the check with this code, else the figure with this key."""
    finding = session.scalars(
        select(SubmissionFinding.id).where(
            SubmissionFinding.submission_id == row.id, SubmissionFinding.code == place,
            SubmissionFinding.superseded_at.is_(None),
        )
    ).first()  # fmt: skip
    return comments.Target(finding_id=finding) if finding else comments.Target(_figure(session, row, place).id)


def _freeze(office: Office, event: Frozen) -> bool:
    with office.platform.database.read() as session:
        same = _frozen_tables(park_id(session, event.park), event.period)
        if (session.scalar(select(func.count()).where(*same)) or 0) >= event.number:
            return False
        actor = office.handler(session, event.park)
    issuing.freeze(office.platform, actor, REPORT_TABLE, event.park, event.on, period=event.period)
    return True


def _frozen_tables(park: int, period: HalfYear) -> tuple[ColumnElement[bool], ...]:
    return (
        IssuedDocument.kind == REPORT_TABLE, IssuedDocument.park_id == park, IssuedDocument.period == str(period),
    )  # fmt: skip


def _collect(office: Office, event: FirmRound) -> bool:
    """Two deliveries: nearly all firms, and later one of them again with a firm that is new."""
    with office.platform.database.read() as session:
        park = park_id(session, event.park)
        listed = history.last_roster(session, park, event.period)
        came = session.scalar(select(func.count()).where(FirmPage.park_id == park)) or 0
    deliveries = _deliveries(office, event, listed)
    actor = _asking(office, event, park)
    if came >= sum(map(len, deliveries)):
        return False
    for pages in deliveries[bool(came) :]:
        firm_answers.collect(office.platform, actor, event.park, event.period, pages)
    return True


def _asking(office: Office, event: FirmRound, park: int) -> Actor:
    """园区运营管理机构 collects."""
    shown = event.park == OPERATOR_SHOWN
    return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park}))) if shown else office.committee


def _deliveries(office: Office, event: FirmRound, listed: history.Listed) -> list[list[tuple[str, bytes]]]:
    """What every firm writes: the last asked is silent, the first has moved, the second sends a better page later."""
    park, period = BY_CODE[event.park], event.period
    firms = {firm.texts["name"]: firm for firm in office.courses[park.code].roster(period.year, period.months)}
    known = [row["name"] for row in listed.rows]
    new = [name for name in firms if name not in known]
    moved, mended = known[0], known[1]
    blank = FirmPageFacts(park.code, park.title, period, last_of=listed.told)

    def page(name: str, **cells: str) -> tuple[str, bytes]:
        row = next((row for row in listed.rows if row["name"] == name), {})
        facts = replace(
            blank, firm=name if row else "", cells=firms[name].cells() | cells,
            last={key: row.get(key, "") for key in GROUPED},
        )  # fmt: skip
        return f"{file_word(name)}.xlsx", write_firm_page(facts)

    told = {moved: {"address": f"{park.host_park}二期1号楼3层"}, mended: {"cyber": _early(firms[mended])}}
    first = [page(name, **told.get(name, {})) for name in known[:-1] if name in firms]
    return [first, [page(mended), *(page(name) for name in new[:1])]]


def _early(firm: Firm) -> str:
    """What a firm tells before its books are closed: 约…"""
    return f"约{plain(half_up(firm.cyber * Decimal('0.9')))}"


def _prove(office: Office, event: EvidenceIn) -> bool:
    park = BY_CODE[event.park]
    with office.platform.database.read() as session:
        actor = office.handler(session, park.code)
        mine = Evidence.park_id == park_id(session, park.code), Evidence.title == event.title
        known = session.scalars(select(Evidence).where(*mine)).first()
        number = known.id if known else None
        if known is not None and (not event.withdrawn or known.withdrawn_at is not None):
            return False
    if number is None:
        paper = evidence.Paper(event.category, event.title, event.claims, event.file, BytesIO(_content(event, park)))
        number = evidence.put_forward(office.platform, actor, park.code, paper).evidence_id
    if event.withdrawn:
        with office.platform.database.write() as session:
            evidence.withdraw(session, actor, park.code, number, event.withdrawn)
    return True


def _content(event: EvidenceIn, park: ParkSpec) -> bytes:
    if event.file.endswith(".png"):
        return papers.picture(f"{park.code}{event.title}")
    return papers.short_paper(event.on, event.title, park.title, f"（{papers.FICTION}，仅供演示）")


ACTS: dict[type, Callable[[Office, Any], bool]] = {
    Handling: _handle,
    Decision: _review,
    Frozen: _freeze,
    FirmRound: _collect,
    EvidenceIn: _prove,
}


def enter(office: Office, event: Event) -> bool:
    """Enter one event; whether there was anything left to do."""
    act = (ACTS | progress.ACTS | obliged.ACTS).get(type(event))
    return act(office, event) if act else office.enter(event)
