"""The 申报表 as a document: what it says, from a real form and without one, and how it measures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Actor, Role
from policy.terms import FigureKind
from services.documents import application_form
from services.documents.catalogue import compose
from services.documents.content import Document, Grid
from services.documents.to_docx import render_docx
from services.documents.to_html import render_html
from services.documents.to_pdf import render_pdf
from services.form_papers import FormPaper, form_paper
from services.platform import Platform
from services.report_papers import PaperFigure, PaperRow
from services.submissions import ingest
from tests.factories import make_park, make_unit
from tests.papers import SAMPLES
from tests.services.reported_park import make_reported_park

FORM = SAMPLES / "application-forms" / "申报表-示例甲园.docx"
TODAY = date(2026, 12, 1)
RARE = "镕堃喆㛃"
LONG = "网络与信息安全软硬件开发系统集成及技术服务" * 9 + "网络安全测评与认证"


@pytest.fixture
def stored(platform: Platform) -> Platform:
    with platform.database.write() as session:
        make_park(session, "示例甲园", district=make_unit(session, "示例甲区"), code="jia")
    assert ingest(platform, SYSTEM_ACTOR, FORM.name, FORM.read_bytes(), park="jia", submit=True).stored
    return platform


def composed(platform: Platform, actor: Actor = SYSTEM_ACTOR) -> Document:
    with platform.database.read() as session:
        return compose(session, actor, "application-form", "jia", TODAY)


def firm(number: int, **cells: str) -> PaperRow:
    told = {
        "name": f"示例{number}号{RARE}有限公司", "legal": "示例", "founded": "2016年9月27日", "address": "产业园7号楼",
        "scope": LONG[:20], "products": "1.安全网关\n2.数据防泄漏系统", "quals": "无", "contact": "示例甲 139****0000",
    }  # fmt: skip
    if number % 333 == 1:
        told |= {"scope": LONG[:200], "products": f"1.{LONG[:98]}"}
    numbers = {"revenue": Decimal("1254.26"), "cyber": Decimal("0.4"), "rnd": Decimal("89.5"), "staff": Decimal(67)}
    return PaperRow(told | cells, numbers)


def a_paper(firms: int, **parts: Any) -> FormPaper:
    figures = {
        ("staff_total", "current"): Decimal("1.2"), ("staff_cyber", "current"): Decimal("0.42"),
        ("revenue_total", "current"): Decimal("16.5"), ("revenue_cyber", "current"): Decimal("2.5"),
        ("listed_total", "current"): Decimal(0), ("listed_cyber", "current"): Decimal(0),
    }  # fmt: skip
    paper = FormPaper(
        TODAY, "国家网络安全产业园区（示例甲园）", True, 2026, 9, "2025年",
        {("operator", "current"): f"示例{RARE}公司"},
        {place: PaperFigure(*place, value, FigureKind.PRELIMINARY) for place, value in figures.items()},
        {"roster": tuple(firm(number) for number in range(1, firms + 1)), "events": ()}, {},
    )  # fmt: skip
    return replace(paper, **parts)


@pytest.fixture(scope="module")
def large() -> Document:
    return application_form.build(a_paper(1000))


@pytest.fixture(scope="module")
def large_pdf(large: Document) -> bytes:
    return render_pdf(large)


@pytest.fixture(scope="module")
def small() -> Document:
    return application_form.build(a_paper(12))


def page_texts(pdf: bytes, *numbers: int) -> list[str]:
    """Of all pages, or of those with these numbers (from 0, from the end below it)."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    chosen = [pages[number] for number in numbers] if numbers else list(pages)
    return [re.sub(r"[\s\u200b\u2060]", "", page.extract_text()) for page in chosen]


def boxes(document: Document) -> Iterator[list[str]]:
    """The rows of every grid in words."""
    for annex in document.annexes:
        for block in annex.blocks:
            if isinstance(block, Grid):
                for row in block.rows:
                    yield ["".join(map(str, box.text)) for box in row]


def beside(document: Document) -> Mapping[str, list[str]]:
    """What stands at the right of each label."""
    return {row[0]: row[1:] for row in boxes(document) if row}


# What it says


