"""The comments of one worksheet: what was written there stays, ours stands before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree

from services.intake.annotate.grid import place_of
from services.intake.annotate.parts import Package
from services.intake.annotate.problems import AUTHOR, Place, without_note
from services.intake.document import letters

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What may follow the drawing of the comments in a worksheet, in the order the format asks for.
_AFTER_DRAWING = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
                  "tableParts", "extLst")  # fmt: skip
_X = "urn:schemas-microsoft-com:office:excel"
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_DRAWING = f"""<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}">
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>
<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>"""
_SHAPE = """<v:shape xmlns:v="{v}" xmlns:o="{o}" xmlns:x="{x}" id="_x0000_s{number}" type="#_x0000_t202"
 style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;width:{width}px;height:{height}px;z-index:1;visibility:hidden"
 fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>
<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>
<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>
<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""
_BLOCK = 1024
_WIDTH = 340
_LINE = 18
_PER_LINE = 26
_TALLEST = 460


class Comments:
    """`path` is the worksheet's part; `base` the namespace of the workbook's kinds of relation."""

    def __init__(self, package: Package, path: str, base: str) -> None:
        self._package, self._path, self._base = package, path, base
        self._sheet = package.xml(path)
        self._space = etree.QName(self._sheet).namespace
        known = list(package.related(path, "comments").values())
        self._root: Any = package.xml(known[0]) if known and known[0] in package else None
        self._drawing: Any = None
        self._shapes: dict[Place, Any] = {}
        self._numbers = [_BLOCK]

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"

    def clear(self) -> list[Place]:
        """Take away what an earlier marking wrote; the cells it stood at."""
        cleared = []
        for comment in [] if self._root is None else list(self._root.iter(self._tag("comment"))):
            said = _said(comment)
            rest, place = without_note(said), place_of(comment.get("ref", ""))
            if rest == said or place is None:
                continue
            cleared.append(place)
            self._write(comment, rest)
            if not rest:
                comment.getparent().remove(comment)
                self._remove_shape(place)
        return cleared

    def put(self, notes: Iterable[tuple[Place, str]]) -> None:
        """Write one note a cell, before what its comment said already."""
        if self._root is None:
            self._root = self._begin()
        known = {comment.get("ref"): comment for comment in self._root.iter(self._tag("comment"))}
        block = self._root.find(self._tag("commentList"))
        author = self._author()
        for place, note in notes:
            reference = f"{letters(place[1])}{place[0]}"
            comment = known.get(reference)
            if comment is None:
                comment = etree.SubElement(block, self._tag("comment"), ref=reference, authorId=author)
            text = "\n\n".join(filter(None, (note, _said(comment))))
            self._write(comment, text)
            self._remove_shape(place)
            self._add_shape(place, text)
        self._map_numbers()

    def _begin(self) -> Any:
        path = self._package.free("xl/commentsQ{}.xml")
        root = etree.Element(self._tag("comments"), nsmap={None: self._space})  # type: ignore[dict-item]
        etree.SubElement(root, self._tag("authors"))
        etree.SubElement(root, self._tag("commentList"))
        self._package.put(path, root, COMMENTS_TYPE)
        self._package.relate(self._path, "comments", path, self._base)
        return root

    def _author(self) -> str:
        authors = self._root.find(self._tag("authors"))
        names = [node.text for node in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, self._tag("author")).text = AUTHOR
            names.append(AUTHOR)
        return str(names.index(AUTHOR))

    def _write(self, comment: Any, text: str) -> None:
        for node in comment.findall(self._tag("text")):
            comment.remove(node)
        run = etree.SubElement(etree.Element(self._tag("text")), self._tag("r"))
        look = etree.SubElement(run, self._tag("rPr"))
        etree.SubElement(look, self._tag("sz"), val="9")
        etree.SubElement(look, self._tag("rFont"), val="宋体")
        words = etree.SubElement(run, self._tag("t"))
        words.text = text
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        comment.insert(0, run.getparent())

    def _open_drawing(self) -> Any:
        """The drawing that shows this sheet's comments."""
        if self._drawing is None:
            known = self._package.related(self._path, "vmlDrawing")
            relation = f"{{{self._base}}}id"
            shown = self._sheet.find(self._tag("legacyDrawing"))
            path = known.get(shown.get(relation, ""), "") if shown is not None else ""
            known_part = path in self._package
            self._drawing = self._package.lenient_xml(path) if known_part else self._begin_drawing(relation)
            self._numbers = sorted([_BLOCK, *_shape_numbers(self._drawing)])
            self._shapes = {place: shape for shape in self._drawing if (place := _noted(shape))}
        return self._drawing

    def _begin_drawing(self, relation: str) -> Any:
        path = self._package.free("xl/drawings/vmlDrawingQ{}.vml")
        root = etree.fromstring(_DRAWING)
        self._package.put(path, root)
        self._package.know_extension("vml", DRAWING_TYPE)
        for stale in self._sheet.findall(self._tag("legacyDrawing")):
            self._sheet.remove(stale)
        node = etree.Element(self._tag("legacyDrawing"))
        node.set(relation, self._package.relate(self._path, "vmlDrawing", path, self._base))
        after = [child for child in self._sheet if etree.QName(child).localname in _AFTER_DRAWING]
        self._sheet.insert(self._sheet.index(after[0]) if after else len(self._sheet), node)
        return root

    def _remove_shape(self, place: Place) -> None:
        drawing = self._open_drawing()
        if place in self._shapes:
            drawing.remove(self._shapes.pop(place))

    def _add_shape(self, place: Place, text: str) -> None:
        root = self._open_drawing()
        lines = sum(len(line) // _PER_LINE + 1 for line in text.splitlines())
        shape = _SHAPE.format(
            v=_V, o=_O, x=_X, number=self._numbers[-1] + 1, row=place[0] - 1, column=place[1] - 1,
            width=_WIDTH, height=min(_LINE * (lines + 1), _TALLEST),
        )  # fmt: skip
        root.append(etree.fromstring(shape))
        self._numbers.append(self._numbers[-1] + 1)

    def _map_numbers(self) -> None:
        """Programs hand out shape numbers by the thousand and want to know which thousands a drawing has used."""
        for node in self._open_drawing().iter(f"{{{_O}}}idmap"):
            used = {int(text) for text in node.get("data", "").split(",") if text.isdigit()}
            node.set("data", ",".join(map(str, sorted(used | {number // _BLOCK for number in self._numbers}))))


def _noted(shape: Any) -> Place | None:
    """The cell whose comment the shape shows."""
    data = shape.find(f"{{{_X}}}ClientData") if isinstance(shape.tag, str) else None
    if data is None or data.get("ObjectType") != "Note":
        return None
    row, column = data.findtext(f"{{{_X}}}Row") or "", data.findtext(f"{{{_X}}}Column") or ""
    return (int(row) + 1, int(column) + 1) if row.isdigit() and column.isdigit() else None


def _shape_numbers(drawing: Any) -> list[int]:
    ids = (node.get("id", "") for node in drawing.iter(f"{{{_V}}}shape"))
    return [int(text.removeprefix("_x0000_s")) for text in ids if text.removeprefix("_x0000_s").isdigit()]


def _said(comment: Any) -> str:
    return "".join(node.text or "" for node in comment.iter("{*}t") if etree.QName(node.getparent()).localname != "rPh")
