"""建设进展报送: uploaded by the operator, passed on or sent back by the district, and chased from whoever holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from db.models import AuditEntry, Park, ProgressReport, StoredFile, WithheldFile
from db.queries.progress import OwedProgress, owed_progress, versions
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.periods import Quarter
from policy.progress_report import SECTIONS, ProgressPeriod, ProgressState
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear, ReceiptState, Standing
from services import alerting, progress_reports, rulebooks
from services.intake.templates.progress import ProgressFacts, write_progress
from services.platform import Platform
from services.progress_reports import NotTaken, Uploaded
from tests.factories import make_contact, make_park, make_progress_report, make_unit

TODAY = date(2026, 10, 12)
Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
SAID = {section.key: f"{section.label}情况" for section in SECTIONS}


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    """Approved 2025-10-10: its quarters run from 2026Q1 to 2027Q3. The operator has a contact, and the district one."""
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        park = make_park(session, "示例甲园", district=district, approved_on=date(2025, 10, 10), code="JIA")
        make_contact(session, district, mail="handler@example.gov.cn")
        make_contact(session, district, role="reviewer", mail="reviewer@example.gov.cn")
        make_contact(session, district, role="operator", mail="operator@example.gov.cn", park_id=park.id)
        return park


def operator(park: Park) -> Actor:
    return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))


def district(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))


COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


def download(platform: Platform, actor: Actor, period: ProgressPeriod = Q3) -> Any:
    with platform.database.read() as session:
        _name, data = progress_reports.template(session, actor, "JIA", period)
    return load_workbook(BytesIO(data))


def filled(platform: Platform, park: Park, period: ProgressPeriod = Q3, **said: Any) -> bytes:
    book = download(platform, operator(park), period)
    for row, section in enumerate(SECTIONS, start=6):
        book.active.cell(row, 2, (SAID | said)[section.key])
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def upload(platform: Platform, park: Park, period: ProgressPeriod = Q3, **said: Any) -> Uploaded:
    data = filled(platform, park, period, **said)
    return progress_reports.upload(platform, operator(park), "JIA", period, "进展.xlsx", data)


def forward(platform: Platform, park: Park, report_id: int) -> None:
    with platform.database.write() as session:
        progress_reports.forward(session, district(park), "JIA", report_id)


def send_back(platform: Platform, park: Park, report_id: int, reason: str = "请写明活动规模") -> None:
    with platform.database.write() as session:
        progress_reports.send_back(session, district(park), "JIA", report_id, reason)


def seen(platform: Platform, actor: Actor, park: Park) -> list[tuple[str, ProgressState]]:
    with platform.database.read() as session:
        return [(f"{one.period}{one.no.label}", one.state) for one in versions(session, actor, park.id)]


def standing(platform: Platform, park: Park, actor: Actor = COMMITTEE, on: date = TODAY) -> list[OwedProgress]:
    with platform.database.read() as session:
        return list(owed_progress(session, actor, park.id, on))


def switch_on(platform: Platform, value: str = "quarterly") -> None:
    with platform.database.write() as session:
        entry = rulebooks.entry("operator_reports", value, date(2026, 7, 1))
        rulebooks.change(session, SYSTEM_ACTOR, [entry], "示例经信函〔2026〕5号")


def swept(platform: Platform, on: date) -> list[tuple[str, list[str]]]:
    """What a sweep of the day would tell of 建设进展, and whom."""
    with platform.database.write() as session:
        result = alerting.sweep(session, SYSTEM_ACTOR, on, dry_run=True)
    keys = [note.key for note in (*result.opened, *result.kept) if note.rule.startswith("progress_")]
    return [(key, sorted({mail.to for mail in result.mails if key in mail.alerts})) for key in keys]


def test_a_report_goes_up_step_by_step(platform: Platform, park: Park) -> None:
    done = upload(platform, park)
    assert (done.park, done.period, done.stored) == ("JIA", Q3, True)
    waiting = [("2026Q3第1版草稿1", ProgressState.WAITING)]
    assert (seen(platform, operator(park), park), seen(platform, district(park), park)) == (waiting, waiting)
    assert seen(platform, COMMITTEE, park) == []
    forward(platform, park, done.report_id)
    assert seen(platform, COMMITTEE, park) == [("2026Q3第1版", ProgressState.FORWARDED)]
    with platform.database.read() as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.park_id == park.id)).all()
        row = session.scalars(select(ProgressReport)).one()
        assert platform.storage.path(session.get_one(StoredFile, row.file_id).sha256).exists()
    assert acts == ["progress.store", "progress.forward"]
    assert (row.content, row.received_on, row.forwarded_on) == (SAID, TODAY, TODAY)


def test_what_is_not_passed_on_is_unknown_above(platform: Platform, park: Park) -> None:
    """Neither the list, nor the file, nor the numbers of what comes later tell the committee of a draft."""
    draft = upload(platform, park, events="初稿")
    with platform.database.read() as session, pytest.raises(Unknown, match=f"没有编号为{draft.report_id}的建设进展"):
        progress_reports.report_file(session, COMMITTEE, "JIA", draft.report_id)
    assert standing(platform, park) == []  # it is voluntary, so that nothing says there is one
    second = upload(platform, park)
    forward(platform, park, second.report_id)
    assert seen(platform, COMMITTEE, park) == [("2026Q3第1版", ProgressState.FORWARDED)]
    assert seen(platform, operator(park), park) == [
        ("2026Q3第1版", ProgressState.FORWARDED), ("2026Q3第1版草稿1", ProgressState.REPLACED),
    ]  # fmt: skip


def test_a_report_sent_back_is_written_anew(platform: Platform, park: Park) -> None:
    first = upload(platform, park)
    with pytest.raises(Refused, match="退回须写明原因"):
        send_back(platform, park, first.report_id, "  ")
    send_back(platform, park, first.report_id)
    with pytest.raises(Refused, match="第1版草稿1已经退回"):
        forward(platform, park, first.report_id)
    book = download(platform, operator(park))
    assert [book.active.cell(row, 2).value for row in (6, 11)] == ["招商引资情况", "下一步工作情况"]
    same = platform.storage.get(_sha(platform, first.report_id))
    with pytest.raises(Refused, match="与退回的一版完全相同（2026年10月12日退回，原因：请写明活动规模）"):
        progress_reports.upload(platform, operator(park), "JIA", Q3, "进展.xlsx", same)
    second = upload(platform, park, events="对接会，120人")
    forward(platform, park, second.report_id)
    assert [state for _no, state in seen(platform, district(park), park)] == [
        ProgressState.FORWARDED, ProgressState.RETURNED,
    ]  # fmt: skip


def _sha(platform: Platform, report_id: int) -> str:
    with platform.database.read() as session:
        return session.get_one(StoredFile, session.get_one(ProgressReport, report_id).file_id).sha256


def test_the_newest_version_counts_and_the_same_file_only_once(platform: Platform, park: Park) -> None:
    data = filled(platform, park)
    first, again = (progress_reports.upload(platform, operator(park), "JIA", Q3, "1.xlsx", data) for _ in range(2))
    assert (again.stored, again.report_id) == (False, first.report_id)
    upload(platform, park, firms="新增2家")
    with pytest.raises(Refused, match="之后运营管理机构又传了新版"):
        forward(platform, park, first.report_id)


def test_the_last_report_stands_beside_the_new_one(platform: Platform, park: Park) -> None:
    forward(platform, park, upload(platform, park, Q2, investment="第二季度签约3个").report_id)
    book = download(platform, operator(park))
    assert [book.active.cell(row, 3).value for row in (5, 6)] == ["参考：2026年第二季度所报", "第二季度签约3个"]
    assert book.active["B2"].value == park.title
    upload(platform, park, investment="本期已上传")
    assert download(platform, operator(park), Quarter(2026, 4)).active["C6"].value == "本期已上传"
    # What the committee may not know stands in no file it downloads either.
    upload(platform, park, Quarter(2026, 4), investment="未转报的内容")
    for period in (Quarter(2026, 4), Q3):
        texts = [cell.value for row in download(platform, COMMITTEE, period).active.iter_rows() for cell in row]
        assert "未转报的内容" not in texts


@pytest.mark.parametrize(
    ("written", "chosen", "reason"),
    [
        (Q3, Q2, "文件写的是2026年第三季度，上传到的是2026年第二季度"),
        (Q3, HalfYear(2026, 1), "文件写的是2026年第三季度，上传到的是2026年上半年"),
        (Quarter(2027, 1), None, "2027年第一季度还没有开始"),
        (Quarter(2025, 3), None, "2025年10月10日批复同意建设，2025年第三季度在此之前"),
        (HalfYear(2026, 1), None, "建设进展每季度报送一次，报告期应写作 2026Q3，收到 2026H1"),
    ],
)
def test_a_period_that_does_not_fit_keeps_nothing(
    platform: Platform, park: Park, written: ProgressPeriod, chosen: ProgressPeriod | None, reason: str
) -> None:
    facts = ProgressFacts("JIA", park.title, park.operator, written, SAID)
    with pytest.raises(Refused, match=reason):
        progress_reports.upload(platform, operator(park), "JIA", chosen, "进展.xlsx", write_progress(facts))
    assert _rows(platform) == 0


def _rows(platform: Platform) -> int:
    with platform.database.read() as session:
        return session.scalar(select(func.count()).select_from(ProgressReport)) or 0


def test_faults_are_told_all_at_once_with_their_places(platform: Platform, park: Park) -> None:
    with pytest.raises(NotTaken) as refused:
        upload(platform, park, firms=None, events="-")
    assert [found.where for found in refused.value.findings] == ["建设进展!B9", "建设进展!B7"]
    assert str(refused.value).startswith("“进展.xlsx”没有保存，须改正2处：建设进展!B9：“重大活动”只填了“-”")
    assert _rows(platform) == 0


def test_a_file_with_a_secret_mark_is_not_kept(platform: Platform, park: Park) -> None:
    with pytest.raises(Refused, match="没有保存"):
        upload(platform, park, investment="机密★1年")
    with pytest.raises(Refused, match="没有保存"):
        progress_reports.upload(platform, operator(park), "JIA", Q3, "机密-进展.xlsx", filled(platform, park))
    with platform.database.read() as session:
        assert session.scalars(select(WithheldFile.name)).all() == ["进展.xlsx", "机密-进展.xlsx"]
    assert _rows(platform) == 0


def test_who_may_do_what(platform: Platform, park: Park) -> None:
    done = upload(platform, park)
    stranger = Actor("other", Role.OPERATOR, Scope(park_ids=frozenset({park.id + 1})))
    with pytest.raises(Unknown):
        progress_reports.upload(platform, stranger, "JIA", Q3, "进展.xlsx", b"x")
    with pytest.raises(AccessDenied):
        progress_reports.upload(platform, district(park), "JIA", Q3, "进展.xlsx", b"x")
    for actor, refusal in ((operator(park), AccessDenied), (COMMITTEE, AccessDenied)):
        with platform.database.write() as session, pytest.raises(refusal):
            progress_reports.forward(session, actor, "JIA", done.report_id)
    elsewhere = Actor("far", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 1})))
    with platform.database.write() as session, pytest.raises(Unknown):
        progress_reports.send_back(session, elsewhere, "JIA", done.report_id, "原因")


def test_switched_off_nothing_is_owed_and_a_report_is_voluntary(platform: Platform, park: Park) -> None:
    assert swept(platform, date(2026, 10, 20)) == []
    forward(platform, park, upload(platform, park).report_id)
    assert standing(platform, park) == [OwedProgress(Q3, None, ReceiptState.COMPLETE, None)]


def test_switched_on_the_operator_is_chased_then_the_district_then_nobody(
    platform: Platform, park: Park, set_now: Callable[[date], None]
) -> None:
    switch_on(platform)
    owed = standing(platform, park)
    # Only quarters that end while it is switched on: 2026Q3 first.
    assert [(one.period, one.due_on, one.state) for one in owed] == [
        (Quarter(2026, 4), date(2027, 1, 15), ReceiptState.NOTHING), (Q3, date(2026, 10, 15), ReceiptState.NOTHING),
    ]  # fmt: skip
    assert swept(platform, date(2026, 10, 12)) == [("progress_upcoming:JIA:operator_report:2026Q3", [OPERATOR])]
    assert swept(platform, date(2026, 10, 15)) == [("progress_due:JIA:operator_report:2026Q3", [OPERATOR])]
    # Overdue, and yet no lateness of the district's: nobody there is pressed.
    assert swept(platform, date(2026, 11, 20)) == [("progress_overdue:JIA:operator_report:2026Q3", [OPERATOR])]
    assert _pressed(platform, date(2026, 11, 20)) == []
    set_now(date(2026, 10, 14))
    done = upload(platform, park)
    assert standing(platform, park, on=date(2026, 10, 14))[1].state is ReceiptState.FORWARDING
    assert swept(platform, date(2026, 10, 20)) == [("progress_overdue:JIA:operator_report:2026Q3", [HANDLER])]
    assert _pressed(platform, date(2026, 10, 20)) == ["reviewer@example.gov.cn"]
    set_now(date(2026, 10, 16))
    forward(platform, park, done.report_id)
    assert swept(platform, date(2026, 10, 20)) == []
    assert standing(platform, park, on=date(2026, 10, 16))[1].standing is Standing.LATE


OPERATOR, HANDLER = "operator@example.gov.cn", "handler@example.gov.cn"


def _pressed(platform: Platform, on: date) -> list[str]:
    with platform.database.write() as session:
        result = alerting.sweep(session, SYSTEM_ACTOR, on, dry_run=True)
    return [note.to for note in result.proposals if note.alert.startswith("progress_")]


def test_without_an_operators_contact_its_district_is_told(platform: Platform, park: Park) -> None:
    switch_on(platform)
    with platform.database.write() as session:
        bare = make_park(
            session, "示例乙园", district=session.merge(park).district, approved_on=date(2025, 10, 10), code="YI"
        )
        make_progress_report(session, bare, "2026Q3", received_on=TODAY, returned_on=TODAY, return_reason="须补充")
        rules = rulebooks.entry("report_due_days", "16", date(2026, 7, 1), kind="operator_report")
        rulebooks.change(session, SYSTEM_ACTOR, [rules], "示例经信函〔2026〕6号")
    assert ("progress_upcoming:YI:operator_report:2026Q3", [HANDLER]) in swept(platform, TODAY)


def test_after_the_locking_day_nothing_is_passed_on(
    platform: Platform, park: Park, set_now: Callable[[date], None]
) -> None:
    with platform.database.write() as session:
        lock = rulebooks.entry("lock_days", "10", date(2026, 7, 1), kind="operator_report")
        rulebooks.change(session, SYSTEM_ACTOR, [lock], "示例经信函〔2026〕5号")
    switch_on(platform)
    done = upload(platform, park)
    set_now(date(2026, 10, 26))
    with pytest.raises(Refused, match="2026年第三季度已于2026年10月25日封账，不再接收报送"):
        forward(platform, park, done.report_id)
    set_now(date(2026, 10, 25))
    forward(platform, park, done.report_id)


def test_by_half_years_where_the_rulebook_says_so(platform: Platform, park: Park) -> None:
    switch_on(platform, "half_yearly")
    assert [one.period for one in standing(platform, park)] == [HalfYear(2026, 2)]
    with pytest.raises(Refused, match="建设进展每半年报送一次，报告期应写作 2026H1，收到 2026Q3"):
        download(platform, operator(park))
