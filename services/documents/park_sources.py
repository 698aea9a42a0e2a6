"""Where the figures of all parks were read: a mark a park and version, whose entry names file and cells.

The appendix is for checking and does not go out with the paper.
"""

from __future__ import annotations

from collections.abc import Iterator

from policy.figures import chinese_date
from policy.indicators.catalogue import HEADLINES
from policy.provenance import figures_path, split_place
from policy.terms import HalfYear
from services import clock
from services.bulletins import ParkLine, Programme
from services.documents.content import Align, Annex, Column, Link, Paragraph, Ref, Table, Text, text

LABEL = "（核对用，不随通报印发）"
COLUMNS = (
    Column("编号", 9),
    Column("园区", 26, Align.LEFT),
    Column("版本", 34, Align.LEFT),
    Column("文件", 62, Align.LEFT),
    Column("位置", 48, Align.LEFT),
    Column("上传", 56, Align.LEFT),
)
ORDER = "、".join(one.label for one in HEADLINES)


class ParkSources:
    """Numbers the versions behind each park's row: of the half-year, and of the one a year before."""

    def __init__(self, found: Programme) -> None:
        self.found = found
        wanted = (found.period, found.period.year_before())
        cited = ((one, period) for one in found.parks for period in wanted if period in one.origins)
        self._entries = {(one.park.id, period): (one, Ref(n)) for n, (one, period) in enumerate(cited, start=1)}

    def marks(self, park: ParkLine) -> tuple[Ref, ...]:
        return tuple(ref for (of, _period), (_line, ref) in self._entries.items() if of == park.park.id)

    def annex(self) -> Annex:
        said = (
            "园区名称后方括号内的数字为下表编号，依次为本期和上年同期的数据版本，均已审核通过。"
            f"位置依次为{ORDER}所在单元格；其他指标见编号所链接的页面。合计数由各园区数相加，同比按两期均有数且口径未变的园区计算。"
        )
        rows = tuple(self._row(one, period, ref) for (_id, period), (one, ref) in self._entries.items())
        anchors = tuple(f"source-{ref.number}" for _line, ref in self._entries.values())
        blocks = (
            (Paragraph(text(said)), Table("", COLUMNS, rows, anchors=anchors)) if rows else (Paragraph(text("无。")),)
        )
        return Annex(LABEL, "数据来源", blocks)

    def _row(self, one: ParkLine, period: HalfYear, ref: Ref) -> tuple[Text, ...]:
        origin = one.origins[period]
        sent = clock.civil(origin.uploaded_at)
        return (
            text(Link(figures_path(one.park.code, period, origin.version), str(ref.number))),
            text(one.park.short_name),
            text(f"{period.label}{origin.version.label}"),
            text(origin.file),
            text("；".join(_places(one, period)) or "—"),
            text(f"{origin.uploaded_by} {chinese_date(sent.date())}"),
        )


def _places(one: ParkLine, period: HalfYear) -> Iterator[str]:
    """半年报 C6、C8: the sheet once, as long as it is the same."""
    sheets: dict[str, list[str]] = {}
    for indicator in HEADLINES:
        fact = one.series.at(indicator.key, period)
        sheet, cell = split_place(fact.where) if fact else ("", "—")
        sheets.setdefault(sheet, []).append(cell)
    return (f"{sheet} {'、'.join(cells)}".strip() for sheet, cells in sheets.items())
