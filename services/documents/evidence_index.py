"""佐证资料目录 as a paper of its own, as it goes with 验收申请函: what is on record, and what was put forward."""

from __future__ import annotations

from services.documents import annexes
from services.documents.content import Document, PageNumbers
from services.documents.marks import banner
from services.dossiers import Dossier


def build(dossier: Dossier) -> Document:
    return Document(
        title=(dossier.park.title, "佐证资料目录"),
        blocks=annexes.evidence("", dossier).blocks,
        dated=dossier.as_of,
        page_numbers=PageNumbers.CENTRED,
        banner=banner(dossier),
    )
