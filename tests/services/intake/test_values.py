"""Every worked case of the data contract that one cell (or one small file) decides."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest

from policy.indicators.catalogue import BY_KEY
from policy.tables import BY_KEY as TABLES
from policy.terms import Status
from services.intake.cells import as_reading, read_figure, read_filled, read_kind
from services.intake.document import Cell, CellKind, Sheet
from services.intake.labels import share_of
from services.intake.magnitude import Evidence, checked
from services.intake.parsed import Parsed
from services.intake.periods import read_period
from services.intake.texts import read_text
from services.intake.units import Unit, catalogue_unit, fitting, stated_units
from tests.services.intake.worked_cases import (
    AGREED,
    CELL_CASES,
    NEIGHBOURS,
    OF_FILES,
    Case,
    expected_of,
    is_number_cell,
    place_of,
    ratio_of,
    raw_of,
    stated_unit,
)

SHEET = Sheet("半年报", [])


def cell(raw: str, *, number: bool = False, number_format: str = "") -> Cell:
    kind = CellKind.NUMBER if number else CellKind.TEXT
    return Cell(10, 3, "C10", kind, raw, format=number_format)


def read_case(case: Case) -> Parsed:
    raw = raw_of(case)
    written = cell(raw, number=is_number_cell(case))
    if case["field"] == "period":
        return read_period(written, year=2025)
    table, key = place_of(case)
    if table != "figures":
        found = TABLES[table].column(key)
        return read_filled(written, lambda filled: read_kind(found, filled, None, SHEET), needed=True)

    def reader(filled: Cell) -> Parsed:
        share = key in share_of()
        return read_figure(BY_KEY[key], filled, stated_unit(case), typed=True, with_share=share, ratio=ratio_of(case))

    parsed = read_filled(written, reader, needed=True)
    return weighed(key, parsed, written, case)


def weighed(key: str, parsed: Parsed, written: Cell, case: dict[str, str]) -> Parsed:
    """With what the last period said, where the case names it."""
    if not case["context"].startswith("last period"):
        return parsed
    entry = as_reading(key, "current", BY_KEY[key].unit, parsed, written, "半年报!C10")
    entry = checked(entry, Evidence(near=(Decimal(case["context"].split()[-1]),)))
    return Parsed(entry.value, entry.status, entry.message, candidates=entry.candidates)


@pytest.mark.parametrize("case", CELL_CASES, ids=[case["id"] for case in CELL_CASES])
def test_worked_case(case: Case) -> None:
    parsed = read_case(case)
    value = parsed.value if parsed.share is None else f"{parsed.value} and {parsed.share.value}"
    assert (parsed.status, value) == expected_of(case)
    assert parsed.message or parsed.status is Status.OK


def test_every_cell_case_has_two_neighbours() -> None:
    """V12b is the family V12: its neighbours are V12-a, V12-b …"""
    families = {re.match(r"V\d+", case["id"])[0] for case in AGREED if case["id"] not in OF_FILES}  # type: ignore[index]
    beside = Counter(case["id"].partition("-")[0] for case in NEIGHBOURS)
    assert {family for family in families if beside[family] < 2} == set()


def amount(raw: str, *, key: str = "revenue_cyber", stated: str = "", number: bool = False, fmt: str = "") -> Parsed:
    indicator = BY_KEY[key]
    unit: Unit | None = fitting(stated_units(f"（{stated}）"), catalogue_unit(indicator.unit)) if stated else None
    written = cell(raw, number=number, number_format=fmt)
    return read_figure(indicator, written, unit, typed=True, with_share=key in share_of())


@pytest.mark.parametrize(
    ("raw", "value", "status"),
    [
        ("3.2亿", "3.2", "confirm"),
        ("5.2亿元，占比41%", "5.2", "note"),
        ("5.2（41%）", "5.2", "note"),
        ("3.2（含分公司）", "3.2", "confirm"),
        ("3.2亿元左右", "3.2", "confirm"),
        ("预计12.5亿元", "12.5", "confirm"),
        ("12.5（预计）", "12.5", "confirm"),
        ("5.2（亿元）", "5.2", "note"),
        (" 3.2 ", "3.2", "note"),
        ("0.32万亿元", "3200", "error"),
        ("3.2/2.9", None, "error"),
        ("3.2；2.9", None, "error"),
        ("3.2-3.5", None, "error"),
        ("三亿", "3", "confirm"),
        ("3,2", None, "error"),
        ("1E3", None, "error"),
        ("3.2万人", None, "error"),
        ("35%", None, "error"),
        ("示例：3.2", None, "error"),
        ("-3.2", "-3.2", "confirm"),
        ("暂无", None, "error"),
    ],
)
def test_amounts(raw: str, value: str | None, status: str) -> None:
    parsed = amount(raw)
    assert parsed.status == status
    if status != "error":
        assert parsed.value == value


def test_a_declared_none_keeps_the_word() -> None:
    assert amount("无").remark == "无"


def test_qualifiers_stay_as_a_remark() -> None:
    assert amount("预计12.5").remark == "预计"
    assert amount("3.2左右").remark == "左右"
    assert amount("3.2（含分公司）").remark == "含分公司"
    assert "预计" in amount("预计12.5").message


@pytest.mark.parametrize(
    ("stated", "raw", "value", "status"),
    [
        ("亿元", "5.2", "5.2", "ok"),
        ("万元", "52000", "5.2", "note"),
        ("元", "520000000", "5.2", "note"),
        ("亿", "5.2", "5.2", "confirm"),
        ("万元", "5.2亿元", "5.2", "note"),
        ("人", "5.2", "5.2", "ok"),
    ],
)
def test_units_of_the_header(stated: str, raw: str, value: str, status: str) -> None:
    parsed = amount(raw, stated=stated, number=raw.replace(".", "").isdigit())
    assert (parsed.value, parsed.status) == (value, status)


@pytest.mark.parametrize(
    ("fmt", "value", "status"),
    [
        ('0.00"亿元"', "5.2", "note"),
        ('0.0,"千"', "5.2", "confirm"),
        ('0!.0,"万"', "5.2", "confirm"),
        ('#,##0.00"元"', "5.2", "confirm"),
        ('G/通用格式"亿元"', "5.2", "note"),
        ("#,##0.00", "5.2", "ok"),
        ("0.00_ ", "5.2", "ok"),
        ('"约"0.0', "5.2", "confirm"),
        ('0.0"亿元（预计）"', "5.2", "confirm"),
        ("¥#,##0.00", "5.2", "ok"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "5.2", "ok"),
        ("[Red]+0.00;[Blue]-0.00", "5.2", "ok"),
        ("[DBNum1][$-804]General", "5.2", "ok"),
        ('[DBNum2][$-804]G/通用格式"亿元整"', "5.2", "note"),
        ('"人民币"0.00"亿元"', "5.2", "note"),
        ('[>=10000]0!.0,"万";0.00', "5.2", "ok"),
        ("[$$-409]#,##0.00", "5.2", "confirm"),
        ("[$€-2] #,##0.00", "5.2", "confirm"),
        ('"≥"0.0', "5.2", "confirm"),
        ('0.0"+"', "5.2", "confirm"),
        ('0.0"①"', "5.2", "confirm"),
        ('0.0"亿元/年"', "5.2", "confirm"),
        ('"3"0.0', "5.2", "confirm"),
        (";;;", "5.2", "confirm"),
        ('0.0"万美元"', None, "error"),
    ],
)
def test_number_formats_that_show_something_else(fmt: str, value: str | None, status: str) -> None:
    parsed = amount("5.2", number=True, fmt=fmt)
    assert (parsed.value, parsed.status) == (value, status)


@pytest.mark.parametrize(
    ("shown", "stored", "value", "status"),
    [
        ("yyyy-mm-dd", "2024-06-01", "2024-06-01", "ok"),
        ('[$-804]yyyy"年"m"月"d"日"', "2024-06-30", "2024-06-30", "ok"),
        ('yyyy"年"m"月"', "2024-06-01", "2024-06", "confirm"),
        ("mmm-yy", "2024-06-01", "2024-06", "confirm"),
        ('yyyy"年"m"月"', "2024-06-18", "2024-06-18", "confirm"),
        ('m"月"d"日"', "2024-06-30", "2024-06-30", "confirm"),
        ('yyyy"年"', "2024-01-01", "2024-01-01", "confirm"),
        ("yyyy-mm-dd", "1900-01-01", "1900-01-01", "confirm"),
        ("yyyy-mm-dd hh:mm", "2024-06-30 14:30:00", "2024-06-30", "ok"),
    ],
)
def test_no_day_and_no_year_is_taken_that_a_date_does_not_show(
    shown: str, stored: str, value: str, status: str
) -> None:
    """A month typed into a sheet is kept as its first day, a day without a year in the year it was typed."""
    written = Cell(3, 4, "D3", CellKind.DATE, stored, format=shown)
    parsed = read_kind(TABLES["roster"].column("founded"), written, None, SHEET)
    assert (parsed.value, parsed.status) == (value, status)


def test_a_month_that_a_date_shows_is_enough_where_the_column_says_so() -> None:
    written = Cell(3, 4, "D3", CellKind.DATE, "2024-06-01", format='yyyy"年"m"月"')
    parsed = read_kind(TABLES["platforms"].column("recognised_on"), written, None, SHEET)
    assert (parsed.value, parsed.status) == ("2024-06", Status.NOTE)


@pytest.mark.parametrize(
    ("number", "fmt", "value", "status"),
    [
        ("13800000000", "", "13800000000", "note"),
        ("60000000", "", "60000000", "note"),
        ("2360000000", "00000000000", "02360000000", "note"),
        ("2360000000", "", "2360000000", "confirm"),
        ("13800000000.5", "", "13800000000.5", "confirm"),
    ],
)
def test_a_telephone_number_kept_as_a_number(number: str, fmt: str, value: str, status: str) -> None:
    written = cell(number, number=True, number_format=fmt)
    parsed = read_kind(TABLES["roster"].column("contact"), written, None, SHEET)
    assert (parsed.value, parsed.status) == (value, status)


def test_a_number_formatted_as_percent_is_no_amount() -> None:
    assert amount("35%", number=True, fmt="0%").status is Status.ERROR


@pytest.mark.parametrize(
    ("raw", "value", "status"),
    [("48.5", "48.5", "confirm"), ("48家", "48", "note"), ("48户", "48", "note"), ("48人", None, "error")],
)
def test_counts(raw: str, value: str | None, status: str) -> None:
    parsed = amount(raw, key="firms_cyber", number=raw == "48.5")
    assert (parsed.value, parsed.status) == (value, status)


@pytest.mark.parametrize(
    ("raw", "number", "ratio", "value", "status"),
    [
        ("35%", True, None, "35", "ok"),
        ("46％", False, None, "46", "ok"),
        ("0", True, None, "0", "ok"),
        ("1", True, "1", "100", "note"),
        ("1", True, "0.01", "1", "ok"),
        ("0.35", True, "0.5", "35", "confirm"),
        ("约35%", False, None, "35", "confirm"),
        ("一半", False, None, None, "error"),
    ],
)
def test_shares(raw: str, number: bool, ratio: str | None, value: str | None, status: str) -> None:
    written = cell(raw, number=number)
    parsed = read_figure(
        BY_KEY["share_revenue_cyber"],
        written,
        None,
        typed=True,
        with_share=False,
        ratio=Decimal(ratio) if ratio else None,
    )
    assert (parsed.value, parsed.status) == (value, status)


@pytest.mark.parametrize(
    ("column", "raw", "value", "status"),
    [
        ("founded", "2020-10-20", "2020-10-20", "ok"),
        ("founded", "2020年10月20日", "2020-10-20", "ok"),
        ("founded", "2020-1-2", "2020-01-02", "note"),
        ("founded", "2020-10-20 00:00:00", "2020-10-20", "note"),
        ("founded", "2020-13-40", None, "error"),
        ("founded", "2020-02-30", None, "error"),
        ("founded", "去年", None, "error"),
        ("founded", "2020", None, "error"),
        ("founded", "无", None, "note"),
        ("held_on", "2022.5.18", "2022-05-18", "note"),
        ("held_on", "2023.11", "2023-11", "note"),
        ("held_on", "2025年5月18日—20日", "2025-05-18", "confirm"),
        ("held_on", "预计2025年12月", "2025-12", "confirm"),
    ],
)
def test_dates(column: str, raw: str, value: str | None, status: str) -> None:
    table = "roster" if column == "founded" else "events"
    parsed = read_kind(TABLES[table].column(column), cell(raw), None, SHEET)
    assert (parsed.value, parsed.status) == (value, status)


@pytest.mark.parametrize("raw", ["/", "—", "", " "])
def test_what_need_not_be_filled_may_be_empty_or_a_dash(raw: str) -> None:
    parsed = read_filled(cell(raw), read_text, needed=False)
    assert parsed.value is None
    assert not parsed.status.blocks


@pytest.mark.parametrize(
    ("raw", "status"),
    [("7—12月", "error"), ("2025年1—9月", "note"), ("今年", "error"), ("一至六月", "note"), ("1—12月", "note")],
)
def test_periods(raw: str, status: str) -> None:
    assert read_period(cell(raw), year=2025).status == status


def test_a_period_that_became_a_date_is_proposed_not_taken() -> None:
    parsed = read_period(Cell(2, 5, "E2", CellKind.DATE, "2026-01-06"), year=2025)
    assert (parsed.status, parsed.value, parsed.candidates) == (Status.CONFIRM, "1—6月", ("1—6月",))


def test_dashes_in_a_required_text_are_no_content() -> None:
    column = TABLES["roster"].column("quals")
    parsed = read_kind(column, cell("——"), None, SHEET)
    assert parsed.status is Status.ERROR
    assert "如无内容应填“无”" in parsed.message


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("三亿二千万", "中文数字已换算；没有写计量单位，按3.2亿元读取，请确认"),
        ("3.2亿", "单位“亿”不完整，按3.2亿元读取，请确认"),
    ],
)
def test_a_unit_left_out_or_cut_short_is_told_as_such(raw: str, told: str) -> None:
    indicator = BY_KEY["revenue_cyber"]
    parsed = read_figure(indicator, cell(raw), None, typed=True, with_share=False)
    assert (parsed.value, parsed.status, parsed.message) == ("3.2", Status.CONFIRM, told)
