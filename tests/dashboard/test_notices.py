"""What is told after an act reaches the person, however long the words it quotes."""

from __future__ import annotations

from typing import Any

from tests import papers
from tests.dashboard.test_decisions import place
from tests.dashboard.test_reports import TITLE, followed, post, send

COOKIE = 4093
"""Bytes: browsers drop a larger cookie, and what was to be told with it."""
LONG = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(1990))
"""As long as the field takes, and nothing in it repeats, so that it does not compress."""


def test_a_long_text_typed_for_a_figure_is_refused_in_words(sign_in: Any) -> None:
    client = sign_in("district")
    sent = send(client, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"staff_cyber": "约0.46"}))
    address = sent.headers["Location"]
    refusal = post(client, place(client.get(address).text, "cells"), address, kind="amend", value=LONG, reason="漏填")
    assert max(len(cookie) for cookie in refusal.headers.getlist("Set-Cookie")) < COOKIE
    assert f"改为“{LONG[:30]}…”不能确定取值" in followed(client, refusal)


def test_a_refusal_that_quotes_a_long_text_is_cut_not_lost(sign_in: Any) -> None:
    client = sign_in("admin")
    refusal = post(client, "/admin/accounts/active", "/admin/accounts", username=LONG, active="1")
    assert max(len(cookie) for cookie in refusal.headers.getlist("Set-Cookie")) < COOKIE
    page = followed(client, refusal)
    assert LONG[:500] in page
    assert LONG[:700] not in page
