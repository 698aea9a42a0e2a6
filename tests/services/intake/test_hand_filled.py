"""What district clerks write into a cell, some 1,200 ways: every reading is the one a careful person would make."""

from __future__ import annotations

import csv
from time import process_time

import pytest

from policy.indicators.catalogue import BY_KEY
from policy.tables import BY_KEY as TABLES
from services.intake.cells import read_figure, read_kind
from services.intake.document import Cell, CellKind, Sheet
from services.intake.labels import share_of
from services.intake.parsed import Parsed
from services.intake.periods import read_period
from tests.services.intake.worked_cases import SAMPLES, Case, place_of

CASES: list[Case] = list(csv.DictReader((SAMPLES / "hand-filled.csv").read_text(encoding="utf8").splitlines()))


def read(case: Case) -> Parsed:
    raw = case["raw"].encode("raw_unicode_escape").decode("unicode_escape") if "\\" in case["raw"] else case["raw"]
    written = Cell(3, 3, "C3", CellKind.TEXT, raw)
    if case["field"] == "period":
        return read_period(written, year=2025)
    table, key = place_of(case)
    if table in TABLES:
        return read_kind(TABLES[table].column(key), written, None, Sheet("名录", []))
    return read_figure(BY_KEY[key], written, None, typed=True, with_share=key in share_of())


@pytest.mark.parametrize("field", sorted({case["field"] for case in CASES}))
def test_hand_filled(field: str) -> None:
    wrong = []
    for case in CASES:
        if case["field"] == field:
            parsed = read(case)
            value = parsed.value or "" if parsed.share is None else f"{parsed.value} and {parsed.share.value}"
            if (str(parsed.status), value) != (case["status"], case["value"]):
                wrong.append((case, parsed))
    assert wrong == []


@pytest.mark.parametrize("filling", [" ", "，", "增长", "(", "*", "1 ", "占比", "单位：", "/"])
@pytest.mark.parametrize("field", ["revenue_cyber", "share_revenue_cyber", "firm.founded", "period"])
def test_an_endless_cell_costs_no_time(field: str, filling: str) -> None:
    """As long as a spreadsheet lets a cell be: told in a moment, and shortly."""
    start = process_time()
    parsed = read({"field": field, "raw": "3.2" + filling * 16_000 + "x"})
    assert process_time() - start < 1
    assert parsed.status == "error"
    assert len(parsed.message) < 200


def test_the_table_is_what_it_says() -> None:
    assert len(CASES) > 1200
    assert {case["status"] for case in CASES} == {"ok", "note", "confirm", "error"}
