"""Tables as other platforms and word processors make them: long and wide exports, several parks, broken tables."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement

from policy.rulebook import DEFAULT
from policy.terms import HalfYear, Status
from services.checking import checked
from services.intake import Context
from services.intake.reading import FileReading
from tests.papers import REPORT_SAMPLE
from tests.services.intake.makers import (
    CONTEXT,
    EXPECTED,
    LABELS,
    LAST_YEAR,
    PARKS,
    UNITS,
    VALUES,
    codes,
    firm_row,
    read_bytes,
    roster,
    saved,
    statuses,
    values,
    weighty,
    word,
    workbook,
)

TITLE = "示例甲园2025年上半年发展情况统计表"
OTHER = {key: value + 1 for key, value in VALUES.items()}
FIRST = Context(PARKS, park="P1")


def long_export(*parks: tuple[str, str, dict[str, Any]]) -> list[list[Any]]:
    rows: list[list[Any]] = [["园区名称", "指标名称", "报告期", "计量单位", "值"]]
    for name, period, figures in parks:
        rows += [[name, LABELS[key], period, UNITS[key], figures[key]] for key in LABELS]
    return rows


def roster_of(*parks: str) -> list[list[Any]]:
    rows = [["园区", *roster()[0]]]
    for place, name in enumerate(parks):
        rows += [[name, *firm_row(number + 100 * place)] for number in range(1, 31)]
    return rows


@pytest.mark.parametrize(
    "period", ["2025-06", "202506", "2025年6月", "2025年1—6月", "2025年上半年", "2025H1", "2025-06-30"]
)
def test_one_figure_a_row(period: str) -> None:
    rows = long_export(("示例甲园", period, VALUES), ("示例甲园", period.replace("2025", "2024"), LAST_YEAR))
    reading = read_bytes(workbook({"导出": rows, "企业": roster()}))
    assert weighty(reading) == []
    assert values(reading) == EXPECTED
    assert values(reading, "previous")["revenue_cyber"] == "4.16"
    assert (reading.park, reading.period) == ("P1", HalfYear(2025, 1))
    assert reading.field("revenue_cyber").where == "导出!E6"  # type: ignore[union-attr]


def test_the_unit_column_of_an_export_counts() -> None:
    rows = long_export(("示例甲园", "2025-06", VALUES | {"revenue_cyber": 52000}))
    rows[5][3] = "万元"
    reading = read_bytes(workbook({"导出": rows, "企业": roster()}))
    assert (values(reading)["revenue_cyber"], statuses(reading)["revenue_cyber"]) == ("5.2", "note")


@pytest.mark.parametrize("wanted", ["P1", "P2"])
def test_of_several_parks_each_takes_only_its_own_rows(wanted: str) -> None:
    rows = long_export(("示例甲园", "2025-06", VALUES), ("示例乙园", "2025-06", OTHER))
    reading = read_bytes(
        workbook({"导出": rows, "企业": roster_of("示例甲园", "示例乙园")}), context=Context(PARKS, park=wanted)
    )
    figures = VALUES if wanted == "P1" else OTHER
    assert values(reading) == {key: str(value) for key, value in figures.items()}
    assert {row.cells["name"].value for row in reading.rows["roster"]} == {
        f"示例安全{number + (0 if wanted == 'P1' else 100)}有限公司" for number in range(1, 31)
    }
    assert (reading.park, weighty(reading)) == (wanted, [])


def test_one_row_a_park() -> None:
    head = ["序号", "园区名称", *(f"{LABELS[key]}（{UNITS[key]}）" for key in LABELS)]
    rows = [["2025年上半年各园区发展情况"], head, [1, "示例乙园", *OTHER.values()], [2, "示例甲园", *VALUES.values()]]
    rows.append(["", "合计", *(VALUES[key] + OTHER[key] for key in LABELS)])
    reading = read_bytes(workbook({"汇总": rows, "企业": roster()}), context=FIRST)
    assert values(reading) == EXPECTED
    assert reading.field("revenue_cyber").where == "汇总!G4"  # type: ignore[union-attr]
    assert weighty(reading) == []


def test_several_parks_without_saying_which_is_a_question_and_nothing_else() -> None:
    rows = long_export(("示例甲园", "2025-06", VALUES), ("示例乙园", "2025-06", OTHER))
    reading = checked(read_bytes(workbook({"导出": rows})), rulebook=DEFAULT)
    assert [(finding.code, finding.severity) for finding in reading.findings] == [("park_unknown", "confirm")]
    assert "示例甲园、示例乙园" in reading.findings[0].message
    assert (reading.fields, reading.park) == ((), None)


def test_a_district_with_one_of_the_parks_gets_its_own() -> None:
    rows = long_export(("示例甲园", "2025-06", VALUES), ("示例外园", "2025-06", OTHER))
    reading = read_bytes(workbook({"导出": rows, "企业": roster()}))
    assert (reading.park, values(reading)) == ("P1", EXPECTED)


def test_several_parks_and_not_the_one_that_was_named() -> None:
    rows = long_export(("示例乙园", "2025-06", VALUES), ("示例丙园", "2025-06", OTHER))
    reading = read_bytes(workbook({"导出": rows}), context=FIRST)
    assert codes(reading, "error") == ["park_mismatch"]


# --- rosters --------------------------------------------------------------------------------------------------


def report(firms: list[list[Any]], **more: Any) -> Any:
    figures = [[TITLE], ["指标", "本期累计"], *([LABELS[key], VALUES[key]] for key in LABELS)]
    return read_bytes(workbook({"表": figures, "企业": firms}), **more)


def test_a_header_printed_again_on_every_page() -> None:
    firms = roster(30)
    total = ["合计", *[""] * 6, 60000, 45000, 1815, 1200, "——", "—"]
    pages = [*firms[:11], firms[0], *firms[11:21], ["（续表）"], firms[0], *firms[21:], total]
    reading = report(pages)
    assert len(reading.rows["roster"]) == 30
    assert reading.totals["cyber"].value == "45000"
    assert weighty(reading) == []
    assert reading.rows["roster"][10].where == "企业!13"


def test_the_same_as_above() -> None:
    firms = roster(3)
    firms[2][4], firms[3][4], firms[2][2] = "同上", "〃", "同上"
    reading = report(firms)
    addresses = [row.cells["address"] for row in reading.rows["roster"]]
    assert [entry.value for entry in addresses] == ["产业园1号楼"] * 3
    assert [str(entry.status) for entry in addresses] == ["ok", "note", "note"]
    assert (addresses[1].raw, addresses[1].where) == ("同上", "企业!E3")
    assert weighty(reading) == []


def test_the_same_figure_as_above_is_confirmed_and_nothing_above_is_an_error() -> None:
    firms = roster(2)
    firms[2][8], firms[1][4] = "同上", "同上"
    first, second = report(firms).rows["roster"]
    assert (second.cells["cyber"].value, second.cells["cyber"].status) == ("1500", Status.CONFIRM)
    assert (first.cells["address"].value, first.cells["address"].status) == (None, Status.ERROR)


@pytest.mark.parametrize(
    "contact",
    ["示例乙 13900000001\n示例丙 13900000002", "示例乙13900000001；示例丙13900000002", "示例乙/示例丙 023-60000000"],
)
def test_several_contacts_in_a_cell_stay_together(contact: str) -> None:
    firms = roster(1)
    firms[1][12] = contact
    entry = report(firms).rows["roster"][0].cells["contact"]
    assert (entry.value, entry.status) == (contact, Status.OK)


# --- Word -----------------------------------------------------------------------------------------------------


def figures_table() -> list[list[Any]]:
    return [["指标", "单位", "本期累计"], *([LABELS[key], UNITS[key], VALUES[key]] for key in LABELS)]


@pytest.mark.parametrize("between", [(), ("续表",), ("（续上表）",)])
def test_a_word_roster_that_goes_on_without_its_header(between: tuple[str, ...]) -> None:
    firms = roster(30)
    total = ["合计", *[""] * 6, 60000, 45000, 1815, 1200, "——", "—"]
    reading = read_bytes(
        word(TITLE, figures_table(), "附表", firms[:13], *(between or ("",)), [*firms[13:], total]), "函.docx"
    )
    assert len(reading.rows["roster"]) == 30
    assert reading.rows["roster"][12].where == "表3!R1"
    assert reading.totals["cyber"].value == "45000"
    assert weighty(reading) == []


def test_a_table_of_something_else_is_no_continuation() -> None:
    reading = read_bytes(
        word(TITLE, figures_table(), roster(30), "会议安排", [["时间"] * 13, ["周一"] * 13]), "函.docx"
    )
    assert len(reading.rows["roster"]) == 30


def test_a_row_inside_a_content_control_is_not_lost() -> None:
    document = Document(BytesIO(word(TITLE, figures_table())))
    row = document.tables[0].rows[5]._tr
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    content.append(copy.deepcopy(row))
    control.append(content)
    row.getparent().replace(row, control)
    assert values(read_bytes(saved(document), "表.docx")) == EXPECTED


def strict(data: bytes, names: dict[str, str]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(output, "w") as target:
        for entry in source.infolist():
            part = source.read(entry)
            for usual, other in names.items():
                part = part.replace(usual.encode(), other.encode())
            target.writestr(entry.filename, part)
    return output.getvalue()


USUAL, OTHERWISE = "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
RELATIONS = {f"{USUAL}/relationships": f"{OTHERWISE}/relationships"}


def test_strict_documents() -> None:
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    names = RELATIONS | {main: "http://purl.oclc.org/ooxml/wordprocessingml/main"}
    assert values(read_bytes(strict(word(TITLE, figures_table()), names), "函.docx")) == EXPECTED


def test_strict_workbooks() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    names = RELATIONS | {main: "http://purl.oclc.org/ooxml/spreadsheetml/main"}
    reading = read_bytes(strict(REPORT_SAMPLE.read_bytes(), names))
    assert values(reading) == values(read_bytes(REPORT_SAMPLE.read_bytes()))
    assert weighty(reading) == []


def test_serial_dates_of_a_workbook_that_counts_from_1904() -> None:
    from openpyxl import load_workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    firms = roster(2)
    firms[1][3] = 45473 - 1462
    book = load_workbook(BytesIO(workbook({"企业": firms})))
    book.epoch = CALENDAR_MAC_1904
    founded = read_bytes(saved(book)).rows["roster"][0].cells["founded"]
    assert (founded.value, founded.status) == ("2024-06-30", Status.NOTE)


def of_two_parks(names: Sequence[Sequence[str]]) -> FileReading:
    """A long export whose park column says these, 示例甲园's rows first."""
    long = [
        [names[park][min(row, 1)], LABELS[key], UNITS[key], "2025年1-6月", VALUES[key] + park]
        for park in (0, 1)
        for row, key in enumerate(LABELS)
    ]
    sums = [["示例甲园小计", "", "", "", 99], ["合计", "", "", "", 198]]
    rows = [["园区", "指标", "单位", "报告期", "值"], *long[: len(LABELS)], sums[0], *long[len(LABELS) :], sums[1]]
    return read_bytes(workbook({"导出": rows, "企业名录": roster(3)}), context=replace(CONTEXT, park="P1"))


