"""Every file of tests/hostile_files.py: a named reason within bounded time, and the next file is read as ever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from services.intake import Context, read
from services.intake.sandbox import open_document
from tests.hostile_files import FILES, Hostile
from tests.papers import REPORT_SAMPLE
from tests.services.intake.makers import CONTEXT

SECONDS = 8
"""Bounded also on a busy machine; on an idle one every refusal takes well under a second."""


@pytest.mark.parametrize("hostile", FILES, ids=[hostile.name for hostile in FILES])
def test_a_hostile_file_ends_in_a_reason(hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = hostile.make()
    monkeypatch.chdir(tmp_path)
    begun = time.perf_counter()
    reading = read(hostile.name, data, CONTEXT)
    took = time.perf_counter() - begun
    errors = [finding.code for finding in reading.findings if finding.severity == "error"]
    if hostile.code:
        assert [code.startswith(hostile.code) for code in errors] == [True]
        assert reading.fields == ()
    else:
        assert reading.kind == "half_year_report"
        assert not set(errors) & {"file_unsafe", "file_unreadable", "format_unsupported"}
    assert "root:" not in repr(reading)
    assert "lollol" not in repr(reading)
    assert took < SECONDS
    assert list(tmp_path.iterdir()) == []


def test_the_worker_is_alive_after_all_of_them() -> None:
    assert open_document("半年报.xlsx", REPORT_SAMPLE.read_bytes()).format == "xlsx"
    assert read("半年报.xlsx", REPORT_SAMPLE.read_bytes(), Context()).kind == "half_year_report"


def test_macros_are_noted_and_never_run() -> None:
    macros = next(hostile for hostile in FILES if hostile.name == "macros.xlsm")
    notes = [finding.message for finding in read("半年报.xlsm", macros.make(), CONTEXT).findings]
    assert any("宏没有运行" in message for message in notes)
