"""What stands against a cell's own text: it is struck out as a whole, its print is white, or a comment at it says
that the figure is another."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from services.intake.annotate.problems import without_note
from services.intake.formats.package import xml_part
from services.intake.places import column_number
from services.intake.text import squash

STRUCK_OUT, PALE = "struck", "pale"
_OTHER_FIGURE = re.compile(
    r"(?:实际|实为|应该?[为是改填]|改[为成]|更正|正确|真实|准确)\D{0,8}\d|预计|预估|暂估|估[计算]"
    r"|待(?:核|定|审|确认)|未(?:核|审|确认)|不(?:准确|确定)|有误|错"
)
_FIGURE_ALONE = re.compile(r"(?:[^:]{1,12}:)?[约近]?\d[\d,.]*(?:亿|万)?(?:元|人|家|平方米|平米|㎡|%)?[。.]?")
_WHITE = re.compile(r"#?(?:[0-9A-F]{2})?F{6}", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_COMMENTS = 5000
_STYLES = "xl/styles.xml"


def doubting(comment: str) -> str:
    """A comment that speaks of another figure, without what we wrote into it ourselves; "" for any other."""
    text = without_note(comment)
    folded = squash(text)
    return text if _OTHER_FIGURE.search(folded) or _FIGURE_ALONE.fullmatch(folded) else ""


def is_white(color: str) -> bool:
    """FFFFFF, with or without opacity."""
    return bool(_WHITE.fullmatch(color))


def of_styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Number of an .xlsx's style -> how it says something against its cell: struck out, or pale on no ground."""
    if _STYLES not in archive.namelist():
        return {}
    styles = xml_part(archive, _STYLES)
    fonts = [_of_font(font) for font in _listed(styles, "fonts")]
    grounds = [_is_ground(fill) for fill in _listed(styles, "fills")]
    found = {}
    for number, style in enumerate(_listed(styles, "cellXfs")):
        look = _at(fonts, style.get("fontId"), "")
        if look == STRUCK_OUT or (look == PALE and not _at(grounds, style.get("fillId"), False)):
            found[str(number)] = look
    return found


def _listed(styles: Any, block: str) -> list[Any]:
    node = styles.find(f"{{*}}{block}")
    return [] if node is None else [child for child in node if isinstance(child.tag, str)]


def _at(entries: list[Any], number: str | None, otherwise: Any) -> Any:
    place = int(number) if number and number.isdigit() else 0
    return entries[place] if place < len(entries) else otherwise


def _of_font(font: Any) -> str:
    strike = font.find("{*}strike")
    if strike is not None and strike.get("val", "1") not in ("0", "false", "off"):
        return STRUCK_OUT
    return PALE if _is_white_node(font.find("{*}color")) else ""


def _is_white_node(color: Any) -> bool:
    return color is not None and (is_white(color.get("rgb", "")) or color.get("theme") == "0")


def _is_ground(fill: Any) -> bool:
    """A fill that white print can be read on."""
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return True  # a gradient
    return pattern.get("patternType", "none") != "none" and not _is_white_node(pattern.find("{*}fgColor"))


def by_comments(archive: zipfile.ZipFile, path: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Row and column of the comments of an .xlsx's sheet that speak of another figure, and what they say."""
    folder, _, name = path.rpartition("/")
    links, parts = f"{folder}/_rels/{name}.rels", set(archive.namelist())
    for link in xml_part(archive, links).iter("{*}Relationship") if links in parts else ():
        target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
        if "omment" not in link.get("Type", "") or target not in parts:
            continue
        for comment in islice(xml_part(archive, target).iter("{*}comment", "{*}threadedComment"), _MOST_COMMENTS):
            place = _REFERENCE.fullmatch(comment.get("ref", ""))
            said = doubting("".join(node.text or "" for node in comment.iter("{*}t", "{*}text")))
            if place and said:
                yield (int(place[2]), column_number(place[1])), said
