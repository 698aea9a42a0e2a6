"""`python -m jobs evidence`: files put forward for a park, each told what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from services.platform import Platform
from tests import evidence_files as files
from tests import factories


@pytest.fixture
def papers(platform: Platform, tmp_path: Path) -> tuple[Path, Path]:
    with platform.database.write() as session:
        factories.make_park(session, "示例甲园", code="jia")
    good, program = tmp_path / "批复.pdf", tmp_path / "照片.png"
    good.write_bytes(files.pdf("同意建设"))
    program.write_bytes(files.PROGRAM)
    return good, program


def test_each_file_is_told_what_became_of_it(run_command: Callable[..., Result], papers: tuple[Path, Path]) -> None:
    called = ("--park", "示例甲园", "--category", "other", "--claim", "park:approval", "--json")
    done = run_command("evidence", *papers, *called)
    first, second = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (first["stored"], first["title"], first["media"], first["text_checked"]) == (True, "批复", "pdf", True)
    assert (second["stored"], "可执行程序" in second["error"]) == (False, True)


def test_wrong_calls_are_told(run_command: Callable[..., Result], papers: tuple[Path, Path]) -> None:
    assert run_command("evidence", papers[0], "--park", "没有", "--category", "other").exit_code == 2
    assert run_command("evidence", *papers, "--park", "jia", "--category", "other", "--title", "题").exit_code == 2
    assert run_command("evidence", papers[0], "--park", "jia", "--category", "other", "--claim", "x").exit_code == 2


def test_a_scan_with_a_mark_is_not_recorded(
    run_command: Callable[..., Result], platform: Platform, papers: tuple[Path, Path], tmp_path: Path
) -> None:
    scan = tmp_path / "函.pdf"
    scan.write_bytes(files.pdf("机密★1年"))
    done = run_command(
        "letter", "--park", "jia", "--period", "2025H1", "--no", "示例府函〔2025〕1号", "--dated", "2025-07-18",
        "--received-on", "2025-07-22", "--file", scan,
    )  # fmt: skip
    assert (done.exit_code, "密级标志" in done.stderr) == (1, True)
    assert platform.storage.names() == []
