"""标注问题的原表 of a stored version: what its page says, at its cells; read again it is the same paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from db.models import Park, Submission, SubmissionReading
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import DecisionKind, ReturnReason
from services import comments, decisions, explanations, reviews
from services.annotated import annotated
from services.decisions import Answer
from services.platform import Platform
from services.submissions import ingest
from tests.papers import report

TODAY = date(2025, 8, 20)
WHY = "二期厂房按实测面积填报，规划面积尚未调整"
PROBLEMS = {"staff_cyber": "约0.45", "area_operating": None, "area_built": 51}


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def sent(platform: Platform, actor: Actor, data: bytes, name: str = "半年报-2025H1.xlsx", **more: object) -> int:
    done = ingest(platform, actor, name, data, submit=False, **more)  # type: ignore[arg-type]
    assert done.submission_id is not None
    return done.submission_id


def notes(data: bytes, sheet: str = "半年报") -> dict[str, str]:
    found = load_workbook(BytesIO(data))[sheet]
    return {cell.coordinate: cell.comment.text for row in found.iter_rows() for cell in row
            if cell.comment and "问题标注" in cell.comment.text}  # fmt: skip


def reading(platform: Platform, submission_id: int, key: str) -> SubmissionReading:
    with platform.database.read() as session:
        found = select(SubmissionReading).filter_by(submission_id=submission_id, key=key, column="current")
        return session.scalars(found).one()


def test_a_draft_is_marked_with_what_was_decided_and_explained(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = sent(platform, district, report(park.title, figures=PROBLEMS))
    cells = {key: reading(platform, submission_id, key) for key in PROBLEMS}
    with platform.database.write() as session:
        answer = Answer(DecisionKind.CONFIRM)
        decisions.decide(session, district, submission_id, cells["staff_cyber"].id, answer)
        row = session.get_one(Submission, submission_id)
        for finding in explanations.unexplained(session, row):
            explanations.explain(session, district, submission_id, finding.id, WHY)
    file = annotated(platform, district, submission_id)
    assert (file.name, file.format) == ("半年报-2025H1-标注问题.xlsx", "xlsx")
    said = {key: notes(file.data)[str(cell.where).partition("!")[2]] for key, cell in cells.items() if cell.where}
    assert "带有限定词" in said["staff_cyber"]
    assert "district 2025-08-20 已确认，现取值0.45万人" in said["staff_cyber"]
    assert "［核实性审核］" in said["area_built"]
    assert f"情况说明：{WHY}" in said["area_built"]
    assert any("如无内容应填“无”" in text for text in notes(file.data).values())


def test_sent_again_unchanged_it_is_a_version_with_the_same_cells_and_problems(
    platform: Platform, park: Park, district: Actor
) -> None:
    first = sent(platform, district, report(park.title, figures=PROBLEMS))
    file = annotated(platform, district, first)
    second = sent(platform, district, file.data, file.name)
    with platform.database.read() as session:
        old, new = (session.get_one(Submission, id) for id in (first, second))
        assert (new.version, new.state, new.park_id, new.period) == (2, "draft", old.park_id, old.period)
        told = [[(r.table, r.row, r.key, r.column, r.raw, r.value, r.status, r.where, r.message) for r in row.readings]
                for row in (old, new)]  # fmt: skip
        assert told[0] == told[1]
        found = [[(f.code, f.where, f.message, f.subject) for f in row.findings] for row in (old, new)]
        assert found[0] == found[1]
    again = annotated(platform, district, second)
    assert again.name == file.name
    assert notes(again.data) == notes(file.data)


def test_of_the_committees_comments_only_those_sent_with_a_return(
    platform: Platform, park: Park, district: Actor
) -> None:
    submission_id = sent(platform, district, report(park.title))
    cell, other = (reading(platform, submission_id, key) for key in ("revenue_cyber", "firms_cyber"))
    with platform.database.write() as session:
        session.get_one(Submission, submission_id).state = "submitted"
        comments.comment(session, SYSTEM_ACTOR, submission_id, comments.Target(reading_id=cell.id), "单位应为亿元")
    address = str(cell.where).partition("!")[2]
    assert not any(
        "单位应为亿元" in text for text in notes(annotated(platform, SYSTEM_ACTOR, submission_id).data).values()
    )
    with platform.database.write() as session:
        reviews.return_report(session, SYSTEM_ACTOR, submission_id, "请核对", TODAY, ReturnReason.MAGNITUDE)
    said = notes(annotated(platform, district, submission_id).data)
    assert "［市经济信息委批注］网络安全产业收入：单位应为亿元" in said[address]
    assert str(other.where).partition("!")[2] not in said


def test_a_failed_attempt_is_marked_when_it_can_be_opened(platform: Platform, park: Park, district: Actor) -> None:
    foreign = sent(platform, district, report("国家网络安全产业园区（示例乙园）"))
    rows = load_workbook(BytesIO(annotated(platform, district, foreign).data))["问题清单"].iter_rows(values_only=True)
    assert any("不在园区名册中" in str(row[5]) for row in rows)
    broken = sent(platform, district, report(park.title)[:3000], "坏.xlsx")
    with pytest.raises(Refused, match=r"不能在原文件上标注.*已损坏"):
        annotated(platform, district, broken)


def test_a_text_file_comes_as_a_workbook(platform: Platform, park: Park, district: Actor) -> None:
    lines = (
        "示例甲园2025年上半年",
        "指标,单位,本期累计",
        "网络安全产业收入,亿元,约3.2",
        "园区业务总收入,亿元,6",
        "网络安全企业数量,家,30",
    )
    data = "\n".join(lines)
    file = annotated(platform, district, sent(platform, district, data.encode("gb18030"), "统计.v1.csv"))
    assert (file.name, file.format) == ("统计.v1-标注问题.xlsx", "xlsx")
    assert "带有限定词" in notes(file.data, "表1")["C3"]


def test_nobody_elses_file_and_nobody_without_leave(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = sent(platform, district, report(park.title))
    for stranger in (
        Actor("x", Role.DISTRICT, Scope()),
        Actor("y", Role.OPERATOR, Scope(park_ids=frozenset({park.id}))),
    ):
        with pytest.raises(Unknown):
            annotated(platform, stranger, submission_id)
    with pytest.raises(AccessDenied):
        annotated(platform, Actor("z", Role.EXPERT, Scope(park_ids=frozenset({park.id}))), submission_id)


def test_an_original_that_is_gone_is_told(platform: Platform, park: Park, district: Actor) -> None:
    submission_id = sent(platform, district, report(park.title))
    (platform.storage.path(platform.storage.names()[0])).unlink()
    with pytest.raises(Refused, match="原文件不在存储中"):
        annotated(platform, district, submission_id)
