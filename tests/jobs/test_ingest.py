"""ingest, review, letter and template from a shell."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from db.models import Park
from db.queries.corrections import corrections
from db.queries.returns import returns
from jobs.__main__ import COMMANDS, commands
from policy.access import FULL_SCOPE
from policy.terms import ReturnReason
from services.platform import Platform
from tests.evidence_files import pdf
from tests.factories import make_park, make_unit
from tests.papers import report

TODAY = date(2025, 8, 20)


@pytest.fixture
def park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    set_now(TODAY)
    with platform.database.write() as session:
        return make_park(session, "示例甲园", district=make_unit(session, "示例甲区"))


def call(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def parsed(*arguments: object) -> Any:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def paper(park: Park, tmp_path: Path) -> Callable[..., Path]:
    """Writes a report of the park to a file."""

    def write(name: str = "半年报.xlsx", **figures: Any) -> Path:
        path = tmp_path / name
        path.write_bytes(report(park.title, figures=figures))
        return path

    return write


def test_one_object_a_file(park: Park, paper: Callable[..., Path]) -> None:
    path = paper()
    first, second = parsed("ingest", path, paper("新.xlsx", firms_total=61), "--received-on", "2025-07-20")
    assert (first["file"], first["park"], first["period"], first["months"]) == ("半年报.xlsx", park.code, "2025H1", 6)
    assert (first["kind"], first["format"], first["clean"], first["stored"]) == ("half_year_report", "xlsx", True, True)
    assert set(first["fields"][0]) == {
        "key", "column", "raw", "value", "unit", "status", "where", "message", "remark", "candidates",
    }  # fmt: skip
    assert second["stored"]
    (again,) = parsed("ingest", path)
    assert (again["stored"], [finding["code"] for finding in again["findings"]]) == (False, ["duplicate_file"])


def test_phones_are_masked_in_values_and_raw_text(paper: Callable[..., Path]) -> None:
    result = call("ingest", paper(), "--json")
    assert "139****0001" in result.stdout
    assert "13900000001" not in result.stdout


def test_errors_in_the_data_are_told_by_cell_and_exit_1(paper: Callable[..., Path]) -> None:
    path = paper(area_operating=None, revenue_cyber=4.5)
    assert json.loads(call("ingest", path, "--json").stdout)[0]["stored"]
    result = call("ingest", path, "--dry-run")
    assert result.exit_code == 1
    summary, *problems = result.stdout.splitlines()
    assert summary.startswith("半年报.xlsx：国家网络安全产业园区（示例甲园）2025年上半年")
    assert "试读，未入库" in summary
    assert any(line.startswith("  [须更正] 半年报!C8：园区已运营使用楼宇面积空缺；") for line in problems)
    assert any("[强制性审核] 半年报!C10" in line and "附件表一" in line for line in problems)
    assert len([line for line in problems if "半年报!C8" in line]) == 1


def test_what_waits_for_confirmation_shows_what_would_be_taken(paper: Callable[..., Path]) -> None:
    result = call("ingest", paper(staff_cyber="约0.45"))
    assert result.exit_code == 0
    assert "[待确认] 半年报!C14：网络安全产业从业人员“约0.45”，拟按0.45万人；" in result.stdout


def test_an_unreadable_file_is_one_message_not_a_traceback(park: Park, tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")
    result = call("ingest", path, "--json")
    assert result.exit_code == 1
    (document,) = json.loads(result.stdout)
    assert (document["kind"], document["stored"], len(document["findings"])) == (None, False, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ingest",),
        ("ingest", "没有这个文件.xlsx"),
        ("ingest", "{paper}", "--park", "无此园"),
        ("ingest", "{paper}", "--period", "2025"),
        ("review", "--park", "示例甲园", "--period", "2025H1"),
        ("review", "--park", "示例甲园", "--period", "2025H1", "--accept", "--return", "有误"),
        ("review", "--park", "无此园", "--period", "2025H1", "--accept"),
        ("letter", "--park", "无此园", "--period", "2025H1", "--no", "1号", "--dated", "2025-07-18"),
        ("template", "--park", "无此园", "--period", "2025H1", "--out", "x.xlsx"),
        ("template", "--park", "示例甲园", "--period", "2025H1", "--out", "没有这个文件夹/x.xlsx"),
    ],
)
def test_a_wrong_call_is_exit_2(paper: Callable[..., Path], arguments: tuple[str, ...]) -> None:
    filled = [str(paper()) if argument == "{paper}" else argument for argument in arguments]
    result = call(*filled, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]


def test_from_upload_to_acceptance_and_letter(park: Park, paper: Callable[..., Path], tmp_path: Path) -> None:
    parsed("ingest", paper(), "--received-on", "2025-07-20")
    returned = parsed("review", "--park", park.code, "--period", "2025H1", "--return", "面积有误", "--on", "2025-07-25")
    assert (returned["accepted"], returned["version"], returned["reason"]) == (False, 1, "面积有误")
    parsed("ingest", paper(area_built=51), "--received-on", "2025-07-28")
    accepted = call("review", "--park", park.code, "--period", "2025H1", "--accept", "--on", "2025-07-30")
    assert accepted.exit_code == 0
    assert "第2版：审核通过（2025年7月30日）" in accepted.stdout
    assert "  核实：本期累计园区已建成" in accepted.stdout
    scan = tmp_path / "函.pdf"
    scan.write_bytes(pdf("来函"))
    letter = (
        "letter", "--park", "示例甲园", "--period", "2025H1", "--no", "示例甲府函〔2025〕12号",
        "--dated", "2025-07-18", "--received-on", "2025-07-22", "--file", scan,
    )  # fmt: skip
    assert parsed(*letter)["recorded"] == [park.code]
    assert parsed(*letter)["recorded"] == []


def test_a_return_is_counted_under_its_kind(park: Park, paper: Callable[..., Path], platform: Platform) -> None:
    parsed("ingest", paper(), "--received-on", "2025-07-20")
    back = ("review", "--park", park.code, "--period", "2025H1", "--return", "单位应为亿元", "--on", "2025-07-25")
    assert call(*back, "--category", "没有这一类").exit_code == 2
    assert call("review", *back[1:5], "--accept", "--category", "magnitude").exit_code == 2
    returned = parsed(*back, "--category", "magnitude")
    assert (returned["accepted"], returned["category"], returned["reason"]) == (False, "magnitude", "单位应为亿元")
    with platform.database.read() as session:
        (tally,) = returns(session, FULL_SCOPE)
    assert tally.counts == {ReturnReason.MAGNITUDE: 1}


def test_a_correction_sent_without_its_reason_is_accepted_with_the_one_given(
    park: Park, paper: Callable[..., Path], platform: Platform
) -> None:
    accept = ("review", "--park", park.code, "--period", "2025H1", "--accept", "--on", "2025-07-30")
    parsed("ingest", paper(), "--received-on", "2025-07-20")
    parsed(*accept)
    parsed("ingest", paper(area_built=33), "--received-on", "2025-07-28")
    assert call(*accept[:5], "--return", "x", "--correction-reason", "y").exit_code == 2
    parsed(*accept, "--correction-reason", "区县来电更正")
    parsed("ingest", paper(area_built=32), "--received-on", "2025-07-29")
    parsed(*accept)
    with platform.database.read() as session:
        reasons = [entry.reason for entry in corrections(session, FULL_SCOPE)]
    assert reasons == ["报送时未写明", "区县来电更正"]


def test_the_kind_of_figures_is_taken_as_the_docs_write_it(park: Park, paper: Callable[..., Path]) -> None:
    silent = paper()
    book = load_workbook(silent)
    book["半年报"]["E4"] = None
    book.save(silent)
    assert parsed("ingest", silent, "--figure-kind", "estimate", "--dry-run")[0]["figure_kind"] == "estimate"
    assert parsed("ingest", silent, "--dry-run")[0]["figure_kind"] == "preliminary"


@pytest.mark.parametrize("name", COMMANDS)
def test_words_to_choose_from_are_shown_as_they_are_written(name: str) -> None:
    """An enum shown by the names of its members would be refused by its values."""
    command = commands.get_command(click.Context(commands), name)
    assert command is not None
    for param in command.params:
        words = param.type.choices if isinstance(param.type, click.Choice) else ()
        assert [word for word in words if word != word.lower()] == []


def test_a_refusal_is_exit_1(park: Park, paper: Callable[..., Path]) -> None:
    nothing_there = call("review", "--park", park.code, "--period", "2025H1", "--accept")
    assert (nothing_there.exit_code, nothing_there.stdout) == (1, "")
    assert "2025年上半年" in nothing_there.stderr
    call("ingest", paper(area_operating=None))
    refused = call("review", "--park", park.code, "--period", "2025H1", "--accept", "--json")
    assert refused.exit_code == 1
    assert "半年报!C8" in json.loads(refused.stdout)["error"]


def test_the_template_is_written_where_asked(park: Park, tmp_path: Path) -> None:
    out = tmp_path / "模板.xlsx"
    document = parsed("template", "--park", "示例甲园", "--period", "2026H1", "--out", out)
    assert (document["period"], Path(document["file"])) == ("2026H1", out)
    assert load_workbook(out)["半年报"]["B2"].value == park.title


def test_in_a_process_of_its_own_stdout_is_json_alone(park: Park, paper: Callable[..., Path]) -> None:
    files = [str(paper(f"{number}.xlsx", firms_total=60 + number)) for number in range(3)]
    result = subprocess.run(
        [sys.executable, "-m", "jobs", "ingest", *files, "--dry-run", "--json"],
        capture_output=True, text=True, check=True, encoding="utf8",
    )  # fmt: skip
    assert [entry["file"] for entry in json.loads(result.stdout)] == ["0.xlsx", "1.xlsx", "2.xlsx"]
    assert result.stderr == ""


def test_a_progress_bar_is_for_people_watching_many_files(park: Park, paper: Callable[..., Path]) -> None:
    files = [str(paper(f"{number}.xlsx")) for number in range(2)]
    watched, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    command = [sys.executable, "-m", "jobs", "ingest", *files, "--dry-run", "--json"]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=True)
    os.close(terminal)
    shown = _all(watched)
    assert "读取" in shown
    assert "2/2" in shown
    assert len(json.loads(result.stdout)) == 2


def _all(terminal: int) -> str:
    """Everything written to the terminal; reading past its end is an error on Linux."""
    shown = b""
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 10_000):
            shown += part
    os.close(terminal)
    return shown.decode()
