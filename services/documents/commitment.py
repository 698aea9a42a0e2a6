"""保密及回避承诺书: what every expert of a panel signs before the park is shown to them, one sheet a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.documents.content import Align, Annex, Block, Box, Document, Grid, PageNumbers, Paragraph, text
from services.documents.marks import DEMONSTRATION

TITLE = "验收专家保密及回避承诺书"
SHARES = (16, 38, 16, 30)
DECLARED = "□没有应当回避的情形　　□有，情形为：\n　"
DATE = "　　　　年　　月　　日"
SECRECY = (
    "对评审中接触的园区资料、企业数据、个人信息和评审意见，不复制、不外传、不作他用，评审结束即交还；"
    "不在非涉密系统存储、处理、传输涉密信息。"
)
FAIRNESS = "依据评估指标体系和佐证资料独立评分，不与被评审单位私下接触，不收受财物和宴请。"
LIABILITY = "违反承诺的，退出专家组和专家库并承担责任。"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs; all empty for a sheet to be filled in by hand."""

    name: str = ""
    code: str = ""
    employer: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentPaper:
    """`tie_years`: how long a relation that has ended binds."""

    park_title: str
    operator: str
    district: str
    fictional: bool
    tie_years: int
    dated: date
    signers: Sequence[Signer]


def build(paper: CommitmentPaper) -> Document:
    """The first sheet and, each on a page of its own, those of the others."""
    first, *others = paper.signers or (Signer(),)
    return Document(
        title=(paper.park_title, TITLE),
        blocks=_sheet(paper, first),
        dated=paper.dated,
        page_numbers=PageNumbers.CENTRED,
        annexes=tuple(Annex("", f"{paper.park_title}{TITLE}", _sheet(paper, one)) for one in others),
        banner=DEMONSTRATION if paper.fictional else "",
    )


def _sheet(paper: CommitmentPaper, signer: Signer) -> tuple[Block, ...]:
    return (
        Paragraph(text(f"本人受聘参加{paper.park_title}建设评审验收，承诺如下：")),
        Paragraph(text(SECRECY), lead="一、严守秘密。"),
        Paragraph(text(_distance(paper)), lead="二、如实回避。"),
        Paragraph(text(FAIRNESS), lead="三、独立公正。"),
        Paragraph(text(LIABILITY), lead="四、承担责任。"),
        _signature(signer),
    )


def _distance(paper: CommitmentPaper) -> str:
    operator = paper.operator or "园区运营管理机构"
    return (
        f"本人不在{operator}、{paper.district}政府及经信部门、一览表所列企业任职，现在和近{paper.tie_years}年内与其没有任职、"
        "顾问、合作、投资等关系，未参与该园区申报、建设方案和自评材料的编制，近亲属没有可能影响公正评审的关系；"
        "评审中发现应当回避的，立即申明并退出。"
    )


def _signature(signer: Signer) -> Grid:
    def pair(word: str, said: str, columns: int = 1) -> tuple[Box, Box]:
        return Box(text(word)), Box(text(said or "　"), columns, align=Align.LEFT)

    rows = (
        (*pair("姓名", signer.name), *pair("专家编号", signer.code)),
        (*pair("工作单位", signer.employer), *pair("职务职称", signer.post)),
        pair("回避申报", DECLARED, 3),
        (*pair("承诺人签字", "　\n　"), *pair("日期", DATE)),
    )
    return Grid(SHARES, rows, together=True)
