"""Who writes which paper, what each prints of it, and what is told beside it while it is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.models import Park
from db.session import Database
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.outlines import OUTLINES
from policy.terms import HalfYear
from services import dossier_texts
from services.documents.catalogue import compose
from services.documents.content import Document, Heading, Paragraph, Ref, Table
from services.writing_desk import desk
from tests import factories
from tests.services.reported_park import make_reported_park, record_steps
from tests.services.writing_room import (
    ASSESSMENT,
    FIRMS,
    LETTER,
    REVIEW,
    TODAY,
    department_of,
    look,
    operator_of,
    save,
)


@pytest.fixture(autouse=True)
def _today(set_now: Any) -> None:
    set_now(TODAY)


@pytest.fixture(scope="module")
def reported(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the park in it, made once."""
    path = tmp_path_factory.mktemp("papers") / "parkwatch.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        make_reported_park(session, firms=1)
    database.engine.dispose()
    return path


@pytest.fixture
def database(reported: Path, tmp_path: Path) -> Iterator[Database]:
    copy = tmp_path / "parkwatch.db"
    copy.write_bytes(reported.read_bytes())
    database = Database(f"sqlite:///{copy}")
    yield database
    database.engine.dispose()


@pytest.fixture
def park(database: Database) -> Park:
    with database.read() as session:
        return session.get_one(Park, 1)


@pytest.fixture
def operator(park: Park) -> Actor:
    return operator_of(park.id)


@pytest.fixture
def district(park: Park) -> Actor:
    return department_of(park.district_id)


def printed(database: Database, document: str, **asked: Any) -> Document:
    with database.read() as session:
        return compose(session, SYSTEM_ACTOR, document, "jia", TODAY, **asked)


def words(document: Document) -> str:
    """The body with marks as [n], a line a block."""
    blocks = [block for block in document.blocks if isinstance(block, Heading | Paragraph)]
    parts = [(block.text,) if isinstance(block, Heading) else block.text for block in blocks]
    return "\n".join("".join(f"[{one.number}]" if isinstance(one, Ref) else str(one) for one in text) for text in parts)


def below(said: str, heading: str) -> str:
    lines = said.splitlines()
    return lines[lines.index(heading) + 1]


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.DISTRICT, Role.EXPERT])
def test_only_the_operator_writes_the_self_assessment(database: Database, park: Park, role: Role) -> None:
    actor = Actor("other", role, Scope(everything=True))
    with pytest.raises(AccessDenied):
        save(database, actor, "代写")


def test_only_the_district_writes_its_papers(database: Database, operator: Actor, district: Actor) -> None:
    for document, section, period in ((REVIEW, "conclusion", ""), (LETTER, "plans", "2026H1")):
        with pytest.raises(AccessDenied):
            save(database, operator, "代写", document=document, section=section, period=period)
        assert save(database, district, "同意", document=document, section=section, period=period) == 1


def test_the_report_prints_the_texts_with_their_figures_and_sources(database: Database, operator: Actor) -> None:
    save(database, operator, f"集聚网络安全企业{FIRMS}。\n\n目标【网络安全企业数量｜目标值】。")
    save(database, operator, "总体达到建设目标。", section="conclusion")
    save(database, operator, "加快引进人才，2026年12月底前完成。", section="problem.staff_cyber")
    save(database, operator, "无", section="other_problems")
    document = printed(database, ASSESSMENT)
    said = words(document)
    assert "五、特色做法\n集聚网络安全企业57家[" in said
    assert "\n目标60家[" in said
    assert "自评结论：总体达到建设目标。" in said
    assert "。整改措施：加快引进人才，2026年12月底前完成。\n" in said
    assert "其他问题及整改措施：无" in said
    assert document.marks == ("代拟稿",)
    index = [row for block in document.annexes[-1].blocks if isinstance(block, Table) for row in block.rows]
    assert any("网络安全企业数量" in row[1] and "57家" in row[3] for row in index)


def test_a_reference_without_a_figure_keeps_the_paper_a_draft(database: Database, operator: Actor) -> None:
    save(database, operator, "企业【网络安全企业数量｜2026年下半年】，【网络安全企业总量｜2026年上半年】。")
    document = printed(database, ASSESSMENT)
    assert "企业（待核对：网络安全企业数量｜2026年下半年），（待核对：网络安全企业总量｜2026年上半年）。" in words(
        document
    )
    assert document.marks == ("代拟稿", "草稿")
    assert document.lacking == tuple(
        f"“五、特色做法”引用的{one}没有对应的数据"
        for one in ("【网络安全企业数量｜2026年下半年】", "【网络安全企业总量｜2026年上半年】")
    )


def test_the_review_is_a_paper_of_its_own(database: Database, park: Park, district: Actor) -> None:
    with database.write() as session:
        record_steps(session, session.merge(park), self_assessment=date(2026, 10, 15))
    for section in OUTLINES[REVIEW].sections:
        save(database, district, f"{section.key}的意见，企业{FIRMS}。", document=REVIEW, section=section.key)
    document = printed(database, REVIEW)
    said = words(document)
    assert document.name == "关于国家网络安全产业园区（示例甲园）建设自评报告的审核意见"
    assert [block.text for block in document.blocks if isinstance(block, Heading)] == [
        "一、审核情况", "二、建设目标完成情况", "三、重点任务和政策保障", "四、存在问题及整改要求", "五、审核结论",
    ]  # fmt: skip
    assert "2026年10月15日报来的《国家网络安全产业园区（示例甲园）建设自评报告》" in said
    assert "建设周期内应报园区发展情况3期，已届满3期，已报3期，其中迟报1期。" in said
    assert said.count("企业57家[") == len(OUTLINES[REVIEW].sections)
    assert document.marks == ("代拟稿",)
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert len(table.rows) == 4
    assert printed(database, "acceptance-letter").marks == ("代拟稿", "草稿")


