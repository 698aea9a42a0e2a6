"""Phones and mail addresses as those see them who need not write or call."""

from __future__ import annotations

import pytest

from policy.masking import mask_mail, mask_phone


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800000000", "138****0000"),
        ("张某 13800000000", "张某 138****0000"),
        ("138 0000 0000", "138****0000"),
        ("023-60000000", "023****0000"),
        ("13800000000、13900000001", "138****0000、139****0001"),
        ("2020-10-20 王某", "2020-10-20 王某"),
        ("401120", "401120"),
        ("王某", "王某"),
        ("", ""),
    ],
)
def test_a_phone_keeps_its_first_three_and_last_four_digits(text: str, shown: str) -> None:
    assert mask_phone(text) == shown


def test_a_mail_address_keeps_its_first_character_and_its_domain() -> None:
    assert mask_mail("zhang.mou@example.gov.cn") == "z***@example.gov.cn"
    assert mask_mail("") == ""
