"""Versions of the templates: each states its difference, and papers on an old one are read and told what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER
from policy.terms import HalfYear
from services import intake
from services.intake import labels
from services.intake.reading import FileReading
from services.intake.templates import versions
from services.intake.templates.stamp import Stamp, read_line
from services.intake.templates.versions import HALF_YEAR, Change, Difference, Part, Version
from tests.papers import report

TITLE = "国家网络安全产业园区（示例甲园）"
CONTEXT = intake.Context((intake.ParkRef("P001", TITLE, "示例甲园"),))
# What the first version asked for. Whoever changes a label or a column states it in a new version.
FIRST = {
    Part.HEAD: ["园区名称", "统计期", "填报单位", "填报日期"],
    Part.FIGURES: [
        "园区规划建设产业楼宇面积", "园区已建成用于产业发展的楼宇面积", "园区已运营使用楼宇面积", "园区业务总收入",
        "网络安全产业收入", "园区注册企业数量", "网络安全企业数量", "园区从业人员", "网络安全产业从业人员",
        "园区上市企业数", "网络安全上市企业数量", "网络安全业务收入超1亿元的企业数",
        "网络安全业务收入5000万（不含）—1亿元（含）的企业数", "网络安全业务收入2000万元（不含）—5000万（含）的企业数",
        "网络安全业务收入500万元（不含）—2000万（含）的企业数",
    ],
    Part.ROSTER: [
        "企业名称", "法定代表人", "注册成立时间", "办公地址", "经营范围", "主要产品/技术/服务", "公司营业总收入",
        "其中：网络安全业务收入", "当年企业研发投入", "员工总数", "企业所获资质及上市情况", "企业联系人及手机",
    ],
}  # fmt: skip


def stated(part: Part) -> set[str]:
    """The labels of the newest version, by what every version states."""
    now = set(FIRST[part])
    for difference in (entry for version in HALF_YEAR.versions for entry in version.differences if entry.part is part):
        now -= {difference.before, difference.label} if difference.change is not Change.ADDED else set()
        now |= {difference.label} if difference.change is not Change.REMOVED else set()
    return now


def test_the_versions_state_every_difference() -> None:
    sheet = load_workbook(BytesIO(report(TITLE)))["半年报"]
    head = {str(sheet.cell(row, place).value).rstrip("：") for row in (2, 3, 4) for place in (1, 4)}
    assert head - {"模板版本"} == stated(Part.HEAD)
    assert {indicator.label for indicator in REQUIRED} == stated(Part.FIGURES)
    assert {column.label for column in ROSTER.columns} == stated(Part.ROSTER)


def test_numbers_and_days_go_up() -> None:
    for template in versions.templates():
        assert [version.number for version in template.versions] == list(range(1, len(template.versions) + 1))
        days = [version.valid_from for version in template.versions[1:]]
        assert days == sorted(days, key=lambda day: day or date.max)


@pytest.mark.parametrize("park", ["P001", "sample-1", "A_b-2", ""])
@pytest.mark.parametrize("firm", ["", "重庆某某（集团）有限公司"])
def test_a_stamp_is_read_as_it_was_written(park: str, firm: str) -> None:
    stamp = Stamp(HALF_YEAR, 2, park, HalfYear(2026, 1), firm)
    again = read_line(f"  {stamp.line.replace(' · ', '·')} ")
    assert again == replace(stamp, firm=firm.replace("（", "(").replace("）", ")"))


def test_other_lines_are_no_stamps() -> None:
    for text in ("半年报模板", "半年报模板第二版", "某某模板第1版 · 2026年上半年", "2026年上半年"):
        assert read_line(text) is None


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch) -> Iterator[Version]:
    """A third version that renames one figure, adds another and drops a column."""
    version = Version(
        3, date(2027, 7, 1),
        (
            Difference(Change.RENAMED, Part.FIGURES, "firms_cyber", "网络安全企业数量", before="网安主体户数"),
            Difference(Change.ADDED, Part.FIGURES, "listed_cyber", "网络安全上市企业数量"),
            Difference(Change.REMOVED, Part.ROSTER, "fax", "传真"),
        ),
    )  # fmt: skip
    monkeypatch.setattr(versions, "HALF_YEAR", replace(HALF_YEAR, versions=(*HALF_YEAR.versions, version)))
    caches = [known for known in vars(labels).values() if hasattr(known, "cache_clear")]
    for cache in caches:
        cache.cache_clear()
    yield version
    for cache in caches:
        cache.cache_clear()


def on_the_second_version() -> FileReading:
    """A paper on the second version as it would have been: with the old word, without the figure added since."""
    book = load_workbook(BytesIO(report(TITLE)))
    sheet = book["半年报"]
    for row in range(6, 21):
        if sheet.cell(row, 1).value == "其中：网络安全企业数量":
            sheet.cell(row, 1, "其中：网安主体户数")
        if sheet.cell(row, 1).value == "其中：网络安全上市企业数量":
            for place in (1, 2, 3):
                sheet.cell(row, place).value = None
    output = BytesIO()
    book.save(output)
    return intake.read("半年报.xlsx", output.getvalue(), CONTEXT)


def test_a_paper_on_an_old_version_is_read_and_told_what_changed(third: Version) -> None:
    reading = on_the_second_version()
    firms = reading.field("firms_cyber")
    assert firms is not None
    assert (firms.value, firms.status) == ("30", "ok")
    [told] = [finding for finding in reading.findings if finding.code == "template_outdated"]
    assert told.severity == "note"
    assert "用的是第2版模板，已照常读取" in told.message
    assert (
        "指标“网安主体户数”改称“网络安全企业数量”、指标新增“网络安全上市企业数量”、企业名录取消“传真”" in told.message
    )
    added = reading.field("listed_cyber")
    assert added is not None
    assert (added.status, added.message) == (
        "error",
        "第2版模板没有“网络安全上市企业数量”（第3版新增），请补填；如无内容应填“无”",
    )


def test_without_that_version_its_words_mean_nothing() -> None:
    reading = on_the_second_version()
    firms, listed = reading.field("firms_cyber"), reading.field("listed_cyber")
    assert firms is not None
    assert listed is not None
    assert (firms.value, firms.status) == (None, "error")
    assert "新增" not in listed.message
    assert not [finding for finding in reading.findings if finding.code == "template_outdated"]
