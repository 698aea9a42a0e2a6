"""装订本: pages are numbered, the contents lead to them, what cannot be bound has its sheet, volumes keep to a size."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from policy.refusal import Refused
from services.archive.binding import Binder, Bound, bind
from services.archive.paging import BROKEN, LOCKED, NO_FILE, NO_PDF
from services.archive.pictures import DAMAGED
from services.archive.pieces import Piece
from services.storage import Storage
from tests.services.archive.papers import DATED, held_at_most, pdf, piece, storage_in

A3 = (842, 1191)
BINDER = Binder(
    ("国家网络安全产业园区（示例甲园）", "归档材料"), ("归档单位：示例委",), "演示数据，纯属虚构", DATED, 100 << 20
)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_in(tmp_path)


def bound(storage: Storage, pieces: Sequence[Piece], folder: Path, limit: int = 100 << 20) -> Bound:
    folder.mkdir(exist_ok=True)
    return bind(storage, pieces, replace(BINDER, limit=limit), folder)


def words(page: pypdf.PageObject) -> str:
    return "".join(page.extract_text().split())


def contents(reader: pypdf.PdfReader) -> str:
    """The text of all pages of the contents."""
    return "".join(
        words(page) for page, label in zip(reader.pages, reader.page_labels, strict=True) if set(label) <= set("IVX")
    )


def test_pages_are_numbered_and_the_contents_lead_to_them(storage: Storage, tmp_path: Path) -> None:
    pieces = [
        piece(storage, "申请函", "a.pdf", pdf(2), number="示例府函〔2026〕1号"),
        piece(storage, "大幅图纸", "b.pdf", pdf(3, A3), divided=True),
        piece(storage, "横向扫描件", "c.pdf", pdf(2, turned=90)),
        piece(storage, "倒置扫描件", "d.pdf", pdf(1, turned=180), divided=True),
    ]
    made = bound(storage, pieces, tmp_path / "room")
    reader = pypdf.PdfReader(made.volumes[0])
    assert (made.pages, made.unbound) == (10, ())
    assert reader.page_labels == ["封面", "I", *map(str, range(1, 11))]
    for number, page in enumerate(reader.pages[2:], start=1):
        assert words(page).startswith(str(number)) or words(page).endswith(str(number)), number
    told = contents(reader)
    for title, page in (("申请函", 1), ("大幅图纸", 3), ("横向扫描件", 7), ("倒置扫描件", 9)):
        assert f"2026年11月9日{page}" in told.split(title)[1], title
    outline = {entry.title: reader.get_destination_page_number(entry) for entry in reader.outline}
    assert outline == {"目录": 1, "1. 申请函": 2, "2. 大幅图纸": 4, "3. 横向扫描件": 8, "4. 倒置扫描件": 10}
    assert "大幅图纸" in words(reader.pages[4])


def test_a_number_stands_upright_in_the_outer_upper_corner(storage: Storage, tmp_path: Path, pdftoppm: str) -> None:
    """However a page is turned: odd on the right, even on the left, as the printed sheet shows it."""
    pieces = [piece(storage, f"{turned}度", f"{turned}.pdf", pdf(2, turned=turned)) for turned in (0, 90, 180, 270)]
    (volume,) = bound(storage, pieces, tmp_path / "room").volumes
    text = subprocess.run(["pdftotext", "-bbox", volume, "-"], capture_output=True, text=True, check=True).stdout
    pages = text.split("<page ")[3:]
    for number, page in enumerate(pages, start=1):
        size, word = page.split(">")[0], next(line for line in page.splitlines() if f">{number}<" in line)
        width = float(size.split('width="')[1].split('"')[0])
        left, top = (float(word.split(f'{side}="')[1].split('"')[0]) for side in ("xMin", "yMin"))
        assert top < 50, (number, word)
        assert left > width - 90 if number % 2 else left < 90, (number, word)


def test_what_cannot_be_bound_has_a_sheet_that_says_why_and_where(storage: Storage, tmp_path: Path) -> None:
    pieces = [
        piece(storage, "有口令的协议", "a.pdf", pdf(1, password="secret"), folder="佐证资料"),
        piece(storage, "不全的扫描件", "b.pdf", pdf(3)[:300], folder="佐证资料"),
        piece(storage, "大赛视频", "c.mp4", bytes(3 << 20), folder="佐证资料"),
        Piece("同意建设的批复", "示例委", "示例函〔2024〕1号", DATED),
        piece(storage, "申请函", "e.pdf", pdf(1)),
    ]
    made = bound(storage, pieces, tmp_path / "room")
    reader = pypdf.PdfReader(made.volumes[0])
    assert dict(made.unbound) == {
        "有口令的协议": LOCKED, "不全的扫描件": BROKEN, "大赛视频": NO_PDF, "同意建设的批复": NO_FILE,
    }  # fmt: skip
    sheets = [words(page) for page in reader.pages[2:]]
    assert "设有密码" in sheets[0]
    assert "佐证资料/01-有口令的协议.pdf" in sheets[0]
    assert "3MB" in sheets[2]
    assert "将原件置于此页之后" in sheets[3]
    assert "示例函〔2024〕1号" in sheets[3]
    assert all(
        why in contents(reader)
        for why in ("设有密码", "大赛视频（隔页）", "的批复（隔页，纸质原件）", "其中4件只装订隔页")
    )


def test_an_owners_restriction_is_no_password(storage: Storage, tmp_path: Path) -> None:
    locked_for_changes = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(pdf(2))))
    locked_for_changes.encrypt("", "owner")
    path = tmp_path / "locked.pdf"
    locked_for_changes.write(path)
    made = bound(storage, [piece(storage, "政策文件", "a.pdf", path.read_bytes())], tmp_path / "room")
    assert (made.pages, made.unbound) == (2, ())


def test_volumes_keep_to_their_size_and_numbers_run_on(storage: Storage, tmp_path: Path) -> None:
    """One paper larger than a volume is cut; the contents of each volume list the whole."""
    limit = 2 << 20
    pieces = [
        piece(storage, "申请函", "a.pdf", pdf(1)),
        piece(storage, "大赛扫描件", "b.pdf", pdf(12, weight=300_000), divided=True),
        piece(storage, "政策文件", "c.pdf", pdf(2)),
    ]
    made = bound(storage, pieces, tmp_path / "room", limit)
    assert len(made.volumes) == 3
    labels = []
    for number, path in enumerate(made.volumes, start=1):
        reader = pypdf.PdfReader(path)
        assert path.stat().st_size <= limit
        assert f"第{number}册（共3册）" in words(reader.pages[0])
        assert "政策文件" in contents(reader)
        assert "第3册15" in contents(reader)
        labels += [label for label in reader.page_labels if label.isdigit()]
    assert labels == [str(number) for number in range(1, 17)]


def test_a_changed_file_is_named_and_nothing_is_bound(storage: Storage, tmp_path: Path) -> None:
    changed = piece(storage, "申请函", "函.pdf", pdf(1))
    storage.path(changed.content.sha256).write_bytes(pdf(2))  # type: ignore[union-attr]
    with pytest.raises(Refused, match=r"“申请函”的文件“函\.pdf”内容与登记时不一致"):
        bound(storage, [changed], tmp_path / "room")


def test_the_same_pieces_give_the_same_bytes(storage: Storage, tmp_path: Path) -> None:
    pieces = [piece(storage, "申请函", "a.pdf", pdf(2)), Piece("同意建设的批复", "示例委", dated=DATED)]
    first, again = (bound(storage, pieces, tmp_path / name).volumes[0] for name in ("first", "again"))
    assert first.read_bytes() == again.read_bytes()


def test_memory_does_not_grow_with_the_evidence(storage: Storage, tmp_path: Path) -> None:
    small, large = (piece(storage, "佐证", "a.pdf", pdf(20, weight=weight)) for weight in (10_000, 1_000_000))
    bound(storage, [small], tmp_path / "small")
    with held_at_most() as grown:
        bound(storage, [large], tmp_path / "large")
    assert large.content is not None
    assert large.content.size > 18 << 20
    assert grown() < 8 << 20


def photo(kind: str, size: tuple[int, int], turned: int = 1) -> bytes:
    """Grey, with a black left edge; `turned` as the camera says it was held (EXIF)."""
    output, picture = io.BytesIO(), Image.new("L", size, 200)
    picture.paste(0, (0, 0, size[0] // 10, size[1]))
    exif = Image.Exif()
    exif[0x0112] = turned
    picture.save(output, kind, exif=exif)
    return output.getvalue()


def test_a_photograph_stands_on_a_page_upright_as_it_was_taken(storage: Storage, tmp_path: Path) -> None:
    pieces = [
        piece(storage, "横拍", "a.jpg", photo("JPEG", (400, 300))),
        piece(storage, "侧着相机拍", "b.jpg", photo("JPEG", (400, 300), turned=6), divided=True),
        piece(storage, "截图", "c.png", photo("PNG", (300, 400))),
        piece(storage, "断开的照片", "d.jpg", photo("JPEG", (400, 300))[:600]),
    ]
    made = bound(storage, pieces, tmp_path / "room")
    reader = pypdf.PdfReader(made.volumes[0])
    assert dict(made.unbound) == {"断开的照片": DAMAGED}
    wide = [page.mediabox.width > page.mediabox.height for page in reader.pages[2:]]
    assert wide == [True, False, False, False, False]
    assert [words(page) for page in (reader.pages[2], reader.pages[4])] == ["1", "3"]


def test_nothing_in_a_bound_paper_acts_by_itself(storage: Storage, tmp_path: Path) -> None:
    paper, output = pikepdf.open(io.BytesIO(pdf(1))), io.BytesIO()
    acting = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    leading = Dictionary(S=Name.URI, URI="https://example.gov.cn")
    rect = Array([0, 0, 9, 9])
    paper.pages[0].obj.AA = Dictionary(O=acting)
    paper.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect, A=act) for act in (acting, leading)]
    )
    paper.save(output)
    (volume,) = bound(storage, [piece(storage, "政策文件", "a.pdf", output.getvalue())], tmp_path / "room").volumes
    with pikepdf.open(volume) as made:
        page = made.pages[2].obj
        assert "/AA" not in page
        assert ["/A" in note for note in page.Annots] == [False, True]
