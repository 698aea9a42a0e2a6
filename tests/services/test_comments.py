"""批注: written while a version waits, sent with its return, seen at the same cell until a version is accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.models import AuditEntry, Park, Review, ReviewComment, SubmissionReading
from db.queries.reports import report
from policy.access import FULL_SCOPE, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ReturnReason
from policy.version_no import VersionNo
from services import comments, reviews
from services.comments import Comment, Comments, Target
from services.platform import Platform
from services.submissions import ingest
from tests import papers

TODAY = date(2025, 8, 20)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
REMARK = "与去年下半年相比偏大，请核实"


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def sent(platform: Platform, park: Park, **paper: Any) -> int:
    data = papers.report(park.title, **paper)
    done = ingest(platform, Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id}))),
                  "半年报.xlsx", data, submit=True)  # fmt: skip
    assert done.submission_id is not None
    return done.submission_id


def cell(platform: Platform, submission_id: int, key: str, **where: Any) -> int:
    with platform.database.read() as session:
        found = select(SubmissionReading.id).filter_by(submission_id=submission_id, key=key, column="current", **where)
        return session.scalars(found.order_by(SubmissionReading.id)).first() or 0


def write(platform: Platform, submission_id: int, target: Target, text: str = REMARK, actor: Actor = COMMITTEE) -> None:
    with platform.database.write() as session:
        comments.comment(session, actor, submission_id, target, text)


def send_back(platform: Platform, submission_id: int) -> reviews.Decision:
    with platform.database.write() as session:
        return reviews.return_report(session, COMMITTEE, submission_id, "见批注", TODAY, ReturnReason.MAGNITUDE)


def seen(platform: Platform, actor: Actor, submission_id: int) -> Comments:
    with platform.database.read() as session:
        return comments.comments(session, actor, submission_id)


def beside(found: Comments, place: int) -> list[tuple[str, bool, bool]]:
    return [(one.text, one.sent, one.earlier) for one in found.of_cells.get(place, ())]


def test_a_comment_reaches_the_district_with_the_return(platform: Platform, park: Park, district: Actor) -> None:
    number = sent(platform, park)
    place = cell(platform, number, "revenue_cyber")
    write(platform, number, Target(place))
    assert beside(seen(platform, COMMITTEE, number), place) == [(REMARK, False, False)]
    assert seen(platform, COMMITTEE, number).unsent == 1
    assert seen(platform, district, number) == Comments()
    assert send_back(platform, number).sent == 1
    assert beside(seen(platform, district, number), place) == [(REMARK, True, False)]
    with platform.database.read() as session:
        review = session.scalars(select(Review)).one()
        assert (review.category, review.reason) == ("magnitude", "见批注")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "review.comment")).one()
        assert entry.new == {"cell": "半年报!C10“网络安全产业收入”", "text": REMARK}


def test_it_may_be_written_anew_and_taken_back_before_the_return(platform: Platform, park: Park) -> None:
    number = sent(platform, park)
    place = Target(cell(platform, number, "revenue_cyber"))
    write(platform, number, place)
    write(platform, number, place, "请按年报口径填报")
    assert beside(seen(platform, COMMITTEE, number), place.reading_id or 0) == [("请按年报口径填报", False, False)]
    write(platform, number, place, " ")
    assert seen(platform, COMMITTEE, number) == Comments()
    with pytest.raises(Refused, match="请写明对半年报!C10“网络安全产业收入”的批注"):
        write(platform, number, place, "")
    with platform.database.read() as session:
        last = session.scalars(select(AuditEntry).where(AuditEntry.action == "review.comment_remove")).one()
        assert (last.old, last.new) == ({"text": "请按年报口径填报"}, None)


def test_on_the_next_version_it_stands_at_the_same_cell_until_one_is_accepted(
    platform: Platform, park: Park, district: Actor
) -> None:
    """A figure by its indicator, a firm's cell by the firm's name wherever its row now stands."""
    firms = [papers.firm(number) for number in range(1, 26)]
    first = sent(platform, park, firms=firms)
    write(platform, first, Target(cell(platform, first, "revenue_cyber")))
    write(platform, first, Target(cell(platform, first, "staff", table="roster", row=3)), "示例安全3请核实人数")
    send_back(platform, first)
    second = sent(platform, park, firms=[firms[2], *firms[:2], *firms[3:]], figures={"firms_total": 61})
    now = seen(platform, district, second)
    assert beside(now, cell(platform, second, "revenue_cyber")) == [(REMARK, True, True)]
    assert beside(now, cell(platform, second, "staff", table="roster", row=1)) == [("示例安全3请核实人数", True, True)]
    assert (now.own, now.unsent, now.elsewhere) == (0, 0, ())
    with platform.database.write() as session:
        reviews.accept(session, COMMITTEE, second, TODAY)
    assert seen(platform, district, second) == Comments()
    assert seen(platform, district, sent(platform, park, firms=firms, figures={"firms_total": 62})) == Comments()


def test_one_whose_place_is_gone_is_not_lost(platform: Platform, park: Park, district: Actor) -> None:
    firms = [papers.firm(number) for number in range(1, 26)]
    first = sent(platform, park, firms=firms)
    write(platform, first, Target(cell(platform, first, "staff", table="roster", row=3)), "请核实人数")
    send_back(platform, first)
    second = sent(platform, park, firms=[*firms[:2], *firms[3:]])
    (left,) = seen(platform, district, second).elsewhere
    assert (left.text, left.place.partition("!")[0], left.version) == ("请核实人数", "企业名录", VersionNo(1))


def test_a_finding_is_remarked_on_and_found_again(platform: Platform, park: Park, district: Actor) -> None:
    def finding(number: int) -> int:
        with platform.database.read() as session:
            found = report(session, district, number)
            assert found is not None
            return next(entry.id for entry in found.findings if entry.code == "built_exceeds_planned")

    first = sent(platform, park, figures={"area_built": 51})
    write(platform, first, Target(finding_id=finding(first)), "规划面积请附批文")
    send_back(platform, first)
    second = sent(platform, park, figures={"area_built": 52})
    (found,) = seen(platform, district, second).of_findings[finding(second)]
    assert isinstance(found, Comment)
    assert (found.text, found.earlier) == ("规划面积请附批文", True)


def test_what_was_not_sent_stays_with_the_committee_when_it_accepts(
    platform: Platform, park: Park, district: Actor
) -> None:
    number = sent(platform, park)
    place = cell(platform, number, "revenue_cyber")
    write(platform, number, Target(place))
    with platform.database.write() as session:
        assert reviews.accept(session, COMMITTEE, number, TODAY).unsent == 1
    assert beside(seen(platform, COMMITTEE, number), place) == [(REMARK, False, False)]
    assert seen(platform, district, number) == Comments()
    with pytest.raises(Refused, match="只有待审核的版本可以批注"):
        write(platform, number, Target(place))


def test_only_the_committee_comments_and_only_on_what_is_there(platform: Platform, park: Park, district: Actor) -> None:
    number = sent(platform, park)
    other = sent(platform, park, figures={"firms_total": 61})
    with pytest.raises(AccessDenied):
        write(platform, number, Target(cell(platform, number, "staff_cyber")), actor=district)
    for target in (Target(), Target(cell(platform, number, "staff_cyber")), Target(finding_id=4711)):
        with pytest.raises(Refused, match="没有这一处"):
            write(platform, other, target)
    with pytest.raises(Refused, match="501字，应不超过500字"):
        write(platform, other, Target(cell(platform, other, "staff_cyber")), "长" * 501)
    with pytest.raises(Unknown):
        write(platform, 4711, Target(1))
    with platform.database.read() as session:
        assert session.scalars(select(ReviewComment)).all() == []
