"""Indicator systems in the database: versions, scores from accepted data alone, marks, scores kept for a review."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from sqlalchemy import func, select

from db.models import AuditEntry, EvaluationFreeze, EvaluationMark, EvaluationSystem, Park
from db.queries.evaluations import freezes, mark_history, system, system_of, systems
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.acts import Act
from policy.evaluation.reading import NotASystem
from policy.evaluation.sheet import Sheet, sheet
from policy.refusal import Missing, Refused, Unknown
from services import evaluations
from services.evaluations import Given
from services.platform import Platform
from tests.factories import accept, make_goal, make_park, make_submission
from tests.policy.evaluation.systems import BONUS, DEMONSTRATION, HEAD, VETO, item
from tests.policy.evaluation.systems import system as text_of

TODAY = date(2026, 3, 2)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
TEXT = text_of(
    item("firms", "60", '{ kind = "linear", target = 80 }', 'input = { indicator = "firms_cyber" }'),
    item("staff", "20", '{ kind = "share", of = "best", at_least = 2 }', 'input = { indicator = "staff_cyber" }'),
    item("panel", "20", '{ kind = "experts", trim = 1 }', 'input = { marks = "落实情况" }', missing="reweight"),
    rest=BONUS + VETO,
)


@pytest.fixture(autouse=True)
def _today(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(database: Database) -> Park:
    """44 of 80 firms and 0.4 of at best 0.8 staff accepted; a later version of 60 firms waits."""
    with database.write() as session:
        park, other = make_park(session, "示例甲园", code="JIA"), make_park(session, "示例乙园", code="YI")
        make_goal(session, park, "firms_cyber", "30", "80")
        own = make_submission(session, park, figures={"firms_cyber": "44", "staff_cyber": "0.4"})
        accept(session, own, date(2025, 8, 1))
        accept(session, make_submission(session, other, figures={"staff_cyber": "0.8"}), date(2025, 8, 4))
        make_submission(session, park, "2025H2", figures={"firms_cyber": "60"}, received_on=date(2026, 1, 20))
    return park


def entered(platform: Platform, text: str = TEXT) -> int:
    with platform.database.write() as session:
        return evaluations.import_system(session, platform.storage, COMMITTEE, "体系.toml", text.encode()).system_id


def shown(platform: Platform, as_of: date = TODAY) -> Sheet:
    with platform.database.read() as session:
        found = evaluations.score(session, SYSTEM_ACTOR, "JIA", as_of)
        assert found is not None
        return sheet(found)


def points(found: Sheet) -> dict[str, str]:
    return {row.id: row.points for row in found.rows}


def give(platform: Platform, number: int, *given: Given) -> None:
    with platform.database.write() as session:
        for one in given:
            evaluations.mark(session, COMMITTEE, "JIA", number, one)


def test_an_import_is_kept_to_the_letter_and_audited(platform: Platform) -> None:
    number = entered(platform, DEMONSTRATION.read_text(encoding="utf-8"))
    with platform.database.read() as session:
        found = system(session, number)
        assert found is not None
        assert found.text.encode() == DEMONSTRATION.read_bytes()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.EVALUATION_IMPORT)).one()
        assert platform.storage.get(entry.new["sha256"]) == DEMONSTRATION.read_bytes()
    # and may come in again as it was exported
    assert entered(platform, found.text) == number


def test_the_same_system_again_changes_nothing_and_another_of_its_name_is_refused(platform: Platform) -> None:
    number = entered(platform)
    assert entered(platform, TEXT + "# 只加了说明\n") == number
    with pytest.raises(Refused, match=r"“示例体系”1版已于2026年3月2日导入，内容与本文件不同.*改为新的版本号"):
        entered(platform, TEXT.replace("target = 80", "target = 90"))
    with platform.database.read() as session:
        assert session.scalar(select(func.count(EvaluationSystem.id))) == 1
        assert session.scalar(select(func.count()).where(AuditEntry.action == Act.EVALUATION_IMPORT)) == 1


def test_what_is_wrong_leaves_nothing_behind(platform: Platform) -> None:
    with pytest.raises(
        NotASystem, match=r"第\d+行 二级指标“成效”：三级指标权重合计为99，与本二级指标的权重不符，应为100"
    ):
        entered(platform, TEXT.replace("weight = 60", "weight = 59"))
    with pytest.raises(Refused, match="另存为UTF-8"), platform.database.write() as session:
        evaluations.import_system(session, platform.storage, COMMITTEE, "体系.toml", "名称".encode("gb18030"))
    with platform.database.read() as session:
        assert systems(session) == ()
    assert platform.storage.names() == []


def test_an_issued_system_counts_before_one_that_is_not(platform: Platform) -> None:
    issued = HEAD.replace('version = "1"', 'version = "2"\ndocument = "示例〔2026〕1号"')
    since = "effective_from = 2025-06-01\neffective_to = 2026-01-31"
    entered(platform)
    entered(platform, TEXT.replace(HEAD, issued.replace("effective_from = 2025-01-01", since)))
    versions = {}
    with platform.database.read() as session:
        for day in ("2024-12-31", "2025-01-01", "2025-06-01", "2026-01-31", "2026-02-01"):
            row = system_of(session, date.fromisoformat(day))
            versions[day] = row and (row.system.version, row.system.trial)
    assert versions == {
        "2024-12-31": None, "2025-01-01": ("1", True), "2025-06-01": ("2", False), "2026-01-31": ("2", False),
        "2026-02-01": ("1", True),
    }  # fmt: skip


def test_a_score_rests_on_accepted_data_of_the_day(platform: Platform, park: Park) -> None:
    entered(platform)
    found = shown(platform)
    # 60 × 44 ÷ 80 = 33; 20 × 0.4 ÷ 0.8 = 10; the panel is left out: (33 + 10) ÷ 80 × 100 = 53.75
    assert points(found) == {"firms": "33", "staff": "10", "panel": "", "extra": "0", "false_data": "0"}
    assert (found.total_told, found.grade, found.mark) == ("53.75", "不达标", "试算")
    early = shown(platform, date(2025, 7, 31))
    assert [row.why for row in early.rows[:2]] == [
        "尚无审核通过的网络安全企业数量（最近一期末）数据", "尚无审核通过的网络安全产业从业人员（最近一期末）数据",
    ]  # fmt: skip
    # the other park's figure was accepted three days later
    assert shown(platform, date(2025, 8, 1)).rows[1].why == "同期有数据的园区1个，不足2个，不作比较"


def test_without_a_system_there_is_no_score_and_a_foreign_park_is_unknown(platform: Platform, park: Park) -> None:
    with platform.database.read() as session:
        assert evaluations.score(session, SYSTEM_ACTOR, "JIA", TODAY) is None
        with pytest.raises(Unknown):
            evaluations.score(session, Actor("operator", Role.OPERATOR, Scope()), "JIA", TODAY)


def test_marks_count_by_their_giver_and_their_day(platform: Platform, park: Park) -> None:
    number = entered(platform)
    first = date(2026, 2, 1)
    give(platform, number, *(Given("panel", value, "评分表", f"专家{place}", first)
                             for place, value in enumerate(("60", "80", "100"), start=1)))  # fmt: skip
    assert points(shown(platform))["panel"] == "16"  # 60 and 100 are left out; 20 × 80 ÷ 100
    give(platform, number, Given("panel", "90", "复核", "专家2"), Given("extra", "3", "活动通知"))
    assert points(shown(platform))["panel"] == "18"
    assert points(shown(platform))["extra"] == "3/2"
    assert points(shown(platform, first))["panel"] == "16"
    give(platform, number, Given("panel", "", "回避", "专家3"))
    assert shown(platform).rows[2].why == "已有2名专家评分，至少应有3名"
    with platform.database.read() as session:
        assert len(mark_history(session, park.id, number)) == 6
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.old["value"], entry.new["value"], entry.new["giver"]) == ("100", None, "专家3")


def test_a_veto_is_found_and_may_be_taken_back(platform: Platform, park: Park) -> None:
    number = entered(platform)
    give(platform, number, Given("false_data", "1", "核查通报"))
    assert shown(platform).vetoed == ("弄虚作假",)
    give(platform, number, Given("false_data", "0", "复核认定不成立"))
    assert shown(platform).vetoed == ()


OUT_OF_ORDER = [
    (Given("panel", "80", "", "专家1"), Missing, "须写明依据"),
    (Given("panel", "80", "评分表"), Missing, "请写明专家代号"),
    (Given("panel", "101", "评分表", "专家1"), Refused, "满分100分，收到101"),
    (Given("panel", "-1", "评分表", "专家1"), Refused, "不小于0"),
    (Given("panel", "八十", "评分表", "专家1"), Refused, "应为数字，收到“八十”"),
    (Given("panel", "1e9", "评分表", "专家1"), Refused, "不小于0"),
    (Given("panel", "NaN", "评分表", "专家1"), Refused, "不小于0"),
    (Given("panel", "", "评分表", "专家1"), Refused, "没有可撤回的评定"),
    (Given("panel", "80", "评分表", "专家1", date(2026, 3, 3)), Refused, "和今天（2026年3月2日）之间"),
    (Given("panel", "80", "评分表", "专家1", date(2024, 10, 9)), Refused, "批复同意建设之日"),
    (Given("false_data", "2", "通报"), Refused, "是填1、否填0"),
    (Given("false_data", "1", "通报", "专家1"), Refused, "不填专家代号"),
    (Given("firms", "60", "核查"), Refused, "自动计分，不用人工评定"),
    (Given("none", "60", "核查"), Refused, "没有“none”这个指标"),
    (Given("extra", "1", "x\0"), Refused, "不可见字符"),
]


def test_a_mark_out_of_order_is_refused(platform: Platform, park: Park) -> None:
    number = entered(platform)
    for given, kind, said in OUT_OF_ORDER:
        with pytest.raises(kind, match=said):
            give(platform, number, given)
    with platform.database.read() as session:
        assert session.scalar(select(func.count(EvaluationMark.id))) == 0


def test_of_what_is_counted_there_is_no_half(platform: Platform, park: Park) -> None:
    number = entered(platform, TEXT.replace('marks = "多少场"', 'marks = "多少场", unit = "场"'))
    with pytest.raises(Refused, match="“国家级活动”按场计，应为整数"):
        give(platform, number, Given("extra", "3.5", "活动通知"))


def test_a_score_kept_stays_as_it_was(platform: Platform, park: Park) -> None:
    number = entered(platform)
    with platform.database.write() as session:
        evaluations.freeze(session, COMMITTEE, "JIA", "专家评审验收")
    before = shown(platform)
    give(platform, number, Given("false_data", "1", "核查通报"), Given("extra", "4", "活动通知"))
    entered(platform, TEXT.replace('version = "1"', 'version = "2"').replace("target = 80", "target = 44"))
    assert shown(platform).total != before.total
    with platform.database.read() as session:
        kept = freezes(session, park.id)[0]
        row = session.scalars(select(EvaluationFreeze)).one()
    assert kept.sheet == before
    assert (kept.version, kept.purpose, kept.frozen_on, kept.sheet.mark) == ("1", "专家评审验收", TODAY, "试算")
    assert row.total == Decimal("53.75")
    assert Fraction(kept.sheet.total) == Fraction("53.75")


def test_nothing_is_kept_without_a_purpose_or_a_system(platform: Platform, park: Park) -> None:
    with pytest.raises(Missing, match="须写明用途"), platform.database.write() as session:
        evaluations.freeze(session, COMMITTEE, "JIA", " ")
    with pytest.raises(Refused, match="没有生效的评估指标体系"), platform.database.write() as session:
        evaluations.freeze(session, COMMITTEE, "JIA", "验收")


def test_only_the_committee_manages(platform: Platform, park: Park) -> None:
    number = entered(platform)
    for role in (Role.DISTRICT, Role.OPERATOR, Role.EXPERT, Role.ADMIN):
        actor = Actor("x", role, FULL_SCOPE)
        acts = (
            partial(evaluations.import_system, storage=platform.storage, actor=actor, name="x", data=TEXT.encode()),
            partial(evaluations.mark, actor=actor, park_code="JIA", system_id=number, given=Given("extra", "1", "x")),
            partial(evaluations.freeze, actor=actor, park_code="JIA", purpose="x"),
            partial(evaluations.check, actor=actor, text=TEXT),
        )
        for act in acts:
            with pytest.raises(AccessDenied), platform.database.write() as session:
                act(session)
