"""What all commands share: names, help, JSON on stdout alone, exit codes, who acts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from db.session import Database
from jobs.__main__ import COMMANDS, Commands, commands
from jobs.arguments import (
    DATE,
    FILE,
    PERIOD,
    AnyPeriod,
    Day,
    OneOf,
    OwedPeriod,
    Period,
    ReadableFile,
    WorkYear,
)
from jobs.output import Run, changes, reads
from policy.access import AccessDenied
from policy.refusal import Doubtful, Missing, Refused, Unknown
from policy.terms import HalfYear
from services.platform import Platform


@pytest.fixture
def call(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Calls a function as if it were a command of the group."""

    def run(command: click.Command, *arguments: str) -> Result:
        monkeypatch.setattr(Commands, "get_command", lambda self, ctx, name: command)
        return CliRunner().invoke(Commands(), ["any", *arguments])

    return run


@click.command
@click.option("--on", type=DATE)
@click.option("--period", type=PERIOD)
@reads
def echo(run: Run, on: date | None, period: HalfYear | None) -> None:
    run.show({"on": on, "period": period, "word": "园区"}, ["园区"])


@click.command
@changes
def who(run: Run) -> None:
    run.show(run.actor.account, [run.actor.account])


def refusing(error: Exception) -> click.Command:
    @click.command
    @reads
    def command(run: Run) -> None:
        raise error

    return command


def test_help_lists_every_command() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "jobs", "--help"], capture_output=True, text=True, check=True, encoding="utf8"
    )
    assert all(f"  {name} " in result.stdout for name in COMMANDS)


def test_json_is_one_document_with_dates_and_periods_as_text(call: Callable[..., Result]) -> None:
    result = call(echo, "--json", "--on", "2026-07-31", "--period", "2026H1")
    assert json.loads(result.stdout) == {"on": "2026-07-31", "period": "2026H1", "word": "园区"}
    assert "园区" in result.stdout


def test_without_json_lines_are_printed(call: Callable[..., Result]) -> None:
    assert call(echo).stdout == "园区\n"


