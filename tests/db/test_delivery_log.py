"""The delivery log: who sees which mails and addresses, filters, pages, one mail with its matters."""

from datetime import date

import pytest
from sqlalchemy import select

from db.models import OutboxMail, Park
from db.queries.outbox import Log, Wanted, delivery_log, mail
from db.session import Database
from policy.access import FULL_SCOPE, NO_SCOPE, SYSTEM_ACTOR, Actor, Role, Scope
from policy.terms import AlertRule, ContactRole, MailState
from services import alerting
from tests.factories import make_contact, make_park, make_unit

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
ADMIN = Actor("admin", Role.ADMIN, NO_SCOPE)


@pytest.fixture
def parks(database: Database) -> tuple[Park, Park]:
    """甲园 and 乙园 of two districts, both overdue and told: 张某 and 李某 of one each, 两区某 of both."""
    with database.write() as session:
        first, second = make_unit(session, "示例甲区"), make_unit(session, "示例乙区")
        made = (
            make_park(session, "甲园", code="JIA", district=first),
            make_park(session, "乙园", code="YI", district=second),
        )
        make_contact(session, first, name="张某", mail="zhang@example.gov.cn")
        make_contact(session, second, name="李某", mail="li@example.gov.cn")
        for district in (first, second):
            make_contact(session, district, name="两区某", mail="both@example.gov.cn")
        alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 1))
        return made


def officer(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})), park.district_id)


def log(database: Database, actor: Actor, wanted: Wanted = Wanted(), **page: int) -> Log:  # noqa: B008 frozen
    with database.read() as session:
        return delivery_log(session, actor, wanted, **page)


def to(found: Log) -> list[str]:
    return sorted(row.recipient for row in found.rows)


def test_a_district_sees_the_mails_about_its_own_parks_alone(database: Database, parks: tuple[Park, Park]) -> None:
    (row,) = log(database, officer(parks[0])).rows
    assert (row.name, row.role, row.unit, row.recipient) == (
        "张某", ContactRole.HANDLER, "示例甲区", "zhang@example.gov.cn",
    )  # fmt: skip
    assert to(log(database, COMMITTEE)) == ["both@example.gov.cn", "li@example.gov.cn", "zhang@example.gov.cn"]


def test_somebody_else_s_people_stay_masked_and_nameless(database: Database, parks: tuple[Park, Park]) -> None:
    with database.write() as session:
        mails = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "zhang@example.gov.cn")).one()
        mails.recipient = "elsewhere@example.gov.cn"
        make_contact(session, make_unit(session, "示例丙区"), name="王某", mail="elsewhere@example.gov.cn")
    (row,) = log(database, officer(parks[0])).rows
    assert (row.name, row.unit, row.recipient) == ("", "示例丙区", "e***@example.gov.cn")
    assert log(database, officer(parks[0]), Wanted(to="elsewhere")).total == 0
    assert log(database, COMMITTEE, Wanted(to="王某")).total == 1


def test_who_runs_the_system_sees_deliveries_and_no_business(database: Database, parks: tuple[Park, Park]) -> None:
    found = log(database, ADMIN)
    assert {(row.subject, row.name, row.unit) for row in found.rows} == {("", "", "")}
    assert all("***" in row.recipient for row in found.rows)
    with database.read() as session:
        seen = mail(session, ADMIN, found.rows[0].key)
    assert seen is not None
    assert (seen.text, seen.matters) == ("", ())


def test_it_is_narrowed_by_state_person_and_park(database: Database, parks: tuple[Park, Park]) -> None:
    with database.write() as session:
        failed = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "li@example.gov.cn")).one()
        failed.state = MailState.FAILED.value
    found = log(database, COMMITTEE, Wanted(state=MailState.FAILED))
    assert (to(found), found.total) == (["li@example.gov.cn"], 1)
    assert found.states == {MailState.QUEUED: 2, MailState.FAILED: 1}
    assert to(log(database, COMMITTEE, Wanted(to="张"))) == ["zhang@example.gov.cn"]
    assert to(log(database, COMMITTEE, Wanted(to="LI@EXAMPLE"))) == ["li@example.gov.cn"]
    assert to(log(database, COMMITTEE, Wanted(to="%"))) == []
    assert to(log(database, COMMITTEE, Wanted(park="JIA"))) == ["both@example.gov.cn", "zhang@example.gov.cn"]
    assert to(log(database, officer(parks[0]), Wanted(park="YI"))) == []


def test_it_comes_in_pages_newest_first(database: Database, parks: tuple[Park, Park]) -> None:
    first, second, beyond = (log(database, COMMITTEE, page=page, size=2) for page in (1, 2, 9))
    assert (len(first.rows), len(second.rows), len(beyond.rows)) == (2, 1, 0)
    assert {found.total for found in (first, second, beyond)} == {3}
    assert not {row.key for row in first.rows} & {row.key for row in second.rows}


def test_one_mail_tells_its_text_and_matters(database: Database, parks: tuple[Park, Park]) -> None:
    (row,) = log(database, officer(parks[0])).rows
    with database.read() as session:
        seen = mail(session, officer(parks[0]), row.key)
        assert mail(session, officer(parks[1]), row.key) is None
        assert mail(session, COMMITTEE, "T+1-none") is None
    assert seen is not None
    assert "2025年上半年园区发展情况逾期未报" in seen.text
    (matter,) = seen.matters
    assert (matter.rule, matter.park_code, matter.stage, matter.closed) == (
        AlertRule.REPORT_OVERDUE, "JIA", "T+1", False,
    )  # fmt: skip
