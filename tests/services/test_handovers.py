"""工作移交 and bounces, through the sweep: who is told what, once."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from db.models import Alert, AlertFeedback, AuditEntry, Contact, OutboxItem, OutboxMail, Park, PressProposal
from db.queries.contacts import contacts_of, operators_of
from db.queries.handovers import handover, handovers
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole
from services import alerting, contacts
from services.alerting import SweepResult
from services.contacts import Person
from services.handovers import Successor, hand_over
from services.mail import bounces
from tests.factories import make_contact, make_park, make_submission, make_unit, send_back

DUE = date(2025, 7, 31)
LI = Successor(name="李某", mail="li@example.gov.cn", phone="13900000000")
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def park(database: Database, set_now: Callable[[date], None]) -> Park:
    """园 alpha of 示例甲区, whose first report is due on 2025-07-31, with 张某 as its 经办人."""
    set_now(date(2025, 8, 20))
    with database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district, name="张某", mail="zhang@example.gov.cn")
        return make_park(session, "示例甲园", district=district, code="alpha")


@pytest.fixture
def district(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})), park.district_id)


def sweep(database: Database, day: str) -> SweepResult:
    with database.write() as session:
        return alerting.sweep(session, SYSTEM_ACTOR, date.fromisoformat(day))


def mails(result: SweepResult) -> list[tuple[str, str]]:
    return [(mail.to, mail.stage) for mail in result.mails]


def zhang(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(Contact.id).where(Contact.name == "张某").order_by(Contact.id)).first() or 0


def all_roles(database: Database, park: Park) -> None:
    """Nobody is missing over the handler's head."""
    with database.write() as session:
        for role in ("reviewer", "head", "government"):
            make_contact(session, session.merge(park).district, role=role, mail=f"{role}@example.gov.cn")


def pass_on(database: Database, actor: Actor, on: str, to: Successor = LI) -> int:
    contact = zhang(database)
    with database.write() as session:
        return hand_over(session, actor, contact, to, date.fromisoformat(on)).id


def test_the_successor_is_told_the_next_stage_and_what_is_told_already_stands_on_the_list(
    database: Database, park: Park, district: Actor
) -> None:
    assert mails(sweep(database, "2025-08-01")) == [("zhang@example.gov.cn", "T+1")]
    _send_all(database)
    number = pass_on(database, district, "2025-08-04")
    assert mails(sweep(database, "2025-08-04")) == []
    assert mails(sweep(database, "2025-08-07")) == [("li@example.gov.cn", "T+7")]
    with database.read() as session:
        found = handover(session, district, number)
    assert found is not None
    assert (found.giver, found.taker, found.roles) == ("张某", "李某", (ContactRole.HANDLER,))
    assert found.items is not None
    assert [item.partition("（")[0] for item in found.items] == ["逾期未报：国家网络安全产业园区"]


def test_what_has_been_told_is_inherited_through_several_handovers(
    database: Database, park: Park, district: Actor
) -> None:
    sweep(database, "2025-08-01")
    _send_all(database)
    pass_on(database, district, "2025-08-03")
    with database.write() as session:
        li = session.scalars(select(Contact.id).where(Contact.name == "李某")).one()
        hand_over(session, district, li, Successor(name="王某", mail="wang@example.gov.cn"), date(2025, 8, 5))
    assert mails(sweep(database, "2025-08-06")) == []
    assert mails(sweep(database, "2025-08-07")) == [("wang@example.gov.cn", "T+7")]


def test_what_still_waits_to_be_sent_goes_to_the_successor(database: Database, park: Park, district: Actor) -> None:
    sweep(database, "2025-08-01")
    with database.write() as session:
        make_contact(session, session.merge(park).district, name="赵某", mail="zhao@example.gov.cn", role="reviewer")
        alert = session.scalars(select(Alert).where(Alert.rule == "report_overdue")).one()
        for address, person, role in (
            ("zhang@example.gov.cn", "张某", "head"),
            ("zhao@example.gov.cn", "赵某", "reviewer"),
        ):
            session.add(
                PressProposal(
                    alert_id=alert.id, stage="T+1", role=role, person=person, recipient=address,
                    proposed_on=date(2025, 8, 1), state="proposed",
                )
            )  # fmt: skip
    pass_on(database, district, "2025-08-02")
    with database.read() as session:
        (mail,) = session.scalars(select(OutboxMail))
        assert (mail.recipient, mail.state) == ("li@example.gov.cn", "queued")
        assert [item.recipient for item in mail.items] == ["li@example.gov.cn"]
        assert {row.person: row.recipient for row in session.scalars(select(PressProposal))} == {
            "李某": "li@example.gov.cn", "赵某": "zhao@example.gov.cn",
        }  # fmt: skip
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "handover")).one()
        assert (entry.new["mails"], entry.new["proposals"]) == ([mail.key], 1)
    assert mails(sweep(database, "2025-08-03")) == []


