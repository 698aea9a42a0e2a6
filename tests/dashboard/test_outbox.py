"""发件箱 in the browser's eyes: the log, one mail, sending it once more."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.models import OutboxMail
from policy.access import SYSTEM_ACTOR
from services import alerting
from services.platform import Platform
from tests.dashboard.conftest import Programme, token


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
def key(platform: Platform, programme: Programme) -> str:
    """The mail to 示例甲 of 示例甲区, which was refused."""
    with platform.database.write() as session:
        alerting.sweep(session, SYSTEM_ACTOR, date(2026, 3, 2))
        (mail,) = session.scalars(select(OutboxMail)).all()
        mail.state, mail.attempts, mail.last_error = "failed", 5, "邮件服务器拒收：550 没有此用户"
        return mail.key


def test_the_log_says_to_whom_how_it_stands_and_why_not(sign_in: Any, key: str) -> None:
    for account in ("committee", "district"):
        page = words(sign_in(account).get("/outbox"))
        for told in ("示例甲（经办人）", "示例甲区 · handler@example.gov.cn", "未送达", "550 没有此用户", "共1封"):
            assert told in page, (account, told)
        assert "没有符合条件的邮件" in words(sign_in(account).get("/outbox?state=sent"))
        assert "共1封" in words(sign_in(account).get("/outbox?to=示例甲&park=JIA&page=nonsense"))
    admin = words(sign_in("admin").get("/outbox"))
    assert "（不显示业务内容）" in admin
    assert "h***@example.gov.cn" in admin
    assert "逾期未报" not in admin


def test_one_mail_shows_its_text_and_leads_to_its_matters(sign_in: Any, key: str) -> None:
    answer = sign_in("district").get(f"/outbox/{key}")
    assert "园区发展情况逾期未报" in words(answer)
    assert re.search(r'href="/alerts/\d+"', answer.text)
    assert 'href="/parks/JIA"' in answer.text
    assert "重新发送" not in answer.text
    admin = words(sign_in("admin").get(f"/outbox/{key}"))
    assert "550 没有此用户" in admin
    assert "园区发展情况" not in admin


def test_a_failed_mail_is_sent_once_more_by_the_committee(sign_in: Any, key: str, platform: Platform) -> None:
    client = sign_in("committee")
    page = client.get(f"/outbox/{key}").text
    sent = {"csrf_token": token(page)}
    answer = client.post(f"/outbox/{key}/retry", data=sent, follow_redirects=True)
    assert "已重新列入，将以同一编号发送。" in words(answer)
    assert "待发送" in words(answer)
    assert "重新发送</button>" not in answer.text
    again = client.post(f"/outbox/{key}/retry", data=sent, follow_redirects=True)
    assert "只有未送达和未获答复的邮件可以重新发送" in words(again)
    assert client.post("/outbox/none/retry", data=sent).status_code == 404


def test_a_mail_about_somebody_else_s_park_is_as_unknown_as_none(
    sign_in: Any, key: str, platform: Platform, programme: Programme
) -> None:
    with platform.database.write() as session:
        mail = session.scalars(select(OutboxMail)).one()
        for item in mail.items:
            session.delete(item)
    assert sign_in("district").get(f"/outbox/{key}").status_code == 404
    assert "示例甲（经办人）" not in words(sign_in("district").get("/outbox"))
    assert sign_in("committee").get(f"/outbox/{key}").status_code == 200
