"""What most use cases start from: one registered park and the handler of its district."""

from __future__ import annotations

import pytest

from db.models import Park
from policy.access import Actor, Role, Scope
from services.platform import Platform
from tests.factories import make_park


@pytest.fixture
def park(platform: Platform) -> Park:
    with platform.database.write() as session:
        return make_park(session, "示例甲园")


@pytest.fixture
def district(park: Park) -> Actor:
    return Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id})), park.district_id)
