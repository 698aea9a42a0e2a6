"""The prefilled template: what it already says, and that it comes back clean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from db.models import Park
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.indicators.catalogue import REQUIRED
from policy.refusal import Unknown
from policy.tables import ROSTER
from policy.terms import HalfYear
from services import reviews
from services.intake.templates.half_year import TemplateFacts, write_template
from services.platform import Platform
from services.submissions import ingest, template
from tests.factories import make_park, make_unit
from tests.papers import REPORT_SAMPLE, SAMPLES, firm, report

TODAY = date(2026, 8, 3)
TITLE = "国家网络安全产业园区（示例甲园）"


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    with platform.database.write() as session:
        return make_park(session, "示例甲园", district=make_unit(session, "示例甲区"))


def download(platform: Platform, ref: str, period: str, actor: Actor = SYSTEM_ACTOR) -> tuple[str, bytes]:
    with platform.database.read() as session:
        return template(session, actor, ref, HalfYear.parse(period))


def accepted(platform: Platform, park: Park, period: str, on: date, **options: Any) -> None:
    data = report(park.title, period, **options)
    stored = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, received_on=on, submit=True)
    assert stored.submission_id is not None
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, stored.submission_id, on)


def book(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def blank(period: str = "2025H1") -> Workbook:
    return book(write_template(TemplateFacts("P001", TITLE, "示例甲区经济信息委", HalfYear.parse(period))))


def texts(workbook: Workbook, sheet: str, last_row: int) -> set[str]:
    return {
        str(cell.value)
        for row in workbook[sheet].iter_rows(max_row=last_row)
        for cell in row
        if isinstance(cell.value, str)
    }


def test_it_is_laid_out_as_the_districts_know_it() -> None:
    """Every label of the sample workbook stands in the template, on the same sheets."""
    known, ours = load_workbook(REPORT_SAMPLE), blank()
    assert ours.sheetnames == [*known.sheetnames, "填报说明"]
    own = {"示例甲区经济和信息化委员会", "园区网络安全企业一览表"}
    assert texts(known, "半年报", 20) - own <= texts(ours, "半年报", 20)
    assert texts(known, "企业名录", 3) - own <= texts(ours, "企业名录", 3)
    for sheet, headings in (
        ("公共服务", ("A1", "A2", "D2", "A6", "C6", "A10", "E10")),
        ("任务进展", ("A1", "D1", "E1")),
    ):
        assert {known[sheet][cell].value for cell in headings} <= texts(ours, sheet, 40)


def test_each_figure_carries_its_unit_and_definition() -> None:
    sheet = blank()["半年报"]
    for row, indicator in enumerate(REQUIRED, start=6):
        assert sheet.cell(row, 2).value == indicator.unit
        comment = sheet.cell(row, 3).comment
        assert comment is not None
        assert f"计量单位：{indicator.unit}" in comment.text
        assert "2025年1—6月" in comment.text


def test_labels_are_locked_and_cells_to_fill_in_are_open() -> None:
    workbook = blank()
    figures, roster = workbook["半年报"], workbook["企业名录"]
    assert all(sheet.protection.sheet for sheet in workbook)
    assert all(figures[cell].protection.locked for cell in ("A6", "B6", "B2", "E2", "F6"))
    assert not any(figures[cell].protection.locked for cell in ("C6", "D20", "E6", "E3"))
    assert not roster.column_dimensions["B"].protection.locked
    assert roster["B2"].protection.locked


def test_figures_are_validated_and_none_may_be_declared() -> None:
    rules = {str(rule.sqref): rule for rule in blank()["半年报"].data_validations.dataValidation}
    assert len(rules) == len(REQUIRED) + 2  # and 填报日期, 数据性质
    assert rules["E4"].formula1 == '"预计数,快报数,年报数"'
    assert 'C6="无"' in rules["C6:D6"].formula1
    assert "INT" in rules["C11:D11"].formula1
    assert "无" in rules["C6:D6"].error


def test_it_knows_what_it_is_and_for_whom() -> None:
    properties = {entry.name: entry.value for entry in blank().custom_doc_props.props}
    assert properties == {
        "parkwatch_template": "half_year_report",
        "parkwatch_template_version": "2",
        "parkwatch_park": "P001",
        "parkwatch_period": "2025H1",
    }


def test_what_it_is_stands_where_people_read_it_too() -> None:
    workbook = blank()
    line = "半年报模板第2版 · 园区代码P001 · 2025年上半年"
    assert (workbook["半年报"]["B4"].value, workbook.defined_names["模板版本"].value) == (line, "'半年报'!$B$4")
    assert (workbook["半年报"]["D4"].value, workbook["半年报"]["E4"].value) == ("数据性质：", "快报数")
    changes = [cell.value for cell in workbook["填报说明"]["A"] if cell.value and "数据性质”" in str(cell.value)]
    assert "第2版（2026年12月1日起用）：表头新增“数据性质”" in changes


def test_it_prints_on_a4_one_page_wide_with_its_headings_repeated() -> None:
    for sheet, rows in zip(blank(), ("$5:$5", "$2:$3", None, "$1:$1", None), strict=True):
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == rows


def test_rows_offer_what_may_be_chosen_and_say_what_is_wrong() -> None:
    workbook = blank()
    places = {column.key: get_column_letter(place) for place, column in enumerate(ROSTER.columns, start=2)}
    rules = {str(rule.sqref)[0]: rule for rule in workbook["企业名录"].data_validations.dataValidation}
    scope, quals, staff = (rules[places[key]] for key in ("scope", "quals", "staff"))
    assert (scope.type, scope.formula1, scope.error) == ("textLength", "200", "“经营范围”应不超过200字，请精简")
    assert (quals.formula1, quals.showErrorMessage) == ('"无,未上市"', False)
    assert "INT" in staff.formula1
    assert "计量单位：人。期末数" in staff.prompt
    progress = {str(rule.sqref)[0]: rule for rule in workbook["任务进展"].data_validations.dataValidation}["C"]
    assert progress.formula1 == '"未启动,推进中,已完成"'


def test_a_filled_in_template_comes_back_clean(platform: Platform, park: Park) -> None:
    name, data = download(platform, "示例甲园", "2025H1")
    assert name == "半年报-示例甲园-2025H1.xlsx"
    sheet = book(data)["半年报"]
    assert (sheet["B2"].value, sheet["E2"].value, sheet["B3"].value) == (
        park.title,
        "2025年1—6月",
        "示例甲区经济信息委",
    )
    filled = report(park.title, template=data)
    result = ingest(platform, SYSTEM_ACTOR, name, filled, received_on=date(2025, 7, 20), submit=True)
    assert [finding for finding in result.reading.findings if finding.severity.blocks] == []
    assert (result.stored, result.reading.clean, str(result.reading.period)) == (True, True, "2025H1")
    assert len(result.reading.rows["roster"]) == 25


def test_an_empty_template_is_no_report_of_zeros(platform: Platform, park: Park) -> None:
    name, data = download(platform, park.code, "2025H1")
    result = ingest(platform, SYSTEM_ACTOR, name, data, submit=True)
    assert result.reading.has_errors
    assert {entry.value for entry in result.reading.fields if entry.column == "current"} == {None}


def test_last_values_stand_beside_and_are_not_read_as_new_ones(platform: Platform, park: Park) -> None:
    accepted(platform, park, "2025H1", date(2025, 7, 20))
    changed = {"revenue_cyber": 3.1, "revenue_total": 9, "firms_total": 61}
    firms = [firm(number, cyber=1200, revenue=1300) for number in range(1, 26)]
    accepted(platform, park, "2025H2", date(2026, 1, 20), figures=changed, firms=firms)
    _, data = download(platform, park.code, "2026H1")
    sheet = book(data)["半年报"]
    assert (sheet["D10"].value, sheet["F10"].value) == (1.5, 3.1)  # a year ago, and the half-year before
    assert (sheet["D11"].value, sheet["F11"].value) == (60, 61)
    result = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", report(park.title, template=data), submit=True)
    assert result.reading.clean
    cyber = [(entry.column, entry.value) for entry in result.reading.fields if entry.key == "revenue_cyber"]
    assert sorted(cyber) == [("current", "1.5"), ("previous", "1.5")]


def test_the_roster_is_prefilled_with_who_but_not_with_how_much(platform: Platform, park: Park) -> None:
    accepted(platform, park, "2025H1", date(2025, 7, 20), firms=[firm(n, quals="无") for n in range(1, 26)])
    _, data = download(platform, park.code, "2025H2")
    sheet = book(data)["企业名录"]
    places = {column.key: place for place, column in enumerate(ROSTER.columns, start=2)}
    first = {key: sheet.cell(4, place).value for key, place in places.items()}
    assert first["name"] == "示例安全1有限公司"
    assert first["founded"] == "2016-09-27"
    assert (first["quals"], first["contact"]) == ("无", "示例乙 13900000001")
    assert {first[key] for key in ("revenue", "cyber", "rnd", "staff")} == {None}
    note = sheet.cell(4, places["revenue"]).comment
    assert note is not None
    assert note.text.splitlines() == [
        "2025年上半年所报：", "公司营业总收入 900万元", "其中：网络安全业务收入 540万元", "当年企业研发投入 60.5万元",
        "员工总数 40人",
    ]  # fmt: skip
    assert sheet.cell(28, places["name"]).value == "示例安全25有限公司"
    assert sheet.cell(29, places["name"]).value is None


def test_the_first_roster_comes_from_the_application_form(platform: Platform, park: Park) -> None:
    form = SAMPLES / "application-forms" / "申报表-示例甲园.docx"
    ingest(platform, SYSTEM_ACTOR, form.name, form.read_bytes(), submit=True)
    _, data = download(platform, park.code, "2025H1")
    assert book(data)["企业名录"]["B4"].value == "重庆烽燧网络科技有限责任公司"


def test_a_form_that_was_not_reported_gives_no_roster(platform: Platform, park: Park) -> None:
    form = SAMPLES / "application-forms" / "申报表-示例甲园.docx"
    assert ingest(platform, SYSTEM_ACTOR, form.name, form.read_bytes(), submit=False).stored
    _, data = download(platform, park.code, "2025H1")
    assert book(data)["企业名录"]["B4"].value is None


def test_a_template_of_another_park_or_period_is_told(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        other = make_park(session, "示例乙园")
    for made_for, period, told in (
        (other, "2025H1", f"用的是为{other.title}预填的模板，表中写的是{park.title}；"),
        (other, "2024H2", f"用的是为{other.title}2024年下半年预填的模板，表中写的是{park.title}2025年上半年；"),
        (park, "2024H2", "用的是为2024年下半年预填的模板，表中写的是2025年上半年；"),
    ):
        workbook = book(download(platform, made_for.code, period)[1])
        workbook["半年报"]["B2"], workbook["半年报"]["E2"] = park.title, "2025年1—6月"
        workbook["企业名录"]["H2"] = "2025年1—6月"
        changed = BytesIO()
        workbook.save(changed)
        filled = report(park.title, template=changed.getvalue())
        result = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", filled, submit=False)
        assert (result.stored, result.reading.park, str(result.reading.period)) == (True, park.code, "2025H1")
        [finding] = [finding for finding in result.reading.findings if finding.code == "template_mismatch"]
        assert finding.severity == "confirm"
        assert told in finding.message


def test_a_functional_zone_is_addressed_as_the_notice_does(platform: Platform) -> None:
    with platform.database.write() as session:
        park = make_park(session, district=make_unit(session, "示例新区", kind="functional_zone"))
    assert book(download(platform, park.code, "2025H1")[1])["半年报"]["B3"].value == "示例新区经信部门"


def test_templates_are_for_those_who_report(platform: Platform, park: Park) -> None:
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
    assert download(platform, park.code, "2025H1", district)[1]
    with pytest.raises(Unknown):
        download(platform, park.code, "2025H1", Actor("other", Role.DISTRICT, Scope()))
    with pytest.raises(AccessDenied):
        download(platform, park.code, "2025H1", Actor("expert", Role.EXPERT, Scope(park_ids=frozenset({park.id}))))
