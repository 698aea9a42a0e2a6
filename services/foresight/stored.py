"""Outlooks and what a night has learned, as the database keeps them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from db.models import Outlook as OutlookRow
from policy.foresight import Outlook
from services.foresight.forecasting import Learned
from services.foresight.model import Fit

# An arbitrary constant: a night's outlooks go in on PostgreSQL while no park's are being renewed.
OUTLOOK_LOCK = 7_242_024
DIGITS = 6
"""Kept of a forecast: more would claim what no forecast knows."""


def put(row: OutlookRow, one: Outlook, as_of: date, at: datetime) -> OutlookRow:
    """The row, saying what the outlook says."""
    row.as_of, row.refused, row.why, row.worked_out_at = as_of, one.refused, one.why, at
    row.p_miss, row.p10, row.p50, row.p90 = _kept(one.p_miss), _kept(one.p10), _kept(one.p50), _kept(one.p90)
    return row


def said(row: OutlookRow) -> tuple[object, ...]:
    """All that the row says of its goal."""
    return row.refused, row.why, row.p_miss, row.p10, row.p50, row.p90


def _kept(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.{DIGITS}g}")


def written(learned: Learned) -> dict[str, Any]:
    """As JSON, which keeps every digit."""
    fit = learned.fit
    return {
        "added": learned.added, "reporting": learned.reporting, "log_sd": fit.log_sd.tolist(),
        "mean": fit.mean.tolist(), "covariance": fit.covariance.tolist(),
    }  # fmt: skip


def read(stored: dict[str, Any]) -> Learned:
    fit = Fit(*(np.array(stored[name]) for name in ("log_sd", "mean", "covariance")))
    return Learned(stored["added"], stored["reporting"], fit)
