"""Runs of a paragraph in Word: text, marks that lead to their source, links into the application."""

from __future__ import annotations

from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.text.paragraph import Paragraph as WordParagraph

from services.documents import docx_styles
from services.documents.content import Link, Ref, Text
from services.documents.typography import Face

HYPERLINK = RELATIONSHIP_TYPE.HYPERLINK


def add_runs(paragraph: WordParagraph, content: Text, face: Face, site: str = "") -> None:
    """The parts one after another; a mark leads to its entry, a link into the application where `site` is known."""
    for part in content:
        run = paragraph.add_run(_shown(part, site))
        docx_styles.set_face(run._r.get_or_add_rPr(), face)
        if isinstance(part, Ref):
            run.font.superscript = True
            _around(run, **{"w:anchor": bookmark_name(f"source-{part.number}")})
        elif isinstance(part, Link) and site:
            _around(run, **{"r:id": paragraph.part.relate_to(site + part.path, HYPERLINK, is_external=True)})


def _shown(part: str | Ref | Link, site: str) -> str:
    if isinstance(part, Ref):
        return f"[{part.number}]"
    return part.shown(site) if isinstance(part, Link) else part


def _around(run: Any, **target: str) -> None:
    """Make a link of the run."""
    link = OxmlElement("w:hyperlink")
    for name, value in target.items():
        link.set(qn(name), value)
    run._r.addprevious(link)
    link.append(run._r)


def bookmark_name(anchor: str) -> str:
    return anchor.replace("-", "_")
