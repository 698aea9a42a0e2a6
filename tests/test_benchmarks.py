"""The benchmarks run: what they measure is a whole, clean report, not a refusal."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from benchmarks import kills, mail, memory, reading, recomputing
from benchmarks.__main__ import PARTS, main
from benchmarks.measure import Benchmark, Contender, lines, measure
from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER


def test_the_workbook_is_read_whole_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FIRMS", 20)
    result = reading.parkwatch(reading.workbook())
    assert (result.kind, result.park, result.period) == ("half_year_report", "P001", reading.PERIOD)
    assert len(result.rows["roster"]) == 20
    assert len(result.readings) >= len(REQUIRED) + 20 * len(ROSTER.columns)
    assert not any(entry.status.blocks for entry in result.readings)


def test_the_first_contender_is_the_yardstick() -> None:
    calls: list[str] = []
    contenders = (
        Contender("bare", lambda _: calls.append("bare"), yardstick=True),
        Contender("ours", lambda _: calls.append("ours")),
        Contender("opened", lambda _: calls.append("opened"), part=True),
    )
    best = measure(contenders)
    assert calls[:3] == ["bare", "ours", "opened"]
    benchmark = Benchmark("标题", lambda: contenders, rest="the rest")
    printed = lines(benchmark, contenders, best | {"bare": 0.5, "ours": 1.25, "opened": 0.75})
    assert printed[0] == "标题"
    assert [line.split()[-2] for line in printed[1:]] == ["1.00", "2.50", "1.50", "1.00"]


def test_what_is_measured_as_stored_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FIRMS", 20)
    platform = reading.storing("国家网络安全产业园区（示例1园）", "国家网络安全产业园区（示例2园）")
    for number in (1, 2):
        title = f"国家网络安全产业园区（示例{number}园）"
        assert reading.stored(platform, reading.workbook(30, 30 * number, title)).stored


def test_peak_memory_is_of_the_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FIRMS", 20)
    printed = memory.lines()
    assert len(printed) == 3
    assert all(re.search(r"\d+ MB", line) for line in printed[1:])


def test_what_is_measured_as_sent_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "MAILS", 3)
    monkeypatch.setattr(mail, "ROUNDS", 0)
    monkeypatch.setenv("SSL_CERT_FILE", "")
    for contender in mail.prepare():
        contender.work(0)


def test_a_sender_killed_at_any_moment_loses_nothing_and_doubles_only_what_was_uncertain() -> None:
    tally = kills.killed(4)
    assert (tally.kills, tally.mails) == (4, 160)
    assert tally.lost == set()
    assert tally.strange == set()
    assert tally.doubled <= tally.doubtful
    assert len(tally.doubtful) <= 4


def test_one_park_worked_out_anew_is_counted_and_timed_beside_more_and_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recomputing, "SIZES", (4, 6))
    monkeypatch.setattr(recomputing, "ROUNDS", 1)
    printed = list(recomputing.lines())
    touched = [line.partition(": ")[2] for line in printed if "statements" in line]
    assert len(touched) == 2
    assert touched[0] == touched[1]
    assert sum(line.endswith(" x") for line in printed) == 6


def test_benchmarks_are_called_by_name_and_an_unknown_name_is_told_the_known_ones() -> None:
    listed = CliRunner().invoke(main, ["--list"])
    assert [line.split()[0] for line in listed.output.splitlines()] == list(PARTS)
    wrong = CliRunner().invoke(main, ["memory", "sweep"])
    assert wrong.exit_code == 2
    assert "no benchmark is called sweep; there are: reading" in wrong.output
