"""What stands around a number and is no part of it: invisible marks, full-width forms, footnotes, qualifiers."""

from __future__ import annotations

import re

from policy.terms import FigureKind
from services.intake.numerals import percent_words
from services.intake.parsed import Trail
from services.intake.text import HARD_SPACES, INVISIBLE, fold, footnotes, without_footnotes

ESTIMATED = "预计|预估|估计|暂估|估算|概算|预测|初步|力争"
_BEFORE = re.compile(
    rf"({ESTIMATED}|大约|大概|约为|约|将近|接近|近|超过|超|逾|突破|不少于|不低于|不超过|不到|不足|至少|大于|小于"
    r"|累计|合计|共计|共有|共|达到|达|(?:上|过)(?=[百千万亿])|>=|≥|>|<=|≤|<|≈)[:]?"
)
_NOTE = r"\*+|\[注?\d+\]|【注?\d+】|注\d*"
_AFTER = re.compile(
    rf"(左右|上下|以上|以下|以内|有余|余|多|几|来(?=[家户个名人元万亿])|\+|不?含税|{ESTIMATED}|预计数|{_NOTE})"
)
# A growth rate behind the figure is no part of it, and no share.
_GROWTH = re.compile(r"[,;、。\s]*((?:同比|环比|[较比][^,;\d]{1,8})?(?:增长|增幅|增速|增加|下降|减少)[^,;]*)$")
# 近百家, 百余家: a scale without its count is one of it.
_ONE_OF_IT = re.compile(r"(?<=^)[百千万亿](?=余|多)")
_KINDS = (
    (FigureKind.ESTIMATE, re.compile(ESTIMATED)),
    (FigureKind.PRELIMINARY, re.compile("快报")),
    (FigureKind.FINAL, re.compile("(?<!半)年报|决算数")),
)
ABOUT = frozenset("~～〜∼")
"""Before a number they say about; between two numbers they are a dash."""
_CURRENCY = re.compile(r"(?:人民币|RMB|CNY|¥):?(?=.*\S)", re.IGNORECASE)


def kinds_named(text: str) -> list[FigureKind]:
    """The kinds of figures a text speaks of, the least final first; 半年报 is none of them."""
    return [kind for kind, words in _KINDS if words.search(text)]


def cleaned(raw: str, trail: Trail) -> str:
    """Folded text; what was taken away or rewritten is noted, a footnote mark is a remark to be confirmed."""
    text = raw.strip()
    if text.startswith("'"):
        text = text[1:]
        trail.note("去掉文本标记“'”")
    if text[:1] in ABOUT:
        trail.remarks.append(text[0])
        text = text[1:].strip()
    if any(mark in text for mark in INVISIBLE + HARD_SPACES):
        text = re.sub(f"[{INVISIBLE}{HARD_SPACES}]", "", text)
        trail.note("去掉不可见字符")
    if marks := footnotes(text):
        trail.remarks.append(marks)
        text = without_footnotes(text)
    if re.search(r"[０-９．，]", text):
        trail.note("全角数字转为半角")
    folded = fold(text).strip()
    if re.search(r"\d点\d", folded):
        trail.note("“点”按小数点读取")
        folded = re.sub(r"(?<=\d)点(?=\d)", ".", folded)
    worded = percent_words(folded)
    if worded != folded:
        trail.note("“百分之”已换算为百分数")
    return worded


def unqualified(text: str, trail: Trail) -> str:
    """The text without the words before its number (约, 预计, ≥), which become remarks; a currency sign goes too."""
    vague = False
    while match := _BEFORE.match(text) or _CURRENCY.match(text):
        if match.re is _BEFORE:
            trail.remarks.append(match[1])
            vague = match[1] in ("近", "上", "过") and not text[match.end() :][:1].isspace()
        text = text[match.end() :].strip()
    if growth := _GROWTH.search(text[1:]):
        trail.remarks.append(growth[1])
        text = text[: growth.start() + 1]
    return f"一{text}" if _ONE_OF_IT.match(text) or (vague and text[:1] in tuple("百千万亿")) else text


def trimmed(rest: str, trail: Trail) -> str:
    """What follows a number without its qualifiers (左右, 余, +), which become remarks."""
    trail.remarks += [match[1] for match in _AFTER.finditer(rest)]
    return _AFTER.sub("", rest)


def closed_up(text: str, trail: Trail) -> str:
    if re.search(r"\d\s+[\d.,]|[.,]\s+\d", text):
        trail.confirm("数字中间有空格，请确认")
    return re.sub(r"\s+", "", text)
