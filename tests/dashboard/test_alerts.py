"""预警与催报: the list and its filter, one alert and its forms, 拟催报清单, 催报函, 推演."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from dashboard.alert_parts import KINDS
from db.models import Alert, AlertFeedback, OutboxMail, Park, PressProposal
from policy.access import SYSTEM_ACTOR
from policy.terms import AlertRule
from services import alerting, recipients
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import TODAY, Programme, token

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def overdue(platform: Platform, programme: Programme) -> int:
    """甲园's 2025年下半年, overdue since 1 February, with its head's mailbox; the alert's id."""
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == programme.own)).one()
        factories.make_contact(session, park.district, role="head", name="示例负责人", mail="head@example.gov.cn")
        alerting.sweep(session, SYSTEM_ACTOR, TODAY)
        return session.scalars(select(Alert.id).where(Alert.key == f"report_overdue:{park.code}:2025H2")).one()


def post(client: FlaskClient, page: str, address: str, **form: object) -> str:
    sent = {"csrf_token": token(client.get(page).text)} | form
    return client.post(address, data=sent, follow_redirects=True).text


def test_every_rule_stands_in_one_kind() -> None:
    listed = [rule for key, (_word, rules) in KINDS.items() if key for rule in rules]
    assert sorted(listed) == sorted(AlertRule)


def test_the_list_is_narrowed_by_kind_and_by_name(sign_in: SignIn, overdue: int) -> None:
    client = sign_in("committee")
    assert f"/alerts/{overdue}" in client.get("/alerts?kind=report&q=示例甲").text
    assert f"/alerts/{overdue}" not in client.get("/alerts?kind=paper").text
    assert f"/alerts/{overdue}" not in client.get("/alerts?q=示例乙").text
    assert "没有符合条件的预警和催报" in client.get("/alerts?q=没有此园").text


def test_a_committee_that_no_notice_reaches_is_told_so_above_its_list(sign_in: SignIn, platform: Platform) -> None:
    said = "没有有效的经办人邮箱，由其办理的待审超期、无人可通知等事项无人可收"
    assert f"市经济信息委{said}" in sign_in("committee").get("/alerts").text
    assert said not in sign_in("district").get("/alerts").text
    with platform.database.write() as session:
        committee = next(iter(recipients.committee(session)), None) or factories.make_unit(session, kind="committee")
        contact = factories.make_contact(session, committee)
    assert said not in sign_in("committee").get("/alerts").text
    with platform.database.write() as session:
        session.merge(contact).bounced_on = TODAY
    assert said in sign_in("committee").get("/alerts").text


def test_a_district_answers_and_the_committee_reads_it(sign_in: SignIn, platform: Platform, overdue: int) -> None:
    page = f"/alerts/{overdue}"
    told = post(
        sign_in("district"),
        page,
        f"{page}/feedback",
        cause="经办人员2月调整",
        measure="已安排专人",
        promised_on="2026-03-10",
    )
    assert "反馈情况已登记" in told
    committee = sign_in("committee").get(page).text
    assert "原因：经办人员2月调整；措施：已安排专人；承诺时限：2026年3月10日" in committee
    assert "承诺2026年3月10日前" in sign_in("committee").get("/alerts").text


def test_what_was_typed_comes_back_after_a_refusal(sign_in: SignIn, platform: Platform, overdue: int) -> None:
    page = f"/alerts/{overdue}"
    told = post(
        sign_in("district"), page, f"{page}/feedback", cause="情况属实", measure="已安排专人", promised_on="2026-03-10"
    )
    assert "原因只写了“情况属实”" in told
    assert ">已安排专人</textarea>" in told
    with platform.database.read() as session:
        assert session.scalars(select(AlertFeedback)).all() == []


def test_an_operator_sees_neither_addresses_nor_the_proposals(sign_in: SignIn, overdue: int) -> None:
    operator, committee = (sign_in(role).get(f"/alerts/{overdue}").text for role in ("operator", "committee"))
    assert "head@example.gov.cn" in committee
    assert "拟催报" in committee
    for word in ("head@example.gov.cn", "handler@example.gov.cn", "拟催报", "提交反馈", "登记通话"):
        assert word not in operator
    assert "h***@example.gov.cn" in operator


