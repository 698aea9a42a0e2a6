"""One module a noun. Importing this package registers every table on `Base.metadata`."""

from db.models.account import Account
from db.models.alert import Alert
from db.models.audit import AuditEntry, AuditHead
from db.models.contact import Contact
from db.models.correction import Correction, CorrectionLine
from db.models.evidence import Evidence, EvidenceLink
from db.models.file import StoredFile
from db.models.firm_page import FirmPage
from db.models.goal import Goal
from db.models.issued import IssuedDocument, IssuedFigure
from db.models.letter import Letter, LetterPark
from db.models.obligation import Obligation
from db.models.outbox import OutboxItem, OutboxMail
from db.models.park import AcceptanceStep, Park, ParkChange
from db.models.schedule import JobRun, Lease
from db.models.snapshot import ParkSnapshot
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
from db.models.withheld import WithheldFile

__all__ = [
    "AcceptanceStep",
    "Account",
    "Alert",
    "AuditEntry",
    "AuditHead",
    "CellDecision",
    "Contact",
    "Correction",
    "CorrectionLine",
    "Evidence",
    "EvidenceLink",
    "FindingExplanation",
    "FirmPage",
    "Goal",
    "IssuedDocument",
    "IssuedFigure",
    "JobRun",
    "Lease",
    "Letter",
    "LetterPark",
    "Obligation",
    "OutboxItem",
    "OutboxMail",
    "Park",
    "ParkChange",
    "ParkSnapshot",
    "Review",
    "ReviewComment",
    "StoredFile",
    "Submission",
    "SubmissionFinding",
    "SubmissionReading",
    "Unit",
    "UnitAlias",
    "UnitSuccession",
    "WithheldFile",
]
