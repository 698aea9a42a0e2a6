"""Two versions of one paper: what changed is told, what stayed is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from db.models import Park, Submission
from db.queries.diffs import Difference, difference
from policy.access import SYSTEM_ACTOR, Actor, Role, Scope
from policy.terms import FigureKind, Status
from services import explanations
from services.platform import Platform
from services.submissions import ingest
from tests.factories import make_park
from tests.papers import firm, report

FIRMS = [firm(number) for number in range(1, 26)]
WHY = "二期厂房按实测面积填报，规划面积尚未调整"
BETTER = "二期厂房6月验收，面积以测绘报告为准"


@pytest.fixture
def park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    set_now(date(2025, 8, 20))
    with platform.database.write() as session:
        return make_park(session, "示例甲园")


def sent(platform: Platform, park: Park, *, explained: str = "", period: str = "2025H1", **paper: Any) -> int:
    data = report(park.title, period, **paper)
    done = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, received_on=date(2025, 7, 20), submit=False)
    assert done.submission_id is not None
    with platform.database.write() as session:
        row = session.get_one(Submission, done.submission_id)
        for finding in explanations.unexplained(session, row) if explained else ():
            explanations.explain(session, SYSTEM_ACTOR, row.id, finding.id, explained)
    return done.submission_id


def compared(platform: Platform, one: int, other: int, actor: Actor = SYSTEM_ACTOR) -> Difference | None:
    with platform.database.read() as session:
        return difference(session, actor, one, other)


def test_figures_rows_findings_and_explanations(platform: Platform, park: Park) -> None:
    figures = {"staff_cyber": "约0.45", "area_built": 51}
    old = sent(platform, park, figures=figures, explained=WHY)
    changed = [firm(1, revenue=990), *FIRMS[2:], firm(99, name="示例新设有限公司")]
    new = sent(platform, park, figures={"staff_cyber": 0.46, "area_built": 51, "area_operating": 60}, firms=changed)
    found = compared(platform, new, old)
    assert found is not None
    assert (found.old.id, found.new.id, found.is_empty) == (old, new, False)
    told = {change.cell.key: change for change in found.figures}
    assert told.keys() == {"staff_cyber", "area_operating"}
    staff, area = told["staff_cyber"], told["area_operating"]
    assert staff.old is not None
    assert staff.new is not None
    assert (staff.old.raw, staff.old.status, staff.new.raw, staff.new.status) == (
        "约0.45", Status.CONFIRM, "0.46", Status.OK,
    )  # fmt: skip
    assert (staff.difference, area.difference) == (Decimal("0.01"), Decimal("38"))
    assert area.share == Decimal(38) / 22
    assert len(found.figures) + found.figures_same == len({(c.key, c.column) for c in found.new.cells if not c.row})
    roster = found.tables[0]
    rows = {row.name: (row.old_row, row.new_row, [change.cell.key for change in row.cells]) for row in roster.changed}
    assert rows["示例安全1有限公司"] == (1, 1, ["revenue"])
    assert rows["示例安全2有限公司"][:2] == (2, 0)
    assert rows["示例新设有限公司"][:2] == (0, 25)
    assert (roster.count(added=True), roster.count(removed=True), roster.count(), roster.same) == (1, 1, 1, 23)
    pairs = {(pair.new or pair.old).code: pair for pair in found.findings}  # type: ignore[union-attr]
    assert pairs["operating_exceeds_built"].old is None


def test_the_same_value_read_with_more_certainty_is_a_change(platform: Platform, park: Park) -> None:
    old = sent(platform, park, figures={"staff_cyber": "约0.45"})
    found = compared(platform, old, sent(platform, park, figures={"staff_cyber": 0.45}))
    assert found is not None
    assert [(change.cell.key, change.difference) for change in found.figures] == [("staff_cyber", 0)]


def test_an_explanation_written_anew_is_a_change_and_a_carried_one_is_none(platform: Platform, park: Park) -> None:
    old = sent(platform, park, figures={"area_built": 51}, explained=WHY)
    same = sent(platform, park, figures={"area_built": 51, "staff_total": 1.26})
    found = compared(platform, old, same)
    assert found is not None
    assert (found.findings, found.findings_same > 0) == ((), True)
    with platform.database.write() as session:
        finding = next(entry for entry in found.new.findings if entry.unexplained or entry.explanation)
        explanations.explain(session, SYSTEM_ACTOR, same, finding.id, BETTER)
    found = compared(platform, old, same)
    assert found is not None
    pair = found.findings[0]
    assert pair.old is not None
    assert pair.new is not None
    assert (pair.old.explanation.text, pair.new.explanation.text) == (WHY, BETTER)  # type: ignore[union-attr]


def test_a_moved_row_and_another_way_of_writing_a_name_are_no_change(platform: Platform, park: Park) -> None:
    old = sent(platform, park, firms=[firm(1, name="示例（集团）有限公司"), *FIRMS[1:]])
    new = sent(platform, park, firms=[*FIRMS[1:], firm(1, name="示例(集团)有限公司 ")])
    found = compared(platform, old, new)
    assert found is not None
    assert found.tables[0].changed == ()


def test_another_kind_of_the_same_figure_is_a_change(platform: Platform, park: Park) -> None:
    old = sent(platform, park)
    new = sent(platform, park, figures={"staff_total": 1.26})
    with platform.database.write() as session:
        session.get_one(Submission, new).figure_kind = FigureKind.FINAL
    found = compared(platform, old, new)
    assert found is not None
    assert found.figures_same == 0
    assert {(change.old_kind, change.new_kind) for change in found.figures} == {
        (FigureKind.PRELIMINARY, FigureKind.FINAL)
    }


def test_the_same_paper_twice_is_empty(platform: Platform, park: Park) -> None:
    old = sent(platform, park)
    found = compared(platform, old, old)
    assert found is not None
    assert found.is_empty


def test_other_papers_attempts_and_what_one_may_not_know_of_are_not_compared(platform: Platform, park: Park) -> None:
    own = sent(platform, park)
    later = sent(platform, park, period="2024H2")
    assert compared(platform, own, later) is None
    failed = ingest(platform, SYSTEM_ACTOR, "坏.xlsx", b"PK\x03\x04", submit=False).submission_id
    assert failed is not None
    assert compared(platform, own, failed) is None
    assert compared(platform, failed, failed) is None
    second = sent(platform, park, figures={"staff_total": 1.26})
    stranger = Actor("x", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 999})))
    assert compared(platform, own, second, stranger) is None
