"""Entering one event of the programme through its ordinary use case, unless its trace is there already."""

from __future__ import annotations

from functools import singledispatchmethod

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Goal, IssuedDocument, LetterPark, Park, Submission, Unit
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Actor, Role, Scope
from policy.terms import HalfYear, LetterMedium, SubmissionKind, SubmissionState
from policy.workflow import StepKind, step
from services import goals, letters, parks, plaques, reviews, steps, submissions, units
from services.demo import forms, papers, workbooks, writing
from services.demo.events import Approval, Event, LetterIn, Reorganisation, StepTaken, Upload
from services.demo.figures import Course, Report, report
from services.demo.municipality import ABOLISHED, BY_CODE, BY_NAME, COMMITTEE, DISTRICT_SHOWN, SUCCESSOR, ParkSpec
from services.plaques import Handing
from services.platform import Platform
from services.step_terms import Taking

FILE_NAMES = {
    "template": "半年报-{park}-{period}.xlsx",
    "sheets": "{park}{label}发展情况表.xlsx",
    "across": "{park}{label}情况（区里自制表）.xlsx",
    "letter": "{park}半年函报-{period}.docx",
}
REPORT_TABLE = "report-table"
BY_COMMITTEE = (StepKind.RECEIPT, StepKind.EXPERT_REVIEW, StepKind.CONCLUSION, StepKind.TITLE)
BY_DISTRICT = (StepKind.DEPARTMENT_REVIEW, StepKind.ACCEPTANCE_LETTER)
DECIDED = (SubmissionState.ACCEPTED, SubmissionState.RETURNED)
REORGANISED_BY = "虚构市行政区划调整通知"


class DemoFailed(RuntimeError):
    """A file of the programme was not understood as it should be: the intake or the programme is wrong."""


