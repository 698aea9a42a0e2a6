"""公示稿 and 授牌通知: what they say, and why they cannot go out as yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from policy.access import SYSTEM_ACTOR
from policy.terms import Outcome
from policy.workflow import Option, StepKind
from services.documents.catalogue import compose, render
from services.documents.content import Document
from services.platform import Platform
from services.step_terms import Taking
from services.steps import take_step
from tests.factories import make_park
from tests.services.chain_rows import TODAY, Chain, switch_on

FRIDAY = date(2026, 12, 11)


@pytest.fixture
def session(platform: Platform, set_now: Callable[[date], None]) -> Iterator[Session]:
    set_now(TODAY)
    with platform.database.write() as session:
        yield session


@pytest.fixture
def chain(session: Session, platform: Platform) -> Chain:
    make_park(session, "甲园", code="A1")
    chain = Chain(session, platform)
    chain.up_to(StepKind.EXPERT_REVIEW)
    return chain


def words(session: Session, kind: str, day: date = FRIDAY) -> tuple[Document, str]:
    document = compose(session, SYSTEM_ACTOR, kind, "A1", day)
    return document, render(document, "html").data.decode()


def test_a_publicity_notice_says_from_when_to_when_it_is_shown(session: Session, chain: Chain) -> None:
    chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.PASSED)
    document, said = words(session, "publicity-notice")
    assert document.lacking == ()
    assert "自2026年12月11日起至2026年12月17日止，共5个工作日，公示当日为第1日" in said
    assert "国家网络安全产业园区（甲园）评审结论为达标" in said


def test_an_award_notice_gives_the_title_of_the_approval(session: Session, chain: Chain) -> None:
    chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.PASSED)
    _document, said = words(session, "award-notice")
    assert "现正式授予“国家网络安全产业园区（甲园）”称号，并予授牌" in said
    assert "申请（示例府函〔2026〕9号）、专家评审验收" in said


@pytest.mark.parametrize("kind", ["publicity-notice", "award-notice"])
def test_neither_goes_out_without_a_park_that_passed(session: Session, chain: Chain, kind: str) -> None:
    assert words(session, kind)[0].lacking == ("评审结论尚未登记",)
    chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.FAILED)
    (reason,) = words(session, kind)[0].lacking
    assert reason.startswith("评审结论为“不达标”")


def test_what_is_shown_is_the_notice_of_that_very_day(platform: Platform, set_now: Callable[[date], None]) -> None:
    set_now(TODAY)
    with platform.database.write() as session:
        make_park(session, "甲园", code="A1")
        switch_on(session, Option.PUBLICITY, Option.AWARD_NOTICE)
        chain = Chain(session, platform)
        chain.up_to(StepKind.EXPERT_REVIEW)
        chain.take(StepKind.CONCLUSION, date(2026, 12, 8), outcome=Outcome.PASSED)
    shown = take_step(platform, SYSTEM_ACTOR, "A1", Taking(StepKind.PUBLICITY, FRIDAY))
    assert shown.notes == ("未附文件，“公示稿”已由系统定稿为第1版", "公示至2026年12月17日")
    given = take_step(platform, SYSTEM_ACTOR, "A1", Taking(StepKind.TITLE, date(2026, 12, 18), "示例经信〔2026〕5号"))
    assert given.notes == ("未附文件，“授牌通知”已由系统定稿为第1版",)
