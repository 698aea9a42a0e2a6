"""A few plain sentences make a park as it stood, and what people did about it: the vocabulary of alert-cases.csv.

Every sentence is one pattern below with the function that carries it out; a sentence that fits none fails the case.
Unless told otherwise the park was approved on 2024-10-10 and its district has one 经办人.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import (
    AcceptanceStep,
    Alert,
    AlertFeedback,
    AlertPause,
    Contact,
    EvidenceLink,
    IndicatorDefinition,
    Obligation,
    ObligationAct,
    Park,
    PhoneCall,
    PlanTask,
    ProgressReport,
    ReportingRound,
    RulebookEntry,
    RulebookVersion,
    ScoreSheet,
    Submission,
    Unit,
    UnitSuccession,
)
from db.queries.dossiers import report_tables
from db.queries.evidence import StatedIn
from policy.access import SYSTEM_ACTOR
from policy.indicators.catalogue import BY_KEY
from policy.terms import ActKind, ContactRole, GoalPath, ObligationKind, SubmissionState
from policy.workflow import StepKind
from services import alerting, obligations
from services.alerting import SweepResult
from services.claims import ledger_of
from tests import factories
from tests.factories import MADE_AT

WORDS = (
    (r"(\d{4})年上半年", r"\1H1"), (r"(\d{4})年下半年", r"\1H2"), (r"(\d{4})年度", r"\1"),
    (r"(\d{4})年第一季度", r"\1Q1"), (r"(\d{4})年第二季度", r"\1Q2"),
)  # fmt: skip
"""报告期 as officials write it, and as it is stored."""
DAY = r"(\d{4}-\d\d-\d\d)"
PERIOD = r"(\d{4}(?:H[12]|Q[1-4])?)"
PANEL = (
    rf"专家组3人于{DAY}抽取，评分表{DAY}前交回(?:，(\d)份已复核)?(?:，(\d)份待复核)?"
    rf"(?:，{DAY}退出1人)?(?:，{DAY}解散)?"
)
ROLES = {role.label: role.value for role in ContactRole}
INDICATORS = {indicator.label: key for key, indicator in BY_KEY.items()}
RULES = {
    r"规则：宽限(\d+)天": ("grace_days", "", None),
    r"规则：建设进展每季度报送": ("operator_reports", "", "quarterly"),
    r"规则：未发报送通知的日期暂定": ("rounds", "", "notice"),
    r"规则：经办人以上的催报自动发出": ("press_upwards", "", "auto"),
}


class World:
    """One park in one transaction. Dates of people's acts are those of the sentence."""

    def __init__(self, session: Session, sentences: str) -> None:
        self.session = session
        self.checks: list[date] = []
        self.proven = True
        for words, stored in WORDS:
            sentences = re.sub(words, stored, sentences)
        told = [sentence.strip() for sentence in sentences.split("；") if sentence.strip()]
        self._set_rules(told)
        self._make_park(told)
        for sentence in told:
            self._carry_out(sentence)
        if self.proven:
            self._prove()
        session.flush()

    def sweep(self, day: date) -> SweepResult:
        for earlier in self.checks:
            alerting.sweep(self.session, SYSTEM_ACTOR, earlier)
        result = alerting.sweep(self.session, SYSTEM_ACTOR, day)
        assert result.failed == ()
        return result

    def stage_of(self, key: str) -> str:
        """The stage an alert has reached."""
        return self.session.scalars(select(Alert.stage).where(Alert.key == key).order_by(Alert.id.desc())).first() or ""

    def role_of(self, mail: str) -> str:
        """Whose mailbox it is, in words: 经办人, 审核人, 新区经办人."""
        return self.mailboxes[mail]

    def _set_rules(self, told: list[str]) -> None:
        entries = []
        for sentence in told:
            for pattern, (key, kind, value) in RULES.items():
                if match := re.fullmatch(pattern, sentence):
                    value = value or match[1]
                    entries.append(RulebookEntry(key=key, kind=kind, value=value, valid_from=date(2022, 10, 21)))
        if entries:
            version = RulebookVersion(recorded_at=MADE_AT, recorded_by="committee", entries=entries)
            self.session.add(version)
            self.session.flush()

    def _make_park(self, told: list[str]) -> None:
        approved = next((match[1] for one in told if (match := re.fullmatch(rf"批复{DAY}", one))), "2024-10-10")
        self.district = factories.make_unit(self.session, "示例甲区")
        self.park: Park = factories.make_park(
            self.session, "示例甲园", district=self.district, code="甲", approved_on=date.fromisoformat(approved),
            obligations=False,
        )  # fmt: skip
        self.mailboxes: dict[str, str] = {}
        if "没有经办人" not in told:
            self._person(self.district, ContactRole.HANDLER.label)
        obligations.generate(self.session, self.park)

    def _person(self, unit: Unit, role: str, said: str = "", **columns: object) -> Contact:
        mail = f"person{len(self.mailboxes)}@example.gov.cn"
        self.mailboxes[mail] = said or role
        return factories.make_contact(self.session, unit, role=ROLES[role], mail=mail, **columns)

    def _carry_out(self, sentence: str) -> None:
        if any(re.fullmatch(pattern, sentence) for pattern in RULES):
            return
        for pattern, act in SENTENCES.items():
            if match := re.fullmatch(pattern, sentence):
                act(self, *match.groups())
                return
        raise AssertionError(f"no such sentence: {sentence}")

    def obligation(self, period: str, kind: ObligationKind = ObligationKind.HALF_YEAR_REPORT) -> Obligation:
        same = select(Obligation).where(
            Obligation.park_id == self.park.id, Obligation.period == period, Obligation.kind == kind
        )
        return self.session.scalars(same).one()

    def data(self, period: str, day: str) -> Submission:
        return factories.make_submission(self.session, self.park, period, received_on=date.fromisoformat(day))

    def letter(self, period: str, day: str, dated: str | None = None) -> None:
        more = {"dated": date.fromisoformat(dated)} if dated else {}
        factories.make_letter(self.session, [self.park], period, received_on=date.fromisoformat(day), **more)

    def accepted(self, period: str, day: str, label: str | None = None, value: str = "") -> None:
        """In, data and letter, and accepted the same day."""
        figures = {INDICATORS[label]: value} if label else {}
        paper = factories.make_submission(
            self.session, self.park, period, received_on=date.fromisoformat(day), figures=figures
        )
        factories.accept(self.session, paper, on=date.fromisoformat(day))
        self.letter(period, day)

    def all_in(self) -> None:
        """Every half-year report nothing else is said of: in, and accepted, on its due date."""
        rows = select(Obligation).where(
            Obligation.park_id == self.park.id, Obligation.kind == ObligationKind.HALF_YEAR_REPORT
        )
        said = set(self.session.scalars(select(Submission.period).where(Submission.park_id == self.park.id)))
        for row in self.session.scalars(rows).all():
            if row.period not in said:
                self.accepted(row.period, str(row.due_on))

    def newest(self, period: str) -> Submission:
        same = select(Submission).where(Submission.park_id == self.park.id, Submission.period == period)
        return self.session.scalars(same.order_by(Submission.version.desc())).first()  # type: ignore[return-value]

    def act(self, period: str, kind: ActKind, dated: str, due_on: str | None = None, paper: str = "half") -> None:
        owed = ObligationKind.ANNUAL_PLAN if paper == "plan" else ObligationKind.HALF_YEAR_REPORT
        self.session.add(
            ObligationAct(
                obligation_id=self.obligation(period, owed).id, kind=kind, dated=date.fromisoformat(dated),
                number="示例函〔2025〕3号", due_on=date.fromisoformat(due_on) if due_on else None,
                recorded_at=MADE_AT, recorded_by="committee",
            )
        )  # fmt: skip

    def round(self, period: str, day: str) -> None:
        """报送通知: confirmed on the day, with the date the obligation has."""
        row = self.obligation(period)
        notice = ReportingRound(
            kind=row.kind, period=period, number="示例通知〔2025〕5号", due_on=row.due_on, drafted_at=MADE_AT,
            drafted_by="committee", confirmed_on=date.fromisoformat(day), confirmed_by="committee",
        )  # fmt: skip
        self.session.add(notice)
        self.session.flush()
        row.round_id, row.clause = notice.id, "五(二)；示例通知〔2025〕5号"

    def feedback(self, period: str, day: str, promised: str) -> None:
        self.session.add(
            AlertFeedback(
                park_id=self.park.id, matter=f"甲:{period}", cause="人员调整", measure="正在汇总",
                promised_on=date.fromisoformat(promised), written_on=date.fromisoformat(day), written_at=MADE_AT,
                written_by="district",
            )
        )  # fmt: skip

    def pause(self, period: str, since: str, until: str) -> None:
        self.session.add(
            AlertPause(
                park_id=self.park.id, matter=f"甲:{period}", reason="企业搬迁", since=date.fromisoformat(since),
                until=date.fromisoformat(until), set_at=MADE_AT, set_by="committee",
            )
        )  # fmt: skip

    def call(self, period: str, day: str, role: str) -> None:
        self.session.add(
            PhoneCall(
                park_id=self.park.id, matter=f"甲:{period}", called_on=date.fromisoformat(day), person="示例",
                role=ROLES[role], said="已催办", recorded_at=MADE_AT, recorded_by="committee",
            )
        )  # fmt: skip

    def task(self, name: str, day: str, done: str | None = None) -> None:
        self.session.add(
            PlanTask(
                park_id=self.park.id, name=name, unit="示例公司", due_on=date.fromisoformat(day),
                done_on=date.fromisoformat(done) if done else None, recorded_at=MADE_AT.replace(year=2025),
                recorded_by="committee",
            )
        )  # fmt: skip

    def issue(self, problem: str, day: str, closed: str | None = None) -> None:
        factories.make_issue(
            self.session, self.park, problem, date.fromisoformat(day), recorded_at=MADE_AT.replace(year=2025),
            closed_on=date.fromisoformat(closed) if closed else None,
        )  # fmt: skip

    def panel(
        self, drawn: str, due: str, checked: str | None, waiting: str | None, left: str | None, ended: str | None
    ) -> None:
        """Three experts; `checked` and `waiting`: how many sheets are in since the draw; `left`: the day the last one
        stepped back; `ended`: the day the panel was dissolved."""
        experts = [factories.make_expert(self.session) for _ in range(3)]
        day = date.fromisoformat(drawn)
        made = factories.make_panel(
            self.session, self.park, experts, drawn_on=day, scores_due_on=date.fromisoformat(due),
            dissolved_on=date.fromisoformat(ended) if ended else None,
        )  # fmt: skip
        made.members[-1].withdrawn_on = date.fromisoformat(left) if left else None
        at, done = MADE_AT.replace(year=day.year, month=day.month, day=day.day), int(checked or 0)
        for place in range(done + int(waiting or 0)):
            self.session.add(
                ScoreSheet(
                    member_id=made.members[place].id, number=1, marks=[], signed_on=day, entered_at=at,
                    entered_by="committee", checked_at=at if place < done else None,
                )
            )  # fmt: skip

    def goal(self, label: str, baseline: str, target: str, middle: str | None, path: str | None) -> None:
        factories.make_goal(
            self.session, self.park, INDICATORS[label], baseline, target,
            path=next((one.value for one in GoalPath if one.label == path), "straight"),
            milestones={"12": middle} if middle else {},
        )  # fmt: skip

    def definition(self, label: str, since: str) -> None:
        self.session.add(
            IndicatorDefinition(
                key=INDICATORS[label], since=since, scope="注册企业", basis="registered", document="示例函〔2025〕3号",
                recorded_at=MADE_AT.replace(year=2025), recorded_by="committee",
            )
        )  # fmt: skip

    def progress(self, period: str, day: str, forwarded: str | None = None) -> None:
        self.session.add(
            ProgressReport(
                park_id=self.park.id, period=period, version=1, file_id=factories.make_file(self.session).id,
                file_name="建设进展.docx", content={}, received_on=date.fromisoformat(day), uploaded_at=MADE_AT,
                uploaded_by="operator", forwarded_on=date.fromisoformat(forwarded) if forwarded else None,
            )
        )  # fmt: skip

    def step(self, kind: StepKind, day: str) -> None:
        self.session.add(
            AcceptanceStep(
                park_id=self.park.id, kind=kind, dated=date.fromisoformat(day), recorded_at=MADE_AT,
                recorded_by="committee", file_id=factories.make_file(self.session).id,
            )
        )  # fmt: skip

    def merge(self, day: str, name: str) -> None:
        """The district ends the day before, and its successor has a 经办人 of its own."""
        on = date.fromisoformat(day)
        self.district.valid_to = on - timedelta(days=1)
        heir = factories.make_unit(self.session, name, valid_from=on)
        self._person(heir, ContactRole.HANDLER.label, f"{name}经办人")
        self.session.add(UnitSuccession(predecessor_id=self.district.id, successor_id=heir.id, on=on))

    def committee(self) -> None:
        unit = factories.make_unit(self.session, "市经济信息委", kind="committee")
        self._person(unit, ContactRole.HANDLER.label, "市经济信息委经办人")

    def bounced(self, day: str) -> None:
        person = self.session.scalars(select(Contact).where(Contact.role == ContactRole.HANDLER)).first()
        assert person is not None
        person.bounced_on = date.fromisoformat(day)

    def operator(self) -> None:
        self._person(self.district, ContactRole.OPERATOR.label, park_id=self.park.id)

    def _prove(self) -> None:
        """A paper for everything that any accepted report states."""
        self.session.flush()
        for period, submission_id in facts.accepted_versions(self.session, self.park.id, date.max).items():
            row = self.session.get_one(Submission, submission_id)
            stated = StatedIn(row.id, period, row.no, SubmissionState.ACCEPTED)
            tables = report_tables(self.session, row.id)
            found = ledger_of(self.session, self.park, stated, tables, date(2029, 1, 1))
            paper = factories.make_evidence(
                self.session, self.park, factories.make_file(self.session), uploaded_at=MADE_AT.replace(year=2024)
            )
            paper.links = [EvidenceLink(claim_kind=c.key.kind, subject=c.key.subject) for c in found.unproven]


