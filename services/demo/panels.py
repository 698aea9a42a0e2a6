"""The 专家库 of the demonstration and the panel of one park: drawn, committed, its sheets coming in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Account, Expert, Panel, PanelMember
from db.queries.evaluations import system_of
from policy.access import FULL_SCOPE, Actor, Role
from policy.panel import RecordKind
from policy.scoring import scored_items
from services import clock, experts, panels, score_sheets
from services.demo import names, papers
from services.demo.acts import Office, there
from services.demo.municipality import BY_CODE, COMMITTEE, PANEL_SHOWN
from services.experts import Bond, Entry
from services.panels import Held, Order
from services.score_sheets import Signed, TypedMark

EMPLOYERS = (
    ("虚构山城理工大学网络空间安全学院", "教授", ("数据安全", "密码")),
    ("虚构两江信息安全测评中心", "高级工程师", ("测评认证",)),
    ("虚构市产业发展研究院", "研究员", ("产业经济",)),
    ("虚构巴渝会计师事务所（特殊普通合伙）", "注册会计师", ("财务审计",)),
    ("虚构嘉陵大学商学院", "副教授", ("产业经济",)),
    ("虚构工业信息安全研究所", "研究员", ("工控安全", "数据安全")),
    ("虚构市软件行业协会", "秘书长", ("产业经济", "信息技术应用")),
    ("虚构缙云网络技术研究院", "正高级工程师", ("网络安全", "密码")),
    ("虚构乌江电子工业学院", "教授", ("网络安全",)),
    ("虚构市园区开发促进中心", "高级经济师", ("园区建设",)),
)
SEED = 20_260
GIVEN = ("88", "92", "76", "85")
"""Of the first four; the fourth waits to be checked, the fifth has not come."""
SEEN = (
    "审阅自评报告、定量分析表和佐证资料目录，抽查一览表企业数据来源，核对半年函报记录；资料齐备，2项佐证待补（虚构）。"
)
COLLEAGUE = Actor(f"{COMMITTEE}审核人", Role.COMMITTEE, FULL_SCOPE)


def enter(office: Office) -> bool:
    """Whether there was anything left to do: once, where there is no expert yet."""
    today = clock.today()
    with office.platform.database.write() as session:
        if there(session, Expert.id.is_not(None)):
            return False
        for entry, bonds in _people(today):
            row = experts.enter(session, office.committee, entry)
            for bond in bonds:
                experts.add_tie(session, office.committee, row.id, bond)
        order = Order(5, 2, {"网络安全": 1}, SEED, today + timedelta(days=14))
        panel = panels.draw(session, office.committee, PANEL_SHOWN, order)
        for member in panel.members[: order.size]:
            _commit(office, session, member, today)
        held = Held(RecordKind.PAPERS, today, "虚构市经济信息委会议室", SEEN)
        panels.record(session, office.platform.storage, office.committee, PANEL_SHOWN, held)
        _score(office, session, panel, today)
    return True


def _people(today: date) -> Iterator[tuple[Entry, tuple[Bond, ...]]]:
    """Ten who may be drawn, and four who may not: by employer, by past work, and one whose 聘期 is over."""
    park = BY_CODE[PANEL_SHOWN]
    firm = names.firm_name(park.number, 0)
    for number, (employer, post, versed) in enumerate(EMPLOYERS, start=1):
        yield _entry(number, employer, post, versed), ()
    yield _entry(11, f"{park.operator}规划发展部", "部长", ("园区建设",)), ()
    yield _entry(12, "虚构山城理工大学软件学院", "教授", ("网络安全",)), (
        Bond(firm, until=today - timedelta(days=400), note="曾任技术顾问（虚构）"),
    )  # fmt: skip
    yield _entry(13, "虚构北岸咨询有限公司", "咨询总监", ("产业经济",)), (
        Bond(park.title, note="参与编制建设方案（虚构）"),
    )  # fmt: skip
    yield _entry(14, "虚构市信息中心", "高级工程师", ("数据安全",), until=today - timedelta(days=30)), ()


def _entry(number: int, employer: str, post: str, versed: tuple[str, ...], until: date | None = None) -> Entry:
    place = ("expert", number)
    mail = f"expert{number:02d}@example.test"
    return Entry(
        names.person(*place), employer, versed, post=post, phone=names.phone(*place), mail=mail, valid_to=until
    )


def _commit(office: Office, session: Session, member: PanelMember, today: date) -> None:
    scan = papers.short_paper(today, "保密及回避承诺书（签字）", member.expert.name)
    file = (f"保密及回避承诺书-{member.expert.code}（签字，虚构）.docx", scan)
    panels.commit(session, office.platform.storage, office.committee, PANEL_SHOWN, member.id, today, file)


def _score(office: Office, session: Session, panel: Panel, today: date) -> None:
    system = system_of(session, today)
    items = scored_items(system.system) if system else ()
    for member, value in zip(panel.members, GIVEN, strict=False) if items else ():
        scan = papers.short_paper(today, "专家评分表（签字）", member.expert.name, value)
        marks = {item.id: TypedMark(value, "资料审核记录（虚构）") for item in items}
        signed = Signed(today, marks, (f"专家评分表-{member.expert.code}（签字，虚构）.docx", scan))
        last = value == GIVEN[-1]  # entered by the colleague, it waits for the account of the demonstration
        enterer = COLLEAGUE if last else office.committee
        sheet = score_sheets.enter(session, office.platform.storage, enterer, PANEL_SHOWN, member.id, signed)
        if not last:
            score_sheets.check(session, COLLEAGUE, PANEL_SHOWN, sheet.id)


def tie_account(session: Session, username: str) -> None:
    """The account of the demonstration becomes that of the expert whose sheet has not come in."""
    account = session.scalars(select(Account).where(Account.username == username)).one()
    seated = select(Expert).join(PanelMember).join(Panel).where(PanelMember.place == Panel.size)
    session.scalars(seated).one().account_id = account.id
