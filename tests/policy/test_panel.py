"""专家组: a draw worked out by hand, numbers that cannot be, and who must stand back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policy.panel import Candidate, Circle, Drawn, Tie, draw, is_district_body, lot, unit_stem, why_left_out
from policy.refusal import Refused

TODAY = date(2026, 3, 2)
OPERATOR, FIRM = "示例甲园运营管理有限公司", "示例云盾（集团）股份有限公司"
CIRCLE = Circle(
    7, "国家网络安全产业园区（示例甲园）", "示例甲区", {FIRM: "一览表企业", OPERATOR: "园区运营管理机构"}
)  # fmt: skip
BY_HAND = ("ZJ004", "ZJ006", "ZJ008", "ZJ003", "ZJ002", "ZJ001", "ZJ005", "ZJ007")
"""`for c in ZJ001 … ZJ008; do printf '%s' 2026-$c | sha256sum; done | sort`: 1ce6…, 1f08…, 3ad7…, 4c4d…, 6e39…, 8ca7…,
b1bf…, f6b8…"""


def someone(number: int, **other: Any) -> Candidate:
    given = {"employer": f"示例{number}大学", "specialties": ("产业经济",)} | other
    return Candidate(f"ZJ{number:03}", f"示例{number}", **given)


POOL = tuple(someone(number) for number in range(1, 9))


def drawn(pool: tuple[Candidate, ...] = POOL, size: int = 3, substitutes: int = 2, **other: Any) -> Drawn:
    given = {"seed": 2026, "on": TODAY, "tie_years": 3} | other
    return draw(pool, CIRCLE, size=size, substitutes=substitutes, **given)


def codes(found: tuple[Candidate, ...]) -> tuple[str, ...]:
    return tuple(one.code for one in found)


def test_the_draw_is_the_one_worked_out_with_sha256sum() -> None:
    assert lot(2026, "ZJ004") == "1ce63b5355fa5dbc" + lot(2026, "ZJ004")[16:]
    found = drawn()
    assert codes(tuple(one.candidate for one in found.pool)) == BY_HAND
    assert (codes(found.members), codes(found.substitutes)) == (BY_HAND[:3], BY_HAND[3:5])


def test_the_same_number_draws_the_same_whatever_the_order_of_the_list_and_another_draws_others() -> None:
    assert drawn(POOL[::-1]) == drawn()
    assert codes(drawn(seed=2027).members) != BY_HAND[:3]


def test_of_a_specialty_the_smallest_lots_come_first() -> None:
    pool = tuple(replace(one, specialties=("密码",)) if one.code in ("ZJ001", "ZJ007") else one for one in POOL)
    found = drawn(pool, quotas={"密码": 1})
    assert codes(found.members) == ("ZJ004", "ZJ006", "ZJ001")
    assert codes(found.substitutes) == ("ZJ008", "ZJ003")
    assert codes(drawn(pool, quotas={"密码": 2}).members) == ("ZJ004", "ZJ001", "ZJ007")
    with pytest.raises(Refused, match="专业“密码”要求3人，可参加的只有2人"):
        drawn(pool, quotas={"密码": 3})


@pytest.mark.parametrize(
    ("size", "substitutes", "quotas", "said"),
    [
        (4, 0, {}, "须为单数，收到4；请改为3或5$"),
        (2, 0, {}, "须为单数，收到2；请改为3$"),
        (1, 0, {}, "3到21之间的单数，收到1"),
        (23, 0, {}, "3到21之间的单数，收到23"),
        (3, -1, {}, "候补人数应在0到21之间"),
        (3, 0, {"密码": 4}, "各专业要求的人数合计4，超过专家组人数3"),
        (3, 0, {"密码": 0}, "应不少于1"),
    ],
)
def test_numbers_no_panel_can_have(size: int, substitutes: int, quotas: dict[str, int], said: str) -> None:
    with pytest.raises(Refused, match=said):
        drawn(size=size, substitutes=substitutes, quotas=quotas)


def test_too_few_are_refused_and_it_is_said_why_each_of_the_others_was_left_out() -> None:
    pool = (
        *POOL[:3], someone(4, employer=OPERATOR), someone(5, valid_to=date(2026, 3, 1)),
        someone(6, ties=(Tie(park=7),)),
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        drawn(pool)
    said = str(refusal.value)
    assert "可参加的专家3人，需要5人（专家组3人、候补2人）" in said
    assert "示例4（ZJ004）回避：工作单位为园区运营管理机构（示例甲园运营管理有限公司）" in said
    assert "示例5（ZJ005）聘期已于2026年3月1日届满" in said
    assert "示例6（ZJ006）回避：与国家网络安全产业园区（示例甲园）有关联" in said
    assert codes(drawn(pool, substitutes=0).members) == ("ZJ003", "ZJ002", "ZJ001")


@pytest.mark.parametrize(
    "employer",
    [
        FIRM,
        "示例云盾(集团)股份有限公司",
        "示例云盾 （集团） 股份有限公司",
        "示例云盾集团有限责任公司",
        "示例云盾（集团）股份有限公司重庆分公司",
        "示例云盾集团有限责任公司重庆分公司",
        "示例甲区人民政府",
        "重庆市示例甲区经济和信息化委员会软件科",
        "示例甲园运营管理有限公司招商部",
    ],
)
def test_an_employer_is_known_however_its_name_is_typed(employer: str) -> None:
    assert why_left_out(someone(1, employer=employer), CIRCLE, TODAY, 3).startswith("回避：工作单位为")


@pytest.mark.parametrize(
    "employer", ["示例云", "示例云盾牌研究院", "示例乙区人民政府", "示例甲区人民医院", "示例大学", "集团公司"]
)
def test_a_stranger_is_not_taken_for_one_of_the_circle(employer: str) -> None:
    assert why_left_out(someone(1, employer=employer), CIRCLE, TODAY, 3) == ""


@pytest.mark.parametrize(
    ("tie", "bound"),
    [
        (Tie("示例云盾集团有限公司"), True),
        (Tie(park=8), False),
        (Tie("示例他处有限公司"), False),
        (Tie(FIRM, since=date(2026, 3, 3)), False),
        (Tie(FIRM, until=date(2026, 2, 1)), True),
        (Tie(FIRM, until=date(2023, 3, 2)), True),
        (Tie(FIRM, until=date(2023, 3, 1)), False),
    ],
)
def test_a_tie_binds_while_it_lasts_and_for_three_years_more(tie: Tie, bound: bool) -> None:
    assert bool(why_left_out(someone(1, ties=(tie,)), CIRCLE, TODAY, 3)) is bound


def test_an_ended_tie_says_until_when_and_whom_to() -> None:
    said = why_left_out(someone(1, ties=(Tie(FIRM, until=date(2024, 5, 6)),)), CIRCLE, TODAY, 3)
    assert said == f"回避：与一览表企业（{FIRM}）有关联，2024年5月6日止、未满3年"


def test_who_is_not_engaged_on_the_day_is_left_out() -> None:
    assert "聘期自2026年3月3日起" in why_left_out(someone(1, valid_from=date(2026, 3, 3)), CIRCLE, TODAY, 3)
    assert why_left_out(someone(1, valid_from=TODAY, valid_to=TODAY), CIRCLE, TODAY, 3) == ""


def test_stems_of_names() -> None:
    assert unit_stem("示例云盾（集团）股份有限公司") == unit_stem("示例云盾集团公司") == "示例云盾"
    assert unit_stem("有限公司") == ""
    assert is_district_body("两江新区（功能区）", "两江新区管理委员会")
    assert not is_district_body("", "人民政府")
