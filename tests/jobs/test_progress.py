"""tasks, progress-template and progress from a shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import Workbook, load_workbook

from db.models import Park
from services.platform import Platform
from tests.factories import make_park, make_unit

Call = Callable[..., Result]
ROUND = ("--park", "示例甲园", "--period", "2026Q3")


@pytest.fixture(autouse=True)
def _park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    set_now(date(2026, 10, 12))
    with platform.database.write() as session:
        return make_park(
            session, "示例甲园", district=make_unit(session, "示例甲区"), approved_on=date(2025, 10, 10), code="JIA"
        )


def filled(run_command: Call, tmp_path: Path, **left_out: str) -> Path:
    page = tmp_path / "进展.xlsx"
    assert run_command("progress-template", *ROUND, "--out", page).exit_code == 0
    book = load_workbook(page)
    for row in range(6, 12):
        book.active.cell(row, 2, left_out.get(f"row_{row}", "本期进展"))
    book.save(page)
    return page


def test_a_report_is_taken_and_passed_on(run_command: Call, tmp_path: Path) -> None:
    page = filled(run_command, tmp_path)
    told = run_command("progress", page, *ROUND, "--json")
    assert (told.exit_code, json.loads(told.stdout)) == (
        0, {"park": "JIA", "period": "2026Q3", "stored": True, "forwarded": False, "findings": []},
    )  # fmt: skip
    again = run_command("progress", page, "--park", "JIA", "--forward")
    assert (again.exit_code, again.stdout.strip()) == (
        0, "JIA 2026年第三季度建设进展此前已上传，没有重复保存，已转报市经济信息委",
    )  # fmt: skip
    twice = run_command("progress", page, "--park", "JIA", "--forward")
    assert (twice.exit_code, twice.stderr.strip()) == (1, "2026年第三季度建设进展第1版已经转报，没有改动")


def test_faults_are_listed_and_end_with_one(run_command: Call, tmp_path: Path) -> None:
    told = run_command("progress", filled(run_command, tmp_path, row_9=" "), *ROUND, "--json")
    document = json.loads(told.stdout)
    assert (told.exit_code, document["stored"]) == (1, False)
    assert [(found["code"], found["where"]) for found in document["findings"]] == [("blank_field", "建设进展!B9")]


@pytest.mark.parametrize("period", ["2026", "2026Q5", "上季度"])
def test_a_period_of_none_is_a_wrong_call(run_command: Call, tmp_path: Path, period: str) -> None:
    told = run_command("progress-template", "--park", "JIA", "--period", period, "--out", tmp_path / "x.xlsx")
    assert told.exit_code == 2
    assert f"报告期应写作 2026Q3（季度）或 2026H1（半年），收到“{period}”" in told.stderr


def test_tasks_are_imported_and_change_by_a_decision_only(run_command: Call, tmp_path: Path) -> None:
    def ledger(due: str) -> Path:
        book = Workbook()
        for row in (("任务", "责任单位", "完成时限"), ("攻防靶场建成投用", "运营公司", due)):
            book.active.append(row)
        book.save(tmp_path / "台账.xlsx")
        return tmp_path / "台账.xlsx"

    (task,) = json.loads(run_command("tasks", ledger("2026年底"), "--park", "JIA", "--json").stdout)
    assert (task["task"], task["due_on"], task["new"], task["replaces"]) == (
        "攻防靶场建成投用",
        "2026-12-31",
        True,
        None,
    )
    assert "任务一致，未作改动" in run_command("tasks", ledger("2026年底"), "--park", "JIA").stdout
    refused = run_command("tasks", ledger("2027-03-31"), "--park", "JIA")
    assert (refused.exit_code, "须注明依据文号（--decision）" in refused.stderr) == (1, True)
    told = run_command("tasks", ledger("2027-03-31"), "--park", "JIA", "--decision", "示例函〔2026〕7号").stdout
    assert told.strip() == "变更（原时限2026年12月31日）：攻防靶场建成投用（运营公司），时限2027年3月31日"
