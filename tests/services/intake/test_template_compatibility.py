"""What other office programs refuse, repair or drop: our workbooks hold none of the first and need none of the last."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from policy.periods import Quarter
from policy.terms import HalfYear
from services import intake
from services.intake.firm_page import read_firm_page
from services.intake.sandbox import open_document
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.intake.templates.half_year import RosterLine, TemplateFacts, write_template
from services.intake.templates.progress import ProgressFacts, write_progress
from services.intake.templates.stamp import taken_off
from tests.evidence_files import zip_of
from tests.papers import fill_firm_page, firm, report

TITLE, PERIOD = "国家网络安全产业园区（示例甲园）", HalfYear(2026, 1)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LIMITS = {"formula1": 255, "error": 255, "errorTitle": 32, "prompt": 255, "promptTitle": 32}
"""Characters; a longer list, formula or message makes Excel repair the file and WPS drop the rule."""


def papers() -> dict[str, bytes]:
    lines = [RosterLine({key: str(value) for key, value in firm(1).items()}, {"revenue": "800"}, "甲.xlsx")]
    name = "示例安全1有限公司"
    return {
        "半年报": write_template(TemplateFacts("P001", TITLE, "示例甲区经信部门", PERIOD, roster=lines)),
        "一企一表": write_firm_page(FirmPageFacts("P001", TITLE, PERIOD, name, {"name": name}, {"cyber": "540"})),
        "建设进展": write_progress(ProgressFacts("P001", TITLE, "示例甲园运营管理有限公司", Quarter(2026, 3))),
    }


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheets(data: bytes) -> list[etree._Element]:
    return [etree.fromstring(part) for name, part in parts(data).items() if name.startswith("xl/worksheets/sheet")]


@pytest.mark.parametrize("name", ["半年报", "一企一表", "建设进展"])
def test_rules_are_within_what_programs_take(name: str) -> None:
    count = 0
    for sheet in sheets(papers()[name]):
        for rule in sheet.iter(f"{MAIN}dataValidation"):
            count += 1
            said = {key: rule.get(key, "") for key in LIMITS} | {"formula1": rule.findtext(f"{MAIN}formula1") or ""}
            assert {key: len(text) for key, text in said.items() if len(text) > LIMITS[key]} == {}
            if rule.get("type") == "list":
                words = said["formula1"].strip('"').split(",")
                assert all(word and not re.search(r"[&<>\"']", word) for word in words)
    assert count > 5


@pytest.mark.parametrize("name", ["半年报", "一企一表", "建设进展"])
def test_only_what_every_program_knows(name: str) -> None:
    """No extension of a later version, no password, no macro, nothing fetched from elsewhere."""
    data = papers()[name]
    whole = b"".join(part for path, part in parts(data).items() if path.endswith((".xml", ".rels")))
    for foreign in (b"extLst", b"x14:", b"mc:AlternateContent", b"threadedComment", b'TargetMode="External"', b"vbaP"):
        assert foreign not in whole, foreign
    for sheet in sheets(data):
        protection = sheet.find(f"{MAIN}sheetProtection")
        assert protection is not None
        assert not {"password", "hashValue", "algorithmName"} & set(protection.keys())
        assert sheet.find(f"{MAIN}pageSetup").get("paperSize") == "9"
    notes = [path for path in parts(data) if re.fullmatch(r"xl/comments\d+\.xml", path)]
    assert len(notes) == len([path for path in parts(data) if path.endswith(".vml")])


def without(data: bytes, *names: str) -> bytes:
    """As a program saves it that knows neither own properties, names, rules nor notes."""
    kept = {}
    for path, part in parts(data).items():
        if path in names or path.endswith(".vml") or path.startswith("xl/comments"):
            continue
        part = re.sub(rb"<definedNames>.*?</definedNames>", b"", part, flags=re.DOTALL)
        part = re.sub(rb"<dataValidations.*?</dataValidations>|<legacyDrawing [^>]*/>", b"", part, flags=re.DOTALL)
        part = re.sub(rb"<(?:Relationship|Override)[^>]*(?:custom|comments|vmlDrawing)[^>]*/>", b"", part)
        kept[path] = part
    return zip_of(kept)


def test_a_page_is_known_by_what_people_can_read_on_it() -> None:
    filled = fill_firm_page(papers()["一企一表"], **firm(1))
    bare = without(filled, "docProps/custom.xml")
    assert len(bare) < len(filled)
    reading = read_firm_page("一企一表.xlsx", bare)
    assert reading.stamp == read_firm_page("一企一表.xlsx", filled).stamp
    assert reading.stamp is not None
    assert (reading.stamp.park, reading.stamp.period, reading.problem) == ("P001", PERIOD, "")


def test_a_report_is_known_by_what_people_can_read_on_it() -> None:
    bare = without(report(TITLE, str(PERIOD), template=papers()["半年报"]), "docProps/custom.xml")
    stamp, _ = taken_off(open_document("半年报.xlsx", bare))
    assert stamp is not None
    assert (stamp.park, stamp.period) == ("P001", PERIOD)
    context = intake.Context((intake.ParkRef("P001", TITLE, "示例甲园"),))
    assert intake.read("半年报.xlsx", bare, context).clean
