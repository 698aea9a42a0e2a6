"""Words on screen."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime
from decimal import Decimal

from dashboard import labels
from policy.terms import Light
from settings import ROOT


def test_dates_are_written_as_offices_write_them() -> None:
    assert labels.day(date(2026, 7, 31)) == "2026年7月31日"
    assert labels.stamp(datetime(2026, 7, 31, 16, 5, tzinfo=UTC)) == "2026年8月1日 00:05"


def test_a_size_is_never_made_larger_than_it_is() -> None:
    assert [labels.size(count) for count in (0, 700, 1024, 3 * 1024 * 1024)] == ["0 字节", "700 字节", "1 KB", "3.0 MB"]


def test_figures_keep_every_digit() -> None:
    assert labels.amount(Decimal("5.20"), "亿元") == "5.2亿元"
    assert labels.amount(None) == "—"


def test_days_to_a_date_are_told_in_words() -> None:
    assert labels.until(date(2026, 3, 5), date(2026, 3, 2)) == "剩3天"
    assert labels.until(date(2026, 3, 2), date(2026, 3, 2)) == "今日到期"
    assert labels.until(date(2026, 2, 28), date(2026, 3, 2)) == "已过2天"


def test_stages_of_a_mail_are_told_in_words() -> None:
    assert labels.telling("opened") == "开立时"
    assert labels.telling("T-7") == "截止日前7天"
    assert labels.telling("T+0") == "截止当日"
    assert labels.telling("T+1") == "截止日后1天"
    assert labels.telling("2025H2-red") == "2025年下半年 严重滞后"


def test_every_light_has_a_shape_and_a_word_of_its_own() -> None:
    assert set(labels.SHAPES) == set(labels.PROGRESS) == set(Light)
    assert len(set(labels.SHAPES.values())) == len(Light)


def test_an_act_of_the_log_is_told_in_words() -> None:
    assert labels.act("review.accept") == "审核通过"
    assert labels.act("mail.sent") == "邮件已发送"


def test_the_log_records_nothing_but_acts_with_a_word() -> None:
    """Every call of `services.audit.record` names a member of Act; each member has a word (tests of the house)."""
    calls = [
        (path.name, node.lineno, node.args[2])
        for path in (ROOT / "services").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    ]
    assert len(calls) > 20
    assert [(name, line) for name, line, act in calls if isinstance(act, (ast.Constant, ast.JoinedStr))] == []
