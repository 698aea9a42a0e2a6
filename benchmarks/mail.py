"""Mails a second through the outbox, beside one reused smtplib connection to the same server."""

from __future__ import annotations

import atexit
import os
import shutil
import smtplib
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks import sink
from benchmarks.measure import ROUNDS, Benchmark, Contender
from db import migrate
from db.models import Alert, OutboxItem, OutboxMail, Park
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import clock
from services.mail.message import Letter, build, message_id
from services.mail.outbox import send_queued
from services.parks import register_park
from services.platform import Platform
from services.storage import Storage
from settings import Settings

MAILS = 500
SENDER = "parkwatch@example.gov.cn"
SUBJECT = "（演示）【催报】国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报"
MATTER = "国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报：未报，报送截止日2025年7月31日。"
TEXT = f"经办人同志：\n\n{MATTER}\n" * 4
HTML = f'<!DOCTYPE html><html lang="zh-CN"><body>{f"<p>{MATTER}</p>" * 12}</body></html>'


def prepare() -> tuple[Contender, ...]:
    """The bare library with texts made before and on the way, and the whole way of the outbox."""
    stack, folder = ExitStack(), Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(stack.close)
    os.environ["SSL_CERT_FILE"] = str(folder / "authority.pem")
    port = stack.enter_context(sink.running(folder))
    platforms = [outbox(folder / str(number), MAILS, port) for number in range(ROUNDS + 1)]
    letters = [letter(number) for number in range(MAILS)]
    texts = [build(one, SENDER) for one in letters]
    return (
        Contender("smtplib: texts made before", lambda _: bare(port, texts), yardstick=True),
        Contender("smtplib: texts made on the way", lambda _: on_the_way(port, letters), yardstick=True),
        Contender("Parkwatch: queued to sent", lambda number: sent(platforms[number])),
    )


@contextmanager
def connection(port: int) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(sink.HOST, port, "example.gov.cn") as server:
        server.starttls(context=ssl.create_default_context())
        yield server


def bare(port: int, texts: list[bytes]) -> None:
    with connection(port) as server:
        for text in texts:
            server.sendmail(SENDER, ["handler@example.gov.cn"], text)


def on_the_way(port: int, letters: list[Letter]) -> None:
    with connection(port) as server:
        for one in letters:
            server.sendmail(SENDER, [one.recipient], build(one, SENDER))


def sent(platform: Platform) -> None:
    report = send_queued(platform)
    assert len(report.sent) == MAILS, report.problems


def letter(number: int) -> Letter:
    key = f"T+1-{number:024d}"
    return Letter(key, f"handler{number}@example.gov.cn", SUBJECT, TEXT, HTML, message_id(key), clock.now())


def outbox(folder: Path, mails: int, port: int) -> Platform:
    """A platform on SQLite with so many mails queued, each about one open matter of a park of its own."""
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'parkwatch.db'}",
        storage_url=f"file:{folder / 'files'}",
        mail_url=f"smtp://{sink.HOST}:{port}",
        mail_from=SENDER,
    )
    database = Database(settings.database_url)
    migrate.upgrade(database.engine)
    with database.write() as session:
        title = "国家网络安全产业园区（示例甲园）"
        register_park(
            session, SYSTEM_ACTOR, title=title, district="示例区", approved_on=date(2024, 10, 10),
            approval_no="示例〔2024〕1号", create_unit=True, fictional=True,
        )  # fmt: skip
        park_id = session.scalars(select(Park.id)).one()
        for number in range(mails):
            queue(session, letter(number), park_id)
    return Platform(settings, database, Storage(settings.storage_folder))


def queue(session: Session, letter: Letter, park_id: int) -> None:
    """As the sweep does it: with an open matter of its own."""
    alert = Alert(
        key=f"report_overdue:P001:{letter.key}", rule="report_overdue", park_id=park_id, period="2025H1",
        due_on=date(2025, 7, 31), clause="", message=MATTER, stage="T+1", rulebook="1", opened_on=date(2025, 8, 1),
    )  # fmt: skip
    session.add(alert)
    session.flush()
    session.add(
        OutboxMail(
            key=letter.key, recipient=letter.recipient, subject=letter.subject, text=letter.text, html=letter.html,
            stage="T+1", state="queued", message_id=letter.message_id, queued_at=letter.queued_at,
            try_at=letter.queued_at,
            items=[OutboxItem(alert_id=alert.id, stage="T+1", recipient=letter.recipient)],
        )
    )  # fmt: skip


BENCHMARK = Benchmark(f"Sending {MAILS} mails over one encrypted connection (x smtplib; aim 1.67)", prepare)
