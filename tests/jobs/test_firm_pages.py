"""firm-pages and firm-answers from a shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from openpyxl import load_workbook

from db.models import Park
from policy.access import SYSTEM_ACTOR
from services import reviews
from services.platform import Platform
from services.submissions import ingest
from tests.factories import make_park, make_unit
from tests.papers import fill_firm_page, report

Call = Callable[..., Result]
ROUND = ("--park", "示例甲园", "--period", "2025H2")
FIGURES = {"revenue": 1800, "cyber": 1080, "rnd": 121, "staff": 42}


@pytest.fixture
def park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    """A park whose first report, with 25 firms, is accepted."""
    set_now(date(2026, 1, 12))
    with platform.database.write() as session:
        park = make_park(session, "示例甲园", district=make_unit(session, "示例甲区"))
    stored = ingest(
        platform, SYSTEM_ACTOR, "半年报.xlsx", report(park.title), received_on=date(2025, 7, 20), submit=True
    )
    assert stored.submission_id is not None
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, stored.submission_id, date(2025, 7, 20))
    return park


@pytest.fixture
def folder(park: Park, run_command: Call, tmp_path: Path) -> Path:
    """The pages as issued, in a folder."""
    assert run_command("firm-pages", *ROUND, "--out", tmp_path / "发放").exit_code == 0
    return tmp_path / "发放"


def fill(page: Path, **cells: object) -> None:
    page.write_bytes(fill_firm_page(page.read_bytes(), **FIGURES | cells))


def test_pages_go_into_a_folder_or_a_zip(folder: Path, run_command: Call, tmp_path: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert (len(names), names[:2]) == (26, ["000-新增企业（空白表）.xlsx", "001-示例安全1有限公司.xlsx"])
    told = run_command("firm-pages", *ROUND, "--out", tmp_path / "全部.zip", "--json")
    assert json.loads(told.stdout)["files"] == names
    with ZipFile(tmp_path / "全部.zip") as archive:
        assert sorted(archive.namelist()) == names


def test_answers_are_taken_from_a_folder_and_told_firm_by_firm(folder: Path, run_command: Call, tmp_path: Path) -> None:
    pages = sorted(folder.iterdir())
    fill(pages[1])
    fill(pages[2], cyber="约1080", contact="示例己 13900000077")
    (folder / "照片.png").write_bytes(b"\x89PNG\r\n" + bytes(50))
    kept = [pages[1], pages[2], folder / "照片.png"]
    for page in pages:
        if page not in kept:
            page.unlink()
    out = tmp_path / "汇总.xlsx"
    result = run_command("firm-answers", folder, *ROUND, "--merge-out", out, "--answered-only", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [(one["file"], one["stored"], bool(one["problem"])) for one in told["files"]] == [
        ("001-示例安全1有限公司.xlsx", True, False),
        ("002-示例安全2有限公司.xlsx", True, False),
        ("照片.png", True, True),
    ]
    states = [firm["state"] for firm in told["firms"]]
    assert (states[:2], set(states[2:])) == (["received", "problem"], {"missing"})
    second = told["firms"][1]
    assert (second["problems"][0]["where"], second["problems"][0]["severity"]) == ("一企一表!C13", "confirm")
    assert second["changes"] == ["企业联系人及手机：示例乙 139****0002 → 示例己 139****0077"]
    roster = load_workbook(out)["企业名录"]
    assert [roster.cell(row, 8).value for row in (4, 5, 6)] == [1800, 1800, None]
    words = run_command("firm-answers", *ROUND).stdout
    assert "示例安全2有限公司：有问题" in words
    assert "一企一表!C13：其中：网络安全业务收入填“约1080”；带有限定词，请确认数值" in words
    assert words.endswith("国家网络安全产业园区（示例甲园）2025年下半年一企一表：未回收23家，已回收1家，有问题1家\n")


def test_wrong_calls_are_told(park: Park, run_command: Call, tmp_path: Path) -> None:
    assert run_command("firm-pages", "--park", "某某园", "--period", "2025H2", "--out", tmp_path / "x").exit_code == 2
    missing = run_command("firm-answers", tmp_path / "没有", *ROUND)
    assert (missing.exit_code, "没有找到文件" in missing.stderr) == (2, True)
    nothing = run_command("firm-answers", *ROUND, "--merge-out", tmp_path / "x.xlsx")
    assert (nothing.exit_code, "还没有收回一企一表" in nothing.stderr) == (1, True)
    blocked = tmp_path / "文件"
    blocked.write_text("x")
    assert run_command("firm-pages", *ROUND, "--out", blocked / "里面").exit_code == 2
    damaged = tmp_path / "坏.zip"
    damaged.write_bytes(b"PK\x03\x04broken")
    refused = run_command("firm-answers", damaged, *ROUND, "--json")
    assert (refused.exit_code, "已损坏" in json.loads(refused.stdout)["error"]) == (1, True)
