"""Faces and measures of 公文 (GB/T 9704—2012): the one place all renderers take them from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface: `named` goes into the docx (readers have it), `shipped` into the PDF (free, in fonts/)."""

    named: str
    shipped: str


BODY = Face("仿宋_GB2312", "FandolFang R")
HEI = Face("黑体", "FandolHei")
KAI = Face("楷体_GB2312", "FandolKai")
TITLE = Face("方正小标宋简体", "FandolSong")
SONG = Face("宋体", "Noto Serif SC")
# Fandol has about ten thousand characters; 镕 堃 喆 㛃 in names come from here.
RARE = "Noto Serif SC"

HEADINGS: dict[int, Face] = {1: HEI, 2: KAI, 3: BODY}

# Page and margins in millimetres; the text block is 156 × 225.
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
# On a page on its side the binding edge is on top.
WIDE_TOP, WIDE_BOTTOM, WIDE_LEFT, WIDE_RIGHT = LEFT, RIGHT, 35, 37
WIDE_TEXT_WIDTH = PAGE_HEIGHT - WIDE_LEFT - WIDE_RIGHT
# The page number stands 7 mm below the text block.
NUMBER_GAP = 7

# Sizes in points: 二号 22, 三号 16, 四号 14, 小四 12, 五号 10.5.
TITLE_SIZE, BODY_SIZE, NUMBER_SIZE, CAPTION_SIZE, TABLE_SIZE = 22.0, 16.0, 14.0, 12.0, 10.5
LINE = 28.0
TITLE_LINE = 34.0
TABLE_LINE = 15.0
