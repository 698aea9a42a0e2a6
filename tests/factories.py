"""Rows for tests, made one by one with the traits a test speaks of; nothing is shared between tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    Account,
    Alert,
    Contact,
    Evidence,
    Expert,
    FirmPage,
    Goal,
    Letter,
    LetterPark,
    Obligation,
    Panel,
    PanelMember,
    Park,
    PlanTask,
    ProgressReport,
    Rectification,
    ReportingRound,
    Review,
    SiteVisit,
    StoredFile,
    Submission,
    SubmissionReading,
    Unit,
    VisitedFirm,
)
from policy.deadlines import construction_end
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.obligations import half_year_obligations
from policy.progress_report import SECTIONS
from policy.rulebook import DEFAULT

MADE_AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
APPROVED_ON = date(2024, 10, 10)
_numbers = count(1)


def make_unit(session: Session, name: str | None = None, **columns: Any) -> Unit:
    """A fictional district; the name's 区/县 is dropped for its short name."""
    number = next(_numbers)
    name = name or f"示例{number}区"
    values = {"short_name": name.rstrip("区县"), "kind": "district", "position": number, "fictional": True}
    return _add(session, Unit(name=name, **values | columns))


def make_park(
    session: Session,
    name: str | None = None,
    *,
    district: Unit | None = None,
    approved_on: date = APPROVED_ON,
    obligations: bool = True,
    **columns: Any,
) -> Park:
    """An approved park 国家网络安全产业园区（name）, with what it owes unless `obligations` is off."""
    number = next(_numbers)
    name = name or f"示例{number}园"
    values = {
        "code": f"sample-{number}",
        "title": f"国家网络安全产业园区（{name}）",
        "short_name": name,
        "operator": f"{name}运营管理有限公司（虚构）",
        "approval_no": f"示例函〔{approved_on.year}〕{number}号",
        "ends_on": construction_end(approved_on),
        "created_at": MADE_AT,
    }
    park = Park(district=district or make_unit(session), approved_on=approved_on, **values | columns)
    _add(session, park)
    if obligations:
        _add_obligations(session, park)
    return park


def _add_obligations(session: Session, park: Park) -> None:
    for owed in half_year_obligations(park.approved_on, park.ends_on, DEFAULT):
        session.add(
            Obligation(park_id=park.id, kind=owed.kind, period=str(owed.period), due_on=owed.due_on, clause=owed.clause)
        )
    session.flush()


def make_contact(session: Session, unit: Unit, **columns: Any) -> Contact:
    """The unit's handler with a mailbox, valid always unless told otherwise."""
    number = next(_numbers)
    values = {"name": f"示例{number}", "role": "handler", "mail": f"handler{number}@example.gov.cn"}
    return _add(session, Contact(unit_id=unit.id, **values | columns))


def make_file(session: Session, data: bytes | None = None, name: str = "半年报.xlsx") -> StoredFile:
    """The row of a file as received; the bytes themselves are not put into a storage."""
    data = data if data is not None else f"file {next(_numbers)}".encode()
    return _add(session, StoredFile(sha256=sha256(data).hexdigest(), size=len(data), name=name, stored_at=MADE_AT))


def make_submission(
    session: Session,
    park: Park | None,
    period: str | None = "2025H1",
    *,
    figures: Mapping[str, str | Decimal] | None = None,
    received_on: date = date(2025, 7, 20),
    file: StoredFile | None = None,
    **columns: Any,
) -> Submission:
    """The next version of a park's half-year report, clean and submitted, with `figures` of the current column."""
    file = file or make_file(session)
    values = {
        "kind": "half_year_report",
        "version": _next_version(session, park, period),
        "state": "submitted",
        "format": "xlsx",
        "months": int(period[-1]) * 6 if period else None,
        "park_title": park.title if park else None,
        "file_name": file.name,
        "uploaded_at": MADE_AT,
        "uploaded_by": "district",
        "submitted_on": received_on,
        "clean": True,
        "has_errors": False,
    }
    submission = Submission(park=park, period=period, file=file, received_on=received_on, **values | columns)
    for place, (key, value) in enumerate((figures or {}).items(), start=4):
        submission.readings.append(make_reading(key, value, where=f"半年报!C{place}"))
    return _add(session, submission)


def make_reading(key: str, value: str | Decimal | None, **columns: Any) -> SubmissionReading:
    """One figure as read, in the catalogue's unit; add it to a submission's `readings`."""
    text = plain(value) if isinstance(value, Decimal) else value
    values = {
        "table": "figures",
        "row": 0,
        "column": "current",
        "raw": text,
        "unit": BY_KEY[key].unit if key in BY_KEY else "",
        "status": "ok",
        "where": "半年报!C4",
    }
    return SubmissionReading(key=key, value=text, **values | columns)


