"""The tables of facts the alert rules look at, and how a row of each knows its park: the one list of them.

Whoever writes a row of theirs marks its park (`db.watch`), and a full sweep reads every one of them anew
(`db.fingerprint`).
"""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from db.base import Base
from db.models import (
    AcceptanceStep,
    AlertFeedback,
    AlertPause,
    CalendarDay,
    CalendarYear,
    CellDecision,
    Contact,
    Evidence,
    EvidenceLink,
    Goal,
    Handover,
    IndicatorDefinition,
    Letter,
    LetterPark,
    Obligation,
    ObligationAct,
    Panel,
    PanelConclusion,
    PanelMember,
    ParkChange,
    PhoneCall,
    PlanTask,
    ProgressReport,
    Rectification,
    ReportingRound,
    Review,
    RulebookEntry,
    RulebookVersion,
    ScoreSheet,
    Submission,
    SubmissionReading,
    Unit,
    UnitSuccession,
)

OF_A_PARK = (
    AcceptanceStep, AlertFeedback, AlertPause, Evidence, Goal, LetterPark, Obligation, Panel, ParkChange, PhoneCall,
    PlanTask, ProgressReport, Rectification, Submission,
)  # fmt: skip
"""Beside the park's own row: those that name it (`park_id`)."""
OF_A_UNIT = (Contact, Handover)
"""Those that name a unit (`unit_id`), whose people are told of its parks."""
OF_ALL = (
    CalendarDay, CalendarYear, IndicatorDefinition, ReportingRound, RulebookEntry, RulebookVersion, Unit,
    UnitSuccession,
)  # fmt: skip
"""What may touch any park."""
THROUGH: dict[type[Base], tuple[InstrumentedAttribute[int], InstrumentedAttribute[int], Select[int | None]]] = {
    Review: (Review.submission_id, Submission.id, select(Submission.park_id)),
    CellDecision: (
        CellDecision.reading_id, SubmissionReading.id,
        select(Submission.park_id).join(SubmissionReading, SubmissionReading.submission_id == Submission.id),
    ),
    EvidenceLink: (EvidenceLink.evidence_id, Evidence.id, select(Evidence.park_id)),
    ObligationAct: (ObligationAct.obligation_id, Obligation.id, select(Obligation.park_id)),
    PanelMember: (PanelMember.panel_id, Panel.id, select(Panel.park_id)),
    PanelConclusion: (PanelConclusion.panel_id, Panel.id, select(Panel.park_id)),
    ScoreSheet: (
        ScoreSheet.member_id, PanelMember.id,
        select(Panel.park_id).join(PanelMember, PanelMember.panel_id == Panel.id),
    ),
    Letter: (Letter.id, LetterPark.letter_id, select(LetterPark.park_id)),
}  # fmt: skip
"""Those that know their park by another row: by which column, what it names, and the park of that."""
