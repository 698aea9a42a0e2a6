"""Opens a file in a child process with limits: whatever the file does to the parser, this process lives."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from services.intake.document import Document
from services.intake.formats.limits import MAX_FILE, WALL_SECONDS
from services.intake.formats.refused import FileRefused, unreadable, unsafe

log = logging.getLogger(__name__)

# Nothing else of this process's environment is the parser's business.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "TMPDIR")
_ROOT = Path(__file__).resolve().parents[2]


def open_document(name: str, data: bytes) -> Document:
    """Parse the bytes. Raises FileRefused with one reason when they cannot or may not be read."""
    if not data:
        raise unreadable("文件是空的（0字节）；请检查后重新上传")
    if len(data) > MAX_FILE:
        raise unsafe(f"文件有{len(data) // 1024 // 1024}MB，超过上限{MAX_FILE // 1024 // 1024}MB；请删去图片等多余内容")
    try:
        child = subprocess.run(  # noqa: S603 -- our own module, arguments are not interpreted
            [sys.executable, "-X", "utf8", "-m", "services.intake.formats", name],
            input=data, capture_output=True, cwd=_ROOT, env=environment(), timeout=WALL_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise unsafe("读取文件用时过长，已停止；请删去多余内容并另存后重新上传") from None
    if child.returncode != 0:
        log.warning("parser ended with %s: %s", child.returncode, child.stderr[-2000:].decode("utf-8", "replace"))
        raise unsafe("文件内容异常，读取程序已中止；请用 WPS 或 Office 打开并另存后重新上传")
    result = json.loads(child.stdout)
    if "refused" in result:
        raise FileRefused(*result["refused"])
    return Document.from_data(result["document"])


def environment() -> dict[str, str]:
    """What the parser may know of this process's environment: where Python is, no settings."""
    return {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
