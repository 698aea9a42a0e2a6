"""验收就绪度 on each database: the district's 办文周期 counts for all its parks, in 行政区划序."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policy.access import FULL_SCOPE, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from policy.terms import ObligationKind
from services import readiness
from services.platform import Platform
from tests.factories import make_park, make_unit
from tests.services.reported_park import make_reported_park

TODAY = date(2026, 3, 2)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
CYCLE = {ObligationKind.ACCEPTANCE_LETTER: 15}


def test_missing_proofs_count_in_the_overview_as_on_the_parks_page(
    platform: Platform, set_now: Callable[[date], None]
) -> None:
    set_now(TODAY)
    with platform.database.write() as session:
        park = make_reported_park(session)
        code = park.code
    with platform.database.read() as session:
        ((line,), _total) = readiness.overview(session, COMMITTEE, TODAY, 0, 50)
        page = readiness.readiness(session, COMMITTEE, code, TODAY)
    wanted = [gap for gap in page.gaps if gap.what == "所述内容和要求的材料尚无佐证资料"]
    assert [gap for gap in line.gaps if gap.what == wanted[0].what] == wanted


def test_a_districts_own_cycle_counts_for_all_its_parks(platform: Platform, set_now: Callable[[date], None]) -> None:
    set_now(TODAY)
    with platform.database.write() as session:
        last, first = (make_unit(session, name, position=place) for name, place in (("示例乙区", 20), ("示例甲区", 10)))
        make_park(session, "示例乙园", district=last, code="YI")
        for name, code in (("示例甲园", "JIA"), ("示例丙园", "BING")):
            make_park(session, name, district=first, code=code)
        district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({first.id})))
    with platform.database.write() as session:
        assert readiness.set_office_cycle(session, district, "JIA", CYCLE) == ["验收申请函15个工作日"]
    with platform.database.write() as session:
        with pytest.raises(Refused, match="没有改动"):
            readiness.set_office_cycle(session, district, "JIA", CYCLE)
        with pytest.raises(Unknown):
            readiness.set_office_cycle(session, district, "YI", CYCLE)
        with pytest.raises(AccessDenied):
            readiness.set_office_cycle(session, COMMITTEE, "YI", CYCLE)
    with platform.database.read() as session:
        lines, total = readiness.overview(session, COMMITTEE, TODAY, 0, 50)
        assert [(line.park.short_name, line.plan[2].days) for line in lines] == [
            ("示例丙园", 15), ("示例甲园", 15), ("示例乙园", 10),
        ]  # fmt: skip
        assert total == 3
        assert [line.park.code for line in readiness.overview(session, COMMITTEE, TODAY, 2, 50)[0]] == ["YI"]
        found = readiness.readiness(session, district, "JIA", TODAY)
        assert (found.plan[2].days, found.cycles[0].days, found.cycles[0].by) == (15, 15, "district")
