"""区县主管部门审核意见: what the district's department has to say of the self-assessment report (五(三)).

Figures, the reporting record and the problems come from accepted data; the opinion is the department's own words.
"""

from __future__ import annotations

from policy.figures import chinese_date, plain
from policy.indicators.catalogue import BY_KEY
from policy.outlines import DEPARTMENT_REVIEW, OUTLINES
from policy.terms import ReceiptState, Stage, Standing
from policy.workflow import StepKind
from services.documents import written
from services.documents.acceptance_letter import NOTICE
from services.documents.content import (
    Align,
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
    text,
)
from services.documents.marks import banner, draft_marks, stated
from services.documents.results import named
from services.documents.sources import SourceIndex, completion_texts, result_text
from services.dossiers import Dossier, GoalResult

NOTHING: written.Texts = {}
COLUMNS = (
    Column("指标", 28, Align.LEFT),
    Column("目标值", 12),
    Column("期末值", 14),
    Column("统计期", 18),
    Column("完成率", 14),
    Column("增量完成率", 14),
)

NOTE = "完成率＝期末值÷目标值；增量完成率＝（期末值－基期值）÷（目标值－基期值）；当年累计数以近12个月累计与目标对照。"


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """Why the opinion can only be a 草稿 as yet: nothing accepted, or no report to review."""
    reasons = []
    if not dossier.figures:
        reasons.append("尚无审核通过的园区发展情况数据")
    if dossier.park.stage is Stage.BUILDING:
        reasons.append(f"建设期尚未届满（{chinese_date(dossier.park.ends_on)}届满）")
    if StepKind.SELF_ASSESSMENT not in {step.kind for step in dossier.steps}:
        reasons.append("自评报告尚未登记")
    return tuple(reasons)


def build(dossier: Dossier, texts: written.Texts = NOTHING) -> Document:
    """The opinion with room for date and seal. `texts`: what the department wrote, by section."""
    index = SourceIndex()
    tell = written.from_dossier(dossier, index)
    reasons = (*lacking(dossier), *written.lacking(OUTLINES[DEPARTMENT_REVIEW], texts, written.known_to(dossier)))
    blocks = (
        Paragraph(text(_opening(dossier))),
        Heading(1, "一、审核情况"),
        *written.paragraphs(texts.get("examined", ""), tell),
        Paragraph(text(_reporting(dossier))),
        Heading(1, "二、建设目标完成情况"),
        *_results(dossier, index),
        *written.paragraphs(texts.get("results", ""), tell, "审核意见："),
        Heading(1, "三、重点任务和政策保障"),
        *written.paragraphs(texts.get("tasks", ""), tell),
        Heading(1, "四、存在问题及整改要求"),
        *_problems(dossier, index),
        *written.paragraphs(texts.get("problems", ""), tell, "整改要求：" if dossier.problems else ""),
        Heading(1, "五、审核结论"),
        *written.paragraphs(texts.get("conclusion", ""), tell),
        Attachments((f"国家网络安全产业园区（{dossier.register.short_name}）建设自评报告",)),
        SignOff(dossier.register.department),
    )
    return Document(
        title=("关于", dossier.park.title, "建设自评报告的审核意见"),
        blocks=blocks,
        dated=dossier.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        annexes=(index.annex("（核对用，不随文印发）", dossier),),
        banner=banner(dossier),
        figures=stated((*(one.figure for one in dossier.goals), *written.quoted(dossier, texts))),
        marks=draft_marks(reasons),
        lacking=reasons,
    )


def _opening(dossier: Dossier) -> str:
    operator = dossier.register.operator or "园区运营管理机构"
    written_on = next((step.dated for step in dossier.steps if step.kind is StepKind.SELF_ASSESSMENT), None)
    sent = f"{chinese_date(written_on)}报来的" if written_on else "编制的"
    return (
        f"根据{NOTICE}五（三）的规定，我单位对{operator}{sent}《{dossier.park.title}建设自评报告》进行了审核，"
        f"所列数据截至{chinese_date(dossier.as_of)}，均取自市经济信息委审核通过的材料。现提出如下意见。"
    )


def _reporting(dossier: Dossier) -> str:
    """建设周期内应报3期…: from the record, for whoever signs the opinion answers for it too."""
    owed = [one for one in dossier.reports if one.owed.standing is not Standing.WAIVED]
    ended = [one for one in owed if one.period.end < dossier.as_of]
    complete = [one for one in ended if one.owed.state is ReceiptState.COMPLETE]
    late = sum(one.owed.late for one in complete)
    if not owed:
        return "建设周期内没有应报的半年函报。"
    return f"建设周期内应报园区发展情况{len(owed)}期，已届满{len(ended)}期，已报{len(complete)}期，其中迟报{late}期。"


def _results(dossier: Dossier, index: SourceIndex) -> tuple[Block, ...]:
    if not dossier.goals:
        return (Paragraph(text("建设目标尚未登记，无法对照完成情况。")),)
    rows = tuple(_row(entry, index) for entry in dossier.goals)
    return (Table("建设目标完成情况", COLUMNS, rows, NOTE),)


def _row(entry: GoalResult, index: SourceIndex) -> tuple[Text, ...]:
    return (
        text(named(BY_KEY[entry.goal.key])),
        text(plain(entry.goal.target), index.cite(entry.source)),
        result_text(index, entry),
        text(entry.period),
        *completion_texts(index, entry),
    )


def _problems(dossier: Dossier, index: SourceIndex) -> tuple[Block, ...]:
    """What the data show, for the department to ask something of."""
    return tuple(
        Paragraph(text(f"{number}.{one.label}。{one.sentence}", *(index.cite(source) for source in one.sources), "。"))
        for number, one in enumerate(dossier.problems, start=1)
    )
