"""A filled-in template opened and saved by LibreOffice, in every format it is sent in: nothing of it gets lost."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from policy.periods import Quarter
from policy.progress_report import SECTIONS
from policy.terms import HalfYear
from services import intake
from services.intake.annotate.problems import SHEET
from services.intake.firm_page import FirmReading, read_firm_page
from services.intake.progress import read_progress
from services.intake.reading import FileReading, Reading
from services.intake.sandbox import open_document
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.intake.templates.half_year import KEPT, RosterLine, TemplateFacts, write_template
from services.intake.templates.progress import ProgressFacts, write_progress
from services.intake.templates.stamp import Stamp, taken_off
from services.intake.templates.versions import FIRM_PAGE, HALF_YEAR
from tests.papers import fill_firm_page, firm, report
from tests.services.intake.makers import CONTEXT as MARKED_CONTEXT
from tests.services.intake.marked_files import WRONG, mark, said_of

TITLE = "国家网络安全产业园区（示例甲园）"
PERIOD = HalfYear(2026, 1)
CONTEXT = intake.Context((intake.ParkRef("P001", TITLE, "示例甲园"),))
FORMATS = ("xlsx", "xls", "ods")


def half_year() -> bytes:
    """With firms and notes prefilled, a task and a platform, a roster of 25 firms and every figure of 表一."""
    lines = [RosterLine({key: str(firm(1)[key]) for key in KEPT}, {"revenue": "800", "cyber": "500"}, "甲.xlsx")]
    rows = {
        "platforms": ({"name": "示例平台", "builder": "示例单位", "service": "检测", "recognised_on": "2024-03"},),
        "training": ({"name": "示例学院", "direction": "攻防", "people": "300"},),
        "tasks": ({"name": "建设平台", "unit": "示例单位", "progress": "推进中", "done_share": "60"},),
    }
    facts = TemplateFacts(
        "P001", TITLE, "示例甲区经济信息委", PERIOD, roster=lines, roster_of="2025年下半年", rows=rows
    )
    return report(TITLE, str(PERIOD), template=write_template(facts))


def page() -> bytes:
    name = "示例安全1有限公司"
    facts = FirmPageFacts("P001", TITLE, PERIOD, name, {"name": name}, {"cyber": "540"}, "2025年下半年")
    return fill_firm_page(write_firm_page(facts), **firm(1))


def progress() -> bytes:
    """建设进展 with two lines in each section and the last quarter's beside them."""
    said, last = ({section.key: f"{when}{section.label}\n第二行" for section in SECTIONS} for when in ("本期", "上期"))
    return write_progress(ProgressFacts("P001", TITLE, "示例公司", Quarter(2026, 3), said, last, "2026年第二季度"))


