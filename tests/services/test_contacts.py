"""Contacts: one by one and by list, and whom a mail of a given day goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Contact, UnitSuccession
from db.queries.contacts import contacts_of
from db.session import Database
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused
from policy.terms import ContactRole
from services import contacts, units
from services.lists import decode
from tests.factories import make_contact, make_unit

HEADER = "unit,name,role,mail,phone,valid_from,valid_to\n"
DAY = date(2026, 7, 1)


@pytest.fixture
def session(database: Database, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(DAY)
    with database.write() as session:
        units.load_divisions(session)
        make_unit(session, "示例甲区")
        yield session


def load(session: Session, *lines: str) -> contacts.Imported:
    return contacts.import_contacts(session, SYSTEM_ACTOR, HEADER + "\n".join(lines))


def entered(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Contact)) or 0


def test_a_list_is_imported_with_roles_by_key_or_word_and_days_of_validity(session: Session) -> None:
    imported = load(
        session,
        "示例甲区经济信息委,张某,handler,zhang@example.gov.cn,13800000000,2026-01-01,2026-12-31",
        "石柱县,李某,审核人,,023-60000000,,",
        ",,,,,,",
        "市经济信息委,王某,B角,wang@example.gov.cn,,,",
    )
    assert imported == contacts.Imported(added=3, unchanged=0)
    people = session.scalars(select(Contact).order_by(Contact.id)).all()
    assert [(p.name, p.role) for p in people] == [("张某", "handler"), ("李某", "reviewer"), ("王某", "deputy")]
    assert (people[0].valid_from, people[0].valid_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_one_bad_line_stops_the_whole_list_and_every_bad_line_is_named(session: Session) -> None:
    imported = load(
        session,
        "示例甲区,张某,handler,zhang@example.gov.cn,,,",
        "没有区,李某,handler,li@example.gov.cn,,,",
        "示例甲区,王某,科长,wang@example.gov.cn,,,",
        "示例甲区,赵某,handler,zhao,,,",
        "示例甲区,钱某,handler,,,,",
        "示例甲区,陈某,handler,陈@example.gov.cn,,,",
        "示例甲区,,handler,x@example.gov.cn,,,",
        "示例甲区,孙某,handler,sun@example.gov.cn,,2026年1月,",
        "示例甲区,周某,handler,zhou@example.gov.cn,,2026-02-01,2026-01-01",
        "江北区,吴某,handler,wu@example.gov.cn,,,",
    )
    assert (imported.added, imported.unchanged) == (0, 0)
    expected = [
        "第3行：没有找到单位“没有区”",
        "第4行：角色应为",
        "第5行：赵某：邮箱应写作",
        "第6行：钱某：邮箱和电话至少填写一项",
        "第7行：陈某：邮箱应写作 name@example.gov.cn（不含中文和全角字符），收到“陈@example.gov.cn”",
        "第8行：缺少姓名",
        "第9行：valid_from 应写作 2026-07-31，收到“2026年1月”",
        "第10行：周某：有效期止2026年1月1日早于有效期起2026年2月1日",
        "第11行：江北区已于2025年11月5日终止，请写两江新区",
    ]
    assert [error[: len(start)] for error, start in zip(imported.errors, expected, strict=True)] == expected
    assert entered(session) == 0
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_line_s_number_is_that_of_the_editor_even_after_a_cell_of_two_lines(session: Session) -> None:
    imported = load(
        session, '示例甲区,"张\n某",handler,zhang@example.gov.cn,,,', "没有区,李某,handler,li@example.gov.cn,,,"
    )
    assert imported.errors == ("第4行：没有找到单位“没有区”。",)


def test_the_same_list_again_changes_nothing(session: Session) -> None:
    line = "示例甲区,张某,handler,zhang@example.gov.cn,13800000000,2026-01-01,"
    load(session, line)
    assert load(session, line) == contacts.Imported(added=0, unchanged=1)
    assert entered(session) == 1


def test_an_end_of_validity_is_added_to_the_person_who_stands(session: Session) -> None:
    load(session, "示例甲区,张某,handler,zhang@example.gov.cn,,2026-01-01,")
    assert load(session, "示例甲区,张某,handler,zhang@example.gov.cn,,2026-01-01,2026-06-30").added == 1
    assert session.scalars(select(Contact.valid_to)).all() == [date(2026, 6, 30)]
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all() == [
        "contact.add", "contact.update",
    ]  # fmt: skip


def test_another_header_is_refused_with_the_one_expected(session: Session) -> None:
    with pytest.raises(Refused, match=r"表头应为 unit,name,role.*缺少 role；多出 电话"):
        contacts.import_contacts(session, SYSTEM_ACTOR, "unit,name,电话\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_lists_come_as_excel_and_wps_save_them(session: Session, encoding: str) -> None:
    text = HEADER + "示例甲区,张某,handler,zhang@example.gov.cn,,,\n"
    assert contacts.import_contacts(session, SYSTEM_ACTOR, decode(text.encode(encoding))).added == 1


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Refused, match="另存为“CSV UTF-8”"):
        decode(b"PK\x03\x04\xff\xff\xff\xfe")


def test_the_audit_log_holds_no_phone_and_no_mail_address(session: Session) -> None:
    load(session, "示例甲区,张某,handler,zhang@example.gov.cn,13800000000,,")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.new["phone"], entry.new["mail"]) == ("138****0000", "z***@example.gov.cn")


def test_mails_go_to_people_of_the_role_who_are_valid_that_day_and_have_an_address(session: Session) -> None:
    unit, other = make_unit(session, "示例一区"), make_unit(session, "示例二区")
    always = make_contact(session, unit)
    make_contact(session, unit, valid_from=DAY, valid_to=DAY, mail="day@example.gov.cn")
    make_contact(session, unit, valid_to=date(2026, 6, 30))
    make_contact(session, unit, valid_from=date(2026, 7, 2))
    make_contact(session, unit, mail="")
    make_contact(session, unit, role="reviewer")
    make_contact(session, other)
    found = contacts.recipients(session, unit.id, ContactRole.HANDLER, DAY)
    assert [person.mail for person in found] == [always.mail, "day@example.gov.cn"]


def test_a_masked_row_hides_phone_and_mail(session: Session) -> None:
    unit = make_unit(session)
    make_contact(session, unit, mail="zhang@example.gov.cn", phone="13800000000")
    (row,) = contacts_of(session, unit.id)
    assert (row.phone, row.masked().phone, row.masked().mail) == ("13800000000", "138****0000", "z***@example.gov.cn")


def test_a_district_may_not_import_contacts(session: Session) -> None:
    with pytest.raises(AccessDenied):
        contacts.import_contacts(session, Actor("district", Role.DISTRICT, Scope()), HEADER)


def test_a_district_without_a_valid_handler_is_unreachable(session: Session) -> None:
    day = date(2026, 8, 3)
    reached, silent, expired, phone_only, ended = (make_unit(session, f"虚构{word}区") for word in "甲乙丙丁戊")
    make_contact(session, reached)
    make_contact(session, silent, role="reviewer")
    make_contact(session, expired, valid_to=date(2026, 8, 2))
    make_contact(session, phone_only, mail="", phone="13900000000")
    make_contact(session, ended)
    ended.valid_to = date(2026, 8, 2)
    heir = make_unit(session, "示例新区")
    session.add(UnitSuccession(predecessor_id=ended.id, successor_id=heir.id, on=day))
    session.flush()
    asked = [unit.id for unit in (reached, silent, expired, phone_only, ended)]
    assert contacts.unreachable(session, asked, day) == {silent.id, expired.id, phone_only.id, ended.id}
    make_contact(session, heir, mail="heir@example.gov.cn")
    assert contacts.unreachable(session, asked, day) == {silent.id, expired.id, phone_only.id}
    assert contacts.unreachable(session, [silent.id], day) == {silent.id}
