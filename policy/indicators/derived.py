"""表二 and 表三: figures that are sums or row counts of the roster and the service tables."""

from policy.indicators.indicator import Indicator
from policy.terms import Measure

INDICATORS = (
    Indicator("rnd_investment", "企业研发投入", "万元", Measure.FLOW_YTD, "表二", aliases=("研发投入",)),
    Indicator(
        "platforms", "网络安全公共服务平台数量", "个", Measure.STOCK, "表三",
        aliases=("公共服务平台",), whole_number=True,
    ),
    Indicator(
        "trainees", "年培养/培训网络安全人员规模", "人", Measure.FLOW_YTD, "表三",
        aliases=("培训人数",), whole_number=True,
    ),
    Indicator(
        "events", "产业氛围营造活动数量", "场", Measure.FLOW_YTD, "表三", aliases=("活动数",), whole_number=True
    ),
)  # fmt: skip