def test_a_review_before_its_report_is_a_draft(database: Database, park: Park) -> None:
    assert printed(database, REVIEW).lacking == ("自评报告尚未登记",)


def test_short_conclusions_stand_in_the_letter_of_application(
    database: Database, park: Park, operator: Actor, district: Actor
) -> None:
    save(database, operator, "达到建设目标。", section="conclusion")
    save(database, district, f"同意自评结论，企业{FIRMS}，具备验收条件。", document=REVIEW, section="conclusion")
    with database.write() as session:
        steps = {"self_assessment": date(2026, 10, 15), "department_review": date(2026, 10, 20)}
        record_steps(session, session.merge(park), **steps)
    said = words(printed(database, "acceptance-letter"))
    assert "自评结论：达到建设目标；" in said
    assert "审核结论：同意自评结论，企业57家[" in said


def test_the_letter_prints_the_districts_words_beside_its_figures(
    database: Database, park: Park, district: Actor
) -> None:
    texts = {
        "investment": "签约项目3个。\n在谈项目5个。", "firms": "无", "problems": f"企业{FIRMS}，人才不足。",
        "plans": "加快招商。",
    }  # fmt: skip
    for section, text in texts.items():
        save(database, district, text, document=LETTER, section=section, period="2026H1")
    said = words(printed(database, LETTER))
    assert "（一）招商引资\n签约项目3个。\n在谈项目5个。\n" in said
    assert below(said, "（四）企业培育").endswith("同比增长100.0%。")
    assert "人才不足。" in said
    assert "企业57家，" in said
    assert said.rstrip().endswith("特此函达。")
    assert "加快招商。" in said
    other = words(printed(database, LETTER, period=HalfYear.parse("2025H2")))
    assert "签约项目" not in other


def test_each_problem_of_the_park_has_a_section_of_its_own(database: Database, operator: Actor) -> None:
    found = look(database, operator)
    keys = [one.section.key for one in found.sheets]
    measures = [key for key in keys if key.startswith("problem.")]
    assert "problem.staff_cyber" in measures
    assert keys.index(measures[-1]) < keys.index("other_problems")
    save(database, operator, "已补齐。", section="problem.2025H1")
    assert [one.section.key for one in look(database, operator).left_over] == ["problem.2025H1"]


def test_differences_stand_beside_the_section_they_are_in(database: Database, operator: Actor) -> None:
    save(database, operator, "截至6月末，网络安全企业75家，网络安全产业收入6.35亿元。")
    found = look(database, operator)
    (difference,) = found.base.differences("截至6月末，网络安全企业75家，网络安全产业收入6.35亿元。")
    assert (difference.key, difference.paragraph) == ("firms_cyber", 1)
    assert "57家" in difference.told


def test_a_letter_is_held_against_what_was_reported_for_its_half_year(
    database: Database, park: Park, district: Actor
) -> None:
    with database.write() as session:
        factories.make_submission(
            session, session.merge(park), "2026H2", figures={"firms_cyber": "61"}, received_on=date(2026, 10, 30),
        )  # fmt: skip
    base = look(database, district, LETTER, "2026H2").base
    assert [one.said for one in base.differences("网络安全企业57家。")] == [57]
    assert base.differences("网络安全企业61家，上半年57家。") == ()
    assert base.unfounded("【网络安全企业数量｜2026年下半年】") == ()
    earlier = look(database, district, LETTER, "2025H2").base
    assert [one.said for one in earlier.differences("网络安全企业57家。")] == [57]


def test_a_park_without_any_figure_can_be_written_about(database: Database, park: Park) -> None:
    with database.write() as session:
        bare = factories.make_park(session, code="bare")
    actor = Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({bare.id})))
    with database.write() as session:
        dossier_texts.save(session, actor, "bare", ASSESSMENT, "practice", "网络安全企业5家。", 0)
        found = desk(session, actor, "bare", ASSESSMENT, "", TODAY)
    assert found.base.quotable == {}
    assert found.base.differences("网络安全企业5家。") == ()


def test_a_duty_no_task_speaks_of_is_told_in_words(database: Database, operator: Actor) -> None:
    keys = [one.section.key for one in look(database, operator).sheets]
    assert [key for key in keys if key.startswith("duty.")] == [
        "duty.work_group", "duty.industry_plan", "duty.annual_plan",
    ]  # fmt: skip
    save(database, operator, "规划已印发，企业【网络安全企业数量｜2026年上半年】。", section="duty.industry_plan")
    (table,) = [
        one for one in printed(database, ASSESSMENT).blocks if isinstance(one, Table) and "任务落实" in one.caption
    ]
    told = {str(row[0][0]): "".join(part for part in row[1] if isinstance(part, str)) for row in table.rows}
    assert told["制定产业发展规划"] == "规划已印发，企业57家"
    assert told["成立推进工作小组"] == "（待填写）"
    assert told["建立健全工作机制"] == "建立工作机制：已完成"


def test_who_writes_a_letter_sees_what_the_data_put_there(database: Database, district: Actor) -> None:
    told = {one.section.key: one.drafted for one in look(database, district, LETTER, "2026H1").sheets}
    assert told["firms"].startswith("网络安全企业数量57家，同比增长18.8%；")
    assert told["plans"] == "继续推进出台专项支持政策。"
    assert told["investment"] == ""
