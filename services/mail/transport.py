"""The transports the settings name: SMTP, or an .eml file in a folder."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from services.mail.delivery import Fault, HandingOver, Line, Transport, Undelivered
from services.mail.message import Letter, build
from services.mail.smtp import SmtpTransport
from settings import ROOT, Settings

PORTS = {"smtp": 587, "smtps": 465}
UNFIT_FOR_A_NAME = re.compile(r"[^A-Za-z0-9.+_-]")


@dataclass(frozen=True, slots=True)
class FileTransport:
    """One .eml file a mail, named by its key: written again, it is the same file."""

    folder: Path
    sender: str

    @contextmanager
    def opened(self) -> Iterator[Line]:
        yield self

    def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
        """Nothing is handed over: a file that was begun is no mail."""
        try:
            content = build(letter, self.sender)
        except ValueError as error:
            raise Undelivered(f"邮件无法生成：{error}", Fault.NEVER) from error
        try:
            self._write(UNFIT_FOR_A_NAME.sub("_", letter.key) + ".eml", content)
        except OSError as error:
            raise Undelivered(f"无法写入邮件目录 {self.folder}：{error.strerror}", Fault.SERVER) from error

    def _write(self, name: str, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self.folder / name)


def open_transport(settings: Settings) -> Transport:
    """The transport PARKWATCH_MAIL_URL names. Connects nowhere yet."""
    if settings.mail_url.startswith("file:"):
        return FileTransport(ROOT / settings.mail_url.removeprefix("file:"), settings.mail_from)
    parts = urlsplit(settings.mail_url)
    return SmtpTransport(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        sender=settings.mail_from,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=parts.scheme == "smtps",
        starttls=parse_qs(parts.query).get("starttls", ["require"])[-1] == "require",
    )
