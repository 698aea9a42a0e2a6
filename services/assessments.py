"""What a park can say of itself: one frozen dossier for the self-assessment and the acceptance application.

Everything in it is accepted data or a recorded act, as known at the end of a day. A figure never travels
without its 数据来源, nor a verdict without its clause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from db import facts
from db.models import Park, Submission
from db.queries import dossiers, park_detail
from db.queries.accounts import names
from db.queries.chain import StepRow
from db.queries.evidence import StatedIn, Tables
from db.queries.owed import Owed
from db.queries.park_detail import ParkDetail, SourcedFigure
from db.rulebook_facts import rulebook
from policy.acceptance import AcceptanceCase, conditions
from policy.access import Scope
from policy.facts import ActFact, GoalFact, ParkFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.lag import Judgement, judgements
from policy.indicators.progress import completion, incremental_completion, pace, span_told
from policy.provenance import DERIVED, GOAL_PLACE, figure_path, goal_path, split_place
from policy.rulebook import DEFAULT_SOURCE
from policy.situation import Situation
from policy.terms import ActKind, Light, ObligationKind, ReceiptState
from services import parks, report_rows, units
from services.claims import ledger_of, newest_accepted
from services.dossiers import (
    Dossier,
    Figure,
    GoalResult,
    NewestReport,
    Origin,
    Problem,
    Register,
    ReportRecord,
    Source,
)


def dossier(session: Session, scope: Scope, park_code: str, as_of: date) -> Dossier:
    """The dossier of one park; raises policy.refusal.Unknown when it does not exist or lies outside the scope."""
    park = parks.find_park(session, scope, park_code)
    detail = park_detail.detail(session, scope, park.code, as_of)
    assert detail is not None
    situation = facts.situation(session, park.id, as_of, rulebook(session))
    figures = _figures(detail.figures, situation, names(session))
    steps = tuple(step for step in detail.steps if _in_force(step, as_of))
    case = AcceptanceCase(situation, {step.kind: step.dated for step in steps})
    goals = _goals(situation, figures)
    stated_in = newest_accepted(session, park.id, as_of)
    tables = dossiers.report_tables(session, stated_in.submission_id) if stated_in else {}
    return Dossier(
        as_of=as_of,
        park=detail.park,
        register=_register(park),
        changes=tuple(change for change in detail.changes if change.valid_from <= as_of),
        figures=figures,
        goals=goals,
        newest=_newest(session, detail.park, figures, stated_in, tables) if stated_in else None,
        reports=_reports(detail, as_of),
        problems=(*_lagging(goals), *_unreported(detail.owed, as_of)),
        steps=steps,
        conditions=conditions(case),
        discharged=_discharged(situation),
        ledger=ledger_of(session, park, stated_in, tables, as_of),
    )


def _in_force(step: StepRow, as_of: date) -> bool:
    return step.dated <= as_of and (step.returned_on is None or step.returned_on > as_of)


def _register(park: Park) -> Register:
    unit = park.district
    return Register(
        short_name=park.short_name,
        operator=park.operator,
        host_park=park.host_park,
        address=park.address,
        boundary=park.boundary,
        government=units.government(unit),
        department=units.department(unit),
        fictional=unit.fictional,
    )


def _figures(found: Sequence[SourcedFigure], situation: Situation, known: Mapping[str, str]) -> tuple[Figure, ...]:
    order = list(BY_KEY)
    goals = {goal.key: goal for goal in situation.goals}
    figures = [
        _figure(
            replace(entry, uploaded_by=known.get(entry.uploaded_by, entry.uploaded_by)), situation,
            goals.get(entry.fact.key),
        )
        for entry in found
    ]  # fmt: skip
    return tuple(sorted(figures, key=lambda entry: (entry.period, order.index(entry.key))))


def _figure(found: SourcedFigure, situation: Situation, goal: GoalFact | None) -> Figure:
    fact, indicator = found.fact, BY_KEY[found.fact.key]
    sheet, cell = split_place(fact.where)
    source = Source(
        subject=indicator.label, period=span_told(fact.key, fact.period),
        value=f"{plain(fact.value)}{indicator.unit}{fact.kind.mark}",
        raw="" if fact.key in DERIVED else fact.raw, how=fact.raw if fact.key in DERIVED else "",
        file=fact.file, sheet=sheet, cell=cell, version=found.version, decided=fact.decided,
        path=figure_path(situation.park.code, fact.period, fact.key),
        origin=Origin(fact.period, found.version, fact.file, found.uploaded_by, found.uploaded_at),
    )  # fmt: skip
    verdict = pace(situation.park, goal, fact, situation.rulebook) if goal is not None else None
    return Figure(
        fact.key, fact.period, fact.value, fact.kind, fact.submission_id, source, verdict.expected if verdict else None
    )


def _goals(situation: Situation, figures: Sequence[Figure]) -> tuple[GoalResult, ...]:
    found = {one.goal.key: one for one in judgements(situation)}
    return tuple(_goal(situation, goal, figures, found.get(goal.key)) for goal in situation.goals)


def _goal(situation: Situation, goal: GoalFact, figures: Sequence[Figure], judged: Judgement | None) -> GoalResult:
    verdict = judged.pace if judged else None
    known = {figure.period: figure for figure in figures if figure.key == goal.key}
    done = verdict.value if verdict else None
    return GoalResult(
        goal=goal,
        source=_goal_source(situation.park, goal),
        figure=known[verdict.figure.period] if verdict else next(reversed(known.values()), None),
        completion=None if done is None else completion(done, goal.target),
        incremental=None if done is None else incremental_completion(done, goal.baseline, goal.target),
        verdict=verdict,
        basis=tuple(known[one.period] for one in verdict.sources) if verdict else (),
        judged=judged,
        judged_on=_judged_on(judged, figures),
    )


def _judged_on(judged: Judgement | None, figures: Sequence[Figure]) -> Figure | None:
    if judged is None:
        return None
    return next((one for one in figures if (one.key, one.period) == (judged.goal.key, judged.figure.period)), None)


def _goal_source(park: ParkFact, goal: GoalFact) -> Source:
    indicator = BY_KEY[goal.key]
    values = f"基期值{plain(goal.baseline)}{indicator.unit}，目标值{plain(goal.target)}{indicator.unit}"
    located = GOAL_PLACE.fullmatch(goal.source)
    file, sheet, cell = located.groups() if located else (goal.source, "", "")
    return Source(
        subject=f"{indicator.label}建设目标", period=f"基期{goal.baseline_on.year}年", value=values,
        how=f"依据：{goal.decision}" if goal.decision else "", file=file, sheet=sheet, cell=cell,
        path=goal_path(park.code, goal.key),
    )  # fmt: skip


def _newest(
    session: Session, park: ParkFact, figures: Sequence[Figure], stated_in: StatedIn, tables: Tables
) -> NewestReport:
    version = session.get_one(Submission, stated_in.submission_id)
    period, uploaded_by = stated_in.period, names(session).get(version.uploaded_by, version.uploaded_by)
    origin = Origin(period, version.no, version.file_name, uploaded_by, version.uploaded_at)
    headline = next((entry for entry in figures if (entry.key, entry.period) == ("revenue_cyber", period)), None)
    return report_rows.newest(park.code, origin, tables, headline)


def _discharged(situation: Situation) -> dict[ObligationKind, tuple[ActFact, ...]]:
    found: dict[ObligationKind, tuple[ActFact, ...]] = {}
    for owed in situation.obligations():
        act = situation.act(owed, ActKind.DISCHARGE)
        if act is not None:
            found[owed.kind] = (*found.get(owed.kind, ()), act)
    return found


def _reports(detail: ParkDetail, as_of: date) -> tuple[ReportRecord, ...]:
    letters = [letter for letter in detail.letters if letter.received_on <= as_of]
    return tuple(
        ReportRecord(
            owed, tuple(letter for letter in letters if letter.period == owed.period), standing(owed, as_of)
        )
        for owed in detail.owed
    )  # fmt: skip


def standing(owed: Owed, as_of: date) -> str:
    """How one report stands in the office's words: 审核通过, 已报, 迟报, 逾期未报…, 未到期; by which document it was
    put off, waived, or answered by a nil return."""
    waiver, nil, extension = (owed.act(kind) for kind in (ActKind.WAIVER, ActKind.NIL_RETURN, ActKind.EXTENSION))
    if waiver is not None:
        return f"免报（{waiver.number}）"
    if nil is not None:
        return f"{'迟报，' if owed.late else ''}零报告（{nil.number}）"
    later = f"，延期报送（{extension.number}）" if extension is not None else ""
    return f"{_received(owed, as_of)}{later}"


def _received(owed: Owed, as_of: date) -> str:
    """The same for what no document speaks of."""
    if owed.state is ReceiptState.COMPLETE:
        received = "迟报" if owed.late else "已报"
        accepted = owed.receipt is not None and owed.receipt.accepted_on is not None
        return f"{received}，审核通过" if accepted else f"{received}，待审核"
    if owed.overdue:
        detail = "" if owed.state is ReceiptState.NOTHING else f"（{owed.state.label}）"
        return f"逾期未报{detail}"
    if owed.provisional:
        return f"{owed.state.label}（截止日暂定）"
    return "未到期" if owed.period.end >= as_of else owed.state.label


def _lagging(goals: Sequence[GoalResult]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            f"{BY_KEY[entry.goal.key].label}进度滞后", entry.judged.light, entry.judged.sentence, DEFAULT_SOURCE,
            (entry.source, entry.judged_on.source), entry.judged_on, entry.goal.key,
        )
        for entry in goals
        if entry.judged and entry.judged_on and entry.judged.light in (Light.YELLOW, Light.RED)
    )  # fmt: skip


def _unreported(owed: Sequence[Owed], as_of: date) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            f"{entry.period.label}园区发展情况{standing(entry, as_of)}",
            Light.RED,
            "须补报数据和半年函",
            "五(二)",
            key=str(entry.period),
        )
        for entry in owed
        if entry.overdue
    )
