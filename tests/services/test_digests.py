"""One digest a person and day of sending, and in it only what is still open when it goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Self

import pytest
from sqlalchemy import select

from db.models import Alert, Contact, Obligation, OutboxItem, OutboxMail, Park
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Actor, Role
from services import alerting, handling
from services.handovers import Successor, hand_over
from services.mail.delivery import HandingOver
from services.mail.message import Letter
from services.mail.outbox import retry, send_queued
from services.platform import Platform
from tests.factories import make_contact, make_letter, make_park, make_submission, make_unit

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
DISTRICT = Actor("district", Role.DISTRICT, FULL_SCOPE)
FIRST, SECOND = date(2025, 8, 1), date(2025, 8, 7)
HANDLER = "handler@example.gov.cn"
SetNow = Callable[[datetime], None]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


class Post:
    """A server that takes everything; `before` happens while it is told of the next mail."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.letters: list[Letter] = []
        self.before = before

    @contextmanager
    def opened(self) -> Iterator[Self]:
        yield self

    def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
        self.before()
        handing_over()
        self.letters.append(letter)

    def take(self) -> list[Letter]:
        """What came since the last time."""
        came, self.letters = self.letters, []
        return came


@pytest.fixture
def parks(platform: Platform, set_now: SetNow) -> list[Park]:
    """示例甲园 and 示例乙园 of 示例甲区, whose first report was due on 31 July 2025; one 经办人 for both."""
    set_now(noon(FIRST))
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district, name="张某", mail=HANDLER)
        for role in ("reviewer", "head", "government"):
            make_contact(session, district, role=role, mail=f"{role}@example.gov.cn")
        return [
            make_park(session, f"示例{name}园", district=district, code=code)
            for name, code in (("甲", "alpha"), ("乙", "beta"))
        ]


def sweep(platform: Platform, day: date) -> list[tuple[str, str]]:
    with platform.database.write() as session:
        found = alerting.sweep(session, SYSTEM_ACTOR, day)
        assert found.failed == ()
        return [(mail.to, mail.stage) for mail in found.mails]


def send(platform: Platform, post: Post, *, by_hand: bool = False) -> list[Letter]:
    send_queued(platform, post, at_once=by_hand)
    return post.take()


def comes_in(platform: Platform, park: Park, day: date = FIRST) -> None:
    with platform.database.write() as session:
        own = session.merge(park)
        make_submission(session, own, received_on=day)
        make_letter(session, [own], received_on=day)


def mails(platform: Platform) -> list[tuple[str, str, int]]:
    """Address, state and number of entries."""
    with platform.database.read() as session:
        rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        return [(mail.recipient, mail.state, len(mail.items)) for mail in rows]


def alert_of(platform: Platform, park: Park) -> int:
    with platform.database.read() as session:
        return session.scalars(select(Alert.id).where(Alert.park_id == park.id, Alert.rule == "report_overdue")).one()


# --- one a day -------------------------------------------------------------------------------------------------------


