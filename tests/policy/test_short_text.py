"""The short text for messengers: short enough, with the date and what is missing, nothing personal."""

from datetime import date

from policy.alerts.short_text import LONGEST, short_text
from policy.terms import AlertRule

TODAY = date(2025, 8, 5)
OVERDUE = (
    "国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报：函已到、数据未报，报送截止日2025年7月31日"
    "（依据五(二)；报送截止日为系统默认值，通知未规定）"
)


def test_it_says_what_is_missing_and_since_when() -> None:
    assert short_text(AlertRule.REPORT_OVERDUE, "催报", OVERDUE, date(2025, 7, 31), TODAY) == (
        "【催报】示例甲园2025年上半年园区发展情况逾期未报：函已到、数据未报，报送截止日2025年7月31日，已过5天。请及时办理。"
    )


def test_a_date_the_message_leaves_out_is_added() -> None:
    told = short_text(AlertRule.REPORT_UPCOMING, "提醒", "示例甲园未报", date(2025, 8, 12), TODAY)
    assert told == "【提醒】示例甲园未报，时限2025年8月12日，还有7天。请及时办理。"


def test_by_a_provisional_date_nothing_is_late() -> None:
    message = "示例甲园2025年上半年园区发展情况：未报，报送截止日2025年7月31日（暂定，待报送通知确认）"
    told = short_text(AlertRule.REPORT_UPCOMING, "提醒", message, date(2025, 7, 31), TODAY)
    assert told == f"【提醒】{message}。请及时办理。"


def test_neither_addresses_nor_files_nor_whose_task_it_is_are_told() -> None:
    missing = short_text(AlertRule.CONTACT_MISSING, "提醒", "示例甲区的邮箱h***@example.gov.cn退信", None, TODAY)
    assert "@" not in missing
    lag = "国家网络安全产业园区（示例甲园）网络安全企业数量2025年6月末为25家，比序时目标34.41家低27.3%；来源"
    assert short_text(AlertRule.LAGGING, "指标预警", lag, None, TODAY) == (
        "【指标预警】示例甲园网络安全企业数量2025年6月末进度滞后。请及时办理。"
    )
    task = "国家网络安全产业园区（示例甲园）重点任务“靶场”（责任单位：示例公司）时限2025年6月15日，尚未销号"
    assert "示例公司" not in short_text(AlertRule.TASK_LATE, "催报", task, date(2025, 6, 15), TODAY)


def test_it_is_never_too_long() -> None:
    told = short_text(AlertRule.TASK_LATE, "催报", "长" * 300, date(2025, 6, 15), TODAY)
    assert len(told) == LONGEST
    assert told.endswith("…，时限2025年6月15日，已过51天。请及时办理。")
