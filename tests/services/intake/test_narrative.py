"""Figures in running text: proposed where no table holds them, compared where one does, never taken as they stand."""

from __future__ import annotations

import pytest

from services.intake.narrative import find_statements
from services.intake.periods import Span
from services.intake.reading import FileReading
from tests.services.intake.layouts import figures
from tests.services.intake.makers import codes, read_bytes, roster, word

PERIOD = Span(2025, 1, 6)


def stated(text: str) -> dict[str, str | None]:
    """What the text says of January to June 2025."""
    found = [statement for statement in find_statements([(1, text)]) if statement.speaks_of(PERIOD)]
    return {statement.key: statement.reading.value for statement in found}


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("上半年实现网络安全产业收入3.2亿元，同比增长12%", {"revenue_cyber": "3.2"}),
        ("新增网络安全企业6家，总数达42家。", {"firms_cyber": "42"}),
        ("园区注册企业230家，其中网络安全企业48家，新增企业6家。", {"firms_total": "230", "firms_cyber": "48"}),
        ("2025年1—6月，园区业务总收入10.4亿元，其中网安产业收入52,000万元，占比50%。",
         {"revenue_total": "10.4", "revenue_cyber": "5.2"}),
        ("上年同期网络安全产业收入4.1亿元，今年上半年网络安全产业收入5.2亿元。", {"revenue_cyber": "5.2"}),
        ("园区从业人员1.25万人，其中网络安全从业人员4500余人。", {"staff_total": "1.25", "staff_cyber": "0.45"}),
        ("规划建设面积50万平方米，已建成面积34.5万㎡，运营面积220000平方米。",
         {"area_planned": "50", "area_built": "34.5", "area_operating": "22"}),
        ("园区上市企业3家，网络安全上市企业一家", {"listed_total": "3", "listed_cyber": "1"}),
        ("网络安全业务收入超1亿元的企业1家", {"tier_over_100m": "1"}),
        ("网络安全企业达到四十八家，网络安全产业收入突破五亿元。", {"firms_cyber": "48", "revenue_cyber": "5"}),
        ("完成网络安全产业收入5.2亿元，完成全年目标的52%", {"revenue_cyber": "5.2"}),
        ("我园现有网络安全企业48家、从业人员1.25万人", {"firms_cyber": "48", "staff_total": "1.25"}),
        ("网络安全企业数量达48家，比年初增加6家", {"firms_cyber": "48"}),
    ],
)  # fmt: skip
def test_a_number_with_its_unit_right_after_its_name(text: str, figures: dict[str, str]) -> None:
    assert stated(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "网络安全产业收入同比增长12%",
        "网络安全产业收入增长1.2亿元",
        "网络安全产业收入由4.1亿元增长至5.2亿元",
        "力争全年实现网络安全产业收入12亿元",
        "预计全年网络安全产业收入达到12亿元",
        "到2026年，网络安全产业收入达到20亿元",
        "网络安全产业收入目标为8亿元",
        "2024年网络安全产业收入9.8亿元",
        "去年上半年，网络安全产业收入4.1亿元",
        "1—5月，网络安全产业收入4.4亿元",
        "全市网络安全产业收入800亿元",
        "示例安全有限公司实现网络安全收入1.2亿元",
        "规上网络安全企业12家",
        "新增网络安全企业6家",
        "引进网络安全企业8家，签约项目投资3亿元",
        "新增企业6家，总数达42家",
        "网络安全产业收入3.2",
        "网络安全产业收入3.2万人",
    ],
)
def test_growth_goals_and_other_times_and_places_are_left_alone(text: str) -> None:
    assert stated(text) == {}


def test_a_section_about_plans_is_passed_over() -> None:
    paragraphs = [
        (1, "一、上半年情况"), (2, "实现网络安全产业收入5.2亿元。"),
        (3, "二、下半年打算"), (4, "实现网络安全产业收入6亿元，网络安全企业60家。"),
    ]  # fmt: skip
    assert [(statement.paragraph, statement.raw) for statement in find_statements(paragraphs)] == [(2, "5.2亿元")]


LETTER = (
    "关于报送国家网络安全产业园区（示例甲园）2025年上半年发展情况的函",
    "市经济和信息化委员会：",
    "上半年，园区业务总收入10.4亿元，其中网络安全产业收入约5.2亿元，同比增长15%。"
    "截至6月底，注册企业230家，网络安全企业48家，从业人员1.25万人。",
    "下半年，力争实现网络安全产业收入6亿元。",
)


def field(reading: FileReading, key: str) -> tuple[str, str | None, str | None]:
    entry = reading.field(key)
    assert entry is not None
    return str(entry.status), entry.value, entry.where


def test_a_letter_without_tables_is_read_from_its_sentences() -> None:
    reading = read_bytes(word(*LETTER), "函.docx")
    assert (str(reading.kind), str(reading.period), reading.park) == ("half_year_report", "2025H1", "P1")
    assert field(reading, "revenue_cyber") == ("confirm", "5.2", "正文!P3")
    assert field(reading, "firms_cyber") == ("confirm", "48", "正文!P3")
    assert field(reading, "staff_total") == ("confirm", "1.25", "正文!P3")
    assert field(reading, "listed_total") == ("error", None, None)
    entry = reading.field("revenue_cyber")
    assert entry is not None
    assert "第3段" in entry.message
    assert entry.remark == "约"


def test_what_two_sentences_say_differently_are_two_candidates() -> None:
    entry = read_bytes(word(*LETTER, "上半年，网络安全产业收入达5.3亿元。"), "函.docx").field("revenue_cyber")
    assert entry is not None
    assert (entry.value, entry.candidates) == ("5.2", ("5.2", "5.3"))


def report(*paragraphs: str) -> FileReading:
    return read_bytes(word(LETTER[0], *paragraphs, figures(), roster(3)), "函.docx")


@pytest.mark.parametrize(
    "sentence",
    ["网络安全产业收入5.2亿元", "网络安全产业收入52000万元", "网络安全产业收入约5亿元", "网络安全产业收入5亿元",
     "园区从业人员12500人", "上年同期网络安全产业收入3亿元"],
)  # fmt: skip
def test_a_sentence_that_agrees_with_the_table_says_nothing_new(sentence: str) -> None:
    assert "narrative_differs" not in codes(report(f"上半年，{sentence}。"))


@pytest.mark.parametrize("sentence", ["网络安全产业收入5.3亿元", "网络安全产业收入5200万元", "网络安全产业收入超6亿元"])
def test_a_sentence_that_contradicts_the_table_is_to_be_explained(sentence: str) -> None:
    reading = report(f"上半年，{sentence}。")
    (finding,) = [entry for entry in reading.findings if entry.code == "narrative_differs"]
    assert (finding.severity, finding.where) == ("confirm", "正文!P2")
    assert "第2段" in finding.message
    assert "表1!R7C3" in finding.message
    assert field(reading, "revenue_cyber") == ("ok", "5.2", "表1!R7C3")
