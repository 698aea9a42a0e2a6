"""Pages a 装订本 has of its own: cover, contents, divider sheets, and the numbers stamped on every page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import typst

from services.documents import typography as type_
from services.documents.to_pdf import fonts

TEMPLATE = Path(__file__).with_name("binder.typ")
FACES = {"body": type_.BODY, "hei": type_.HEI, "kai": type_.KAI, "title": type_.TITLE, "song": type_.SONG}
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Front:
    """`volume`: 第1册（共2册）; `lines`: below the title on the cover; `rows`: six cells each, as contents."""

    title: tuple[str, ...]
    volume: str
    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """`facts`: word and value; `unbound`: why no pages follow, and where the paper is."""

    kind: str
    title: str
    facts: tuple[tuple[str, str], ...]
    unbound: str = ""


@dataclass(frozen=True, slots=True)
class Printer:
    """`name`: what the whole is called; `banner`: on top of every page of its own."""

    name: str
    banner: str
    dated: date

    @property
    def moment(self) -> datetime:
        """Of what is made: its day, so that the same content gives the same bytes."""
        return datetime.combine(self.dated, time(), UTC)

    def front(self, front: Front) -> bytes:
        return self._pdf("front", front=asdict(front))

    def dividers(self, dividers: Sequence[Divider]) -> bytes:
        """A page each."""
        return self._pdf("dividers", dividers=[asdict(of) for of in dividers])

    def numbers(self, first: int, last: int) -> bytes:
        """A small page for each number from `first` to `last`."""
        return self._pdf("numbers", first=first, last=last)

    def _pdf(self, what: str, **content: Any) -> bytes:
        day = self.dated
        told = {
            "what": what, "name": self.name, "banner": self.banner, "dated": [day.year, day.month, day.day],
            "faces": {key: face.shipped for key, face in FACES.items()}, "rare": type_.RARE, **content,
        }  # fmt: skip
        compiler = typst.Compiler(
            str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts(), ignore_system_fonts=True,
            sys_inputs={"binder": json.dumps(told, ensure_ascii=False)},
        )  # fmt: skip
        return cast(bytes, compiler.compile(format="pdf", timestamp=self.moment))
