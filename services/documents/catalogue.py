"""Every document the house can write: one entry a kind. A new document is its module and one entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from db.queries.case_record import case_record as record_of
from db.queries.corrections import corrections
from db.rulebook_facts import calendar, rulebook
from policy.access import Actor, Permission
from policy.outlines import DEPARTMENT_REVIEW, SELF_ASSESSMENT
from policy.refusal import Missing, Unknown
from policy.terms import HalfYear
from policy.version_no import VersionNo
from services import assessments, bulletins, evaluations, panel_papers, round_paper, score_papers
from services.bulletins import Programme
from services.documents import (
    acceptance_letter,
    application_form,
    award_notice,
    brief,
    bulletin,
    case_record,
    commitment,
    correction_slip,
    department_review,
    evidence_index,
    explanation_sheet,
    half_year_letter,
    panel_conclusion,
    publicity_notice,
    reminder_letter,
    report_table,
    reporting_notice,
    score_sheet,
    self_assessment,
)
from services.documents.content import Document, PageNumbers
from services.documents.imprint import imprinted
from services.documents.to_docx import render_docx
from services.documents.to_html import render_html
from services.documents.to_pdf import render_pdf
from services.dossier_texts import texts
from services.dossiers import Dossier
from services.form_papers import form_paper
from services.half_year_letters import half_year_letter as told_by_half_year
from services.parks import all_parks, find_park
from services.reminders import reminder
from services.report_papers import ReportPaper, paper


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a document is asked about: `period` and `version` where it speaks of one report, `park` a code, a title
    or a short name, None for all parks of the scope."""

    as_of: date
    park: str | None = None
    period: HalfYear | None = None
    version: VersionNo | None = None
    whole_district: bool = False
    """催报函, 半年函报: of every park of the park's district."""
    notice: str = ""
    """报送通知: which one, by its 发文字号 or the number it was drafted under."""


Compose = Callable[[Session, Actor, Wanted], Document]


@dataclass(frozen=True, slots=True)
class Kind:
    """`label` is the word for it on screen; whoever may see `permission` may have the document.

    `of_report`: it speaks of one half-year's report; `of_all`: it may speak of every park at once; `of_park`: it may
    speak of a single one.
    """

    key: str
    label: str
    permission: Permission
    compose: Compose
    of_report: bool = False
    of_all: bool = False
    of_park: bool = True
    drafted: Permission | None = None
    """Who may have it drawn up, where others see it only once it is 定稿."""

    def may_be_drafted(self, actor: Actor) -> bool:
        return actor.may(self.permission) and (self.drafted is None or actor.may(self.drafted))


def _of_dossier(build: Callable[[Dossier], Document]) -> Compose:
    return lambda session, actor, wanted: build(
        assessments.dossier(session, actor.scope, wanted.park or "", wanted.as_of)
    )


def _self_assessment(session: Session, actor: Actor, wanted: Wanted) -> Document:
    found = assessments.dossier(session, actor.scope, wanted.park or "", wanted.as_of)
    score = evaluations.score(session, actor, found.park.code, wanted.as_of)
    return self_assessment.build(found, score, texts(session, found.park.id, SELF_ASSESSMENT, wanted.as_of))


def _department_review(session: Session, actor: Actor, wanted: Wanted) -> Document:
    found = assessments.dossier(session, actor.scope, wanted.park or "", wanted.as_of)
    return department_review.build(found, texts(session, found.park.id, DEPARTMENT_REVIEW, wanted.as_of))


def _acceptance_letter(session: Session, actor: Actor, wanted: Wanted) -> Document:
    found = assessments.dossier(session, actor.scope, wanted.park or "", wanted.as_of)
    assessed, reviewed = (
        texts(session, found.park.id, document, wanted.as_of).get("conclusion", "")
        for document in (SELF_ASSESSMENT, DEPARTMENT_REVIEW)
    )
    return acceptance_letter.build(found, acceptance_letter.Conclusions(assessed, reviewed))


