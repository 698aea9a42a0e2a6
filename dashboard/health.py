"""/healthz: the process answers. /readyz: what it needs is there and the scheduler is alive."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashboard.page import current_platform
from db import migrate
from db.queries.runs import readiness
from db.session import Database
from services import clock

LOG = logging.getLogger(__name__)

# Mails go out every minute; one that has waited longer than this is stuck.
LONGEST_WAIT = timedelta(hours=1)


def install(server: Flask) -> None:
    server.add_url_rule("/healthz", "healthz", lambda: jsonify(status="alive"))
    server.add_url_rule("/readyz", "readyz", _ready)


def _ready() -> ResponseReturnValue:
    """503 while pages cannot work; `degraded` while they do and the scheduler or the mail does not."""
    database = current_platform().database
    checks = {"database": _database(database)}
    pages_work = checks["database"]["ok"]
    if pages_work:
        checks["migrations"] = _migrations(database)
        pages_work = checks["migrations"]["ok"]
    if pages_work:
        checks |= _unattended(database)
    status = ("ready" if all(check["ok"] for check in checks.values()) else "degraded") if pages_work else "not_ready"
    return jsonify(status=status, checks=checks), 200 if pages_work else 503


def _database(database: Database) -> dict[str, Any]:
    try:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError:
        LOG.exception("database not reachable")
        return {"ok": False}
    return {"ok": True}


def _migrations(database: Database) -> dict[str, Any]:
    found = migrate.current(database.engine)
    return {"ok": found == migrate.HEAD, "found": found, "expected": migrate.HEAD}


def _unattended(database: Database) -> dict[str, dict[str, Any]]:
    """The scheduler's heartbeat and the mails that wait or did not arrive."""
    with database.read() as session:
        found, now = readiness(session), clock.shared(session)
    beat, mails = found.heartbeat, found.mails
    stuck = mails.oldest is not None and clock.now() - mails.oldest > LONGEST_WAIT
    return {
        "scheduler": {
            "ok": beat is not None and beat.alive(now),
            "heartbeat": beat.beat_at.isoformat() if beat else None,
        },
        "mail": {
            "ok": not stuck and not mails.failed,
            "waiting": mails.waiting,
            "uncertain": mails.uncertain,
            "failed": mails.failed,
            "oldest": mails.oldest.isoformat() if mails.oldest else None,
        },
    }
