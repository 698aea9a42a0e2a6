"""Until the next day named, time alone changes nothing: held against every single day of twenty months."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from policy.alerts import alerts
from policy.alerts.ladder import higher_roles
from policy.deadlines import construction_end
from policy.facts import (
    ActFact,
    FigureFact,
    GoalFact,
    IssueFact,
    ParkFact,
    Pending,
    Reach,
    ReceiptFact,
    ScoresFact,
    TaskFact,
    UnprovenFact,
)
from policy.horizon import next_change
from policy.obligations import owed
from policy.rulebook import DEFAULT, Entry, known
from policy.situation import Situation
from policy.terms import ActKind, ContactRole, HalfYear, ObligationKind, Stage
from policy.version_no import VersionNo

APPROVED_ON = date(2024, 10, 10)
PARK = ParkFact(
    1, "P", "示例园", 1, "示例区", APPROVED_ON, "示例函〔2024〕1号", construction_end(APPROVED_ON), Stage.BUILDING
)
H1, H2 = HalfYear(2025, 1), HalfYear(2025, 2)
FIRST = date(2025, 6, 1)
LETTER, RETURN = date(2025, 5, 20), date(2025, 5, 28)
TO_THE_END, TO_THE_SECOND_REPORT = date(2027, 1, 20), date(2026, 2, 20)
WHOLE = ("nothing has come", "done", "another rulebook")  # the others say the same after a few months


def entry(key: str, value: object, valid_from: date, kind: str = "") -> Entry:
    like = known(key, kind)
    assert like is not None
    return replace(like, value=value, valid_from=valid_from, kind=kind)


def situation(**changed: object) -> Situation:
    everything = owed(PARK.approved_on, PARK.ends_on, DEFAULT)
    return replace(Situation(PARK, FIRST, DEFAULT, owed=everything, reach=Reach(1)), **changed)


def act(kind: ActKind, dated: date, due_on: date | None = None) -> Situation:
    """The first report with one act about it."""
    first, *rest = situation().obligations()
    return situation(owed=(replace(first, acts=(ActFact(kind, dated, "示例函〔2025〕9号", "", due_on),)), *rest))


def graced() -> Situation:
    first, *rest = situation().obligations()
    return situation(owed=(replace(first, grace_on=first.due_on + timedelta(days=5)), *rest))


QUARTERLY = DEFAULT.with_entries(
    "2", [entry("operator_reports", "quarterly", APPROVED_ON), entry("reminder_days", (-3, 2), date(2026, 1, 1))]
)
SITUATIONS: dict[str, Callable[[], Situation]] = {
    "nothing has come": situation,
    "暂定": lambda: situation(owed=tuple(replace(one, confirmed=False) for one in situation().obligations())),
    "宽限": graced,
    "延期": lambda: act(ActKind.EXTENSION, date(2025, 7, 20), date(2025, 9, 3)),
    "免报": lambda: act(ActKind.WAIVER, date(2025, 8, 20)),
    "免报 before its period is over": lambda: act(ActKind.WAIVER, date(2025, 5, 20)),
    "零报告": lambda: act(ActKind.NIL_RETURN, date(2025, 8, 20)),
    "returned": lambda: situation(receipts={H1: ReceiptFact(H1, letter_on=LETTER, returned_on=RETURN)}),
    "returned long before its date": lambda: replace(
        act(ActKind.EXTENSION, date(2025, 5, 20), date(2025, 12, 10)),
        receipts={H1: ReceiptFact(H1, letter_on=LETTER, returned_on=RETURN, resubmit_on=date(2025, 6, 13))},
    ),
    "waiting": lambda: situation(
        receipts={H1: ReceiptFact(H1, H1.end, H1.end, pending=Pending(1, VersionNo(1), date(2025, 7, 3)))}
    ),
    "unproven": lambda: situation(
        receipts={H1: ReceiptFact(H1, H1.end, H1.end, accepted_on=date(2025, 7, 9))},
        unproven=UnprovenFact(H1, 3, date(2025, 7, 9)),
    ),
    "tasks": lambda: situation(tasks=(TaskFact(7, "示例任务", "示例单位", date(2025, 11, 30)),)),
    "issues": lambda: situation(issues=(IssueFact(8, "示例问题", "示例单位", date(2025, 11, 20)),)),
    "scores": lambda: situation(scores=ScoresFact(3, date(2025, 11, 25), 5, 2, 1)),
    "promised": lambda: situation(promised={"P:2025H1": date(2025, 8, 15)}),
    "promised, 暂定": lambda: situation(
        owed=tuple(replace(one, confirmed=False) for one in situation().obligations()),
        promised={"P:2025H1": date(2025, 8, 15)},
    ),
    "nobody reached": lambda: situation(reach=Reach(0)),
    "only the operator reached": lambda: situation(
        rulebook=QUARTERLY, owed=owed(PARK.approved_on, PARK.ends_on, QUARTERLY), reach=Reach(0, operators=1)
    ),
    "no reviewer and no head": lambda: situation(reach=Reach(1, roles=frozenset({ContactRole.GOVERNMENT}))),
    "免报 of two": lambda: situation(
        owed=tuple(
            replace(one, acts=(ActFact(ActKind.WAIVER, one.due_on - timedelta(days=11), "示例函〔2025〕9号"),))
            if one.half_year in (H1, H2) else one
            for one in situation().obligations()
        )
    ),
    "lagging": lambda: situation(
        goals=(GoalFact("firms_cyber", Decimal(40), APPROVED_ON, Decimal(60), "批复"),),
        figures=(FigureFact("firms_cyber", H1, Decimal(30), "半年报.xlsx", "半年报!C10", "30", 7),),
    ),
    "another rulebook": lambda: situation(
        rulebook=QUARTERLY, owed=owed(PARK.approved_on, PARK.ends_on, QUARTERLY)
    ),
    "done": lambda: situation(done={str(ObligationKind.SELF_ASSESSMENT): date(2026, 11, 2)}),
}  # fmt: skip


def days(last: date) -> Iterator[date]:
    day = FIRST
    while day < last:
        yield day
        day += timedelta(days=1)


def seen(case: Situation) -> list[tuple[object, ...]]:
    """All that a sweep makes of a day."""
    return [
        (alert.identity, alert.stage, alert.message, higher_roles(alert, case.as_of, case.rulebook))
        for alert in alerts(case)
    ]  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_changes_before_the_day_it_names(name: str) -> None:
    case = SITUATIONS[name]()
    judged = replace(case, as_of=FIRST)
    changes = 0
    for day in days(TO_THE_END if name in WHOLE else TO_THE_SECOND_REPORT):
        today = replace(case, as_of=day)
        coming = next_change(judged)
        if coming is not None and day >= coming:
            judged = today
        changed = seen(today) != seen(judged)
        assert not changed, f"{day}: expected nothing before {coming}"
        changes += day == judged.as_of
    assert changes < 120  # it is no answer to name every day
