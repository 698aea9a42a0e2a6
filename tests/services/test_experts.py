"""专家库: entered, changed and imported from a workbook, the whole of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Expert, ExpertTie
from db.queries.experts import expert
from db.queries.experts import experts as listed
from policy.access import FULL_SCOPE, AccessDenied, Actor, Role
from policy.refusal import Missing, Refused, Unknown
from services import experts
from services.expert_import import Imported, import_experts, template
from services.experts import Bond, Entry
from services.platform import Platform
from tests.factories import make_account, make_park

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
SOMEONE = Entry("示例甲", "示例大学", ("密码", "数据安全"), phone="13900001234", mail="A@Example.test")
PEOPLE = ("专家编号", "姓名*", "工作单位*", "职务职称", "专业*", "电话", "邮箱", "聘期起", "聘期止", "备注")
TIES = ("专家（编号或姓名）*", "关联单位或园区*", "起始日期", "结束日期", "说明")


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(date(2026, 3, 2))
    with platform.database.write() as session:
        make_park(session, "示例甲园", code="JIA")
        yield session


def workbook(people: list[tuple[Any, ...]], ties: list[tuple[Any, ...]] | None = None) -> bytes:
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        for name, head, rows in (("专家库", PEOPLE, people), ("关联关系", TIES, ties or [])):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([head, *rows], start=1):
                sheet.write_row(number, 0, row)
    return output.getvalue()


Load = Callable[..., Imported]


@pytest.fixture
def load(session: Session, platform: Platform) -> Load:
    def run(people: list[tuple[Any, ...]], ties: list[tuple[Any, ...]] | None = None) -> Imported:
        return import_experts(session, platform.storage, COMMITTEE, "专家库.xlsx", workbook(people, ties))

    return run


def test_who_is_entered_gets_the_next_code_and_phones_stay_out_of_lists_and_logs(session: Session) -> None:
    row = experts.enter(session, COMMITTEE, SOMEONE)
    other = experts.enter(session, COMMITTEE, Entry("示例乙", "示例大学", ("密码",)))
    assert (row.code, other.code, row.mail) == ("ZJ001", "ZJ002", "a@example.test")
    assert listed(session)[0].masked_phone == "139****1234"
    assert "13900001234" not in str([entry.new for entry in session.scalars(select(AuditEntry))])


REFUSED = (
    (Entry("", "示例大学", ("密码",)), "请填写姓名"),
    (Entry("示例丙", " ", ("密码",)), "请填写工作单位"),
    (Entry("示例丙", "示例大学", ()), "请填写专业"),
    (Entry("示例丙", "示例大学", ("密码",), code="专1"), "专家编号应为字母、数字和短横"),
    (Entry("示例丙", "示例大学", ("密码",), code="zj001"), "已被使用"),
    (Entry("示例丙", "示例大学", ("密码",), mail="丙@example"), "邮箱应写作"),
    (Entry("示例丙", "示例大学", ("密码",), valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 1)), "早于聘期起"),
    (Entry("示例丙", "示" * 201, ("密码",)), "过长"),
    (Entry("示例甲", " 示例大学", ("密码",)), "已在专家库，编号ZJ001"),
    (Entry("示例丙", "示例大学", ("密码",), account="nobody"), "没有名为“nobody”的专家账号"),
    (Entry("示例丙", "示例大学", ("密码",), account="committee"), "没有名为“committee”的专家账号"),
    (Entry("示例丙", "示例大学", ("密码",), account="expert"), "已由示例甲"),
)


def test_what_cannot_be_used_is_refused(session: Session) -> None:
    make_account(session, "committee")
    account = make_account(session, "expert")
    experts.enter(session, COMMITTEE, SOMEONE).account_id = account.id
    session.flush()
    for entry, said in REFUSED:
        with pytest.raises(Refused, match=said), session.begin_nested():
            experts.enter(session, COMMITTEE, entry)
    for role in (Role.DISTRICT, Role.OPERATOR, Role.EXPERT, Role.ADMIN):
        with pytest.raises(AccessDenied):
            experts.enter(session, Actor("x", role, FULL_SCOPE), SOMEONE)


def test_what_binds_is_never_taken_away_but_may_end(session: Session) -> None:
    row = experts.enter(session, COMMITTEE, SOMEONE)
    park = experts.add_tie(session, COMMITTEE, row.id, Bond("示例甲园", since=date(2025, 1, 1)))
    firm = experts.add_tie(session, COMMITTEE, row.id, Bond("示例公司", note="顾问"))
    assert (park.park_id, park.name, firm.park_id) == (1, "", None)
    with pytest.raises(Refused, match="关联关系已登记"):
        experts.add_tie(session, COMMITTEE, row.id, Bond("示例 公司"))
    with pytest.raises(Missing, match="关联单位或园区"):
        experts.add_tie(session, COMMITTEE, row.id, Bond(" "))
    with pytest.raises(Refused, match="早于起始日期2025年1月1日"):
        experts.end_tie(session, COMMITTEE, row.id, park.id, date(2024, 12, 31))
    experts.end_tie(session, COMMITTEE, row.id, park.id, date(2026, 2, 1))
    found = expert(session, row.id)
    assert found
    assert [(tie.name, tie.until) for tie in found.ties] == [
        ("国家网络安全产业园区（示例甲园）", date(2026, 2, 1)), ("示例公司", None),
    ]  # fmt: skip
    with pytest.raises(Unknown):
        experts.end_tie(session, COMMITTEE, row.id, 99, date(2026, 2, 1))
    with pytest.raises(Unknown):
        experts.end(session, COMMITTEE, 99, date(2026, 2, 1))


def test_a_workbook_enters_people_and_what_binds_them_and_twice_it_changes_nothing(
    session: Session, load: Load
) -> None:
    people = [
        ("ZJ010", "示例甲", "示例大学", "教授", "密码，数据安全", 13900001234, "a@example.test", "2026-01-01", "", ""),
        ("", "示例乙", "示例研究院", "", "产业经济", "", "", "", "长期", ""),
    ]
    ties = [("ZJ010", "JIA", "", "2025年6月30日", "顾问"), ("示例乙", "示例公司", "", "", "")]
    assert load(people, ties) == Imported(2, 0, 0, 2)
    assert load(people, ties) == Imported(0, 0, 4, 0)
    rows = listed(session)
    assert [(one.code, one.specialties, one.phone) for one in rows] == [
        ("ZJ010", ("密码", "数据安全"), "13900001234"), ("ZJ011", ("产业经济",), ""),
    ]  # fmt: skip
    assert [(tie.park_code, tie.until) for one in rows for tie in one.ties] == [("JIA", date(2025, 6, 30)), ("", None)]
    changed = [("ZJ010", "示例甲", "示例大学", "", "密码", "", "", "", "2027-01-01", "")]
    assert load(changed) == Imported(0, 1, 0, 0)
    kept = listed(session)[0]
    assert (kept.post, kept.phone, kept.valid_to) == ("教授", "13900001234", date(2027, 1, 1))


def test_every_problem_of_a_workbook_is_told_with_its_cell_and_nothing_is_stored(session: Session, load: Load) -> None:
    people = [
        ("", "", "示例大学", "", "密码", "", "", "", "", ""),
        ("", "示例乙", "示例研究院", "", "", "", "", "明年", "", ""),
        ("", "示例丙", "示例所", "", "密码", "", "", "", "", ""),
        ("", "示例丙", "示例所", "", "密码", "", "", "", "", ""),
    ]
    with pytest.raises(Refused) as refusal:
        load(people, [("示例丙", "", "", "", "")])
    said = str(refusal.value)
    assert "没有导入，须改正5处" in said
    assert "专家库!B3：姓名为空，请补填" in said
    assert "专家库!E4：专业为空，请补填" in said
    assert "专家库!H4：聘期起应写作 2026-07-31，收到“明年”" in said
    assert "专家库!6：姓名和工作单位与专家库!5相同" in said
    assert "关联关系!B3：关联单位或园区为空，请补填" in said
    with pytest.raises(Refused) as refusal:
        load(
            [("专1", "示例丁", "示例所", "", "密码", "", "", "", "", ""),
             ("ZJ1", "示例戊", "示例所", "", "密码", "", "戊@", "", "", ""),
             ("ZJ2", "示例己", "示例所", "", "密码", "", "", "", "", "")],
            [("示例庚", "示例公司", "", "", "")],
        )  # fmt: skip
    said = str(refusal.value)
    assert "专家库!3：示例丁：专家编号应为" in said
    assert "专家库!4：示例戊：邮箱应写作" in said
    assert "关联关系!3：专家库和本表中没有“示例庚”" in said
    assert session.scalar(select(func.count()).select_from(Expert)) == 0
    assert session.scalar(select(func.count()).select_from(ExpertTie)) == 0


def test_the_template_is_read_back_as_it_is_filled_in(session: Session, platform: Platform) -> None:
    name, data = template(COMMITTEE)
    with pytest.raises(Refused, match="没有找到专家：表头应含姓名、工作单位、专业"):
        import_experts(session, platform.storage, COMMITTEE, name, data)
    book = load_workbook(BytesIO(data))
    for column, text in enumerate((None, "示例甲", "示例大学", None, "密码"), start=1):
        book["专家库"].cell(3, column, text)
    book["关联关系"].cell(3, 1, "示例甲")
    book["关联关系"].cell(3, 2, "=1+1")
    filled = BytesIO()
    book.save(filled)
    with pytest.raises(Refused, match=r"关联关系!B3：关联单位或园区是公式或错误值，请改为文字"):
        import_experts(session, platform.storage, COMMITTEE, name, filled.getvalue())
    book["关联关系"].cell(3, 2, "示例公司")
    filled = BytesIO()
    book.save(filled)
    assert import_experts(session, platform.storage, COMMITTEE, name, filled.getvalue()) == Imported(1, 0, 0, 1)
    with pytest.raises(Refused, match=r"说明\.txt"):
        import_experts(session, platform.storage, COMMITTEE, "说明.txt", b"no list")
