"""解释说明表: every 核实性审核 finding of one version with its 情况说明, printed for the district's seal."""

from __future__ import annotations

from db.queries.reports import FindingRow
from policy.figures import chinese_day
from policy.rulebook import DEFAULT_SOURCE
from services import clock
from services.documents.content import (
    Align,
    Block,
    Column,
    Document,
    PageNumbers,
    Paragraph,
    SignOff,
    Table,
    Text,
    text,
)
from services.documents.marks import DRAFT
from services.documents.report_table import running_head, where_from
from services.report_papers import ReportPaper

COLUMNS = (
    Column("序号", 7),
    Column("位置", 15),
    Column("核实内容", 34, Align.LEFT),
    Column("情况说明", 30, Align.LEFT),
    Column("说明人\n及时间", 17),
)
PLEDGE = "以上情况说明由填报单位核实并负责。"


def build(paper: ReportPaper) -> Document:
    """草稿 while a finding has no 情况说明 or the version cannot be reported yet."""
    return Document(
        title=(paper.title, f"{paper.period.label}园区发展情况表", "解释说明表"),
        blocks=(*_blocks(paper), SignOff(f"{paper.reporter}（盖章）")),
        dated=paper.as_of,
        page_numbers=PageNumbers.CENTRED,
        banner=running_head(paper),
        marks=(DRAFT,) if paper.lacking else (),
        lacking=paper.lacking,
        period=paper.period,
        data_code=paper.code,
    )


def _blocks(paper: ReportPaper) -> tuple[Block, ...]:
    if paper.submission_id is None:
        return (Paragraph(text("该报告期尚未上传园区发展情况表，没有需要说明的内容。")),)
    said = (
        f"{paper.period.label}园区发展情况表第{paper.version.number}版（{paper.kind.label}，校验码{paper.code}）"
        f"经核实性审核，有{len(paper.findings)}条需要说明的内容"
    )
    if not paper.findings:
        return (Paragraph(text(said.replace("有0条", "没有"), "。")),)
    rows = tuple(_row(number, finding) for number, finding in enumerate(paper.findings, start=1))
    table = Table("", COLUMNS, rows)
    return (Paragraph(text(said, "，说明如下。")), table, *where_from(paper), Paragraph(text(PLEDGE)))


def _row(number: int, finding: FindingRow) -> tuple[Text, ...]:
    said = finding.explanation
    basis = f"（依据：{finding.clause}）" if finding.clause not in ("", DEFAULT_SOURCE) else ""
    who = f"{said.by}\n{chinese_day(clock.civil(said.at).date().isoformat())}" if said else "—"
    carried = "（沿用前一版）" if said and said.carried else ""
    return tuple(
        text(cell)
        for cell in (
            str(number), finding.where or "全文", f"{finding.message}{basis}",
            f"{said.text}{carried}" if said else "（待说明）", who,
        )
    )  # fmt: skip
