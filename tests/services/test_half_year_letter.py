"""The 半年函报 as a document: what it drafts from real reports, what it leaves open, and how it measures."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import docx
import pypdf
import pytest
from docx.shared import Mm

from db.session import Database
from policy.access import NO_SCOPE, SYSTEM_ACTOR, Actor, Role
from policy.refusal import Missing, Unknown
from policy.terms import FigureKind, HalfYear
from services.documents.catalogue import compose
from services.documents.content import Attachments, Document, Heading, PageNumbers, Paragraph, SignOff, Table
from services.documents.to_docx import render_docx
from services.documents.to_html import render_html
from services.documents.to_pdf import render_pdf
from services.platform import Platform
from services.submissions import ingest
from tests.factories import make_park, make_unit
from tests.papers import REPORT_SAMPLE, report
from tests.services.reported_park import make_reported_park

TODAY = date(2026, 11, 1)
RARE = "镕堃喆㛃"


def letter(database: Database, **asked: Any) -> Document:
    with database.read() as session:
        return compose(session, SYSTEM_ACTOR, "half-year-letter", "jia", TODAY, **asked)


def words(document: Document) -> list[str]:
    blocks = [block for block in document.blocks if isinstance(block, Heading | Paragraph)]
    return ["".join(map(str, block.text)) for block in blocks]


def rows(document: Document) -> dict[str, list[str]]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return {str(row[0][0]): ["".join(map(str, cell)) for cell in row[1:]] for row in table.rows}


@pytest.fixture
def reported(database: Database) -> Database:
    with database.write() as session:
        park = make_reported_park(session, firms=2)
        make_park(session, f"示例乙{RARE}园", district=park.district, code="yi")
        make_park(session, "示例丙园", code="bing")
    return database


def test_the_letter_in_its_outline_and_wording(reported: Database) -> None:
    document = letter(reported)
    assert document.name == "关于报送国家网络安全产业园区（示例甲园）2026年上半年发展情况的函"
    assert document.addressee == "市经济和信息化委员会："
    assert [block.text for block in document.blocks if isinstance(block, Heading)] == [
        "一、主要指标完成情况", "二、重点工作进展", "（一）招商引资", "（二）项目建设", "（三）载体建设",
        "（四）企业培育", "（五）公共服务和产业生态", "三、存在的问题", "四、下半年打算",
    ]  # fmt: skip
    said = words(document)
    assert "（渝经信软件〔2022〕35号）关于区县政府每半年函报园区发展情况的要求" in said[0]
    assert "（2026年1月1日至2026年6月30日）" in said[0]
    assert said[-1] == "特此函达。"
    assert not re.search("请示|现将.*报告如下", "".join(said))
    assert isinstance(document.blocks[-1], SignOff)
    assert document.blocks[-1].name == "示例甲区人民政府"
    assert document.page_numbers is PageNumbers.OUTSIDE
    assert document.marks == ("代拟稿",)


def test_figures_with_growth_and_goals(reported: Database) -> None:
    document = letter(reported)
    assert (
        "2026年1—6月，园区业务总收入12.3亿元，同比增长18.3%；网络安全产业收入6.35亿元，同比增长22.1%。"
        in words(document)[2]
    )
    told = rows(document)
    assert told["其中：网络安全企业数量"] == ["家", "57", "增长18.8%", "60", "95.0%"]
    # Twelve months to June: 6.35 + 10.9 - 5.2 of 12.
    assert told["其中：网络安全产业收入"] == ["亿元", "6.35", "增长22.1%", "12", "100.4%\n（近12个月）"]
    assert told["网络安全公共服务平台数量"][:3] == ["个", "2", "持平"]
    said = "".join(words(document))
    assert "网络安全产业从业人员2026年6月末为0.4万人，增量完成率较计划差86.0个百分点。（待填写）" in said
    assert "继续推进出台专项支持政策。（待填写）" in said
    assert {figure.period for figure in document.figures} == {HalfYear(2026, 1)}


def test_only_the_half_year_asked_for_is_told(reported: Database) -> None:
    document = letter(reported, period=HalfYear(2025, 2))
    assert document.name.endswith("2025年下半年发展情况的函")
    assert rows(document)["其中：网络安全产业收入"] == ["亿元", "10.9", "—", "12", "90.8%"]
    assert "四、下一步打算" in words(document)


def test_one_letter_may_speak_of_every_park_of_the_district_and_of_no_other(reported: Database) -> None:
    document = letter(reported, whole_district=True)
    said = "".join(words(document))
    assert document.name == "关于报送示例甲区国家网络安全产业园区市级重点园区2026年上半年发展情况的函"
    assert "所辖2个市级重点园区" in said
    assert f"（二）示例乙{RARE}园" in said
    assert "示例丙园" not in said
    assert document.lacking == (f"示例乙{RARE}园2026年上半年尚未上传园区发展情况表",)
    assert document.marks == ("代拟稿", "草稿")


def test_another_district_sees_nothing_of_it(reported: Database) -> None:
    with reported.read() as session, pytest.raises(Unknown):
        compose(session, Actor("x", Role.DISTRICT, NO_SCOPE), "half-year-letter", "jia", TODAY)
    with reported.read() as session, pytest.raises(Missing):
        compose(session, SYSTEM_ACTOR, "half-year-letter", None, TODAY)


def test_a_real_report_of_expected_figures_is_marked_and_carries_its_code(platform: Platform) -> None:
    with platform.database.write() as session:
        make_park(session, "示例甲园", district=make_unit(session, "示例甲区"), code="jia")
    data = report("国家网络安全产业园区（示例甲园）", kind=FigureKind.ESTIMATE)
    july = date(2025, 7, 20)
    assert ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, park="jia", submit=True, received_on=july).stored
    document = letter(platform.database, period=HalfYear(2025, 1))
    assert "园区业务总收入4亿元（预计数）" in "".join(words(document))
    assert rows(document)["其中：网络安全产业收入"][1] == "1.5（预计数）"
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert "标“预计数”的待实际数出来后按数据更正报送" in table.note
    (attached,) = [block for block in document.blocks if isinstance(block, Attachments)]
    assert re.search(r"2025年上半年园区发展情况表（校验码[0-9A-Z-]+）", attached.items[0])


def test_a_real_workbook_gives_its_own_growth(platform: Platform) -> None:
    with platform.database.write() as session:
        make_park(session, "示例甲园", district=make_unit(session, "示例甲区"), code="jia")
    ingest(
        platform, SYSTEM_ACTOR, REPORT_SAMPLE.name, REPORT_SAMPLE.read_bytes(), park="jia", submit=True,
        received_on=date(2025, 7, 20),
    )  # fmt: skip
    document = letter(platform.database, period=HalfYear(2025, 1))
    growth = {name: cells[2] for name, cells in rows(document).items()}
    assert rows(document)["其中：网络安全产业收入"][1] == "5.2"
    assert all(re.fullmatch(r"—|持平|基本持平|(增长|下降)[\d.]+%", said) for said in growth.values())


def test_measures_of_an_official_letter(reported: Database) -> None:
    document = letter(reported, whole_district=True)
    made = docx.Document(io.BytesIO(render_docx(document)))
    (section,) = made.sections
    measured = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length / Mm(1)) for length in measured] == [37, 35, 28, 26]
    assert made.styles["公文正文"].font.size.pt == 16
    assert not made.inline_shapes
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(document)))
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2].removesuffix("-Identity-H")
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {
        "FandolFang-Regular", "FandolHei-Regular", "FandolKai-Regular", "FandolSong-Bold", "NotoSerifSC-Regular",
    }  # fmt: skip
    texts = [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]
    assert "—1—" not in texts[0]
    assert "—2—" in texts[1]
    assert RARE in "".join(texts)
    assert RARE in render_html(document)
