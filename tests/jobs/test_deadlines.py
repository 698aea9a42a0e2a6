"""`round`, `rulebook`, `calendar` and the 报送通知 as called from a shell."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

NUMBER = "示例经信软件〔2026〕12号"


@pytest.fixture
def ask(run_command: Callable[..., Result], set_now: Callable[[date], None]) -> Callable[..., Any]:
    """The document a command prints with --json."""
    set_now(date(2026, 7, 5))

    def run(*arguments: object, code: int = 0) -> Any:
        result = run_command(*arguments, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    return run


@pytest.fixture
def park(ask: Callable[..., Any]) -> str:
    registered = ask(
        "register", "--title", "国家网络安全产业园区（示例甲园）", "--district", "示例甲区", "--create-unit",
        "--approved-on", "2024-10-10", "--approval-no", "示例函〔2024〕1号",
        "--contact", "示例<handler@example.gov.cn>",
    )  # fmt: skip
    return str((registered[0] if isinstance(registered, list) else registered)["code"])


def test_a_round_is_tried_drafted_and_confirmed(park: str, ask: Callable[..., Any], tmp_path: Path) -> None:
    order = ("round", "--period", "2026H1", "--due", "2026-07-25", "--grace", "2026-07-31", "--lock", "2026-08-31")
    tried = ask(*order, "--dry-run")
    assert (tried["round"], tried["moves"][0]["old"]["due_on"], tried["moves"][0]["new"]["grace_on"]) == (
        None, "2026-07-31", "2026-07-31",
    )  # fmt: skip
    drafted = ask(*order)
    assert (drafted["confirmed"], "covered" in drafted) == (False, False)
    made = ask(*order, "--number", NUMBER, "--dated", "2026-07-01")
    assert (made["confirmed"], made["covered"], made["moved"]) == (True, 1, 1)
    (alert,) = [a for a in ask("sweep", "--as-of", "2026-08-01", "--dry-run")["opened"] if a["period"] == "2026H1"]
    assert (alert["rule"], alert["due"], alert["clause"]) == ("report_overdue", "2026-07-25", f"五(二)；{NUMBER}")
    again = ask(*order, "--number", "示例经信软件〔2026〕13号", "--dated", "2026-07-02", code=1)
    assert "已有报送通知" in again["error"]


def test_a_confirmation_needs_both_number_and_date(park: str, ask: Callable[..., Any]) -> None:
    told = ask("round", "--period", "2026H1", "--due", "2026-07-25", "--number", NUMBER, code=2)
    assert "--number 和 --dated" in told["error"]


def test_the_notice_states_scope_content_and_the_three_dates(
    park: str, ask: Callable[..., Any], tmp_path: Path
) -> None:
    out = tmp_path / "notice.html"
    before = ask("document", "reporting-notice", "--period", "2026H1", "--format", "html", "--out", out)
    assert before["lacking"] == ["本期报送通知尚未拟制，所列日期为系统默认值，通知未规定"]
    ask("round", "--period", "2026H1", "--due", "2026-07-25", "--grace", "2026-07-31", "--lock", "2026-08-31")
    drafted = ask("document", "reporting-notice", "--period", "2026H1", "--format", "html", "--out", out)
    said = out.read_text(encoding="utf8")
    assert drafted["marks"] == ["代拟稿"]
    for words in (
        "2026年上半年园区发展情况的通知", "有关区县（自治县）经信部门：", "报送截止日为2026年7月25日",
        "宽限截止日为2026年7月31日", "封账日为2026年8月31日", "2026年1—6月累计数", "〔2026〕　　号",
        "联系人：（待填写）", "国家网络安全产业园区（示例甲园）",
    ):  # fmt: skip
        assert words in said, words
    ask("round", "--period", "2026H1", "--due", "2026-07-25", "--number", NUMBER, "--dated", "2026-07-01")
    ask("document", "reporting-notice", "--period", "2026H1", "--format", "html", "--out", out)
    assert NUMBER in out.read_text(encoding="utf8")
    assert "2026年7月1日" in out.read_text(encoding="utf8")


def test_a_supplementary_notice_says_so_and_each_round_can_be_printed(
    park: str, ask: Callable[..., Any], run_command: Callable[..., Result], tmp_path: Path
) -> None:
    later = "示例经信软件〔2026〕13号"
    ask("round", "--period", "2026H1", "--due", "2026-07-25")
    first = ask("round", "--period", "2026H1", "--due", "2026-07-25", "--number", NUMBER, "--dated", "2026-07-01")
    assert first["round"] == 1
    order = ("round", "--period", "2026H1", "--due", "2026-08-15", "--supplementary")
    told = run_command(*order, "--number", later, "--dated", "2026-07-03").stdout
    assert "已调整：示例甲园2026年上半年园区发展情况：报送截止日2026年7月25日 → 报送截止日2026年8月15日" in told
    assert "将调整" not in told
    out = tmp_path / "notice.html"
    printing = ("document", "reporting-notice", "--format", "html", "--out", out)
    assert f"（{later}）已写入" in run_command(*printing, "--period", "2026H1").stdout
    said = out.read_text(encoding="utf8")
    assert "2026年上半年园区发展情况的补充通知" in said
    assert f"2026年7月1日印发的报送通知（{NUMBER}）补充通知如下" in said
    for name in (NUMBER, "1"):
        assert f"（{NUMBER}）已写入" in run_command(*printing, "--round", name).stdout
        assert "补充通知" not in out.read_text(encoding="utf8")
    assert (
        f"可写编号或文号：2（{later}，2026H1）、1（{NUMBER}，2026H1）"
        in ask(*printing, "--round", "9", code=2)["error"]
    )
    assert "不与 --period 同时写" in ask(*printing, "--round", "1", "--period", "2026H1", code=2)["error"]


def test_older_differences_are_told_apart_from_what_a_file_does(
    park: str, ask: Callable[..., Any], run_command: Callable[..., Result], tmp_path: Path
) -> None:
    rules, other, year = tmp_path / "rules.csv", tmp_path / "other.csv", tmp_path / "2026.csv"
    rules.write_text("key,kind,value,valid_from\nreport_due_days,half_year_report,41,2026-01-01\n", encoding="utf8")
    other.write_text("key,kind,value,valid_from\nreport_due_days,self_assessment,40,2026-01-01\n", encoding="utf8")
    ask("rulebook", rules, "--document", "示例函〔2026〕5号")
    told = run_command("rulebook", other, "--dry-run").stdout
    own, _, apart = told.partition("此前已与现行规则不一致、尚未调整的1项，与本次更改无关：")
    assert "与更改后的规则不一致，尚未调整：示例甲园自评报告" in own
    assert "2026年上半年" not in own
    assert "2026年上半年" in apart
    made = ask("rulebook", other, "--document", "示例函〔2026〕6号", "--move")
    assert [move["obligation"] for move in made["moved"]] == ["自评报告"]
    assert [move["obligation"] for move in made["older"]] == ["2026年上半年园区发展情况"]
    known = ask("calendar", "--year", 2026)["days"]
    lines = (f"{day['date']},{'班' if day['working'] else '休'}" for day in known)
    year.write_text("\n".join(("date,kind", *lines)), encoding="utf8")
    told = run_command("calendar", year, "--year", 2026, "--document", "示例").stdout
    assert "已列入的截止日不自行改变\n" in told
    assert "不影响已列入的应报事项和今天的预警\n此前已与现行规则不一致、尚未调整的1项" in told


def test_the_rulebook_is_listed_previewed_set_and_its_dates_moved(
    park: str, ask: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "rules.csv"
    file.write_text("key,kind,value,valid_from\nreport_due_days,half_year_report,41,2026-01-01\n", encoding="utf8")
    assert ask("rulebook")["version"] == "1"
    foreseen = ask("rulebook", file, "--dry-run")
    assert [(move["old"]["due_on"], move["new"]["due_on"]) for move in foreseen["moves"]] == [
        ("2026-07-31", "2026-08-10")
    ]
    assert ask("rulebook")["version"] == "1"
    done = ask("rulebook", file, "--document", "示例函〔2026〕5号")
    assert (done["version"], done["moved"], len(done["waiting"])) == ("1.1", [], 1)
    again = ask("rulebook", file, "--document", "示例函〔2026〕5号")
    assert (again["version"], len(again["waiting"]) + len(again["older"])) == ("1.1", 1)
    moved = ask("rulebook", "--move", "--document", "示例函〔2026〕5号")
    assert (moved["moved"][0]["new"], moved["waiting"]) == ("2026-08-10", [])


def test_a_rulebook_that_does_not_hold_is_refused_with_its_reason(ask: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    lines = "grace_days,-1,2026-01-01,\naccept_days,9,2026-01-01,2026-12-31\naccept_days,8,2026-06-01,\n"
    file.write_text(f"key,value,valid_from,valid_to\n{lines}", encoding="utf8")
    told = ask("rulebook", file, code=1)["error"]
    assert "不能为负数，收到-1" in told
    assert "重叠，同一事项同一天只能有一个数值" in told
    assert ask("rulebook")["version"] == "1"


def test_a_year_is_imported_or_refused_whole(ask: Callable[..., Any], tmp_path: Path) -> None:
    assert (ask("calendar", "--year", 2026)["built_in"], ask("calendar", "--year", 2027)["provisional"]) == (True, True)
    file = tmp_path / "2027.csv"
    for data, told in (
        (b"", "文件是空的；第一行的表头应为 date,kind,name"),
        (b"PK\x03\x04", "文件是工作簿或文档，不是CSV"),
    ):
        file.write_bytes(data)
        assert told in ask("calendar", file, "--year", 2027, code=1)["error"]
    file.write_text("日期,kind\n", encoding="utf8")
    assert "表头应为 date,kind,name" in ask("calendar", file, "--year", 2027, code=1)["error"]
    file.write_text("date,kind,name\n2027-01-01,休,元旦\n2027-01-01,休,元旦\n", encoding="gb18030")
    assert "已在第2行出现" in ask("calendar", file, "--year", 2027, "--document", "示例", code=1)["error"]
    file.write_text("date,kind,name\n2027-01-01,休,元旦\n2027-02-06,班,春节\n", encoding="gb18030")
    order = ("calendar", file, "--year", 2027, "--document", "示例办发明电〔2026〕7号")
    doubted = ask(*order, code=1)["error"]
    assert "没有春节放假；没有国庆节放假" in doubted
    assert doubted.endswith("请选“照此登记”（--as-written）")
    assert ask("calendar", "--year", 2027)["provisional"] is True
    assert ask(*order, "--as-written")["stored"] is True
    known = ask("calendar", "--year", 2027)
    assert (known["provisional"], [day["name"] for day in known["days"]]) == (False, ["元旦", "春节"])