@pytest.fixture(scope="module")
def saved(libreoffice: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The papers as LibreOffice saves them, in a folder a format; one is a sample with its problems marked."""
    folder = tmp_path_factory.mktemp("saved")
    papers = [folder / f"{name}.xlsx" for name in ("半年报", "一企一表", "标注", "建设进展")]
    marked = mark(WRONG.name, WRONG.read_bytes())[1]
    for path, data in zip(papers, (half_year(), page(), marked, progress()), strict=True):
        path.write_bytes(data)
    for suffix in FORMATS:
        command = [libreoffice, f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--convert-to",
                   suffix, "--outdir", str(folder / suffix), *map(str, papers)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


def said(reading: Reading) -> tuple[str, str | None, str, str | None]:
    return reading.key, reading.value, reading.status, reading.where


def everything(reading: FileReading) -> object:
    """What a reading says, apart from the file it was read from."""
    rows = {
        table: [{key: said(cell) for key, cell in row.cells.items()} for row in rows]
        for table, rows in reading.rows.items()
    }
    return replace(reading, file="", format=None, fields=(), rows={}), [said(entry) for entry in reading.fields], rows


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_progress_report_reads_the_same(saved: Path, suffix: str) -> None:
    before, path = read_progress("建设进展.xlsx", progress()), saved / suffix / f"建设进展.{suffix}"
    after = read_progress(path.name, path.read_bytes())
    assert (after.findings, after.content, after.texts) == ((), before.content, before.texts)
    assert (after.park, after.period, after.stamp) == (TITLE, Quarter(2026, 3), before.stamp)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_report_reads_the_same_after_it_was_saved_there(saved: Path, suffix: str) -> None:
    before = intake.read("半年报.xlsx", (saved / "半年报.xlsx").read_bytes(), CONTEXT)
    data = (saved / suffix / f"半年报.{suffix}").read_bytes()
    after = intake.read(f"半年报.{suffix}", data, CONTEXT)
    assert (after.format, after.park, after.period, after.clean) == (suffix, "P001", PERIOD, True)
    assert len(after.rows["roster"]) == 25
    assert [row.cells["done_share"].value for row in after.rows["tasks"]] == ["60"]
    assert [row.cells["people"].value for row in after.rows["training"]] == ["300"]
    assert everything(after) == everything(before)
    stamp, _ = taken_off(open_document(f"半年报.{suffix}", data))
    assert stamp == Stamp(HALF_YEAR, HALF_YEAR.newest.number, "P001", PERIOD)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_firms_page_reads_the_same_after_it_was_saved_there(saved: Path, suffix: str) -> None:
    def told(reading: FirmReading) -> object:
        return replace(reading, file="", cells={}), [said(cell) for cell in reading.cells.values()]

    before = read_firm_page("一企一表.xlsx", (saved / "一企一表.xlsx").read_bytes())
    after = read_firm_page(f"一企一表.{suffix}", (saved / suffix / f"一企一表.{suffix}").read_bytes())
    assert told(after) == told(before)
    assert after.stamp == Stamp(FIRM_PAGE, 1, "P001", PERIOD, "示例安全1有限公司")
    assert {cell.status for cell in after.cells.values()} == {"ok"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_marked_workbook_reads_as_before_it_was_marked(saved: Path, suffix: str) -> None:
    original = intake.read(WRONG.name, WRONG.read_bytes(), MARKED_CONTEXT)
    again = intake.read(f"标注.{suffix}", (saved / suffix / f"标注.{suffix}").read_bytes(), MARKED_CONTEXT)
    assert [said(entry) for entry in again.fields] == [said(entry) for entry in original.fields]
    assert {table: len(rows) for table, rows in again.rows.items()} == {
        table: len(rows) for table, rows in original.rows.items()
    }
    assert said_of(again) == said_of(original)
    if suffix == "xlsx":
        book = load_workbook(saved / suffix / "标注.xlsx")
        listed = book[SHEET]
        assert listed.row_dimensions[7].height is not None
        assert listed["E7"].alignment.wrap_text


def test_what_helps_to_fill_it_in_is_still_there(saved: Path) -> None:
    book = load_workbook(saved / "xlsx" / "半年报.xlsx")
    figures, firms = book["半年报"], book["企业名录"]
    assert all(sheet.protection.sheet for sheet in book)
    assert (figures["A6"].protection.locked, figures["C6"].protection.locked) == (True, False)
    rules = [rule for rule in figures.data_validations.dataValidation if "E4" in rule.sqref]
    assert [rule.formula1 for rule in rules] == ['"预计数,快报数,年报数"']
    assert figures["C6"].comment is not None
    assert "万平方米" in figures["C6"].comment.text
    assert firms["H4"].comment is not None
    assert "2025年下半年所报" in firms["H4"].comment.text
    assert firms.print_title_rows == "$2:$3"
    properties = {entry.name: entry.value for entry in book.custom_doc_props.props}
    assert (properties["parkwatch_park"], properties["parkwatch_period"]) == ("P001", "2026H1")
    assert book.defined_names["模板版本"].value.replace("'", "") == "半年报!$B$4"