def _next_version(session: Session, park: Park | None, period: str | None) -> int:
    if park is None or period is None:
        return 0
    newest = select(func.max(Submission.version)).where(Submission.park_id == park.id, Submission.period == period)
    return (session.scalar(newest) or 0) + 1


def add_roster(submission: Submission, firms: Sequence[tuple[str, str]]) -> None:
    """Firms of an 一览表 with their security revenue in 万元; revenue twice that, R&D a tenth, 30 people."""
    for number, (name, cyber) in enumerate(firms, start=1):
        told = {
            "name": name, "revenue": plain(Decimal(cyber) * 2), "cyber": cyber, "rnd": plain(Decimal(cyber) / 10),
            "staff": "30", "contact": "示例甲 13900001234",
        }  # fmt: skip
        submission.readings += [
            make_reading(key, value, table="roster", row=number, where=f"企业名录!{chr(65 + place)}{number + 3}")
            for place, (key, value) in enumerate(told.items())
        ]


def accept(session: Session, submission: Submission, on: date | None = None) -> Review:
    """The committee's acceptance of a version."""
    return _decide(session, submission, on, accepted=True, reason="")


def send_back(
    session: Session, submission: Submission, reason: str = "一览表缺少合计", on: date | None = None
) -> Review:
    """The committee's return of a version."""
    return _decide(session, submission, on, accepted=False, reason=reason)


def _decide(session: Session, submission: Submission, on: date | None, *, accepted: bool, reason: str) -> Review:
    submission.state = "accepted" if accepted else "returned"
    review = Review(
        submission=submission,
        accepted=accepted,
        reason=reason,
        decided_on=on or submission.received_on,
        decided_at=MADE_AT,
        decided_by="committee",
    )
    return _add(session, review)


def make_letter(
    session: Session,
    parks: Sequence[Park],
    period: str = "2025H1",
    *,
    received_on: date = date(2025, 7, 22),
    **columns: Any,
) -> Letter:
    """The letter of the parks' district for one period."""
    values = {
        "number": f"示例府函〔2025〕{next(_numbers)}号",
        "dated": received_on,
        "medium": "paper",
        "recorded_at": MADE_AT,
        "recorded_by": "committee",
    }
    letter = Letter(sender_id=parks[0].district_id, received_on=received_on, **values | columns)
    letter.parks = [LetterPark(park_id=park.id, period=period) for park in parks]
    return _add(session, letter)


def make_goal(session: Session, park: Park, key: str, baseline: str, target: str, **columns: Any) -> Goal:
    values = {
        "baseline_on": park.approved_on,
        "decision": park.approval_no,
        "valid_from": park.approved_on,
        "recorded_at": MADE_AT,
    }
    goal = Goal(park_id=park.id, key=key, baseline=Decimal(baseline), target=Decimal(target), **values | columns)
    return _add(session, goal)


def make_firm_page(session: Session, park: Park, period: str, firm: str, **columns: Any) -> FirmPage:
    """What a firm answered on its page; `cells` are its texts by column, all read with certainty."""
    file = columns.pop("file", None) or make_file(session, name=f"{firm}.xlsx")
    texts = {"name": firm, "cyber": "540"} | columns.pop("cells", {})
    cells = {
        key: {"raw": text, "value": text, "unit": "", "status": "ok", "where": f"一企一表!C{row}", "message": ""}
        for row, (key, text) in enumerate(texts.items(), start=6)
    }
    values = {
        "firm_key": firm, "firm_name": firm, "file": file, "file_name": file.name, "cells": cells, "clean": True,
        "uploaded_by": "operator", "uploaded_at": MADE_AT, "problem": "",
    }  # fmt: skip
    return _add(session, FirmPage(park_id=park.id, period=period, **values | columns))


def make_evidence(session: Session, park: Park, file: StoredFile, **columns: Any) -> Evidence:
    """A picture put forward by the park's operator, linked to nothing."""
    values = {
        "category": "events", "title": "活动照片", "file_name": file.name, "media_type": "png",
        "uploaded_by": "operator", "uploaded_at": MADE_AT,
    }  # fmt: skip
    return _add(session, Evidence(park_id=park.id, file=file, **values | columns))


def make_alert(
    session: Session, park: Park, rule: str = "report_overdue", matter: str = "2025H1", **columns: Any
) -> Alert:
    """An alert as a sweep opens it, open unless `closed_on` is told."""
    values = {
        "key": f"{rule}:{park.code}:{matter}", "rule": rule, "period": "2025H1", "due_on": date(2025, 7, 31),
        "clause": "五(二)", "message": f"{park.title}2025年上半年园区发展情况逾期未报：未报", "stage": "T+1",
        "rulebook": "1", "opened_on": date(2025, 8, 1), "closed_on": None,
    }  # fmt: skip
    return _add(session, Alert(park_id=park.id, **values | columns))


