"""How a mail leaves the house: over SMTP with TLS, or as an .eml file in a folder."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from services.mail.message import KEY_HEADER
from settings import ROOT, Settings

TIMEOUT = 30  # seconds without a word from the server
PORTS = {"smtp": 587, "smtps": 465}

UNFIT_FOR_A_NAME = re.compile(r"[^A-Za-z0-9.+_-]")

HandingOver = Callable[[], None]


class Undelivered(Exception):
    """The mail certainly did not go out. `permanent`: this mail never will; `server`: no mail would now."""

    def __init__(self, reason: str, *, permanent: bool = False, server: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.server = server


class Unanswered(Exception):
    """The text was handed over and the answer stayed out: the mail may have gone out or not."""


class Transport(Protocol):
    def deliver(self, message: EmailMessage, recipient: str, handing_over: HandingOver) -> None:
        """Returns when the mail is accepted; raises Undelivered or Unanswered.

        `handing_over` is called right before a failure could no longer be told from a delivery; when it
        raises, nothing is handed over.
        """


@dataclass(frozen=True, slots=True)
class FileTransport:
    """One .eml file a mail, named by its key: written again, it is the same file."""

    folder: Path

    def deliver(self, message: EmailMessage, recipient: str, handing_over: HandingOver) -> None:
        target = self.folder / (UNFIT_FOR_A_NAME.sub("_", message[KEY_HEADER]) + ".eml")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except OSError as error:
            raise Undelivered(f"无法写入邮件目录 {self.folder}：{error.strerror}", server=True) from error


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """One connection a mail, encrypted and with a checked certificate; in the clear only to this machine."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    implicit_tls: bool = False
    starttls: bool = True
    timeout: float = TIMEOUT

    def deliver(self, message: EmailMessage, recipient: str, handing_over: HandingOver) -> None:
        with self._connected() as server:
            self._address(server, recipient)
            handing_over()
            self._hand_over(server, message.as_bytes())

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A greeted, encrypted, logged-in connection; raises Undelivered(server=True) when it cannot be had."""
        server = self._connect()
        try:
            try:
                self._secure(server)
            except smtplib.SMTPNotSupportedError as error:
                raise Undelivered(f"邮件服务器 {self.host} 不支持所要求的方式：{error}", server=True) from error
            except (OSError, smtplib.SMTPException) as error:
                raise Undelivered(self._trouble(error), server=True) from error
            yield server
            # The mail is delivered by now, whatever becomes of the goodbye.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        # The name given in EHLO is the sender's domain: asking the resolver for our own may take long.
        name = self.sender.rpartition("@")[2]
        try:
            if self.implicit_tls:
                context = ssl.create_default_context()
                return smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.timeout, context=context)
            return smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(self._trouble(error), server=True) from error

    def _secure(self, server: smtplib.SMTP) -> None:
        if self.starttls and not self.implicit_tls:
            # Raises SMTPNotSupportedError when it is not offered: never without encryption.
            code, answer = server.starttls(context=ssl.create_default_context())
            if code != 220:
                raise smtplib.SMTPResponseException(code, answer)
        if self.username:
            server.login(self.username, self.password)

    def _trouble(self, error: Exception) -> str:
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"邮件服务器 {self.host} 的证书未通过校验（{error.verify_message}）；"
                "证书由本单位签发的，请把签发机构的证书文件写入环境变量 SSL_CERT_FILE"
            )
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"邮件服务器 {self.host} 拒绝登录，请核对用户名和口令"
        return f"无法连接邮件服务器 {self.host}:{self.port}：{error}"

    def _address(self, server: smtplib.SMTP, recipient: str) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            code, answer = server.mail(self.sender)
            if code != 250:
                raise Undelivered(f"邮件服务器不接受发件人 {self.sender}：{_words(code, answer)}", server=True)
            code, answer = server.rcpt(recipient)
            if code not in (250, 251):
                raise _refusal(code, answer)
        except UnicodeError as error:
            raise Undelivered("收件地址含有无法投递的字符", permanent=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(f"邮件服务器中断了连接：{error}") from error

    def _hand_over(self, server: smtplib.SMTP, content: bytes) -> None:
        try:
            code, answer = server.data(content)
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unanswered(f"正文已交付，未收到邮件服务器答复：{error}") from error
        if code != 250:
            raise _refusal(code, answer)


def _refusal(code: int, answer: bytes | str) -> Undelivered:
    return Undelivered(f"邮件服务器拒收：{_words(code, answer)}", permanent=500 <= code < 600)


def _words(code: int, answer: bytes | str) -> str:
    return f"{code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"


def open_transport(settings: Settings) -> Transport:
    """The transport PARKWATCH_MAIL_URL names. Connects nowhere yet."""
    if settings.mail_url.startswith("file:"):
        return FileTransport(ROOT / settings.mail_url.removeprefix("file:"))
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
