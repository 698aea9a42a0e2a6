"""按原文件重新办理: a returned version goes on from the same file, with what was decided and explained."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from db.models import AuditEntry, Park, Submission, SubmissionReading
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import DecisionKind
from services import decisions, explanations, reviews, submissions
from services.decisions import Answer
from services.platform import Platform
from services.submissions import ingest
from tests import factories
from tests.papers import report

TODAY = date(2025, 8, 20)
WHY = "二期厂房按实测面积填报，规划面积尚未调整"


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    with platform.database.write() as session:
        return factories.make_park(session, "示例甲园")


@pytest.fixture
def data(park: Park) -> bytes:
    return report(park.title, figures={"staff_cyber": "约0.45", "area_built": 51})


@pytest.fixture
def returned(platform: Platform, park: Park, district: Actor, data: bytes) -> int:
    """Decided, explained, submitted and sent back for a better explanation."""
    done = ingest(platform, district, "半年报.xlsx", data, received_on=date(2025, 7, 20), submit=False)
    assert done.submission_id is not None
    with platform.database.write() as session:
        cell = session.scalars(
            select(SubmissionReading).filter_by(submission_id=done.submission_id, key="staff_cyber", column="current")
        ).one()
        decisions.decide(session, district, done.submission_id, cell.id, Answer(DecisionKind.CONFIRM))
        row = session.get_one(Submission, done.submission_id)
        for finding in explanations.unexplained(session, row):
            explanations.explain(session, district, done.submission_id, finding.id, WHY)
        submissions.submit(session, district, done.submission_id, date(2025, 7, 21))
    with platform.database.write() as session:
        reviews.return_report(session, SYSTEM_ACTOR, done.submission_id, "情况说明请写明依据", date(2025, 7, 25))
    return done.submission_id


def test_it_becomes_a_new_draft_with_all_that_was_said(platform: Platform, district: Actor, returned: int) -> None:
    done = submissions.reopen(platform, district, returned)
    assert done.submission_id is not None
    with platform.database.read() as session:
        old, new = session.get_one(Submission, returned), session.get_one(Submission, done.submission_id)
        assert (new.version, new.state, new.file_id, new.file_name) == (2, "draft", old.file_id, old.file_name)
        assert (new.received_on, new.uploaded_by, old.state) == (TODAY, "district", "returned")
        told = [[(r.key, r.column, r.raw, r.value, r.effective_status, r.where) for r in row.readings]
                for row in (old, new)]  # fmt: skip
        assert told[0] == told[1]
        assert explanations.unexplained(session, new) == []
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor, entry.new["version"]) == ("submission.reopen", "district", 2)
    with platform.database.write() as session:
        submissions.submit(session, district, done.submission_id, TODAY)
        reviews.accept(session, SYSTEM_ACTOR, done.submission_id, TODAY)


def test_it_is_judged_by_what_is_known_today(platform: Platform, park: Park, district: Actor, returned: int) -> None:
    """Meanwhile another park's accepted report lists one of its firms."""
    with platform.database.write() as session:
        other = factories.make_park(session, "示例乙园")
        listed = factories.make_submission(session, other, "2025H1")
        listed.readings.append(
            factories.make_reading("name", "示例安全3有限公司", table="roster", row=1, unit="", where="企业名录!B4")
        )
        factories.accept(session, listed)
    done = submissions.reopen(platform, district, returned)
    assert any("另一园区" in finding.message for finding in done.reading.findings)


def test_the_same_file_uploaded_again_is_pointed_there(
    platform: Platform, district: Actor, data: bytes, returned: int
) -> None:
    again = ingest(platform, district, "半年报.xlsx", data, submit=False)
    assert (again.stored, again.submission_id) == (False, returned)
    message = next(f.message for f in again.reading.findings if f.code == "duplicate_file")
    assert "按原文件重新办理" in message
    submissions.reopen(platform, district, returned)
    draft = ingest(platform, district, "半年报.xlsx", data, submit=False)
    message = next(f.message for f in draft.reading.findings if f.code == "duplicate_file")
    assert draft.stored is False
    assert "按原文件重新办理" not in message


def test_only_a_returned_version_and_only_once(platform: Platform, park: Park, district: Actor, returned: int) -> None:
    done = submissions.reopen(platform, district, returned)
    assert done.submission_id is not None
    with pytest.raises(Refused, match="之后已有第2版草稿1（已上传、未报送）"):
        submissions.reopen(platform, district, returned)
    with pytest.raises(Refused, match="只有退回修改的版本"):
        submissions.reopen(platform, district, done.submission_id)
    with platform.database.read() as session:
        assert len(session.scalars(select(Submission)).all()) == 2


def test_nobody_elses_and_nobody_without_leave(platform: Platform, park: Park, returned: int) -> None:
    with pytest.raises(Unknown):
        submissions.reopen(platform, Actor("x", Role.DISTRICT, Scope()), returned)
    with pytest.raises(AccessDenied):
        submissions.reopen(platform, Actor("y", Role.OPERATOR, Scope(park_ids=frozenset({park.id}))), returned)


def test_without_its_file_it_cannot_go_on(platform: Platform, district: Actor, returned: int) -> None:
    platform.storage.path(platform.storage.names()[0]).unlink()
    with pytest.raises(Refused, match="原文件不在存储中"):
        submissions.reopen(platform, district, returned)
