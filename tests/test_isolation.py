"""The tests themselves reach no other machine and know no setting of this one."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import date

import pytest

from services import clock
from tests.conftest import OutsideConnection


def test_no_other_machine_can_be_reached() -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnection):
        outside.connect(("192.0.2.1", 25))


def test_this_machine_can_be_reached() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_no_setting_leaks_in() -> None:
    assert [name for name in os.environ if name.startswith("PARKWATCH_")] == []


def test_the_clock_stops_where_it_is_told(set_now: Callable[[date], None]) -> None:
    set_now(date(2026, 8, 1))
    assert clock.today() == date(2026, 8, 1)
    assert clock.now() == clock.now()
