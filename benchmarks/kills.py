"""A hundred SIGKILLs of the sender at seeded moments: what is lost, and what arrives twice.

The sender is `python -m jobs outbox --send` in a process of its own, on SQLite, over an encrypted connection to a
server in another process. A claim left behind is made to run out at once, as if the time had passed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from benchmarks import sink
from benchmarks.mail import outbox
from db.models import OutboxMail
from services import clock
from services.platform import Platform

KILLS = 100
MAILS_A_KILL = 40
SEED = 20_260_731


@dataclass(slots=True)
class Tally:
    """`doubled`: mails that arrived more than once; `doubtful`: those found uncertain after a kill."""

    mails: int
    kills: int = 0
    in_vain: int = 0
    """Kills that came too late: the sender had ended."""
    lost: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    """Arrived with another Message-ID than the outbox has."""

    def line(self) -> str:
        return (
            f"  {self.kills} kills, {self.mails} mails: {len(self.lost)} lost, {len(self.doubled)} arrived twice "
            f"({len(self.doubled - self.doubtful)} of them had not been uncertain), {len(self.doubtful)} were uncertain"
        )


def lines() -> list[str]:
    """What is printed."""
    return ["SIGKILL of the sender at seeded moments", killed(KILLS).line()]


def killed(kills: int, seed: int = SEED) -> Tally:
    """Kill the sender so many times while it sends, then let it finish, and count."""
    moments = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, sink.running(Path(name)) as port:
        folder = Path(name)
        tally = Tally(kills * MAILS_A_KILL)
        platform = outbox(folder / "platform", tally.mails, port)
        environment = _environment(platform, folder)
        arrived = folder / "arrived"
        while tally.kills < kills:
            _kill(platform, environment, arrived, moments, tally)
            tally.doubtful |= _abandoned(platform)
        _finish(environment)
        _count(platform, arrived.read_text().splitlines(), tally)
    return tally


def _kill(platform: Platform, environment: dict[str, str], arrived: Path, moments: random.Random, tally: Tally) -> None:
    """From the first mail of a run on, any moment of the next few mails is as likely as any other."""
    before = arrived.stat().st_size if arrived.exists() else 0
    wait = moments.uniform(0, 0.06)
    with subprocess.Popen(_COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sender:
        while sender.poll() is None and (arrived.stat().st_size if arrived.exists() else 0) == before:
            time.sleep(0.001)
        time.sleep(wait)
        ended = sender.poll() is not None
        sender.kill()
    tally.kills += not ended
    tally.in_vain += ended
    if ended and tally.in_vain > 10:
        raise RuntimeError("the sender ends before it can be killed: more mails are needed")


_COMMAND = (sys.executable, "-m", "jobs", "outbox", "--send")


def _environment(platform: Platform, folder: Path) -> dict[str, str]:
    settings = platform.settings
    names = ("database_url", "storage_url", "mail_url", "mail_from")
    ours = {f"PARKWATCH_{name.upper()}": str(getattr(settings, name)) for name in names}
    return {**os.environ, **ours, "SSL_CERT_FILE": str(folder / "authority.pem")}


def _abandoned(platform: Platform) -> set[str]:
    """Keys of the mails a killed sender left in doubt; its claims are over."""
    past = clock.now() - timedelta(seconds=1)
    with platform.database.write() as session:
        doubtful = session.scalars(select(OutboxMail.key).where(OutboxMail.state == "uncertain")).all()
        session.execute(update(OutboxMail).where(OutboxMail.claimed_until.is_not(None)).values(claimed_until=past))
    return set(doubtful)


def _finish(environment: dict[str, str]) -> None:
    subprocess.run(_COMMAND, env=environment, check=True, capture_output=True)


def _count(platform: Platform, noted: list[str], tally: Tally) -> None:
    with platform.database.read() as session:
        rows = session.execute(select(OutboxMail.key, OutboxMail.message_id, OutboxMail.state)).all()
    arrived = Counter(line.split(" ")[0] for line in noted)
    tally.lost = {row.key for row in rows if not arrived[row.key] or row.state != "sent"}
    tally.doubled = {key for key, times in arrived.items() if times > 1}
    tally.strange = set(noted) - {f"{row.key} {row.message_id}" for row in rows}
