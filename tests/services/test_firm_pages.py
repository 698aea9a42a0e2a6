"""一企一表: pages issued from the last roster, answers taken in from files and zips, and merged into a report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook

from db.models import Park, Submission
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.firm_round import FirmState
from policy.indicators.catalogue import REQUIRED
from policy.refusal import Refused, Unknown
from policy.tables import ROSTER
from policy.terms import HalfYear, SubmissionState
from services import audit, firm_answers, firm_pages, reviews
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.platform import Platform
from services.submissions import ingest
from tests.factories import make_park, make_unit
from tests.papers import fill_firm_page, firm, report

TODAY = date(2026, 1, 12)
PERIOD = HalfYear(2025, 2)
LISTED = [firm(number) for number in range(1, 26)]


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    """A park whose first report, with 25 firms, is accepted."""
    with platform.database.write() as session:
        park = make_park(session, "示例甲园", district=make_unit(session, "示例甲区"))
    stored = ingest(
        platform, SYSTEM_ACTOR, "半年报.xlsx", report(park.title), received_on=date(2025, 7, 20), submit=True
    )
    assert stored.submission_id is not None
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, stored.submission_id, date(2025, 7, 20))
    return park


def issued(platform: Platform, park: Park, actor: Actor = SYSTEM_ACTOR) -> dict[str, bytes]:
    with platform.database.read() as session:
        return dict(firm_pages.issue(session, actor, park.code, PERIOD))


def answered(platform: Platform, park: Park, **changes: Mapping[str, Any]) -> dict[str, bytes]:
    """Pages of the firms named `f1`, `f2` … filled in: twice the last figures, with some cells changed."""
    pages = list(issued(platform, park).values())
    figures = {"revenue": 1800, "cyber": 1080, "rnd": 121, "staff": 42}
    return {
        f"{key}.xlsx": fill_firm_page(pages[int(key[1:])], **figures | dict(cells)) for key, cells in changes.items()
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    output = BytesIO()
    with ZipFile(output, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


def collect(platform: Platform, park: Park, files: Mapping[str, bytes], actor: Actor = SYSTEM_ACTOR) -> list[Any]:
    return list(firm_answers.collect(platform, actor, park.code, PERIOD, files.items()))


def standing(platform: Platform, park: Park) -> firm_answers.Standing:
    with platform.database.read() as session:
        return firm_answers.standing(session, SYSTEM_ACTOR, park.code, PERIOD)


def cells(data: bytes) -> dict[str, Any]:
    """Label -> (what is prefilled, what stands beside it)."""
    sheet = load_workbook(BytesIO(data))["一企一表"]
    return {sheet.cell(row, 1).value: (sheet.cell(row, 3).value, sheet.cell(row, 4).value) for row in range(6, 18)}


def test_every_firm_gets_its_page_with_who_it_is_and_what_it_reported_last(platform: Platform, park: Park) -> None:
    pages = issued(platform, park)
    assert [*pages][:2] == ["000-新增企业（空白表）.xlsx", "001-示例安全1有限公司.xlsx"]
    assert len(pages) == 26
    first = cells(pages["001-示例安全1有限公司.xlsx"])
    assert [*first] == [column.label for column in ROSTER.columns]
    assert first["企业名称"] == ("示例安全1有限公司", None)
    assert first["企业联系人及手机"] == ("示例乙 13900000001", None)
    assert first["其中：网络安全业务收入"] == (None, 540)
    book = load_workbook(BytesIO(pages["001-示例安全1有限公司.xlsx"]))
    properties = {entry.name: entry.value for entry in book.custom_doc_props.props}
    assert (properties["parkwatch_template"], properties["parkwatch_firm"]) == ("firm_page", "示例安全1有限公司")
    assert (book["一企一表"]["D5"].value, book["一企一表"]["B2"].value) == ("参考：2025年上半年所报", park.title)


def test_names_of_files_lead_nowhere(platform: Platform, park: Park) -> None:
    for name in ("../../etc/passwd", "C:\\windows\\x", "a/b\0c", "某某（集团）" * 40, "..", "con<>:|?*"):
        word = firm_pages.file_word(name)
        assert 0 < len(word) <= 60
        assert not set(word) & set('/\\:<>|?*\0"')
        assert not word.startswith(".")


def test_a_round_knows_who_answered_what_is_wrong_twice_new_and_changed(
    platform: Platform, park: Park, set_now: Callable[[datetime], None]
) -> None:
    files = answered(platform, park, f1={}, f2={"legal": "示例丙"}, f3={"cyber": "约1080"}, f4={"revenue": 100}, f5={})
    blank = issued(platform, park)["000-新增企业（空白表）.xlsx"]
    files["新增.xlsx"] = fill_firm_page(blank, **firm(99, cyber=300, revenue=300))
    assert all(taken.stored and not taken.problem for taken in collect(platform, park, {"全部.zip": zipped(files)}))
    set_now(datetime(2026, 1, 13, 2, tzinfo=UTC))
    again = answered(platform, park, f5={"cyber": 1090})
    collect(platform, park, again)
    found = standing(platform, park)
    firms = {entry.name: entry for entry in found.round.firms}
    assert (len(firms), found.listed_of) == (26, "2025年上半年")
    assert [found.round.counted(state) for state in FirmState] == [20, 4, 2]
    assert [change.told for change in firms["示例安全2有限公司"].changes] == ["法定代表人：示例甲 → 示例丙"]
    doubtful = firms["示例安全3有限公司"]
    assert doubtful.state is FirmState.PROBLEM
    assert [entry.where for entry in doubtful.problems.values()] == ["一企一表!C13"]
    [finding] = [entry for entry in firms["示例安全4有限公司"].findings if entry.severity == "error"]
    assert (finding.code, finding.where) == ("cyber_exceeds_total", "一企一表!C13")
    twice = firms["示例安全5有限公司"]
    assert [answer.file for answer in twice.answers] == ["f5.xlsx", "f5.xlsx"]
    assert [change.told for change in twice.differences] == ["其中：网络安全业务收入：1080 → 1090"]
    assert (firms["示例安全99有限公司"].is_new, firms["示例安全6有限公司"].state) == (True, FirmState.MISSING)
    assert [answer.name for answer in found.last_batch] == ["示例安全5有限公司"]


def test_the_same_file_again_is_not_kept_twice(platform: Platform, park: Park) -> None:
    files = answered(platform, park, f1={})
    assert [taken.stored for taken in collect(platform, park, files)] == [True]
    assert [taken.stored for taken in collect(platform, park, {"另一个名字.xlsx": files["f1.xlsx"]})] == [False]
    assert len(standing(platform, park).round.firms[0].answers) == 1


def test_a_firm_that_changed_its_name_is_still_the_same_firm(platform: Platform, park: Park) -> None:
    collect(platform, park, answered(platform, park, f1={"name": "示例安全壹有限公司"}))
    found = standing(platform, park).round
    assert len(found.firms) == 25
    assert [change.told for change in found.firms[0].changes] == ["企业名称：示例安全1有限公司 → 示例安全壹有限公司"]


def test_a_running_total_below_the_first_half_and_a_slip_of_unit_are_asked_about(
    platform: Platform, park: Park
) -> None:
    collect(platform, park, answered(platform, park, f1={"cyber": 100}, f2={"cyber": 0.108, "revenue": 0.18}))
    firms = standing(platform, park).round.firms
    assert [finding.code for finding in firms[0].findings] == ["cumulative_fell"]
    assert "一企一表!C13" in {finding.where for finding in firms[1].findings}
    assert firms[1].state is FirmState.PROBLEM


def test_the_same_folder_sent_again_changes_nothing_but_an_older_answer_alone_counts_anew(
    platform: Platform, park: Park
) -> None:
    first, second = (answered(platform, park, f1=cells)["f1.xlsx"] for cells in ({"cyber": 1000}, {"cyber": 1100}))
    folder = {"答复.xlsx": first, "答复(1).xlsx": second}
    assert [taken.stored for taken in collect(platform, park, folder)] == [True, True]
    assert [taken.stored for taken in collect(platform, park, folder)] == [False, False]
    assert [taken.stored for taken in collect(platform, park, dict(reversed(folder.items())))] == [False, False]
    answers = standing(platform, park).round.firms[0].answers
    assert [answer.cells["cyber"].value for answer in answers] == ["1100", "1000"]
    assert [taken.stored for taken in collect(platform, park, {"答复.xlsx": first})] == [True]
    assert [answer.cells["cyber"].value for answer in standing(platform, park).round.firms[0].answers][:1] == ["1000"]


def test_a_page_sent_back_empty_is_no_answer(platform: Platform, park: Park) -> None:
    empty = issued(platform, park)["003-示例安全3有限公司.xlsx"]
    [taken] = collect(platform, park, {"空.xlsx": empty})
    assert "这份表还没有填写（公司营业总收入、网络安全业务收入、当年企业研发投入、员工总数都空着）" in taken.problem
    assert standing(platform, park).round.counted(FirmState.MISSING) == 25
    assert collect(platform, park, {"都是无.xlsx": fill_firm_page(empty, revenue="无", cyber="无", rnd="无", staff=1)})[
        0
    ].problem == ""  # fmt: skip


def test_a_page_of_one_firm_filled_in_by_another_counts_for_neither(platform: Platform, park: Park) -> None:
    files = answered(platform, park, f1={"name": "示例安全7 有限公司", "cyber": 900})
    [taken] = collect(platform, park, files)
    assert "这份表是发给示例安全1有限公司的，企业名称却填了另一家企业示例安全7 有限公司" in taken.problem
    assert standing(platform, park).round.answered == ()


def test_the_round_goes_on_after_the_report_was_accepted(platform: Platform, park: Park) -> None:
    sent = ingest(
        platform, SYSTEM_ACTOR, "年报.xlsx", report(park.title, "2025H2"), received_on=TODAY, submit=True
    ).submission_id
    assert sent is not None
    with platform.database.write() as session:
        submission = session.get_one(Submission, sent)
        for finding in submission.findings:
            finding.explanation = "经核实，两家企业迁出，收入和面积相应减少"
        submission.state = SubmissionState.ACCEPTED
        made = firm_answers.paper(session, SYSTEM_ACTOR, park.code, PERIOD)
    assert made is not None
    assert (made.no.key, made.state) == ("1", SubmissionState.ACCEPTED)
    collect(platform, park, answered(platform, park, f1={}, f2={}))
    done = firm_pages.merge(platform, SYSTEM_ACTOR, park.code, PERIOD, answered_only=True)
    assert done.stored
    with platform.database.read() as session:
        drafted = session.get_one(Submission, done.submission_id)
        assert drafted.state == SubmissionState.DRAFT
        assert session.get_one(Submission, sent).state == SubmissionState.ACCEPTED


def test_those_who_have_not_answered_are_listed_with_whom_to_ask(platform: Platform, park: Park) -> None:
    collect(platform, park, answered(platform, park, f1={"contact": "示例己 13900000077"}))
    firms = standing(platform, park).round.firms
    assert [firm.contact for firm in firms[:2]] == ["示例己 139****0077", "示例乙 139****0002"]


def test_files_that_are_no_answer_are_kept_with_the_reason(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        other = make_park(session, "示例乙园")
        [(_, elsewhere), *_] = firm_pages.issue(session, SYSTEM_ACTOR, other.code, PERIOD)
        [(_, earlier), *_] = firm_pages.issue(session, SYSTEM_ACTOR, park.code, PERIOD.previous())
    files = {
        "照片.jpg": b"\xff\xd8\xff\xe0" + bytes(100),
        "半年报.xlsx": report(park.title),
        "别的园区.xlsx": fill_firm_page(elsewhere, **firm(1)),
        "上一期.xlsx": fill_firm_page(earlier, **firm(1)),
        "没有名称.xlsx": fill_firm_page(issued(platform, park)["000-新增企业（空白表）.xlsx"], revenue=3),
        "别的东西.csv": "甲,乙\n1,2\n".encode(),
    }
    problems = {taken.reading.file: taken.problem for taken in collect(platform, park, files)}
    assert "这是一张图片" in problems["照片.jpg"]
    assert "这是半年报模板，不是一企一表" in problems["半年报.xlsx"]
    assert f"这份表不是为{park.title}发放的" in problems["别的园区.xlsx"]
    assert "这份表是2025年上半年的，本次收的是2025年下半年" in problems["上一期.xlsx"]
    assert "没有写企业名称" in problems["没有名称.xlsx"]
    assert "没有找到一企一表的内容" in problems["别的东西.csv"]
    found = standing(platform, park)
    assert (found.round.counted(FirmState.RECEIVED), len(found.round.unread)) == (0, 6)
    with platform.database.read() as session:
        kept = [
            firm_answers.answer_file(session, SYSTEM_ACTOR, park.code, PERIOD, one.number) for one in found.round.unread
        ]
    assert {platform.storage.get(sha256) for _, sha256 in kept} == set(files.values())


def test_a_page_in_a_layout_of_its_own_is_read_by_its_labels(platform: Platform, park: Park) -> None:
    rows = [
        ("企业名称", "示例新安有限公司"), ("法人代表", "示例丁"), ("成立时间", "2020-01-02"), ("办公地址", "产业园"),
        ("经营范围", "网络安全"), ("主要产品", "网关"), ("营业总收入（亿元）", "0.12"), ("网络安全收入（万元）", "800"),
        ("研发投入", "无"), ("员工人数", "35人"), ("企业资质", "无"), ("联系人", "示例戊 13900000009"),
    ]  # fmt: skip
    text = "\n".join(f"{label},{value}" for label, value in rows)
    assert [taken.problem for taken in collect(platform, park, {"自制.csv": text.encode()})] == [""]
    firms = standing(platform, park).round.firms
    answer = firms[-1].answer
    assert answer is not None
    read = {key: entry.value for key, entry in answer.cells.items()}
    assert (answer.name, read["revenue"], read["cyber"], read["rnd"], read["staff"]) == (
        "示例新安有限公司", "1200", "800", "0", "35",
    )  # fmt: skip


def test_a_mark_of_secrecy_is_not_kept(platform: Platform, park: Park) -> None:
    book = load_workbook(BytesIO(issued(platform, park)["001-示例安全1有限公司.xlsx"]))
    book["一企一表"]["A25"] = "秘密★1年"
    output = BytesIO()
    book.save(output)
    [taken] = collect(platform, park, {"密.xlsx": output.getvalue()})
    assert "带有密级标志" in taken.problem
    [entry] = standing(platform, park).round.unread
    assert not entry.kept
    assert output.getvalue() not in [platform.storage.get(name) for name in platform.storage.names()]


def test_merging_makes_a_draft_that_carries_the_roster_and_proposes_the_sums(platform: Platform, park: Park) -> None:
    changes: dict[str, Mapping[str, Any]] = {f"f{number}": {} for number in range(1, 25)}
    files = answered(platform, park, **changes | {"f2": {"cyber": "约1080"}, "f3": {"legal": "示例丙"}})
    collect(platform, park, {"全部.zip": zipped(files)})
    with platform.database.read() as session:
        _, data = firm_pages.merged(session, SYSTEM_ACTOR, park.code, PERIOD)
    book = load_workbook(BytesIO(data))
    figures, firms = book["半年报"], book["企业名录"]
    place = {indicator.key: row for row, indicator in enumerate(REQUIRED, start=6)}
    assert figures.cell(5, 7).value == "参考：一企一表汇总数（供审核填报）"
    proposed = {key: figures.cell(row, 7).value for key, row in place.items()}
    assert (proposed["revenue_cyber"], proposed["firms_cyber"], proposed["staff_cyber"]) == (2.484, 25, 0.1008)
    assert (proposed["tier_5m_20m"], proposed["tier_over_100m"], proposed["revenue_total"]) == (23, 0, None)
    assert {figures.cell(row, 3).value for row in place.values()} == {None}
    assert (firms["C6"].value, firms["I5"].value, firms["I28"].value) == ("示例丙", "约1080", None)
    assert firms["B28"].value == "示例安全25有限公司"
    source = firms["B4"].comment
    assert source is not None
    assert source.text == "来源：f1.xlsx，2026-01-12 09:00收回"
    done = firm_pages.merge(platform, SYSTEM_ACTOR, park.code, PERIOD)
    assert (done.stored, done.reading.park, str(done.reading.period)) == (True, park.code, "2025H2")
    roster = done.reading.rows["roster"]
    assert [row.cells["cyber"].value for row in roster][:3] == ["1080"] * 3
    assert (roster[1].cells["cyber"].status, roster[24].cells["cyber"].status) == ("confirm", "error")
    again = firm_pages.merge(platform, SYSTEM_ACTOR, park.code, PERIOD)
    assert (again.stored, again.submission_id) == (False, done.submission_id)


def test_what_the_district_typed_before_is_not_overwritten(platform: Platform, park: Park) -> None:
    collect(platform, park, answered(platform, park, f1={}))
    typed = report(park.title, "2025H2", figures={"revenue_cyber": 3.3, "revenue_total": 8})
    ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", typed, submit=False)
    with platform.database.read() as session:
        _, data = firm_pages.merged(session, SYSTEM_ACTOR, park.code, PERIOD, answered_only=True)
    book = load_workbook(BytesIO(data))
    assert (book["半年报"]["C10"].value, book["半年报"]["G10"].value) == (3.3, 0.108)
    assert (book["企业名录"]["B4"].value, book["企业名录"]["B5"].value) == ("示例安全1有限公司", None)


def test_nothing_to_merge_is_said(platform: Platform, park: Park) -> None:
    with pytest.raises(Refused, match="还没有收回一企一表"):
        firm_pages.merge(platform, SYSTEM_ACTOR, park.code, PERIOD)


def test_the_operator_collects_and_the_district_merges(platform: Platform, park: Park) -> None:
    operator = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
    assert issued(platform, park, operator)
    collect(platform, park, answered(platform, park, f1={}), operator)
    with pytest.raises(AccessDenied):
        firm_pages.merge(platform, operator, park.code, PERIOD)
    assert firm_pages.merge(platform, district, park.code, PERIOD).stored
    with pytest.raises(Unknown):
        issued(platform, park, Actor("other", Role.OPERATOR, Scope()))
    with pytest.raises(AccessDenied):
        collect(platform, park, {}, Actor("expert", Role.EXPERT, Scope(park_ids=frozenset({park.id}))))
    with platform.database.read() as session:
        assert list(audit.broken_links(session)) == []


def test_two_hundred_firms_take_seconds(platform: Platform, park: Park) -> None:
    blank = FirmPageFacts(park.code, park.title, PERIOD)
    pages = {}
    for number in range(200):
        cells = {key: str(value) for key, value in firm(number, name=f"示例第{number}安全有限公司").items()}
        pages[f"{number}.xlsx"] = write_firm_page(replace(blank, firm=cells["name"], cells=cells))
    steps: list[firm_answers.Progress] = []
    began = time.monotonic()
    firm_answers.collect(platform, SYSTEM_ACTOR, park.code, PERIOD, [("二百家.zip", zipped(pages))], steps.append)
    assert time.monotonic() - began < 30
    assert [(step.done, step.total) for step in steps] == [(number, 200) for number in range(1, 201)]
    assert standing(platform, park).round.counted(FirmState.RECEIVED) == 200
