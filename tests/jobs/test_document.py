"""`python -m jobs document`: files, what is said about them, and wrong calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from services.platform import Platform
from tests.factories import make_park

HEAD = {"docx": b"PK", "pdf": b"%PDF-1.7", "html": b"<!doctype html>"}


@pytest.fixture(autouse=True)
def _park(platform: Platform, set_now: Callable[[date], None]) -> None:
    set_now(date(2025, 6, 1))
    with platform.database.write() as session:
        make_park(session, "示例甲园", code="jia")


@pytest.fixture
def call(run_command: Callable[..., Result]) -> Callable[..., Result]:
    return lambda *arguments: run_command("document", *arguments)


@pytest.mark.parametrize("file_format", HEAD)
@pytest.mark.parametrize("kind", ["self-assessment", "acceptance-letter"])
def test_writes_the_document(call: Callable[..., Result], kind: str, file_format: str, tmp_path: Path) -> None:
    out = tmp_path / f"文件.{file_format}"
    result = call(kind, "--park", "示例甲园", "--format", file_format, "--out", out)
    assert result.exit_code == 0
    assert out.read_bytes().startswith(HEAD[file_format])
    assert "代拟稿·草稿" in result.stdout
    assert "尚缺：尚无审核通过的园区发展情况数据" in result.stdout


def test_json_says_what_was_written_and_what_lacks(call: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "函.pdf"
    said = json.loads(call("acceptance-letter", "--park", "jia", "--format", "pdf", "--out", out, "--json").stdout)
    assert said["title"] == "关于申请国家网络安全产业园区（示例甲园）建设验收的函"
    assert (said["file"], said["bytes"]) == (str(out), out.stat().st_size)
    assert said["marks"] == ["代拟稿", "草稿"]
    assert "自评报告尚未登记" in said["lacking"]


def test_a_reminder_letter_always_renders(call: Callable[..., Result], tmp_path: Path) -> None:
    """Nothing is overdue on 1 June: a draft that says so, of one half-year or of the whole district alike."""
    for more in ((), ("--period", "2025H1"), ("--whole-district",)):
        out = tmp_path / "函.html"
        said = call("reminder-letter", "--park", "jia", *more, "--format", "html", "--out", out).stdout
        assert "催报函（代拟稿·草稿）" in said
        assert "没有逾期未报事项，不需要催报" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("poem", "--park", "jia", "--format", "pdf"), "self-assessment、department-review"),
        (("self-assessment", "--park", "没有这个园", "--format", "pdf"), "没有找到园区“没有这个园”"),
        (("self-assessment", "--park", "jia", "--format", "odt"), "odt"),
        (("self-assessment", "--format", "pdf"), "--park"),
    ],
)
def test_a_wrong_call_is_exit_2_and_writes_nothing(
    call: Callable[..., Result], arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    out = tmp_path / "文件.pdf"
    result = call(*arguments, "--out", out)
    assert result.exit_code == 2
    assert words in result.output
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_a_wrong_call(call: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "没有这个文件夹" / "函.pdf"
    result = call("acceptance-letter", "--park", "jia", "--format", "pdf", "--out", out)
    assert result.exit_code == 2
    assert "无法写入" in result.output
