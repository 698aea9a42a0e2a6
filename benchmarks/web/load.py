"""Requests at a fixed number of connections: each sends its next request when it has the whole answer."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Measured:
    """`seconds`: of the whole; `times`: of each answer; `failed`: answers that were neither 200 nor 304."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


class Connection(asyncio.Protocol):
    """One keep-alive connection; a server that closes it gets a new one."""

    def __init__(self, requests: Iterator[bytes], until: float, into: Measured) -> None:
        self.requests, self.until, self.into = requests, until, into
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer, self.begun = bytearray(), 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end])
        length = LENGTH.search(head)
        if len(self.buffer) < end + 4 + (int(length[1]) if length else 0):
            return
        status = head[9:12]
        self.into.times.append(time.perf_counter() - self.begun)
        self.into.failed += status not in (b"200", b"304")
        self.buffer.clear()
        self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        request = next(self.requests, None) if time.perf_counter() < self.until else None
        if request is None:
            self.transport.close()
            return
        self.begun = time.perf_counter()
        self.transport.write(request)


def load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Measured:
    """Ask for these in turn over so many connections for so long."""
    return asyncio.run(_load(port, requests, connections, seconds))


def each(port: int, requests: Sequence[bytes]) -> Measured:
    """Each of these once, one after another."""
    return asyncio.run(_each(port, requests))


async def _each(port: int, requests: Sequence[bytes]) -> Measured:
    into = Measured()
    await _connected(port, iter(requests), float("inf"), into)
    assert len(into.times) == len(requests)
    return into


async def _load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Measured:
    into, begun = Measured(), time.perf_counter()
    in_turn = _endless(requests)
    await asyncio.gather(*(_keep(port, in_turn, begun + seconds, into) for _ in range(connections)))
    into.seconds = time.perf_counter() - begun
    return into


async def _keep(port: int, requests: Iterator[bytes], until: float, into: Measured) -> None:
    while time.perf_counter() < until:
        await _connected(port, requests, until, into)


async def _connected(port: int, requests: Iterator[bytes], until: float, into: Measured) -> None:
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: Connection(requests, until, into), "127.0.0.1", port)
    await protocol.done


def _endless(requests: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


def get(path: str, cookie: str = "", encoding: str = "br, gzip", **headers: str) -> bytes:
    """One request as a browser sends it."""
    more = {"Cookie": cookie} if cookie else {}
    lines = {"Host": "127.0.0.1", "Accept-Encoding": encoding, **more, **headers}
    return f"GET {path} HTTP/1.1\r\n{_written(lines)}\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    lines = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body))}
    return f"POST {path} HTTP/1.1\r\n{_written(lines)}\r\n".encode() + body


def _written(headers: dict[str, str]) -> str:
    return "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
