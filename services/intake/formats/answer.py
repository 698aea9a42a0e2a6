"""What a child says of its file, and how that goes over the connection: typed on both ends, whatever the child sent."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from services.intake.document import Document
from services.intake.formats.examined import Examined


@dataclass(slots=True)
class Answer:
    """One of: the document; the file with its problems marked, as its format and bytes; what the file is; or why
    nothing came of it, as code and message. `trace` is for the log.
    """

    document: Document | None = None
    marked: tuple[str, bytes] | None = None
    examined: Examined | None = None
    refused: tuple[str, str] | None = None
    trace: str = ""


encoded = msgspec.msgpack.Encoder().encode
decoded = msgspec.msgpack.Decoder(Answer).decode
"""Raises msgspec.MsgspecError on anything but an answer."""
