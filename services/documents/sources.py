"""The appendix 数据来源: every printed figure has a number here, with file, sheet, cell, raw text, period, version."""

from __future__ import annotations

from decimal import Decimal

from policy.figures import chinese_date, percent, plain
from services.documents.content import Align, Annex, Block, Column, Paragraph, Ref, Table, Text, text
from services.dossiers import Dossier, Figure, GoalResult, Source

COLUMNS = (
    Column("编号", 6),
    Column("事项", 20, Align.LEFT),
    Column("统计期", 15),
    Column("取值", 18, Align.LEFT),
    Column("原文", 20, Align.LEFT),
    Column("文件", 22, Align.LEFT),
    Column("工作表", 11),
    Column("单元格", 11),
    Column("版本", 8),
)


class SourceIndex:
    """Numbers sources in the order they are first cited; the same source keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def cite(self, source: Source) -> Ref:
        return Ref(self._numbers.setdefault(source, len(self._numbers) + 1))

    def figure(self, figure: Figure) -> Text:
        """12.5亿元[3]."""
        return text(figure.as_text, self.cite(figure.source))

    def bare(self, figure: Figure) -> Text:
        """12.5[3], where the unit stands in the table's head."""
        return text(plain(figure.value), self.cite(figure.source))

    def rate(self, name: str, share: Decimal | None, formula: str, *basis: Source, period: str) -> Text:
        """A worked-out share; its entry gives the formula and the numbers of what went into it. None prints —."""
        if share is None:
            return text("—")
        basis_marks = "、".join(f"[{self.cite(source).number}]" for source in basis)
        worked = Source(name, period, percent(share), f"{formula}（据{basis_marks}计算）")
        return text(percent(share), self.cite(worked))

    def annex(self, label: str, dossier: Dossier, *, title: str = "数据来源") -> Annex:
        """Every source cited so far. Call it last."""
        said = (
            "正文、图表中上标方括号内的数字为本表编号。所列数据均取自审核通过的材料，"
            f"截至{chinese_date(dossier.as_of)}；"
            "文件一栏为“计算”的，由所列编号的数据按所列算式得出。"
        )
        blocks: tuple[Block, ...] = (Paragraph(text(said)),)
        if self._numbers:
            rows = tuple(_row(number, source) for source, number in self._numbers.items())
            anchors = tuple(f"source-{number}" for number in self._numbers.values())
            blocks = (*blocks, Table("数据来源表", COLUMNS, rows, anchors=anchors))
        else:
            blocks = (*blocks, Paragraph(text("无。")))
        return Annex(label, title, blocks, landscape=True)


def _row(number: int, source: Source) -> tuple[Text, ...]:
    version = f"第{source.version}版" if source.version is not None else "—"
    cells = (
        str(number), source.subject, source.period, source.value, _raw(source),
        source.file or "计算", source.sheet or "—", source.cell or "—", version,
    )  # fmt: skip
    return tuple(text(cell) for cell in cells)


def _raw(source: Source) -> str:
    """The text as it stood in the file, and who confirmed or corrected what was read from it."""
    return "；".join(filter(None, (source.raw, source.decided))) or "—"


def completion_texts(index: SourceIndex, result: GoalResult) -> tuple[Text, Text]:
    """完成率 and 增量完成率 of one goal, each with its formula."""
    goal, figure = result.goal, result.figure
    if figure is None:
        return text("—"), text("—")
    label, actual = figure.indicator.label, plain(figure.value)
    baseline, target = plain(goal.baseline), plain(goal.target)
    basis, period = (result.source, figure.source), figure.source.period
    whole = index.rate(f"{label}完成率", result.completion, f"{actual}÷{target}", *basis, period=period)
    grown = index.rate(
        f"{label}增量完成率", result.incremental, f"（{actual}－{baseline}）÷（{target}－{baseline}）", *basis,
        period=period,
    )  # fmt: skip
    return whole, grown
