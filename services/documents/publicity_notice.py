"""公示稿: what the committee makes public of a park's 评审结论 before the title (通知未规定)."""

from __future__ import annotations

from datetime import date

from policy.figures import chinese_date
from policy.terms import Outcome
from policy.workflow import StepKind
from services.documents.acceptance_letter import NOTICE
from services.documents.content import Align, Column, Document, PageNumbers, Paragraph, SignOff, Table, Text, text
from services.documents.marks import TO_FILL, banner, draft_marks
from services.documents.reporting_notice import COMMITTEE
from services.dossiers import Dossier

COLUMNS = (Column("事项", 30, Align.LEFT), Column("内容", 70, Align.LEFT))


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """Why nothing can be made public as yet: no conclusion, or another than 达标."""
    concluded = [step for step in dossier.steps if step.kind is StepKind.CONCLUSION]
    if not concluded:
        return ("评审结论尚未登记",)
    outcome = concluded[-1].outcome or Outcome.PASSED
    return () if outcome is Outcome.PASSED else (f"评审结论为“{outcome.label}”，不公示拟授予称号",)


def build(dossier: Dossier, until: date, days: int) -> Document:
    """To be published on the day of the dossier; `until`: the last of so many working `days`."""
    reasons, park = lacking(dossier), dossier.park
    blocks = (
        Paragraph(text(
            f"根据{NOTICE}，{_reviewed(dossier)}，{park.title}评审结论为达标，拟授予称号、授牌。现予公示。"
        )),
        Table("公示内容", COLUMNS, _facts(dossier)),
        Paragraph(text(
            f"公示期：自{chinese_date(dossier.as_of)}起至{chinese_date(until)}止，共{days}个工作日，公示当日为第1日。"
        )),
        Paragraph(text(
            "公示期内，单位和个人对公示内容有异议的，请以书面形式向我委反映，写明事实依据、联系人和联系方式，"
            "单位提出的须加盖公章。"
        )),
        Paragraph(text(f"联系人及电话：{TO_FILL}；通信地址：{TO_FILL}。")),
        SignOff(COMMITTEE),
    )  # fmt: skip
    return Document(
        title=("关于", park.title, "评审验收结果的公示"),
        blocks=blocks,
        dated=dossier.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        banner=banner(dossier),
        marks=draft_marks(reasons),
        lacking=reasons,
    )


def _reviewed(dossier: Dossier) -> str:
    days = [step.dated for step in dossier.steps if step.kind is StepKind.EXPERT_REVIEW]
    when = f"{chinese_date(days[-1])}" if days else ""
    return f"经{dossier.register.government}申请，我委{when}组织专家评审验收"


def _facts(dossier: Dossier) -> tuple[tuple[Text, ...], ...]:
    park = dossier.park
    told = (
        ("园区名称", park.title),
        ("所在区县", park.district),
        ("园区运营管理机构", dossier.register.operator or TO_FILL),
        ("批复", f"{chinese_date(park.approved_on)}，{park.approval_no}"),
        ("建设周期", f"{chinese_date(park.approved_on)}至{chinese_date(park.ends_on)}"),
    )
    return tuple((text(word), text(said)) for word, said in told)
