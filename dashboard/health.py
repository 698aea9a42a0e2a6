"""/healthz: the process answers. /readyz: what it needs is there and the scheduler is alive."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashboard.page import current_platform
from db import migrate
from db.session import Database

LOG = logging.getLogger(__name__)


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
    status = "ready" if pages_work else "not_ready"
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
