"""What 评分表 and 专家组评审意见 are printed from, and what the page of the marks shows: one reading for both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from db.models import Panel
from db.queries.evaluations import SystemRow, system_of
from db.queries.evidence import EvidenceRow, evidence_of
from db.queries.scores import PanelScores, scores_of
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.evaluation.score import Score
from policy.evaluation.sheet import Sheet, sheet
from policy.scoring import Spread, scored_items, spreads
from services import clock, evaluations, score_sheets
from services.parks import find_park


@dataclass(frozen=True, slots=True)
class ScorePaper:
    """A park's scoring on a day.

    `system`: by which it is scored, None while none is in force; `score`: as it stands; `scores`: what the panel gave,
    None without one, and of an expert their own sheets alone; `closed_on`: the day of the conclusion after which no
    sheet comes in or changes; `evidence`: what may be cited by its number; `limit`: from which share of the full mark
    on two experts are far apart.
    """

    as_of: date
    park_code: str
    park_title: str
    operator: str
    district: str
    fictional: bool
    system: SystemRow | None
    score: Score | None
    scores: PanelScores | None
    closed_on: date | None
    evidence: tuple[EvidenceRow, ...]
    limit: Decimal

    @property
    def sheet(self) -> Sheet | None:
        return sheet(self.score) if self.score is not None else None

    @property
    def spreads(self) -> tuple[Spread, ...]:
        if self.system is None or self.scores is None:
            return ()
        return spreads(self.system.system, self.scores.given, self.limit)

    @property
    def asked(self) -> bool:
        """Whether the system asks experts for anything."""
        return self.system is not None and bool(scored_items(self.system.system))


def paper(session: Session, actor: Actor, park_code: str, as_of: date) -> ScorePaper:
    """As of the end of the day. Who may not enter scores sees of the panel what they gave themselves, nothing else.

    Raises Unknown for a park outside the actor's scope.
    """
    actor.require(Permission.VIEW_PANEL)
    park = find_park(session, actor.scope, park_code)
    scores = scores_of(session, park.id, as_of)
    system = scores.system if scores is not None else system_of(session, as_of)
    return ScorePaper(
        as_of=as_of,
        park_code=park.code,
        park_title=park.title,
        operator=park.operator,
        district=park.district.name,
        fictional=park.district.fictional,
        system=system,
        score=evaluations.score(session, actor, park.code, as_of, system.id) if system else None,
        closed_on=_closed_on(session, scores) if scores is not None else None,
        scores=scores if scores is None or actor.may(Permission.ENTER_SCORES) else _own(scores, actor),
        evidence=tuple(row for row in reversed(evidence_of(session, park.id)) if _stands(row, as_of)),
        limit=rulebook(session).share("score_spread", as_of),
    )


def _closed_on(session: Session, scores: PanelScores) -> date | None:
    done = score_sheets.closed(session, session.get_one(Panel, scores.panel.id))
    return done.signed_on if done is not None else None


def _own(scores: PanelScores, actor: Actor) -> PanelScores:
    """Marks are given independently: nobody sees what the others gave."""
    mine = tuple(one for one in scores.members if one.member.account == actor.account)
    return replace(scores, members=mine, stepped_back=(), conclusions=())


def _stands(row: EvidenceRow, as_of: date) -> bool:
    return row.withdrawal is None and clock.civil(row.uploaded_at).date() <= as_of
