"""第×版: what was 报送 is counted, a draft bears the number it will have."""

from __future__ import annotations

import pytest

from policy.version_no import VersionNo


def test_a_draft_is_told_from_the_version_it_becomes() -> None:
    assert [no.label for no in (VersionNo(2), VersionNo(2, draft=1))] == ["第2版", "第2版草稿1"]


@pytest.mark.parametrize("no", [VersionNo(1), VersionNo(12), VersionNo(3, draft=4)], ids=str)
def test_addresses_name_each(no: VersionNo) -> None:
    assert VersionNo.parse(no.key) == no


@pytest.mark.parametrize("key", ["", "0", "x", "1.", "1.0", "-1", "٣", "1.2.3", "1234567", " 1"])
def test_what_is_no_version(key: str) -> None:
    with pytest.raises(ValueError, match="not a version"):
        VersionNo.parse(key)
