"""办理记录 and the papers of a review: drawn, sent back, objected to and handed over, in the order of the days."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from db.models import (
    AcceptanceStep,
    Objection,
    Panel,
    PanelConclusion,
    PanelMember,
    PanelRecord,
    Park,
    Plaque,
    ScoreSheet,
    SiteVisit,
)
from db.queries.case_record import case_record
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, Scope
from services.archive.holdings import holdings
from services.claims import ledger
from tests import factories
from tests.factories import MADE_AT

RECORDED = {"recorded_at": MADE_AT, "recorded_by": "committee"}


def reviewed(session: Session) -> Park:
    """A park whose letter was once sent back, with a panel of which one stepped back, an objection and a plaque."""
    park = factories.make_park(session, "示例甲园", code="jia")
    for kind, day, number, more in (
        (
            "acceptance-letter",
            date(2026, 11, 2),
            "示例府函〔2026〕9号",
            {
                "returned_on": date(2026, 11, 5),
                "return_reason": "缺少附件",
                "returned_at": "receipt",
                "returned_by": "committee",
            },
        ),
        ("acceptance-letter", date(2026, 11, 9), "示例府函〔2026〕12号", {"on_behalf": True}),
        ("conclusion", date(2026, 12, 1), "", {"outcome": "passed"}),
    ):
        session.add(AcceptanceStep(park_id=park.id, kind=kind, dated=day, document_no=number, **RECORDED | more))
    publicity = AcceptanceStep(
        park_id=park.id, kind="publicity", dated=date(2026, 12, 2), until=date(2026, 12, 8), **RECORDED
    )
    session.add(publicity)
    experts = [factories.make_expert(session, name=name) for name in ("示例一", "示例二")]
    panel = Panel(
        park_id=park.id, seed=7, size=3, substitutes=1, pool=[], quotas={}, drawn_on=date(2026, 11, 12), **RECORDED
    )
    session.add(panel)
    session.flush()
    scan = {kind: factories.make_file(session, name=f"{kind}.pdf").id for kind in ("承诺书", "评分表", "意见", "异议")}
    leader, gone = (
        PanelMember(panel_id=panel.id, expert_id=expert.id, seat="leader", place=place)
        for place, expert in enumerate(experts)
    )
    leader.committed_on, leader.commitment_file_id = date(2026, 11, 13), scan["承诺书"]
    gone.withdrawn_on, gone.withdraw_reason = date(2026, 11, 14), "临时出差"
    session.add_all([leader, gone])
    session.flush()
    session.add_all([
        PanelRecord(panel_id=panel.id, kind="papers", held_on=date(2026, 11, 20), text="审阅材料", **RECORDED),
        ScoreSheet(
            member_id=leader.id, number=1, marks=[], signed_on=date(2026, 11, 21), file_id=scan["评分表"],
            entered_at=MADE_AT, entered_by="committee",
        ),
        PanelConclusion(
            panel_id=panel.id, number=1, outcome="passed", opinion="同意", leader_id=leader.id,
            signed_on=date(2026, 11, 22), file_id=scan["意见"], **RECORDED,
        ),
        Objection(
            step_id=publicity.id, received_on=date(2026, 12, 3), raised_by="示例公司", matter="数据有误", upheld=False,
            handled_on=date(2026, 12, 6), handled_by="committee", answer="已核实", file_id=scan["异议"], **RECORDED,
        ),
        Plaque(
            park_id=park.id, title=park.title, certificate_no="示例证〔2026〕1号", handed_on=date(2026, 12, 20),
            received_by="示例丙", **RECORDED,
        ),
        SiteVisit(park_id=park.id, planned_on=date(2026, 6, 1), seed=1, size=2, **RECORDED),
    ])  # fmt: skip
    session.flush()
    return park


def test_everything_stands_there_in_the_order_of_the_days(database: Database) -> None:
    with database.write() as session:
        reviewed(session)
    with database.read() as session:
        found = case_record(session, FULL_SCOPE, "jia", date(2026, 12, 31))
        assert case_record(session, Scope(), "jia", date(2026, 12, 31)) is None
        earlier = case_record(session, FULL_SCOPE, "jia", date(2026, 11, 4))
    assert found is not None
    assert earlier is not None
    told = [(one.on.strftime("%m%d"), one.what, one.number, one.unit) for one in found.happened if one.on.year == 2026]
    city = "市经济信息委"
    assert told == [
        ("0601", "拟定现场核查", "", city),
        ("1102", "区县政府提报验收申请函", "示例府函〔2026〕9号", "区县政府"),
        ("1105", "退回“区县政府提报验收申请函”：缺少附件", "", city),
        ("1109", "区县政府提报验收申请函（代录）", "示例府函〔2026〕12号", "区县政府"),
        ("1112", "抽取专家组3人，候补1人，抽取号7", "", city),
        ("1114", "示例二退出专家组：临时出差", "", city),
        ("1120", "资料审核", "", "专家组"),
        ("1122", "专家评审意见（第1份）：达标", "", "专家组"),
        ("1201", "形成评审结论：达标", "", city),
        ("1202", "公示，至2026年12月8日", "", city),
        ("1203", "收到异议（示例公司）：数据有误", "", city),
        ("1206", "异议不成立（示例公司）：已核实", "", city),
        ("1220", "授牌：国家网络安全产业园区（示例甲园），由示例丙领取", "示例证〔2026〕1号", city),
    ]
    assert [one.what for one in earlier.happened][-1] == "区县政府提报验收申请函", "nothing of a later day"


def test_the_papers_of_the_review_are_filed(database: Database) -> None:
    with database.write() as session:
        park = reviewed(session)
        pieces = holdings(session, park, ledger(session, SYSTEM_ACTOR, "jia"))
    filed = [(piece.title, piece.number, bool(piece.content)) for piece in pieces if piece.folder == "4验收"]
    assert filed == [
        ("验收申请函", "示例府函〔2026〕9号", False),
        ("验收申请函", "示例府函〔2026〕12号", False),
        ("评审结论（达标）", "", False),
        ("公示稿", "", False),
        ("保密及回避承诺书（示例一）", "", True),
        ("专家评分表（示例一）", "", True),
        ("专家评审意见（达标）", "", True),
        ("对公示的异议（示例公司）", "", True),
        ("国家网络安全产业园区（示例甲园）证书、授牌记录", "示例证〔2026〕1号", False),
    ]
