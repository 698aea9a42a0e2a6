"""A letter registered against the data its sealed table states, and what later corrections mean for the seal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from db import facts
from db.models import Park, RulebookEntry, RulebookVersion, SubmissionReading
from policy.access import SYSTEM_ACTOR
from policy.obligations import receipt_state
from policy.refusal import Refused
from policy.terms import DecisionKind, HalfYear, ReceiptState
from services import decisions, letters, sealing
from services.platform import Platform
from services.submissions import ingest
from tests.factories import MADE_AT, make_park
from tests.papers import firm, report

TODAY = date(2025, 8, 20)
H1 = HalfYear(2025, 1)


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


def sent(
    platform: Platform, park: Park, figures: Mapping[str, Any] | None = None, *, submit: bool = True, **more: Any
) -> int:
    data = report(park.title, figures=figures, **more)
    done = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, submit=submit)
    return done.submission_id or 0


def code(platform: Platform, submission_id: int) -> str:
    with platform.database.read() as session:
        return sealing.code_of(session, submission_id)


def register(
    platform: Platform, *parks: Park, codes: tuple[str, ...] = (), number: str = "示例府函〔2025〕3号"
) -> letters.Recorded:
    with platform.database.write() as session:
        return letters.record_letter(
            session, platform.storage, SYSTEM_ACTOR, parks=[park.code for park in parks], period=H1, number=number,
            dated=date(2025, 7, 20), received_on=date(2025, 7, 22), codes=codes,
        )  # fmt: skip


def told(platform: Platform, park: Park) -> list[str]:
    with platform.database.read() as session:
        return [seal.told for seal in sealing.seals(session, park.id)]


def receipt(platform: Platform, park: Park) -> ReceiptState:
    with platform.database.read() as session:
        return receipt_state(facts.receipts(session, park.id, TODAY).get(H1), TODAY)


def test_the_code_is_of_the_data_and_not_of_the_file(platform: Platform, park: Park) -> None:
    first = sent(platform, park)
    firms = [firm(number) for number in range(25, 0, -1)]
    firms[0]["contact"] = "示例丙 13900009999"
    assert code(platform, sent(platform, park, firms=firms)) == code(platform, first)
    assert code(platform, sent(platform, park, {"firms_total": 61})) != code(platform, first)


def test_a_letter_is_registered_against_the_version_its_table_states(platform: Platform, park: Park) -> None:
    first = sent(platform, park)
    printed = code(platform, first)
    recorded = register(platform, park, codes=(printed.lower().replace("-", " "),))
    assert recorded.notes == ("函所附表的校验码与现行数据一致",)
    with platform.database.read() as session:
        (seal,) = sealing.seals(session, park.id)
        assert (seal.code, seal.version, seal.period) == (printed, 1, H1)
    assert receipt(platform, park) is ReceiptState.COMPLETE


def test_a_letter_without_a_code_counts_as_before_and_may_get_it_later(platform: Platform, park: Park) -> None:
    first = sent(platform, park)
    register(platform, park)
    assert (told(platform, park), receipt(platform, park)) == ([], ReceiptState.COMPLETE)
    register(platform, park, codes=(code(platform, first),))
    assert told(platform, park) == ["函所附表的校验码与现行数据一致"]
    other = code(platform, sent(platform, park, {"firms_total": 61}))
    with pytest.raises(Refused, match="已登记校验码"):
        register(platform, park, codes=(other,))


def test_a_mistyped_code_and_one_of_another_paper_are_told_apart(platform: Platform, park: Park) -> None:
    printed = code(platform, sent(platform, park))
    at = next(at for at, pair in enumerate(pairwise(printed)) if "-" not in pair and len(set(pair)) == 2)
    swapped = printed[:at] + printed[at + 1] + printed[at] + printed[at + 2 :]
    with pytest.raises(Refused, match="抄写"):
        register(platform, park, codes=(swapped,))
    with platform.database.write() as session:
        neighbour = make_park(session, "示例乙园")
    other = code(platform, sent(platform, neighbour))
    with pytest.raises(Refused, match=r"书写无误，但不是.*示例甲园.*任何一版数据的校验码"):
        register(platform, park, codes=(other,))
    assert receipt(platform, park) is ReceiptState.DATA_ONLY


def test_one_letter_brings_the_tables_of_several_parks(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        neighbour = make_park(session, "示例乙园", district=session.get_one(Park, park.id).district)
    codes = tuple(code(platform, sent(platform, one)) for one in (neighbour, park))
    register(platform, park, neighbour, codes=codes)
    assert told(platform, park) == told(platform, neighbour) == ["函所附表的校验码与现行数据一致"]


def test_a_table_sealed_before_the_last_decision_is_still_known(platform: Platform, park: Park) -> None:
    draft = sent(platform, park, {"staff_cyber": "约0.45"}, submit=False)
    sealed = code(platform, draft)
    with platform.database.write() as session:
        cell = (
            session.query(SubmissionReading).filter_by(submission_id=draft, key="staff_cyber", column="current").one()
        )
        decisions.decide(session, SYSTEM_ACTOR, draft, cell.id, decisions.Answer(DecisionKind.CONFIRM))
    assert code(platform, draft) == sealed  # confirming changes no figure
    with platform.database.write() as session:
        answer = decisions.Answer(DecisionKind.AMEND, "0.44", "原表四舍五入")
        decisions.decide(session, SYSTEM_ACTOR, draft, cell.id, answer)
    assert code(platform, draft) != sealed
    register(platform, park, codes=(sealed,))
    assert told(platform, park) == ["函所附表为第1版，该报告期的数据尚未报送"]


@pytest.mark.parametrize(
    ("setting", "change", "needed"),
    [
        (0, {"revenue_cyber": 1.45}, False),
        (1, {"firms_total": 61}, False),
        (1, {"revenue_cyber": 1.45}, True),
        (2, {"firms_total": 61}, True),
    ],
)  # fmt: skip
def test_whether_a_correction_needs_a_new_seal_is_a_setting(
    platform: Platform, park: Park, setting: int, change: dict[str, Any], needed: bool
) -> None:
    """As the stored rulebook has it."""
    with platform.database.write() as session:
        stored = RulebookEntry(key="reseal", kind="", value=str(setting), valid_from=TODAY, source="")
        session.add(
            RulebookVersion(document="示例", note="", recorded_at=MADE_AT, recorded_by="system", entries=[stored])
        )
    register(platform, park, codes=(code(platform, sent(platform, park)),))
    sent(platform, park, change)
    (words,) = told(platform, park)
    assert words.startswith("函所附表的校验码与现行数据不一致")
    assert f"按设置{'须' if needed else '无须'}重新用印" in words
    assert words.endswith("函所附表为第1版，现行数据为第2版")
    assert receipt(platform, park) is ReceiptState.COMPLETE
