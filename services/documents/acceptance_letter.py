"""验收申请函: the district government's letter to the committee, one matter, in the wording of domain section 2."""

from __future__ import annotations

from dataclasses import dataclass

from policy.figures import chinese_date
from policy.indicators.catalogue import BY_KEY
from policy.terms import Stage
from policy.workflow import STEPS, StepKind
from services.documents import written
from services.documents.content import (
    Attachments,
    Document,
    PageNumbers,
    Paragraph,
    Ref,
    SignOff,
    Text,
    text,
)
from services.documents.marks import TO_FILL, banner, draft_marks, stated
from services.documents.sources import SourceIndex
from services.dossiers import Dossier, Figure

NOTICE = "《重庆市经济和信息化委员会关于推进国家网络安全产业园区市级重点园区建设工作的通知》（渝经信软件〔2022〕35号）"
# Three to five figures carry the letter; each is told once, in this order.
RESULTS = ("area_operating", "firms_cyber", "staff_cyber", "revenue_cyber", "platforms")
BEFORE = {StepKind.SELF_ASSESSMENT, StepKind.DEPARTMENT_REVIEW}


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """Why the letter can only be a 草稿 as yet: nothing accepted, or a step before it is missing."""
    reasons = []
    if not dossier.figures:
        reasons.append("尚无审核通过的园区发展情况数据")
    if dossier.park.stage is Stage.BUILDING:
        reasons.append(f"建设期尚未届满（{chinese_date(dossier.park.ends_on)}届满）")
    done = {step.kind for step in dossier.steps}
    reasons += [f"{step.paper}尚未登记" for step in STEPS if step.kind in BEFORE and step.kind not in done]
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What the two papers before the letter conclude, as it was written there; a letter has room for a sentence."""

    assessed: str = ""
    reviewed: str = ""


NOTHING = Conclusions()
LONGEST = 120
"""Characters; a longer conclusion is to be put in a sentence by whoever signs the letter."""


def build(dossier: Dossier, conclusions: Conclusions = NOTHING) -> Document:
    """The letter with room for number, date and seal; never a letterhead, never a seal."""
    index = SourceIndex()
    reasons = lacking(dossier)
    short_name = dossier.register.short_name
    blocks = (
        Paragraph(text(_approval(dossier))),
        Paragraph(_results(dossier, index)),
        Paragraph(_review(dossier, conclusions, written.from_dossier(dossier, index))),
        Paragraph(text(f"根据{NOTICE}有关规定，现申请组织专家评审验收，请予支持。")),
        Paragraph(text("特此函达。")),
        Attachments(
            (
                f"国家网络安全产业园区（{short_name}）建设自评报告",
                "区县主管部门审核意见",
                "佐证资料目录",
            )
        ),
        SignOff(dossier.register.government),
    )
    return Document(
        title=("关于申请", dossier.park.title, "建设验收的函"),
        blocks=blocks,
        dated=dossier.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        annexes=(index.annex("（核对用，不随函印发）", dossier),),
        number="（发文字号待编）",
        addressee="市经济和信息化委员会：",
        banner=banner(dossier),
        figures=stated(dossier.newest_figure(key) for key in RESULTS),
        marks=draft_marks(reasons),
        lacking=reasons,
    )


def _approval(dossier: Dossier) -> str:
    park = dossier.park
    end = chinese_date(park.ends_on)
    expiry = f"至{end}期满" if dossier.as_of > park.ends_on else f"将于{end}期满"
    return (
        f"{chinese_date(park.approved_on)}，贵委批复同意建设{park.title}（{park.approval_no}），建设周期2年，{expiry}。"
    )


def _results(dossier: Dossier, index: SourceIndex) -> Text:
    """The newest accepted figure of each, grouped by what period it speaks of."""
    figures = [figure for key in RESULTS if (figure := dossier.newest_figure(key)) is not None]
    if not figures:
        return text("建设期内，建设情况：", TO_FILL)
    parts: list[str | Ref] = []
    told = ""
    for figure in figures:
        when = _when(figure)
        lead = "" if when == told else when
        parts += ["，" if parts else "", f"{lead}{BY_KEY[figure.key].label}{figure.as_text}", index.cite(figure.source)]
        told = when
    return text(*parts, "。")


def _when(figure: Figure) -> str:
    return f"截至{figure.source.period}，" if figure.source.period.endswith("末") else f"{figure.source.period}，"


def _review(dossier: Dossier, conclusions: Conclusions, tell: written.Tell) -> Text:
    done = {step.kind: step for step in dossier.steps}
    operator = dossier.register.operator or "园区运营管理机构"
    assessed, reviewed = done.get(StepKind.SELF_ASSESSMENT), done.get(StepKind.DEPARTMENT_REVIEW)
    first = (
        f"{operator}已于{chinese_date(assessed.dated)}编制完成自评报告，自评结论："
        if assessed
        else f"{operator}自评报告编制情况及自评结论："
    )
    said = _in_short(conclusions.assessed, tell)
    if reviewed is None:
        return text(first, *said, f"；区县主管部门审核情况：{TO_FILL}。")
    number = f"（{reviewed.document_no}）" if reviewed.document_no else ""
    then = f"；{dossier.register.department}已于{chinese_date(reviewed.dated)}出具审核意见{number}，审核结论："
    return text(first, *said, then, *_in_short(conclusions.reviewed, tell), "。")


def _in_short(conclusion: str, tell: written.Tell) -> Text:
    return written.phrase(conclusion if len(conclusion) <= LONGEST else "", tell)