@pytest.mark.parametrize(("state", "doubts"), [("sent", 0), ("claimed", 0), ("uncertain", 1), ("queued", 1)])
def test_what_may_have_been_handed_over_to_the_server_stays_as_it_is(
    database: Database, park: Park, district: Actor, state: str, doubts: int
) -> None:
    sweep(database, "2025-08-01")
    with database.write() as session:
        (mail,) = session.scalars(select(OutboxMail))
        mail.state, mail.doubts = state, doubts
    pass_on(database, district, "2025-08-02")
    with database.read() as session:
        assert session.scalars(select(OutboxMail.recipient)).all() == ["zhang@example.gov.cn"]


def test_a_successor_who_has_been_told_the_same_is_not_told_it_again(
    database: Database, park: Park, district: Actor
) -> None:
    with database.write() as session:
        colleague = make_contact(session, session.merge(park).district, name="李某", mail="li@example.gov.cn").id
    sweep(database, "2025-08-01")
    pass_on(database, district, "2025-08-02", Successor(contact_id=colleague))
    with database.read() as session:
        items = session.execute(select(OutboxItem.recipient, OutboxItem.stage).order_by(OutboxItem.recipient)).all()
        assert [tuple(item) for item in items] == [("li@example.gov.cn", "T+1"), ("zhang@example.gov.cn", "T+1")]
        assert len(contacts_of(session, park.district_id)) == 2


def test_a_mailbox_others_read_keeps_its_mails(database: Database, park: Park, district: Actor) -> None:
    with database.write() as session:
        make_contact(session, session.merge(park).district, name="同一信箱", mail="zhang@example.gov.cn")
    sweep(database, "2025-08-01")
    pass_on(database, district, "2025-08-02")
    with database.read() as session:
        assert session.scalars(select(OutboxMail.recipient)).all() == ["zhang@example.gov.cn"]


def test_every_role_passes_on_the_same_day(database: Database, park: Park, district: Actor) -> None:
    with database.write() as session:
        make_contact(session, session.merge(park).district, name="张某", mail="zhang@example.gov.cn", role="reviewer")
    number = pass_on(database, district, "2025-08-02")
    with database.read() as session:
        rows = [
            (row.name, row.role.value, row.valid_from, row.valid_to) for row in contacts_of(session, park.district_id)
        ]
        found = handover(session, district, number)
    before, day = date(2025, 8, 1), date(2025, 8, 2)
    assert rows == [
        ("张某", "handler", None, before), ("张某", "reviewer", None, before),
        ("李某", "handler", day, None), ("李某", "reviewer", day, None),
    ]  # fmt: skip
    assert found is not None
    assert found.roles == (ContactRole.HANDLER, ContactRole.REVIEWER)


def test_the_list_names_promises_and_reports_in_hand(database: Database, park: Park, district: Actor) -> None:
    with database.write() as session:
        make_park(session, "示例丙园", code="gamma", district=session.merge(park).district)
    sweep(database, "2025-08-01")
    with database.write() as session:
        own = session.merge(park)
        send_back(session, make_submission(session, own, received_on=date(2025, 8, 2)), on=date(2025, 8, 3))
        session.add(
            AlertFeedback(
                park_id=own.id, matter="alpha:2025H1", cause="数据未齐", measure="催收", promised_on=date(2025, 9, 1),
                written_on=date(2025, 8, 4), written_at=datetime(2025, 8, 4, tzinfo=UTC), written_by="district",
            )
        )  # fmt: skip
    number = pass_on(database, district, "2025-08-10")
    with database.read() as session:
        found = handover(session, district, number)
    assert found is not None
    assert found.items is not None
    assert len(found.items) == 3
    assert any(item.startswith("逾期未报：") and item.endswith("；承诺时限2025年9月1日") for item in found.items)
    assert "国家网络安全产业园区（示例甲园）2025年上半年园区发展情况表第1版，退回修改，自2025年8月3日起" in found.items


def test_the_list_of_a_district_is_not_the_committee_s_to_read(database: Database, park: Park, district: Actor) -> None:
    number = pass_on(database, district, "2025-08-10")
    stranger = Actor("other", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 1_000})))
    with database.read() as session:
        (seen,) = handovers(session, COMMITTEE)
        assert (seen.giver, seen.taker, seen.items) == ("张某", "李某", None)
        assert handover(session, COMMITTEE, number) is None
        assert handovers(session, stranger) == ()


