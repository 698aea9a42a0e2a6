"""`step`: the whole chain from the shell, with the papers the system draws up where none is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from db.models import IssuedDocument
from services.platform import Platform
from tests.factories import make_park

Run = Callable[..., Result]


@pytest.fixture
def step(platform: Platform, run_command: Run, set_now: Callable[[date], None]) -> Callable[..., Result]:
    """Approved 2024-10-10, so that its two years end on 2026-10-10."""
    set_now(date(2026, 12, 31))
    with platform.database.write() as session:
        make_park(session, "甲园", code="A1")
    return lambda kind, dated, *more: run_command("step", kind, "--park", "A1", "--dated", dated, *more)


def test_without_files_each_paper_is_frozen_as_the_system_draws_it_up(
    step: Callable[..., Result], platform: Platform, run_command: Run
) -> None:
    def taken(kind: str, dated: str, *more: str) -> Any:
        done = step(kind, dated, *more, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    assert taken("self-assessment", "2026-10-20")["step"] == "self-assessment"
    taken("department-review", "2026-11-02")
    assert step("acceptance-letter", "2026-11-10").exit_code == 2  # a 公文 without its number
    assert taken("acceptance-letter", "2026-11-10", "--no", "示例府函〔2026〕9号")["number"] == "示例府函〔2026〕9号"
    taken("receipt", "2026-11-12", "--no", "收文〔2026〕1号")
    assert taken("expert-review", "2026-12-01", "--return", "佐证资料不全")["returned_on"] == "2026-12-01"
    taken("receipt", "2026-12-01")
    taken("expert-review", "2026-12-01")
    (outcome, *_more) = [note for note in taken("conclusion", "2026-12-08")["notes"] if "评审结论：" in note]
    assert outcome == "评审结论：达标（未填写评审结论，按“达标”登记）"
    taken("title", "2026-12-20", "--no", "示例经信〔2026〕5号")
    assert json.loads(run_command("parks", "--json").stdout)[0]["stage"] == "titled"
    with platform.database.read() as session:
        frozen = session.scalars(select(IssuedDocument.kind).order_by(IssuedDocument.id)).all()
        assert frozen == ["self-assessment", "department-review", "acceptance-letter", "panel-conclusion"]


def test_an_outcome_with_its_term_and_what_is_meant_all_the_same(step: Callable[..., Result], tmp_path: Any) -> None:
    paper = tmp_path / "材料.pdf"
    paper.write_bytes(b"%PDF paper")
    for kind, dated in (
        ("self-assessment", "2026-10-20"), ("department-review", "2026-10-21"), ("acceptance-letter", "2026-10-22"),
        ("receipt", "2026-10-23"), ("expert-review", "2026-11-20"),
    ):  # fmt: skip
        assert step(kind, dated, "--no", "示例函〔2026〕9号", "--file", paper).exit_code == 0
    wanting = step("conclusion", "2026-12-08", "--outcome", "rectifying", "--file", paper)
    assert "须写明整改期限" in wanting.stderr
    done = step("conclusion", "2026-12-08", "--outcome", "rectifying", "--until", "2027-06-08", "--file", paper)
    assert done.exit_code == 0
    assert step("conclusion", "2026-12-08", "--outcome", "splendid", "--file", paper).exit_code == 2
