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


def test_an_empty_scan_is_refused_and_nothing_is_recorded(
    platform: Platform, run_command: Call, tmp_path: Path
) -> None:
    (tmp_path / "函.pdf").touch()
    called = run_command(
        "act", "waiver", "--park", "示例甲园", "--period", "2025H1", *PAPER, "--file", tmp_path / "函.pdf"
    )
    assert (called.exit_code, called.stderr.strip()) == (
        1, "“函.pdf”是空文件（0字节），没有保存；请核对后重新选择文件",
    )  # fmt: skip
    with platform.database.read() as session:
        assert session.scalars(select(ObligationAct)).all() == []


def test_an_older_paper_of_a_duty_and_an_extension_of_long_ago_on_purpose(run_command: Call) -> None:
    older = ("--number", "示例甲府发〔2024〕3号", "--dated", "2024-09-01")
    told = run_command("act", "discharge", "--park", "示例甲园", "--obligation", "work-group", *older, "--json")
    assert json.loads(told.stdout)["notes"] == [
        "文件成文日期2024年9月1日早于园区批复日期2024年10月10日；批复前已办理的，登记有效"
    ]
    late = (
        "--number",
        "示例经信函〔2025〕9号",
        "--dated",
        "2025-07-30",
        "--reason",
        "汛期停产",
        "--until",
        "2025-08-10",
    )
    order = ("act", "extension", "--park", "示例甲园", "--period", "2025H1", *late)
    asked = run_command(*order)
    assert (asked.exit_code, asked.stderr.strip().endswith("请选“照此登记”（--as-written）")) == (1, True)
    assert run_command(*order, "--as-written").exit_code == 0


def test_an_option_left_out_is_a_wrong_call_whichever_act(run_command: Call) -> None:
    paper = ("--number", "示例经信函〔2025〕9号", "--dated", "2025-08-18")
    for words, told in (
        (("waiver", "--period", "2025H1"), "须写明事由"),
        (("extension", "--period", "2025H1", "--reason", "汛期停产"), "须写明新的报送截止日"),
        (
            ("discharge", "--obligation", "annual-plan"),
            "请写明报告期；国家网络安全产业园区（示例甲园）应报的报告期：2024、2025、2026",
        ),
    ):
        called = run_command("act", *words, "--park", "示例甲园", *paper)
        assert (called.exit_code, told in called.stderr) == (2, True), called.stderr
