"""How large a report may be. Far beyond any real one, far below what exhausts the machine."""

from __future__ import annotations

import resource
import signal

from services.intake.formats.refused import unsafe

MAX_FILE = 30 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 500
MAX_CELLS = 400_000
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 40


def limit_process() -> None:
    """Bind this process to the memory and processor time one file may cost; forbid it to write files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.alarm(WALL_SECONDS)


def check_extent(sheet: str, height: int, width: int) -> None:
    """Raises FileRefused when the used area is far larger than a report."""
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise unsafe(
            f"工作表“{sheet}”的使用区域有{height}行{width}列，远超正常报表"
            f"（上限{MAX_ROWS}行、{MAX_COLUMNS}列）；请删去表外的多余内容后重新保存"
        )
