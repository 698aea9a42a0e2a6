"""收文登记: one letter, one district, one or several parks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db import facts
from db.models import AuditEntry, Letter, LetterPark, Park, ParkSnapshot, StoredFile
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ActKind, HalfYear, LetterMedium, ObligationKind
from services.letters import Recorded, correct_dates, record_letter
from services.obligation_acts import Paper, record_act
from services.platform import Platform
from tests.factories import make_park, make_unit

TODAY = date(2025, 8, 20)
H1 = HalfYear(2025, 1)


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def parks(platform: Platform) -> tuple[Park, Park, Park]:
    """Two of one district, one of another."""
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        return (
            make_park(session, "示例甲园", district=district),
            make_park(session, "示例乙园", district=district),
            make_park(session, "示例丙园"),
        )


def record(platform: Platform, *parks: Park | str, **options: Any) -> Recorded:
    values: dict[str, Any] = {
        "period": H1, "number": "示例甲府函〔2025〕12号", "dated": date(2025, 7, 18), "received_on": date(2025, 7, 22),
    }  # fmt: skip
    actor = options.pop("actor", SYSTEM_ACTOR)
    refs = [park if isinstance(park, str) else park.code for park in parks]
    with platform.database.write() as session:
        return record_letter(session, platform.storage, actor, parks=refs, **values | options)


def refused(platform: Platform, *parks: Park, **options: Any) -> str:
    with pytest.raises(Refused) as error:
        record(platform, *parks, **options)
    return str(error.value)


def test_one_letter_serves_several_parks(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    one, two, other = parks
    scan = ("函.pdf", b"%PDF-1.7 scan")
    recorded = record(platform, one, "示例乙园", file=scan, medium=LetterMedium.ELECTRONIC)
    assert (recorded.sender, recorded.codes) == ("示例甲区", (one.code, two.code))
    with platform.database.read() as session:
        letter = session.scalars(select(Letter)).one()
        assert (letter.sender_id, letter.number) == (one.district_id, "示例甲府函〔2025〕12号")
        assert (letter.dated, letter.received_on, letter.medium) == (date(2025, 7, 18), date(2025, 7, 22), "electronic")
        file = session.get_one(StoredFile, letter.file_id)
        assert (file.name, platform.storage.get(file.sha256)) == scan
        for park in (one, two):
            assert facts.receipts(session, park.id, TODAY)[H1].letter_on == date(2025, 7, 22)
            assert session.get_one(ParkSnapshot, park.id).receipts[0]["letter_on"] == "2025-07-22"
        assert facts.receipts(session, other.id, TODAY) == {}


def test_the_same_letter_again_only_adds_what_it_did_not_cover(
    platform: Platform, parks: tuple[Park, Park, Park]
) -> None:
    one, two, _ = parks
    first = record(platform, one)
    assert record(platform, one) == Recorded(first.letter_id, "示例甲区", ())
    assert record(platform, one, two).codes == (two.code,)
    with platform.database.read() as session:
        assert len(session.scalars(select(Letter)).all()) == 1
        assert len(session.scalars(select(LetterPark)).all()) == 2
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "letter.record")).all()) == 2


def test_a_scan_may_come_later_and_replaces_no_other(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    record(platform, parks[0])
    scan = ("函.pdf", b"%PDF-1.7 scan")
    assert record(platform, parks[0], file=scan).notes == ("已补存示例甲府函〔2025〕12号的扫描件",)
    assert record(platform, parks[0], file=scan).notes == ()
    assert "已有扫描件，与本次的“别.pdf”不同" in refused(platform, parks[0], file=("别.pdf", b"%PDF-1.7 other"))
    with platform.database.read() as session:
        letter = session.scalars(select(Letter)).one()
        assert session.get_one(StoredFile, letter.file_id).name == "函.pdf"
        assert len(session.scalars(select(StoredFile)).all()) == 1


def test_a_number_names_one_letter_of_a_district(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    one, two, other = parks
    record(platform, one)
    message = refused(platform, two, dated=date(2025, 7, 19))
    assert "示例甲府函〔2025〕12号" in message
    assert "2025年7月18日" in message
    record(platform, other)  # another district counts its own numbers


def test_a_letter_about_a_period_nobody_owes_is_asked_about_and_recorded_when_meant(
    platform: Platform, parks: tuple[Park, Park, Park]
) -> None:
    told = refused(platform, *parks[:2], period=HalfYear(2024, 1))
    assert told.count("应报的报告期为2025年上半年、2025年下半年、2026年上半年，没有2024年上半年") == 2
    assert told.endswith("确实如此的，请选“照此登记”")
    with platform.database.read() as session:
        assert session.scalars(select(Letter)).all() == []
    recorded = record(platform, parks[0], period=HalfYear(2024, 1), as_written=True)
    assert recorded.codes == (parks[0].code,)
    (note,) = recorded.notes
    assert "没有2024年上半年" in note
    assert note.endswith("已照此登记")
    assert record(platform, parks[0]).notes == ()


def test_a_letter_about_a_period_that_was_not_over_is_asked_about(
    platform: Platform, parks: tuple[Park, Park, Park]
) -> None:
    told = refused(platform, parks[0], period=HalfYear(2025, 2))
    assert "2025年下半年到2025年12月31日才结束，2025年7月22日收到的来函多为2025年上半年的，请核对报告期" in told
    days = {"dated": date(2025, 6, 28), "received_on": date(2025, 6, 30)}
    assert "2025年上半年到2025年6月30日才结束" in refused(platform, parks[0], **days)
    assert record(platform, parks[0], received_on=date(2025, 7, 1), dated=date(2025, 6, 28)).notes == ()
    meant = record(platform, parks[0], number="示例甲府函〔2025〕13号", period=HalfYear(2025, 2), as_written=True)
    assert meant.notes[0].endswith("已照此登记")


def test_a_letter_after_a_nil_return_says_what_was_recorded_in_its_place(
    platform: Platform, parks: tuple[Park, Park, Park]
) -> None:
    paper = Paper("示例甲府函〔2025〕9号", date(2025, 7, 10), "本期无变化")
    with platform.database.write() as session:
        about = (ObligationKind.HALF_YEAR_REPORT, "2025H1")
        record_act(session, platform.storage, SYSTEM_ACTOR, parks[0].code, ActKind.NIL_RETURN, about, paper)
    (note,) = record(platform, parks[0]).notes
    assert "2025年上半年已登记零报告（示例甲府函〔2025〕9号，2025年7月10日），来函已登记" in note


class TestCorrection:
    def test_wrong_dates_are_put_right_and_the_old_ones_stay_in_the_log(
        self, platform: Platform, parks: tuple[Park, Park, Park]
    ) -> None:
        record(platform, *parks[:2], received_on=date(2025, 8, 12))
        day = date(2025, 7, 22)
        self.correct(platform, parks[0], "登记时看错收文章", received_on=day)
        with platform.database.read() as session:
            assert session.scalars(select(Letter.received_on)).one() == day
            for park in parks[:2]:
                assert facts.receipts(session, park.id, TODAY)[H1].letter_on == day
                assert session.get_one(ParkSnapshot, park.id).receipts[0]["letter_on"] == "2025-07-22"
            logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "letter.correct")).all()
        assert [entry.old for entry in logged] == [{"dated": "2025-07-18", "received_on": "2025-08-12"}] * 2
        assert logged[0].new == {"dated": "2025-07-18", "received_on": "2025-07-22", "reason": "登记时看错收文章"}

    @pytest.mark.parametrize(
        ("reason", "options", "told"),
        [
            (" ", {}, "须写明原因"),
            ("看错", {"received_on": date(2025, 7, 17)}, "早于来函成文日期"),
            ("看错", {"received_on": date(2025, 8, 21)}, "在今天（2025年8月20日）之后"),
            ("看错", {"received_on": date(2025, 8, 12)}, "没有要更正的"),
            ("看错", {"number": "示例甲府函〔2025〕21号"}, "没有登记过发文字号为“示例甲府函〔2025〕21号”的来函"),
        ],
    )
    def test_what_cannot_be_put_right_so(
        self, platform: Platform, parks: tuple[Park, Park, Park], reason: str, options: dict[str, Any], told: str
    ) -> None:
        record(platform, parks[0], received_on=date(2025, 8, 12))
        with pytest.raises(Refused, match=told):
            self.correct(platform, parks[0], reason, **options)

    def test_only_whoever_may_record_letters_may(self, platform: Platform, parks: tuple[Park, Park, Park]) -> None:
        record(platform, parks[0])
        district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({parks[0].district_id})))
        with pytest.raises(AccessDenied):
            self.correct(platform, parks[0], "看错", actor=district)

    @staticmethod
    def correct(platform: Platform, park: Park, reason: str, **options: Any) -> None:
        values = {"number": "示例甲府函〔2025〕12号", "dated": date(2025, 7, 18), "received_on": date(2025, 7, 22)}
        actor = options.pop("actor", SYSTEM_ACTOR)
        with platform.database.write() as session:
            correct_dates(session, actor, park.code, reason=reason, **values | options)


def test_parks_of_two_districts_have_two_letters(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    message = refused(platform, parks[0], parks[2])
    assert "示例甲区" in message
    with platform.database.read() as session:
        assert session.scalars(select(Letter)).all() == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"received_on": date(2025, 7, 17)}, "2025年7月17日"),
        ({"received_on": date(2025, 8, 21)}, "2025年8月21日"),
        ({"dated": date(205, 7, 18)}, "成文日期205年7月18日早于通知成文日期"),
        ({"number": "  "}, "发文字号"),
    ],
)
def test_what_a_letter_must_have(
    platform: Platform, parks: tuple[Park, Park, Park], options: dict[str, Any], named: str
) -> None:
    assert named in refused(platform, parks[0], **options)


def test_a_number_too_long_for_any_letter_is_said_in_words(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    assert "过长：200个字符，不能超过100个" in refused(platform, parks[0], number="长" * 200)


def test_a_letter_dated_and_received_the_same_day(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    assert record(platform, parks[0], received_on=date(2025, 7, 18)).codes == (parks[0].code,)


def test_a_letter_needs_a_park_that_is_known(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    assert "园区" in refused(platform)
    with pytest.raises(Unknown, match="无此园"):
        record(platform, "无此园")


def test_only_the_committee_registers_letters(platform: Platform, parks: tuple[Park, Park, Park]) -> None:
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({parks[0].district_id})))
    with pytest.raises(AccessDenied):
        record(platform, parks[0], actor=district)
