"""A photograph as a page of a 装订本: as it was taken, on a sheet that fits it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

import typst
from PIL import Image

SUFFIXES = {"JPEG": "jpg", "PNG": "png"}
MOST_POINTS = {"JPEG": 60_000_000, "PNG": 8_000_000}
"""Points of a picture: a PNG is unfolded in memory while its page is drawn, a JPEG stays as it is."""
LARGEST = 20 * 1024 * 1024
SHEET = """#set page(paper: "a4", margin: (top: 22mm, rest: 15mm), flipped: sys.inputs.wide == "yes")
#align(center + horizon, image(sys.inputs.picture, width: 100%, height: 100%, fit: "contain"))
"""
TURNED = (5, 6, 7, 8)
"""EXIF: taken with the camera on its side."""
ORIENTATION = 0x0112

UNSHOWN = "图片过大或格式特殊，不装订"
DAMAGED = "图片已损坏，不能装订"


def trouble(stream: BinaryIO, size: int) -> str:
    """Why it cannot stand on a page; empty when it can. A JPEG is looked through at an eighth of its size."""
    try:
        with Image.open(stream) as picture:
            kind = picture.format or ""
            if kind not in SUFFIXES or size > LARGEST or picture.width * picture.height > MOST_POINTS[kind]:
                return UNSHOWN
            picture.draft("L", (picture.width // 8, picture.height // 8))
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return DAMAGED
    return ""


def sheet(stream: BinaryIO, room: Path, name: str, dated: datetime) -> Path:
    """A PDF of one page with the picture, in `room`."""
    with Image.open(stream) as picture:
        kind, (across, up) = picture.format or "", picture.size
        wide = across > up if picture.getexif().get(ORIENTATION) not in TURNED else up > across
    copied, source = room / f"{name}.{SUFFIXES[kind]}", room / f"{name}.typ"
    stream.seek(0)
    with copied.open("wb") as file:
        shutil.copyfileobj(stream, file)
    source.write_text(SHEET)
    inputs = {"picture": copied.name, "wide": "yes" if wide else "no"}
    compiler = typst.Compiler(str(source), root=str(room), sys_inputs=inputs, ignore_system_fonts=True)
    made = room / f"{name}.pdf"
    made.write_bytes(cast(bytes, compiler.compile(format="pdf", timestamp=dated)))
    copied.unlink()
    return made
