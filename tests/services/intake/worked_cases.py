"""The worked cases of the data contract and their neighbours: two tables a reader can skim, and how a row is meant."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

from policy.indicators.catalogue import BY_KEY
from services.intake.units import Unit, catalogue_unit, fitting, stated_units

SAMPLES = Path(__file__).parents[2] / "samples"
Case = dict[str, str]

AGREED: list[Case]
NEIGHBOURS: list[Case]
AGREED, NEIGHBOURS = (
    list(csv.DictReader((SAMPLES / name).read_text(encoding="utf8").splitlines()))
    for name in ("intake-cases.csv", "intake-neighbours.csv")
)
TABLE_OF = {"firm": "roster", "platform": "platforms", "task": "tasks"}

# Cases of whole files, rows or headers: test_layouts, test_formats and the checks' own tests hold them.
OF_FILES = {"V7", "V15d", "V21", "V22", "V23", "V24", "V25", "V26", "V30", "V31", "V32", "V33", "V35", "V8"}
CELL_CASES = [case for case in AGREED + NEIGHBOURS if case["id"] not in OF_FILES]

_ESCAPES = {
    r"\u00a0": "\u00a0", r"\u200b": "\u200b", r"\u202f": "\u202f", r"\u3000": "\u3000", r"\n": "\n", "(blank)": "",
}  # fmt: skip


def raw_of(case: Case) -> str:
    """What stands in the cell."""
    raw = case["raw"]
    for written, meant in _ESCAPES.items():
        raw = raw.replace(written, meant)
    return raw


def is_number_cell(case: Case) -> bool:
    """A bare number is a number cell of a workbook, unless the case is about text."""
    raw = case["raw"]
    bare = raw.replace(".", "", 1).isdigit() and raw.isascii()
    return "number cell" in case["context"] or (bare and "text" not in case["context"] and "text" not in case["note"])


def place_of(case: Case) -> tuple[str, str]:
    """Table and key: figures and an indicator (the first named), or a repeated table and its column."""
    table, _, column = case["field"].partition(".")
    return (TABLE_OF[table], column) if column else ("figures", case["field"].partition("+")[0])


def ratio_of(case: Case) -> Decimal | None:
    return Decimal("0.35") if "part/whole" in case["context"] else None


def unit_column_of(case: Case) -> str | None:
    match = re.search(r"unit column says (\S+)", case["context"])
    return match[1] if match else None


def stated_unit(case: Case) -> Unit | None:
    """As the unit column says it."""
    name = unit_column_of(case)
    return fitting(stated_units(f"（{name}）"), catalogue_unit(BY_KEY[place_of(case)[1]].unit)) if name else None


def expected_of(case: Case) -> tuple[str, str | None]:
    return case["status"], case["value"] or None
