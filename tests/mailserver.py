"""A real SMTP server on loopback with a certificate of its own authority, well-behaved or not."""

from __future__ import annotations

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
USERNAME, PASSWORD = "parkwatch", "p@ss/word"


class Post:
    """What arrived, and how the server behaves: each hook's answer may be set."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.encrypted: list[bool] = []
        self.rcpt_answers: dict[str, str] = {}
        self.data_answers: list[str] = []
        """Answers to the next texts, in order; “cut” hangs up instead of answering."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data_answers.pop(0) if self.data_answers else "250 OK"
        if answer == "cut" or answer.startswith("250"):
            message = email.message_from_bytes(cast("bytes", envelope.content), policy=default)
            self.received.append(cast("EmailMessage", message))
            self.recipients += envelope.rcpt_tos
            self.encrypted.append(session.ssl is not None)
        if answer == "cut":
            assert server.transport is not None
            server.transport.abort()
        return answer


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    known = (data.login, data.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def free_port() -> int:
    """A port nobody listens on (the controller cannot be asked for any)."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server(
    authority: trustme.CA, *, name: str = HOST, tls: str = "starttls", auth: bool = False
) -> Iterator[tuple[Post, int]]:
    """The post that arrives and the port it arrives at.

    `tls`: “starttls” (nothing is taken in the clear), “implicit” or “none”; `name`: whom the certificate names.
    """
    post, port = Post(), free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    controller = Controller(
        post,
        hostname=HOST,
        port=port,
        ssl_context=context if tls == "implicit" else None,
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        authenticator=_login if auth else None,
        auth_required=auth,
        server_hostname=HOST,
    )
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop()


def trust(authority: trustme.CA, folder: Path) -> Path:
    """The authority's certificate as a file for SSL_CERT_FILE."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path