@pytest.mark.parametrize(
    ("on", "to", "why"),
    [
        ("2025-08-21", LI, "移交日期2025年8月21日在今天（2025年8月20日）之后"),
        ("2025-06-01", LI, "张某的有效期自2025年6月1日起，移交日期2025年6月1日须在其后"),
        ("2025-08-10", Successor(name="张某", mail="other@example.gov.cn"), "移交人和接交人都是张某"),
        ("2025-08-10", Successor(name="李某", phone="13900000000"), "接交人李某没有邮箱"),
        ("2025-08-10", Successor(name="李某", mail="李@example.gov.cn"), "邮箱应写作"),
        ("2025-08-10", Successor(), "缺少姓名"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_with_the_reason(
    database: Database, park: Park, district: Actor, on: str, to: Successor, why: str
) -> None:
    with database.write() as session:
        session.get_one(Contact, zhang(database)).valid_from = date(2025, 6, 1)
    with pytest.raises(Refused, match=why):
        pass_on(database, district, on, to)
    with database.read() as session:
        assert [(row.name, row.valid_to) for row in contacts_of(session, park.district_id)] == [("张某", None)]


def test_a_successor_of_another_unit_or_with_a_bouncing_address_is_refused(
    database: Database, park: Park, district: Actor
) -> None:
    with database.write() as session:
        abroad = make_contact(session, make_unit(session), name="李某").id
        bouncing = make_contact(session, session.merge(park).district, name="王某", bounced_on=date(2025, 8, 1)).id
    with pytest.raises(Unknown):
        pass_on(database, district, "2025-08-10", Successor(contact_id=abroad))
    with pytest.raises(Refused, match="李某不在同一单位，工作移交限于同一单位的人员"):
        pass_on(database, COMMITTEE, "2025-08-10", Successor(contact_id=abroad))
    with pytest.raises(Refused, match="接交人王某的邮箱自2025年8月1日起退信"):
        pass_on(database, district, "2025-08-10", Successor(contact_id=bouncing))


def test_only_who_keeps_the_people_hands_their_work_over(database: Database, park: Park) -> None:
    with pytest.raises(AccessDenied):
        pass_on(database, Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id}))), "2025-08-10")
    with pytest.raises(Unknown):
        pass_on(database, Actor("other", Role.DISTRICT, Scope(unit_ids=frozenset({99_999}))), "2025-08-10")


def test_the_work_of_an_operator_s_person_stays_with_the_park(database: Database, park: Park, district: Actor) -> None:
    with database.write() as session:
        giver = make_contact(session, session.merge(park).district, name="孙某", role="operator", park_id=park.id).id
        abroad = make_contact(session, session.merge(park).district, name="李某", mail="li@example.gov.cn").id
    with pytest.raises(Refused, match="李某不在同一单位"), database.write() as session:
        hand_over(session, district, giver, Successor(contact_id=abroad), date(2025, 8, 2))
    with database.write() as session:
        hand_over(session, district, giver, Successor(name="钱某", mail="qian@example.com"), date(2025, 8, 2))
        found = [(row.name, row.role, row.valid_from, row.valid_to) for row in operators_of(session, park.id)]
    assert found == [
        ("孙某", ContactRole.OPERATOR, None, date(2025, 8, 1)), ("钱某", ContactRole.OPERATOR, date(2025, 8, 2), None),
    ]  # fmt: skip


def test_the_committee_s_list_names_what_waits_for_it(database: Database, park: Park) -> None:
    with database.write() as session:
        own = make_contact(session, make_unit(session, kind="committee"), name="钱某", mail="qian@example.gov.cn").id
        make_submission(session, session.merge(park), received_on=date(2025, 7, 20))
    sweep(database, "2025-08-10")
    with database.write() as session:
        alert = session.scalars(select(Alert).where(Alert.rule == "report_overdue")).one()
        session.add(
            PressProposal(
                alert_id=alert.id, stage="T+7", role="head", person="周某", recipient="zhou@example.gov.cn",
                proposed_on=date(2025, 8, 8), state="proposed",
            )
        )  # fmt: skip
    with database.write() as session:
        items = hand_over(session, COMMITTEE, own, LI, date(2025, 8, 11)).items
    report, *rest = (item for item in items if item.startswith("国家"))
    assert [item.partition("国家")[0].partition("：")[0] for item in items if item != report] == [
        "待审超期", "无人可通知", "拟催报周某（负责人），2025年8月8日列入、待批",
    ]  # fmt: skip
    assert rest == []
    assert report.endswith("2025年上半年园区发展情况表第1版，已报送，待市经济信息委审核，自2025年7月20日起")
    with database.read() as session:
        (seen,) = handovers(session, COMMITTEE)
    assert seen.items == tuple(items)


