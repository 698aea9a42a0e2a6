"""Contacts: one by one and by list, and whom a mail of a given day goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Contact, UnitSuccession
from db.queries.contacts import contacts_of, operators_of, people
from db.session import Database
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole
from services import changes, contact_list, contacts, recipients, units
from services.contacts import Person
from services.lists import decode
from tests.factories import make_contact, make_park, make_unit

HEADER = "unit,name,role,mail,phone,valid_from,valid_to\n"
DAY = date(2026, 7, 1)


@pytest.fixture
def session(database: Database, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(DAY)
    with database.write() as session:
        units.load_divisions(session)
        make_unit(session, "示例甲区")
        yield session


def load(session: Session, *lines: str) -> contact_list.Imported:
    return contact_list.import_contacts(session, SYSTEM_ACTOR, HEADER + "\n".join(lines))


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
    assert imported == contact_list.Imported(added=3, unchanged=0)
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
        "第3行：没有找到单位或园区“没有区”",
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
    assert imported.errors == ("第4行：没有找到单位或园区“没有区”。",)


def test_the_same_list_again_changes_nothing(session: Session) -> None:
    line = "示例甲区,张某,handler,zhang@example.gov.cn,13800000000,2026-01-01,"
    load(session, line)
    assert load(session, line) == contact_list.Imported(added=0, unchanged=1)
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
        contact_list.import_contacts(session, SYSTEM_ACTOR, "unit,name,电话\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_lists_come_as_excel_and_wps_save_them(session: Session, encoding: str) -> None:
    text = HEADER + "示例甲区,张某,handler,zhang@example.gov.cn,,,\n"
    assert contact_list.import_contacts(session, SYSTEM_ACTOR, decode(text.encode(encoding))).added == 1


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Refused, match="另存为“CSV UTF-8”"):
        decode(b"PK\x03\x04\xff\xff\xff\xfe")


def test_the_audit_log_holds_no_phone_and_no_mail_address(session: Session) -> None:
    load(session, "示例甲区,张某,handler,zhang@example.gov.cn,13800000000,,")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.new["phone"], entry.new["mail"]) == ("138****0000", "z***@example.gov.cn")


def test_a_masked_row_hides_phone_and_mail(session: Session) -> None:
    unit = make_unit(session)
    make_contact(session, unit, mail="zhang@example.gov.cn", phone="13800000000")
    (row,) = contacts_of(session, unit.id)
    assert (row.phone, row.masked().phone, row.masked().mail) == ("13800000000", "138****0000", "z***@example.gov.cn")


def test_a_district_may_not_import_contacts(session: Session) -> None:
    with pytest.raises(AccessDenied):
        contact_list.import_contacts(session, Actor("district", Role.DISTRICT, Scope()), HEADER)


def test_a_district_nobody_of_which_reads_mail_is_reached_by_no_notice(session: Session) -> None:
    day = date(2026, 8, 3)
    reached, silent, expired, phone_only, ended, bouncing, deputy = (
        make_unit(session, f"虚构{word}区") for word in "甲乙丙丁戊己庚"
    )
    make_contact(session, reached)
    make_contact(session, silent, role="reviewer")
    make_contact(session, expired, valid_to=date(2026, 8, 2))
    make_contact(session, phone_only, mail="", phone="13900000000")
    make_contact(session, ended)
    make_contact(session, bouncing, bounced_on=DAY)
    make_contact(session, deputy, bounced_on=DAY)
    make_contact(session, deputy, role="deputy")
    ended.valid_to = date(2026, 8, 2)
    heir = make_unit(session, "示例新区")
    session.add(UnitSuccession(predecessor_id=ended.id, successor_id=heir.id, on=day))
    session.flush()
    silenced = {silent.id, expired.id, phone_only.id, bouncing.id}
    asked = [reached.id, ended.id, deputy.id, *silenced]

    def unreachable() -> set[int]:
        return {gap.unit_id for gap in recipients.gaps(session, asked, day)}

    assert unreachable() == silenced | {ended.id}
    make_contact(session, heir, mail="heir@example.gov.cn")
    assert unreachable() == silenced
    (gap,) = recipients.gaps(session, [phone_only.id], day)
    assert (gap.on, [person.phone for person in gap.by_phone]) == (day, ["13900000000"])


def test_a_district_whose_last_handler_ends_soon_is_told_from_which_day(session: Session) -> None:
    day = date(2026, 8, 3)
    ending, followed, later = (make_unit(session, f"虚构{word}区") for word in "甲乙丙")
    make_contact(session, ending, valid_to=date(2026, 8, 20))
    make_contact(session, ending, role="deputy", valid_to=date(2026, 8, 25))
    make_contact(session, followed, valid_to=date(2026, 8, 20))
    make_contact(session, followed, valid_from=date(2026, 8, 21))
    make_contact(session, later, valid_to=date(2026, 9, 2))
    found = recipients.gaps(session, [ending.id, followed.id, later.id], day)
    assert [(gap.unit, gap.on) for gap in found] == [("虚构甲区", date(2026, 8, 26))]


# --- people of a 园区运营管理机构 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named", ["jia", "国家网络安全产业园区（示例甲园）", "示例甲园", "示例甲园运营管理有限公司（虚构）"]
)
def test_a_line_may_name_a_park_or_its_operator(session: Session, named: str) -> None:
    park = make_park(session, "示例甲园", code="JIA")
    assert load(session, f"{named},张某,operator,zhang@example.com,,,").added == 1
    (found,) = operators_of(session, park.id)
    assert (found.name, found.role, found.park, found.unit_id) == (
        "张某", ContactRole.OPERATOR, "示例甲园", park.district_id,
    )  # fmt: skip
    assert contacts_of(session, park.district_id) == ()


def test_a_park_takes_people_of_its_operator_alone_and_a_unit_none(session: Session) -> None:
    make_park(session, "示例甲园", code="JIA")
    imported = load(
        session, "JIA,张某,handler,zhang@example.com,,,", "示例甲区,李某,园区运营管理机构,li@example.com,,,"
    )
    assert imported.errors == (
        "第2行：张某：园区只登记“园区运营管理机构”的联系人，收到角色“经办人”；区县的人员请写区县名称",
        "第3行：李某：“园区运营管理机构”的联系人须写明园区代码、名称或运营管理机构名称",
    )


def test_a_body_that_is_a_unit_and_runs_a_park_is_told_apart_by_the_role(session: Session) -> None:
    park = make_park(session, "高新园", operator="高新区管委会")
    load(session, "高新区管委会,张某,operator,zhang@example.com,,,", "高新区管委会,李某,handler,li@example.com,,,")
    assert [person.name for person in operators_of(session, park.id)] == ["张某"]
    assert [person.name for person in contacts_of(session, units.require_unit(session, "高新区").id)] == ["李某"]


def test_an_operator_of_several_parks_is_asked_for_the_code(session: Session) -> None:
    for code in ("YI", "BING"):
        make_park(session, code=code, operator="示例运营有限公司")
    (error,) = load(session, "示例运营有限公司,张某,operator,zhang@example.com,,,").errors
    assert error.startswith("第2行：“示例运营有限公司”对应多个园区：YI（")


def test_people_of_an_operator_stay_with_their_park_when_it_passes_to_another_district(session: Session) -> None:
    park, heir = make_park(session, "示例甲园"), make_unit(session, "示例新区")
    make_contact(session, park.district, name="园区人员", role="operator", park_id=park.id)
    changes.pass_park(session, SYSTEM_ACTOR, park, heir, DAY, "示例调整")
    assert [(row.name, row.unit) for row in people(session, Scope(unit_ids=frozenset({heir.id})))] == [
        ("园区人员", "示例新区")
    ]


# --- one by one ------------------------------------------------------------------------------------------------------


def officer(unit_id: int) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({unit_id})), unit_id)


def test_a_district_keeps_its_own_people_and_its_parks_operators_and_knows_no_others(session: Session) -> None:
    park, elsewhere = make_park(session, "示例甲园"), make_park(session, "示例乙园")
    own = officer(park.district_id)
    assert contacts.add_contact(session, own, park.district, Person("张某", ContactRole.HANDLER, "z@example.com"))
    assert contacts.add_contact(
        session, own, park.district, Person("李某", ContactRole.OPERATOR, "l@example.com"), park
    )
    stranger = make_contact(session, elsewhere.district)
    assert [row.name for row in people(session, own.scope)] == ["张某", "李某"]
    with pytest.raises(Unknown, match="没有找到该单位"):
        contacts.add_contact(session, own, elsewhere.district, Person("王某", ContactRole.HANDLER, "w@example.com"))
    with pytest.raises(Unknown, match="没有找到该园区"):
        contacts.add_contact(
            session, own, park.district, Person("王某", ContactRole.OPERATOR, "w@example.com"), elsewhere
        )
    for act in (
        lambda: contacts.change_contact(
            session, own, stranger.id, Person("王某", ContactRole.HANDLER, "w@example.com")
        ),
        lambda: contacts.end_contact(session, own, stranger.id, DAY),
        lambda: contacts.end_contact(session, own, 99_999, DAY),
    ):
        with pytest.raises(Unknown):
            act()
    operator = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))
    with pytest.raises(AccessDenied):
        contacts.add_contact(session, operator, park.district, Person("王某", ContactRole.HANDLER, "w@example.com"))


def test_a_new_address_of_the_same_person_takes_the_place_of_one_that_bounces(session: Session) -> None:
    unit = make_unit(session, "示例一区")
    make_contact(session, unit, name="张某", mail="old@example.com", bounced_on=date(2026, 6, 20))
    make_contact(session, unit, name="李某", mail="li@example.com", bounced_on=date(2026, 6, 20))
    load(session, "示例一区,张某,handler,new@example.com,,,")
    rows = {row.mail: (row.valid_to, row.bounced) for row in contacts_of(session, unit.id)}
    assert rows == {
        "old@example.com": (date(2026, 6, 30), True),
        "li@example.com": (None, True),
        "new@example.com": (None, False),
    }


def test_a_changed_address_holds_from_today_and_what_went_to_the_old_one_stays_on_record(session: Session) -> None:
    unit = make_unit(session, "示例一区")
    old = make_contact(session, unit, name="张某", mail="old@example.com", phone="13800000000")
    person = Person("张某", ContactRole.HANDLER, "new@example.com", "13800000000")
    new = contacts.change_contact(session, officer(unit.id), old.id, person)
    first, second = contacts_of(session, unit.id)
    assert (first.mail, first.valid_to) == ("old@example.com", date(2026, 6, 30))
    assert (second.id, second.mail, second.valid_from, second.valid_to) == (new, "new@example.com", DAY, None)
    assert second.earlier == ("old@example.com", "new@example.com")
    # A slip set right on the day it was made leaves no trace but in the 操作日志.
    again = contacts.change_contact(
        session, officer(unit.id), new, Person("张某", ContactRole.HANDLER, "newer@example.com", valid_from=DAY)
    )
    assert again == new
    assert [row.mail for row in contacts_of(session, unit.id)] == ["old@example.com", "newer@example.com"]


def test_a_changed_name_phone_or_role_is_set_right_in_place(session: Session) -> None:
    unit = make_unit(session, "示例一区")
    old = make_contact(session, unit, name="张莫", mail="zhang@example.com", bounced_on=DAY)
    person = Person(" 张某 ", ContactRole.DEPUTY, "zhang@example.com", "13800000000", None, date(2026, 12, 31))
    assert contacts.change_contact(session, officer(unit.id), old.id, person) == old.id
    (row,) = contacts_of(session, unit.id)
    assert (row.name, row.role, row.phone, row.valid_to) == (
        "张某", ContactRole.DEPUTY, "13800000000", date(2026, 12, 31),
    )  # fmt: skip
    assert row.bounced
    with pytest.raises(Refused, match="邮箱和电话至少填写一项"):
        contacts.change_contact(session, officer(unit.id), old.id, Person("张某", ContactRole.DEPUTY))


def test_two_entries_of_one_person_never_become_the_same(session: Session) -> None:
    unit = make_unit(session, "示例一区")
    handler = make_contact(session, unit, name="张某", mail="z@example.com")
    make_contact(session, unit, name="张某", mail="z@example.com", role="deputy")
    with pytest.raises(Refused, match="张某已作为B角以同一邮箱登记"):
        contacts.change_contact(
            session, officer(unit.id), handler.id, Person("张某", ContactRole.DEPUTY, "z@example.com")
        )


def test_an_end_of_validity_before_its_beginning_is_refused(session: Session) -> None:
    unit = make_unit(session, "示例一区")
    contact = make_contact(session, unit, name="张某", valid_from=date(2026, 6, 1))
    with pytest.raises(Refused, match="张某：有效期止2026年5月1日早于有效期起2026年6月1日"):
        contacts.end_contact(session, officer(unit.id), contact.id, date(2026, 5, 1))
    contacts.end_contact(session, officer(unit.id), contact.id, date(2026, 7, 15))
    assert [row.valid_to for row in contacts_of(session, unit.id)] == [date(2026, 7, 15)]
