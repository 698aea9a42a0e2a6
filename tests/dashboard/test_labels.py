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


def test_figures_keep_every_digit() -> None:
    assert labels.amount(Decimal("5.20"), "亿元") == "5.2亿元"
    assert labels.amount(None) == "—"


def test_days_to_a_date_are_told_in_words() -> None:
    assert labels.until(date(2026, 3, 5), date(2026, 3, 2)) == "剩3天"
    assert labels.until(date(2026, 3, 2), date(2026, 3, 2)) == "今日到期"
    assert labels.until(date(2026, 2, 28), date(2026, 3, 2)) == "已过2天"


def test_stages_of_a_mail_are_told_in_words() -> None:
    assert labels.telling("T-7") == "截止日前7天"
    assert labels.telling("T+0") == "截止当日"
    assert labels.telling("T+1") == "截止日后1天"
    assert labels.telling("2025H2-red") == "2025年下半年 严重滞后"


def test_every_light_has_a_shape_and_a_word_of_its_own() -> None:
    assert set(labels.SHAPES) == set(labels.PROGRESS) == set(Light)
    assert len(set(labels.SHAPES.values())) == len(Light)


def test_every_act_of_the_log_has_a_word() -> None:
    """Each action `services.audit.record` is called with stands in ACTS."""
    actions = set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_action(node.value):
                actions.add(node.value)
    assert actions - labels.ACTS.keys() == set()


def _is_action(text: str) -> bool:
    subject, _, act = text.partition(".")
    subjects = ("account", "alert", "contact", "goals", "letter", "mail", "park", "step", "submission", "unit", "demo")
    return subject in subjects and act.replace("_", "").isalpha() and act.islower()
