"""What becomes of an uploaded file: versions, attempts, duplicates, and who may touch which park."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import facts
from db.models import AuditEntry, Park, ParkSnapshot, StoredFile, Submission, SubmissionReading
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear, Severity
from services import audit, parks, submissions
from services.platform import Platform
from services.submissions import Ingested, ingest
from tests.factories import accept, make_park, make_submission, make_unit
from tests.papers import SAMPLES, firm, report

TODAY = date(2026, 8, 3)
H1 = HalfYear(2025, 1)


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    with platform.database.write() as session:
        return _with_district(make_park(session, "示例甲园", district=make_unit(session, "示例甲区")))


def _with_district(park: Park) -> Park:
    assert park.district.name
    return park


def district_of(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})), park.district_id)


def upload(platform: Platform, data: bytes, **options: Any) -> Ingested:
    options = {"submit": True, "received_on": date(2025, 7, 20)} | options
    name = options.pop("name", "半年报.xlsx")
    return ingest(platform, options.pop("actor", SYSTEM_ACTOR), name, data, **options)


def rows(session: Session) -> list[Submission]:
    return list(session.scalars(select(Submission).order_by(Submission.id)))


def codes(result: Ingested) -> set[str]:
    return {finding.code for finding in result.reading.findings}


def test_a_clean_report_is_stored_submitted_and_counts_as_received(platform: Platform, park: Park) -> None:
    data = report(park.title)
    result = upload(platform, data)
    assert (result.stored, result.reading.clean, result.reading.park) == (True, True, park.code)
    with platform.database.read() as session:
        (row,) = rows(session)
        assert (row.id, row.version, row.state, row.period) == (result.submission_id, 1, "submitted", "2025H1")
        assert (row.clean, row.has_errors, row.submitted_on) == (True, False, date(2025, 7, 20))
        assert platform.storage.get(row.file.sha256) == data
        assert facts.receipts(session, park.id, TODAY)[H1].data_on == date(2025, 7, 20)
        snapshot = session.get_one(ParkSnapshot, park.id)
        assert (snapshot.pending, snapshot.figures) == (1, {})  # submitted is not accepted: no fact yet


def test_every_cell_keeps_raw_text_value_unit_status_and_place(platform: Platform, park: Park) -> None:
    upload(platform, report(park.title, figures={"revenue_cyber": "15000万元"}))
    with platform.database.read() as session:
        cell = session.scalars(select(SubmissionReading).where(SubmissionReading.key == "revenue_cyber")).first()
        assert cell is not None
        assert (cell.table, cell.column, cell.where) == ("figures", "current", "半年报!C10")
        assert (cell.raw, cell.value, cell.unit, cell.status) == ("15000万元", "1.5", "亿元", "note")
        firms = session.scalar(select(func.count()).where(SubmissionReading.table == "roster"))
        assert firms == 25 * 12


def test_a_new_upload_is_a_new_version_and_the_old_one_stays(platform: Platform, park: Park) -> None:
    first = upload(platform, report(park.title))
    second = upload(platform, report(park.title, figures={"firms_total": 61}), received_on=date(2025, 7, 25))
    with platform.database.read() as session:
        assert [(row.id, row.version, row.state) for row in rows(session)] == [
            (first.submission_id, 1, "submitted"),
            (second.submission_id, 2, "submitted"),
        ]
        values = session.scalars(select(SubmissionReading.value).where(SubmissionReading.key == "firms_total"))
        assert list(values) == ["60", "61"]


def test_the_same_bytes_again_change_nothing(platform: Platform, park: Park) -> None:
    data = report(park.title)
    first = upload(platform, data)
    again = upload(platform, data, name="另存.xlsx")
    assert (again.stored, again.submission_id) == (False, first.submission_id)
    (finding,) = [finding for finding in again.reading.findings if finding.code == "duplicate_file"]
    assert "第1版" in finding.message
    with platform.database.read() as session:
        assert len(rows(session)) == 1
        assert session.scalar(select(func.count()).select_from(SubmissionReading)) == 15 + 25 * 12
    upload(platform, report(park.title, figures={"firms_total": 61}))
    assert "duplicate_file" in codes(upload(platform, data))


def test_many_files_are_stored_in_their_order_each_on_its_own(platform: Platform, park: Park) -> None:
    papers = [report(park.title, figures={"revenue_cyber": f"5.{number}"}) for number in range(4)]
    files = [(f"{number}.xlsx", data) for number, data in enumerate([*papers, b"no paper", papers[0]])]
    done = list(submissions.ingest_all(platform, SYSTEM_ACTOR, files, submit=True))
    assert [result.reading.file for result in done] == [name for name, _ in files]
    assert [result.stored for result in done] == [True] * 4 + [False] * 2
    with platform.database.read() as session:
        assert [(row.file_name, row.version) for row in rows(session)] == [
            ("0.xlsx", 1), ("1.xlsx", 2), ("2.xlsx", 3), ("3.xlsx", 4), ("4.xlsx", 0)
        ]  # fmt: skip
    with pytest.raises(Refused):
        list(submissions.ingest_all(platform, SYSTEM_ACTOR, files, received_on=date(2099, 1, 1), submit=True))


def test_errors_keep_a_report_a_draft(platform: Platform, park: Park) -> None:
    result = upload(platform, report(park.title, figures={"area_operating": None}))
    assert result.stored
    assert "blank_field" in codes(result)
    with platform.database.read() as session:
        (row,) = rows(session)
        assert (row.state, row.has_errors, row.submitted_on) == ("draft", True, None)
        assert H1 not in facts.receipts(session, park.id, TODAY)


def test_a_confirm_keeps_it_from_being_clean_not_from_being_submitted(platform: Platform, park: Park) -> None:
    result = upload(platform, report(park.title, figures={"area_built": 51}))
    assert (codes(result), result.reading.clean) == ({"built_exceeds_planned"}, False)
    with platform.database.read() as session:
        assert [(row.state, row.clean, row.has_errors) for row in rows(session)] == [("submitted", False, False)]


def test_a_dry_run_leaves_nothing_behind(platform: Platform, park: Park) -> None:
    data = report(park.title, figures={"area_built": 51})
    result = upload(platform, data, dry_run=True)
    assert (result.stored, result.submission_id, codes(result)) == (False, None, {"built_exceeds_planned"})
    with platform.database.read() as session:
        assert rows(session) == []
        assert session.scalars(select(StoredFile)).all() == []
        assert session.scalars(select(AuditEntry)).all() == []
    upload(platform, data)
    assert "duplicate_file" in codes(upload(platform, data, dry_run=True))


def refused_files(park: Park) -> dict[str, tuple[str, bytes, dict[str, Any], str]]:
    good = report(park.title)
    return {
        "empty": ("空.xlsx", b"", {}, ""),
        "cut in half": ("半截.xlsx", good[: len(good) // 2], {}, "file_unreadable"),
        "no report": ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 500, {}, ""),
        "unknown park": ("未知.xlsx", report("国家网络安全产业园区（无名园）"), {}, "park_unknown"),
        "another park": ("他园.xlsx", report("国家网络安全产业园区（示例乙园）"), {"park": park.code}, "park_mismatch"),
        "another period": ("他期.xlsx", good, {"period": HalfYear(2025, 2)}, "period_mismatch"),
    }


@pytest.mark.parametrize(
    "case", ["empty", "cut in half", "no report", "unknown park", "another park", "another period"]
)
def test_what_cannot_be_stored_is_kept_as_an_attempt_with_one_clear_message(
    platform: Platform, park: Park, case: str
) -> None:
    with platform.database.write() as session:
        make_park(session, "示例乙园", district=make_unit(session, "示例乙区"))
    name, data, options, code = refused_files(park)[case]
    result = upload(platform, data, name=name, **options)
    assert not result.stored
    blocking = [finding for finding in result.reading.findings if finding.severity is not Severity.NOTE]
    assert len(blocking) == 1
    assert blocking[0].code == code or not code
    assert blocking[0].message
    with platform.database.read() as session:
        (row,) = rows(session)
        assert (row.state, row.version, row.file_name) == ("attempt", 0, name)
        assert [finding.message for finding in row.findings] == [finding.message for finding in result.reading.findings]
        assert row.readings == []
        assert platform.storage.get(row.file.sha256) == data
        assert facts.receipts(session, park.id, TODAY) == {}


def test_a_paper_of_an_unknown_park_is_not_compared_with_the_papers_of_others(platform: Platform, park: Park) -> None:
    upload(platform, report(park.title))
    assert codes(upload(platform, report("国家网络安全产业园区（无名园）"))) == {"park_unknown"}


def test_a_file_may_have_a_name_as_long_as_any(platform: Platform) -> None:
    name = f"{'长' * 250}.xlsx"
    upload(platform, b"no report", name=name)
    with platform.database.read() as session:
        assert rows(session)[0].file_name == name
        assert session.scalars(select(AuditEntry.subject)).one().startswith("未入库的文件长长")


def test_attempts_do_not_use_up_version_numbers(platform: Platform, park: Park) -> None:
    for _ in range(2):
        upload(platform, b"", park=park.code)
    upload(platform, report(park.title))
    with platform.database.read() as session:
        assert [(row.state, row.version) for row in rows(session)] == [("attempt", 0), ("attempt", 0), ("submitted", 1)]


def test_a_period_the_park_does_not_owe_is_stored_and_questioned(platform: Platform, park: Park) -> None:
    result = upload(platform, report(park.title, "2024H1"))
    assert (result.stored, codes(result)) == (True, {"period_mismatch"})
    (finding,) = result.reading.findings
    assert finding.severity is Severity.CONFIRM
    assert "2025年上半年、2025年下半年、2026年上半年" in finding.message


def test_december_is_compared_with_the_accepted_june(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        june = make_submission(
            session, session.get_one(Park, park.id), "2025H1", figures={"revenue_total": Decimal("4.2")}
        )
    december = report(park.title, "2025H2", figures={"revenue_cyber": "无", "tier_5m_20m": 0}, firms=[])
    assert "cumulative_fell" not in codes(upload(platform, december, received_on=TODAY, dry_run=True))
    with platform.database.write() as session:
        accept(session, session.get_one(Submission, june.id), date(2025, 8, 1))
    assert "cumulative_fell" in codes(upload(platform, december, received_on=TODAY))


def test_a_firm_in_two_parks_files_is_a_note(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        other = make_park(session, "示例乙园")
    upload(platform, report(other.title, firms=[firm(number) for number in range(25, 50)]))
    result = upload(platform, report(park.title))
    assert result.reading.clean
    (finding,) = [finding for finding in result.reading.findings if finding.code == "duplicate_firm"]
    assert finding.severity is Severity.NOTE
    assert "示例安全25有限公司" in finding.message
    assert other.title not in finding.message


def test_a_large_roster_goes_in_whole(platform: Platform, park: Park) -> None:
    many = [firm(number, cyber=13.5, revenue=20) for number in range(1, 1001)]
    figures = {"firms_cyber": 1000, "firms_total": 1200, "tier_5m_20m": 0}
    result = upload(platform, report(park.title, figures=figures, firms=many))
    assert result.reading.clean
    with platform.database.read() as session:
        assert session.scalar(select(func.count()).where(SubmissionReading.table == "roster")) == 12_000


# Application forms.


def test_a_form_finds_its_park_by_title(platform: Platform, park: Park) -> None:
    data = (SAMPLES / "application-forms" / "申报表-示例甲园.docx").read_bytes()
    result = upload(platform, data, name="申报表-示例甲园.docx")
    assert (result.stored, result.reading.park, result.reading.meets_thresholds) == (True, park.code, True)
    with platform.database.read() as session:
        (row,) = rows(session)
        assert (row.park_id, row.kind, row.period, row.version) == (park.id, "application_form", None, 1)
        assert facts.receipts(session, park.id, TODAY) == {}
    assert "duplicate_file" in codes(upload(platform, data, name="申报表-示例甲园.docx"))


def test_a_form_needs_no_registered_park(platform: Platform) -> None:
    data = (SAMPLES / "application-forms" / "申报表-示例甲园.docx").read_bytes()
    result = upload(platform, data, name="申报表.docx")
    assert (result.stored, result.reading.park) == (True, None)
    assert result.reading.park_title == "国家网络安全产业园区（示例甲园）"
    assert result.reading.clean
    again = upload(platform, data, name="申报表.docx")
    assert (again.stored, "duplicate_file" in codes(again)) == (False, True)


def test_a_form_handed_in_before_its_park_was_registered_is_linked_to_it(platform: Platform) -> None:
    data = (SAMPLES / "application-forms" / "申报表-示例甲园.docx").read_bytes()
    early = upload(platform, data, name="申报表.docx").submission_id
    other = (SAMPLES / "application-forms" / "申报表-示例乙园-有问题.docx").read_bytes()
    upload(platform, other, name="申报表乙.docx")
    with platform.database.write() as session:
        registered = parks.register_park(
            session, SYSTEM_ACTOR, title="国家网络安全产业园区（示例甲园）", district="示例甲区", create_unit=True,
            approved_on=date(2024, 10, 10), approval_no="示例函〔2024〕1号",
        )  # fmt: skip
    with platform.database.read() as session:
        assert [(row.id, row.version) for row in rows(session) if row.park_id == registered.park_id] == [(early, 1)]
        linked = session.scalars(select(AuditEntry).where(AuditEntry.action == "submission.link")).one()
        assert linked.subject == "国家网络安全产业园区（示例甲园）申报表第1版"
    again = upload(platform, data, name="申报表.docx")
    assert (again.stored, again.reading.park) == (False, registered.code)


def test_a_form_of_another_park_is_not_stored_under_the_one_named(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        other = make_park(session, "示例乙园")
    data = (SAMPLES / "application-forms" / "申报表-示例甲园.docx").read_bytes()
    result = upload(platform, data, name="申报表.docx", park=other.code)
    assert (result.stored, codes(result)) == (False, {"park_mismatch"})
    assert upload(platform, data, name="申报表.docx", park=park.code).stored


# Who may do what.


def test_another_districts_park_is_as_unknown_as_none(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        stranger = district_of(_with_district(make_park(session)))
    with pytest.raises(Unknown) as outside:
        upload(platform, report(park.title), actor=stranger, park=park.code)
    with pytest.raises(Unknown) as nowhere:
        upload(platform, report(park.title), actor=stranger, park="sample-none")
    assert str(outside.value).replace(park.code, "") == str(nowhere.value).replace("sample-none", "")
    by_content = upload(platform, report(park.title), actor=stranger)
    assert (by_content.stored, codes(by_content)) == (False, {"park_unknown"})


def test_a_district_uploads_its_own_and_submits_it(platform: Platform, park: Park) -> None:
    actor = district_of(park)
    result = upload(platform, report(park.title), actor=actor, submit=False, received_on=date(2025, 7, 28))
    assert result.submission_id is not None
    with platform.database.write() as session:
        assert session.get_one(Submission, result.submission_id).state == "draft"
        assert H1 not in facts.receipts(session, park.id, TODAY)
        submissions.submit(session, actor, result.submission_id, date(2025, 8, 2))
    with platform.database.read() as session:
        row = session.get_one(Submission, result.submission_id)
        assert (row.state, row.submitted_on, row.received_on) == ("submitted", date(2025, 8, 2), date(2025, 8, 2))
        assert facts.receipts(session, park.id, TODAY)[H1].data_on == date(2025, 8, 2)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EXPERT, Role.ADMIN])
def test_others_upload_nothing(platform: Platform, park: Park, role: Role) -> None:
    actor = Actor("someone", role, Scope(park_ids=frozenset({park.id})))
    with pytest.raises(AccessDenied):
        upload(platform, report(park.title), actor=actor, submit=False)


# 报送.


def draft(platform: Platform, park: Park, **figures: Any) -> int:
    result = upload(platform, report(park.title, figures=figures), submit=False)
    assert result.submission_id is not None
    return result.submission_id


def refusal(platform: Platform, actor: Actor, submission_id: int, on: date = TODAY) -> str:
    with platform.database.write() as session, pytest.raises(Refused) as refused:
        submissions.submit(session, actor, submission_id, on)
    return str(refused.value)


def test_a_draft_with_errors_is_not_submitted_and_the_places_are_named(platform: Platform, park: Park) -> None:
    submission_id = draft(platform, park, area_operating=None, revenue_cyber="4.5")
    message = refusal(platform, SYSTEM_ACTOR, submission_id)
    assert "2处须更正" in message
    assert "半年报!C8" in message
    assert "半年报!C10" in message


def test_only_the_newest_draft_is_submitted_and_only_once(platform: Platform, park: Park) -> None:
    old, new = draft(platform, park), draft(platform, park, firms_total=61)
    assert "第1版草稿2" in refusal(platform, SYSTEM_ACTOR, old)
    with platform.database.write() as session:
        submissions.submit(session, SYSTEM_ACTOR, new, TODAY)
    assert "已报送" in refusal(platform, SYSTEM_ACTOR, new)


def test_a_submission_is_not_dated_ahead_or_before_its_upload(platform: Platform, park: Park) -> None:
    submission_id = draft(platform, park)
    assert "2026年8月4日" in refusal(platform, SYSTEM_ACTOR, submission_id, date(2026, 8, 4))
    assert "2025年7月19日" in refusal(platform, SYSTEM_ACTOR, submission_id, date(2025, 7, 19))


def test_a_strangers_report_does_not_exist(platform: Platform, park: Park) -> None:
    submission_id = draft(platform, park)
    with platform.database.write() as session:
        stranger = district_of(_with_district(make_park(session)))
    there, nowhere = refusal(platform, stranger, submission_id), refusal(platform, stranger, 999_999)
    assert there.replace(str(submission_id), "") == nowhere.replace("999999", "")


def test_a_file_from_days_to_come_is_refused(platform: Platform, park: Park) -> None:
    with pytest.raises(Refused, match="2026年8月4日"):
        upload(platform, report(park.title), received_on=date(2026, 8, 4))


def test_all_of_it_stands_in_the_log(platform: Platform, park: Park) -> None:
    upload(platform, b"", actor=district_of(park), park=park.code)
    submission_id = draft(platform, park)
    with platform.database.write() as session:
        submissions.submit(session, SYSTEM_ACTOR, submission_id, TODAY)
    with platform.database.read() as session:
        entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))
        assert [(entry.actor, entry.action, entry.park_id) for entry in entries] == [
            ("district", "submission.attempt", park.id),
            ("system", "submission.store", park.id),
            ("system", "submission.submit", park.id),
        ]
        assert entries[2].old == {"state": "draft", "received_on": "2025-07-20"}
        assert list(audit.broken_links(session)) == []


# Whatever comes.


def test_two_uploads_at_the_same_moment_get_two_numbers_and_one_file_one(platform: Platform, park: Park) -> None:
    one, two = report(park.title), report(park.title, figures={"firms_total": 61})
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda data: upload(platform, data), [one, two, one, two]))
    assert sorted(result.stored for result in results) == [False, False, True, True]
    with platform.database.read() as session:
        assert sorted(row.version for row in rows(session)) == [1, 2]
        assert list(audit.broken_links(session)) == []


def test_the_same_useless_file_twice_at_once_is_two_attempts(platform: Platform, park: Park) -> None:
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda data: upload(platform, data), [b"nothing"] * 4))
    assert [result.stored for result in results] == [False] * 4
    with platform.database.read() as session:
        assert [row.state for row in rows(session)] == ["attempt"] * 4
        assert len(session.scalars(select(StoredFile)).all()) == 1


def test_a_file_name_no_database_takes_is_kept_readable(platform: Platform, park: Park) -> None:
    """A name in an encoding of another system reaches Python with halves of characters in it."""
    result = upload(platform, report(park.title), name="半年\udcb1\udca8.xlsx")
    assert result.stored
    with platform.database.read() as session:
        assert [row.file_name for row in rows(session)] == ["半年??.xlsx"]
