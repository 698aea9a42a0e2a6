"""Texts people write into the papers: saved upon what was before them, never overwritten, told apart from the data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.models import AuditEntry, Park
from db.queries import dossier_texts as saved_texts
from db.session import Database
from policy.access import Actor, Role, Scope
from policy.acts import Act
from policy.outlines import LONGEST
from policy.refusal import Refused, Unknown
from services import dossier_texts
from services.dossier_texts import Change, Overtaken
from tests import factories
from tests.services.reported_park import make_reported_park, record_steps
from tests.services.writing_room import (
    ASSESSMENT,
    FIRMS,
    LETTER,
    TODAY,
    department_of,
    look,
    operator_of,
    save,
)


@pytest.fixture(autouse=True)
def _today(set_now: Any) -> None:
    set_now(TODAY)


@pytest.fixture
def park(database: Database) -> Park:
    with database.write() as session:
        return make_reported_park(session, firms=1)


@pytest.fixture
def operator(park: Park) -> Actor:
    return operator_of(park.id)


@pytest.fixture
def district(park: Park) -> Actor:
    return department_of(park.district_id)


def test_a_text_is_saved_upon_the_one_before_it(database: Database, operator: Actor) -> None:
    assert save(database, operator, "第一稿") == 1
    assert save(database, operator, "第二稿", 1) == 2
    assert save(database, operator, "第二稿  \r\n", 2) == 2  # the very same text is not saved again
    (sheet,) = [one for one in look(database, operator).sheets if one.section.key == "practice"]
    assert [(one.number, one.text, one.account) for one in sheet.history] == [
        (2, "第二稿", "operator"), (1, "第一稿", "operator"),
    ]  # fmt: skip


def test_two_who_write_at_once_lose_nothing(database: Database, operator: Actor) -> None:
    save(database, operator, "原稿")
    save(database, operator, "甲的稿", 1)
    with pytest.raises(Overtaken, match=r"另一稿.*没有丢失") as refused:
        save(database, operator, "乙的稿", 1)
    assert (refused.value.theirs.number, refused.value.theirs.text) == (2, "甲的稿")
    assert save(database, operator, "甲乙合稿", 2) == 3
    with pytest.raises(Overtaken):
        save(database, operator, "又从头写", 0)


def test_an_earlier_text_is_taken_up_again_and_the_later_one_kept(database: Database, operator: Actor) -> None:
    save(database, operator, "第一稿")
    save(database, operator, "", 1)
    with database.write() as session:
        back = dossier_texts.restore(session, operator, "jia", ASSESSMENT, "practice", 1, 2)
        assert (back.number, back.text) == (3, "第一稿")
        with pytest.raises(Refused, match="没有第9稿"):
            dossier_texts.restore(session, operator, "jia", ASSESSMENT, "practice", 9, 3)
        with pytest.raises(Overtaken):
            dossier_texts.restore(session, operator, "jia", ASSESSMENT, "practice", 1, 2)
    with database.read() as session:
        entry = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert entry is not None
        assert (entry.action, entry.new["restored"], entry.new["section"]) == (Act.TEXT_SAVE, 1, "practice")


def test_what_is_no_place_to_write_is_refused_in_words(database: Database, operator: Actor, district: Actor) -> None:
    foreign = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({999})))
    with pytest.raises(Unknown):
        save(database, foreign, "别人的园区")
    with pytest.raises(Unknown, match="没有可编写正文"):
        save(database, operator, "无", document="bulletin")
    with pytest.raises(Unknown, match="须分报告期"):
        save(database, district, "无", document=LETTER, section="plans")
    with pytest.raises(Unknown, match="报告期应写作"):
        save(database, district, "无", document=LETTER, section="plans", period="下半年")
    with pytest.raises(Refused, match="没有这一部分"):
        save(database, operator, "无", section="poem")
    with pytest.raises(Refused, match=f"不能超过{LONGEST}个"):
        save(database, operator, "长" * (LONGEST + 1))
    with pytest.raises(Refused, match="不可见字符"):
        save(database, operator, "甲\0乙")
    with database.read() as session:
        assert dossier_texts.texts(session, 1, ASSESSMENT, TODAY) == {}


def test_what_was_handed_in_is_not_written_any_more(database: Database, park: Park, operator: Actor) -> None:
    save(database, operator, "定稿")
    with database.write() as session:
        record_steps(session, session.merge(park), self_assessment=date(2026, 10, 15))
    with pytest.raises(Refused, match="已于2026年10月15日提交，正文不再修改"):
        save(database, operator, "又改", 1)
    found = look(database, operator)
    assert not found.may_write
    assert "由下一环节退回后再改" in found.closed


def test_a_document_of_a_past_day_prints_what_had_been_saved_by_then(
    database: Database, park: Park, operator: Actor, set_now: Any
) -> None:
    save(database, operator, "当天的稿")
    set_now(datetime(2026, 11, 1, 15, 59, 59, tzinfo=UTC))  # 23:59:59 in Shanghai
    save(database, operator, "当天最后的稿", 1)
    set_now(datetime(2026, 11, 1, 16, 0, tzinfo=UTC))
    save(database, operator, "次日的稿", 2)
    with database.read() as session:
        days = (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))
        told = [dossier_texts.texts(session, park.id, ASSESSMENT, day).get("practice") for day in days]
    assert told == [None, "当天最后的稿", "次日的稿"]


def test_what_changed_in_the_data_since_the_draft_is_told(database: Database, park: Park, operator: Actor) -> None:
    assert look(database, operator).changes == ()
    save(database, operator, f"企业{FIRMS}。")
    assert look(database, operator).changes == ()
    with database.write() as session:
        corrected = factories.make_submission(
            session, session.merge(park), "2026H1", figures={"firms_cyber": "59", "revenue_cyber": "6.35"},
            received_on=date(2026, 10, 25),
        )  # fmt: skip
        factories.accept(session, corrected)
    found = {one.words: one for one in look(database, operator).changes}
    assert found["网络安全企业数量（2026年上半年）"] == Change(
        "网络安全企业数量（2026年上半年）", "57家", "59家", "/parks/jia/figures/2026H1/firms_cyber"
    )
    assert "网络安全产业收入（2026年上半年）" not in found
    assert found["园区从业人员（2026年上半年）"].after == ""  # the corrected paper no longer has it
    with database.write() as session:
        dossier_texts.checked(session, operator, "jia", ASSESSMENT)
    assert look(database, operator).changes == ()
    with database.read() as session:
        noted = saved_texts.basis(session, park.id, ASSESSMENT)
        assert noted is not None
        assert noted.figures["firms_cyber@2026H1"] == "59家"
