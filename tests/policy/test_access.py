"""Permissions by role and scopes by district: what each may do, and whom they may know of."""

from __future__ import annotations

import pytest

from policy.access import (
    FULL_SCOPE,
    NO_SCOPE,
    PERMISSIONS,
    SYSTEM_ACTOR,
    AccessDenied,
    Actor,
    Permission,
    Role,
    Scope,
)

BUSINESS = set(Permission) - {
    Permission.VIEW_JOBS,
    Permission.VIEW_OUTBOX,
    Permission.MANAGE_ACCOUNTS,
    Permission.VIEW_AUDIT,
}


def test_every_role_has_its_permissions_named() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_the_system_administrator_neither_sees_nor_changes_business_data() -> None:
    assert PERMISSIONS[Role.ADMIN].isdisjoint(BUSINESS)


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.OPERATOR, Role.EXPERT, Role.ADMIN])
def test_only_the_committee_decides_and_keeps_the_register(role: Role) -> None:
    reserved = {Permission.REVIEW_REPORT, Permission.MANAGE_REGISTER, Permission.MANAGE_GOALS, Permission.RECORD_LETTER}
    assert PERMISSIONS[role].isdisjoint(reserved)
    assert reserved <= PERMISSIONS[Role.COMMITTEE]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EXPERT, Role.ADMIN])
def test_contacts_are_for_those_who_write_to_them(role: Role) -> None:
    assert Permission.VIEW_CONTACTS not in PERMISSIONS[role]


def test_a_refusal_names_the_account_and_the_permission_in_chinese() -> None:
    expert = Actor("expert", Role.EXPERT, NO_SCOPE)
    with pytest.raises(AccessDenied, match="expert 无“报送”权限"):
        expert.require(Permission.SUBMIT_REPORT)
    SYSTEM_ACTOR.require(Permission.SUBMIT_REPORT)


def test_a_scope_covers_its_units_parks_and_single_parks_and_no_others() -> None:
    district, operator = Scope(unit_ids=frozenset({1})), Scope(park_ids=frozenset({7}))
    assert district.covers(park_id=9, district_id=1)
    assert not district.covers(park_id=1, district_id=2)
    assert operator.covers(park_id=7, district_id=2)
    assert not operator.covers(park_id=2, district_id=7)
    assert FULL_SCOPE.covers(park_id=1, district_id=1)
    assert not NO_SCOPE.covers(park_id=1, district_id=1)
