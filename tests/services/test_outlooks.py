"""The programme's outlooks and 测算表 from accepted figures; nothing of them leaves the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import chain

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Outlook, Park
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from policy.foresight import chance
from policy.rulebook import DEFAULT
from policy.terms import Chance, HalfYear
from services.foresight.nightly import work_out
from services.outlooks import foresight_of
from services.projection_sheet import write_projection
from settings import ROOT
from tests.factories import accept
from tests.services.growing_parks import TODAY, growing_parks

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def programme(database: Database, set_now: Callable[[date], None]) -> Database:
    """Seven parks approved on 5 March 2024 with two accepted reports each; the first does not grow."""
    set_now(TODAY)
    with database.write() as session:
        firms = [(40, 40), *((45 + number, 50 + 2 * number) for number in range(1, 7))]
        for report in chain.from_iterable(growing_parks(session, firms)):
            accept(session, report)
    return database


def outlook(session: Session, park_id: int) -> Outlook:
    return session.scalars(select(Outlook).where(Outlook.park_id == park_id)).one()


def width(one: Outlook) -> Decimal:
    assert one.p10 is not None
    assert one.p90 is not None
    return one.p90 - one.p10


def park_id(database: Database, code: str) -> int:
    with database.read() as session:
        return session.scalars(select(Park.id).where(Park.code == code)).one()


def test_every_goal_gets_its_outlook_from_what_was_accepted(programme: Database) -> None:
    with programme.write() as session:
        assert work_out(session, SYSTEM_ACTOR, TODAY) == 7
    with programme.read() as session:
        still, grows = outlook(session, park_id(programme, "P0")), outlook(session, park_id(programme, "P6"))
    assert (still.key, still.as_of) == ("firms_cyber", TODAY)
    assert still.p_miss is not None
    assert grows.p_miss is not None
    assert still.p_miss > 0.8
    assert grows.p_miss < 0.3
    assert float(still.p50 or 0) == pytest.approx(41, abs=4)


def test_a_second_night_replaces_the_first(programme: Database) -> None:
    with programme.write() as session:
        work_out(session, SYSTEM_ACTOR, date(2025, 2, 1))
        work_out(session, SYSTEM_ACTOR, TODAY)
        assert [row.as_of for row in session.scalars(select(Outlook))] == [TODAY] * 7


def test_what_was_not_known_on_the_day_is_not_used(programme: Database) -> None:
    """On 1 February 2025 only the first report had been accepted."""
    with programme.write() as session:
        work_out(session, SYSTEM_ACTOR, date(2025, 2, 1))
        early = width(outlook(session, park_id(programme, "P6")))
        work_out(session, SYSTEM_ACTOR, TODAY)
        session.expire_all()
        assert width(outlook(session, park_id(programme, "P6"))) < early


def test_only_who_may_judge_works_them_out(programme: Database) -> None:
    with programme.write() as session, pytest.raises(AccessDenied):
        work_out(session, Actor("operator", Role.OPERATOR, FULL_SCOPE), TODAY)


def test_a_projection_begins_at_the_newest_accepted_figure(programme: Database) -> None:
    """P1: 52 firms at the end of June 2025; 8 more by 5 March 2026, in 248 days."""
    with programme.read() as session:
        table = foresight_of(session, COMMITTEE, "P1", TODAY, {}).goals[0].projection
        given = {("firms_cyber", HalfYear(2025, 2)): Decimal(3)}
        changed = foresight_of(session, COMMITTEE, "P1", TODAY, given).goals[0].projection
    assert (table.known, table.missing, table.since) == (52, 8, date(2025, 6, 30))
    assert [stretch.period for stretch in table.stretches] == [HalfYear(2025, 2), HalfYear(2026, 1)]
    assert table.stretches[0].amount == pytest.approx(Decimal(8) * 184 / 248)
    assert [stretch.amount for stretch in changed.stretches] == [3, 5]


def test_the_table_as_a_workbook_says_what_the_page_says_and_nothing_of_the_outlook(programme: Database) -> None:
    """P1: 8 more in 248 days, 184 of them in 2025: exactly 5.94 and 2.06, printed 6 and 2."""
    with programme.write() as session:
        work_out(session, SYSTEM_ACTOR, TODAY)
        data = write_projection(foresight_of(session, COMMITTEE, "P1", TODAY, {}))
    title, _counted, head, *rows = load_workbook(BytesIO(data)).active.iter_rows(values_only=True)
    assert title[0] == "国家网络安全产业园区（示例1园）建设目标测算表（截至2025年9月1日）"
    assert [cells[1:5] for cells in rows] == [
        ("2025年下半年", "全期", 6, 58), ("2026年上半年", "2026年1月1日至2026年3月5日", 2, 60),
    ]  # fmt: skip
    assert [cells[7:] for cells in rows] == [(60, 52, 8)] * 2
    said = "".join(str(cell) for cells in (title, head, *rows) for cell in cells)
    assert not any(chance.label in said for chance in Chance)


def test_the_words_are_for_committee_and_district_and_never_a_number(programme: Database) -> None:
    with programme.write() as session:
        work_out(session, SYSTEM_ACTOR, TODAY)
    with programme.read() as session:
        assert foresight_of(session, COMMITTEE, "P0", TODAY, {}).goals[0].chance is Chance.HARD
        operator = Actor("operator", Role.OPERATOR, FULL_SCOPE)
        assert foresight_of(session, operator, "P0", TODAY, {}).goals[0].chance is None
        with pytest.raises(AccessDenied):
            foresight_of(session, Actor("expert", Role.EXPERT, FULL_SCOPE), "P0", TODAY, {})


@pytest.mark.parametrize(
    ("p_miss", "said"),
    [("0.35", Chance.LIKELY), ("0.36", Chance.AT_RISK), ("0.65", Chance.AT_RISK), ("0.66", Chance.HARD)],
)
def test_three_words_stand_for_a_chance(p_miss: str, said: Chance) -> None:
    assert chance(Decimal(p_miss), TODAY, DEFAULT) is said


def test_no_document_and_no_mail_takes_anything_from_an_outlook() -> None:
    """内部参考: whoever writes papers or mails does not import it, nor says its words."""
    papers = [*(ROOT / "services/documents").rglob("*"), *(ROOT / "services/mail").rglob("*")]
    texts = {path: path.read_text("utf8") for path in papers if path.suffix in (".py", ".txt", ".html", ".typ")}
    forbidden = re.compile(r"foresight|outlook|趋势研判|" + "|".join(chance.label for chance in Chance))
    assert len(texts) > 30
    assert [path for path, text in texts.items() if forbidden.search(text)] == []
