"""/healthz answers while the process lives; /readyz says what is missing."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from db.models import Lease
from db.models.schedule import SCHEDULER_LEASE
from services import clock
from services.platform import Platform


def test_alive(server: Flask) -> None:
    assert server.test_client().get("/healthz").json == {"status": "alive"}


def test_ready_but_degraded_without_a_scheduler(server: Flask) -> None:
    answer = server.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json["status"] == "degraded"
    assert answer.json["checks"]["scheduler"] == {"ok": False, "heartbeat": None}
    assert answer.json["checks"]["mail"]["waiting"] == 0


def test_ready_with_a_heartbeat(server: Flask, platform: Platform) -> None:
    now = clock.now()
    with platform.database.write() as session:
        session.add(Lease(name=SCHEDULER_LEASE, holder="one", beat_at=now, expires_at=now + timedelta(minutes=2)))
    assert server.test_client().get("/readyz").json["status"] == "ready"


def test_not_ready_on_another_migration(server: Flask, platform: Platform) -> None:
    with platform.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = server.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["status"] == "not_ready"
    assert answer.json["checks"]["migrations"]["ok"] is False
