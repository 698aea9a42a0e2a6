"""Cell styles of a workbook: each the same as before but for its fill."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from policy.terms import Severity
from services.intake.annotate.problems import COLOURS

NO_FILL = 0
"""The first fill of every workbook is none."""


class Fills:
    """`root` is styles.xml; a style is its number among the cell formats."""

    def __init__(self, root: Any) -> None:
        self._space = etree.QName(root).namespace
        self._fonts = root.find(self._tag("fonts"))
        self._fills = root.find(self._tag("fills"))
        self._formats = root.find(self._tag("cellXfs"))
        self._numbers: dict[Severity, int] = {}
        self._made: dict[tuple[int, int], int] = {}

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"

    def coloured(self, style: int, severity: Severity) -> int:
        """The style with the fill of this severity."""
        return self._with_fill(style, self._number(severity))

    def cleared(self, style: int) -> int:
        """The style without a fill when its fill is one of ours, of an earlier marking; else the style itself."""
        fill = self._fills[int(self._format(style).get("fillId", "0"))]
        colours = {node.get("rgb", "")[-6:] for node in fill.iter(self._tag("fgColor"))}
        return self._with_fill(style, NO_FILL) if colours & set(COLOURS.values()) else style

    def wrapped(self, severity: Severity | None = None, *, bold: bool = False) -> int:
        """A style of its own for the added sheet: text that breaks within its cell."""
        made = deepcopy(self._formats[self._with_fill(0, self._number(severity) if severity else NO_FILL)])
        if bold:
            font = deepcopy(self._fonts[int(made.get("fontId", "0"))])
            if font.find(self._tag("b")) is None:
                font.insert(0, etree.Element(self._tag("b")))
            made.set("fontId", str(_added(self._fonts, font)))
            made.set("applyFont", "1")
        made.set("applyAlignment", "1")
        for node in made.findall(self._tag("alignment")):
            made.remove(node)
        made.insert(0, etree.Element(self._tag("alignment"), wrapText="1", vertical="top"))
        return _added(self._formats, made)

    def _format(self, style: int) -> Any:
        return self._formats[style if style < len(self._formats) else 0]

    def _with_fill(self, style: int, fill: int) -> int:
        if (style, fill) not in self._made:
            made = deepcopy(self._format(style))
            made.set("fillId", str(fill))
            made.set("applyFill", "1")
            self._made[style, fill] = _added(self._formats, made)
        return self._made[style, fill]

    def _number(self, severity: Severity) -> int:
        if severity not in self._numbers:
            fill = etree.Element(self._tag("fill"))
            pattern = etree.SubElement(fill, self._tag("patternFill"), patternType="solid")
            etree.SubElement(pattern, self._tag("fgColor"), rgb=f"FF{COLOURS[severity]}")
            etree.SubElement(pattern, self._tag("bgColor"), indexed="64")
            self._numbers[severity] = _added(self._fills, fill)
        return self._numbers[severity]


def _added(block: Any, node: Any) -> int:
    """Append to a counted block; the node's number."""
    block.append(node)
    block.set("count", str(len(block)))
    return len(block) - 1
