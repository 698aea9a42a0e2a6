"""What a mail says, how much of it it may say, and that it can be read on a phone."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from db.models import OutboxMail
from policy.access import SYSTEM_ACTOR
from services import alerting, catching_up
from services.platform import Platform
from settings import MailContent, Settings
from tests.factories import make_contact, make_park, make_unit

BASE = "https://parks.example.gov.cn"
NON_CLASSIFIED = "本系统为非涉密系统，严禁处理、存储、传输涉密信息。"
DAY = date(2025, 8, 1)


@pytest.fixture
def overdue(platform: Platform, set_now: Callable[[date], None]) -> Platform:
    """Two parks of one district whose first report has not come."""
    set_now(DAY)
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district)
        for name in ("alpha", "beta"):
            make_park(session, f"示例{name}园", district=district, code=name)
    return platform


def mailed(platform: Platform, content: MailContent) -> OutboxMail:
    with platform.database.write() as session:
        alerting.sweep(session, SYSTEM_ACTOR, DAY, base_url=BASE, content=content)
        return session.scalars(select(OutboxMail)).one()


def test_where_only_the_count_may_be_said_neither_park_nor_matter_is_named(overdue: Platform) -> None:
    mail = mailed(overdue, "count")
    assert mail.subject == "（演示）您有2项待办，请登录平台查看"
    for said in (mail.subject, mail.text, mail.html):
        assert not re.search("示例|alpha|beta|逾期|催报|报送截止日|/parks/", said)
    for said in (mail.text, mail.html):
        assert "您有2项待办，请登录平台查看。" in said
        assert f"{BASE}/" in said
        assert NON_CLASSIFIED in said


def test_otherwise_each_matter_is_said_and_leads_to_its_page(overdue: Platform) -> None:
    mail = mailed(overdue, "figures")
    for said in (mail.text, mail.html):
        for name in ("alpha", "beta"):
            assert f"国家网络安全产业园区（示例{name}园）2025年上半年园区发展情况逾期未报" in said
            assert f"{BASE}/parks/{name}" in said
        assert NON_CLASSIFIED in said


def test_it_is_one_column_of_large_letters_without_pictures(overdue: Platform) -> None:
    html = mailed(overdue, "figures").html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search("<img|<table|<script|src=|url\\(", html)
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", html)) >= 16


def test_the_nightly_sweep_tells_the_channels_how_many_matters_are_open(
    overdue: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARKWATCH_CHANNELS", "json://127.0.0.1:9/x json://127.0.0.1:9/y")
    wired = Platform(Settings(_env_file=None), overdue.database, overdue.storage)
    for _ in range(2):
        catching_up.catch_up(wired)
    with wired.database.read() as session:
        notices = session.scalars(select(OutboxMail).where(OutboxMail.channel != "mail")).all()
    assert [notice.recipient for notice in notices] == ["channel-1", "channel-2"]
    assert all(notice.text.startswith("现有2项未办结事项") for notice in notices)