@pytest.mark.parametrize(
    "arguments",
    [("--on", "20260731"), ("--on", "2026-02-30"), ("--period", "2026"), ("--period", "2026H3"), ("--nonsense",)],
)
def test_a_wrong_call_is_exit_2_with_the_reason(call: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    result = call(echo, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert arguments[-1] in result.stderr
    in_json = call(echo, "--json", *arguments)
    assert in_json.exit_code == 2
    assert arguments[-1] in json.loads(in_json.stdout)["error"]


@pytest.mark.parametrize(
    ("error", "code"), [(Refused("不可以"), 1), (Unknown("没有此园区"), 2), (AccessDenied("无权限"), 2)]
)
def test_a_refusal_is_a_message_never_a_traceback(call: Callable[..., Result], error: Exception, code: int) -> None:
    result = call(refusing(error))
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", f"{error}\n")
    in_json = call(refusing(error), "--json")
    assert (in_json.exit_code, json.loads(in_json.stdout)) == (code, {"error": str(error)})


def test_errors_in_the_data_are_printed_and_exit_1(call: Callable[..., Result]) -> None:
    @click.command
    @reads
    def command(run: Run) -> None:
        run.show(["有误"], ["有误"], errors=True)

    result = call(command, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (1, ["有误"])


def test_an_unmigrated_database_is_named(
    call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    @click.command
    @reads
    def command(run: Run) -> None:
        with run.platform.database.read() as session:
            session.connection().exec_driver_sql("SELECT * FROM park")

    monkeypatch.setenv("PARKWATCH_DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    result = call(command)
    assert result.exit_code == 2
    assert "python -m db upgrade" in result.stderr


def test_the_system_acts_unless_an_account_is_named(call: Callable[..., Result]) -> None:
    assert call(who).stdout == "system\n"


def test_an_unknown_account_is_a_wrong_call(call: Callable[..., Result], database: Database) -> None:
    result = call(who, "--as", "nobody")
    assert result.exit_code == 2
    assert "nobody" in result.stderr


def test_a_wrong_setting_is_named(call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKWATCH_DATABASE_URL", "mysql://somewhere")
    result = call(echo)
    assert (result.exit_code, "PARKWATCH_DATABASE_URL" in result.stderr) == (2, True)
    in_json = call(echo, "--json")
    assert in_json.exit_code == 2
    assert "PARKWATCH_DATABASE_URL" in json.loads(in_json.stdout)["error"]


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite:////proc/nowhere/park.db"])
def test_a_database_out_of_reach_is_a_wrong_call(
    call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PARKWATCH_DATABASE_URL", url)
    result = call(who)
    assert (result.exit_code, "PARKWATCH_DATABASE_URL" in result.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [["--json", "parks"], ["nowhere", "--json"], ["parks", "--json", "--nonsense"]])
def test_a_call_that_reaches_no_command_is_one_document_too(arguments: list[str]) -> None:
    result = CliRunner().invoke(commands, arguments)
    assert result.exit_code == 2
    assert list(json.loads(result.stdout)) == ["error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "缺少 FILE"),
        (["nowhere.xlsx"], "FILE：没有找到文件“nowhere.xlsx”"),
        (["/"], "FILE：“/”是文件夹，应为文件"),
        (["/etc/hostname", "more"], "多写了“more”"),
        (["--nonsense"], "没有选项 --nonsense"),
        (["--medium", "fax"], "--medium：应为 paper、electronic 之一，收到“fax”"),
        (["--medium"], "选项 --medium 后面缺少值"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(call: Callable[..., Result], arguments: list[str], words: str) -> None:
    @click.command
    @click.argument("file", type=FILE)
    @click.option("--medium", type=OneOf(["paper", "electronic"]))
    @reads
    def command(run: Run, file: Path, medium: str | None) -> None:
        raise AssertionError

    assert json.loads(call(command, "--json", *arguments).stdout) == {"error": words}
    assert call(command, *arguments).stderr.startswith(f"{words}\n用法见 ")


def test_an_unknown_command_is_answered_with_those_there_are() -> None:
    result = CliRunner().invoke(commands, ["sweeep"])
    assert "没有命令 sweeep，可用：register、parks、" in result.stderr


def test_a_place_that_cannot_be_written_to_is_a_wrong_call(call: Callable[..., Result], tmp_path: Path) -> None:
    @click.command
    @reads
    def command(run: Run) -> None:
        run.write(tmp_path / "nowhere" / "x.docx", b"")

    result = call(command)
    assert (result.exit_code, "无法写入" in result.stderr) == (2, True)


def test_no_option_leaves_its_message_to_the_library() -> None:
    """A whole number or a choice of click's own would answer in English."""
    ours = (Day, Period, AnyPeriod, OwedPeriod, WorkYear, OneOf, ReadableFile, click.Path)
    silent = (*ours, type(click.STRING), type(click.BOOL), type(click.UNPROCESSED))
    for name in COMMANDS:
        command = Commands().get_command(click.Context(commands), name)
        assert command is not None
        for param in command.params:
            assert isinstance(param.type, silent), f"{name} {param.name}: {param.type}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["act"], "缺少 KIND，应为 extension、waiver、nil-return、discharge 之一"),
        (["round", "--period", "2026H1"], "缺少 --due：报送截止日"),
        (["calendar", "--year", "26年"], "--year：年份应写作 2027，收到“26年”"),
        (["sweep", "--full=yes"], "选项 --full 后面不写值"),
        (["document", "reporting-notice", "--park", "P", "--format", "pdf", "--out", "x.pdf"], "不写 --park"),
    ],
)
def test_what_is_left_out_or_wrong_says_what_should_stand_there(
    platform: Platform, run_command: Callable[..., Result], arguments: list[str], words: str
) -> None:
    called = run_command(*arguments)
    assert called.exit_code == 2
    assert words in called.stderr


def test_what_a_use_case_misses_is_a_wrong_call_and_what_it_doubts_names_the_option(
    call: Callable[..., Result],
) -> None:
    assert call(refusing(Missing("须写明事由"))).exit_code == 2
    doubted = call(refusing(Doubtful("报告期还没有结束，请核对")))
    assert doubted.exit_code == 1
    assert doubted.stderr.strip() == "报告期还没有结束，请核对；确实如此的，请选“照此登记”（--as-written）"
