"""Faces and measures of what is printed: the one place all renderers take them from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: `named` goes into the docx (readers have it), `shipped` into the PDF (free, in fonts/)."""

    named: str
    shipped: str


BODY = Face("仿宋_GB2312", "FandolFang R")
FORM_BODY = Face("方正仿宋_GBK", "FandolFang R")
HEI = Face("黑体", "FandolHei")
KAI = Face("楷体_GB2312", "FandolKai")
TITLE = Face("方正小标宋简体", "FandolSong")
SONG = Face("宋体", "Noto Serif SC")
# Fandol has about ten thousand characters; 镕 堃 喆 㛃 in names come from here.
RARE = "Noto Serif SC"

# A4 in millimetres.
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
# The page number stands 7 mm below the text block.
NUMBER_GAP = 7
# 六号, of the line on every page that tells what the document was drawn up from.
IMPRINT_SIZE = 7.5


RED = "FF0000"


class LetterForm:
    """信函格式 (GB/T 9704—2012, 10.1), in millimetres: the office's name with its upper edge 30 from the top of the
    page, 4 below it a double rule thick over thin, another thin over thick 20 above the lower edge of the page."""

    NAME_TOP, NAME_GAP, FOOT = 30.0, 4.0, 20.0
    RULE, THICK, THIN, BETWEEN = 170.0, 0.7, 0.25, 0.5
    NUMBER_BELOW = 16 * 7 / 8
    """The 发文字号 under the first rule: seven eighths of a character of 三号, in points."""
    LARGEST = 36.0
    """小初; a longer name is set as large as it fits the text block."""

    @classmethod
    def size(cls, name: str) -> float:
        return min(cls.LARGEST, 156 / 25.4 * 72 / max(len(name), 1))


@dataclass(frozen=True, slots=True)
class Margins:
    """In millimetres. `left` is the binding edge: where both sides are printed, it is on the right of even pages."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one kind of print: its page upright and on its side (`wide`), sizes and line pitches in points.

    `closer`: by how many points characters of the body stand closer than their size has it. `mirrored`: printed on
    both sides and bound on the left.
    """

    body: Face
    upright: Margins
    wide: Margins
    body_size: float
    title_size: float
    number_size: float
    caption_size: float
    table_size: float
    line: float
    title_line: float
    table_line: float
    closer: float = 0.0
    mirrored: bool = False

    @property
    def headings(self) -> dict[int, Face]:
        return {1: HEI, 2: KAI, 3: self.body}

    def text_width(self, *, landscape: bool = False) -> int:
        """Of the text block, in millimetres."""
        if landscape:
            return PAGE_HEIGHT - self.wide.left - self.wide.right
        return PAGE_WIDTH - self.upright.left - self.upright.right


class Profile(Enum):
    """Sizes: 二号 22, 三号 16, 四号 14, 小四 12, 五号 10.5."""

    OFFICIAL = Measures(
        # 公文 (GB/T 9704—2012): a text block of 156 × 225 filled by 22 lines of 28 characters, which at 16 points
        # takes a pitch of 225 mm ÷ 22, and characters 15.75 apart; on a page on its side the binding edge is on top.
        body=BODY, upright=Margins(37, 35, 28, 26), wide=Margins(28, 26, 35, 37), body_size=16.0, title_size=22.0,
        number_size=14.0, caption_size=12.0, table_size=10.5, line=28.95, title_line=34.0, table_line=15.0,
        closer=0.25,
    )  # fmt: skip
    FORM = Measures(
        # 申报表 (附件填报说明5): 小四 仿宋 throughout, A4 on both sides, bound left; a page on its side is bound on top
        # when odd and at the bottom when even.
        body=FORM_BODY, upright=Margins(25, 25, 30, 20), wide=Margins(25, 25, 20, 20), body_size=12.0, title_size=22.0,
        number_size=12.0, caption_size=12.0, table_size=12.0, line=22.0, title_line=34.0, table_line=16.0,
        mirrored=True,
    )  # fmt: skip
