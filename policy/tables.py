"""The repeated tables of the annex (表二, 表三) and of the half-year report: their columns and what each holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a column's text is read."""

    TEXT = "text"
    COUNT = "count"
    AMOUNT = "amount"
    DATE = "date"
    MONTH_OR_DATE = "month_or_date"
    SHARE = "share"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `unit` of the stored figure, `limit` in characters (附件表二), `required` in every row;
    `also`: names of further columns districts split it into."""

    key: str
    label: str
    kind: Kind
    unit: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = True
    limit: int | None = None
    personal: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    label: str
    annex: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)


ROSTER = Table(
    "roster", "园区网络安全企业一览表", "表二",
    (
        Column("name", "企业名称", Kind.TEXT, aliases=("公司名称", "单位名称", "企业全称", "公司全称")),
        Column("legal", "法定代表人", Kind.TEXT, aliases=("法人代表", "法人", "法人姓名", "法定代表人姓名")),
        Column("founded", "注册成立时间", Kind.DATE,
               aliases=("成立时间", "注册时间", "成立日期", "注册日期", "注册成立日期")),
        Column("address", "办公地址", Kind.TEXT,
               aliases=("地址", "企业地址", "办公地点", "经营地址", "实际办公地址", "办公场所")),
        Column("scope", "经营范围", Kind.TEXT, limit=200,
               aliases=("主营业务", "经营业务", "主要业务", "业务范围", "主营业务范围")),
        Column("products", "主要产品/技术/服务", Kind.TEXT,
               aliases=("主要产品", "产品/技术/服务", "主营产品", "主要产品及服务", "主要产品和服务",
                        "产品及服务", "产品和服务", "产品/服务", "主要产品与服务", "主要产品或服务"), limit=100),
        Column("revenue", "公司营业总收入", Kind.AMOUNT, "万元",
               aliases=("营业总收入", "营业收入", "总收入", "公司营业收入", "企业营业收入", "企业营业总收入",
                        "总营收")),
        Column("cyber", "其中：网络安全业务收入", Kind.AMOUNT, "万元",
               aliases=("网络安全业务收入", "网络安全收入", "网安收入", "网络安全产业收入", "网络安全营业收入",
                        "网安业务收入")),
        Column("rnd", "当年企业研发投入", Kind.AMOUNT, "万元",
               aliases=("企业研发投入", "研发投入", "研发费用", "研发经费", "当年研发投入")),
        Column("staff", "员工总数", Kind.COUNT, "人",
               aliases=("员工人数", "从业人员", "职工人数", "员工数", "职工总数", "从业人数", "员工总人数")),
        Column("quals", "企业所获资质及上市情况", Kind.TEXT,
               aliases=("资质及上市情况", "企业资质", "资质", "资质情况", "所获资质", "企业所获资质", "资质及荣誉",
                        "资质荣誉", "企业资质荣誉", "企业资质及荣誉", "资质和荣誉", "资质与荣誉", "企业资质及上市情况"),
               also=("上市情况", "企业上市情况", "是否上市", "所获荣誉", "企业荣誉")),
        Column("contact", "企业联系人及手机", Kind.CONTACT, personal=True,
               aliases=("联系人及手机", "联系人及电话", "联系人", "联系人及联系方式", "联系人及联系电话",
                        "企业联系人", "联系人姓名"),
               also=("手机", "电话", "手机号", "手机号码", "联系电话", "联系方式", "联系人电话", "联系人手机",
                     "企业联系电话")),
    ),
)  # fmt: skip

PLATFORMS = Table(
    "platforms", "网络安全公共服务平台建设情况", "表三",
    (
        Column("name", "公共服务平台名称", Kind.TEXT, aliases=("平台名称",)),
        Column("builder", "建设单位", Kind.TEXT),
        Column("service", "服务内容或方向", Kind.TEXT, aliases=("服务内容",)),
        Column("recognised_on", "市级认定时间", Kind.MONTH_OR_DATE, aliases=("认定时间",)),
    ),
)  # fmt: skip

TRAINING = Table(
    "training", "网络安全职业教育或专业培训机构情况", "表三",
    (
        Column("name", "机构名称", Kind.TEXT, aliases=("培训机构名称",)),
        Column("direction", "教育培训方向", Kind.TEXT, aliases=("培训方向",)),
        Column("people", "年培养/培训网络安全人员规模", Kind.COUNT, "人", aliases=("培训人数", "培训规模")),
    ),
)  # fmt: skip

EVENTS = Table(
    "events", "产业氛围营造情况", "表三",
    (
        Column("name", "活动名称", Kind.TEXT),
        Column("host", "主办承办单位", Kind.TEXT, aliases=("主办单位", "承办单位", "主办、承办单位")),
        Column("held_on", "举办时间", Kind.MONTH_OR_DATE),
        Column("place", "举办地点", Kind.TEXT, aliases=("地点",)),
        Column("people", "规模", Kind.COUNT, "人", aliases=("活动规模", "参加人数")),
    ),
)  # fmt: skip

TASKS = Table(
    "tasks", "重点任务进展情况", "半年报",
    (
        Column("name", "任务", Kind.TEXT, aliases=("任务名称", "重点任务")),
        Column("unit", "责任单位", Kind.TEXT, aliases=("责任部门", "牵头单位")),
        Column("progress", "进展情况", Kind.TEXT, aliases=("进展",)),
        Column("done_share", "完成比例", Kind.SHARE, "%", aliases=("完成率", "完成进度")),
        Column("done_on", "完成时间", Kind.MONTH_OR_DATE, required=False),
    ),
)  # fmt: skip

TABLES: tuple[Table, ...] = (ROSTER, PLATFORMS, TRAINING, EVENTS, TASKS)
BY_KEY: dict[str, Table] = {table.key: table for table in TABLES}
PERSONAL = frozenset(
    {("figures", "operator_phone")}
    | {(table.key, column.key) for table in TABLES for column in table.columns if column.personal}
)
"""Table and column of personal data (个人信息保护法): masked or left out wherever they need not be known."""

# What the application form says beside its figures and tables, in the form's own words.
FORM_FACTS: dict[str, str] = {
    "operator": "申报单位（运营管理机构）",
    "operator_head": "运营管理机构主要负责人",
    "filled_on": "填报日期",
    "title": "拟申报名称",
    "host_park": "主体园区名称",
    "address": "地址",
}

# … and in its boxes: those at the right of their label, and those beneath it.
FORM_LINES: dict[str, str] = {
    "operator_name": "机构名称",
    "operator_founded": "设立时间",
    "operator_legal": "法定代表人",
    "operator_capital": "注册资金",
    "operator_address": "注册地址",
    "operator_shareholders": "主要股东",
    "operator_contact": "联系人",
    "operator_phone": "联系电话",
    "operator_mail": "电子邮箱",
    "operator_revenue": "营业收入（万元）",
    "operator_staff": "企业人员（人）",
}
FORM_PASSAGES: dict[str, str] = {
    "other_services": "其他服务能力状况",
    "land_use": "园区土地利用情况",
    "building_plan": "园区未来三年规划建设情况",
    "facilities": "园区配套设施情况",
    "operator_ability": "机构运营管理能力介绍",
    "government_support": "当地政府支持网络安全产业发展的有关举措概述",
}
FORM_LABELS: dict[str, str] = {**FORM_FACTS, **FORM_LINES, **FORM_PASSAGES}
TWO_YEARS = ("operator_revenue", "operator_staff")
"""Lines with a box for this year and one for the year before."""
