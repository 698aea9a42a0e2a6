"""Which program answers: a number that is another one when anything of it is."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from settings import ROOT

OF_THE_PROGRAM = ("policy", "db", "services", "dashboard")
KINDS = frozenset({".py", ".html", ".css", ".js", ".svg"})


@cache
def number() -> str:
    """The same in every process that runs the same files, on whichever machine."""
    files = (path for package in OF_THE_PROGRAM for path in (ROOT / package).rglob("*") if path.suffix in KINDS)
    made = sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(files):
        made.update(path.read_bytes())
    return made.hexdigest()[:12]
