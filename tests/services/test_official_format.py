"""GB/T 9704—2012 measured from the files themselves, point by point: the PDF, and the Word file as LibreOffice prints
it (which has none of the named faces, so that only places and counts are measured there)."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree
from PIL import Image, ImageChops

from services.documents.catalogue import render
from services.documents.content import (
    Annex,
    Attachments,
    Block,
    Column,
    Document,
    Heading,
    PageNumbers,
    Paragraph,
    SignOff,
    Table,
    text,
)
from services.documents.to_docx import render_docx
from services.documents.to_pdf import render_pdf
from tests.measured_pages import MM, Page, fonts, missing_glyphs, pages

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEFT, RIGHT, TOP, BOTTOM = 28, 210 - 26, 37, 297 - 35
CHARACTER = 16 * MM
RARE = "镕堃喆㛃"
OFFICE = "虚构市经济和信息化委员会"
BODY = "园区建设期内坚持以网络安全为主导产业持续完善载体配套和公共服务推动企业集聚发展"


def letter(*, attachments: tuple[str, ...] = ("建设自评报告", "佐证资料目录"), paragraphs: int = 4) -> Document:
    """Long enough to have full pages of nothing but text."""
    blocks: tuple[Block, ...] = (
        *(Paragraph(text(BODY * 14 + "。")) for _ in range(paragraphs)),
        Heading(1, "一、总体情况"),
        Heading(2, "（一）建设进展"),
        Heading(3, "1.载体建设"),
        Paragraph(text(f"由{RARE}负责，已完成。")),
        Paragraph(text("特此函达。")),
        Attachments(attachments),
        SignOff("虚构甲区人民政府"),
    )
    return Document(
        title=("关于申请", "国家网络安全产业园区（示例甲园）", "建设验收的函"),
        blocks=blocks,
        dated=date(2026, 11, 1),
        page_numbers=PageNumbers.OUTSIDE,
        annexes=(
            Annex("附件1", "建设自评报告", (wide_table(),)),
            Annex("附件2", "佐证资料目录", (wide_table(),), True),
        ),
        number="虚构函〔2026〕1号",
        addressee="市经济和信息化委员会：",
    )


def own_letter() -> Document:
    return replace(letter(paragraphs=2), blocks=(*letter(paragraphs=2).blocks[:-1], SignOff(OFFICE)), annexes=())


def wide_table() -> Table:
    cell = f"{RARE}在二百字的单元格里也要完整印出，" * 10 + "到此为止二百字"
    columns = (Column("序号", 8), Column("说明", 46), Column("姓名", 20), Column("金额", 16))
    row = (text("1"), text(cell), text(RARE), text("12345678.90"))
    return Table("名录", columns, (row, *((text(str(n)), text("无"), text(RARE), text("0")) for n in range(2, 40))))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf(letter())


@pytest.fixture(scope="module")
def word() -> bytes:
    return render_docx(letter())


@pytest.fixture(scope="module")
def printed(pdf: bytes) -> list[Page]:
    return pages(pdf)


@pytest.fixture(scope="module")
def word_folder(word: bytes, libreoffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """letter.pdf and headed.pdf as LibreOffice prints the Word files."""
    folder = tmp_path_factory.mktemp("word")
    (folder / "letter.docx").write_bytes(word)
    (folder / "headed.docx").write_bytes(render(own_letter(), "docx", letterhead=OFFICE).data)
    subprocess.run(
        [
            libreoffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", folder, folder / "letter.docx", folder / "headed.docx",
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def from_word(word_folder: Path) -> list[Page]:
    return pages((word_folder / "letter.pdf").read_bytes())


@pytest.fixture(params=("printed", "from_word"))
def either(request: pytest.FixtureRequest) -> list[Page]:
    """The PDF, and the Word file as LibreOffice prints it."""
    found: list[Page] = request.getfixturevalue(request.param)
    return found


def body_of(page: Page) -> list[float]:
    return [line.y for line in page.within(TOP, BOTTOM)]


# The page


def test_a4_with_a_text_block_of_156_by_225(either: list[Page]) -> None:
    assert [(round(page.width), round(page.height)) for page in either[:3]] == [(210, 297)] * 3
    block = either[1].within(TOP - 5, BOTTOM + 5)
    assert min(line.x for line in block) == pytest.approx(LEFT, abs=0.3)
    full = [line for line in block if len(line.text) == 28]
    assert all(line.right == pytest.approx(RIGHT, abs=0.6) for line in full)
    # Characters stand on the baseline: the topmost begin 37 mm down, the lowest end above 262.
    assert TOP + 3 < block[0].y < TOP + 9
    assert BOTTOM - 9 < block[-1].y < BOTTOM


def test_twenty_two_lines_of_twenty_eight_characters(either: list[Page]) -> None:
    lines = either[1].within(TOP, BOTTOM)
    assert len(lines) == 22
    full = [len(line.text) for line in lines if not line.text.endswith("。") and line.x < LEFT + CHARACTER]
    assert len(full) > 15
    assert set(full) == {28}
    assert {round((lower.y - upper.y) / MM, 1) for upper, lower in pairwise(lines)} <= {28.9, 29.0}


def test_a_paragraph_begins_two_characters_in(either: list[Page]) -> None:
    first = next(line for line in either[0].lines if line.text.startswith("园区建设期内"))
    assert first.x == pytest.approx(LEFT + 2 * CHARACTER, abs=0.6)
    assert len(first.text) == 26


def test_the_first_page_carries_text_of_the_body(either: list[Page]) -> None:
    assert sum("网络安全" in line.text for line in either[0].within(TOP, BOTTOM)) >= 5


# The head and the levels


def test_number_title_and_addressee_in_their_places(either: list[Page]) -> None:
    page, pitch = either[0], 28.95 * MM
    number, addressee = page.line("虚构函〔2026〕1号"), page.line("市经济和信息化委员会：")
    assert number.right == pytest.approx(RIGHT, abs=1.5)
    assert addressee.x == pytest.approx(LEFT, abs=0.3)
    titles = [page.line(words) for words in ("关于申请", "国家网络安全产业园区", "建设验收的函")]
    for line in titles:
        assert {run.size for run in line.runs} == {22}
        # A bracket that ends a line has no room of its own behind it.
        assert (line.x + line.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=2)
    # Two lines between the number and the title, one between the title and whom it is sent to.
    assert titles[0].y - number.y == pytest.approx(3 * pitch, abs=3)
    assert addressee.y - titles[-1].y == pytest.approx(2 * pitch, abs=3)
    assert len(titles[0].text) < len(titles[1].text) > len(titles[2].text)


def test_the_levels_differ_by_face_alone(printed: list[Page]) -> None:
    found = {}
    for words in ("一、总体情况", "（一）建设进展", "1.载体建设", "由"):
        line = next(line for page in printed for line in page.lines if line.text.startswith(words))
        found[words] = (line.runs[0].font, line.runs[0].size)
        assert line.x == pytest.approx(LEFT + 2 * CHARACTER, abs=0.6)
    assert found == {
        "一、总体情况": ("FandolHei-Regular", 16), "（一）建设进展": ("FandolKai-Regular", 16),
        "1.载体建设": ("FandolFang-Regular", 16), "由": ("FandolFang-Regular", 16),
    }  # fmt: skip


def test_the_word_file_names_the_faces_of_the_standard(word: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
        body = etree.fromstring(archive.read("word/document.xml"))
    named = {
        style.find(f"{W}name").get(f"{W}val"): style.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia")
        for style in styles.iter(f"{W}style")
        if style.find(f"{W}rPr/{W}rFonts") is not None
    }
    wanted = {
        "公文正文": "仿宋_GB2312", "heading 1": "黑体", "heading 2": "楷体_GB2312", "heading 3": "仿宋_GB2312",
        "Title": "方正小标宋简体", "footer": "宋体",
    }  # fmt: skip
    assert {name: named[name] for name in wanted} == wanted
    for run in body.iter(f"{W}r"):
        if run.find(f"{W}t") is not None:
            assert run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") in set(wanted.values())


def test_every_face_of_the_pdf_is_embedded(pdf: bytes) -> None:
    found = list(fonts(pdf))
    assert found
    for font in found:
        assert font["/BaseFont"][7] == "+", "a subset"
        assert "/FontFile3" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


# Attachments, date and room for the seal


def test_the_attachments_are_noted_one_blank_line_below_the_text(either: list[Page]) -> None:
    page = next(page for page in either if any("附件：1." in line.text for line in page.lines))
    before, first = page.line("特此函达。"), page.line("附件：1.建设自评报告")
    second = page.line("2.佐证资料目录")
    assert first.y - before.y == pytest.approx(2 * 28.95 * MM, abs=0.5)
    assert first.x == pytest.approx(LEFT + 2 * CHARACTER, abs=0.6)
    assert second.x == pytest.approx(LEFT + 5 * CHARACTER, abs=0.9)
    assert not first.text.endswith(("。", "；"))


def test_a_single_attachment_has_no_number() -> None:
    only = letter(attachments=("应报园区名单",), paragraphs=1)
    lines = [line.text for page in pages(render_pdf(only)) for line in page.lines]
    assert "附件：应报园区名单" in lines


def test_an_attachment_begins_a_page_with_its_title_on_the_third_line(either: list[Page]) -> None:
    page = next(page for page in either if page.lines and any(line.text == "附件1" for line in page.lines))
    label, title = page.line("附件1"), page.line("建设自评报告")
    first = body_of(page)[0]
    assert label.y == first
    assert label.x == pytest.approx(LEFT, abs=0.3)
    assert title.y - label.y == pytest.approx(2 * 28.95 * MM, abs=3)
    assert (title.x + title.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)


def test_the_date_leaves_room_for_the_seal(either: list[Page]) -> None:
    page = next(page for page in either if any("虚构甲区人民政府" in line.text for line in page.lines))
    name = page.line("虚构甲区人民政府")
    date_line = next(line for line in page.lines if line.y > name.y + 5)
    above = max(line.y for line in page.lines if line.y < name.y - 1)
    # Three blank lines for a seal of 42 mm that covers name and date; the date four characters from the right.
    assert name.y - above == pytest.approx(4 * 28.95 * MM, abs=1)
    assert date_line.text.replace(" ", "").replace("　", "") == "年月日"
    assert date_line.right == pytest.approx(RIGHT - 4 * CHARACTER, abs=1.5)
    # 　　　　年　　月　　日 is eleven characters wide, and the name stands centred on it.
    centre = RIGHT - 4 * CHARACTER - 11 * CHARACTER / 2
    assert (name.x + name.right) / 2 == pytest.approx(centre, abs=1.5)
    assert any("特此函达" in line.text for line in page.lines), "no seal stands on a page without text"


def test_no_picture_in_a_letter(pdf: bytes, word: bytes) -> None:
    for page in pages(pdf):
        assert "/XObject" not in page.page["/Resources"]
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("word/media")]


# Page numbers


def test_page_numbers_odd_right_even_left_none_on_the_first(either: list[Page]) -> None:
    assert not [line for line in either[0].lines if line.text.replace(" ", "").startswith("—")]
    upright = [(number, page) for number, page in enumerate(either, start=1) if number > 1 and page.height > 290]
    assert len(upright) > 3
    for number, page in upright:
        shown = next(line for line in page.lines if line.text.replace(" ", "") == f"—{number}—")
        assert {run.size for run in shown.runs} == {14}
        # 14 points high, 7 mm below the text block, one character in on the outer side.
        assert shown.y == pytest.approx(BOTTOM + 7 + 0.88 * 14 * MM, abs=1.2)
        edge = shown.x - LEFT if number % 2 == 0 else RIGHT - shown.right
        assert edge == pytest.approx(14 * MM, abs=3.5), number


def test_a_report_numbers_in_the_middle_from_its_first_page() -> None:
    report = replace(letter(), page_numbers=PageNumbers.CENTRED)
    for number, page in enumerate(pages(render_pdf(report)), start=1):
        shown = page.line(f"— {number} —")
        middle = (LEFT + RIGHT) / 2 if page.height > 290 else (35 + 297 - 37) / 2
        assert (shown.x + shown.right) / 2 == pytest.approx(middle, abs=2.5)


# 信函格式, an option for the site's own office


@pytest.mark.parametrize("made_by", ["typst", "word"])
def test_the_own_office_prints_its_letters_under_its_name_and_between_two_rules(
    made_by: str, request: pytest.FixtureRequest, pdftoppm: str, tmp_path: Path
) -> None:
    """Measured in red: the name 30 mm down, a rule 4 mm below it, another 20 mm above the edge, both 170 mm wide."""
    file = tmp_path / "headed.pdf"
    if made_by == "word":
        file = request.getfixturevalue("word_folder") / "headed.pdf"
    else:
        file.write_bytes(render(own_letter(), "pdf", letterhead=OFFICE).data)
    subprocess.run((pdftoppm, "-r", "127", "-png", file, tmp_path / "page"), check=True)
    first, second, *_rest = sorted(tmp_path.glob("page*.png"))
    name, upper, lower = red_bands(first)
    assert name.top == pytest.approx(30, abs=1.2)
    assert upper.top - name.bottom == pytest.approx(4, abs=1.2)
    assert lower.bottom == pytest.approx(297 - 20, abs=0.8)
    for rule in (upper, lower):
        assert (rule.left, rule.right) == (pytest.approx(20, abs=0.6), pytest.approx(190, abs=0.6))
        assert rule.bottom - rule.top < 2
    assert (name.left + name.right) / 2 == pytest.approx(105, abs=1)
    assert red_bands(second) == []
    page = pages(file.read_bytes())[0]
    number, title = page.line("虚构函〔2026〕1号"), page.line("关于申请")
    # Seven eighths of a character between the rule and the number, two lines between the number and the title.
    assert number.y - 0.88 * CHARACTER - upper.bottom == pytest.approx(CHARACTER * 7 / 8, abs=2.5)
    assert number.right == pytest.approx(RIGHT, abs=1.5)
    assert title.y - number.y == pytest.approx(3 * 28.95 * MM, abs=3)
    assert not [line for line in page.lines if line.text.replace(" ", "").startswith("—")]


class Band(NamedTuple):
    """Rows of a page that are red somewhere, in millimetres."""

    top: float
    bottom: float
    left: float
    right: float


def red_bands(picture: Path) -> list[Band]:
    """From the top down, at five dots a millimetre; what is less than a millimetre apart is one."""
    with Image.open(picture) as image:
        red, green, blue = image.convert("RGB").split()
        lit = ImageChops.subtract(red, ImageChops.lighter(green, blue)).point(lambda value: 255 if value > 90 else 0)
    rows: list[list[int]] = []
    for row in range(lit.height):
        if lit.crop((0, row, lit.width, row + 1)).getbbox():
            if rows and row - rows[-1][-1] <= 5:
                rows[-1].append(row)
            else:
                rows.append([row])
    bands = []
    for found in rows:
        box = lit.crop((0, found[0], lit.width, found[-1] + 1)).getbbox()
        assert box is not None
        bands.append(Band(found[0] / 5, (found[-1] + 1) / 5, box[0] / 5, box[2] / 5))
    return bands


def test_no_letter_of_another_office_no_report_and_no_letter_unasked_has_a_head(pdf: bytes) -> None:
    own = own_letter()
    plain = render(own, "pdf").data
    assert render(letter(), "pdf", letterhead=OFFICE).data == pdf
    report = replace(own, page_numbers=PageNumbers.CENTRED)
    assert render(report, "docx", letterhead=OFFICE).data == render(report, "docx").data
    assert plain != render(own, "pdf", letterhead=OFFICE).data
    assert f'<p class="letterhead">{OFFICE}</p>' in render(own, "html", letterhead=OFFICE).data.decode()


# What is hard to print


def test_rare_names_long_cells_and_no_empty_box(either: list[Page]) -> None:
    said = "".join(line.text for page in either for line in page.lines)
    words = "".join(part for part in wide_table().rows[0][1] if isinstance(part, str))
    assert len(words) > 200
    assert said.count(RARE) >= 2 * (10 + 39)
    assert said.count("格") == 2 * words.count("格")
    assert said.count("止") == 2, "the end of the cell is not clipped"
    for page in either:
        right = page.width - (26 if page.height > 290 else 37)
        assert all(line.y < page.height - 10 for line in page.lines)
        assert all(run.x < right for run in page.runs)


def test_no_glyph_is_missing_and_what_no_face_has_is_printed_as_the_printers_sign(pdf: bytes) -> None:
    assert missing_glyphs(pdf) == 0
    strange = replace(letter(), blocks=(Paragraph(text("龍𪚥与🙂")),), annexes=())
    made = render_pdf(strange)
    assert missing_glyphs(made) == 0
    assert any(line.text == "龍〓与〓" for line in pages(made)[0].lines)
    with zipfile.ZipFile(io.BytesIO(render_docx(strange))) as archive:
        assert "龍𪚥与🙂" in archive.read("word/document.xml").decode()