def test_a_closed_alert_keeps_its_story_and_takes_no_acts(sign_in: SignIn, programme: Programme) -> None:
    page = sign_in("district").get(f"/alerts/{programme.alert}").text
    assert "2025年8月5日" in page
    assert "提交反馈" not in page


def test_whoever_presses_sees_whom_to_call(sign_in: SignIn, overdue: int) -> None:
    shown = sign_in("committee").get(f"/alerts/{overdue}").text.split('id="to-call"')[1].split("</ul>")[0]
    assert "经办人" in shown
    assert "139****1234" in shown
    assert "13900001234" not in shown
    assert 'id="to-call"' not in sign_in("district").get(f"/alerts/{overdue}").text


def test_pauses_and_calls_are_entered_and_told(sign_in: SignIn, overdue: int) -> None:
    page, client = f"/alerts/{overdue}", sign_in("committee")
    assert "已暂缓催报" in post(client, page, f"{page}/pause", reason="企业搬迁", until="2026-03-20")
    assert "已恢复催报" in post(client, page, f"{page}/resume")
    told = post(
        client, page, f"{page}/calls", called_on="2026-03-02", role="head", person="示例负责人", said="答复一周内补报"
    )
    assert "电话催办已登记" in told
    assert "负责人 示例负责人：答复一周内补报" in told
    assert "请选择接听人的角色" in post(client, page, f"{page}/calls", called_on="2026-03-02", person="某", said="某")


def test_the_short_text_can_be_copied_without_scripts(sign_in: SignIn, overdue: int) -> None:
    page = sign_in("committee").get(f"/alerts/{overdue}").text
    assert '<textarea id="short-text" readonly rows="4"' in page
    assert "【催报】示例甲园2025年下半年" in page


def test_the_list_of_proposals_is_read_approved_and_then_empty(
    sign_in: SignIn, platform: Platform, overdue: int
) -> None:
    client = sign_in("committee")
    assert 'href="/press"' in client.get("/").text
    page = client.get("/press").text
    for word in ("示例负责人 · head@example.gov.cn", "示例甲区经信部门负责同志：", "截止日后30天", "五(二)"):
        assert word in page
    assert "1封催报邮件列入发件箱" in post(client, "/press", "/press", decision="approve_all")
    assert "没有待批的催报" in client.get("/press").text
    assert "拟催报清单有" not in client.get("/").text
    with platform.database.read() as session:
        approved = select(OutboxMail.recipient).where(OutboxMail.digest_on.is_(None))
        assert session.scalars(approved).all() == ["head@example.gov.cn"]


def test_nothing_is_sent_of_what_was_declined_or_not_chosen(sign_in: SignIn, platform: Platform, overdue: int) -> None:
    client = sign_in("committee")
    assert "请先选择" in post(client, "/press", "/press", decision="approve")
    with platform.database.read() as session:
        (number,) = session.scalars(select(PressProposal.id)).all()
    assert "1项不予催报" in post(client, "/press", "/press", decision="decline", proposals=number)
    assert "不发，不再处理" in post(client, "/press", "/press", decision="approve", proposals=number)


def test_the_letter_is_linked_from_what_is_overdue(sign_in: SignIn, overdue: int) -> None:
    client = sign_in("committee")
    assert "/parks/JIA/reminder-letter.docx" in client.get(f"/alerts/{overdue}").text
    assert client.get("/parks/JIA/reminder-letter.docx?whole=1").data[:2] == b"PK"


def test_a_rehearsal_names_recipients_rules_and_the_sort_of_day(sign_in: SignIn, overdue: int) -> None:
    page = sign_in("committee").get("/dry-run?as_of=2026-05-02").text
    assert "星期六，休息日。" in page
    assert "head@example.gov.cn" not in page  # proposed already, and no further stage is reached
    assert date.fromisoformat("2026-05-02") > TODAY
