"""Mail over SMTP: encrypted, to a server whose certificate holds, and over one connection as long as it lasts."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from policy.masking import mask_mail
from services.mail.delivery import Fault, HandingOver, Line, Unanswered, Undelivered
from services.mail.message import Letter, build

TIMEOUT = 30  # seconds without a word from the server
BROKEN = (OSError, smtplib.SMTPException)
GOODBYE = 421
UNAUTHENTICATED = (503, 530, 535, 538)
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.\d{1,3}\b")
ABOUT_THE_ADDRESS = ("1", "2")  # RFC 3463: X.1 addressing, X.2 mailbox

Answer = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Encrypted and with a checked certificate; in the clear only to this machine."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    implicit_tls: bool = False
    starttls: bool = True
    timeout: float = TIMEOUT

    @contextmanager
    def opened(self) -> Iterator[Line]:
        with ThreadPoolExecutor(1, "handing-over") as aside:
            line = _SmtpLine(self, aside)
            try:
                yield line
                line.quit()
            finally:
                line.drop()

    def connect(self) -> smtplib.SMTP:
        """A greeted, encrypted, logged-in connection; raises Undelivered (SERVER) when it cannot be had."""
        try:
            server = self._greeted()
            try:
                self._secure(server)
            except BaseException:
                server.close()
                raise
        except smtplib.SMTPNotSupportedError as error:
            raise Undelivered(f"邮件服务器 {self.host} 不支持所要求的方式：{error}", Fault.SERVER) from error
        except BROKEN as error:
            raise Undelivered(self._trouble(error), Fault.SERVER) from error
        return server

    def _greeted(self) -> smtplib.SMTP:
        # The name given in EHLO is the sender's domain: asking the resolver for our own may take long.
        name = self.sender.rpartition("@")[2]
        if self.implicit_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, name, timeout=self.timeout, context=context)
        return smtplib.SMTP(self.host, self.port, name, timeout=self.timeout)

    def _secure(self, server: smtplib.SMTP) -> None:
        if self.starttls and not self.implicit_tls:
            # Raises SMTPNotSupportedError when it is not offered: never without encryption.
            code, answer = server.starttls(context=ssl.create_default_context())
            if code != 220:
                raise smtplib.SMTPResponseException(code, answer)
        if self.username:
            server.login(self.username, self.password)
        server.ehlo_or_helo_if_needed()

    def _trouble(self, error: Exception) -> str:
        if isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"邮件服务器 {self.host} 的证书未通过校验（{error.verify_message}）；"
                "证书由本单位签发的，请把签发机构的证书文件写入环境变量 SSL_CERT_FILE"
            )
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"邮件服务器 {self.host} 拒绝登录，请核对用户名和口令"
        return f"无法连接邮件服务器 {self.host}:{self.port}：{_told(error)}"


class _SmtpLine:
    """One connection, made with the first mail and again when the server has hung up.

    While the server is told of the next mail, it is written down `aside` that its text is handed over; both are
    done before the text goes.
    """

    def __init__(self, transport: SmtpTransport, aside: Executor) -> None:
        self._transport = transport
        self._aside = aside
        self._server: smtplib.SMTP | None = None
        self._writing: Future[None] | None = None

    def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
        try:
            server, text = self._announced(letter, handing_over)
        except BaseException as error:
            if not isinstance(error, Undelivered):
                self.drop()
            self._written()
            raise
        try:
            self._written()
        except BaseException:
            self.drop()  # the server waits for a text that does not come
            raise
        self._hand_over(server, text, letter.recipient)

    def _written(self) -> None:
        """Wait until it is written down, when that has begun; raises what `handing_over` raised."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _announced(self, letter: Letter, handing_over: HandingOver) -> tuple[smtplib.SMTP, bytes]:
        """A connection on which the server waits for the text. When it has hung up meanwhile, a new one."""
        if self._server is not None:
            try:
                return self._server, self._announce(self._server, letter, handing_over)
            except Undelivered as failure:
                if self._server is not None or failure.fault not in (Fault.LINE, Fault.SERVER):
                    raise
        self._server = self._transport.connect()
        return self._server, self._announce(self._server, letter, handing_over)

    def _announce(self, server: smtplib.SMTP, letter: Letter, handing_over: HandingOver) -> bytes:
        """Say from whom and to whom, and that the text comes; the text."""
        sender = self._transport.sender
        try:
            text = build(letter, sender).replace(b"\r\n.", b"\r\n..") + b".\r\n"
        except ValueError as error:
            raise Undelivered(f"邮件无法生成：{error}", Fault.NEVER) from error
        self._say(server, f"MAIL FROM:<{sender}>")
        self._writing = self._writing or self._aside.submit(handing_over)
        code, words = self._asked(server.getreply)
        if code != 250:
            self.drop()
            raise Undelivered(f"邮件服务器不接受发件人 {sender}：{_words(code, words)}", Fault.SERVER)
        code, words = self._asked(lambda: server.rcpt(letter.recipient))
        if code not in (250, 251):
            raise self._refused(code, words, letter.recipient, named=True)
        code, words = self._asked(lambda: server.docmd("DATA"))
        if code != 354:
            raise self._refused(code, words, letter.recipient)
        return text

    def _say(self, server: smtplib.SMTP, command: str) -> None:
        """A command whose answer is asked for later."""
        try:
            server.putcmd(command)
        except BROKEN as error:
            raise self._broken(error) from error

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        """The server's answer; raises Undelivered (LINE) when none comes that can be understood."""
        try:
            code, words = ask()
        except UnicodeError as error:
            self._reset()
            raise Undelivered("收件地址含有无法投递的字符", Fault.ADDRESS) from error
        except BROKEN as error:
            raise self._broken(error) from error
        if not 200 <= code < 600:
            self.drop()
            raise Undelivered(f"邮件服务器的答复无法识别：{_words(code, words)}", Fault.LINE)
        return code, words

    def _broken(self, error: Exception) -> Undelivered:
        self.drop()
        return Undelivered(f"邮件服务器中断了连接：{_told(error)}", Fault.LINE)

    def _refused(self, code: int, words: bytes, recipient: str, *, named: bool = False) -> Undelivered:
        """What the refusal means; afterwards the line is free for the next mail."""
        if code == GOODBYE:
            self.drop()
        else:
            self._reset()
        return refusal(code, words, recipient, named=named)

    def _hand_over(self, server: smtplib.SMTP, text: bytes, recipient: str) -> None:
        try:
            server.send(text)
            code, words = server.getreply()
        except BROKEN as error:
            self.drop()
            raise Unanswered(f"正文已交付，未收到邮件服务器答复：{_told(error)}") from error
        if 200 <= code < 300:
            return
        if 400 <= code < 600:
            raise self._refused(code, words, recipient)
        self.drop()
        raise Unanswered(f"正文已交付，邮件服务器的答复无法识别：{_words(code, words)}")

    def _reset(self) -> None:
        """Forget the mail begun; a server that cannot is left."""
        try:
            if self._server is None or self._server.rset()[0] != 250:
                self.drop()
        except BROKEN:
            self.drop()

    def quit(self) -> None:
        """What was delivered is delivered, whatever becomes of the goodbye."""
        if self._server is not None:
            with suppress(*BROKEN):
                self._server.quit()

    def drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def refusal(code: int, words: bytes, recipient: str, *, named: bool = False) -> Undelivered:
    """A definite no. `named`: it was said to the address, before the text."""
    said = _words(code, words)
    found = ENHANCED.search(said)
    subject = found[2] if found else ""
    if code == GOODBYE:
        fault = Fault.LINE
    elif code < 500:
        fault = Fault.LATER
    elif code in UNAUTHENTICATED:
        fault = Fault.SERVER
    elif subject in ABOUT_THE_ADDRESS or (named and not subject):
        fault = Fault.ADDRESS
    else:
        fault = Fault.NEVER
    return Undelivered(f"邮件服务器拒收：{said.replace(recipient, mask_mail(recipient))}", fault)


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error)
    return str(error)


def _words(code: int, answer: bytes | str) -> str:
    """The server's answer in a line; garbage is shortened, and what cannot be printed is left out."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    readable = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return f"{code} {readable[:300]}".removeprefix("-1 ")
