"""A mail server that misbehaves where it is told to: raw sockets, so that it can do what no library would."""

from __future__ import annotations

import re
import socketserver
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import BinaryIO

import trustme

from tests.mailserver import HOST

CUT, HANG, GARBAGE = "cut", "hang", "garbage"
ENDLESS = "250 " + "x" * 20_000
NOISE = b"\x80\xff<html>what?</html>\r\n"
HEADERS = re.compile(rb"^(X-Parkwatch-Key|Message-ID): (.*?)\r?$", re.MULTILINE)


class Gone(Exception):
    """The connection ends here."""


@dataclass
class Unruly:
    """What it does at which point, in order; after that it behaves. And what it was given.

    Points: banner, ehlo, starttls, mail, rcpt, data, text (in its middle), end (its answer) and quit. What is done: an
    answer in words, of which 421 hangs up; or CUT, HANG, GARBAGE.
    """

    does: dict[str, list[str]] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    """Answers to single addresses, always."""
    per_connection: int = 1000
    """So many mails, and then 421 to the next."""
    taken: list[tuple[str, str]] = field(default_factory=list)
    """Key and Message-ID of every text that came whole and was not refused."""
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    port: int = 0
    over: Event = field(default_factory=Event)

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.taken]

    def at(self, point: str) -> str | None:
        actions = self.does.get(point)
        return actions.pop(0) if actions else None


@dataclass
class _Talk:
    """One connection."""

    server: Unruly
    stream: BinaryIO
    secure: Callable[[], BinaryIO]
    mails: int = 0

    def run(self) -> None:
        self.server.connections += 1
        try:
            self.answer("banner", "220 unruly")
            while line := self.stream.readline():
                self.command(line.decode("latin-1").strip())
        except (Gone, OSError):
            pass

    def command(self, line: str) -> None:
        verb = line.split(":")[0].split(" ")[0].upper()
        self.server.commands.append(verb)
        if verb in ("EHLO", "HELO"):
            self.answer("ehlo", "250-unruly\r\n250 STARTTLS" if self.server.tls else "250 unruly")
        elif verb == "STARTTLS":
            self.answer("starttls", "220 go on")
            self.stream = self.secure()
        elif verb == "MAIL":
            full = self.mails >= self.server.per_connection
            self.answer("mail", "421 that is enough" if full else "250 OK")
        elif verb == "RCPT":
            address = line[line.index("<") + 1 : line.index(">")]
            self.answer("rcpt", self.server.refuses.get(address, "250 OK"))
        elif verb == "DATA":
            if self.answer("data", "354 go on").startswith("354"):
                self.text()
        elif verb == "QUIT":
            self.answer("quit", "221 bye")
            raise Gone
        else:
            self.say("250 OK")

    def text(self) -> None:
        if self.server.at("text") == CUT:
            self.stream.read(100)
            raise Gone
        lines = []
        while (line := self.stream.readline()) != b".\r\n":
            if not line:
                raise Gone  # half a mail is none
            lines.append(line)
        self.mails += 1
        found = {name.decode(): value.decode() for name, value in HEADERS.findall(b"".join(lines))}
        planned = (self.server.does.get("end") or ["250 OK"])[0]
        if planned[0] not in "45":
            self.server.taken.append((found["X-Parkwatch-Key"], found["Message-ID"]))
        self.answer("end", "250 OK")

    def answer(self, point: str, usual: str) -> str:
        said = self.server.at(point) or usual
        if said == CUT:
            raise Gone
        if said == HANG:
            self.server.over.wait(20)
            raise Gone
        if said == GARBAGE:
            self.stream.write(NOISE)
            self.stream.flush()
        else:
            self.say(said)
        return said

    def say(self, line: str) -> None:
        self.stream.write(f"{line}\r\n".encode())
        self.stream.flush()
        if line.startswith("421"):
            raise Gone


@contextmanager
def unruly_server(tls: ssl.SSLContext | None = None, **manners: object) -> Iterator[Unruly]:
    """The server, listening meanwhile at its port."""
    unruly = Unruly(tls=tls, **manners)  # type: ignore[arg-type]

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            def secure() -> BinaryIO:
                assert unruly.tls is not None
                self.request = unruly.tls.wrap_socket(self.request, server_side=True)
                return self.request.makefile("rwb")  # type: ignore[no-any-return]

            talk = _Talk(unruly, self.request.makefile("rwb"), secure)
            talk.run()
            with suppress(OSError):
                talk.stream.close()
            self.request.close()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up in the middle of a handshake is what is wanted."""

    with Server((HOST, 0), Handler) as server:
        unruly.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield unruly
        finally:
            unruly.over.set()
            server.shutdown()
            thread.join()


def certified(authority: trustme.CA, *, days_left: int = 30) -> ssl.SSLContext:
    """A server's context with a certificate of this authority, run out when `days_left` is negative."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ends = datetime.fromtimestamp(time.time(), UTC) + timedelta(days=days_left)  # whatever the test says the time is
    authority.issue_cert(HOST, not_before=ends - timedelta(days=60), not_after=ends).configure_cert(context)
    return context
