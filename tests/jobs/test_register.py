"""The register's commands: what they print, what they change, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import Result
from sqlalchemy import select

from db.models import AuditEntry, Contact, Park, Submission
from policy.access import SYSTEM_ACTOR, Role
from services import accounts, units
from services.platform import Platform

TODAY = date(2026, 7, 1)
TITLE = "国家网络安全产业园区（示例甲园）"
FORMS = Path(__file__).parents[1] / "samples" / "application-forms"
Run = Callable[..., Result]


@pytest.fixture
def run(run_command: Run, platform: Platform, set_now: Callable[[date], None]) -> Run:
    set_now(TODAY)
    with platform.database.write() as session:
        units.load_divisions(session)
    return run_command


def register(run: Run, *more: object, title: str = TITLE, district: str = "示例甲区", on: str = "2024-10-10") -> Result:
    return run(
        "register", "--title", title, "--district", district, "--approved-on", on,
        "--approval-no", "示例函〔2024〕1号", *more,
    )  # fmt: skip


def printed(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


class TestRegister:
    def test_an_approved_park_is_entered_and_stands_in_the_register(self, run: Run) -> None:
        assert printed(register(run, "--create-unit", "--contact", "张某<z@example.gov.cn>", "--json")) == {
            "code": "P001", "title": TITLE, "created": True, "note": "", "error": None,
        }  # fmt: skip
        assert printed(run("parks", "--json")) == [
            {
                "code": "P001",
                "title": TITLE,
                "district": "示例甲区",
                "stage": "building",
                "approved_on": "2024-10-10",
                "ends_on": "2026-10-10",
            }
        ]
        assert "建设期" in run("parks").stdout

    def test_a_leap_day_ends_on_the_last_of_february(self, run: Run) -> None:
        register(run, "--create-unit", on="2024-02-29")
        assert printed(run("parks", "--json"))[0]["ends_on"] == "2026-02-28"

    def test_a_second_call_changes_nothing_and_says_so(self, run: Run, platform: Platform) -> None:
        register(run, "--create-unit")
        again = register(run)
        assert again.exit_code == 0
        assert "已登记（P001），内容一致，未作改动" in again.stdout
        with platform.database.read() as session:
            assert len(session.scalars(select(Park)).all()) == 1

    def test_a_second_call_says_which_contacts_it_leaves_out(self, run: Run) -> None:
        register(run, "--create-unit", "--contact", "甲某<a@example.gov.cn>")
        again = register(run, "--contact", "甲某<a@example.gov.cn>", "--contact", "乙某<b@example.gov.cn>")
        assert "内容一致，未作改动；联系人乙某未录入" in again.stdout
        assert "联系人" not in register(run, "--contact", "甲某<a@example.gov.cn>").stdout

    def test_the_same_title_with_another_date_ends_with_one_and_says_what_differs(self, run: Run) -> None:
        register(run, "--create-unit")
        other = register(run, on="2024-10-11")
        assert other.exit_code == 1
        assert "批复成文日期已登记为“2024-10-10”，本次为“2024-10-11”" in other.stderr

    def test_an_unknown_district_is_a_wrong_call_that_names_the_way_out(self, run: Run) -> None:
        result = register(run, district="合州区")
        assert result.exit_code == 2
        assert "合川区" in result.stderr
        assert "--create-unit" in result.stderr

    @pytest.mark.parametrize("on", ["2026-07-02", "2027-01-01"])
    def test_an_approval_to_come_is_refused(self, run: Run, on: str) -> None:
        assert "在今天（2026年7月1日）之后" in printed(register(run, "--create-unit", "--json", on=on), 1)["error"]
        assert printed(run("parks", "--json")) == []

    def test_a_date_that_is_none_is_a_wrong_call(self, run: Run) -> None:
        assert "error" in printed(register(run, "--json", on="2024-02-30"), 2)

    def test_missing_options_are_a_wrong_call(self, run: Run) -> None:
        assert "--approval-no" in printed(run("register", "--title", TITLE, "--json"), 2)["error"]

    def test_a_park_of_an_abolished_district_is_shown_under_its_successor(self, run: Run) -> None:
        result = register(run, title="国家网络安全产业园区（江北园）", district="江北区")
        assert "由两江新区承接" in result.stdout
        (park,) = printed(run("parks", "--json"))
        assert (park["title"], park["district"]) == ("国家网络安全产业园区（江北园）", "两江新区")

    def test_a_list_enters_its_good_lines_and_names_its_bad_ones(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "名册.csv"
        path.write_bytes(
            (
                "title,district,approved_on,approval_no,code,contact\n"
                f"{TITLE},示例甲区,2024-10-10,示例函〔2024〕1号,JIA,张某<z@example.gov.cn>\n"
                "示例乙园,示例甲区,2024-10-10,示例函〔2024〕2号,,\n"
            ).encode("gb18030")
        )
        outcomes = printed(run("register", path, "--create-unit", "--json"), 1)
        assert [(o["code"], o["created"]) for o in outcomes] == [("JIA", True), (None, False)]
        assert outcomes[1]["error"].startswith("第3行：园区名称应写作")
        assert [park["code"] for park in printed(run("parks", "--json"))] == ["JIA"]

    def test_a_list_and_the_options_of_one_park_do_not_go_together(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "名册.csv"
        path.touch()
        assert run("register", path, "--title", TITLE).exit_code == 2

    def test_the_form_gives_the_operator_and_is_kept_with_the_park(self, run: Run, platform: Platform) -> None:
        assert register(run, "--create-unit", "--form", FORMS / "申报表-示例甲园.docx").exit_code == 0
        with platform.database.read() as session:
            park = session.scalars(select(Park)).one()
            kept = session.scalars(select(Submission)).one()
            assert (park.operator, park.host_park) == ("示例甲园运营管理有限公司", "示例甲区网络产业城")
            assert (kept.kind, kept.park_id) == ("application_form", park.id)

    def test_a_form_with_problems_is_kept_and_they_are_mentioned(self, run: Run) -> None:
        form = FORMS / "申报表-示例乙园-有问题.docx"
        result = register(run, "--create-unit", "--form", form, title="国家网络安全产业园区（示例乙园）")
        assert (result.exit_code, "申报表有须更正或确认之处" in result.stdout) == (0, True)

    def test_the_form_of_another_park_is_refused_and_nothing_entered(self, run: Run) -> None:
        result = register(run, "--create-unit", "--form", FORMS / "申报表-示例乙园-有问题.docx")
        assert result.exit_code == 1
        assert "申报表的园区名称为“国家网络安全产业园区（示例乙园）”" in result.stderr
        assert printed(run("parks", "--json")) == []

    def test_a_file_that_is_no_form_is_refused(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "照片.docx"
        path.write_bytes(b"\x89PNG")
        result = register(run, "--create-unit", "--form", path)
        assert result.exit_code == 1
        assert "照片.docx不是申报表" in result.stderr


class TestActingAs:
    def test_an_account_acts_under_its_name_with_its_permissions(self, run: Run, platform: Platform) -> None:
        with platform.database.write() as session:
            for role in (Role.COMMITTEE, Role.ADMIN):
                accounts.create_account(
                    session, SYSTEM_ACTOR, username=role, password="office-2026", display_name=role, role=role
                )
        assert register(run, "--create-unit", "--as", "admin").exit_code == 2
        assert register(run, "--create-unit", "--as", "nobody").exit_code == 2
        assert register(run, "--create-unit", "--as", "committee").exit_code == 0
        with platform.database.read() as session:
            entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "park.register")).one()
        assert entry.actor == "committee"


class TestContacts:
    HEADER = "unit,name,role,mail,phone,valid_from,valid_to\n"

    def write(self, tmp_path: Path, *lines: str) -> Path:
        path = tmp_path / "联系人.csv"
        path.write_text(self.HEADER + "\n".join(lines), "utf-8-sig")
        return path

    def test_a_list_is_imported(self, run: Run, tmp_path: Path, platform: Platform) -> None:
        path = self.write(tmp_path, "合川区,张某,handler,z@example.gov.cn,,,")
        assert printed(run("contacts", path, "--json")) == {"added": 1, "unchanged": 0, "errors": []}
        with platform.database.read() as session:
            assert session.scalars(select(Contact.mail)).all() == ["z@example.gov.cn"]

    def test_a_bad_line_is_named_and_nothing_imported(self, run: Run, tmp_path: Path, platform: Platform) -> None:
        path = self.write(
            tmp_path, "合川区,张某,handler,z@example.gov.cn,,,", "合州区,李某,handler,l@example.gov.cn,,,"
        )
        assert printed(run("contacts", path, "--json"), 1)["errors"][0].startswith("第3行：没有找到单位或园区“合州区”")
        with platform.database.read() as session:
            assert session.scalars(select(Contact)).all() == []


class TestGoalsAndSteps:
    @pytest.fixture
    def park(self, run: Run) -> str:
        register(run, "--create-unit", on="2024-05-10")
        return "示例甲园"

    def workbook(self, tmp_path: Path, target: float) -> Path:
        path = tmp_path / "目标.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["指标", "基期值", "目标值"])
            sheet.write_row(1, 0, ["网络安全产业收入", 3.1, target])
        return path

    def test_goals_are_imported_and_change_by_a_decision_only(self, run: Run, park: str, tmp_path: Path) -> None:
        (goal,) = printed(run("goals", self.workbook(tmp_path, 6.25), "--park", park, "--json"))
        assert (goal["indicator"], goal["unit"], goal["baseline"], goal["target"], goal["replaces"]) == (
            "revenue_cyber", "亿元", "3.1", "6.25", None,
        )  # fmt: skip
        changed = self.workbook(tmp_path, 5)
        assert run("goals", changed, "--park", park).exit_code == 1
        (goal,) = printed(run("goals", changed, "--park", park, "--decision", "示例函〔2026〕7号", "--json"))
        assert goal["replaces"] == {"baseline": "3.1", "target": "6.25"}
        assert "未作改动" in run("goals", changed, "--park", park).stdout

    def test_steps_are_taken_in_order_and_sent_back_with_a_reason(self, run: Run, park: str, tmp_path: Path) -> None:
        paper = tmp_path / "自评报告.docx"
        paper.write_bytes(b"report")
        early = run("step", "self-assessment", "--park", park, "--dated", "2026-05-10")
        assert early.exit_code == 1
        assert "目前为“建设期”" in early.stderr
        assert run("step", "self-assessment", "--park", park, "--dated", "2026-06-01", "--file", paper).exit_code == 0
        assert printed(run("parks", "--json"))[0]["stage"] == "self_assessed"
        back = run(
            "step", "department-review", "--park", park, "--dated", "2026-06-05", "--return", "指标不全", "--json"
        )
        assert printed(back)["returned_on"] == "2026-06-05"
        assert printed(run("parks", "--json"))[0]["stage"] == "expired"

    def test_an_unknown_park_or_step_is_a_wrong_call(self, run: Run, park: str) -> None:
        assert run("step", "self-assessment", "--park", "没有园", "--dated", "2026-06-01").exit_code == 2
        assert run("step", "celebration", "--park", park, "--dated", "2026-06-01").exit_code == 2
