"""Every document the house can write: one entry a kind. A new document is its module and one entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from policy.access import Actor, Permission
from policy.refusal import Unknown
from services import assessments
from services.documents import acceptance_letter, self_assessment
from services.documents.content import Document
from services.documents.to_docx import render_docx
from services.documents.to_html import render_html
from services.documents.to_pdf import render_pdf
from services.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` is the word for it on screen; whoever may see `permission` may have the document."""

    key: str
    label: str
    permission: Permission
    build: Callable[[Dossier], Document]


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("self-assessment", "自评报告", Permission.VIEW_SELF_ASSESSMENT, self_assessment.build),
        Kind("acceptance-letter", "验收申请函", Permission.VIEW_ACCEPTANCE, acceptance_letter.build),
    )
}
FORMATS: Mapping[str, Callable[[Document], bytes]] = {
    "docx": render_docx,
    "pdf": render_pdf,
    "html": lambda document: render_html(document).encode(),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file to hand out; `marks` are 代拟稿 and, while something `lacks`, 草稿."""

    name: str
    data: bytes
    title: str
    marks: tuple[str, ...]
    lacking: tuple[str, ...]


def compose(session: Session, actor: Actor, kind: str, park_code: str, as_of: date) -> Document:
    """The content of one document about one park, from what was accepted by the end of `as_of`.

    Raises AccessDenied without the kind's permission, Unknown for a kind or park that is not known.
    """
    if kind not in KINDS:
        raise Unknown(f"没有“{kind}”这种文件，可用：{'、'.join(KINDS)}")
    actor.require(KINDS[kind].permission)
    return KINDS[kind].build(assessments.dossier(session, actor.scope, park_code, as_of))


def render(document: Document, file_format: str) -> Rendered:
    """The document as a file; raises Unknown for a format that is not known."""
    if file_format not in FORMATS:
        raise Unknown(f"没有“{file_format}”这种格式，可用：{'、'.join(FORMATS)}")
    mark = "·".join(document.marks)
    name = f"{document.name}（{mark}）.{file_format}"
    return Rendered(name, FORMATS[file_format](document), document.name, document.marks, document.lacking)
