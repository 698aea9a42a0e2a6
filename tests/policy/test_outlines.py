"""What is written into which document, and by whom."""

from __future__ import annotations

import pytest

from policy.access import PERMISSIONS, Role
from policy.outlines import OUTLINES, Outline, duty_of, measure_of
from policy.terms import ObligationKind
from services.documents.catalogue import KINDS


@pytest.mark.parametrize("outline", OUTLINES.values(), ids=OUTLINES)
def test_every_outline_is_of_a_document_and_has_one_writer(outline: Outline) -> None:
    assert KINDS[outline.document].label == outline.label
    writers = {role for role, held in PERMISSIONS.items() if outline.write in held} - {Role.SYSTEM}
    assert writers == ({Role.OPERATOR} if outline.document == "self-assessment" else {Role.DISTRICT})
    keys = [section.key for section in outline.sections]
    assert len(keys) == len(set(keys))
    assert all(outline.has(key) for key in keys)
    assert all(section.heading and section.hint for section in outline.sections)


def test_only_the_self_assessment_has_sections_for_problems_and_duties() -> None:
    more = (measure_of("firms_cyber", "滞后", "低于计划"), duty_of(ObligationKind.WORK_GROUP))
    for section in more:
        assert [one.document for one in OUTLINES.values() if one.has(section.key)] == ["self-assessment"]
    assert not OUTLINES["self-assessment"].has("problem.")
    assert not OUTLINES["self-assessment"].has("problem." + "x" * 51)
