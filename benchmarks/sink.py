"""A mail server in a process of its own, encrypted as the settings demand it, that takes everything and notes it.

`python -m benchmarks.sink FOLDER` prints the port it listens on. Key and Message-ID of every mail stand in
FOLDER/arrived before it is answered; FOLDER/authority.pem vouches for its certificate.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import trustme
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
NOTED = re.compile(rb"^(X-Parkwatch-Key|Message-ID): (.*?)\r?$", re.MULTILINE | re.IGNORECASE)


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The port of a sink that runs meanwhile."""
    command = (sys.executable, "-m", "benchmarks.sink", str(folder))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


class _Notes:
    def __init__(self, file: TextIO) -> None:
        self.file = file

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        head = {name.lower(): value.decode() for name, value in NOTED.findall(bytes(envelope.content or b"")[:4096])}
        print(head.get(b"x-parkwatch-key", ""), head.get(b"message-id", ""), file=self.file, flush=True)
        return "250 OK"


async def main(folder: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    authority.issue_cert(HOST).configure_cert(context)
    with (folder / "arrived").open("a", encoding="utf-8") as file:
        notes = _Notes(file)
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(notes, hostname=HOST, tls_context=context, require_starttls=True), HOST, 0
        )
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
