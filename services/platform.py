"""The one place that wires settings, database and storage together; jobs and dashboard receive the result."""

from __future__ import annotations

from dataclasses import dataclass

from db.session import Database
from services.storage import Storage
from settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Platform:
    settings: Settings
    database: Database
    storage: Storage


def open_platform(settings: Settings | None = None) -> Platform:
    """Raises SettingsError when a setting is wrong."""
    settings = settings or load_settings()
    return Platform(settings, Database(settings.database_url), Storage(settings.storage_folder))
