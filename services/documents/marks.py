"""What stands over every page: the demonstration's banner, 代拟稿, 草稿; and the words for what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.documents.content import Paragraph, StatedFigure, text
from services.dossiers import Dossier, Figure

DEMONSTRATION = "演示数据，纯属虚构"
ON_BEHALF = "代拟稿"
DRAFT = "草稿"

TO_FILL = "（待填写）"
NONE = Paragraph(text("无。"))
FILL = Paragraph(text(TO_FILL))
NOT_ACCEPTED = Paragraph(text("尚无审核通过的数据。"))


def banner(dossier: Dossier) -> str:
    return DEMONSTRATION if dossier.register.fictional else ""


def stated(figures: Iterable[Figure | None]) -> tuple[StatedFigure, ...]:
    """What the document must answer for when a figure is corrected later."""
    return tuple(StatedFigure(one.submission_id, one.key, one.period, one.value) for one in figures if one is not None)


def draft_marks(lacking: Sequence[str]) -> tuple[str, ...]:
    """Every generated paper is 代拟稿 until the office numbers and seals it; 草稿 while something lacks."""
    return (ON_BEHALF, DRAFT) if lacking else (ON_BEHALF,)
