"""A zip of pieces: whole or none, checked by the system's own tool, small in memory."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from policy.archiving import Group
from policy.refusal import Refused
from services.archive.listing import Listing, write_listing
from services.archive.packing import MANIFEST, Member, pack
from services.archive.paging import Paged
from services.archive.pieces import Made, Piece
from services.storage import Storage
from tests.services.archive.papers import DATED, held_at_most, piece, storage_in

KEPT = {group: "30年" for group in Group}
LISTING = Listing("国家网络安全产业园区（示例甲园）归档目录", ("共若干件",), DATED, KEPT)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_in(tmp_path)


def packed(storage: Storage, pieces: Sequence[Piece]) -> bytes:
    def listed(members: Sequence[Member | None]) -> tuple[str, bytes]:
        pages = [Paged(2)] * len(pieces)
        return "归档目录.xlsx", write_listing(LISTING, pieces, pages, members)

    out = io.BytesIO()
    pack(storage, pieces, listed, DATED, out)
    return out.getvalue()


def unpacked(data: bytes, folder: Path) -> Path:
    with ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return folder


def test_the_manifest_is_checked_by_the_systems_own_tool(storage: Storage, tmp_path: Path) -> None:
    """With rare and forbidden characters in names, two of one title, and a piece without a file."""
    pieces = [
        piece(storage, "攻防大赛（镕堃喆㛃）：照片/视频?", "a.JPG", b"picture"),
        piece(storage, "攻防大赛（镕堃喆㛃）：照片/视频?", "b.jpg", b"another"),
        Piece("同意建设的批复", "示例委", "示例函〔2024〕1号", DATED),
        Piece("办理记录", "示例委", content=Made("办理记录.pdf", b"%PDF-")),
    ]
    folder = unpacked(packed(storage, pieces), tmp_path / "out")
    checked = subprocess.run(["sha256sum", "-c", MANIFEST], cwd=folder, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        "文件/01-攻防大赛（镕堃喆㛃）：照片／视频？.jpg", "文件/02-攻防大赛（镕堃喆㛃）：照片／视频？.jpg",
        "文件/04-办理记录.pdf", "归档目录.xlsx", MANIFEST,
    }  # fmt: skip
    (folder / "文件/04-办理记录.pdf").write_bytes(b"%PDF+")
    assert subprocess.run(["sha256sum", "-c", MANIFEST], cwd=folder, capture_output=True, check=False).returncode == 1


def test_the_list_tells_of_every_piece_and_of_every_file(storage: Storage, tmp_path: Path) -> None:
    pieces = [
        piece(storage, '=HYPERLINK("x")', "a.pdf", b"%PDF-", number="示例府函〔2026〕1号", about=("已退回",)),
        Piece("同意建设的批复", "示例委", "示例函〔2024〕1号", DATED),
    ]
    folder = unpacked(packed(storage, pieces), tmp_path / "out")
    book = openpyxl.load_workbook(folder / "归档目录.xlsx")
    rows = [[cell.value for cell in row] for row in book["目录"].iter_rows(min_row=3)]
    assert rows[0] == ["件号", "题名", "文号", "责任者", "日期", "页数", "保管期限", "存放位置", "备注"]
    assert rows[1][:7] == [
        1, '=HYPERLINK("x")', "示例府函〔2026〕1号", "示例甲区经济信息委", "2026年11月9日", 2, "30年",
    ]  # fmt: skip
    assert rows[1][7:] == ["文件/01-=HYPERLINK(＂x＂).pdf", "已退回"]
    assert rows[2][7] == "纸质原件，本系统未存扫描件"
    assert book["目录"]["B4"].data_type == "s"
    ((name, size, sha256),) = [[cell.value for cell in row] for row in book["文件"].iter_rows(min_row=3)]
    assert (name, size, len(sha256)) == ("文件/01-=HYPERLINK(＂x＂).pdf", 5, 64)


def test_a_file_that_is_gone_or_was_changed_is_named_and_there_is_no_archive(storage: Storage) -> None:
    gone, changed = piece(storage, "活动照片", "照片.jpg", b"gone"), piece(storage, "申请函", "函.pdf", b"changed")
    whole = piece(storage, "自评报告", "自评.pdf", b"whole")
    storage.path(gone.content.sha256).unlink()  # type: ignore[union-attr]
    storage.path(changed.content.sha256).write_bytes(b"Changed")  # type: ignore[union-attr]
    with pytest.raises(Refused) as refusal:
        packed(storage, [whole, gone, changed])
    told = str(refusal.value)
    assert "“活动照片”的文件“照片.jpg”不在存储中" in told
    assert "“申请函”的文件“函.pdf”内容与登记时不一致" in told
    assert "自评报告" not in told
    assert "恢复原文件" in told


def test_the_same_pieces_give_the_same_bytes(storage: Storage) -> None:
    pieces = [piece(storage, "自评报告", "自评.pdf", b"whole")]
    assert packed(storage, pieces) == packed(storage, pieces)


def test_memory_does_not_grow_with_the_files(storage: Storage, tmp_path: Path) -> None:
    large = piece(storage, "活动视频", "视频.mp4", os.urandom(24 << 20))
    with held_at_most() as grown, (tmp_path / "archive.zip").open("wb") as out:
        pack(storage, [large, large], lambda _members: ("目录.xlsx", b""), DATED, out)
    assert (tmp_path / "archive.zip").stat().st_size > 48 << 20
    assert grown() < 8 << 20


def test_what_a_broken_off_making_left_behind_is_cleared_a_day_later(storage: Storage) -> None:
    with storage.workroom() as room:
        (room / "half").write_bytes(b"half an archive")
        abandoned = room.with_name("abandoned")
        room.rename(abandoned)
    os.utime(abandoned, (0, 0))
    with storage.workroom() as fresh:
        assert not abandoned.exists()
        assert list(fresh.iterdir()) == []
    assert not fresh.exists()