SENTENCES: dict[str, Callable[..., object]] = {
    rf"批复{DAY}": lambda w, day: None,
    r"没有经办人": lambda w: None,
    r"另有(审核人|负责人|区县政府|B角)": lambda w, role: w._person(w.district, role),
    r"审核人、负责人和区县政府均有邮箱": lambda w: [w._person(w.district, r) for r in ("审核人", "负责人", "区县政府")],
    r"园区运营管理机构有联系人": lambda w: w.operator(),
    r"市经济信息委有经办人": lambda w: w.committee(),
    rf"经办人邮箱自{DAY}退信": lambda w, day: w.bounced(day),
    rf"区县于{DAY}并入(.+区)": lambda w, day, name: w.merge(day, name),
    rf"{PERIOD}数据于{DAY}收到": lambda w, period, day: w.data(period, day),
    rf"{PERIOD}函于{DAY}收到(?:，落款{DAY})?": lambda w, period, day, dated: w.letter(period, day, dated),
    rf"{PERIOD}于{DAY}退回修改": lambda w, period, day: factories.send_back(
        w.session, w.newest(period), on=date.fromisoformat(day)
    ),
    rf"{PERIOD}于{DAY}审核通过": lambda w, period, day: factories.accept(
        w.session, w.newest(period), on=date.fromisoformat(day)
    ),
    rf"{PERIOD}于{DAY}收齐并审核通过(?:，(.+?)为([\d.]+))?": lambda w, period, day, label, value: w.accepted(
        period, day, label, value or ""
    ),
    r"其余各期均按期收齐并审核通过": lambda w: w.all_in(),
    rf"{PERIOD}经批准延期至{DAY}（{DAY}）": lambda w, p, due, day: w.act(p, ActKind.EXTENSION, day, due),
    rf"{PERIOD}免报（{DAY}）": lambda w, period, day: w.act(period, ActKind.WAIVER, day),
    rf"{PERIOD}零报告（{DAY}）": lambda w, period, day: w.act(period, ActKind.NIL_RETURN, day),
    rf"{PERIOD}工作计划于{DAY}登记": lambda w, p, day: w.act(p, ActKind.DISCHARGE, day, paper="plan"),
    rf"{PERIOD}报送通知于{DAY}确认": lambda w, period, day: w.round(period, day),
    rf"{PERIOD}于{DAY}反馈，承诺{DAY}前办结": lambda w, period, day, promised: w.feedback(period, day, promised),
    rf"{PERIOD}自{DAY}至{DAY}暂缓催报": lambda w, period, since, until: w.pause(period, since, until),
    rf"{PERIOD}于{DAY}电话催办(审核人|负责人|区县政府)": lambda w, period, day, role: w.call(period, day, role),
    rf"重点任务“(.+)”时限{DAY}(?:，{DAY}销号)?": lambda w, name, day, done: w.task(name, day, done),
    rf"问题“(.+)”整改时限{DAY}(?:，{DAY}销号)?": lambda w, name, day, done: w.issue(name, day, done),
    PANEL: lambda w, *said: w.panel(*said),
    rf"{PERIOD}建设进展于{DAY}上传(?:，{DAY}转报)?": lambda w, period, day, sent: w.progress(period, day, sent),
    rf"自评报告于{DAY}登记": lambda w, day: w.step(StepKind.SELF_ASSESSMENT, day),
    rf"区县主管部门于{DAY}审核": lambda w, day: w.step(StepKind.DEPARTMENT_REVIEW, day),
    rf"验收申请函于{DAY}登记": lambda w, day: w.step(StepKind.ACCEPTANCE_LETTER, day),
    r"目标：(.+?)从([\d.]+)到([\d.]+)(?:，12个月阶段目标([\d.]+))?(?:，(分段推进|后期加快))?": lambda w, *said: w.goal(
        *said
    ),
    rf"(.+)口径自{PERIOD}变更": lambda w, label, since: w.definition(label, since),
    rf"{PERIOD}未报": lambda w, period: None,
    r".+，不(?:提醒|另开立)": lambda w: None,
    r"佐证未提交": lambda w: setattr(w, "proven", False),
    rf"{DAY}已检查": lambda w, day: w.checks.append(date.fromisoformat(day)),
}
