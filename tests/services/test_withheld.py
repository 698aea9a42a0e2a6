"""涉密误传: nothing of the file is kept; a false alarm is claimed by one person and released by another."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select

from db.models import AuditEntry, StoredFile, Submission, WithheldFile
from policy.access import FULL_SCOPE, Actor, Role
from policy.refusal import Refused, Unknown
from services import submissions, withheld
from services.platform import Platform
from services.verification import verify
from tests.services.intake.makers import changed

UPLOADER = Actor("uploader", Role.DISTRICT, FULL_SCOPE)
COLLEAGUE = Actor("colleague", Role.DISTRICT, FULL_SCOPE)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
MARKED = changed(("企业名录", "M30", "机密★"), ("企业名录", "B4", "示例绝不外传有限公司"))


def upload(platform: Platform, *, dry_run: bool = False) -> submissions.Ingested:
    return submissions.ingest(platform, UPLOADER, "半年报.xlsx", MARKED, submit=False, dry_run=dry_run)


def only_row(platform: Platform) -> WithheldFile:
    with platform.database.read() as session:
        row = session.scalars(select(WithheldFile)).one()
        session.expunge(row)
        return row


def test_nothing_of_the_content_is_kept(platform: Platform) -> None:
    done = upload(platform)
    assert (done.stored, done.submission_id) == (False, None)
    assert [finding.code for finding in done.reading.findings] == ["classified_mark"]
    assert platform.storage.names() == []
    row = only_row(platform)
    assert (row.name, row.uploaded_by, row.sha256) == ("半年报.xlsx", "uploader", hashlib.sha256(MARKED).hexdigest())
    with platform.database.read() as session:
        assert session.scalars(select(StoredFile)).all() == []
        assert session.scalars(select(Submission)).all() == []
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "file.withheld")).one()
        assert "绝不外传" not in f"{entry.subject}{entry.new}{row.where}"
    assert verify(platform).problems == ()


def test_a_dry_run_leaves_no_trace(platform: Platform) -> None:
    upload(platform, dry_run=True)
    with platform.database.read() as session:
        assert session.scalars(select(WithheldFile)).all() == []


def test_a_false_alarm_is_claimed_and_released_by_two_people(platform: Platform) -> None:
    upload(platform)
    number = only_row(platform).id
    with platform.database.write() as session:
        withheld.claim(session, UPLOADER, number, "样式中的示例文字，原件不涉密")
    with platform.database.write() as session:
        withheld.release(session, COMMITTEE, number, "已核对原件，不涉密")
    done = upload(platform)
    assert "classified_mark" not in [finding.code for finding in done.reading.findings]
    assert platform.storage.names() == [hashlib.sha256(MARKED).hexdigest()]


def test_what_is_refused(platform: Platform) -> None:
    upload(platform)
    upload(platform)
    number = only_row(platform).id
    with platform.database.write() as session:
        with pytest.raises(Refused, match="没有申明"):
            withheld.release(session, COMMITTEE, number, "已核对原件，不涉密")
        with pytest.raises(Refused, match="理由"):
            withheld.claim(session, UPLOADER, number, "误报")
        with pytest.raises(Unknown):
            withheld.claim(session, COLLEAGUE, number, "样式中的示例文字")
        withheld.claim(session, UPLOADER, number, "样式中的示例文字")
        with pytest.raises(Refused, match="以外的人"):
            withheld.release(session, Actor("uploader", Role.COMMITTEE, FULL_SCOPE), number, "已核对原件")
