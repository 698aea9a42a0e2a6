"""Files that hold no data: complete, kept for good under their hash, compressed beforehand, and never asked of Dash."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import brotli
import plotly
import pytest
from flask import Flask

from dashboard import static
from dashboard.app import create_app
from dashboard.serve import asset
from services.platform import Platform
from tests.dashboard.conftest import Programme

SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"')


@pytest.fixture
def packed(platform: Platform, tmp_path: Path) -> Flask:
    """Of few files: the large ones take their time."""
    folder, small = tmp_path / "kept", {"/assets/a.0123.css": static.ASSETS / "parkwatch.css"}
    server = create_app(platform)
    server.wsgi_app = static.served(server.wsgi_app, static.packed(small, folder))  # type: ignore[method-assign]
    return server


def test_our_files_are_kept_for_good_under_their_hash(server: Flask) -> None:
    answer = server.test_client().get(asset("parkwatch.css"), buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    beside = server.test_client().get("/assets/trial.svg", buffered=True)
    assert (beside.status_code, beside.headers["Cache-Control"]) == (200, "max-age=0, public")


def test_whatever_a_page_loads_is_there_without_dash(server: Flask, sign_in: Any, programme: Programme) -> None:
    """Every address of a page with pictures is one of the files in front, for whoever asks."""
    front = server.wsgi_app.files  # type: ignore[attr-defined]
    pages = "".join(sign_in("committee").get(address).text for address in ("/parks", "/board", "/login"))
    asked = {*SCRIPT.findall(pages), *re.findall(r'<link[^>]* href="(/[^"]+)"', pages)}
    assert len(asked) > 15
    assert asked <= front.keys()
    for address in (*asked, *static.CHUNKS):
        assert server.test_client().get(address, buffered=True).status_code == 200, address
    assert "dash_table/" not in pages


def test_only_a_page_with_pictures_is_told_of_plotly(sign_in: Any, programme: Programme) -> None:
    address = static.address(static.PLOTLY)
    client = sign_in("committee")
    for page in ("/board", f"/parks/{programme.own}"):
        assert f'<link rel="preload" as="script" href="{address}">' in client.get(page).text
        assert f'data-plotly="{address}"' in client.get(page).text
    for page in ("/", "/parks", "/reports/new", f"/parks/{programme.own}/readiness"):
        assert "plotly" not in client.get(page).text


def test_each_file_comes_compressed_as_small_as_it_gets(packed: Flask) -> None:
    whole = (static.ASSETS / "parkwatch.css").read_bytes()
    for form, read in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = packed.test_client().get("/assets/a.0123.css", headers={"Accept-Encoding": form}, buffered=True)
        assert answer.headers["Content-Encoding"] == form
        assert read(answer.data) == whole
        assert "Accept-Encoding" in answer.headers["Vary"]
    plain = packed.test_client().get("/assets/a.0123.css", buffered=True)
    assert (plain.data, plain.headers.get("Content-Encoding")) == (whole, None)


def test_what_was_packed_stays_and_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    files = {"/assets/a.js": static.ASSETS / "forms.js"}
    (first,) = static.packed(files, tmp_path / "kept").values()
    made = first.stat().st_mtime_ns
    assert static.packed(files, tmp_path / "kept") == {"/assets/a.js": first}
    assert first.stat().st_mtime_ns == made
    assert sorted(path.suffix for path in first.parent.iterdir()) == [".br", ".gz", ".js"]
    (tmp_path / "file").touch()
    assert static.packed(files, tmp_path / "file" / "kept") == files


def test_the_vendored_plotly_is_the_one_plotly_draws_for_and_small_enough() -> None:
    drawn_for = Path(plotly.__path__[0]) / "package_data" / "plotly.min.js"
    version = re.search(rb"plotly\.js v([\d.]+)", drawn_for.read_bytes()[:400])
    ours = re.search(rb"plotly\.js \(cartesian - minified\) v([\d.]+)", static.PLOTLY.read_bytes()[:400])
    assert version is not None
    assert ours is not None
    assert ours[1] == version[1]
    assert b"Plotly" in (static.VENDOR / "plotly.js.LICENSE").read_bytes()
    assert len(gzip.compress(static.PLOTLY.read_bytes(), 6)) < 520_000  # brotli, which takes seconds: 410,135
