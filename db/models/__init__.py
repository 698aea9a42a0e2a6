"""One module a noun. Importing this package registers every table on `Base.metadata`."""

from db.models.acceptance import AcceptanceStep, Objection, Plaque
from db.models.account import Account
from db.models.alert import Alert, AlertFeedback, AlertPause, PhoneCall, PressProposal
from db.models.audit import AuditEntry, AuditHead
from db.models.calendar_token import CalendarToken
from db.models.contact import Contact, Handover
from db.models.correction import Correction, CorrectionLine
from db.models.definition import IndicatorDefinition
from db.models.dossier import DossierBasis, DossierText
from db.models.evaluation import EvaluationFreeze, EvaluationMark, EvaluationSystem, OfficeCycle
from db.models.evidence import Evidence, EvidenceLink
from db.models.file import StoredFile
from db.models.firm_page import FirmPage
from db.models.goal import Goal
from db.models.issued import IssuedDocument, IssuedFigure
from db.models.letter import Letter, LetterPark
from db.models.obligation import Obligation, ObligationAct, PlanTask, ProgressReport, ReportingRound
from db.models.outbox import OutboxItem, OutboxMail
from db.models.outlook import ForecastFit, Outlook
from db.models.panel import (
    Expert,
    ExpertTie,
    Panel,
    PanelConclusion,
    PanelMember,
    PanelRecord,
    ScoreSheet,
)
from db.models.park import Park, ParkChange
from db.models.rulebook import CalendarDay, CalendarYear, RulebookEntry, RulebookVersion
from db.models.schedule import JobRun, Lease, ParkMark, ParkWatch, SweepMark
from db.models.snapshot import DataVersion, ParkSnapshot
from db.models.submission import (
    CellDecision,
    FindingExplanation,
    Review,
    ReviewComment,
    Submission,
    SubmissionFinding,
    SubmissionReading,
)
from db.models.unit import Unit, UnitAlias, UnitSuccession
from db.models.visit import Rectification, RectificationNote, SiteVisit, VisitedFirm
from db.models.withheld import WithheldFile

__all__ = [
    "AcceptanceStep",
    "Account",
    "Alert",
    "AlertFeedback",
    "AlertPause",
    "AuditEntry",
    "AuditHead",
    "CalendarDay",
    "CalendarToken",
    "CalendarYear",
    "CellDecision",
    "Contact",
    "Correction",
    "CorrectionLine",
    "DataVersion",
    "DossierBasis",
    "DossierText",
    "EvaluationFreeze",
    "EvaluationMark",
    "EvaluationSystem",
    "Evidence",
    "EvidenceLink",
    "Expert",
    "ExpertTie",
    "FindingExplanation",
    "FirmPage",
    "ForecastFit",
    "Goal",
    "Handover",
    "IndicatorDefinition",
    "IssuedDocument",
    "IssuedFigure",
    "JobRun",
    "Lease",
    "Letter",
    "LetterPark",
    "Objection",
    "Obligation",
    "ObligationAct",
    "OfficeCycle",
    "OutboxItem",
    "OutboxMail",
    "Outlook",
    "Panel",
    "PanelConclusion",
    "PanelMember",
    "PanelRecord",
    "Park",
    "ParkChange",
    "ParkMark",
    "ParkSnapshot",
    "ParkWatch",
    "PhoneCall",
    "PlanTask",
    "Plaque",
    "PressProposal",
    "ProgressReport",
    "Rectification",
    "RectificationNote",
    "ReportingRound",
    "Review",
    "ReviewComment",
    "RulebookEntry",
    "RulebookVersion",
    "ScoreSheet",
    "SiteVisit",
    "StoredFile",
    "Submission",
    "SubmissionFinding",
    "SubmissionReading",
    "SweepMark",
    "Unit",
    "UnitAlias",
    "UnitSuccession",
    "VisitedFirm",
    "WithheldFile",
]
