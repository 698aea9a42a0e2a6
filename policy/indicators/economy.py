"""表一 主要经济指标: revenue (running total since January), firms, staff and listed firms, each with its 占比."""

from policy.indicators.indicator import Indicator
from policy.terms import Measure

INDICATORS = (
    Indicator(
        "revenue_total", "园区业务总收入", "亿元", Measure.FLOW_YTD, "表一",
        aliases=("业务总收入", "总收入", "营业总收入"), required=True,
    ),
    Indicator(
        "revenue_cyber", "网络安全产业收入", "亿元", Measure.FLOW_YTD, "表一", part_of="revenue_total",
        aliases=("网络安全收入", "网安收入", "安全产业收入", "网络安全业务收入", "网络安全营业收入"),
        required=True, headline=True, clause="二(三)",
    ),
    Indicator(
        "firms_total", "园区注册企业数量", "家", Measure.STOCK, "表一",
        aliases=("注册企业数", "注册企业数量", "企业总数"), required=True, whole_number=True,
    ),
    Indicator(
        "firms_cyber", "网络安全企业数量", "家", Measure.STOCK, "表一", part_of="firms_total",
        aliases=("网安企业数", "网络安全企业数", "以网络安全为主的企业数"),
        required=True, whole_number=True, headline=True, clause="二(三)",
    ),
    Indicator(
        "staff_total", "园区从业人员", "万人", Measure.STOCK, "表一",
        aliases=("从业人员总数", "从业人数", "从业人员"), required=True,
    ),
    Indicator(
        "staff_cyber", "网络安全产业从业人员", "万人", Measure.STOCK, "表一", part_of="staff_total",
        aliases=("网络安全从业人员", "网安从业人员", "网络安全从业人数"), required=True, headline=True,
    ),
    Indicator(
        "listed_total", "园区上市企业数", "家", Measure.STOCK, "表一", part_of="firms_total",
        aliases=("上市企业", "上市企业数", "上市公司数量"), required=True, whole_number=True,
    ),
    Indicator(
        "listed_cyber", "网络安全上市企业数量", "家", Measure.STOCK, "表一", part_of="listed_total",
        aliases=("网络安全上市企业", "网安上市企业", "网络安全上市公司数量"), required=True, whole_number=True,
    ),
    Indicator(
        "share_revenue_cyber", "网络安全产业收入占比", "%", Measure.RATIO, "表一",
        ratio_of=("revenue_cyber", "revenue_total"),
    ),
    Indicator(
        "share_firms_cyber", "网络安全企业数量占比", "%", Measure.RATIO, "表一",
        ratio_of=("firms_cyber", "firms_total"),
    ),
    Indicator(
        "share_staff_cyber", "网络安全产业从业人员占比", "%", Measure.RATIO, "表一",
        ratio_of=("staff_cyber", "staff_total"),
    ),
    Indicator(
        "share_listed_cyber", "网络安全上市企业数量占比", "%", Measure.RATIO, "表一",
        ratio_of=("listed_cyber", "listed_total"),
    ),
)  # fmt: skip
