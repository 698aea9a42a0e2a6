"""The worked cases of tests/samples/alert-cases.csv: each is made of real rows and played through the real sweep.

应开立的预警 lists every alert open at the end of the day; 应发的邮件 and 拟催报 what that day's check adds. 依据 is
the clause of one of the alerts, or part of it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

import pytest

from dashboard import labels
from db.session import Database
from policy.alerts.alert import light
from policy.periods import parse_period
from policy.terms import AlertRule, Light
from services.alerting import AlertNote, SweepResult
from tests.services.alert_worlds import World

FILE = Path(__file__).parents[1] / "samples" / "alert-cases.csv"
FAR = date(2029, 6, 1)
LIGHTS = {Light.YELLOW: "，黄灯", Light.RED: "，红灯"}


class Case(NamedTuple):
    situation: str
    day: str
    alerts: str
    mails: str
    proposals: str
    clause: str


with FILE.open(encoding="utf-8", newline="") as file:
    CASES = [Case(*row) for row in list(csv.reader(file))[1:]]


@pytest.fixture(scope="module")
def known(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all cases: each is played in a transaction that is rolled back."""
    path = tmp_path_factory.mktemp("cases") / "parkwatch.db"
    copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.engine.dispose()


class _Over(Exception):
    """The case has been played; nothing of it is kept."""


def play(database: Database, case: Case) -> tuple[World, SweepResult, dict[str, str]]:
    try:
        with database.write() as session:
            world = World(session, case.situation)
            result = world.sweep(date.fromisoformat(case.day))
            stages = {note.key: world.stage_of(note.key) for note in (*result.opened, *result.kept)}
            raise _Over
    except _Over:
        return world, result, stages


def told(notes: list[str]) -> str:
    return "；".join(sorted(notes)) or "无"


def alert_told(note: AlertNote, stage: str) -> str:
    """逾期未报（2025年上半年）; of a lag with its light."""
    period = parse_period(note.period or "")
    lag = LIGHTS[light(AlertRule.LAGGING, stage)] if note.rule == AlertRule.LAGGING else ""
    return f"{AlertRule(note.rule).label}{f'（{period.label}{lag}）' if period else ''}"


def check(database: Database, case: Case) -> None:
    world, result, stages = play(database, case)
    notes = (*result.opened, *result.kept)
    found = Case(
        case.situation,
        case.day,
        told([alert_told(note, stages[note.key]) for note in notes]),
        told([f"{world.role_of(mail.to)}：{labels.telling(mail.stage)}" for mail in result.mails]),
        told([f"{one.role.label}：{labels.telling(one.stage)}" for one in result.proposals]),
        case.clause,
    )
    wanted = case._replace(
        alerts=told(_parts(case.alerts)), mails=told(_parts(case.mails)), proposals=told(_parts(case.proposals))
    )
    assert found == wanted
    assert not notes or any(case.clause in note.clause for note in notes), [note.clause for note in notes]


def _parts(cell: str) -> list[str]:
    return [] if cell == "无" else cell.split("；")


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.day}" for number, case in enumerate(CASES, start=2)])
def test_case(known: Database, case: Case, set_now: Callable[[date], None]) -> None:
    set_now(FAR)
    check(known, case)


@pytest.mark.parametrize("number", [6, 15, 27, 31])
def test_a_case_on_each_database(database: Database, number: int, set_now: Callable[[date], None]) -> None:
    set_now(FAR)
    check(database, CASES[number])


def test_every_rule_stands_in_the_table() -> None:
    said = {part.partition("（")[0] for case in CASES for part in _parts(case.alerts)}
    assert said == {rule.label for rule in AlertRule}


def test_every_rung_is_told_in_some_case() -> None:
    said = " ".join(case.mails + case.proposals for case in CASES)
    for days in (-210, -30, -7, 0, 1, 7, 30):
        assert labels.telling(f"T{days:+d}") in said
