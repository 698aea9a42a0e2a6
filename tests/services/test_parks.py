"""The register: entering approved parks, finding them within a scope, and 变更事项."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Contact, Obligation, Park, ParkChange, ParkSnapshot, Unit
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ChangeKind, Stage
from services import parks, units
from services.parks import Registered
from services.register_list import register_list
from tests.factories import make_park, make_unit

TODAY = date(2026, 7, 1)
TITLE = "国家网络安全产业园区（示例甲园）"
FACTS: dict[str, Any] = {
    "title": TITLE,
    "district": "示例甲区",
    "approved_on": date(2024, 10, 10),
    "approval_no": "示例函〔2024〕1号",
}


@pytest.fixture
def session(database: Database, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(TODAY)
    with database.write() as session:
        units.load_divisions(session)
        make_unit(session, "示例甲区")
        yield session


def register(session: Session, **facts: Any) -> Registered:
    return parks.register_park(session, SYSTEM_ACTOR, **FACTS | facts)


def only_park(session: Session) -> Park:
    return session.scalars(select(Park)).one()


class TestRegistering:
    def test_a_park_is_entered_with_its_end_its_obligations_its_snapshot_and_an_audit_entry(
        self, session: Session
    ) -> None:
        registered = register(session, operator="示例运营公司（虚构）")
        park = only_park(session)
        assert registered == Registered(park.id, "P001", True)
        assert (park.title, park.short_name, park.ends_on) == (TITLE, "示例甲园", date(2026, 10, 10))
        reports = select(Obligation.period).where(Obligation.kind == "half_year_report")
        assert sorted(session.scalars(reports)) == ["2025H1", "2025H2", "2026H1"]
        assert session.get_one(ParkSnapshot, park.id).title == TITLE
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "park.register")).one()
        assert entry.new["operator"] == "示例运营公司（虚构）"

    def test_the_two_years_of_a_leap_day_end_on_the_last_of_february(self, session: Session) -> None:
        register(session, approved_on=date(2024, 2, 29))
        assert only_park(session).ends_on == date(2026, 2, 28)

    def test_the_same_facts_again_change_nothing_and_say_so(self, session: Session) -> None:
        first = register(session)
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
        again = register(session, title=f" {TITLE} ")
        assert (again.park_id, again.code, again.created) == (first.park_id, "P001", False)
        assert "已登记（P001），内容一致，未作改动" in again.note
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == entries

    @pytest.mark.parametrize(
        ("other", "said"),
        [
            ({"approved_on": date(2024, 10, 11)}, "批复成文日期已登记为“2024-10-10”，本次为“2024-10-11”"),
            ({"approval_no": "示例函〔2024〕2号"}, "批复发文字号已登记为“示例函〔2024〕1号”"),
            ({"code": "甲"}, "园区代码"),
            ({"code": "P009"}, "园区代码已登记为“P001”，本次为“P009”"),
            ({"district": "合川区"}, "所属区县已登记为“示例甲区”，本次为“合川区”"),
            ({"operator": "另一公司"}, "运营管理机构已登记为“示例运营公司（虚构）”，本次为“另一公司”"),
        ],
    )
    def test_the_same_title_with_other_facts_says_what_differs(
        self, session: Session, other: dict[str, Any], said: str
    ) -> None:
        register(session, operator="示例运营公司（虚构）")
        with pytest.raises(Refused, match=said):
            register(session, **other)
        assert only_park(session).approved_on == date(2024, 10, 10)

    def test_what_the_register_left_open_is_filled_in_by_a_later_entry(self, session: Session) -> None:
        register(session)
        again = register(session, operator="示例运营公司（虚构）", address="示例路1号")
        assert not again.created
        assert "补录运营管理机构、地址" in again.note
        assert (only_park(session).operator, only_park(session).address) == ("示例运营公司（虚构）", "示例路1号")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "park.supplement")).one()
        assert entry.new == {"operator": "示例运营公司（虚构）", "address": "示例路1号"}

    @pytest.mark.parametrize(
        "title", ["国家网络安全产业园区(示例甲园)", "国家网络安全产业园区", "示例甲园", "国家网络安全产业园区（）", ""]
    )
    def test_a_title_must_be_written_as_the_notice_writes_it(self, session: Session, title: str) -> None:
        with pytest.raises(Refused, match="应写作“国家网络安全产业园区（××园）”（全角括号"):
            register(session, title=title)

    def test_an_approval_still_to_come_is_refused(self, session: Session) -> None:
        with pytest.raises(Refused, match="批复成文日期2026年7月2日在今天（2026年7月1日）之后"):
            register(session, approved_on=date(2026, 7, 2))
        assert register(session, approved_on=TODAY).created

    def test_an_approval_before_the_notice_is_refused(self, session: Session) -> None:
        with pytest.raises(Refused, match="批复成文日期2022年10月20日早于通知成文日期2022年10月21日"):
            register(session, approved_on=date(2022, 10, 20))

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"title": f"国家网络安全产业园区（{'长' * 100}园）"}, "过长：113个字符，不能超过100个"),
            ({"operator": "甲" * 201}, "过长：201个字符，不能超过200个"),
            ({"approval_no": "1\x00"}, "含有不可见字符"),
            ({"district": "远" * 101, "create_unit": True}, "过长：101个字符"),
        ],
    )
    def test_a_text_no_column_holds_is_refused_in_words(
        self, session: Session, facts: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(Refused, match=said):
            register(session, **facts)

    def test_a_park_needs_its_district(self, session: Session) -> None:
        with pytest.raises(Refused, match="缺少所属区县"):
            register(session, district=" ", create_unit=True)

    def test_an_approval_needs_its_number(self, session: Session) -> None:
        with pytest.raises(Refused, match="缺少批复的发文字号"):
            register(session, approval_no=" ")

    def test_an_unknown_district_is_refused_with_the_nearest_names_and_the_way_to_add_it(
        self, session: Session
    ) -> None:
        with pytest.raises(Unknown, match=r"没有找到区县“合州区”。是否为.*合川区.*--create-unit"):
            register(session, district="合州区")
        assert register(session, district="合州区", create_unit=True).created
        created = session.scalars(select(Unit).where(Unit.name == "合州区")).one()
        assert (created.short_name, created.fictional) == ("合州", False)

    def test_a_demonstration_s_new_district_is_marked_as_fictional(self, session: Session) -> None:
        register(session, district="虚构乙区", create_unit=True, fictional=True)
        assert session.scalars(select(Unit).where(Unit.name == "虚构乙区")).one().fictional

    def test_codes_are_given_in_order_and_a_taken_one_is_refused(self, session: Session) -> None:
        register(session, code="jia-1")
        assert register(session, title="国家网络安全产业园区（乙园）").code == "P001"
        assert register(session, title="国家网络安全产业园区（丙园）").code == "P002"
        with pytest.raises(Refused, match="园区代码“JIA-1”已被其他园区使用"):
            register(session, title="国家网络安全产业园区（丁园）", code="JIA-1")
        with pytest.raises(Refused, match="园区代码由字母"):
            register(session, title="国家网络安全产业园区（丁园）", code="丁 1")

    def test_the_first_contacts_become_the_district_s_handlers(self, session: Session) -> None:
        register(session, contacts=["张某<zhang@example.gov.cn>", "李某 ＜li@example.gov.cn＞"])
        people = session.scalars(select(Contact).order_by(Contact.id)).all()
        assert [(p.name, p.role, p.mail) for p in people] == [
            ("张某", "handler", "zhang@example.gov.cn"),
            ("李某", "handler", "li@example.gov.cn"),
        ]
        assert people[0].unit_id == only_park(session).district_id

    def test_a_contact_written_otherwise_is_refused(self, session: Session) -> None:
        with pytest.raises(Refused, match="联系人应写作“姓名<邮箱>”，收到“zhang@"):
            register(session, contacts=["zhang@example.gov.cn"])

    @pytest.mark.parametrize("role", [Role.DISTRICT, Role.OPERATOR, Role.EXPERT, Role.ADMIN])
    def test_only_who_keeps_the_register_may_enter_a_park(self, session: Session, role: Role) -> None:
        with pytest.raises(AccessDenied):
            parks.register_park(session, Actor("someone", role, FULL_SCOPE), **FACTS)


class TestReorganisedUnits:
    def test_a_park_approved_under_an_abolished_district_keeps_its_title_under_the_successor(
        self, session: Session
    ) -> None:
        registered = register(session, title="国家网络安全产业园区（江北园）", district="江北区")
        assert "江北区自2025年11月6日起由两江新区承接" in registered.note
        (fact,) = parks.list_parks(session, FULL_SCOPE, TODAY)
        assert (fact.title, fact.district) == ("国家网络安全产业园区（江北园）", "两江新区")
        change = session.scalars(select(ParkChange)).one()
        assert (change.kind, change.old, change.new, change.valid_from) == (
            "district", "江北区", "两江新区", date(2025, 11, 6),
        )  # fmt: skip

    def test_registering_it_again_under_either_name_changes_nothing(self, session: Session) -> None:
        title = "国家网络安全产业园区（江北园）"
        register(session, title=title, district="江北区")
        assert not register(session, title=title, district="江北区").created
        assert not register(session, title=title, district="两江新区").created

    def test_a_park_of_the_functional_zone_passes_to_the_new_district(self, session: Session) -> None:
        register(session, title="国家网络安全产业园区（两江园）", district="两江新区")
        assert only_park(session).district.kind == "district"

    def test_no_park_can_be_approved_under_a_district_that_had_ended(self, session: Session) -> None:
        with pytest.raises(Refused, match=r"江北区已于2025年11月5日终止，批复成文日期2026年3月1日在其后.*两江新区"):
            register(session, district="江北区", approved_on=date(2026, 3, 1))

    def test_a_district_divided_among_several_asks_for_the_one_meant(self, session: Session) -> None:
        with pytest.raises(Refused, match="渝北区已撤销，辖区分别划入两江新区、北碚区"):
            register(session, district="渝北区")

    def test_before_the_reorganisation_the_old_district_is_the_park_s(
        self, session: Session, set_now: Callable[[date], None]
    ) -> None:
        set_now(date(2025, 11, 5))
        register(session, district="江北区")
        assert only_park(session).district.name == "江北区"


class TestFinding:
    @pytest.fixture
    def two(self, session: Session) -> tuple[Park, Park]:
        first = make_park(session, "甲园", district=make_unit(session, "示例一区", position=2), code="A1")
        second = make_park(
            session, "乙园", district=make_unit(session, "示例二区", position=1), code="B1", obligations=False
        )
        return first, second

    @pytest.mark.parametrize("ref", ["A1", "a1", "国家网络安全产业园区（甲园）", "甲园", " 甲园 "])
    def test_a_park_is_found_by_code_title_or_short_name(
        self, session: Session, two: tuple[Park, Park], ref: str
    ) -> None:
        assert parks.find_park(session, FULL_SCOPE, ref) is two[0]

    def test_a_park_outside_the_scope_is_refused_in_the_words_for_one_that_does_not_exist(
        self, session: Session, two: tuple[Park, Park]
    ) -> None:
        own = Scope(unit_ids=frozenset({two[0].district_id}))
        with pytest.raises(Unknown) as other:
            parks.find_park(session, own, "乙园")
        session.delete(two[1])
        session.flush()
        with pytest.raises(Unknown) as missing:
            parks.find_park(session, own, "乙园")
        assert str(other.value) == str(missing.value)

    def test_near_names_are_offered_within_the_scope_only(self, session: Session, two: tuple[Park, Park]) -> None:
        with pytest.raises(Unknown, match="是否为A1、B1"):
            parks.find_park(session, FULL_SCOPE, "国家网络安全产业园区（丙园）")
        with pytest.raises(Unknown) as refusal:
            parks.find_park(session, Scope(unit_ids=frozenset({two[0].district_id})), "国家网络安全产业园区（丙园）")
        assert "B1" not in str(refusal.value)

    def test_a_short_name_of_two_parks_asks_for_the_code(self, session: Session, two: tuple[Park, Park]) -> None:
        two[1].short_name = "甲园"
        session.flush()
        with pytest.raises(Unknown, match=r"对应多个园区：A1（示例一区）、B1（示例二区），请用园区代码"):
            parks.find_park(session, FULL_SCOPE, "甲园")

    def test_a_code_wins_over_another_park_s_short_name(self, session: Session, two: tuple[Park, Park]) -> None:
        two[1].short_name = "A1"
        session.flush()
        assert parks.find_park(session, FULL_SCOPE, "A1") is two[0]

    def test_the_register_stands_in_the_order_of_divisions_and_shows_a_district_its_own(
        self, session: Session, two: tuple[Park, Park]
    ) -> None:
        assert [fact.code for fact in parks.list_parks(session, FULL_SCOPE, TODAY)] == ["B1", "A1"]
        own = Scope(unit_ids=frozenset({two[0].district_id}))
        assert [fact.code for fact in parks.list_parks(session, own, TODAY)] == ["A1"]
        operator = Scope(park_ids=frozenset({two[1].id}))
        assert [fact.code for fact in parks.list_parks(session, operator, TODAY)] == ["B1"]

    def test_the_stage_follows_the_day(self, session: Session, two: tuple[Park, Park]) -> None:
        def stage(day: date) -> Stage:
            return parks.list_parks(session, FULL_SCOPE, day)[0].stage

        assert stage(date(2026, 10, 10)) is Stage.BUILDING
        assert stage(date(2026, 10, 11)) is Stage.EXPIRED


class TestChanges:
    @pytest.fixture
    def park(self, session: Session) -> Park:
        return make_park(session, "甲园", operator="旧公司（虚构）", boundary="东至一路")

    def change(self, session: Session, park: Park, kind: ChangeKind, new: str, **given: Any) -> ParkChange:
        values = {"valid_from": date(2026, 3, 1), "document": "示例函〔2026〕3号"} | given
        return parks.record_change(session, SYSTEM_ACTOR, park.code, kind, new=new, **values)

    def test_a_new_operator_is_current_and_the_old_one_kept(self, session: Session, park: Park) -> None:
        change = self.change(session, park, ChangeKind.OPERATOR, "新公司（虚构）")
        assert park.operator == "新公司（虚构）"
        assert (change.old, change.new, change.document) == ("旧公司（虚构）", "新公司（虚构）", "示例函〔2026〕3号")
        assert session.get_one(ParkSnapshot, park.id).operator == "新公司（虚构）"
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.park_id, entry.old) == ("park.change", park.id, {"operator": "旧公司（虚构）"})

    def test_an_extension_is_recorded_and_the_two_years_do_not_move(self, session: Session, park: Park) -> None:
        change = self.change(session, park, ChangeKind.EXTENSION, "2027-04-10")
        assert (change.old, change.new, park.ends_on) == ("", "2027-04-10", date(2026, 10, 10))
        with pytest.raises(Refused, match="新期限应写作 2026-12-31，收到“半年”"):
            self.change(session, park, ChangeKind.EXTENSION, "半年")

    def test_a_head_follows_on_the_head_before(self, session: Session, park: Park) -> None:
        self.change(session, park, ChangeKind.HEAD, "张某")
        assert self.change(session, park, ChangeKind.HEAD, "李某", valid_from=date(2026, 5, 1)).old == "张某"

    def test_a_park_is_placed_under_another_district_without_a_new_title(self, session: Session, park: Park) -> None:
        self.change(session, park, ChangeKind.DISTRICT, "合川区")
        assert (park.district.name, park.title) == ("合川区", "国家网络安全产业园区（甲园）")
        assert session.get_one(ParkSnapshot, park.id).district == "合川区"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"document": " "}, "须写明新的内容和同意文件"),
            ({"new": ""}, "须写明新的内容和同意文件"),
            ({"new": "旧公司（虚构）"}, "没有变动"),
            ({"valid_from": date(2024, 10, 9)}, "生效日期2024年10月9日应在批复成文日期"),
            ({"valid_from": date(2026, 7, 2)}, "生效日期2026年7月2日应在批复"),
        ],
    )
    def test_a_change_needs_its_document_its_new_value_and_a_possible_day(
        self, session: Session, park: Park, given: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(Refused, match=said):
            self.change(session, park, ChangeKind.OPERATOR, **{"new": "新公司（虚构）"} | given)

    def test_a_new_value_no_column_holds_is_refused(self, session: Session, park: Park) -> None:
        with pytest.raises(Refused, match="过长：201个字符，不能超过200个"):
            self.change(session, park, ChangeKind.OPERATOR, "新" * 201)
        session.expire(park)  # what a rolled back transaction would do

    def test_a_change_before_the_last_one_of_its_kind_is_refused(self, session: Session, park: Park) -> None:
        self.change(session, park, ChangeKind.OPERATOR, "新公司（虚构）")
        with pytest.raises(Refused, match="已有自2026年3月1日起的变更"):
            self.change(session, park, ChangeKind.OPERATOR, "另一公司（虚构）", valid_from=date(2026, 2, 1))

    def test_goals_change_by_their_workbook_only(self, session: Session, park: Park) -> None:
        with pytest.raises(Refused, match="须导入目标表"):
            self.change(session, park, ChangeKind.GOALS, "网络安全产业收入6亿元")

    def test_a_district_may_not_change_the_register(self, session: Session, park: Park) -> None:
        district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})))
        with pytest.raises(AccessDenied):
            parks.record_change(session, district, park.code, ChangeKind.HEAD, date(2026, 3, 1), "示例函", "张某")


class TestLists:
    HEADER = "title,district,approved_on,approval_no,code,contact\n"

    def test_good_lines_are_entered_and_bad_ones_named_by_their_line(self, session: Session) -> None:
        text = self.HEADER + (
            f"{TITLE},示例甲区,2024-10-10,示例函〔2024〕1号,,张某<z@example.gov.cn>；李某<l@example.gov.cn>\n"
            "\n"
            "国家网络安全产业园区(乙园),示例甲区,2024-10-10,示例函〔2024〕2号,,\n"
            "国家网络安全产业园区（丙园）,示例甲区,2024年10月,示例函〔2024〕3号,,\n"
            "国家网络安全产业园区（丁园）,没有区,2024-10-10,示例函〔2024〕4号,,\n"
            "国家网络安全产业园区（戊园）,示例甲区,2024-10-10,示例函〔2024〕5号,E1,\n"
        )
        outcomes = register_list(session, SYSTEM_ACTOR, text)
        assert [(o.line, o.registered.code if o.registered else None) for o in outcomes] == [
            (2, "P001"), (4, None), (5, None), (6, None), (7, "E1"),
        ]  # fmt: skip
        assert [o.error[:4] for o in outcomes if o.error] == ["第4行：", "第5行：", "第6行："]
        assert set(session.scalars(select(Park.code))) == {"P001", "E1"}
        assert session.scalar(select(func.count()).select_from(Contact)) == 2

    def test_a_line_that_fails_halfway_leaves_nothing_behind(self, session: Session) -> None:
        text = self.HEADER + f"{TITLE},虚构丙区,2024-10-10,示例函〔2024〕1号,,没有邮箱\n"
        (outcome,) = register_list(session, SYSTEM_ACTOR, text, create_unit=True)
        assert "联系人应写作" in outcome.error
        for table in (Park, Obligation, ParkSnapshot, AuditEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert units.find_unit(session, "虚构丙区") is None

    def test_another_table_is_refused_with_the_header_expected(self, session: Session) -> None:
        with pytest.raises(Refused, match=r"表头应为 title,district.*缺少 approved_on,approval_no；多出 名称"):
            register_list(session, SYSTEM_ACTOR, "title,district,名称\n")
        with pytest.raises(Refused, match="表头应为"):
            register_list(session, SYSTEM_ACTOR, "")

    def test_lines_may_end_early_and_in_any_way(self, session: Session) -> None:
        text = f"{self.HEADER.strip()}\r{TITLE},示例甲区,2024-10-10,示例函〔2024〕1号\r"
        assert [outcome.line for outcome in register_list(session, SYSTEM_ACTOR, text)] == [2]
        assert only_park(session).title == TITLE
