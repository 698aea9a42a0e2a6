"""操作日志: what is written, and that whatever is done to it afterwards shows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, select, text

from db.models import AuditEntry
from db.queries.audit import entries
from db.session import Database
from policy.access import SYSTEM_ACTOR, Actor, Role, Scope
from policy.acts import Act
from services import audit

DISTRICT = Actor("district", Role.DISTRICT, Scope())


def write_entries(database: Database, number: int) -> None:
    with database.write() as session:
        for index in range(number):
            audit.record(session, SYSTEM_ACTOR, Act.PARK_REGISTER, f"示例{index}园", old=None, new={"面积": str(index)})


def problems(database: Database) -> list[str]:
    with database.read() as session:
        return list(audit.broken_links(session))


def tamper(database: Database, *statements: str) -> None:
    """As someone would who can write the tables."""
    connection: Connection
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_entry_says_who_what_when_and_from_what_to_what(
    database: Database, set_now: Callable[[datetime], None]
) -> None:
    moment = datetime(2026, 8, 1, 1, 2, 3, tzinfo=UTC)
    set_now(moment)
    with database.write() as session:
        audit.record(session, DISTRICT, Act.CONTACT_UPDATE, "合川区/经办人", old={"电话": "甲"}, new={"电话": "乙"})
    with database.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.seq, entry.at, entry.actor, entry.action, entry.subject) == (
        1, moment, "district", "contact.update", "合川区/经办人",
    )  # fmt: skip
    assert (entry.old, entry.new) == ({"电话": "甲"}, {"电话": "乙"})


def test_entries_are_found_by_account_subject_and_the_word_for_the_act(database: Database) -> None:
    with database.write() as session:
        audit.record(session, SYSTEM_ACTOR, Act.PARK_REGISTER, "示例甲园")
        audit.record(session, DISTRICT, Act.SUBMISSION_SUBMIT, "示例乙园2026年上半年")

    def found(words: str, before: int | None = None) -> list[int]:
        with database.read() as session:
            return [entry.seq for entry in entries(session, words, before, 10)]

    assert found("") == [2, 1]
    assert found("", before=2) == [1]
    assert (found("登记园区"), found("报送"), found("district"), found("乙园")) == ([1], [2], [2], [2])
    assert found("%") == []


def test_an_untouched_chain_is_whole(database: Database) -> None:
    assert problems(database) == []
    write_entries(database, 3)
    write_entries(database, 2)
    assert problems(database) == []


def test_what_a_transaction_did_not_keep_leaves_no_gap(database: Database) -> None:
    write_entries(database, 1)
    with database.write() as session:
        audit.record(session, SYSTEM_ACTOR, Act.PARK_REGISTER, "未成")
        session.rollback()
    write_entries(database, 1)
    assert problems(database) == []


def test_entries_of_simultaneous_writers_form_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write_entries(database, 3), range(8)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 24
    assert problems(database) == []


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 3", "第3条内容被改动"),
        ('UPDATE audit_entry SET new = \'{"面积": "9"}\' WHERE seq = 2', "第2条内容被改动"),
        ("UPDATE audit_entry SET at = '2020-01-01 00:00:00+00' WHERE seq = 5", "第5条内容被改动"),
        ("DELETE FROM audit_entry WHERE seq = 3", "缺少第3条"),
        ("DELETE FROM audit_entry WHERE seq IN (2, 3)", "缺少第2至3条"),
        ("DELETE FROM audit_entry WHERE seq = 1", "缺少第1条"),
        ("DELETE FROM audit_entry WHERE seq = 5", "末尾缺少第5条"),
        ("DELETE FROM audit_entry WHERE seq > 2", "末尾缺少第3至5条"),
        ("DELETE FROM audit_entry", "末尾缺少第1至5条"),
        ("DELETE FROM audit_head", "不一致"),
        ("UPDATE audit_head SET seq = 4", "不一致"),
    ],
)
def test_tampering_shows(database: Database, statement: str, complaint: str) -> None:
    write_entries(database, 5)
    tamper(database, statement.replace("+00", "" if database.engine.dialect.name == "sqlite" else "+00"))
    assert any(complaint in problem for problem in problems(database))


def test_a_removed_end_still_shows_after_more_was_written(database: Database) -> None:
    write_entries(database, 3)
    tamper(database, "DELETE FROM audit_entry WHERE seq = 3")
    write_entries(database, 2)
    assert problems(database) == ["操作日志缺少第3条", "操作日志第4条与上一条不衔接"]
