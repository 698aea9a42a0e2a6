"""The dossier: accepted data only, every figure with its source, as known on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, ObligationAct, Park
from db.session import Database
from policy.acceptance import Readiness
from policy.access import FULL_SCOPE, NO_SCOPE, Scope
from policy.refusal import Unknown
from policy.terms import HalfYear, Light, ObligationKind, Stage
from policy.version_no import VersionNo
from services import obligations
from services.assessments import dossier
from services.documents import self_assessment
from services.dossiers import Dossier
from tests.factories import MADE_AT, accept, make_file, make_park, make_reading, make_submission, make_unit, send_back
from tests.services.reported_park import (
    add_row,
    make_reported_park,
    record_operator_change,
    record_steps,
    report,
)

AFTER = date(2026, 11, 1)
H1, H2, NEXT_H1 = HalfYear(2025, 1), HalfYear(2025, 2), HalfYear(2026, 1)


def told(database: Database, park: Park, as_of: date = AFTER, scope: Scope = FULL_SCOPE) -> Dossier:
    with database.read() as session:
        return dossier(session, scope, park.code, as_of)


@pytest.fixture
def park(database: Database) -> Park:
    with database.write() as session:
        return make_reported_park(session)


def test_a_figure_carries_file_sheet_cell_raw_text_period_and_version(database: Database, park: Park) -> None:
    figure = told(database, park).figure("revenue_cyber", H2)
    assert figure is not None
    assert figure.value == Decimal("10.9")
    source = figure.source
    assert (source.file, source.sheet, source.cell) == ("半年报-示例甲园-2025H2.xlsx", "半年报", "C8")
    told_by = (source.raw, source.value, source.period, source.version)
    assert told_by == ("10.9", "10.9亿元", "2025年1—12月", VersionNo(1))


def test_levels_are_of_the_end_of_a_month(database: Database, park: Park) -> None:
    figure = told(database, park).newest_figure("firms_cyber")
    assert figure is not None
    assert figure.source.period == "2026年6月末"


def test_sums_over_rows_name_the_span_they_come_from(database: Database, park: Park) -> None:
    figure = told(database, park).figure("rnd_investment", H1)
    assert figure is not None
    assert (figure.value, figure.source.sheet, figure.source.cell) == (Decimal(126 * 36), "企业名录", "J4—J39")


def test_only_what_was_accepted_by_the_day_is_known(database: Database, park: Park) -> None:
    assert told(database, park, date(2026, 1, 21)).periods == (H1,)
    assert told(database, park, date(2026, 1, 22)).periods == (H1, H2)


def test_a_version_waiting_for_its_review_changes_nothing(database: Database, park: Park) -> None:
    with database.write() as session:
        merged = session.merge(park, load=True)
        newer = make_submission(session, merged, "2026H1", figures={"firms_cyber": "999"}, received_on=date(2026, 9, 1))
        add_row(newer, "roster", 1, {"name": "未审核企业"})
    known = told(database, park)
    assert {figure.value for figure in known.figures if figure.key == "firms_cyber"} == {48, 53, 57}
    assert known.newest is not None
    assert all(row.cells["name"] != "未审核企业" for row in known.newest.tables["roster"])


def test_a_returned_version_changes_nothing(database: Database, park: Park) -> None:
    with database.write() as session:
        merged = session.merge(park, load=True)
        newer = make_submission(session, merged, "2026H1", figures={"firms_cyber": "999"}, received_on=date(2026, 9, 1))
        send_back(session, newer)
    figure = told(database, park).newest_figure("firms_cyber")
    assert figure is not None
    assert figure.value == 57


def test_a_newer_accepted_version_replaces_the_figures_and_names_itself(database: Database, park: Park) -> None:
    with database.write() as session:
        merged = session.merge(park, load=True)
        newer = make_submission(session, merged, "2026H1", figures={"firms_cyber": "58"}, received_on=date(2026, 9, 1))
        accept(session, newer)
    figure = told(database, park).newest_figure("firms_cyber")
    assert figure is not None
    assert (figure.value, figure.source.version) == (58, VersionNo(2))


def test_a_cell_at_confirm_is_never_shown(database: Database) -> None:
    """Acceptance refuses such a version; should one get through, its doubtful cells still stay out."""
    with database.write() as session:
        park = make_park(session)
        doubtful = make_submission(session, park, "2025H1", figures={"firms_total": "230"})
        doubtful.readings.append(make_reading("firms_cyber", "777", status="confirm"))
        add_row(doubtful, "tasks", 1, {"name": "建立工作机制", "unit": "区政府"})
        add_row(doubtful, "tasks", 2, {"name": "约定事项", "done_share": "77"}, status="confirm")
        accept(session, doubtful)
    known = told(database, park)
    assert [figure.key for figure in known.figures] == ["firms_total"]
    assert known.newest is not None
    assert [row.cells.get("name") for row in known.newest.tables["tasks"]] == ["建立工作机制"]


def test_goals_stand_against_the_newest_comparable_figure(database: Database, park: Park) -> None:
    results = {entry.goal.key: entry for entry in told(database, park).goals}
    firms, revenue = results["firms_cyber"], results["revenue_cyber"]
    assert firms.figure is not None
    assert (firms.figure.period, firms.completion, firms.incremental) == (NEXT_H1, Decimal("0.95"), Decimal("0.85"))
    # June revenue alone says nothing about a yearly goal: 6.35 + 10.9 - 5.2 of the twelve months do.
    assert (revenue.value, revenue.period) == (Decimal("12.05"), "近12个月（截至2026年6月末）累计")
    assert [figure.period for figure in revenue.basis] == [NEXT_H1, H2, H1]
    assert revenue.incremental == (Decimal("12.05") - Decimal("7.2")) / (12 - Decimal("7.2"))
    assert (firms.source.file, firms.source.sheet, firms.source.cell) == ("建设目标.xlsx", "建设目标", "B3")


def test_a_half_year_total_gets_no_completion(database: Database, park: Park) -> None:
    results = {entry.goal.key: entry for entry in told(database, park, date(2025, 8, 1)).goals}
    revenue = results["revenue_cyber"]
    assert revenue.figure is not None
    assert revenue.figure.value == Decimal("5.2")
    assert (revenue.completion, revenue.incremental, revenue.verdict) == (None, None, None)


def test_the_roster_in_sums_and_its_share_of_the_headline(database: Database, park: Park) -> None:
    newest = told(database, park).newest
    assert newest is not None
    assert newest.roster is not None
    security = sum(1400 + 3 * number for number in range(1, 37))
    assert (newest.roster.firms, newest.roster.totals["cyber"].value) == (36, security)
    assert newest.roster.coverage == Decimal(security) / Decimal(63500)


def test_personal_data_stays_behind(database: Database) -> None:
    with database.write() as session:
        park = make_park(session)
        submission = make_submission(session, park, "2025H1")
        firm = {"name": "示例安全有限公司", "contact": "示例甲 13900008215", "scope": "联系电话13900008216"}
        add_row(submission, "roster", 1, firm)
        accept(session, submission)
    newest = told(database, park).newest
    assert newest is not None
    (row,) = newest.tables["roster"]
    assert "contact" not in row.cells
    assert row.cells["scope"] == "联系电话139****8216"


def test_reports_and_letters_on_record(database: Database, park: Park) -> None:
    records = told(database, park).reports
    assert [(record.period, record.standing) for record in records] == [
        (H1, "已报，审核通过"),
        (H2, "已报，审核通过"),
        (NEXT_H1, "迟报，审核通过"),
    ]
    assert all(len(record.letters) == 1 for record in records)


def test_reports_not_in_yet(database: Database) -> None:
    with database.write() as session:
        park = make_park(session)
        report(session, park, "2025H1")
        make_submission(session, park, "2025H2", received_on=date(2026, 1, 20), file=make_file(session))
    standings = [record.standing for record in told(database, park, date(2026, 2, 1)).reports]
    assert standings == ["已报，审核通过", "逾期未报（数据已报、函未到）", "未到期"]


def test_problems_are_lagging_figures_and_overdue_reports(database: Database, park: Park) -> None:
    (problem,) = told(database, park).problems
    assert (problem.label, problem.light) == ("网络安全产业从业人员进度滞后", Light.RED)
    assert [source.subject for source in problem.sources] == ["网络安全产业从业人员建设目标", "网络安全产业从业人员"]
    with database.write() as session:
        bare = make_park(session)
    assert [entry.label for entry in told(database, bare, date(2025, 8, 1)).problems] == [
        "2025年上半年园区发展情况逾期未报"
    ]


def test_steps_in_force_changes_and_conditions(database: Database, park: Park) -> None:
    with database.write() as session:
        merged = session.merge(park, load=True)
        record_operator_change(session, merged)
        record_steps(session, merged, self_assessment=date(2026, 10, 15), department_review=date(2026, 11, 5))
    known = told(database, park)
    assert [step.kind.value for step in known.steps] == ["self-assessment"]
    assert known.park.stage is Stage.SELF_ASSESSED
    assert [change.new for change in known.changes] == [park.operator]
    ready = {condition.key: condition.readiness for condition in known.conditions}
    assert ready["reports_accepted"] is Readiness.MET
    assert ready["self-assessment"] is Readiness.MET
    assert ready["department-review"] is Readiness.UNMET


def test_a_functional_zone_has_no_government_of_its_own(database: Database) -> None:
    with database.write() as session:
        zone = make_park(session, district=make_unit(session, "示例经开区", kind="functional_zone"))
        district = make_park(session, district=make_unit(session, "示例乙区"))
    assert told(database, zone).register.government == "示例经开区管理委员会"
    assert told(database, district).register.government == "示例乙区人民政府"


def test_outside_the_scope_is_unknown(database: Database, park: Park) -> None:
    with pytest.raises(Unknown):
        told(database, park, scope=NO_SCOPE)


def act_about(session: Session, park: Park, kind: str, period: str, act: str, number: str, **columns: object) -> None:
    owed = session.scalars(
        select(Obligation).where(Obligation.park_id == park.id, Obligation.kind == kind, Obligation.period == period)
    ).one()
    session.add(
        ObligationAct(
            obligation_id=owed.id, kind=act, number=number, dated=date(2025, 7, 20), recorded_at=MADE_AT,
            recorded_by="committee", **columns,
        )
    )  # fmt: skip


def test_what_was_put_off_waived_or_answered_by_a_nil_return_names_its_document(database: Database) -> None:
    with database.write() as session:
        park = make_park(session, code="jia", obligations=False)
        obligations.generate(session, park)
        act_about(session, park, "half_year_report", "2025H1", "nil_return", "示例府函〔2025〕3号")
        act_about(session, park, "half_year_report", "2025H2", "waiver", "示例经信函〔2025〕9号")
        act_about(session, park, "half_year_report", "2026H1", "extension", "示例经信函〔2025〕10号", due_on=AFTER)
        act_about(session, park, "work_group", "", "discharge", "示例府发〔2025〕1号")
    known = told(database, park)
    assert [record.standing for record in known.reports] == [
        "零报告（示例府函〔2025〕3号）", "免报（示例经信函〔2025〕9号）", "未报，延期报送（示例经信函〔2025〕10号）",
    ]  # fmt: skip
    assert [record.owed.holding is None for record in known.reports] == [True, True, False]
    assert known.problems == ()
    assert [act.number for act in known.discharged[ObligationKind.WORK_GROUP]] == ["示例府发〔2025〕1号"]
    words = str(self_assessment.build(known))
    assert "应报园区发展情况2期（另免报1期）" in words
    assert "已报1期（迟报0期，零报告1期）" in words
    assert "示例府发〔2025〕1号（2025年7月20日）" in words
