"""情况通报: how all parks stand in a half-year, to the districts; in 行政区划序 and never by rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy.figures import chinese_date, plain
from policy.indicators.catalogue import BY_KEY, HEADLINES, SHARES
from policy.indicators.indicator import Indicator
from policy.indicators.lag import Judgement
from policy.obligations import Obligation
from policy.programme import total
from policy.provenance import FORMULAS, Working
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import Light, Measure, Standing
from services.bulletins import ParkLine, Programme
from services.documents import overall
from services.documents.content import (
    Align,
    Annex,
    Attachments,
    Block,
    Column,
    Document,
    Heading,
    PageNumbers,
    Paragraph,
    SignOff,
    Table,
    Text,
    annex_label,
    text,
)
from services.documents.marks import DEMONSTRATION, FILL, draft_marks
from services.documents.park_sources import ParkSources
from services.reminders import MISSING

PROGRESS, LAGGING, OVERDUE = "各园区进展情况", "进度滞后指标情况", "逾期未报情况"
IN_BODY = 10
"""Rows of a table, and names of a list, that stand in the body; what is longer stands in an annex."""
# What adds up over parks: levels and running totals of 表一 with their shares; bands are counted park by park.
SUMMED = tuple(
    one for one in BY_KEY.values() if one.required and one.measure in (Measure.STOCK, Measure.FLOW_YTD)
) + SHARES  # fmt: skip
SUMS = (
    Column("指标", 44, Align.LEFT),
    Column("计量单位", 18),
    Column("合计", 24),
    Column("合计园区数", 22),
    Column("同比", 32),
    Column("同比园区数", 22),
)
MISSED = (
    Column("序号", 9),
    Column("区县", 22),
    Column("园区", 24),
    Column("报告期", 18),
    Column("报送截止日", 32),
    Column("已逾期", 14),
    Column("尚缺", 29, Align.LEFT),
)
LAGS = (
    Column("序号", 8),
    Column("区县", 20),
    Column("园区", 24),
    Column("指标", 42, Align.LEFT),
    Column("判定", 12),
    Column("情况", 110, Align.LEFT),
)

# Above the long tables: below them a note might stand on a page alone.
PARKS_NOTE = (
    "说明：各指标数值下为同比，灯为按该指标最近一期可对照数据的判定；“—”为没有审核通过的数据或不可比；"
    "进度判定为园区滞后最重的指标的灯，没有可对照的数据为灰；"
)
LAGS_NOTE = f"说明：{FORMULAS[Working.PACE]}；滞后界限为{DEFAULT_SOURCE}。"


def build(found: Programme) -> Document:
    """The bulletin with room for number, date and seal; what is asked for next is left open."""
    reasons, sources = overall.lacking(found), ParkSources(found)
    tables = _annexed(found, sources)
    annexes = tuple(
        Annex(annex_label(number, len(tables)), title, blocks, landscape=True)
        for number, (title, blocks) in enumerate(tables.items(), start=1)
    )
    labels = {annex.title: annex.label for annex in annexes}
    return Document(
        title=("关于国家网络安全产业园区市级重点园区", f"{found.period.label}建设进展情况的通报"),
        blocks=(
            *_body(found, labels), *((Attachments(tuple(labels)),) if labels else ()), SignOff(overall.COMMITTEE)
        ),
        dated=found.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        annexes=(*annexes, sources.annex()),
        number=f"〔{found.as_of.year}〕　　号",
        addressee="有关区县（自治县）经信部门：",
        banner=DEMONSTRATION if found.fictional else "",
        marks=draft_marks(reasons),
        lacking=reasons,
        figures=overall.stated(found),
        period=found.period,
    )  # fmt: skip


def _annexed(found: Programme, sources: ParkSources) -> dict[str, tuple[Block, ...]]:
    """The tables too wide or too long for the body, by title."""
    tables: dict[str, tuple[Block, ...]] = {}
    if found.parks:
        tables[PROGRESS] = (Paragraph(text(PARKS_NOTE, overall.spans(found), "。"), small=True), _parks(found, sources))
    if _lags(found):
        tables[LAGGING] = (Paragraph(text(LAGS_NOTE), small=True), _lag_table(found))
    if len(_missed(found)) > IN_BODY:
        tables[OVERDUE] = (_missed_table(found, ""),)
    return tables


def _body(found: Programme, labels: Mapping[str, str]) -> Iterator[Block]:
    yield Paragraph(text(f"现将国家网络安全产业园区市级重点园区{found.period.label}建设进展情况通报如下。"))
    yield Heading(1, "一、总体情况")
    yield Paragraph(text(overall.stages(found)))
    yield Paragraph(text(overall.reporting(found), overall.provisional(found), *_late(found, labels)))
    yield Heading(1, "二、主要指标")
    yield from _sums(found)
    yield Heading(1, "三、各园区进展")
    yield from _progress(found, labels)
    yield Heading(1, "四、滞后和逾期")
    yield Heading(2, "（一）逾期未报")
    yield from _overdue(found, labels)
    yield Heading(2, "（二）进度滞后")
    yield from _lagging(found, labels)
    yield Heading(1, "五、下一步要求")
    yield FILL


def _late(found: Programme, labels: Mapping[str, str]) -> Iterator[str]:
    late = found.standing(Standing.LATE)
    if late:
        yield f"迟报的园区：{overall.short_names(late, IN_BODY, labels[PROGRESS])}。"


def _sums(found: Programme) -> Iterator[Block]:
    if not found.accepted:
        yield Paragraph(text(f"尚无审核通过的{found.period.label}数据。"))
        return
    said = f"{found.accepted}个园区的{found.period.label}数据已审核通过，主要指标汇总如下。"
    yield Paragraph(text(said))
    note = (
        f"{overall.spans(found)}；仅汇总审核通过的数据。"
        "同比按两期均有审核通过数据且口径未变的园区计算，占比的变化以百分点表示。"
    )
    yield Table("主要指标汇总表", SUMS, tuple(_sum(found, one) for one in SUMMED), note)


def _sum(found: Programme, indicator: Indicator) -> tuple[Text, ...]:
    made = total(indicator.key, found.period, found.known)
    unit = "—" if indicator.ratio_of else indicator.unit
    cells = (indicator.label, unit, made.shown, str(made.parks), made.growth_shown, str(made.compared))
    return tuple(text(cell) for cell in cells)


def _progress(found: Programme, labels: Mapping[str, str]) -> Iterator[Block]:
    counted = "、".join(
        f"{light.label}{count}个"
        for light in (Light.RED, Light.YELLOW, Light.GREEN)
        if (count := len(found.lit(light)))
    )
    judged = len(found.parks) - len(found.lit(Light.GREY))
    if not found.parks:
        yield Paragraph(text("无。"))
        return
    told = f"可与序时目标对照的园区{judged}个，其中{counted}" if judged else "尚无可与序时目标对照的园区"
    grey = f"；另有{len(found.lit(Light.GREY))}个园区没有可对照的数据（灰）" if judged < len(found.parks) else ""
    yield Paragraph(
        text(f"{told}{grey if judged else ''}。红灯为严重滞后，黄灯为滞后，绿灯为正常，以园区滞后最重的指标为准。")
    )
    yield Paragraph(text(f"各园区情况见{labels[PROGRESS]}，按行政区划序排列。"))


def _missed(found: Programme) -> list[tuple[ParkLine, Obligation]]:
    return [(one, owed) for one in found.parks for owed in one.overdue]


def _overdue(found: Programme, labels: Mapping[str, str]) -> Iterator[Block]:
    missed, day = _missed(found), chinese_date(found.as_of)
    if not missed:
        yield Paragraph(text(f"截至{day}，没有逾期未报的园区。"))
        return
    parks = len({one.park.id for one, _owed in missed})
    where = f"，情况见{labels[OVERDUE]}" if OVERDUE in labels else ""
    said = f"截至{day}，{parks}个园区的{len(missed)}期园区发展情况逾期未报，请有关区县抓紧补报{where}。"
    yield Paragraph(text(said))
    if not where:
        yield _missed_table(found, OVERDUE)


def _missed_table(found: Programme, caption: str) -> Table:
    rows = tuple(_missed_row(number, *entry) for number, entry in enumerate(_missed(found), start=1))
    note = "数据和函均收到为已报；报送截止日以报送通知和延期报送、退回修改的记录为准。"
    return Table(caption, MISSED, rows, note)


def _missed_row(number: int, one: ParkLine, owed: Obligation) -> tuple[Text, ...]:
    due = one.situation.due(owed)
    grace = f"\n（宽限至{chinese_date(due.last)}）" if due.last > due.on else ""
    period = owed.period_label.replace("年", "年\n", 1)
    cells = (
        str(number), one.park.district, one.park.short_name, period, f"{chinese_date(due.on)}{grace}",
        f"{(one.situation.as_of - due.on).days}天", MISSING.get(one.situation.state(owed), ""),
    )  # fmt: skip
    return tuple(text(cell) for cell in cells)


def _lags(found: Programme) -> list[tuple[ParkLine, Judgement]]:
    return [(one, judged) for one in found.parks for judged in one.lagging]


def _lagging(found: Programme, labels: Mapping[str, str]) -> Iterator[Block]:
    lags = _lags(found)
    if not lags:
        yield Paragraph(text(f"按现有审核通过的数据，没有进度滞后的指标（滞后界限为{DEFAULT_SOURCE}）。"))
        return
    parks = len({one.park.id for one, _judged in lags})
    where = labels[LAGGING]
    yield Paragraph(text(f"{parks}个园区的{len(lags)}项指标进度滞后，逐项情况见{where}。按指标分："))
    keys = {judged.goal.key for _one, judged in lags}
    for number, key in enumerate((key for key in BY_KEY if key in keys), start=1):
        yield Paragraph(text(f"{number}.{BY_KEY[key].label}。{_of_key(lags, key, where)}。"))


def _of_key(lags: Iterable[tuple[ParkLine, Judgement]], key: str, where: str) -> str:
    """Which parks lag in one indicator: 红灯2个：示例甲园、示例乙园；黄灯1个：示例丙园."""
    of_key = [(one, judged.light) for one, judged in lags if judged.goal.key == key]
    lit = {light: [one for one, shown in of_key if shown is light] for light in (Light.RED, Light.YELLOW)}
    return "；".join(
        f"{light.label}{len(parks)}个：{overall.short_names(parks, IN_BODY, where)}"
        for light, parks in lit.items()
        if parks
    )


def _lag_table(found: Programme) -> Table:
    rows = tuple(
        tuple(text(cell) for cell in (
            str(number), one.park.district, one.park.short_name, BY_KEY[judged.goal.key].label, judged.light.label,
            judged.in_short,
        ))
        for number, (one, judged) in enumerate(_lags(found), start=1)
    )  # fmt: skip
    return Table("", LAGS, rows)


def _parks(found: Programme, sources: ParkSources) -> Table:
    columns = (
        Column("序号", 9),
        Column("区县", 24),
        Column("园区", 32),
        Column("阶段", 21),
        Column("本期报送", 22),
        *(Column(f"{_short(one)}\n（{one.unit}）", 27) for one in HEADLINES),
        Column("进度\n判定", 14),
    )
    rows = tuple(_park_row(found, sources, number, one) for number, one in enumerate(found.parks, start=1))
    return Table("", columns, rows)


def _short(indicator: Indicator) -> str:
    """A head for a narrow column: without the words all of them share."""
    return indicator.label.removeprefix("园区").removeprefix("已")


def _park_row(found: Programme, sources: ParkSources, number: int, one: ParkLine) -> tuple[Text, ...]:
    return (
        text(str(number)),
        text(one.park.district),
        text(one.park.short_name, *sources.marks(one)),
        text(_stage(found, one)),
        text(_reported(one)),
        *(text(_figure(found, one, indicator.key)) for indicator in HEADLINES),
        text(one.light.label),
    )


def _reported(one: ParkLine) -> str:
    """已报, 迟报, 免报, 逾期未报; what is not 逾期 as yet by what has come in."""
    if one.owed is None or one.standing is None:
        return "不需报送"
    if one.standing in (Standing.RECEIVED, Standing.LATE, Standing.WAIVED, Standing.OVERDUE):
        return one.standing.label
    return f"{one.situation.state(one.owed).label}\n（{one.standing.label}）"


def _stage(found: Programme, one: ParkLine) -> str:
    left = (one.park.ends_on - found.as_of).days
    return f"{one.park.stage.label}\n剩余{left}天" if left >= 0 else one.park.stage.label


def _figure(found: Programme, one: ParkLine, key: str) -> str:
    """5.2 黄灯 over 增长12.3%."""
    fact = one.series.at(key, found.period)
    light = next((judged.light.label for judged in one.judged if judged.goal.key == key), "")
    if fact is None:
        return " ".join(filter(None, ("—", light)))
    value = " ".join(filter(None, (f"{plain(fact.value)}{fact.kind.mark}", light)))
    return f"{value}\n{one.series.growth(key, found.period).shown or '—'}"
