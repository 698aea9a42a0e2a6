"""`python -m db`: what an administrator types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text

from db.__main__ import commands
from db.models import Unit
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import audit
from services.platform import Platform
from tests import factories


@pytest.fixture
def run(platform: Platform) -> Callable[..., Result]:
    def call(*arguments: object) -> Result:
        return CliRunner().invoke(commands, [str(argument) for argument in arguments])

    return call


def test_upgrade_creates_a_database_with_its_units_and_can_be_repeated(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'parkwatch.db'}"
    monkeypatch.setenv("PARKWATCH_DATABASE_URL", url)
    assert run("upgrade").exit_code == 0
    assert json.loads(run("upgrade", "--json").stdout) == {"schema": "0009"}
    database = Database(url)
    with database.read() as session:
        current = select(func.count()).where(Unit.kind == "district", Unit.valid_to.is_(None), Unit.code.is_not(None))
        assert session.scalar(current) >= 36
    database.engine.dispose()


def test_verify_is_clean_then_names_what_was_changed(run: Callable[..., Result], database: Database) -> None:
    with database.write() as session:
        audit.record(session, SYSTEM_ACTOR, "test", "一件")
    result = run("verify")
    assert (result.exit_code, "核验无误" in result.stdout) == (0, True)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET actor = 'nobody'"))
    assert run("verify").exit_code == 1
    found = run("verify", "--json")
    assert (found.exit_code, json.loads(found.stdout)["problems"]) == (1, ["操作日志第1条内容被改动"])


def test_backup_and_restore_give_the_same_verify(
    run: Callable[..., Result], platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform.database.write() as session:
        factories.make_park(session)
        audit.record(session, SYSTEM_ACTOR, "test", "一件")
    before = run("verify", "--json").stdout
    assert run("backup", tmp_path / "b.zip").exit_code == 0
    refused = run("restore", tmp_path / "b.zip")
    assert (refused.exit_code, "--replace" in refused.stderr) == (1, True)
    monkeypatch.setenv("PARKWATCH_DATABASE_URL", f"sqlite:///{tmp_path / 'again.db'}")
    monkeypatch.setenv("PARKWATCH_STORAGE_URL", f"file:{tmp_path / 'files-again'}")
    assert run("restore", tmp_path / "b.zip").exit_code == 0
    assert run("verify", "--json").stdout == before


def test_a_refusal_with_json_is_one_document(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"no backup")
    result = run("restore", tmp_path / "no.zip", "--json")
    assert result.exit_code == 1
    assert "不是完整的备份文件" in json.loads(result.stdout)["error"]


def test_a_missing_archive_is_a_wrong_call(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("restore", tmp_path / "nowhere.zip").exit_code == 2


def test_a_wrong_call_is_told_in_chinese_and_in_json(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("restore", tmp_path / "nowhere.zip", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"].startswith("PATH：没有找到文件")
    assert "没有命令 repair，可用：backup、demo、" in run("repair").stderr


def test_a_backup_that_cannot_be_written_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("backup", tmp_path / "nowhere" / "b.zip")
    assert (result.exit_code, "没有备份" in result.stderr) == (1, True)


def test_a_filled_database_gets_no_demonstration(run: Callable[..., Result], database: Database) -> None:
    with database.write() as session:
        factories.make_park(session)
    assert run("demo").exit_code == 1
    answer = json.loads(run("demo", "--if-empty", "--json").stdout)
    assert (answer["loaded"], answer["accounts"]) == (False, [])


def test_an_unreachable_database_is_named() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "db", "verify"],
        env=os.environ | {"PARKWATCH_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "PARKWATCH_DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr
