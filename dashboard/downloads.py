"""Files handed to the browser: always to be saved, never opened in it."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from flask import Response, abort, send_file

from dashboard.page import current_platform
from services.documents import catalogue
from services.documents.content import Document

PRINTED = ("docx", "pdf")
"""What a document may be downloaded as."""
MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
}
AS_RECEIVED = "application/octet-stream"


def attachment(data: bytes | BinaryIO, name: str, file_format: str | None = None) -> Response:
    """`file_format`: of a file made here; None for one as it was received, which no browser is told to know."""
    stream = BytesIO(data) if isinstance(data, bytes) else data
    return send_file(stream, MIME[file_format] if file_format else AS_RECEIVED, as_attachment=True, download_name=name)


def printed(document: Document, file_format: str) -> Response:
    """A composed document, rendered after the database is let go; 404 for a format there is none in."""
    if file_format not in PRINTED:
        abort(404)
    settings = current_platform().settings
    file = catalogue.render(document, file_format, settings.public_url, settings.letterhead)
    return attachment(file.data, file.name, file_format)