def test_the_form_that_was_handed_in_is_printed_box_by_box(stored: Platform) -> None:
    document = composed(stored)
    told = beside(document)
    assert document.cover is not None
    assert document.cover.lines == (
        "申报单位（运营管理机构）：示例甲园运营管理有限公司（盖章）",
        "运营管理机构主要负责人：张建国",
        "填　报　日　期：2022年11月8日",
    )
    assert told["拟申报名称"] == ["国家网络安全产业园区（示例甲园）"]
    assert told["50万平方米"] == ["30万平方米", "20万平方米"]
    assert told["园区业务总收入（亿元）"] == ["16", "21"]
    assert told["其中：网络安全产业收入（亿元）及占比"] == ["8亿元（50%）", "10亿元（49%）"]
    assert told["其中：网络安全企业数量（家）及占比"] == ["48家（23%）", "42家（21%）"]
    assert told["网络安全业务收入500万元（不含）—2000万（含）的企业数（家）"] == ["30", "30"]
    assert told["合计"] == ["——", "117951", "86000", "—", "3250", "—", "—"]
    assert told["网络安全攻防靶场"][-1] == "2021年11月"
    assert told["设立时间"] == ["2016年4月", "法定代表人", "张建国", "注册资金", "10000万元"]
    assert told["营业收入（万元）"] == ["1800", "3200"]
    assert ["人才公寓800套，轨道交通直达，停车位2600个。"] in list(boxes(document))
    assert document.marks == ("代拟稿",)


def test_every_section_of_the_annex_is_there_in_its_order(stored: Platform) -> None:
    said = "".join(page_texts(render_pdf(composed(stored))))
    places = [said.index(words) for words in (
        "附件国家网络安全产业园区市级重点园区申报表", "重庆市经济和信息化委员会制", "填报说明", "4．表格第二项",
        "一、园区基本情况", "申报当年数据（1—9月）", "二、园区网络安全企业一览表", "2021年（申报时的上年度）",
        "注：本表所填网络安全企业当年累计", "三、园区公共服务情况", "网络安全职业教育或专业培训机构情况",
        "产业氛围营造情况", "其他服务能力状况", "四、园区基本建设情况",
        "五、园区配套情况", "六、园区运营管理情况", "近二年主要经营情况",
        "七、园区所在地政府支持情况", "八、相关佐证资料", "8.其他相关佐证材料", "九、审核推荐意见",
        "区县经信部门审核推荐意见", "取整核对表",
    )]  # fmt: skip
    assert places == sorted(places)


def test_a_figure_that_prints_nought_is_told_below_the_table_and_rounded_ones_on_the_sheet(
    small: Document,
) -> None:
    said = "".join(page_texts(render_pdf(small)))
    assert "原值为：网络安全产业从业人员（申报当年）0.42万人。" in said
    told = beside(small)
    assert told["其中：网络安全产业从业人员（万人）及占比"][0] == "0万人（35%）"
    assert told["其中：网络安全产业收入（亿元）及占比"][0] == "3亿元（15%）"
    assert told["其中：网络安全上市企业数量（家）及占比"][0] == "0家（0%）"
    sheet = said[said.index("取整核对表") :]
    assert "园区业务总收入申报当年16.5亿元17" in sheet
    assert "示例1号镕堃喆㛃有限公司：网络安全业务收入一览表0.4万元0印出为0" in sheet


def test_what_is_declared_as_nothing_reads_so_and_what_is_unknown_is_left_to_be_filled_in() -> None:
    paper = a_paper(0, tables={"roster": (), "platforms": ()})
    paper = replace(paper, facts={("land_use", "current"): "无"})
    said = list(boxes(application_form.build(paper)))
    assert ["无"] in said
    assert ["无"] * 13 in said
    assert ["无"] * 4 in said
    assert ["（待填写）"] * 5 in said


def test_telephones_are_masked_for_whom_they_are_not(stored: Platform) -> None:
    whole = render_html(composed(stored))
    assert "023-88880000" in whole
    assert "13900000008" in whole
    for_operator = render_html(composed(stored, Actor("op", Role.OPERATOR, FULL_SCOPE)))
    assert "023****0000" in for_operator
    assert "139****0008" in for_operator
    assert not re.search(r"1[3-9]\d{9}|88880000", for_operator)


