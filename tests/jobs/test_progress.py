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
from policy.access import SYSTEM_ACTOR
from services.plan_tasks import mark_done
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
    again = json.loads(run_command("progress", page, *ROUND, "--json").stdout)
    assert (again["stored"], [found["code"] for found in again["findings"]]) == (False, ["duplicate_file"])
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


def test_tasks_are_imported_and_change_by_a_decision_only(
    platform: Platform, run_command: Call, tmp_path: Path
) -> None:
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
    assert (refused.exit_code, "须注明依据文号" in refused.stderr) == (1, True)
    told = run_command("tasks", ledger("2027-03-31"), "--park", "JIA", "--decision", "示例函〔2026〕7号").stdout
    assert told.strip() == "变更（原时限2026年12月31日）：攻防靶场建成投用（运营公司），时限2027年3月31日"
    closed = ("tasks", "--park", "JIA", "--reopen", "攻防靶场建成投用")
    assert "没有销号，不须撤销" in run_command(*closed, "--reason", "误登").stderr
    with platform.database.write() as session:
        mark_done(session, SYSTEM_ACTOR, "JIA", 2, date(2026, 10, 1), "已投用，验收报告见佐证资料")
    assert run_command(*closed).exit_code == 2
    told = run_command(*closed, "--reason", "核查发现尚未投用").stdout
    assert told.strip() == "已撤销销号：攻防靶场建成投用，时限2027年3月31日"
    for wrong in (("tasks", "--park", "JIA"), (*closed, ledger("2027-03-31"))):
        called = run_command(*wrong)
        assert (called.exit_code, "只写一种" in called.stderr) == (2, True)
    assert "晚于建设期满2027年10月10日" in run_command(
        "tasks", ledger("2027-12-31"), "--park", "JIA", "--decision", "示例函〔2026〕8号"
    ).stdout  # fmt: skip
