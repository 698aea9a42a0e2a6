"""`python -m jobs act`: what is recorded about an 应报事项 from a shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from db.models import Obligation, ObligationAct, StoredFile
from services import obligations
from services.platform import Platform
from tests.factories import make_park

Call = Callable[..., Result]
PAPER = ("--number", "示例经信函〔2025〕9号", "--dated", "2025-08-18", "--reason", "汛期停产")


@pytest.fixture(autouse=True)
def _a_park(platform: Platform, set_now: Callable[[date], None]) -> None:
    set_now(date(2025, 8, 20))
    with platform.database.write() as session:
        obligations.generate(session, make_park(session, "示例甲园", obligations=False))


def test_each_act_is_recorded_about_what_is_named(platform: Platform, run_command: Call, tmp_path: Path) -> None:
    scan = tmp_path / "函.pdf"
    scan.write_bytes(b"%PDF-1.7 scan")
    called = run_command(
        "act", "extension", "--park", "示例甲园", "--period", "2025H1", *PAPER, "--until", "2025-08-31", "--file", scan,
        "--json",
    )  # fmt: skip
    assert called.exit_code == 0, called.output
    told = json.loads(called.stdout)
    assert (told["kind"], told["obligation"], told["period"], told["until"]) == (
        "extension", "half_year_report", "2025H1", "2025-08-31",
    )  # fmt: skip
    assert "已登记办理：制定2025年度工作计划" in run_command(
        "act", "discharge", "--park", "示例甲园", "--obligation", "annual-plan", "--period", "2025", *PAPER[:4]
    ).stdout  # fmt: skip
    assert run_command(
        "act", "discharge", "--park", "示例甲园", "--obligation", "work-group", *PAPER[:4]
    ).exit_code == 0  # fmt: skip
    with platform.database.read() as session:
        rows = session.execute(
            select(Obligation.kind, Obligation.period, ObligationAct.kind, StoredFile.name)
            .join(ObligationAct, ObligationAct.obligation_id == Obligation.id)
            .outerjoin(StoredFile, StoredFile.id == ObligationAct.file_id)
            .order_by(ObligationAct.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("half_year_report", "2025H1", "extension", "函.pdf"),
        ("annual_plan", "2025", "discharge", None),
        ("work_group", "", "discharge", None),
    ]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("waiver", "--period", "2030H1"), 2, "应报的报告期：2025H1、2025H2、2026H1"),
        (("waiver", "--period", "2025"), 2, "没有2025的“半年函报”应报事项"),
        (("waiver", "--period", "上半年"), 2, "报告期应写作 2026H1、2026Q1 或 2026"),
        (("extension", "--period", "2025H1", "--until", "2025-07-01"), 1, "应晚于现在的2025年7月31日"),
        (("nil_return", "--period", "2025H1"), 2, "extension、waiver、nil-return、discharge"),
    ],
)
def test_what_cannot_be_recorded_is_told(run_command: Call, words: tuple[str, ...], code: int, told: str) -> None:
    called = run_command("act", *words, "--park", "示例甲园", *PAPER)
    assert called.exit_code == code
    assert told in called.stderr
