"""申报表 as an operator fills it in: the annex of the notice, figures and roster of the previous year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from docx.oxml.table import CT_Tbl

from policy.figures import chinese_date, half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.tiers import TIERS
from policy.tables import ROSTER, TRAINING
from services.demo import names
from services.demo.figures import Cells, Course
from services.demo.papers import add_paragraphs, add_table, as_bytes, new_paper, span_to_edge
from services.demo.workbooks import MONEY_FIRST, MONEY_LAST, label_with_unit

Figures = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Form:
    """What one form says: January to `months` of its year, the whole year before, and that year's firms."""

    course: Course
    filled_on: date
    current: Figures
    previous: Figures
    roster: tuple[Cells, ...]

    @property
    def year(self) -> int:
        return self.filled_on.year

    @property
    def head(self) -> str:
        """主要负责人 of the operator."""
        return names.person(self.course.park.code, "head")

    @property
    def months(self) -> int:
        return self.filled_on.month - 1


def filled_on(approved_on: date) -> date:
    """About ten weeks before the approval; never so early in a year that there is nothing to tell of it."""
    day = approved_on - timedelta(days=70)
    return day if day.month > 3 else date(day.year - 1, 12, 10)


def make_form(course: Course) -> Form:
    day = filled_on(course.approved_on)
    roster = tuple(firm.cells() for firm in course.roster(day.year - 1, 12))
    return Form(course, day, course.figures(day.year, day.month - 1), course.figures(day.year - 1, 12), roster)


def application_form(course: Course) -> bytes:
    """The form (.docx), section by section."""
    form = make_form(course)
    paper = new_paper(form.filled_on)
    add_paragraphs(paper, _cover(form))
    for heading, rows in _sections(form):
        paper.add_paragraph(heading)
        table = add_table(paper, rows)
        if rows[0][0] == "序号":
            _join_heading(table)
    return as_bytes(paper)


def _cover(form: Form) -> tuple[str, ...]:
    return (
        "附件",
        "国家网络安全产业园区市级重点园区",
        "申 报 表",
        f"申报单位（运营管理机构）：{form.course.park.operator}   （盖章）",
        f"运营管理机构主要负责人：{form.head}",
        f"填  报  日  期：  {form.filled_on.year} 年 {form.filled_on.month} 月 {form.filled_on.day} 日",
        "重庆市经济和信息化委员会  制",
    )


def _sections(form: Form) -> list[tuple[str, Sequence[Sequence[str]]]]:
    return [
        ("一、园区基本情况", _basics(form)),
        ("二、园区网络安全企业一览表", _firms(form)),
        ("三、园区公共服务情况", _services(form)),
        ("四、园区基本建设情况", _land(form)),
        ("五、园区配套情况", (("园区配套设施情况",), ("人才公寓、商业配套、公共交通和停车设施齐备。",))),
        ("六、园区运营管理情况", _operator(form)),
        ("七、园区所在地政府支持情况", _support()),
        ("八、相关佐证资料", (("公共服务平台证明材料；培训记录及照片",),)),
        ("九、审核推荐意见", _opinions(form)),
    ]


def _land(form: Form) -> tuple[tuple[str, ...], ...]:
    planned = plain(form.current["area_planned"])
    return (
        ("园区土地利用情况",),
        ("产业用地占比62%，开发强度1.8，公共空间用地占比12%。",),
        ("园区未来三年规划建设情况",),
        (f"规划建设产业楼宇面积{planned}万平方米，分期建成。",),
    )


def _support() -> tuple[tuple[str, ...], ...]:
    return ("当地政府支持网络安全产业发展的有关举措概述",), ("成立工作专班，出台专项政策，设立专项资金。",)


def _opinions(form: Form) -> tuple[tuple[str, ...], ...]:
    signed = f"（盖章）{chinese_date(form.filled_on)}"
    return (
        ("申报单位意见",),
        (f"同意申报。    {signed}",),
        ("区县经信部门审核推荐意见",),
        (f"材料真实有效，同意推荐。    {signed}",),
    )


def _basics(form: Form) -> list[tuple[str, ...]]:
    park, areas = form.course.park, form.current
    rows: list[tuple[str, ...]] = [
        ("拟申报名称", park.title),
        ("主体园区名称", park.host_park),
        ("地  址", park.address),
        ("园区基本情况（单位：万平方米）",),
        tuple(BY_KEY[key].label for key in ("area_planned", "area_built", "area_operating")),
        tuple(plain(areas[key]) for key in ("area_planned", "area_built", "area_operating")),
        ("近年来网络安全产业主要经济指标",),
        ("", f"申报当年数据（1—{form.months}月）", "申报当年上一年度数据"),
    ]
    for key in ("revenue", "firms", "staff", "listed"):
        rows.append(_whole(form, f"{key}_total"))
        rows.append(_part(form, f"{key}_cyber", f"{key}_total"))
    return rows + [_whole(form, tier.key) for tier in TIERS]


