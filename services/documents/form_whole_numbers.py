"""Integers on the 申报表 (附件填报说明2): half up, and never a silent 0; a sheet tells what each figure was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from policy.figures import half_up, plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.tables import ROSTER
from services.documents.content import Align, Annex, Block, Column, Paragraph, Table, text
from services.form_papers import FormPaper
from services.report_papers import PaperFigure

COLUMNS = {"current": "申报当年", "previous": "上一年度"}
MONEY = ("revenue", "cyber", "rnd")
CHECK = "（核对用，不随表印发）"
NUMBER = re.compile(r"\d+\.\d+")


def whole(value: Decimal) -> str:
    """2.5 -> 3."""
    return plain(half_up(value))


def is_lost(value: Decimal) -> bool:
    """It reads 0 in print although it is not."""
    return bool(value) and not half_up(value)


def stated(said: str) -> str:
    """A figure written as text, as the form prints it; anything else stays as it is."""
    return whole(Decimal(said)) if NUMBER.fullmatch(said) else said


def share(part: Decimal, total: Decimal) -> str:
    """From the exact figures; of nothing 0 % (F10)."""
    return f"{whole(part / total * 100) if total else 0}%"


def vanished(paper: FormPaper) -> list[PaperFigure]:
    """The figures that print 0 though they are not."""
    return [one for one in _figures(paper) if one.value is not None and is_lost(one.value)]


def warning(paper: FormPaper) -> Iterator[Block]:
    """Below 表一, where there is one to be given."""
    found = vanished(paper)
    if found:
        told = "；".join(f"{BY_KEY[one.key].label}（{COLUMNS[one.column]}）{_exact(one)}" for one in found)
        yield Paragraph(text(f"注：下列数据不是0，按填报说明2四舍五入取整后为0，原值为：{told}。"), small=True)


def annex(paper: FormPaper) -> Annex:
    """Every figure that lost something in print, beside what it was."""
    rows: list[tuple[str, ...]] = [
        (BY_KEY[one.key].label, COLUMNS[one.column], _exact(one), BY_KEY[one.key].on_form(one.value).text, _hint(one))
        for one in _figures(paper)
        if one.value is not None and half_up(one.value) != one.value
    ]
    rows += _firms(paper)
    title = "取整核对表"
    if not rows:
        return Annex(CHECK, title, (Paragraph(text("表中数据均为整数，没有取整。")),))
    columns = (
        Column("项目", 40, Align.LEFT), Column("栏目", 16), Column("原值", 16), Column("印出", 10),
        Column("提示", 18),
    )  # fmt: skip
    said = "申报表按填报说明2四舍五入取整印出；申报条件、收入档次、占比和80%的比例均按原值判断，不按印出的整数判断。"
    table = Table("", columns, tuple(tuple(text(cell) for cell in row) for row in rows))
    return Annex(CHECK, title, (Paragraph(text(said)), table))


def _figures(paper: FormPaper) -> Iterator[PaperFigure]:
    """Those the form has a box for, in its order; shares are worked out anew."""
    for indicator in CATALOGUE:
        for column in COLUMNS:
            found = paper.figures.get((indicator.key, column))
            if indicator.required and found is not None:
                yield found


def _exact(figure: PaperFigure) -> str:
    return f"{plain(figure.value)}{BY_KEY[figure.key].unit}" if figure.value is not None else figure.instead


def _hint(figure: PaperFigure) -> str:
    return "印出为0" if figure.value is not None and is_lost(figure.value) else ""


def _firms(paper: FormPaper) -> list[tuple[str, ...]]:
    """The roster's amounts: only those that print 0 are told one by one."""
    return [
        (f"{row.cells.get('name', '')}：{ROSTER.column(key).label.removeprefix('其中：')}", "一览表",
         f"{plain(row.numbers[key])}万元", "0", "印出为0")
        for row in paper.tables.get(ROSTER.key, ())
        for key in MONEY
        if key in row.numbers and is_lost(row.numbers[key])
    ]  # fmt: skip
