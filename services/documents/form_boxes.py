"""Boxes of the 申报表: labels, what was filled in beside or beneath them, 无 and what is still to be filled in."""

from __future__ import annotations

from typing import TypeAlias

from policy.tables import FORM_LABELS
from services.documents.content import Align, Box, text
from services.documents.marks import TO_FILL
from services.form_papers import FormPaper

Row: TypeAlias = tuple[Box, ...]
SHORT_LINE = 30
"""Characters; longer answers stand flush left."""


def filled(paper: FormPaper, key: str, column: str = "current") -> str:
    """What the form says, 无 where it declares nothing, （待填写） where nothing is known."""
    return paper.facts.get((key, column), TO_FILL)


def label(words: str, columns: int = 1, rows: int = 1) -> Box:
    return Box(text(words), columns, rows)


def section(words: str, columns: int) -> Row:
    return (Box(text(words), columns, align=Align.LEFT),)


def passage(paper: FormPaper, key: str, columns: int) -> Row:
    """An answer in running words, over the whole width."""
    return (Box(text(filled(paper, key)), columns, align=Align.LEFT),)


def line(paper: FormPaper, *answers: tuple[str, int]) -> Row:
    """Labels of three columns (a long one four), each with its answer at its right over as many columns as said."""
    boxes: list[Box] = []
    for key, columns in answers:
        said = filled(paper, key)
        side = Align.LEFT if len(said) > SHORT_LINE else Align.CENTRE
        words = FORM_LABELS[key]
        boxes += (label(words, 4 if len(words) > 4 else 3), Box(text(said), columns, align=side))
    return tuple(boxes)
