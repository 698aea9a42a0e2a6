"""A small programme of two districts with one park each, an account of every role, and clients signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard.app import create_app
from policy.access import SYSTEM_ACTOR, Role
from services import accounts, evaluations, snapshots
from services.platform import Platform
from tests import factories
from tests.conftest import PASSWORD
from tests.evidence_files import PNG
from tests.policy.evaluation.systems import DEMONSTRATION

TODAY = date(2026, 3, 2)
FOREIGN = "国家网络安全产业园区（示例乙园）"


@dataclass(frozen=True, slots=True)
class Programme:
    """Own: 甲园 of 示例甲区 (district, operator and expert see it). Foreign: 乙园 of 示例乙区."""

    own: str
    foreign: str
    accepted: int
    draft: int
    foreign_report: int
    submitted: int
    alert: int = 0
    foreign_alert: int = 0
    """Closed long ago; one of each park."""
    visit: int = 0
    foreign_visit: int = 0


@pytest.fixture
def programme(platform: Platform, set_now: Callable[[date], None]) -> Programme:
    set_now(TODAY)
    with platform.database.write() as session:
        districts = [factories.make_unit(session, name) for name in ("示例甲区", "示例乙区")]
        own = factories.make_park(session, "示例甲园", district=districts[0], code="JIA")
        foreign = factories.make_park(session, "示例乙园", district=districts[1], code="YI")
        factories.make_contact(session, districts[0], name="示例甲", phone="13900001234", mail="handler@example.gov.cn")
        factories.make_goal(session, own, "firms_cyber", "30", "80")
        platform.storage.put(b"report of 2025H1")
        accepted = factories.make_submission(
            session, own, "2025H1", figures={"revenue_cyber": "5.2", "firms_cyber": "44"},
            file=factories.make_file(session, b"report of 2025H1", "半年报-示例甲园-2025H1.xlsx"),
        )  # fmt: skip
        factories.accept(session, accepted)
        factories.make_letter(session, [own], "2025H1")
        submitted = factories.make_submission(
            session, own, "2025H2", figures={"revenue_cyber": "9.75"}, received_on=date(2026, 1, 20)
        )
        draft = factories.make_submission(
            session, own, "2025H2", figures={"revenue_cyber": "9.8"}, received_on=date(2026, 3, 1), state="draft",
            submitted_on=None,
        )  # fmt: skip
        elsewhere = factories.make_submission(session, foreign, "2025H1", figures={"revenue_cyber": "7.7"})
        platform.storage.put(PNG)
        factories.make_evidence(session, own, factories.make_file(session, PNG, "照片.png"))
        platform.storage.put(b"answer of a firm")
        page = factories.make_file(session, b"answer of a firm", "一企一表-示例安全1有限公司.xlsx")
        platform.storage.put(b"progress of the operator")
        told = factories.make_file(session, b"progress of the operator", "建设进展-示例甲园-2025Q4.xlsx")
        factories.make_progress_report(session, own, file=told, forwarded_on=date(2026, 1, 12))
        factories.make_task(session, own, "攻防靶场建成投用", date(2025, 12, 31))
        factories.make_issue(session, own, "示例安全1有限公司收入与账面不符", date(2026, 4, 30))
        platform.storage.put(b"signed sheet")
        scan = factories.make_file(session, b"signed sheet", "核查表.pdf")
        visits = [
            factories.make_visit(session, own, file_id=scan.id, submission_id=accepted.id).id,
            factories.make_visit(session, foreign).id,
        ]
        factories.make_firm_page(session, own, "2025H2", "示例安全1有限公司", file=page)
        factories.make_round(session)
        factories.make_expert(session)
        evaluations.import_system(
            session, platform.storage, SYSTEM_ACTOR, "评估指标体系.toml", DEMONSTRATION.read_bytes()
        )
        for park in (own, foreign):
            snapshots.rewrite(session, park.id)
        _open_accounts(session, districts[0].id, own.id)
        alerts = [factories.make_alert(session, park, closed_on=date(2025, 8, 5)).id for park in (own, foreign)]
        return Programme(own.code, foreign.code, accepted.id, draft.id, elsewhere.id, submitted.id, *alerts, *visits)


def _open_accounts(session: object, unit_id: int, park_id: int) -> None:
    for role in Role:
        if role is Role.SYSTEM:
            continue
        accounts.create_account(
            session, SYSTEM_ACTOR, username=role.value, password=PASSWORD, display_name=f"{role.label}（虚构）",
            role=role, demonstration=True, unit_id=unit_id if role is Role.DISTRICT else None,
            park_id=park_id if role in (Role.OPERATOR, Role.EXPERT) else None,
        )  # fmt: skip


@pytest.fixture
def server(platform: Platform, programme: Programme) -> Flask:
    return create_app(platform)


def token(html: str) -> str:
    """The form's token against forged requests."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None, html[:500]
    return found[1]


@pytest.fixture
def sign_in(server: Flask) -> Callable[[str], FlaskClient]:
    def enter(username: str) -> FlaskClient:
        client = server.test_client()
        form = {"username": username, "password": PASSWORD, "csrf_token": token(client.get("/login").text)}
        answer = client.post("/login", data=form)
        assert answer.status_code == 302, answer.text
        return client

    return enter
