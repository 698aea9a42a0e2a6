"""The sample files as districts sent them, each against what must be read from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policy.access import SYSTEM_ACTOR
from policy.indicators.catalogue import REQUIRED
from services.disclosure import without_phones
from services.intake.reading import as_json
from services.parks import register_park
from services.platform import Platform
from services.submissions import ingest
from tests.papers import SAMPLES

FORMS = sorted((SAMPLES / "application-forms").glob("*.docx"))
REPORTS = SAMPLES / "half-year-reports"
EXPECTED: dict[str, dict[str, Any]] = json.loads((REPORTS / "expected.json").read_text(encoding="utf8"))
DISTRICTS = {"示例甲园": "示例甲区", "示例乙园": "示例乙区", "示例丙园": "示例丙区", "示例丁园": "示例丁区"}
Read = Callable[[Path], dict[str, Any]]


@pytest.fixture
def read(platform: Platform, set_now: Callable[[date], None]) -> Read:
    """What `ingest --json` prints for one file, the four sample parks registered."""
    set_now(date(2025, 8, 20))
    with platform.database.write() as session:
        for name, district in DISTRICTS.items():
            title = f"国家网络安全产业园区（{name}）"
            register_park(
                session, SYSTEM_ACTOR, title=title, district=district, approved_on=date(2024, 10, 10),
                approval_no="示例函〔2024〕1号", create_unit=True, fictional=True,
            )  # fmt: skip

    def ingested(path: Path) -> dict[str, Any]:
        result = ingest(platform, SYSTEM_ACTOR, path.name, path.read_bytes(), submit=True)
        document = as_json(without_phones(result.reading), stored=result.stored)
        return dict(json.loads(json.dumps(document)))

    return ingested


def fields(document: dict[str, Any], column: str) -> dict[str, dict[str, Any]]:
    return {entry["key"]: entry for entry in document["fields"] if entry["column"] == column}


def weighty(document: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in document["findings"] if finding["severity"] != "note"}


def assert_read(found: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]) -> None:
    told = {key: {"value": found[key]["value"], "status": found[key]["status"]} for key in expected}
    assert told == {key: {"value": None} | entry for key, entry in expected.items()}


def cells(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from document["fields"]
    for rows in document["rows"].values():
        for row in rows:
            yield from (cell for key, cell in row.items() if key != "where")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_half_year_reports(read: Read, name: str) -> None:
    expected = EXPECTED[name]
    document = read(REPORTS / name)
    title = expected.get("park") or f"国家网络安全产业园区（{expected['park_hint']}）"
    assert (document["kind"], document["park_title"], document["period"]) == (
        "half_year_report", title, expected["period"],
    )  # fmt: skip
    assert (document["stored"], document["clean"], document["months"]) == (True, expected["clean"], 6)
    assert document["park"] is not None
    assert document["meets_thresholds"] is None
    assert_read(fields(document, "current"), expected["fields"])
    assert len(document["rows"].get("roster", [])) == expected["roster_rows"]
    listed = set(expected.get("findings", ()))
    assert listed <= weighty(document)
    assert weighty(document) - listed <= _blank(document, expected)


def _blank(document: dict[str, Any], expected: dict[str, Any]) -> set[str]:
    """`blank_field` is true when a required figure is absent or empty, or there is no roster at all."""
    current = fields(document, "current")
    absent = [indicator for indicator in REQUIRED if not current[indicator.key]["raw"]]
    return {"blank_field"} if absent or not expected["roster_rows"] else set()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_application_forms(read: Read, path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf8"))
    document = read(path)
    assert (document["kind"], document["park_title"]) == ("application_form", expected["title"])
    assert (document["stored"], document["clean"], document["months"]) == (True, expected["clean"], expected["months"])
    assert document["park"] is not None
    current = fields(document, "current")
    for key in ("operator", "title", "host_park"):
        assert current[key]["value"] == expected[key]
    assert_read(current, expected["areas"] | expected["current_year"])
    assert_read(fields(document, "previous"), expected["previous_year"])
    roster = document["rows"]["roster"]
    assert len(roster) == expected["roster_rows"]
    assert sum(Decimal(firm["cyber"]["value"]) for firm in roster) == Decimal(str(expected["roster_cyber_sum_wan"]))
    assert [roster[place]["name"]["value"] for place in (0, -1)] == [expected["first_firm"], expected["last_firm"]]
    assert document["meets_thresholds"] is expected["meets_thresholds"]
    listed = set(expected["findings"])
    assert listed <= weighty(document)
    assert weighty(document) - listed <= set(expected["allowed_findings"])


@pytest.mark.parametrize("path", [*FORMS, *(REPORTS / name for name in sorted(EXPECTED))], ids=lambda path: path.stem)
def test_every_value_is_located_and_no_phone_is_shown(read: Read, path: Path) -> None:
    document = read(path)
    for cell in cells(document):
        assert cell["where"] or cell["raw"] is None
        assert cell["message"] or cell["status"] == "ok"
    assert "139000" not in json.dumps(document, ensure_ascii=False)
    if document["rows"].get("roster"):
        assert "139****" in document["rows"]["roster"][0]["contact"]["raw"]