def _of_report(build: Callable[[ReportPaper], Document]) -> Compose:
    return lambda session, actor, wanted: build(
        paper(session, actor, wanted.park or "", wanted.as_of, wanted.period, wanted.version)
    )


def _application_form(session: Session, actor: Actor, wanted: Wanted) -> Document:
    return application_form.build(form_paper(session, actor, wanted.park or "", wanted.as_of))


def _corrections(session: Session, actor: Actor, wanted: Wanted) -> Document:
    parks = [find_park(session, actor.scope, wanted.park)] if wanted.park else list(all_parks(session, actor.scope))
    found = corrections(session, actor.scope, parks[0].code if wanted.park else None)
    return correction_slip.build(
        [park.title for park in parks],
        [entry for entry in found if entry.corrected_on <= wanted.as_of],
        wanted.as_of,
        fictional=any(park.district.fictional for park in parks),
        several=not wanted.park,
    )


def _reminder(session: Session, actor: Actor, wanted: Wanted) -> Document:
    return reminder_letter.build(
        reminder(
            session, actor.scope, wanted.park or "", wanted.as_of,
            period=wanted.period, whole_district=wanted.whole_district,
        )
    )  # fmt: skip


def _half_year_letter(session: Session, actor: Actor, wanted: Wanted) -> Document:
    return half_year_letter.build(
        told_by_half_year(
            session, actor, wanted.park or "", wanted.as_of, wanted.period, whole_district=wanted.whole_district
        )
    )


def _reporting_notice(session: Session, actor: Actor, wanted: Wanted) -> Document:
    """The notice asked for; else the newest of the period, or of the newest half-year that has ended."""
    if wanted.notice:
        return reporting_notice.build(round_paper.of_name(session, actor, wanted.notice, wanted.as_of))
    period = wanted.period or HalfYear.containing(wanted.as_of).previous()
    return reporting_notice.build(round_paper.of_period(session, actor, period, wanted.as_of))


def _commitment(session: Session, actor: Actor, wanted: Wanted) -> Document:
    return commitment.build(panel_papers.commitment(session, actor, wanted.park or "", wanted.as_of))


def _case_record(session: Session, actor: Actor, wanted: Wanted) -> Document:
    park = find_park(session, actor.scope, wanted.park or "")
    found = record_of(session, actor.scope, park.code, wanted.as_of)
    assert found is not None  # the park is within the scope
    return case_record.build(found)


def _publicity_notice(session: Session, actor: Actor, wanted: Wanted) -> Document:
    found = assessments.dossier(session, actor.scope, wanted.park or "", wanted.as_of)
    days = rulebook(session).whole("publicity_days", wanted.as_of)
    return publicity_notice.build(found, calendar(session).last_of(wanted.as_of, days), days)


def _of_programme(build: Callable[[Programme], Document]) -> Compose:
    return lambda session, actor, wanted: build(bulletins.programme(session, actor, wanted.period, wanted.as_of))


def _score_sheet(session: Session, actor: Actor, wanted: Wanted) -> Document:
    """One sheet an expert of the panel; to an expert their own alone."""
    found = score_papers.paper(session, actor, wanted.park or "", wanted.as_of)
    return score_sheet.build(found, *(found.scores.members if found.scores else ()))


