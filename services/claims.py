"""佐证清单: what a park states, what was put forward to prove it, and what nothing proves yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from db import facts
from db.models import Park, Submission
from db.queries.dossiers import report_tables
from db.queries.evidence import EvidenceRow, StatedIn, Tables, evidence_of, newest_stated, statement_of
from policy.access import Actor, Permission
from policy.alerts.indicators import SETTLED
from policy.evidence import ASKED_FOR, SPOKEN, Category, Claim, ClaimKey, ClaimKind, claims
from policy.facts import UnprovenFact
from policy.indicators.catalogue import BY_KEY
from policy.provenance import figure_path
from policy.situation import Situation
from policy.terms import HalfYear, SubmissionState
from policy.workflow import StepKind, step
from services import clock
from services.parks import find_park

PLACES = {ClaimKind.LETTER: "letters", ClaimKind.STEP: "steps"}
"""Where on a park's page stands what is registered of such things."""


@dataclass(frozen=True)
class Ledger:
    """`stated_in`: the report the statements were read from; without one only the register speaks.

    `evidence`: the newest first, withdrawn ones included.
    """

    code: str
    title: str
    short_name: str
    stated_in: StatedIn | None
    claims: tuple[Claim, ...]
    evidence: tuple[EvidenceRow, ...]

    @property
    def stated_from(self) -> str:
        """Which version speaks, in words."""
        found = self.stated_in
        if found is None:
            return "尚无已报送的报告，只列登记资料和通知要求的材料"
        return f"所述内容取自{found.period.label}{found.version.label}（{found.state.label}）"

    @cached_property
    def standing(self) -> tuple[EvidenceRow, ...]:
        return tuple(row for row in self.evidence if row.withdrawal is None)

    @cached_property
    def withdrawn(self) -> tuple[EvidenceRow, ...]:
        return tuple(row for row in self.evidence if row.withdrawal is not None)

    @cached_property
    def proofs(self) -> Mapping[ClaimKey, tuple[EvidenceRow, ...]]:
        """What was put forward for each statement that has anything."""
        found: dict[ClaimKey, list[EvidenceRow]] = {}
        for row in self.standing:
            for key in row.links:
                found.setdefault(key, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def unproven(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if not self.is_proven(claim))

    def is_proven(self, claim: Claim) -> bool:
        return claim.filed or claim.key in self.proofs

    def path(self, claim: Claim) -> str:
        """Where what is stated stands: the 数据来源 of its cell or row, else the park's register."""
        if claim.source and self.stated_in is not None:
            return figure_path(self.code, self.stated_in.period, claim.source, self.stated_in.version)
        place = PLACES.get(claim.key.kind, "about")
        return f"/parks/{self.code}#{place}" if claim.stated != ASKED_FOR else ""

    def about(self, kind: ClaimKind) -> tuple[Claim, ...]:
        return tuple(claim for claim in self.claims if claim.key.kind is kind)

    def under(self, condition: str) -> tuple[Claim, ...]:
        """What an acceptance condition rests on, by its key."""
        return tuple(claim for claim in self.claims if claim.condition == condition)

    @cached_property
    def _by_key(self) -> Mapping[ClaimKey, Claim]:
        return {claim.key: claim for claim in self.claims}

    def claim(self, key: ClaimKey) -> Claim | None:
        """None for what the newest report no longer states."""
        return self._by_key.get(key)

    def told(self, key: ClaimKey) -> str:
        """What a paper proves, in words, also when the newest report no longer states it."""
        claim = self.claim(key)
        if claim is not None:
            return claim.label
        if key.kind is ClaimKind.INDICATOR:
            indicator, _, period = key.subject.partition("/")
            return f"{HalfYear.parse(period).label}{BY_KEY[indicator].label}"
        if key.kind is ClaimKind.STEP:
            return step(StepKind(key.subject)).paper
        return key.subject

    def of(self, category: Category) -> tuple[EvidenceRow, ...]:
        return tuple(row for row in self.standing if row.category is category)


def ledger(session: Session, actor: Actor, park_code: str, *, rows: bool = True) -> Ledger:
    """The park's ledger, from its newest accepted report, else from the newest reported one.

    `rows`: with what the report's tables state; reading a long roster takes its time. Whoever may not see reports
    sees accepted ones alone. Raises Unknown for a park outside the actor's scope.
    """
    actor.require(Permission.VIEW_EVIDENCE)
    park = find_park(session, actor.scope, park_code)
    states = [SubmissionState.ACCEPTED] + [SubmissionState.SUBMITTED] * actor.may(Permission.VIEW_REPORT)
    stated_in = newest_stated(session, park.id, *states)
    tables = report_tables(session, stated_in.submission_id) if stated_in and rows else {}
    return ledger_of(session, park, stated_in, tables, clock.today())


def ledger_of(session: Session, park: Park, stated_in: StatedIn | None, tables: Tables, as_of: date) -> Ledger:
    """The ledger by one version and its tables, with the papers put forward by the end of `as_of`."""
    stated = claims(statement_of(session, park.id, stated_in, tables, as_of))
    papers = tuple(row for row in evidence_of(session, park.id) if clock.civil(row.uploaded_at).date() <= as_of)
    return Ledger(park.code, park.title, park.short_name, stated_in, stated, papers)


def newest_accepted(session: Session, park_id: int, as_of: date) -> StatedIn | None:
    """The newest report accepted by the end of `as_of`: what a ledger is made from."""
    accepted = facts.accepted_versions(session, park_id, as_of)
    if not accepted:
        return None
    period = max(accepted)
    row = session.get_one(Submission, accepted[period])
    return StatedIn(row.id, period, row.no, SubmissionState.ACCEPTED)


def lacking(session: Session, park: Park, as_of: date) -> int:
    """How many statements and papers asked for nothing proves on a day, counted as the park's own page does."""
    stated_in = newest_accepted(session, park.id, as_of)
    tables = report_tables(session, stated_in.submission_id, SPOKEN) if stated_in else {}
    return len(ledger_of(session, park, stated_in, tables, as_of).unproven)


def unproven(session: Session, park: Park, situation: Situation) -> UnprovenFact | None:
    """How many statements of the newest accepted report, and of the register, nothing proves on the situation's day.

    What the notice asks of every park without its being stated does not count. None while the time to bring proofs
    runs (`evidence_days`), for the tables are read only after it; and once the park has passed.
    """
    accepted = {period: one.accepted_on for period, one in situation.receipts.items() if one.accepted_on is not None}
    period = max(accepted, default=None)
    if period is None or situation.park.stage in SETTLED:
        return None
    since = accepted[period]
    if situation.as_of <= since + timedelta(days=situation.rulebook.whole("evidence_days", since)):
        return None
    row = session.get_one(Submission, facts.accepted_versions(session, park.id, situation.as_of)[period])
    stated_in = StatedIn(row.id, period, row.no, SubmissionState.ACCEPTED)
    found = ledger_of(session, park, stated_in, report_tables(session, row.id, SPOKEN), situation.as_of)
    return UnprovenFact(period, sum(claim.stated != ASKED_FOR for claim in found.unproven), since)
