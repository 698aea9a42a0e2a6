"""Files that hold no data: ours, the vendored plotly.js and Dash's scripts, served before any page is asked.

Every address but those Dash's own scripts load by a fixed name has a hash of its content in it, or Dash's fingerprint,
and may be kept for good. The files are compressed once, as small as they get, and kept under their content's hash
(`packed`); they never reach Flask, so that no burst of first requests finds a library not registered yet.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import brotli
from dash.fingerprint import check_fingerprint
from whitenoise import WhiteNoise

HERE = Path(__file__).parent
ASSETS, VENDOR = HERE / "assets", HERE / "vendor"
PLOTLY = VENDOR / "plotly-cartesian.min.js"
SUITE = re.compile(r"/_dash-component-suites/(?P<package>\w+)/(?P<path>[^\"?]+)")
# What dcc loads by itself when a picture is first shown, by this name whatever the version.
CHUNKS = ("/_dash-component-suites/dash/dcc/async-graph.js",)
WORTH_IT = 0.95
"""Of its size: a compressed form that saves less is not kept."""


def address(path: Path) -> str:
    """Where a file of ours is served: parkwatch.css at /assets/parkwatch.0123456789ab.css."""
    return f"/assets/{path.stem}.{_hash(path)}{path.suffix}"


@cache
def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def files(scripts: str) -> dict[str, Path]:
    """Every address with its file; `scripts`: the tags Dash writes into a page."""
    ours = [path for path in ASSETS.iterdir() if path.is_file()]
    found = {address(path): path for path in (*ours, PLOTLY)}
    # A style sheet names its pictures as they stand beside it.
    found |= {f"/assets/{path.name}": path for path in ours if path.suffix == ".svg"}
    matches = [*SUITE.finditer(scripts), *(match for name in CHUNKS if (match := SUITE.match(name)))]
    return found | {match[0]: _of_suite(match["package"], match["path"]) for match in matches}


def _of_suite(package: str, path: str) -> Path:
    return Path(sys.modules[package].__path__[0]) / check_fingerprint(path)[0]


def packed(found: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """The same files kept in `folder` with a .br and a .gz beside each; what is there already stays.

    The first start after an upgrade takes some seconds for it. The files as they are where nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {name: _packed(path, folder) for name, path in found.items()}
    except OSError:
        return dict(found)


def _packed(path: Path, folder: Path) -> Path:
    data = path.read_bytes()
    kept = folder / f"{sha256(data).hexdigest()[:24]}{path.suffix}"
    if not kept.exists():
        for ending, small in (
            (".br", brotli.compress(data, mode=brotli.MODE_TEXT, quality=11)), (".gz", gzip.compress(data, 9, mtime=0)),
        ):  # fmt: skip
            if len(small) < len(data) * WORTH_IT:
                _write(kept.with_name(kept.name + ending), small)
        _write(kept, data)  # last: where it is, the others are
    return kept


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, whoever else starts at the same time."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


def served(application: Any, found: Mapping[str, Path]) -> WhiteNoise:
    """The application behind these files."""
    front = WhiteNoise(
        application, max_age=0, allow_all_origins=False, add_headers_function=_add_headers,
        immutable_file_test=lambda _path, url: url not in CHUNKS and "." in Path(url).stem,
    )  # fmt: skip
    for url, path in found.items():
        front.add_file_to_dictionary(url, str(path))
    return front


def _add_headers(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
