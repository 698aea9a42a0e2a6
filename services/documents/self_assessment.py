"""自评报告: the outline of domain section 2, filled from the dossier alone; what nobody reported says so."""

from __future__ import annotations

from policy.acceptance import Readiness
from policy.evaluation.score import Score
from policy.figures import chinese_date
from policy.outlines import OUTLINES, SELF_ASSESSMENT
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import ActKind, ReceiptState, Stage, Standing
from services.documents import annexes, evaluated, results, tasks, written
from services.documents.content import (
    Align,
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
from services.documents.marks import NONE, TO_FILL, banner, draft_marks, stated
from services.documents.sources import SourceIndex
from services.dossiers import Dossier, Problem, ReportRecord

REPORT_COLUMNS = (
    Column("报告期", 12),
    Column("报送截止日", 18),
    Column("数据收到", 18),
    Column("半年函文号及成文日期", 22, Align.LEFT),
    Column("函收到", 18),
    Column("情况", 12),
)


NOTHING: written.Texts = {}


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """Why the report can only be a 草稿 as yet."""
    reasons = []
    if not dossier.figures:
        reasons.append("尚无审核通过的园区发展情况数据")
    if dossier.park.stage is Stage.BUILDING:
        ends_on = chinese_date(dossier.park.ends_on)
        reasons.append(f"建设期尚未届满（{ends_on}届满），自评报告在2年建设期满后编制")
    return tuple(reasons)


def build(dossier: Dossier, score: Score | None = None, texts: written.Texts = NOTHING) -> Document:
    """The report as a document; always complete in outline, marked 草稿 while `lacking` names something.

    `score`: by the 评估指标体系 in force; None while there is none. `texts`: what the operator wrote, by section.
    """
    index = SourceIndex()
    tell = written.from_dossier(dossier, index)
    reasons = (*lacking(dossier), *written.lacking(OUTLINES[SELF_ASSESSMENT], texts, written.known_to(dossier)))
    blocks = (
        *_overview(dossier),
        *results.chapter(dossier, index),
        *tasks.chapter(dossier, index, texts.get("tasks", "")),
        *tasks.support(dossier, index, texts),
        Heading(1, "五、特色做法"),
        *written.paragraphs(texts.get("practice", ""), tell),
        *_reporting(dossier),
        *evaluated.chapter(score, written.paragraphs(texts.get("conclusion", ""), tell, "自评结论：")),
        *_problems(dossier, index, texts),
        *_next_steps(dossier, written.paragraphs(texts.get("next", ""), tell)),
        SignOff(dossier.register.operator or "（园区运营管理机构）"),
    )
    appended = (
        annexes.quantities("附件1", dossier, index),
        annexes.roster("附件2", dossier, index),
        annexes.evidence("附件3", dossier),
    )
    return Document(
        title=(dossier.park.title, "建设自评报告"),
        blocks=blocks,
        dated=dossier.as_of,
        page_numbers=PageNumbers.CENTRED,
        annexes=(*appended, index.annex("附件4", dossier)),
        banner=banner(dossier),
        figures=stated(dossier.figures),
        marks=(*draft_marks(reasons), *evaluated.marks(score)),
        lacking=reasons,
        evaluation=score.system.version if score else "",
    )


def _overview(dossier: Dossier) -> tuple[Block, ...]:
    park, register = dossier.park, dossier.register
    approved_on, ends_on = chinese_date(park.approved_on), chinese_date(park.ends_on)
    said = (
        f"{park.title}于{approved_on}经市经济和信息化委员会批复同意建设（{park.approval_no}），"
        f"建设周期2年，至{ends_on}期满。"
    )
    facts = (
        ("园区名称", park.title),
        ("主体园区名称", register.host_park),
        ("所属区县", park.district),
        ("园区运营管理机构", register.operator),
        ("地址", register.address),
        ("四至范围", register.boundary),
        ("批复文号", park.approval_no),
        ("批复成文日期", approved_on),
        ("建设期满日", ends_on),
    )
    rows = tuple((text(label), text(value or TO_FILL)) for label, value in facts)
    return (
        Heading(1, "一、园区概况与批复"),
        Heading(2, "（一）批复情况"),
        Paragraph(text(said)),
        Heading(2, "（二）园区基本情况"),
        Table("园区基本情况", (Column("项目", 28), Column("内容", 72, Align.LEFT)), rows),
        Heading(2, "（三）变更事项"),
        *_changes(dossier),
    )


def _changes(dossier: Dossier) -> tuple[Block, ...]:
    if not dossier.changes:
        return (NONE,)
    columns = (
        Column("变更事项", 17),
        Column("生效日期", 20),
        Column("变更前", 21, Align.LEFT),
        Column("变更后", 21, Align.LEFT),
        Column("同意文件", 21, Align.LEFT),
    )
    rows = tuple(
        tuple(text(cell or "—") for cell in (c.kind.label, chinese_date(c.valid_from), c.old, c.new, c.document))
        for c in dossier.changes
    )
    return (Table("变更事项", columns, rows),)


def _reporting(dossier: Dossier) -> tuple[Block, ...]:
    heading = Heading(1, "六、半年报送情况")
    owed = [record for record in dossier.reports if record.owed.standing is not Standing.WAIVED]
    waived = len(dossier.reports) - len(owed)
    ended = [record for record in owed if record.period.end < dossier.as_of]
    complete = [record for record in ended if record.owed.state is ReceiptState.COMPLETE]
    late = sum(record.owed.late for record in complete)
    overdue = sum(record.owed.overdue for record in ended)
    nil = sum(record.owed.act(ActKind.NIL_RETURN) is not None for record in complete)
    beside = f"（另免报{waived}期）" if waived else ""
    nil_told = f"，零报告{nil}期" if nil else ""
    said = (
        f"建设期内应报园区发展情况{len(owed)}期{beside}，截至{chinese_date(dossier.as_of)}已届满{len(ended)}期，"
        f"其中已报{len(complete)}期（迟报{late}期{nil_told}），逾期未报{overdue}期。"
    )
    note = f"报送截止日、迟报和逾期的判定为{DEFAULT_SOURCE}；数据与半年函均收到为已报。"
    rows = tuple(_record(record) for record in dossier.reports)
    if not rows:
        return (heading, Paragraph(text("建设期内没有应报的报告期。")))
    return (heading, Paragraph(text(said)), Table("半年报送情况", REPORT_COLUMNS, rows, note))


def _record(record: ReportRecord) -> tuple[Text, ...]:
    receipt = record.owed.receipt
    data_on = receipt.data_on if receipt else None
    letters = "；".join(f"{letter.number}（{chinese_date(letter.dated)}）" for letter in record.letters)
    letter_on = receipt.letter_on if receipt else None
    days = [chinese_date(day) if day else "—" for day in (record.owed.due_on, data_on, letter_on)]
    days[0] += "（暂定）" if record.owed.provisional else ""
    cells = (results.narrow(record.period), days[0], days[1], letters or "—", days[2], record.standing)
    return tuple(text(cell) for cell in cells)


def _problems(dossier: Dossier, index: SourceIndex, texts: written.Texts) -> tuple[Block, ...]:
    heading = Heading(1, "八、问题与整改")
    tell = written.from_dossier(dossier, index)
    if not dossier.problems:
        said = f"按现有审核通过的数据，未发现进度滞后的指标和逾期未报的报告期（滞后界限为{DEFAULT_SOURCE}）。"
        found: tuple[Block, ...] = (Paragraph(text(said)),) if dossier.figures else ()
    else:
        found = tuple(
            _problem(number, entry, index, written.phrase(texts.get(f"problem.{entry.key}", ""), tell))
            for number, entry in enumerate(dossier.problems, start=1)
        )
    others = written.paragraphs(texts.get("other_problems", ""), tell, "其他问题及整改措施：")
    return (heading, *found, *others)


def _problem(number: int, problem: Problem, index: SourceIndex, measures: Text) -> Paragraph:
    marks = tuple(index.cite(source) for source in problem.sources)
    said = f"{number}.{problem.label}（{problem.light.label}）。{problem.sentence}"
    return Paragraph(text(said, *marks, "。整改措施：", *measures, "" if measures == (TO_FILL,) else "。"))


def _next_steps(dossier: Dossier, plans: tuple[Block, ...]) -> tuple[Block, ...]:
    columns = (
        Column("验收条件", 30, Align.LEFT),
        Column("依据", 20, Align.LEFT),
        Column("情况", 14),
        Column("说明", 36, Align.LEFT),
    )
    rows = tuple(
        (text(entry.label), text(entry.clause), text(entry.readiness.label), text(entry.sentence))
        for entry in dossier.conditions
    )
    unmet = sum(entry.readiness is Readiness.UNMET for entry in dossier.conditions)
    gaps = f"尚有{unmet}项未具备，差距清单如下" if unmet else "没有未具备的事项，情况如下"
    said = f"截至{chinese_date(dossier.as_of)}，验收条件中{gaps}。"
    return (
        Heading(1, "九、下一步"),
        Heading(2, "（一）验收准备情况"),
        Paragraph(text(said)),
        Table("验收就绪度", columns, rows),
        Heading(2, "（二）下一步打算"),
        *plans,
    )
