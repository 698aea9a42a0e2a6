"""Layouts districts have for the very same report, as plain grids: every one must be read the same, asking nothing.

Each is a function that gives sheets by name; figures, last year's figures and five firms are always those of
`makers`. LAYOUTS holds them by what is special about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.services.intake.makers import LABELS, LAST_YEAR, UNITS, VALUES, roster

Grid = list[list[Any]]
Sheets = dict[str, Grid]

FIRMS = 5
TITLE = "国家网络安全产业园区（示例甲园）2025年上半年发展情况表"
KEYS = list(LABELS)
BEFORE = {key: int(LAST_YEAR[key]) if isinstance(VALUES[key], int) else LAST_YEAR[key] for key in KEYS}
IN_WAN = VALUES | {"revenue_total": 104000, "revenue_cyber": 52000}
HEAD = ["指标", "计量单位", "本期累计", "上年同期"]
MONEY = slice(7, 10)

LAYOUTS: dict[str, Sheets] = {}
"""Read without a question, both columns where there are two."""


def figures(head: Sequence[str] = HEAD, line: Callable[[str], list[Any]] | None = None, title: str = TITLE) -> Grid:
    line = line or (lambda key: [LABELS[key], UNITS[key], VALUES[key], BEFORE[key]])
    return [[title], list(head), *(line(key) for key in KEYS)]


def firms() -> Grid:
    return roster(FIRMS)


def layout(name: str, of_figures: Grid | None = None, of_firms: Grid | None = None) -> None:
    LAYOUTS[name] = {"半年报": of_figures or figures(), "企业名录": of_firms or firms()}


def with_unit(key: str) -> str:
    return f"{LABELS[key]}（{UNITS[key]}）"


def several_rows_each(*lines: Callable[[str], list[Any]], title: str = TITLE) -> Grid:
    return [[title], ["项目", "数值"], *(line(key) for key in KEYS for line in lines)]


# fmt: off
# 表一: labels, units and columns.
layout("units in the labels", figures(["项目", "数值"], lambda key: [with_unit(key), VALUES[key]]))
layout("a month as the header", figures(["项目", "2025年6月"], lambda key: [with_unit(key), VALUES[key]]))
layout("last year's column first", figures(
    ["项目", "2024年1-6月", "2025年1-6月", "同比±%"], lambda key: [LABELS[key], BEFORE[key], VALUES[key], 25]))
layout("differences and rates beside", figures(
    ["项目", "2025上半年", "2024上半年", "增减额", "增减率（%）"],
    lambda key: [LABELS[key], VALUES[key], BEFORE[key], 1, 25]))
layout("this half and the running total", figures(
    ["指标", "单位", "当期", "累计", "上年同期累计"],
    lambda key: [LABELS[key], UNITS[key], VALUES[key] / 2, VALUES[key], BEFORE[key]]))
layout("this month and the running total", figures(
    ["指标", "单位", "6月当月", "1-6月累计", "上年同期"],
    lambda key: [LABELS[key], UNITS[key], VALUES[key] / 6, VALUES[key], BEFORE[key]]))
layout("a goal and what of it is done", figures(
    ["指标", "单位", "年度目标", "本期累计", "完成率"],
    lambda key: [LABELS[key], UNITS[key], VALUES[key] * 2, VALUES[key], "50%"]))
layout("quarters and half-years side by side", figures(
    ["指标", "单位", "2025年一季度", "2025年上半年", "2024年上半年"],
    lambda key: [LABELS[key], UNITS[key], VALUES[key] / 2, VALUES[key], BEFORE[key]]))
layout("running totals without a year side by side", figures(
    ["指标", "单位", "1-3月", "1-6月", "上年同期"],
    lambda key: [LABELS[key], UNITS[key], VALUES[key] / 2, VALUES[key], BEFORE[key]]))
layout("numbers, codes and lettered columns", [
    [TITLE], ["序号", "指标名称", "代码", "计量单位", "本年", "上年"], ["甲", "乙", "丙", "丁", 1, 2],
    *([number, LABELS[key], f"{number:02}", UNITS[key], VALUES[key], BEFORE[key]]
      for number, key in enumerate(KEYS, 1))])
for place, words in {
    "in a line of its own": [[TITLE], ["单位：万元"]],
    "as 金额单位": [[TITLE], ["金额单位：人民币万元"]],
    "at the right of the title": [[TITLE, "单位：万元、家、万人、万平方米"]],
    "in the title's brackets": [[f"{TITLE}（单位：万元）"]],
}.items():
    layout(f"another unit {place}", [*words, ["指标", "数值"], *([LABELS[key], IN_WAN[key]] for key in KEYS)])
layout("another unit in the header", figures(["指标", "数值（万元）"], lambda key: [LABELS[key], IN_WAN[key]]))
layout("several units in one line", [[TITLE], ["单位：亿元、家、万人、万平方米"], ["指标", "数值"],
                                     *([LABELS[key], VALUES[key]] for key in KEYS)])  # fmt: skip
layout("across, with a row of units", [
    [TITLE], ["指标", *LABELS.values()], ["单位", *UNITS.values()], ["本期累计", *VALUES.values()],
    ["上年同期", *BEFORE.values()]])
layout("across, a row a year", [
    [TITLE], ["年度", *LABELS.values()], ["2025年1-6月", *VALUES.values()], ["2024年1-6月", *BEFORE.values()],
    ["同比%", *[1] * len(KEYS)]])
layout("across, nothing beside", [[TITLE], [with_unit(key) for key in KEYS], list(VALUES.values())])
layout("one park and its sum", [
    [TITLE], ["园区名称", *map(with_unit, KEYS)], ["示例甲园", *VALUES.values()], ["合计", *VALUES.values()]])
layout("the period in each label", several_rows_each(
    lambda key: [f"2025年1-6月{with_unit(key)}", VALUES[key]],
    lambda key: [f"2024年1-6月{with_unit(key)}", BEFORE[key]]))
layout("the period in each label, in words", several_rows_each(
    lambda key: [f"上年同期{with_unit(key)}", BEFORE[key]],
    lambda key: [f"截至2025年6月底{with_unit(key)}", VALUES[key]], title="国家网络安全产业园区（示例甲园）情况"))
layout("two halves side by side", [
    [TITLE], ["指标", "单位", "本期累计", "", "指标", "单位", "本期累计"],
    *([LABELS[left], UNITS[left], VALUES[left], "", LABELS[right], UNITS[right], VALUES[right]]
      for left, right in zip(KEYS[:7], KEYS[7:14], strict=True)),
    ["", "", "", "", LABELS[KEYS[14]], UNITS[KEYS[14]], VALUES[KEYS[14]]]])

# 表一: what stands around it.
layout("notes and signatures below", [
    *figures(), [], ["注：1.本表数据为快报数；2.收入为1-6月累计。"],
    ["填表人：示例", "", "联系电话：023-60000000", "填报日期：2025年7月10日"],
    ["单位负责人（签字）：", "", "（盖章）"]])
layout("instructions above", [["填报说明：1.收入单位为亿元，保留两位小数；2.无数据填“无”。"], *figures()])
layout("blank rows between", [line for row in figures() for line in (row, [])])
layout("a blank row above and a blank column at the left", [[], *(["", *row] for row in figures())])
layout("the header again in the middle", [*figures()[:9], *figures()[:2], *figures()[9:]])
layout("numbers kept as text", figures(line=lambda key: [LABELS[key], UNITS[key], str(VALUES[key]), str(BEFORE[key])]))
layout("figures that are none of the report", [
    *figures(), ["2024年底网络安全企业数量", "家", 40], ["2026年网络安全产业收入目标", "亿元", 40],
    ["预计全年网络安全产业收入", "亿元", 12], ["网络安全产业收入增速", "%", 12], ["网络安全产业收入占全市比重", "%", 3],
    ["其中：网络安全产业收入", "亿元", VALUES["revenue_cyber"]]])

# 一览表: pages, groups, totals, notes.
HEADER, *ROWS = firms()
SUMS = ["", "", "", "", "", "", "", 10000, 7500, 302.5, 200, "", ""]
PART = ["", "", "", "", "", "", "", 4000, 3000, 121, 80, "", ""]


def summed(word: str, line: list[Any], place: int = 1) -> list[Any]:
    return [*line[:place], word, *line[place + 1 :]]


layout("pages with titles", of_firms=[
    ["网络安全企业一览表"], ["单位：万元"], HEADER, *ROWS[:2],
    ["网络安全企业一览表（续）"], ["单位：万元"], HEADER, *ROWS[2:4], ["续表"], HEADER, *ROWS[4:]])
layout("a sum under each page", of_firms=[
    HEADER, *ROWS[:2], summed("本页小计", PART), HEADER, *ROWS[2:], summed("合计", SUMS)])
layout("groups with Chinese numbers", of_firms=[
    HEADER, ["一", "龙头企业"], *ROWS[:2], ["二", "其他企业"], *ROWS[2:], summed("总计", SUMS, 0)])
layout("groups as a line of their own", of_firms=[
    HEADER, ["", "一、龙头企业"], *ROWS[:2], summed("小计", PART), ["", "二、其他企业"], *ROWS[2:]])
layout("a sum at the top", of_firms=[HEADER, summed("合 计", SUMS), *ROWS])
layout("a sum that counts the firms", of_firms=[HEADER, *ROWS, summed("合计（5家）", SUMS)])
layout("dashes in the sum", of_firms=[HEADER, *ROWS, ["合计", *["——"] * 6, *SUMS[7:11], "——", "——"]])
layout("an empty sum", of_firms=[HEADER, *ROWS, ["合计", *[""] * 12]])
layout("gaps in the numbering", of_firms=[HEADER, *([number * 3, *row[1:]] for number, row in enumerate(ROWS))])
layout("no numbering", of_firms=[row[1:] for row in firms()])
layout("numbers prefilled beyond the firms", of_firms=[*firms(), *([n, *[""] * 12] for n in range(6, 20))])
layout("blank rows among the firms", of_firms=[HEADER, *ROWS[:2], [], *ROWS[2:4], [], [], *ROWS[4:]])
layout("notes under the firms", of_firms=[
    *firms(), [], ["注：1.本表由园区填报。"], ["2.收入为1-6月累计数。"],
    ["填表人：示例", "", "", "联系电话：023-60000000"], ["报送单位（盖章）：示例区经信委", "", "", "2025年7月10日"]])
layout("notes right under the firms", of_firms=[*firms(), ["说明：收入为累计数"], ["制表：示例"]])
layout("a starred note", of_firms=[*firms(), ["* 标星号企业为新增企业"]])
layout("an office and a date at the right", of_firms=[
    *firms(), [*[""] * 11, "示例区经济信息委"], [*[""] * 11, "2025年7月10日"]])
layout("以下空白", of_firms=[*firms(), ["", "（以下空白）"], ["——以下空白——"]])

# 一览表: columns.
layout("two header rows", of_firms=[
    [*HEADER[:7], "2025年1-6月（万元）", "", "", *HEADER[10:]],
    [*[""] * 7, "公司营业总收入", "其中：网络安全业务收入", "当年企业研发投入", "", "", ""], *ROWS])
layout("units under the header", of_firms=[
    [name.partition("（万元")[0].partition("（人")[0] for name in HEADER],
    [*[""] * 7, "万元", "万元", "万元", "人", "", ""], *ROWS])
layout("contact and telephone apart", of_firms=[
    [*HEADER[:12], "企业联系人", "联系电话"], *([*row[:12], "示例乙", "13900000000"] for row in ROWS)])
layout("qualifications and listing apart", of_firms=[
    [*HEADER[:11], "企业所获资质", "上市情况", HEADER[12]],
    *([*row[:11], "ISO27001", "2019年科创板上市", row[12]] for row in ROWS)])
layout("last year's revenue before this year's", of_firms=[
    [*HEADER[:7], "2024年公司营业总收入（万元）", "2025年1-6月公司营业总收入（万元）", "2024年网络安全业务收入（万元）",
     "2025年1-6月网络安全业务收入（万元）", *HEADER[9:]],
    *([*row[:7], 999, row[7], 888, *row[8:]] for row in ROWS)])
layout("last year's revenue beside", of_firms=[
    [*HEADER[:8], "去年同期", HEADER[8], "去年同期", *HEADER[9:]],
    *([*row[:8], 999, row[8], 888, *row[9:]] for row in ROWS)])
layout("a column the form does not have", of_firms=[
    [*HEADER[:2], "统一社会信用代码", *HEADER[2:]], *([*row[:2], "91500000MA5U000000", *row[2:]] for row in ROWS)])
# fmt: on
