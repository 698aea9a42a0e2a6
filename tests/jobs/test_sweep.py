"""`sweep` and `outbox` as called from a shell, on a park registered and reported through the other commands."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from db import facts
from jobs.__main__ import commands
from services import clock
from services.platform import Platform
from tests.factories import make_account

SAMPLE = Path(__file__).parent.parent / "samples/half-year-reports/半年报-示例甲园-2025H1.xlsx"
HANDLER = "handler@example.gov.cn"


@pytest.fixture
def call(platform: Platform) -> Callable[..., Result]:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(commands, arguments)

    return run


@pytest.fixture
def ask(call: Callable[..., Result]) -> Callable[..., Any]:
    """The document a command prints with --json."""

    def run(*arguments: str) -> Any:
        result = call(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run


@pytest.fixture
def park(ask: Callable[..., Any]) -> str:
    """示例甲园, approved 2024-10-10, with one handler; its code."""
    registered = ask(
        "register", "--title", "国家网络安全产业园区（示例甲园）", "--district", "示例甲区", "--create-unit",
        "--approved-on", "2024-10-10", "--approval-no", "示例函〔2024〕1号", "--contact", f"示例<{HANDLER}>",
    )  # fmt: skip
    (entry,) = registered if isinstance(registered, list) else [registered]
    return str(entry["code"])


def test_an_overdue_report_is_chased_until_data_and_letter_are_in(park: str, ask: Callable[..., Any]) -> None:
    opened = ask("sweep", "--as-of", "2025-08-01")
    (alert,) = opened["opened"]
    assert alert == {
        "key": f"report_overdue:{park}:2025H1",
        "rule": "report_overdue",
        "park": park,
        "period": "2025H1",
        "due": "2025-07-31",
        "clause": "五(二)；报送截止日为系统默认值，通知未规定",
        "message": "国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报：未报，"
        "报送截止日2025年7月31日（依据五(二)；报送截止日为系统默认值，通知未规定）",
    }
    (mail,) = opened["mails"]
    assert mail == {"key": mail["key"], "alerts": [alert["key"]], "to": HANDLER, "stage": "T+1"}
    assert (opened["as_of"], opened["kept"], opened["closed"]) == ("2025-08-01", [], [])

    again = ask("sweep", "--as-of", "2025-08-01")
    assert (again["opened"], again["kept"], again["closed"], again["mails"]) == ([], [alert], [], [])

    ask("ingest", str(SAMPLE), "--received-on", "2025-08-04")
    waiting = ask("sweep", "--as-of", "2025-08-04")
    assert "数据已报、函未到" in waiting["kept"][0]["message"]
    ask("letter", "--park", "示例甲园", "--period", "2025H1", "--no", "示例甲府函〔2025〕9号", "--dated", "2025-08-05",
        "--received-on", "2025-08-06")  # fmt: skip
    ask("review", "--park", "示例甲园", "--period", "2025H1", "--accept", "--on", "2025-08-07")
    closed = ask("sweep", "--as-of", "2025-08-07")
    assert [note["key"] for note in closed["closed"]] == [alert["key"]]
    assert (closed["opened"], closed["kept"], closed["mails"]) == ([], [], [])
    assert len(ask("outbox")) == 1


def test_the_outbox_lists_and_sends(park: str, ask: Callable[..., Any], tmp_path: Path) -> None:
    (queued,) = ask("sweep", "--as-of", "2025-08-01")["mails"]
    (waiting,) = ask("outbox")
    assert waiting == {
        "key": queued["key"],
        "to": HANDLER,
        "subject": "【催报】国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报",
        "state": "queued",
        "message_id": f"<{queued['key']}@parkwatch.local>",
        "attempts": 0,
    }
    assert ask("outbox", "--send") == [waiting | {"state": "sent", "attempts": 1}]
    ask("outbox", "--send")
    (path,) = (tmp_path / "mail").iterdir()
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["X-Parkwatch-Key"] == queued["key"]
    body = message.get_body(("plain",))
    assert body is not None
    assert f"http://127.0.0.1:8050/parks/{park}" in body.get_content()


def test_without_json_it_reads_as_sentences(park: str, call: Callable[..., Result]) -> None:
    result = call("sweep", "--as-of", "2025-08-01")
    assert result.stdout.splitlines()[0] == "截至2025年8月1日：新开1项，在办0项，销号0项，邮件1封"
    assert "开立：国家网络安全产业园区（示例甲园）2025年上半年" in result.stdout
    assert "待发送" in call("outbox").stdout
    rehearsed = call("sweep", "--as-of", "2025-08-01", "--dry-run", "--full").stdout
    assert rehearsed.startswith("推演 截至2025年8月1日")
    assert "2025年8月1日：工作日（该年工作日历未录入，暂按周末推定）" in rehearsed


def test_a_mail_that_does_not_go_out_is_exit_1_and_says_why(
    park: str, call: Callable[..., Result], tmp_path: Path
) -> None:
    call("sweep", "--as-of", "2025-08-01")
    (tmp_path / "mail").write_text("a file where the folder should be")
    result = call("outbox", "--send", "--json")
    assert result.exit_code == 1
    assert "无法写入邮件目录" in result.stderr
    assert json.loads(result.stdout)[0]["state"] == "queued"


def test_a_day_to_come_needs_a_dry_run(park: str, call: Callable[..., Result]) -> None:
    tomorrow = str(clock.today() + timedelta(days=1))
    refused = call("sweep", "--as-of", tomorrow, "--json")
    assert refused.exit_code == 2
    assert "--dry-run" in json.loads(refused.stdout)["error"]
    assert call("sweep", "--as-of", tomorrow, "--dry-run", "--json").exit_code == 0
    assert json.loads(call("outbox", "--json").stdout) == []


def test_a_dry_run_says_what_the_sweep_then_does(park: str, ask: Callable[..., Any]) -> None:
    foreseen = ask("sweep", "--as-of", "2025-08-01", "--dry-run")
    assert foreseen == ask("sweep", "--as-of", "2025-08-01")


def test_a_park_that_cannot_be_judged_is_exit_1(
    park: str, call: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("报告期应写作 2026H1")

    monkeypatch.setattr(facts, "situation", broken)
    result = call("sweep", "--as-of", "2025-08-01", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["opened"] == []
    assert f"（{park}）未能判定：报告期应写作 2026H1" in result.stderr


def test_a_district_without_a_handler_is_said_beside_the_document(ask: Callable[..., Any], call: Any) -> None:
    ask("register", "--title", "国家网络安全产业园区（示例乙园）", "--district", "示例乙区", "--create-unit",
        "--approved-on", "2024-10-10", "--approval-no", "示例函〔2024〕2号")  # fmt: skip
    result = call("sweep", "--as-of", "2025-08-01", "--json")
    assert result.exit_code == 0
    opened = [alert["rule"] for alert in json.loads(result.stdout)["opened"]]
    assert opened == ["report_overdue", "contact_missing"]
    assert "示例乙区没有有效的经办人邮箱" in result.stderr


def test_who_may_not_sweep_is_refused(platform: Platform, call: Callable[..., Result]) -> None:
    with platform.database.write() as session:
        make_account(session, "expert")
    assert call("sweep", "--as-of", str(date(2025, 8, 1)), "--as", "expert").exit_code == 2
