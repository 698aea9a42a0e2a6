"""The parsing process: bytes on standard input, one JSON document on standard output.

It has no database, no settings and no network; what it costs is bounded by `limits`.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable

from services.intake.document import Document
from services.intake.formats.limits import limit_process
from services.intake.formats.refused import DAMAGED, FileRefused
from services.intake.formats.sniff import sniff


def parser(kind: str) -> Callable[[bytes], Document]:
    """The parser of one format; only its libraries are loaded. A parser may raise anything on a damaged file."""
    if kind in ("xlsx", "xls"):
        from services.intake.formats import workbook

        return workbook.parse_xlsx if kind == "xlsx" else workbook.parse_xls
    if kind == "ods":
        from services.intake.formats import opendocument

        return opendocument.parse_ods
    if kind == "docx":
        from services.intake.formats import word

        return word.parse_docx
    from services.intake.formats import plain

    return plain.parse_html if kind == "html" else plain.parse_csv


def main() -> None:
    limit_process()
    data = sys.stdin.buffer.read()
    result: dict[str, object]
    try:
        kind = sniff(sys.argv[1], data)
        result = {"document": parser(kind)(data).as_data()}
    except FileRefused as refusal:
        result = {"refused": [refusal.code, refusal.message]}
    except MemoryError:
        result = {"refused": ["file_unsafe", "文件展开后占用内存过多，已停止读取；请删去多余内容后重新保存"]}
    except Exception:  # whatever a damaged file does to a parser, it has one meaning here
        traceback.print_exc()
        result = {"refused": ["file_unreadable", DAMAGED]}
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
