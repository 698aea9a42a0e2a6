"""催报函: what it says is missing, since when, what was said before; and that it always renders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from db.models import OutboxMail, Park
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from policy.terms import ContactRole, HalfYear
from services import alerting, handling
from services.documents.catalogue import compose, render
from services.documents.content import Document, Paragraph, Table
from tests.factories import make_contact, make_letter, make_park, make_submission, make_unit

TODAY = date(2025, 8, 12)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def park(database: Database, set_now: Callable[[date], None]) -> Park:
    """示例甲园: letter in, data missing; mailed on 8 August, called on the 11th. 示例乙园 beside it: nothing."""
    set_now(TODAY)
    with database.write() as session:
        unit = make_unit(session, "示例甲县", kind="district")
        make_contact(session, unit, mail="handler@example.gov.cn")
        park = make_park(session, "示例甲园", district=unit, code="a")
        make_park(session, "示例乙园", district=unit, code="b")
        make_letter(session, [park], received_on=date(2025, 7, 20))
    with database.write() as session:
        found = alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 8))
        session.execute(update(OutboxMail).values(state="sent", sent_at=datetime(2025, 8, 8, 1, tzinfo=UTC)))
        assert len(found.mails) == 1
        handling.log_call(
            session, COMMITTEE, 1, person="示例负责人", role=ContactRole.HEAD, called_on=date(2025, 8, 11),
            said="答复三日内补报", promised_on=date(2025, 8, 14),
        )  # fmt: skip
    return park


def letter(database: Database, actor: Actor = COMMITTEE, **asked: object) -> Document:
    with database.read() as session:
        return compose(session, actor, "reminder-letter", "a", TODAY, **asked)  # type: ignore[arg-type]


def words(document: Document) -> str:
    return "\n".join(
        "".join(map(str, block.text)) if isinstance(block, Paragraph) else ""
        for block in document.blocks
    )  # fmt: skip


def rows(document: Document) -> list[list[str]]:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return [["".join(map(str, cell)) for cell in row] for row in table.rows]


def test_it_states_what_is_missing_since_when_and_what_was_said_before(database: Database, park: Park) -> None:
    document = letter(database)
    assert document.name == "关于催报国家网络安全产业园区（示例甲园）2025年上半年园区发展情况的函"
    assert (document.addressee, document.marks) == ("示例甲县人民政府：", ("代拟稿",))
    assert rows(document) == [[
        "1", "示例甲园", "2025年上半年园区发展情况", "2025年7月31日", "12天", "数据未报（函已到）",
        "五(二)；报送截止日为系统默认值，通知未规定",
    ]]  # fmt: skip
    said = words(document)
    assert "2025年8月8日发送邮件；2025年8月11日电话催办负责人；承诺于2025年8月14日前办结。" in said
    assert "请贵县督促有关单位抓紧办理，于　　　　年　　月　　日前补报" in said
    assert "示例负责人" not in said


def test_a_letter_for_the_whole_district_speaks_of_each_of_its_parks(database: Database, park: Park) -> None:
    document = letter(database, whole_district=True)
    assert document.name == "关于催报示例甲县所辖园区逾期未报事项的函"
    assert sorted(row[1] for row in rows(document)) == ["示例乙园", "示例甲园"]


def test_nothing_overdue_still_renders_as_a_draft_that_says_so(database: Database, park: Park) -> None:
    for document in (letter(database, period=HalfYear(2024, 2)), _settled(database, park)):
        assert document.marks == ("代拟稿", "草稿")
        assert "没有逾期未报事项" in document.lacking[0]
        assert render(document, "html").data


def _settled(database: Database, park: Park) -> Document:
    with database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 9))
    return letter(database)


def test_it_is_the_committees_alone(database: Database, park: Park) -> None:
    with pytest.raises(AccessDenied):
        letter(database, Actor("district", Role.DISTRICT, FULL_SCOPE))
