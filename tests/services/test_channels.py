"""Further channels: off by default, without content, and their addresses are told nowhere."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from db.models import AuditEntry, OutboxMail
from services.mail.channels import queue_channels
from services.mail.outbox import send_queued
from services.platform import Platform
from settings import Settings
from tests.services.queued_mail import SetNow, queue

NOON = datetime(2025, 8, 1, 4, tzinfo=UTC)
DAY = date(2025, 8, 1)
SECRET = "a-secret-of-the-gateway"


class Gateway:
    """A real HTTP server that notes what it is told, and answers as `status` says."""

    def __init__(self) -> None:
        self.told: list[dict[str, str]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if outer.status == 200:
                    outer.told.append(body)
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/{SECRET}"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    thread = Thread(target=gateway.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield gateway
    gateway.server.shutdown()
    thread.join()
    gateway.server.server_close()


@pytest.fixture
def wired(platform: Platform, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, set_now: SetNow) -> Platform:
    set_now(NOON)
    monkeypatch.setenv("PARKWATCH_CHANNELS", gateway.url)
    monkeypatch.setenv("PARKWATCH_PUBLIC_URL", "https://parks.example.gov.cn")
    return Platform(Settings(_env_file=None), platform.database, platform.storage)


def notify(platform: Platform, count: int, day: date = DAY) -> tuple[str, ...]:
    with platform.database.write() as session:
        return queue_channels(session, count, day, platform.settings)


def rows(platform: Platform) -> list[OutboxMail]:
    with platform.database.read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_none_is_on_by_default(platform: Platform) -> None:
    assert notify(platform, 3) == ()


def test_a_channel_is_told_how_many_matters_are_open_and_nothing_of_them(wired: Platform, gateway: Gateway) -> None:
    assert notify(wired, 3) == ("channel-1-2025-08-01",)
    assert send_queued(wired).sent == ["channel-1-2025-08-01"]
    (told,) = gateway.told
    assert told["title"] == "园区建设期监测平台"
    assert told["message"] == (
        "现有3项未办结事项，请登录平台查看：https://parks.example.gov.cn/\n"
        "本系统为非涉密系统，严禁处理、存储、传输涉密信息。"
    )
    (sent,) = rows(wired)
    assert (sent.state, sent.recipient, sent.channel) == ("sent", "channel-1", "channel-1")


def test_one_a_day_and_none_when_nothing_is_open(wired: Platform, gateway: Gateway) -> None:
    assert notify(wired, 0) == ()
    notify(wired, 3)
    assert notify(wired, 4) == ()
    send_queued(wired)
    assert notify(wired, 4) == ()
    assert len(gateway.told) == 1


def test_a_gateway_that_is_away_keeps_no_mail_waiting_and_loses_nothing(
    wired: Platform, gateway: Gateway, set_now: SetNow
) -> None:
    gateway.status = 503
    mail, (notice,) = queue(wired), notify(wired, 3)
    report = send_queued(wired)
    assert (report.sent, report.postponed) == ([mail], [notice])
    assert send_queued(wired).postponed == []
    for hour in range(1, 48):
        set_now(NOON + timedelta(hours=hour))
        send_queued(wired)
    gateway.status = 200
    set_now(NOON + timedelta(hours=48))
    assert send_queued(wired).sent == [notice]
    assert len(gateway.told) == 1


def test_a_notice_still_waiting_is_overtaken_by_the_next_days(wired: Platform, gateway: Gateway) -> None:
    gateway.status = 503
    notify(wired, 3)
    send_queued(wired)
    gateway.status = 200
    (second,) = notify(wired, 4, DAY + timedelta(days=1))
    assert send_queued(wired, at_once=True).sent == [second]
    assert [row.state for row in rows(wired)] == ["held", "sent"]
    assert "4项" in gateway.told[0]["message"]


def test_its_address_stands_in_no_row_log_or_error(
    wired: Platform, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.status = 500
    notify(wired, 3)
    with caplog.at_level(logging.DEBUG):
        report = send_queued(wired)
    (waiting,) = rows(wired)
    with wired.database.read() as session:
        entries = [str((entry.subject, entry.new)) for entry in session.scalars(select(AuditEntry))]
    told = [*report.problems, waiting.last_error, waiting.recipient, waiting.key, waiting.text, caplog.text, *entries]
    assert waiting.last_error == "通知渠道 channel-1 未接受，请核对设置 PARKWATCH_CHANNELS 和网关"
    assert not any(SECRET in text or str(gateway.server.server_port) in text for text in told)


def test_an_address_of_no_channel_stops_the_start_and_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    from settings import SettingsError, load_settings

    monkeypatch.setenv("PARKWATCH_CHANNELS", f"json://127.0.0.1/x pigeon://{SECRET}")
    with pytest.raises(SettingsError, match="第2个不是可用的通知地址") as stopped:
        load_settings()
    assert SECRET not in str(stopped.value)
