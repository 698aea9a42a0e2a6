"""`python -m jobs archive`: one file that is whole, or none and the reason."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result

from services.platform import Platform
from services.storage import keep_file
from tests import factories
from tests.evidence_files import pdf


@pytest.fixture(autouse=True)
def _park(platform: Platform) -> None:
    with platform.database.write() as session:
        park = factories.make_park(session, "示例甲园", code="jia")
        file = keep_file(session, platform.storage, "照片.pdf", pdf("活动"))
        factories.make_evidence(session, park, file, media_type="pdf")


def test_it_is_written_whole_and_checked_by_the_systems_own_tool(
    run_command: Callable[..., Result], tmp_path: Path
) -> None:
    out = tmp_path / "归档.zip"
    told = json.loads(run_command("archive", "--park", "jia", "--out", out, "--json").stdout)
    assert (told["whole"], told["pieces"], told["bytes"]) == ("archive", 4, out.stat().st_size)
    with ZipFile(out) as archive:
        archive.extractall(tmp_path / "out")
    assert subprocess.run(["sha256sum", "-c", "校验清单.txt"], cwd=tmp_path / "out", check=False).returncode == 0


def test_it_is_bound(run_command: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "装订.pdf"
    result = run_command("archive", "--park", "jia", "--whole", "application", "--bound", "--out", out)
    assert result.exit_code == 0
    assert out.read_bytes()[:5] == b"%PDF-"
    assert "验收申请材料装订本" in result.stdout


def test_what_cannot_be_is_told(run_command: Callable[..., Result], platform: Platform, tmp_path: Path) -> None:
    nowhere = run_command("archive", "--park", "jia", "--out", tmp_path / "no" / "x.zip")
    assert (nowhere.exit_code, "无法写入" in nowhere.stderr) == (2, True)
    assert run_command("archive", "--park", "无此园", "--out", tmp_path / "x.zip").exit_code == 2
    for path in platform.storage.folder.glob("??/*"):
        path.write_bytes(b"changed")
    damaged = run_command("archive", "--park", "jia", "--out", tmp_path / "x.zip")
    assert (damaged.exit_code, "内容与登记时不一致" in damaged.stderr) == (1, True)
    assert not (tmp_path / "x.zip").exists()
