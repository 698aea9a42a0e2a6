"""What is put forward for a statement, and the way to it."""

from __future__ import annotations

from dash import html

from dashboard.components.figure import counted
from dashboard.markup import Node
from policy.evidence import Claim, ClaimKey, claim_path
from services.claims import Ledger


def proof(ledger: Ledger, key: ClaimKey) -> Node:
    """2件, 已存档 or 缺少佐证, leading to the statement and its papers; a dash for what is not stated."""
    claim = ledger.claim(key)
    return "—" if claim is None else counted(proven(ledger, claim), claim_path(ledger.code, key))


def proven(ledger: Ledger, claim: Claim) -> Node:
    """In a word."""
    papers = len(ledger.proofs.get(claim.key, ()))
    if papers:
        return f"{papers}件"
    return "已存档" if claim.filed else html.Span("缺少佐证", className="muted")


def proof_of(ledger: Ledger, claims: tuple[Claim, ...]) -> Node:
    """Of several statements together: how many are proven, leading to the first that is not."""
    if not claims:
        return "—"
    if len(claims) == 1:
        return proof(ledger, claims[0].key)
    open_ones = [claim for claim in claims if not ledger.is_proven(claim)]
    first = (open_ones or claims)[0]
    word = f"{len(claims) - len(open_ones)}项有佐证，共{len(claims)}项"
    return counted(word, claim_path(ledger.code, first.key))