def _whole(form: Form, key: str) -> tuple[str, ...]:
    indicator = BY_KEY[key]
    return f"{indicator.label}（{indicator.unit}）", plain(form.current[key]), plain(form.previous[key])


def _part(form: Form, key: str, whole: str) -> tuple[str, ...]:
    indicator = BY_KEY[key]

    def told(figures: Figures) -> str:
        share = half_up(figures[key] / figures[whole] * 100) if figures[whole] else Decimal(0)
        return f"{plain(figures[key])}{indicator.unit}（{plain(share)}%）"

    label = f"其中：{indicator.label}（{indicator.unit}）及占比"
    return label, told(form.current), told(form.previous)


def _firms(form: Form) -> list[list[str]]:
    keys = [column.key for column in ROSTER.columns]
    first, last = keys.index(MONEY_FIRST), keys.index(MONEY_LAST)
    upper = ["序号", *(column.label for column in ROSTER.columns)]
    upper[1 + first : 2 + last] = [f"{form.year - 1}年（申报时的上年度）", *[""] * (last - first)]
    lower = [""] * len(upper)
    lower[1 + first : 2 + last] = [label_with_unit(column) for column in ROSTER.columns[first : last + 1]]
    rows = [[str(number), *(firm[key] for key in keys)] for number, firm in enumerate(form.roster, start=1)]
    sums = {key: sum((Decimal(firm[key]) for firm in form.roster), Decimal(0)) for key in keys[first : last + 1]}
    total = ["合计", *(plain(sums[key]) if key in sums else "——" for key in keys)]
    return [upper, lower, *rows, total]


def _join_heading(table: CT_Tbl) -> None:
    """The two heading rows as the annex has them: the year over its four columns, the others two rows high."""
    upper, lower = table.tr_lst[0], table.tr_lst[1]
    for cell, below in zip(upper.tc_lst, lower.tc_lst, strict=True):
        if not below.p_lst[0].text:
            cell.vMerge, below.vMerge = "restart", "continue"
    keys = [column.key for column in ROSTER.columns]
    span_to_edge(upper, 1 + keys.index(MONEY_FIRST), 1 + keys.index(MONEY_LAST) - keys.index(MONEY_FIRST))


def _services(form: Form) -> list[tuple[str, ...]]:
    course, year = form.course, form.year - 1
    platforms = course.platforms(course.baseline_on)
    return [
        ("网络安全公共服务平台建设情况（共性技术、测试验证、协同攻关、监测预警、风险报送等公共技术服务平台）",),
        ("公共服务平台名称", "建设单位", "服务内容或方向", "市级认定时间"),
        *(tuple(row.values()) for row in platforms),
        ("网络安全职业教育或专业培训机构情况",),
        tuple(label_with_unit(column) for column in TRAINING.columns),
        *(tuple(row.values()) for row in course.training(year, 12)),
        ("产业氛围营造情况",),
        ("活动名称", "主办承办单位", "举办时间", "举办地点", "规模（人）"),
        *(tuple(row.values()) for row in course.events(year, 12)),
        ("其他服务能力状况",),
        ("提供融资对接、知识产权代办和人才交流服务。",),
    ]


def _operator(form: Form) -> list[tuple[str, ...]]:
    park = form.course.park
    return [
        ("机构名称", park.operator),
        ("设立时间", f"{form.year - 4}年4月", "法定代表人", form.head, "注册资金", "10000万元"),
        ("注册地址", park.address),
        ("主要股东", f"{park.district}国有资产经营公司（虚构，100%）"),
        ("联系人", names.person(park.code, "clerk"), "联系电话", names.phone(park.code, "clerk"), "电子邮箱",
         f"{park.code.lower()}@operator.example.test"),
        ("近二年主要经营情况",),
        ("", f"申报当年数据（1~{form.months}月）", "申报前一年度数据"),
        ("营业收入（万元）", "1800", "3200"),
        ("企业人员（人）", "45", "42"),
        ("机构运营管理能力介绍",),
        ("团队42人，专职从事招商引资和企业服务。",),
    ]  # fmt: skip
