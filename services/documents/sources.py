"""The appendix 数据来源: every printed figure has a number here, with file, sheet, cell, raw text, period, version.

Entries stand by the version they were read from: its file, who sent it in and when are told once.
"""

from __future__ import annotations

import re
from decimal import Decimal

from policy.figures import chinese_date, half_up, percent, plain
from policy.provenance import Working, figures_path
from services import clock
from services.documents.content import Align, Annex, Block, Column, Link, Paragraph, Ref, Table, Text, text
from services.dossiers import Dossier, Figure, GoalResult, Origin, Source

COLUMNS = (
    Column("编号", 9),
    Column("事项", 43, Align.LEFT),
    Column("统计期", 24),
    Column("取值", 22, Align.LEFT),
    Column("位置、原文", 32, Align.LEFT),
)
WORKED_COLUMNS = (*COLUMNS[:-1], Column("算式", 32, Align.LEFT))


class SourceIndex:
    """Numbers sources in the order they are first cited; the same source keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}
        self._basis: dict[Source, tuple[Ref, ...]] = {}

    def cite(self, source: Source) -> Ref:
        return Ref(self._numbers.setdefault(source, len(self._numbers) + 1))

    def figure(self, figure: Figure) -> Text:
        """12.5亿元[3]."""
        return text(figure.as_text, self.cite(figure.source))

    def bare(self, figure: Figure) -> Text:
        """12.5[3], where the unit stands in the table's head."""
        return text(figure.without_unit, self.cite(figure.source))

    def rate(self, name: str, share: Decimal | None, formula: str, *basis: Source, period: str, path: str = "") -> Text:
        """A worked-out share; its entry gives the formula and the numbers of what went into it. None prints —."""
        if share is None:
            return text("—")
        worked = Source(name, period, percent(share), how=formula, path=path)
        return text(percent(share), self.worked(worked, *basis))

    def worked(self, worked: Source, *basis: Source) -> Ref:
        """What is worked out, by its formula (`how`), from what stands in `basis`."""
        marks = tuple(self.cite(source) for source in basis)
        self._basis[worked] = marks
        return self.cite(worked)

    def annex(self, label: str, dossier: Dossier, *, title: str = "数据来源") -> Annex:
        """Every source cited so far. Call it last."""
        said = (
            "正文、图表中上标方括号内的数字为下列各表的编号，按所出文件分列。所列数据均取自审核通过的材料，"
            f"截至{chinese_date(dossier.as_of)}；原文与取值的数字相同的，不另列原文。"
        )
        groups: dict[Origin | str, list[Source]] = {}
        for source in self._numbers:
            groups.setdefault(source.origin or source.file, []).append(source)
        worked = groups.pop("", [])
        blocks: list[Block] = [Paragraph(text(said if self._numbers else "无。"))]
        for of, sources in groups.items():
            blocks += self._group(dossier, of, sources)
        if worked:
            blocks.append(self._table("计算得出", WORKED_COLUMNS, worked))
        return Annex(label, title, tuple(blocks))

    def _group(self, dossier: Dossier, of: Origin | str, sources: list[Source]) -> tuple[Block, ...]:
        """What was read from one file: its name and way once, then its cells."""
        if isinstance(of, str):
            return (self._table(f"建设目标：{of}", COLUMNS, sources),)
        sent = clock.civil(of.uploaded_at)
        caption = f"{of.period.label}园区发展情况表{of.version.label}：{of.file}"
        told = f"{of.uploaded_by}{chinese_date(sent.date())}{sent:%H:%M}上传。查询地址："
        address = Link(figures_path(dossier.park.code, of.period, of.version))
        return (self._table(caption, COLUMNS, sources), Paragraph(text(told, address), small=True))

    def _table(self, caption: str, columns: tuple[Column, ...], sources: list[Source]) -> Table:
        rows = tuple(self._row(source) for source in sources)
        anchors = tuple(f"source-{self._numbers[source]}" for source in sources)
        return Table(caption, columns, rows, anchors=anchors)

    def _row(self, source: Source) -> tuple[Text, ...]:
        number = str(self._numbers[source])
        version = f"?version={source.version.key}" if source.version and source.origin else ""
        shown = text(Link(f"{source.path}{version}", number)) if source.path else text(number)
        where = _formula(source, self._basis[source]) if source in self._basis else text(_place(source))
        return (shown, text(source.subject), text(source.period), text(source.value), where)


def _formula(source: Source, basis: tuple[Ref, ...]) -> Text:
    """5.2÷8（据[3]、[4]）."""
    marks = [part for mark in basis for part in ("、", mark)][1:]
    return text(f"{source.how}（据", *marks, "）")


def _place(source: Source) -> str:
    """Sheet and cell, the text as it stood there unless it is the value itself, and who confirmed or corrected it."""
    place = f"{source.sheet} {source.cell}".strip() or "—"
    raw = f"原文“{source.raw}”" if source.raw and not _same(source) else ""
    return "；".join(filter(None, (place, raw, source.how, source.decided)))


def _same(source: Source) -> bool:
    """5.2 or 5.2亿元 for 5.2亿元."""
    return source.value.startswith(source.raw) and not re.search(r"[\d.]", source.value.removeprefix(source.raw))


def result_text(index: SourceIndex, result: GoalResult) -> Text:
    """期末值 of one goal: as reported, or of a running total in June its twelve months, with their formula."""
    figure, verdict = result.figure, result.verdict
    if figure is None:
        return text("尚无数据")
    if verdict is None or verdict.twelve is None:
        return index.bare(figure)
    shown = plain(half_up(verdict.value, 8))
    indicator, path = figure.indicator, f"{figure.source.path}.{Working.PACE}"
    value = f"{shown}{indicator.unit}{result.mark}"
    worked = Source(indicator.label, result.period, value, how=verdict.twelve.formula, path=path)
    return text(f"{shown}{result.mark}", index.worked(worked, *(one.source for one in result.basis)))


def completion_texts(index: SourceIndex, result: GoalResult) -> tuple[Text, Text]:
    """完成率 and 增量完成率 of one goal, each with its formula."""
    goal, figure, verdict = result.goal, result.figure, result.verdict
    if figure is None or verdict is None:
        return text("—"), text("—")
    label, actual = figure.indicator.label, plain(half_up(verdict.value, 8))
    baseline, target = plain(goal.baseline), plain(goal.target)
    basis, period = (result.source, *(one.source for one in result.basis)), result.period
    whole = index.rate(
        f"{label}完成率", result.completion, f"{actual}÷{target}", *basis, period=period,
        path=f"{figure.source.path}.{Working.COMPLETION}",
    )  # fmt: skip
    grown = index.rate(
        f"{label}增量完成率", result.incremental, f"（{actual}－{baseline}）÷（{target}－{baseline}）", *basis,
        period=period, path=f"{figure.source.path}.{Working.INCREMENT}",
    )  # fmt: skip
    return whole, grown
