"""授牌通知: the committee gives a park that passed its acceptance the title, as it was fixed by the 批复 (五(三))."""

from __future__ import annotations

from policy.figures import chinese_date
from policy.terms import Outcome
from policy.workflow import StepKind
from services.documents.acceptance_letter import NOTICE
from services.documents.content import Document, PageNumbers, Paragraph, SignOff, text
from services.documents.marks import banner, draft_marks
from services.documents.reporting_notice import COMMITTEE
from services.dossiers import Dossier


def lacking(dossier: Dossier) -> tuple[str, ...]:
    """Why no title can be given as yet."""
    concluded = [step for step in dossier.steps if step.kind is StepKind.CONCLUSION]
    if not concluded:
        return ("评审结论尚未登记",)
    outcome = concluded[-1].outcome or Outcome.PASSED
    return () if outcome is Outcome.PASSED else (f"评审结论为“{outcome.label}”，不能授予称号",)


def build(dossier: Dossier) -> Document:
    """With room for number, date and seal."""
    reasons, park = lacking(dossier), dossier.park
    blocks = (
        Paragraph(text(f"根据{NOTICE}，{_course(dossier)}，{park.title}评审结论为达标。")),
        Paragraph(text(f"现正式授予“{park.title}”称号，并予授牌。")),
        Paragraph(text("特此通知。")),
        SignOff(COMMITTEE),
    )
    return Document(
        title=("关于正式授予", park.title, "称号的通知"),
        blocks=blocks,
        dated=dossier.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        number="（发文字号待编）",
        addressee=f"{dossier.register.government}：",
        banner=banner(dossier),
        marks=draft_marks(reasons),
        lacking=reasons,
    )


def _course(dossier: Dossier) -> str:
    """How it came to that, by the steps on record."""
    known = {step.kind: step for step in dossier.steps}
    letter, shown = known.get(StepKind.ACCEPTANCE_LETTER), known.get(StepKind.PUBLICITY)
    number = f"（{letter.document_no}）" if letter and letter.document_no else ""
    public = f"，并于{chinese_date(shown.dated)}起公示" if shown else ""
    return f"经{dossier.register.government}申请{number}、专家评审验收{public}"