def test_days_swept_by_hand_in_a_row_are_told_in_one_mail(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    set_now(noon(SECOND))
    for day in (date(2025, 7, 25), FIRST, SECOND):
        assert len(sweep(platform, day)) == 1
    (letter,) = send(platform, Post())
    assert letter.text.count("示例甲园") == letter.text.count("示例乙园") == 1
    assert "临近时限" not in letter.text
    assert "截至2025年8月7日" in letter.text
    assert mails(platform) == [(HANDLER, "held", 0), (HANDLER, "held", 0), (HANDLER, "sent", 4)]


def test_who_sends_by_hand_means_every_mail_of_the_list(platform: Platform, parks: list[Park], set_now: SetNow) -> None:
    set_now(noon(SECOND))
    for day in (FIRST, SECOND):
        assert len(sweep(platform, day)) == 1
    assert len(send(platform, Post(), by_hand=True)) == 2
    assert mails(platform) == [(HANDLER, "sent", 2), (HANDLER, "sent", 2)]


def test_what_comes_up_after_the_digest_of_the_day_goes_into_the_next(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    post = Post()
    set_now(noon(SECOND))
    sweep(platform, FIRST)
    assert len(send(platform, post)) == 1
    sweep(platform, SECOND)
    assert send(platform, post) == []
    with platform.database.read() as session:
        waits = session.scalars(select(OutboxMail).where(OutboxMail.state == "queued")).one()
        assert waits.last_error == "收件人当天已有一封，并入次日的一封"
        assert waits.try_at == datetime(2025, 8, 7, 16, tzinfo=UTC)  # midnight in Beijing
    set_now(noon(SECOND) + timedelta(days=1))
    with platform.database.write() as session:
        make_park(session, "示例丙园", code="gamma", district=session.merge(parks[0]).district)
    sweep(platform, SECOND + timedelta(days=1))
    (letter,) = send(platform, post)
    assert all(name in letter.text for name in ("示例甲园", "示例乙园", "示例丙园"))
    assert send(platform, post) == []


def test_a_digest_that_may_have_gone_out_today_is_the_one_of_today(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    set_now(noon(SECOND))
    sweep(platform, FIRST)
    with platform.database.write() as session:
        mail = session.scalars(select(OutboxMail)).one()
        mail.state, mail.doubts, mail.attempts, mail.try_at = "uncertain", 1, 1, noon(SECOND)
        key = mail.key
    sweep(platform, SECOND)
    (again,) = send(platform, Post())
    assert again.key == key
    assert send(platform, Post()) == []
    set_now(noon(SECOND) + timedelta(days=1))
    assert len(send(platform, Post())) == 1


def test_a_successor_who_has_had_the_digest_of_the_day_is_told_the_rest_in_the_next(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    """李某 works for another district's park at the same address and has been written to today."""
    post = Post()
    with platform.database.write() as session:
        other = make_unit(session, "示例乙区")
        make_contact(session, other, name="李某", mail="li@example.gov.cn")
        make_park(session, "示例丙园", code="gamma", district=other)
        make_contact(session, session.merge(parks[0]).district, name="李某", mail="li@example.gov.cn", role="deputy")
    sweep(platform, FIRST)
    set_now(noon(FIRST) + timedelta(days=1))
    with platform.database.write() as session:
        contact, deputy = (
            session.scalars(select(Contact.id).where(Contact.mail == mail).order_by(Contact.id.desc())).first() or 0
            for mail in (HANDLER, "li@example.gov.cn")
        )
        hand_over(session, COMMITTEE, contact, Successor(contact_id=deputy), date(2025, 8, 2))
    (letter,) = send(platform, post)
    assert (letter.recipient, "示例甲园" in letter.text) == ("li@example.gov.cn", False)
    assert mails(platform)[0] == (HANDLER, "held", 0)
    assert ("li@example.gov.cn", "T+1") in sweep(platform, date(2025, 8, 2))
    assert send(platform, post) == []
    set_now(noon(FIRST) + timedelta(days=2))
    (letter,) = send(platform, post)
    assert (letter.recipient, "示例甲园" in letter.text) == ("li@example.gov.cn", True)


def test_addresses_that_differ_in_letter_case_alone_are_one_person(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    """Entered twice before addresses were written in small letters, and told once at the older writing."""
    with platform.database.write() as session:
        district = session.merge(parks[0]).district
        make_contact(session, district, name="张某", mail="Handler@Example.gov.cn")
    assert sweep(platform, FIRST) == [(HANDLER, "T+1")]
    with platform.database.write() as session:
        session.scalars(select(OutboxMail)).one().recipient = "Handler@Example.gov.cn"
        for item in session.scalars(select(OutboxItem)):
            item.recipient = "Handler@Example.gov.cn"
    set_now(noon(SECOND))
    with platform.database.write() as session:
        session.merge(parks[0]).short_name = "示例甲园（新）"
    assert sweep(platform, FIRST) == []
    assert sweep(platform, SECOND) == [(HANDLER, "T+7")]
    assert len(send(platform, Post())) == 1


# --- only what is still open -----------------------------------------------------------------------------------------


def test_of_a_digest_only_what_is_still_open_goes_out_under_the_same_key(platform: Platform, parks: list[Park]) -> None:
    sweep(platform, FIRST)
    with platform.database.read() as session:
        before = session.scalars(select(OutboxMail)).one()
    comes_in(platform, parks[0])
    (letter,) = send(platform, Post())
    assert (letter.key, letter.message_id) == (before.key, before.message_id)
    for said in (letter.text, letter.html, letter.subject):
        assert "示例乙园" in said
        assert "示例甲园" not in said
    assert letter.subject == "（演示）【催报】国家网络安全产业园区（示例乙园）2025年上半年园区发展情况逾期未报"
    assert mails(platform) == [(HANDLER, "sent", 1)]


def test_with_nothing_settled_nothing_is_written_anew(
    platform: Platform, parks: list[Park], monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep(platform, FIRST)
    monkeypatch.setattr("services.mail.digests.rewrite", None)
    monkeypatch.setattr("db.facts.situation", None)
    assert len(send(platform, Post())) == 1


def test_what_was_left_out_is_told_when_it_is_open_again(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    post = Post()
    sweep(platform, FIRST)
    pause(platform, parks[0], date(2025, 8, 3))
    (letter,) = send(platform, post)
    assert "示例甲园" not in letter.text
    set_now(noon(date(2025, 8, 3)))
    assert sweep(platform, date(2025, 8, 3)) == []
    set_now(noon(date(2025, 8, 4)))
    assert sweep(platform, date(2025, 8, 4)) == [(HANDLER, "T+1")]
    (letter,) = send(platform, post)
    assert "示例甲园" in letter.text


def pause(platform: Platform, park: Park, until: date) -> None:
    with platform.database.write() as session:
        handling.pause(session, COMMITTEE, alert_of(platform, park), reason="企业搬迁", until=until)


def test_a_mail_all_of_which_is_paused_waits_until_the_pause_is_over(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    post = Post()
    sweep(platform, FIRST)
    for park in parks:
        pause(platform, park, date(2025, 8, 3))
    assert send(platform, post) == []
    assert mails(platform) == [(HANDLER, "held", 2)]
    set_now(noon(date(2025, 8, 4)))
    assert sweep(platform, date(2025, 8, 4)) == []
    (letter,) = send(platform, post)
    assert all(name in letter.text for name in ("示例甲园", "示例乙园"))


def test_what_is_due_later_now_is_not_pressed(platform: Platform, parks: list[Park]) -> None:
    """As by a confirmed round: the obligation bears a later date, and no sweep has seen it yet."""
    sweep(platform, FIRST)
    with platform.database.write() as session:
        for park in parks:
            owed = select(Obligation).where(Obligation.park_id == park.id, Obligation.period == "2025H1")
            session.scalars(owed).one().due_on = date(2025, 8, 31)
    assert send(platform, Post()) == []
    assert mails(platform) == [(HANDLER, "held", 2)]


def test_a_mail_that_may_have_been_handed_over_keeps_its_text(platform: Platform, parks: list[Park]) -> None:
    """Also when a person has it sent once more."""
    sweep(platform, FIRST)
    with platform.database.write() as session:
        mail = session.scalars(select(OutboxMail)).one()
        mail.state, mail.doubts, mail.attempts, text, key = "uncertain", 2, 2, mail.text, mail.key
    with platform.database.write() as session:
        retry(session, COMMITTEE, key)
    comes_in(platform, parks[0])
    (letter,) = send(platform, Post())
    assert letter.text == text


def test_what_is_settled_while_the_server_is_told_of_the_mail_is_left_out_of_it(
    platform: Platform, parks: list[Park]
) -> None:
    sweep(platform, FIRST)
    slow = Post()

    def comes_in_now() -> None:
        slow.before = lambda: None
        comes_in(platform, parks[0])
        give_feedback(platform, parks[1])

    slow.before = comes_in_now
    report = send_queued(platform, slow, at_once=True)
    assert (report.sent, len(report.postponed), slow.take()) == ([], 1, [])
    (letter,) = send(platform, slow)
    assert "示例甲园" not in letter.text


def give_feedback(platform: Platform, park: Park) -> None:
    """Whatever people do is in the log, and tells a sender to look again."""
    with platform.database.write() as session:
        handling.give_feedback(
            session, DISTRICT, alert_of(platform, park), cause="人员调整，数据尚未汇总",
            measure="正在逐户催收", promised_on=date(2025, 8, 5),
        )  # fmt: skip


def test_what_failed_to_reach_the_predecessor_is_told_to_the_successor(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    sweep(platform, FIRST)
    set_now(noon(FIRST) + timedelta(days=1))
    with platform.database.write() as session:
        mail = session.scalars(select(OutboxMail)).one()
        mail.state, mail.attempts = "failed", 20
    pass_on(platform)
    assert sweep(platform, date(2025, 8, 2)) == [("li@example.gov.cn", "T+1")]


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_has_left_before_the_mail_went_out_is_not_written_to(
    platform: Platform, parks: list[Park], set_now: SetNow, *, by_hand: bool
) -> None:
    """The server was down; meanwhile somebody else took over, without a 工作移交."""
    sweep(platform, FIRST)
    set_now(noon(FIRST) + timedelta(days=1))
    with platform.database.write() as session:
        session.scalars(select(Contact).where(Contact.mail == HANDLER)).one().valid_to = FIRST
        district = session.merge(parks[0]).district
        make_contact(session, district, name="李某", mail="li@example.gov.cn", valid_from=date(2025, 8, 2))
    assert sweep(platform, date(2025, 8, 2)) == [("li@example.gov.cn", "T+1")]
    (letter,) = send(platform, Post(), by_hand=by_hand)
    assert letter.recipient == "li@example.gov.cn"
    assert mails(platform)[0] == (HANDLER, "held", 2)


def test_who_reads_for_a_district_that_is_no_more_is_not_written_to(
    platform: Platform, parks: list[Park], set_now: SetNow
) -> None:
    sweep(platform, FIRST)
    set_now(noon(FIRST) + timedelta(days=1))
    with platform.database.write() as session:
        session.merge(parks[0]).district.valid_to = FIRST
    assert send(platform, Post()) == []


@pytest.mark.parametrize(
    ("state", "doubts", "told"), [("uncertain", 2, True), ("claimed", 0, True), ("sent", 0, False)]
)
def test_what_did_not_arrive_for_certain_is_told_to_the_successor(
    platform: Platform, parks: list[Park], set_now: SetNow, state: str, doubts: int, told: bool
) -> None:
    sweep(platform, FIRST)
    set_now(noon(FIRST) + timedelta(days=1))
    with platform.database.write() as session:
        mail = session.scalars(select(OutboxMail)).one()
        mail.state, mail.doubts = state, doubts
    pass_on(platform)
    assert sweep(platform, date(2025, 8, 2)) == ([("li@example.gov.cn", "T+1")] if told else [])


def pass_on(platform: Platform) -> None:
    with platform.database.write() as session:
        contact = session.scalars(select(Contact.id).where(Contact.name == "张某")).one()
        hand_over(session, COMMITTEE, contact, Successor(name="李某", mail="Li@example.gov.cn"), date(2025, 8, 2))


# --- one that fails --------------------------------------------------------------------------------------------------


def test_one_mail_that_cannot_be_queued_is_named_and_tried_again_and_the_rest_goes_on(
    platform: Platform, parks: list[Park]
) -> None:
    """Its key is taken: some other mail to the same person bears it."""
    with platform.database.write() as session:
        other = make_unit(session, "示例乙区")
        make_contact(session, other, mail="li@example.gov.cn")
        make_park(session, "示例丙园", code="gamma", district=other)
    with platform.database.read() as session:
        dry = alerting.sweep(session, SYSTEM_ACTOR, FIRST, dry_run=True)
    key = next(mail.key for mail in dry.mails if mail.to == HANDLER)
    with platform.database.write() as session:
        alert = Alert(
            key="k", rule="report_overdue", park_id=parks[0].id, clause="", message="", stage="T+1", rulebook="1",
            opened_on=FIRST, closed_on=FIRST,
        )  # fmt: skip
        session.add(alert)
        session.flush()
        taken = OutboxMail(
            key=key, recipient=HANDLER, subject="", text="", html="", stage="T+1", state="sent", message_id=f"<{key}>",
            queued_at=noon(FIRST), try_at=noon(FIRST),
            items=[OutboxItem(alert_id=alert.id, stage="T-7", recipient=HANDLER)],
        )  # fmt: skip
        session.add(taken)
    with platform.database.write() as session:
        found = alerting.sweep(session, SYSTEM_ACTOR, FIRST)
    assert [mail.to for mail in found.mails] == ["li@example.gov.cn"]
    assert found.failed == ("致h***@example.gov.cn的邮件未能列入发件箱，原因见运行日志，下次检查再试",)
    with platform.database.write() as session:
        session.delete(session.scalars(select(OutboxItem).where(OutboxItem.stage == "T-7")).one())
        session.delete(session.scalars(select(OutboxMail).where(OutboxMail.key == key)).one())
    assert sweep(platform, FIRST) == [(HANDLER, "T+1")]


def test_one_proposal_that_cannot_be_listed_stops_neither_the_others_nor_the_mails(
    platform: Platform, parks: list[Park], monkeypatch: pytest.MonkeyPatch, set_now: SetNow
) -> None:
    set_now(noon(SECOND))
    real = alerting.proposals.propose

    def faulty(session: object, proposal: alerting.Proposal, as_of: date) -> None:
        real(session, proposal, as_of)  # type: ignore[arg-type]
        if proposal.alert.park == "alpha":
            raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("services.announcing.propose", faulty)
        with platform.database.write() as session:
            found = alerting.sweep(session, SYSTEM_ACTOR, SECOND)
    assert {one.alert.split(":")[1] for one in found.proposals} == {"beta"}
    assert len(found.mails) == 1
    assert len(found.failed) == 2
    assert "未能列入清单" in found.failed[0]
    with platform.database.write() as session:
        again = alerting.sweep(session, SYSTEM_ACTOR, SECOND)
    assert {one.alert.split(":")[1] for one in again.proposals} == {"alpha"}
    assert (again.mails, again.failed) == ((), ())
