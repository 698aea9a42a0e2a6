"""What a document says, apart from how it is drawn: one model for docx, PDF and html.

Text is a tuple of parts: strings, marks `Ref` that point into the appendix 数据来源, and links `Link` from there
into the application.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import NamedTuple, TypeAlias

from policy.figures import chinese_date
from policy.terms import HalfYear
from services.documents.chart import Chart
from services.documents.typography import Profile


class PageNumbers(Enum):
    """Reports number in the middle; letters outside (odd right, even left) and not on their first page."""

    CENTRED = "centred"
    OUTSIDE = "outside"


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Ref:
    """A mark [n] behind a figure: entry n of the appendix 数据来源."""

    number: int


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a path of the application; without words its whole address is printed.

    Where the application is reached (`Document.site`) may be unknown: then the words stand alone, the path in clear.
    """

    path: str
    words: str = ""

    def shown(self, site: str) -> str:
        return self.words or f"{site}{self.path}"


Text: TypeAlias = tuple[str | Ref | Link, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 一、黑体, level 2 （一）楷体, level 3 1.仿宋; the number is part of the text."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body, its first line two characters in; `small`: in the size of tables, flush left.

    `lead`: a heading of level 1 that the paragraph begins with, where there is no line to spare for it.
    """

    text: Text
    small: bool = False
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`share` is the column's part of the table's width, whatever the shares add up to.

    `mark`: one source for all the column's figures, marked in its head.
    """

    label: str
    share: int
    align: Align = Align.CENTRE
    mark: Ref | None = None

    @property
    def head(self) -> Text:
        return (self.label,) if self.mark is None else (self.label, self.mark)


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has one text a column; the header repeats on each page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    note: str = ""
    anchors: tuple[str, ...] = ()
    """For the appendix 数据来源: the anchor each row is found under."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a form, so many columns wide and rows high.

    `below`: lines at its lower right, with room for a seal above them.
    """

    text: Text
    columns: int = 1
    rows: int = 1
    align: Align = Align.CENTRE
    below: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """In characters, marks and links aside."""
        return sum(len(part) for part in self.text if isinstance(part, str))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a form: each row holds the boxes that begin in it; the first `heads` rows repeat on each page.

    `together`: on one page; for what is no longer than one.
    """

    shares: tuple[int, ...]
    rows: tuple[tuple[Box, ...], ...]
    heads: int = 0
    together: bool = False

    def placed(self) -> Iterator[tuple[tuple[int, Box], ...]]:
        """Row by row the boxes that begin in it, each with the column (from 0) of its left edge."""
        taken: set[tuple[int, int]] = set()
        for number, boxes in enumerate(self.rows):
            at, found = 0, []
            for box in boxes:
                while (number, at) in taken:
                    at += 1
                found.append((at, box))
                if box.rows > 1:
                    taken |= {(number + down, at + side) for down in range(1, box.rows) for side in range(box.columns)}
                at += box.columns
            yield tuple(found)

    def whole(self, row: tuple[tuple[int, Box], ...], across: float) -> bool:
        """Whether no page break may cut a placed row: it is a few lines high at most, where a line over the full
        width holds `across` characters."""
        across /= sum(self.shares)
        return all(box.length <= LINES_KEPT * across * sum(self.shares[at : at + box.columns]) for at, box in row)


LINES_KEPT = 8
"""A row of a form this high moves to the next page as a whole; a higher one is cut rather than leave a gap."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its caption below and, for those who cannot see it, what it shows in words."""

    chart: Chart
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who signs, and room for the date and the seal; a seal is never drawn."""

    name: str
    dated: str = "　　　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明 below the body; a single attachment has no number."""

    items: tuple[str, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        """What stands before each."""
        return tuple(f"{place}." for place in range(1, len(self.items) + 1)) if len(self.items) > 1 else ("",)


def annex_label(number: int, count: int) -> str:
    """附件2, and 附件 where it is the only one."""
    return f"附件{number}" if count > 1 else "附件"


Block: TypeAlias = Heading | Paragraph | Table | Grid | Picture | SignOff | Attachments


@dataclass(frozen=True, slots=True)
class Annex:
    """Starts on a new page: `label` (附件1) top left, the title centred on its third line; each may be empty."""

    label: str
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """A page of its own: what stands above the title; below it the lines to be filled in and who issued the form."""

    above: str
    lines: tuple[str, ...]
    foot: str


class StatedFigure(NamedTuple):
    """An accepted or reported figure the document states, for 更正说明: by which version, and what it said."""

    submission_id: int
    key: str
    period: HalfYear
    value: Decimal


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a document was drawn up from, on every page: `data` the newest version it states (2026年上半年第1版),
    `rulebook` and `evaluation` the versions it was judged by, `code` 本文校验码 of all it says. Each may be empty."""

    data: str = ""
    rulebook: str = ""
    evaluation: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    `title` is broken into lines by sense. `banner` and `marks` (代拟稿, 草稿) stand in the header of every
    page. `lacking` says why it is still 草稿. `dated` is the day its data is as of: the only date in the file's
    properties, so that the same content gives the same bytes.
    """

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    dated: date
    page_numbers: PageNumbers
    annexes: tuple[Annex, ...] = ()
    number: str = ""
    addressee: str = ""
    banner: str = ""
    marks: tuple[str, ...] = ()
    lacking: tuple[str, ...] = field(default=())
    figures: tuple[StatedFigure, ...] = ()
    period: HalfYear | None = None
    """The half-year it is about, when it is about one."""
    data_code: str = ""
    """校验码 of the data a sealed paper states."""
    evaluation: str = ""
    """The version of the 评估指标体系 it tells a score by."""
    imprint: Imprint | None = None
    cover: Cover | None = None
    profile: Profile = Profile.OFFICIAL
    """How it is printed."""
    letterhead: str = ""
    """Whose name stands over the first page of a letter in 信函格式; empty where none is printed."""
    site: str = ""
    """Where the application is reached, `https://…` without a slash at the end; empty when that is not known."""

    @property
    def name(self) -> str:
        return "".join(self.title)

    @property
    def issuer(self) -> str:
        """Who signs; empty where nobody does."""
        return next((block.name for block in reversed(self.blocks) if isinstance(block, SignOff)), "")

    @property
    def subtitle(self) -> str:
        return f"（{'·'.join(self.marks)}）" if self.marks else ""

    @property
    def running_head(self) -> str:
        """What every page says on top."""
        return "　　".join(part for part in (self.banner, *self.marks) if part)

    @property
    def check_code(self) -> str:
        """校验码 by which paper and data are told to agree: of the data sealed with it, else of all it says."""
        return self.data_code or (self.imprint.code if self.imprint else "")

    @property
    def drawn_up_from(self) -> str:
        """数据截至2026年11月24日（2026年上半年第1版）；规则数值第1版；评估指标体系1版；本文校验码7KQ3-M9XD."""
        if self.imprint is None:
            return ""
        of = self.imprint
        told = (
            f"数据截至{chinese_date(self.dated)}" + (f"（{of.data}）" if of.data else ""),
            of.rulebook and f"规则数值第{of.rulebook}版",
            of.evaluation and f"评估指标体系{of.evaluation}版",
            of.code and f"本文校验码{of.code}",
        )
        return "；".join(filter(None, told))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What lacks before the 草稿 can be handed in."""
        if not self.lacking:
            return ()
        reasons = "；".join(f"{number}.{reason}" for number, reason in enumerate(self.lacking, start=1))
        return (f"本稿为草稿，尚缺：{reasons}。",)


def text(*parts: str | Ref | Link) -> Text:
    return tuple(part for part in parts if part != "")
