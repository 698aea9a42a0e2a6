"""What a document was drawn up from, and a code of all it says: the same for every kind, from the content alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Submission
from db.rulebook_facts import rulebook
from policy.data_code import text_code
from services.documents.content import Document, Imprint


def imprinted(session: Session, document: Document) -> Document:
    """The document with the versions it rests on; a sealed paper keeps the 校验码 of its data as its only code."""
    code = "" if document.data_code else content_code(document)
    return replace(
        document, imprint=Imprint(_data(session, document), rulebook(session).version, document.evaluation, code)
    )


def content_code(document: Document) -> str:
    """Every word, figure and stroke of it counts; where the application is reached does not."""
    said = asdict(replace(document, site="", imprint=None))
    return text_code(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str))


def _data(session: Session, document: Document) -> str:
    """The version of the newest half-year stated; of several parks how many versions."""
    if not document.figures:
        return ""
    newest = max(figure.period for figure in document.figures)
    versions = {figure.submission_id for figure in document.figures if figure.period == newest}
    if len(versions) > 1:
        return f"{newest.label}{len(versions)}份"
    row = session.scalars(select(Submission).where(Submission.id.in_(versions))).one()
    return f"{newest.label}{row.no.label}"