def _panel_conclusion(session: Session, actor: Actor, wanted: Wanted) -> Document:
    return panel_conclusion.build(score_papers.paper(session, actor, wanted.park or "", wanted.as_of))


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("self-assessment", "自评报告", Permission.VIEW_SELF_ASSESSMENT, _self_assessment),
        Kind("department-review", "区县主管部门审核意见", Permission.VIEW_ACCEPTANCE, _department_review),
        Kind("acceptance-letter", "验收申请函", Permission.VIEW_ACCEPTANCE, _acceptance_letter),
        Kind("evidence-list", "佐证资料目录", Permission.VIEW_EVIDENCE, _of_dossier(evidence_index.build)),
        Kind("case-record", "办理记录", Permission.ARCHIVE_PARK, _case_record),
        Kind("report-table", "园区发展情况表", Permission.VIEW_REPORT, _of_report(report_table.build), of_report=True),
        Kind("explanations", "解释说明表", Permission.VIEW_REPORT, _of_report(explanation_sheet.build), of_report=True),
        Kind("application-form", "申报表", Permission.VIEW_REPORT, _application_form),
        Kind("half-year-letter", "半年函报", Permission.VIEW_REPORT, _half_year_letter, of_report=True),
        Kind("score-sheet", "专家评分表", Permission.VIEW_PANEL, _score_sheet),
        Kind(
            "panel-conclusion",
            "专家组评审意见",
            Permission.VIEW_ACCEPTANCE,
            _panel_conclusion,
            drafted=Permission.ENTER_SCORES,
        ),
        Kind("publicity-notice", "公示稿", Permission.DECIDE_ACCEPTANCE, _publicity_notice),
        Kind("award-notice", "授牌通知", Permission.DECIDE_ACCEPTANCE, _of_dossier(award_notice.build)),
        Kind("reminder-letter", "催报函", Permission.MANAGE_PRESSING, _reminder),
        Kind("commitment", "保密及回避承诺书", Permission.MANAGE_EXPERTS, _commitment),
        Kind("corrections", "更正说明", Permission.VIEW_REPORT, _corrections, of_all=True),
        Kind(
            "reporting-notice", "报送通知", Permission.MANAGE_OBLIGATIONS, _reporting_notice, of_all=True, of_park=False
        ),
        Kind(
            "bulletin",
            "情况通报",
            Permission.MANAGE_OBLIGATIONS,
            _of_programme(bulletin.build),
            of_all=True,
            of_park=False,
        ),
        Kind(
            "brief", "情况专报", Permission.MANAGE_OBLIGATIONS, _of_programme(brief.build), of_all=True, of_park=False
        ),
    )
}
FORMATS: Mapping[str, Callable[[Document], bytes]] = {
    "docx": render_docx,
    "pdf": render_pdf,
    "html": lambda document: render_html(document).encode(),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A file to hand out; `marks` are 代拟稿 and, while something `lacks`, 草稿."""

    name: str
    data: bytes
    title: str
    marks: tuple[str, ...]
    lacking: tuple[str, ...]


def compose(
    session: Session,
    actor: Actor,
    kind: str,
    park_code: str | None,
    as_of: date,
    *,
    period: HalfYear | None = None,
    version: VersionNo | None = None,
    whole_district: bool = False,
    notice: str = "",
) -> Document:
    """The content of one document about one park (without a code about all of the scope), as of the end of `as_of`.

    Raises AccessDenied without the kind's permission, Unknown for a kind or park that is not known, Refused without
    a park where the kind needs one.
    """
    if kind not in KINDS:
        raise Unknown(f"没有“{kind}”这种文件，可用：{'、'.join(KINDS)}")
    wanted = KINDS[kind]
    actor.require(wanted.permission)
    if wanted.drafted is not None:
        actor.require(wanted.drafted)
    if park_code is None and not wanted.of_all:
        raise Missing(f"{wanted.label}须指定园区")
    asked = Wanted(as_of, park_code, period, version, whole_district, notice)
    return imprinted(session, wanted.compose(session, actor, asked))


def render(document: Document, file_format: str, site: str = "", letterhead: str = "") -> Rendered:
    """The document as a file; its sources link to the application where `site` (its address) is known.

    `letterhead`: the office that prints its own letters in 信函格式; letters of others are left without.

    Raises Unknown for a format that is not known.
    """
    if file_format not in FORMATS:
        raise Unknown(f"没有“{file_format}”这种格式，可用：{'、'.join(FORMATS)}")
    name = f"{document.name}{document.subtitle}.{file_format}"
    own = document.page_numbers is PageNumbers.OUTSIDE and document.issuer == letterhead
    printed = replace(document, site=site.rstrip("/"), letterhead=letterhead if own else "")
    return Rendered(name, FORMATS[file_format](printed), document.name, document.marks, document.lacking)
