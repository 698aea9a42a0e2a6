"""The indicator system of the demonstration (示例，非官方), and what the committee found of one park."""

from __future__ import annotations

from pathlib import Path

from db.queries.evaluations import systems
from services import evaluations
from services.demo.acts import Office
from services.demo.municipality import PANEL_SHOWN
from services.evaluations import Given

FILE = Path(__file__).with_suffix(".toml")
NAME = "评估指标体系（示例，非官方）.toml"
VISIT = "现场核查记录（虚构）"
MARKS = (
    Given("compliance", "1", VISIT),
    Given("honours", "7", VISIT),
    Given("national_events", "1", VISIT),
    Given("false_data", "0", VISIT),
    Given("major_incident", "0", VISIT),
)


def enter(office: Office) -> bool:
    """Whether there was anything left to do: the system once, where there is none, and the marks with it."""
    with office.platform.database.write() as session:
        if systems(session):
            return False
        done = evaluations.import_system(session, office.platform.storage, office.committee, NAME, FILE.read_bytes())
        for given in MARKS:
            evaluations.mark(session, office.committee, PANEL_SHOWN, done.system_id, given)
    return True
