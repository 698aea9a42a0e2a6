"""拟催报清单: what goes out when it is approved, what does not any more, and two officers at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from db.models import Alert, Contact, OutboxItem, OutboxMail, Park, PressProposal, RulebookEntry, RulebookVersion
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from policy.refusal import Refused
from services import alerting, handling, pressing
from services.mail import bounces
from tests.factories import MADE_AT, make_contact, make_letter, make_park, make_submission, make_unit

TODAY = date(2025, 8, 8)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


def sweep(database: Database, day: date = TODAY) -> alerting.SweepResult:
    with database.write() as session:
        return alerting.sweep(session, SYSTEM_ACTOR, day)


def approve(database: Database, proposals: list[int] | None = None, actor: Actor = COMMITTEE) -> pressing.Approved:
    with database.write() as session:
        return pressing.approve(session, actor, proposals, base_url="https://parks.example.gov.cn")


def states(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        rows = session.execute(select(PressProposal.role, PressProposal.state).order_by(PressProposal.id))
        return [(row.role, row.state) for row in rows]


def mails(database: Database) -> list[tuple[str, str]]:
    """Recipient and subject of what was approved: digests have a day of their own."""
    with database.read() as session:
        rows = session.scalars(select(OutboxMail).where(OutboxMail.digest_on.is_(None)).order_by(OutboxMail.id))
        return [(row.recipient, row.subject) for row in rows]


@pytest.fixture
def parks(database: Database, set_now: Callable[[date], None]) -> list[Park]:
    """Two parks of 示例甲区, both overdue since 1 August 2025; reviewer and head have mailboxes."""
    set_now(TODAY)
    with database.write() as session:
        unit = make_unit(session, "示例甲区")
        make_contact(session, unit, mail="handler@example.gov.cn")
        for role in ("reviewer", "head"):
            make_contact(session, unit, role=role, mail=f"{role}@example.gov.cn")
        return [
            make_park(session, f"示例{name}园", district=unit, code=code) for name, code in (("甲", "a"), ("乙", "b"))
        ]


def test_approving_everything_queues_one_formal_mail_a_recipient(database: Database, parks: list[Park]) -> None:
    assert len(sweep(database).proposals) == 4
    assert mails(database) == []
    assert approve(database) == pressing.Approved(2, 4)
    subject = "（演示）【催报】2项事项逾期未办结"
    assert mails(database) == [("reviewer@example.gov.cn", subject), ("head@example.gov.cn", subject)]
    assert {state for _role, state in states(database)} == {"approved"}
    with database.read() as session:
        head = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "head@example.gov.cn")).one()
        assert "示例甲区经信部门负责同志：" in head.text
        assert "已逾期8天" in head.text
        assert "https://parks.example.gov.cn/alerts/" in head.html
        assert (head.state, len(head.items)) == ("queued", 2)
    assert sweep(database).proposals == ()


def test_only_what_was_chosen_goes_out(database: Database, parks: list[Park]) -> None:
    sweep(database)
    with database.read() as session:
        chosen, declined, *_rest = session.scalars(select(PressProposal.id).order_by(PressProposal.id)).all()
    with database.write() as session:
        assert pressing.decline(session, COMMITTEE, [declined]) == 1
    assert approve(database, [chosen, declined]).mails == 1
    assert [state for _role, state in states(database)] == ["approved", "declined", "proposed", "proposed"]
    assert len(mails(database)) == 1
    assert sweep(database).proposals == ()
    with pytest.raises(Refused, match="不发"), database.write() as session:
        pressing.decline(session, COMMITTEE, [declined])


def test_who_has_filed_since_is_not_pressed(database: Database, parks: list[Park]) -> None:
    sweep(database)
    with database.write() as session:
        own = session.merge(parks[0])
        make_submission(session, own, received_on=TODAY)
        make_letter(session, [own], received_on=TODAY)
    done = approve(database)
    assert (done.mails, done.matters) == (2, 2)
    assert all("已办结" in why for why in done.left_out)
    assert sorted(state for _role, state in states(database)) == ["approved", "approved", "proposed", "proposed"]
    sweep(database)
    assert sorted(state for _role, state in states(database)) == ["approved", "approved", "lapsed", "lapsed"]
    with database.read() as session:
        lapsed = session.scalars(select(PressProposal.id).where(PressProposal.state == "lapsed")).all()
    with pytest.raises(Refused, match="已失效"):
        approve(database, list(lapsed))


def test_what_is_paused_is_not_sent(database: Database, parks: list[Park]) -> None:
    sweep(database)
    with database.write() as session:
        for alert_id in session.scalars(select(Alert.id)).all():
            handling.pause(session, COMMITTEE, alert_id, reason="企业搬迁", until=date(2025, 8, 20))
    with pytest.raises(Refused, match="已暂缓催报至2025年8月20日"):
        approve(database)
    assert mails(database) == []


def test_an_empty_list_and_a_stranger_are_refused(database: Database, parks: list[Park]) -> None:
    with pytest.raises(Refused, match="没有待批的事项"):
        approve(database)
    with pytest.raises(AccessDenied):
        approve(database, actor=Actor("district", Role.DISTRICT, FULL_SCOPE))


def test_two_officers_at_once_send_one_mail(database: Database, parks: list[Park]) -> None:
    sweep(database)
    start = Barrier(2)

    def press(_number: int) -> str:
        start.wait()
        try:
            return str(approve(database).mails)
        except Refused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as officers:
        answers = sorted(officers.map(press, range(2)))
    assert answers == ["2", "拟催报清单中没有待批的事项"]
    assert len(mails(database)) == 2


def test_one_mailbox_in_two_roles_is_pressed_once_in_the_higher(database: Database, parks: list[Park]) -> None:
    with database.write() as session:
        unit = session.merge(parks[0]).district
        make_contact(session, unit, role="government", mail="head@example.gov.cn")
        make_contact(session, unit, role="reviewer", mail="handler@example.gov.cn")
    found = sweep(database, date(2025, 8, 8))
    assert {one.to for one in found.proposals} == {"reviewer@example.gov.cn", "head@example.gov.cn"}
    assert approve(database).mails == 2


def test_with_the_rule_auto_higher_roles_are_written_to_at_once(database: Database, parks: list[Park]) -> None:
    with database.write() as session:
        entry = RulebookEntry(key="press_upwards", kind="", value="auto", valid_from=date(2025, 1, 1))
        session.add(RulebookVersion(recorded_at=MADE_AT, recorded_by="committee", entries=[entry]))
    found = sweep(database)
    assert [mail.to for mail in found.mails] == [
        "handler@example.gov.cn", "head@example.gov.cn", "reviewer@example.gov.cn",
    ]  # fmt: skip
    assert (found.proposals, states(database)) == ((), [])
    with database.read() as session:
        assert len(session.scalars(select(OutboxItem)).all()) == 6


# --- what would not be right to send as it stands --------------------------------------------------------------------


def waiting(database: Database) -> list[tuple[str, str, str, str]]:
    """What stands on the list: to whom, of which stage, and why it would not be sent."""
    with database.read() as session:
        return [
            (entry.person, entry.recipient, entry.stage, entry.idle.partition("：")[2])
            for draft in pressing.drafts(session, COMMITTEE)
            for entry in draft.entries
        ]


def replace_head(database: Database, park: Park, on: date) -> None:
    """刘某 was head until the day before; 陈某 is from then on."""
    with database.write() as session:
        head = session.scalars(select(Contact).where(Contact.role == "head")).one()
        head.name, head.valid_to = "刘某", on - timedelta(days=1)
        district = session.merge(park).district
        make_contact(session, district, name="陈某", role="head", mail="chen@example.gov.cn", valid_from=on)


def test_who_has_left_is_not_pressed_and_whoever_serves_now_is_instead(
    database: Database, parks: list[Park], set_now: Callable[[date], None]
) -> None:
    with database.write() as session:
        session.scalars(select(Contact).where(Contact.role == "head")).one().name = "刘某"
    sweep(database)
    set_now(date(2025, 8, 10))
    replace_head(database, parks[0], date(2025, 8, 10))
    assert {(who, why) for who, _to, _stage, why in waiting(database) if who == "刘某"} == {
        ("刘某", "刘某已不任负责人，改列陈某")
    }
    done = approve(database)
    assert [to for to, _subject in mails(database)] == ["reviewer@example.gov.cn"]
    assert all("刘某已不任负责人" in why for why in done.left_out)
    found = sweep(database, date(2025, 8, 10))
    assert {(one.person, one.to) for one in found.proposals} == {("陈某", "chen@example.gov.cn")}
    assert [who for who, *_rest in waiting(database)] == ["陈某", "陈某"]


def test_an_address_that_bounced_leaves_the_list_and_comes_back_when_mail_arrives_again(
    database: Database, parks: list[Park]
) -> None:
    sweep(database)
    with database.write() as session:
        bounces.mark(session, SYSTEM_ACTOR, "head@example.gov.cn", "550 没有此用户")
    why = {why for _who, to, _stage, why in waiting(database) if to == "head@example.gov.cn"}
    (reason,) = why
    assert reason.endswith("的邮箱退信，现无能收到邮件的负责人，请补录联系人")
    assert sweep(database).proposals == ()
    assert "head@example.gov.cn" not in {to for _who, to, *_rest in waiting(database)}
    with database.write() as session:
        bounces.clear(session, SYSTEM_ACTOR, "head@example.gov.cn")
    assert {one.to for one in sweep(database).proposals} == {"head@example.gov.cn"}
    assert approve(database).mails == 2


def test_what_a_later_stage_has_overtaken_is_not_sent_as_it_stands(
    database: Database, parks: list[Park], set_now: Callable[[date], None]
) -> None:
    """Until T+30 the reviewer is pressed about T+7; then somebody else is reviewer, and about T+30."""
    sweep(database)
    set_now(date(2025, 8, 30))
    assert {why for *_rest, why in waiting(database)} == {"已到后一催报时点，改按新的时点列入"}
    with pytest.raises(Refused, match="已到后一催报时点"):
        approve(database)
    assert {one.stage for one in sweep(database, date(2025, 8, 30)).proposals} == {"T+30"}
    assert {(stage, why) for _who, _to, stage, why in waiting(database)} == {("T+30", "")}
    assert mails(database) == []


def test_a_press_that_came_back_alarms_the_committee_and_finds_whoever_reads_mail_now(
    database: Database, parks: list[Park]
) -> None:
    sweep(database)
    approve(database)
    with database.write() as session:
        bounces.mark(session, SYSTEM_ACTOR, "head@example.gov.cn", "550 没有此用户")
        mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "head@example.gov.cn")).one()
        mail.state = "failed"
    found = sweep(database)
    assert any(note.rule == "contact_missing" and "h***@example.gov.cn退信" in note.message for note in found.opened)
    assert found.proposals == ()
    with database.write() as session:
        make_contact(session, session.merge(parks[0]).district, name="陈某", role="head", mail="chen@example.gov.cn")
    assert {one.to for one in sweep(database).proposals} == {"chen@example.gov.cn"}


def test_with_the_rule_auto_a_head_reads_the_words_of_a_formal_press(database: Database, parks: list[Park]) -> None:
    with database.write() as session:
        entry = RulebookEntry(key="press_upwards", kind="", value="auto", valid_from=date(2025, 1, 1))
        session.add(RulebookVersion(recorded_at=MADE_AT, recorded_by="committee", entries=[entry]))
    sweep(database)
    with database.read() as session:
        head, handler = (
            session.scalars(select(OutboxMail).where(OutboxMail.recipient == f"{who}@example.gov.cn")).one()
            for who in ("head", "handler")
        )
    assert head.subject == "（演示）【催报】2项事项逾期未办结"
    assert "示例甲区经信部门负责同志：" in head.text
    assert "已逾期8天" in head.text
    assert "经办人同志" not in head.text
    assert "经办人同志：" in handler.text