class Office:
    """Those who act in the programme. `enter` says whether there was anything left to do."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        with platform.database.read() as session:
            committee, district = _unit_id(session, COMMITTEE), _unit_id(session, DISTRICT_SHOWN)
        self.committee = Actor("committee", Role.COMMITTEE, FULL_SCOPE, committee)
        self.district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({district})), district)
        self.courses: dict[str, Course] = {}

    def handler(self, session: Session, park: str) -> Actor:
        """经办人 of the district that answers for the park at this point; only one has an account to sign in with."""
        name = _district_of(session, park)
        if name == DISTRICT_SHOWN:
            return self.district
        unit = _unit_id(session, name)
        return Actor(f"{name}经济信息委经办人", Role.DISTRICT, Scope(unit_ids=frozenset({unit})), unit)

    @singledispatchmethod
    def enter(self, event: Event) -> bool:
        raise NotImplementedError(type(event))

    @enter.register
    def _approval(self, event: Approval) -> bool:
        park = BY_CODE[event.park]
        self.courses[park.code] = Course(park, event.on)
        return any((self._register(park, event), self._hand_in_form(park, event), self._set_goals(park)))

    def _register(self, park: ParkSpec, event: Approval) -> bool:
        with self.platform.database.write() as session:
            if there(session, Park.code == park.code):
                return False
            parks.register_park(
                session, self.committee, title=park.title, district=park.district, approved_on=event.on,
                approval_no=f"虚构经信软件〔{event.on.year}〕{park.number + 11}号", code=park.code,
                operator=park.operator, host_park=park.host_park, address=park.address,
                boundary="东至示例一路，南至示例二路，西至示例三路，北至示例四路",
            )  # fmt: skip
        return True

    def _hand_in_form(self, park: ParkSpec, event: Approval) -> bool:
        with self.platform.database.read() as session:
            form = version(session, park, SubmissionKind.APPLICATION_FORM, None, 1)
        if form is None:
            data, received = forms.application_form(self.courses[park.code]), forms.filled_on(event.on)
            number = self._ingested(
                submissions.ingest(
                    self.platform, SYSTEM_ACTOR, f"申报表-{park.name}.docx", data,
                    park=park.code, received_on=received, submit=True,
                )
            )  # fmt: skip
        elif form.state in DECIDED:
            return False
        else:
            number = form.id
        with self.platform.database.write() as session:
            reviews.accept(session, self.committee, number, event.on)
        return True

    def _set_goals(self, park: ParkSpec) -> bool:
        with self.platform.database.write() as session:
            if there(session, Goal.park_id == park_id(session, park.code)):
                return False
            name, data = f"建设目标-{park.name}.xlsx", workbooks.goals_workbook(self.courses[park.code])
            goals.import_goals(session, self.platform.storage, self.committee, park.code, name, data, None)
        return True

    @enter.register
    def _reorganisation(self, event: Reorganisation) -> bool:
        entered = False
        for district in ABOLISHED:
            with self.platform.database.write() as session:
                if there(session, Unit.name == district.name, Unit.valid_to.is_not(None)):
                    continue
                units.reorganise(
                    session, self.committee, predecessor=district.name, successors=[SUCCESSOR], on=event.on,
                    note=REORGANISED_BY,
                )  # fmt: skip
            entered = True
        return entered

    @enter.register
    def _upload(self, event: Upload) -> bool:
        park = BY_CODE[event.park]
        with self.platform.database.read() as session:
            if version(session, park, SubmissionKind.HALF_YEAR_REPORT, event.period, event.upload):
                return False
            district, actor = _district_of(session, park.code), self.handler(session, park.code)
        course = self.courses[park.code]
        paper = report(course, event.period, district, event.on, flaws=event.flaws, kind=event.kind)
        name = FILE_NAMES[event.layout].format(park=park.name, period=event.period, label=event.period.label)
        self._ingested(
            submissions.ingest(
                self.platform, actor, name, self._written(event, paper), park=park.code, period=event.period,
                received_on=event.on, submit=not event.draft,
            ),
            draft=event.draft,
        )  # fmt: skip
        return True

    def _written(self, event: Upload, paper: Report) -> bytes:
        if event.layout == "letter":
            return papers.as_letter(paper, BY_NAME[paper.district].government)
        if event.layout == "across":
            return workbooks.as_own_table(paper)
        if event.layout == "sheets":
            return workbooks.as_sheets(paper)
        with self.platform.database.read() as session:
            _name, template = submissions.template(session, self.committee, event.park, event.period)
        return workbooks.into_template(template, paper)

    def _ingested(self, result: submissions.Ingested, *, draft: bool = False) -> int:
        """The number of the stored version; raises DemoFailed when it was not taken for what it is."""
        if not result.stored or result.submission_id is None or (result.reading.has_errors and not draft):
            found = [f"{finding.code} {finding.where} {finding.message}" for finding in result.reading.findings]
            raise DemoFailed(f"{result.reading.file}: {found}")
        return result.submission_id

    @enter.register
    def _letter(self, event: LetterIn) -> bool:
        with self.platform.database.write() as session:
            known = {park_id(session, code) for code in event.parks}
            if all(
                there(session, LetterPark.park_id == park, LetterPark.period == str(event.period)) for park in known
            ):
                return False
            sender = BY_NAME[_district_of(session, event.parks[0])]
            number = f"{sender.mark}〔{event.dated.year}〕{event.dated.timetuple().tm_yday}号"
            subject = f"关于报送{'、'.join(BY_CODE[code].name for code in event.parks)}{event.period.label}发展情况的函"
            scan = papers.short_paper(event.dated, number, subject, sender.government, f"{event.dated}")
            letters.record_letter(
                session, self.platform.storage, self.committee, parks=event.parks, period=event.period,
                number=number, dated=event.dated, received_on=event.on, medium=LetterMedium.ELECTRONIC,
                file=(f"{number}.docx", scan), codes=_codes(session, event),
            )  # fmt: skip
        return True

    @enter.register
    def _step(self, event: StepTaken) -> bool:
        park = BY_CODE[event.park]
        with self.platform.database.write() as session:
            if there(session, AcceptanceStep.park_id == park_id(session, park.code), AcceptanceStep.kind == event.kind):
                return False
            taken = step(event.kind)
            mark = "虚构经信软件" if event.kind in BY_COMMITTEE else BY_NAME[park.district].mark
            number = f"{mark}〔{event.on.year}〕{event.on.timetuple().tm_yday + 400}号" if taken.numbered else ""
            scan = papers.short_paper(event.on, number, f"{park.title}{taken.paper}", f"{event.on}")
            paper = Taking(event.kind, event.on, number, (f"{taken.paper}-{park.name}.docx", scan))
            by = self.handler(session, park.code) if event.kind in BY_DISTRICT else self.committee
            writing.before(session, by, park.code, event.kind)
            steps.record_step(session, self.platform.storage, by, park.code, paper)
            if event.kind is StepKind.TITLE:
                plaques.record_plaque(session, self.platform.storage, self.committee, park.code, _handing(event, park))
        return True


def there(session: Session, *conditions: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(exists().where(*conditions))))


def _handing(event: StepTaken, park: ParkSpec) -> Handing:
    return Handing(
        event.on, f"{park.operator}负责人", f"虚构证字〔{event.on.year}〕{park.number}号", "虚构市数字经济大厦"
    )


def _codes(session: Session, event: LetterIn) -> list[str]:
    """校验码 printed on the tables that came with the letter."""
    frozen = select(IssuedDocument.data_code).join(Park, Park.id == IssuedDocument.park_id).where(
        Park.code.in_(event.sealed), IssuedDocument.period == str(event.period), IssuedDocument.kind == REPORT_TABLE
    )  # fmt: skip
    return list(session.scalars(frozen.order_by(IssuedDocument.id)))


def _unit_id(session: Session, name: str) -> int:
    return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def park_id(session: Session, code: str) -> int:
    return session.scalars(select(Park.id).where(Park.code == code)).one()


def _district_of(session: Session, code: str) -> str:
    """Who answers for the park at this point of the programme."""
    return session.scalars(select(Unit.name).join(Park, Park.district_id == Unit.id).where(Park.code == code)).one()


def version(
    session: Session, park: ParkSpec, kind: SubmissionKind, period: HalfYear | None, version: int
) -> Submission | None:
    return session.scalars(
        select(Submission).where(
            Submission.park_id == park_id(session, park.code),
            Submission.kind == kind,
            Submission.period == (str(period) if period else None),
            Submission.version == version,
        )
    ).first()
