"""The benchmarks run: what they measure is a whole, clean report, not a refusal."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from benchmarks import kills, mail, memory, reading, recomputing
from benchmarks.__main__ import PARTS, main
from benchmarks.measure import Benchmark, Contender, lines, measure
from benchmarks.peers import data
from benchmarks.web import load, programme
from db.models import Submission, SubmissionReading
from db.queries import overview
from db.session import Database
from policy.access import FULL_SCOPE
from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER
from services import clock


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


def test_the_web_is_measured_over_the_same_programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer's tables and ours hold as many parks and values; of parks that stand in, ours has the row alone."""
    monkeypatch.setattr(programme, "WHOLE", 3)
    data.write(tmp_path / "peer.db", 3)
    ours = Database(programme.write(tmp_path / "ours.db", 5))
    with sqlite3.connect(tmp_path / "peer.db") as peer, ours.read() as session:
        reports, values = (peer.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("report", "value"))
        assert (reports, values) == (3 * 5, 3 * 5 * 40)
        assert session.scalar(select(func.count()).select_from(Submission)) == reports
        cells = session.scalar(select(func.count()).select_from(SubmissionReading))
        assert cells == reports * len(programme.INDICATORS)
        shown = overview.page(session, FULL_SCOPE, overview.Asked(clock.today()), 9)
        assert len(shown.parks) == 5
    peer.close()
    ours.engine.dispose()


def test_a_load_counts_every_answer_and_those_that_failed(tmp_path: Path) -> None:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 500)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_words: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        with ThreadPoolExecutor(1) as apart:  # a loop of its own, whatever else runs in this thread
            once = apart.submit(load.each, port, [load.get("/"), load.get("/wrong"), load.get("/")]).result()
            found = apart.submit(load.load, port, [load.get("/")], 4, 0.2).result()
        assert (len(once.times), once.failed) == (3, 1)
        assert len(found.times) > 4
        assert found.rate > 0
        assert 0 < found.quantile(0.5) <= found.quantile(0.95)
        server.shutdown()
