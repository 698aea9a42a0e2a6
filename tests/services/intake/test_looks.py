"""What stands against a cell's own text: struck out, printed in white, or a comment that names another figure."""

from __future__ import annotations

import pytest

from services.intake.formats.looks import doubting
from tests.papers import SAMPLES
from tests.services.intake.makers import EXPECTED, read_bytes, values


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_is_struck_out_or_commented_on_is_asked(kind: str) -> None:
    name = f"struck-and-noted.{kind}"
    reading = read_bytes((SAMPLES / "other-formats" / name).read_bytes(), name)
    assert values(reading) == EXPECTED
    asked = {entry.where: entry.message for entry in reading.fields if entry.status == "confirm"}
    assert list(asked) == ["表!B6", "表!B7"]
    assert "删除线" in asked["表!B6"]
    assert "实际应为4.8亿元" in asked["表!B7"]
    cells = [cell for row in reading.rows["roster"] for cell in row.cells.values() if cell.status == "confirm"]
    assert [cell.where for cell in cells] == ["企业!B3", "企业!I4"]
    assert "本行已用删除线划去" in cells[0].message
    [told] = [finding.message for finding in reading.findings if finding.code == "hidden_content"]
    assert told == "已一并读取：“表”的白色字（B9）"  # the white header on its dark ground is meant so


@pytest.mark.parametrize(
    ("comment", "asks"),
    [
        ("张三：实际应为4.8亿元", True),
        ("4.8", True),
        ("数据待审计", True),
        ("预估数", True),
        ("按工商登记口径统计", False),
        ("2025年上半年所报：\n公司营业总收入 900万元", False),
        ("【问题标注】\n［错误］空缺；应为 3\n——标注到此——", False),
        ("", False),
    ],
)
def test_which_comments_ask(comment: str, asks: bool) -> None:
    assert bool(doubting(comment)) is asks
