"""建设进展 read back: from the template and from papers of an operator's own, each section by what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import docx
import pytest
from openpyxl import Workbook, load_workbook

from policy.periods import Quarter
from policy.progress_report import LIMIT, SECTIONS, ProgressPeriod
from policy.terms import HalfYear
from services.intake.context import Context, ParkRef
from services.intake.progress import ProgressReading, read_progress, stated_period
from services.intake.reader import read
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.intake.templates.half_year import TemplateFacts
from services.intake.templates.half_year import write_template as write_half_year
from services.intake.templates.progress import FIRST_ROW, ProgressFacts, write_progress

JIA = ParkRef("JIA", "国家网络安全产业园区（示例甲园）", "示例甲园")
PERIOD = Quarter(2026, 3)
SAID = {
    "investment": "新签约项目2个，协议投资1.2亿元。\n在谈项目5个。", "firms": "新增专精特新企业1家。",
    "platforms": "攻防靶场投入试运行。", "events": "9月举办产业对接会，120人参加。", "ecosystem": "无",
    "next_steps": "筹备攻防大赛。",
}  # fmt: skip

NOTHING_NEW = [line for section in SECTIONS for line in (f"一、{section.label}", "无")]


def template(said: Mapping[str, object], period: ProgressPeriod = PERIOD, last: Mapping[str, str] = {}) -> bytes:
    """The template filled in with these texts, as saved by a spreadsheet program."""
    facts = ProgressFacts("JIA", JIA.title, "示例甲园运营管理有限公司（虚构）", period, last=last, last_of="上一期")
    book = load_workbook(BytesIO(write_progress(facts)))
    for row, section in enumerate(SECTIONS, start=FIRST_ROW + 1):
        book.active.cell(row, 2, said.get(section.key))
    return saved(book)


def saved(book: Workbook) -> bytes:
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def paper(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def told(reading: ProgressReading) -> list[tuple[str, str]]:
    return [(found.where, found.message) for found in reading.findings]


def test_the_template_comes_back_as_it_was_filled_in() -> None:
    reading = read_progress("进展.xlsx", template(SAID, last={key: "上期的话" for key in SAID}))
    assert (reading.findings, reading.content) == ((), SAID)
    assert (reading.park, reading.period) == (JIA.title, PERIOD)
    assert reading.texts["investment"].where == "建设进展!B6"
    assert reading.misplaced(JIA, PERIOD) == ""


def test_an_empty_template_says_every_place_and_what_to_write() -> None:
    assert told(read_progress("进展.xlsx", template({})))[:2] == [
        ("建设进展!B6", "“招商引资”空着，请填写本期进展；本期没有的填“无”"),
        ("建设进展!B7", "“培育名企名品”空着，请填写本期进展；本期没有的填“无”"),
    ]


def test_what_says_nothing_is_no_answer_and_a_declared_nothing_is_one() -> None:
    said = SAID | {"firms": "——", "platforms": "示例：平台名称", "events": "无。", "ecosystem": "  "}
    reading = read_progress("进展.xlsx", template(said))
    assert [(found.code, found.where) for found in reading.findings] == [
        ("blank_field", "建设进展!B7"), ("placeholder_left", "建设进展!B8"), ("blank_field", "建设进展!B10"),
    ]  # fmt: skip
    assert reading.content["events"] == "无"


def test_too_long_a_text_is_told_with_its_length() -> None:
    reading = read_progress("进展.xlsx", template(SAID | {"events": "会" * (LIMIT + 1)}))
    assert told(reading) == [("建设进展!B9", f"“重大活动”有{LIMIT + 1}字，应不超过{LIMIT}字，请精简")]


def test_a_table_of_ones_own_is_read_by_its_labels() -> None:
    """Other words, another order, a number before each, nothing above the values; one section is left out."""
    reading = read_progress("进展.xlsx", sheet(
        ("示例甲园2026年三季度工作进展",), ("序号", "工作", "进展情况"),
        (1, "下一步打算", "筹备攻防大赛。"), (2, "一、招商引资情况", "新签约2个。"), (3, "产业生态建设", "无"),
        (4, "举办重大活动", "对接会1场。"), (5, "企业培育", "新增1家。"),
    ))  # fmt: skip
    assert reading.content == {
        "next_steps": "筹备攻防大赛。", "investment": "新签约2个。", "ecosystem": "无", "events": "对接会1场。",
        "firms": "新增1家。",
    }  # fmt: skip
    assert reading.period == PERIOD
    assert told(reading) == [("", "没有找到“公共服务平台”一项，请补上；本期没有的填“无”")]


def test_headed_paragraphs_are_read_until_the_next_heading() -> None:
    reading = read_progress("进展.docx", paper(
        "国家网络安全产业园区（示例甲园）2026年第三季度建设进展", "一、招商引资", "新签约2个。", "在谈5个。",
        "二、培育名企名品：新增1家。", "三、公共服务平台建设情况", "试运行。", "（四）重大活动", "对接会1场。",
        "五、完善产业生态", "六、下一步工作安排", "筹备大赛。", "七、其他", "联系人示例丙。",
    ))  # fmt: skip
    assert reading.content["investment"] == "新签约2个。\n在谈5个。"
    assert reading.content["firms"] == "新增1家。"
    assert reading.content["next_steps"] == "筹备大赛。"
    assert told(reading) == [("正文!P10", "“产业生态”空着，请填写本期进展；本期没有的填“无”")]
    assert reading.misplaced(JIA, PERIOD) == ""


def test_another_parks_or_periods_paper_is_told_apart() -> None:
    reading = read_progress("进展.xlsx", template(SAID))
    other = ParkRef("YI", "国家网络安全产业园区（示例乙园）", "示例乙园")
    assert "不是国家网络安全产业园区（示例乙园）的" in reading.misplaced(other, PERIOD)
    assert reading.misplaced(JIA, Quarter(2026, 2)) == (
        "文件写的是2026年第三季度，上传到的是2026年第二季度；请核对是否传错报告期"
    )
    own = read_progress("进展.docx", paper("国家网络安全产业园区（示例乙园）2026年三季度", *NOTHING_NEW))
    assert own.misplaced(JIA, PERIOD).startswith("文件写的是“国家网络安全产业园区（示例乙园）”")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 broken", "文件"),
        (sheet(("企业", "收入"), ("示例公司", 3)), "没有找到建设进展的内容（招商引资、"),
        (write_half_year(TemplateFacts("JIA", JIA.title, "示例区", HalfYear(2026, 1))), "请到“上传报告”页上传"),
        (write_firm_page(FirmPageFacts("JIA", JIA.title, HalfYear(2026, 1))), "请到“一企一表”页上传"),
    ],
)
def test_what_is_no_such_report_is_refused_with_its_reason(data: bytes, message: str) -> None:
    (found,) = read_progress("进展.xlsx", data).findings
    assert message in found.message


def test_the_upload_of_reports_knows_the_template_and_says_where_it_goes() -> None:
    (found,) = read("进展.xlsx", template(SAID), Context()).findings
    assert found.message.startswith("这是2026年第三季度的建设进展，不是半年报；请由园区运营管理机构到")


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026年第三季度", PERIOD), ("2026年三季度建设进展", PERIOD), ("2026Q3", PERIOD), ("2026年7—9月", PERIOD),
        ("2026 年 10-12 月", Quarter(2026, 4)), ("2026年上半年", HalfYear(2026, 1)), ("2026年1—6月", HalfYear(2026, 1)),
        ("2026H2", HalfYear(2026, 2)), ("2026年度", None), ("第三季度", None),
    ],
)  # fmt: skip
def test_periods_as_people_write_them(text: str, period: ProgressPeriod | None) -> None:
    assert stated_period(text) == period