def test_without_a_form_the_register_and_accepted_data_fill_it(database: Database) -> None:
    with database.write() as session:
        make_reported_park(session, firms=2)
    with database.read() as session:
        paper = form_paper(session, SYSTEM_ACTOR, "jia", TODAY)
    document = application_form.build(paper)
    told = beside(document)
    assert document.marks == ("代拟稿", "草稿")
    assert document.lacking[0].startswith("未存有国家网络安全产业园区（示例甲园）的申报表")
    assert told["园区业务总收入（亿元）"] == ["12", "22"]
    assert told["网络安全攻防靶场"][-1] == "2023年11月"
    assert told["注册地址"] == ["（待填写）"]
    assert paper.roster_of == "2025年"
    assert {one.period.year for one in document.figures and paper.stated} == {2025, 2026}


# How it measures


def test_docx_is_a4_mirrored_bound_left_in_twelve_points(small: Document) -> None:
    made = docx.Document(io.BytesIO(render_docx(small)))
    upright = [section for section in made.sections if section.page_width < section.page_height]
    assert len(upright) == len(made.sections) - 1
    for section in upright:
        measured = (section.page_width, section.page_height, section.left_margin, section.right_margin)
        assert [round(length / Mm(1)) for length in measured] == [210, 297, 30, 20]
    assert made.settings.element.find(qn("w:mirrorMargins")) is not None
    for name in ("Normal", "公文正文", "表格文字"):
        style = made.styles[name]
        assert style.font.size.pt == 12
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == "方正仿宋_GBK"
    header = made.tables[1].rows
    assert [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in header[:3]] == [True, True, False]
    assert header[0].cells[7].text == "2025年（申报时的上年度）" == header[0].cells[10].text
    assert header[0].cells[1].text == header[1].cells[1].text == "企业名称"


def test_docx_draws_no_seal_but_leaves_room_for_two(small: Document) -> None:
    made = docx.Document(io.BytesIO(render_docx(small)))
    assert not made.inline_shapes
    opinions = [
        cell.text for table in made.tables for row in table.rows for cell in row.cells if "（盖章）" in cell.text
    ]
    assert len(opinions) == 2
    assert all(said.strip("\n").startswith("（盖章）") and "年　　月　　日" in said for said in opinions)
    assert all(said.startswith("\n\n\n") for said in opinions)


def test_pdf_is_a4_in_twelve_points_with_the_margin_of_the_binding_on_changing_sides(large_pdf: bytes) -> None:
    pages = pypdf.PdfReader(io.BytesIO(large_pdf)).pages
    sizes = {tuple(round(float(side) * 25.4 / 72) for side in page.mediabox[2:]) for page in pages}
    assert sizes == {(210, 297), (297, 210)}
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {"FandolFang-Regular-Identity-H", "NotoSerifSC-Regular-Identity-H"} <= fonts
    left = [leftmost(pages[number]) for number in (1, 2)]
    assert left[0] == pytest.approx(20, abs=1)
    assert left[1] == pytest.approx(30, abs=1)


def leftmost(page: Any) -> float:
    """Where the first character of a text in 12 points stands, in mm from the left edge."""
    found = []

    def visit(run: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        if run.strip() and font and round(size) == 12:
            found.append((inner[4] * outer[0] + inner[5] * outer[2] + outer[4]) * 25.4 / 72)

    page.extract_text(visitor_text=visit)
    return min(found)


def test_pdf_holds_a_thousand_firms_whole(large: Document, large_pdf: bytes) -> None:
    """The last one to its last word, rare characters too; each page of the roster has its head."""
    pages = pypdf.PdfReader(io.BytesIO(large_pdf)).pages
    wide = [number for number, page in enumerate(pages) if page.mediabox.width > page.mediabox.height]
    assert len(wide) > 150
    chosen = page_texts(large_pdf, wide[0], wide[100], *wide[-3:])
    assert all("企业名称" in page and "企业联系人及手机" in page for page in chosen)
    end = "".join(chosen[2:])
    assert "1000" in end
    assert RARE in end
    assert "安全测评与认证" in end
    assert "合计——1254260400—67000——" in end


def test_the_same_form_gives_the_same_bytes(small: Document) -> None:
    assert render_pdf(small) == render_pdf(small)
    assert render_docx(small) == render_docx(small)


def test_page_form_is_whole(small: Document) -> None:
    page = render_html(small)
    assert 'colspan="4"' in page
    assert 'rowspan="2"' in page
    assert page.count("（盖章）") == 3
