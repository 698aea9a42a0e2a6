"""Peak memory of one 1,000-firm report: of the process that takes it in, and of the child that opens it.

Each is looked at in a fresh interpreter, `python -m benchmarks.memory WHICH FILE`.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path


def lines() -> list[str]:
    """What is printed."""
    from benchmarks.reading import FIRMS, NAME, workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(workbook())
        taken, child = (_asked(which, path) for which in ("parent", "child"))
    return [
        f"Peak memory, half-year workbook of {FIRMS} firms",
        f"  process that takes it in{taken[1]:32.0f} MB (before the file {taken[0]:.0f} MB)",
        f"  child that opens it{child[1]:37.0f} MB (before the file {child[0]:.0f} MB)",
    ]


def _asked(which: str, path: Path) -> tuple[float, float]:
    command = (sys.executable, "-m", "benchmarks.memory", which, str(path))
    before, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(before), float(peak)


def parent(data: bytes) -> tuple[float, float]:
    """MB before and at most."""
    from benchmarks.reading import stored, storing

    platform = storing()
    before = _peak()
    stored(platform, data)
    return before, _peak()


def child(name: str, data: bytes) -> tuple[float, float]:
    """As the parsing server does it: with the parsers' libraries loaded and nothing else."""
    from services.intake.formats.__main__ import answer
    from services.intake.formats.answer import encoded

    before = _peak()
    encoded(answer(name, data))
    return before, _peak()


def _peak() -> float:
    """MB, of this program alone: what it was started from does not count."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024  # type: ignore[index]


if __name__ == "__main__":
    which, path = sys.argv[1], Path(sys.argv[2])
    data = path.read_bytes()
    print(*(parent(data) if which == "parent" else child(path.name, data)))
