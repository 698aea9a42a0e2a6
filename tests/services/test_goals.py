"""Goals of the construction plan: read from a workbook by label, changed only by a decision, old ones kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import AuditEntry, Goal, Park, ParkChange, ParkSnapshot, StoredFile
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.facts import GoalFact
from policy.indicators.catalogue import CATALOGUE
from policy.refusal import Doubtful, Missing, Refused, Unknown
from policy.terms import GoalPath
from services.goals import GoalChange, import_goals, set_goal, template
from services.platform import Platform
from tests.factories import accept, make_park, make_submission

HEADER = ("指标", "基期值", "目标值")
REVENUE = ("网络安全产业收入", 3.1, 6.25)
FIRMS = ("网络安全企业数量", 30, 60)


def workbook(*rows: tuple[Any, ...], title: str | None = None) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("建设目标")
        start = 0
        if title:
            sheet.write(0, 0, title)
            start = 2
        for number, row in enumerate(rows, start=start):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, book.add_format({"num_format": "yyyy-mm-dd"}))
                elif value is not None:
                    sheet.write(number, column, value)
    return buffer.getvalue()


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(date(2026, 7, 1))
    with platform.database.write() as session:
        yield session


@pytest.fixture
def park(session: Session) -> Park:
    """Approved 2024-10-10."""
    return make_park(session, "甲园", code="A1")


Load = Callable[..., tuple[GoalChange, ...]]


@pytest.fixture
def load(session: Session, platform: Platform, park: Park) -> Load:
    def import_rows(
        *rows: tuple[Any, ...], decision: str | None = None, actor: Actor = SYSTEM_ACTOR, **given: Any
    ) -> tuple[GoalChange, ...]:
        meant = given.pop("as_written", False)
        data = workbook(*rows, **given)
        name = "建设目标.xlsx"
        return import_goals(session, platform.storage, actor, "A1", name, data, decision, as_written=meant)

    return import_rows


def test_goals_are_exact_and_their_baseline_is_the_year_before_the_approval(
    session: Session, park: Park, load: Load
) -> None:
    load(HEADER, REVENUE, FIRMS)
    assert facts.goals(session, park.id, date.max) == (
        GoalFact(
            "revenue_cyber", Decimal("3.1"), date(2023, 12, 31), Decimal("6.25"), "建设方案",
            "建设目标.xlsx 建设目标!C2",
        ),
        GoalFact(
            "firms_cyber", Decimal(30), date(2023, 12, 31), Decimal(60), "建设方案", "建设目标.xlsx 建设目标!C3"
        ),
    )  # fmt: skip
    assert session.scalars(select(StoredFile.name)).all() == ["建设目标.xlsx"]


def test_columns_are_found_by_label_wherever_they_stand(session: Session, park: Park, load: Load) -> None:
    load(
        ("序号", "目标值", "单位", "指标", "基期日期", "基期值"),
        (1, 60, "家", "网安企业数", date(2024, 6, 30), 30),
        (None, None, None, None, None, None),
        (2, "6.25", "亿元", "revenue_cyber", "2024-06-30", "3.1"),
        title="甲园建设目标（虚构）",
    )
    goals = {goal.key: goal for goal in facts.goals(session, park.id, date.max)}
    assert (goals["firms_cyber"].baseline, goals["firms_cyber"].target) == (Decimal(30), Decimal(60))
    assert goals["revenue_cyber"].target == Decimal("6.25")
    assert {goal.baseline_on for goal in goals.values()} == {date(2024, 6, 30)}


def test_a_first_import_may_name_its_decision(session: Session, park: Park, load: Load) -> None:
    load(HEADER, FIRMS, decision="示例函〔2024〕7号")
    assert facts.goals(session, park.id, date.max)[0].decision == "示例函〔2024〕7号"
    assert session.scalars(select(ParkChange)).all() == []


def test_goals_that_stand_change_by_a_decision_only(session: Session, park: Park, load: Load) -> None:
    load(HEADER, FIRMS)
    with pytest.raises(Refused, match="网络安全企业数量与之不同；变更目标须注明依据文号"):
        load(HEADER, ("网络安全企业数量", 30, 45))
    assert facts.goals(session, park.id, date.max)[0].target == 60


def test_a_changed_goal_supersedes_the_old_one_which_is_kept(session: Session, park: Park, load: Load) -> None:
    load(HEADER, FIRMS, REVENUE)
    (change,) = load(HEADER, ("网络安全企业数量", 30, 45), REVENUE, decision="示例函〔2026〕7号")
    assert change.old is not None
    assert (change.old.target, change.new.target) == (Decimal(60), Decimal(45))
    kept = session.execute(select(Goal.target, Goal.valid_from).where(Goal.key == "firms_cyber").order_by(Goal.id))
    assert [(row.target, row.valid_from) for row in kept] == [
        (Decimal(60), park.approved_on), (Decimal(45), date(2026, 7, 1)),
    ]  # fmt: skip
    assert [facts.goals(session, park.id, day)[-1].target for day in (date(2026, 6, 30), date(2026, 7, 1))] == [60, 45]
    noted = session.scalars(select(ParkChange)).one()
    assert (noted.kind, noted.document) == ("goals", "示例函〔2026〕7号")
    assert (noted.old, noted.new) == (
        "网络安全企业数量：基期值30家，目标值60家", "网络安全企业数量：基期值30家，目标值45家",
    )  # fmt: skip
    audited = session.scalars(select(AuditEntry).where(AuditEntry.action == "goals.import")).all()[-1]
    assert audited.old["firms_cyber"]["target"] == "60"


def test_the_goals_of_the_plan_hold_from_the_approval_whenever_they_are_entered(
    session: Session, park: Park, load: Load
) -> None:
    load(HEADER, FIRMS)
    load(HEADER, REVENUE)
    assert len(facts.goals(session, park.id, park.approved_on)) == 2
    load(HEADER, ("公共服务平台", 1, 4), decision="示例函〔2026〕7号")
    assert [len(facts.goals(session, park.id, day)) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [2, 3]


def test_the_same_goals_again_change_nothing_even_without_a_decision(session: Session, park: Park, load: Load) -> None:
    load(HEADER, FIRMS)
    assert load(HEADER, FIRMS) == ()
    assert len(session.scalars(select(Goal)).all()) == 1


def test_a_goal_added_beside_others_needs_no_decision(session: Session, park: Park, load: Load) -> None:
    load(HEADER, FIRMS)
    assert [change.new.key for change in load(HEADER, FIRMS, REVENUE)] == ["revenue_cyber"]


def test_the_overview_judges_by_the_new_goals_at_once(session: Session, park: Park, load: Load) -> None:
    accept(session, make_submission(session, park, figures={"firms_cyber": "31"}))
    load(HEADER, ("网络安全企业数量", 30, 300))
    assert session.get_one(ParkSnapshot, park.id).light == "red"
    load(HEADER, ("网络安全企业数量", 30, 31), decision="示例函〔2026〕7号")
    assert session.get_one(ParkSnapshot, park.id).light == "green"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("网安收人", 3, 6), "建设目标!A2：不认识的指标“网安收人”"),
        (("网络安全产业收入占比", 30, 60), "建设目标!A2：“网络安全产业收入占比”由其他指标计算得出"),
        (("网络安全产业收入", None, 6), "建设目标!B2：基期值为空"),
        (("网络安全产业收入", 3, "六亿"), "建设目标!C2：目标值应为数字，收到“六亿”"),
        (("网络安全产业收入", 3, "6亿元"), "建设目标!C2：目标值应为数字"),
        (("网络安全产业收入", -3, 6), "建设目标!B2：基期值应为不小于0的数字"),
        (("网络安全产业收入", "NaN", 6), "建设目标!B2：基期值应为不小于0的数字"),
        ((None, 3, 6), "建设目标!A2：不认识的指标"),
    ],
)
def test_a_line_that_cannot_be_read_names_its_cell_and_stops_the_file(
    session: Session, park: Park, load: Load, row: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        load(HEADER, row, FIRMS)
    assert facts.goals(session, park.id, date.max) == ()


@pytest.mark.parametrize(("unit", "accepted"), [("亿元", True), (None, True), ("万元", False)])
def test_another_unit_is_refused_rather_than_guessed(load: Load, unit: str | None, accepted: bool) -> None:
    rows = ((*HEADER, "单位"), (*REVENUE, unit))
    if accepted:
        assert len(load(*rows)) == 1
    else:
        with pytest.raises(Refused, match="建设目标!D2：网络安全产业收入的单位应为亿元，收到“万元”"):
            load(*rows)


PLANNED = (*HEADER, "6个月阶段目标", "12个月阶段目标", "18个月阶段目标", "24个月阶段目标", "推进方式")


def stands(session: Session, park: Park, day: date = date.max) -> tuple[GoalPath, Mapping[int, Decimal]]:
    (goal,) = facts.goals(session, park.id, day)
    return goal.path, goal.milestones


def test_milestones_and_the_way_forward_are_read_beside_the_target(session: Session, park: Park, load: Load) -> None:
    load(PLANNED, ("网络安全企业数量", 30, 60, None, "40", 50.5, 60, "分段推进"))
    assert stands(session, park) == (GoalPath.STEPPED, {12: Decimal(40), 18: Decimal("50.5")})


def test_what_a_list_has_no_column_for_stays_as_it_was(session: Session, park: Park, load: Load) -> None:
    load(PLANNED, ("网络安全企业数量", 30, 60, 35, None, None, None, "后期加快"))
    assert load(HEADER, FIRMS) == ()
    load(HEADER, ("网络安全企业数量", 30, 66), decision="示例函〔2026〕7号")
    assert stands(session, park) == (GoalPath.BACK_LOADED, {6: Decimal(35)})
    load(PLANNED, ("网络安全企业数量", 30, 66), decision="示例函〔2026〕8号")
    assert stands(session, park) == (GoalPath.STRAIGHT, {})


def test_other_milestones_are_another_goal_and_need_a_decision(session: Session, park: Park, load: Load) -> None:
    load(PLANNED, ("网络安全企业数量", 30, 60, 35))
    with pytest.raises(Refused, match="变更目标须注明依据文号"):
        load(PLANNED, ("网络安全企业数量", 30, 60, 36))
    load(PLANNED, ("网络安全企业数量", 30, 60, 36), decision="示例函〔2026〕7号")
    noted = session.scalars(select(ParkChange)).one()
    assert noted.new == "网络安全企业数量：基期值30家，6个月阶段目标36家，目标值60家"
    assert stands(session, park, date(2026, 6, 30))[1] == {6: Decimal(35)}


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((None, None, None, 59), "建设目标!G2：24个月阶段目标59与目标值60不一致"),
        ((None, "四十"), "建设目标!E2：12个月阶段目标应为数字，收到“四十”"),
        ((None, None, None, None, "匀速"), "建设目标!H2：推进方式应为直线推进、分段推进、后期加快之一，收到“匀速”"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused_with_its_cell(
    session: Session, park: Park, load: Load, cells: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        load(PLANNED, ("网络安全企业数量", 30, 60, *cells))
    assert facts.goals(session, park.id, date.max) == ()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((40, 35), "网络安全企业数量的12个月阶段目标35低于6个月阶段目标40"),
        ((None, 70), "网络安全企业数量的目标值60低于12个月阶段目标70"),
        ((20,), "网络安全企业数量的6个月阶段目标20低于基期值30"),
    ],
)
def test_milestones_that_do_not_lead_to_the_target_are_asked_about(
    session: Session, park: Park, load: Load, cells: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(Doubtful, match=f"建设目标!C2：{said}"):
        load(PLANNED, ("网络安全企业数量", 30, 60, *cells))
    load(PLANNED, ("网络安全企业数量", 30, 60, *cells), as_written=True)
    assert set(stands(session, park)[1].values()) == {Decimal(cell) for cell in cells if cell}


def test_the_template_filled_in_is_what_stands(session: Session, platform: Platform, park: Park, load: Load) -> None:
    load(PLANNED, ("网络安全企业数量", 30, 60, None, 40, None, None, "分段推进"), REVENUE)
    name, data = template(session, SYSTEM_ACTOR, "A1")
    assert name == "建设目标-甲园.xlsx"
    assert import_goals(session, platform.storage, SYSTEM_ACTOR, "A1", name, data, None) == ()


def test_a_goal_is_typed_with_the_number_of_its_document(session: Session, park: Park) -> None:
    typed = {"indicator": "firms_cyber", "baseline": "30", "target": "60", "m12": "40", "path": "stepped"}
    with pytest.raises(Missing, match="请填写依据文号"):
        set_goal(session, SYSTEM_ACTOR, "A1", typed, " ")
    made = set_goal(session, SYSTEM_ACTOR, "A1", typed, "示例函〔2024〕7号")
    assert made is not None
    (goal,) = facts.goals(session, park.id, park.approved_on)
    assert (goal.path, goal.milestones, goal.decision) == (GoalPath.STEPPED, {12: Decimal(40)}, "示例函〔2024〕7号")
    assert set_goal(session, SYSTEM_ACTOR, "A1", typed, "示例函〔2024〕7号") is None
    set_goal(session, SYSTEM_ACTOR, "A1", typed | {"m12": ""}, "示例函〔2026〕7号")
    assert stands(session, park) == (GoalPath.STEPPED, {})
    assert stands(session, park, date(2026, 6, 30))[1] == {12: Decimal(40)}


def test_an_indicator_twice_is_refused_with_both_places(load: Load) -> None:
    with pytest.raises(Refused, match="网络安全企业数量出现两次：建设目标!C2和建设目标!C3"):
        load(HEADER, FIRMS, ("网安企业数", 30, 61))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"baseline": "60", "target": "30"}, "目标值30低于基期值60"),
        ({"target": "60.5"}, "目标值60.5不是整数"),
        ({"target": "600000"}, "目标值600000家与基期值30家相差100倍以上，请核对数值和单位（家）"),
        ({"baseline_on": "2030-01-01"}, "基期日期2030年1月1日晚于批复之日"),
    ],
)
def test_what_is_strange_about_a_typed_goal_is_asked_first(
    session: Session, park: Park, typed: dict[str, str], asked: str
) -> None:
    given = {"indicator": "firms_cyber", "baseline": "30", "target": "60"} | typed
    with pytest.raises(Doubtful, match=asked):
        set_goal(session, SYSTEM_ACTOR, "A1", given, "示例函〔2024〕7号")
    assert set_goal(session, SYSTEM_ACTOR, "A1", given, "示例函〔2024〕7号", as_written=True)


def test_a_target_that_leaps_from_the_one_in_force_is_asked_about(session: Session, park: Park) -> None:
    given = {"indicator": "revenue_cyber", "baseline": "3.2", "target": "6"}
    set_goal(session, SYSTEM_ACTOR, "A1", given, "示例函〔2024〕7号")
    with pytest.raises(Doubtful, match="目标值60000亿元与现行目标值6亿元相差100倍以上"):
        set_goal(session, SYSTEM_ACTOR, "A1", given | {"baseline": "32000", "target": "60000"}, "示例函〔2026〕7号")


def test_a_workbook_without_goals_says_what_is_expected(load: Load) -> None:
    with pytest.raises(Refused, match="表头应含指标、基期值、目标值"):
        load(("任务", "责任单位"), ("招商", "管委会"))
    with pytest.raises(Refused, match="没有建设目标"):
        load(HEADER)


@pytest.mark.parametrize("data", [b"", b"not a workbook", workbook(HEADER, FIRMS)[:500]])
def test_a_file_that_is_no_workbook_is_refused_in_chinese(
    session: Session, platform: Platform, park: Park, data: bytes
) -> None:
    with pytest.raises(Refused, match=r"建设目标\.xlsx"):
        import_goals(session, platform.storage, SYSTEM_ACTOR, "A1", "建设目标.xlsx", data, None)


def test_a_district_sets_no_goals(park: Park, load: Load) -> None:
    with pytest.raises(AccessDenied):
        load(HEADER, FIRMS, actor=Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id}))))


def test_a_park_out_of_scope_is_unknown(park: Park, load: Load) -> None:
    with pytest.raises(Unknown):
        load(HEADER, FIRMS, actor=Actor("committee", Role.COMMITTEE, Scope()))


def test_a_new_entry_of_the_catalogue_may_be_given_a_goal_without_more_ado(
    session: Session, park: Park, load: Load
) -> None:
    """The workbook lists the catalogue, and whatever it lists is read back and put in force."""
    _name, data = template(session, SYSTEM_ACTOR, "A1")
    rows = load_workbook(BytesIO(data)).active.iter_rows(min_row=4, max_col=2, values_only=True)
    own = [indicator for indicator in CATALOGUE if not indicator.ratio_of]
    assert list(rows) == [(indicator.label, indicator.unit) for indicator in own]
    load(HEADER, *((indicator.label, 1, 2) for indicator in own))
    assert [goal.key for goal in facts.goals(session, park.id, date.max)] == [indicator.key for indicator in own]