# --- bounces, to the level above -------------------------------------------------------------------------------------


def keys(result: SweepResult) -> tuple[list[str], list[str]]:
    return [note.key for note in result.opened], [note.key for note in result.closed]


def test_a_bounce_alarms_the_committee_until_the_address_is_mended(
    database: Database, park: Park, district: Actor, set_now: Callable[[date], None]
) -> None:
    all_roles(database, park)
    with database.write() as session:
        own = session.merge(park).district
        deputy = make_contact(session, own, name="赵某", mail="zhao@example.gov.cn", role="deputy").id
        make_contact(session, make_unit(session, kind="committee"), mail="committee@example.gov.cn")
    set_now(date(2025, 8, 7))
    assert mails(sweep(database, "2025-08-01")) == [("zhang@example.gov.cn", "T+1")]
    _send_all(database)
    bounce(database, "zhang@example.gov.cn")
    found = sweep(database, "2025-08-07")
    assert keys(found)[0] == ["contact_missing:alpha:bounced:z***@example.gov.cn"]
    assert found.opened[0].message == (
        "示例甲区的邮箱z***@example.gov.cn退信，请核对或更换（国家网络安全产业园区（示例甲园））"
    )
    # The B角 is told instead of the 经办人, and the level above that there is somebody to call.
    assert mails(found) == [("committee@example.gov.cn", "opened"), ("zhao@example.gov.cn", "T+7")]
    set_now(date(2025, 8, 30))
    bounce(database, "zhao@example.gov.cn")
    found = sweep(database, "2025-08-30")
    (alarm,) = found.opened
    assert "没有有效的经办人邮箱" in alarm.message
    assert (mails(found), len(found.unreachable)) == ([("committee@example.gov.cn", "T+30")], 1)
    set_now(date(2025, 8, 31))
    with database.write() as session:
        mended = Person("张某", ContactRole.HANDLER, "new@example.gov.cn")
        contacts.change_contact(session, district, zhang(database), mended)
        contacts.end_contact(session, district, deputy, date(2025, 8, 30))
    found = sweep(database, "2025-08-31")
    assert keys(found)[1] == ["contact_missing:alpha:nobody:2025H1"]
    assert mails(found) == [("new@example.gov.cn", "T+30")]


def bounce(database: Database, address: str) -> None:
    with database.write() as session:
        bounces.mark(session, SYSTEM_ACTOR, address, "550 没有此用户")


def test_an_obligation_nobody_is_told_of_alarms_the_committee(database: Database, park: Park) -> None:
    all_roles(database, park)
    with database.write() as session:
        contact = session.get_one(Contact, zhang(database))
        contact.valid_to = date(2025, 7, 15)
        make_contact(session, make_unit(session, kind="committee"), mail="committee@example.gov.cn")
    found = sweep(database, "2025-08-01")
    assert keys(found)[0] == ["report_overdue:alpha:2025H1", "contact_missing:alpha:nobody:2025H1"]
    assert mails(found) == [("committee@example.gov.cn", "T+1")]
    with database.write() as session:
        make_contact(session, session.merge(park).district, mail="new@example.gov.cn", valid_from=date(2025, 8, 2))
    found = sweep(database, "2025-08-02")
    assert (keys(found)[1], mails(found)) == (["contact_missing:alpha:nobody:2025H1"], [("new@example.gov.cn", "T+1")])


def _send_all(database: Database) -> None:
    with database.write() as session:
        for mail in session.scalars(select(OutboxMail).where(OutboxMail.state == "queued")):
            mail.state = "sent"


def test_an_address_that_comes_back_after_its_mail_was_passed_on_is_told_by_a_mail_of_its_own(
    database: Database, district: Actor, park: Park
) -> None:
    """A shared office box: the mail that was passed on keeps its key, and must not stand in the way of the next."""
    sweep(database, "2025-08-01")
    pass_on(database, district, "2025-08-01")
    with database.write() as session:
        make_contact(session, session.merge(park).district, name="办公室", mail="zhang@example.gov.cn")
    assert mails(sweep(database, "2025-08-02")) == [("zhang@example.gov.cn", "T+1")]
    with database.read() as session:
        rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        assert [row.recipient for row in rows] == ["li@example.gov.cn", "zhang@example.gov.cn"]
        assert len({row.key for row in rows}) == len({row.message_id for row in rows}) == 2
