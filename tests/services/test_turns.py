"""Use cases called at the same moment: done once, by whoever comes first, and nobody waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import Base
from db.models import AcceptanceStep, Contact, Letter, Park, Unit
from policy.access import SYSTEM_ACTOR
from policy.refusal import Refused
from policy.terms import HalfYear
from policy.workflow import StepKind
from services import contact_list, letters, parks, reviews, steps, submissions, versions
from services.platform import Platform
from services.step_terms import Taking
from tests.factories import make_park, make_unit
from tests.papers import report

TODAY = date(2026, 11, 1)
TITLE = "国家网络安全产业园区（示例甲园）"
AT_ONCE = 4


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def at_once(platform: Platform, use_case: Callable[[Session], object]) -> list[object]:
    """What each of several callers got: its result, or the refusal it was told."""
    start = Barrier(AT_ONCE)

    def call(_number: int) -> object:
        start.wait()
        try:
            with platform.database.write() as session:
                return use_case(session)
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(call, range(AT_ONCE)))


def number_of(platform: Platform, model: type[Base]) -> int | None:
    with platform.database.read() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_park_is_registered_once_with_its_unit_and_its_handler(platform: Platform) -> None:
    def register(session: Session) -> bool:
        return parks.register_park(
            session, SYSTEM_ACTOR, title=TITLE, district="示例甲区", approved_on=date(2024, 10, 10),
            approval_no="示例函〔2024〕1号", contacts=["张某<z@example.gov.cn>"], create_unit=True,
        ).created  # fmt: skip

    assert sorted(map(bool, at_once(platform, register))) == [False] * (AT_ONCE - 1) + [True]
    assert [number_of(platform, model) for model in (Park, Unit, Contact)] == [1, 1, 1]


def test_a_letter_is_recorded_once(platform: Platform) -> None:
    with platform.database.write() as session:
        code = make_park(session, "示例甲园").code

    def record(session: Session) -> int:
        recorded = letters.record_letter(
            session, platform.storage, SYSTEM_ACTOR, parks=[code], period=HalfYear(2025, 1), number="示例函1号",
            dated=date(2025, 7, 18), received_on=date(2025, 7, 22),
        )  # fmt: skip
        return len(recorded.codes)

    assert sorted(map(str, at_once(platform, record))) == ["0"] * (AT_ONCE - 1) + ["1"]
    assert number_of(platform, Letter) == 1


def test_a_contact_is_entered_once(platform: Platform) -> None:
    with platform.database.write() as session:
        make_unit(session, "示例甲区")
    text = "unit,name,role,mail\n示例甲区,张某,handler,z@example.gov.cn\n"
    imported = at_once(platform, lambda session: contact_list.import_contacts(session, SYSTEM_ACTOR, text).added)
    assert sorted(map(str, imported)) == ["0"] * (AT_ONCE - 1) + ["1"]
    assert number_of(platform, Contact) == 1


def test_a_step_is_taken_once(platform: Platform) -> None:
    with platform.database.write() as session:
        code = make_park(session, "示例甲园", approved_on=date(2024, 10, 10)).code

    def take(session: Session) -> str:
        taking = Taking(StepKind.SELF_ASSESSMENT, date(2026, 10, 20), file=("自评报告.pdf", b"report"))
        return steps.record_step(session, platform.storage, SYSTEM_ACTOR, code, taking).kind

    told = at_once(platform, take)
    assert sum(isinstance(one, Refused) for one in told) == AT_ONCE - 1
    assert number_of(platform, AcceptanceStep) == 1


def test_an_upload_and_a_decision_on_one_park_do_not_wait_for_each_other(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform.database.write() as session:
        park = make_park(session, "示例甲园")
    first = submissions.ingest(platform, SYSTEM_ACTOR, "上半年.xlsx", report(park.title, "2025H1"), submit=True)
    storing, add = Event(), versions.add

    def slowly(*arguments: Any) -> Any:
        storing.set()
        time.sleep(0.5)  # the decision below has come as far as it can
        return add(*arguments)

    def decide() -> reviews.Decision:
        storing.wait(30)
        with platform.database.write() as session:
            return reviews.accept(session, SYSTEM_ACTOR, first.submission_id or 0, TODAY)

    monkeypatch.setattr(versions, "add", slowly)
    with ThreadPoolExecutor(1) as pool:
        decision = pool.submit(decide)
        second = submissions.ingest(platform, SYSTEM_ACTOR, "下半年.xlsx", report(park.title, "2025H2"), submit=True)
    assert (second.stored, decision.result().accepted) == (True, True)
