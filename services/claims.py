"""佐证清单: what a park states, what was put forward to prove it, and what nothing proves yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from db.queries.evidence import EvidenceRow, StatedIn, evidence_of, statement_of
from policy.access import Actor, Permission
from policy.evidence import Category, Claim, ClaimKey, ClaimKind, claims
from policy.indicators.catalogue import BY_KEY
from policy.terms import HalfYear, SubmissionState
from services.parks import find_park


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
        return tuple(claim for claim in self.claims if claim.key not in self.proofs)

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
        return key.subject

    def of(self, category: Category) -> tuple[EvidenceRow, ...]:
        return tuple(row for row in self.standing if row.category is category)


def ledger(session: Session, actor: Actor, park_code: str) -> Ledger:
    """The park's ledger, from its newest accepted report, else from the newest reported one.

    Whoever may not see reports sees accepted ones alone. Raises Unknown for a park outside the actor's scope.
    """
    actor.require(Permission.VIEW_EVIDENCE)
    park = find_park(session, actor.scope, park_code)
    states = [SubmissionState.ACCEPTED] + [SubmissionState.SUBMITTED] * actor.may(Permission.VIEW_REPORT)
    statement, stated_in = statement_of(session, park.id, *states)
    return Ledger(
        park.code, park.title, park.short_name, stated_in, claims(statement), evidence_of(session, park.id)
    )  # fmt: skip
