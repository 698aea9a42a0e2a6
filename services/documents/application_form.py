"""申报表: the form of the notice's annex, box by box, in its own print (附件填报说明5)."""

from __future__ import annotations

from collections.abc import Iterator

from policy.evidence import Category
from policy.figures import chinese_day
from policy.indicators.catalogue import BY_KEY
from policy.tables import FORM_LINES, FORM_PASSAGES
from services.documents import form_tables, form_whole_numbers
from services.documents.content import (
    Annex,
    Block,
    Box,
    Cover,
    Document,
    Grid,
    Heading,
    PageNumbers,
    Paragraph,
    StatedFigure,
    text,
)
from services.documents.form_boxes import Row, filled, label, line, passage, section
from services.documents.marks import DEMONSTRATION, TO_FILL, draft_marks
from services.documents.typography import Profile
from services.form_papers import FormPaper

TITLE = ("国家网络安全产业园区市级重点园区", "申报表")
ISSUER = "重庆市经济和信息化委员会　制"
INSTRUCTIONS = (
    "1．填写内容必须实事求是、表达严谨、数据准确、文字简洁。",
    "2．填报栏目不得空缺，如无内容应填“无”；数据有小数时，四舍五入取整数。",
    "3．申报表中除指定年份外，所有指标要求填写申报当年前一个财政年度的财务数据。",
    "4．表格第二项“园区网络安全企业一览表”中，企业资质包括但不限于CCRC信息安全服务资质（安全集成、安全运维、风险评估、"
    "应急处理、软件安全开发、灾难备份与恢复、工业控制安全、网络安全审计等）、ISO27001信息安全管理体系、等级保护测评资质、"
    "涉密信息系统集成资质，以及企业获得的省部级以上荣誉等。上市情况是指企业是否上市公司、何年在何市场上市。",
    "5．申报表用Word文档填写，填报字体为方正仿宋、小四号，表格空间不足时，可另附页。申报表用A4纸双面打印，左侧装订。",
)
SHORT_PASSAGE = 400
"""Characters, with which the operator's table still fits on one page."""
SEAL = ("（盖章）　　　　", "　　　　年　　月　　日　　")


def build(paper: FormPaper) -> Document:
    """Figures are integers here, as 填报说明2 wants; what they were is told on a sheet that stays out of print."""
    return Document(
        title=TITLE,
        blocks=(),
        dated=paper.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        annexes=(
            Annex("", "填报说明", tuple(Paragraph(text(said)) for said in INSTRUCTIONS)),
            Annex("", "", (Heading(1, "一、园区基本情况"), *form_tables.basics(paper))),
            Annex("", "", (Heading(1, "二、园区网络安全企业一览表"), *form_tables.roster(paper)), landscape=True),
            Annex("", "", tuple(_rest(paper))),
            form_whole_numbers.annex(paper),
        ),
        cover=_cover(paper),
        banner=DEMONSTRATION if paper.fictional else "",
        marks=draft_marks(paper.lacking),
        lacking=paper.lacking,
        figures=tuple(
            StatedFigure(one.submission_id, one.key, one.period, one.value) for one in paper.stated if one.key in BY_KEY
        ),
        profile=Profile.FORM,
    )


def _cover(paper: FormPaper) -> Cover:
    lines = (
        f"申报单位（运营管理机构）：{filled(paper, 'operator')}（盖章）",
        f"运营管理机构主要负责人：{filled(paper, 'operator_head')}",
        f"填　报　日　期：{chinese_day(filled(paper, 'filled_on'))}",
    )
    return Cover("附件", lines, ISSUER)


def _rest(paper: FormPaper) -> Iterator[Block]:
    yield Heading(1, "三、园区公共服务情况")
    yield from form_tables.services(paper)
    yield Heading(1, "四、园区基本建设情况")
    yield _passages(paper, "land_use", "building_plan")
    yield Heading(1, "五、园区配套情况")
    yield _passages(paper, "facilities")
    yield Heading(1, "六、园区运营管理情况")
    yield _operator(paper)
    yield Heading(1, "七、园区所在地政府支持情况")
    yield _passages(paper, "government_support")
    yield Heading(1, "八、相关佐证资料")
    yield from _evidence(paper)
    yield Heading(1, "九、审核推荐意见")
    yield from _opinions()


def _passages(paper: FormPaper, *keys: str) -> Grid:
    rows = [row for key in keys for row in (section(FORM_PASSAGES[key], 1), passage(paper, key, 1))]
    return Grid((1,), tuple(rows))


def _operator(paper: FormPaper) -> Grid:
    months = form_tables.months(paper, "~")
    rows: list[Row] = [
        line(paper, ("operator_name", 21)),
        line(paper, ("operator_founded", 4), ("operator_legal", 4), ("operator_capital", 6)),
        line(paper, ("operator_address", 21)),
        line(paper, ("operator_shareholders", 21)),
        line(paper, ("operator_contact", 4), ("operator_phone", 5), ("operator_mail", 6)),
        section("近二年主要经营情况", 24),
        (label("", 6), label(f"申报当年数据{months}", 9), label("申报前一年度数据", 9)),
        *(_two_years(paper, key) for key in ("operator_revenue", "operator_staff")),
        section("机构运营管理能力介绍", 24),
        passage(paper, "operator_ability", 24),
    ]
    return Grid((1,) * 24, tuple(rows), together=len(filled(paper, "operator_ability")) < SHORT_PASSAGE)


def _two_years(paper: FormPaper, key: str) -> Row:
    values = (form_whole_numbers.stated(filled(paper, key, column)) for column in ("current", "previous"))
    return (label(FORM_LINES[key], 6), *(Box(text(value), 9) for value in values))


def _evidence(paper: FormPaper) -> Iterator[Block]:
    """附件八 word for word, each category with the titles of what was put forward."""
    yield Paragraph(text("申报单位应提供的佐证资料包括但不限于以下："))
    for number, category in enumerate(Category, start=1):
        titles = paper.evidence.get(category, ())
        told = "、".join(f"《{title}》" for title in titles) or TO_FILL
        yield Paragraph(
            text(
                f"{number}. {category.label}：{told}；"
                if number < len(Category)
                else f"{number}. {category.label}：{told}。"
            )
        )


def _opinions() -> Iterator[Grid]:
    """Two places for a seal, never a seal."""
    for words in ("申报单位意见", "区县经信部门审核推荐意见"):
        yield Grid((1,), (section(words, 1), (Box(text(""), below=SEAL),)), together=True)