def make_progress_report(session: Session, park: Park, period: str = "2025Q4", **columns: Any) -> ProgressReport:
    """The next version of what the park's operator reports: 无 in every section but the first, waiting."""
    file = columns.pop("file", None) or make_file(session, name=f"建设进展-{period}.xlsx")
    content = dict.fromkeys((section.key for section in SECTIONS), "无") | {"investment": "新签约项目2个"}
    same = select(func.count()).where(ProgressReport.park_id == park.id, ProgressReport.period == period)
    values = {
        "version": (session.scalar(same) or 0) + 1, "file_id": file.id, "file_name": file.name, "content": content,
        "received_on": date(2026, 1, 10), "uploaded_at": MADE_AT, "uploaded_by": "operator",
    }  # fmt: skip
    return _add(session, ProgressReport(park_id=park.id, period=period, **values | columns))


def make_task(session: Session, park: Park, name: str, due_on: date, **columns: Any) -> PlanTask:
    """A 重点任务 of the plan, not done."""
    values = {
        "unit": "示例甲园运营管理有限公司（虚构）", "decision": "建设方案", "recorded_at": MADE_AT,
        "recorded_by": "committee",
    }  # fmt: skip
    return _add(session, PlanTask(park_id=park.id, name=name, due_on=due_on, **values | columns))


def make_visit(session: Session, park: Park, **columns: Any) -> SiteVisit:
    """A visit that was made to one firm, which agreed; from no roster."""
    values = {
        "planned_on": date(2026, 2, 10), "visited_on": date(2026, 2, 10), "purpose": "核对一览表",
        "visitors": "市经济信息委2人", "seed": 7, "size": 1, "recorded_at": MADE_AT, "recorded_by": "committee",
        "firms": [VisitedFirm(name="示例安全1有限公司", row=1, finding="agrees")],
    }  # fmt: skip
    return _add(session, SiteVisit(park_id=park.id, **values | columns))


def make_issue(session: Session, park: Park, problem: str, due_on: date, **columns: Any) -> Rectification:
    """A line of the 问题整改台账, not 销号."""
    values = {
        "source": "调研发现", "unit": "示例甲园运营管理有限公司（虚构）", "found_on": MADE_AT.date(),
        "recorded_at": MADE_AT, "recorded_by": "committee",
    }  # fmt: skip
    return _add(session, Rectification(park_id=park.id, problem=problem, due_on=due_on, **values | columns))


def make_expert(session: Session, **columns: Any) -> Expert:
    """Somebody of the 专家库 whom nothing binds to any park, without an account."""
    number = next(_numbers)
    values = {
        "code": f"ZJ{number:03}", "name": f"示例专家{number}", "employer": f"示例{number}大学（虚构）",
        "specialties": ["产业经济"], "recorded_at": MADE_AT, "recorded_by": "committee",
    }  # fmt: skip
    return _add(session, Expert(**values | columns))


def make_panel(session: Session, park: Park, experts: Sequence[Expert], **columns: Any) -> Panel:
    """A panel of these experts, the first its 组长, who all have signed the 保密及回避承诺书 on the day of the draw."""
    drawn_on = columns.pop("drawn_on", date(2026, 2, 2))
    values = {
        "seed": 7, "size": len(experts), "substitutes": 0, "quotas": {}, "pool": [], "recorded_at": MADE_AT,
        "recorded_by": "committee",
        "members": [
            PanelMember(expert=one, seat="member" if place else "leader", place=place + 1, committed_on=drawn_on)
            for place, one in enumerate(experts)
        ],
    }  # fmt: skip
    return _add(session, Panel(park_id=park.id, drawn_on=drawn_on, **values | columns))


def make_round(session: Session, period: str = "2026H1", **columns: Any) -> ReportingRound:
    """A draft of the 报送通知 of a half-year for all districts, without effect."""
    values = {"kind": "half_year_report", "unit_ids": [], "due_on": date(2026, 7, 31), "drafted_at": MADE_AT}
    return _add(session, ReportingRound(period=period, drafted_by="committee", **values | columns))


def make_account(session: Session, username: str = "committee", **columns: Any) -> Account:
    """An account that cannot log in: its password hash fits no password."""
    values = {"display_name": username, "password_hash": "!", "role": username, "created_at": MADE_AT}
    return _add(session, Account(username=username, **values | columns))


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