@pytest.mark.parametrize("below", ["", "同上", "〃"])
def test_the_park_is_named_in_its_first_row_alone(below: str) -> None:
    reading = of_two_parks([("示例甲园", below), ("示例乙园", below)])
    assert values(reading) == EXPECTED
    assert weighty(reading) == []


def test_last_year_s_rows_and_columns_of_a_long_export() -> None:
    head, park = ["园区", "指标", "报告期", "类型", "值"], ["示例甲园"]
    rows = [[*park, LABELS[key], "2025年1-6月", "本期", VALUES[key]] for key in LABELS]
    rows += [[*park, LABELS[key], "2025年1-6月", "上年同期", 1] for key in LABELS]
    reading = read_bytes(workbook({"导出": [head, *rows], "企业名录": roster(3)}))
    assert values(reading) == EXPECTED
    assert set(values(reading, "previous").values()) == {"1"}
    assert weighty(reading) == []


@pytest.mark.parametrize("sub_heads", [True, False])
def test_parks_side_by_side(sub_heads: bool) -> None:
    """Each name stands over one column, or over two of them."""
    heads = ["示例甲园", "", "示例乙园", ""] if sub_heads else ["示例甲园", "示例乙园"]
    rows: list[list[Any]] = [["2025年上半年各园区主要指标"], ["指标", "单位", *heads]]
    rows += [["", "", "本期", "上年同期", "本期", "上年同期"]] if sub_heads else []
    for key in LABELS:
        figures = [VALUES[key], LAST_YEAR[key], OTHER[key], LAST_YEAR[key]] if sub_heads else [VALUES[key], OTHER[key]]
        rows.append([LABELS[key], UNITS[key], *figures])
    data = workbook({"表": rows})
    assert values(read_bytes(data, context=FIRST)) == EXPECTED
    other = read_bytes(data, context=replace(FIRST, park="P2"))
    assert (other.park, values(other)) == ("P2", {key: str(value) for key, value in OTHER.items()})
    asked = read_bytes(data)
    assert (asked.fields, codes(asked, "confirm")) == ((), ["park_unknown"])
