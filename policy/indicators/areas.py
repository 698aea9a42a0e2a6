"""表一 园区基本情况: floor space in 万平方米, planned ≥ built ≥ operating."""

from policy.indicators.indicator import Indicator
from policy.terms import Measure

INDICATORS = (
    Indicator(
        "area_planned", "园区规划建设产业楼宇面积", "万平方米", Measure.STOCK, "表一",
        aliases=("规划建设面积", "规划面积", "规划建设楼宇面积"), required=True,
    ),
    Indicator(
        "area_built", "园区已建成用于产业发展的楼宇面积", "万平方米", Measure.STOCK, "表一",
        part_of="area_planned", required=True,
        aliases=("已建成面积", "建成面积", "已建成楼宇面积", "已建成产业楼宇面积"),
    ),
    Indicator(
        "area_operating", "园区已运营使用楼宇面积", "万平方米", Measure.STOCK, "表一",
        part_of="area_built", required=True, headline=True,
        aliases=("运营面积", "投用面积", "已运营面积", "已投用面积", "已运营楼宇面积", "运营使用面积"),
    ),
)  # fmt: skip
