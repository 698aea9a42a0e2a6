"""What people wrote, as a document prints it: a line a paragraph, figures in the place of their references.

A reference that stands for no figure is printed as such, and says why the document is still 草稿.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.outlines import Outline
from policy.references import GoalValue, Reference, Unknown, references, split
from services.documents.content import Paragraph, Text, text
from services.documents.marks import TO_FILL
from services.documents.sources import SourceIndex
from services.dossiers import Dossier, Figure

Tell = Callable[[Reference], Text]
"""A referenced figure as the document prints it, with its source mark; empty where no such figure is known."""

Texts = Mapping[str, str]
"""What was written, by section."""


def from_dossier(dossier: Dossier, index: SourceIndex) -> Tell:
    """Accepted figures and goals, each with its mark into 数据来源."""

    def tell(reference: Reference) -> Text:
        if isinstance(reference.of, GoalValue):
            return _goal_value(dossier, index, reference.key, reference.of)
        figure = dossier.figure(reference.key, reference.of)
        return index.figure(figure) if figure is not None else ()

    return tell


def known_to(dossier: Dossier) -> Tell:
    """The same only to see what is known: it marks nothing in the document's own 数据来源."""
    return from_dossier(dossier, SourceIndex())


def from_values(values: Mapping[str, str]) -> Tell:
    """Figures by their codes, for a letter that prints no marks."""
    return lambda reference: text(values.get(reference.code, ""))


def _goal_value(dossier: Dossier, index: SourceIndex, key: str, of: GoalValue) -> Text:
    entry = next((entry for entry in dossier.goals if entry.goal.key == key), None)
    if entry is None:
        return ()
    value = entry.goal.target if of is GoalValue.TARGET else entry.goal.baseline
    return text(f"{plain(value)}{BY_KEY[key].unit}", index.cite(entry.source))


def paragraphs(written: str, tell: Tell, lead: str = "") -> tuple[Paragraph, ...]:
    """The lines of a text, `lead` before the first; what was not written is to be filled in."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    if not lines:
        return (Paragraph(text(lead, TO_FILL)),)
    return tuple(
        Paragraph(text(lead if not number else "", *_told(line, tell))) for number, line in enumerate(lines)
    )  # fmt: skip


def phrase(written: str, tell: Tell) -> Text:
    """The same in the middle of a sentence: lines run on, no full stop at the end; TO_FILL for nothing."""
    lines = "".join(line.strip() for line in written.splitlines()).rstrip("。；;")
    return _told(lines, tell) if lines else text(TO_FILL)


def _told(line: str, tell: Tell) -> Text:
    parts: list[Text] = []
    for part in split(line):
        if isinstance(part, str):
            parts.append(text(part))
        else:
            known = tell(part) if isinstance(part, Reference) else ()
            parts.append(known or text(f"（待核对：{part.words.strip('【】')}）"))
    return tuple(piece for part in parts for piece in part)


def quoted(dossier: Dossier, texts: Texts) -> tuple[Figure, ...]:
    """The accepted figures the texts quote, each once."""
    found = {one.code: one for written in texts.values() for one in references(written) if isinstance(one, Reference)}
    figures = (dossier.figure(one.key, one.of) for one in found.values() if not isinstance(one.of, GoalValue))
    return tuple(figure for figure in figures if figure is not None)


def lacking(outline: Outline, texts: Texts, tell: Tell) -> tuple[str, ...]:
    """Why a document can only be a 草稿: what its texts quote and nobody has accepted."""
    headings = {section.key: section.heading for section in outline.sections}
    return tuple(
        f"“{headings.get(section) or _kind(section)}”引用的{one.words}没有对应的数据"
        for section, written in texts.items()
        for one in _each_once(written)
        if isinstance(one, Unknown) or not tell(one)
    )


def _kind(section: str) -> str:
    return "组织与政策保障" if section.startswith("duty.") else "问题与整改"


def _each_once(written: str) -> Iterable[Reference | Unknown]:
    return dict.fromkeys(references(written))
