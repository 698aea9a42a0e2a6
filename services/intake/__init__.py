"""Reading what districts send: file -> located cells -> values with a status, rows of tables, findings."""

from services.intake.context import Context, ParkRef
from services.intake.reader import read
from services.intake.reading import FileReading, Reading, Row, as_json

__all__ = ["Context", "FileReading", "ParkRef", "Reading", "Row", "as_json", "read"]
