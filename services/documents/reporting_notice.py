"""报送通知: the committee asks for one round's reports, from whom, what, and by which three dates (五(二))."""

from __future__ import annotations

from collections.abc import Iterator

from policy.figures import chinese_date
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import HalfYear, ObligationKind
from services.documents.acceptance_letter import NOTICE
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
    text,
)
from services.documents.marks import DEMONSTRATION, NONE, TO_FILL, draft_marks
from services.round_paper import RoundPaper

COMMITTEE = "重庆市经济和信息化委员会"
PARKS = "应报园区名单"


def build(paper: RoundPaper) -> Document:
    """The notice with room for number, date and seal; who answers questions is left open."""
    reasons = lacking(paper)
    blocks = (
        Paragraph(text(_opening(paper))),
        *_numbered(
            ("报送范围", _scope(paper)), ("报送内容", _what(paper)), ("报送时限", _dates(paper)), ("有关要求", _care())
        ),
        Attachments((PARKS,)),
        SignOff(COMMITTEE, chinese_date(paper.dated)) if paper.dated else SignOff(COMMITTEE),
    )
    return Document(
        title=(
            "关于报送国家网络安全产业园区市级重点园区",
            f"{paper.subject}的{'补充' if paper.supplements else ''}通知",
        ),
        blocks=blocks,
        dated=paper.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        annexes=(Annex("附件", PARKS, (_parks(paper),)),),
        number=paper.number or f"〔{paper.as_of.year}〕　　号",
        addressee=_addressee(paper),
        banner=DEMONSTRATION if paper.fictional else "",
        marks=draft_marks(reasons),
        lacking=reasons,
        period=paper.period if isinstance(paper.period, HalfYear) else None,
    )


def lacking(paper: RoundPaper) -> tuple[str, ...]:
    """Why the notice cannot go out as it is."""
    reasons = []
    if not paper.drafted:
        reasons.append(f"本期报送通知尚未拟制，所列日期为{DEFAULT_SOURCE}")
    if not paper.asked:
        reasons.append(f"没有园区应报{paper.subject}")
    return tuple(reasons)


def _numbered(*parts: tuple[str, Iterator[str]]) -> Iterator[Block]:
    for number, (title, said) in zip("一二三四", parts, strict=True):
        yield Heading(1, f"{number}、{title}")
        for sentence in said:
            yield Paragraph(text(sentence))


def _addressee(paper: RoundPaper) -> str:
    if paper.to_all:
        return "有关区县（自治县）经信部门："
    return f"{'、'.join(dict.fromkeys(one.department for one in paper.asked))}："


def _opening(paper: RoundPaper) -> str:
    asks = (
        "区县政府每半年函报园区发展情况"
        if paper.kind is ObligationKind.HALF_YEAR_REPORT
        else "园区运营管理机构定期报送建设进展"
    )
    if paper.supplements:
        before = "、".join(f"{chinese_date(one.dated)}印发的报送通知（{one.number}）" for one in paper.supplements)
        return (
            f"根据{NOTICE}关于{asks}的要求，现就{paper.subject}报送工作对我委{before}补充通知如下；"
            "原通知与本通知不一致的，以本通知为准。"
        )
    return f"根据{NOTICE}关于{asks}的要求，现就{paper.subject}报送工作有关事项通知如下。"


def _scope(paper: RoundPaper) -> Iterator[str]:
    span = f"{chinese_date(paper.period.start)}至{chinese_date(paper.period.end)}"
    yield f"建设期内的市级重点园区，共{len(paper.asked)}个，名单见附件。报告期为{paper.period.label}（{span}）。"


def _what(paper: RoundPaper) -> Iterator[str]:
    if paper.kind is ObligationKind.HALF_YEAR_REPORT:
        months = paper.period.months_label if isinstance(paper.period, HalfYear) else paper.period.label
        yield (
            f"（一）园区发展情况表。由区县经信部门组织园区运营管理机构按统一模板填报，收入、研发投入等为{months}累计数，"
            "企业、从业人员、楼宇面积等为期末数，并附网络安全企业一览表。通过园区建设期监测平台下载模板、上传报送。"
        )
        yield (
            "（二）园区发展情况函。由区县政府（功能区管理委员会）向我委函报，所附盖章的园区发展情况表应与平台报送的数据一致。"
            "数据和函均收到，方为已报。"
        )
        return
    yield (
        "建设进展报告。由园区运营管理机构按统一模板填写招商、企业、平台、活动、生态等建设进展，"
        "通过园区建设期监测平台上传，经区县经信部门核对后转报我委。"
    )


def _dates(paper: RoundPaper) -> Iterator[str]:
    due, grace, lock = paper.dates
    yield f"报送截止日为{chinese_date(due)}。"
    if grace is not None and grace > due:
        yield f"宽限截止日为{chinese_date(grace)}，报送截止日之后报送的记为迟报，宽限截止日之后仍未报送的为逾期未报。"
    else:
        yield "报送截止日之后报送的记为迟报，仍未报送的为逾期未报。"
    if lock is not None:
        yield f"封账日为{chinese_date(lock)}，其后不再接收本期报送；确需报送的，须先经我委同意延期报送。"
    yield "因故不能按期报送的，请在报送截止日前来函说明原因和拟报送日期。"


def _care() -> Iterator[str]:
    yield "请认真核对数据，如无内容请填“无”。平台为非涉密系统，严禁报送涉密信息。"
    yield f"联系人：{TO_FILL}；联系电话：{TO_FILL}。"


def _parks(paper: RoundPaper) -> Block:
    if not paper.asked:
        return NONE
    columns = (Column("序号", 10), Column("区县", 25), Column("园区", 65, Align.LEFT))
    rows = tuple(
        (text(str(number)), text(one.district), text(one.title)) for number, one in enumerate(paper.asked, start=1)
    )
    return Table("", columns, rows)
