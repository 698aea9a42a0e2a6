"""A whole column in another unit is one question: one answer decides it, each cell keeping a decision of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.models import AuditEntry, CellDecision, Park, Submission, SubmissionReading
from policy.access import SYSTEM_ACTOR, Actor
from policy.refusal import Refused
from policy.terms import DecisionKind
from services import decisions
from services.alike import first_of_each
from services.decisions import Answer
from services.platform import Platform
from services.submissions import ingest
from tests.papers import firm, report

FIRMS = 5


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(date(2025, 8, 20))


@pytest.fixture
def version(platform: Platform, park: Park) -> int:
    """Every firm's 网络安全业务收入 in 亿元 under a header of 万元, and one name left out."""
    firms = [firm(number, revenue=f"{number}亿", cyber=f"0.{number}亿") for number in range(1, FIRMS + 1)]
    result = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", report(park.title, firms=firms),
                    received_on=date(2025, 7, 20), submit=False)  # fmt: skip
    assert result.submission_id is not None
    return result.submission_id


def column(platform: Platform, version: int, key: str) -> list[SubmissionReading]:
    with platform.database.read() as session:
        found = select(SubmissionReading).where(
            SubmissionReading.submission_id == version, SubmissionReading.table == "roster"
        )
        return list(session.scalars(found.filter_by(key=key).order_by(SubmissionReading.row)))


def answer(platform: Platform, district: Actor, version: int, key: str, place: int = 0, **more: Any) -> None:
    with platform.database.write() as session:
        said = Answer(**({"kind": DecisionKind.CONFIRM, "alike": True} | more))
        decisions.decide(session, district, version, column(platform, version, key)[place].id, said)


def test_one_answer_decides_the_column_and_nothing_else(platform: Platform, district: Actor, version: int) -> None:
    answer(platform, district, version, "cyber", place=2)
    decided = column(platform, version, "cyber")
    assert [(cell.decided, cell.effective_value) for cell in decided] == [
        ("confirm", str(number * 1000)) for number in range(1, FIRMS + 1)
    ]
    assert {cell.decided for cell in column(platform, version, "revenue")} == {None}
    with platform.database.read() as session:
        made = list(session.scalars(select(CellDecision)))
        assert {entry.reading_id for entry in made} == {cell.id for cell in decided}
        assert {entry.decided_by for entry in made} == {district.account}
        told = session.scalars(select(AuditEntry).where(AuditEntry.action == "cell.decide"))
        assert len({entry.new["cell"] for entry in told}) == FIRMS


def test_what_was_decided_apart_stays_as_it_was(platform: Platform, district: Actor, version: int) -> None:
    amended = {"kind": DecisionKind.AMEND, "typed": "1234", "reason": "原表笔误", "alike": False}
    answer(platform, district, version, "cyber", place=1, **amended)
    answer(platform, district, version, "cyber", place=0)
    assert [cell.effective_value for cell in column(platform, version, "cyber")][:3] == ["1000", "1234", "3000"]


def test_the_figures_as_written_can_be_kept_where_there_is_another_proposal(
    platform: Platform, park: Park, district: Actor
) -> None:
    """Written in 亿元 throughout, by what the declared sum tells."""
    firms = [firm(number, revenue=0.09, cyber=0.05) for number in range(1, 26)]
    result = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", report(park.title, firms=firms),
                    received_on=date(2025, 7, 20), submit=False)  # fmt: skip
    version = result.submission_id
    assert version is not None
    answer(platform, district, version, "cyber", kind=DecisionKind.AMEND, reason="均为小微企业")
    assert {cell.value for cell in column(platform, version, "cyber")} == {"500"}
    assert {cell.effective_value for cell in column(platform, version, "cyber")} == {"0.05"}


def test_there_is_nothing_to_keep_without_another_figure(platform: Platform, district: Actor, version: int) -> None:
    with pytest.raises(Refused, match="没有可恢复的原数"):
        answer(platform, district, version, "cyber", kind=DecisionKind.AMEND, reason="原数无误")
    assert {cell.decided for cell in column(platform, version, "cyber")} == {None}


def test_the_page_asks_once_a_column(platform: Platform, version: int) -> None:
    with platform.database.read() as session:
        cells = session.get_one(Submission, version).readings
        asked = first_of_each(cells)
        firsts = {(cell.key, cell.row) for cell in cells if cell.id in asked}
    assert firsts == {("cyber", 1), ("revenue", 1)}
    assert set(asked.values()) == {FIRMS}
